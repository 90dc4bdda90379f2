"""What moving the own price earns: by what people choose, and by what they did when it moved before."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.kpi import LEVEL
from helpers.methods import choice_panel
from helpers.methods.intervals import Estimate, equal_tailed
from helpers.pillars.positioning.price_choices import SEED, Chosen
from helpers.pillars.positioning.price_sales import Did

SAME = 0.03  # a price within this of today's, as a share of it, is today's
DRAWS = 2000


class Move(NamedTuple):
    """From the price of today to another.

    before, after : prices. chosen, chosen_chance : change of the margin by the choices [share of today's margin] and the chance of a gain.
    sold, sold_chance : the same by sales; NaN where they cannot tell. a_year : change of the margin a year by sales [money], where they
    can tell, else by choices. stays : the best price is the one of today. at_end : it lies at the end of the prices that people saw.
    """

    before: float
    after: float
    best: Estimate
    chosen: Estimate
    chosen_chance: float
    sold: Estimate
    sold_chance: float
    a_year: Estimate
    stays: bool
    at_end: float


def best_move(made: Chosen, did: Did) -> Move | None:
    """From the price of today to the one with the highest margin by choices; None where nothing can be told."""
    if made.curve is None or made.panel is None or not made.curve.table.shape[0]:
        return None
    best = made.curve.best
    stays = best.low <= made.price <= best.high or abs(best.value / made.price - 1) < SAME
    return move(made, did, made.price if stays else best.value)._replace(stays=stays)


def move(made: Chosen, did: Did, after: float) -> Move:
    """From the price of today to `after`.

    Formula: by choices the margins of the what-if; by sales (after / before)^e x (margin a unit after / before) - 1, e drawn.
    """
    known = made.panel["constants"]
    inputs = {"price": after, **dict(zip(known["inputs"], known["today"]["options"], strict=True))}
    told = choice_panel.scenario(inputs, known, made.panel["draws"])["figures"]
    today = told["margin"][0] - told["change"][0]
    change = [None if one is None else one / today for one in told["change"]]
    value, low, high = (change[0] if one is None else one for one in change)
    by_choice = Estimate(value, min(low, value), max(high, value), LEVEL, made.n)
    chance = told["chance"][0] if math.isfinite(told["chance"][0]) else math.nan
    sold, sold_chance = _by_sales(made, did, after)
    net = made.price / (1 + made.vat_rate) - made.unit_cost
    base, year = (sold if math.isfinite(sold.value) else by_choice), did.units * net
    a_year = Estimate(base.value * year, base.low * year, base.high * year, LEVEL, base.n)
    return Move(made.price, after, made.curve.best, by_choice, chance, sold, sold_chance, a_year, False, made.curve.at_end)  # fmt: skip


def other_side(made: Chosen, did: Did, first: Move | None) -> Move | None:
    """As far to the other side of the price of today, where sales say that it gains and the first move loses; inside the prices that people saw."""
    if first is None or first.stays or not first.sold_chance < 0.5:
        return None
    lowest, highest = made.panel["constants"]["tested"]
    found = move(made, did, float(np.clip(2 * first.before - first.after, lowest, highest)))
    return found if found.sold_chance > 0.5 else None


def _by_sales(made: Chosen, did: Did, after: float) -> tuple[Estimate, float]:
    found = did.found
    if found is None or found.reason:
        return Estimate(math.nan, math.nan, math.nan, LEVEL, 0), math.nan
    net = [price / (1 + made.vat_rate) - made.unit_cost for price in (made.price, after)]
    e = np.r_[found.own.value, found.draws(DRAWS, seed=SEED)]
    change = (after / made.price) ** e * net[1] / net[0] - 1
    low, high = equal_tailed(change[1:], level=LEVEL)
    chance = float((change[1:] > 0).mean()) if after != made.price else math.nan
    value = float(change[0])
    return Estimate(value, min(float(low), value), max(float(high), value), LEVEL, found.own.n), chance
