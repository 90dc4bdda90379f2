"""A mix model: what each channel brought, its carry-over and saturation unknown, with the doubt of all of it.

    outcome(week) = base + trend + season + controls + sum over channels of effect x column(carry-over, saturation) + AR(1) error

The linear part has a Normal prior and is integrated out; the rest (carry-over, bend, error) is sampled. A media effect may come
out below zero: a channel that does nothing is then told from one that works, and an interval can hold zero.
Sources: Jin et al. (2017) for the model; Golub & Pereyra (1973) for the separable form; Neal (2011) for the sampler.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.i18n import Said, said
from helpers.methods import mix_posterior as posterior
from helpers.methods import sampling
from helpers.methods.mix_data import (
    LEAST_WEEKS,
    WEEK,
    WEEKS_A_COLUMN,
    Data,
    busy,
    prepare,
    problem_of,
    refused,
)

__all__ = [
    "LEAST_WEEKS", "WEEK", "WEEKS_A_COLUMN", "Data", "Fit", "approximate", "busy", "fit", "prepare", "problem_of", "refused", "thinned",
]  # fmt: skip

RHAT_MOST, ESS_LEAST = 1.05, 100  # a fit beyond these publishes nothing
DRAWS = 500
KEPT = 1_000  # draws that are read, evenly taken from all: neighbours in a chain say much the same


class Fit(NamedTuple):
    """Draws of a mix model.

    shapes : carry-over, bend, delay, rho and sigma by draw.
    effects : what each channel brings an average week of the data [draw, channel], unit of the outcome.
    base : coefficients of the base columns [draw, column], unit of the outcome.
    rhat, ess : the worst of all parameters; NaN and the size of the importance sample for `approximate`.
    accepted : share of proposals accepted. guards : what to tell a reader.
    """

    data: Data
    shapes: posterior.Shapes
    effects: np.ndarray
    base: np.ndarray
    rhat: float
    ess: float
    accepted: float
    guards: tuple[Said, ...]


def fit(data: Data, *, draws: int = DRAWS, chains: int = 4, seed: int = 0) -> Fit:
    """Draw from the posterior with four chains; the guards say when they did not agree.

    Parameters
    ----------
    draws : draws a chain, after 120 that are thrown away.

    Raises
    ------
    ValueError : the data are refused (`refused`).
    """
    problem, density, top = _climbed(data, seed)
    for more in (1, 4):  # a posterior that is hard to walk gets a longer walk before it is given up
        made = sampling.hamiltonian(density, top, chains=chains, draws=more * draws, seed=seed)
        free = made.draws.reshape(-1, problem.free)
        found = _completed(data, problem, free, seed)
        # what is published has to have mixed too, so the effects stand beside the parameters
        watched = np.concatenate([made.draws, found.effects.reshape(chains, more * draws, -1)], axis=2)
        rhat, ess = float(sampling.r_hat(watched).max()), float(sampling.effective_size(watched).min())
        if has_mixed := rhat <= RHAT_MOST and ess >= ESS_LEAST:
            break
    guards = list(data.guards)
    if not has_mixed:
        guards.insert(
            0,
            said(
                "cannot tell: {reason}",
                reason=said(
                    "the chains of the model do not agree (R-hat {rhat}, effective draws {ess}); it needs more weeks or fewer channels",
                    rhat=f"{rhat:.2f}", ess=f"{ess:.0f}",
                ),
            ),
        )  # fmt: skip
    kept = thinned(found, np.arange(0, len(free), max(1, len(free) // KEPT)))
    return kept._replace(rhat=rhat, ess=ess, accepted=made.accepted, guards=tuple(guards))


def approximate(data: Data, *, draws: int = 400, seed: int = 0) -> Fit:
    """A fast likeness of `fit`: draws around the mode, weighted by how likely they are.

    For checks that fit many times; a fifth of a second where `fit` takes seconds. No R-hat: `ess` is that of the weights.

    Formula: multivariate t with 8 degrees of freedom, scaled by the curvature at the mode; resampled by importance, the weights cut at
        sqrt(draws) times their mean (Ionides, 2008, JCGS 17).
    """
    problem, density, top = _climbed(data, seed, starts=2)
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((draws, problem.free))
    tail = np.sqrt(HEAVY / rng.chisquare(HEAVY, draws))[:, None]
    far = (z * tail) ** 2
    log_proposal = -0.5 * (HEAVY + problem.free) * np.log1p(far.sum(axis=1) / HEAVY)
    free = top.at + (z * tail) @ top.root.T
    log_weight = density(free)[0] - log_proposal
    weight = np.exp(log_weight - log_weight.max())
    weight = np.minimum(weight, weight.mean() * np.sqrt(draws))  # no draw stands for most of the posterior
    weight /= weight.sum()
    taken = rng.choice(draws, draws, p=weight)
    found = _completed(data, problem, free[taken], seed)
    return found._replace(ess=float(1 / (weight @ weight)))


HEAVY = 8.0  # degrees of freedom of the proposal


def thinned(fit: Fit, some: np.ndarray) -> Fit:
    """A fit with some of its draws."""
    at = fit.shapes
    kept = type(at)(*(None if part is None else part[some] for part in at))
    return fit._replace(shapes=kept, effects=fit.effects[some], base=fit.base[some])


def _climbed(data: Data, seed: int, starts: int = 4):
    """The problem, its density and its mode."""
    if refused(data):
        raise ValueError(f"mix: {data.guards[0]}")
    problem = problem_of(data)

    def density(free):
        return posterior.log_density(problem, free)[:2]

    rng = np.random.default_rng(seed)
    c = problem.channels
    first = np.zeros((starts, problem.free))
    first[:, :c], first[:, c : 2 * c], first[:, -1] = -1.0, 1.0, -2.0
    first[1:] += 0.7 * rng.standard_normal((starts - 1, problem.free))
    return problem, density, sampling.mode(density, first)


def _completed(data: Data, problem: posterior.Problem, free: np.ndarray, seed: int) -> Fit:
    """Draw the linear part that belongs to each draw of the rest."""
    rng = np.random.default_rng([seed, 1])
    parts = [
        posterior.log_density(problem, some)[2] for some in np.array_split(free, max(1, len(free) // 250))
    ]
    mean = np.concatenate([part.mean for part in parts])
    root = np.linalg.cholesky(np.concatenate([part.covariance for part in parts]))
    drawn = mean + (root @ rng.standard_normal((*mean.shape, 1)))[:, :, 0]
    c = problem.channels
    effects = (drawn[:, :c] + problem.middle) * data.unit
    at = posterior.shaped(problem, free)
    return Fit(data, at, effects, drawn[:, c:] * data.unit, math.nan, math.nan, math.nan, data.guards)
