"""Difference in differences over a panel of regions, and whether they already drifted apart before."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy.special import fdtrc, stdtr, stdtrit

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level

BLOCKS = 4  # stretches of time before the test that are held against each other


class Difference(NamedTuple):
    """Mean change of a treated region and time, its p, and the drift before.

    pre_trend : one row a stretch before the test: block, value, low, high [a region and time, against the last stretch].
    pre_p : p of no drift before, all stretches together; NaN where it cannot be told.
    """

    effect: Estimate
    p: float
    pre_trend: pd.DataFrame
    pre_p: float


def differences(treated: pd.DataFrame, control: pd.DataFrame, during, *, level: float = 0.90) -> Difference:
    """Change of the treated regions less that of the others.

    Parameters
    ----------
    treated, control : sales [time x region]. during : whether the test ran [time].
    level : of the intervals.

    Returns
    -------
    Difference; bounds and p are NaN with fewer than two regions on a side, for then no region says how much regions differ.

    Raises
    ------
    DataError : no region on a side, no time before the test or in it, a figure is missing.

    Formula: least squares of sales on region, time and treated x during; errors clustered by region, t with regions - 1 degrees.
        With a whole panel this is the difference of the regions' mean changes.
    Source: Bertrand, Duflo & Mullainathan (2004), Quarterly Journal of Economics 119; computed by statsmodels.
    """
    check_level(level)
    sales = np.column_stack([treated.to_numpy(dtype=float), control.to_numpy(dtype=float)])
    running = np.asarray(during, dtype=bool)
    is_treated = np.arange(sales.shape[1]) < treated.shape[1]
    if not (is_treated.any() and (~is_treated).any() and running.any() and (~running).any()):
        raise DataError("differences: it needs regions on both sides and times before the test and in it.")
    if not np.isfinite(sales).all():
        raise DataError(
            "differences: a figure is missing or infinite; fill the days of that region or leave it out."
        )
    (value,), cov = _clustered(sales, is_treated, [running])
    n, df = sales.size, sales.shape[1] - 1
    known = min(int(is_treated.sum()), int((~is_treated).sum())) > 1 and cov[0, 0] > 0
    se = math.sqrt(cov[0, 0]) if known else math.nan
    half = float(stdtrit(df, (1 + level) / 2)) * se
    p = 2 * float(stdtr(df, -abs(value) / se)) if known else math.nan
    return Difference(Estimate(value, value - half, value + half, level, n), p, *_before(sales, is_treated, running, level, known))  # fmt: skip


def _before(sales, is_treated, running, level, known) -> tuple[pd.DataFrame, float]:
    """Whether the treated drifted against the others before the test, in stretches against the last of them."""
    early = np.flatnonzero(~running)
    parts = np.array_split(early, BLOCKS)
    if not known or min(len(part) for part in parts) < 2:
        return pd.DataFrame(columns=["block", "value", "low", "high"]), math.nan
    marks = [np.isin(early, part) for part in parts[:-1]]
    values, cov = _clustered(sales[early], is_treated, marks)
    df, k = sales.shape[1] - 1, len(values)
    half = float(stdtrit(df, (1 + level) / 2)) * np.sqrt(np.diag(cov))
    table = pd.DataFrame(
        {"block": range(1, k + 1), "value": values, "low": values - half, "high": values + half}
    )
    wald = float(values @ np.linalg.pinv(cov) @ values) / k
    return table, float(fdtrc(k, df, wald))


def _clustered(sales, is_treated, marks) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of treated x mark and their covariance, regions and times taken off, errors clustered by region."""
    columns = [np.outer(mark, is_treated).astype(float) for mark in marks]
    y, *x = (_within(one).ravel() for one in (sales, *columns))
    groups = np.tile(np.arange(sales.shape[1]), len(sales))
    fit = sm.OLS(y, np.column_stack(x)).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return np.asarray(fit.params), np.asarray(fit.cov_params())


def _within(panel: np.ndarray) -> np.ndarray:
    return panel - panel.mean(axis=0) - panel.mean(axis=1, keepdims=True) + panel.mean()
