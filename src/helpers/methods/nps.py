"""Net promoter score and mean ratings, with intervals that hold their level where answers are few."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.methods.intervals import Estimate

PROMOTER, DETRACTOR, TOP = 9, 6, 10  # lowest answer of a promoter, highest of a detractor, end of the scale
STEPS = 60  # halvings of an interval of width 2: far below rounding
END = 0.25  # answers added at either end of a scale, so that equal answers leave some doubt


class Answers(NamedTuple):
    """Answers on the scale from 0 to 10, as effective counts: with weights they add up to the effective n.

    `n` counts people who answered, `n_missing` rows without an answer.
    """

    promoters: float
    passives: float
    detractors: float
    n: int
    n_missing: int


def answers(scores, weights=None) -> Answers:
    """Promoters (9 and 10), passives (7 and 8) and detractors (0 to 6) among answers.

    Parameters
    ----------
    scores : answers from 0 to 10; empty ones are counted as missing.
    weights : one weight an answer, 0 or more; none means all are alike. An answer without weight is missing.

    Raises
    ------
    DataError : an answer is outside 0 to 10, or a weight is negative.

    Formula: effective n = (sum w)² / sum w²; each share is its sum of weights over all weights.
    Source: Reichheld (2003), The one number you need to grow, HBR 81(12); Kish (1965), Survey Sampling.
    """
    score, weight = _known(scores, weights)
    off = (score < 0) | (score > TOP)
    if off.any():
        at = int(off.argmax())
        raise DataError(
            f"nps: the answer {score[at]:g} is not between 0 and {TOP}. Give answers to the question of 0 to {TOP} only."
        )
    n_missing = len(np.atleast_1d(np.asarray(scores))) - len(score)
    total = weight.sum()
    if not total:
        return Answers(0.0, 0.0, 0.0, 0, n_missing)
    scale = total / np.sum(weight**2)  # effective n over the sum of weights
    up, down = weight[score >= PROMOTER].sum() * scale, weight[score <= DETRACTOR].sum() * scale
    return Answers(float(up), float(total * scale - up - down), float(down), len(score), n_missing)


def score_bounds(promoters, detractors, n, *, level: float = 0.90) -> tuple[np.ndarray, np.ndarray]:
    """Score interval of the share of promoters less that of detractors; arrays of any shape.

    Returns
    -------
    (low, high) [-1 to 1]; NaN where n is 0. It never is a point: all promoters give (n - z²)/(n + z²) to 1.

    Formula: all D with |p - d - D| <= z sqrt((2q + D(1 - D)) / n), where q is the share of detractors that is
        likeliest if the difference were D: the root of 2q² + q((2 - p + d)D - p - d) = d D(1 - D).
    Source: Tango (1998), Statistics in Medicine 17, 891-908; Rocks (2016), The American Statistician 70(4).
    """
    p, d, n = (np.asarray(a, dtype=float) for a in np.broadcast_arrays(promoters, detractors, n))
    with np.errstate(invalid="ignore", divide="ignore"):
        p, d = p / n, d / n
    return -_score_high(d, p, n, level), _score_high(p, d, n, level)


def _score_high(p: np.ndarray, d: np.ndarray, n: np.ndarray, level: float) -> np.ndarray:
    """Upper bound, by halving: the distance in standard errors falls from 0 at p - d as D grows."""
    z = _z(level)
    low, high = p - d, np.ones_like(p)
    for _ in range(STEPS):
        middle = (low + high) / 2
        root = _likeliest(p, d, middle)
        spread = np.maximum(2 * root + middle * (1 - middle), 0)
        inside = (middle - (p - d)) ** 2 * n <= z**2 * spread
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.where(n > 0, high, np.nan)


def _likeliest(p: np.ndarray, d: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Share of detractors that is likeliest where promoters less detractors are `difference`."""
    b = (2 - p + d) * difference - p - d
    c = -d * difference * (1 - difference)
    root = (np.sqrt(np.maximum(b**2 - 8 * c, 0)) - b) / 4
    return np.clip(root, np.maximum(0, -difference), (1 - difference) / 2)


def wald_bounds(promoters, detractors, n, *, level: float = 0.90, extra: float = 0.0):
    """Textbook interval, for comparison only: it fails below some 400 answers.

    `extra` = 3 is the adjusted interval: a quarter of the pseudo-answers to promoters and to detractors, half to passives.

    Formula: m ± z sqrt((p + d - m²) / n), m = p - d.
    """
    n = np.asarray(n, dtype=float) + extra
    with np.errstate(invalid="ignore", divide="ignore"):
        p, d = (np.asarray(promoters) + extra / 4) / n, (np.asarray(detractors) + extra / 4) / n
    half = _z(level) * np.sqrt(np.maximum(p + d - (p - d) ** 2, 0) / n)
    return p - d - half, p - d + half


