"""What a test says that was stopped at a boundary, or read whenever somebody liked: intervals that allow for it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import lambertw, ndtr, ndtri

from helpers.methods.intervals import check_level
from helpers.methods.sequential import exits

FARTHEST = 12.0  # standard errors from the estimate, within which its bounds are looked for


class Stopped(NamedTuple):
    """A test that was stopped: p of no effect, and its effect in standard errors of the last look: middle, low, high."""

    p: float
    middle: float
    low: float
    high: float


def stagewise(
    boundary: Sequence[float], information: Sequence[float], statistic: float, *, level: float = 0.90
) -> Stopped:
    """Effect of a test that was stopped at its last look because the boundary was passed, or because the plan ended there.

    Parameters
    ----------
    boundary : standard errors at each look, as `sequential.boundaries` gives them; that of the last look is not used.
    information : what was known at each look, growing.
    statistic : standard errors from zero at the last look.
    level : confidence level.

    Returns
    -------
    Stopped: p, two-sided; median-unbiased middle and bounds of the effect over the standard error of the last look, so that
    the effect itself is `middle` times that error. With one look they are those of a test read once.

    Raises
    ------
    ValueError : the statistic is no number, or the boundaries are not those of the looks.

    Formula: outcomes are ordered by side, then by how early, then by size: P(d) = chance of an earlier exit upwards, or of
        reaching the last look with at least this statistic, under an effect d. Bounds: P(low) = (1 - level)/2, P(high) = (1 + level)/2.
    Source: Tsiatis, Rosner & Mehta (1984), Biometrics 40; Jennison & Turnbull (2000), section 8.4.
    """
    check_level(level)
    times, ends = np.asarray(information, dtype=float), np.asarray(boundary, dtype=float)
    if not math.isfinite(statistic) or ends.shape != times.shape:
        raise ValueError(f"stagewise needs a boundary a look and a statistic, not {statistic} of {boundary}")
    last = math.sqrt(times[-1])

    def above(effect: float) -> float:
        """Chance of what was seen or more, for an effect in standard errors of the last look."""
        return _above(ends, times, statistic, effect / last)

    def reached(share: float) -> float:
        return float(brentq(lambda effect: above(effect) - share, statistic - FARTHEST, statistic + FARTHEST))

    chance = above(0.0)
    tail = (1 - level) / 2
    p = float(min(1.0, 2 * min(chance, 1 - chance)))
    return Stopped(p, reached(0.5), reached(tail), reached(1 - tail))


def _above(ends: np.ndarray, times: np.ndarray, statistic: float, drift: float) -> float:
    """Chance of an exit upwards before the last look, or of reaching it and being above `statistic` there."""
    if len(times) == 1:
        return float(ndtr(drift * math.sqrt(times[-1]) - statistic))
    # The boundary of the last look alone is moved to the statistic; where that is below 0, the lower side gives what lies above it.
    found = exits(np.append(ends[:-1], abs(statistic) or 1e-12), times, drift=drift)
    if statistic >= 0:
        return float(found.upper.sum())
    return 1 - float(found.lower.sum())


def always_valid(information, *, planned: float, level: float = 0.90) -> np.ndarray | float:
    """How many standard errors wide each side of an interval must be that holds at every look at once, however often and until whenever.

    Parameters
    ----------
    information : what is known at a look [1 / variance of the estimate], any scale, scalar or array.
    planned : information, in the same scale, at which the interval is to be narrowest; fixed before the test.
    level : confidence level of all looks together.

    Returns
    -------
    Standard errors, as `information`; the interval is the estimate plus and minus this many.

    Raises
    ------
    ValueError : information is not above 0.

    Formula: sqrt((1 + r) / r (log(1 + r) - 2 log(1 - level))), r = information over that of the normal mixture; the mixture is the one
        that is narrowest at `planned`: r = -W(-(1 - level)² / e) - 1, lower branch of Lambert's W.
    Source: Robbins (1970), Annals of Mathematical Statistics 41; Johari et al. (2022), Operations Research 70; Howard et al. (2021),
        Annals of Statistics 49, section 3.5.
    """
    check_level(level)
    known = np.asarray(information, dtype=float)
    if not ((known > 0).all() and planned > 0):
        raise ValueError("always_valid: information must be above 0")
    alpha = 1 - level
    best = -float(lambertw(-(alpha**2) / math.e, -1).real) - 1
    ratio = best * known / planned
    made = np.sqrt((1 + ratio) / ratio * (np.log1p(ratio) - 2 * math.log(alpha)))
    return float(made) if made.ndim == 0 else made


def level_of(critical: float) -> float:
    """Level of an interval that reaches this many standard errors to each side: the way from a boundary to any interval."""
    return 1 - 2 * float(ndtr(-critical))


def critical_of(level: float) -> float:
    """Standard errors to each side of an interval of this level."""
    check_level(level)
    return float(ndtri((1 + level) / 2))
