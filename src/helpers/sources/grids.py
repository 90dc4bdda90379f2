"""Where the table stands in a file: the line of its heads and the places of its columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from helpers.errors import DataError
from helpers.sources.batches import Row, Rows
from helpers.sources.mapping import Field, Map
from helpers.sources.words import currency_in, fold, head

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
    def used(self) -> set[int]:
        """The places of the columns that the map reads."""
        return {*self.where.values(), *(place for places in self.many.values() for place, _ in places)}

    @property
    def unused(self) -> list[str]:
        """Heads of the file that the map does not read."""
        used = self.used
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
