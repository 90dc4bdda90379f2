"""Which decisions and figures of a run are read first: one rule over their rows, whatever the company and its pillars."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.report.digest import Entry

NO_DATE = "9999-12-31"


def ranked(decisions: Sequence[Entry], *, currency: str | None) -> list[Entry]:
    """Return decisions by how much they are sure to move; those of equal rank keep the order given.

    Five groups, in this order:

    1. a clear effect in `currency`, the run's own, that was tested: its interval leaves out zero, and it states how sure
       it is, which only a test allows;
    2. a clear effect in that currency that nobody has tested, such as a forecast or what an assumed effect would bring;
    3. a clear effect in another unit, which cannot be compared with money;
    4. an effect that may be none: its interval holds zero, or it has no interval;
    5. no effect stated: nobody can tell yet.

    In 1 and 2 the greatest comes first, measured at the bound nearest to zero, for this much is at stake at the least; a
    cost counts like a gain. In 3 to 5, and between equal sums, what is due first comes first. A row does not say over
    which time its effect is counted, so a month and a quarter are compared as they stand; each decision says its own.
    """

    def key(one: Entry) -> tuple[int, float, str]:
        row = one.row
        due = str(row.get("due") or NO_DATE)
        if least := least_effect(row):
            if row.get("unit") == "currency" and row.get("currency") == currency:
                return (2 if _number(row.get("probability")) is None else 1), -least, due
            return 3, 0.0, due
        return (5 if _number(row.get("effect")) is None else 4), 0.0, due

    return sorted(decisions, key=key)


def least_effect(row: dict) -> float:
    """Return what a decision moves at the least, up or down: its bound nearest to zero; 0 where that may be nothing."""
    effect, low, high = (_number(row.get(name)) for name in ("effect", "low", "high"))
    if effect is None or low is None or high is None or low <= 0 <= high:
        return 0.0
    return min(abs(low), abs(high))


def foremost(figures: Sequence[Entry], *, most: int) -> tuple[list[Entry], list[Entry]]:
    """Return the figures that a reader meets first, at most so many, and the others; both in the order given.

    Every pillar gives one in turn, and in a pillar every page in turn. Which they are does not depend on how they moved,
    so that a reader finds the same ones every month.
    """
    pillars: dict[str, dict[str, list[Entry]]] = {}
    for one in figures:
        pillars.setdefault(one.name.split("/")[0], {}).setdefault(one.name, []).append(one)
    order = _in_turn(_in_turn(pages.values()) for pages in pillars.values())
    first = {id(one) for one in order[:most]}
    return [one for one in figures if id(one) in first], [one for one in figures if id(one) not in first]


def _in_turn(lists) -> list:
    """Return the first of each list, then the second of each, and so on."""
    return [one for turn in zip_longest(*lists) for one in turn if one is not None]


def _number(value: object) -> float | None:
    """Return a number that can be compared, or None."""
    return float(value) if isinstance(value, int | float) and isfinite(value) else None
