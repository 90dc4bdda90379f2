"""Tables of an Adobe Workspace project: stacked in one text, with two rows of heads, the first row their total.

The dimensions have no head: the total row names the first, and further ones (breakdowns) are told by their cells. Metrics stand in
the upper row of heads; where the lower one narrows them down, to a device or a segment, they are parts of the columns for all visits
and are read only where there are no such columns and they are devices. Rows that sum up a breakdown are left aside, and so is a table
that says in less detail what another table of the file says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.errors import DataError
from helpers.sources import dates
from helpers.sources.batches import Aside, Batch, Row, Rows
from helpers.sources.layouts.blocks import Block, BlockRows, blocks
from helpers.sources.opening import File
from helpers.sources.rows import SEPARATORS
from helpers.sources.words import fold

if TYPE_CHECKING:
    from helpers.sources.mapping import Map

DAY, DEVICE, CHANNEL, OTHER = "Day", "Mobile Device Type", "Marketing Channel", "Breakdown"
DEVICES = {
    *(
        "mobile phone",
        "tablet",
        "desktop",
        "other",
        "mobile",
        "media player",
        "gaming console",
        "set-top box",
        "television",
        "e-reader",
    ),
    *("telephone mobile", "telephone portable", "tablette", "ordinateur", "autre"),
}
SEGMENTS = {"segments", "segment"}
RATE = re.compile(r"\brate\b|\btaux\b|%")
MOST_CHANNELS = 25  # marketing channels that a report suite may have
VISIBLE, MOST_ITEMS = 400, 50_000  # rows of a download of a table, and of a download of its items


@dataclass(frozen=True)
class WorkspaceRows(BlockRows):
    """The rows of one table, or of its columns for one device; `broken` says which row has too many cells or too few."""

    broken: str = field(default="", hash=False)

    def batches(self) -> Iterator[Batch]:
        """Give all rows up to the one that is broken."""
        yield from super().batches()
        if self.broken:
            raise DataError(self.broken)


_last: tuple[File, list[Rows]] | None = None


def rows(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give the tables of each project; of a table, the columns for all visits and those for each device apart."""
    return [one for file in files if file.kind == "text" for one in _known(file)]


def _known(file: File) -> list[Rows]:
    global _last
    if _last is None or _last[0] != file:
        _last = (file, [one for separator in SEPARATORS for one in _tables(file, separator)])
    return _last[1]


def _tables(file: File, separator: str) -> list[Rows]:
    taken_apart = [_table(file, one) for one in blocks(file, separator) if _is_table(one)]
    found = [one for one in taken_apart if OTHER not in one.names]
    if not found:
        if not (one := next((one for one in taken_apart if one.leaves), None)):
            return []
        line, dims, _ = one.leaves[0]
        raise DataError(
            f"{file.shown}, line {line:,}: the breakdown '{dims[one.names.index(OTHER)][:40]}' … is neither days, devices nor marketing channels, and its dimension has no head. Put that dimension first in the table, or leave it out."
        )
    coarse = [one for one in found if any(one.says_less_than(other) for other in found)]
    known = tuple((*one.block.lines, one.title) for one in taken_apart if one not in coarse)
    for one in coarse:
        found[0].aside.notes.append(
            f"the table in line {one.block.lines[0]:,} ({one.title}) says in less detail what another one does, and was not read"
        )
    made = []
    for one in found:
        one.aside.tables = known
        if one not in coarse:
            made += _rows(file, separator, one)
    return made


def _n_heads(block: Block) -> int:
    """How many rows of heads a table has: those that begin with an empty cell."""
    return next((at for at, (_, cells) in enumerate(block.rows) if cells[0].strip()), len(block.rows))


def _is_table(block: Block) -> bool:
    return 0 < _n_heads(block) < len(block.rows)


@dataclass(frozen=True)
class _Table:
    """A table taken apart: the heads of its dimensions, its columns by what narrows them down, its total and its rows."""

    block: Block
    names: list[str]
    groups: dict[str, list[tuple[str, int]]]
    head_line: int
    total: Row
    leaves: list[tuple[int, list[str], list[str]]]
    aside: Aside
    broken: str

    @property
    def title(self) -> str:
        """What a message calls it."""
        return f"{' and '.join(self.names)}: {', '.join(sorted(self.metrics))}"

    @property
    def metrics(self) -> set[str]:
        """What it counts; rates are worked out again."""
        return {name for some in self.groups.values() for name, _ in some if not RATE.search(fold(name))}

    def says_less_than(self, other: _Table) -> bool:
        """Whether another table of the file has all of its figures, broken down further."""
        return set(self.names) < set(other.names) and self.metrics <= other.metrics


