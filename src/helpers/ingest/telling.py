"""What an import says on the command line: a line a file that is new, the days that were replaced, and the tables."""

from __future__ import annotations

from collections.abc import Iterator

from helpers.ingest.facts import Import


def lines(made) -> Iterator[str]:
    """Give the lines for what `ingest` returned."""
    yield from made.lines
    new = [one for one in made.imports if one.id in made.fresh]
    for one in new:
        yield from _file(one)
    if made.imports and len(new) < len(made.imports):
        yield f"{len(made.imports) - len(new)} files were read before"
    for cut in made.cuts:
        yield str(cut)
    yield from made.notes
    for table, n in sorted(made.rows.items()):
        yield f"{table:20} {n:>10,} rows"


def _file(one: Import) -> Iterator[str]:
    for number, fed in enumerate(one.fed):
        span = f", {fed.starts_on} to {fed.ends_on}" if fed.starts_on else ""
        first = number == 0 or fed.map != one.fed[number - 1].map
        if first:
            left = f", {fed.rows_left_out:,} left out" if fed.rows_left_out else ""
            yield f"{one.file}: {fed.name}, {fed.rows_in:,} rows in{left}{span}"
        yield f"  {fed.table}: {fed.rows:,} rows" + _control(fed)


def _control(fed) -> str:
    if fed.control_stated is None:
        return ""
    same = abs(fed.control_stated - fed.control_found) <= 0.01
    return (
        f"; {fed.measure} {fed.control_found:,.2f}, as the file's own total says"
        if same
        else (
            f"; {fed.measure} {fed.control_found:,.2f}, BUT the file's own total says {fed.control_stated:,.2f}: hold both against the tool's screen and export it again"
        )
    )
