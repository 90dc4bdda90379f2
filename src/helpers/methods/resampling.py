"""The interval of any statistic of a table, by drawing its rows again."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers.methods.intervals import Estimate, check_level

# The acceleration of a BCa interval is a skewness: 200 blocks of rows give it as well as n single rows do.
JACKKNIFE_BLOCKS = 200


def bootstrap(
    values: pd.DataFrame | pd.Series | np.ndarray,
    statistic: Callable | tuple[str, str],
    *,
    level: float = 0.90,
    draws: int = 2000,
    seed: int,
    method: str = "bca",
) -> Estimate:
    """Interval of any statistic of a table, by drawing its rows again.

    BCa is the default because spend is skewed: plain percentiles then miss on the high side. With all draws
    on one side of the value, or a statistic that does not vary, percentiles are used.

    Parameters
    ----------
    values : one row per independent unit (customer, not order); rows are drawn with replacement.
    statistic : function of such a table to a number, or (numerator, denominator): two columns of the frame,
        giving total over total.
    level, draws : confidence level and number of redraws.
    seed : the same seed gives the same interval.
    method : "bca" or "percentile".

    Returns
    -------
    Estimate: value, low, high in the statistic's unit, n = rows. Bounds are NaN for fewer than two rows or
    when more than 1 % of the draws give no finite number (a zero denominator).

    Raises
    ------
    ValueError : `method` is unknown or a column is absent.

    Formula: bounds are quantiles Phi(z0 + (z0 ± z)/(1 - c(z0 ± z))) of the draws, c from a block jackknife.
    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 14.
    """
    check_level(level)
    if method not in ("bca", "percentile"):
        raise ValueError(f"method must be 'bca' or 'percentile', not {method!r}")
    n = len(values)
    rows, function = _rows_and_function(values, statistic)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, level, 0)
    everyone = np.arange(n)
    value = function(rows, everyone)
    if n < 2:
        return Estimate(value, math.nan, math.nan, level, n)
    rng = np.random.default_rng(seed)
    sample = np.array([function(rows, rng.integers(0, n, n)) for _ in range(draws)])
    sample = sample[np.isfinite(sample)]
    if not math.isfinite(value) or len(sample) < 0.99 * draws:
        return Estimate(value, math.nan, math.nan, level, n)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    below = (np.mean(sample < value) + np.mean(sample <= value)) / 2  # ties count half
    if method == "bca" and 0 < below < 1 and np.ptp(sample) > 0:
        z0 = ndtri(below)
        blocks = np.array_split(rng.permutation(n), min(n, JACKKNIFE_BLOCKS))
        left_out = np.array([function(rows, np.setdiff1d(everyone, b, assume_unique=True)) for b in blocks])
        pull = left_out.mean() - left_out
        scale = np.sum(pull**2) ** 1.5
        c = np.sum(pull**3) / (6 * scale) if math.isfinite(scale) and scale > 0 else 0.0
        shifted = z0 + ndtri(tails)
        tails = ndtr(z0 + shifted / (1 - c * shifted))
    low, high = np.quantile(sample, tails)
    return Estimate(value, float(low), float(high), level, n)


def _rows_and_function(values, statistic):
    """Data, and a function (data, row positions) -> float that need not copy a frame for a ratio."""
    if isinstance(statistic, tuple):
        top, bottom = statistic
        if not isinstance(values, pd.DataFrame) or top not in values or bottom not in values:
            raise ValueError(
                f"statistic {statistic!r} names two columns; the table has {list(values)[:20]!r}"
            )
        return values[[top, bottom]].to_numpy(dtype=float), _ratio
    if isinstance(values, pd.DataFrame | pd.Series):
        return values, lambda rows, at: float(statistic(rows.iloc[at]))
    return np.asarray(values), lambda rows, at: float(statistic(rows[at]))


def _ratio(rows: np.ndarray, at: np.ndarray) -> float:
    top, bottom = rows[at].sum(axis=0)
    return float(top / bottom) if bottom else math.nan
