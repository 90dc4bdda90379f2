"""People whose answer a campaign has turned, and what each has cost: only where the lift is proved and reach and cost are known."""

from __future__ import annotations

import math
from typing import NamedTuple

import narwhals as nw
import pandas as pd

from helpers import rollups
from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.kpi import LEVEL
from helpers.methods.intervals import Estimate
from helpers.methods.lift import lifted_people
from helpers.pillars.brand.lift import PROVED, Page, Study
from helpers.rollups.reading import picked

COLUMNS = ("study", "question", "reached", "cost", "people", "people_low", "people_high", "each", "each_low", "each_high", "reason")  # fmt: skip


class Money(NamedTuple):
    """What campaigns reached and cost, by study.

    reached, cost : by study; NaN where not known. table : one row a proved question: study, question, reached, cost, people and each [cost
    of a person] with bounds, reason [why no cost is told]. unknown : studies that the parameters name and the page does not have.
    """

    reached: dict[str, float]
    cost: dict[str, float]
    table: pd.DataFrame
    unknown: tuple[str, ...]


def pairs(written: str, name: str) -> dict[str, tuple[str, ...]]:
    """What a parameter says by study: "study = one, other; next study = third".

    Raises
    ------
    DataError : a part has no "=", or nothing on one of its sides.
    """
    made = {}
    for part in (one for one in written.split(";") if one.strip()):
        study, sign, values = (one.strip() for one in part.partition("="))
        listed = tuple(one.strip() for one in values.split(",") if one.strip())
        if not (study and sign and listed):
            raise DataError(f'{name}: "{part.strip()}" does not say what belongs to a study. Write study = value, and part studies by semicolons.')  # fmt: skip
        made[study] = listed
    return made


def people(written: str) -> dict[str, float]:
    """People reached by study, as the parameter says them.

    Raises
    ------
    DataError : what stands there is no number of people.
    """
    made = {}
    for study, values in pairs(written, "people_reached").items():
        plain = "".join(values).replace("_", "").replace(" ", "")
        if not plain.isdigit():
            raise DataError(f'people_reached: "{", ".join(values)}" of {study} is no number of people. Write digits alone, such as 1200000.')  # fmt: skip
        made[study] = float(plain)
    return made


def money(made: Page, media: object | None, reach: object | None, *, campaigns: str = "", people_reached: str = "") -> Money:  # fmt: skip
    """What each studied campaign reached and cost, and the people it lifted.

    Parameters
    ----------
    media, reach : tables `media_spend` and `media_reach`, None where the company has none.
    campaigns : "study = campaign, campaign; study = campaign", as media_spend writes campaigns. people_reached : "study = people", which
        goes before the table of reach.

    Formula: cost is the spend of the campaigns up to the last day of the study; reach is that of the largest month of one of them up to
        then, since people of two months or campaigns may be the same. People lifted are then a number at least, the cost of each one at
        most.
    """
    named, told = pairs(campaigns, "campaigns"), people(people_reached)
    spent, seen = _spent(media), _seen(reach)
    cost, reached = {}, {}
    for one in made.studies:
        own = spent[spent["campaign"].isin(named.get(one.name, ()))] if len(spent) else spent
        own = own[own["spent_on"] <= pd.Timestamp(one.ends_on)] if len(own) else own
        cost[one.name] = float(own["spend"].sum()) if len(own) else math.nan
        reached[one.name] = told.get(one.name, _reached(own, seen, one))
    rows = [
        row
        for one in made.studies
        for row in _rows(one, reached[one.name], cost[one.name])
    ]  # fmt: skip
    known = {one.name for one in made.studies}
    unknown = tuple(sorted({*named, *told} - known))
    return Money(reached, cost, pd.DataFrame(rows, columns=list(COLUMNS)), unknown)


def _rows(study: Study, reached: float, cost: float) -> list[tuple]:
    made = []
    for row in study.of(PROVED).itertuples():
        lift = Estimate(row.absolute, row.absolute_low, row.absolute_high, LEVEL, int(row.n_exposed + row.n_control))  # fmt: skip
        if math.isnan(reached):
            nothing = (math.nan,) * 6
            made.append((study.name, row.question, reached, cost, *nothing, _no_reach()))
            continue
        found = lifted_people(lift, reached=reached, cost=cost)
        made.append((study.name, row.question, reached, cost, *found.people[:3], *found.cost[:3], found.reason or ""))  # fmt: skip
    return made


def _no_reach() -> Said:
    return said("how many people the campaign reached is not known")


def _spent(media: object | None) -> pd.DataFrame:
    """Spend by day and campaign."""
    if media is None:
        return pd.DataFrame(columns=["spent_on", "campaign", "campaign_id", "spend"])
    frame = picked(media, "media_spend", "spent_on", "spend", maybe=("campaign", "campaign_id"), read="optional")  # fmt: skip
    frame = frame.filter(~nw.col("campaign").is_null()).with_columns(nw.col("spend").cast(nw.Float64))
    sums = frame.group_by("spent_on", "campaign", "campaign_id").agg(nw.col("spend").sum())
    rows = rollups.collect(sums.sort("spent_on", "campaign", "campaign_id").to_native(), may_be_empty=True)
    return rows.assign(spent_on=pd.to_datetime(rows["spent_on"]))


def _seen(reach: object | None) -> pd.DataFrame:
    """People reached by period and campaign, all places of sale together; parts of an audience are left out."""
    if reach is None:
        return pd.DataFrame(columns=["starts_on", "ends_on", "campaign_id", "reach"])
    frame = picked(reach, "media_reach", "starts_on", "ends_on", "reach", maybe=("campaign_id", "breakdown"), read="optional")  # fmt: skip
    frame = frame.filter(~nw.col("campaign_id").is_null(), nw.col("breakdown").is_null())
    frame = frame.with_columns(nw.col("reach").cast(nw.Float64))
    sums = frame.group_by("starts_on", "ends_on", "campaign_id").agg(nw.col("reach").sum())
    rows = rollups.collect(sums.sort("starts_on", "ends_on", "campaign_id").to_native(), may_be_empty=True)
    return rows.assign(starts_on=pd.to_datetime(rows["starts_on"]))


def _reached(own: pd.DataFrame, seen: pd.DataFrame, study: Study) -> float:
    """People of the largest period of one campaign that began before the study ended; NaN where none is known."""
    if own.empty or seen.empty:
        return math.nan
    codes = set(own["campaign_id"].dropna())
    there = seen[seen["campaign_id"].isin(codes) & (seen["starts_on"] <= pd.Timestamp(study.ends_on))]
    return float(there["reach"].max()) if len(there) else math.nan
