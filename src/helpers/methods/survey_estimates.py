"""Shares and means of raked answers with intervals: what the margins explain of an answer is no longer in doubt."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level, wilson
from helpers.methods.survey import Raked


class Weighted(NamedTuple):
    """A weighted figure: its interval (n counts those who answered), standard error and effective answers (Kish)."""

    estimate: Estimate
    error: float
    n_effective: float


def raked_mean(values, raked: Raked, *, clusters=None, level: float = 0.90) -> Weighted:
    """Weighted mean of those who have a value, with its linearised standard error.

    Parameters
    ----------
    values : one number a person, in the order of the weights; empty for those outside the group or without answer.
    raked : weights of everybody, as `rake` returns them; a group is weighted within the whole sample.
    clusters : the cluster of each person; none means that people are independent.
    level : confidence level.

    Returns
    -------
    Weighted. Bounds are NaN with fewer than two people or clusters, or where nothing varies; the value is NaN where nobody answered.

    Raises
    ------
    DataError : a value is infinite, or a cluster is missing.

    Formula: mean = sum w y / sum w; se² = G/(G-1) sum over clusters of (sum w e)², e the residual of (y - mean) / sum w, 0 outside
        the group, in its weighted regression on the margins; bounds mean ± t se, t with effective clusters - 1.
    Source: Deville & Saerndal (1992), JASA 87; Deville, Saerndal & Sautory (1993), JASA 88, for raking.
    """
    value, error, df, n, worth = _linearised(values, raked, clusters, level)
    half = float(stdtrit(df, (1 + level) / 2)) * error if error > 0 else math.nan
    return Weighted(Estimate(value, value - half, value + half, level, n), error, worth)


def raked_share(values, raked: Raked, *, clusters=None, level: float = 0.90) -> Weighted:
    """Weighted share of those who have a value of 0 or 1, or a chance between, with an interval that stays in 0 to 1.

    Parameters, Returns, Raises
    ---------------------------
    As `raked_mean`; a value outside 0 to 1 is a DataError. Where all are alike the effective answers stand for n.

    Formula: Wilson at n* = p(1-p) / se² (z / t)².
    Source: Korn & Graubard (1998), Survey Methodology 24.
    """
    given = np.asarray(pd.array(values) if isinstance(values, list) else values, dtype=float)
    off = (given < 0) | (given > 1)
    if off.any():
        raise DataError(
            f"raked_share: the value {given[off][0]:g} is not between 0 and 1; raked_mean takes amounts."
        )
    p, error, df, n, worth = _linearised(given, raked, clusters, level)
    if not n or df < 1:
        return Weighted(Estimate(p, math.nan, math.nan, level, n), math.nan, worth)
    told = p * (1 - p) / error**2 if error > 0 else min(worth, df + 1)
    size = told * (float(ndtri((1 + level) / 2)) / float(stdtrit(df, (1 + level) / 2))) ** 2
    p = min(max(p, 0.0), 1.0)
    low, high = wilson(p * size, size, level=level)
    return Weighted(Estimate(p, min(float(low), p), max(float(high), p), level, n), error, worth)


def _linearised(values, raked: Raked, clusters, level: float) -> tuple[float, float, float, int, float]:
    """Mean, standard error, degrees of freedom, people with a value, and what their answers are worth."""
    check_level(level)
    y = np.asarray(pd.array(values) if isinstance(values, list) else values, dtype=float)
    w = raked.weights
    if len(y) != len(w):
        raise ValueError(f"{len(y)} values and {len(w)} weights")
    if np.isinf(y).any():
        raise DataError("survey: a value is infinite. Leave it empty or mend it.")
    there = ~np.isnan(y) & (w > 0)
    n, mass = int(there.sum()), float(w[there].sum())
    if not n:
        return math.nan, math.nan, 0.0, 0, 0.0
    mean, worth = float(w[there] @ y[there]) / mass, mass**2 / float(np.sum(w[there] ** 2))
    pull = np.where(there, np.nan_to_num(y) - mean, 0.0) / mass
    error, df = _error(pull, raked, there, clusters)
    flat = float(np.ptp(y[there])) == 0
    return mean, math.nan if flat else error, df, n, worth


def _error(pull: np.ndarray, raked: Raked, there: np.ndarray, clusters) -> tuple[float, float]:
    """Standard error of the weighted sum of pulls, what the margins explain taken out, and effective clusters less one."""
    w = raked.weights
    design = np.column_stack([np.ones(len(w)), raked.constraints])
    root = np.sqrt(w)
    beta, _, rank, _ = np.linalg.lstsq(design * root[:, None], pull * root, rcond=None)
    rest = w * (pull - design @ beta)
    if clusters is None:
        code, n = np.arange(len(w)), len(w)
        scale = n / max(n - int(rank), 1)
    else:
        code, found = pd.factorize(pd.Series(np.asarray(clusters)))
        n = len(found)
        if (code < 0).any() or len(code) != len(w):
            raise DataError(
                "survey: somebody belongs to no cluster. Give each person a cluster, or none at all."
            )
        scale = n / max(n - 1, 1)
    sizes = np.bincount(code, np.where(there, w, 0.0), n)
    df = float(sizes.sum() ** 2 / (sizes @ sizes)) - 1
    variance = scale * float(np.sum(np.bincount(code, rest, n) ** 2))
    return (math.sqrt(variance) if variance > 0 and df > 0 else math.nan), df
