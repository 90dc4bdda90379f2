"""Rows of cells as text, with their lines: what every layout makes of a file, and what is left aside on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from helpers.sources.opening import File

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS = 50_000  # rows given at once
Row = tuple[int, list[str]]


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
