"""Mention alarms: is the last hour, or the last day, more than this brand's own bursts let expect?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.alarms import DAYS, LEAST, WEEKS, known_median, quantile, transform, weekday_alarms
from helpers.methods.mentions_rarity import rarity

ALLOWED = 1.0  # false alarms in 30 days
DAY = pd.Timedelta(days=1)
CYCLES = 14  # days that give a slot its usual value and the noise its size
NEAR = pd.Timedelta(minutes=15)  # slots this far on either side lend theirs to the usual value
SPAN = pd.Timedelta(hours=1)  # what is judged: the mentions of the last hour
BLOCK = pd.Timedelta(hours=12)  # its maximum is one entry in the record of the brand's own bursts
LEAST_SPREAD = 1.0  # on the root scale: the noise of one Poisson count
LEAST_EXCESS = 5.0  # mentions beyond the expected in the hour, or the day: fewer are no alarm, however seldom
UNEVEN_LEVEL = 0.998  # any: only the spread behind weekday_alarms' band is used
DAILY_BLOCK = 2  # days
LEAST_BLOCKS, DAILY_LEAST = 3, 8  # of the record, from which on a slot can be told
DAILY_SHIFT = 21  # days: a crisis of ten does not move their median
RECORD = 56  # blocks: four weeks of an hourly grid or finer, sixteen of a daily one
FORWARD, BACK = transform("count")


class Grid(NamedTuple):
    """The time grid of a series in slots: a day, the span judged, the neighbours lent, a block; blocks in 30 days, and
    how many of them are needed."""

    day: int
    span: int
    near: int
    block: int
    blocks_30: float
    least: int


def watch_mentions(
    mentions: pd.Series, *, allowed: float = ALLOWED, least: float = LEAST_EXCESS
) -> pd.DataFrame:
    """Each slot of a series of mentions against what was usual before it; nothing later is used.

    Parameters
    ----------
    mentions : counts by time, on an even grid of minutes up to an hour that divides a day, or of days; NaN is a slot that is not
        known, 0 one in which nothing was said.
    allowed : false alarms that are accepted in 30 days; the record tells up to about 9, on a daily grid up to 2.
    least : mentions beyond the expected in the last hour, or day, without which nothing rings.

    Returns
    -------
    One row a slot, by time: value [mentions]; recent [mentions of the hour that ends with the slot, of the day on a daily grid], expected,
    high [the same, where an alarm begins]; z [excess in spreads on the root scale]; rate [times in 30 days that such a z comes by this
    series' own bursts; missing where it is no burst]; alarm [True or False; missing where it cannot be told]; usual, shift, spread [root
    scale: the usual hour, how far the last 24 hours, 21 days on a daily grid, lie from theirs; the noise].

    Raises
    ------
    DataError : a count is below zero; a slot is missing, twice or out of order; a grid that is neither of minutes nor of days.

    Formula: s = 2 sqrt(recent + 3/8). usual = median of s at the same time of day, ± 15 minutes, in the 14 days before; shift = median of
        s - usual over the 24 hours before; z = (s - usual - shift) / spread, spread = 1.4826 x the median of |s - usual - shift| over 14
        days, at least 1, the noise of a Poisson count. On a daily grid usual and spread are those of `weekday_alarms`, and shift is over
        21 days. rate: `mentions_rarity.rarity`, on the largest z of half a day (two days on a daily grid). Alarm where rate < allowed and
        recent - expected >= least.
    Source: Anscombe (1948), Biometrika 35; Hill (1975), Annals of Statistics 3; after Siffer et al. (2017), KDD, for alarms at a stated
        rate out of a series' own tail.
    """
    if allowed <= 0 or least < 0:
        raise ValueError(
            f"watch_mentions: allowed {allowed} has to be above zero, least {least} zero or more."
        )
    grid = grid_of(mentions)
    value = mentions.to_numpy(dtype=float)
    recent = span_mean(value, grid.span) * grid.span
    usual, shift, spread = _by_weekday(mentions) if grid.day == 1 else _by_slot(FORWARD(recent), grid)
    z = (FORWARD(recent) - usual - shift) / spread
    rate, limit = rarity(
        z, block=grid.block, record=RECORD, least=grid.least, blocks_30=grid.blocks_30, allowed=allowed
    )
    expected = BACK(usual + shift)
    enough = recent - expected >= least
    told = np.isfinite(z) & np.isfinite(limit)
    return pd.DataFrame(
        {
            "value": value,
            "recent": recent,
            "expected": expected,
            "high": np.maximum(BACK(usual + shift + limit * spread), expected + least),
            "z": z,
            "rate": np.where(enough, rate, np.nan),
            "alarm": pd.Series((z > limit) & enough, index=mentions.index, dtype="boolean").mask(~told),
            "usual": usual,
            "shift": shift,
            "spread": spread,
        },
        index=mentions.index,
    )


def why_untold(watched: pd.DataFrame) -> tuple[Said, ...]:
    """Say why the last slot of `watch_mentions` cannot be told; empty where it can."""
    if len(watched) and watched["alarm"].notna().iloc[-1]:
        return ()
    if len(watched) and watched["value"].isna().iloc[-1]:
        return (said("cannot tell: the last count is not known"),)
    days = watched["value"].notna().sum() * (_step(watched.index) / DAY if len(watched) > 1 else 1)
    need = LEAST * DAYS + DAILY_LEAST * DAILY_BLOCK if len(watched) < 2 or _step(watched.index) == DAY else 3
    if days < need:
        return (said("cannot tell: days known {n}, needed {need}", n=int(days), need=need),)
    return (said("cannot tell: too few counts of the same hour, or weekday, are known"),)


def grid_of(mentions: pd.Series) -> Grid:
    """Return the grid of a series of counts; DataError where it has none, or a count is below zero."""
    if not isinstance(mentions.index, pd.DatetimeIndex):
        raise DataError("mentions: the series is not by time; set the time of each count as its index.")
    if np.isinf(mentions).any():
        at = mentions.index[int(np.flatnonzero(np.isinf(mentions))[0])]
        raise DataError(
            f"mentions: {mentions[at]:g} at {at} is no count; leave it empty where it is not known."
        )
    if (mentions < 0).any():
        at = mentions.index[int(np.flatnonzero((mentions < 0).to_numpy())[0])]
        raise DataError(
            f"mentions: {mentions[at]:g} at {at} is below zero. A count cannot be; export it again."
        )
    step = _step(mentions.index) if len(mentions) > 1 else DAY
    if step == DAY:
        return Grid(1, 1, 0, DAILY_BLOCK, 30 / DAILY_BLOCK, DAILY_LEAST)
    if step > SPAN or DAY % step or SPAN % step:
        raise DataError(
            f"mentions: one count every {step} is no grid; count by 5, 10, 15, 20, 30 or 60 minutes, or by day."
        )
    return Grid(DAY // step, SPAN // step, NEAR // step, BLOCK // step, 30 * DAY / BLOCK, LEAST_BLOCKS)


def _step(index: pd.DatetimeIndex) -> pd.Timedelta:
    steps = np.diff(index.to_numpy())
    if not (steps == steps[0]).all() or steps[0] <= np.timedelta64(0):
        at = index[1 + int(np.argmax(steps != steps[0]))]
        raise DataError(
            f"mentions: the slots are not one after the other (at {at}); give each once, in order, NaN where unknown."
        )
    return pd.Timedelta(steps[0])


def _by_weekday(mentions: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Usual value, shift and spread of a daily series."""
    band = weekday_alarms(mentions, scale="count", level=UNEVEN_LEVEL)
    factor = np.array([quantile(int(k), UNEVEN_LEVEL, WEEKS) if k >= LEAST else np.nan for k in band["n"]])
    usual = FORWARD(band["expected"].to_numpy())
    spread = (FORWARD(band["high"].to_numpy()) - usual) / factor
    shift = _before(FORWARD(mentions.to_numpy(dtype=float)) - usual, DAILY_SHIFT)
    return usual, np.nan_to_num(shift), spread


