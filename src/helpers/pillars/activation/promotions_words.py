"""How the page of promotions writes money, and names what it is."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL
from helpers.methods.intervals import Estimate


def money_of(scope: Scope, decimals: int = 0) -> dict:
    """Options of `i18n.number` for money of the scope."""
    return {"unit": "currency", "currency": scope.currency, "decimals": decimals, "language": scope.language}


def amount(value: float, scope: Scope) -> str:
    """Money as a reader writes it."""
    return number(value, **money_of(scope))


def bounds(one: Estimate, scope: Scope) -> str:
    """The interval of a sum of money."""
    return interval(one.low, one.high, **money_of(scope))


def level(scope: Scope) -> str:
    """The level of the page's intervals."""
    return number(LEVEL, "share", language=scope.language)


def money_word(money_is: str, scope: Scope) -> str:
    """Name what the money is: contribution margin, or revenue where neither costs nor a rate are known."""
    if money_is == "revenue":
        return text("revenue", scope.language)
    return text("contribution margin", scope.language)
