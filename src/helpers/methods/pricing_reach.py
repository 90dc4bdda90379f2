"""Newton, Miller and Smith: the four price answers and two intents to buy, read as share of buyers and revenue over price."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level, equal_tailed
from helpers.methods.pricing_answers import Answers
from helpers.methods.pricing_points import REDRAWS, redrawn

CALIBRATED = (0.0, 0.1, 0.3, 0.5, 0.7)  # chance to buy of an intent of 1 to 5


class Reach(NamedTuple):
    """Buyers and revenue over price.

    table : price, reach [share of people], reach_low, reach_high, revenue [money a hundred people], revenue_low, revenue_high. best_reach,
        best_revenue : prices with the most buyers and the most revenue. reason : why there is nothing, empty where there is something.
    """

    table: pd.DataFrame
    best_reach: Estimate
    best_revenue: Estimate
    reason: Said | str


def newton_miller_smith(
    given: Answers, *, calibrated: tuple[float, ...] = CALIBRATED, level: float = 0.90, redraws: int = REDRAWS, seed: int = 0
) -> Reach:  # fmt: skip
    """Share of buyers and revenue at each price that was named, with bootstrap intervals over people.

    Parameters
    ----------
    given : answers in order, with intents; people without an intent are left out of it.
    calibrated : chance to buy of an intent of 1 to 5, rising; the usual ones are a convention and rest on no data of the company.

    Raises
    ------
    ValueError : `calibrated` is not five rising shares.

    Formula: a person buys with chance 0 at the own too cheap and too expensive price and beyond, with the calibrated chance at the cheap
        and at the expensive price, and on the lines between them by price; reach = mean over people, revenue = price x reach. (A program in
        use draws these lines over the rank of a price among those named, which puts its best revenue elsewhere.)
    Source: Newton, Miller & Smith (1993), A market acceptance extension to traditional price sensitivity measurement, AMA.
    """
    check_level(level)
    chance = np.asarray(calibrated, dtype=float)
    if chance.shape != (5,) or not ((chance >= 0) & (chance <= 1)).all() or (np.diff(chance) < 0).any():
        raise ValueError("calibrated: give five shares from 0 to 1 that do not fall")
    known = np.isfinite(given.intents).all(axis=1)
    reason = given.reason
    if not reason and not known.any():
        reason = said("nobody was asked how likely a purchase is at the cheap and the expensive price")
    if reason:
        nothing = Estimate(math.nan, math.nan, math.nan, level, given.n)
        names = [f"{name}{end}" for name in ("reach", "revenue") for end in ("", "_low", "_high")]
        return Reach(pd.DataFrame(columns=["price", *names]), nothing, nothing, reason)
    prices, weights = given.prices[known], given.weights[known]
    grid = np.unique(prices)
    at = chance[given.intents[known].astype(int) - 1]
    each = np.array([np.interp(grid, four, (0.0, *two, 0.0)) for four, two in zip(prices, at, strict=True)])
    reach = redrawn(weights, redraws, seed) @ each
    revenue = 100 * reach * grid
    made = {"price": grid}
    for name, one in (("reach", reach), ("revenue", revenue)):
        low, high = equal_tailed(one[1:], level=level, axis=0)
        made |= {name: one[0], f"{name}_low": np.minimum(low, one[0]), f"{name}_high": np.maximum(high, one[0])}  # fmt: skip
    best = [_best(grid[one.argmax(axis=1)], level, int(known.sum())) for one in (reach, revenue)]
    return Reach(pd.DataFrame(made), best[0], best[1], "")


def _best(prices: np.ndarray, level: float, n: int) -> Estimate:
    low, high = equal_tailed(prices[1:], level=level)
    return Estimate(float(prices[0]), float(min(low, prices[0])), float(max(high, prices[0])), level, n)
