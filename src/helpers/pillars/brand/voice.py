"""Are we heard, and searched for? Share of voice against share of market, and what the relation between the two is worth here.

Searches are read in `voice_search`, regions in `voice_regions` and `voice_operation`, assistants in `voice_assistants`; figures stand in
`voice_figures`, checks in `voice_checks`, words in `voice_telling`, decisions in `voice_decisions`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers.i18n import Said
from helpers.kpi import LEVEL
from helpers.methods import excess_voice
from helpers.methods.excess_voice import Relation
from helpers.methods.intervals import Estimate
from helpers.pillars.brand.voice_tables import Known

YEAR = 12
EVIDENCE = 2013  # year of the study behind the published relation
ALL = "ALL"
NOTHING = Estimate(math.nan, math.nan, math.nan, LEVEL, 0)


class Heard(NamedTuple):
    """Voice and share of market.

    table : one row a brand, the loudest first: voice, before [twelve months and those before], share, excess [of the last year], share_before [of the market
    in the year before, or of the same year where there is none: what the excess is taken from], mentions [share of them], spend; NaN where not known. markets : voice, share and excess of the house by market. panel : brand-years by market.
    relation : as published and after the own market was asked. implied, published : share won in a year by the own excess, after the own data and
    as published alone. needed, why : voice for the goal, and what to know of it; as_published the same by the published relation.
    more : what that voice costs beyond the spend of the last year, by the published relation [money]. goal, ends_on. guards : sentences.
    """

    table: pd.DataFrame
    markets: pd.DataFrame
    panel: pd.DataFrame
    relation: Relation
    implied: Estimate
    published: Estimate
    needed: Estimate
    why: Said | None
    as_published: Estimate
    more: Estimate
    goal: float
    ends_on: pd.Timestamp | None
    guards: tuple[Said, ...]

    def own(self, house: str, column: str) -> float:
        """A figure of the house; NaN where it is not known."""
        return float(self.table[column].get(house, math.nan))


def heard(known: Known, *, goal: float) -> Heard:
    """Judge voice against share of market.

    Parameters
    ----------
    goal : share of market to be won in a year [0 to 1].

    Raises
    ------
    ValueError : the goal is not between 0 and 1. DataError : an amount is negative.
    """
    if not 0 < goal < 1:
        raise ValueError(f"share_goal is {goal:g}; give a share between 0 and 1, such as 0.01 for one point")
    both = set(known.spend["market"]) & set(known.sales["market"])
    money, sold = (one[one["market"].isin(both)] for one in (known.spend, known.sales))
    years, guards = excess_voice.panel(money, sold)
    relation = excess_voice.relation(years, level=LEVEL)
    whole, more = excess_voice.panel(money.assign(market=ALL), sold.assign(market=ALL))
    last = whole[whole["ends_on"] == whole["ends_on"].max()].set_index("brand")
    table = _table(money if both else known.spend, last, known.mentions)
    own = last.loc[known.house] if known.house in last.index else None
    told = published = needed = as_published = NOTHING
    why, cost, old = None, NOTHING, excess_voice.published(level=LEVEL)
    if own is not None:
        told, published = (excess_voice.implied(own["excess"], one) for one in (relation, old))
        if own["share"] + goal <= 1:
            needed, why = excess_voice.required_voice(own["share"], goal, relation)
            as_published, _ = excess_voice.required_voice(own["share"], goal, old)
            cost = _cost(as_published, float(own["voice"]), float(table["spend"].get(known.house, math.nan)))
    markets = years[(years["brand"] == known.house) & (years["ends_on"] == years["ends_on"].max())]
    return Heard(
        table, markets.set_index("market")[["voice", "share", "excess"]], years, relation, told, published, needed, why, as_published, cost, goal,
        last["ends_on"].max() if len(last) else None, tuple(dict.fromkeys((*guards, *(more if not both else ()), *relation.guards))),
    )  # fmt: skip


def voice_at(known: Known, end: pd.Timestamp) -> tuple[float, int]:
    """Voice of the house in the twelve months up to a day, and of how many months of brands it is made; NaN where a month or the house is missing."""
    rows = known.spend[
        known.spend["month"].between(end - pd.DateOffset(months=YEAR) + pd.Timedelta(days=1), end)
    ]
    total = rows["spend"].sum()
    if rows["month"].nunique() < YEAR or not total > 0 or known.house not in set(rows["brand"]):
        return math.nan, 0
    n = len(rows[["brand", "month"]].drop_duplicates())
    return float(rows.loc[rows["brand"] == known.house, "spend"].sum() / total), n


def _table(money: pd.DataFrame, last: pd.DataFrame, mentions: pd.Series | None) -> pd.DataFrame:
    """Brands, the loudest first."""
    said = excess_voice.share_of_voice(money.assign(market=ALL), months=YEAR).droplevel("market")
    made = said.join(last[["share", "excess"]], how="left")
    made["share_before"] = last["voice"] - last["excess"]
    some = mentions.reindex(made.index) if mentions is not None else pd.Series(math.nan, index=made.index)
    made["mentions"] = some / some.sum() if some.sum() > 0 else math.nan
    return made.sort_values(["voice", "spend"], ascending=False, kind="stable")


def _cost(wanted: Estimate, voice: float, spend: float) -> Estimate:
    """Spend a year beyond today's that brings a voice, rivals as they are.

    Formula: rivals' spend x wanted / (1 - wanted) - own spend; infinite from all voice on.
    """
    rivals = spend * (1 - voice) / voice if voice > 0 else math.nan
    ends = [rivals * one / (1 - one) - spend if one < 1 else math.inf for one in wanted[:3]]
    return Estimate(*ends, wanted.level, wanted.n)
