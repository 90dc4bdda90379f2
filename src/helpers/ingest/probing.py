"""What a file is, without importing it: `cmo check` and `cmo new`."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from babel import Locale

from helpers import company as companies
from helpers import tables
from helpers.company import Company
from helpers.errors import DataError, UsageError
from helpers.ingest import files
from helpers.ingest.importing import Parts
from helpers.privacy import keys
from helpers.sources import parsing, reading
from helpers.sources.mapping import Map
from helpers.sources.results import Reading
from helpers.sources.settings import Settings

NOBODY = "XXX"  # ISO 4217 for no currency


@dataclass(frozen=True)
class Probed:
    """What was found: the readings, and whether the currency was one that nobody has said yet."""

    shown: str
    company: str
    readings: list[Reading]
    has_key: bool = True


def company_of(path: Path, name: str | None) -> Company | None:
    """Return the company whose settings hold for a file: the one named, else the one in whose folder it lies, else none."""
    if name:
        return companies.read(name)
    for one in companies.names():
        chosen = companies.read(one)
        if chosen.folder.resolve() in path.resolve().parents:
            return chosen
    return None


def probe(path: Path, *, company: str | None = None, map_name: str = "") -> Probed:
    """Read a file as an import would, and keep nothing of it.

    Raises
    ------
    UsageError : there is no such file, company or map.
    DataError : the file would be refused.
    """
    if not path.exists():
        raise UsageError(f"{path}: there is no such file.")
    chosen = company_of(path, company)
    with tempfile.TemporaryDirectory(prefix="cmo-check-") as folder:
        key = secrets.token_bytes(32)  # of this check alone: nothing of it is kept
        if chosen:
            settings = files.settings_for(path, chosen, taxonomy=files.taxonomy(chosen))
            maps = files.maps_for(path, chosen)
        else:
            chosen = Company("", Path(folder), "", "EUR", tuple(Locale("en").territories), "UTC")
            maps = files.maps_for(path, chosen)
            settings = Settings(market="ALL", own_currency=NOBODY)
        settings = replace(
            settings,
            map=map_name or settings.map,
            hashed=lambda ids, space: keys.pseudonyms(ids, key=key, space=space),
        )
        if settings.map and settings.map not in maps:
            maps = parsing.all_maps(chosen.folder)
        parts = Parts(Path(folder), chosen, path.name, settings)
        made = reading.read(path, maps, settings, parts.put, shown=path.name, begin=parts.begin)
        parts.close()
    return Probed(
        path.name, chosen.name, made, has_key=chosen.synthetic or bool(os.environ.get(keys.VARIABLE))
    )


def lines(found: Probed) -> Iterator[str]:
    """Say what was found, a table in the file after the other."""
    if not found.readings:
        yield f"{found.shown}: it is read together with another file beside it, and gives nothing itself"
    for one in found.readings:
        yield one.shown
        yield from (f"  {name:10} {text}" for name, text in _facts(one, found))


def _facts(one: Reading, found: Probed) -> Iterator[tuple[str, str]]:
    state = "verified" if one.map.verified else "not verified"
    yield "is", f"{one.map.name} (map {one.map.id}, {state}: {one.map.source})"
    separator = f', separated by "{one.separator}"'.replace("\t", "tab") if one.separator else ""
    yield (
        "read as",
        f"{one.encoding}{separator}, heads in {'line' if one.separator else 'row'} {one.header_line}",
    )
    if one.starts_on:
        yield "period", f"{one.starts_on} to {one.ends_on}"
    if any(field.type == "money" for field in one.map.columns.values()):
        yield "currency", _currency(one, found)
    left = one.rows_in - one.rows_kept
    yield "rows", f"{one.rows_in:,} in, {one.rows_kept:,} kept, {left:,} left out"
    for reason, n in one.left.items():
        yield "", f"{reason}: {n:,}{_places(one.named.get(reason, []), n)}"
    agreed = list(
        dict.fromkeys(f"{control.head} {control.stated:,.2f}" for control in one.controls if control.agrees)
    )
    if agreed:
        yield "control", f"the rows add up to the totals that the file states: {', '.join(agreed)}"
    for control in one.controls:
        if not control.agrees:
            yield (
                "CONTROL",
                f"{control.head} {control.stated:,.2f} in line {control.line:,}, but the rows add up to {control.found:,.2f}: hold both against the tool's screen and export it again",
            )
    yield "feeds", ", ".join(f"{table} ({n:,} rows)" for table, n in one.tables.items()) or "no table"
    if one.unused:
        yield (
            "not used",
            ", ".join(name for name in one.unused if name not in one.contacts)
            or "nothing but contact fields",
        )
    if one.contacts:
        yield "personal", f"{', '.join(dict.fromkeys(one.contacts))}: not kept; ids become pseudonyms"
    if one.map.is_personal and not found.has_key:
        yield "key", "none is set for pseudonyms: cmo ingest refuses this file and says how to make one"
    if one.map.help:
        yield "mind", one.map.help
    for note in one.notes:
        yield "note", note


def _currency(one: Reading, found: Probed) -> str:
    vat = {
        "excl": "amounts without VAT",
        "incl": "amounts with VAT",
        "unknown": "nothing says whether amounts include VAT",
    }[one.vat]
    if one.currency in ("", NOBODY) and "currency" not in one.heads_of:
        return f"not in the file: say it under [[exports]] in company.toml; {vat}"
    return f"{'in each row' if one.currency in ('', NOBODY) else one.currency}; {vat}"


def _places(lines: list[int], n: int) -> str:
    if not lines:
        return ""
    named = ", ".join(f"{line:,}" for line in lines)
    return f" (line{'s' if n > 1 else ''} {named}{' …' if n > len(lines) else ''})"


def skeleton(path: Path) -> tuple[str, str]:
    """Return the name and the text of a map for a file whose export is not known, to be completed by hand.

    Raises
    ------
    DataError : no line of the file looks like heads.
    """
    from helpers.sources import drafting

    return drafting.draft(path)


def write_skeleton(path: Path, chosen: Company | None) -> Path:
    """Write the skeleton into the company's maps/, or where the command is run; a map that is there is never overwritten."""
    name, text = skeleton(path)
    folder = chosen.folder / "maps" if chosen else Path()
    target = folder / f"{name}.toml"
    if target.exists():
        raise UsageError(f"{target}: there is a map of this name already. Complete it, or delete it first.")
    folder.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def known(maps: Mapping[str, Map], *, table: str | None = None) -> list[str]:
    """Return a line for each map: its id, what it reads, the tables it feeds, and whether a real file has proved it.

    Raises
    ------
    UsageError : `table` does not exist.
    """
    wanted = {name: one for name, one in maps.items() if not table or table in one.feeds}
    width = max(map(len, wanted), default=0)
    found = [
        f"{name:{width}}  {'verified' if one.verified else 'not verified':12}  {one.name} -> {', '.join(one.feeds) or 'refused on purpose'}"
        for name, one in sorted(wanted.items())
    ]
    if table:
        contract = tables.contract(table)
        found.append(
            f"or a CSV or workbook named {contract.name}, with the columns of docs/tables.md#{contract.name}"
        )
    return found


__all__ = ["DataError", "Probed", "company_of", "known", "lines", "probe", "skeleton", "write_skeleton"]
