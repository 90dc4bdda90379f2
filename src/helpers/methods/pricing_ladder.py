"""Gabor and Granger: who would buy at each of a few prices, read as demand that never rises with the price."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import check_level, equal_tailed
from helpers.methods.pricing_answers import checked_weights
from helpers.methods.pricing_points import redrawn

REDRAWS = 1000
FEWEST = 30  # answers a price; under it nothing but counts is told


class Ladder(NamedTuple):
    """Demand, revenue and margin at the prices asked.

    table : price, n, said [share that says yes, weighted], demand [the same, never rising with the price], demand_low, demand_high,
        revenue, revenue_low, revenue_high, margin, margin_low, margin_high [money a hundred people, before tax], best [share of redraws in
        which the margin is highest there]. best : the price of the highest margin at the estimate. at_end : it is the lowest or highest
        price asked, so that the best one may lie beyond. demands [draw, price], the estimate first. reason, guards : why there is nothing, what to know first.
    """

    table: pd.DataFrame
    best: float
    at_end: bool
    demands: np.ndarray
    reason: Said | str
    guards: tuple[Said, ...]


def gabor_granger(
    buys: pd.DataFrame, *, unit_cost: float = 0.0, vat_rate: float = 0.0, weights=None, level: float = 0.90, redraws: int = REDRAWS, seed: int = 0
) -> Ladder:  # fmt: skip
    """Demand over a ladder of prices, with bootstrap intervals over people.

    Parameters
    ----------
    buys : one row a person, one column a price (a number): 1 would buy, 0 would not, NaN was not asked.
    unit_cost : variable cost of one sold, before tax; vat_rate : tax inside the prices asked. weights : of each person.

    Raises
    ------
    DataError : an answer is neither 0 nor 1, a price is no number, fewer than two prices were asked, or weights as in `answers`.
    ValueError : a cost or rate is negative.

    Formula: demand = weighted share of yes, neighbouring prices pooled until it never rises (pool adjacent violators); margin =
        100 x demand x (price / (1 + vat_rate) - unit_cost).
    Source: Gabor & Granger (1966), Economica 33; Barlow et al. (1972), Statistical Inference under Order Restrictions.
    """
    check_level(level)
    if not (unit_cost >= 0 and vat_rate >= 0):
        raise ValueError(f"unit_cost and vat_rate must not be negative, not {unit_cost!r} and {vat_rate!r}")
    prices, yes = _read(buys)
    asked, weight = np.isfinite(yes), checked_weights(weights, len(yes))
    n = asked.sum(axis=0)
    if n.min(initial=len(yes)) < FEWEST:
        why = said("only {n} people answered at a price, need n = {need}", n=int(n.min(initial=len(yes))), need=FEWEST)  # fmt: skip
        return Ladder(pd.DataFrame({"price": prices, "n": n}), math.nan, False, np.full((0, len(prices)), math.nan), why, ())  # fmt: skip
    drawn = redrawn(weight, redraws, seed)
    mass = drawn @ asked
    mean = (drawn @ np.where(asked, yes, 0.0)) / np.maximum(mass, 1e-12)
    demand = falling(mean, mass)
    net = prices / (1 + vat_rate)
    made = {"price": prices, "n": n, "said": mean[0]}
    margin = 100 * demand * (net - unit_cost)
    for name, one in (("demand", demand), ("revenue", 100 * demand * net), ("margin", margin)):
        low, high = equal_tailed(one[1:], level=level, axis=0)
        made |= {name: one[0], f"{name}_low": np.minimum(low, one[0]), f"{name}_high": np.maximum(high, one[0])}  # fmt: skip
    top = margin.argmax(axis=1)
    made["best"] = np.bincount(top[1:], minlength=len(prices)) / redraws
    best = int(top[0])
    return Ladder(pd.DataFrame(made), float(prices[best]), best in (0, len(prices) - 1), demand, "", _guards(yes, prices))  # fmt: skip


def falling(mean: np.ndarray, mass: np.ndarray) -> np.ndarray:
    """Means [draw, place] brought to never rise along the places, by pooling neighbours with their mass.

    Formula: min over s <= i of max over t >= i of the mean from s to t.
    """
    rows, k = mean.shape
    zero = np.zeros((rows, 1))
    total, size = np.hstack([zero, np.cumsum(mean * mass, axis=1)]), np.hstack([zero, np.cumsum(mass, axis=1)])  # fmt: skip
    made = np.full((rows, k), np.inf)
    for s in range(k):
        means = (total[:, s + 1 :] - total[:, [s]]) / np.maximum(size[:, s + 1 :] - size[:, [s]], 1e-12)
        best = np.maximum.accumulate(means[:, ::-1], axis=1)[:, ::-1]
        made[:, s:] = np.minimum(made[:, s:], best)
    return made


def _read(buys: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Prices, rising, and answers in their order."""
    prices = pd.to_numeric(pd.Series(list(buys.columns)), errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(prices).all() or len(prices) < 2 or len(set(prices)) < len(prices):
        raise DataError("surveys: the ladder needs two different prices or more, each a number. Mend the names of its questions.")  # fmt: skip
    yes = buys.to_numpy(dtype=float, na_value=np.nan)[:, np.argsort(prices, kind="stable")]
    if not np.isin(yes[np.isfinite(yes)], (0, 1)).all():
        raise DataError("surveys: an answer of the ladder is neither 0 nor 1. Bring yes to 1 and no to 0.")
    return np.sort(prices), yes


def _guards(yes: np.ndarray, prices: np.ndarray) -> tuple[Said, ...]:
    """People who would buy at a price but not at a lower one."""
    back = sum((yes[:, [k]] < yes[:, k + 1 :]).any(axis=1).astype(int) for k in range(len(prices) - 1))
    odd = int((np.asarray(back) > 0).sum())
    if not odd:
        return ()
    return (said("{n} of {all} people would buy at a price but not at a lower one; their answers are kept", n=odd, all=len(yes)),)  # fmt: skip
