"""Money, shares and points as the page on prices writes them."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import interval, mark_term, number, term
from helpers.kpi import LEVEL

POINTS = {
    "pmc": mark_term("a price point", "lower end of acceptable prices"),
    "opp": mark_term("a price point", "as many too cheap as too expensive"),
    "idp": mark_term("a price point", "as many cheap as expensive"),
    "pme": mark_term("a price point", "upper end of acceptable prices"),
}


def point(name: str, language: str) -> str:
    """A price point in words."""
    return term(*POINTS[name], language)


def money(one: float, scope: Scope, decimals: int = 0) -> str:
    """A price or another amount."""
    return number(one, "currency", currency=scope.currency, decimals=decimals, language=scope.language)


def between(low: float, high: float, scope: Scope) -> str:
    """The interval of an amount."""
    return interval(low, high, "currency", currency=scope.currency, language=scope.language)


def ranged(one: float, low: float, high: float, scope: Scope) -> str:
    """An amount with its interval; a dash where it is not known."""
    return money(one, scope) if one != one else f"{money(one, scope)} ({between(low, high, scope)})"


def share(one: float, scope: Scope, decimals: int = 0) -> str:
    """A share as percent."""
    return number(one, "share", decimals=decimals, language=scope.language)


def shares(one: float, low: float, high: float, scope: Scope, decimals: int = 0) -> str:
    """A share with its interval; a dash where it is not known."""
    written = interval(low, high, "share", decimals=decimals, language=scope.language)
    return share(one, scope) if one != one else f"{share(one, scope, decimals)} ({written})"


def chance(one: float, scope: Scope) -> str:
    """A chance, kept off the ends: no page is surer."""
    return share(min(max(one, 0.01), 0.99), scope)


def level(scope: Scope) -> str:
    """The level of every interval of the page."""
    return number(LEVEL, "share", language=scope.language)
