"""The growth of a monthly series a year, with an interval that holds where months hang together."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level

YEAR = 12
LEAST = 2 * YEAR  # months: each season is seen twice, so that it can be told from growth
HARMONICS = 2  # of the season
EDGE = 0.98  # of the memory of a month for the next
CORRECTION = 1.5  # of the usual one: of 36 months with a memory of 0 to 0.8, intervals of 90 % then hold 97 to 83 % of the time


class Growth(NamedTuple):
    """Growth a year [share], the standard error of its logarithm, degrees of freedom, memory between months, and what to know first."""

    a_year: Estimate
    log_error: float
    df: float
    memory: float
    guards: tuple[Said, ...]


def growth(values, *, level: float = 0.90) -> Growth:
    """Growth a year of a monthly series, from the trend of its logarithm beside a season.

    Parameters
    ----------
    values : one figure a month, in order, none missing.
    level : confidence level.

    Returns
    -------
    Growth. NaN with a guard below 24 months, or where a month has nothing sold.

    Raises
    ------
    DataError : a month is missing or negative.

    Formula: log y = a + b t / 12 + two pairs of sine and cosine of the year + u, u_t = r u_(t-1) + e; by generalised least squares with r
        of the residuals, to which 1.5 (k / 2 + (2 + k / 2) r) / n is added for the k terms fitted; t with the degrees of freedom that the
        memory leaves, n (1 - r) / (1 + r) - 1, at least 3; growth e^b - 1.
    Source: Prais & Winsten (1954); after Marriott & Pope (1954), Biometrika 41, for the correction.
    """
    check_level(level)
    y = np.asarray(values, dtype=float)
    if not np.isfinite(y).all() or (y < 0).any():
        at = int(np.argmax(~np.isfinite(y) | (y < 0)))
        raise DataError(f"growth: month {at + 1} of {len(y)} is missing or negative. Fill it in or mend it.")
    n = len(y)
    if n < LEAST or (y <= 0).any():
        why = (
            said("cannot tell: months known {n}, needed {need}", n=n, need=LEAST) if n < LEAST
            else said("cannot tell: a month has nothing sold")
        )  # fmt: skip
        nothing = Estimate(math.nan, math.nan, math.nan, level, n)
        return Growth(nothing, math.nan, math.nan, math.nan, (why,))
    x = _design(n)
    slope, error, memory = _fit(np.log(y), x)
    df = max(3.0, min(n - x.shape[1], n * (1 - memory) / (1 + memory) - 1))
    half = float(stdtrit(df, (1 + level) / 2)) * error
    made = Estimate(*(math.expm1(one) for one in (slope, slope - half, slope + half)), level, n)
    return Growth(made, error, df, memory, ())


def growth_draws(found: Growth, n: int, rng: np.random.Generator) -> np.ndarray:
    """What the growth may be, from the distribution behind its interval; NaN where it cannot be told."""
    return np.expm1(math.log1p(found.a_year.value) + found.log_error * rng.standard_t(found.df or 1.0, n))


def _design(n: int) -> np.ndarray:
    t = np.arange(n)
    season = [f(2 * np.pi * k * t / YEAR) for k in range(1, HARMONICS + 1) for f in (np.sin, np.cos)]
    return np.column_stack([np.ones(n), (t - t.mean()) / YEAR, *season])


def _fit(y: np.ndarray, x: np.ndarray) -> tuple[float, float, float]:
    """Trend, its standard error and the memory, which is found and used in turn."""
    memory, n, k = 0.0, *x.shape
    for _ in range(20):
        head = math.sqrt(1 - memory**2)
        ys, xs = (np.concatenate([head * one[:1], one[1:] - memory * one[:-1]]) for one in (y, x))
        beta = np.linalg.lstsq(xs, ys, rcond=None)[0]
        rest = y - x @ beta
        power = float(rest[:-1] @ rest[:-1])
        raw = float(rest[1:] @ rest[:-1]) / power if power > 0 else 0.0
        new = min(max(raw + CORRECTION * (k / 2 + (2 + k / 2) * raw) / n, 0.0), EDGE)
        if abs(new - memory) < 1e-8:
            break
        memory = new
    left = ys - xs @ beta
    spread = float(left @ left) / (n - k)
    error = math.sqrt(spread * np.linalg.inv(xs.T @ xs)[1, 1])
    return float(beta[1]), error, memory
