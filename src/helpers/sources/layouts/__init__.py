"""How the rows of a file are found: a table of text or a sheet, and the shapes that are no table.

Each layout is a module with `rows(files, chosen)`: the ways to see these files as rows of text cells with heads, none where they
are of another layout. `table` needs none: its rows stand in the file as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from helpers.sources import rows as plain
from helpers.sources.opening import File
from helpers.sources.rows import Rows

if TYPE_CHECKING:
    from helpers.sources.mapping import Map


def rows_of(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give every way to see files as rows, as a map's layout says."""
    if chosen.layout == "json":  # read whole: not what another layout reads in parts
        files = [file for file in files if not any(one.claims(file) for one in _modules(CLAIMING))]
    if chosen.layout == "table":
        return [one for file in files if file.kind in ("text", "workbook") for one in _sources(file)]
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


_seen: dict[File, list[Rows]] = {}


def _sources(file: File) -> list[Rows]:
    """The rows of a file; a workbook is read once for all maps that are tried on it."""
    if file not in _seen:
        _seen.clear()
        _seen[file] = plain.sources(file)
    return _seen[file]
