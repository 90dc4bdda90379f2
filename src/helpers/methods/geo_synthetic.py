"""Synthetic control: the mixture of untreated regions that moved as the treated ones did, and what it would have sold."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import nnls

from helpers.errors import DataError

HEAVY = 1e4  # weight of the row that makes weights add up to 1, before the exact solution
ROUNDS = 200


class Synthetic(NamedTuple):
    """A synthetic control and what it says of a test.

    weights : of the donors [donor], 0 or more, sum 1.
    counterfactual : what a treated region would have sold [time].
    gap : mean of the treated regions less the counterfactual [time].
    att : mean gap while the test ran, a region and time. lift : the same relative to the counterfactual. incremental : sum over
        treated regions and times.
    l2 : root of the sum of squares of the gap before the test. scaled_l2 : the same over that of equal weights; near 0 the donors
        tell the treated regions well, near 1 no better than their mean.
    """

    weights: pd.Series
    counterfactual: np.ndarray
    gap: np.ndarray
    att: float
    lift: float
    incremental: float
    l2: float
    scaled_l2: float


def synthetic(treated: pd.DataFrame, donors: pd.DataFrame, during, *, intercept: bool = True) -> Synthetic:
    """Synthetic control of the mean of some treated regions.

    Parameters
    ----------
    treated, donors : sales [time x region] of treated and untreated regions, times in order.
    during : whether the test ran at that time [time].
    intercept : regions may differ by a constant; each is then measured from its own mean before the test.

    Returns
    -------
    Synthetic.

    Raises
    ------
    DataError : there is no donor, no time before the test or none in it, or a figure is missing.

    Formula: min over w >= 0, sum w = 1 of |(y - m_y) - (X - m_X) w|^2 before the test, m means before the test (0 without intercept).
    Source: Abadie, Diamond & Hainmueller (2010), JASA 105; with intercept Ferman & Pinto (2021), Quantitative Economics 12, and
        Ben-Michael, Feller & Rothstein (2021), JASA 116 (fixed effects, no ridge).
    """
    y, x, running = _checked(treated, donors, during)
    before = ~running
    weights, level = _fit(y, x, before, intercept)
    counterfactual = level + x @ weights
    gap = y - counterfactual
    equal = np.full(x.shape[1], 1 / x.shape[1])
    even = y - x @ equal
    if intercept:
        even = even - even[before].mean()
    l2, scale = float(np.linalg.norm(gap[before])), float(np.linalg.norm(even[before]))
    att, would = float(gap[running].mean()), float(counterfactual[running].mean())
    return Synthetic(
        pd.Series(weights, index=donors.columns), counterfactual, gap, att, att / would if would else math.nan,
        att * int(running.sum()) * treated.shape[1], l2, l2 / scale if scale > 0 else math.nan,
    )  # fmt: skip


def simplex(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights of 0 or more that add up to 1, with the least squares of y - x w.

    Formula: non-negative least squares with a heavy row for the sum says which weights are above 0; the equations of those are
        then solved exactly, and a weight enters or leaves until no change lowers the squares.
    Source: Lawson & Hanson (1974), Solving Least Squares Problems, ch. 23.
    """
    scale = float(np.abs(x).max()) or 1.0
    heavy = HEAVY * scale
    first = nnls(np.vstack([x, np.full(x.shape[1], heavy)]), np.append(y, heavy))[0]
    inside = first > 1e-9
    if not inside.any():
        inside = first >= first.max()
    cross, right = x.T @ x, x.T @ y
    weights = first / first.sum() if first.sum() > 0 else np.full(x.shape[1], 1 / x.shape[1])
    for _ in range(ROUNDS):
        own = np.flatnonzero(inside)
        trial = _on_support(cross, right, own)
        if trial.min() < -1e-12 and len(own) > 1:
            inside[own[int(trial.argmin())]] = False
            continue
        weights = np.zeros(x.shape[1])
        weights[own] = np.maximum(trial, 0)
        slope = cross @ weights - right
        waiting = slope - slope[own].mean()
        best = int(np.where(inside, np.inf, waiting).argmin())
        if inside.all() or waiting[best] > -1e-9 * scale**2 * len(y):
            break
        inside[best] = True
    return weights / weights.sum()


def residuals(treated: pd.DataFrame, donors: pd.DataFrame, effect, *, intercept: bool = True) -> np.ndarray:
    """What a synthetic control leaves over at each time when it is fitted to all of them, the effect [time] taken off.

    This is the fit under a hypothesis: were it true, the times of the test would be times as any other.
    """
    y, x = (
        treated.to_numpy(dtype=float).mean(axis=1) - np.asarray(effect, dtype=float),
        donors.to_numpy(dtype=float),
    )
    weights, level = _fit(y, x, np.ones(len(y), dtype=bool), intercept)
    return y - level - x @ weights


def _fit(y, x, rows, intercept) -> tuple[np.ndarray, float]:
    middle = (x[rows].mean(axis=0), float(y[rows].mean())) if intercept else (np.zeros(x.shape[1]), 0.0)
    weights = simplex(x[rows] - middle[0], y[rows] - middle[1])
    return weights, middle[1] - float(middle[0] @ weights)


def _on_support(cross, right, own) -> np.ndarray:
    """Least squares with the sum held at 1, without bounds."""
    k = len(own)
    system = np.ones((k + 1, k + 1))
    system[:k, :k], system[k, k] = cross[np.ix_(own, own)], 0.0
    scale = np.abs(system[:k, :k]).max() or 1.0
    system[:k, :k] /= scale
    return np.linalg.lstsq(system, np.append(right[own] / scale, 1.0), rcond=None)[0][:k]


def _checked(treated, donors, during):
    y, x = treated.to_numpy(dtype=float), donors.to_numpy(dtype=float)
    running = np.asarray(during, dtype=bool)
    if not (len(y) == len(x) == len(running)):
        raise DataError(
            f"synthetic: {len(y)} times of treated regions, {len(x)} of donors, {len(running)} marks of the test; give one of each."
        )
    if y.shape[1] == 0 or x.shape[1] == 0:
        raise DataError(
            "synthetic: it needs a treated region and a donor; a test without a control has no donor."
        )
    if running.all() or not running.any():
        raise DataError("synthetic: it needs times before the test and times in it; look at `during`.")
    if not (np.isfinite(y).all() and np.isfinite(x).all()):
        raise DataError(
            "synthetic: a figure is missing or infinite; fill the days of that region or leave it out."
        )
    return y.mean(axis=1), x, running
