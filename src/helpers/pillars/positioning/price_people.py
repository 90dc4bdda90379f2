"""What people say they would pay: the survey of prices read as price points, buyers and revenue, and a ladder of prices."""

from __future__ import annotations

import re
from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.kpi import LEVEL
from helpers.methods import pricing, survey
from helpers.methods.pricing import Answers, Ladder, Points, Reach
from helpers.methods.pricing_answers import FOUR, INTENTS

MONTHS = 12  # of answers that are read
CAP = 5.0  # largest weight, in mean weights
DIMENSIONS = ("age_band", "sex", "region")
COLUMNS = ("survey_id", "survey_type", "respondent_id", "answered_on", "market", "question", "brand", "score")
MAYBE = (*DIMENSIONS, "sample_source")
MARGINS = ("market", "as_of", "dimension", "level", "share", "source")
STEP = re.compile(r"would_buy_(\d+(?:\.\d+)?)")
NOBODY = said("no survey of prices in the last twelve months")


class Told(NamedTuple):
    """The survey of prices of one brand.

    brand : that people were asked about; n : people; markets, abroad : read, and left out because their prices are in another currency.
    answers, points, reach : the four prices. weighted : margins that were used, one a market;
    guards : what to know of weights; sources : a sample by quotas is indicative. reason : why there is nothing, empty where there is.
    named : mean of the cheap and the expensive price of everybody. steps, weights : answers to the ladder and the weight of each person.
    """

    brand: str
    n: int
    markets: tuple[str, ...]
    abroad: tuple[str, ...]
    answers: Answers | None
    points: Points | None
    reach: Reach | None
    named: float
    steps: pd.DataFrame
    weights: np.ndarray
    weighted: tuple[Said, ...]
    guards: tuple[Said, ...]
    sources: Said | None
    reason: Said | str

    def ladder_at(self, unit_cost: float, vat_rate: float) -> Ladder | None:
        """The ladder with a cost and a tax; None where none was asked."""
        if self.steps.shape[1] < 2:
            return None
        return pricing.gabor_granger(self.steps, weights=self.weights, unit_cost=unit_cost, vat_rate=vat_rate, level=LEVEL)  # fmt: skip


def nothing(brand: str, reason: Said | str, abroad: tuple[str, ...] = ()) -> Told:
    """Nobody was asked, and why."""
    return Told(
        brand, 0, (), abroad, None, None, None, np.nan, pd.DataFrame(), np.ones(0), (), (), None, reason
    )


def respondents(surveys: object, scope: Scope) -> pd.DataFrame:
    """One row a respondent and brand of the last survey of prices in the twelve months up to the period's end, one column a question."""
    there = set(nw.from_native(surveys).lazy().collect_schema().names())
    kept = [*COLUMNS, *(name for name in MAYBE if name in there)]
    native = nw.from_native(surveys).filter(nw.col("survey_type") == "price").to_native()
    rows = rollups.collect(rollups.only(native, *kept), may_be_empty=True)
    day = pd.to_datetime(rows["answered_on"])
    rows = rows[(day > pd.Timestamp(scope.period.end) - pd.DateOffset(months=MONTHS)) & (day <= pd.Timestamp(scope.period.end))]  # fmt: skip
    if rows.empty:
        return pd.DataFrame()
    rows = rows[rows["survey_id"] == rows.sort_values(["answered_on", "survey_id"])["survey_id"].iloc[-1]]
    who = ["respondent_id", "brand"]
    wide = rows.pivot_table(index=who, columns="question", values="score", aggfunc="first")
    about = rows.drop_duplicates(who).set_index(who).reindex(wide.index)
    for name in ("market", *MAYBE):
        wide[name] = about.get(name)
    return wide.reset_index()


def of_tables(
    surveys: object | None, margins: object | None, scope: Scope, *, brand: str = "", abroad: tuple[str, ...] = ()
) -> Told:  # fmt: skip
    """Read the survey of prices.

    Parameters
    ----------
    surveys, margins : tables `surveys` and `population_margins`, None where there are none.
    brand : that people were asked about; empty takes the one most people were asked about.
    abroad : markets whose prices are in another currency; they are left out.
    """
    frame = pd.DataFrame() if surveys is None else respondents(surveys, scope)
    if frame.empty:
        return nothing(brand, NOBODY)
    known = sorted(frame["brand"].dropna().unique())
    asked = brand or frame["brand"].value_counts().index[0]
    if asked not in known:
        return nothing(asked, said("nobody was asked about {brand}; the survey asks about {known}", brand=asked, known=", ".join(known)))  # fmt: skip
    frame = frame[frame["brand"] == asked]
    out = tuple(sorted(set(frame["market"]) & set(abroad)))
    frame = frame[~frame["market"].isin(out)].reset_index(drop=True)
    if frame.empty:
        return nothing(asked, said("the survey asks for prices in another currency only"), out)
    table = None if margins is None else rollups.collect(rollups.only(margins, *MARGINS), may_be_empty=True)
    weights, told, guards = weighted(frame, table, scope)
    return _read(frame, asked, out, weights, (tuple(told), tuple(dict.fromkeys(guards))))


def _read(frame: pd.DataFrame, brand: str, out: tuple[str, ...], weights: np.ndarray, about: tuple) -> Told:
    four = frame.reindex(columns=[*FOUR, *(name for name in INTENTS if name in frame)])
    answers = pricing.answers(four, weights=weights)
    named = float(np.nanmean(frame.reindex(columns=["cheap", "expensive"]).to_numpy(dtype=float))) if answers.n_asked else np.nan  # fmt: skip
    return Told(
        brand, len(frame), tuple(sorted(frame["market"].unique())), out, answers, pricing.van_westendorp(answers, level=LEVEL),
        pricing.newton_miller_smith(answers, level=LEVEL), named, _steps(frame), weights, about[0], about[1],
        survey.indicative(frame["sample_source"]) if "sample_source" in frame else None, "",
    )  # fmt: skip


def _steps(frame: pd.DataFrame) -> pd.DataFrame:
    """Answers to the ladder, one column a price."""
    return pd.DataFrame({float(m[1]): frame[name] for name in frame if (m := STEP.fullmatch(str(name)))})


def weighted(frame: pd.DataFrame, margins: pd.DataFrame | None, scope: Scope) -> tuple[np.ndarray, list[Said], list[Said]]:  # fmt: skip
    """Weights that meet the official margins market by market, each market by its people; all alike where there are none."""
    weights, told, guards = np.ones(len(frame)), [], []
    for market, at in frame.groupby("market").indices.items() if margins is not None else ():
        try:
            own = frame.iloc[at].reset_index(drop=True)
            met = survey.rake_market(own, margins, market=str(market), as_of=scope.period.end, cap=CAP)
        except DataError as why:
            guards.append(why.args[0])
            continue
        if met is None:
            guards.append(said("nobody's age, sex or region is known"))
            continue
        made, official = met
        weights[at] = made.weights
        told.append(official.told)
        guards += [*official.guards, *made.guards]
    return weights, told, guards
