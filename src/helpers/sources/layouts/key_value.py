"""A report of pairs, a key and its value a line, under headings: each section that the map names becomes a row.

What stands above the first section holds for all of them. A count with its share behind it, "125 (7.2%)", is the count. Where there
are several sections, the heading of each stands in the column `Section`; one that the map calls a total sums the others up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.errors import DataError
from helpers.sources import rows as plain
from helpers.sources.batches import Batch, Row
from helpers.sources.opening import File
from helpers.sources.words import fold

if TYPE_CHECKING:
    from helpers.sources.mapping import Map

SECTION = "Section"
LARGEST = 5_000  # lines; a report on one thing is not longer
COUNT_WITH_SHARE = re.compile(r"([\d.,\s\u00a0\u202f]+?)\s*\(\s*[\d.,\s\u00a0\u202f]+%\s*\)")


@dataclass(frozen=True)
class Sections:
    """The sections of a report as rows. The heads have the line of the first heading, each row that of its first pair."""

    file: File
    made: list[Row] = field(hash=False, repr=False)
    separator: str = ","

    @property
    def place(self) -> str:
        """What a message calls it."""
        return self.file.shown

    @property
    def unit(self) -> str:
        """What a message calls one of its rows."""
        return "line"

    def batches(self) -> Iterator[Batch]:
        """Give the lines above, the heads and the rows."""
        yield Batch([line for line, _ in self.made], [cells for _, cells in self.made])


def rows(files: Sequence[File], chosen: Map) -> list[Sections]:
    """Give the sections of every text that has one of those the map names."""
    found = []
    for file in files:
        if file.kind == "text":
            for separator in plain.SEPARATORS:
                made = _sections(_lines(plain.TextRows(file, separator)), chosen)
                if made:
                    found.append(Sections(file, made, separator))
    return found


def _lines(source: plain.TextRows) -> list[Row]:
    made: list[Row] = []
    try:
        for batch in source.batches():
            made += zip(batch.lines, batch.as_rows(), strict=True)
            if len(made) > LARGEST:
                return []
    except DataError:  # a text of another kind; who can read it says what is wrong with it
        return []
    return made


def _sections(lines: Sequence[Row], chosen: Map) -> list[Row]:
    """The lines above the first section, its heading, the heads, and a row a section."""
    above: list[Row] = []
    common: dict[str, str] = {}
    sections: list[tuple[str, int, dict[str, str]]] = []
    inside: dict[str, str] | None = common
    for line, cells in lines:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if not filled:
            continue
        if len(filled) == 1 and not filled[0].endswith(":"):
            if re.search(chosen.section, filled[0]):
                inside = {}
                sections.append((filled[0], line, inside))
            elif sections:  # another section, which the map does not read
                inside = None
        elif inside is not None:
            inside[filled[0].rstrip(": ")] = _value(filled[1]) if len(filled) > 1 else ""
        if not sections:
            above.append((line, cells))
    if not sections or not all(pairs for _, _, pairs in sections):
        return []
    keys = list(dict.fromkeys([*common, *(key for _, _, pairs in sections for key in pairs)]))
    begins = sections[0][1]
    made = []
    for name, line, pairs in sections:
        is_total = len(sections) > 1 and re.fullmatch(chosen.total_pattern, fold(name))
        values = pairs if is_total else {**common, **pairs}
        made.append((line + 1, [name if len(sections) > 1 else "", *(values.get(key, "") for key in keys)]))
    return [*above, (begins, [sections[0][0]]), (begins, [SECTION, *keys]), *made]


def _value(text: str) -> str:
    found = COUNT_WITH_SHARE.fullmatch(text)
    return found[1].strip() if found else text
