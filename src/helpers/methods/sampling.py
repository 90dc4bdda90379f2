"""Draws from a smooth density with its gradient: the mode, its curvature, Hamiltonian steps in whitened space, and whether they mixed."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import rankdata

Density = Callable[
    [np.ndarray], tuple[np.ndarray, np.ndarray]
]  # [chain, parameter] -> log density [chain], gradient
TARGET = 0.80  # share of proposals to accept
LEAPS = (2, 5)  # steps of a path, drawn anew each time: a fixed length can go round in circles
FARTHEST = 11.0  # the climb stays this near; parameters are logarithms and log odds
STEP = 1e-4  # of the finite difference of the gradient
FLATTEST = 1e-3  # curvature below which a direction is taken to be as wide as this says
WIDER = 1.6  # chains start this much wider than the posterior


class Mode(NamedTuple):
    """The highest point of a density: place [parameter], root of the inverse curvature [parameter, parameter], log density."""

    at: np.ndarray
    root: np.ndarray
    height: float


def mode(density: Density, starts: np.ndarray) -> Mode:
    """Climb from several places [start, parameter] and keep the highest; the curvature is that of the gradient.

    Formula: L-BFGS-B; root R with R R' = H⁻¹, H the negative second derivative, eigenvalues below 1e-3 raised to it.
    """

    def down(u):
        value, slope = density(u[None])
        return -float(value[0]), -slope[0]

    bounds = [(-FARTHEST, FARTHEST)] * starts.shape[1]
    found = [
        minimize(down, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
        for start in starts
    ]
    best = min(found, key=lambda one: one.fun)
    n = len(best.x)
    around = np.concatenate([best.x + STEP * np.eye(n), best.x - STEP * np.eye(n)])
    slope = density(around)[1]
    curve = -(slope[:n] - slope[n:]) / (2 * STEP)
    values, vectors = np.linalg.eigh((curve + curve.T) / 2)
    root = vectors / np.sqrt(np.maximum(values, FLATTEST))
    return Mode(best.x, root, -float(best.fun))


class Chains(NamedTuple):
    """Draws [chain, draw, parameter], share of proposals accepted, and the size of the steps."""

    draws: np.ndarray
    accepted: float
    step: float


def hamiltonian(
    density: Density, start: Mode, *, chains: int = 4, warm_up: int = 120, draws: int = 300, seed: int = 0
) -> Chains:
    """Hamiltonian Monte Carlo from around a mode, all chains at once, in the space where the curvature is one.

    Formula: leapfrog, the number of steps drawn from 2 to 5; the step size by dual averaging over all chains in the first
        `warm_up` draws, at the middle of which the space is whitened again by what the chains have seen.
    Source: Neal (2011), MCMC using Hamiltonian dynamics; Hoffman & Gelman (2014), JMLR 15, for the step size.
    """
    rng = np.random.default_rng(seed)
    middle, root = start.at, start.root
    n = len(middle)
    z = WIDER * rng.standard_normal((chains, n))
    z = np.where(
        np.isfinite(_white(density, z, middle, root)[0])[:, None], z, 0.0
    )  # none starts where nothing is
    value, slope = _white(density, z, middle, root)
    step = _Step(0.9 / n**0.25)
    kept, seen, accepted = np.empty((chains, draws, n)), [], 0.0
    for number in range(warm_up + draws):
        z, value, slope, chance = _path(
            density, z, value, slope, middle, root, step.now(number < warm_up), rng
        )
        u = middle + z @ root.T
        if number >= warm_up:
            kept[:, number - warm_up] = u
            accepted += float(chance.mean()) / draws
            continue
        step.learn(float(chance.mean()))
        if number >= warm_up // 4:
            seen.append(u)
        if number == warm_up // 2:
            fresh = _whitening(np.concatenate(seen), middle, root)
            z = np.linalg.solve(fresh[1], (u - fresh[0]).T).T
            middle, root = fresh
            value, slope = _white(density, z, middle, root)
            step = _Step(step.now(False))
    return Chains(kept, accepted, step.now(False))


def _white(density: Density, z, middle, root):
    value, slope = density(middle + z @ root.T)
    return value, slope @ root


def _path(density, z, value, slope, middle, root, size, rng):
    """One leapfrog path of every chain and whether its end is taken."""
    push = rng.standard_normal(z.shape)
    length = int(rng.integers(*LEAPS))
    size = size * rng.uniform(0.8, 1.2)
    here, up, pushed, height = z, slope, push, value
    pushed = pushed + size / 2 * up
    for leap in range(length):
        here = here + size * pushed
        height, up = _white(density, here, middle, root)
        pushed = pushed + (size if leap < length - 1 else size / 2) * up
    gain = height - value + 0.5 * ((push * push).sum(axis=1) - (pushed * pushed).sum(axis=1))
    chance = np.exp(np.minimum(np.nan_to_num(gain, nan=-np.inf), 0.0))
    take = rng.random(len(z)) < chance
    return (
        np.where(take[:, None], here, z),
        np.where(take, height, value),
        np.where(take[:, None], up, slope),
        chance,
    )


def _whitening(seen: np.ndarray, middle: np.ndarray, root: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Middle and root of what was seen, half of it from what was believed before."""
    n = len(seen)
    center = seen.mean(axis=0)
    weight = n / (n + 5.0 * seen.shape[1])
    spread = weight * np.cov(seen, rowvar=False) + (1 - weight) * (root @ root.T)
    return center, np.linalg.cholesky(spread)


