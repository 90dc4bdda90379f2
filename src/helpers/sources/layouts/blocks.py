"""Several tables in one text, each below lines that begin with # and set apart by blank lines: every table for itself.

A table keeps the comment lines above it, and those of the beginning of the file, which name account and period. Tables may stand
anywhere in the file; those without rows are named and left aside where another has some.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.errors import DataError
from helpers.sources import rows as plain
from helpers.sources.batches import ROWS, Aside, Batch, Row, Rows
from helpers.sources.opening import File
from helpers.sources.rows import SEPARATORS

if TYPE_CHECKING:
    from helpers.sources.mapping import Map

COMMENT = "#"
NAMED = 4  # heads that a message names


@dataclass(frozen=True)
class Block:
    """One table of a text: the comment lines above it, then its heads and rows, each with its line."""

    above: list[Row]
    rows: list[Row]

    @property
    def lines(self) -> tuple[int, int]:
        """Its first and last line, comments left aside."""
        return self.rows[0][0], self.rows[-1][0]

    @property
    def heads(self) -> str:
        """Its first heads, for a message."""
        names = [cell.strip() for cell in self.rows[0][1] if cell.strip()]
        return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")


@dataclass(frozen=True)
class BlockRows:
    """The rows of one table of a text, below its comment lines."""

    file: File
    separator: str
    cells: list[Row] = field(hash=False, repr=False)
    aside: Aside = field(hash=False, repr=False, default_factory=Aside)
    part: str = ""
    unit: str = "line"

    @property
    def place(self) -> str:
        """What a message calls it."""
        return f"{self.file.shown}, {self.part}" if self.part else self.file.shown

    def batches(self) -> Iterator[Batch]:
        """Give all rows with their lines."""
        for at in range(0, len(self.cells), ROWS):
            some = self.cells[at : at + ROWS]
            yield Batch([line for line, _ in some], [cells for _, cells in some])


_last: tuple[File, list[Rows]] | None = None


def rows(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give the tables of each text that begins with a comment line."""
    return [one for file in files if file.kind == "text" for one in _known(file)]


def _known(file: File) -> list[Rows]:
    """The tables of a file; the last one is kept, as many maps are tried on it."""
    global _last
    if _last is None or _last[0] != file:
        _last = (file, [one for separator in SEPARATORS for one in _tables(file, separator)])
    return _last[1]


def _tables(file: File, separator: str) -> list[Rows]:
    found = blocks(file, separator)
    filled = [one for one in found if len(one.rows) > 1] or found
    empty = [one for one in found if one not in filled]
    known = tuple((*one.lines, one.heads) for one in filled)
    notes = [f"the table in line {one.lines[0]:,} ({one.heads}) has no rows" for one in empty]
    return [
        BlockRows(
            file,
            separator,
            [*one.above, *one.rows],
            Aside(notes=notes if one is filled[0] else [], tables=known),
        )
        for one in filled
    ]


def blocks(file: File, separator: str) -> list[Block]:
    """Return the tables of a text, none where it does not begin with a comment line or cannot be read so."""
    with file.text() as text:
        if not text.readline().lstrip('\ufeff"').startswith(COMMENT):
            return []
    begins: list[Row] = []  # the comment lines that the file begins with
    above: list[Row] = []  # those since the last table
    inside: list[Row] = []
    made: list[Block] = []
    try:
        for batch in plain.TextRows(file, separator).batches():
            for line, cells in zip(batch.lines, batch.as_rows(), strict=True):
                first = next((cell for cell in cells if cell.strip()), "")
                # in a table, a name may begin so too
                is_comment = first.strip().startswith(COMMENT) and (
                    not inside or sum(bool(cell.strip()) for cell in cells) == 1
                )
                if first and not is_comment:
                    inside.append((line, cells))
                    continue
                if inside:
                    made.append(_block(begins, above, inside, is_first=not made))
                    begins, above, inside = begins or above, [], []
                if is_comment:
                    above.append((line, cells))
    except DataError:  # of another separator
        return []
    if inside:
        made.append(_block(begins, above, inside, is_first=not made))
    return made


def _block(begins: list[Row], above: list[Row], inside: list[Row], *, is_first: bool) -> Block:
    return Block(above if is_first else [*begins, *above], inside)
