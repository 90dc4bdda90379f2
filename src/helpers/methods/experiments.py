"""Randomised experiments: what did the treatment change, in means and in totals over totals."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri, stdtrit

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level

ROUNDING = 1e-9  # how far sums of floats may miss the inequality that all real numbers obey


class Arm(NamedTuple):
    """Sums of one arm: units, sum of the outcome, sum of its squares."""

    n: int
    total: float
    squares: float


class RatioArm(NamedTuple):
    """Sums of one arm whose outcome is a total over a total: units, both totals, their squares and their product by unit."""

    n: int
    top: float
    bottom: float
    top_squares: float
    bottom_squares: float
    product: float


class Effect(NamedTuple):
    """What a treatment changed: treated less control, and the same as a share of the control's mean."""

    treated: float
    control: float
    absolute: Estimate
    relative: Estimate


def arm_of(values) -> Arm:
    """Sums of an arm from its units' outcomes; a missing or infinite outcome is refused."""
    known = np.asarray(values, dtype=float)
    bad = int((~np.isfinite(known)).sum())
    if bad:
        raise DataError(
            f"arm_of: {bad} of {len(known)} units have no outcome; fill in 0 where none means nothing, or drop them in both arms."
        )
    return Arm(len(known), float(known.sum()), float(known @ known))


def difference_of_means(treated: Arm, control: Arm, *, level: float = 0.90) -> Effect:
    """Mean of the treated less mean of the control, with Welch's interval; and the same relative to the control.

    Parameters
    ----------
    treated, control : sums of each arm, one unit a randomised person; `arm_of` makes them from rows.
    level : confidence level, 0 to 1.

    Returns
    -------
    Effect: both means, `absolute` and `relative` [share of the control's mean] Estimates, n = all units. A mean of an empty arm
    is NaN; bounds are NaN with fewer than two units an arm or where nothing varies. The relative effect's bounds are NaN where
    the control's mean is not told from 0, for then any change is possible.

    Raises
    ------
    DataError : a sum is missing, or the squares are below what the total implies.

    Formula: d ± t(df) sqrt(s_t²/n_t + s_c²/n_c), df by Welch and Satterthwaite; relative bounds are the roots r of
        (m_t - r m_c)² = t² (v_t + r² v_c), less 1 (Fieller).
    Source: Welch (1947), Biometrika 34; Fieller (1954), JRSS B 16.
    """
    check_level(level)
    (m_t, v_t), (m_c, v_c) = (
        _mean_and_error(arm, name) for arm, name in ((treated, "treated"), (control, "control"))
    )
    n = int(treated.n + control.n)
    difference = m_t - m_c
    ratio = m_t / m_c - 1 if m_c else math.nan
    error = v_t + v_c
    if not error > 0:  # NaN too
        unknown = (math.nan, math.nan, level, n)
        return Effect(m_t, m_c, Estimate(difference, *unknown), Estimate(ratio, *unknown))
    # in shares of the error, so that tiny variances do not underflow when squared
    a, b = v_t / error, v_c / error
    t = float(stdtrit(1 / (a * a / (treated.n - 1) + b * b / (control.n - 1)), (1 + level) / 2))
    half = t * math.sqrt(error)
    absolute = Estimate(difference, difference - half, difference + half, level, n)
    low, high = _fieller(m_t, v_t, m_c, v_c, t)
    return Effect(m_t, m_c, absolute, Estimate(ratio, low, high, level, n))


def difference_of_ratios(treated: RatioArm, control: RatioArm, *, level: float = 0.90) -> Effect:
    """Total over total of the treated less that of the control, where units differ in how much they have below the line.

    Parameters
    ----------
    treated, control : sums over the units that the lot was drawn for, such as people, each with many occasions.
    level : confidence level, 0 to 1.

    Returns
    -------
    Effect: both ratios, `absolute` and `relative` Estimates, n = all units; NaN as `difference_of_means`.

    Raises
    ------
    DataError : a sum is missing, or the squares are below what the totals imply.

    Formula: r = sum y / sum x; its variance is sum (y - r x)² / (sum x)² n / (n - 1); bounds as `difference_of_means`, with z.
    Source: Deng, Knoblich & Lu (2018), Applying the delta method in metric analytics, KDD '18.
    """
    check_level(level)
    (r_t, v_t), (r_c, v_c) = (_ratio_and_error(arm) for arm in (treated, control))
    z, n, unknown = float(ndtri((1 + level) / 2)), int(treated.n + control.n), (math.nan, math.nan)
    ratio = r_t / r_c - 1 if r_c else math.nan
    half = z * math.sqrt(v_t + v_c)
    absolute = (r_t - r_c - half, r_t - r_c + half) if half > 0 else unknown
    relative = _fieller(r_t, v_t, r_c, v_c, z) if half > 0 else unknown
    return Effect(r_t, r_c, Estimate(r_t - r_c, *absolute, level, n), Estimate(ratio, *relative, level, n))


def _ratio_and_error(arm: RatioArm) -> tuple[float, float]:
    """Total over total and its variance; NaN where there is nothing below the line or one unit alone."""
    if not all(math.isfinite(one) for one in arm):
        raise DataError(f"difference_of_ratios: the sums of an arm are {arm[:]}; add them up again.")
    if not arm.bottom:
        return math.nan, math.nan
    ratio = arm.top / arm.bottom
    spread = arm.top_squares - 2 * ratio * arm.product + ratio**2 * arm.bottom_squares
    if spread < -ROUNDING * arm.top_squares:
        raise DataError(
            f"difference_of_ratios: the squares of an arm, {arm.top_squares:g} and {arm.bottom_squares:g}, do not go with "
            f"their product {arm.product:g}; add up squares and products unit by unit."
        )
    if arm.n < 2:
        return ratio, math.nan
    return ratio, max(spread, 0.0) / arm.bottom**2 * arm.n / (arm.n - 1)


def _mean_and_error(arm: Arm, name: str) -> tuple[float, float]:
    """Mean of an arm and the variance of that mean; NaN where it cannot be told."""
    n, total, squares = arm
    if not (n >= 0 and math.isfinite(total) and math.isfinite(squares)):
        raise DataError(
            f"difference_of_means: the {name} arm has n {n}, total {total:g}, squares {squares:g}; sum it again."
        )
    if n == 0:
        return math.nan, math.nan
    mean = total / n
    spread = squares - total * mean
    if spread < -ROUNDING * squares:
        raise DataError(
            f"difference_of_means: the {name} arm's squares add up to {squares:g}, below {total * mean:g}, "
            "which its total implies; give the sum of the squares, not the square of the sum."
        )
    # What rounding alone leaves is no spread.
    spread = spread if spread > ROUNDING * 1e-3 * squares else 0.0
    return mean, spread / (n - 1) / n if n > 1 else math.nan


def _fieller(m_t: float, v_t: float, m_c: float, v_c: float, t: float) -> tuple[float, float]:
    """Bounds of m_t / m_c - 1; NaN where the control's mean is not told from 0."""
    unlike_zero = m_c * m_c - t * t * v_c
    if not unlike_zero > 0:
        return math.nan, math.nan
    middle = m_t * m_c
    root = math.sqrt(max(middle * middle - unlike_zero * (m_t * m_t - t * t * v_t), 0.0))
    ends = sorted(((middle - root) / unlike_zero - 1, (middle + root) / unlike_zero - 1))
    return ends[0], ends[1]
