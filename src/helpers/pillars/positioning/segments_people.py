"""People of a survey of needs: what they answer, what they spend, what they bring, and how they stand for their market."""

from __future__ import annotations

import math
from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.errors import DataError, NothingToReportError
from helpers.i18n import Said, mark, said
from helpers.methods import survey
from helpers.pillars.positioning import segments_verbatims
from helpers.rollups.reading import SCALE, paid

MONTHS = 12  # of answers that are read
OPEN = 8  # lowest answer of 0 to 10 that counts as "would try"
CAP = 5.0  # largest weight, in mean weights
DIMENSIONS = ("age_band", "sex", "region")
ITEM, SPEND, TRY = "need_", "spend_category_12m", "try_own_12m"
COLUMNS = (
    "survey_id",
    "survey_type",
    "respondent_id",
    "customer_id",
    "answered_on",
    "market",
    "question",
    "score",
)
MARGINS = ("market", "as_of", "dimension", "level", "share", "source")
MAYBE = (*DIMENSIONS, "sample_source")
MAIN = "brand_main"
NONE = "none"
EMPTY = mark("surveys: there is no survey of needs in the twelve months up to the period. Import one with survey_type needs, or choose a later period.")  # fmt: skip
NO_ITEM = mark("surveys: the survey of needs asks no question that begins with need_. Name its items so.")


class People(NamedTuple):
    """Everybody who answered.

    frame : one row a person: wave, market, is_own, the items, spend, is_open (would try; NaN where not asked), main (brand used most),
    age_band, sex, region, weight (1 for customers), revenue and paid (of twelve months, without and with tax; 0 for others).
    items : names of the items; waves : in order of their first day. told : margins that were used; guards : of weights, each with its market; sources : of the
    sample. has_orders : False where nothing is known of what customers buy. comments : what customers among them wrote, as
    `segments_verbatims.written` reads it.
    """

    frame: pd.DataFrame
    items: tuple[str, ...]
    waves: tuple[str, ...]
    told: tuple[Said, ...]
    guards: tuple[tuple[str, str | Said], ...]
    sources: Said | None
    has_orders: bool
    comments: pd.DataFrame

    @property
    def outside(self) -> np.ndarray:
        """True for people who are no customers."""
        return ~self.frame["is_own"].to_numpy()

    @property
    def last(self) -> np.ndarray:
        """True for people of the last wave."""
        return (self.frame["wave"] == self.waves[-1]).to_numpy()


def people(surveys: object, margins: object | None, orders: object | None, scope: Scope) -> People:
    """The people of the surveys of needs of twelve months.

    Parameters
    ----------
    surveys : table `surveys`; margins, orders : tables `population_margins` and `orders`, None where there are none.

    Raises
    ------
    NothingToReportError : nobody answered. DataError : no question begins with need_.
    """
    frame, waves = _wide(surveys, scope)
    items = tuple(sorted(name for name in frame if str(name).startswith(ITEM)))
    if not items:
        raise DataError(NO_ITEM)
    frame["spend"] = frame.get(SPEND, math.nan)
    wish = frame[TRY] if TRY in frame else pd.Series(math.nan, index=frame.index)
    frame["is_open"] = np.where(wish.notna(), (wish >= OPEN).astype(float), math.nan)
    known = None if margins is None else rollups.collect(rollups.only(margins, *MARGINS), may_be_empty=True)
    frame["weight"], told, guards = _weights(frame, known, scope)
    bought = None if orders is None else _bought(orders, scope)
    for name in ("revenue", "paid"):
        frame[name] = 0.0 if bought is None else frame["customer_id"].map(bought[name]).fillna(0.0).astype(float)  # fmt: skip
    outside = frame.loc[~frame["is_own"], "sample_source"]
    sources = survey.indicative(outside) if len(outside) else None
    comments = segments_verbatims.written(surveys, frame, scope)
    return People(frame.drop(columns="customer_id"), items, waves, told, guards, sources, bought is not None, comments)  # fmt: skip


