"""The posterior of a mix model, its linear part integrated out, with its gradient, for many chains at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_expit

from helpers.methods import mix_shapes as shapes

FARTHEST = 12.0  # no free parameter goes beyond it; the priors leave nothing there
RHO_MOST = 0.95  # of the autocorrelation of the errors
CARRY = (1.0, 3.0)  # Beta prior of the carry-over
BEND = (1.0, 0.8)  # Normal prior of the log of the bend, where spend is over that of a busy week
NOISE = (-2.0, 1.5)  # Normal prior of log sigma, in means of the outcome
RHO = (1.0, 2.0)  # Beta prior of the autocorrelation over RHO_MOST


class Problem(NamedTuple):
    """What the posterior needs, in units without dimension.

    outcome : [week], over its mean.
    lagged : spend over that of a busy week [channel, week, lag].
    base : what moves sales without media [week, column]; precision : prior precisions [channel + column], of media effects
        and of these columns. middle : prior means of the media effects [channel].
    """

    outcome: np.ndarray
    lagged: np.ndarray
    base: np.ndarray
    precision: np.ndarray
    middle: np.ndarray
    adstock: str
    saturation: str

    @property
    def channels(self) -> int:
        """Number of channels."""
        return len(self.lagged)

    @property
    def free(self) -> int:
        """Number of parameters that are sampled: carry-over, bend and perhaps delay a channel, rho, log sigma."""
        return self.channels * (3 if self.adstock == "delayed" else 2) + 2


class Shapes(NamedTuple):
    """Parameters in their own units, [chain, channel] or [chain]; delay is None for the geometric form."""

    alpha: np.ndarray
    bend: np.ndarray
    delay: np.ndarray | None
    rho: np.ndarray
    sigma: np.ndarray


def shaped(problem: Problem, free: np.ndarray) -> Shapes:
    """Free parameters [chain, parameter] in their own units."""
    c, lags = problem.channels, problem.lagged.shape[2]
    delay = shapes.within(free[:, 2 * c : 3 * c], 0, (lags - 1) / 2) if problem.adstock == "delayed" else None
    return Shapes(
        expit(free[:, :c]),
        np.exp(free[:, c : 2 * c]),
        delay,
        shapes.within(free[:, -2], 0, RHO_MOST),
        np.exp(free[:, -1]),
    )


class Features(NamedTuple):
    """Media columns of mean 1 [chain, week, channel], their derivatives by the free parameters, in the order of these, and their means before."""

    columns: np.ndarray
    slopes: list[np.ndarray]
    means: np.ndarray


def features(problem: Problem, at: Shapes) -> Features:
    """Media columns and their derivatives; a channel's column has mean 1, so that its effect is what it brings an average week."""
    c, lags = problem.channels, problem.lagged.shape[2]
    share, by_alpha, by_delay = shapes.weights(at.alpha, lags, delay=at.delay, gradient=True)

    def through(w):  # [chain, channel, lag] -> [channel, week, chain]
        return problem.lagged @ w.transpose(1, 2, 0)

    bend = at.bend.T[:, None, :]
    value, by_pressure, by_bend = shapes.saturation(problem.saturation, through(share), bend, gradient=True)
    mean = value.mean(axis=1, keepdims=True)
    column = value / mean

    def normed(change):
        return ((change - column * change.mean(axis=1, keepdims=True)) / mean).transpose(2, 1, 0)

    slopes = [
        normed(by_pressure * through(by_alpha)) * (at.alpha * (1 - at.alpha))[:, None, :],
        normed(by_bend) * at.bend[:, None, :],
    ]
    if by_delay is not None:
        most = (lags - 1) / 2
        moved = at.delay * (1 - at.delay / most)
        slopes.append(normed(by_pressure * through(by_delay)) * moved[:, None, :])
    return Features(column.transpose(2, 1, 0), slopes, mean[:, 0].T.reshape(-1, c))


class Linear(NamedTuple):
    """The linear part given the rest: mean [chain, column], root of the covariance, what is left of the outcome."""

    mean: np.ndarray
    covariance: np.ndarray
    residual: np.ndarray


