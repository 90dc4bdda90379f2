"""What a survey of needs tells of a market: its segments, what they spend, who would try the brand, and whom the brand has won."""

from __future__ import annotations

import math
from typing import NamedTuple

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import survey
from helpers.methods.survey import Raked
from helpers.methods.survey_estimates import raked_ratios

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


class Asked(NamedTuple):
    """What the panel of one market says: ratios and their covariance in the order of `Panel.names`, people asked and what they are worth."""

    values: np.ndarray
    covariance: np.ndarray
    n: int
    n_effective: float
    told: Said | None  # which margins were used; None where none
    guards: tuple[str, ...]


class Panel(NamedTuple):
    """The survey by market, and the segments among customers.

    segments : names; markets : by market, those with 30 effective answers or more; few : others with what they have; customers :
    weight of each segment among customers [people]; n_flat : people whose answers match all needs alike.
    """

    segments: tuple[str, ...]
    markets: dict[str, Asked]
    few: dict[str, Asked]
    customers: np.ndarray
    n: int
    n_flat: int
    sources: Said | None


def of_tables(surveys: object | None, margins: object | None, needs: str, scope: Scope) -> Panel:
    """The survey of a company; an empty one where it has none.

    Parameters
    ----------
    surveys, margins : tables `surveys` and `population_margins`, None where there are none.
    needs : items of each need, as `needs_of` reads them.
    """
    wanted = needs_of(needs)
    frame = None if surveys is None else respondents(surveys, scope)
    if frame is None or frame.empty:
        return Panel(tuple(wanted), {}, {}, np.zeros(len(wanted)), 0, 0, None)
    known = None if margins is None else rollups.collect(rollups.only(margins, *MARGINS), may_be_empty=True)
    return panel(frame, known, wanted, scope)


def needs_of(needs: str) -> dict[str, tuple[str, ...]]:
    """Items of each need, of a text such as "taste = taste + bubbles; health = health + no_sugar".

    Raises
    ------
    DataError : a part has no name or no item, or a need comes twice.
    """
    made: dict[str, tuple[str, ...]] = {}
    for part in needs.split(";"):
        name, _, items = (one.strip() for one in part.partition("="))
        listed = tuple(item.strip() for item in items.split("+") if item.strip())
        if not name or not listed or name in made:
            raise DataError(
                f'needs: "{part.strip()}" is no need with its items. Write taste = taste + bubbles; health = ….'
            )
        made[name] = listed
    return made


def respondents(surveys: object, scope: Scope) -> pd.DataFrame:
    """One row a respondent of a survey of needs in the twelve months up to the period's end, one column a question."""
    there = set(nw.from_native(surveys).lazy().collect_schema().names())
    kept = [*COLUMNS, *(name for name in MAYBE if name in there)]
    native = nw.from_native(surveys).filter(nw.col("survey_type") == "needs").to_native()
    rows = rollups.collect(rollups.only(native, *kept), may_be_empty=True)
    since = pd.Timestamp(scope.period.end) - pd.DateOffset(months=MONTHS)
    rows = rows[pd.to_datetime(rows["answered_on"]) > since]
    who = ["survey_id", "respondent_id"]
    wide = rows.pivot_table(index=who, columns="question", values="score", aggfunc="first")
    about = rows.drop_duplicates(who).set_index(who).reindex(wide.index)
    for name in ("market", "customer_id", *MAYBE):
        wide[name] = about.get(name)
    return wide.reset_index()


def members(frame: pd.DataFrame, needs: dict[str, tuple[str, ...]], centre: pd.Series) -> np.ndarray:
    """Share of each person in each segment: 1 in the need that stands highest above everybody's mean, split where several do.

    Formula: mean of the answered items of a need, less the mean of all people of the panel; the largest one.
    """
    scores = np.column_stack([own_scores(frame, items) - centre[name] for name, items in needs.items()])
    known = np.isfinite(scores).all(axis=1)
    best = (
        np.abs(scores - np.max(np.where(np.isfinite(scores), scores, -np.inf), axis=1, keepdims=True)) < 1e-9
    )
    share = best / np.maximum(best.sum(axis=1, keepdims=True), 1)
    return np.where(known[:, None], share, np.nan)


