"""A logistic regression whose levels lean on each other: the most likely effects, their spreads, and draws of both."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.special import expit

WIDE = (10.0, 2.5)  # prior sd of the constant, and of a slope for two sd of its column
ROUNDS, CLOSE = 200, 1e-4  # of the spreads
SPREADS = 24  # sets of spreads that draws are made with
STRIDE = 0.25  # of the log of a spread, to see how sure it is


class Design(NamedTuple):
    """Columns with a slope [cell x column, the first all 1], and of each group the level of each cell and how many levels there are."""

    fixed: np.ndarray
    codes: list[np.ndarray]
    sizes: list[int]

    def predicted(self, theta: np.ndarray) -> np.ndarray:
        """Logit of each cell for effects [effect] or [effect x draw]."""
        made, at = self.fixed @ theta[: self.fixed.shape[1]], self.fixed.shape[1]
        for code, size in zip(self.codes, self.sizes, strict=True):
            made = made + theta[at : at + size][code]
            at += size
        return made


class Posterior(NamedTuple):
    """Sets of spreads with their weight; for each the most likely effects and the Cholesky factor of their precision. spreads : the mode."""

    spreads: np.ndarray
    modes: list[np.ndarray]
    factors: list[np.ndarray]


def fit(design: Design, n: np.ndarray, yes: np.ndarray, *, seed: int = 0) -> Posterior:
    """Effects and spreads from answers by cell.

    Formula: the mode of theta given spreads by Newton; spreads by EM with the Laplace approximation, prior s exp(-s²/2):
        s⁴ + (J - 1) s² = u'u + tr V; doubt of log s from the curvature of its marginal likelihood.
    Source: Breslow & Clayton (1993), JASA 88; Chung et al. (2013), Psychometrika 78.
    """
    seen = n > 0
    columns = _columns(design, seen)
    data = (columns, n[seen], yes[seen], design.fixed.shape[1], design.sizes)
    theta, spreads = np.zeros(columns.shape[1]), np.full(len(design.sizes), 0.5)
    share = (yes.sum() + 0.5) / (n.sum() + 1)
    theta[0] = math.log(share / (1 - share))
    for _ in range(ROUNDS):
        theta, factor = _mode(data, theta, spreads, steps=2)
        new = _spreads(theta, factor, design)
        done = np.max(np.abs(np.log(new / spreads))) < CLOSE
        spreads = new
        if done:
            break
    return _around(data, theta, spreads, np.random.default_rng(seed))


def thetas(found: Posterior, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Draws of the effects [draw x effect], each set of spreads in turn."""
    which = np.arange(draws) % len(found.modes)
    made = np.empty((draws, len(found.modes[0])))
    for at, (mode, factor) in enumerate(zip(found.modes, found.factors, strict=True)):
        mine = which == at
        noise = rng.standard_normal((len(mode), int(mine.sum())))
        made[mine] = mode + solve_triangular(factor, noise, lower=True, trans="T").T
    return made


def _around(data, theta, spreads, rng) -> Posterior:
    """Spreads drawn around their mode, as sure as the likelihood is of each, with the effects that go with them."""
    middle = np.log(spreads)
    top = _log_posterior(data, theta, spreads)
    widths = []
    for at in range(len(spreads)):
        ends = []
        for side in (-1, 1):
            moved = middle.copy()
            moved[at] += side * STRIDE
            ends.append(_log_posterior(data, theta, np.exp(moved)))
        curve = -(sum(ends) - 2 * top) / STRIDE**2
        widths.append(
            1 / math.sqrt(max(curve, 0.25))
        )  # no wider than a factor of e², which no prior would hold likely
    modes, factors = [], []
    half = rng.standard_normal((SPREADS // 2, len(spreads)))
    for noise in np.concatenate([half, -half]):
        mode, factor = _mode(data, theta, np.exp(middle + noise * widths), steps=4)
        modes.append(mode)
        factors.append(factor)
    return Posterior(spreads, modes, factors)


def _mode(data, theta, spreads, *, steps: int):
    """Newton's steps to the most likely effects for these spreads, and the factor of their precision there."""
    columns, n, yes, k, sizes = data
    prior = _prior(k, sizes, spreads)
    for _ in range(steps):
        chance = expit(columns @ theta)
        factor = _factor(columns, n * chance * (1 - chance), prior)
        slope = columns.T @ (yes - n * chance) - prior * theta
        step = cho_solve((factor, True), slope)
        theta = theta + step * min(1.0, 4.0 / max(float(np.max(np.abs(step))), 1e-12))
    chance = expit(columns @ theta)
    return theta, _factor(columns, n * chance * (1 - chance), prior)


def _factor(columns, weight, prior) -> np.ndarray:
    precision = (columns * weight[:, None]).T @ columns
    precision[np.diag_indices_from(precision)] += prior
    return np.tril(cho_factor(precision, lower=True)[0])


def _spreads(theta: np.ndarray, factor: np.ndarray, design: Design) -> np.ndarray:
    inverse = solve_triangular(factor, np.eye(len(theta)), lower=True)
    variance = (inverse**2).sum(axis=0)
    made, at = [], design.fixed.shape[1]
    for size in design.sizes:
        square = float((theta[at : at + size] ** 2 + variance[at : at + size]).sum())
        made.append(math.sqrt((1 - size + math.sqrt((size - 1) ** 2 + 4 * square)) / 2))
        at += size
    return np.array(made)


def _log_posterior(data, theta, spreads) -> float:
    """Of the logs of the spreads, up to a constant: Laplace's marginal likelihood and the prior of each, s² exp(-s²/2) on the log."""
    columns, n, yes, k, sizes = data
    theta, factor = _mode(data, theta, spreads, steps=4)
    logit = columns @ theta
    likelihood = float(yes @ logit - n @ np.logaddexp(0, logit))
    prior = _prior(k, sizes, spreads)
    flat = 0.5 * float(np.log(prior).sum() - prior @ theta**2) - float(np.log(np.diag(factor)).sum())
    return likelihood + flat + float((2 * np.log(spreads) - spreads**2 / 2).sum())


def _prior(k: int, sizes: list[int], spreads: np.ndarray) -> np.ndarray:
    """Precision of each effect before any answer."""
    fixed = [WIDE[0] ** -2, *[WIDE[1] ** -2] * (k - 1)]
    return np.concatenate([fixed, np.repeat(np.maximum(spreads, 1e-4) ** -2.0, sizes)])


def _columns(design: Design, seen: np.ndarray) -> np.ndarray:
    """All columns of the cells with answers: those with a slope, then one a level."""
    made = [design.fixed[seen]]
    for code, size in zip(design.codes, design.sizes, strict=True):
        made.append((code[seen][:, None] == np.arange(size)) * 1.0)
    return np.hstack(made)
