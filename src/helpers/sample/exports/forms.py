"""The forms in which tools write numbers, days, tables, workbooks and archives.

Nothing depends on the clock or the machine: the same rows give the same bytes.
"""

from __future__ import annotations

import csv
import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import xlsxwriter

FRENCH_MONTHS = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip
NARROW = "\u202f"  # between thousands in French
Columns = Mapping[str, Callable[[Any], Any]]  # head of a column -> its cell, from a row of a frame


def lines(frame: pd.DataFrame, columns: Columns) -> list[list]:
    """Heads, then one line of cells a row of the frame."""
    cells = columns.values()
    return [list(columns), *([cell(row) for cell in cells] for row in frame.itertuples(index=False))]


def table(
    rows: Iterable[Iterable], *, separator: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    """Rows of cells as the text of a CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


def french(value: float, decimals: int = 2) -> str:
    """A number with a decimal comma and narrow spaces between thousands."""
    return f"{value:,.{decimals}f}".replace(",", NARROW).replace(".", ",")


def english(value: float, decimals: int = 2) -> str:
    """A number with a decimal point and commas between thousands."""
    return f"{value:,.{decimals}f}"


def comma(value: float, decimals: int = 2) -> str:
    """A number with a decimal comma and nothing between thousands; empty where there is none."""
    return "" if pd.isna(value) else f"{value:.{decimals}f}".replace(".", ",")


def percent(part: float, whole: float, *, none: str = "--") -> str:
    """A ratio as 4.00%, or what the tool writes where there is none."""
    return f"{part / whole:.2%}" if whole else none


def whole(value: Any, *, none: str = "") -> str:
    """A count without decimals, or what the tool writes where there is none."""
    return none if pd.isna(value) else str(int(value))


def us_day(day: datetime) -> str:
    """A day as 9/1/2026."""
    return f"{day.month}/{day.day}/{day.year}"


def us_words(day: datetime) -> str:
    """A day as September 1, 2026."""
    return f"{day:%B} {day.day}, {day.year}"


def us_clock(at: datetime) -> str:
    """A time of the day as 9:05 PM."""
    return f"{at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}"


def day_or_none(value: Any, form: str) -> str:
    """A day in the form given; empty where there is none."""
    return "" if pd.isna(value) else f"{pd.Timestamp(value):{form}}"


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (2026, 10, 2, 8, 4, 0))
            packed.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def tarball(files: Mapping[str, str], *, encoding: str) -> bytes:
    """A tar.gz of these texts."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as packed:
        for name, content in files.items():
            body = content.encode(encoding)
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            packed.addfile(entry, io.BytesIO(body))
    return squeezed(made.getvalue())


def squeezed(content: bytes) -> bytes:
    """A gzip of these bytes, without the time of day that gzip would write."""
    return gzip.compress(content, mtime=0)


def workbook(sheets: Mapping[str, Sequence[Sequence]], *, merged: Mapping[str, Sequence[tuple]] | None = None) -> bytes:  # fmt: skip
    """An XLSX with these sheets of cells; `merged` names ranges (row, column, last row, last column, value) of a sheet.

    Days become days of Excel; None leaves a cell empty.
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        book.set_properties({"created": datetime(2026, 10, 2, 8, 4)})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(number, column, cell)
            for *place, value in (merged or {}).get(name, ()):
                sheet.merge_range(*place, value)
    return made.getvalue()