def own_scores(frame: pd.DataFrame, items: tuple[str, ...]) -> np.ndarray:
    """Mean of a person's answers to the items of one need.

    Raises
    ------
    DataError : the survey asks none of them.
    """
    columns = [ITEM + item for item in items if ITEM + item in frame]
    if not columns:
        raise DataError(f"surveys: no survey of needs asks {ITEM}{items[0]}. Mend the parameter needs.")
    return frame[columns].mean(axis=1).to_numpy(float)


def panel(frame: pd.DataFrame, margins: pd.DataFrame | None, needs: dict, scope: Scope) -> Panel:
    """Everything that the page reads from the survey; people of the own file are customers, the others stand for their market."""
    is_own = frame["customer_id"].notna().to_numpy()
    outside = frame[~is_own].reset_index(drop=True)
    if outside.empty:
        return Panel(tuple(needs), {}, {}, np.zeros(len(needs)), 0, 0, None)
    centre = pd.Series({name: np.nanmean(own_scores(outside, items)) for name, items in needs.items()})
    share = members(outside, needs, centre)
    told = np.isfinite(share).all(axis=1)
    outside, share = outside[told].reset_index(drop=True), share[told]
    enough, few = {}, {}
    for market, at in outside.groupby("market").indices.items():
        one = _asked(outside.iloc[at].reset_index(drop=True), share[at], margins, str(market), scope)
        (enough if one.n_effective >= COUNTS_ONLY else few)[str(market)] = one
    own = (
        np.nan_to_num(members(frame[is_own], needs, centre)).sum(axis=0)
        if is_own.any()
        else np.zeros(len(needs))
    )
    flat = int((share.max(axis=1) < 1 / len(needs) + 1e-9).sum())
    return Panel(
        tuple(needs), enough, few, own, len(outside), flat, survey.indicative(outside["sample_source"])
    )


def _asked(
    frame: pd.DataFrame, share: np.ndarray, margins: pd.DataFrame | None, market: str, scope: Scope
) -> Asked:
    made, told, guards = _weighted(frame, margins, market, scope)
    spend = _column(frame, SPEND)
    wish = _column(frame, TRY)
    one, paid, asked = np.ones(len(frame)), np.nan_to_num(spend), np.isfinite(wish).astype(float)
    is_open = np.where(np.nan_to_num(wish, nan=-1.0) >= OPEN, 1.0, 0.0)
    tops = np.column_stack([share * paid[:, None], share * is_open[:, None], is_open, paid * is_open, share])
    n = share.shape[1]
    bottoms = np.column_stack(
        [
            np.repeat(paid[:, None], n, 1),
            share * asked[:, None],
            asked,
            paid * asked,
            np.repeat(one[:, None], n, 1),
        ]
    )
    found = raked_ratios(tops, bottoms, made, clusters=frame["respondent_id"])
    return Asked(found.values, found.covariance, len(frame), made.n_effective, told, guards)


def _column(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[name].to_numpy(float) if name in frame else np.full(len(frame), math.nan)


def _weighted(
    frame: pd.DataFrame, margins: pd.DataFrame | None, market: str, scope: Scope
) -> tuple[Raked, Said | None, tuple[str, ...]]:
    """Weights that meet the official margins; all alike where there are none or they cannot be met, with the reason."""
    plain = survey.rake(frame.assign(all="all"), margins={"all": {"all": 1.0}})
    if margins is None:
        return plain, None, ()
    try:
        met = survey.rake_market(frame, margins, market=market, as_of=scope.period.end, cap=CAP)
    except DataError as why:
        return plain, None, (why.args[0],)
    if met is None:
        return plain, None, (said("nobody's age, sex or region is known"),)
    made, official = met
    used = set(made.balance["dimension"])
    unasked = [said("the survey does not ask {dimension}, so its margin is not used", dimension=name) for name in official.shares if name not in used]  # fmt: skip
    return made, official.told, (*official.guards, *made.guards, *unasked)
