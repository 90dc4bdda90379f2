"""One file to tidy rows: opened, recognised, proved, typed and shaped, in blocks, so that a file may be larger than memory.

The file is gone through twice: once for the proof of decimals and dates, once to read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    refusals,
    results,
    stated,
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
    file, span = found.rows.file, detecting.span_named(found.before)
    reading = Reading(chosen, place, file.encoding or file.kind, found.rows.separator, found.header_line)
    reader = _reader(found, settings, span)
    shaper = _shaper(found, settings, span, shown)
    reading.account_id = settings.account_id or stated.account(found)
    sums, walk, carried, spread = {}, Walk(found), {}, {}
    lumped = chosen.daily and span is not None and span[0] < span[1]
    for block in columns.whole_groups(walk):
        typed = columns.typed(found, block, reader, carried)
        refusals.refuse_credits(found, typed, block.lines, settings)
        refusals.refuse_several_days(found, typed, block.lines)
        lumped = lumped and refusals.is_all_on(span[0], chosen, typed)
        # a line whose columns were melted stands several times
        added = typed[np.r_[True, np.diff(block.lines) != 0]] if found.many else typed
        for name, one in chosen.columns.items():
            if one.is_number and one.adds and name in found.where:
                sums[name] = sums.get(name, 0.0) + float(added[name].sum())
        for table, frame, lines in shaper.shape(typed, block.lines):
            put(table, frame, lines)
            reading.tables[table] = reading.tables.get(table, 0) + len(frame)
            results.widen(reading, frame, table)
            spread[table] = spread.get(table, 0) + results.of_several_days(frame, tables.contract(table))
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


def _reader(found: Located, settings: Settings, span: tuple | None) -> cells.Reader:
    """How the cells of a table are read, with the signs and dates that are proved over all of it."""
    chosen, place = found.map, found.rows.place
    decimals, days = evidence.prove(found, settings)
    order = days.settle(place, span=span, read=dates.day)
    return cells.Reader(
        place,
        found.rows.unit,
        decimals.settle(place),
        order,
        settings.time_zone or chosen.time_zone or settings.local_zone,
        chosen.missing,
        forced=settings.date_order,
        fractions=evidence.fractions(found),
    )


def _shaper(found: Located, settings: Settings, span: tuple | None, shown: str) -> Shaper:
    """How its rows become tidy ones, with what is stated for all of them."""
    known = {"file_stem": Path(shown).stem, "starts_on": span and span[0], "ends_on": span and span[1]}
    evaluator = Evaluator(
        found.map,
        stated.of_file(settings, found, shown),
        found.rows.place,
        vat=settings.vat or found.map.vat,
        known=known,
    )
    return Shaper(evaluator, currency=stated.currency(found, settings))


def _uses_people(chosen: Map) -> bool:
    return any(one.kind == "person" for output in chosen.tables for one in output.columns.values())
