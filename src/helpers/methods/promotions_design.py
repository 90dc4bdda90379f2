"""The design of daily counts around promotions: level, trend, season, weekday, holidays, pressure, weeks of a promotion, the dip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import DataError

DIP_DAYS = 28  # days after a promotion in which its buyers may be missing
HARMONICS = 15  # of the year; the shortest wave takes 24 days
SEASON_DAYS = 400  # days of data from which on a season is fitted
STEP, STEPS, SHORTEST_STEP = (
    7,
    4,
    4,
)  # a promotion's weeks: the fourth and later ones share a level, 3 days join the week before
WIDE, LIFT_PRIOR = 10.0, 1.0  # prior standard deviations of logs: of levels and weekdays, and of lift and dip


@dataclass(frozen=True, eq=False)
class Design:
    """Columns of a log-linear model of daily counts.

    days : day, group, n, one row a day and group, sorted; x : the columns [rows x columns]; names : of the columns.
    kinds : what penalises each column: "fixed", "lift", "season", "shock" or "event"; wave : its harmonic, 0 elsewhere.
    events : one row an event and group, as given; during, after : rows of each event [event -> row numbers].
    """

    days: pd.DataFrame
    x: np.ndarray
    names: tuple[str, ...]
    kinds: np.ndarray
    wave: np.ndarray
    events: pd.DataFrame
    during: dict[str, np.ndarray]
    after: dict[str, np.ndarray]


def design(
    days: pd.DataFrame,
    events: pd.DataFrame,
    *,
    holidays: pd.DataFrame | None = None,
    pressure: pd.Series | None = None,
    dip_days: int = DIP_DAYS,
) -> Design:
    """Columns for the orders of each day and group.

    Parameters
    ----------
    days : day, group, n [count]; days that a group lacks between its first and its last one count as none.
    events : event, kind, group, starts_on, ends_on, has_dip. Events of one kind share the course of their lift and their dip; each
        has its own height. `has_dip` is false for what explains orders and moves none, such as a launch.
    holidays : day, group; their mean effect is fitted. pressure : a number a day, such as the log of what media cost; centred here.
    dip_days : length of the window after an event. What is missing fades in a straight line to nothing.

    Raises
    ------
    DataError : no day, a count below 0, an event that ends before it starts.

    Formula: log E n = level(group) + trend(group) t + weekday + season + holiday + b pressure + shock(week)
        + g(kind, week of the event) + v(event) - d(kind) (1 - (s - 1/2) / dip_days), s days after the event.
    """
    frame = _complete(days)
    at = frame["day"].to_numpy(dtype="datetime64[D]")
    group = frame["group"].to_numpy()
    columns: list[tuple[str, str, int, np.ndarray]] = []
    years = (at - at[0]).astype(float) / 365.25
    for name in dict.fromkeys(group):
        own = (group == name).astype(float)
        columns.append((f"level {name}", "fixed", 0, own))
        columns.append((f"trend {name}", "fixed", 0, own * (years - years.mean())))
    weekday = (at.astype(int) + 3) % 7
    columns += [(f"weekday {d}", "fixed", 0, (weekday == d) - 1 / 7) for d in range(1, 7)]
    if holidays is not None and len(holidays):
        keys = set(zip(holidays["group"], holidays["day"].to_numpy(dtype="datetime64[D]"), strict=True))
        is_holiday = np.array([one in keys for one in zip(group, at, strict=True)], dtype=float)
        columns += [("holiday", "fixed", 0, is_holiday)] if is_holiday.any() else []
    if pressure is not None:
        known = pressure.reindex(pd.DatetimeIndex(frame["day"])).to_numpy(dtype=float)
        known = np.where(np.isfinite(known), known, np.nanmean(known) if np.isfinite(known).any() else 0.0)
        columns += [("pressure", "fixed", 0, known - known.mean())] if np.ptp(known) > 0 else []
    if (at[-1] - at[0]).astype(int) + 1 >= SEASON_DAYS or (at.max() - at.min()).astype(
        int
    ) + 1 >= SEASON_DAYS:
        turn = 2 * np.pi * at.astype(float) / 365.25
        for k in range(1, HARMONICS + 1):
            columns += [
                (f"season cos {k}", "season", k, np.cos(k * turn)),
                (f"season sin {k}", "season", k, np.sin(k * turn)),
            ]
    week = (at.astype(int) + 3) // 7
    columns += [
        (f"week {w}", "shock", 0, (week == w).astype(float)) for w in range(week.min(), week.max() + 1)
    ]
    made, during, after = _events(events, at, group, dip_days)
    columns += made
    return Design(
        frame, np.column_stack([one[3] for one in columns]), tuple(one[0] for one in columns),
        np.array([one[1] for one in columns]), np.array([one[2] for one in columns]), events, during, after,
    )  # fmt: skip


def _complete(days: pd.DataFrame) -> pd.DataFrame:
    """Every day of each group from its first to its last one; missing ones count 0."""
    if days.empty:
        raise DataError("promotions: there is no day with orders. Choose a later period or another market.")
    bad = int((~(days["n"].astype(float) >= 0)).sum())
    if bad:
        raise DataError(
            f"promotions: {bad} days have a count that is missing or below 0. Count the orders of these days again."
        )
    parts = []
    for name, own in days.groupby("group", sort=True):
        summed = own.groupby("day")["n"].sum()
        span = pd.date_range(summed.index.min(), summed.index.max(), freq="D")
        parts.append(
            pd.DataFrame(
                {"day": span, "group": name, "n": summed.reindex(span).fillna(0).to_numpy(dtype=float)}
            )
        )
    return pd.concat(parts, ignore_index=True)


def steps_of(length: int) -> np.ndarray:
    """Which week of an event each of its days belongs to: 0 to 3; a rest of three days or fewer joins the week before."""
    at = np.arange(length) // STEP
    rest = length % STEP
    if length > STEP and 0 < rest < SHORTEST_STEP:
        at[-rest:] -= 1
    return np.minimum(at, STEPS - 1)


def _events(
    events: pd.DataFrame, at: np.ndarray, group: np.ndarray, dip_days: int
) -> tuple[list, dict, dict]:
    """Columns of lift, of the height of each event, and of the dip; rows of each event while it ran and after it."""
    columns: dict[str, list] = {}
    during: dict[str, list] = {}
    after: dict[str, list] = {}
    for one in events.itertuples(index=False):
        first, last = (np.datetime64(day, "D") for day in (one.starts_on, one.ends_on))
        if not last >= first:
            raise DataError(
                f"promotions: {one.event} ends on {last}, before its first day {first}. Correct one of them."
            )
        own = group == one.group
        since, past = (at - first).astype(int), (at - last).astype(int)
        inside = own & (since >= 0) & (past <= 0)
        step = steps_of(int((last - first).astype(int)) + 1)
        for number in np.unique(step):
            rows = inside.copy()
            rows[inside] = step[since[inside]] == number
            _add(columns, f"lift {one.kind} {number}", "lift", rows.astype(float))
        _add(columns, f"height {one.event}", "event", inside.astype(float))
        later = own & (past > 0) & (past <= dip_days)
        if one.has_dip:
            _add(columns, f"dip {one.kind}", "lift", -np.where(later, 1 - (past - 0.5) / dip_days, 0.0))
        during.setdefault(one.event, []).append(np.flatnonzero(inside))
        after.setdefault(one.event, []).append(np.flatnonzero(later))
    made = [(name, kind, 0, values) for name, (kind, values) in columns.items() if values.any()]
    return made, *({name: np.concatenate(rows) for name, rows in some.items()} for some in (during, after))


def _add(columns: dict, name: str, kind: str, values: np.ndarray) -> None:
    known = columns.get(name)
    columns[name] = [kind, values if known is None else known[1] + values]
