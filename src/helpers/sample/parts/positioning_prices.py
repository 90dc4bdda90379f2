"""Prices seen on the market each week: our machine and those of six competitors, where we sell.

Our machine costs what the calendar of promotions says, on a list price that moves now and then by market, and every reduction
is announced from the lowest price of the weeks before it. Competitors do not react. The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample import promotions
from helpers.sample.demand import PRICE_RISES
from helpers.sample.parts.words import RIVALS
from helpers.sample.setting import MARKETS, autoregression, dates, day_number
from helpers.sample.world import World

PRODUCT, WEEKS, WATCH = "machine", 156, "price watch (invented)"
MONDAYS = day_number("2023-10-02") + 7 * np.arange(WEEKS)
LIST, FRANCS = 129.0, 1.10  # machine, in euro; factor of prices in francs
RIVAL_LIST = (119.0, 99.0, 109.0, 139.0, 89.0, 79.0)
STEP_WEEKS, STEP = 13, 0.045  # our list price moves that often on average, by that log spread
RIVAL_PROMOTION, RIVAL_OFF = 0.10, 0.15  # share of weeks, in runs of three


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `prices`."""
    yield "prices", watched(world)


def watched(world: World) -> pd.DataFrame:
    """Table `prices`: our machine and that of each competitor, each Monday, where we sell."""
    rows = []
    for at, place in enumerate(MARKETS):
        level = FRANCS if place == "CH" else 1.0
        asked = {"own": _ours(world, at, level)} | {name: _theirs(world, at, name, level) for name in RIVALS}
        for seller, (regular, off) in asked.items():
            rows.append(
                pd.DataFrame(
                    {
                        "observed_on": dates(MONDAYS),
                        "market": place,
                        "seller": seller,
                        "product_id": PRODUCT,
                        "price": np.round(regular * (1 - off), 2),
                        "regular_price": regular,
                        "is_promotion": off > 0,
                        "currency": "CHF" if place == "CH" else "EUR",
                        "source": WATCH,
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


def _ours(world: World, at: int, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Regular price and share off of our machine, by Monday, in the currency of the market.

    A new list price stands until the next; it is drawn around LIST, so it never wanders off. What a reduction is announced
    from is the lowest price of the four weeks before it, as the law wants.
    """
    rng, off = world.rng(f"positioning list price {MARKETS[at]}"), promotions.discount()[at, MONDAYS]
    moves, drawn = rng.random(WEEKS) < 1 / STEP_WEEKS, STEP * rng.standard_normal(WEEKS)
    last = np.maximum.accumulate(np.where(moves, np.arange(WEEKS), 0))
    step = np.where(moves[last], drawn[last], 0.0)
    rises = np.prod(
        [np.where(day_number(day) <= MONDAYS, rise, 1.0) for day, rise in PRICE_RISES.items()], axis=0
    )
    regular = np.round(level * LIST * rises * np.exp(step), 2)
    for week in np.flatnonzero(off > 0):
        if week and off[week - 1] > 0:
            regular[week] = regular[week - 1]
        elif week:
            before = slice(max(week - 4, 0), week)
            regular[week] = np.round(regular[before] * (1 - off[before]), 2).min()
    return regular, off


def _theirs(world: World, at: int, name: str, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Regular price and share off of a competitor's machine, by Monday, in the currency of the market."""
    rng = world.rng(f"positioning price {MARKETS[at]} {name}")
    quarter = RIVAL_LIST[RIVALS.index(name)] * np.exp(autoregression(rng, WEEKS // 13 + 1, 0.8, 0.03)[0])
    starts = rng.random(WEEKS) < RIVAL_PROMOTION / 3
    runs = starts | np.roll(starts, 1) | np.roll(starts, 2)
    return np.round(level * (np.round(np.repeat(quarter, 13)[:WEEKS]) - 0.1), 2), RIVAL_OFF * runs
