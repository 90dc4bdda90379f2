"""Money of the channels: what those with a number brought, the return of all of them, and shares of budget and effect."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.kpi import LEVEL, Z
from helpers.methods.intervals import equal_tailed, poisson
from helpers.periods import Period
from helpers.pillars.activation.channels_choice import PROVED, WHOLE
from helpers.pillars.activation.channels_known import Known, customers_won, of

DRAWS, SEED = 4000, 7
LOADED = (
    "media",
    "fees",
    "production",
    "tools",
    "people",
)  # natures of finance_actuals that winning customers costs
FEES = ("fees",)


class Brought(NamedTuple):
    """What channels with a return on their whole spend brought in revenue: one row a channel, and the draws behind it [draw, channel]."""

    table: pd.DataFrame
    draws: np.ndarray


class Bounded(NamedTuple):
    """A figure with its bounds; NaN where it cannot be told."""

    value: float
    low: float
    high: float


NOTHING = Bounded(np.nan, np.nan, np.nan)


def brought(choices: pd.DataFrame, spend: pd.DataFrame) -> Brought:
    """Revenue that the spend of each channel brought, where the number to use is a return on the whole of it.

    Parameters
    ----------
    choices : `channels_choice.chosen`.
    spend : `channels_known.by_channel`.

    Returns
    -------
    Brought: channel, spend, revenue, low, high [money], budget_share and effect_share with effect_low, effect_high [share of these
    channels]. Two sides of a pair share their draws, since the model knows their sum alone; other channels are taken as independent. Shares are NaN
    with one number alone.

    Formula: revenue = return x spend; a draw is the return plus a normal deviate on the scale of its upper or lower half-width.
    """
    rows = choices[choices["source"].isin(WHOLE) & (choices["kind"] == "total")].merge(spend, on="channel")
    rows = rows[rows["spend"] > 0].reset_index(drop=True)
    if rows.empty:
        columns = [
            "channel",
            "spend",
            "revenue",
            "low",
            "high",
            "budget_share",
            "effect_share",
            "effect_low",
            "effect_high",
        ]
        return Brought(pd.DataFrame(columns=columns), np.empty((DRAWS, 0)))
    is_pair = (rows["source"] == "pair").to_numpy()
    key = [
        (row.value, row.low, row.high) if pair else row.channel
        for row, pair in zip(rows.itertuples(), is_pair, strict=True)
    ]
    at = pd.factorize(pd.Series(key, dtype=object))[0]
    deviates = np.random.default_rng(SEED).standard_normal((DRAWS, at.max() + 1))[:, at]
    value, low, high, money = (rows[name].to_numpy(float) for name in ("value", "low", "high", "spend"))
    draws = money * (value + deviates / Z * np.where(deviates > 0, high - value, value - low))
    made = pd.DataFrame(
        {
            "channel": rows["channel"],
            "spend": money,
            "revenue": money * value,
            "low": money * low,
            "high": money * high,
        }
    )
    whole = draws.sum(axis=1)
    shares = np.where(whole[:, None] > 0, draws / np.where(whole > 0, whole, 1)[:, None], np.nan)
    known = at.max() > 0 and np.isfinite(shares).mean() > LEVEL and made["revenue"].sum() > 0
    made["budget_share"] = money / money.sum()
    made["effect_share"] = made["revenue"] / made["revenue"].sum() if known else np.nan
    bounds = (
        np.nanquantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        if known
        else np.full((2, len(made)), np.nan)
    )
    made["effect_low"] = np.minimum(bounds[0], made["effect_share"])
    made["effect_high"] = np.maximum(bounds[1], made["effect_share"])
    return Brought(made, draws)


def overall(found: Brought, factor: float = 1.0) -> Bounded:
    """Return on the spend of the channels that have a number, times a factor such as that of VAT; NaN where none has."""
    spend = found.table["spend"].sum()
    if not spend:
        return NOTHING
    value = factor * found.table["revenue"].sum() / spend
    low, high = equal_tailed(found.draws.sum(axis=1) * factor / spend, level=LEVEL)
    return Bounded(float(value), min(float(low), float(value)), max(float(high), float(value)))


def tested_share(choices: pd.DataFrame, spend: pd.DataFrame) -> float:
    """Share of all media spend in channels whose whole spend rests on a test; NaN without spend."""
    total = spend["spend"].sum()
    proved = choices.loc[choices["source"].isin(PROVED), "channel"]
    return float(spend.loc[spend["channel"].isin(proved), "spend"].sum() / total) if total else float("nan")


def vat_factor(sales: pd.Series | None) -> float:
    """Revenue with VAT over revenue without; NaN where orders do not say."""
    return (
        float(sales["incl"] / sales["excl"])
        if sales is not None and sales["excl"] > 0 and sales["incl"] > 0
        else float("nan")
    )


def booked(found: Known, months: list[Period], natures: tuple[str, ...]) -> float:
    """Cost in the accounts of these natures over these months; NaN where a month has no line of one of them."""
    if found.books is None:
        return float("nan")
    rows = of(found.books, months)
    rows = rows[rows["nature"].isin(natures)]
    told = rows.groupby("nature")["month"].nunique().reindex(list(natures)).fillna(0)
    return float(rows["amount"].sum()) if (told >= len(months)).all() else float("nan")


def cost_of_winning(found: Known, months: list[Period]) -> tuple[Bounded, int]:
    """Fully loaded cost of a customer won over these months, with the interval of a Poisson count, and the customers won."""
    cost, n = booked(found, months, LOADED), customers_won(found, months)
    if not n or np.isnan(cost):
        return NOTHING, n
    low, high = poisson(n, level=LEVEL)
    return Bounded(cost / n, cost / high, cost / low), n


def fee_share(
    found: Known, brings: Brought, spend: pd.DataFrame, months: list[Period], scope: Scope
) -> Bounded:
    """Fees over the contribution margin that the channels with a number brought; NaN where that margin may be nothing."""
    fees, money, total = booked(found, months, FEES), overall(brings), spend["spend"].sum()
    if np.isnan(fees) or not money.low > 0 or not total:
        return NOTHING
    covered = brings.table["spend"].sum()
    each = fees * covered / total / (covered * scope.margin_rate)
    return Bounded(each / money.value, each / money.high, each / money.low)
