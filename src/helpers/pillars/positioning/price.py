"""What would people pay? Four answers to one question: what they say, would buy, choose, and did, brought to one page.

The survey is read in `price_people`, choices in `price_choices` (offers in `price_offers`), sales in `price_sales`; what a move of the
price earns is worked out in `price_moves`. Figures and checks stand in `price_figures`, words in `price_telling`, decisions in
`price_decisions`, the what-if in `price_whatif`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from helpers.errors import DataError
from helpers.methods.pricing import Ladder
from helpers.pillars.positioning.price_choices import Chosen
from helpers.pillars.positioning.price_moves import Move, best_move, other_side
from helpers.pillars.positioning.price_people import Told
from helpers.pillars.positioning.price_sales import Did


class Page(NamedTuple):
    """What the page shows.

    told, chosen, did : what people say, choose and did. asked_price : mean price paid today for the brand of the survey; asked_cost : its
    variable cost before tax; lost : what the house loses with each one sold, 0 where nobody knows. alone : the ladder with the cost;
    ladder : with the cost and what the house loses. move : from the price of today to the best one of the choices, None where it cannot be
    told; other : to as far on the other side, where sales say that this one gains. min_chance : chance of a gain from which a price is set.
    """

    told: Told
    chosen: Chosen
    did: Did
    asked_price: float
    asked_cost: float
    lost: float
    alone: Ladder | None
    ladder: Ladder | None
    move: Move | None
    other: Move | None
    vat_rate: float
    min_chance: float


def page(told: Told, chosen: Chosen, did: Did, *, margin_rate: float, unit_cost: float = 0.0, vat_rate: float = 0.0, min_chance: float = 0.80) -> Page:  # fmt: skip
    """Bring the four answers together.

    Parameters
    ----------
    margin_rate : contribution margin of the company as a share of revenue; unit_cost : variable cost of one before tax, 0 by that rate.
    vat_rate : tax inside the prices. min_chance : chance of a gain from which a price is set and not tested.

    Raises
    ------
    DataError : a rate, a cost or a chance lies outside its range.
    """
    if not (0 <= vat_rate < 1 and unit_cost >= 0 and 0.5 < min_chance < 1):
        raise DataError(
            f"unit_cost is {unit_cost:g}, vat_rate {vat_rate:g} and min_chance {min_chance:g}. Give a cost from 0, a rate from 0 to 1 and a "
            "chance between 0.5 and 1."
        )  # fmt: skip
    paid = did.paid.get(told.brand, math.nan)
    base = paid if math.isfinite(paid) else chosen.price
    cost = unit_cost or (base / (1 + vat_rate) * (1 - margin_rate) if math.isfinite(base) else 0.0)
    lost, move = _lost(told, chosen), best_move(chosen, did)
    alone, ladder = (told.ladder_at(cost + more, vat_rate) for more in (0.0, lost))
    return Page(told, chosen, did, paid, cost, lost, alone, ladder, move, other_side(chosen, did, move), vat_rate, min_chance)  # fmt: skip


def _lost(told: Told, chosen: Chosen) -> float:
    """Margin a unit that the house loses with each unit of the line of the survey, before tax.

    Formula: share of the line's choices that come from the house x (price / (1 + vat_rate) - cost) of the house; 0 where the study's new
        offer is another one, or where nothing can be told of it.
    """
    source = chosen.source
    if source is None or chosen.new != told.brand or math.isnan(source.share.value):
        return 0.0
    taken = float(source.table.set_index("offer").loc[chosen.own, "value"])
    return max(taken * (chosen.price / (1 + chosen.vat_rate) - chosen.unit_cost), 0.0)
