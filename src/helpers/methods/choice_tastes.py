"""One set of tastes or tastes that differ between people: the chance of each offer, at the estimate and over draws."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

from helpers.i18n import Said
from helpers.methods.choice_classes import Classes
from helpers.methods.choice_fit import Fit
from helpers.methods.choice_worth import draws_of

PEOPLE = 256  # points at which normal tastes are taken: a power of two, as Sobol's sequence wants
A_TIME = 200_000  # numbers held at a time


@dataclass(frozen=True, eq=False)
class Mixed(Fit):
    """A mixed logit: the fields of `Fit` hold the means of tastes; `varying` are the columns whose tastes are normal.

    deviations : standard deviation of each of `varying`; spread : covariance of means, then deviations, all columns of `names` first.
    apart : largest difference between the fit at R and at 2R draws, in standard errors; n_draws : 2R.
    """

    varying: tuple[str, ...] = ()
    deviations: np.ndarray | None = None
    spread: np.ndarray | None = None
    apart: float = math.nan
    n_draws: int = 0

    @property
    def told(self) -> bool:
        """False where the two fits disagree, so that the figures are those of the draws and not of the data."""
        return not any(isinstance(one, Said) and one.startswith("cannot tell: ") for one in self.guards)


def chances(coefficients: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Chance of each offer [draw, offer] at coefficients [draw, column] or [column]; NaN where one is."""
    u = np.atleast_2d(coefficients) @ x.T
    e = np.exp(u - u.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def simulated(fit: Fit, x: np.ndarray, *, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Share of each offer at the estimate [offer], and over draws of what was estimated [draw, offer].

    Of classes of people each is the mean over them; of a mixed logit the mean over 256 people whose tastes fill the normal distribution evenly.
    """
    if isinstance(fit, Classes):
        sizes, worths = fit.draw(draws=draws, seed=seed)
        parts = [sizes[:, [kind]] * chances(worths[:, kind], x) for kind in range(sizes.shape[1])]
        made = np.sum(parts, axis=0)
        return made[0], made[1:]
    if not isinstance(fit, Mixed):
        return chances(fit.coefficients, x)[0], chances(draws_of(fit, draws=draws, seed=seed), x)
    at = [fit.names.index(name) for name in fit.varying]
    sobol = qmc.Sobol(len(at), scramble=True, rng=np.random.default_rng(seed)).random(PEOPLE)
    normal = ndtri(np.clip(sobol, 1e-9, 1 - 1e-9))
    middle = np.r_[fit.coefficients, fit.deviations]
    values, vectors = np.linalg.eigh(fit.spread)
    vectors = vectors * np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(len(middle))])
    steps = np.random.default_rng(seed).standard_normal((draws, len(middle)))
    drawn = middle + steps @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    made = np.empty((draws + 1, len(x)))
    many = max(1, A_TIME // (PEOPLE * len(fit.names)))
    rows = np.vstack([middle, drawn])
    for first in range(0, len(rows), many):
        some = rows[first : first + many]
        tastes = np.repeat(some[:, None, : len(fit.names)], PEOPLE, axis=1)
        tastes[:, :, at] += normal * some[:, None, len(fit.names) :]
        shares = chances(tastes.reshape(-1, len(fit.names)), x)
        made[first : first + many] = shares.reshape(len(some), PEOPLE, -1).mean(axis=1)
    return made[0], made[1:]
