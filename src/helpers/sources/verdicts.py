"""Why a row of a table is left out: a total, the heads again, a line under the table; or nothing, and then it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import DataError
from helpers.sources import dates
from helpers.sources.batches import Row
from helpers.sources.grids import Located
from helpers.sources.mapping import DATED, Field
from helpers.sources.words import PART, fold, head

TOTALISH = r"^\W*(grand|sub|sous|total|totaux|gesamt|zwischen|summe|totaal|totais)"
TOTAL = re.compile(TOTALISH, re.IGNORECASE)
END = "end"  # the table ends before this row


@dataclass(frozen=True)
class Judge:
    """What the rows of one table are."""

    table: Located

    @cached_property
    def _key_names(self) -> list[str]:
        """The columns that every row fills."""
        chosen = self.table.map
        names = [chosen.key_column] if chosen.key_column else []
        return [name for name in (*names, *(one.name for one in chosen.required)) if name in self.table.where]

    @cached_property
    def _keys(self) -> set[int]:
        return {0, *(self.table.where[name] for name in self._key_names)}

    @cached_property
    def _sums(self) -> dict[int, frozenset[str]]:
        """Words in a column that say that their row sums others up, such as "All" in the place of a day."""
        return {
            self.table.where[one.name]: frozenset(word.lower() for word in one.sums)
            for one in self._there
            if one.sums
        }

    @cached_property
    def _there(self) -> list[Field]:
        return [one for name, one in self.table.map.columns.items() if name in self.table.where]

    def is_ordinary(self, cells: list[str]) -> bool:
        """Whether a row is one like any other at first sight: whole, named, and no total."""
        if len(cells) != len(self.table.heads) or not cells[0].strip():
            return False
        if cells[0] == self.table.heads[0] or TOTAL.match(cells[0]):
            return False
        return all(cells[place].strip() for place in self._keys) and not self._is_subtotal(cells)

    def are_ordinary(self, columns: list[pa.Array]) -> bool:
        """Whether all rows of whole columns are such ones."""
        for place in self._keys:
            if _any(pc.or_(pc.equal(columns[place], ""), pc.utf8_is_space(columns[place]))):
                return False
        for place, words in self._sums.items():
            plain = pc.utf8_lower(pc.utf8_trim_whitespace(columns[place]))
            if _any(pc.is_in(plain, value_set=pa.array(sorted(words)))):
                return False
        is_head = pc.equal(columns[0], self.table.heads[0])
        return not _any(pc.or_(is_head, pc.match_substring_regex(columns[0], TOTALISH, ignore_case=True)))

    def reason(self, row: Row, *, after_blank: bool) -> str:
        """Return why a row is left out, `END` where the table ends before it, "" where it is kept.

        Raises
        ------
        DataError : the row is shorter or longer than the heads, and nothing tells why.
        """
        line, cells = row
        table, n = self.table, len(self.table.heads)
        if not any(cell.strip() for cell in cells):
            return "blank"
        if self._are_heads(cells):
            return "the heads again"
        if self._is_total(cells):
            return "subtotal row" if _names(cells, PART) else "total row"
        is_longer = any(cell.strip() for cell in cells[n:])
        is_shorter = len(cells) < n and bool(table.rows.separator)  # in a text every row has all its cells
        if is_longer or is_shorter:
            if after_blank or self._is_footer(cells):
                return END
            raise DataError(
                f"{table.rows.place}, {table.rows.unit} {line:,}: {len(cells)} cells but the header has {n}: a comma inside an unquoted name, or a file cut off? Export it again."
            )
        if after_blank and self._is_footer(cells):
            return END
        if table.map.key_column in table.where and not self._cell(cells, table.map.key_column):
            return "summary row"
        if self._is_sum(cells):
            return "summary row"
        return "subtotal row" if len(cells) >= n and self._is_subtotal(cells) else ""

    def _are_heads(self, cells: list[str]) -> bool:
        """Whether a row repeats the heads, word for word or as they are compared."""
        heads = self.table.heads
        return [cell.strip() for cell in cells] == heads or [
            head(cell) for cell in cells[: len(heads)]
        ] == list(map(head, heads))

    def _cell(self, cells: list[str], name: str) -> str:
        place = self.table.where.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def _is_subtotal(self, cells: list[str]) -> bool:
        """Whether a cell says that its row sums others up."""
        return any(cells[place].strip().lower() in words for place, words in self._sums.items())

    def _is_footer(self, cells: list[str]) -> bool:
        """A line under the table: hardly a cell filled, and none of those that every row has."""
        filled = sum(bool(cell.strip()) for cell in cells)
        is_lacking = not all(self._cell(cells, name) for name in self._key_names)
        return is_lacking and filled <= max(2, len(self.table.heads) // 3)

    def _is_total(self, cells: list[str]) -> bool:
        """Whether a row calls itself a total; a name such as "Total" beside a day is a name."""
        if not _names(cells, self.table.map.total_pattern):
            return False
        days = (self._cell(cells, one.name) for one in self._there if one.required and one.type in DATED)
        return not any(map(_is_day, days))

    def _is_sum(self, cells: list[str]) -> bool:
        """A row of numbers without any name: a sum that says nothing of itself."""
        numbers = [self._cell(cells, one.name) for one in self._there if one.is_number]
        words = [self._cell(cells, one.name) for one in self._there if not one.is_number]
        return bool(words) and not any(words) and any(numbers)


def _any(truths: pa.Array) -> bool:
    return bool(pc.any(truths).as_py())


def _names(cells: list[str], pattern: str) -> bool:
    """Whether the first filled cell, or the last of a row that begins with an empty one, says so."""
    filled = [fold(cell) for cell in cells if cell.strip()]
    ends: Iterable[str] = filled[:1] if cells[0].strip() else (filled[0], filled[-1])
    return any(re.fullmatch(pattern, one) for one in ends)


def _is_day(cell: str) -> bool:
    if not cell:
        return False
    return bool(dates.moment(cell, "dmy") or dates.moment(cell, "mdy") or dates.period(cell))
