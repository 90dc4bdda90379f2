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
IMPORTS = ".imports"  # what each raw file gave, one folder an import
FACTS = "import.json"  # which file an import read


def raw_files(company: Company, *, tables: Iterable[str], kept_in: Iterable[str] = ()) -> list[str]:
    """Return the files that may hold a person because they fed the tables, from the ledger.

    Parameters
    ----------
    tables : tidy tables that held the person.
    kept_in : folders of .imports/ in which the person stood. An import of which the rows were kept is named for these alone;
        any other is named when it fed one of the tables.

    Returns
    -------
    Files below the company's folder, each once, sorted; of a data set that came whole, what the ledger calls its source.
    """
    kept = {folder.name: _facts(folder) for folder in (company.folder / IMPORTS).glob("*") if folder.is_dir()}
    names = {kept[one]["file"] for one in kept_in if one in kept}
    path = company.folder / LEDGER
    if path.is_file():
        ledger = pd.read_parquet(path)
        name = (
            "file" if "file" in ledger else "source"
        )  # of a data set that comes whole, only its source is known
        fed = ledger["table"].isin(list(tables))
        if "import_id" in ledger:
            fed &= ~ledger["import_id"].isin([facts["id"] for facts in kept.values()])
        names |= set(ledger.loc[fed, name].dropna().astype("str"))
    return sorted(_below(company, one) for one in names)


def _below(company: Company, name: str) -> str:
    """Where a file of the ledger lies: below raw/, unless it is a table that people keep by hand."""
    by_hand = (company.folder / name).is_file() and not (company.raw / name).is_file()
    return name if by_hand else f"{company.raw.name}/{name}"


def _facts(folder: Path) -> dict[str, str]:
    """Id and file of an import whose rows are kept; the folder's own name where it does not say."""
    try:
        said = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        return {"id": str(said["id"]), "file": str(said["file"])}
    except (OSError, ValueError, KeyError):
        return {"id": folder.name, "file": folder.name}


def older_files(company: Company, since: dict[str, date]) -> list[str]:
    """Return the files with days before the first that is still kept, by table, as `raw_files`; [] without a ledger."""
    path = company.folder / LEDGER
    if not path.is_file():
        return []
    ledger = pd.read_parquet(path)
    if not {"file", "starts_on"} <= set(ledger):
        return []
    limit = pd.to_datetime(ledger["table"].map(since))
    old = pd.to_datetime(ledger["starts_on"]) < limit
    return sorted(_below(company, one) for one in set(ledger.loc[old, "file"].dropna().astype("str")))


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
