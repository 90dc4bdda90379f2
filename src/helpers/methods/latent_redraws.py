"""Figures by latent class with their doubt: sizes in any group, means of what was not asked for the classes, over redraws of people."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit, ndtri

from helpers.methods import latent_em as em
from helpers.methods.intervals import Estimate
from helpers.methods.latent import Classes

REDRAWS = 100
ROUGH = 1e-4  # gain at which the climb of a redraw ends: its error is far below that of the redraw
LEAST_INVERSE = 1e-3  # smallest singular value of a table of misplaced people that is turned round


class Redrawn(NamedTuple):
    """People in classes, the estimate first and then each redraw of people.

    counts [run, person] : how often each person is drawn, 1 in the estimate. shares [run, person, class] : what a person counts for in
    each class, corrected for misplacement, so that a person may count less than 0 or more than 1; they add up to 1.
    sizes [run, group, class] : of each group named in `groups`. chances [run, class, answer] : of the answers to the items, which means
    of an item by `shares` would not give, as it has placed the people. own : group of each person.
    """

    counts: np.ndarray
    shares: np.ndarray
    sizes: np.ndarray
    chances: np.ndarray
    groups: tuple
    own: np.ndarray


def redrawn(
    classes: Classes, *, groups=None, strata=None, weight=None, redraws: int = REDRAWS, seed: int = 0
) -> Redrawn:
    """Redraw people, search the classes again from where they were found, and place everybody.

    Parameters
    ----------
    classes : as `latent.fit` made them. groups : one value a person; each group has sizes of its own, such as customers and others.
    strata : one value a person; each keeps its number of people, by default the groups. weight : one a person, for sizes and placement.

    Returns
    -------
    Redrawn. Labels stay those of `classes`.

    Formula: m the memberships with the group's own sizes; D[s, t] = sum w m_s m_t / sum w m_s, people of s placed in t; shares m D^-1.
    Source: Bolck, Croon & Hagenaars (2004), Political Analysis 12; Vermunt (2010), Political Analysis 18. Redraws: Efron (1979).
    """
    n, data = classes.n, classes.data
    own, names = pd.factorize(np.zeros(n) if groups is None else np.asarray(groups), sort=True)
    apart = own if strata is None else pd.factorize(np.asarray(strata))[0]
    mass = np.ones(n) if weight is None else np.asarray(weight, dtype=float)
    counts = np.vstack([np.ones(n), draw_counts(apart, redraws, seed)])
    again = _refitted(classes, counts[1:])
    chances = np.concatenate([classes.chances[None], again.chances])
    first = np.concatenate([classes.sizes[None], again.sizes])
    like = np.exp(_logs(chances, data.hot))[:, :, data.pattern]
    shares = np.empty((len(counts), n, len(classes.sizes)))
    sizes = np.empty((len(counts), len(names), len(classes.sizes)))
    for g in range(len(names)):
        here = np.flatnonzero(own == g)
        w = counts[:, here] * mass[here]
        sizes[:, g] = em.priors(like[:, :, here], w, first)
        members = like[:, :, here] * sizes[:, g, :, None]
        members /= members.sum(axis=1, keepdims=True)
        shares[:, here] = _unmixed(members, w)
    return Redrawn(counts, shares, sizes, chances, tuple(names.tolist()), own)


def draw_counts(strata: np.ndarray, redraws: int, seed: int) -> np.ndarray:
    """How often each person is drawn [redraw, person], with as many people in each stratum as there are."""
    rng = np.random.default_rng(seed)
    made = np.zeros((redraws, len(strata)))
    for at in np.unique(strata):
        here = np.flatnonzero(strata == at)
        made[:, here] = rng.multinomial(len(here), np.full(len(here), 1 / len(here)), redraws)
    return made


def unclassed(strata, *, redraws: int = REDRAWS, seed: int = 0) -> Redrawn:
    """Everybody in one class, redrawn as `redrawn` does; `chances` knows no answer.

    Parameters
    ----------
    strata : one value a person; each keeps its number of people.
    """
    n = len(strata)
    counts = np.vstack([np.ones(n), draw_counts(pd.factorize(np.asarray(strata))[0], redraws, seed)])
    runs = len(counts)
    return Redrawn(counts, np.ones((runs, n, 1)), np.ones((runs, 1, 1)), np.ones((runs, 1, 0)), ("",), np.zeros(n, dtype=int))  # fmt: skip


def _refitted(classes: Classes, counts: np.ndarray) -> em.Found:
    """Classes of each redraw, climbed from those of the estimate."""
    data, runs = classes.data, len(counts)
    weight = np.zeros((runs, data.hot.shape[1]))
    for run in range(runs):
        weight[run] = np.bincount(data.pattern, counts[run], data.hot.shape[1])
    first = em.Found(
        np.repeat(classes.sizes[None], runs, 0), np.repeat(classes.chances[None], runs, 0), np.zeros(runs)
    )
    return em.climb(first, data, weight=weight, settled=ROUGH)


def _logs(chances: np.ndarray, hot: np.ndarray) -> np.ndarray:
    """Log chance of each pattern in each class, less the largest of the pattern [run, class, pattern]."""
    runs, classes, answers = chances.shape
    made = (np.log(chances).reshape(-1, answers) @ hot).reshape(runs, classes, -1)
    return made - made.max(axis=1, keepdims=True)


def _unmixed(members: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Memberships [run, class, person] with the misplacement taken out [run, person, class]."""
    heavy = members * weight[:, None, :]
    mixed = heavy @ members.transpose(0, 2, 1)
    mixed /= np.maximum(heavy.sum(axis=2), 1e-12)[:, :, None]
    made = np.linalg.pinv(mixed, rcond=LEAST_INVERSE)
    return members.transpose(0, 2, 1) @ made


