"""One file to tidy rows: opened, recognised, proved, typed and shaped, in blocks, so that a file may be larger than memory.

The file is gone through twice: once for the proof of decimals and dates, once to read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import tables
from helpers.errors import DataError
from helpers.sources import (
    batches,
    cells,
    columns,
    dates,
    detecting,
    evidence,
    layouts,
    opening,
    results,
    shaping,
)
from helpers.sources.evaluating import Evaluator
from helpers.sources.grids import Located
from helpers.sources.mapping import Map
from helpers.sources.parsing import find
from helpers.sources.results import Reading
from helpers.sources.settings import Settings
from helpers.sources.shaping import Shaper
from helpers.sources.walking import Walk

Put = Callable[[str, pd.DataFrame, np.ndarray], None]
Begin = Callable[[int, Map], None]
STAMP = re.compile(r"(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


def read(
    path: Path,
    maps: Mapping[str, Map],
    settings: Settings,
    put: Put,
    *,
    shown: str = "",
    begin: Begin | None = None,
) -> list[Reading]:
    """Read a file and hand its tidy rows to `put(table, frame, lines)`; return what was read, a `Reading` a table in the file.

    A file that is read together with another one, such as the lookup tables of a data feed with its hits, gives nothing itself.

    Parameters
    ----------
    path : the file as received.
    maps : those to try, by id; `settings.map` names one of them.
    settings : what the company says of the file.
    put : takes rows with columns of the table's contract (not yet checked) and the line of each.
    shown : what a message calls the file; left out, its name.
    begin : told before each table in the file, with its number from 0 and its map.

    Raises
    ------
    DataError : the file cannot be read right; the message says where, what and what to do.
    """
    shown = shown or path.name
    wanted = {settings.map: find(settings.map, maps)} if settings.map else maps
    if layouts.main_of(path):
        return []
    made, empty = [], []
    with opening.opened(path, shown) as files:
        located = detecting.detect(files, wanted, shown=shown)
        for found in located:
            if begin:
                begin(len(made), found.map)
            try:
                made.append(_read(found, settings, put, shown))
            except _NoRowsError as fault:
                empty.append(fault)
    if not made:
        raise empty[0]
    if not any(one.tables or one.map.may_be_empty for one in made):
        why = ", ".join(f"{reason}: {n:,}" for one in made for reason, n in one.left.items())
        raise DataError(
            f"{shown}: none of its rows feeds a table ({why}). Check the filters of the export; `cmo check {shown}` shows more."
        )
    made[0].notes += [f"{fault.place}: the header is there but there are no data rows" for fault in empty]
    made[0].notes += [f"{place}: fits no map and was not read" for place in _unread(files, located)]
    made[0].notes += _unread_tables(located)
    return made


class _NoRowsError(DataError):
    """A table with heads and no rows. Beside others in a ZIP or a workbook that is no fault."""

    def __init__(self, place: str, header_line: int) -> None:
        self.place = place
        super().__init__(
            f"{place}: the header is there (line {header_line}) but there are no data rows. Check the chosen dates and filters, then export it again."
        )


def _unread(files: Sequence[opening.File], located: Sequence[Located]) -> list[str]:
    """Name the files of a ZIP that no map reads."""
    if any(one.map.layout != "table" for one in located):  # other layouts read several files as one
        return []
    return [one.shown for one in files if one.shown not in {found.rows.file.shown for found in located}]


def _unread_tables(located: list[Located]) -> list[str]:
    """Name the tables of a file, where a layout knows all of them, that no map reads."""
    known = {table for one in located for table in batches.aside(one.rows).tables}
    read = {one.header_line for one in located}
    return [
        f"the table in line {first:,} ({heads}) fits no map and was not read"
        for first, last, heads in sorted(known)
        if not any(first <= line <= last for line in read)
    ]


def _read(found: Located, settings: Settings, put: Put, shown: str) -> Reading:
    chosen, place = found.map, found.rows.place
    if chosen.is_personal and settings.hashed is None and _uses_people(chosen):
        raise DataError(f"{place}: {settings.no_key}")
    reading = Reading(
        chosen,
        place,
        found.rows.file.encoding or found.rows.file.kind,
        found.rows.separator,
        found.header_line,
    )
    proof, days = evidence.prove(found, settings)
    span = detecting.span_named(found.before)
    order = days.settle(place, span=span, read=dates.day)
    zone = settings.time_zone or chosen.time_zone or settings.local_zone
    reader = cells.Reader(
        place,
        found.rows.unit,
        proof.settle(place),
        order,
        zone,
        chosen.missing,
        forced=settings.date_order,
        fractions=evidence.fractions(found),
    )
    known = {"file_stem": Path(shown).stem, "starts_on": span and span[0], "ends_on": span and span[1]}
    evaluator = Evaluator(
        chosen, _of_file(settings, found, shown), place, vat=settings.vat or chosen.vat, known=known
    )
    shaper = Shaper(evaluator, currency=_currency(found, settings))
    reading.account_id = settings.account_id or _account(found)
    sums, walk, carried, spread = {}, Walk(found), {}, {}
    lumped = chosen.daily and span is not None and span[0] < span[1]
    for block in columns.whole_groups(walk):
        typed = columns.typed(found, block, reader, carried)
        _refuse_bad(found, typed, block.lines, settings)
        _refuse_several_days(found, typed, block.lines)
        lumped = lumped and _is_all_on(span[0], chosen, typed)
        # a line whose columns were melted stands several times
        added = typed[np.r_[True, np.diff(block.lines) != 0]] if found.many else typed
        for name, one in chosen.columns.items():
            if one.is_number and one.adds and name in found.where:
                sums[name] = sums.get(name, 0.0) + float(added[name].sum())
        for table, frame, lines in shaper.shape(typed, block.lines):
            put(table, frame, lines)
            reading.tables[table] = reading.tables.get(table, 0) + len(frame)
            results.widen(reading, frame, table)
            spread[table] = spread.get(table, 0) + shaping.of_several_days(frame, tables.contract(table))
    if not walk.n_rows and not chosen.may_be_empty:
        raise _NoRowsError(place, found.header_line)
    if lumped:
        raise DataError(
            f"{place}: it covers {span[0]} to {span[1]} and all its rows bear the first day, so it is not broken down by day. Export it again by day: docs/exporting.md. If nothing ran after {span[0]}, export that day alone."
        )
    reading.notes += [
        f"rows of {table} that cover several days: {n:,}; figures by day leave them out, so export by day for those"
        for table, n in spread.items()
        if n
    ]
    return results.completed(reading, found, walk, shaper, reader, sums, span)


def _is_all_on(day: date, chosen: Map, typed: pd.DataFrame) -> bool:
    """Whether all rows bear one day, in the first column of days that every file must have."""
    name = next(one.name for one in chosen.required if one.type == "date")
    return name in typed and bool((typed[name] == pd.Timestamp(day)).all())


def _refuse_several_days(found: Located, typed: pd.DataFrame, lines: np.ndarray) -> None:
    """Refuse a row over several days where a table wants one a row: what was spent on which of them nobody can say."""
    first, last, *own = found.map.one_day or ("", "")
    if first not in typed or last not in typed or any(name in typed for name in own):
        return
    wrong = (typed[first] != typed[last]) & typed[first].notna() & typed[last].notna()
    if wrong.any():
        at = int(wrong.to_numpy(dtype=bool).argmax())
        raise DataError(
            f"{found.rows.place}, {found.rows.unit} {lines[at]:,}: the row covers {typed[first].iloc[at]:%Y-%m-%d} to {typed[last].iloc[at]:%Y-%m-%d}, and a daily table takes one day a row. Break the report down by day and export it again: docs/exporting.md."
        )


def _account(found: Located) -> str:
    """The account that a line above the table names, where the map says how."""
    pattern = found.map.account_line
    for _, row in found.before if pattern else ():
        line = (found.rows.separator or " ").join(row).strip(f"{found.rows.separator} ")
        if match := re.search(pattern, line):
            return match[1].strip()
    return ""


def _uses_people(chosen: Map) -> bool:
    return any(one.kind == "person" for output in chosen.tables for one in output.columns.values())


def _refuse_bad(found: Located, typed: pd.DataFrame, lines: np.ndarray, settings: Settings) -> None:
    """Refuse an empty cell of a required column, and spend below nothing unless credits are expected."""
    for one in found.map.columns.values():
        if one.name not in typed:
            continue
        if (
            one.type == "money"
            and one.adds
            and not settings.allow_credits
            and any(o.table == "media_spend" for o in found.map.tables)
        ):
            below = (typed[one.name] < 0).to_numpy(dtype=bool)
            if below.any():
                line = lines[int(below.argmax())]
                raise DataError(
                    f"{found.rows.place}, line {line:,}: {typed[one.name].iloc[int(below.argmax())]:g} in '{found.heads[found.where[one.name]]}' is below 0. "
                    "If it is a credit of the platform, set allow_credits = true for this file under [[exports]] in company.toml."
                )


def _of_file(settings: Settings, found: Located, shown: str) -> Settings:
    """Settings with the day of a list: what the company says, else the lines above the table, else the name of the file."""
    if settings.as_of:
        return settings
    if day := detecting.day_named(found.before):
        return replace(settings, as_of=day)
    if not (stamp := STAMP.search(Path(shown).stem)):
        return settings
    try:
        return replace(settings, as_of=date(*map(int, stamp.groups())))
    except ValueError:
        return settings


def _currency(found: Located, settings: Settings) -> str:
    """The currency that a head, the company's word for this file, or, for its own tables, the company names."""
    named = found.currency
    if named and settings.currency and named != settings.currency:
        raise DataError(
            f"{found.rows.place}: its heads say {named} and [[exports]] in company.toml says {settings.currency}. Mend company.toml."
        )
    return named or settings.currency or settings.own_currency
