"""Promotions: when they run, what they take off, what they bring, and what they only move.

Formula: lift(t) = lift x max(exp(-t / 9), .35) over the days of a promotion longer than ten days, lift over a shorter one;
    the 28 days after it lose `pulled` of its sum, with weights exp(-t / 10).
Source: a lift with a dip after it (van Heerde, Leeflang & Wittink, Marketing Science 23(3), 2004). The sizes are invented.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from helpers import rules
from helpers.sample.setting import DAYS, MARKETS, N_DAYS, PRICE_CLASSES, day_number

DIP_DAYS, DIP_DECAY, LONG, FADE, FLOOR = 28, 10.0, 10, 9.0, 0.35
NEW_LIFT = 0.8  # first purchases rise by that much of the lift of the middle class


class Promotion(NamedTuple):
    """One promotion: days from FIRST, share off, lift of orders by price class, share of the lift that is pulled forward."""

    name: str
    kind: str
    markets: tuple[str, ...]
    first: int
    last: int
    discount: float
    lift: tuple[float, float, float]
    pulled: float


SOLDES = (0.18, (0.08, 0.35, 0.90), 0.45)  # discount over the whole basket, lift, pulled
BLACK_FRIDAY = (0.15, (0.45, 1.20, 2.20), 0.35)
FRENCH_DAYS = (0.12, (0.15, 0.50, 1.00), 0.40)
LAUNCH = (0.0, (0.18, 0.15, 0.10), 0.0)
BLACK_FRIDAYS = ("2023-11-20", "2024-11-25", "2025-11-24", "2026-11-23")
FRENCH = ("2024-05-02", "2024-09-25", "2025-04-30", "2025-09-24", "2026-04-29", "2026-09-09", "2027-04-28")
LAUNCHES = {
    "Launch Ondine": "2024-03-11", "Launch Ondine Mini": "2025-03-10", "Launch Source": "2025-10-06",
    "Launch Ondine 2": "2026-05-11", "Launch Source Pro": "2027-03-15",
}  # fmt: skip


@cache
def every() -> tuple[Promotion, ...]:
    """Sales seasons, Black Friday, French Days and own launches, in the order of their first day."""
    seasons = rules.calendar(MARKETS, DAYS[0].date(), DAYS[-1].date()).query("kind == 'soldes'")
    made = []
    for one in seasons.itertuples(index=False):
        markets = (
            ("FR", "CH") if one.market == "FR" else (one.market,)
        )  # Switzerland follows the French season
        made.append(
            Promotion(
                one.name, "soldes", markets, day_number(one.starts_on), day_number(one.ends_on), *SOLDES
            )
        )
    made += [
        _own(f"Black Friday {day[:4]}", "promotion", MARKETS, day, 8, BLACK_FRIDAY) for day in BLACK_FRIDAYS
    ]
    for part, days in (("spring", FRENCH[::2]), ("autumn", FRENCH[1::2])):
        made += [
            _own(f"French Days {day[:4]} {part}", "promotion", ("FR", "BE"), day, 6, FRENCH_DAYS)
            for day in days
        ]
    made += [_own(name, "own launch", MARKETS, day, 21, LAUNCH) for name, day in LAUNCHES.items()]
    return tuple(sorted(made, key=lambda one: (one.first, one.name)))


def _own(name: str, kind: str, markets: tuple[str, ...], day: str, length: int, sizes: tuple) -> Promotion:
    return Promotion(name, kind, markets, day_number(day), day_number(day) + length - 1, *sizes)


def effect(one: Promotion) -> tuple[np.ndarray, np.ndarray]:
    """Extra orders and the dip of one promotion, relative to calm demand [market, price class, day]."""
    extra = np.zeros((len(MARKETS), len(PRICE_CLASSES), N_DAYS))
    dip = np.zeros_like(extra)
    days = np.arange(one.last - one.first + 1)
    shape = np.maximum(np.exp(-days / FADE), FLOOR) if len(days) > LONG else np.ones(len(days))
    after = np.exp(-np.arange(DIP_DAYS) / DIP_DECAY)
    after *= one.pulled * shape.sum() / after.sum()
    for market in one.markets:
        for row, size in enumerate(one.lift):
            _add(extra[MARKETS.index(market), row], one.first, size * shape)
            _add(dip[MARKETS.index(market), row], one.last + 1, size * after)
    return extra, dip


@cache
def effects() -> tuple[np.ndarray, np.ndarray]:
    """What all promotions do to repeat purchases: calm [1 less the dips] and lift, both [market, price class, day]."""
    calm, lift = 1.0, 0.0
    for one in every():
        extra, dip = effect(one)
        calm, lift = calm - dip, lift + extra
    return np.maximum(calm, 0.2), lift


@cache
def discount() -> np.ndarray:
    """Share off list prices [market, day]; the deepest promotion counts."""
    off = np.zeros((len(MARKETS), N_DAYS))
    for one in every():
        for market in one.markets:
            row = off[MARKETS.index(market), max(one.first, 0) : one.last + 1]
            np.maximum(row, one.discount, out=row)
    return off


def _add(row: np.ndarray, first: int, values: np.ndarray) -> None:
    """Add values to a row from a day on, as far as the row goes."""
    start, stop = max(first, 0), min(first + len(values), len(row))
    if start < stop:
        row[start:stop] += values[start - first : stop - first]
