"""How good is a chance that was given? Brier score and skill, AUC, calibration, lift; a chance is a number from 0 to 1."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri
from scipy.stats import rankdata

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, wilson

STEPS, LONGEST = 50, 2.0  # of Newton's method
CERTAIN = 1e-6  # chances are kept this far from 0 and 1 where their logit is taken


def brier(target, probability) -> float:
    """Mean squared distance of a chance from what came: 0 is perfect, 0.25 is what "one half, always" scores.

    Parameters
    ----------
    target : what came, 0 or 1 (or bool), one a case.
    probability : the chance that was given, 0 to 1, in the same order.

    Returns
    -------
    Score [0-1]; NaN without cases.

    Raises
    ------
    DataError : a target is neither 0 nor 1, a chance is missing or outside 0 to 1, or their numbers differ.

    Formula: sum of (p - y)^2 / n.
    Source: Brier (1950), Monthly Weather Review 78.
    """
    y, p = pairs(target, probability)
    return float(np.mean((p - y) ** 2)) if len(y) else math.nan


def brier_skill(target, probability, *, base: float | None = None, level: float = 0.90) -> Estimate:
    """How much better than giving everyone the base rate: 1 is perfect, 0 no better, below 0 worse.

    Parameters
    ----------
    target, probability : as `brier`.
    base : the rate known when the chances were given; left out, the rate of these cases, which nobody knew then.
    level : confidence level, 0 to 1.

    Returns
    -------
    Estimate: value, low, high [share, at most 1], n; NaN where all cases came out alike or there are fewer than two.

    Formula: 1 - sum (p - y)^2 / sum (base - y)^2, with the delta method's interval of a ratio of two means.
    Source: Murphy (1973), Journal of Applied Meteorology 12.
    """
    y, p = pairs(target, probability)
    n = len(y)
    if n < 2 or np.ptp(y) == 0:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    ours, theirs = (p - y) ** 2, ((y.mean() if base is None else base) - y) ** 2
    ratio = ours.mean() / theirs.mean()
    error = np.std(ours - ratio * theirs, ddof=1) / theirs.mean() / math.sqrt(n)
    half = float(ndtri((1 + level) / 2) * error)
    value = float(1 - ratio)
    return Estimate(value, value - half, min(value + half, 1.0), level, n)


def auc(target, probability, *, level: float = 0.90) -> Estimate:
    """Chance that a case which came had been ranked above one which did not; ties count half.

    Returns
    -------
    Estimate: value, low, high [share 0-1], n; NaN where all cases came out alike. Bounds are taken on the logit scale and are
    NaN where the ranking is perfect.

    Formula: Mann-Whitney statistic; variance from the placements of each case among the others.
    Source: DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44.
    """
    y, p = pairs(target, probability)
    came, rest = p[y == 1], p[y == 0]
    m, k = len(came), len(rest)
    if not m or not k:
        return Estimate(math.nan, math.nan, math.nan, level, len(y))
    ranks = rankdata(p)
    above = (ranks[y == 1] - rankdata(came)) / k  # share of the others below each case that came
    below = 1 - (ranks[y == 0] - rankdata(rest)) / m
    value = float(above.mean())
    if min(m, k) < 2 or not 0 < value < 1:
        return Estimate(value, math.nan, math.nan, level, len(y))
    error = math.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / k) / (value * (1 - value))
    half = float(ndtri((1 + level) / 2)) * error
    low, high = expit(logit(value) - half), expit(logit(value) + half)
    return Estimate(value, float(low), float(high), level, len(y))


def calibration_table(target, probability, *, groups: int = 10, level: float = 0.90) -> pd.DataFrame:
    """What was predicted beside what came, by tenth of the predicted chance.

    Parameters
    ----------
    target, probability : as `brier`.
    groups : how many groups of about equal size; cases with the same chance are never parted, so there may be fewer.

    Returns
    -------
    One row a group, lowest chance first: group [1, 2 …], n, n_events, predicted [mean chance], observed, low, high
    [share 0-1, Wilson].
    """
    y, p = pairs(target, probability)
    group = np.ceil(rankdata(p) / max(len(p), 1) * groups).astype(int)
    table = pd.DataFrame({"group": group, "y": y, "p": p}).groupby("group", as_index=False)
    made = table.agg(n=("y", "size"), n_events=("y", "sum"), predicted=("p", "mean"))
    low, high = wilson(made["n_events"], made["n"], level=level)
    observed = made["n_events"] / made["n"]
    numbered = made.assign(group=np.arange(1, len(made) + 1), n_events=made["n_events"].astype(int))
    return numbered.assign(observed=observed, low=low, high=high)


def calibration_line(target, probability, *, level: float = 0.90) -> pd.DataFrame:
    """Two figures that say how chances are off as a whole: intercept 0 and slope 1 where they are right.

    Returns
    -------
    Two rows: figure ["intercept", "slope"], value, low, high. An intercept above 0 says that more came than predicted; a slope
    below 1 that high chances are too high and low ones too low. NaN where the data cannot tell: all cases came out alike, all
    chances are the same, or the chances part them without an error.

    Formula: logit P(y) = slope x logit(p) + a; the intercept is that of slope 1.
    Source: Cox (1958), Biometrika 45; Van Calster et al. (2019), BMC Medicine 17.
    """
    y, p = pairs(target, probability)
    odds = logit(np.clip(p, CERTAIN, 1 - CERTAIN))
    rows = [("intercept", *[math.nan] * 3), ("slope", *[math.nan] * 3)]
    if len(y) and np.ptp(y) > 0:
        rows[0] = ("intercept", *_coefficient(y, np.ones((len(y), 1)), odds, level))
        if np.ptp(odds) > 0:
            rows[1] = ("slope", *_coefficient(y, np.column_stack([odds, np.ones(len(y))]), 0.0, level))
    return pd.DataFrame(rows, columns=["figure", "value", "low", "high"])


def _coefficient(y, x, offset, level) -> tuple[float, float, float]:
    """First coefficient of a logistic regression by Newton's method with its Wald interval; NaN where it has none."""
    b, unknown = np.zeros(x.shape[1]), (math.nan,) * 3
    for _ in range(STEPS):
        p = expit(x @ b + offset)
        curvature = (x * (p * (1 - p))[:, None]).T @ x
        if not np.isfinite(curvature).all() or np.linalg.cond(curvature) > 1 / CERTAIN**2:
            return unknown
        step = np.linalg.solve(curvature, x.T @ (y - p))
        b = b + step * min(1.0, LONGEST / max(np.abs(step).max(), LONGEST))
        if np.abs(step).max() < 1e-10:
            error = float(ndtri((1 + level) / 2)) * math.sqrt(np.linalg.inv(curvature)[0, 0])
            return float(b[0]), float(b[0] - error), float(b[0] + error)
    return unknown  # parted without an error: the slope has no end


