"""Does a score put cases in the order in which it happened to them? Harrell's C, in n log n steps."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.errors import DataError


class Concordance(NamedTuple):
    """Pairs of cases of which it is known to whom it happened first: how many the score has right; `value` NaN without any."""

    value: float
    n_right: int
    n_tied: int
    n_pairs: int


def concordance(duration, event, score, *, strata=None) -> Concordance:
    """Chance that of two cases the one with the higher score comes first; 0.5 is what a coin does.

    Parameters
    ----------
    duration, event, score : one number a case: time, 0 or 1, and the higher the sooner.
    strata : a group a case; pairs are made inside a group only.

    Raises
    ------
    DataError : their lengths differ or a number is missing.

    Formula: (pairs in the right order + tied scores / 2) / comparable pairs. Two cases are comparable where it happened to one
    while the other was still there; two that it happened to at the same time are not.
    Source: Harrell, Lee & Mark (1996), Statistics in Medicine 15.
    """
    time, came, given = (np.asarray(one, dtype=float).ravel() for one in (duration, event, score))
    if not len(time) == len(came) == len(given):
        raise DataError(
            "concordance: durations, events and scores differ in number. Give one of each a case."
        )
    if not (np.isfinite(time).all() and np.isfinite(came).all() and not np.isnan(given).any()):
        raise DataError("concordance: a duration, an event or a score is missing. Leave those cases out.")
    _, group = np.unique(np.zeros(len(time)) if strata is None else np.asarray(strata), return_inverse=True)
    order = np.argsort(group, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(group[order])) + 1) if len(order) else []
    counts = (
        np.sum([_counts(time[at], came[at], given[at]) for at in parts], axis=0, dtype=np.int64)
        if parts
        else [0] * 3
    )
    right, tied, pairs = (int(count) for count in counts)
    return Concordance((right + tied / 2) / pairs if pairs else math.nan, right, tied, pairs)


def _counts(time: np.ndarray, came: np.ndarray, score: np.ndarray) -> tuple[int, int, int]:
    """Pairs in the right order, with tied scores, and all of them, in one group."""
    n = len(time)
    # Those it happened to stand before those who left at the same time, and by rising score among themselves: then no pair of
    # the same time counts as right, and equal scores of the same time can be taken off.
    order = np.lexsort((score, -came, time))
    time, came = time[order], came[order]
    rank = np.unique(score[order], return_inverse=True)[1]
    is_first = came == 1
    below, equal = _later(rank, is_first)
    pairs = int((n - 1 - np.flatnonzero(is_first)).sum())
    same_time = _pairs_within(time[is_first])
    same_both = _pairs_within(time[is_first] * 1.0, rank[is_first])
    return below, equal - same_both, pairs - same_time


def _pairs_within(*keys: np.ndarray) -> int:
    """Pairs of cases that agree in all keys."""
    if not len(keys[0]):
        return 0
    sizes = np.unique(np.column_stack(keys), axis=0, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _later(rank: np.ndarray, is_first: np.ndarray) -> tuple[int, int]:
    """Pairs (i, j) with j after i, i among `is_first`: how many have a lower rank at j, and how many the same.

    Counted as a merge sort counts: in blocks of 1, 2, 4 … each left half against its right half.
    """
    n, top = len(rank), int(rank.max(initial=0)) + 1
    place = np.arange(n)
    below = equal = 0
    size = 1
    while size < n:
        block, is_right = place // (2 * size), (place // size) % 2 == 1
        key = block * top + rank
        right = np.sort(key[is_right], kind="stable")
        left = is_first & ~is_right
        at = np.searchsorted(right, key[left], side="left")
        start = np.searchsorted(right, block[left] * top, side="left")
        below += int((at - start).sum())
        equal += int((np.searchsorted(right, key[left], side="right") - at).sum())
        size *= 2
    return below, equal
