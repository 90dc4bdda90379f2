"""Where the table stands in a file: the line of its heads, its columns, and its rows without totals, repeats and footers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from helpers.errors import DataError
from helpers.sources import dates
from helpers.sources.mapping import DATED, Field, Map
from helpers.sources.rows import Batch, Row, Rows
from helpers.sources.words import PART, currency_in, fold, head

SEARCHED = 200  # lines among which the heads are looked for


@dataclass(frozen=True)
class Located:
    """A table found in a file. `where` gives the place of each field's column, `many` those of a melted field with their keys."""

    map: Map
    rows: Rows
    header_line: int
    heads: list[str]
    where: dict[str, int]
    many: dict[str, list[tuple[int, str]]]
    before: list[Row] = field(repr=False, default_factory=list)

    @property
    def currency(self) -> str:
        """The currency that the heads of money columns name, "" where none does.

        Raises
        ------
        DataError : two of them name different ones.
        """
        found = {
            currency_in(self.heads[place]): self.heads[place]
            for name, place in self.where.items()
            if self.map.columns[name].type == "money" and currency_in(self.heads[place])
        }
        if len(found) > 1:
            raise DataError(
                f"{self.rows.place}: its heads name several currencies ({', '.join(sorted(found))}). Export one account at a time."
            )
        return next(iter(found), "")

    @property
    def unused(self) -> list[str]:
        """Heads of the file that the map does not read."""
        used = {*self.where.values(), *(place for places in self.many.values() for place, _ in places)}
        return [name for place, name in enumerate(self.heads) if place not in used and name.strip()]

    @property
    def score(self) -> tuple[int, int, float]:
        """How well the map fits: marks of the export found, columns found, share of the heads that it reads."""
        above = " ".join(fold(cell) for _, cells in self.before for cell in cells)
        start = f"{above} {fold(self.rows.place)}"  # its place holds the names of file and sheet
        marks = sum(fold(mark) in start for mark in self.map.marks)
        found = len(self.where) + len(self.many)
        return marks, found, found / max(len([name for name in self.heads if name.strip()]), 1)


@dataclass(frozen=True)
class Missed:
    """No table found: the closest line, and the columns that it lacks."""

    map: Map
    line: int
    lacks: tuple[Field, ...]
    n_found: int
    heads: tuple[str, ...] = ()


def locate(chosen: Map, rows: Rows, begin: list[Row]) -> Located | Missed:
    """Find the line of the heads among the first rows of a file: the first that has every required column."""
    best = Missed(chosen, 0, chosen.required, 0)
    passed = not chosen.section
    never = {head(name) for name in chosen.without}
    if chosen.sheet and getattr(rows, "sheet", chosen.sheet) != chosen.sheet:
        return best
    for at, (line, cells) in enumerate(begin):
        if not passed:
            passed = any(re.search(chosen.section, cell) for cell in cells)
            continue
        heads = _heads(chosen, begin, at)
        if heads is None:
            continue
        folded = list(map(head, heads))
        if (chosen.telling and chosen.telling.isdisjoint(folded)) or not never.isdisjoint(folded):
            continue
        where, many = _places(chosen, heads, folded)
        there = where.keys() | many.keys()
        lacks = tuple(one for one in chosen.required if there.isdisjoint((one.name, *one.instead)))
        if not lacks:
            return Located(chosen, rows, line + chosen.header_rows - 1, heads, where, many, begin[:at])
        n_found = len(chosen.required) - len(lacks)
        if n_found > best.n_found:
            best = Missed(chosen, line, lacks, n_found, tuple(heads))
    return best


def _heads(chosen: Map, begin: list[Row], at: int) -> list[str] | None:
    """Return the heads of a table that begins here, two rows of them joined where the map says so."""
    cells = [cell.strip() for cell in begin[at][1]]
    while cells and not cells[-1]:  # commas that only pad
        cells.pop()
    if chosen.header_rows == 1:
        return cells or None
    if at + chosen.header_rows > len(begin):
        return None
    levels = [[cell.strip() for cell in begin[at + k][1]] for k in range(chosen.header_rows)]
    n = max(map(len, levels))
    joined = []
    for place in range(n):
        parts = [level[place] for level in levels if place < len(level) and level[place]]
        joined.append(" / ".join(dict.fromkeys(parts)))
    return joined if any(joined) else None


