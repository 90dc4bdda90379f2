"""Series of mentions with a known truth: day and week, drift, memory, chatter that bursts with a heavy tail, and planted events."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.signal import lfilter

DAY = 288  # slots of 5 minutes
WEEKEND = 5
BIGGEST = 15  # times the usual level: the largest burst of chatter


class World(NamedTuple):
    """The counts, those of them that chatter and planted events brought, and first and last slot of each event."""

    counts: pd.Series
    bursts: np.ndarray
    events: list[tuple[int, int]]


def fine(seed: int, *, days: int = 55, events: int = 3, at: int | None = None) -> World:
    """Counts by 5 minutes. Events last 15 minutes to 16 hours and add 3 to 50 hours of the usual mentions; `at` fixes where one begins."""
    rng = np.random.default_rng(seed)
    n = days * DAY
    t = np.arange(n)
    hour = 2 * np.pi * (t % DAY) / DAY
    waves = rng.uniform(0.2, 0.9) * np.sin(hour + rng.uniform(0, 6.3)) + rng.uniform(0, 0.3) * np.sin(
        2 * hour + rng.uniform(0, 6.3)
    )
    week = np.where((t // DAY) % 7 >= WEEKEND, np.log(rng.uniform(0.55, 0.95)), 0.0)
    drift = np.cumsum(rng.standard_normal(n)) * rng.uniform(0.0003, 0.0015)
    memory = np.exp(-1 / rng.uniform(6, 36))
    swing = lfilter([np.sqrt(1 - memory**2)], [1, -memory], rng.standard_normal(n)) * rng.uniform(0.05, 0.25)
    mean = _level(rng, 4, 150) * np.exp(waves + week + drift + swing)
    chatter = np.zeros(n)
    for start in rng.integers(0, n, rng.poisson(rng.uniform(0.5, 4) * days)):
        size = min(0.5 * (rng.pareto(rng.uniform(1.6, 2.6)) + 1), BIGGEST)
        _add(chatter, start, mean[start] * size, 1, np.exp(rng.uniform(0, np.log(8))), 8)
    planted, spans = np.zeros(n), []
    for one in range(events):
        start = at if at is not None and one == 0 else int(rng.uniform(0.12, 0.97) * n)
        lasts = float(np.exp(rng.uniform(np.log(3), np.log(200))))
        rise = int(rng.integers(1, 2 + int(min(lasts, 12))))
        size = min(float(np.exp(rng.uniform(np.log(40), np.log(600)))) / (lasts + rise / 2), 40.0)
        if any(abs(start - first) < 2.5 * DAY for first, _ in spans):
            continue
        _add(planted, start, mean[start] * size, rise, lasts, 6)
        spans.append((start, min(n - 1, start + rise + int(3 * lasts))))
    size = np.exp(rng.uniform(np.log(4), np.log(40)))
    uneven = rng.gamma(size, 1 / size, n)
    added = rng.poisson((chatter + planted) * uneven)
    return World(_series(rng.poisson(mean * uneven) + added, "5min"), added, spans)


def daily(seed: int, *, days: int = 500, events: int = 3, at: int | None = None) -> World:
    """Counts by day. Events last 1 to 6 days and add 3 to 40 days of the usual mentions."""
    rng = np.random.default_rng(seed)
    t = np.arange(days)
    week = np.where(t % 7 >= WEEKEND, np.log(rng.uniform(0.5, 0.95)), 0.0)
    year = 0.1 * np.sin(2 * np.pi * t / 365 + rng.uniform(0, 6.3))
    drift = np.cumsum(rng.standard_normal(days)) * rng.uniform(0.002, 0.012)
    mean = _level(rng, 8, 300) * np.exp(week + year + drift)
    chatter = np.zeros(days)
    for start in rng.integers(0, days, rng.poisson(rng.uniform(0.5, 3) * days / 30)):
        size = min(0.4 * (rng.pareto(rng.uniform(1.6, 2.6)) + 1), 8.0)
        _add(chatter, start, mean[start] * size, 0, rng.uniform(0.3, 1), 6)
    planted, spans = np.zeros(days), []
    for one in range(events):
        start = at if at is not None and one == 0 else int(rng.integers(100, days - 12))
        lasts, total = rng.uniform(1, 6), float(np.exp(rng.uniform(np.log(3), np.log(40))))
        if any(abs(start - first) < 40 for first, _ in spans):
            continue
        _add(planted, start, mean[start] * total * (1 - np.exp(-1 / lasts)), 0, lasts, 3)
        spans.append((start, min(days - 1, start + 10)))
    size = np.exp(rng.uniform(np.log(5), np.log(40)))
    uneven = rng.gamma(size, 1 / size, days)
    added = rng.poisson((chatter + planted) * uneven)
    return World(_series(rng.poisson(mean * uneven) + added, "D"), added, spans)


def _level(rng: np.random.Generator, low: float, high: float) -> float:
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _add(to: np.ndarray, start: int, size: float, rise: int, lasts: float, times: int) -> None:
    """Add a burst that rises to `size` in `rise` slots and halves away over `lasts`."""
    k = np.arange(min(len(to) - start, int(times * lasts) + rise + 1))
    to[start : start + len(k)] += size * np.where(
        k < rise, (k + 1) / max(rise, 1), np.exp(-(k - rise) / lasts)
    )


def _series(counts: np.ndarray, step: str) -> pd.Series:
    return pd.Series(counts.astype(float), index=pd.date_range("2026-01-05", periods=len(counts), freq=step))
