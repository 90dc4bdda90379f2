"""Tests that are looked at more than once: boundaries that keep the false-alarm rate, and how often a careless reader is misled."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial.legendre import leggauss
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from helpers.errors import DataError
from helpers.methods.intervals import check_level

FAR = 9.0  # standard errors beyond which nothing is left to add up
NODES = 96  # points of integration a look, more where looks are close to each other
NEVER = math.inf  # a boundary that cannot be reached
LEAST = 1e-13  # chance that is too small to be spent at a look


class Exits(NamedTuple):
    """Chance of leaving at each look for the first time: above the upper boundary, below the lower one."""

    upper: np.ndarray
    lower: np.ndarray


class _Density(NamedTuple):
    """Statistic of a test that goes on, in standard errors: points, and their weight times density."""

    points: np.ndarray
    mass: np.ndarray
    information: float


def obrien_fleming(share, alpha: float) -> np.ndarray:
    """Chance of a false alarm, two-sided, that may have been spent when this share of the information is there: hardly any early.

    Source: Lan & DeMets (1983), Biometrika 70; of each side 2 - 2 Phi(z(1 - alpha/4) / sqrt(share)).
    """
    share = np.asarray(share, dtype=float)
    return 4 * ndtr(ndtri(alpha / 4) / np.sqrt(share))


def pocock(share, alpha: float) -> np.ndarray:
    """The same, spent nearly evenly: alpha log(1 + (e - 1) share). Source: Lan & DeMets (1983)."""
    return alpha * np.log1p((math.e - 1) * np.asarray(share, dtype=float))


SPENDING = {"obrien_fleming": obrien_fleming, "pocock": pocock}


def boundaries(
    information: Sequence[float], *, level: float = 0.90, spending: str = "obrien_fleming", is_over: bool = False
) -> np.ndarray:  # fmt: skip
    """How far from zero the statistic must be at each look, in standard errors, for the whole test to keep its false-alarm rate.

    Parameters
    ----------
    information : what is known at each look as a share of what was planned, above 0, growing, at most 1. Looks need not be evenly
        spaced, nor planned in number.
    level : 1 - level is the chance of a false alarm over all looks together, both sides.
    spending : "obrien_fleming" or "pocock".
    is_over : the last look is the planned end of the test, whatever its information: it may spend all that is left.

    Returns
    -------
    One boundary a look [standard errors]; infinite where too little may be spent yet.

    Raises
    ------
    ValueError : a share is not above 0, above 1 or does not grow; an unknown spending function.

    Formula: P(first |Z_k| >= b_k) = spent(t_k) - spent(t_k-1), solved look by look by numerical integration of the density of a
        test that went on.
    Source: Armitage, McPherson & Rowe (1969), JRSS A 132; Lan & DeMets (1983); Jennison & Turnbull (2000), chapter 19.
    """
    check_level(level)
    times = _growing(information)
    if times[-1] > 1 + 1e-9:
        raise ValueError(f"boundaries: information must be at most 1, the plan, not {times[-1]:g}")
    if spending not in SPENDING:
        raise ValueError(f'boundaries: spending "{spending}" is unknown. Use {", ".join(SPENDING)}.')
    alpha = 1 - level
    spent = SPENDING[spending](np.minimum(times, 1.0), alpha)
    if is_over:
        spent[-1] = alpha
    made, density, used = [], None, 0.0
    for time, may in zip(times, spent, strict=True):
        wanted = (may - used) / 2
        one = NEVER
        if wanted > LEAST:
            one = _solved(lambda b, d=density, t=time: _tail(d, t, b, 0.0), wanted)
            used = float(may)
        made.append(one)
        density = _next(density, time, -one, one, 0.0, NODES)
    return np.array(made)


def exits(boundary: Sequence[float], information: Sequence[float], *, drift: float = 0.0) -> Exits:
    """Chance that a test leaves at each look for the first time, upwards or downwards.

    Parameters
    ----------
    boundary : standard errors at each look, above 0; infinite where nobody may stop.
    information : what is known at each look, growing, in any scale.
    drift : expected statistic where information is 1; 0 where there is no effect.

    Returns
    -------
    Exits: one chance a look and side; what is missing from 1 is a test that never left.

    Source: Armitage, McPherson & Rowe (1969), JRSS A 132.
    """
    times, ends = _growing(information), np.asarray(boundary, dtype=float)
    if ends.shape != times.shape or not (ends > 0).all():
        raise ValueError(f"exits needs a boundary above 0 for each of {len(times)} looks, not {boundary}")
    nodes = NODES + 2 * len(times)
    upper, lower, density = [], [], None
    for time, end in zip(times, ends, strict=True):
        upper.append(_tail(density, time, end, drift))
        lower.append(_tail(density, time, end, drift, below=True))
        density = _next(density, time, -end, end, drift, nodes)
    return Exits(np.array(upper), np.array(lower))


def false_alarms(looks: int, *, critical: float = 1.96) -> float:
    """Chance that a test without effect is called a success or a failure when it is read at evenly spaced looks and stopped at the first
    that passes `critical`.

    Raises
    ------
    ValueError : no look, or a critical value that is not above 0.

    Source: Armitage, McPherson & Rowe (1969), JRSS A 132, table 2: .248 at twenty looks.
    """
    if looks < 1 or not critical > 0:
        raise ValueError(
            f"false_alarms needs a look and a critical value above 0, not {looks} and {critical}"
        )
    found = exits(np.full(looks, float(critical)), np.arange(1, looks + 1))
    return float(found.upper.sum() + found.lower.sum())


def constant(looks: int, *, level: float = 0.95, shape: str = "obrien_fleming") -> float:
    """Constant of the classical designs with evenly spaced looks: b_k = C ("pocock") or C sqrt(K / k) ("obrien_fleming").

    Source: Pocock (1977); O'Brien & Fleming (1979); Jennison & Turnbull (2000), tables 2.1 and 2.3.
    """
    check_level(level)
    if shape not in SPENDING or looks < 1:
        raise ValueError(
            f"constant needs a look or more and one of {', '.join(SPENDING)}, not {looks}, {shape}"
        )
    at = np.arange(1, looks + 1)
    form = np.ones(looks) if shape == "pocock" else np.sqrt(looks / at)

    def missed(c: float) -> float:
        found = exits(c * form, at)
        return float(found.upper.sum() + found.lower.sum()) - (1 - level)

    return float(brentq(missed, 0.5, 8.0, xtol=1e-10))


def _growing(information: Sequence[float]) -> np.ndarray:
    times = np.asarray(information, dtype=float)
    if times.ndim != 1 or not len(times) or not np.isfinite(times).all():
        raise DataError(
            "sequential: the information of a look is missing; leave out days on which nothing was counted."
        )
    if not (times[0] > 0 and (np.diff(times) > 0).all()):
        raise ValueError("sequential: information must be above 0 and grow from look to look")
    return times


def _tail(density: _Density | None, time: float, end: float, drift: float, *, below: bool = False) -> float:
    """Chance that the statistic of a test that went on is beyond `end` at this look, or below -`end`."""
    sign = -1.0 if below else 1.0
    if density is None:
        return float(ndtr(sign * drift * math.sqrt(time) - end))
    step = time - density.information
    score = sign * (density.points * math.sqrt(density.information) + drift * step)
    return float(density.mass @ ndtr((score - end * math.sqrt(time)) / math.sqrt(step)))


def _next(
    density: _Density | None, time: float, low: float, high: float, drift: float, nodes: int
) -> _Density:
    """Density of the statistic between `low` and `high` at this look, of a test that went on until now and goes on."""
    middle = drift * math.sqrt(time)
    low, high = max(low, middle - FAR), min(high, middle + FAR)
    if not high > low:  # nothing goes on: the boundary has passed it all by
        return _Density(np.array([middle]), np.array([0.0]), time)
    x, w = _rule(nodes)
    points = (high + low) / 2 + (high - low) / 2 * x
    if density is None:
        made = np.exp(-0.5 * (points - middle) ** 2) / math.sqrt(2 * math.pi)
    else:
        step = time - density.information
        score = density.points * math.sqrt(density.information) + drift * step
        gap = (points[:, None] * math.sqrt(time) - score[None, :]) / math.sqrt(step)
        made = np.exp(-0.5 * gap**2) @ density.mass * math.sqrt(time / step / (2 * math.pi))
    return _Density(points, made * w * (high - low) / 2, time)


@cache
def _rule(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Points and weights of Gauss and Legendre between -1 and 1."""
    return leggauss(nodes)


def _solved(chance: Callable[[float], float], wanted: float) -> float:
    """Boundary beyond which lies the chance that may be spent."""
    return float(brentq(lambda b: chance(b) - wanted, 0.0, FAR, xtol=1e-11))
