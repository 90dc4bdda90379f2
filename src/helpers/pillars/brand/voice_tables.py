"""What the page on share of voice starts from: advertising, sales and searches by brand, visits from assistants, mentions."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from helpers import rollups
from helpers.company import Scope, names_in
from helpers.errors import NothingToReportError
from helpers.i18n import mark
from helpers.rollups import best_customers, daily

NO_OWN = mark("competitor_spend, search_interest: no row is about a brand of own_brands. Write the names of own_brands as these tables do.")  # fmt: skip
WEEK = 7
MONDAY = "W-SUN"  # weeks that end on a Sunday


class Known(NamedTuple):
    """What the page starts from; own lines count as the house everywhere.

    house, own : the brand that stands for the company, and all own lines. missing : of them, those that stand in no table. words : brands whose
    name is a common word; strange : names of that parameter which no table knows. spend : month, market, brand, medium, spend. sales : month,
    market, brand, sales_value, of the markets with an own sale. searches : starts_on, market, brand, searches of whole markets and one source;
    regional : the same with region. sources : those that counted, the one that is read first. a_year : times in a year, 52 or 12.
    mentions : brand, mentions of twelve months; None without. visits : starts_on, market, visits from assistants by week; None without.
    orders : starts_on, market, n by week; None without. preference : month, share, n [answers] of the house; None without.
    """

    house: str
    own: tuple[str, ...]
    missing: tuple[str, ...]
    words: tuple[str, ...]
    strange: tuple[str, ...]
    spend: pd.DataFrame
    sales: pd.DataFrame
    searches: pd.DataFrame
    regional: pd.DataFrame
    sources: tuple[str, ...]
    a_year: int
    mentions: pd.Series | None
    visits: pd.DataFrame | None
    orders: pd.DataFrame | None
    preference: pd.DataFrame | None


def known(
    spend: object, sales: object, searches: object, scope: Scope, *, own_brands: str, common_words: str, mentions: object | None = None,
    site: object | None = None, orders: object | None = None, tracker: object | None = None, assistants: tuple[str, str] = ("", ""),
) -> Known:  # fmt: skip
    """Collect what the page shows.

    Parameters
    ----------
    spend, sales, searches : tables `competitor_spend`, `market_sales` and `search_interest`. mentions, site, orders, tracker : tables
        `social_mentions`, `site_daily`, `orders` and `brand_tracker`, or None. own_brands, common_words : names parted by commas, of the
        first the house brand first. assistants : tool and channel of `site_daily` that tell visits from assistants.

    Raises
    ------
    ValueError : no own brand is named. NothingToReportError : none of them advertises and none is searched for.
    """
    own, words = scope.company.own_brands(own_brands), names_in(common_words)
    if not own:
        raise ValueError("own_brands is empty; name the own lines, parted by commas, the house brand first")
    money = _rows(spend, "month", "market", "brand", "medium", "spend")
    sold = _rows(sales, "month", "market", "brand", "sales_value")
    asked = _rows(searches, "starts_on", "market", "brand", "source", "region", "searches")
    seen = {*money["brand"], *sold["brand"], *asked["brand"]}
    if not set(own) & {*money["brand"], *asked["brand"]}:
        raise NothingToReportError(NO_OWN)
    money, sold, asked = (one.assign(brand=one["brand"].where(~one["brand"].isin(own), own[0])) for one in (money, sold, asked))  # fmt: skip
    sources = tuple(
        asked["source"].value_counts().sort_index().sort_values(ascending=False, kind="stable").index
    )
    asked = asked[asked["source"] == sources[0]] if sources else asked
    step = asked["starts_on"].drop_duplicates().sort_values(kind="stable").diff().dt.days.median()
    a_year = 12 if step > 2 * WEEK else 52
    length = pd.Timedelta(days=WEEK - 1) if a_year == 52 else pd.offsets.MonthEnd(0)
    asked = asked[asked["starts_on"] + length <= pd.Timestamp(scope.period.end)]
    whole = asked["region"].fillna("") == ""
    by = ["starts_on", "market", "brand"]
    home = sold[(sold["brand"] == own[0]) & (sold["sales_value"] > 0)]["market"].unique()
    return Known(
        own[0], own, tuple(name for name in own if name not in seen), tuple(name for name in words if name in seen),
        tuple(name for name in words if name not in seen), money, sold[sold["market"].isin(home)],
        asked[whole].groupby(by, as_index=False, observed=True)["searches"].sum(),
        asked[~whole].groupby([*by, "region"], as_index=False, observed=True)["searches"].sum(), sources, a_year,
        _mentions(mentions, own, scope), _visits(site, *assistants, scope), _orders(orders, scope), _preference(tracker, own[0]),
    )  # fmt: skip


def weekly(frame: pd.DataFrame, day: str, value: str, scope: Scope) -> pd.DataFrame:
    """A daily table by market and week, weeks that are over alone: starts_on, market, value."""
    week = pd.to_datetime(frame[day]).dt.to_period(MONDAY)
    made = frame.assign(starts_on=week.dt.start_time)[week.dt.end_time.dt.normalize() <= pd.Timestamp(scope.period.end)]  # fmt: skip
    return made.groupby(["starts_on", "market"], as_index=False, observed=True)[value].sum()


def _rows(table: object, *names: str) -> pd.DataFrame:
    made = rollups.collect(rollups.only(table, *names), may_be_empty=True)
    for name in ("month", "starts_on", "wave_on"):
        if name in made:
            made[name] = pd.to_datetime(made[name]).astype("datetime64[us]")
    for name in ("brand", "market"):
        made[name] = made[name].astype(str)
    return made


def _mentions(table: object | None, own: tuple[str, ...], scope: Scope) -> pd.Series | None:
    """Mentions of each brand in the twelve months up to the period."""
    if table is None:
        return None
    found = rollups.collect(daily.daily_sums(table, day="mentioned_on", by=("brand",), values=("mentions",)), may_be_empty=True)  # fmt: skip
    since = pd.Timestamp(scope.period.end) - pd.DateOffset(years=1)
    some = found[pd.to_datetime(found["day"]) > since]
    return some.assign(brand=some["brand"].where(~some["brand"].isin(own), own[0])).groupby("brand")["mentions"].sum()  # fmt: skip


def _visits(table: object | None, tool: str, channel: str, scope: Scope) -> pd.DataFrame | None:
    if table is None or not channel:
        return None
    rows = rollups.collect(rollups.only(table, "visited_on", "market", "tool", "channel", "sessions"), may_be_empty=True)  # fmt: skip
    rows = rows[(rows["channel"] == channel) & (rows["tool"].fillna("") == tool)]
    if rows.empty:
        return None
    made = weekly(rows.astype({"sessions": float}), "visited_on", "sessions", scope)
    return made.rename(columns={"sessions": "visits"})


def _orders(table: object | None, scope: Scope) -> pd.DataFrame | None:
    if table is None:
        return None
    rows = rollups.collect(best_customers.paid_days(table), may_be_empty=True)
    return None if rows.empty else weekly(rows, "ordered_on", "n", scope)


def _preference(table: object | None, house: str) -> pd.DataFrame | None:
    """Preference for the house by month, over markets by people asked."""
    if table is None:
        return None
    rows = _rows(table, "wave_on", "market", "brand", "metric", "share", "n")
    rows = rows[(rows["metric"] == "preference") & (rows["brand"] == house)].astype({"share": float, "n": float})  # fmt: skip
    if rows.empty:
        return None
    rows = rows.assign(
        month=rows["wave_on"].dt.to_period("M").dt.to_timestamp(), yes=rows["share"] * rows["n"]
    )
    sums = rows.groupby("month")[["yes", "n"]].sum()
    return sums.assign(share=sums["yes"] / sums["n"])[["share", "n"]].reset_index()
