"""How the rows of a file are found: a table of text or a sheet, and the shapes that are no table.

Each layout is a module with `rows(files, chosen)`: the ways to see these files as rows of text cells with heads, none where they
are of another layout. `table` needs none: its rows stand in the file as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from helpers.sources import rows as plain
from helpers.sources.opening import File
from helpers.sources.rows import Rows

if TYPE_CHECKING:
    from helpers.sources.mapping import Map

OTHERS = {"key_value", "json", "parquet", "adobe_feed", "ga4_events", "slack"}


def rows_of(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give every way to see files as rows, as a map's layout says."""
    if chosen.layout == "table":
        return [one for file in files if file.kind in ("text", "workbook") for one in _sources(file)]
    read: Callable[[Sequence[File], Map], list[Rows]] = import_module(
        f"helpers.sources.layouts.{chosen.layout}"
    ).rows
    return read(files, chosen)


_seen: dict[File, list[Rows]] = {}


def _sources(file: File) -> list[Rows]:
    """The rows of a file; a workbook is read once for all maps that are tried on it."""
    if file not in _seen:
        _seen.clear()
        _seen[file] = plain.sources(file)
    return _seen[file]
