"""Two series made ready to be held against each other at many lags: season and memory taken out, correlations weighed for what hangs together."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.linalg import toeplitz
from scipy.ndimage import median_filter
from scipy.signal import lfilter

HARMONICS = 2  # of the season
ORDERS = 8  # memory that is tried
WIDTHS = (
    0.0,
    0.5,
    0.75,
    0.9,
)  # what is left of a link one step beside its lag: 0 for a link of one step alone
TINY = 1e-300
AROUND, ODD = 9, 4.0  # times whose middle is usual, and robust spreads from it beyond which a time is odd


class Held(NamedTuple):
    """Correlations [lag], links in standard errors [width, lag], and the filter that took the memory out."""

    r: np.ndarray
    z: np.ndarray
    filters: np.ndarray
    n: int


def plain(values: np.ndarray, a_year: int) -> np.ndarray:
    """What a straight line and the waves of the year leave of series [..., time]."""
    t = np.arange(values.shape[-1])
    waves = [f(2 * np.pi * k * t / a_year) for k in range(1, HARMONICS + 1) for f in (np.sin, np.cos)]
    design = np.column_stack([np.ones(len(t)), t - t.mean(), *waves])
    basis = np.linalg.qr(design)[0]
    return values - (values @ basis) @ basis.T


def calm(values: np.ndarray) -> tuple[np.ndarray, int]:
    """A series whose odd times are held at what is usual around them, and how many these are: one report on television is no relation."""
    usual = median_filter(values, AROUND, mode="nearest")
    away = np.abs(values - usual)
    spread = 1.4826 * float(np.median(away))
    odd = away > (
        ODD * spread if spread > 0 else math.inf
    )  # where most times are alike, no spread tells what is odd
    return np.where(odd, usual, values), int(odd.sum())


def memory(x: np.ndarray) -> np.ndarray:
    """Filter [1, -a1, -a2 ...] that leaves a series no memory, its length by AIC."""
    n, best, found = len(x) - ORDERS, math.inf, np.ones(1)
    past = np.column_stack([x[ORDERS - k : len(x) - k] for k in range(1, ORDERS + 1)])
    square, cross, power = past.T @ past, past.T @ x[ORDERS:], float(x[ORDERS:] @ x[ORDERS:])
    for order in range(ORDERS + 1):
        part = np.linalg.lstsq(square[:order, :order], cross[:order], rcond=None)[0] if order else np.empty(0)
        left = max(power - float(part @ cross[:order]), TINY)
        told = n * math.log(left / n) + 2 * order
        if told < best - 1e-9:
            best, found = told, np.concatenate([[1.0], -part])
    return found


def held(x: np.ndarray, y: np.ndarray, lags: np.ndarray) -> Held:
    """Links of two plain series at each lag and width.

    Formula: both filtered by the memory of x, means 0 and spreads 1; r(k) = sum of x(t) y(t + k) / n. x now has no memory, so r of
        unrelated series have variance 1 / n and hang together as y does: V(j, k) = rho_y(j - k) / n. A link at lag k and width w has the
        shape s(j) = w^|j - k|; z = s' V^-1 r / sqrt(s' V^-1 s).
    """
    filters = memory(x)
    x, y = _standard(np.convolve(x, filters, mode="valid")), _standard(np.convolve(y, filters, mode="valid"))
    n, shapes = len(x), _shapes(lags)
    r = np.array([x[max(-k, 0) : n - max(k, 0)] @ y[max(k, 0) : n - max(-k, 0)] / n for k in lags])
    rho = _autocorrelation(memory(y), len(lags))
    rho[0] += 1e-6
    weighed = shapes @ np.linalg.inv(toeplitz(rho))
    size = np.sqrt(np.einsum("sk,sk->s", weighed, shapes))
    return Held(r, (math.sqrt(n) * (weighed @ r) / size).reshape(len(WIDTHS), -1), filters, n)


def unrelated(x: np.ndarray, filters: np.ndarray, block: int, draws: int, rng: np.random.Generator) -> np.ndarray:  # fmt: skip
    """Series with the memory of x and nothing else of it [draw, time]: its shocks are drawn in circular blocks."""
    n = len(x)
    shocks = np.convolve(x, filters, mode="valid")
    shocks = shocks - shocks.mean()
    starts = rng.integers(0, len(shocks), (draws, math.ceil(2 * n / block)))
    at = ((starts[:, :, None] + np.arange(block)) % len(shocks)).reshape(draws, -1)[:, : 2 * n]
    return lfilter([1.0], filters, shocks[at], axis=1)[:, -n:]  # the first half forgets where it started


def _standard(values: np.ndarray) -> np.ndarray:
    away = values - values.mean()
    return away / max(float(away.std()), TINY)


def _shapes(lags: np.ndarray) -> np.ndarray:
    """Shapes of links [width x lag, lag]."""
    apart = np.abs(np.subtract.outer(lags, lags))
    return np.concatenate([width**apart for width in WIDTHS])  # 0 to the 0 is 1


def _autocorrelation(filters: np.ndarray, m: int) -> np.ndarray:
    """Of a series with that memory, at 0 to m - 1 steps."""
    long = 8 * m
    shock = np.zeros(long)
    shock[0] = 1.0
    answer = lfilter([1.0], filters, shock) * 0.995 ** np.arange(long)  # a memory that never ends is cut
    found = np.correlate(answer, answer, mode="full")[long - 1 : long - 1 + m]
    return found / found[0]
