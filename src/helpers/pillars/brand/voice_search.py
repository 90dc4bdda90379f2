"""Share of search: how much of it is ours, with and without common words, and what it runs ahead of."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, mark, said
from helpers.kpi import LEVEL
from helpers.methods import share_of_search as method
from helpers.methods.lead import Lead, lead
from helpers.methods.share_of_search import ShareOfSearch
from helpers.pillars.brand.voice_tables import Known

QUARTER = {52: 13, 12: 3}  # times in a quarter
SEED = 9
LINES = 4  # brands of a chart
ORDERS, MARKET, PREFERENCE = (
    mark("own orders"),
    mark("own share of market"),
    mark("preference, agency barometer"),
)


class Link(NamedTuple):
    """What the share of search was held against: its name, weeks or months a step, and what was found; or why nothing was."""

    name: str
    a_year: int
    found: Lead | None
    reason: Said | None


class Searched(NamedTuple):
    """Share of search.

    found : of all markets together; None without searches. brands : of the last quarter, one row a brand: share, share_clear, before, before_clear [the same a year before], n. markets : the same of the house by market.
    clear : whether the shares of the house leave common words out. links : held against orders, share of market, preference.
    """

    found: ShareOfSearch | None
    brands: pd.DataFrame
    markets: pd.DataFrame
    clear: bool
    links: tuple[Link, ...]
    a_year: int

    @property
    def column(self) -> str:
        """Which share of the house counts."""
        return "share_clear" if self.clear else "share"


def searched(known: Known) -> Searched:
    """Share of search and what it leads.

    Raises
    ------
    DataError : a count is negative.
    """
    clear, times = known.house not in known.words, QUARTER[known.a_year]
    rows = known.searches
    if rows.empty or known.house not in set(rows["brand"]):
        return Searched(None, pd.DataFrame(), pd.DataFrame(), clear, (), known.a_year)
    found = _found(rows, known)
    markets = {
        market: _a_year_apart(_found(some, known), times, known.a_year).loc[known.house]
        for market, some in rows.groupby("market") if known.house in set(some["brand"])
    }  # fmt: skip
    brands = _a_year_apart(found, times, known.a_year).sort_values("share", ascending=False, kind="stable")
    return Searched(found, brands, pd.DataFrame(markets).T, clear, _links(known, found, clear), known.a_year)


def drawn(searched: Searched, house: str) -> list[str]:
    """The house and its largest rivals by share of search: the brands of the chart."""
    told = searched.brands[searched.column].dropna().index
    return [house, *[name for name in told if name != house]][:LINES]


def _a_year_apart(found: ShareOfSearch, times: int, a_year: int) -> pd.DataFrame:
    """Shares of the last quarter, and those of the same quarter a year before in place of the quarter before."""
    days = np.sort(found.table["starts_on"].unique())
    made = method.over(found, times=times)
    if len(days) < a_year + times:
        return made.assign(before=math.nan, before_clear=math.nan)
    earlier = method.over(ShareOfSearch(found.table[found.table["starts_on"] <= days[-1 - a_year]], ()), times=times)  # fmt: skip
    return made.assign(before=earlier["share"], before_clear=earlier["share_clear"])


def _found(rows: pd.DataFrame, known: Known) -> ShareOfSearch:
    here = set(rows["brand"])
    words = [name for name in known.words if name in here and len(here) > 1 + len(known.words)]
    return method.share_of_search(rows.groupby(["starts_on", "brand"], as_index=False)["searches"].sum(), common_words=words)  # fmt: skip


def share_at(known: Known, searched: Searched, end: pd.Timestamp) -> tuple[float, int]:
    """Share of the house over the last quarter of times that are over on a day, and the searches behind it."""
    if searched.found is None:
        return math.nan, 0
    length = pd.Timedelta(days=6) if known.a_year == 52 else pd.offsets.MonthEnd(0)
    table = searched.found.table
    before = ShareOfSearch(table[table["starts_on"] + length <= end], ())
    if before.table["starts_on"].nunique() < QUARTER[known.a_year]:
        return math.nan, 0
    row = method.over(before, times=QUARTER[known.a_year]).loc[known.house]
    return float(row[searched.column]), int(row["n"]) if row["n"] == row["n"] else 0


def _links(known: Known, found: ShareOfSearch, clear: bool) -> tuple[Link, ...]:
    """Share of search against orders by week, and by month against share of market and preference."""
    ours = method.series_of(found, known.house, clear=clear)
    ours.index = pd.to_datetime(ours.index)
    made = []
    if known.orders is not None and known.a_year == 52:
        sold = known.orders.groupby("starts_on")["n"].sum()
        made.append(_link(ORDERS, ours, np.log(sold.where(sold > 0)).dropna(), 52))
    by_month = _by_month(known, clear)
    total = known.sales.groupby("month")["sales_value"].sum()
    own = known.sales[known.sales["brand"] == known.house].groupby("month")["sales_value"].sum()
    made.append(_link(MARKET, by_month, (own / total).dropna(), 12))
    if known.preference is not None:
        made.append(_link(PREFERENCE, by_month, known.preference.set_index("month")["share"], 12))
    return tuple(made)


def _by_month(known: Known, clear: bool) -> pd.Series:
    """Share of search of the house by month; a week belongs to the month in which it starts."""
    month = known.searches["starts_on"].dt.to_period("M").dt.to_timestamp()
    found = _found(known.searches.assign(starts_on=month), known)
    made = method.series_of(found, known.house, clear=clear)
    made.index = pd.to_datetime(made.index)
    return made


def _link(name: str, ours: pd.Series, other: pd.Series, a_year: int) -> Link:
    both = int((ours.dropna().index.isin(other.index)).sum())
    most = min(a_year // 2, both // 4)
    try:
        found = lead(ours.dropna(), other, a_year=a_year, most=most or None, level=LEVEL, seed=SEED)
    except DataError:
        return Link(name, a_year, None, said("a time is missing, and a lead is told only from times that follow each other"))  # fmt: skip
    guard = next((one for one in found.guards if one.startswith("cannot tell: ")), None)
    return Link(name, a_year, found, guard.values["reason"] if guard is not None else None)
