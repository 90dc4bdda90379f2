"""Shares and differences of means where several units belong to one person, shop or day and are not independent."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr, stdtrit

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level, wilson


class Difference(NamedTuple):
    """Mean of the treated less mean of the control, over clustered units.

    `error` is the standard error, `df` its degrees of freedom, `n_clusters` all clusters, `design_effect` the variance
    against that of as many independent units.
    """

    treated: float
    control: float
    absolute: Estimate
    error: float
    df: float
    n_clusters: int
    design_effect: float


def clustered_share(successes, clusters, *, level: float = 0.90) -> Estimate:
    """Share over units that come in clusters, with Wilson's interval at the number of independent units they are worth.

    Parameters
    ----------
    successes : true or false (1 or 0) a unit.
    clusters : the cluster of each unit, in the same order.
    level : confidence level, 0 to 1.

    Returns
    -------
    Estimate: value, low, high [share 0-1], n = units. Bounds are NaN with fewer than two clusters. Where all units are alike the
    data do not say how much clusters matter, and each cluster counts as one unit.

    Raises
    ------
    DataError : a success is missing or is no 0 or 1, or a cluster is missing.

    Formula: Wilson at n* = min(n, p(1-p) / var) (z / t)², var = G/(G-1) sum over clusters of (sum of the cluster's y - p)² / n²; t
        with effective clusters - 1, (sum of sizes)² / sum of squared sizes.
    Source: Korn & Graubard (1998), Survey Methodology 24, for n*; Cochran (1977), Sampling Techniques, ch. 9A, for var.
    """
    y, code, n_clusters = _units(successes, clusters, "clustered_share")
    check_level(level)
    odd = int(((y != 0) & (y != 1)).sum())
    if odd:
        raise DataError(
            f"clustered_share: {odd} of {len(y)} units are neither 0 nor 1; clustered_difference takes amounts."
        )
    n = len(y)
    if n_clusters < 2:
        return Estimate(float(y.mean()) if n else math.nan, math.nan, math.nan, level, n)
    p = float(y.mean())
    error, df = _error_of_mean(y, code, n_clusters)
    if p in (0.0, 1.0):
        worth = float(n_clusters)
    else:
        worth = min(float(n), p * (1 - p) / error**2) if error > 0 else float(n)
    worth *= (float(ndtri((1 + level) / 2)) / float(stdtrit(max(df, 1.0), (1 + level) / 2))) ** 2
    low, high = wilson(p * worth, worth, level=level)
    return Estimate(p, min(float(low), p), max(float(high), p), level, n)  # rounding at 0 and 1


def clustered_difference(values, treated, clusters, *, level: float = 0.90) -> Difference:
    """Mean of the treated less mean of the control, where a cluster may have units in one arm or in both.

    Parameters
    ----------
    values : one number a unit: an amount, a count, or 1 and 0 for a share.
    treated : true or false a unit; where the lot fell on units, on clusters, or on anything in between, this holds.
    clusters : the cluster of each unit, in the same order.
    level : confidence level, 0 to 1.

    Returns
    -------
    Difference; `absolute` in the unit of `values` with n = units. Means of an empty arm are NaN; bounds are NaN where an arm has
    fewer than two clusters or nothing varies.

    Raises
    ------
    DataError : a value is missing or infinite, or an arm or a cluster is missing.

    Formula: var = G/(G-1) sum over clusters of u², u = sum over the cluster's units of (y - m_t)/n_t in the treated arm less
        (y - m_c)/n_c in the control arm; t with the effective clusters of the smaller arm - 1.
    Source: Liang & Zeger (1986), Biometrika 73, for the regression of y on the arm; Carter, Schnepel & Steigerwald (2017),
        REStat 99, for effective clusters.
    """
    y, code, n_clusters = _units(values, clusters, "clustered_difference")
    check_level(level)
    if pd.isna(np.asarray(treated, dtype=object)).any():
        raise DataError(
            "clustered_difference: a unit has no arm; leave out units that were in no arm before comparing."
        )
    arm = np.asarray(treated).astype(bool)
    if arm.shape != y.shape:
        raise ValueError(f"clustered_difference: {len(y)} values and {len(arm)} arms")
    n_t, n_c = int(arm.sum()), int((~arm).sum())
    if not n_t or not n_c:
        known = float(y.mean()) if len(y) else math.nan
        means = (known if n_t else math.nan, known if n_c else math.nan)
        unknown = Estimate(math.nan, math.nan, math.nan, level, len(y))
        return Difference(*means, unknown, math.nan, math.nan, n_clusters, math.nan)
    m_t, m_c = float(y[arm].mean()), float(y[~arm].mean())
    pull = np.where(arm, (y - m_t) / n_t, -(y - m_c) / n_c)
    variance = _spread(pull, code, n_clusters)
    df = min(_effective(code[arm]), _effective(code[~arm])) - 1
    alone = float(y[arm].var()) / n_t + float(y[~arm].var()) / n_c
    error = math.sqrt(variance) if variance > 0 and df > 0 and _varies(alone, m_t, m_c) else math.nan
    half = _half(error, df, level)
    difference = m_t - m_c
    absolute = Estimate(difference, difference - half, difference + half, level, len(y))
    effect = variance / alone if alone > 0 else math.nan
    return Difference(m_t, m_c, absolute, error, df, n_clusters, effect)


def chance_above(found: Difference, reference: float = 0.0) -> float:
    """Chance that the true difference is above a reference, every difference being as likely beforehand; NaN where unknown.

    Formula: t distribution function of (difference - reference) / error.
    """
    if not found.error > 0:
        return math.nan
    return float(stdtr(found.df, (found.absolute.value - reference) / found.error))


def units_needed(spread: float, wanted: float, *, control_share: float, level: float = 0.90) -> int:
    """Units, both arms together, that bring the half-width of a difference of means to the wanted one.

    Parameters
    ----------
    spread : standard deviation of a unit's outcome; times the root of the design effect where units are clustered.
    wanted : half-width in the same unit.
    control_share : share of units that the lot gives to the control, between 0 and 1.

    Raises
    ------
    ValueError : an argument is outside its range.

    Formula: (z spread / wanted)² / (q (1 - q)).
    """
    check_level(level)
    if not (spread > 0 and wanted > 0 and 0 < control_share < 1):
        raise ValueError(
            f"need a spread and a half-width above 0 and a share in (0, 1), not {spread!r}, {wanted!r}, {control_share!r}"
        )
    z = float(ndtri((1 + level) / 2))
    return math.ceil((z * spread / wanted) ** 2 / (control_share * (1 - control_share)) - 1e-9)


def _units(values, clusters, name: str) -> tuple[np.ndarray, np.ndarray, int]:
    """Values as numbers, the number of each unit's cluster, and how many clusters there are."""
    y = np.asarray(pd.array(values) if isinstance(values, list) else values, dtype=float)
    labels = np.asarray(clusters, dtype=object) if isinstance(clusters, list | tuple) else clusters
    code, found = pd.factorize(pd.Series(labels), sort=False)
    if len(code) != len(y):
        raise ValueError(f"{name}: {len(y)} values and {len(code)} clusters")
    bad = int((~np.isfinite(y)).sum())
    if bad:
        raise DataError(
            f"{name}: {bad} of {len(y)} units have no finite value; fill in 0 where none means nothing, or drop them in both arms."
        )
    gone = int((code < 0).sum())
    if gone:
        raise DataError(
            f"{name}: {gone} of {len(y)} units belong to no cluster; give each a cluster of its own or leave it out."
        )
    return y, code, len(found)


def _error_of_mean(y: np.ndarray, code: np.ndarray, n_clusters: int) -> tuple[float, float]:
    """Standard error of a clustered mean and its degrees of freedom; NaN where the clusters do not tell."""
    df = _effective(code) - 1
    if n_clusters < 2:
        return math.nan, df
    variance = _spread((y - y.mean()) / len(y), code, n_clusters)
    told = variance > 0 and df > 0 and _varies(float(y.var()) / len(y), float(y.mean()))
    return (math.sqrt(variance) if told else math.nan), df


def _spread(pull: np.ndarray, code: np.ndarray, n_clusters: int) -> float:
    """Variance of the sum of independent clusters' pulls."""
    if n_clusters < 2:
        return math.nan
    sums = np.bincount(code, pull, n_clusters)
    return float(sums @ sums) * n_clusters / (n_clusters - 1)


def _effective(code: np.ndarray) -> float:
    """Clusters of equal size that these are worth."""
    sizes = np.bincount(code).astype(float)
    return float(sizes.sum() ** 2 / (sizes @ sizes)) if len(code) else 0.0


def _varies(variance: float, *means: float) -> bool:
    """Whether a variance is more than what rounding leaves of equal values."""
    return variance > 1e-24 * max(mean * mean for mean in means) and variance > 0


def _half(error: float, df: float, level: float) -> float:
    return float(stdtrit(df, (1 + level) / 2)) * error if error > 0 else math.nan
