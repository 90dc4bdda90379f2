"""Tests whose outcome is yes or no: a p and intervals that never contradict each other, and several variants at once."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, stdtr

from helpers.errors import DataError
from helpers.methods.experiments import Arm, Effect, _mean_and_error, difference_of_means
from helpers.methods.intervals import Estimate, check_level
from helpers.methods.sequential_stop import critical_of

NEARLY = 1e-12  # how near a bound may come to an end that it cannot pass


class Tested(NamedTuple):
    """Effect of a test with its statistic [standard errors] and p, two-sided."""

    effect: Effect
    statistic: float
    p: float


def difference_of_shares(
    treated: tuple[float, float], control: tuple[float, float], *, level: float = 0.90, critical: float | None = None
) -> Tested:  # fmt: skip
    """Share of the treated less that of the control, and relative to it, with the score test and its inversions.

    Parameters
    ----------
    treated, control : (successes, units) of each arm; every unit succeeds at most once.
    level : confidence level.
    critical : standard errors to each side in place of those of `level`: for looks that were taken on the way.

    Returns
    -------
    Tested: both shares, `absolute` and `relative` Estimates, statistic and p. Both intervals leave zero out exactly where the statistic is
    beyond the critical value. All is NaN where an arm is empty, statistic and bounds where nobody or everybody succeeded; the relative
    effect is NaN where the control had no success, and its upper bound infinite where that is not ruled out.

    Raises
    ------
    DataError : a count is missing, below 0, or above the units.

    Formula: z = (p_t - p_c) / sqrt(p q (1/n_t + 1/n_c)), p pooled. Bounds: the differences (Mee) and ratios (Koopman) whose own score
        statistic, with the shares that are likeliest under them, is the critical value.
    Source: Mee (1984), Biometrics 40; Koopman (1984), Biometrics 40; Miettinen & Nurminen (1985), Statistics in Medicine 4.
    """
    check_level(level)
    (x_t, n_t), (x_c, n_c) = _counted(treated, "treated"), _counted(control, "control")
    c, n = critical_of(level) if critical is None else critical, int(n_t + n_c)
    if not (n_t and n_c):
        unknown = Estimate(math.nan, math.nan, math.nan, level, n)
        shares = (x_t / n_t if n_t else math.nan, x_c / n_c if n_c else math.nan)
        return Tested(Effect(*shares, unknown, unknown), math.nan, math.nan)
    p_t, p_c = x_t / n_t, x_c / n_c
    difference, ratio = p_t - p_c, (p_t / p_c - 1 if x_c else math.nan)
    is_varied = 0 < x_t + x_c < n_t + n_c
    z = _score_of_difference(x_t, n_t, x_c, n_c, 0.0) if is_varied else math.nan
    if not math.isfinite(z) or not math.isfinite(c):
        bounds = ((math.nan, math.nan),) * 2
    else:
        bounds = _difference_bounds(x_t, n_t, x_c, n_c, c), _ratio_bounds(x_t, n_t, x_c, n_c, c)
    absolute = Estimate(difference, *bounds[0], level, n)
    relative = Estimate(ratio, *(bounds[1] if x_c else (math.nan, math.nan)), level, n)
    p = 2 * float(ndtr(-abs(z))) if math.isfinite(z) else math.nan
    return Tested(Effect(p_t, p_c, absolute, relative), z, p)


def welch(treated: Arm, control: Arm, *, level: float = 0.90) -> Tested:
    """Mean of the treated less that of the control, as `experiments.difference_of_means`, with Welch's statistic and its p.

    Source: Welch (1947), Biometrika 34.
    """
    effect = difference_of_means(treated, control, level=level)
    (_, v_t), (_, v_c) = _mean_and_error(treated, "treated"), _mean_and_error(control, "control")
    error = v_t + v_c
    if not error > 0:
        return Tested(effect, math.nan, math.nan)
    t, a, b = effect.absolute.value / math.sqrt(error), v_t / error, v_c / error
    df = 1 / (a * a / (treated.n - 1) + b * b / (control.n - 1))
    return Tested(effect, t, 2 * float(stdtr(df, -abs(t))))


class Step(NamedTuple):
    """One of several comparisons: p that allows for the others, and the level at which its interval agrees with it."""

    p: float
    level: float


def holm(p: Sequence[float], *, level: float = 0.90) -> list[Step]:
    """Holm's steps over several comparisons with one control: adjusted p, and the level of each interval.

    Parameters
    ----------
    p : one p a comparison; NaN stays NaN and counts as a comparison.
    level : 1 - level is the chance of at least one false alarm among all.

    Returns
    -------
    One Step a comparison, in the order given. An interval at `level` of its step leaves zero out exactly where the adjusted p is below
    1 - level: of m comparisons the i-th by size is held against (1 - level) / (m - i + 1), those after the first that fails at its level.

    Source: Holm (1979), Scandinavian Journal of Statistics 6.
    """
    check_level(level)
    values, alpha = np.asarray(p, dtype=float), 1 - level
    m, order = len(values), np.argsort(np.where(np.isnan(values), np.inf, values), kind="stable")
    made: list[Step] = [Step(math.nan, level)] * m
    worst, failed = 0.0, None
    for rank, at in enumerate(order):
        share = m - rank
        one = float(values[at])
        if math.isnan(one):
            made[at] = Step(math.nan, 1 - alpha / (failed or share))
            continue
        worst = min(1.0, max(worst, share * one))
        if failed is None and one >= alpha / share:
            failed = share
        made[at] = Step(worst, 1 - alpha / (failed or share))
    return made


def _counted(arm: tuple[float, float], name: str) -> tuple[float, float]:
    successes, units = float(arm[0]), float(arm[1])
    if not (0 <= successes <= units and math.isfinite(units)):
        raise DataError(
            f"difference_of_shares: the {name} arm has {successes:g} successes of {units:g} units; "
            "count people, each once: events that one person can repeat need their sum and sum of squares."
        )
    return successes, units


def _score_of_difference(x_t: float, n_t: float, x_c: float, n_c: float, d: float) -> float:
    """Score statistic of a difference `d`, the control's share being the likeliest one under it. Miettinen & Nurminen (1985)."""
    low, high = max(0.0, -d), min(1.0, 1.0 - d)
    if d == 0:
        share = (x_t + x_c) / (n_t + n_c)
    else:
        n, won = n_t + n_c, x_t + x_c
        share = _cubic(n, (n_t + 2 * n_c) * d - n - won, (n_c * d - n - 2 * x_c) * d + won, x_c * d * (1 - d))
    share = min(max(share, low), high)
    other = min(max(share + d, 0.0), 1.0)
    variance = other * (1 - other) / n_t + share * (1 - share) / n_c
    gap = x_t / n_t - x_c / n_c - d
    return gap / math.sqrt(variance) if variance > 0 else (0.0 if gap == 0 else math.copysign(math.inf, gap))