def lift_table(target, probability, *, groups: int = 10, level: float = 0.90) -> pd.DataFrame:
    """Rate of each tenth of cases, best ranked first, against the rate of all.

    Returns
    -------
    One row a group: group [1 is the highest chance], n, n_events, rate, low, high [share 0-1, Wilson], predicted [mean chance],
    lift [rate / rate of all], captured [share of all events in this group and those before]. Cases of the same chance share
    their events, so that no figure hangs on the order of rows; `n_events` may then be a fraction.

    Formula: lift = (events of the group / its cases) / (all events / all cases).
    """
    y, p = pairs(target, probability)
    ties = pd.DataFrame({"p": p, "y": y}).groupby("p")["y"]
    shared = ties.transform("mean").to_numpy() if len(y) else y
    order = np.argsort(-p, kind="stable")
    group = np.arange(len(y)) * groups // max(len(y), 1) + 1
    table = pd.DataFrame({"group": group, "y": shared[order], "p": p[order]}).groupby("group", as_index=False)
    made = table.agg(n=("y", "size"), n_events=("y", "sum"), predicted=("p", "mean"))
    events = np.clip(made["n_events"].round(9), 0, made["n"])  # fractions that add up to whole numbers
    low, high = wilson(events, made["n"], level=level)
    total = y.sum() if y.sum() else math.nan
    made = made.assign(n_events=events, rate=events / made["n"], low=low, high=high)
    return made.assign(lift=made["rate"] / (total / max(len(y), 1)), captured=events.cumsum() / total)


def pairs(target, probability) -> tuple[np.ndarray, np.ndarray]:
    """Return targets [0.0 or 1.0] and chances as two arrays of one length; refuses what is neither."""
    y, p = (np.asarray(pd.Series(one), dtype=float).ravel() for one in (target, probability))
    if len(y) != len(p):
        raise DataError(
            f"scoring: {len(y)} outcomes and {len(p)} chances. Give one of each a case, in the same order."
        )
    if (wrong := ~np.isin(y, (0.0, 1.0))).any():
        at = int(wrong.argmax())
        raise DataError(
            f"scoring: outcome {y[at]:g} in row {at + 1} is neither 0 nor 1. Leave out cases that are not over."
        )
    if (wrong := ~((p >= 0) & (p <= 1))).any():
        at = int(wrong.argmax())
        raise DataError(
            f"scoring: chance {p[at]:g} in row {at + 1} is not between 0 and 1. Leave out cases without a chance."
        )
    return y, p