def _by_slot(s: np.ndarray, grid: Grid) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Usual value, shift and spread of a series with a season of a day, on the root scale."""
    usual = _usual(s, grid)
    shift = np.nan_to_num(_before(s - usual, grid.day))
    return usual, shift, _spread(s - usual - shift, grid)


def _usual(s: np.ndarray, grid: Grid) -> np.ndarray:
    """Median of the same time of day, and its neighbours', in the days before."""
    days = -(-len(s) // grid.day)
    padded = np.full(days * grid.day + 2 * grid.near, np.nan)
    padded[grid.near : grid.near + len(s)] = s
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * grid.near + 1)
    smooth = known_median(around, axis=1).reshape(days, grid.day)
    made = np.full((days, grid.day), np.nan)
    for day in range(1, days):
        made[day] = known_median(smooth[max(0, day - CYCLES) : day], axis=0)
    return made.ravel()[: len(s)]


def _before(apart: np.ndarray, slots: int) -> np.ndarray:
    """Median over the slots before each one; of a fine grid every third is enough."""
    padded = np.concatenate([np.full(slots, np.nan), apart])
    windows = np.lib.stride_tricks.sliding_window_view(padded, slots)[: len(apart)]
    return known_median(windows[:, :: max(1, slots // 96)], axis=1)


def span_mean(values: np.ndarray, span: int) -> np.ndarray:
    """Mean of the known among the last `span` values; NaN where the last is not known, or fewer than half are."""
    known = np.isfinite(values)
    total, count = (np.concatenate([[0.0], np.cumsum(x)]) for x in (np.where(known, values, 0.0), known))
    after = np.arange(1, len(values) + 1)
    before = np.maximum(after - span, 0)
    n = count[after] - count[before]
    return np.where(known & (2 * n >= span), (total[after] - total[before]) / np.maximum(n, 1), np.nan)


def _spread(apart: np.ndarray, grid: Grid) -> np.ndarray:
    """Size of the noise in the days before, renewed each hour."""
    made, size = np.full(len(apart), np.nan), np.abs(apart)
    for start in range(grid.span, len(apart), grid.span):
        window = size[max(0, start - CYCLES * grid.day) : start]
        window = window[np.isfinite(window)]
        if len(window) > grid.day // 4:
            made[start : start + grid.span] = 1.4826 * np.median(window)
    return np.fmax(made, np.where(np.isfinite(made), LEAST_SPREAD, np.nan))
