"""Alarms on a daily series: is a day outside what the same weekday of the last weeks lets expect?"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd

from helpers.errors import DataError

WEEKS = 8
LEAST = 5
LEVEL = 0.998
DAYS = 7
REDRAWS = 20_000
SCALES = ("count", "money", "plain")


def weekday_alarms(
    values: pd.Series,
    *,
    scale: str = "count",
    level: float = LEVEL,
    weeks: int = WEEKS,
    least: int = LEAST,
) -> pd.DataFrame:
    """Each day against the same weekday of the weeks before it.

    Parameters
    ----------
    values : one value a day, by date, without a gap in the dates; NaN is a day that is not known.
    scale : where the noise is even: "count" (square root; the noise is at least that of a Poisson count), "money"
        (logarithm; noise in per cent) or "plain".
    level : share of days inside the band when nothing changes, 0 to 1.
    weeks : how many weeks back.
    least : comparable days that are needed; with fewer the day cannot be told.

    Returns
    -------
    One row a day, by date: value, expected, low, high [unit of the values], n [comparable days], alarm [-1 below the
    band, 0 inside, 1 above; missing where it cannot be told: the day is not known, or n < least].

    Raises
    ------
    DataError : a day is missing or twice, or a count or an amount is negative.

    Formula: expected = median of the n same weekdays; spread = 1.4826 x the median absolute deviation of all days of
    these weeks from the median of their own weekday; band = expected ± q(n) x spread. q(n) is the quantile of
    |day - expected| / spread under normal noise, from a fixed simulation, since both are estimated. The spread of a
    count is at least that of Poisson noise on its scale.
    Source: Hampel (1974), JASA 69; Rousseeuw & Croux (1993), JASA 88, for median and MAD; Anscombe (1948),
    Biometrika 35, for the square root of counts.
    """
    _check(values, scale, level)
    forward, back = transform(scale)
    flat = forward(values.to_numpy(dtype=float))
    padded = np.concatenate([np.full(weeks * DAYS, np.nan), flat])
    windows = np.lib.stride_tricks.sliding_window_view(padded, weeks * DAYS)[:-1].reshape(-1, weeks, DAYS)
    n = np.isfinite(windows[:, :, 0]).sum(
        axis=1
    )  # the first of each seven days is the weekday of the day itself
    centre = known_median(windows, axis=1)
    apart = np.abs(windows - centre[:, None, :]).reshape(-1, weeks * DAYS)
    spread = 1.4826 * known_median(apart, axis=1)
    told = (n >= least) & np.isfinite(flat)
    factor = np.array([quantile(int(k), level, weeks) if k >= least else np.nan for k in n])
    if scale == "count":
        spread = np.fmax(spread, [usual_spread(int(k), weeks) if k >= least else np.nan for k in n])
    expected, reach = centre[:, 0], factor * spread
    side = np.where(flat < expected - reach, -1.0, np.where(flat > expected + reach, 1.0, 0.0))
    return pd.DataFrame(
        {
            "value": values.to_numpy(dtype=float),
            "expected": back(expected),
            "low": back(expected - reach),
            "high": back(expected + reach),
            "n": n,
            "alarm": np.where(told, side, np.nan),
        },
        index=values.index,
    )


@cache
def quantile(n: int, level: float, weeks: int = WEEKS) -> float:
    """Half-width of the band in spreads, so that it holds a share `level` of days when nothing changes.

    `n` comparable days of each weekday; simulated once from a fixed seed under normal noise.
    """
    if not 1 <= n <= weeks:
        raise ValueError(f"quantile: n = {n} comparable days; use 1 to {weeks}.")
    return float(np.quantile(_simulated(n)[0], level))


@cache
def usual_spread(n: int, weeks: int = WEEKS) -> float:
    """Median spread where the noise is normal with standard deviation 1: under 1, since centres are estimated."""
    if not 1 <= n <= weeks:
        raise ValueError(f"usual_spread: n = {n} comparable days; use 1 to {weeks}.")
    return float(np.median(_simulated(n)[1]))


@cache
def _simulated(n: int) -> tuple[np.ndarray, np.ndarray]:
    """|day - expected| / spread of a week of new days, and the spread, in many simulated windows."""
    rng = np.random.default_rng(20_260)
    drawn = rng.standard_normal((REDRAWS, n, DAYS))
    centre = np.median(drawn, axis=1)
    spread = 1.4826 * np.median(np.abs(drawn - centre[:, None, :]).reshape(REDRAWS, -1), axis=1)
    today = rng.standard_normal((REDRAWS, DAYS))
    return np.abs(today - centre) / spread[:, None], spread


def silent(events: pd.Series, effort: pd.Series, *, days: int = 28, least: float = 12.0) -> pd.Series:
    """Days without a single event although the effort of the day lets expect many.

    Parameters
    ----------
    events : count a day, by date, such as clicks; NaN is a day that is not known.
    effort : what brings them, of the same days, such as spend.
    days : how many days before the day give its rate, the silent ones among them left out.
    least : expected events from which on none at all is an alarm.

    Returns
    -------
    Expected events of each day that has none, where they are `least` or more; NaN for every other day.

    Formula: expected = effort of the day x (sum of events / sum of effort) of the last `days` days that have both.
    Under a Poisson count the chance of none is exp(-expected), 6 in a million at 12.
    """
    both = events.gt(0) & effort.gt(0)
    rate = (
        events.where(both, 0).shift().rolling(days, min_periods=1).sum()
        / effort.where(both, 0).shift().rolling(days, min_periods=1).sum()
    )
    expected = effort * rate
    return expected.where(events.eq(0) & (expected >= least))


def _check(values: pd.Series, scale: str, level: float) -> None:
    if scale not in SCALES:
        raise ValueError(f'weekday_alarms: scale "{scale}" is unknown. Use one of {", ".join(SCALES)}.')
    if not 0 < level < 1:
        raise ValueError(f"weekday_alarms: level {level} is not between 0 and 1; 99.8 % is 0.998.")
    index = values.index
    if len(index) > 1 and not (np.diff(pd.DatetimeIndex(index).to_numpy()) == np.timedelta64(1, "D")).all():
        raise DataError(
            "weekday_alarms: the days are not one after the other; give each day once, in order, NaN where unknown."
        )
    if scale != "plain" and (values < 0).any():
        day = values.index[int(np.flatnonzero((values < 0).to_numpy())[0])]
        raise DataError(
            f'weekday_alarms: {values[day]:g} on {day:%Y-%m-%d} is below zero; use scale="plain" for such a series.'
        )


def transform(scale: str):
    """Scale on which the noise is even, and the way back."""
    if scale == "count":
        return (
            lambda x: 2 * np.sqrt(x + 3 / 8),
            lambda y: np.maximum(np.square(np.maximum(y, 0) / 2) - 3 / 8, 0),
        )
    if scale == "money":
        return np.log1p, lambda y: np.maximum(np.expm1(np.minimum(y, math.log(1e15))), 0)
    return (lambda x: x), (lambda y: y)


def known_median(values: np.ndarray, *, axis: int) -> np.ndarray:
    """Median of what is known along an axis; NaN where nothing is, without the warning."""
    ordered = np.sort(values, axis=axis)  # NaN last
    n = np.isfinite(values).sum(axis=axis, keepdims=True)
    low, high = np.maximum((n - 1) // 2, 0), np.minimum(n // 2, values.shape[axis] - 1)
    pair = np.take_along_axis(ordered, low, axis) + np.take_along_axis(ordered, high, axis)
    return np.squeeze(np.where(n > 0, pair / 2, np.nan), axis=axis)
