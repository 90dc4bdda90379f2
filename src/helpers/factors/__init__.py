"""Emission factors: each line with unit, source, licence, validity and doubt; those of a company override ours from their first day on.

Files: delivery.toml (ADEME's model of delivery), grid.toml (electricity by country), web.toml (a site), media.toml (advertisements),
formats.toml (which advertisement a channel shows). What a figure may be used for stands in NOTICE.md.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from helpers.errors import DataError

FILES = ("delivery", "grid", "web", "media")
UNITS = ("kg CO2e", "kg", "t", "km", "m2 day", "m3", "kWh", "MJ", "W", "days", "years", "share", "kbit/s")
PER = ("", "kg", "t km", "km", "order", "litre", "m2", "m2 day", "m2 year", "m3", "kWh", "MJ", "GB", "second", "impression")  # fmt: skip
STATUSES = ("known", "to confirm")
WIDEST = 3.0  # doubt of an own factor as a share of it; above that percent were written
GRID = "grid_"  # ids of grid.toml are this and the code of the country


@dataclass(frozen=True)
class Factor:
    """One figure of one span of days.

    value : in `unit` for each `per` (empty: the figure alone). uncertainty : half-width of its 95 % interval as a share of the value, as
    carbon inventories state it; 0 where it is a definition. uncertainty_source : who says so, "assumed" where nobody does.
    """

    id: str
    value: float
    unit: str
    per: str
    source: str
    licence: str
    checked_on: date
    valid_from: date
    valid_to: date
    uncertainty: float
    uncertainty_source: str
    status: str
    meaning: str = ""
    year: int | None = None


def factor(name: str, day: date, *, own: pd.DataFrame | None = None) -> Factor:
    """The factor of that id that holds on a day; the company's own where it has one from then on.

    Parameters
    ----------
    own : table `co2_factors` (factor_id, per, co2_kg, source, valid_from, uncertainty), None where there is none.

    Raises
    ------
    ValueError : there is no such factor; the message lists those there are.
    DataError : none is known for the day, or an own factor is in another unit or in none, is negative, or its doubt is no share.
    """
    every = _by_id()
    if name not in every:
        raise ValueError(f'factor: "{name}" is unknown. Use one of {", ".join(every)}.')
    held = [one for one in every[name] if one.valid_from <= day <= one.valid_to]
    if not held:
        first = min(one.valid_from for one in every[name])
        raise DataError(
            f"factors: no {name} is known on {day}; the first is of {first}. Add it with its source."
        )
    return _overridden(held[-1], day, own)


def factors(day: date, *, own: pd.DataFrame | None = None, files: Iterable[str] = FILES) -> dict[str, Factor]:
    """Every factor of some files that holds on a day, by id. Raises as `factor`, and a ValueError for an unknown file."""
    wanted = tuple(files)
    if unknown := [name for name in wanted if name not in FILES]:
        raise ValueError(f'files: "{unknown[0]}" is unknown. Use {", ".join(FILES)}.')
    held = [one for name in wanted for one in _read(name) if one.valid_from <= day <= one.valid_to]
    return {one.id: _overridden(one, day, own) for one in held}


def grid(country: str, day: date, *, own: pd.DataFrame | None = None) -> Factor:
    """Electricity of a country on a day [kg CO2e per kWh]; "WORLD", "EU" and "EUROPE" are countries here.

    A company may add a country of its own: a line grid_<country> of `co2_factors`, in kg CO2e per kWh.

    Raises
    ------
    DataError : the country is not among those known; the message lists them. Otherwise as `factor`.
    """
    known = countries()
    if country not in known and own is not None and (GRID + country) in set(own["factor_id"]):
        blank = replace(_by_id()[GRID + "WORLD"][-1], id=GRID + country)
        if (made := _overridden(blank, day, own)) is not blank:
            return made
    if country not in known:
        raise DataError(
            f'grid.toml: no electricity of country "{country}" is known. Use {", ".join(known)}, or add it with its source.'
        )
    return factor(GRID + country, day, own=own)


def countries() -> list[str]:
    """Codes of the countries and regions whose electricity is known."""
    return sorted(name.removeprefix(GRID) for name in _by_id() if name.startswith(GRID))


def values(found: Mapping[str, Factor]) -> dict[str, float]:
    """The values of factors by id, as methods want them."""
    return {name: one.value for name, one in found.items()}


def doubts(found: Mapping[str, Factor]) -> dict[str, float]:
    """The doubt of factors by id [half-width of a 95 % interval, share of the value], those without any left out."""
    return {name: one.uncertainty for name, one in found.items() if one.uncertainty > 0}


def unused(own: pd.DataFrame | None) -> list[str]:
    """Own factors that no page reads, since no factor here has their id."""
    if own is None:
        return []
    return sorted(name for name in set(own["factor_id"]) - set(_by_id()) if not name.startswith(GRID))


@cache
def formats() -> tuple[dict, ...]:
    """Which advertisement each channel shows, as formats.toml says."""
    return tuple(_toml("formats")["formats"])


def format_of(channel: str, day: date) -> dict | None:
    """The advertisement that a channel shows on a day: device, kilobytes or bits a second, seconds, bids; None where nobody wrote it down."""
    held = [
        one for one in formats() if channel in one["channels"] and one["valid_from"] <= day <= one.get("valid_to", date.max)
    ]  # fmt: skip
    return held[-1] if held else None


def _overridden(ours: Factor, day: date, own: pd.DataFrame | None) -> Factor:
    """The company's own factor where it has one of this id that has begun; it must be in our unit, and has our doubt unless it says its own."""
    if own is None or own.empty:
        return ours
    rows = own[(own["factor_id"] == ours.id) & (pd.to_datetime(own["valid_from"]).dt.date <= day)]
    if rows.empty:
        return ours
    row = rows.sort_values("valid_from", kind="stable").iloc[-1]
    per = "" if pd.isna(row["per"]) else str(row["per"]).strip()
    if ours.unit != "kg CO2e" or per != ours.per:
        needed = f"kg CO2e per {ours.per}" if ours.unit == "kg CO2e" else f"{ours.unit} and no emission"
        raise DataError(
            f'co2_factors: {ours.id} has the unit "{per or "none"}", and this factor is in {needed}. Convert it, or give it another id.'
        )
    doubt = row.get("uncertainty")
    if float(row["co2_kg"]) < 0:
        raise DataError(f"co2_factors: {ours.id} is {float(row['co2_kg']):g} kg, and nothing emits less than 0; what is bought elsewhere makes no factor smaller. Correct it.")  # fmt: skip
    if not pd.isna(doubt) and float(doubt) > WIDEST:
        raise DataError(f"co2_factors: {ours.id} has uncertainty {float(doubt):g}, which is a share: write 0.3 for 30 %.")  # fmt: skip
    told = {} if pd.isna(doubt) else {"uncertainty": float(doubt), "uncertainty_source": str(row["source"])}
    since = pd.Timestamp(row["valid_from"]).date()
    given = {
        "value": float(row["co2_kg"]), "source": str(row["source"]), "licence": "own", "valid_from": since, "checked_on": since,
        "valid_to": date.max, "status": "known", **told,
    }  # fmt: skip
    return replace(ours, **given)


