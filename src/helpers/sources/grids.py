"""Where the table stands in a file: the line of its heads, its columns, and its rows without totals, repeats and footers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from helpers.errors import DataError
from helpers.sources import dates
from helpers.sources.mapping import Field, Map
from helpers.sources.rows import Row, Rows
from helpers.sources.words import currency_in, fold, head

BLOCK = 50_000  # rows read at once
SEARCHED = 200  # lines among which the heads are looked for
ENDS_IN_EXCEL = 1_048_576


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
            raise DataError(f"{self.rows.place}: its heads name several currencies ({', '.join(sorted(found))}). Export one account at a time.")
        return next(iter(found), "")

    @property
    def unused(self) -> list[str]:
        """Heads of the file that the map does not read."""
        used = {*self.where.values(), *(place for places in self.many.values() for place, _ in places)}
        return [name for place, name in enumerate(self.heads) if place not in used and name.strip()]

    @property
    def score(self) -> tuple[int, int, float]:
        """How well the map fits: marks of the export found, columns found, share of the heads that it reads."""
        start = " ".join(fold(cell) for _, cells in self.before for cell in cells) + " " + fold(getattr(self.rows, "sheet", ""))
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


def locate(chosen: Map, rows: Rows, begin: list[Row]) -> Located | Missed:
    """Find the line of the heads among the first rows of a file: the first that has every required column."""
    best = Missed(chosen, 0, chosen.required, 0)
    passed = not chosen.section
    if chosen.sheet and getattr(rows, "sheet", chosen.sheet) != chosen.sheet:
        return best
    for at, (line, cells) in enumerate(begin):
        if not passed:
            passed = any(re.search(chosen.section, cell) for cell in cells)
            continue
        heads = _heads(chosen, begin, at)
        if heads is None:
            continue
        where, many = _places(chosen, heads)
        lacks = tuple(one for one in chosen.required if one.name not in where and one.name not in many)
        if not lacks:
            return Located(chosen, rows, line + chosen.header_rows - 1, heads, where, many, begin[:at])
        n_found = len(chosen.required) - len(lacks)
        if n_found > best.n_found:
            best = Missed(chosen, line, lacks, n_found)
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


def _places(chosen: Map, heads: list[str]) -> tuple[dict[str, int], dict[str, list[tuple[int, str]]]]:
    folded: dict[str, list[int]] = {}
    for place, name in enumerate(heads):
        folded.setdefault(head(name), []).append(place)
    where, many, taken = {}, {}, set()
    for one in chosen.columns.values():
        for name in one.heads:
            places = folded.get(name, [])
            if len(places) >= one.occurrence:
                where[one.name] = places[one.occurrence - 1]
                taken.add(places[one.occurrence - 1])
                break
    for one in chosen.columns.values():
        if one.like:
            found = [
                (place, match["key"]) for place, name in enumerate(heads) if place not in taken and (match := re.search(one.like, name.strip()))
            ]
            if found:
                many[one.name] = found
    return where, many


@dataclass
class Block:
    """Rows of a table, column by column: the line of each row and the cells of each place."""

    lines: np.ndarray
    columns: list[tuple[str, ...]]


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

    def __iter__(self) -> Iterator[Block]:
        """Give the rows of the table in blocks; stop where the table ends, and account for what follows."""
        source = iter(self.table.rows)
        for line, _ in source:
            if line >= self.table.header_line:
                break
        ended = after_blank = False
        while batch := list(islice(source, BLOCK)):
            self.last_line = batch[-1][0]
            kept = []
            if not ended:
                if self._is_plain(batch):
                    kept = batch
                else:
                    for row in batch:
                        if ended:
                            self._leave(row, "after the end of the table")
                            continue
                        reason = self._verdict(row, after_blank)
                        if reason == "end":
                            ended = True
                            self._leave(row, "after the end of the table")
                        elif reason:
                            after_blank = reason == "blank" or after_blank
                            self._leave(row, reason)
                        else:
                            kept.append(row)
            else:
                for row in batch:
                    self._leave(row, "after the end of the table")
            if kept:
                self._refuse_formulas(kept)
                self.n_rows += len(kept)
                n = len(self.table.heads)
                cells = [row[1] if len(row[1]) == n else _fitted(row[1], n) for row in kept]
                yield Block(np.array([row[0] for row in kept]), list(zip(*cells, strict=True)))

    def _refuse_formulas(self, kept: list[Row]) -> None:
        """A row of an export holds values; a formula may show an old one."""
        computed = getattr(self.table.rows, "formulas", frozenset())
        used = {*self.table.where.values(), *(place for places in self.table.many.values() for place, _ in places)}
        for line, _ in kept if computed else ():
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

    def _is_plain(self, batch: list[Row]) -> bool:
        """Whether all rows are ordinary ones, so that none has to be looked at alone."""
        n = len(self.table.heads)
        if any(len(row[1]) != n for row in batch):
            return False
        watched = {0, *(self.table.where[name] for name in self._key_names())}
        first = self.table.heads[0]
        for place in watched:
            cells = {row[1][place] for row in batch} if place else {row[1][0] for row in batch}
            if any(not cell.strip() or (place == 0 and (cell == first or _TOTALISH.match(cell))) for cell in cells):
                return False
        return True

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
        if [head(cell) for cell in cells[:n]] == [head(name) for name in table.heads] or _repeats(cells, table.heads):
            return "the heads again"
        is_total = self._is_total(cells)
        if is_total:
            return "total row"
        if len(cells) > n and any(cell.strip() for cell in cells[n:]) or len(cells) < n and not self._is_sheet():
            if after_blank or self._is_footer(cells):
                return "end"
            raise DataError(
                f"{table.rows.place}, {table.rows.unit} {line:,}: {len(cells)} cells but the header has {n}: a comma inside an unquoted name, or a file cut off? Export it again."
            )
        if after_blank and self._is_footer(cells):
            return "end"
        if table.map.key_column and self._cell(cells, table.map.key_column) == "":
            return "summary row"
        return "summary row" if self._is_sum(cells) else ""

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
        filled = [cell for cell in cells if cell.strip()]
        pattern = re.compile(self.table.map.total_pattern)
        named = pattern.fullmatch(fold(filled[0])) or (not cells[0].strip() and pattern.fullmatch(fold(filled[-1])))
        if not named:
            return False
        for one in self.table.map.columns.values():  # a name such as "Total" beside a day is a name
            cell = self._cell(cells, one.name)
            if one.required and one.type in ("date", "datetime") and cell and (dates.moment(cell, "dmy") or dates.moment(cell, "mdy")):
                return False
        return True

    def _is_sum(self, cells: list[str]) -> bool:
        """A row of numbers without any name: a sum that says nothing of itself."""
        words = [name for name, one in self.table.map.columns.items() if name in self.table.where and not one.is_number]
        numbers = [name for name, one in self.table.map.columns.items() if name in self.table.where and one.is_number]
        return len(words) > 0 and not any(self._cell(cells, name) for name in words) and any(self._cell(cells, name) for name in numbers)


_TOTALISH = re.compile(r"\W*(grand|sub|sous|total|totaux|gesamt|zwischen|summe|totaal|totais)", re.IGNORECASE)


def _fitted(cells: list[str], n: int) -> list[str]:
    return cells[:n] if len(cells) > n else [*cells, *[""] * (n - len(cells))]


def _repeats(cells: list[str], heads: list[str]) -> bool:
    return len(cells) == len(heads) and all(cell.strip() == name for cell, name in zip(cells, heads, strict=True))
