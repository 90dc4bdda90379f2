"""Shares, weeks and names as the page on share of voice writes them."""

from __future__ import annotations

import pandas as pd

from helpers import i18n
from helpers.company import Scope
from helpers.i18n import interval, listed, number, plural, signed, text
from helpers.methods.intervals import Estimate

MOST_NAMES = 8


def some(names: list[str], scope: Scope) -> str:
    """The first names of a list."""
    return listed([str(one) for one in names[:MOST_NAMES]], scope.language)


def share(one: float, scope: Scope, decimals: int = 1) -> str:
    """A share as percent."""
    return number(one, "share", decimals=decimals, language=scope.language)


def bounds(one: Estimate, scope: Scope, unit: str = "share", decimals: int = 1) -> str:
    """The interval of an estimate."""
    return interval(one.low, one.high, unit, decimals=decimals, language=scope.language)


def points(one: float, scope: Scope, decimals: int = 1) -> str:
    """A difference of two shares in points of percent, a rise with its plus."""
    return text("{n} pts", scope.language, n=signed(100 * one, "ratio", decimals=decimals, language=scope.language))  # fmt: skip


def points_bounds(one: Estimate, scope: Scope, decimals: int = 1) -> str:
    """The interval of a difference of two shares."""
    low, high = (signed(100 * end, "ratio", decimals=decimals, language=scope.language) for end in (one.low, one.high))  # fmt: skip
    return text("{low} to {high} pts", scope.language, low=low, high=high)


def count(one: float, scope: Scope) -> str:
    """A whole number."""
    return number(one, "count", language=scope.language)


def ratio(one: float, scope: Scope, decimals: int = 1) -> str:
    """A plain number."""
    return number(one, "ratio", decimals=decimals, language=scope.language)


def weeks(n: float, scope: Scope) -> str:
    """A number of weeks."""
    return plural("{n} week", "{n} weeks", n, scope.language)


def day(when: pd.Timestamp, scope: Scope) -> str:
    """A day with its year."""
    return i18n.day(when.date(), scope.language)


def operation(has_store: bool, scope: Scope) -> str:
    """What a shop may do in a region."""
    return text("a small operation in the shop", scope.language) if has_store else text("a pop-up shop", scope.language)  # fmt: skip
