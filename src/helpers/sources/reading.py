"""One file to tidy rows: opened, recognised, proved, typed and shaped, in blocks, so that a file may be larger than memory.

The file is gone through twice: once for the proof of decimals and dates, once to read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers import tables
from helpers.errors import DataError
from helpers.sources import cells, dates, detecting, layouts, opening, shaping, steps
from helpers.sources import rows as plain
from helpers.sources.evaluating import Evaluator
from helpers.sources.grids import Block, Located, Walk
from helpers.sources.mapping import DATED, Map, find
from helpers.sources.proving import Days, Decimals, are_fractions
from helpers.sources.settings import Settings
from helpers.sources.shaping import Shaper
from helpers.sources.words import fold

Put = Callable[[str, pd.DataFrame, np.ndarray], None]
Begin = Callable[[int, Map], None]
CENT = 0.01
CONTACT = re.compile(
    r"e-?mail|courriel|phone|telephone|\btel\b|mobile|portable|address|adresse|first name|last name|prenom|\bnom\b(?! d)|\bip\b|_ip$|latitude|longitude|birth|naissance|\bzip\b|postal"
)
STAMP = re.compile(r"(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True)
class Control:
    """A total that the file states itself, beside the sum of the rows that were kept."""

    head: str
    line: int
    stated: float
    found: float

    @property
    def agrees(self) -> bool:
        """Whether both are the same to the cent."""
        return abs(self.stated - self.found) <= CENT


@dataclass
class Reading:
    """What came out of one table of a file."""

    map: Map
    shown: str
    encoding: str
    separator: str
    header_line: int
    rows_in: int = 0
    rows_kept: int = 0
    left: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    currency: str = ""
    vat: str = "unknown"
    account_id: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    declared: tuple[date, date] | None = None
    tables: dict[str, int] = field(default_factory=dict)
    heads_of: dict[str, tuple[str, ...]] = field(default_factory=dict)


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
    known = {table for one in located for table in plain.aside(one.rows).tables}
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
    proof, days = _prove(found, settings)
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
        fractions=_fractions(found),
    )
    known = {"file_stem": Path(shown).stem, "starts_on": span and span[0], "ends_on": span and span[1]}
    evaluator = Evaluator(
        chosen, _of_file(settings, found, shown), place, vat=settings.vat or chosen.vat, known=known
    )
    shaper = Shaper(evaluator, currency=_currency(found, settings))
    reading.account_id = settings.account_id or _account(found)
    sums, walk, carried, spread = {}, Walk(found), {}, {}
    lumped = chosen.daily and span is not None and span[0] < span[1]
    for block in _whole(walk):
        typed = _typed(found, block, reader, carried)
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
            _widen(reading, frame, table)
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
    return _told(reading, found, walk, shaper, reader, sums, span)


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


def _whole(walk: Walk) -> Iterator[Block]:
    """Give the blocks of a table so that none ends within a group: the lines of the last one wait for what follows."""
    place = walk.table.where.get(walk.table.map.group)
    if place is None:
        yield from walk
        return
    waiting = None
    for block in walk:
        if waiting:
            columns = [pa.concat_arrays(two) for two in zip(waiting.columns, block.columns, strict=True)]
            block = Block(np.concatenate([waiting.lines, block.lines]), columns)
        begins, last = 0, ""
        for at, cell in enumerate(block.columns[place].to_pylist()):
            if cell.strip() not in ("", last):  # an empty cell goes on with the group above
                begins, last = at, cell.strip()
        waiting = Block(block.lines[begins:], [one.slice(begins) for one in block.columns])
        if begins:
            yield Block(block.lines[:begins], [one.slice(0, begins) for one in block.columns])
    if waiting:
        yield waiting


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


def _prove(found: Located, settings: Settings) -> tuple[Decimals, Days]:
    """Go through the file once for the evidence of its decimal sign and its order of day and month."""
    chosen = found.map
    decimals = Decimals(settings.decimal or chosen.decimal)
    days = Days(settings.date_order or chosen.date_order)
    numbers = [one for one in chosen.columns.values() if one.is_number and one.name in found.where]
    dated = [one for one in chosen.columns.values() if one.type in DATED and not one.date_order]
    if (decimals.given or not numbers) and (days.given or not dated):
        return decimals, days
    for block in Walk(found):
        for one in numbers:
            place = found.where[one.name]
            if not (
                decimals.given
                or (len(decimals.proofs) == 1 and _is_settled(block.columns[place], decimals.sign))
            ):
                signed = pc.match_substring_regex(block.columns[place], "[.,]")
                cellwise = zip(
                    block.lines[signed.to_numpy(zero_copy_only=False)].tolist(),
                    block.columns[place].filter(signed).to_pylist(),
                    strict=True,
                )
                decimals.add(cellwise, found.heads[place], is_whole=one.type == "int")
        for one in dated:
            for column, head in _columns_of(one.name, found):
                coded = block.columns[column].dictionary_encode()
                first = np.unique(coded.indices.to_numpy(zero_copy_only=False), return_index=True)[1]
                cellwise = zip(block.lines[first].tolist(), coded.dictionary.to_pylist(), strict=True)
                days.add(cellwise, head, are_edges=one.type == "month")
    return decimals, days


def _fractions(found: Located) -> frozenset[str]:
    """Heads of a workbook whose percents are stored as shares."""
    places = [
        found.where[one.name]
        for one in found.map.columns.values()
        if one.type == "percent" and one.name in found.where
    ]
    if found.rows.separator or not places:
        return frozenset()
    columns = [block.columns for block in Walk(found)]
    return frozenset(
        found.heads[place]
        for place in places
        if are_fractions(cell for block in columns for cell in block[place].to_pylist())
    )


def _is_settled(column: pa.Array, sign: str) -> bool:
    """Whether a column of a block can bring nothing against the sign proved before: the other sign stands nowhere in it."""
    return not pc.any(pc.match_substring(column, "," if sign == "." else ".")).as_py()


def _columns_of(name: str, found: Located) -> list[tuple[int, str]]:
    if name in found.where:
        return [(found.where[name], found.heads[found.where[name]])]
    return [(place, found.heads[place]) for place, _ in found.many.get(name, [])]


def _typed(found: Located, block: Block, reader: cells.Reader, carried: dict[str, object]) -> pd.DataFrame:
    """Type a block; melted columns multiply its rows."""
    made: dict[str, pd.Series] = {}
    group = found.map.group
    for name, place in sorted(found.where.items(), key=lambda one: one[0] != group):  # the group comes first
        one = found.map.columns[name]
        values = reader.read(block.columns[place], block.lines, one, found.heads[place])
        if one.fill_down and group in made:
            values = values.groupby(steps.runs(made[group])).ffill()
        elif one.fill_down:
            if pd.isna(values.iloc[0]) and name in carried:
                values = pd.concat(
                    [pd.Series([carried[name]], dtype=values.dtype), values.iloc[1:]], ignore_index=True
                )
            values = values.ffill()
            carried[name] = values.iloc[-1]
        made[name] = values
    typed = pd.DataFrame(made, index=range(len(block.lines)))
    return _melted(typed, found, block, reader) if found.many else typed


def _melted(typed: pd.DataFrame, found: Located, block: Block, reader: cells.Reader) -> pd.DataFrame:
    """Give each line a row for each key of its melted columns; what several of them hold under one key stands in one row.

    A row in which none of them holds anything is left out, but for the first of its line.
    """
    cells_of: dict[
        tuple[str, int], dict[str, tuple[int, str]]
    ] = {}  # key and which of its repeats -> place by field
    for name, places in found.many.items():
        seen: dict[str, int] = {}
        for place, key in places:
            folded = fold(key)
            seen[folded] = seen.get(folded, 0) + 1
            cells_of.setdefault((folded, seen[folded]), {})[name] = (place, key)
    stacked = []
    for holds in cells_of.values():
        made: dict[str, object] = {}
        for name in found.many:
            place, key = holds.get(name, (None, None))
            read = block.columns[place] if place is not None else pa.nulls(len(typed), pa.string())
            head = found.heads[place] if place is not None else ""
            made[name] = reader.read(read, block.lines, found.map.columns[name], head)
            made[f"{name}_key"] = pd.Series(key, index=typed.index, dtype="str").where(made[name].notna())
        stacked.append(typed.assign(**made))
    whole = pd.concat(stacked)
    whole = whole.iloc[np.argsort(whole.index.to_numpy(), kind="stable")]
    first = ~whole.index.duplicated()
    whole = whole[whole[list(found.many)].notna().any(axis=1).to_numpy() | first]
    block.lines = block.lines[whole.index.to_numpy()]
    return whole.reset_index(drop=True)


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


def _widen(reading: Reading, frame: pd.DataFrame, table: str) -> None:
    """Widen the period of a file by the days of its rows."""
    contract = tables.contract(table)
    if (
        table == "identities"
        or not contract.date
        or contract.date not in frame
        or frame[contract.date].isna().all()
    ):
        return
    days = pd.to_datetime(frame[contract.date], errors="coerce").dropna()
    if len(days):
        first, last = days.min().date(), days.max().date()
        reading.starts_on = min(filter(None, (reading.starts_on, first)))
        reading.ends_on = max(filter(None, (reading.ends_on, last)))


def _told(
    reading: Reading,
    found: Located,
    walk: Walk,
    shaper: Shaper,
    reader: cells.Reader,
    sums: dict[str, float],
    span: tuple | None,
) -> Reading:
    """Fill in what is known once the file has been gone through."""
    aside = plain.aside(found.rows)
    reading.rows_in = walk.n_rows + sum(walk.left.values()) + sum(aside.left.values())
    reading.rows_kept = walk.n_rows - sum(shaper.remarks.left.values())
    reading.left = {**aside.left, **walk.left, **shaper.remarks.left}
    reading.named = {**aside.named, **walk.named}
    reading.notes += aside.notes
    reading.currency, reading.vat = shaper.currency, shaper.evaluator.vat
    reading.unused, reading.declared = found.unused, span
    reading.heads_of = {name: (found.heads[place],) for name, place in found.where.items()}
    reading.contacts = [name for name in found.unused if CONTACT.search(fold(name))]
    for name, one in found.map.columns.items():
        if one.type == "email" and name in found.where:
            reading.contacts.append(found.heads[found.where[name]])
    reading.notes += [
        f"'{head}': {n:,} cells such as '< 10 %' are bounds, no numbers, and count as missing"
        for head, n in reader.bounds.items()
    ]
    reading.notes += [
        f"'{head}': {n:,} cells hold several values; the first is taken" for head, n in reader.more.items()
    ]
    reading.notes += shaper.remarks.told()
    if span:
        reading.starts_on, reading.ends_on = (
            min(filter(None, (reading.starts_on, span[0]))),
            max(filter(None, (reading.ends_on, span[1]))),
        )
    reading.controls = _controls(found, walk, reader, sums) + [Control(*total) for total in aside.totals]
    if walk.n_rows == 2000 and found.map.system == "salesforce":
        reading.notes.append(
            "exactly 2,000 rows: the Reports API of Salesforce returns no more, so this report may be cut"
        )
    return reading


def _controls(found: Located, walk: Walk, reader: cells.Reader, sums: dict[str, float]) -> list[Control]:
    """Hold the totals that the file states against the sums of the rows that were kept."""
    made = []
    for line, row in walk.totals:
        for name, total in sums.items():
            place = found.where[name]
            text = row[place] if place < len(row) else ""
            try:
                stated = reader.read(
                    [text], np.array([line]), found.map.columns[name], found.heads[place]
                ).iloc[0]
            except DataError:  # a total row may hold words; it is no row
                continue
            if pd.notna(stated):
                made.append(Control(found.heads[place], line, float(stated), round(total, 6)))
    return made
