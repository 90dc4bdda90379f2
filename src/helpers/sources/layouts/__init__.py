"""How the rows of a file are found: a table of text or a sheet, and the shapes that are no table.

Each layout is a module with `rows(files, chosen)`: the ways to see these files as rows of text cells with heads, none where they
are of another layout. `table` needs none: its rows stand in a text, a workbook or a Parquet file as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from helpers.sources import rows as plain
from helpers.sources.batches import Rows
from helpers.sources.layouts import parquet
from helpers.sources.opening import File

if TYPE_CHECKING:
    from helpers.sources.mapping import Map


def rows_of(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give every way to see files as rows, as a map's layout says."""
    if chosen.layout == "json":  # read whole: not what another layout reads in parts
        files = [file for file in files if not any(one.claims(file) for one in _modules(CLAIMING))]
    if chosen.layout == "table":
        tables = [file for file in files if file.kind in ("text", "workbook", "parquet")]
        if any(file not in _seen for file in tables):
            _seen.clear()
            _seen.update({file: _sources(file) for file in tables})
        return [one for file in tables for one in _seen[file]]
    read: Callable[[Sequence[File], Map], list[Rows]] = import_module(
        f"helpers.sources.layouts.{chosen.layout}"
    ).rows
    return read(files, chosen)


COMPANIED = ("adobe_delivery",)  # modules of layouts whose exports come as several files
CLAIMING = ("ga4_fields",)  # modules of layouts that read JSON in parts


def main_of(path: Path) -> Path | None:
    """Return the file together with which a file is read, such as that of the hits for their lookup tables; None for any other."""
    return next((main for one in _modules(COMPANIED) if (main := one.main_of(path))), None)


def companions(path: Path) -> list[Path]:
    """Return the files that are read together with a file."""
    return [beside for one in _modules(COMPANIED) for beside in one.companions(path)]


def _modules(names: Sequence[str]) -> list[ModuleType]:
    return [import_module(f"helpers.sources.layouts.{name}") for name in names]


def _sources(file: File) -> list[Rows]:
    return [parquet.ParquetRows(file)] if file.kind == "parquet" else plain.sources(file)


_seen: dict[File, list[Rows]] = {}  # a workbook is read once for all maps that are tried on it


def forget() -> None:
    """Drop the rows of files seen before: a file of the same name may hold others by now."""
    _seen.clear()