def nps(found: Answers, *, level: float = 0.90) -> Estimate:
    """Net promoter score [points, -100 to 100] with its score interval; NaN where nobody answered.

    Formula: 100 x (promoters - detractors) / answers; the interval of `score_bounds`, n being the effective n.
    """
    n = found.promoters + found.passives + found.detractors
    if not n:
        return Estimate(math.nan, math.nan, math.nan, level, 0)
    low, high = score_bounds(found.promoters, found.detractors, n, level=level)
    value = min(max(100 * (found.promoters - found.detractors) / n, -100.0), 100.0)
    # Halving stops a hair short of the value where the bound is the value itself.
    return Estimate(value, min(100 * float(low), value), max(100 * float(high), value), level, found.n)


def nps_difference(now: Estimate, then: Estimate) -> Estimate:
    """Change of the score between two waves of different people [points], with its interval.

    Formula: d - sqrt((now - low)² + (high_then - then)²), and its like above (MOVER).
    Source: Zou & Donner (2008), Statistics in Medicine 27, 1693-1702.
    """
    change = now.value - then.value
    low = change - math.hypot(now.value - now.low, then.high - then.value)
    high = change + math.hypot(now.high - now.value, then.value - then.low)
    return Estimate(change, low, high, now.level, now.n + then.n)


def required_answers(promoters: float, detractors: float, half_width: float, *, level: float = 0.90) -> int:
    """Answers needed so that the interval of a score is no wider than ± half_width points.

    Parameters
    ----------
    promoters, detractors : expected shares; a third each and none between is the worst case.
    half_width : wanted half-width [points], above 0 and below 100.

    Raises
    ------
    ValueError : an argument is outside its range.

    Formula: the smallest n at which half the width of `score_bounds` is at most half_width.
    """
    p, d, h = promoters, detractors, half_width
    if not (p >= 0 and d >= 0 and p + d <= 1 + 1e-12 and 0 < h < 100):
        raise ValueError(f"shares must be in [0, 1] and half_width in (0, 100), not {p!r}, {d!r}, {h!r}")
    low, high = 0, 1
    while _half_width(p, d, high, level) > h:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _half_width(p, d, middle, level) > h else (low, middle)
    return high


def _half_width(promoters: float, detractors: float, n: int, level: float) -> float:
    low, high = score_bounds(promoters * n, detractors * n, n, level=level)
    return 50 * float(high - low)


def mean_rating(scores, weights=None, *, scale: tuple[float, float], level: float = 0.90) -> Estimate:
    """Mean answer on a bounded scale, with an interval that stays on it and is never a point.

    Parameters
    ----------
    scores : answers on the scale, such as effort from 1 to 7; empty ones are left out.
    weights : as in `answers`.
    scale : lowest and highest answer possible.

    Returns
    -------
    Estimate in units of the scale; n counts answers; NaN where there are none.

    Raises
    ------
    DataError : an answer is off the scale, or the scale has no width.

    Formula: with answers brought to 0-1, Wilson's interval of their mean m with n m(1-m)/s² in place of n; m and s² in
        this ratio are taken after a quarter of an answer was added at either end. Answers at the ends only give Wilson's own.
    Source: Wilson (1927), JASA 22, with the effective n of Korn & Graubard (1998), Survey Methodology 24.
    """
    low, high = scale
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise DataError(
            f"ratings: the scale goes from {low:g} to {high:g}. Give its lowest and highest answer."
        )
    score, weight = _known(scores, weights)
    off = (score < low) | (score > high)
    if off.any():
        at = int(off.argmax())
        raise DataError(
            f"ratings: the answer {score[at]:g} is not on the scale of {low:g} to {high:g}. Mend the scale."
        )
    total = weight.sum()
    if not total:
        return Estimate(math.nan, math.nan, math.nan, level, 0)
    x = (score - low) / (high - low)
    n = total**2 / np.sum(weight**2)
    mean, square = float(weight @ x / total), float(weight @ x**2 / total)
    fuller, squares = (n * mean + END) / (n + 2 * END), (n * square + END) / (n + 2 * END)
    size = n * fuller * (1 - fuller) / (squares - fuller**2)
    z2 = _z(level) ** 2
    middle = (mean + z2 / (2 * size)) / (1 + z2 / size)
    half = math.sqrt(z2 * mean * (1 - mean) / size + z2**2 / (4 * size**2)) / (1 + z2 / size)
    width = high - low
    bounds = (max(low, low + width * (middle - half)), min(high, low + width * (middle + half)))
    value = low + width * mean
    return Estimate(value, min(bounds[0], value), max(bounds[1], value), level, len(score))


def _known(scores, weights) -> tuple[np.ndarray, np.ndarray]:
    """Answers that are there, and their weights."""
    score = np.atleast_1d(np.asarray(scores, dtype=float))
    weight = np.ones_like(score) if weights is None else np.atleast_1d(np.asarray(weights, dtype=float))
    if len(weight) != len(score):
        raise ValueError(f"weights: {len(weight)} for {len(score)} answers")
    if (weight < 0).any() or np.isinf(weight).any():
        raise DataError("weights: a weight is negative or without end. Mend the weights, or leave them out.")
    there = ~np.isnan(score) & (weight > 0)
    return score[there], weight[there]


def _z(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1 (.90 for 90 %), not {level!r}")
    return float(ndtri((1 + level) / 2))
