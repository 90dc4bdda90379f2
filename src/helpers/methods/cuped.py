"""Tests made sharper by what was known of each unit before: the same effect, with less noise around it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri
from statsmodels.regression.linear_model import OLS

from helpers.errors import DataError
from helpers.methods.experiments import Effect
from helpers.methods.intervals import Estimate, check_level

FEWEST = 3  # units an arm beyond the number of columns, below which the leverage of one is too high


class Adjusted(NamedTuple):
    """Effect with what was known before taken into account.

    effect : means of both arms at the mean of what was known before, `absolute` and `relative` Estimates.
    p : of no difference, two-sided.
    spared : share of the variance of the plain difference that is gone, 0 to 1; below 0 where the columns only add noise.
    """

    effect: Effect
    p: float
    spared: float


def adjusted_difference(outcome, before, treated, *, level: float = 0.90) -> Adjusted:
    """Mean of the treated less mean of the control, both at the same mean of what was known before the lot was drawn.

    Parameters
    ----------
    outcome : one number a unit.
    before : one row a unit, a column each thing known before the treatment; a single column may be flat. What the treatment can have
        changed must not be in it.
    treated : true for the units that got the treatment.
    level : confidence level.

    Returns
    -------
    Adjusted. Bounds are NaN where an arm has fewer than three units beyond the columns, or where nothing varies.

    Raises
    ------
    DataError : a value is missing, or the lengths differ.

    Formula: outcome ~ 1 + treated + (before - mean) + treated x (before - mean) by least squares, errors by HC3; the variance of the mean of
        what was known before is added where it works differently in the two arms.
    Source: Deng, Xu, Kohavi & Walker (2013), WSDM '13; Lin (2013), Annals of Applied Statistics 7; MacKinnon & White (1985).
    """
    check_level(level)
    y, x, arm = _clean(outcome, before, treated)
    n, unknown = len(y), (math.nan, math.nan)
    sizes = int(arm.sum()), int((~arm).sum())
    plain = [float(y[side].mean()) if side.any() else math.nan for side in (arm, ~arm)]
    x = x[:, x.std(axis=0) > 0] if n else x
    x = (x - x.mean(axis=0)) / x.std(axis=0) if x.size else x[:, :0]
    kept = _independent(x)
    x = x[:, kept]
    if min(sizes) < x.shape[1] + FEWEST or not y.std() > 0:
        value, ratio = plain[0] - plain[1], plain[0] / plain[1] - 1 if plain[1] else math.nan
        blank = Estimate(value, *unknown, level, n), Estimate(ratio, *unknown, level, n)
        return Adjusted(Effect(*plain, *blank), math.nan, math.nan)
    design = np.column_stack([np.ones(n), arm, x, arm[:, None] * x])
    fitted = OLS(y, design).fit(cov_type="HC3")
    weights = np.array([[1.0, 1.0], [1.0, 0.0]])  # means of the treated and of the control
    between = weights @ fitted.cov_params()[:2, :2] @ weights.T
    slopes = fitted.params[2:].reshape(2, -1)
    moved = np.array([slopes[0] + slopes[1], slopes[0]])
    # The mean of what was known before is itself that of a sample, the same for both arms.
    between = (
        between + moved @ np.atleast_2d(np.cov(x, rowvar=False, ddof=1)) @ moved.T / n
        if x.shape[1]
        else between
    )
    means = weights @ fitted.params[:2]
    variance = float(between[0, 0] + between[1, 1] - 2 * between[0, 1])
    z, value = float(ndtri((1 + level) / 2)), float(means[0] - means[1])
    half = z * math.sqrt(variance)
    p = 2 * float(_tail(value / math.sqrt(variance))) if variance > 0 else math.nan
    before_it = sum(float(y[side].var(ddof=1)) / size for side, size in zip((arm, ~arm), sizes, strict=True))
    absolute = Estimate(value, value - half, value + half, level, n)
    ratio = means[0] / means[1] - 1 if means[1] else math.nan
    relative = Estimate(ratio, *_of_ratio(means, between, z), level, n)
    return Adjusted(Effect(*map(float, means), absolute, relative), p, 1 - variance / before_it)


def _tail(z: float) -> float:
    return 0.5 * math.erfc(abs(z) / math.sqrt(2))


def _of_ratio(means: np.ndarray, between: np.ndarray, z: float) -> tuple[float, float]:
    """Fieller's bounds of treated over control less 1, the two being correlated; NaN where the control is not told from 0."""
    a = means[1] ** 2 - z * z * between[1, 1]
    b = means[0] * means[1] - z * z * between[0, 1]
    c = means[0] ** 2 - z * z * between[0, 0]
    if not a > 0:
        return math.nan, math.nan
    root = math.sqrt(max(b * b - a * c, 0.0))
    ends = sorted(((b - root) / a - 1, (b + root) / a - 1))
    return float(ends[0]), float(ends[1])


def _clean(outcome, before, treated) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    y, arm = np.asarray(outcome, dtype=float), np.asarray(treated)
    x = np.asarray(before, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    if not (len(y) == len(x) == len(arm)):
        raise DataError(
            f"adjusted_difference: {len(y)} outcomes, {len(x)} rows of what was known before and {len(arm)} arms; "
            "give one of each a unit."
        )
    bad = int((~np.isfinite(y)).sum() + (~np.isfinite(x)).any(axis=1).sum())
    if bad:
        raise DataError(
            f"adjusted_difference: {bad} of {len(y)} units have a missing or infinite value; fill in 0 where none means nothing, "
            "or drop them in both arms."
        )
    return y, x, arm.astype(bool)


def _independent(x: np.ndarray) -> list[int]:
    """Columns that are no sum of those before them."""
    kept: list[int] = []
    for at in range(x.shape[1]):
        if np.linalg.matrix_rank(x[:, [*kept, at]]) > len(kept):
            kept.append(at)
    return kept