class _Step:
    """Dual averaging of the step size (Hoffman & Gelman, 2014, algorithm 5)."""

    def __init__(self, first: float) -> None:
        """Begin with a step; the average forgets it soon."""
        self.log, self.mean, self.gap, self.n, self.goal = (
            np.log(first),
            np.log(first),
            0.0,
            0,
            np.log(10 * first),
        )

    def now(self, learning: bool) -> float:
        """The step to take: the one that is tried while learning, the average after."""
        return float(np.exp(self.log if learning else self.mean))

    def learn(self, accepted: float) -> None:
        """Take in the share accepted in one draw."""
        self.n += 1
        share = 1 / (self.n + 10)
        self.gap = (1 - share) * self.gap + share * (TARGET - accepted)
        self.log = self.goal - np.sqrt(self.n) / 0.05 * self.gap
        part = self.n**-0.75
        self.mean = part * self.log + (1 - part) * self.mean


def r_hat(draws: np.ndarray) -> np.ndarray:
    """Rank-normalised split R-hat of each parameter, the larger of bulk and tail.

    Parameters
    ----------
    draws : [chain, draw, parameter].

    Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner (2021), Bayesian Analysis 16.
    """
    halves = _split(draws)
    folded = np.abs(halves - np.median(halves, axis=(0, 1)))
    return np.maximum(_potential(_normal_scores(halves)), _potential(_normal_scores(folded)))


def effective_size(draws: np.ndarray) -> np.ndarray:
    """Bulk effective sample size of each parameter [chain, draw, parameter].

    Formula: m n / (1 + 2 sum of autocorrelations), summed in pairs while these stay positive and fall (Geyer).
    Source: Vehtari et al. (2021).
    """
    scores = _normal_scores(_split(draws))
    chains, n, parameters = scores.shape
    centred = scores - scores.mean(axis=1, keepdims=True)
    size = 1 << (2 * n - 1).bit_length()
    power = np.abs(np.fft.rfft(centred, size, axis=1)) ** 2
    along = np.fft.irfft(power, size, axis=1)[:, :n] / n  # autocovariance by lag
    inside = along[:, 0].mean(axis=0) * n / (n - 1)
    total = inside * (n - 1) / n + (scores.mean(axis=1).var(axis=0, ddof=1) if chains > 1 else 0.0)
    rho = 1 - (inside - along.mean(axis=0) * n / (n - 1)) / total
    pairs = rho[: n - n % 2].reshape(n // 2, 2, parameters).sum(axis=1)
    pairs = np.minimum.accumulate(pairs, axis=0)
    alive = np.logical_and.accumulate(pairs > 0, axis=0)
    tau = -1 + 2 * np.where(alive, pairs, 0).sum(axis=0)
    most = chains * n
    return np.minimum(most / np.maximum(tau, 1 / np.log10(most)), most * np.log10(most))


def _split(draws: np.ndarray) -> np.ndarray:
    half = draws.shape[1] // 2
    return np.concatenate([draws[:, :half], draws[:, -half:]])


def _normal_scores(draws: np.ndarray) -> np.ndarray:
    flat = draws.reshape(-1, draws.shape[2])
    ranks = rankdata(flat, axis=0)
    return ndtri((ranks - 0.375) / (len(flat) + 0.25)).reshape(draws.shape)


def _potential(halves: np.ndarray) -> np.ndarray:
    n = halves.shape[1]
    inside = halves.var(axis=1, ddof=1).mean(axis=0)
    between = n * halves.mean(axis=1).var(axis=0, ddof=1)
    return np.sqrt(((n - 1) / n * inside + between / n) / inside)
