"""Where do we stand? What the page on the market position starts from: sales by month, waves of people with weights, how brands are seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.errors import DataError
from helpers.i18n import text, translate
from helpers.methods import survey
from helpers.methods.survey import Raked
from helpers.rollups import brands as rolled

BOUGHT, BEFORE, KNOWS, ATTRIBUTE, NONE = "purchases_12m", "previous_brand", "knows", "attr_", "none"
DIMENSIONS = ("age_band", "sex", "region")


class Wave(NamedTuple):
    """People asked in one wave.

    survey, day [last answer], market : which. people : one row a person. raked : their weights; equal ones where none can be made.
    purchases : person x brand. previous : brand used before, of first buyers [person]. seen : answers [person x brand x attribute] with
    the names of `brands` and `attributes`, and `knows` [person x brand]. why : why there are no weights, in words; margins : which ones.
    """

    survey: str
    day: pd.Timestamp
    market: str
    people: pd.DataFrame
    raked: Raked
    purchases: pd.DataFrame
    previous: pd.Series
    seen: np.ndarray
    knows: np.ndarray
    brands: tuple[str, ...]
    attributes: tuple[str, ...]
    why: str
    margins: str

    @property
    def n(self) -> int:
        """People asked."""
        return len(self.people)


class Launch(NamedTuple):
    """An own line that came on sale inside the data: its name and first month."""

    line: str
    first: pd.Timestamp


class Known(NamedTuple):
    """What the page starts from.

    own : own lines, the house first. unknown : names of the parameter that stand in no table. months : month, market, brand, sales_value,
    units of the markets in which an own line is sold. usage : waves on purchases, oldest first. image : the last wave on how brands are seen.
    launches : own lines that came on sale inside the data, oldest first.
    """

    own: tuple[str, ...]
    unknown: tuple[str, ...]
    months: pd.DataFrame
    markets: tuple[str, ...]
    usage: tuple[Wave, ...]
    image: Wave | None
    launches: tuple[Launch, ...]

    @property
    def house(self) -> str:
        """The brand that stands for the company."""
        return self.own[0]


def known(
    market_sales: object, surveys: object, margins: object | None, scope: Scope, *, own_brands: str
) -> Known:
    """Collect what the page shows.

    Parameters
    ----------
    market_sales, surveys : the tables as loaded. margins : table `population_margins`, or None.
    own_brands : the own lines, parted by commas, the house brand first.
    """
    own = scope.company.own_brands(own_brands)
    months = rollups.collect(rolled.brand_months(market_sales), may_be_empty=True)
    months["month"] = pd.to_datetime(months["month"])
    sold = months[months["brand"].isin(own) & (months["units"] > 0)]
    markets = tuple(sorted(sold["market"].unique()))
    months = months[months["market"].isin(markets)]
    official = (
        None
        if margins is None
        else rollups.collect(
            rollups.only(margins, "market", "as_of", "dimension", "level", "share", "source"),
            may_be_empty=True,
        )
    )
    answers = rollups.collect(rolled.brand_answers(surveys), may_be_empty=True)
    answers["answered_on"] = pd.to_datetime(answers["answered_on"])
    made = [wave(rows, official, scope) for _, rows in answers.groupby("survey_id", sort=True)]
    made.sort(key=lambda one: (one.day, one.survey))
    usage = tuple(one for one in made if one.purchases.shape[1])
    image = [one for one in made if len(one.attributes)]
    named = {*months["brand"], *(name for one in made for name in (*one.purchases.columns, *one.brands))}
    return Known(
        own, tuple(name for name in own if name not in named), months, markets, usage, image[-1] if image else None, _launches(sold, months)
    )  # fmt: skip


def wave(rows: pd.DataFrame, official: pd.DataFrame | None, scope: Scope) -> Wave:
    """One wave, of its largest market; weights are raked to the latest margins of that market up to the end of the period."""
    market = str(rows["market"].value_counts().index[0]) if rows["market"].notna().any() else scope.market
    rows = rows[rows["market"].isna() | (rows["market"] == market)]
    about = [*DIMENSIONS, "sample_source", "weight"]
    people = rows.groupby("respondent_id", sort=True)[about].first()
    raked, why, told = _weights(people, official, market, scope)
    bought = rows[rows["question"] == BOUGHT]
    purchases = bought.pivot_table(
        index="respondent_id", columns="brand", values="score", aggfunc="sum", observed=True
    )
    purchases = purchases.reindex(people.index).fillna(0.0).astype(float)
    previous = (
        rows[rows["question"] == BEFORE]
        .drop_duplicates("respondent_id")
        .set_index("respondent_id")["choice"]
        .reindex(people.index)
    )
    return Wave(
        str(rows["survey_id"].iloc[0]), rows["answered_on"].max(), market, people, raked, purchases, previous, *_seen(rows, people.index), why, told
    )  # fmt: skip


def _seen(rows: pd.DataFrame, people: pd.Index):
    """Answers on attributes [person x brand x attribute], who knows what, and the names."""
    said = rows[rows["question"].str.startswith(ATTRIBUTE) & (rows["score"] > 0)]
    asked = rows[rows["question"].str.startswith(ATTRIBUTE) | (rows["question"] == KNOWS)]
    brands, attributes = (
        sorted(asked["brand"].dropna().unique()),
        sorted(rows.loc[rows["question"].str.startswith(ATTRIBUTE), "question"].unique()),
    )
    answers, knows = (
        np.zeros((len(people), len(brands), len(attributes))),
        np.zeros((len(people), len(brands)), bool),
    )
    at = (
        people.get_indexer(said["respondent_id"]),
        pd.Index(brands).get_indexer(said["brand"]),
        pd.Index(attributes).get_indexer(said["question"]),
    )
    answers[at] = 1.0
    known = rows[(rows["question"] == KNOWS) & (rows["score"] > 0)]
    known = known if len(known) else asked
    knows[people.get_indexer(known["respondent_id"]), pd.Index(brands).get_indexer(known["brand"])] = True
    names = tuple(name.removeprefix(ATTRIBUTE).replace("_", " ") for name in attributes)
    return answers, knows, tuple(map(str, brands)), names


def _weights(
    people: pd.DataFrame, official: pd.DataFrame | None, market: str, scope: Scope
) -> tuple[Raked, str, str]:
    """Weights of people, why there are none, and which margins they meet."""
    n = len(people)
    equal = Raked(np.ones(n), 1.0, float(n), (), pd.DataFrame(), np.empty((n, 0)))
    if official is None or official.empty:
        return equal, text("there is no table population_margins", scope.language), ""
    there = [
        name for name in DIMENSIONS if people[name].notna().any() and (official["dimension"] == name).any()
    ]
    try:
        margins = survey.margins_of(official, market=market, as_of=scope.period.end, dimensions=there)
        first = "weight" if people["weight"].notna().all() else None
        made = survey.rake(people, margins=margins.shares, weight=first)
    except DataError as refused:
        return equal, translate(refused.args[0], scope.language).rstrip("."), ""
    return made, "", translate(margins.told, scope.language)


def _launches(sold: pd.DataFrame, months: pd.DataFrame) -> tuple[Launch, ...]:
    if sold.empty:
        return ()
    first = sold.groupby("brand")["month"].min()
    found = [Launch(str(line), month) for line, month in first.items() if month > months["month"].min()]
    return tuple(sorted(found, key=lambda one: (one.first, one.line)))
