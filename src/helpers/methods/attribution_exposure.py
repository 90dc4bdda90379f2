"""Exposure regression: are journeys that touched a channel more often ended by an order than those that did not?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.special import expit

from helpers.i18n import said
from helpers.methods.attribution import Paths

PRIOR_SD = 10.0  # on the log odds: far wider than any effect, it only keeps a channel that all or no buyers touched finite
STEPS, DONE = 50, 1e-9


class Sets(NamedTuple):
    """Different sets of channels that journeys touched.

    design : intercept and one column a channel, [set, channel + 1], 1 where the set holds it.
    member : journeys by path to journeys by set, [set, path].
    """

    design: np.ndarray
    member: sparse.csr_matrix


def sets_of(paths: Paths) -> Sets:
    """Sets of channels of the paths."""
    n, size = len(paths.n), len(paths.channels)
    there = np.zeros((n, size), dtype=bool)
    there[paths.owner, paths.steps] = True
    packed, which = np.unique(np.packbits(there, axis=1), axis=0, return_inverse=True)
    design = np.unpackbits(packed, axis=1, count=size).astype(float) if n else np.zeros((0, size))
    member = sparse.csr_matrix((np.ones(n), (which.ravel(), np.arange(n))), shape=(len(design), n))
    return Sets(np.column_stack([np.ones(len(design)), design]), member)


def refusal(sets: Sets) -> str:
    """Why the paths cannot tell the effect of contacts; an empty text where they can.

    Where every journey touches the same number of channels, what a journey without any would have brought is not in the data.
    """
    if len(sets.design) and np.linalg.matrix_rank(sets.design) == sets.design.shape[1]:
        return ""
    reason = said("the journeys touch too few different sets of channels to tell one channel from the others")
    return said("cannot tell: {reason}", reason=reason)


def coefficients(sets: Sets, n: np.ndarray, converted: np.ndarray) -> np.ndarray:
    """Log odds of an order: intercept and one for each channel touched, [draw, channel + 1].

    Parameters
    ----------
    n, converted : journeys and orders by set and draw, [set, draw].

    Formula: logistic regression by Newton's method on all draws at once, with a normal prior (sd 10) on each channel.
    Source: Shao & Li (2011), Data-driven multi-touch attribution models, KDD '11, for the regression on contacts.
    """
    design = sets.design
    size, draws = design.shape[1], n.shape[1]
    outer = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    prior = np.diag(np.r_[1e-9, np.full(size - 1, PRIOR_SD**-2)])
    made = np.zeros((draws, size))
    share = (converted.sum(axis=0) + 0.5) / (n.sum(axis=0) + 1)
    made[:, 0] = np.log(share / (1 - share))
    last = np.full(draws, -np.inf)
    step = np.zeros_like(made)
    for _ in range(STEPS):
        linear = made @ design.T
        value = (converted.T * linear - n.T * np.logaddexp(0, linear)).sum(axis=1)
        value -= (made @ prior * made).sum(axis=1) / 2
        # A step that lowers the likelihood is halved, so that a far start cannot run away.
        worse = value < last - 1e-9 * np.abs(last)
        step[worse] /= 2
        made[worse] -= step[worse]
        if worse.any():
            continue
        last = value
        p = expit(linear)
        slope = (converted.T - n.T * p) @ design - made @ prior
        curve = ((n.T * p * (1 - p)) @ outer).reshape(draws, size, size) + prior
        step = np.linalg.solve(curve, slope[:, :, None])[:, :, 0]
        made = made + step
        if np.abs(step).max(initial=0.0) < DONE:
            break
    return made


def exposure(sets: Sets, n: np.ndarray, converted: np.ndarray) -> np.ndarray:
    """Orders that the regression would miss without the contacts of a channel, all others as they are, [draw, channel].

    Parameters
    ----------
    n, converted : journeys and orders by path and draw, [path, draw].

    They do not add up to all orders: what the model expects of a journey whatever it touched stays with no channel. Below 0 where
    journeys that touched the channel end in an order less often.

    Formula: sum over sets with c of n (p(set) - p(set without c)).
    """
    by_set, orders = sets.member @ n, sets.member @ converted
    fitted = coefficients(sets, by_set, orders)
    linear = fitted @ sets.design.T
    p = expit(linear)
    made = np.empty((n.shape[1], sets.design.shape[1] - 1))
    for at in range(made.shape[1]):
        own = sets.design[:, at + 1] > 0
        without = expit(linear[:, own] - fitted[:, at + 1 : at + 2])
        made[:, at] = (by_set[own].T * (p[:, own] - without)).sum(axis=1)
    return made
