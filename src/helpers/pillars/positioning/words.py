"""Money, chances and the level of intervals as all pages on positioning write them."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL


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
