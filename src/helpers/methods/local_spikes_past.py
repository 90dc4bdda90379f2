"""What the past of many regions lets expect of each now: its share of what all others search, and how far runs of weeks stray from that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

ODD = 3.5  # robust standard errors beyond which a past week says nothing of what is usual
MAD = 1.4826
OWN = 20  # runs of a region that count as much for its dispersion as all regions together
YEAR = 52


class Past(NamedTuple):
    """Of each run up to now [run, region]: searches, expected, spread [variance beyond that of a count, relative to the mean squared], year_before
    [searches of the same weeks a year before over what was to be expected; NaN where they are not known]; dispersion [run], the spread of a
    middle region.
    """

    searches: np.ndarray
    expected: np.ndarray
    spread: np.ndarray
    year_before: np.ndarray
    dispersion: np.ndarray


def past_of(counts: np.ndarray, past: int, calm: np.ndarray, runs: Sequence[int]) -> Past:
    """What each run of weeks up to now would be, were a region to do as it always did beside all others.

    Parameters
    ----------
    counts : searches [week, region], the last rows are now. past : weeks before the longest run. calm : regions that speak for all others.
    runs : weeks running.
    """
    longest, n = max(runs), len(counts)
    others = (counts * calm).sum(axis=1, keepdims=True) - counts * calm
    then = slice(n - longest - past, n - longest)
    usual = _usual(counts[then], others[then])
    share, kept = _share(counts[then], others[then], usual)
    rows = []
    for k in runs:
        mean = share * others[n - k :].sum(axis=0)
        away, told = _dispersion(counts[then], share * others[then], kept, k)
        base = np.maximum((share * others[then] * kept).sum(axis=0), 1e-9)
        earlier = slice(n - YEAR - k, n - YEAR)
        was = share * others[earlier].sum(axis=0) if n >= YEAR + k else np.zeros(len(mean))
        year_before = np.divide(
            counts[earlier].sum(axis=0), was, out=np.full(len(mean), np.nan), where=was > 0
        )
        rows.append((counts[n - k :].sum(axis=0), mean, away + 1 / base + away / told, year_before))
    return Past(
        *(np.stack([row[i] for row in rows]) for i in range(4)), np.array([np.median(row[2]) for row in rows])
    )


def _usual(counts: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Share of each region as its middle week has it: a first guess that no odd week moves."""
    rate = counts / np.maximum(others, 1e-9)
    middle = np.median(rate, axis=0)
    whole = counts.sum(axis=0) / np.maximum(others.sum(axis=0), 1e-9)
    return np.where(np.median(counts, axis=0) >= 5, middle, whole)  # of small counts the middle is too coarse


def _share(counts: np.ndarray, others: np.ndarray, usual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of each region, total over total of its weeks that are not odd, and which these are."""
    kept = np.ones(counts.shape, dtype=bool)
    share = usual
    for _ in range(2):
        mean = np.maximum(share * others, 1e-9)
        away = 2 * (np.sqrt(counts + 0.375) - np.sqrt(mean + 0.375))  # noise of a count has spread 1 here
        noise = np.maximum(MAD * np.median(np.abs(away - np.median(away, axis=0)), axis=0), 1.0)
        kept = np.abs(away) <= ODD * noise
        share = (counts * kept).sum(axis=0) / np.maximum((others * kept).sum(axis=0), 1e-9)
    return share, kept


def _dispersion(counts: np.ndarray, mean: np.ndarray, kept: np.ndarray, k: int) -> tuple[np.ndarray, float]:
    """Variance of runs of k weeks beyond that of a count, relative to the mean squared, of each region; and how many runs without memory tell
    as much of its share as those there are.

    Formula: of a region and of all, sum of ((y - m)² n / (n - 1) - m) / sum of m² over runs without an odd week, n = runs (1 - r) / (1 + r) with
        the memory r of a run for the next, of all regions together; the two weighed by the runs and 20, and not below that of all: a
        region that was calm by luck is not held to it.
    """
    weeks = len(counts) // k * k
    y, m = (one[-weeks:].reshape(-1, k, one.shape[1]).sum(axis=1) for one in (counts, mean))
    good = kept[-weeks:].reshape(-1, k, counts.shape[1]).all(axis=1)
    r, runs = _memory((y - m) / np.sqrt(np.maximum(m, 1e-9)) * good), len(y)
    n = max(runs * (1 - r) / (1 + r), 2.0)
    beyond, size = (((y - m) ** 2 * n / (n - 1) - m) * good).sum(axis=0), (m**2 * good).sum(axis=0)
    of_all = max(float(beyond.sum() / max(size.sum(), 1e-9)), 0.0)
    own = beyond / np.maximum(size, 1e-9)
    return np.maximum((own * runs + of_all * OWN) / (runs + OWN), of_all), n


def _memory(left: np.ndarray) -> float:
    """Memory of a run for the next, of all regions together, less what short series lose of it; 0 to 0.9."""
    n, power = len(left), float((left**2).sum())
    raw = float((left[1:] * left[:-1]).sum()) / power if power > 0 else 0.0
    return min(max(raw + (1 + 3 * raw) / n, 0.0), 0.9)