def _places(
    chosen: Map, heads: list[str], folded: list[str]
) -> tuple[dict[str, int], dict[str, list[tuple[int, str]]]]:
    """Find the columns of a map by their heads, `folded` as they are compared, then by their patterns."""
    known: dict[str, list[int]] = {}
    for place, name in enumerate(folded):
        known.setdefault(name, []).append(place)
    where, many, taken = {}, {}, set()
    for one in chosen.columns.values():
        for name in one.heads:
            places = known.get(name, [])
            if len(places) >= one.occurrence:
                where[one.name] = places[one.occurrence - 1]
                taken.add(places[one.occurrence - 1])
                break
    # a pattern for one column takes the first that fits before those for many see it
    for one in sorted(chosen.columns.values(), key=lambda one: one.melts):
        if not one.like or one.name in where:
            continue
        found = [
            (place, match.groupdict().get("key", ""))
            for place, name in enumerate(heads)
            if place not in taken and (match := re.search(one.like, name.strip()))
        ]
        if found and one.melts:
            many[one.name] = found
        elif found:
            where[one.name] = found[0][0]
            taken.add(found[0][0])
    return where, many


@dataclass
class Block:
    """Rows of a table, column by column: the line of each row and the cells of each place."""

    lines: np.ndarray
    columns: list[pa.Array]


