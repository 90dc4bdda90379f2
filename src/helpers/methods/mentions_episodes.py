"""Episodes of mention alarms: when one began and ended, how many mentions it brought beyond the usual, whether it still runs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.methods.intervals import check_level
from helpers.methods.mentions import (
    ALLOWED,
    BACK,
    FORWARD,
    Grid,
    grid_of,
    watch_mentions,
    why_untold,
)

STAYS = 0.5  # of the limit: an episode lasts while the hour lies above it
LOOK_BACK = (
    28  # days of a fine grid, twice on a daily one, whose windows show how far the expected count may be off
)
LEAST_WINDOWS = 20
PAUSE = 4  # parts of a day: so long within the band ends a fine grid's episode, unless an alarm rings within the day
LONGEST = (3, 28)  # days of a fine and of a daily grid: what lasts longer is the new level
ABSENT = ("error", "zero", "unknown")
TIMES = ("start", "alarm_at", "end", "peak_at")
FIGURES = ("peak", "mentions", "expected", "excess", "low", "high", "z", "rate")


class Alarms(NamedTuple):
    """The episodes of every series, one row each; and the series whose last slot cannot be told, with the reason."""

    episodes: pd.DataFrame
    untold: pd.DataFrame


def mention_alarms(
    rows: pd.DataFrame,
    *,
    by: tuple[str, ...] = ("brand",),
    at: str = "mentioned_on",
    count: str = "mentions",
    absent: str = "error",
    allowed: float = ALLOWED,
    level: float = 0.90,
) -> Alarms:
    """Episodes of each series of a tidy table of mentions.

    Parameters
    ----------
    rows : counts by time and by the columns `by`; further columns, such as tone or language, are summed over.
    absent : what a slot without a row means: "error" refuses it, "zero" says that nothing was said, "unknown" that nothing is known.
    allowed, level : of `watch_mentions` and `episodes`.

    Returns
    -------
    Alarms: episodes (`by`, and the columns of `episodes`), untold (`by`, reason).

    Raises
    ------
    DataError : see `watch_mentions`; with "error", a slot of a series is absent.
    """
    if absent not in ABSENT:
        raise ValueError(f'mention_alarms: absent "{absent}" is unknown. Use one of {", ".join(ABSENT)}.')
    found, untold = [], []
    for name, series in _each(rows, by, at, count, absent):
        watched = watch_mentions(series, allowed=allowed)
        made = episodes(watched, level=level)
        found.append(pd.DataFrame({**dict.fromkeys(by, ""), **made}).assign(**name)[[*by, *made]])
        untold += [{**name, "reason": reason} for reason in why_untold(watched)]
    empty = pd.DataFrame({**{one: pd.Series(dtype=str) for one in by}, **_empty()})
    filled = [one for one in found if len(one)]
    return Alarms(
        pd.concat(filled, ignore_index=True) if filled else empty,
        pd.DataFrame(untold, columns=[*by, "reason"]),
    )


def episodes(watched: pd.DataFrame, *, level: float = 0.90) -> pd.DataFrame:
    """Alarms that are less than a day apart, as one episode a row.

    Parameters
    ----------
    watched : what `watch_mentions` returns.
    level : confidence level of the excess.

    Returns
    -------
    One row an episode, in order: start [first slot above the band in the hour that rang], alarm_at [when it rang], end [last slot that
    belongs to it], peak_at, peak [mentions a slot], mentions, expected, excess, low, high [mentions from start to end; the interval is of
    the excess, NaN where too little is known], z [highest], rate [lowest: times in 30 days that this comes by the series' own bursts],
    running [no whole day has passed since its end].

    Formula: from the alarm on the expectation is held: usual(t) + shift at the start, for the last 24 hours are now part of the episode.
        It lasts while the last hour is above half the limit, with pauses of up to six hours (a day on a daily grid), or alarms
        ring within a day; three days at most, 28 on a daily grid, for then it is the new level. excess =
        mentions - r expected; log r and its spread are the median and 1.4826 times the MAD of log(observed / expected) in windows as long as the episode,
        whose expectation was held in the same way, of the four weeks before (eight on a daily grid);
        t with one degree of freedom fewer than windows that do not overlap.
    """
    check_level(level)
    if watched.empty or not watched["alarm"].fillna(False).any():
        return _empty()
    grid = grid_of(watched["value"])
    rang = np.flatnonzero(watched["alarm"].fillna(False).to_numpy(dtype=bool))
    made, after = [], -1
    while len(rang := rang[rang > after]):
        start, after = _span(watched, grid, int(rang[0]), rang)
        made.append(_episode(watched, grid, start, int(rang[0]), after, level))
    return pd.DataFrame(made)[[*TIMES, *FIGURES, "running"]]


def _span(watched: pd.DataFrame, grid: Grid, alarm: int, rang: np.ndarray) -> tuple[int, int]:
    """First and last slot of the episode that rang at `alarm`."""
    hour = np.arange(max(0, alarm - grid.span + 1), alarm + 1)
    above = hour[(watched["value"] > watched["high"] / grid.span).to_numpy()[hour]]
    start = int(above[0]) if len(above) else alarm
    usual, shift, spread = (watched[one].to_numpy() for one in ("usual", "shift", "spread"))
    limit = (FORWARD(watched["high"].iloc[alarm]) - usual[alarm] - shift[alarm]) / spread[alarm]
    ahead = slice(alarm, alarm + LONGEST[grid.day == 1] * grid.day)
    apart = FORWARD(watched["recent"].to_numpy()[ahead]) - usual[ahead] - shift[start]
    over = alarm + np.flatnonzero(apart > STAYS * limit * spread[alarm])
    rings = set(rang[rang < ahead.stop].tolist())
    end, pause = alarm, max(1, grid.day // PAUSE)
    for slot in np.union1d(over, list(rings)).astype(int):
        if slot - end > (grid.day if slot in rings else pause):
            break
        end = int(slot)
    return start, end


def _episode(
    watched: pd.DataFrame, grid: Grid, start: int, alarm: int, end: int, level: float
) -> dict[str, object]:
    here = slice(start, end + 1)
    value = watched["value"].to_numpy()[here]
    known = np.isfinite(value)
    held = BACK(watched["usual"].to_numpy()[here] + watched["shift"].iloc[start]) / grid.span
    low, middle, high = _off(watched, grid, start, len(value), level)
    total, usual = float(value[known].sum()), float(held[known].sum())
    expected = usual * (middle if np.isfinite(middle) else 1.0)
    top = int(np.nanargmax(value))
    times = watched.index
    return {
        "start": times[start], "alarm_at": times[alarm], "end": times[end], "peak_at": times[start + top], "peak": value[top],
        "mentions": total, "expected": expected, "excess": total - expected, "low": total - usual * high, "high": total - usual * low,
        "z": watched["z"].iloc[alarm : end + 1].max(), "rate": watched["rate"].iloc[alarm : end + 1].min(),
        "running": len(watched) - 1 - end <= grid.day,
    }  # fmt: skip


def _off(
    watched: pd.DataFrame, grid: Grid, start: int, length: int, level: float
) -> tuple[float, float, float]:
    """Low, middle and high of observed over expected in windows of this length before the episode."""
    first = max(grid.day, start - LOOK_BACK * grid.day * (2 if grid.day == 1 else 1))
    begins = np.arange(first, start - length, grid.span)
    if len(begins) < LEAST_WINDOWS:
        return np.nan, np.nan, np.nan
    value, usual, shift = (watched[one].to_numpy() for one in ("value", "usual", "shift"))
    slots = begins[:, None] + np.arange(length)
    expected = BACK(usual[slots] + shift[begins][:, None]) / grid.span
    known = np.isfinite(value[slots]) & np.isfinite(expected)
    seen, meant = (np.where(known, one, 0.0).sum(axis=1) for one in (value[slots], expected))
    log_ratio = np.log((seen + 0.5) / (meant + 0.5))[known.mean(axis=1) > 0.5]
    if len(log_ratio) < LEAST_WINDOWS:
        return np.nan, np.nan, np.nan
    apart = max(2.0, (begins[-1] - begins[0] + length) / length)  # windows that do not overlap
    middle = float(np.median(log_ratio))
    spread = 1.4826 * float(np.median(np.abs(log_ratio - middle)))
    half = stdtrit(apart - 1, (1 + level) / 2) * spread * np.sqrt(1 + 1 / apart)
    return tuple(float(np.exp(one)) for one in (middle - half, middle, middle + half))


def _each(rows: pd.DataFrame, by: tuple[str, ...], at: str, count: str, absent: str):
    """Each series with the values of `by`, over the time of the whole table."""
    if rows.empty:
        return
    if (rows[count] < 0).any():
        row = rows[rows[count] < 0].iloc[0]
        raise DataError(
            f"mentions: {row[count]:g} at {row[at]} is below zero. A count cannot be; export it again."
        )
    summed = rows.groupby([*by, at], observed=True)[count].sum(min_count=1)
    times = pd.DatetimeIndex(np.sort(pd.to_datetime(rows[at]).unique()))
    step = pd.Series(times).diff().min() if len(times) > 1 else pd.Timedelta(days=1)
    whole = pd.date_range(times[0], times[-1], freq=step)
    for key, part in summed.groupby(level=list(range(len(by))), observed=True):
        name = dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True))
        series = part.droplevel(list(range(len(by))))
        series.index = pd.to_datetime(series.index)
        missing = whole.difference(series.index)
        if len(missing) and absent == "error":
            of = ", ".join(str(one) for one in name.values())
            raise DataError(
                f"mentions: {of} has no row at {missing[0]}, nor at {len(missing) - 1} other times. Say what that means: "
                'absent="zero" where nothing was said, absent="unknown" where the tool did not listen.'
            )
        yield name, series.reindex(whole, fill_value=0 if absent == "zero" else np.nan).astype(float)


def _empty() -> pd.DataFrame:
    kinds = dict.fromkeys(TIMES, "datetime64[us]") | dict.fromkeys(FIGURES, "float64") | {"running": "bool"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in kinds.items()})
