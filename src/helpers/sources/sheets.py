"""The sheets of a workbook as rows of text, with merged cells filled and computed ones empty."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from helpers.errors import DataError
from helpers.sources.batches import ROWS, Batch
from helpers.sources.opening import File

FORMULA = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*>\s*<f[ >/]')


@dataclass(frozen=True)
class SheetRows:
    """Rows of one sheet of a workbook, as text: days as 2026-09-30, numbers as they are stored.

    `formulas` are the places (row, column) of cells that are computed. They are empty here: their stored value may be old, or
    0 where the program that wrote the file computed none.
    """

    file: File
    sheet: str
    cells: list[list[str]] = field(hash=False, repr=False)
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
            yield Batch(range(at + 1, at + 1 + len(some)), some)


def sheets(file: File) -> Iterator[SheetRows]:
    """Give the sheets of a workbook that hold something.

    Raises
    ------
    DataError : the workbook is damaged.
    """
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
