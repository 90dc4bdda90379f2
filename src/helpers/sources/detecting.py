"""Which map reads a file: the one that finds all its required columns, and of several the one that knows most of the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from helpers.errors import DataError
from helpers.sources import dates, layouts
from helpers.sources import rows as plain
from helpers.sources.batches import Row, Rows
from helpers.sources.grids import SEARCHED, Located, Missed, locate
from helpers.sources.mapping import Map
from helpers.sources.opening import File
from helpers.sources.words import fold, head

# Share of the heads that must be a table's own for a file to be one that the company keeps itself.
MOSTLY = 0.8
CLOSE = 3  # heads of a file that a map must know to be named as the closest, or half of them
OWN = "own"  # system of the tables that a company keeps itself: any other export goes before them
# Heads of columns that hold a longer time than a day.
LONGER = {
    *("week", "weeks", "semaine", "woche", "kalenderwoche", "semana", "settimana"),
    *("month", "mois", "monat", "mes", "mese", "maand"),
    *("quarter", "trimestre", "quartal", "year", "annee", "jahr", "ano", "anno"),
}
AS_OF = re.compile(
    r"(?:as of|a compter du|en date du|au|stand)[: ]+(\d{4}-\d{2}-\d{2}|\d{1,2} \S+ \d{4}|\S+ \d{1,2}, \d{4})(?: .*)?"
)


def detect(files: Sequence[File], maps: Mapping[str, Map], *, shown: str) -> list[Located]:
    """Return the tables found in a file, each with its map; several where several tables stand in it.

    Raises
    ------
    DataError : no map fits (the message names the closest, and what it misses), or two fit alike.
    """
    found: list[Located] = []
    missed: list[tuple[Missed, list[Row], str]] = []
    begun: dict[int, tuple[Rows, list[Row], frozenset[str]]] = {}  # keeps the rows: no id comes twice
    layouts.forget()
    for chosen in maps.values():
        for rows in layouts.rows_of(files, chosen):
            _, begin, heads = begun.get(id(rows)) or begun.setdefault(id(rows), _begin(rows))
            _refuse_empty(chosen, heads, rows.place)
            if not begin or (chosen.header_rows == 1 and heads.isdisjoint(_wanted(chosen))):
                continue
            made = locate(chosen, rows, begin)
            if isinstance(made, Located):
                if len(maps) == 1 or chosen.system != OWN or made.score[2] >= MOSTLY:
                    found.append(made)
            elif made.n_found and chosen.system != OWN:
                missed.append((made, begin, rows.place))
    if not found:
        raise DataError(_nothing(shown, missed, files))
    return _best(found, shown)


def _refuse_empty(chosen: Map, heads: frozenset[str], place: str) -> None:
    """Refuse a report whose tool says that it is empty."""
    if said := next((text for text in chosen.empties if head(text) in heads), ""):
        raise DataError(
            f'{place}: the report is empty: it says "{said}" Widen its dates or its filters, then run it again.'
        )


def _begin(rows: Rows) -> tuple[Rows, list[Row], frozenset[str]]:
    begin = plain.start(rows, SEARCHED)
    return rows, begin, frozenset(head(cell) for _, cells in begin for cell in cells)


def _wanted(chosen: Map) -> frozenset[str]:
    return frozenset(name for one in chosen.required for name in one.heads) or frozenset(
        name for one in chosen.columns.values() for name in one.heads
    )


def _best(found: list[Located], shown: str) -> list[Located]:
    """Of the maps that fit the same heads, the best; a map that refuses an export speaks where the file has nothing else."""
    places: dict[tuple[str, int, str], list[Located]] = {}
    for one in found:
        places.setdefault((one.rows.place, one.header_line, one.rows.separator), []).append(one)
    chosen, refused = [], []
    for rivals in places.values():
        rivals.sort(key=lambda one: (one.score, one.map.id), reverse=True)
        best = rivals[0]
        if (
            len(rivals) > 1
            and rivals[1].score == best.score
            and (rivals[1].map.system != OWN or best.map.system == OWN)
        ):
            names = " and ".join(f"{one.map.name} ({one.map.id})" for one in rivals[:2])
            raise DataError(
                f'{shown}: it fits {names} alike. Say which with --map, or map = "…" under [[exports]] in company.toml.'
            )
        (refused if best.map.refuse else chosen).append(best)
    if not chosen:
        raise DataError(f"{shown}: {refused[0].map.refuse}")
    # a separator that splits the heads wrongly finds fewer of them
    top: dict[tuple[str, int], Located] = {}
    for one in chosen:
        key = (one.rows.place, one.header_line)
        if key not in top or one.score > top[key].score:
            top[key] = one
    return sorted(top.values(), key=lambda one: (one.rows.place, one.header_line))


def day_named(begin: Sequence[Row]) -> date | None:
    """The day that a list was taken on, where a line above it says "As of …" in a way that reads one way."""
    for _, cells in begin:
        for cell in cells:
            if found := AS_OF.match(fold(cell)):
                return dates.day(found[1])
    return None


def span_named(begin: Sequence[Row]) -> tuple | None:
    """The first and last day that the lines above a table name."""
    ends = {}
    for _, cells in begin:
        text = " ".join(cell for cell in cells if cell.strip())
        for candidate in (*cells, text):
            if found := dates.span(candidate.lstrip("# ")):
                return found
        plain_text = fold(text.lstrip("# "))
        for key, words in (
            ("start", ("start date:", "report start:", "date de debut :", "date de debut:")),
            ("end", ("end date:", "report end:", "date de fin :", "date de fin:")),
        ):
            for word in words:
                if plain_text.startswith(word) and (
                    day := dates.beginning(plain_text.removeprefix(word).strip())
                ):
                    ends[key] = day
    return (ends["start"], ends["end"]) if len(ends) == 2 else None


def _known(one: Missed) -> int:
    """How many heads of the closest line the map knows."""
    names = {name for field in one.map.columns.values() for name in field.heads}
    return sum(head(cell) in names for cell in one.heads)


def _nothing(shown: str, missed: list[tuple[Missed, list[Row], str]], files: Sequence[File]) -> str:
    """Say which map was closest and what it misses; one that knows hardly a head of the file is not close."""
    missed = [one for one in missed if _known(one[0]) >= min(CLOSE, len(one[0].heads) / 2)]
    if not missed:
        what = {
            "workbook": "no sheet of the workbook",
            "json": "nothing in it",
            "parquet": "no column of it",
            "archive": "nothing in it",
        }.get(files[0].kind if files else "", "no line of it")
        return f"{shown}: {what} looks like an export that is known. `cmo new {shown}` writes a map for it; docs/exporting.md says how to export what is known."
    missed.sort(
        key=lambda one: (_known(one[0]), one[0].n_found / max(len(one[0].map.required), 1)), reverse=True
    )
    best, begin, place = missed[0]
    lacks = ", ".join(one.name for one in best.lacks)
    lacks_days = all(one.type in ("date", "datetime") for one in best.lacks)
    if lacks_days and (longer := next((name for name in best.heads if fold(name) in LONGER), "")):
        return f"{place}: it is not by day: its column of time is '{longer}'. Export it again by day: docs/exporting.md."
    if lacks_days and (named := span_named(begin)):
        return (
            f"{place}: it covers {named[0]} to {named[1]} in one row per line, without a column of days ({', '.join(best.lacks[0].names[:3])}). "
            "Export it again by day: docs/exporting.md."
        )
    names = ", ".join(best.lacks[0].names[:4])
    return (
        f"{place}: no heads of a {best.map.name} found; the closest is line {best.line}, which lacks {lacks} (accepted names for {best.lacks[0].name}: {names}). "
        f"Export the right report, or `cmo new {shown}` writes a map for this one."
    )
