"""Does one series run ahead of another, and by how long? Cross-correlation of what each does not tell of itself, with a band for all lags."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level

YEARS = 2  # known in common: each season seen twice
HARMONICS = 2  # of the season
ORDERS = 8  # memory of the leading series that is tried
DRAWS = 1000
BLOCK = 8  # least length of a block


class Lead(NamedTuple):
    """How far the first series runs ahead [steps; below 0: behind], by how much they then move together, and what to know first.

    table : one row a lag: r [correlation, -1 to 1], clear [outside the band]. band : |r| that unrelated series stay inside at all lags at
    once. p : of the largest |r|. order : memory taken out. verdict : "leads", "follows", "together", "no clear link" or "cannot tell".
    """

    lag: Estimate
    r: float
    p: float
    band: float
    table: pd.DataFrame
    order: int
    verdict: str
    guards: tuple[Said, ...]


def lead(
    first: pd.Series, second: pd.Series, *, a_year: int = 52, most: int | None = None, level: float = 0.90, draws: int = DRAWS,
    seed: int,
) -> Lead:  # fmt: skip
    """Lag at which a series says most of a later one, with a band that holds for all lags at once.

    Parameters
    ----------
    first, second : one figure a time by date, as share of search and orders; times that both have are used, and must follow each other.
    a_year : times in a year, 52 or 12.
    most : longest lag looked at, each way; half a year where it is left out.
    level : of the band and of the interval of the lag.
    draws, seed : redraws, and the same ones again.

    Returns
    -------
    Lead. Lag, band and r are NaN, with the reason as a guard, below two years in common or where a series does not move. The lag is told only
    where the largest correlation is outside the band; its interval is that of redraws.

    Raises
    ------
    DataError : a time is missing or twice, a figure is infinite.

    Formula: both series less a straight line and two waves of the year, then filtered by the autoregression of the first (order 0 to 8 by
        AIC), so that shared season or trend make no correlation; r(k) = sum of first(t) second(t + k) / (n sd sd). Band: quantile of the
        largest |r| over all lags when the first is put together from its own blocks, without regard to the second. Interval: lag of the
        largest |r| when blocks of times are drawn, each with its lags.
    Source: Box & Jenkins (1976), Time Series Analysis, ch. 11, for prewhitening; Politis & Romano (1992) for circular blocks; Romano & Wolf
        (2005), Econometrica 73, for the largest.
    """
    check_level(level)
    x, y = _common(first, second)
    most, n = a_year // 2 if most is None else most, len(x)
    reason = _too_little(x, y, n, a_year, most)
    if reason is not None:
        return _nothing(reason, n, level)
    x, y, order = _whitened(_plain(x, a_year), _plain(y, a_year))
    lags = np.arange(-most, most + 1)
    pairs = _products(x, y, lags)
    r = np.nansum(pairs, axis=0) / len(x)
    rng, block = np.random.default_rng(seed), max(BLOCK, round(1.5 * len(x) ** (1 / 3)))
    largest = _unrelated(x, y, lags, block, draws, rng)
    band = float(np.quantile(largest, level))
    at = int(np.argmax(np.abs(r)))
    p = float((1 + (largest >= abs(r[at])).sum()) / (draws + 1))
    table = pd.DataFrame({"r": r, "clear": np.abs(r) > band}, index=pd.Index(lags, name="lag"))
    if abs(r[at]) <= band:
        return Lead(Estimate(math.nan, math.nan, math.nan, level, n), float(r[at]), p, band, table, order, "no clear link", ())  # fmt: skip
    low, high = _lag_bounds(pairs, r, lags, block, draws, level, rng)
    lag = Estimate(float(lags[at]), low, high, level, n)
    verdict = "leads" if lag.low > 0 else "follows" if lag.high < 0 else "together" if lag.low == lag.high == 0 else "cannot tell"  # fmt: skip
    return Lead(lag, float(r[at]), p, band, table, order, verdict, ())


def _common(first: pd.Series, second: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Figures of the times that both series have, one after the other."""
    for one, name in ((first, "first"), (second, "second")):
        if one.index.has_duplicates:
            raise DataError(
                f"lead: the {name} series has a time twice. Add up or drop one of the two figures."
            )
        if np.isinf(one.to_numpy(dtype=float)).any():
            raise DataError(f"lead: a figure of the {name} series is infinite. Leave that time empty.")
    both = pd.concat([first.astype(float), second.astype(float)], axis=1, keys=["x", "y"]).sort_index()
    known = both.notna().all(axis=1)
    inside = both.loc[known.idxmax() : known[::-1].idxmax()] if known.any() else both[:0]
    steps = pd.DatetimeIndex(inside.index).to_series().diff().dt.days.dropna()
    gap = inside.isna().any(axis=1)
    if gap.any() or (len(steps) and steps.max() > 1.5 * steps.median()):
        when = inside.index[int(gap.to_numpy().argmax())] if gap.any() else steps.idxmax()
        raise DataError(
            f"lead: a time is missing at {pd.Timestamp(when):%Y-%m-%d}. Fill it in, or start the series after it."
        )
    return inside["x"].to_numpy(), inside["y"].to_numpy()


