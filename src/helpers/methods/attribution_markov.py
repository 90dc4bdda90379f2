"""Absorbing Markov chain over channels: what is lost when a channel is taken out, by linear algebra and without simulation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from helpers.methods.attribution import Paths


class Counts(NamedTuple):
    """Sparse matrices that turn journeys by path into transitions: `moves` [(channels + 1) x channels, path], `last` [channel, path]."""

    moves: sparse.csr_matrix
    last: sparse.csr_matrix
    n_channels: int


def counts_of(paths: Paths) -> Counts:
    """Transitions of each path; the first row of the moves is the start."""
    size = len(paths.channels)
    before = np.r_[0, paths.steps[:-1] + 1] if len(paths.steps) else paths.steps
    before[paths.starts[:-1]] = 0
    n, owner = len(paths.n), paths.owner
    ones = np.ones(len(paths.steps))
    moves = sparse.csr_matrix((ones, (before * size + paths.steps, owner)), shape=((size + 1) * size, n))
    ends = paths.steps[paths.starts[1:] - 1] if n else paths.steps
    last = sparse.csr_matrix((np.ones(n), (ends, np.arange(n))), shape=(size, n))
    return Counts(moves, last, size)


def removal_effects(counts: Counts, n: np.ndarray, converted: np.ndarray) -> np.ndarray:
    """Share of all orders that the chain loses when it may not pass a channel, [draw, channel].

    Parameters
    ----------
    counts : of the paths.
    n, converted : journeys and orders by path and draw, [path, draw].

    Returns
    -------
    Shares 0 to 1; NaN in a draw without an order. A channel that no journey of a draw passes has 0.

    Formula: Q[s, c] = moves from s to c / journeys that leave s; r[c] = orders after c / journeys that leave c; N = (I - Q)^-1; the
        chance of an order from the start is p_0 = (N r)_0, and without c it is p_0 - N_0c / N_cc p_c, so the effect of its removal
        is N_0c p_c / (N_cc p_0). Repeated contacts of one channel do not change it.
    Source: Anderl, Becker, von Wangenheim & Schumann (2016), Mapping the customer journey, International Journal of Research in
        Marketing 33(3); Kemeny & Snell (1976), Finite Markov Chains, ch. 3.
    """
    size, draws = counts.n_channels, n.shape[1]
    moves = (counts.moves @ n).T.reshape(draws, size + 1, size)
    orders, ended = (counts.last @ converted).T, (counts.last @ n).T
    leave = moves.sum(axis=2)
    leave[:, 1:] += ended
    safe = np.where(leave > 0, leave, 1.0)
    chain = np.zeros((draws, size + 1, size + 1))
    chain[:, :, 1:] = moves / safe[:, :, None]
    ending = np.concatenate([np.zeros((draws, 1)), orders / safe[:, 1:]], axis=1)
    visits = np.linalg.inv(np.eye(size + 1) - chain)
    reach = np.einsum("dij,dj->di", visits, ending)
    passed = visits[:, 0, 1:] / np.einsum("dii->di", visits)[:, 1:]
    start = reach[:, :1]
    return np.where(start > 0, passed * reach[:, 1:] / np.where(start > 0, start, 1.0), np.nan)


def markov(counts: Counts, n: np.ndarray, converted: np.ndarray) -> np.ndarray:
    """Orders by channel: all orders, split in proportion to the removal effects, [draw, channel]; NaN in a draw without an order."""
    effects = removal_effects(counts, n, converted)
    total = effects.sum(axis=1, keepdims=True)
    return converted.sum(axis=0)[:, None] * effects / np.where(total > 0, total, np.nan)