@cache
def _by_id() -> dict[str, tuple[Factor, ...]]:
    made: dict[str, list[Factor]] = {}
    for one in (one for name in FILES for one in _read(name)):
        made.setdefault(one.id, []).append(one)
    return {name: tuple(sorted(rows, key=lambda one: one.valid_from)) for name, rows in sorted(made.items())}


@cache
def _read(name: str) -> tuple[Factor, ...]:
    """The factors of a file; what [defaults] says holds for each line that does not say otherwise."""
    book = _toml(name)
    return tuple(
        made({**book.get("defaults", {}), **one}, f"{name}.toml") for one in (*book.get("factors", ()), *_editions(book))
    )  # fmt: skip


def made(line: Mapping, where: str) -> Factor:
    """One factor from a line of a file.

    Raises
    ------
    DataError : it has no unit or an unknown one, no source, or a value that is no number; the message says what is allowed.
    """
    name, unit, per = line.get("id", "a factor"), line.get("unit", ""), line.get("per", "")
    if unit not in UNITS or per not in PER:
        wrong = f'unit = "{unit}"' if unit not in UNITS else f'per = "{per}"'
        allowed = ", ".join(UNITS if unit not in UNITS else filter(None, PER))
        raise DataError(f"{where}: {name} has {wrong}. Write one of {allowed}.")
    if not line.get("source") or line.get("status", "known") not in STATUSES:
        raise DataError(
            f"{where}: {name} has no source, or a status that is none. Give the source, and {' or '.join(STATUSES)}."
        )
    value = line.get("value")
    if not isinstance(value, int | float) or not math.isfinite(value):
        raise DataError(f"{where}: {name} has value = {value!r}, which is no number. Correct it.")
    allowed = set(Factor.__dataclass_fields__)
    filled = {"per": "", "valid_to": date.max, "status": "known", "uncertainty": 0.0, "uncertainty_source": "", **line}  # fmt: skip
    return Factor(**{key: one for key, one in filled.items() if key in allowed} | {"value": float(value)})


def _editions(book: Mapping) -> list[dict]:
    """The lines of a file that holds one figure a country: editions, each with its countries."""
    rows = []
    for edition in book.get("editions", ()):
        common = {key: one for key, one in edition.items() if key not in ("g_per_kwh", "years")}
        for country, grams in edition["g_per_kwh"].items():
            year = edition.get("years", {}).get(country, edition.get("year"))
            rows.append({**common, "id": GRID + country, "value": grams / 1000, "unit": "kg CO2e", "per": "kWh", "year": year})  # fmt: skip
    return rows


def _toml(name: str) -> dict:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))
