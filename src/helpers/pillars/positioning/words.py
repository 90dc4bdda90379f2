"""Money, chances and the level of intervals as all pages on positioning write them."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import interval, mark_term, number, term, text
from helpers.kpi import LEVEL

TRAITS = {
    "modern": mark_term("a trait of a brand", "modern"),
    "trusted": mark_term("a trait of a brand", "trusted"),
    "good_taste": mark_term("a trait of a brand", "good taste"),
    "ecological": mark_term("a trait of a brand", "ecological"),
    "cheap": mark_term("a trait of a brand", "cheap"),
    "premium": mark_term("a trait of a brand", "premium"),
    "practical": mark_term("a trait of a brand", "practical"),
    "family": mark_term("a trait of a brand", "for the family"),
    "innovative": mark_term("a trait of a brand", "innovative"),
    "local": mark_term("a trait of a brand", "local"),
}


def trait(name: str, language: str) -> str:
    """An attribute of a survey on brands in words; one that is not known as the survey calls it."""
    plain = name.replace(" ", "_")
    return term(*TRAITS[plain], language) if plain in TRAITS else name.replace("_", " ")


def amount(one: float, scope: Scope, decimals: int = 0) -> str:
    """A price or another amount."""
    return number(one, "currency", currency=scope.currency, decimals=decimals, language=scope.language)


def bounds(low: float, high: float, scope: Scope) -> str:
    """The interval of an amount."""
    return interval(low, high, "currency", currency=scope.currency, language=scope.language)


def chance(one: float, language: str) -> str:
    """A chance as percent, never said to be certain."""
    if one < 0.01:
        return text("under {share}", language, share=number(0.01, "share", language=language))
    return number(min(one, 0.99), "share", language=language)


def level(scope: Scope) -> str:
    """The level of every interval of the page."""
    return number(LEVEL, "share", language=scope.language)
