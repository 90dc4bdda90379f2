"""Are we preferred, and did anything move? The funnel of every brand, what moved, what size lets expect, regions, trust and the name's price.

Answers are read in `tracker_answers`, changes in `tracker_moves`, regions and other markets in `tracker_places`, trust and the worth of
the name in `tracker_equity`; figures stand in `tracker_figures`, checks in `tracker_checks`, words in `tracker_told`, `tracker_telling` and
`tracker_tables`, decisions in `tracker_decisions`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers.company import Scope
from helpers.errors import DataError, NothingToReportError
from helpers.i18n import mark
from helpers.kpi import LEVEL
from helpers.methods import funnel_norm, smoothing
from helpers.methods import wave_changes as changes
from helpers.methods import waves as waves_of
from helpers.methods.experiment_shares import holm
from helpers.methods.funnel_norm import Norm
from helpers.methods.smoothing import Smoothed
from helpers.methods.waves import Waves
from helpers.pillars.brand import tracker_equity as equity
from helpers.pillars.brand import tracker_moves as moves
from helpers.pillars.brand import tracker_places as places
from helpers.pillars.brand.tracker_answers import Asked
from helpers.pillars.brand.tracker_equity import Premium, Trust
from helpers.pillars.brand.tracker_moves import Need
from helpers.pillars.brand.tracker_places import Agency, Regions

QUESTIONS = ("unaided_awareness", "aided_awareness", "consideration", "preference", "usage_12m", "recommend")
EMPTY = mark("surveys, brand_tracker: no wave of a brand tracker up to the period. Import one with survey_type brand_tracker, or an agency's totals.")  # fmt: skip
NO_OWN = "surveys: no answer on {own} in the last wave of the tracker; it asks for {brands}. Write own_brands as the survey does."
NO_STEP = "surveys: the last wave of the tracker did not ask {step}; it asked {asked}. Name steps of the funnel that were asked."


class Page(NamedTuple):
    """What the page shows.

    own : the house's brand; brands : all of the last wave, the own one first, then by awareness. market : of the answers. asked : answers; no
    rows where only totals are there. waves : shares of all people. last, year : names of the last wave and of the one a year before. steps :
    questions of the funnel, the last one being the figure that the page is for. size : question that says how large a brand is. norm : funnel
    against size, `told` of the own steps judged together. moved, rivals : changes of the last wave. stood_out : own changes over all waves that
    stand out. Both also have smooth [the same change of the smoothed course]. course : smoothed own share by question. needs : by step, to tell `points`. breaks : changed texts, by question the wave.
    """

    own: str
    brands: list[str]
    market: str
    asked: Asked
    waves: Waves
    last: str
    year: str
    steps: tuple[str, ...]
    size: str
    norm: Norm
    moved: pd.DataFrame
    rivals: pd.DataFrame
    stood_out: pd.DataFrame
    course: dict[str, Smoothed]
    needs: dict[str, Need]
    points: float
    breaks: dict[str, str]
    regions: Regions
    agency: Agency
    trust: Trust
    premium: Premium

    @property
    def first(self) -> str:
        """The figure that the page is for."""
        return self.steps[-1]

    @property
    def shares(self) -> pd.DataFrame:
        """Figures of the last wave."""
        return self.waves.table[self.waves.table["wave"] == self.last]

    @property
    def funnel(self) -> pd.DataFrame:
        """Own steps against what size lets expect, the weakest first."""
        own = self.norm.table[self.norm.table["brand"] == self.own]
        return own.sort_values("ratio", kind="stable", ignore_index=True)

    def need_at(self, value: float) -> float:
        """People in each of two waves, were the share of the figure of the page this one."""
        row = self.share(self.first)
        return moves.need(row.copy().where(row.index != "value", value), self.points).each

    def share(self, question: str, brand: str = "") -> pd.Series | None:
        """The figures of one brand and question in the last wave."""
        found = self.shares[(self.shares["brand"] == (brand or self.own)) & (self.shares["question"] == question)]  # fmt: skip
        return None if found.empty else found.iloc[0]


def page(
    asked: Asked, trusted: Asked, totals: pd.DataFrame, scope: Scope, *, margins: object | None, choices: object | None, own: str,
    steps: tuple[str, ...], size: str, region_question: str, points: float, abroad: tuple[str, ...] = (),
) -> Page:  # fmt: skip
    """Read the tracker.

    Parameters
    ----------
    asked, trusted, totals : as `tracker_answers` reads the tracker, the survey of trust and an agency's totals. margins, choices : tables, None where
        there are none. own : the house's brand. steps : questions from wide to narrow. size : the question that says how large a brand is;
        one that was not asked gives way to the first step. region_question : that regions are told by. points : change that the next wave should
        tell. abroad : markets whose prices are in another currency.

    Raises
    ------
    NothingToReportError : there is no wave. DataError : the last wave asks nothing about the own brand, or lacks a step.
    """
    if not 0 < points < 0.5:
        raise DataError(f"points is {points:g}. Give a change of a share between 0 and 0.5.")
    waves, market = _waves(asked, totals, scope)
    last = max(waves.table["wave"])
    shares = waves.table[waves.table["wave"] == last]
    _named(shares, own, steps)
    brands = _ordered(shares, own, steps[0])
    size = size if size in set(shares["question"]) else steps[0]
    norm = _norm(shares, own, steps, size)
    breaks = _breaks(waves.table)
    course = {question: _course(waves, own, question) for question in (*steps, *QUESTIONS) if question in set(shares["question"])}  # fmt: skip
    moved, past = (_smooth(rows, course) for rows in (moves.moved(waves, [own], first=steps[-1]), moves.stood_out(waves, own)))  # fmt: skip
    own_last = shares[shares["brand"] == own].set_index("question")
    return Page(
        own, brands, market, asked, waves, last, moves.year_before(sorted(waves.table["wave"].unique())), steps, size, norm,
        moved, moves.moved(waves, [name for name in brands if name != own]), past, course, {step: moves.need(own_last.loc[step], points) for step in steps}, points, breaks,
        places.regions(asked, margins, scope, own=own, question=region_question),
        places.agency(totals, waves.table if len(asked.rows) else waves.table.iloc[:0], market=market, own=own, first=steps[-1], changed=set(breaks), within=points),
        equity.trust(trusted, own), equity.premium(choices, scope, own=own, abroad=abroad),
    )  # fmt: skip


def _waves(asked: Asked, totals: pd.DataFrame, scope: Scope) -> tuple[Waves, str]:
    """Shares of all people out of answers, or out of an agency's totals where there are none."""
    if len(asked.rows):
        return waves_of.wave_shares(asked.rows, of="all", level=LEVEL), asked.market
    if totals.empty:
        raise NothingToReportError(EMPTY)
    found = totals.groupby("market")["n"].sum()
    market = scope.market if scope.market in found.index else str(found.idxmax())
    return waves_of.wave_totals(totals[totals["market"] == market], level=LEVEL), market


