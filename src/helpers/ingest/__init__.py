"""From raw files to tidy tables: every file and table is checked, then all tables replace the old ones at once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from helpers import company, tables
from helpers.company import Company
from helpers.errors import DataError
from helpers.ingest import building, files, ledger, whole
from helpers.ingest.facts import Import
from helpers.ingest.importing import read_file
from helpers.ingest.overlaps import Cut
from helpers.privacy import changes, sweeping
from helpers.sources.layouts.json import is_empty_pull

adapters = whole.adapters


@dataclass(frozen=True)
class Ingested:
    """What an import made: the files read, the rows of each table, what was replaced and noted."""

    imports: list[Import] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def ingest(
    name: str, *, replace_days: bool = False, say: Callable[[str], None] = lambda text: None
) -> Ingested:
    """Make a company's tidy tables and its ledger again from its raw files; return what was made.

    Nothing changes unless every file is read right and every table passes its contract: the new tables are written beside the
    old ones and take their place in one move. Files that were read before are not read again. `replace_days` lets a later export
    win where it overlaps an earlier one in a way that is otherwise refused.

    Raises
    ------
    DataError : no file, a file that is refused, overlaps, a table that breaks its contract; all refused files are named.
    LockedError : another import of the same company is running.
    """
    chosen = company.read(name)
    try:
        with changes.held(chosen, doing="import"):
            return _ingest(chosen, replace_days=replace_days, say=say)
    except OSError as fault:
        if fault.errno in (28, 122):  # no space, over quota
            raise DataError(
                f"{name}: no space is left on the disk; the tables are as they were. Make room, then try again."
            ) from fault
        raise


def _ingest(chosen: Company, *, replace_days: bool, say: Callable[[str], None]) -> Ingested:
    staged = replace(chosen, folder=chosen.folder / ".ingest")
    shutil.rmtree(staged.folder, ignore_errors=True)
    try:
        if chosen.adapter is not None:
            lines = whole.write(chosen, staged)
            notes = _sweep(staged, chosen, {})
            _swap(staged.tidy, chosen.tidy)
            return Ingested(lines=lines, notes=notes)
        before = ledger.read(chosen)
        imports, fresh = _read_files(chosen, before, say)
        built = building.build(
            imports, staged, company=chosen, replace=replace_days, accepted=ledger.accepted(before)
        )
        if not built.rows:
            raise DataError(f"{chosen.name}: no row is left. Check the exports in {chosen.name}/raw/.")
        built.notes += _sweep(staged, chosen, built.rows) + ledger.gone(before, imports)
        rows = ledger.rows(
            imports, built.cuts, built.left, before, now=datetime.now(UTC).replace(microsecond=0, tzinfo=None)
        )
        tables.write(rows, "imports", staged)
        _swap(staged.tidy, chosen.tidy)
        ledger.write(rows, chosen)
        _tidy_up(chosen, imports)
        return Ingested(imports, fresh, built.rows, built.cuts, built.notes)
    finally:
        shutil.rmtree(staged.folder, ignore_errors=True)


def _sweep(staged: Company, chosen: Company, rows: dict[str, int]) -> list[str]:
    """Take out of the new tables what may not be in them, correct their rows, and return a line for each that lost some."""
    swept, said = sweeping.sweep(staged, chosen), []
    for why, counts in (
        ("of people who asked to be forgotten", swept.forgotten),
        ("of opens without consent to the pixel", swept.opens),
        ("older than [retention_months] or the law keeps them", swept.old),
    ):
        said += [f"{table}: {n:,} rows {why} are not kept" for table, n in counts.items() if n]
    for table in {*swept.forgotten, *swept.opens, *swept.old}:
        left = tables.rows(table, staged)
        rows[table] = left
        if not left:
            rows.pop(table)
            shutil.rmtree(staged.tidy / table)
    return said


def _read_files(
    chosen: Company, before: pd.DataFrame, say: Callable[[str], None]
) -> tuple[list[Import], set[str]]:
    """Read every file; name all that are refused."""
    if chosen.is_drawn:
        raise DataError(
            f"{chosen.name}: its tables are drawn, not imported. Run `cmo sample` to draw them again, or name your own company with --company."
        )
    found, refused, seen = [], [], {}
    state = files.state(chosen)
    taxonomy = files.taxonomy(chosen)
    known = set(before["import_id"]) if len(before) else set()
    for path in [*files.hand_kept(chosen), *files.raw_files(chosen)]:
        shown = str(path.relative_to(chosen.raw if chosen.raw in path.parents else chosen.folder).as_posix())
        if is_empty_pull(path):
            say(f"{shown}: the pull brought no rows")
            continue
        try:
            made = read_file(path, chosen, shown=shown, state=state, taxonomy=taxonomy)
        except DataError as fault:
            refused.append(str(fault))
            continue
        if made.sha256 in seen:
            say(f"{shown}: the same file as {seen[made.sha256]}, read once")
            continue
        seen[made.sha256] = shown
        found.append(made)
    if refused:
        if len(refused) == 1:
            raise DataError(refused[0])
        raise DataError(
            f"{chosen.name}: {len(refused)} files are refused, and nothing was changed:\n"
            + "\n".join(f"  {one}" for one in refused)
        )
    if not found:
        raise DataError(
            f"{chosen.name}/raw: there is no file. Put exports there: docs/exporting.md says how to get them."
        )
    return ledger.in_order(found, before), {one.id for one in found} - known


def _swap(new: Path, old: Path) -> None:
    """Put the folder `new` where `old` is; the old one is kept until the new one is in place."""
    aside = old.with_name(".tidy-old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.replace(aside)
    try:
        new.replace(old)
    except OSError:
        if aside.exists():
            aside.replace(old)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _tidy_up(chosen: Company, imports: list[Import]) -> None:
    """Remove what earlier settings or files that are gone left in .imports/."""
    keep = {one.folder.name for one in imports}
    for folder in (chosen.folder / ".imports").glob("*"):
        if folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)
