"""What a test by region changed, from the ratio of treated to untreated sales, whose days are not independent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr

from helpers.errors import DataError
from helpers.i18n import said
from helpers.methods.intervals import Estimate, check_level

RHO = np.linspace(-0.6, 0.96, 40)  # how much of a day's surprise is left a day later
FEWEST = 8  # times before and during a test; a day-to-day correlation cannot be told from fewer
STEPS = 50  # halvings of a bracket


class RatioEffect(NamedTuple):
    """What a test changed.

    lift : change of the treated sales relative to what they would have been [-1 up].
    effect : the same in units of the sales, over the whole test.
    p : two-sided probability of so large a lift without an effect; below 1 - level exactly where the interval leaves 0 out.
    rho : correlation of a time with the one before it, mean over what the data allow.
    n_before, n_during : times before the test and while it ran.
    guards : what to tell a reader; where the first starts with "cannot tell", every figure is NaN.
    """

    lift: Estimate
    effect: Estimate
    p: float
    rho: float
    n_before: int
    n_during: int
    guards: tuple[str, ...]


def log_ratio(
    treated: Sequence[float], control: Sequence[float], during: Sequence[bool], *, at: Sequence[int] | None = None,
    period: int = 0, level: float = 0.90, spread: float = 1.0,
) -> RatioEffect:  # fmt: skip
    """Effect of a test by region on the total of the treated regions.

    Parameters
    ----------
    treated, control : sales of all treated and of all untreated regions, one figure a time, in order of time; above 0.
    during : whether the test ran at that time; times after it are left out by the caller.
    at : number of each time, such as the day, rising; lets missing times be gaps. Default: none is missing.
    period : length of a cycle that the ratio may have, 7 for days of the week; 0 for none.
    level : of the interval.
    spread : factor on the standard error, from placebos that scatter more than the model says; 1 for none.

    Returns
    -------
    RatioEffect; the interval and p are of one distribution, so they cannot contradict each other.

    Raises
    ------
    DataError : lengths differ, a time comes twice or a figure is missing.

    Formula: ln(treated / control) = a + cycle + b x during + u, u an AR(1); b is a mixture over rho of Student's t with n - k
        degrees, weights by the restricted likelihood; lift = e^b - 1, effect = treated sales x (1 - e^-b).
    Source: restricted likelihood, Harville (1974), Biometrika 61; generalised least squares, Prais & Winsten (1954).
    """
    check_level(level)
    top, bottom, running, day = _arrays(treated, control, during, at)
    n_before, n_during = int((~running).sum()), int(running.sum())
    reason = _refused(top, bottom, n_before, n_during)
    if reason:
        empty = Estimate(math.nan, math.nan, math.nan, level, len(top))
        return RatioEffect(empty, empty, math.nan, math.nan, n_before, n_during, (said("cannot tell: {reason}", reason=reason),))  # fmt: skip
    value, se, weight, df = _by_rho(np.log(top / bottom), _design(running, day, period), day)
    se, tails = se * spread, (1 - level) / 2
    low, high = (quantile_of_mixture(share, value, se, weight, df) for share in (tails, 1 - tails))
    below = float(weight @ stdtr(df, -value / se))
    middle, total = float(weight @ value), float(top[running].sum())
    lift = Estimate(*(math.expm1(b) for b in (middle, low, high)), level, len(top))
    effect = Estimate(*(-total * math.expm1(-b) for b in (middle, low, high)), level, len(top))
    rho = float(weight @ RHO)
    guards = ()
    if rho > 0.8:
        guards = (said("the ratio drifts from one time to the next: a longer time before the test would help"),)  # fmt: skip
    return RatioEffect(lift, effect, 2 * min(below, 1 - below), rho, n_before, n_during, guards)


def steady_control(regions: np.ndarray, before: Sequence[bool]) -> np.ndarray:
    """One series of the untreated regions in which a region counts the more, the steadier it moved with the others.

    Parameters
    ----------
    regions : sales [time, region] of untreated regions.
    before : times before the test [time]; only they tell the weights, and no treated region does.

    Returns
    -------
    Weighted mean of each region's sales relative to its own mean before the test [time], about 1. A region without sales
    before the test is left out; NaN where all are.

    Formula: weights are 1 / variance of (region / common movement), the common movement with the same weights, in four rounds;
        no variance counts below a tenth of the median one. Where noise is that of counts, weights follow size: the plain total.
    Source: inverse-variance weighting, Cochran (1954), Biometrics 10.
    """
    sales, early = np.asarray(regions, dtype=float), np.asarray(before, dtype=bool)
    mean = sales[early].mean(axis=0) if early.any() else np.zeros(sales.shape[1])
    if not (mean > 0).any():
        return np.full(len(sales), math.nan)
    share = sales[:, mean > 0] / mean[mean > 0]
    weight = mean[mean > 0] / mean[mean > 0].sum()
    for _ in range(4):
        common = share[early] @ weight
        ratio = share[early] / np.where(common > 0, common, 1.0)[:, None]
        variance = ((ratio - 1) ** 2).mean(axis=0) / np.maximum(
            1 - weight, 0.1
        )  # it is part of what it is held against
        floor = max(0.1 * float(np.median(variance)), 1e-12)
        weight = 1 / np.maximum(variance, floor)
        weight = weight / weight.sum()
    return share @ weight


def logs(found: RatioEffect) -> tuple[float, float, float, float]:
    """Log of the lift, its bounds, and its standard error as that of a normal with such an interval."""
    z = NormalDist().inv_cdf((1 + found.lift.level) / 2)
    value, low, high = (math.log1p(bound) for bound in found.lift[:3])
    return value, low, high, (high - low) / 2 / z


def _arrays(treated, control, during, at):
    top, bottom = np.asarray(treated, dtype=float), np.asarray(control, dtype=float)
    running = np.asarray(during, dtype=bool)
    day = np.arange(len(top)) if at is None else np.asarray(at, dtype=int)
    if not len(top) == len(bottom) == len(running) == len(day):
        raise DataError(
            f"log_ratio: {len(top)} treated, {len(bottom)} untreated figures, {len(running)} marks of the test and {len(day)} "
            "times; give one of each a time."
        )
    if not (np.isfinite(top).all() and np.isfinite(bottom).all()):
        raise DataError(
            "log_ratio: a figure is missing or infinite; leave that time out and say so with `at`."
        )
    if (np.diff(day) < 1).any():
        raise DataError("log_ratio: times must rise, each once; add up the rows of a time first.")
    return top, bottom, running, day


def _refused(top, bottom, n_before, n_during) -> str:
    if n_before < FEWEST:
        return said("{n} times before the test, and {need} are the least", n=n_before, need=FEWEST)
    if n_during < 2:
        return said("{n} times in the test, and {need} are the least", n=n_during, need=2)
    if not ((top > 0).all() and (bottom > 0).all()):
        return said("sales of a time are zero or below, so a ratio has no logarithm; add up longer times")
    ratio = np.log(top / bottom)
    if np.ptp(ratio) < 1e-9:
        return said("the treated regions move exactly as the others do: one was made from the other")
    return ""


def _design(running, day, period) -> np.ndarray:
    """Columns: constant, test, then the cycle without its first phase; a phase that never comes has no column."""
    columns = [np.ones(len(day)), running.astype(float)]
    if period > 1 and len(day) >= 4 * period:
        columns += [(day % period == phase) - 1 / period for phase in range(1, period)]
    return np.stack(columns, axis=1)


def _by_rho(y, x, day) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Effect, its standard error and the weight of each rho, and degrees of freedom."""
    n, k = x.shape
    back = np.sign(RHO)[:, None] ** np.diff(day) * np.abs(RHO)[:, None] ** np.diff(day)
    spread = np.sqrt(1 - back**2)
    whole = np.column_stack([x, y])
    white = np.concatenate(
        [
            np.repeat(whole[None, :1], len(RHO), 0),
            (whole[1:] - back[..., None] * whole[:-1]) / spread[..., None],
        ],
        axis=1,
    )
    cross = white.transpose(0, 2, 1) @ white
    normal, right = cross[:, :k, :k], cross[:, :k, k]
    inverse = np.linalg.inv(normal)
    beta = (inverse @ right[..., None])[..., 0]
    rest = np.maximum(cross[:, k, k] - (beta * right).sum(axis=1), 1e-300)
    log_weight = -np.log(spread).sum(axis=1) - np.linalg.slogdet(normal)[1] / 2 - (n - k) / 2 * np.log(rest)
    weight = np.exp(log_weight - log_weight.max())
    se = np.sqrt(rest / (n - k) * inverse[:, 1, 1])
    return beta[:, 1], se, weight / weight.sum(), n - k


def quantile_of_mixture(share, value, se, weight, df) -> float:
    """Quantile of a mixture of t distributions, by halving."""
    low, high = float((value - 60 * se).min()), float((value + 60 * se).max())
    for _ in range(STEPS):
        middle = (low + high) / 2
        if weight @ stdtr(df, (middle - value) / se) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
