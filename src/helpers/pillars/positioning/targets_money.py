"""The money behind the ranking: all sales of a market, those of people open to the brand, and those it may win in a year."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.kpi import LEVEL
from helpers.methods.intervals import Estimate, equal_tailed
from helpers.pillars.positioning.targets import DRAWS, SEED, Page


class Money(NamedTuple):
    """Money a year at consumer prices.

    table : one row a market in the order of the ranking: market, total, own, open, open_low, open_high, won, won_low, won_high. total,
    open, won : all markets together; `won` is what the brand may win beyond what it sells.
    """

    table: pd.DataFrame
    total: float
    open: Estimate
    won: Estimate


def money(made: Page, *, trial_low: float, trial_high: float) -> Money:
    """Total, open and obtainable sales of each market.

    Parameters
    ----------
    trial_low, trial_high : least and most share of those who say they would try that will.

    Raises
    ------
    DataError : the shares are not in order between 0 and 1.

    Formula: open = own + (total - own) x spend of those who would try; won = (open - own) x share that does try, which is drawn evenly
        between its least and its most, the same everywhere.
    """
    if not 0 <= trial_low <= trial_high <= 1:
        raise DataError(
            f"trial_low and trial_high are {trial_low:g} and {trial_high:g}. Give two shares from 0 to 1, the smaller first."
        )
    n = len(made.panel.segments)
    total, own = (np.array([getattr(one, name) for one in made.markets]) for name in ("value", "own"))
    rng = np.random.default_rng(SEED + 3)
    trial, middle = rng.uniform(trial_low, trial_high, DRAWS), (trial_low + trial_high) / 2
    spend, drawn = made.answers.values[:, 2 * n + 1], made.answers.draws[:, :, 2 * n + 1]
    beyond, beyond_draws = (total - own) * spend, (total - own) * drawn
    won, won_draws = beyond * middle, beyond_draws * trial[:, None]
    rows = [
        {"market": one.market, "total": total[at], "own": own[at]}
        | _named("open", own[at] + beyond[at], own[at] + beyond_draws[:, at])
        | _named("won", won[at], won_draws[:, at])
        for at, one in enumerate(made.markets)
    ]
    table = pd.DataFrame(rows).set_index("market").loc[made.doubt.table["option"]].reset_index()
    known = np.isfinite(spend)
    people = sum(one.n for one in made.panel.markets.values())
    return Money(
        table, float(total.sum()), _sum(own[known], beyond[known], beyond_draws[:, known], people),
        _sum(np.zeros(known.sum()), won[known], won_draws[:, known], people),
    )  # fmt: skip


def _named(name: str, value: float, drawn: np.ndarray) -> dict:
    low, high = equal_tailed(drawn, level=LEVEL)
    return {name: value, f"{name}_low": min(low, value), f"{name}_high": max(high, value)}


def _sum(base: np.ndarray, value: np.ndarray, drawn: np.ndarray, n: int) -> Estimate:
    if not value.size:
        return Estimate(math.nan, math.nan, math.nan, LEVEL, n)
    whole, all_of = float(base.sum() + value.sum()), base.sum() + drawn.sum(axis=1)
    low, high = equal_tailed(all_of, level=LEVEL)
    return Estimate(whole, min(float(low), whole), max(float(high), whole), LEVEL, n)
