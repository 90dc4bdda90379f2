"""Which promotions ran where and when: from the tables `promotions` and `calendar`, those that overlap put together."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope

KINDS = (
    "soldes",
    "promotion",
)  # kinds of the calendar that are promotions; "own launch" explains orders and is none
LAUNCH, HOLIDAY = "own launch", "public holiday"
YEAR = re.compile(r"\s*\b(19|20)\d{2}\b")
TAIL = re.compile(r"[\s,;:]*[-–−]?\s*\d+([.,]\d+)?\s*%.*$")  # ", -15%" at the end of an offer's name
COLUMNS = ("promotion", "kind", "market", "starts_on", "ends_on", "discount", "mechanic", "parts", "has_dip")


def kind_of(name: str) -> str:
    """A promotion's name without its year: promotions of one kind are taken to work alike."""
    return YEAR.sub("", name).strip(" ,") or name


def calendar_of(calendar: Any) -> pd.DataFrame:
    """The table `calendar` in pandas; empty where the company has none. A day without an end is a single day."""
    columns = ["starts_on", "ends_on", "market", "kind", "name"]
    if calendar is None:
        return pd.DataFrame(columns=columns)
    frame = rollups.collect(rollups.only(calendar, *columns), may_be_empty=True)
    return frame.assign(ends_on=frame["ends_on"].fillna(frame["starts_on"]))


def offers(promotions: Any, calendar: pd.DataFrame) -> pd.DataFrame:
    """One row per promotion and market, as the company wrote them down; a promotion of single stores is left out.

    Returns
    -------
    promotion [the calendar's name where one begins on that day in that market, else the offer's], market, starts_on, ends_on,
    discount [share; NaN where unknown], mechanic. Without a table `promotions`, those of the calendar.
    """
    named = calendar[calendar["kind"].isin(KINDS)]
    names = {(row.market, row.starts_on): row.name for row in named.itertuples(index=False)}
    columns = ["promotion", "market", "starts_on", "ends_on", "discount", "mechanic"]
    if promotions is None:
        made = named.rename(columns={"name": "promotion"}).assign(discount=np.nan, mechanic=named["name"])
        return made[columns].reset_index(drop=True)
    wanted = ("market", "store_id", "starts_on", "ends_on", "mechanic", "discount_share")
    frame = rollups.collect(rollups.only(promotions, *wanted), may_be_empty=True)
    frame = frame[frame["store_id"].isna()]
    frame = frame.assign(
        ends_on=frame["ends_on"].fillna(frame["starts_on"]), mechanic=frame["mechanic"].fillna("").astype(str)
    )
    name = [
        names.get((row.market, row.starts_on))
        or TAIL.sub("", row.mechanic)
        or row.starts_on.date().isoformat()
        for row in frame.itertuples(index=False)
    ]
    frame = frame.assign(promotion=name, discount=frame["discount_share"].astype(float))
    keys = ["promotion", "market", "starts_on", "ends_on"]
    made = frame.groupby(keys, as_index=False, sort=True).agg(
        discount=("discount", "mean"), mechanic=("mechanic", "first")
    )
    return made[columns]


def runs(given: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The promotions that can be told apart: those that overlap in a market become one; markets with the same days share a name.

    Returns
    -------
    One row per promotion and market: promotion [name, and its markets], kind, market, starts_on, ends_on, discount [share, by days],
    mechanic, parts [how many were put together], has_dip; by first day.
    """
    rows = []
    for market, own in given.groupby("market", sort=True):
        cluster: list[Any] = []
        for row in own.sort_values(["starts_on", "ends_on", "promotion"], kind="stable").itertuples(
            index=False
        ):
            if cluster and row.starts_on > max(one.ends_on for one in cluster):
                rows.append(_joined(cluster, market))
                cluster = []
            cluster.append(row)
        rows += [_joined(cluster, market)] if cluster else []
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    if frame.empty:
        return frame
    order = {name: at for at, name in enumerate(scope.company.markets)}
    frame = frame.assign(_at=[order.get(market, len(order)) for market in frame["market"]]).sort_values(
        ["starts_on", "_at", "market"], kind="stable", ignore_index=True
    )
    where = frame.groupby(["promotion", "starts_on", "ends_on"], sort=False)["market"].transform(" ".join)
    return frame.assign(promotion=frame["promotion"] + ", " + where).drop(columns="_at")


def _joined(cluster: list[Any], market: str) -> tuple:
    names = list(dict.fromkeys(one.promotion for one in cluster))
    length = np.array([(one.ends_on - one.starts_on).days + 1 for one in cluster], dtype=float)
    off = np.array([one.discount for one in cluster], dtype=float)
    discount = float((off * length).sum() / length.sum())  # unknown where one of them is
    name = " + ".join(names) if len(names) <= 3 else f"{names[0]} + … + {names[-1]}"
    first, last = min(one.starts_on for one in cluster), max(one.ends_on for one in cluster)
    kinds = " + ".join(dict.fromkeys(kind_of(one) for one in names))
    mechanic = " + ".join(dict.fromkeys(one.mechanic for one in cluster))
    return name, kinds, market, first, last, discount, mechanic, len(names), True


def launches(calendar: pd.DataFrame) -> pd.DataFrame:
    """Own launches of the calendar in the columns of `runs`: they explain orders and are no promotions."""
    own = calendar[calendar["kind"] == LAUNCH]
    made = own.rename(columns={"name": "promotion"}).assign(
        kind=LAUNCH, discount=0.0, mechanic="", parts=1, has_dip=False
    )
    return made[list(COLUMNS)].drop_duplicates(["promotion", "market", "starts_on"], ignore_index=True)


def holidays(calendar: pd.DataFrame) -> pd.DataFrame:
    """Public holidays: day and group."""
    own = calendar[calendar["kind"] == HOLIDAY]
    return own.rename(columns={"starts_on": "day", "market": "group"})[["day", "group"]].drop_duplicates()
