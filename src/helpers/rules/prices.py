"""Dated rules of price reductions: the reference price beside a discount, the word soldes, departments with other days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from helpers.rules import book


@dataclass(frozen=True)
class PriceRule:
    """One rule of a market; `days` is 0 where it has none; `status` is "known" or "to confirm"."""

    id: str
    market: str
    text: str
    source: str
    status: str
    valid_from: date
    checked_on: date
    days: int = 0
    valid_to: date = date.max


@dataclass(frozen=True)
class Departments:
    """Departments whose soldes begin on other days, which nobody has written down here."""

    market: str
    codes: tuple[str, ...]
    text: str
    source: str
    status: str
    checked_on: date


@cache
def price_rules() -> tuple[PriceRule, ...]:
    """Every rule of prices.toml, in its order."""
    return tuple(PriceRule(**one) for one in book("prices")["rules"])


@cache
def departments() -> tuple[Departments, ...]:
    """Departments with days of their own."""
    return tuple(
        Departments(**{**one, "codes": tuple(one["codes"])}) for one in book("prices")["departments"]
    )


def price_rule(name: str, market: str, day: date) -> PriceRule | None:
    """The rule of a market on a day; None where none is written down, which is no permission.

    Raises
    ------
    ValueError : there is no such rule in any market; the message lists those there are.
    """
    names = tuple(dict.fromkeys(one.id for one in price_rules()))
    if name not in names:
        raise ValueError(f'rule: "{name}" is unknown. Use {", ".join(names)}.')
    for one in price_rules():
        if one.id == name and one.market == market and one.valid_from <= day <= one.valid_to:
            return one
    return None


def soldes_of(market: str, first: date, last: date) -> str:
    """Whether days lie inside a season of the soldes: "inside", "outside", or "to confirm" where the year's days are not written down."""
    seasons = [
        (one["from"], one["to"])
        for year in book("calendar")["soldes"]
        if year["market"] == market
        for one in year["periods"]
    ]
    if any(start <= first and last <= end for start, end in seasons):
        return "inside"
    # A year is written down when both its seasons are: its winter may be known before its summer is.
    halves = {(end.year, end.month > 6) for _, end in seasons}
    known = {year for year in (first.year, last.year) if {(year, False), (year, True)} <= halves}
    return "outside" if {first.year, last.year} <= known else "to confirm"
