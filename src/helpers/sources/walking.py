"""The rows of a table, block by block, without totals, repeated heads and footers; each that is left out is accounted for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pyarrow as pa

from helpers.errors import DataError
from helpers.sources.batches import Batch, Row
from helpers.sources.grids import Located
from helpers.sources.verdicts import END, Judge


@dataclass
class Block:
    """Rows of a table, column by column: the line of each row and the cells of each place."""

    lines: np.ndarray
    columns: list[pa.Array]


@dataclass
class Walk:
    """One way through the rows of a table, with what was left out on the way.

    `left` counts rows by reason; `named` keeps the first lines of each; `totals` the rows that sum others up.
    """

    table: Located
    left: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[int]] = field(default_factory=dict)
    totals: list[Row] = field(default_factory=list)
    n_rows: int = 0
    ended: bool = False
    after_blank: bool = False

    @cached_property
    def judge(self) -> Judge:
        """Says which rows are left out."""
        return Judge(self.table)

    def __iter__(self) -> Iterator[Block]:
        """Give the rows of the table in blocks; stop where the table ends, and account for what follows."""
        self.ended = self.after_blank = False
        for batch in self.table.rows.batches():
            begun = self._begin(batch.lines)
            if begun == len(batch.lines):
                continue
            lines, columns = batch.lines[begun:], None if self.ended else self._plain(batch, begun)
            if columns is None:
                lines, columns = self._kept(zip(lines, batch.as_rows()[begun:], strict=True))
            if len(lines):
                self._refuse_formulas(lines)
                self.n_rows += len(lines)
                yield Block(np.fromiter(lines, dtype=np.int64, count=len(lines)), columns)

    def _begin(self, lines: Sequence[int]) -> int:
        """The place of the first row below the heads."""
        header = self.table.header_line
        if lines[0] > header:
            return 0
        return next((at for at, line in enumerate(lines) if line > header), len(lines))

    def _plain(self, batch: Batch, begun: int) -> list[pa.Array] | None:
        """The columns of rows that are all ordinary ones; None where some row has to be looked at alone."""
        n = len(self.table.heads)
        if batch.columns is not None:
            columns = [one.slice(begun) for one in batch.columns]
            if len(columns) != n:
                return None
        else:
            rows = (batch.rows or [])[begun:]
            if set(map(len, rows)) != {n}:
                return None
            columns = [pa.array(one, pa.string()) for one in zip(*rows, strict=True)]
        return columns if self.judge.are_ordinary(columns) else None

    def _kept(self, rows: Iterator[Row]) -> tuple[list[int], list[pa.Array]]:
        """The lines and columns of the rows that are kept, each looked at alone."""
        n = len(self.table.heads)
        kept = [row for row in rows if self._keeps(row)]
        columns = zip(*(_fitted(cells, n) for _, cells in kept), strict=True)
        return [line for line, _ in kept], [pa.array(one, pa.string()) for one in columns]

    def _keeps(self, row: Row) -> bool:
        """Say whether a row is kept, and account for it where it is not."""
        if not self.ended and self.judge.is_ordinary(row[1]):
            return True
        reason = END if self.ended else self.judge.reason(row, after_blank=self.after_blank)
        if reason == END:
            self.ended, reason = True, "after the end of the table"
        self.after_blank = self.after_blank or reason == "blank"
        if reason:
            self._leave(row, reason)
        return not reason

    def _leave(self, row: Row, reason: str) -> None:
        line, cells = row
        if not any(cell.strip() for cell in cells):
            return
        self.left[reason] = self.left.get(reason, 0) + 1
        if len(lines := self.named.setdefault(reason, [])) < 5:
            lines.append(line)
        if reason in ("total row", "summary row"):
            self.totals.append(row)

    def _refuse_formulas(self, lines: Sequence[int]) -> None:
        """A row of an export holds values; a formula may show an old one."""
        computed = getattr(self.table.rows, "formulas", frozenset())
        used = sorted(self.table.used)
        for line in lines if computed else ():
            for place in used:
                if (line, place) in computed:
                    raise DataError(
                        f"{self.table.rows.place}, row {line:,}: the cell under '{self.table.heads[place]}' is a formula, and an export holds values. Export it again, or paste the values over the formulas."
                    )


def _fitted(cells: list[str], n: int) -> list[str]:
    return cells[:n] if len(cells) > n else [*cells, *[""] * (n - len(cells))]
