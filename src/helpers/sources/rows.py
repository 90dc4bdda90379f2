"""Rows of cells with their line numbers, from a text or a sheet of a workbook; they can be gone through again and again.

The beginning of a text is read row by row; the rest of a large one by Arrow, a few megabytes at a time and column by column,
wherever its rows are as many as its lines and all of one length. What is not goes row by row again, so that every fault has its line.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow

from helpers.errors import DataError
from helpers.sources.opening import File

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SEPARATORS = (",", ";", "\t", "|")
BREAK = re.compile(r"\r\n|\r|\n")
FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[ >/]')
CHUNK = 4 << 20  # characters of a text read at once
ROWS = 50_000  # rows of a sheet or of the beginning of a text given at once
Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Batch:
    """Some rows with their lines: as rows, or as columns where all have the same number of cells."""

    lines: Sequence[int]
    rows: list[list[str]] | None = None
    columns: list[pa.Array] | None = None

    def as_rows(self) -> list[list[str]]:
        """The cells row by row."""
        if self.rows is not None:
            return self.rows
        return [list(cells) for cells in zip(*(one.to_pylist() for one in self.columns or []), strict=True)]


@dataclass
class Aside:
    """What a layout leaves aside on the way to its rows, and what it has to say of them.

    `left` counts lines by reason and `named` keeps the first of each; `notes` are sentences; `totals` are totals that the file
    states of itself: what, line, as stated, as found. `tables` are all tables of the file (first line, last line, heads), so
    that those which no map reads can be named.
    """

    left: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    totals: list[tuple[str, int, float, float]] = field(default_factory=list)
    tables: tuple[tuple[int, int, str], ...] = ()

    def leave(self, line: int, reason: str) -> None:
        """Take note of a line that is left out."""
        self.left[reason] = self.left.get(reason, 0) + 1
        if len(lines := self.named.setdefault(reason, [])) < 5:
            lines.append(line)


def aside(rows: Rows) -> Aside:
    """Return what the layout of some rows left aside; nothing where it leaves none."""
    return getattr(rows, "aside", None) or Aside()


@dataclass(frozen=True)
class TextRows:
    """Rows of a text whose cells are set apart by `separator`."""

    file: File
    separator: str
    quoted: bool = True

    @property
    def place(self) -> str:
        """What a message calls it."""
        return self.file.shown

    @property
    def unit(self) -> str:
        """What a message calls one of its rows."""
        return "line"

    def batches(self) -> Iterator[Batch]:
        """Give all rows with their lines; a row that runs over several lines has the number of its first."""
        before, is_first = 0, True
        for chunk in self._chunks():
            n_lines = chunk.count("\n") if "\n" in chunk else chunk.count("\r")
            fast = None if is_first else self._columns(chunk, n_lines)
            if fast is not None:
                yield Batch(range(before + 1, before + 1 + n_lines), columns=fast)
                before += n_lines
            else:
                yield from self._rows(chunk, before)
                before += (
                    len(chunk.splitlines()) if "\n" not in chunk else n_lines + (not chunk.endswith("\n"))
                )
            is_first = False

    def _chunks(self) -> Iterator[str]:
        """Cut the text where a line ends and no quotation mark is open."""
        with self.file.text() as text:
            held = ""
            while more := text.read(CHUNK):
                held += more
                end = held.rfind("\n") + 1 or held.rfind("\r") + 1
                while end and self.quoted and held.count('"', 0, end) % 2:
                    end = held.rfind("\n", 0, end - 1) + 1
                if end:
                    yield held[:end]
                    held = held[end:]
                elif len(held) > 4 * CHUNK:
                    break
            if held:
                yield held

    def _rows(self, chunk: str, before: int) -> Iterator[Batch]:
        quoting = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        reader, at = (
            csv.reader(
                io.StringIO(chunk, newline=""), delimiter=self.separator, quoting=quoting, strict=self.quoted
            ),
            0,
        )
        try:
            while rows := list(islice(reader, ROWS)):
                after = reader.line_num
                yield Batch(
                    range(before + at + 1, before + after + 1)
                    if after - at == len(rows)
                    else _lines(rows, before + at),
                    rows,
                )
                at = after
        except csv.Error as fault:
            raise DataError(self._broken(str(fault), before + max(reader.line_num, 1))) from fault

    def _columns(self, chunk: str, n_lines: int) -> list[pa.Array] | None:
        """Read a chunk by columns; None where its rows are not as many as its lines, or not of one length."""
        n = len(next(csv.reader([chunk[: chunk.find("\n") + 1]], delimiter=self.separator), []))
        names = [str(place) for place in range(n)]
        try:
            made = arrow.read_csv(
                pa.py_buffer(chunk.encode()),
                read_options=arrow.ReadOptions(
                    column_names=names, block_size=max(len(chunk) * 4, 1 << 20), use_threads=False
                ),
                parse_options=arrow.ParseOptions(
                    delimiter=self.separator,
                    quote_char='"' if self.quoted else False,
                    newlines_in_values='"' in chunk,
                    ignore_empty_lines=False,
                ),
                convert_options=arrow.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid:
            return None
        return [one.combine_chunks() for one in made.columns] if len(made) == n_lines else None

    def _broken(self, fault: str, line: int) -> str:
        if "field larger" in fault:
            return f"{self.place}, line {line:,}: a cell longer than 131,072 characters, which no export has; a quotation mark is probably never closed. Export the file again."
        return f"{self.place}, line {line:,}: a quotation mark is not closed or stands inside a cell. Export the file again, or mend the line."


@dataclass(frozen=True)
class SheetRows:
    """Rows of one sheet of a workbook, as text: days as 2026-09-30, numbers as they are stored.

    `formulas` are the places (row, column) of cells that are computed. They are empty here: their stored value may be old, or
    0 where the program that wrote the file computed none.
    """

    file: File
    sheet: str
    cells: list[list[str]] = field(hash=False, repr=False)
    first: int = 1
    formulas: frozenset[tuple[int, int]] = frozenset()

    @property
    def separator(self) -> str:
        """A sheet has none."""
        return ""

    @property
    def place(self) -> str:
        """What a message calls it."""
        return f"{self.file.shown}, sheet {self.sheet}"

    @property
    def unit(self) -> str:
        """What a message calls one of its rows."""
        return "row"

    def batches(self) -> Iterator[Batch]:
        """Give all rows with their numbers."""
        for at in range(0, len(self.cells), ROWS):
            some = self.cells[at : at + ROWS]
            yield Batch(range(at + self.first, at + self.first + len(some)), some)


@dataclass(frozen=True)
class RecordRows:
    """Records of a file that is no table, as text under heads; row 0 holds the heads."""

    file: File
    cells: list[list[str]] = field(hash=False, repr=False)
    separator: str = ""
    unit: str = "record"

    @property
    def place(self) -> str:
        """What a message calls it."""
        return self.file.shown

    def batches(self) -> Iterator[Batch]:
        """Give the heads, then all records with their numbers."""
        yield Batch(range(1), self.cells[:1])
        for at in range(1, len(self.cells), ROWS):
            some = self.cells[at : at + ROWS]
            yield Batch(range(at, at + len(some)), some)


def result_batches(database: DuckDBPyConnection, query: str) -> Iterator[Batch]:
    """Give what a query returns as rows of text: the names of its columns in row 0, then all rows with their numbers."""
    reading = database.cursor()  # other queries may run meanwhile
    reader = reading.sql(f"SELECT coalesce(COLUMNS(*)::VARCHAR, '') FROM ({query})").to_arrow_reader(ROWS)
    yield Batch(range(1), [list(reader.schema.names)])
    at = 1
    for batch in reader:
        if len(batch):
            yield Batch(
                range(at, at + len(batch)), columns=[pc.cast(one, pa.string()) for one in batch.columns]
            )
            at += len(batch)


class Rows(Protocol):
    """What a layout makes of a file: rows of cells as text, which can be gone through again and again."""

    @property
    def file(self) -> File:
        """The file."""

    @property
    def separator(self) -> str:
        """What sets cells apart in a text, "" elsewhere."""

    @property
    def place(self) -> str:
        """What a message calls it."""

    @property
    def unit(self) -> str:
        """What a message calls one of its rows."""

    def batches(self) -> Iterator[Batch]:
        """Give all rows with their lines, the heads among them."""


def sources(file: File) -> list[Rows]:
    """Give every way to see a file as rows: a text under each separator, a workbook sheet by sheet."""
    if file.kind == "workbook":
        return list(_sheets(file))
    return [TextRows(file, separator) for separator in SEPARATORS]


def start(rows: Rows, n: int = 200) -> list[Row]:
    """Give the first rows, with their lines; where the reader breaks among them, those before."""
    made: list[Row] = []
    try:
        for batch in rows.batches():
            made += list(islice(zip(batch.lines, batch.as_rows(), strict=True), n - len(made)))
            if len(made) >= n:
                break
    except DataError:
        pass
    return made


def _lines(rows: list[list[str]], before: int) -> list[int]:
    """The first line of each row where cells hold line breaks."""
    made, line = [], before + 1
    for cells in rows:
        made.append(line)
        line += 1 + sum(len(BREAK.findall(cell)) for cell in cells if "\n" in cell or "\r" in cell)
    return made


def _sheets(file: File) -> Iterator[SheetRows]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(file.path))
        computed = _formulas(file)
        for number, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_name(name)
            cells = [[_as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            _fill_merged(cells, sheet.merged_cell_ranges)
            places = computed.get(number, frozenset())
            for row, column in places:
                if row <= len(cells) and column < len(cells[row - 1]):
                    cells[row - 1][column] = ""
            if cells:
                yield SheetRows(file, name, cells, formulas=places)
    except (CalamineError, OSError, zipfile.BadZipFile) as fault:
        raise DataError(
            f"{file.shown}: the workbook is damaged ({type(fault).__name__}). Export it again."
        ) from fault


def _fill_merged(
    cells: list[list[str]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]] | None
) -> None:
    """Give every row of a merged cell of one column its value: a formatted report writes the name of a group once."""
    for (top, left), (bottom, right) in ranges or ():
        if left == right:
            for row in range(top + 1, min(bottom + 1, len(cells))):
                if left < len(cells[row]) and not cells[row][left]:
                    cells[row][left] = cells[top][left]


def _formulas(file: File) -> dict[int, frozenset[tuple[int, int]]]:
    """The places of all formulas, by the number of their sheet."""
    with zipfile.ZipFile(file.path) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        names.sort(key=lambda name: int(re.sub(r"\D", "", name)))
        return {
            number: frozenset(
                (int(row), _column(letters)) for letters, row in FORMULA.findall(archive.read(name))
            )
            for number, name in enumerate(names)
        }


def _column(letters: bytes) -> int:
    """Place of a column from 0: A is 0, AA is 26."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def _as_text(value: object) -> str:
    """Write a cell of a workbook as an export in text would have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip() if value is not None else ""