def _cubic(a: float, b: float, c: float, d: float) -> float:
    """The root of the cubic that lies between the bounds of a share."""
    v = b**3 / (27 * a**3) - b * c / (6 * a**2) + d / (2 * a)
    u = math.copysign(math.sqrt(max(b**2 / (9 * a**2) - c / (3 * a), 0.0)), v)
    w = (math.pi + math.acos(min(max(v / u**3, -1.0), 1.0))) / 3 if u else 0.0
    return 2 * u * math.cos(w) - b / (3 * a)


def _score_of_ratio(x_t: float, n_t: float, x_c: float, n_c: float, r: float) -> float:
    """Score statistic of a ratio `r`, the control's share being the likeliest one under it."""
    n = n_t + n_c
    b = -(r * (n_t + x_c) + x_t + n_c)
    share = (-b - math.sqrt(max(b * b - 4 * n * r * (x_t + x_c), 0.0))) / (2 * n * r)
    share = min(max(share, 0.0), 1.0, 1 / r)
    other = min(r * share, 1.0)
    variance = other * (1 - other) / n_t + r * r * share * (1 - share) / n_c
    gap = x_t / n_t - r * x_c / n_c
    return gap / math.sqrt(variance) if variance > 0 else (0.0 if gap == 0 else math.copysign(math.inf, gap))


def _difference_bounds(x_t, n_t, x_c, n_c, c) -> tuple[float, float]:
    d = x_t / n_t - x_c / n_c
    return tuple(
        _bound(lambda at: _score_of_difference(x_t, n_t, x_c, n_c, at), d, side * (1 - NEARLY), side * c)
        for side in (-1, 1)
    )


def _ratio_bounds(x_t, n_t, x_c, n_c, c) -> tuple[float, float]:
    """Bounds of the ratio less 1, sought on the scale of logarithms."""
    if not x_c:
        return math.nan, math.nan
    start = math.log(x_t / n_t) - math.log(x_c / n_c) if x_t else -30.0
    low, high = (
        _bound(lambda at: _score_of_ratio(x_t, n_t, x_c, n_c, math.exp(at)), start, 40.0 * side, side * c)
        for side in (-1, 1)
    )
    return (-1.0 if not x_t else math.expm1(low)), (math.inf if high > 39 else math.expm1(high))


def _bound(score, start: float, end: float, critical: float) -> float:
    """Where the statistic, which falls as the effect under trial rises, is `critical` standard errors from the estimate."""
    compare = operator.le if critical > 0 else operator.ge
    if not compare(score(end), -critical):
        return round(end)
    return float(
        brentq(lambda at: max(min(score(at), 1e6), -1e6) + critical, start, end, xtol=1e-13, rtol=1e-13)
    )