def _named(shares: pd.DataFrame, own: str, steps: tuple[str, ...]) -> None:
    brands, questions = sorted(set(shares["brand"])), sorted(set(shares["question"]))
    if own not in brands:
        raise DataError(NO_OWN.format(own=own, brands=", ".join(brands)))
    there = set(shares.loc[shares["brand"] == own, "question"])
    for step in steps:
        if step not in there:
            raise DataError(NO_STEP.format(step=step, asked=", ".join(questions)))


def _ordered(shares: pd.DataFrame, own: str, question: str) -> list[str]:
    known = shares[shares["question"] == question].sort_values("value", ascending=False, kind="stable")
    rest = [name for name in shares["brand"].unique() if name not in set(known["brand"])]
    return [own, *(name for name in [*known["brand"], *rest] if name != own)]


def _norm(shares: pd.DataFrame, own: str, steps: tuple[str, ...], size: str) -> Norm:
    """The funnel against size; the own steps are judged together."""
    made = funnel_norm.funnel_norm(shares, steps=list(steps), size=size, level=LEVEL)
    table = made.table.assign(told=made.table["verdict"])
    rows = table[(table["brand"] == own) & table["p"].notna()]
    if len(rows):
        p_all = pd.Series([step.p for step in holm(rows["p"].tolist(), level=LEVEL)], index=rows.index)
        lost = rows.index[rows["verdict"].isin(["above", "below"]) & ~(p_all < 1 - LEVEL)]
        table.loc[rows.index, "p_all"] = p_all
        table.loc[lost, "told"] = moves.ALONE
    return made._replace(table=table)


def _course(waves: Waves, own: str, question: str) -> Smoothed:
    rows = waves.table[(waves.table["brand"] == own) & (waves.table["question"] == question)]
    rows = rows.sort_values("wave", kind="stable").drop_duplicates("wave", keep="last").reset_index(drop=True)
    return smoothing.smoothed(rows, at=moves.spaced(rows["wave"].tolist()), level=LEVEL)


def _smooth(rows: pd.DataFrame, course: dict[str, Smoothed]) -> pd.DataFrame:
    """Changes with what the smoothed course says of them: one picked out because it is large tends to be overstated."""
    found = []
    for row in rows.itertuples():
        own = course.get(row.question)
        waves = [] if own is None else own.table["wave"].tolist()
        told = row.change == row.change and {row.base, row.wave} <= set(waves)
        found.append(smoothing.smoothed_change(own, then=waves.index(row.base), now=waves.index(row.wave)).value if told else math.nan)  # fmt: skip
    return rows.assign(smooth=found)


def _breaks(table: pd.DataFrame) -> dict[str, str]:
    """Questions whose text changed, with the wave from which the last text stands."""
    return {one.values["question"]: one.values["wave"] for one in changes.breaks(table)}