def _wide(surveys: object, scope: Scope) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One row a person, one column a question, and the waves in order."""
    there = set(nw.from_native(surveys).lazy().collect_schema().names())
    kept = [*COLUMNS, *(name for name in (*MAYBE, "choice") if name in there)]
    native = nw.from_native(surveys).filter(nw.col("survey_type") == "needs").to_native()
    rows = rollups.collect(rollups.only(native, *kept), may_be_empty=True)
    day = pd.to_datetime(rows["answered_on"])
    since = pd.Timestamp(scope.period.end) - pd.DateOffset(months=MONTHS)
    rows = rows[(day > since) & (day <= pd.Timestamp(scope.period.end))]
    if rows.empty:
        raise NothingToReportError(EMPTY)
    who = ["survey_id", "respondent_id"]
    wide = rows.pivot_table(index=who, columns="question", values="score", aggfunc="first")
    about = rows.drop_duplicates(who).set_index(who).reindex(wide.index)
    for name in ("market", "customer_id", *MAYBE):
        wide[name] = about.get(name, None)
    if "choice" in rows:
        chosen = rows[rows["question"] == MAIN].drop_duplicates(who).set_index(who)["choice"]
        wide["main"] = chosen.reindex(wide.index)
    else:
        wide["main"] = None
    order = rows.groupby("survey_id")["answered_on"].min().sort_values(kind="stable").index
    wide = wide.reset_index(names=["wave", "respondent_id"]).drop(columns="respondent_id")
    wide["is_own"] = wide["customer_id"].notna()
    return wide, tuple(order)


def _weights(
    frame: pd.DataFrame, margins: pd.DataFrame | None, scope: Scope
) -> tuple[np.ndarray, tuple, tuple]:
    """Weights of people outside that meet the official margins of their market, wave by wave; 1 where there are none, with the reason."""
    made, told, guards = np.ones(len(frame)), {}, {}
    if margins is None:
        return made, (), ()
    outside = frame[~frame["is_own"]]
    for (market, _), own in outside.groupby(["market", "wave"], sort=True):
        try:
            asked = own[list(DIMENSIONS)].reset_index(drop=True)
            met = survey.rake_market(asked, margins, market=str(market), as_of=scope.period.end, cap=CAP)
        except DataError as why:
            held = [why.args[0]]
        else:
            held = [said("nobody's age, sex or region is known")]
            if met is not None:
                raked, official = met
                made[own.index] = raked.weights
                told[str(official.told)] = official.told
                unasked = sorted(set(official.shares) - set(raked.balance["dimension"]))
                held = [*official.guards, *raked.guards, *(said("the survey does not ask {dimension}, so its margin is not used", dimension=name) for name in unasked)]  # fmt: skip
        guards.update({(str(market), str(one)): (str(market), one) for one in held})
    return made, tuple(told.values()), tuple(guards.values())


def _bought(orders: object, scope: Scope) -> pd.DataFrame:
    """Revenue of each customer in twelve months, without tax and, at the tax rate of all of them together, with it."""
    since = (pd.Timestamp(scope.period.end) - pd.DateOffset(months=MONTHS)).date()
    bought = paid(orders, "revenue_incl_vat", "revenue_excl_vat").filter(nw.col("ordered_on") > nw.lit(since))  # fmt: skip
    rows = bought.group_by("customer_id").agg(
        revenue=nw.col("spend").sum(),
        with_tax=nw.col("revenue_incl_vat").sum(),
        without=nw.col("revenue_excl_vat").sum(),
    )
    made = rollups.collect(rows.to_native(), may_be_empty=True).set_index("customer_id").astype(float)
    made["revenue"] /= SCALE
    without = made["without"].sum()
    made["paid"] = made["revenue"] * (made["with_tax"].sum() / without if without > 0 else 1.0)
    return made
