"""Searches by region: where they rise alone, market by market."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.i18n import Said, said
from helpers.kpi import LEVEL
from helpers.methods.local_spikes import Spikes, local_spikes
from helpers.pillars.brand.voice_tables import Known


class Spike(NamedTuple):
    """Searches of one region that rose alone: weeks up to `until`, searches, expected, excess with bounds, times, times_year_before, p over all regions."""

    market: str
    region: str
    weeks: int
    until: pd.Timestamp
    searches: float
    expected: float
    excess: float
    low: float
    high: float
    times: float
    times_year_before: float
    p: float


class Regions(NamedTuple):
    """Regions of all markets that have them.

    found : by market. spikes : the surest first. n : regions that could be told. whole : searches of the last four weeks by market over those of the
    four before, which a spike is none of. reason : why nothing can be told. naive : regions whose searches rose by a fifth or more on the four weeks before.
    """

    found: dict[str, Spikes]
    spikes: tuple[Spike, ...]
    n: int
    naive: int
    reason: Said | None


RISE = 1.2  # times the four weeks before, at which a list of risers would name a region


def regions(known: Known) -> Regions:
    """Look for local spikes of the house.

    Raises
    ------
    DataError : a count is negative, a week is missing or a region stands twice.
    """
    rows = known.regional[known.regional["brand"] == known.house]
    reason = None
    if rows.empty:
        reason = said("no searches by region are known")
    elif known.a_year != 52:
        reason = said("searches are known by month, and a spike of weeks is not seen in them")
    elif not np.allclose(rows["searches"], np.round(rows["searches"])):
        reason = said("searches are an index and no counts, so nothing says how much chance moves them")
    if reason is not None:
        return Regions({}, (), 0, 0, reason)
    found = {market: local_spikes(some[["starts_on", "region", "searches"]], level=LEVEL) for market, some in rows.groupby("market")}  # fmt: skip
    told = sum(int(one.table["p"].notna().sum()) for one in found.values())
    if not told:
        reason = next((guard.values["reason"] for one in found.values() for guard in one.guards if "reason" in guard.values), None)  # fmt: skip
    spikes = [spike for market, one in found.items() for spike in _spikes(market, one)]
    return Regions(
        found, tuple(sorted(spikes, key=lambda one: (one.p, -one.times))), told, _risers(rows), reason
    )


def _spikes(market: str, found: Spikes) -> list[Spike]:
    table = found.table[found.table["spike"].fillna(False).astype(bool)]
    until = pd.Timestamp(found.week) + pd.Timedelta(days=6)
    return [
        Spike(market, str(row.Index), int(row.weeks), until, row.searches, row.expected, row.excess, min(row.low, row.excess), max(row.high, row.excess), row.times, row.times_year_before, row.p_adjusted)
        for row in table.itertuples()
    ]  # fmt: skip


def _risers(rows: pd.DataFrame) -> int:
    """Regions that a list of risers would name."""
    weeks = np.sort(rows["starts_on"].unique())
    if len(weeks) < 8:
        return 0
    wide = rows.pivot_table(index="starts_on", columns=["market", "region"], values="searches", aggfunc="sum")
    now, then = wide.loc[weeks[-4:]].sum(), wide.loc[weeks[-8:-4]].sum()
    return int((now >= RISE * then.where(then > 0)).sum())


def course(known: Known, spike: Spike) -> pd.DataFrame:
    """Searches of the region beside what its share of all others lets expect, last 26 weeks: starts_on, value, series ["seen" or "usual"].

    Formula: usual = share of the region in the year before the spike x searches of all other regions in the week.
    """
    rows = known.regional[
        (known.regional["brand"] == known.house) & (known.regional["market"] == spike.market)
    ]
    wide = rows.pivot_table(index="starts_on", columns="region", values="searches", aggfunc="sum")
    here, others = wide[spike.region], wide.drop(columns=spike.region).sum(axis=1)
    past = slice(-(spike.weeks + 52), -spike.weeks)
    usual = others * here.iloc[past].sum() / others.iloc[past].sum()
    parts = [pd.DataFrame({"starts_on": one.index, "value": one.to_numpy(), "series": name}) for name, one in (("seen", here), ("usual", usual))]  # fmt: skip
    return pd.concat([part.tail(26) for part in parts], ignore_index=True)
