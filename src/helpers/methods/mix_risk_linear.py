"""A mix model made linear around its centre: what more columns, fewer weeks or a break would change, without a new fit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import logit

from helpers.methods import mix
from helpers.methods import mix_posterior as posterior

EDGE = 1e-6  # shares are kept this far from 0 and 1 before their log odds are taken
LOOSE = 1e-2  # prior precision of added columns, as of the base


class Linearised(NamedTuple):
    """The model around its centre, outcome in means of itself, before whitening.

    outcome : [week]. design : [week, column], the media columns first, then the base, then the slopes by carry-over and bend.
    precision, pull : prior precision of each column's coefficient and precision times its prior mean.
    channels, base : numbers of columns. rho, sigma : of the errors.
    """

    outcome: np.ndarray
    design: np.ndarray
    precision: np.ndarray
    pull: np.ndarray
    channels: int
    base: int
    rho: float
    sigma: float


class Solved(NamedTuple):
    """Coefficients of a linear model: mean and covariance."""

    mean: np.ndarray
    covariance: np.ndarray


def around(fit: mix.Fit) -> Linearised:
    """The model of a fit, linear around the middle of its draws."""
    problem = mix.problem_of(fit.data)
    at = middle(problem, fit)
    shaped = posterior.shaped(problem, at[None])
    media = posterior.features(problem, shaped)
    effect = fit.effects.mean(axis=0) / fit.data.unit
    c = problem.channels
    blocks = [slope[0] * effect for slope in media.slopes]
    height, slope = curvature(problem, at)
    design = np.column_stack([media.columns[0], problem.base, *blocks])
    precision = np.r_[problem.precision, height]
    pull = np.r_[problem.precision[:c] * problem.middle, np.zeros(problem.base.shape[1]), slope]
    return Linearised(
        problem.outcome, design, precision, pull, c, problem.base.shape[1],
        float(shaped.rho[0]), float(fit.shapes.sigma.mean()),
    )  # fmt: skip


def solve(model: Linearised, *, extra=None, weeks=None) -> Solved:
    """Coefficients with added columns, or without some weeks.

    Parameters
    ----------
    extra : [week, column] to stand beside the model's own; they are centred and scaled.
    weeks : marks those that are used; all of them without it.

    Formula: A = X'X / sigma² + P after y(t) - rho y(t-1) for both sides; mean A⁻¹(X'y / sigma² + P m).
    """
    design, precision, pull = model.design, model.precision, model.pull
    use = np.ones(len(model.outcome), bool) if weeks is None else weeks
    if extra is not None:
        added = (extra - extra[use].mean(axis=0)) / extra[use].std(axis=0)
        design = np.column_stack([design, added])
        precision = np.r_[precision, np.full(added.shape[1], LOOSE)]
        pull = np.r_[pull, np.zeros(added.shape[1])]
    x, y = (whitened(rows, model.rho)[use] for rows in (design, model.outcome[:, None]))
    exact = 1 / model.sigma**2
    covariance = np.linalg.inv(exact * x.T @ x + np.diag(precision))
    return Solved(covariance @ (exact * x.T @ y[:, 0] + pull), covariance)


def added(model: Linearised, extra, weeks=None) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of added columns over their standard errors [column], and their covariance in standard errors."""
    found = solve(model, extra=extra, weeks=weeks)
    k = extra.shape[1]
    spread = np.sqrt(np.diag(found.covariance)[-k:])
    return found.mean[-k:] / spread, found.covariance[-k:, -k:] / np.outer(spread, spread)


def whitened(rows: np.ndarray, rho: float) -> np.ndarray:
    """Rows less rho times the row before; the first is scaled."""
    made = rows.copy()
    made[1:] -= rho * rows[:-1]
    made[0] *= np.sqrt(1 - rho**2)
    return made


def middle(problem: posterior.Problem, fit: mix.Fit) -> np.ndarray:
    """Free parameters in the middle of the draws."""
    shapes, lags = fit.shapes, problem.lagged.shape[2]

    def odds(share):
        return logit(np.clip(share, EDGE, 1 - EDGE))

    parts = [odds(shapes.alpha), np.log(shapes.bend)]
    if shapes.delay is not None:
        parts.append(odds(shapes.delay / ((lags - 1) / 2)))
    parts += [odds(shapes.rho / posterior.RHO_MOST)[:, None], np.log(shapes.sigma)[:, None]]
    return np.clip(np.concatenate(parts, axis=1).mean(axis=0), -posterior.FARTHEST, posterior.FARTHEST)


def curvature(problem: posterior.Problem, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Curvature and slope of the log prior of carry-over, bend and delay."""
    step = 1e-3
    n = len(at) - 2
    moves = np.concatenate([at + step * np.eye(len(at)), at - step * np.eye(len(at)), at[None]])
    slopes = posterior.log_prior(problem, moves, posterior.shaped(problem, moves))[1]
    half = len(at)
    bend = -(np.diag(slopes[:half]) - np.diag(slopes[half : 2 * half])) / (2 * step)
    return np.maximum(bend[:n], LOOSE), slopes[-1][:n]
