"""Modes, stages, ways and kilograms as the page on carbon writes them."""

from __future__ import annotations

import numpy as np

from helpers.company import Scope
from helpers.i18n import interval, mark_term, number, signed, term, text
from helpers.methods.delivery_carbon_orders import estimate
from helpers.methods.intervals import Estimate
from helpers.pillars.csr.words import level

MODES = {
    "home": mark_term("how an order arrives", "home"),
    "express": mark_term("how an order arrives", "express"),
    "pick-up point": mark_term("how an order arrives", "pick-up point"),
    "click and collect": mark_term("how an order arrives", "click and collect"),
    "store": mark_term("how an order arrives", "store"),
}
STAGES = {
    "packaging": mark_term("a stage of delivery", "boxes"),
    "storage": mark_term("a stage of delivery", "storage"),
    "transport": mark_term("a stage of delivery", "transport"),
    "collection": mark_term("a stage of delivery", "customer’s way"),
}
PARTS = {
    "orders": mark_term("a part of a change", "number of orders"),
    "weight": mark_term("a part of a change", "weight of an order"),
    "modes": mark_term("a part of a change", "modes of delivery"),
    "boxes": mark_term("a part of a change", "boxes"),
    "ways": mark_term("a part of a change", "ways of customers"),
    "rest": mark_term("a part of a change", "storage and transport"),
}
SOURCES = {
    "ways asked": mark_term("a source of doubt", "the ways of customers, of whom few were asked"),
    "kilometres": mark_term("a source of doubt", "what a kilometre emits"),
    "boxes": mark_term("a source of doubt", "what a kilogram of box emits"),
    "storage": mark_term("a source of doubt", "warehouse, platforms and pick-up points"),
    "transport": mark_term("a source of doubt", "lorries and vans (way, load and emission)"),
}
DEVICES = {
    "desktop": mark_term("a device", "computer"),
    "mobile": mark_term("a device", "phone"),
    "tablet": mark_term("a device", "tablet"),
    "": mark_term("a device", "all devices"),
}


def mode(name: str, language: str) -> str:
    """A mode of delivery in words."""
    return term(*MODES[name], language)


def stage(name: str, language: str) -> str:
    """A stage in words."""
    return term(*STAGES[name], language)


def part(name: str, language: str) -> str:
    """A part of the change in words."""
    return term(*PARTS[name], language)


def source(name: str, language: str) -> str:
    """A source of doubt in words."""
    return term(*SOURCES[name], language)


def device(name: str, language: str) -> str:
    """A device in words; one that is not known as the tool calls it."""
    return term(*DEVICES[name], language) if name in DEVICES else name


def told(one: Estimate, unit: str, scope: Scope, *, decimals: int = 2) -> str:
    """A figure with its interval in brackets; a dash where it cannot be told."""
    if one.value != one.value:
        return "–"
    shown = {"decimals": decimals, "language": scope.language}
    return f"{number(one.value, unit, **shown)} ({interval(one.low, one.high, unit, **shown)})"


def moved(
    drawn: np.ndarray, unit: str, scope: Scope, *, decimals: int = 0, levelled: bool = False, **more: str
) -> str:
    """A change with its sign and its interval in brackets, from draws of which the first is the figure; a dash where it cannot be told.

    levelled : the brackets say the level of the interval, too.
    """
    one = estimate(drawn, n=0)
    if one.value != one.value:
        return "–"
    shown = {"decimals": decimals, "language": scope.language, **more}
    bounds = interval(one.low, one.high, unit, **shown)
    if levelled:
        bounds = text("{level} interval {bounds}", scope.language, level=level(scope), bounds=bounds)
    return f"{signed(one.value, unit, **shown)} ({bounds})"


def bounds(drawn: np.ndarray, unit: str, scope: Scope, *, decimals: int = 0, **more: str) -> str:
    """The interval alone."""
    one = estimate(drawn, n=0)
    return interval(one.low, one.high, unit, decimals=decimals, language=scope.language, **more)


def kg(value: float, scope: Scope, *, decimals: int = 2) -> str:
    """Kilograms."""
    return number(value, "kg", decimals=decimals, language=scope.language)


def money(value: float, scope: Scope, *, decimals: int = 2) -> str:
    """Money of the page."""
    return number(value, "currency", currency=scope.currency, decimals=decimals, language=scope.language)


def orders(n: float, scope: Scope) -> str:
    """Orders with their noun."""
    return number(n, "orders", language=scope.language)


def chance(share: float, scope: Scope) -> str:
    """A chance, never said to be surer than a model can be."""
    if share > 0.99:
        return text("over {share}", scope.language, share=number(0.99, "share", language=scope.language))
    if share < 0.01:
        return text("under {share}", scope.language, share=number(0.01, "share", language=scope.language))
    return number(share, "share", language=scope.language)
