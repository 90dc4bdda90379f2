"""Randomised experiments: was the lot drawn as planned, are the arms alike, and what did the treatment change."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtri, stdtrit

from helpers.errors import DataError
from helpers.methods.intervals import Estimate

MISMATCH = 0.01  # a split this unlikely under the plan is taken for a fault of the test, no accident
LEAST_EXPECTED = 5  # units an arm under the plan, below which chi-square is no guide
ROUNDING = 1e-9  # how far sums of floats may miss the inequality that all real numbers obey


class SampleRatio(NamedTuple):
    """How well the sizes of the arms fit the plan; `verdict` is "as planned", "mismatch" or "cannot tell"."""

    p: float
    statistic: float
    n: int
    expected: tuple[float, ...]
    verdict: str


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


def sample_ratio(
    counts: Sequence[int], planned: Sequence[float] | None = None, *, alpha: float = MISMATCH
) -> SampleRatio:
    """Test whether the arms have the sizes that the lot was to give them, before any result is read.

    Parameters
    ----------
    counts : units of each arm.
    planned : shares in the same order, in any scale; equal ones where it is left out.
    alpha : a p below it is a "mismatch".

    Returns
    -------
    SampleRatio: p and chi-square statistic, n = all units, expected units an arm. p is NaN and the verdict "cannot tell" where
    the plan expects fewer than 5 units in an arm.

    Raises
    ------
    DataError : a count is negative or no whole number. ValueError : fewer than two arms, a planned share that is not above 0.

    Formula: sum of (n_i - e_i)² / e_i over arms, chi-square with arms - 1 degrees of freedom.
    Source: Fabijan et al. (2019), Diagnosing sample ratio mismatch in online controlled experiments, KDD '19.
    """
    seen = np.asarray(counts, dtype=float)
    shares = np.ones(len(seen)) if planned is None else np.asarray(planned, dtype=float)
    if len(seen) < 2 or shares.shape != seen.shape or not (np.isfinite(shares) & (shares > 0)).all():
        raise ValueError(
            f"sample_ratio needs two arms or more and a share above 0 for each, not {counts} of {planned}"
        )
    good = np.isfinite(seen) & (seen >= 0) & (seen == np.round(seen))
    if not good.all():
        at = int(np.flatnonzero(~good)[0])
        raise DataError(f"sample_ratio: arm {at} has {seen[at]:g} units; count the units of each arm again.")
    expected = seen.sum() * shares / shares.sum()
    made = {"n": int(seen.sum()), "expected": tuple(expected.tolist())}
    if expected.min() < LEAST_EXPECTED:
        return SampleRatio(math.nan, math.nan, verdict="cannot tell", **made)
    statistic = float(((seen - expected) ** 2 / expected).sum())
    p = float(chdtrc(len(seen) - 1, statistic))
    return SampleRatio(p, statistic, verdict="mismatch" if p < alpha else "as planned", **made)


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
    _check_level(level)
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
    _check_level(level)
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


def balance(frame: pd.DataFrame, *, arm: str, columns: Sequence[str]) -> pd.DataFrame:
    """How unlike the arms were before the treatment, in standard deviations.

    Parameters
    ----------
    frame : one row a unit; `arm` is true for treated.
    columns : what was known before the treatment: numbers, or words, of which each level is compared. Missing values are a level
        of their own.

    Returns
    -------
    One row a column, and a row a level of words: column, level [empty for numbers], treated, control [means or shares],
    difference [standard deviations; 0 where nothing varies and infinite where only the arms differ], error [what a lot alone makes of it].

    Raises
    ------
    DataError : an arm is empty or a unit has none. ValueError : a column is absent.

    Formula: (m_t - m_c) / sqrt((s_t² + s_c²) / 2). Its error by lot alone is sqrt(1/n_t + 1/n_c).
    Source: Austin (2009), Statistics in Medicine 28, 3083-3107.
    """
    absent = [name for name in (arm, *columns) if name not in frame]
    if absent:
        raise ValueError(f"balance: no column {absent}; the table has {list(frame)[:20]}")
    if frame[arm].isna().any() or frame[arm].nunique() < 2:
        raise DataError(f"balance: {arm!r} must be true for some units, false for others and known for all.")
    treated = frame[arm].to_numpy(dtype=bool)
    rows = []
    for name in columns:
        values = frame[name]
        gone = values.isna().to_numpy()
        if pd.api.types.is_numeric_dtype(values):
            parts = [("", values.to_numpy(dtype=float, na_value=np.nan), ~gone)]
        else:
            words = values.astype("string")
            everybody = np.ones(len(frame), dtype=bool)
            levels = sorted(words.dropna().unique())
            parts = [
                (level, (words == level).fillna(False).to_numpy(dtype=float), everybody) for level in levels
            ]
        if gone.any():
            parts.append(("missing", gone.astype(float), np.ones(len(frame), dtype=bool)))
        for level, outcome, known in parts:
            rows.append((name, level, *_standardised(outcome[known & treated], outcome[known & ~treated])))
    return pd.DataFrame(rows, columns=["column", "level", "treated", "control", "difference", "error"])


def _standardised(treated: np.ndarray, control: np.ndarray) -> tuple[float, float, float, float]:
    """Both means, their difference in standard deviations and its error by lot."""
    if not len(treated) or not len(control):
        return math.nan, math.nan, math.nan, math.nan
    error = math.sqrt(1 / len(treated) + 1 / len(control))
    m_t, m_c = float(treated.mean()), float(control.mean())
    spread = math.sqrt((treated.var() + control.var()) / 2)
    if spread > 0:
        return m_t, m_c, (m_t - m_c) / spread, error
    return m_t, m_c, 0.0 if m_t == m_c else math.copysign(math.inf, m_t - m_c), error


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1 (.90 for 90 %), not {level!r}")
