"""Rows of cells with their line numbers, from a text or a sheet of a workbook; they can be gone through again and again."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice

from helpers.errors import DataError
from helpers.sources.opening import File, lines

SEPARATORS = (",", ";", "\t", "|")
FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[ >/]')
Row = tuple[int, list[str]]


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

    def __iter__(self) -> Iterator[Row]:
        """Give (line, cells); a row that runs over several lines has the number of its first."""
        quoting = csv.QUOTE_MINIMAL if self.quoted else csv.QUOTE_NONE
        with self.file.text() as text:
            reader = csv.reader(lines(text, self.file.shown), delimiter=self.separator, quoting=quoting, strict=self.quoted)
            before = 0
            while True:
                try:
                    for cells in reader:
                        yield before + 1, cells
                        before = reader.line_num
                    return
                except csv.Error as fault:
                    raise DataError(self._broken(str(fault), before + 1)) from fault

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

    def __iter__(self) -> Iterator[Row]:
        """Give (row, cells)."""
        yield from enumerate(self.cells, start=self.first)


Rows = TextRows | SheetRows


def sources(file: File) -> list[Rows]:
    """Give every way to see a file as rows: a text under each separator, a workbook sheet by sheet."""
    if file.kind == "workbook":
        return list(_sheets(file))
    return [TextRows(file, separator) for separator in SEPARATORS]


def start(rows: Rows, n: int = 200) -> list[Row]:
    """Give the first rows; where a later line breaks the reader, those before it."""
    made: list[Row] = []
    try:
        made.extend(islice(iter(rows), n))
    except DataError:
        if not made:
            made = []
    return made


def _sheets(file: File) -> Iterator[SheetRows]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(file.path))
        computed = _formulas(file)
        for number, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_name(name)
            cells = [[_as_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            places = computed.get(number, frozenset())
            for row, column in places:
                if row <= len(cells) and column < len(cells[row - 1]):
                    cells[row - 1][column] = ""
            if cells:
                yield SheetRows(file, name, cells, formulas=places)
    except (CalamineError, OSError, zipfile.BadZipFile) as fault:
        raise DataError(f"{file.shown}: the workbook is damaged ({type(fault).__name__}). Export it again.") from fault


def _formulas(file: File) -> dict[int, frozenset[tuple[int, int]]]:
    """The places of all formulas, by the number of their sheet."""
    with zipfile.ZipFile(file.path) as archive:
        names = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
        names.sort(key=lambda name: int(re.sub(r"\D", "", name)))
        return {
            number: frozenset((int(row), _column(letters)) for letters, row in FORMULA.findall(archive.read(name)))
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
