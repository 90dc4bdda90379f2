"""Data sets that come whole: a company whose company.toml names an adapter."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from helpers import tables
from helpers.company import Company
from helpers.errors import DataError
from helpers.sources import adapters as home


def adapters() -> list[str]:
    """Return the names that `adapter` in company.toml can have: the modules of helpers.sources.adapters."""
    folder = Path(home.__file__).parent
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def write(chosen: Company, staged: Company) -> list[str]:
    """Write all tables of the company's adapter into `staged`, and its ledger; return one line a table."""
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
    stamp = datetime.now(UTC).replace(microsecond=0)
    pd.DataFrame(ledger).assign(imported_at=stamp).to_parquet(chosen.folder / "ledger.parquet", index=False)
    return lines


def _read(chosen: Company) -> Iterator[tuple[str, pd.DataFrame, str, int]]:
    if chosen.adapter not in adapters():
        raise DataError(
            f'{chosen.name}/company.toml: adapter = "{chosen.adapter}" is unknown. Use one of {", ".join(adapters())}, or leave it out to read exports.'
        )
    source = importlib.import_module(f"helpers.sources.adapters.{chosen.adapter}")
    only = (
        chosen.markets[0] if len(chosen.markets) == 1 else ""
    )  # of several, nobody but the file can say which
    yield from source.read(chosen.raw, currency=chosen.currency, market=only, time_zone=chosen.time_zone)
