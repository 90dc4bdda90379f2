"""The files of a company: what lies in raw/, the tables it keeps by hand, and what company.toml says of each file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from helpers import tables
from helpers.company import Company
from helpers.errors import DataError
from helpers.privacy import keys
from helpers.sources import layouts, own, parsing, reading
from helpers.sources.mapping import Map
from helpers.sources.settings import Settings
from helpers.start import is_untouched

NOT_EXPORTS = (".md", ".toml", ".yml", ".gitkeep", ".DS_Store", "Thumbs.db", "desktop.ini")
READ_ELSEWHERE = ("targets",)  # read when a page is made, so that a changed target needs no import


def raw_files(company: Company) -> list[Path]:
    """Return the files in raw/, in the order of their names, hidden ones and notes left aside.

    Raises
    ------
    DataError : a folder cannot be read.
    """
    return sorted(_walk(company.raw), key=lambda path: str(path.relative_to(company.raw)))


def _walk(folder: Path) -> Iterator[Path]:
    if not folder.exists():
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as fault:
        raise DataError(
            f"{folder.name}/: this account may not read the folder ({os.strerror(fault.errno or 13)}). Change its permissions."
        ) from fault
    for entry in entries:
        if (
            entry.name.startswith(".")
            or entry.name.endswith(NOT_EXPORTS)
            or entry.name.lower().startswith("readme")
        ):
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path))
        elif layouts.main_of(Path(entry.path)) is None:  # else it is read together with that one
            yield Path(entry.path)


def hand_kept(company: Company) -> list[Path]:
    """Return the tables that the company keeps by hand: <table>.csv beside company.toml, those with rows.

    Raises
    ------
    DataError : a file that is named after no table.
    """
    found = []
    for path in sorted(company.folder.glob("*.csv")):
        if path.stem in READ_ELSEWHERE or path.name in ("suppressed.csv", "forgotten.csv"):
            continue
        if path.stem not in tables.TABLES:
            raise DataError(
                f"{company.name}/{path.name}: {path.stem} is not a table. Name the file after one of docs/tables.md, or put an export into raw/."
            )
        if not is_untouched(path):
            found.append(path)
    return found


def maps_for(path: Path, company: Company) -> dict[str, Map]:
    """Return the maps to try on a file: for one named after a table that table's own, else all of them."""
    if (
        path.stem in tables.TABLES
        and path.suffix.lower() in (".csv", ".txt", ".xlsx", ".tsv")
        and _has_own_heads(path)
    ):
        return {path.stem: own.of_table(path.stem)}
    return parsing.all_maps(company.folder) | own.own_tables()


def _has_own_heads(path: Path) -> bool:
    """Whether a file named after a table begins with one of its columns, whatever the separator."""
    if path.suffix.lower() == ".xlsx":
        return True
    known = own.of_table(path.stem)
    with path.open("rb") as file:
        start = file.read(65536).decode("utf-8-sig", "replace").replace("\x00", "")
    return any(name in start.split("\n", 1)[0] for name in known.columns)


def settings_for(path: Path, company: Company, *, taxonomy: pd.DataFrame | None = None) -> Settings:
    """Return what company.toml says of a file of raw/; a later entry of [[exports]] wins over an earlier one."""
    try:
        name = path.resolve().relative_to(company.raw.resolve()).as_posix()
    except ValueError:
        name = path.name
    said: dict[str, object] = {}
    for entry in company.exports:
        if fnmatchcase(name, entry["files"]) or fnmatchcase(path.name, entry["files"]):
            said |= {key: value for key, value in entry.items() if key != "files"}
    only = company.markets[0] if len(company.markets) == 1 else ""
    is_own = path.parent == company.folder or path.stem in tables.TABLES
    hashed, no_key = _hashing(company)
    return Settings(
        **{"market": only, **said},  # type: ignore[arg-type]
        own_currency=company.currency if is_own else "",
        local_zone=company.time_zone,
        markets=company.markets,
        taxonomy=taxonomy,
        hashed=hashed,
        no_key=no_key,
    )


def _hashing(company: Company):
    try:
        key = keys.key_of(company)
    except DataError as fault:
        return None, str(fault)
    return (lambda values, space: keys.pseudonyms(values, key=key, space=space)), ""


def state(company: Company) -> str:
    """Return a fingerprint of all that decides how a file is read, besides the file: maps, settings, rules, key and code."""
    digest = hashlib.sha256()
    package = Path(reading.__file__).parents[1]
    code = [
        *package.glob("sources/**/*"),
        package / "tables.toml",
        *package.glob("tables/*.py"),
        *package.glob("rules/*.toml"),
    ]
    mine = [*(company.folder / "maps").glob("*.toml"), company.folder / "taxonomy.csv"]
    for path in sorted(one for one in [*code, *mine] if one.is_file() and one.suffix != ".pyc"):
        digest.update(f"{path.name}\0".encode())
        digest.update(path.read_bytes())
    try:
        mark = keys.fingerprint(keys.key_of(company))
    except DataError:
        mark = "no key"
    digest.update(
        repr((company.exports, company.currency, company.markets, company.time_zone, mark)).encode()
    )
    return digest.hexdigest()


def taxonomy(company: Company) -> pd.DataFrame | None:
    """Return the company's rules for campaigns, from taxonomy.csv; None where it has none.

    Raises
    ------
    DataError : the file breaks its contract.
    """
    path = company.folder / "taxonomy.csv"
    if not path.is_file() or is_untouched(path):
        return None
    gathered: list[pd.DataFrame] = []
    maps, settings = {"taxonomy": own.of_table("taxonomy")}, settings_for(path, company)
    reading.read(path, maps, settings, lambda table, frame, lines: gathered.append(frame))
    return tables.check(pd.concat(gathered, ignore_index=True), "taxonomy", file="taxonomy.csv")
