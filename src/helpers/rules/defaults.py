"""Dated rules of options that are ticked beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from helpers.rules import book


@dataclass(frozen=True)
class DefaultRule:
    """One rule of some markets; `status` is "known" or "to confirm"."""

    id: str
    markets: tuple[str, ...]
    text: str
    source: str
    status: str
    valid_from: date
    checked_on: date
    valid_to: date = date.max


@cache
def default_rules() -> tuple[DefaultRule, ...]:
    """Every rule of defaults.toml, in its order."""
    return tuple(
        DefaultRule(**{**one, "markets": tuple(one["markets"])}) for one in book("defaults")["rules"]
    )


def default_rule(market: str, day: date) -> DefaultRule | None:
    """The rule of a market on a day; None where none is written down, which is no permission."""
    for one in default_rules():
        if market in one.markets and one.valid_from <= day <= one.valid_to:
            return one
    return None
