"""Weights that make one group alike another in what is known of both, and a difference of means with its error under them."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp, ndtri

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level

STEPS = 60  # Newton steps; a solution that exists is found in about ten
CLOSE = 1e-7  # standard deviations by which a mean may miss
FARTHEST = 60.0  # a dual coefficient beyond this runs away: the target lies outside what the controls span


class Balanced(NamedTuple):
    """Weights of the controls, adding up to 1; `found` is False where no weights make the groups alike."""

    weights: np.ndarray
    found: bool

    @property
    def n_effective(self) -> float:
        """Controls as many as the weights are worth, (sum w)² / sum w² (Kish)."""
        return float(1 / (self.weights @ self.weights)) if self.found else 0.0


def entropy_weights(controls: np.ndarray, target: np.ndarray, base: np.ndarray | None = None) -> Balanced:
    """Weights nearest to `base` under which the controls' means are the target's.

    Parameters
    ----------
    controls : [unit, covariate], standardised. target : mean of each covariate among the treated, on the same scale.
    base : weight of each control before, above 0; equal ones where left out.

    Returns
    -------
    Balanced. Covariates that others explain are harmless. `found` is False where the target lies outside what the controls span, or
    there is no control.

    Raises
    ------
    DataError : a covariate is missing, or a base weight is not above 0.

    Formula: w_j in proportion to base_j exp(x_j l), l the minimum of log sum base_j exp((x_j - target) l); Newton with halved steps.
    Source: Hainmueller (2012), Political Analysis 20, 25-46.
    """
    x = np.asarray(controls, dtype=float) - np.asarray(target, dtype=float)
    n, k = x.shape
    start = np.ones(n) if base is None else np.asarray(base, dtype=float)
    if not (np.isfinite(x).all() and np.isfinite(start).all() and (start > 0).all()):
        raise DataError(
            "entropy_weights: a covariate or a base weight is missing or not above 0; fill gaps first."
        )
    if n == 0:
        return Balanced(np.zeros(0), False)
    log_base, dual = np.log(start), np.zeros(k)
    value = float(logsumexp(log_base))
    for _ in range(STEPS):
        weights = _softmax(log_base + x @ dual)
        slope = weights @ x
        if np.abs(slope).max(initial=0.0) < CLOSE:
            return Balanced(weights, True)
        curve = (x * weights[:, None]).T @ x - np.outer(slope, slope)
        step = np.linalg.lstsq(curve, slope, rcond=1e-10)[0]
        size = 1.0
        while size > 1e-6:
            tried = dual - size * step
            height = float(logsumexp(log_base + x @ tried))
            if height <= value - 1e-4 * size * float(slope @ step):
                break
            size /= 2
        dual, value = dual - size * step, height
        if np.abs(dual).max() > FARTHEST:
            break
    weights = _softmax(log_base + x @ dual)
    return Balanced(weights, bool(np.abs(weights @ x).max(initial=0.0) < 1e-4))


def weighted_effect(
    treated: np.ndarray, control: np.ndarray, x_treated: np.ndarray, x_control: np.ndarray, weights: np.ndarray, *,
    clusters: tuple[np.ndarray, np.ndarray] | None = None, level: float = 0.90,
) -> Estimate:  # fmt: skip
    """Mean of the treated less weighted mean of the controls, where the weights make covariates alike.

    Parameters
    ----------
    treated, control : outcome of each unit. x_treated, x_control : covariates [unit, covariate] that were made alike.
    weights : of the controls, adding up to 1. clusters : whom each unit belongs to, treated and control; a unit alone where left out.
    level : confidence level.

    Returns
    -------
    Estimate; n counts treated units. Bounds are NaN where nothing varies.

    Formula: mean(y_t) - sum w y_c. Its error: residuals of the regression of the controls' outcome on the covariates under w,
        (y_t - m(x_t) - effect) / n_t and -w (y_c - m(x_c)), added up by cluster; what covariates explain brings no error.
    Source: Zhao & Percival (2017), Journal of Causal Inference 5, for both readings of the weights; Deville & Särndal (1992), JASA 87.
    """
    check_level(level)
    effect = float(treated.mean() - weights @ control)
    root = np.sqrt(weights)
    design = np.column_stack([np.ones(len(control)), x_control])
    slope = np.linalg.lstsq(design * root[:, None], control * root, rcond=1e-10)[0]
    left_t = (treated - np.column_stack([np.ones(len(treated)), x_treated]) @ slope - effect) / len(treated)
    left_c = -weights * (control - design @ slope)
    parts = np.concatenate([left_t, left_c])
    if clusters is not None:
        code = np.unique(np.concatenate(clusters), return_inverse=True)[1]
        parts = np.bincount(code, parts)
    se = math.sqrt(float(parts @ parts) * len(treated) / max(len(treated) - 1, 1))
    if not se > 1e-12:
        return Estimate(effect, math.nan, math.nan, level, len(treated))
    half = float(ndtri((1 + level) / 2)) * se
    return Estimate(effect, effect - half, effect + half, level, len(treated))


def standardised_differences(
    x_treated: np.ndarray, x_control: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """Mean of the treated less (weighted) mean of the controls, in standard deviations of the treated; 0 where neither varies.

    Source: Stuart (2010), Statistical Science 25: the spread is that of the treated before weighting, so that weights cannot move it.
    """
    mean = x_control.mean(axis=0) if weights is None else weights @ x_control
    gap, spread = x_treated.mean(axis=0) - mean, x_treated.std(axis=0)
    spread = np.where(spread > 0, spread, x_control.std(axis=0))
    return np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0)


def e_value(ratio: float) -> float:
    """How strongly something unknown would have to go with both taking and outcome to explain a ratio of shares away [ratio, 1 or more].

    Formula: r + sqrt(r (r - 1)), with 1/r in place of a ratio below 1; NaN where the ratio is not above 0.
    Source: VanderWeele & Ding (2017), Annals of Internal Medicine 167, 268-274.
    """
    if not (ratio > 0 and math.isfinite(ratio)):
        return math.nan
    r = max(ratio, 1 / ratio)
    return r + math.sqrt(r * (r - 1))


def _softmax(log_weights: np.ndarray) -> np.ndarray:
    made = np.exp(log_weights - log_weights.max())
    return made / made.sum()
