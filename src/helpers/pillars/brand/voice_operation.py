"""A region in which searches rise: whom a shop operation there could reach, which stores are near, and against which regions it is read."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers import privacy, rollups
from helpers.company import Scope
from helpers.errors import DataError
from helpers.i18n import mark
from helpers.kpi import LEVEL
from helpers.methods import geo_design
from helpers.pillars.brand.past_orders import past_orders
from helpers.pillars.brand.voice_regions import Regions, Spike
from helpers.pillars.brand.voice_tables import Known
from helpers.privacy.consent import permitted
from helpers.rollups import best_customers, messages

YEAR_DAYS = 365
WANTED = 0.80  # chance with which a test is to see its effect
LOOKS = 60
OTHERS = mark("others")
BY_STORE, BY_ORDERS, BY_SEARCHES = "store", "orders", "searches"  # how customers are placed


class People(NamedTuple):
    """Customers who spend most, by micro-segment: the company's own segment among those who may be e-mailed.

    table : one row a segment: best [customers of the market], reachable [of them], here with low and high [of these, in the region]; NaN where a
    group is hidden. placed : "store" [counted by the store they buy in], "orders" or "searches" [the region's share of these, spread evenly].
    share : that share. from_spend : yearly spend from which a customer is among them. reason : why nobody is told; empty otherwise.
    """

    table: pd.DataFrame
    placed: str
    share: float
    from_spend: float
    reason: str

    @property
    def here(self) -> float:
        """Reachable best customers in the region; NaN where not told."""
        return float(self.table["here"].sum()) if len(self.table) and self.table["here"].notna().any() else math.nan  # fmt: skip


class Card(NamedTuple):
    """What an operation in the region starts from.

    stores : own ones there; elsewhere : those of the market. held_out : regions of similar past size without a rise, the nearest first, with size
    [orders, or searches, a week] and own that of the region. sized_by : "orders" or "searches". sees : smallest rise of orders that the
    test would see with a chance of 80 %; NaN where it cannot be told. looks : tests of nothing behind it. weeks : length of the test. most : largest
    rise that a test may need in order to be one.
    """

    spike: Spike
    people: People
    stores: tuple[str, ...]
    elsewhere: tuple[str, ...]
    held_out: pd.Series
    own: float
    sized_by: str
    sees: float
    looks: int
    weeks: int
    most: float

    @property
    def is_readable(self) -> bool:
        """Whether a test there would show a rise of a size that an operation may bring."""
        return self.sees <= self.most


def cards(
    known: Known, found: Regions, scope: Scope, *, orders: object | None, customers: object | None, consents: object | None,
    stores: object | None, experiments: object | None, high_value: float, n_held_out: int, weeks: int, sees_at_most: float = 0.25,
) -> tuple[Card, ...]:  # fmt: skip
    """One card a spike, the surest first.

    Parameters
    ----------
    orders, customers, consents, stores, experiments : tables, or None. high_value : share of the buyers of twelve months, by spend, that
        counts as best. n_held_out : regions left alone. weeks : length of the test. sees_at_most : rise of orders
        up to which a test that needs it is worth its name.

    Raises
    ------
    DataError : high_value is not between 0 and 1, sees_at_most is not above 0, or fewer than one region or two weeks are asked for.
    """
    if not sees_at_most > 0:
        raise DataError(f"sees_at_most is {sees_at_most:g}. Give a share above 0, such as 0.25.")
    if not 0 < high_value < 1 or n_held_out < 1 or weeks < 2:
        raise DataError(f"high_value is {high_value:g}, held_out {n_held_out} and test_weeks {weeks}. Give a share between 0 and 1, one region or more, two weeks or more.")  # fmt: skip
    if not found.spikes:
        return ()
    shops = pd.DataFrame() if stores is None else rollups.collect(rollups.only(stores, "store_id", "market", "name", "region", "closed_on"), may_be_empty=True)  # fmt: skip
    if len(shops):
        shops = shops[shops["closed_on"].isna() | (pd.to_datetime(shops["closed_on"]) > pd.Timestamp(scope.period.end))]  # fmt: skip
    best = _best(orders, customers, consents, scope, high_value)
    return tuple(
        _card(one, known, found, shops, best, experiments, n_held_out, weeks, sees_at_most)
        for one in found.spikes
    )


def _card(spike: Spike, known: Known, found: Regions, shops: pd.DataFrame, best, experiments, n_held_out: int, weeks: int, most: float) -> Card:  # fmt: skip
    ours = shops[shops["market"] == spike.market] if len(shops) else shops
    there = ours[ours["region"].astype(str) == spike.region] if len(ours) else ours
    past, _ = past_orders(experiments, spike.market)
    rows = known.regional[
        (known.regional["brand"] == known.house) & (known.regional["market"] == spike.market)
    ]
    asked = rows.pivot_table(index="starts_on", columns="region", values="searches", aggfunc="sum").iloc[-(spike.weeks + 52) : -spike.weeks]  # fmt: skip
    table, by = (past, BY_ORDERS) if spike.region in past else (asked, BY_SEARCHES)
    size = table.mean()
    risen = {one.region for one in found.spikes if one.market == spike.market}
    shop_regions = set(ours["region"].astype(str)) if len(ours) else set()
    alike = [name for name in size.index if name not in risen and size[name] > 0 and (name in shop_regions) == bool(len(there))]  # fmt: skip
    near = size[alike].sort_index()
    near = near.iloc[np.argsort(np.abs(np.log(near / size[spike.region])).to_numpy(), kind="stable")][:n_held_out]  # fmt: skip
    sees, looks = _sees(table[[spike.region, *near.index]], weeks) if by == BY_ORDERS and len(near) > 1 else (math.nan, 0)  # fmt: skip
    people = _people(best, spike, there, float(size[spike.region] / size.sum()), by)
    return Card(spike, people, _names(there), _names(ours), near, float(size[spike.region]), by, sees, looks, weeks, most)  # fmt: skip


def _names(shops: pd.DataFrame) -> tuple[str, ...]:
    return tuple(shops["name"].fillna(shops["store_id"]).astype(str)) if len(shops) else ()


def _sees(sales: pd.DataFrame, weeks: int) -> tuple[float, int]:
    """Smallest rise of orders in one region that a test against the others would see, from tests of nothing in the past."""
    during = min(weeks, len(sales) // 3)
    looks = geo_design.look_backs(sales, n_treated=1, n_during=during, n_before=max(len(sales) - during - 4, 8), n_looks=LOOKS, level=LEVEL)  # fmt: skip
    return geo_design.mde(looks, wanted=WANTED), len(looks)


def _best(orders, customers, consents, scope: Scope, high_value: float) -> pd.DataFrame | str:
    """Best customers with market, segment, whether they may be e-mailed and the store they know best; or why there are none."""
    if orders is None:
        return "orders"
    if consents is None:
        return "consents"
    until = scope.period.end
    since = until - timedelta(days=YEAR_DAYS - 1)
    spent = rollups.collect(best_customers.recent_spend(orders, since=since, until=until), may_be_empty=True)
    if spent.empty:
        return "orders"
    edge = spent.groupby("market")["spend"].transform(lambda one: one.quantile(1 - high_value))
    best = spent[spent["spend"] >= edge].assign(edge=edge)
    listed = None if customers is None else rollups.collect(best_customers.segments(customers), may_be_empty=True)  # fmt: skip
    chosen = rollups.collect(messages.choices(consents, purposes=("email",)), may_be_empty=True)
    best["may"] = permitted(best["customer_id"], chosen, use="email", on=until, customers=None).to_numpy()
    best = best.merge(listed, on="customer_id") if listed is not None else best.assign(segment=None)
    visits = rollups.collect(best_customers.store_orders(orders, since=since, until=until), may_be_empty=True)
    visits = visits.sort_values(["n", "store_id"], ascending=[False, True], kind="stable").drop_duplicates("customer_id")  # fmt: skip
    return best.merge(visits[["customer_id", "store_id"]], on="customer_id", how="left")


def _people(best: pd.DataFrame | str, spike: Spike, there: pd.DataFrame, share: float, by: str) -> People:
    columns = ["segment", "best", "reachable", "here", "low", "high"]
    if isinstance(best, str):
        return People(pd.DataFrame(columns=columns), by, share, math.nan, best)
    some = best[best["market"] == spike.market].assign(segment=lambda frame: frame["segment"].fillna(OTHERS))
    stores = set(there["store_id"]) if len(there) else set()
    groups = some.groupby("segment")
    table = groups.agg(best=("may", "size"), reachable=("may", "sum")).astype(float)
    z = float(ndtri((1 + LEVEL) / 2))
    if stores:
        counted = some[some["may"] & some["store_id"].isin(stores)].groupby("segment").size()
        table["here"] = counted.reindex(table.index).fillna(0.0)
        table["low"] = table["high"] = table["here"]
    else:
        table["here"] = table["reachable"] * share
        away = z * np.sqrt(table["here"] * (1 - share))  # as many drawn by lot from all
        table["low"], table["high"] = (table["here"] - away).clip(lower=0), table["here"] + away
    for name in ("best", "reachable", *(("here", "low", "high") if stores else ())):
        small = privacy.hidden(table[name if name in ("best", "reachable") else "here"].fillna(0).tolist())
        table[name] = table[name].where(~np.array(small, dtype=bool))
    few = table["here"] < privacy.SMALL_GROUP
    table.loc[few, ["here", "low", "high"]] = np.nan
    table = table.sort_values("best", ascending=False, kind="stable").reset_index()
    edge = float(some["edge"].min()) if len(some) else math.nan
    return People(table[columns], BY_STORE if stores else by, share, edge, "")
