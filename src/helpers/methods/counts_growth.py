"""The growth of counts from one time to the next, with an interval that holds where times hang together."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level

LEAST = 12  # times, below which a trend and the memory of a time for the next are one thing
FEW = 100  # counted in all
ROUNDS, EDGE = 60, 0.9


class CountsGrowth(NamedTuple):
    """Growth of a time on the one before [share], level now [the fitted last time], dispersion, memory, and what to know first."""

    a_time: Estimate
    now: float
    dispersion: float
    memory: float
    guards: tuple[Said, ...]


def counts_growth(counts, *, level: float = 0.90) -> CountsGrowth:
    """Growth of counts from one time to the next, as if it were steady.

    Parameters
    ----------
    counts : one count a time, in order, none missing; those of a start may be small or nothing.
    level : confidence level.

    Returns
    -------
    CountsGrowth. NaN with a guard below 12 times, or below 100 counted in all.

    Raises
    ------
    DataError : a count is missing or negative.

    Formula: E y = exp(a + b t), by iterated weighted least squares as of Poisson counts; the error of b times the root of the dispersion,
        sum (y - m)² / m over times - 2 and at least 1, and of (1 + r) / (1 - r) for the memory r of what is left; t with the degrees of
        freedom that the memory leaves, n (1 - r) / (1 + r) - 2, at least 3; growth e^b - 1.
    Source: McCullagh & Nelder (1989), Generalized Linear Models, ch. 6, for the dispersion.
    """
    check_level(level)
    y = np.asarray(counts, dtype=float)
    if not np.isfinite(y).all() or (y < 0).any():
        at = int(np.argmax(~np.isfinite(y) | (y < 0)))
        raise DataError(f"counts_growth: time {at + 1} of {len(y)} is missing or negative. Load it again.")
    n = len(y)
    if n < LEAST or y.sum() < FEW:
        why = said("times known {n}, needed {need}", n=n, need=LEAST) if n < LEAST else said("{n} counted in all, needed {need}", n=int(y.sum()), need=FEW)  # fmt: skip
        return CountsGrowth(Estimate(math.nan, math.nan, math.nan, level, n), math.nan, math.nan, math.nan, (said("cannot tell: {reason}", reason=why),))  # fmt: skip
    slope, fitted, variance = _fitted(y)
    left = (y - fitted) / np.sqrt(fitted)
    power = float(left @ left)
    dispersion = max(power / (n - 2), 1.0)
    raw = (
        float(left[1:] @ left[:-1]) / power if power > 1e-9 else 0.0
    )  # nothing but rounding is left of an exact course
    memory = min(max(raw + (1 + 3 * raw) / n, 0.0), EDGE)
    error = math.sqrt(variance * dispersion * (1 + memory) / (1 - memory))
    df = max(3.0, n * (1 - memory) / (1 + memory) - 2)
    half = float(stdtrit(df, (1 + level) / 2)) * error
    made = Estimate(*(math.expm1(one) for one in (slope, slope - half, slope + half)), level, n)
    return CountsGrowth(made, float(fitted[-1]), dispersion, memory, ())


def _fitted(y: np.ndarray) -> tuple[float, np.ndarray, float]:
    """Slope of the logarithm, fitted counts, and the variance of the slope were the counts Poisson."""
    n = len(y)
    design = np.column_stack([np.ones(n), np.arange(n) - (n - 1) / 2])
    beta = np.linalg.lstsq(design, np.log(y + 0.5), rcond=None)[0]
    for _ in range(ROUNDS):
        mean = np.maximum(np.exp(np.clip(design @ beta, -30, 30)), 1e-9)
        square = design.T @ (mean[:, None] * design)
        step = np.linalg.solve(square, design.T @ (y - mean))
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-10:
            break
    mean = np.maximum(np.exp(np.clip(design @ beta, -30, 30)), 1e-9)
    variance = float(np.linalg.inv(design.T @ (mean[:, None] * design))[1, 1])
    return float(beta[1]), mean, variance
