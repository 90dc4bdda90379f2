"""How a launch is tried and bought again, and what a past launch had at the same age."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.dirichlet import LEAST, MOST
from helpers.methods.intervals import Estimate, check_level, equal_tailed

FEW_PEOPLE = 100
FEW_TRIERS = 30
HALVINGS = 40


class Record(NamedTuple):
    """Trial and repeat of one launch at an age.

    age : months since the launch when people were asked. at : the age that the figures stand for; below `age` they are scaled back.
    trial : share of people who bought it. repeat : of those, who bought it again. rate : purchases of one who tried it. triers : people.
    draws : trial, repeat and rate in redraws [draw x 3], so that launches can be compared. guards : what to know first.
    """

    age: float
    at: float
    trial: Estimate
    repeat: Estimate
    rate: Estimate
    triers: int
    draws: np.ndarray
    guards: tuple[Said, ...]


def record(
    purchases,
    *,
    age: float,
    at: float | None = None,
    weights=None,
    level: float = 0.90,
    draws: int = 400,
    seed: int = 0,
) -> Record:
    """Trial and repeat of a launch at an age, by drawing people again.

    Parameters
    ----------
    purchases : of the line since its launch, one number a person, buyers or not. age : months since the launch when they were asked.
    at : months after the launch that the figures are wanted for, at most `age`; none means `age`. weights : of people; none means alike.
    level, draws, seed : of the intervals.

    Returns
    -------
    Record; below 100 people nothing is told, with fewer than 30 who tried it no repeat.

    Raises
    ------
    DataError : a number of purchases is missing or negative, or weights do not fit. ValueError : `at` is not between 0 and `age`.

    Formula: M, K of a negative binomial from mean and share of non-buyers; at an earlier age M at / age: trial = 1 - P(0), repeat =
        1 - P(1) / trial, with P(0) = (1 + m/K)^-K, P(1) = m (1 + m/K)^-(K+1). At the age itself, the people themselves.
    Source: Ehrenberg (1988), Repeat-Buying, ch. 4; Fourt & Woodlock (1960), Journal of Marketing 25, for trial and repeat of launches.
    """
    check_level(level)
    at = age if at is None else at
    if not 0 < at <= age:
        raise ValueError(f"at must be above 0 and at most the age of {age:g} months, not {at!r}")
    x = np.asarray(purchases, float)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, float)
    if not (np.isfinite(x).all() and (x >= 0).all()):
        raise DataError(
            "launches: a number of purchases is missing or negative. Write 0 for people who did not buy the line."
        )
    if len(w) != len(x) or not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise DataError(
            f"launches: {len(w)} weights for {len(x)} people, or one is missing or negative. Weight the survey again."
        )
    triers = int((x > 0).sum())
    none = Estimate(math.nan, math.nan, math.nan, level, len(x))
    if len(x) < FEW_PEOPLE:
        reason = said("{n} people, and {need} are the least", n=len(x), need=FEW_PEOPLE)
        return Record(
            age,
            at,
            none,
            none,
            none,
            triers,
            np.full((0, 3), np.nan),
            (said("cannot tell: {reason}", reason=reason),),
        )
    drawn = np.random.default_rng(seed).multinomial(len(x), np.full(len(x), 1 / len(x)), size=draws) * w
    value, redrawn = _figures(x, w[None], at / age)[0], _figures(x, drawn, at / age)
    low, high = equal_tailed(redrawn, level=level, axis=0)
    told = [Estimate(float(v), min(float(a), float(v)), max(float(b), float(v)), level, n) for v, a, b, n in zip(value, low, high, (len(x), triers, triers), strict=True)]  # fmt: skip
    guards: list[Said] = []
    if triers < FEW_TRIERS:
        guards.append(
            said("{n} people tried it, and {need} are the least for a repeat", n=triers, need=FEW_TRIERS)
        )
        told[1], told[2] = none._replace(n=triers), none._replace(n=triers)
    if not triers:
        told[0] = Estimate(0.0, 0.0, 1 - (1 - level) ** (1 / len(x)), level, len(x))
    return Record(age, at, *told, triers, redrawn, tuple(guards))


def difference(new: Record, old: Record, which: int = 0) -> Estimate:
    """Trial (0), repeat (1) or rate (2) of one launch less that of another, of two samples of people, from their redraws."""
    a, b = new[2:5][which], old[2:5][which]
    level = a.level
    if not (math.isfinite(a.value) and math.isfinite(b.value)):
        return Estimate(math.nan, math.nan, math.nan, level, min(a.n, b.n))
    n = min(len(new.draws), len(old.draws))
    low, high = equal_tailed(new.draws[:n, which] - old.draws[:n, which], level=level)
    value = a.value - b.value
    return Estimate(value, min(float(low), value), max(float(high), value), level, min(a.n, b.n))


def _figures(x: np.ndarray, weights: np.ndarray, part: float) -> np.ndarray:
    """Trial, repeat and rate of people weighted in several ways, at a part of the time seen [draw x 3]."""
    mass = weights.sum(axis=1)
    bought, mean = weights @ (x > 0) / mass, weights @ x / mass
    with np.errstate(invalid="ignore", divide="ignore"):
        if part == 1:
            again = weights @ (x > 1) / mass
            return np.column_stack([bought, again / bought, mean / bought])
        k = _shape(mean, bought)
        m = mean * part
        none = (1 + m / k) ** -k
        once = m * (1 + m / k) ** -(k + 1)
        return np.column_stack([1 - none, 1 - once / (1 - none), m / (1 - none)])


def _shape(mean: np.ndarray, bought: np.ndarray) -> np.ndarray:
    """Shape of the negative binomial of these; its largest where people differ no more than by chance."""
    low, high = np.full(mean.shape, math.log(LEAST)), np.full(mean.shape, math.log(MOST))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = 1 - (1 + mean / np.exp(middle)) ** -np.exp(middle) < bought
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.exp((low + high) / 2)
