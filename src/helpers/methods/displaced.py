"""What one way of arriving takes from another: several markets held against each other, week by week, so that what moves all alike drops out."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level

BEFORE = 26  # times before the first arrival of the new kind
SINCE = 26  # and from it on
REACH = 8  # times after which what is left of a time is taken to be forgotten
AROUND = 13  # times whose mean says how much the new ones weigh
MOST = 5.0  # taken for one arrival of the new kind; more is not looked for


class Displaced(NamedTuple):
    """Old arrivals lost for one new one, and the share lost at the last times together.

    each : lost for one [0: none; 1: each new one is an old one lost]. lost : share of what the last times would have had. verdict : "taken"
    [the interval is above 0], "added" [below], "does not tell". guards : sentences.
    """

    each: Estimate
    lost: Estimate
    verdict: str
    guards: tuple[Said, ...]


def displaced(old: pd.DataFrame, other: pd.DataFrame, new: pd.DataFrame, *, last: int = 4, level: float = 0.90) -> Displaced:  # fmt: skip
    """Old arrivals lost for one new one, from the markets in which the new ones weigh more than elsewhere.

    Parameters
    ----------
    old : counts [time x market] that may be lost, as the searches for one brand. other : counts that are not, as those for all its rivals.
    new : counts of the new kind; 0 before the first. All three with the same times and markets, none missing.
    last : times up to now whose share lost is told. level : of the intervals.

    Returns
    -------
    Displaced. NaN with a guard with one market, with fewer than 26 times before the first new arrival or from it on, where
    a count of `old` or `other` is 0, or where the new ones weigh alike everywhere.

    Raises
    ------
    DataError : the tables do not match, or a count is missing or negative.

    Formula: y = log((old + t new) / other) less the means of its time and market. For the true t nothing of y goes with the weight x = new
        [mean of 13 times] / old before the first new one [means taken off alike], so t is where sum x y = 0, and its interval holds the t at which the sum is within its error: that
        of times that hang together up to 8 apart (Bartlett), t with (times since the first / 8 - 1) x (markets - 1) degrees of freedom.
        Share lost = t new / (old + t new).
    Source: Newey & West (1987), Econometrica 55; Anderson & Rubin (1949), Annals of Mathematical Statistics 20, for such intervals.
    """
    check_level(level)
    _check(old, other, new)
    a, b, v = (one.to_numpy(dtype=float) for one in (old, other, new))
    since = int((v.sum(axis=1) > 0).sum())
    reason = _too_little(a, b, v, since)
    if reason is not None:
        return _nothing(reason, len(a), level)
    usual = a[v.sum(axis=1) == 0].mean(axis=0)
    x = _apart(_smooth(v) / usual)
    if (x**2).sum() < 1e-9:
        return _nothing(said("the new ones weigh alike in all markets"), len(a), level)
    reach = float(stdtrit(max((since / REACH - 1) * (a.shape[1] - 1), 2.0), (1 + level) / 2))

    def away(t: float, side: float = 0.0) -> float:
        part = (x * _apart(np.log((a + t * v) / b))).sum(axis=1)
        return float(part.sum()) - side * reach * _error(part)

    lowest = -0.9 / float((v / a).max())  # below it nothing of the old ones would be left
    ends = [_root(lambda t, side=side: away(t, side), lowest) for side in (0.0, -1.0, 1.0)]
    value, low, high = ends[0], min(ends), max(ends)
    taken, sums = v[-last:].sum(), a[-last:].sum()
    share = [t * taken / (sums + t * taken) for t in (value, low, high)]
    verdict = "taken" if low > 0 else "added" if high < 0 else "does not tell"
    edge = said("the interval goes on beyond what was looked for") if high >= MOST or low <= lowest else None
    return Displaced(Estimate(value, low, high, level, len(a)), Estimate(*share, level, len(a)), verdict, () if edge is None else (edge,))  # fmt: skip


def _apart(table: np.ndarray) -> np.ndarray:
    """What the means of times and markets leave."""
    return table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()


def _smooth(v: np.ndarray) -> np.ndarray:
    """Means of the times around, fewer at both ends: the luck of one time is no weight."""
    return pd.DataFrame(v).rolling(AROUND, center=True, min_periods=1).mean().to_numpy()


def _error(part: np.ndarray) -> float:
    """Standard error of a sum over times that hang together."""
    left = part - part.mean()
    near = sum((1 - k / (REACH + 1)) * float(left[k:] @ left[:-k]) for k in range(1, REACH + 1))
    return math.sqrt(max(float(left @ left) + 2 * near, 1e-12))


def _root(function, lowest: float) -> float:
    """Where a rising function is 0; the nearer end where it is not in reach."""
    if function(MOST) <= 0:
        return MOST
    return lowest if function(lowest) >= 0 else float(brentq(function, lowest, MOST, xtol=1e-9))


def _check(old: pd.DataFrame, other: pd.DataFrame, new: pd.DataFrame) -> None:
    for table, name in ((old, "old"), (other, "other"), (new, "new")):
        if not (table.index.equals(old.index) and list(table.columns) == list(old.columns)):
            raise DataError(f"displaced: {name} has other times or markets than old. Give all three the same.")  # fmt: skip
        bad = ~(table.to_numpy(dtype=float) >= 0)
        if bad.any():
            at = np.argwhere(bad)[0]
            raise DataError(f"displaced: {name} has {table.iloc[at[0], at[1]]} in {table.columns[at[1]]} at time {at[0] + 1}. Counts are 0 or more: load that time again.")  # fmt: skip


def _too_little(a: np.ndarray, b: np.ndarray, v: np.ndarray, since: int) -> Said | None:
    before = int((v.sum(axis=1) > 0).argmax()) if since else len(v)
    if a.ndim < 2 or a.shape[1] < 2:
        return said("one market alone cannot tell the new ones from whatever else moves its searches")
    if min(before, since) < min(BEFORE, SINCE):
        return said("times before the first new one {before} and from it on {since}, needed {need} of each", before=before, since=since, need=BEFORE)  # fmt: skip
    if not (a > 0).all() or not (b > 0).all():
        return said("a market has a time without searches")
    return None


def _nothing(reason: Said, n: int, level: float) -> Displaced:
    none = Estimate(math.nan, math.nan, math.nan, level, n)
    return Displaced(none, none, "does not tell", (said("cannot tell: {reason}", reason=reason),))
