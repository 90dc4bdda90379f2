"""Names and values of the criteria as the page on markets and targets writes them."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import interval, mark_term, number, term

NAMES = {
    "size": mark_term("a criterion", "size"),
    "growth": mark_term("a criterion", "growth"),
    "share": mark_term("a criterion", "own share"),
    "margin": mark_term("a criterion", "margin"),
    "reach": mark_term("a criterion", "reach"),
    "fit": mark_term("a criterion", "fit"),
}
UNITS = {
    "size": "currency",
    "growth": "share",
    "share": "share",
    "margin": "share",
    "reach": "share",
    "fit": "ratio",
}
DECIMALS = {"growth": 1, "share": 1, "fit": 2}


def criterion(name: str, language: str) -> str:
    """A criterion in words."""
    return term(*NAMES[name], language)


def value(name: str, one: float, scope: Scope) -> str:
    """The value of a criterion with its unit; a dash where it is not known."""
    return number(one, UNITS[name], decimals=DECIMALS.get(name, 0), currency=scope.currency, language=scope.language)  # fmt: skip


def with_bounds(name: str, one: float, low: float, high: float, scope: Scope) -> str:
    """The value of a criterion with its interval where it has one."""
    told = value(name, one, scope)
    if not high > low:
        return told
    written = {"decimals": DECIMALS.get(name, 0), "currency": scope.currency, "language": scope.language}
    return f"{told} ({interval(min(low, one), max(high, one), UNITS[name], **written)})"
