"""What changes when an offer is added or its price is moved: from whom a new offer draws, revenue and margin over price."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.choice_classes import Classes
from helpers.methods.choice_coding import Coded
from helpers.methods.choice_fit import Fit
from helpers.methods.choice_shares import encoded, place
from helpers.methods.choice_tastes import Mixed, simulated
from helpers.methods.choice_worth import price_refusal, refused
from helpers.methods.intervals import Estimate, check_level, equal_tailed

POINTS = 21  # prices of a curve


class Source(NamedTuple):
    """From whom a new offer draws.

    table : one row an offer that was there, none among them: offer, before, after [shares], lost, lost_low, lost_high [share], value,
        low, high [share of the new offer's choices that come from here], fair [what it would be were it drawn by size], index [value
        over fair]. share : of the new offer. guards : what to know first.
    """

    table: pd.DataFrame
    share: Estimate
    guards: tuple[Said, ...]


def source(
    fit: Fit,
    data: Coded,
    scenario: pd.DataFrame,
    new: pd.DataFrame,
    *,
    level: float = 0.90,
    draws: int = 2000,
    seed: int = 0,
) -> Source:
    """Source of volume of one offer that is added to a scenario.

    Parameters
    ----------
    fit : classes of people or a mixed logit where the question is whether offers that are alike lose more; with one set of tastes each offer loses in
        proportion to its share, whatever the data say, and a guard says so.
    scenario : the offers that are there. new : one row, the offer that comes.

    Raises
    ------
    DataError : as `choice_shares.encoded`, or `new` holds another number of offers than one.

    Formula: (share before - share after) / share of the new offer; fair = share before.
    Source: Train (2009), ch. 3, on proportional substitution.
    """
    check_level(level)
    if len(new) != 1:
        raise DataError(f"scenario: {len(new)} offers are new. Add one at a time.")
    without, guards = encoded(data, scenario)
    more, odd = encoded(data, new, none=False)
    if more.index[0] in without.index:
        raise DataError(f'scenario: the new offer "{more.index[0]}" is there before. Give it another name.')
    x = without.to_numpy()
    why = refused(fit)
    before, before_drawn = simulated(fit, x, draws=draws, seed=seed)
    after, after_drawn = simulated(fit, np.vstack([x, more.to_numpy()]), draws=draws, seed=seed)
    lost, lost_drawn = before - after[:-1], before_drawn - after_drawn[:, :-1]
    value, drawn = lost / after[-1], lost_drawn / after_drawn[:, -1:]
    (lost_low, lost_high), (low, high) = (
        equal_tailed(one, level=level, axis=0) for one in (lost_drawn, drawn)
    )
    table = pd.DataFrame(
        {"offer": list(without.index), "before": before, "after": after[:-1], "lost": lost, "lost_low": lost_low,
         "lost_high": lost_high, "value": value, "low": low, "high": high, "fair": before, "index": value / before}
    )  # fmt: skip
    share = (float(after[-1]), *map(float, equal_tailed(after_drawn[:, -1], level=level)))
    notes = [*dict.fromkeys([*guards, *odd])]
    if not isinstance(fit, Mixed | Classes):
        notes.append(said("one set of tastes for everybody: each offer loses in proportion to its share by construction; only tastes that differ can show more"))  # fmt: skip
    if why:
        table.loc[:, table.columns != "offer"] = math.nan
        share, notes = (math.nan,) * 3, [said("cannot tell: {reason}", reason=why), *notes]
    return Source(table, Estimate(*share, level, fit.n_people), tuple(notes))


class PriceCurve(NamedTuple):
    """Share, revenue and margin of an offer over its price.

    table : one row a price: price, share, share_low, share_high, revenue, revenue_low, revenue_high, margin, margin_low, margin_high
        [money a hundred people asked, before tax]. best : price of the highest margin, over the prices tried. at_end : share of draws in
        which it is the lowest or the highest price tried, so that the best one may lie beyond. reason : why there is nothing.
    """

    table: pd.DataFrame
    best: Estimate
    at_end: float
    reason: Said | str


def price_curve(
    fit: Fit,
    data: Coded,
    scenario: pd.DataFrame,
    *,
    offer: str,
    unit_cost: float,
    vat_rate: float = 0.0,
    prices=None,
    level: float = 0.90,
    draws: int = 2000,
    seed: int = 0,
) -> PriceCurve:
    """Revenue and margin of one offer at other prices, the others as they are.

    Parameters
    ----------
    unit_cost : variable cost of one sold, before tax. vat_rate : tax inside the price that people saw, 0 to 1.
    prices : those to try; by default 21 from the lowest to the highest that people saw.

    Raises
    ------
    ValueError : the offer is unknown, or the cost or rate is negative. DataError : as `choice_shares.encoded`.

    Formula: 100 x share(price) x (price / (1 + vat_rate) - unit_cost).
    """
    check_level(level)
    if not (unit_cost >= 0 and vat_rate >= 0):
        raise ValueError(f"unit_cost and vat_rate must not be negative, not {unit_cost!r} and {vat_rate!r}")
    offers, _ = encoded(data, scenario)
    at, x = place(offers, offer), offers.to_numpy()
    why = price_refusal(fit, data, level=level) or refused(fit)
    columns = [f"{name}{end}" for name in ("share", "revenue", "margin") for end in ("", "_low", "_high")]
    if why:
        nothing = Estimate(math.nan, math.nan, math.nan, level, fit.n_people)
        return PriceCurve(pd.DataFrame(columns=["price", *columns]), nothing, math.nan, why)
    tried = np.linspace(data.prices[0], data.prices[-1], POINTS) if prices is None else np.asarray(prices, dtype=float)  # fmt: skip
    rows, margins = [], []
    for price in tried:
        moved = x.copy()
        moved[at, list(data.design.columns).index(data.price)] = price
        value, drawn = simulated(fit, moved, draws=draws, seed=seed)
        earned = 100 * price / (1 + vat_rate), 100 * (price / (1 + vat_rate) - unit_cost)
        low, high = equal_tailed(drawn[:, at], level=level)
        row = [price, value[at], low, high]
        for each in earned:
            row += [value[at] * each, *sorted((low * each, high * each))]
        rows.append(row)
        margins.append(np.r_[value[at], drawn[:, at]] * earned[1])
    best = np.argmax(margins, axis=0)
    low, high = equal_tailed(tried[best[1:]], level=level)
    top = Estimate(float(tried[best[0]]), float(low), float(high), level, fit.n_people)
    ends = float(np.isin(best[1:], (0, len(tried) - 1)).mean())
    return PriceCurve(pd.DataFrame(rows, columns=["price", *columns]), top, ends, "")
