"""A test that shifts time: its p-value and, from the same test turned round, its interval."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from helpers.methods.intervals import Estimate, check_level

STEPS = 30  # halvings of the last step of a search
GRID = 40  # steps from the estimate outwards


class Shifted(NamedTuple):
    """p-value [0-1] of no effect, and the effect with the interval of all that the same test does not refuse."""

    p: float
    effect: Estimate


def shift_p(left: np.ndarray, during: np.ndarray, *, signed: bool = True) -> float:
    """Probability that times as consecutive as those of the test are as far off by chance.

    Parameters
    ----------
    left : what a model that was fitted to all times leaves over [time], the supposed effect taken off.
    during : whether the test ran then [time].
    signed : hold the size of the sum of what is left over against chance; False: the sum of its sizes, which also answers to
        times that are only noisier, and whose interval may then leave the estimate itself out.

    Formula: share of the n circular shifts of `left` whose statistic over the times of the test is at least the one seen. Days that
        hang together stay together, which drawing days singly would not respect.
    Source: Chernozhukov, Wüthrich & Zhu (2021), An exact and robust conformal inference method, JASA 116.
    """
    values, running = np.asarray(left, dtype=float), np.asarray(during, dtype=float)
    values = values if signed else np.abs(values)
    # All circular shifts at once: a circular correlation.
    sums = np.fft.irfft(np.fft.rfft(values) * np.conj(np.fft.rfft(running)), n=len(values))
    seen = float(values @ running)
    sums, seen = (np.abs(sums), abs(seen)) if signed else (sums, seen)
    near = 1e-9 * max(float(np.abs(values).max()), 1e-300) * len(values)
    return float(np.mean(sums >= seen - near))


def inverted(
    left_over: Callable[[float], np.ndarray], during: np.ndarray, value: float, *, step: float, level: float = 0.90,
    signed: bool = True,
) -> Shifted:  # fmt: skip
    """p-value of no effect and the interval of the effects that the test does not refuse.

    Parameters
    ----------
    left_over : function of a supposed effect to what the model then leaves over [time].
    value : the estimate; the search goes outwards from it.
    step : size of the first step, such as the noise of the estimate; steps grow.

    Returns
    -------
    Shifted. On each side of the estimate, p of an effect counts as the largest p of those as far away or farther. So p falls with
    distance, the interval is whole, and p of no effect is above 1 - level exactly when the interval holds 0. A bound that the
    search does not find is infinite, which happens where the times are too few to refuse anything.

    Source: as `shift_p`; interval by inversion, Lehmann & Romano (2005), Testing Statistical Hypotheses, section 3.5.
    """
    check_level(level)

    def p_of(effect: float) -> float:
        return shift_p(left_over(effect), during, signed=signed)

    bounds, p_null = [], p_of(0.0)
    for side in (-1, 1):
        at = value + side * step * (np.geomspace(1, 40, GRID) - 0.999)
        p = np.array([p_of(one) for one in at])
        kept = np.flatnonzero(p > 1 - level)
        last = int(kept[-1]) if len(kept) else -1
        if last == GRID - 1:
            bounds.append(side * math.inf)
        else:
            inside, outside = (at[last] if last >= 0 else value), at[last + 1]
            bounds.append(_edge(p_of, inside, outside, 1 - level))
        if side * (0.0 - value) >= 0:
            farther = p[side * at >= 0]  # effects on the side of 0, as far from the estimate as 0 or farther
            p_null = max(p_null, float(farther.max()) if len(farther) else 0.0)
    low, high = bounds
    holds = low <= 0 <= high
    p_null = max(p_null, 1 - level + 1e-12) if holds else min(p_null, 1 - level)
    return Shifted(p_null, Estimate(value, min(low, value), max(high, value), level, len(during)))


def _edge(p_of, inside: float, outside: float, threshold: float) -> float:
    for _ in range(STEPS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if p_of(middle) > threshold else (inside, middle)
    return outside
