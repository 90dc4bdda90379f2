"""What people did: own price elasticity of units sold, month by month and market by market, and what the brand earns today."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import Said, said
from helpers.kpi import LEVEL
from helpers.methods import elasticity
from helpers.methods.elasticity import Elasticity

SALES = ("month", "market", "category", "brand", "units", "sales_value")
PRICES = ("observed_on", "market", "seller", "product_id", "price")
OWN = "own"  # seller of the own prices
YEAR, LATEST = 12, 3
RAMP = 6  # months until a launch sells what it will
LEAST = 24  # months with sales and prices in a market
UNKNOWN = said("no monthly sales with prices beside them")


class Did(NamedTuple):
    """Sales of the house and what its price does to them.

    found : the elasticity, None where there is nothing. house : the brand. launches : other own lines whose start is accounted for.
    units : of the house in twelve months; paid : mean price paid a unit by brand, last three months. reason : why there is nothing.
    """

    found: Elasticity | None
    house: str
    launches: tuple[str, ...]
    markets: tuple[str, ...]
    units: float
    paid: dict[str, float]
    reason: Said | str


def of_tables(
    market_sales: object | None, prices: object | None, scope: Scope, *, own: tuple[str, ...], category: str = "", product: str = ""
) -> Did:  # fmt: skip
    """Read sales and prices up to the period's end.

    Parameters
    ----------
    own : own brands, the house first; the others are launches whose start is accounted for. category : of `market_sales`; product : of
        `prices`; empty for all.
    """
    if market_sales is None:
        return Did(None, own[0], (), (), math.nan, {}, UNKNOWN)
    sold = rollups.collect(rollups.only(market_sales, *SALES), may_be_empty=True)
    sold = sold.assign(month=pd.to_datetime(sold["month"]).dt.to_period("M"))
    sold = sold[(sold["month"] <= pd.Period(scope.period.end, "M")) & (not category or sold["category"].eq(category))]  # fmt: skip
    by = sold.groupby(["brand", "market", "month"])[["units", "sales_value"]].sum().reset_index()
    house = by[by["brand"] == own[0]]
    last = pd.Period(scope.period.end, "M")
    recent = by[by["month"] > last - LATEST].groupby("brand")[["sales_value", "units"]].sum()
    paid = (recent["sales_value"] / recent["units"].where(recent["units"] > 0)).dropna().to_dict()
    units = float(house.loc[house["month"] > last - YEAR, "units"].sum()) if len(house) else math.nan
    if house.empty or prices is None:
        why = UNKNOWN if len(house) else said("{brand} has no sales in market_sales", brand=own[0])
        return Did(None, own[0], (), (), units, paid, why)
    seen = rollups.collect(rollups.only(prices, *PRICES), may_be_empty=True)
    rows, launches = joined(house, by, seen[(not product) | seen["product_id"].eq(product)], own)
    if rows.empty:
        return Did(None, own[0], (), (), units, paid, said("no market has {n} months in a row with sales and own prices", n=LEAST))  # fmt: skip
    found = elasticity.own_price_elasticity(rows, controls=tuple(f"launch_{k}" for k in range(len(launches))), level=LEVEL)  # fmt: skip
    return Did(found, own[0], launches, tuple(sorted(rows["market"].unique())), units, paid, found.reason)


def joined(house: pd.DataFrame, by: pd.DataFrame, seen: pd.DataFrame, own: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[str, ...]]:  # fmt: skip
    """Months of the house with its mean price, the mean of the rivals' (each counts alike, in logarithms) and how far each launch has come."""
    seen = seen.assign(month=pd.to_datetime(seen["observed_on"]).dt.to_period("M"))
    mean = seen[seen["price"] > 0].groupby(["seller", "market", "month"])["price"].mean().reset_index()
    ours = mean[mean["seller"] == OWN].drop(columns="seller")
    rivals = mean[mean["seller"] != OWN].assign(price=lambda one: np.log(one["price"]))
    rivals = np.exp(rivals.groupby(["market", "month"])["price"].mean()).rename("rival_price").reset_index()
    rows = house[house["units"] > 0].merge(ours, on=["market", "month"])
    rows = rows.merge(rivals, on=["market", "month"]) if len(rivals) else rows
    rows = pd.concat(
        [run for _, one in rows.groupby("market") if len(run := _run(one)) >= LEAST] or [rows[:0]]
    )
    first = house.groupby("market")["month"].min()
    launches = []
    for name in own[1:]:
        start = by[(by["brand"] == name) & (by["units"] > 0)].groupby("market")["month"].min()
        later = start[start > first.reindex(start.index)]
        if later.empty:
            continue
        rows[f"launch_{len(launches)}"] = [
            float(np.clip(((month - later[market]).n + 0.5) / RAMP, 0, 1)) if market in later else 0.0
            for market, month in zip(rows["market"], rows["month"], strict=True)
        ]
        launches.append(name)
    return rows.reset_index(drop=True), tuple(launches)


def _run(one: pd.DataFrame) -> pd.DataFrame:
    """The last unbroken months of a market."""
    one = one.sort_values("month", kind="stable")
    gap = np.flatnonzero(np.diff(pd.PeriodIndex(one["month"]).asi8) != 1)
    return one.iloc[gap[-1] + 1 if len(gap) else 0 :]
