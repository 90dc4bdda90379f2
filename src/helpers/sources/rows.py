"""A text as rows of cells with their lines, which can be gone through again and again; and every way to see a file as rows.

The beginning of a text is read row by row; the rest of a large one by Arrow, a few megabytes at a time and column by column,
wherever its rows are as many as its lines and all of one length. What is not goes row by row again, so that every fault has its line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.csv as arrow

from helpers.errors import DataError
from helpers.sources.batches import ROWS, Batch, Row, Rows
from helpers.sources.opening import File
from helpers.sources.sheets import sheets

SEPARATORS = (",", ";", "\t", "|")
BREAK = re.compile(r"\r\n|\r|\n")
CHUNK = 4 << 20  # characters of a text read at once


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
                is_open = not chunk.endswith("\n")  # the last line of a file may lack its end
                before += n_lines + is_open if "\n" in chunk else len(chunk.splitlines())
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
        text = io.StringIO(chunk, newline="")
        reader = csv.reader(text, delimiter=self.separator, quoting=quoting, strict=self.quoted)
        at = 0
        try:
            while rows := list(islice(reader, ROWS)):
                plain = range(before + at + 1, before + reader.line_num + 1)
                yield Batch(plain if len(plain) == len(rows) else _lines(rows, before + at), rows)
                at = reader.line_num
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


def _lines(rows: list[list[str]], before: int) -> list[int]:
    """The first line of each row where cells hold line breaks."""
    made, line = [], before + 1
    for cells in rows:
        made.append(line)
        line += 1 + sum(len(BREAK.findall(cell)) for cell in cells if "\n" in cell or "\r" in cell)
    return made


def sources(file: File) -> list[Rows]:
    """Give every way to see a file as rows: a text under each separator, a workbook sheet by sheet."""
    if file.kind == "workbook":
        return list(sheets(file))
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
