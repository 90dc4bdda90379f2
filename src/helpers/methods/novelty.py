"""Does an effect wear off while it is measured: the effect day by day, and its trend."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level
from helpers.methods.sequential_stop import critical_of

FEWEST_DAYS = 7  # below which a trend would be a weekday


class Trend(NamedTuple):
    """How an effect moved: `change` from the first day to the last, with bounds; p that all days have the same effect; `verdict`
    "wears off", "grows", "no trend seen" or "cannot tell".
    """

    change: Estimate
    p_same: float
    verdict: str


def effect_by_day(days: pd.DataFrame, *, level: float = 0.90) -> pd.DataFrame:
    """Difference of shares of each day by itself.

    Parameters
    ----------
    days : one row a day: treated_n, treated_wins, control_n, control_wins [units, successes].
    level : confidence level of each day alone.

    Returns
    -------
    The rows with effect, low, high, error [difference of shares]; NaN where an arm is empty that day.

    Raises
    ------
    DataError : more successes than units on a day.

    Formula: error² = q_t (1 - q_t) / n_t + q_c (1 - q_c) / n_c, q = (wins + 1/2) / (n + 1), so that a day without success has an error.
    Source: Agresti & Caffo (2000), American Statistician 54, for the added half.
    """
    table = days.reset_index(drop=True)
    n_t, x_t, n_c, x_c = (
        table[name].to_numpy(dtype=float)
        for name in ("treated_n", "treated_wins", "control_n", "control_wins")
    )
    bad = np.flatnonzero(~((x_t <= n_t) & (x_c <= n_c) & (x_t >= 0) & (x_c >= 0)))
    if len(bad):
        raise DataError(
            f"effect_by_day: day {bad[0]} has more successes than units, or less than none; count people, each once."
        )
    filled_t, filled_c = np.where(n_t > 0, n_t, np.nan), np.where(n_c > 0, n_c, np.nan)
    near_t, near_c = (x_t + 0.5) / (filled_t + 1), (x_c + 0.5) / (filled_c + 1)
    error = np.sqrt(near_t * (1 - near_t) / filled_t + near_c * (1 - near_c) / filled_c)
    effect, half = x_t / filled_t - x_c / filled_c, critical_of(level) * error
    return table.assign(effect=effect, low=effect - half, high=effect + half, error=error)


def trend(days: pd.DataFrame, *, level: float = 0.90) -> Trend:
    """Line through the effects of the days, weighted by how well each is known.

    Parameters
    ----------
    days : result of `effect_by_day`, in order.
    level : confidence level.

    Returns
    -------
    Trend. "wears off" where the effect moved towards zero and its interval leaves zero out, "grows" where it moved away;
    "cannot tell" with fewer than seven days.

    Formula: weighted least squares of effect on day, weights 1 / error²; change = slope x (days - 1).
    """
    check_level(level)
    known = days.dropna(subset=["effect", "error"])
    known = known[known["error"] > 0]
    n = int(known[["treated_n", "control_n"]].to_numpy().sum())
    if len(known) < FEWEST_DAYS:
        return Trend(Estimate(math.nan, math.nan, math.nan, level, n), math.nan, "cannot tell")
    at, value = known.index.to_numpy(dtype=float), known["effect"].to_numpy()
    weight = 1 / known["error"].to_numpy() ** 2
    middle, mean = np.average(at, weights=weight), float(np.average(value, weights=weight))
    spread = float((weight * (at - middle) ** 2).sum())
    slope = float((weight * (at - middle) * value).sum()) / spread
    span = float(at.max() - at.min())
    half = critical_of(level) * span / math.sqrt(spread)
    change = Estimate(slope * span, slope * span - half, slope * span + half, level, n)
    p = float(chdtrc(len(known) - 1, float((weight * (value - mean) ** 2).sum())))
    if change.low <= 0 <= change.high:
        return Trend(change, p, "no trend seen")
    return Trend(change, p, "wears off" if change.value * mean < 0 else "grows")
