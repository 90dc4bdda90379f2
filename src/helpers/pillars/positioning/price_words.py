"""Points and figures with their intervals as the page on prices writes them."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import interval, mark_term, number, term
from helpers.pillars.positioning.words import amount, bounds

POINTS = {
    "pmc": mark_term("a price point", "lower end of acceptable prices"),
    "opp": mark_term("a price point", "as many too cheap as too expensive"),
    "idp": mark_term("a price point", "as many cheap as expensive"),
    "pme": mark_term("a price point", "upper end of acceptable prices"),
}


def point(name: str, language: str) -> str:
    """A price point in words."""
    return term(*POINTS[name], language)


def ranged(one: float, low: float, high: float, scope: Scope) -> str:
    """An amount with its interval; a dash where it is not known."""
    return amount(one, scope) if one != one else f"{amount(one, scope)} ({bounds(low, high, scope)})"


def share(one: float, scope: Scope, decimals: int = 0) -> str:
    """A share as percent."""
    return number(one, "share", decimals=decimals, language=scope.language)


def shares(one: float, low: float, high: float, scope: Scope, decimals: int = 0) -> str:
    """A share with its interval; a dash where it is not known."""
    written = interval(low, high, "share", decimals=decimals, language=scope.language)
    return share(one, scope) if one != one else f"{share(one, scope, decimals)} ({written})"
