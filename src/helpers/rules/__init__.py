"""Dated rules: tax rates, school holidays and sales seasons, each with its source and the day it was checked."""

from __future__ import annotations

import tomllib
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


@cache
def _read(name: str) -> dict:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


def vat_rates(market: str, days: pd.DatetimeIndex) -> np.ndarray:
    """Standard VAT rate [share] of a market on each day.

    Raises
    ------
    DataError : no rate is known for the market, or for a day before the first one.
    """
    known = sorted((r["valid_from"], r["rate"]) for r in _read("vat")["rates"] if r["market"] == market)
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
    book = _read("calendar")
    school = book["school_holidays"]
    for one in school["periods"]:
        rows += [
            (one["from"], one["to"], school["market"], "school holiday", f"{one['name']} (zone {zone})", zone)
            for zone in one["zone"].split()
        ]
    for season in book["soldes"]:
        rows += [(p["from"], p["to"], season["market"], "soldes", p["name"], None) for p in season["periods"]]
    frame = pd.DataFrame(rows, columns=["starts_on", "ends_on", "market", "kind", "name", "zone"])
    inside = (frame["ends_on"] >= first) & (frame["starts_on"] <= last) & frame["market"].isin(markets)
    kept = frame[inside].astype({"starts_on": "datetime64[us]", "ends_on": "datetime64[us]"})
    return kept.sort_values(["starts_on", "market", "kind", "name"], ignore_index=True)
