"""What the sales of a market tell of it: its size, its growth, the own share, and what the own costs would leave at its prices."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.company import Scope
from helpers.i18n import plural
from helpers.kpi import LEVEL
from helpers.methods import intervals, trends
from helpers.methods.intervals import Estimate

YEAR = 12
COLUMNS = ("month", "market", "category", "brand", "sales_value", "units")


class Market(NamedTuple):
    """One market over the last twelve months.

    value, own : category and own sales [money]; growth : of the category; share : own share of value; margin : contribution margin
    rate that the own costs would leave at the market's prices, with `margin_error`. reason : why it is not ranked, empty where it is.
    """

    market: str
    months: int
    value: float
    own: float
    growth: trends.Growth
    share: Estimate
    margin: Estimate
    margin_error: float
    reason: str = ""


def monthly(market_sales: object, scope: Scope, *, own: tuple[str, ...], category: str) -> pd.DataFrame:
    """Sales by market and month: value, units, own. A month in which any value is missing is missing."""
    rows = rollups.collect(rollups.only(market_sales, *COLUMNS), may_be_empty=True)
    if category:
        rows = rows[rows["category"] == category]
    rows = rows.assign(
        month=pd.to_datetime(rows["month"]).dt.to_period("M"),
        own=rows["sales_value"].where(rows["brand"].isin(own), 0.0),
    )
    sums = rows.groupby(["market", "month"])[["sales_value", "units", "own"]].agg(
        lambda one: one.sum(skipna=False)
    )
    return sums.rename(columns={"sales_value": "value"}).astype(float).reset_index()


def markets(by_month: pd.DataFrame, scope: Scope) -> list[Market]:
    """Every market in the table, the largest first; those without twelve months up to the period's end last, with the reason."""
    last = pd.Period(scope.period.end, "M")
    runs = {str(name): _run(own, last) for name, own in by_month.groupby("market", sort=True)}
    home = pd.concat([run.tail(YEAR) for run in runs.values() if len(run) and run["own"].tail(YEAR).sum() > 0] or [by_month[:0]])  # fmt: skip
    price = home.groupby("month")["value"].sum() / home.groupby("month")["units"].sum()
    made = [_market(name, run, price, scope) for name, run in runs.items()]
    return sorted(made, key=lambda one: (bool(one.reason), -np.nan_to_num(one.value), one.market))


def _run(own: pd.DataFrame, last: pd.Period) -> pd.DataFrame:
    """The unbroken months up to the last one of the period."""
    found = own.dropna(subset=["value"]).set_index("month").sort_index()
    n = 0
    while last - n in found.index:
        n += 1
    return found.loc[last - n + 1 : last] if n else found[:0]


def _market(name: str, run: pd.DataFrame, price: pd.Series, scope: Scope) -> Market:
    year, n = run.tail(YEAR), len(run)
    growth = trends.growth(run["value"].to_numpy(), level=LEVEL)
    unknown = Estimate(math.nan, math.nan, math.nan, LEVEL, n)
    if n < YEAR or not year["value"].sum() > 0:
        why = plural(
            "{market}: {n} month of sales up to {period}; cannot tell, need n = {need}.",
            "{market}: {n} months of sales up to {period}; cannot tell, need n = {need}.",
            n, scope.language, market=name, period=scope.period.label(scope.language), need=YEAR,
        )  # fmt: skip
        return Market(name, n, math.nan, math.nan, growth, unknown, unknown, math.nan, why)
    value, own = float(year["value"].sum()), float(year["own"].sum())
    share = intervals.share_of_total(year["own"].to_numpy(), year["value"].to_numpy(), level=LEVEL)
    if np.isnan(share.low):  # nothing of it, or all, in every month: counted, no doubt
        share = share._replace(low=share.value, high=share.value)
    margin, error = _margin(year, price, scope.company.contribution_margin_rate)
    return Market(name, n, value, own, growth, share, margin, error)


def _margin(year: pd.DataFrame, price: pd.Series, rate: float | None) -> tuple[Estimate, float]:
    """Rate that the own cost of a unit leaves at the price level of the market, and its standard error.

    Formula: 1 - (1 - rate) x home price / market price, prices being value over units of the category, month by month; the standard
        error is that of the mean logarithm of their ratio over the months.
    """
    unknown = Estimate(math.nan, math.nan, math.nan, LEVEL, len(year)), math.nan
    ratio = np.log((year["value"] / year["units"]) / price.reindex(year.index))
    if rate is None or len(ratio) < 2 or not np.isfinite(ratio).all():
        return unknown
    cost = (1 - rate) * math.exp(-float(ratio.mean()))
    error = cost * float(ratio.std(ddof=1)) / math.sqrt(len(ratio))
    half = error * kpi.Z
    return Estimate(1 - cost, 1 - cost - half, 1 - cost + half, LEVEL, len(year)), error


def drawn(found: list[Market], n: int, rng: np.random.Generator) -> np.ndarray:
    """Draws [draw, market, (growth, share, margin)] of what sales leave open."""
    made = np.empty((n, len(found), 3))
    for at, one in enumerate(found):
        z = (one.share.high - one.share.low) / 2 / kpi.Z
        made[:, at, 0] = trends.growth_draws(one.growth, n, rng)
        made[:, at, 1] = np.clip(one.share.value + z * rng.standard_normal(n), 0, 1)
        made[:, at, 2] = one.margin.value + one.margin_error * rng.standard_normal(n)
    return made
