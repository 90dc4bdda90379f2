"""From raw files to tidy tables: every table is checked, then all of them replace the old ones at once."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from filelock import FileLock, Timeout

from helpers import company, tables
from helpers.company import Company
from helpers.errors import DataError, LockedError


def adapters() -> list[str]:
    """Return the names that `adapter` in company.toml can have: the modules of helpers.sources."""
    folder = Path(__file__).parent / "sources"
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def ingest(name: str) -> list[str]:
    """Make a company's tidy tables and its ledger again; return one line a table.

    Nothing changes unless every table passes its contract: the new tables are written beside the old ones and
    take their place in one move.

    Raises
    ------
    DataError : no adapter, a missing or unreadable file, a table that breaks its contract.
    LockedError : another import of the same company is running.
    """
    chosen = company.read(name)
    lock = FileLock(chosen.folder / ".ingest.lock")
    try:
        with lock.acquire(timeout=0):
            return _replace_tables(chosen)
    except Timeout as fault:
        raise LockedError(
            f"{name}: another import is running. Wait for it to end, then try again."
        ) from fault


def _replace_tables(chosen: Company) -> list[str]:
    """Write all tables into a new folder, then put it where the old one was."""
    staged = replace(chosen, folder=chosen.folder / ".ingest")
    shutil.rmtree(staged.folder, ignore_errors=True)
    try:
        ledger, lines = [], []
        for table, frame, source, rows_in in _read(chosen):
            tables.write(frame, table, staged)
            left_out = rows_in - len(frame)
            ledger.append({"table": table, "source": source, "rows_in": rows_in, "rows_kept": len(frame)})
            lines.append(
                f"{table:20} {len(frame):>10,} rows from {source}"
                + (f" ({left_out:,} left out)" if left_out > 0 else "")
            )
        if not lines:
            raise DataError(f"{chosen.name}: the source gave no table. Put exports into {chosen.raw.name}/.")
        _swap(staged.tidy, chosen.tidy)
        stamp = datetime.now(UTC).replace(microsecond=0)
        pd.DataFrame(ledger).assign(imported_at=stamp).to_parquet(
            chosen.folder / "ledger.parquet", index=False
        )
    finally:
        shutil.rmtree(staged.folder, ignore_errors=True)
    return lines


def _read(chosen: Company) -> Iterator[tuple[str, pd.DataFrame, str, int]]:
    """Yield (table, frame, source, rows read) from the company's adapter."""
    if chosen.adapter is None:
        if (chosen.folder / "truth.json").is_file():  # only a drawn company knows its truth
            raise DataError(
                f"{chosen.name}: its tables are drawn, not imported. Run `cmo sample` to draw them again, or name your own company with --company."
            )
        raise DataError(
            f'{chosen.name}/company.toml: no adapter is named. Add a line adapter = "…", one of {", ".join(adapters())}.'
        )
    if chosen.adapter not in adapters():
        raise DataError(
            f'{chosen.name}/company.toml: adapter = "{chosen.adapter}" is unknown. Use one of {", ".join(adapters())}.'
        )
    source = importlib.import_module(f"helpers.sources.{chosen.adapter}")
    only = (
        chosen.markets[0] if len(chosen.markets) == 1 else ""
    )  # of several, nobody but the file can say which
    yield from source.read(chosen.raw, currency=chosen.currency, market=only, time_zone=chosen.time_zone)


def _swap(new: Path, old: Path) -> None:
    """Put the folder `new` where `old` is; the old one is kept until the new one is in place."""
    aside = old.with_name(".tidy-old")
    shutil.rmtree(aside, ignore_errors=True)
    if old.exists():
        old.replace(aside)
    new.replace(old)
    shutil.rmtree(aside, ignore_errors=True)
