"""The months from which base demand is read: sales as if customers never grew older, the brand measure, brand media, price, promotions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope, names_in
from helpers.errors import NothingToReportError
from helpers.i18n import mark
from helpers.methods.base_demand_index import joined, standardised
from helpers.rollups import base_sales, media_stages

YEAR = 12
TRACKED = ("wave_on", "market", "brand", "metric", "segment", "share", "n", "n_effective")
EMPTY = mark("orders: no month has enough orders of customers whose first purchase is in the data. Import more months, or choose another market.")  # fmt: skip


class Months(NamedTuple):
    """What is known month by month.

    table : index month [period]: first, repeat, all [indices of sales a day], n_first, n_repeat, n_all [orders that count], revenue, price
    [log, NaN where unknown], promotion [mean reduction over products and days], brand_media, media [money]. waves : month, metric, share,
    n, n_effective, of the house in the markets of the page together. repeat_share : of orders. without_effective : waves whose effective
    size is not known. builders : channels or stages that count as brand media.
    """

    table: pd.DataFrame
    waves: pd.DataFrame
    repeat_share: float
    without_effective: int
    builders: tuple[str, ...]
    brand: str

    @property
    def months(self) -> int:
        """How many months there are."""
        return len(self.table)


def months(
    orders: object, tracker: object, media: object, promotions: object | None, scope: Scope, *, own_brands: str, builders: str
) -> Months:  # fmt: skip
    """Bring the tables to months, up to the end of the period.

    Raises
    ------
    NothingToReportError : no month has an index of sales.
    """
    cohorts = rollups.collect(base_sales.cohort_orders(orders))
    sold = rollups.collect(base_sales.sold_months(orders))
    last = pd.Period(scope.period.end, "M")
    span = pd.period_range(pd.to_datetime(sold["month"]).min(), last, freq="M")
    table = _sales(cohorts, span)
    sold = sold.assign(month=pd.to_datetime(sold["month"]).dt.to_period("M")).set_index("month").reindex(span)
    table["revenue"] = sold["revenue_excl_vat"].astype(float).fillna(0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        table["price"] = np.log(sold["list_value"].astype(float) / sold["n_items"].astype(float).where(lambda n: n > 0))  # fmt: skip
    table["promotion"] = _promotion(promotions, span)
    chosen, spent = names_in(builders), rollups.collect(media_stages.stage_months(media), may_be_empty=True)
    spent = spent.assign(month=pd.to_datetime(spent["month"]).dt.to_period("M"))
    built = spent["funnel_stage"].isin(chosen) | spent["channel"].isin(chosen)
    table["brand_media"] = spent[built].groupby("month")["spend"].sum().astype(float).reindex(span).fillna(0.0)  # fmt: skip
    table["media"] = spent.groupby("month")["spend"].sum().astype(float).reindex(span).fillna(0.0)
    house = scope.company.own_brands(own_brands)[0]
    waves, without = _waves(tracker, house, scope)
    weight = _repeat_share(table)
    table["all"], table["n_all"] = joined([(table["repeat"], table["n_repeat"]), (table["first"], table["n_first"])], [weight, 1 - weight])  # fmt: skip
    known = table["all"].notna() & np.isfinite(table["all"])
    known &= known[::-1].cummin()[::-1]  # the unbroken months up to the last
    if not known.any():
        raise NothingToReportError(EMPTY)
    return Months(table[known], waves, weight, without, chosen, house)


def measure(found: Months, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """Share and effective answers of a metric in each month of the table, NaN where there is no wave."""
    rows = found.waves[found.waves["metric"] == metric].set_index("month").reindex(found.table.index)
    return rows["share"].to_numpy(float), rows["n_effective"].to_numpy(float)


def answers(found: Months, metric: str) -> int:
    """Effective answers of a usual wave of a metric: the median, no part of an answer counted; 0 without a wave."""
    share, worth = measure(found, metric)
    known = np.isfinite(share) & np.isfinite(worth)
    return int(np.median(worth[known])) if known.any() else 0


def _sales(cohorts: pd.DataFrame, span: pd.PeriodIndex) -> pd.DataFrame:
    """Indices of first and of repeat orders a day, with the orders behind them."""
    at = {month: place for place, month in enumerate(span)}
    rows = cohorts.assign(
        c=pd.to_datetime(cohorts["cohort"]).dt.to_period("M").map(at),
        m=pd.to_datetime(cohorts["month"]).dt.to_period("M").map(at),
    )
    rows = rows.dropna(subset=["c", "m"]).astype({"c": int, "m": int})
    n, size, days = len(span), np.zeros(len(span)), span.days_in_month.to_numpy(float)
    came = rows[rows["c"] == rows["m"]]
    size[came["c"]] = came["n_customers"]
    again = np.zeros((n, n))
    again[rows["c"], rows["m"]] = rows["n_orders"]
    repeat = standardised(again * (np.arange(n)[None] > np.arange(n)[:, None]), size, days)
    first = size / days
    made = pd.DataFrame({"first": first / first.mean(), "n_first": size, "repeat": repeat.index, "n_repeat": repeat.n}, index=span)  # fmt: skip
    return made.assign(first=made["first"].where(made["n_first"] > 0))


def _repeat_share(table: pd.DataFrame) -> float:
    """Share of repeat orders in the orders of the last twelve months, of customers whose first purchase is in the data."""
    last = table.tail(YEAR)
    total = float(last["n_repeat"].sum() + last["n_first"].sum())
    return float(last["n_repeat"].sum()) / total if total else 0.5


def _waves(tracker: object, house: str, scope: Scope) -> tuple[pd.DataFrame, int]:
    """Waves of the house by month and metric, and how many rows say no effective size.

    Markets are one figure with weights that stay the same over time, each market's mean effective answers: a month in which more people
    of one market answer moves nothing. Markets asked in less than half of the months are left out, and months without one of the others.
    """
    rows = rollups.collect(rollups.only(tracker, *TRACKED), may_be_empty=True)
    rows = rows[(rows["brand"] == house) & rows["segment"].isna()].copy()
    rows["n"] = rows["n"].astype(float)
    without = int(rows["n_effective"].isna().sum())
    rows["n_effective"] = rows["n_effective"].astype(float).fillna(rows["n"])
    rows = rows[rows["share"].notna() & (rows["n_effective"] > 0)]
    rows["month"] = pd.to_datetime(rows["wave_on"]).dt.to_period("M")
    rows["yes"] = rows["share"].astype(float) * rows["n_effective"]
    made = [_pooled(own).assign(metric=metric) for metric, own in rows.groupby("metric")]
    columns = ["month", "metric", "share", "n", "n_effective"]
    return (pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=columns))[columns], without


def _pooled(rows: pd.DataFrame) -> pd.DataFrame:
    """One metric by month over its markets: share with fixed weights, answers, and the effective answers that its variance is worth."""
    sums = rows.groupby(["month", "market"])[["yes", "n", "n_effective"]].sum().unstack("market")
    often = sums["n"].notna().mean() >= 0.5
    markets = list(often[often].index)
    sums = sums.loc[:, (slice(None), markets)].dropna()
    weight = sums["n_effective"].mean() / sums["n_effective"].mean().sum()
    shares = sums["yes"] / sums["n_effective"]
    share = (shares * weight).sum(axis=1)
    inner = ((sums["yes"] + 0.5) / (sums["n_effective"] + 1)).pipe(lambda p: p * (1 - p))
    variance = (inner / sums["n_effective"] * weight**2).sum(axis=1)
    worth = share.clip(0.001, 0.999).pipe(lambda p: p * (1 - p)) / variance
    return pd.DataFrame({"share": share, "n": sums["n"].sum(axis=1), "n_effective": worth}).reset_index()


def _promotion(promotions: object | None, span: pd.PeriodIndex) -> np.ndarray:
    """Mean reduction of a month over products, markets and days; the deepest where offers overlap."""
    if promotions is None:
        return np.zeros(len(span))
    columns = ("product_id", "market", "starts_on", "ends_on", "discount_share")
    rows = rollups.collect(rollups.only(promotions, *columns), may_be_empty=True)
    rows = rows[rows["discount_share"].notna()].drop_duplicates()
    days = pd.date_range(span[0].start_time, span[-1].end_time.normalize(), unit="us")
    depth = np.zeros((max(rows.groupby(["product_id", "market"]).ngroups, 1), len(days)))
    groups = rows.groupby(["product_id", "market"]).ngroup().to_numpy()
    starts = pd.to_datetime(rows["starts_on"])
    ends = pd.to_datetime(rows["ends_on"]).fillna(starts)
    for group, start, end, cut in zip(
        groups, starts, ends, rows["discount_share"].astype(float), strict=True
    ):
        first, after = days.searchsorted(start), days.searchsorted(end, side="right")
        depth[group, first:after] = np.maximum(depth[group, first:after], cut)
    return pd.Series(depth.mean(axis=0)).groupby(days.to_period("M")).mean().to_numpy()