@dataclass
class Walk:
    """One way through the rows of a table, block by block, with what was left out on the way.

    `left` counts rows by reason; `named` keeps the first lines of each; `totals` the rows that sum others up.
    """

    table: Located
    left: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[int]] = field(default_factory=dict)
    totals: list[Row] = field(default_factory=list)
    n_rows: int = 0
    last_line: int = 0
    ended: bool = False
    after_blank: bool = False
    _keys: set[int] = field(default_factory=set)
    _sums: dict[int, frozenset[str]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Block]:
        """Give the rows of the table in blocks; stop where the table ends, and account for what follows."""
        header, n = self.table.header_line, len(self.table.heads)
        self.ended = self.after_blank = False
        self._keys = {0, *(self.table.where[name] for name in self._key_names())}
        self._sums = {
            self.table.where[name]: frozenset(word.lower() for word in one.sums)
            for name, one in self.table.map.columns.items()
            if one.sums and name in self.table.where
        }
        for batch in self.table.rows.batches():
            lines = batch.lines
            begun = (
                next((at for at, line in enumerate(lines) if line > header), len(lines))
                if lines[0] <= header
                else 0
            )
            if begun == len(lines):
                continue
            columns = self._plain(batch, begun)
            if columns is None:
                rows = list(zip(lines, batch.as_rows(), strict=True))[begun:]
                kept = [row for row in rows if self._is_ordinary(row[1]) or self._keeps(row)]
                lines = [line for line, _ in kept]
                columns = [
                    pa.array(one, pa.string())
                    for one in zip(*(_fitted(cells, n) for _, cells in kept), strict=True)
                ]
            else:
                lines = lines[begun:]
            if len(lines):
                self._refuse_formulas(lines)
                self.n_rows += len(lines)
                yield Block(np.fromiter(lines, dtype=np.int64, count=len(lines)), columns)

    def _is_ordinary(self, cells: list[str]) -> bool:
        """Whether a row is one like any other at first sight: whole, named, and no total."""
        if self.ended or len(cells) != len(self.table.heads) or not cells[0].strip():
            return False
        if cells[0] == self.table.heads[0] or TOTAL.match(cells[0]):
            return False
        return all(cells[place].strip() for place in self._keys) and not self._is_subtotal(cells)

    def _is_subtotal(self, cells: list[str]) -> bool:
        """Whether a cell says that its row sums others up, such as "All" in the place of a day."""
        return any(cells[place].strip().lower() in words for place, words in self._sums.items())

    def _keeps(self, row: Row) -> bool:
        """Say whether a row is kept, and account for it where it is not."""
        reason = "after the end of the table" if self.ended else self._verdict(row, self.after_blank)
        if reason == "end":
            self.ended, reason = True, "after the end of the table"
        self.after_blank = self.after_blank or reason == "blank"
        if reason:
            self._leave(row, reason)
        return not reason

    def _refuse_formulas(self, lines: Sequence[int]) -> None:
        """A row of an export holds values; a formula may show an old one."""
        computed = getattr(self.table.rows, "formulas", frozenset())
        used = {
            *self.table.where.values(),
            *(place for places in self.table.many.values() for place, _ in places),
        }
        for line in lines if computed else ():
            for place in sorted(used):
                if (line, place) in computed:
                    raise DataError(
                        f"{self.table.rows.place}, row {line:,}: the cell under '{self.table.heads[place]}' is a formula, and an export holds values. Export it again, or paste the values over the formulas."
                    )

    def _leave(self, row: Row, reason: str) -> None:
        line, cells = row
        if not any(cell.strip() for cell in cells):
            return
        self.left[reason] = self.left.get(reason, 0) + 1
        if len(lines := self.named.setdefault(reason, [])) < 5:
            lines.append(line)
        if reason in ("total row", "summary row"):
            self.totals.append(row)

    def _plain(self, batch: Batch, begun: int) -> list[pa.Array] | None:
        """The columns of rows that are all ordinary ones; None where some row has to be looked at alone."""
        n = len(self.table.heads)
        if self.ended:
            return None
        if batch.columns is not None:
            columns = [one.slice(begun) for one in batch.columns]
            if len(columns) != n:
                return None
        else:
            rows = (batch.rows or [])[begun:]
            if set(map(len, rows)) != {n}:
                return None
            columns = [pa.array(one, pa.string()) for one in zip(*rows, strict=True)]
        for place in self._keys:
            if pc.any(pc.or_(pc.equal(columns[place], ""), pc.utf8_is_space(columns[place]))).as_py():
                return None
        for place, words in self._sums.items():
            plain = pc.utf8_lower(pc.utf8_trim_whitespace(columns[place]))
            if pc.any(pc.is_in(plain, value_set=pa.array(sorted(words)))).as_py():
                return None
        odd = pc.or_(
            pc.equal(columns[0], self.table.heads[0]),
            pc.match_substring_regex(columns[0], TOTALISH, ignore_case=True),
        )
        return None if pc.any(odd).as_py() else columns

    def _key_names(self) -> list[str]:
        chosen = self.table.map
        names = [chosen.key_column] if chosen.key_column else []
        return [name for name in (*names, *(one.name for one in chosen.required)) if name in self.table.where]

    def _verdict(self, row: Row, after_blank: bool) -> str:
        """Why a row is left out, "end" where the table ends before it, "" where it is kept."""
        line, cells = row
        table, n = self.table, len(self.table.heads)
        filled = [cell for cell in cells if cell.strip()]
        if not filled:
            return "blank"
        if [head(cell) for cell in cells[:n]] == [head(name) for name in table.heads] or _repeats(
            cells, table.heads
        ):
            return "the heads again"
        if self._is_total(cells):
            return "subtotal row" if self._names(cells, PART) else "total row"
        if (len(cells) > n and any(cell.strip() for cell in cells[n:])) or (
            len(cells) < n and not self._is_sheet()
        ):
            if after_blank or self._is_footer(cells):
                return "end"
            raise DataError(
                f"{table.rows.place}, {table.rows.unit} {line:,}: {len(cells)} cells but the header has {n}: a comma inside an unquoted name, or a file cut off? Export it again."
            )
        if after_blank and self._is_footer(cells):
            return "end"
        if table.map.key_column in table.where and self._cell(cells, table.map.key_column) == "":
            return "summary row"
        if self._is_sum(cells):
            return "summary row"
        return "subtotal row" if len(cells) >= n and self._is_subtotal(cells) else ""

    def _is_sheet(self) -> bool:
        return not self.table.rows.separator

    def _cell(self, cells: list[str], name: str) -> str:
        place = self.table.where.get(name)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def _is_footer(self, cells: list[str]) -> bool:
        """A line under the table: hardly a cell filled, and none of those that every row has."""
        filled = sum(bool(cell.strip()) for cell in cells)
        lacking = [name for name in self._key_names() if not self._cell(cells, name)]
        return bool(lacking) and filled <= max(2, len(self.table.heads) // 3)

    def _is_total(self, cells: list[str]) -> bool:
        if not self._names(cells, self.table.map.total_pattern):
            return False
        for one in self.table.map.columns.values():  # a name such as "Total" beside a day is a name
            cell = self._cell(cells, one.name)
            if (
                one.required
                and one.type in DATED
                and cell
                and (dates.moment(cell, "dmy") or dates.moment(cell, "mdy") or dates.period(cell))
            ):
                return False
        return True

    def _names(self, cells: list[str], pattern: str) -> bool:
        """Whether the first filled cell, or the last of a row that begins with an empty one, says so."""
        filled = [fold(cell) for cell in cells if cell.strip()]
        ends = filled[:1] if cells[0].strip() else [filled[0], filled[-1]]
        return any(re.fullmatch(pattern, one) for one in ends)

    def _is_sum(self, cells: list[str]) -> bool:
        """A row of numbers without any name: a sum that says nothing of itself."""
        words = [
            name
            for name, one in self.table.map.columns.items()
            if name in self.table.where and not one.is_number
        ]
        numbers = [
            name for name, one in self.table.map.columns.items() if name in self.table.where and one.is_number
        ]
        return (
            len(words) > 0
            and not any(self._cell(cells, name) for name in words)
            and any(self._cell(cells, name) for name in numbers)
        )


TOTALISH = r"^\W*(grand|sub|sous|total|totaux|gesamt|zwischen|summe|totaal|totais)"
TOTAL = re.compile(TOTALISH, re.IGNORECASE)


def _fitted(cells: list[str], n: int) -> list[str]:
    return cells[:n] if len(cells) > n else [*cells, *[""] * (n - len(cells))]


def _repeats(cells: list[str], heads: list[str]) -> bool:
    return len(cells) == len(heads) and all(
        cell.strip() == name for cell, name in zip(cells, heads, strict=True)
    )
