"""Visits that assistants send: how fast they grow, and whether searches for the house fall where they weigh more."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers.i18n import Said, said
from helpers.kpi import LEVEL
from helpers.methods.counts_growth import CountsGrowth, counts_growth
from helpers.methods.displaced import Displaced, displaced
from helpers.pillars.brand.voice_tables import Known

LAST = 4  # weeks of which the share lost is told


class Assistants(NamedTuple):
    """Visits by week of all markets [starts_on, visits], their growth, what they take from searches, visits a week in the weeks that start in the last month; or why nothing is told."""

    visits: pd.DataFrame
    growth: CountsGrowth | None
    taken: Displaced | None
    a_week: float
    reason: Said | None


def assistants(known: Known) -> Assistants:
    """Judge the visits that assistants send; weeks before the first one count as none.

    Raises
    ------
    DataError : a count is negative.
    """
    rows, none = known.visits, pd.DataFrame({"starts_on": [], "visits": []})
    if rows is None:
        return Assistants(none, None, None, math.nan, said("no tool tells the visits that assistants send"))
    weeks = pd.date_range(rows["starts_on"].min(), rows["starts_on"].max(), freq="7D")
    total = rows.groupby("starts_on")["visits"].sum().reindex(weeks, fill_value=0.0)
    growth = counts_growth(total.to_numpy(), level=LEVEL)
    made = total.rename_axis("starts_on").rename("visits").reset_index()
    month = made["starts_on"].dt.to_period("M")
    return Assistants(
        made, growth, _taken(known), float(made.loc[month == month.max(), "visits"].mean()), None
    )


def _taken(known: Known) -> Displaced | None:
    """Searches for the house that each visit takes, market against market; common words and their brands are left out."""
    rows = known.searches[~known.searches["brand"].isin(set(known.words) - {known.house})]
    if known.a_year != 52 or rows.empty or known.house not in set(rows["brand"]):
        return None
    is_own = rows["brand"] == known.house
    own, other = (_wide(rows[some], "searches") for some in (is_own, ~is_own))
    markets = [name for name in own if name in other]
    times = own.index.intersection(other.index)
    own, other = own.loc[times, markets].dropna(axis=1), other.loc[times, markets].dropna(axis=1)
    both = [name for name in own if name in other]
    new = _wide(known.visits, "visits").reindex(index=times, columns=both).fillna(0.0)
    return displaced(own[both], other[both], new, last=LAST, level=LEVEL)


def _wide(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    return rows.pivot_table(index="starts_on", columns="market", values=value, aggfunc="sum")
