"""What units that something touched did afterwards, beside units alike that nothing touched: a difference, and no effect."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError

FEW = 30  # touched rows with somebody alike to compare with
DRAWS = 400


class Exposed(NamedTuple):
    """One row a cause, and its redraws.

    table : cause, n_units [distinct units touched], n_rows [touched rows], n_compared [of them, with an untouched row in their
    stratum], value, low, high [mean outcome of those touched less that of the untouched alike; of that cause alone], low_all, high_all
    [bounds that hold for all causes together], spread [standard deviation of the outcome of those touched]. values, touched : redraws [draw, cause] of the difference and of the touched units.
    """

    table: pd.DataFrame
    values: np.ndarray
    touched: np.ndarray


def differences(
    rows: pd.DataFrame,
    touched: pd.DataFrame,
    *,
    level: float = 0.90,
    draws: int = DRAWS,
    seed: int,
) -> Exposed:
    """Mean outcome of rows touched by each cause, less that of rows that no cause touched, inside strata.

    Parameters
    ----------
    rows : one row a (unit, at): unit, at, stratum, outcome. A unit may come at several times.
    touched : one row a (unit, at, cause); those of no row are left out.
    level, draws, seed : of the interval; units are drawn again with all their rows.

    Returns
    -------
    Exposed, causes sorted by name. Value and bounds are NaN under 30 touched rows with an untouched one alike.

    Raises
    ------
    DataError : a column is missing, a unit comes twice at a time, or an outcome is missing.

    Formula: sum over strata of n1(s)/N1 (mean outcome of touched - mean outcome of untouched); bounds are value - q se, q the quantiles of
        (redraw - value) / se(redraw), since spend is skewed; in a redraw every unit has a Poisson(1) weight, the same in all its rows
        and for all causes. Bounds for all causes together take the quantiles of the largest and of the smallest of them.
    Source: Rubin (1977), Journal of Educational Statistics 2, for means inside strata of what came before; Chamandy et al. (2012),
        Estimating uncertainty for massive data streams, for the Poisson bootstrap; Romano & Wolf (2005), Econometrica 73, for the largest.
    """
    rows, touched = _known(rows, touched)
    unit, units = pd.factorize(rows["unit"], sort=True)
    stratum, strata = pd.factorize(rows["stratum"], sort=True)
    outcome = rows["outcome"].to_numpy(float)
    cause, causes = pd.factorize(touched["cause"], sort=True)
    at = touched["row"].to_numpy()
    of = [at[cause == one] for one in range(len(causes))]
    free = np.setdiff1d(np.arange(len(rows)), at)
    free = free[np.argsort(stratum[free], kind="stable")]
    n_strata = len(strata)
    alone = np.bincount(stratum[free], minlength=n_strata)
    compared = [one[alone[stratum[one]] > 0] for one in of]
    starts, held = np.r_[0, np.cumsum(alone)[:-1]][alone > 0], alone > 0
    free_unit, free_outcome = unit[free], outcome[free]
    parts = [(*np.unique(unit[one], return_inverse=True), stratum[one], outcome[one]) for one in compared]

    def found(weight: np.ndarray) -> np.ndarray:
        base, total = np.zeros(n_strata), np.zeros(n_strata)
        if len(free):
            mine = weight[free_unit]
            base[held] = np.add.reduceat(mine, starts)
            total[held] = np.add.reduceat(mine * free_outcome, starts)
        mean = np.divide(total, base, out=np.full(n_strata, np.nan), where=base > 0)
        return np.array([_mean(values - mean[group], weight[who], at) for who, at, group, values in parts])

    rng = np.random.default_rng(seed)
    value, error = found(np.ones(len(units))).reshape(-1, 2).T
    made, errors = np.empty((draws, len(causes))), np.empty((draws, len(causes)))
    seen = np.empty((draws, len(causes)))
    who = [np.unique(unit[one]) for one in of]
    for draw in range(draws):
        weight = rng.poisson(1.0, len(units)).astype(float)
        made[draw], errors[draw] = found(weight).reshape(-1, 2).T
        seen[draw] = [weight[one].sum() for one in who]
    n_compared = np.array([len(one) for one in compared], dtype=int)
    value = np.where(n_compared < FEW, np.nan, value)
    bounds = _bounds(value, error, made, errors, level)
    table = pd.DataFrame(
        {
            "cause": np.asarray(causes, dtype=object), "n_units": [len(one) for one in who], "n_rows": [len(one) for one in of],
            "n_compared": n_compared, "value": value, "low": bounds[0], "high": bounds[1], "low_all": bounds[2], "high_all": bounds[3],
            "spread": [float(outcome[one].std(ddof=1)) if len(one) > 1 else math.nan for one in of],
        }
    )  # fmt: skip
    return Exposed(table.astype({"cause": str}), made, seen)


def needed_per_arm(
    spread: float, difference: float, *, level: float = 0.90, power: float = 0.80
) -> int | None:
    """Units in each of two equal arms so that a test tells a difference of means from nothing; None where there is none to tell.

    Formula: 2 (z(level) + z(power))^2 (spread / difference)^2, rounded up.
    Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, ch. 2.
    """
    if not (spread > 0 and math.isfinite(spread) and math.isfinite(difference) and difference != 0):
        return None
    return math.ceil(2 * (ndtri((1 + level) / 2) + ndtri(power)) ** 2 * (spread / difference) ** 2)


def _bounds(
    value: np.ndarray, error: np.ndarray, made: np.ndarray, errors: np.ndarray, level: float
) -> np.ndarray:
    """Bounds [4, cause]: of each cause alone, and of all together; NaN where the value is."""
    bounds = np.full((4, len(value)), np.nan)
    told = np.flatnonzero(~np.isnan(value) & (error > 0))
    if not len(told):
        return bounds
    with np.errstate(invalid="ignore", divide="ignore"):
        far = (made[:, told] - value[told]) / errors[:, told]
    far = np.where(np.isfinite(far), far, 0.0)
    tails = [(1 + level) / 2, (1 - level) / 2]
    alone = np.quantile(far, tails, axis=0)
    together = np.quantile(far.max(axis=1), tails[0]), np.quantile(far.min(axis=1), tails[1])
    for at, high in enumerate((*alone, *together)):
        bounds[at, told] = value[told] - high * error[told]
    return bounds


def _mean(values: np.ndarray, weights: np.ndarray, at: np.ndarray) -> tuple[float, float]:
    """Mean of the rows of weighted units and its error; `at` is the unit of each row.

    A stratum whose untouched were all left out of a redraw is left out with them.
    """
    there, values = ~np.isnan(values), np.nan_to_num(values)
    each = np.where(there, weights[at], 0.0)
    total = float(each.sum())
    if not total > 0:
        return math.nan, math.nan
    mean = float((values * each).sum() / total)
    # A unit of weight 2 stands for two units alike, so its square counts twice and not four times.
    sums = np.bincount(at, weights=there * (values - mean), minlength=len(weights))
    return mean, math.sqrt(float((weights * sums**2).sum())) / total


def _known(rows: pd.DataFrame, touched: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows in order of unit and time, and the touched ones with the place of their row."""
    for frame, names in ((rows, ("unit", "at", "stratum", "outcome")), (touched, ("unit", "at", "cause"))):
        for name in names:
            if name not in frame:
                raise DataError(f"differences: the column {name} is missing. Give {', '.join(names)}.")
    rows = rows.sort_values(["unit", "at"], kind="stable", ignore_index=True)
    twice = int(rows.duplicated(["unit", "at"]).sum())
    if twice:
        raise DataError(f"differences: {twice} rows repeat a unit at the same time; keep one of each.")
    bad = int((~np.isfinite(rows["outcome"].astype(float))).sum())
    if bad:
        raise DataError(
            f"differences: {bad} of {len(rows)} rows have no outcome; fill in 0 where none means nothing."
        )
    places = rows[["unit", "at"]].assign(row=np.arange(len(rows)))
    touched = touched.drop_duplicates(["unit", "at", "cause"]).merge(places, on=["unit", "at"])
    return rows, touched.sort_values(["cause", "row"], kind="stable", ignore_index=True)
