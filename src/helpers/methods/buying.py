"""How many buy and how often: what moved a brand's purchases between two samples, and what sets a brand apart from a larger one."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level, equal_tailed

FEW_BUYERS = 30


class Split(NamedTuple):
    """A change of purchases a person in its two parts, which add up: through penetration and through frequency [purchases a person]."""

    change: Estimate
    by_penetration: Estimate
    by_frequency: Estimate


def split(
    before,
    after,
    *,
    weights_before=None,
    weights_after=None,
    level: float = 0.90,
    draws: int = 1000,
    seed: int = 0,
) -> Split:
    """What moved the purchases of a brand a person between two samples of people: more buyers, or buyers who buy more often.

    Parameters
    ----------
    before, after : purchases in the period, one number a person, buyers or not. weights_before, weights_after : of people; none means alike.
    level, draws, seed : of the intervals, by drawing people of both samples again.

    Returns
    -------
    Split, n = people of both samples; NaN where either has fewer than 30 buyers.

    Raises
    ------
    DataError : a number of purchases or a weight is missing or negative.

    Formula: penetration part (b1 - b0)(f0 + f1)/2, frequency part (f1 - f0)(b0 + b1)/2. Source: Kitagawa (1955), JASA 50.
    """
    check_level(level)
    (x0, w0), (x1, w1) = _checked(before, weights_before), _checked(after, weights_after)
    n = len(x0) + len(x1)
    if min((x0 > 0).sum(), (x1 > 0).sum()) < FEW_BUYERS:
        none = Estimate(math.nan, math.nan, math.nan, level, n)
        return Split(none, none, none)
    rng = np.random.default_rng(seed)
    value = _parts(*_two(x0, w0[None]), *_two(x1, w1[None]))
    drawn = _parts(*_two(x0, _again(rng, w0, draws)), *_two(x1, _again(rng, w1, draws)))
    return Split(*(_told(float(v[0]), d, level, n) for v, d in zip(value, drawn, strict=True)))


def gap(ours, theirs, *, weights=None, level: float = 0.90, draws: int = 1000, seed: int = 0) -> Estimate:
    """Share of the gap to a larger brand that is in how many buy, the rest being how often they do; of one sample of people.

    Returns
    -------
    Estimate of ln(b2/b1) / ln(b2 f2 / b1 f1), n = people; above 1 where our buyers buy more often than theirs. NaN where either brand
    has fewer than 30 buyers, or where the gap may be none: the interval of the log of the volumes' ratio holds 0.

    Source: Ehrenberg, Goodhardt & Barwise (1990), Double jeopardy revisited, Journal of Marketing 54.
    """
    check_level(level)
    (x1, w), (x2, _) = _checked(ours, weights), _checked(theirs, weights)
    none = Estimate(math.nan, math.nan, math.nan, level, len(x1))
    if min((x1 > 0).sum(), (x2 > 0).sum()) < FEW_BUYERS:
        return none
    again = _again(np.random.default_rng(seed), w, draws)
    made = []
    for weighted in (w[None], again):
        (b1, f1), (b2, f2) = _two(x1, weighted), _two(x2, weighted)
        made.append((np.log(b2 / b1), np.log(b2 * f2 / (b1 * f1))))
    low, high = equal_tailed(made[1][1], level=level)
    if low <= 0 <= high:
        return none
    return _told(float(made[0][0][0] / made[0][1][0]), made[1][0] / made[1][1], level, len(x1))


def _two(x: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Penetration and purchases a buyer of people weighted in several ways."""
    buyers = weights @ (x > 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return buyers / weights.sum(axis=1), weights @ x / buyers


def _parts(b0, f0, b1, f1):
    return b1 * f1 - b0 * f0, (b1 - b0) * (f0 + f1) / 2, (f1 - f0) * (b0 + b1) / 2


def _again(rng: np.random.Generator, w: np.ndarray, draws: int) -> np.ndarray:
    return rng.multinomial(len(w), np.full(len(w), 1 / len(w)), size=draws) * w


def _told(value: float, drawn: np.ndarray, level: float, n: int) -> Estimate:
    low, high = equal_tailed(drawn, level=level)
    return Estimate(value, min(float(low), value), max(float(high), value), level, n)


def _checked(purchases, weights) -> tuple[np.ndarray, np.ndarray]:
    x = np.asarray(purchases, float)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, float)
    if not (np.isfinite(x).all() and (x >= 0).all()):
        raise DataError(
            "buying: a number of purchases is missing or negative. Write 0 for people who did not buy."
        )
    if len(w) != len(x) or not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise DataError(
            f"buying: {len(w)} weights for {len(x)} people, or one is missing or negative. Weight the survey again."
        )
    return x, w
