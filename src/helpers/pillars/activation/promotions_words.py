"""How the page of promotions writes money, and names what it is."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import interval, listed, number, text
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


def quoted(name: str, scope: Scope) -> str:
    """A name in the quotation marks of the reader's language."""
    return text("“{name}”", scope.language, name=name)


def plain_names(some: list, scope: Scope) -> str:
    """Names of promotions in one list."""
    return listed([quoted(one.name, scope) for one in some], scope.language)
