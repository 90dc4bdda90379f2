"""Cells of days, months, periods and times; each different text is read once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.sources import dates

if TYPE_CHECKING:
    from helpers.sources.cells import At

ISO = r"^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?)?$"


def days(text: pa.Array, at: At) -> pd.Series:
    """Return days; of a time its day."""
    return _read_days(text, at, _day, "is no day that exists", "Check the date format of the export.")


def months(text: pa.Array, at: At) -> pd.Series:
    """Return the first day of each month."""
    return _read_days(text, at, dates.month, "is no month", "Give months as 2026-09, or by their first day.")


def periods(text: pa.Array, at: At) -> pd.Series:
    """Return the first day of each period, or its last."""
    place = 1 if at.field.ends else 0

    def end(cell: str, order: str) -> object:
        found = dates.period(cell, order)
        return found and found[place]

    return _read_days(
        text, at, end, "is no day, month, quarter or year", "Give 2026-09-30, 2026-09, Q3 2026 or 2026."
    )


def times(text: pa.Array, at: At) -> pd.Series:
    """Return times in UTC; what has no zone is in that of the column, else of the file."""
    zone = at.field.time_zone or at.reader.zone
    if pc.all(pc.fill_null(pc.match_substring_regex(text, ISO), True)).as_py():
        plain = pc.cast(pc.replace_substring(text, "T", " "), pa.timestamp("us"))
        local = pd.Series(plain.to_numpy(zero_copy_only=False))
        return _in_utc(local.astype("datetime64[us]"), zone)
    values, codes = _by_value(
        text, at, dates.moment, "is no time that exists", "Check the date format of the export."
    )
    moments = np.array([value[0] if value else None for value in values] + [None], dtype="datetime64[us]")
    local = pd.Series(moments[codes])
    made = _in_utc(local, zone)
    zones = np.array([value[1] if value else "" for value in values] + [""], dtype=object)
    for given in {one for one in zones if one}:
        there = pd.Series(zones[codes] == given)
        moved = local.dt.tz_localize(given if given != "+00:00" else "UTC").dt.tz_convert("UTC")
        made = made.where(~there, moved)
    return made


def _by_value(
    text: pa.Array, at: At, read: Callable[..., object], says: str, remedy: str
) -> tuple[list, np.ndarray]:
    """Read each different text once; return the results and, for every cell, which of them it is (-1 for none)."""
    coded = text.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    values = [read(one, order=at.order) for one in coded.dictionary.to_pylist()]
    wrong = np.array([value is None for value in values] + [False])[codes]
    at.refuse(pa.array(wrong), text, says, remedy)
    return values, codes


def _read_days(text: pa.Array, at: At, read: Callable[..., object], says: str, remedy: str) -> pd.Series:
    values, codes = _by_value(text, at, read, says, remedy)
    days = np.array([*values, None], dtype="datetime64[us]")
    return pd.Series(days[codes])


def _day(text: str, order: str) -> object:
    if (found := dates.day(text, order)) is not None:
        return found
    moment = dates.moment(text, order)
    return moment[0].date() if moment else None


def _in_utc(local: pd.Series, zone: str) -> pd.Series:
    """Local times in UTC; of an hour that a clock shows twice the first is taken, one that it skips is moved on."""
    if zone == "UTC":
        return local.dt.tz_localize("UTC")
    first = np.ones(len(local), dtype=bool)
    return local.dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward").dt.tz_convert("UTC")
