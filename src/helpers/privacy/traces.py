"""Where else a person may still stand: the raw files that fed the tables, and the reports that were made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pandas as pd

from helpers import company as companies
from helpers.company import Company

LEDGER = "ledger.parquet"


def raw_files(company: Company, *, tables: Iterable[str], imports: Iterable[str] = ()) -> list[str]:
    """Return the names of the raw files that may hold a person, from the ledger.

    Parameters
    ----------
    tables : tidy tables that held the person.
    imports : ids of the imports whose own rows held the person. An import that has kept its rows is named for these alone;
        one that kept none is named when it fed one of the tables.

    Returns
    -------
    Names as the ledger has them, each once, sorted; an empty list where there is no ledger.
    """
    path = company.folder / LEDGER
    if not path.is_file():
        return []
    ledger = pd.read_parquet(path)
    name = "file" if "file" in ledger else "source"
    fed = ledger["table"].isin(list(tables))
    if "import_id" in ledger:
        with_rows = {one.name for one in (company.folder / ".imports").glob("*") if one.is_dir()}
        fed = ledger["import_id"].isin(list(imports)) | (fed & ~ledger["import_id"].isin(with_rows))
    return sorted(ledger.loc[fed, name].dropna().astype("str").unique())


def older_files(company: Company, since: dict[str, date]) -> list[str]:
    """Return the names of the raw files with days before those of which rows are still kept, by table; [] without a ledger."""
    path = company.folder / LEDGER
    if not path.is_file():
        return []
    ledger = pd.read_parquet(path)
    if not {"file", "starts_on"} <= set(ledger):
        return []
    limit = pd.to_datetime(ledger["table"].map(since))
    old = pd.to_datetime(ledger["starts_on"]) < limit
    return sorted(ledger.loc[old, "file"].dropna().astype("str").unique())


def reports(company: Company, *, tables: Iterable[str], since: date | None) -> list[str]:
    """Return the reports and older runs that were made of a table that held the person.

    Parameters
    ----------
    tables : tidy tables that held the person.
    since : first day of the person's rows; a report of an earlier period is left out. None: all.

    Returns
    -------
    Folders below reports/: those that readers see by their name, other runs as .runs/<id>.
    """
    folder, wanted, shown = companies.root() / "reports", set(tables), {}
    for path in sorted((folder / company.name).glob("*/*/*/run.json")):
        if not path.parent.name.startswith(".") and _is_of(path, company, wanted, since):
            shown[path.parent.resolve()] = path.parent.relative_to(folder).as_posix()
    others = [
        path.parent.relative_to(folder).as_posix()
        for path in sorted((folder / ".runs").glob("*/run.json"))
        if path.parent.resolve() not in shown and _is_of(path, company, wanted, since)
    ]
    return [*shown.values(), *others]


def _is_of(path: Path, company: Company, tables: set[str], since: date | None) -> bool:
    """Whether a run is of the company, of a table that held the person, and reaches the person's first day."""
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True  # what cannot be read may hold anybody
    until = str(made.get("data_until") or date.max)
    return (
        made.get("company") == company.name
        and bool(tables & set(made.get("tables", {})))
        and (since is None or until >= since.isoformat())
    )