def _table(file: File, block: Block) -> _Table:
    n_heads = _n_heads(block)
    levels = [cells for _, cells in block.rows[:n_heads]]
    width = max(len(cells) for cells in levels)
    n_dims = next(
        (at for at in range(width) if any(at < len(one) and one[at].strip() for one in levels)), width
    )
    total, body, broken = block.rows[n_heads], block.rows[n_heads + 1 :], ""
    for at, (line, cells) in enumerate(block.rows[n_heads:]):
        if len(cells) != width:
            broken = f"{file.shown}, line {line:,}: {len(cells)} cells but the heads have {width}: a comma inside an unquoted name, or a file cut off? Export it again."
            body = body[: max(at - 1, 0)]
            break
    aside = Aside(notes=_notes(body, total))
    leaves = _leaves(body, n_dims, aside)
    names = _names(total[1][:n_dims], leaves, aside)
    return _Table(
        block, names, _groups(levels, n_dims), block.rows[n_heads - 1][0], total, leaves, aside, broken
    )


def _rows(file: File, separator: str, table: _Table) -> Iterator[Rows]:
    """The columns for all visits, else those for each device apart."""
    parts = {segment for segment in table.groups if segment}
    read = {""} if "" in table.groups else {one for one in parts if fold(one) in DEVICES}
    for one in sorted(parts - read):
        table.aside.notes.append(
            f"the columns for '{one}' are a part of the visits in line {table.head_line:,}, and were not read; break the rows down by {DEVICE} for figures by device"
        )
    for segment in table.groups:
        if segment not in read:
            continue
        names, places = zip(*table.groups[segment], strict=True)
        part = [segment] if segment else []
        begin = (table.head_line, [*table.names, *([DEVICE] if segment else []), *names])
        blank = [""] * (len(table.names) - 1 + len(part))
        sums = (table.total[0], ["Total", *blank, *_picked(table.total[1], places)])
        rows = [(line, [*dims, *part, *_picked(cells, places)]) for line, dims, cells in table.leaves]
        cells = [*table.block.above, begin, sums, *rows]
        yield WorkspaceRows(file, separator, cells, table.aside, segment, broken=table.broken)


def _picked(cells: Sequence[str], places: Sequence[int]) -> list[str]:
    return [cells[place] if place < len(cells) else "" for place in places]


def _notes(body: Sequence[Row], total: Row) -> list[str]:
    made = []
    if len(body) in (VISIBLE, MOST_ITEMS):
        made.append(
            f"exactly {len(body):,} rows below the total in line {total[0]:,}: a download holds no more, so this table may be cut"
        )
    if fold(total[1][0]) in SEGMENTS:
        made.append(
            f"the rows of the table in line {total[0]:,} are segments: one visit may be in several, so they may add up to more than all visits"
        )
    return made


def _leaves(body: Sequence[Row], n_dims: int, aside: Aside) -> list[tuple[int, list[str], list[str]]]:
    """The rows that are broken down no further, with all their dimensions; those that sum others up are left aside."""
    depth = max((_depth(cells, n_dims) for _, cells in body), default=0)
    made, above = [], [""] * n_dims
    for line, cells in body:
        dims = [cell.strip() for cell in cells[:n_dims]]
        reaches = _depth(cells, n_dims)
        above = [
            own or (old if at < reaches else "")
            for at, (own, old) in enumerate(zip(dims, above, strict=True))
        ]
        if reaches < depth:
            aside.leave(line, "summary row")
        else:
            made.append((line, list(above), cells))
    return made


def _depth(cells: Sequence[str], n_dims: int) -> int:
    """How many levels of breakdown a row has: the place of its last filled dimension."""
    return max((at + 1 for at in range(n_dims) if cells[at].strip()), default=0)


def _names(
    given: Sequence[str], leaves: Sequence[tuple[int, list[str], list[str]]], aside: Aside
) -> list[str]:
    """Heads of the dimensions: as the total row says, else what their cells are."""
    names = [name.strip() for name in given]
    cells = [{dims[at] for _, dims, _ in leaves if dims[at]} for at in range(len(names))]
    for at, values in enumerate(cells):
        if not names[at] and values:
            if all(dates.day(value) for value in values):
                names[at] = DAY
            elif all(fold(value) in DEVICES for value in values):
                names[at] = DEVICE
    is_by_day = any(dates.day(value) for values in cells for value in list(values)[:1])
    for at, values in enumerate(cells):
        if not names[at]:
            names[at] = (
                CHANNEL if is_by_day and len(values) <= MOST_CHANNELS and CHANNEL not in names else OTHER
            )
            if names[at] == CHANNEL:
                shown = ", ".join(sorted(values)[:3])
                aside.notes.append(
                    f"its second dimension has no head; {shown} … are taken for marketing channels"
                )
    return names


def _groups(levels: Sequence[Sequence[str]], n_dims: int) -> dict[str, list[tuple[str, int]]]:
    """Columns by what the lower heads narrow them down to, "" for all visits: the metric and place of each."""
    made: dict[str, list[tuple[str, int]]] = {}
    for place in range(n_dims, max(map(len, levels))):
        parts = [one[place].strip() if place < len(one) else "" for one in levels]
        metric = next(filter(None, parts), "")
        narrowed = " / ".join(dict.fromkeys(part for part in parts if part and part != metric))
        if metric:
            made.setdefault(narrowed, []).append((metric, place))
    return made