def log_density(problem: Problem, free: np.ndarray) -> tuple[np.ndarray, np.ndarray, Linear]:
    """Log posterior density of the free parameters up to a constant, its gradient, and the linear part.

    Parameters
    ----------
    free : [chain, parameter].

    Formula: y ~ N(G gamma, sigma²) after y(t) - rho y(t-1) for both sides, gamma ~ N(m, 1 / precision) integrated out; with
        A = G'G / sigma² + P, log p = -n log sigma + log(1 - rho²) / 2 - (y'y / sigma² - b'A⁻¹b) / 2 - log|A| / 2.
    Source: Golub & Pereyra (1973) for the separable problem; Lindley & Smith (1972) for the integral.
    """
    outside = np.abs(free).max(axis=1) > FARTHEST
    free = np.clip(free, -FARTHEST, FARTHEST)
    at = shaped(problem, free)
    media = features(problem, at)
    chains, n, c = media.columns.shape
    base = np.broadcast_to(problem.base, (chains, *problem.base.shape))
    raw = np.concatenate([media.columns, base], axis=2)
    target = problem.outcome - media.columns @ problem.middle
    design, by_rho = _whitened(raw, at.rho)
    y, y_by_rho = _whitened(target[:, :, None], at.rho)
    y, y_by_rho = y[:, :, 0], y_by_rho[:, :, 0]
    precise = 1 / at.sigma**2
    gram = design.transpose(0, 2, 1) @ design
    a = gram * precise[:, None, None]
    diagonal = np.arange(a.shape[1])
    a[:, diagonal, diagonal] += problem.precision
    covariance = np.linalg.inv(a)
    b = (y[:, None, :] @ design)[:, 0] * precise[:, None]
    mean = (covariance @ b[:, :, None])[:, :, 0]
    residual = y - (design @ mean[:, :, None])[:, :, 0]
    log_a = np.linalg.slogdet(a)[1]
    quadratic = (y * y).sum(axis=1) * precise - (b * mean).sum(axis=1)
    value = -n * np.log(at.sigma) + 0.5 * np.log1p(-(at.rho**2)) - 0.5 * quadratic - 0.5 * log_a
    # slopes by the design, by sigma and by rho
    by_design = (residual[:, :, None] * mean[:, None, :] - design @ covariance) * precise[:, None, None]
    by_y = -residual * precise[:, None]
    by_raw = _unwhitened(by_design, at.rho)[:, :, :c]
    by_target = _unwhitened(by_y[:, :, None], at.rho)
    by_column = by_raw - by_target * problem.middle
    slopes = [(by_column * slope).sum(axis=1) for slope in media.slopes]
    squares = (residual * residual).sum(axis=1) * precise
    by_sigma = -n + squares + (covariance * gram).sum(axis=(1, 2)) * precise
    along = (by_design * by_rho).sum(axis=(1, 2)) + (by_y * y_by_rho).sum(axis=1) - at.rho / (1 - at.rho**2)
    slopes += [
        (along * at.rho * (1 - at.rho / RHO_MOST))[:, None],
        by_sigma[:, None],
    ]
    prior, prior_slope = log_prior(problem, free, at)
    linear = Linear(mean, covariance, residual)
    height = np.where(outside, -np.inf, value + prior)
    return height, np.concatenate(slopes, axis=1) + prior_slope, linear


def _whitened(rows: np.ndarray, rho: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows [chain, week, column] less rho times the row before, the first scaled; and the derivative by rho."""
    r = rho[:, None, None]
    made = rows.copy()
    made[:, 1:] -= r * rows[:, :-1]
    root = np.sqrt(1 - rho**2)[:, None]
    made[:, 0] *= root
    slope = np.empty_like(made)
    slope[:, 1:] = -rows[:, :-1]
    slope[:, 0] = -rho[:, None] / root * rows[:, 0]
    return made, slope


def _unwhitened(slopes: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """The slope by rows before whitening from that by rows after it."""
    r = rho[:, None, None]
    made = slopes.copy()
    made[:, 0] *= np.sqrt(1 - rho**2)[:, None]
    made[:, :-1] -= r * slopes[:, 1:]
    return made


def log_prior(problem: Problem, free: np.ndarray, at: Shapes) -> tuple[np.ndarray, np.ndarray]:
    """Log prior density of the free parameters, the change of variables included, and its gradient."""
    c = problem.channels
    (a, b), (middle, wide), (mean, spread), (one, other) = CARRY, BEND, NOISE, RHO
    bent = (free[:, c : 2 * c] - middle) / wide
    parts = [a * log_expit(free[:, :c]) + b * log_expit(-free[:, :c]), -0.5 * bent * bent]
    slopes = [a - (a + b) * at.alpha, -bent / wide]
    if problem.adstock == "delayed":
        u = free[:, 2 * c : 3 * c]
        parts.append(log_expit(u) + 2 * log_expit(-u))
        slopes.append(1 - 3 * expit(u))
    u = free[:, -2:-1]
    parts.append(one * log_expit(u) + other * log_expit(-u))
    slopes.append(one - (one + other) * expit(u))
    z = (free[:, -1:] - mean) / spread
    parts.append(-0.5 * z * z)
    slopes.append(-z / spread)
    return np.concatenate(parts, axis=1).sum(axis=1), np.concatenate(slopes, axis=1)