def means(found: Redrawn, values, *, weight=None, where=None) -> np.ndarray:
    """Mean of a value in each class [run, class]; people without a value are left out.

    Formula: sum w share y / sum w share.
    """
    y = np.asarray(values, dtype=float)
    w, there = _pulls(found, y, weight, where)
    top = np.einsum("rp,rpk->rk", w * np.where(there, np.nan_to_num(y), 0.0), found.shares)
    bottom = np.einsum("rp,rpk->rk", w, found.shares)
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)


def parts(found: Redrawn, values, *, weight=None, where=None) -> np.ndarray:
    """Share of the sum of a value that falls to each class [run, class]; with a value of 1, the sizes of those `where` is true.

    Formula: sum w share y / sum w y.
    """
    y = np.asarray(values, dtype=float)
    w, there = _pulls(found, y, weight, where)
    pull = w * np.where(there, np.nan_to_num(y), 0.0)
    total = pull.sum(axis=1, keepdims=True)
    top = np.einsum("rp,rpk->rk", pull, found.shares)
    return np.divide(top, total, out=np.full_like(top, np.nan), where=total > 0)


def overall(found: Redrawn, values, *, weight=None, where=None) -> np.ndarray:
    """Mean of a value over everybody [run]; people without a value are left out.

    Formula: sum w y / sum w.
    """
    y = np.asarray(values, dtype=float)
    w, there = _pulls(found, y, weight, where)
    bottom = w.sum(axis=1)
    top = w @ np.where(there, np.nan_to_num(y), 0.0)
    return np.divide(top, bottom, out=np.full(len(w), np.nan), where=bottom > 0)


def _pulls(found: Redrawn, y: np.ndarray, weight, where) -> tuple[np.ndarray, np.ndarray]:
    there = np.isfinite(y) if where is None else np.isfinite(y) & np.asarray(where, dtype=bool)
    w = found.counts * np.where(there, 1.0 if weight is None else np.asarray(weight, dtype=float), 0.0)
    return w, there


def share_estimate(runs: np.ndarray, n: int, *, level: float = 0.90) -> Estimate:
    """A share and its interval out of the estimate and its redraws, by their spread on the scale of log-odds."""
    inside = np.clip(runs, 1e-4, 1 - 1e-4)
    value = float(np.clip(runs[0], 0, 1))
    if len(runs) < 3 or not np.isfinite(runs[0]):
        return Estimate(value, math.nan, math.nan, level, n)
    half = float(ndtri((1 + level) / 2)) * float(np.nanstd(logit(inside[1:]), ddof=1))
    low, high = expit(logit(inside[0]) + np.array([-half, half]))
    return Estimate(value, min(float(low), value), max(float(high), value), level, n)


def estimate(runs: np.ndarray, n: int, *, level: float = 0.90, least: float = -math.inf) -> Estimate:
    """A figure and its interval out of the estimate and its redraws: value ± z standard deviations, not below `least`."""
    value = float(runs[0])
    if len(runs) < 3 or not np.isfinite(value):
        return Estimate(value, math.nan, math.nan, level, n)
    half = float(ndtri((1 + level) / 2)) * float(np.nanstd(runs[1:], ddof=1))
    value = max(value, least)
    return Estimate(value, max(value - half, least), value + half, level, n)
