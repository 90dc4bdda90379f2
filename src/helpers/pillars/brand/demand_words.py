"""Names, shares and money as the page on what the brand brings in sales writes them."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import interval, mark_term, number, term, text
from helpers.pillars.brand.demand import WAYS

MEASURES = {
    "unaided_awareness": mark_term("a brand measure", "unaided awareness"),
    "aided_awareness": mark_term("a brand measure", "aided awareness"),
    "consideration": mark_term("a brand measure", "consideration"),
    "preference": mark_term("a brand measure", "preference"),
    "use": mark_term("a brand measure", "use"),
}
OF_MEASURE = {
    "unaided_awareness": mark_term("of a brand measure", "of unaided awareness"),
    "aided_awareness": mark_term("of a brand measure", "of aided awareness"),
    "consideration": mark_term("of a brand measure", "of consideration"),
    "preference": mark_term("of a brand measure", "of preference"),
    "use": mark_term("of a brand measure", "of use"),
}


def measured(name: str, language: str) -> str:
    """A brand measure in words."""
    return term(*MEASURES[name], language)


def of_measure(name: str, language: str) -> str:
    """A brand measure after "a point"."""
    return term(*OF_MEASURE[name], language)


def way(kind: str, detail: str, language: str) -> str:
    """A way to read the effect in words."""
    growth = number(float(detail), "share", language=language) if kind == "growth" else ""
    metric = measured(detail, language) if kind == "metric" else ""
    return term(*WAYS[kind], language, growth=growth, metric=metric)


def share(one: float, scope: Scope, decimals: int = 0) -> str:
    """A share as percent; a dash where it is not known."""
    return number(one, "share", decimals=decimals, language=scope.language)


def shares(low: float, high: float, scope: Scope, decimals: int = 1) -> str:
    """The interval of a share."""
    return interval(low, high, "share", decimals=decimals, language=scope.language)


def amount(one: float, scope: Scope) -> str:
    """Money, to three digits that count: more would be a precision that nobody has."""
    return number(_rounded(one), "currency", currency=scope.currency, language=scope.language)


def amounts(low: float, high: float, scope: Scope) -> str:
    """The interval of an amount."""
    return interval(
        _rounded(low), _rounded(high), "currency", currency=scope.currency, language=scope.language
    )


def _rounded(one: float) -> float:
    return round(one, 2 - math.floor(math.log10(abs(one)))) if one and math.isfinite(one) else one


def points(one: float, scope: Scope) -> str:
    """Points of 100 people asked, with one decimal."""
    return number(one, "ratio", decimals=1, language=scope.language)


def point_bounds(low: float, high: float, scope: Scope) -> str:
    """The interval of points."""
    return interval(low, high, "ratio", decimals=1, language=scope.language)


def chance(one: float, scope: Scope) -> str:
    """A chance as percent, never said to be certain."""
    if math.isnan(one):
        return "–"
    if one < 0.01:
        return text("under {share}", scope.language, share=share(0.01, scope))
    return share(min(one, 0.99), scope)
