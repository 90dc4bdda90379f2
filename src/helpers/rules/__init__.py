"""Dated rules: tax, school holidays, sales seasons, consent, retention; each with its source and the day it was checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import DataError

# Days after Easter Sunday, or (month, day); public holidays of the whole market.
HOLIDAYS = {
    "FR": {
        "Jour de l'an": (1, 1), "Lundi de Pâques": 1, "Fête du Travail": (5, 1), "Victoire 1945": (5, 8),
        "Ascension": 39, "Lundi de Pentecôte": 50, "Fête nationale": (7, 14), "Assomption": (8, 15),
        "Toussaint": (11, 1), "Armistice 1918": (11, 11), "Noël": (12, 25),
    },
    "BE": {
        "Jour de l'an": (1, 1), "Lundi de Pâques": 1, "Fête du Travail": (5, 1), "Ascension": 39,
        "Lundi de Pentecôte": 50, "Fête nationale": (7, 21), "Assomption": (8, 15), "Toussaint": (11, 1),
        "Armistice": (11, 11), "Noël": (12, 25),
    },
    "CH": {"Nouvel An": (1, 1), "Ascension": 39, "Fête nationale": (8, 1), "Noël": (12, 25)},
}  # fmt: skip
EASTER = {2023: (4, 9), 2024: (3, 31), 2025: (4, 20), 2026: (4, 5), 2027: (3, 28), 2028: (4, 16)}


@dataclass(frozen=True)
class ConsentRule:
    """Which legal bases permit a use of people, and from when to when.

    `people` is "all", or "b2b" for professional customers. `silent` is the basis that permits the use of people who have
    said nothing; empty where unknown means not allowed. `goes_with` names a use whose permission also covers this one.
    """

    id: str
    use: str
    people: str
    bases: tuple[str, ...]
    silent: str
    text: str
    source: str
    valid_from: date
    checked_on: date
    valid_to: date = date.max
    goes_with: str = ""


@dataclass(frozen=True)
class RetentionRule:
    """How many months the rows of a table are kept, counted from "own day" or "last contact"."""

    table: str
    months: int
    counted_from: str
    text: str
    source: str
    valid_from: date
    checked_on: date


@cache
def book(name: str) -> dict:
    """Return a file of rules as it is written, such as "calendar"; it is read once."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def vat_rates(market: str, days: pd.DatetimeIndex) -> np.ndarray:
    """Standard VAT rate [share] of a market on each day.

    Raises
    ------
    DataError : no rate is known for the market, or for a day before the first one.
    """
    known = sorted((r["valid_from"], r["rate"]) for r in book("vat")["rates"] if r["market"] == market)
    first = pd.Timestamp(known[0][0]) if known else None
    if first is None or (len(days) and days.min() < first):
        since = f" before {known[0][0]}" if known else ""
        raise DataError(f"vat.toml: no rate for market {market}{since}. Add one with its source.")
    at = np.searchsorted([np.datetime64(day) for day, _ in known], days.to_numpy(), side="right") - 1
    return np.array([rate for _, rate in known])[at]


def calendar(markets: tuple[str, ...], first: date, last: date) -> pd.DataFrame:
    """Holidays, school holidays and sales seasons that touch a span of days.

    Returns
    -------
    One row per starts_on, market, kind and name: starts_on, ends_on, market, kind [public holiday, school holiday,
    soldes], name, zone; as the table `calendar`.
    """
    rows = []
    for market in markets:
        for year in range(first.year, last.year + 1):
            for name, when in HOLIDAYS.get(market, {}).items():
                day = (
                    date(year, *EASTER[year]) + timedelta(when)
                    if isinstance(when, int)
                    else date(year, *when)
                )
                rows.append((day, day, market, "public holiday", name, None))
    days = book("calendar")
    school = days["school_holidays"]
    for one in school["periods"]:
        rows += [
            (one["from"], one["to"], school["market"], "school holiday", f"{one['name']} (zone {zone})", zone)
            for zone in one["zone"].split()
        ]
    for season in days["soldes"]:
        rows += [(p["from"], p["to"], season["market"], "soldes", p["name"], None) for p in season["periods"]]
    frame = pd.DataFrame(rows, columns=["starts_on", "ends_on", "market", "kind", "name", "zone"])
    inside = (frame["ends_on"] >= first) & (frame["starts_on"] <= last) & frame["market"].isin(markets)
    kept = frame[inside].astype({"starts_on": "datetime64[us]", "ends_on": "datetime64[us]"})
    return kept.sort_values(["starts_on", "market", "kind", "name"], ignore_index=True)


@cache
def consent_rules() -> tuple[ConsentRule, ...]:
    """Return every rule of consent.toml, in its order."""
    return tuple(ConsentRule(**{**one, "bases": tuple(one["bases"])}) for one in book("consent")["rules"])


def consent_uses() -> tuple[str, ...]:
    """Return the uses of people that there are rules for, in the order of consent.toml."""
    return tuple(dict.fromkeys(one.use for one in consent_rules()))


def consent_rule(use: str, day: date, *, people: str = "all") -> ConsentRule:
    """Return the rule of a use on a day; professional customers ("b2b") fall under that of all where they have none.

    Raises
    ------
    ValueError : there is no such use; the message lists those there are.
    DataError : no rule is known for the day.
    """
    if use not in consent_uses():
        raise ValueError(f'use: "{use}" is unknown. Use {", ".join(consent_uses())}.')
    for wanted in dict.fromkeys((people, "all")):
        for one in consent_rules():
            if one.use == use and one.people == wanted and one.valid_from <= day <= one.valid_to:
                return one
    first = min(one.valid_from for one in consent_rules() if one.use == use)
    raise DataError(
        f"consent.toml: no rule for {use} on {day}; the first is of {first}. Add one with its source."
    )


@cache
def retention_rules() -> dict[str, RetentionRule]:
    """Return the rules of retention.toml by table."""
    return {one["table"]: RetentionRule(**one) for one in book("retention")["tables"]}


@cache
def contacts() -> dict[str, dict[str, tuple[str, ...]]]:
    """Return what counts as a contact of a person: table -> the values that a column must have (none: every row)."""
    return {
        one["table"]: {name: tuple(values) for name, values in one.items() if name != "table"}
        for one in book("retention")["contacts"]
    }