def _too_little(x, y, n: int, a_year: int, most: int) -> Said | None:
    need = YEARS * a_year
    if n < need:
        return said("times known {n}, needed {need}: two years, so that a shared season is no lead", n=n, need=need)  # fmt: skip
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return said("a series does not move")
    if not 0 < most <= n // 4:
        raise ValueError(
            f"most must be above 0 and at most a quarter of the {n} times, {n // 4}, not {most!r}"
        )
    return None


def _nothing(reason: Said, n: int, level: float) -> Lead:
    none = Estimate(math.nan, math.nan, math.nan, level, n)
    table = pd.DataFrame({"r": [], "clear": []}, index=pd.Index([], name="lag"))
    return Lead(none, math.nan, math.nan, math.nan, table, 0, "cannot tell", (said("cannot tell: {reason}", reason=reason),))  # fmt: skip


def _plain(values: np.ndarray, a_year: int) -> np.ndarray:
    """What a straight line and the waves of the year leave."""
    t = np.arange(len(values))
    waves = [f(2 * np.pi * k * t / a_year) for k in range(1, HARMONICS + 1) for f in (np.sin, np.cos)]
    design = np.column_stack([np.ones(len(t)), t - t.mean(), *waves])
    return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]


def _whitened(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Both series after the filter that leaves the first no memory; means 0, spreads 1."""
    best, filters = math.inf, np.ones(1)
    n = len(x) - ORDERS
    for order in range(ORDERS + 1):
        past = np.column_stack([x[ORDERS - k : len(x) - k] for k in range(1, order + 1)] or [np.empty((n, 0))])  # fmt: skip
        memory = np.linalg.lstsq(past, x[ORDERS:], rcond=None)[0] if order else np.empty(0)
        left = float(np.sum((x[ORDERS:] - past @ memory) ** 2))
        told = n * math.log(max(left, 1e-300) / n) + 2 * order
        if told < best - 1e-9:
            best, filters = told, np.concatenate([[1.0], -memory])
    made = []
    for one in (x, y):
        left = np.convolve(one, filters, mode="valid")
        made.append((left - left.mean()) / max(left.std(), 1e-300))
    return made[0], made[1], len(filters) - 1


def _products(x: np.ndarray, y: np.ndarray, lags: np.ndarray) -> np.ndarray:
    """first(t) second(t + lag) [time, lag]; NaN where one of them is not known."""
    n = len(x)
    at = np.arange(n)[:, None] + lags
    return np.where((at >= 0) & (at < n), x[:, None] * y[np.clip(at, 0, n - 1)], np.nan)


def _blocks(n: int, block: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Times of each redraw [draw, time], in circular blocks."""
    starts = rng.integers(0, n, (draws, math.ceil(n / block)))
    return ((starts[:, :, None] + np.arange(block)) % n).reshape(draws, -1)[:, :n]


def _unrelated(x, y, lags, block: int, draws: int, rng) -> np.ndarray:
    """Largest |r| over all lags of series that have nothing to do with each other [draw]."""
    n = len(x)
    drawn = x[_blocks(n, block, draws, rng)]
    drawn = (drawn - drawn.mean(axis=1, keepdims=True)) / np.maximum(drawn.std(axis=1, keepdims=True), 1e-300)  # fmt: skip
    r = [drawn[:, max(-k, 0) : n - max(k, 0)] @ y[max(k, 0) : n - max(-k, 0)] / n for k in lags]
    return np.abs(r).max(axis=0)


def _lag_bounds(pairs, r, lags, block: int, draws: int, level: float, rng) -> tuple[float, float]:
    """First and last lag whose correlation is not clearly smaller than the largest."""
    known, at = np.nan_to_num(pairs), int(np.argmax(np.abs(r)))
    weights = np.stack([np.bincount(one, minlength=len(pairs)) for one in _blocks(len(pairs), block, draws, rng)])  # fmt: skip
    drawn = weights @ known / len(pairs)
    error = (drawn[:, [at]] - drawn).std(axis=0)
    sign = math.copysign(1.0, r[at])
    kept = lags[sign * (r[at] - r) <= float(ndtri((1 + level) / 2)) * error]
    return float(kept.min()), float(kept.max())
