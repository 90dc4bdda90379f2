"""Which channels cannot be told apart, and of which nothing was learnt."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.methods import mix
from helpers.methods.mix_risk_linear import Linearised, whitened

OPPOSED = -0.8  # correlation of two effects in the posterior: what one gains the other loses
TOGETHER = 0.9  # correlation of two spends or columns, all known causes held: under a fifth of their variation is their own
ILL = 30.0  # condition index from which a dependence is called strong
SHARED = 0.5  # share of an effect's variance that one dependence has to make
LEARNT = 0.2  # of the prior's spread that data have to take away


class Split(NamedTuple):
    """What the data can tell apart.

    groups : channels that must be published together, each with two or more, in the order of the channels.
    posterior, columns : correlation of effects; and of columns or spend, the larger, with all known causes held [channel, channel].
    index : largest condition index in which two or more channels share. contraction : 1 - posterior over prior variance [channel].
    """

    groups: tuple[tuple[str, ...], ...]
    posterior: np.ndarray
    columns: np.ndarray
    index: float
    contraction: np.ndarray


def identifiability(fit: mix.Fit, model: Linearised) -> Split:
    """Find the channels that must be published together.

    Two belong together where their effects are correlated below -.8 in the posterior, where their spend or their columns are correlated
    above .9 once all known causes are held, or where both owe half of their variance to one condition index above 30. Spend counts
    beside columns: where two spends are one, only the form that was assumed for carry-over and saturation makes two columns of it.
    Source: Belsley, Kuh & Welsch (1980), Regression Diagnostics, chapter 3, for the indices and shares.
    """
    c, names = model.channels, fit.data.channels
    posterior = np.atleast_2d(np.corrcoef(fit.effects, rowvar=False))
    x = whitened(model.design[:, : c + model.base], model.rho)
    base = x[:, c:]
    own = x[:, :c] - base @ np.linalg.lstsq(base, x[:, :c], rcond=None)[0]
    columns = np.atleast_2d(np.corrcoef(own, rowvar=False))
    plain = model.design[:, c : c + model.base]
    bought = fit.data.spend - plain @ np.linalg.lstsq(plain, fit.data.spend, rcond=None)[0]
    columns = np.maximum(columns, np.atleast_2d(np.corrcoef(bought, rowvar=False)))
    index, shared = _dependences(own)
    tied = (posterior < OPPOSED) | (columns > TOGETHER) | shared
    np.fill_diagonal(tied, False)
    spread = fit.effects.var(axis=0) / fit.data.prior[1] ** 2
    return Split(_groups(tied, names), posterior, columns, index, 1 - spread)


def _dependences(own: np.ndarray) -> tuple[float, np.ndarray]:
    """Largest condition index that two channels share, and which pairs do."""
    c = own.shape[1]
    shared = np.zeros((c, c), bool)
    _, s, v = np.linalg.svd(own / np.linalg.norm(own, axis=0), full_matrices=False)
    s = np.maximum(s, 1e-12)
    parts = (v.T / s) ** 2
    parts = parts / parts.sum(axis=1, keepdims=True)  # [channel, dependence]
    most = 1.0
    for at, index in enumerate(s[0] / s):
        both = parts[:, at] > SHARED
        if both.sum() > 1:
            most = max(most, float(index))
            if index > ILL:
                shared |= np.outer(both, both)
    return most, shared


def _groups(tied: np.ndarray, names: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Channels that hang together through any chain of ties."""
    group = np.arange(len(names))
    for _ in names:
        group = np.array([min(group[i], group[tied[i]].min(initial=len(names))) for i in range(len(names))])
    made = [tuple(names[i] for i in np.flatnonzero(group == g)) for g in np.unique(group)]
    return tuple(one for one in made if len(one) > 1)
