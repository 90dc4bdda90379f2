"""Who else speaks: topics that grow from small, reviews, press, ideas that people send, employees and customers who recommend, events."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.checks import COUNTS_ONLY
from helpers.kpi import LEVEL
from helpers.methods.intervals import Estimate, wilson
from helpers.methods.mentions_growth import growing_topics
from helpers.pillars.brand.social_reading import Read

WINDOW = 26  # weeks in which a topic may grow
MONTHS = 12
KEPT = ("kept", "tested", "launched")
IDEAS = ("received", *KEPT)
UNKNOWN = Estimate(math.nan, math.nan, math.nan, LEVEL, 0)


class Voices(NamedTuple):
    """Everybody else who speaks, in the twelve months to the period's end.

    signals : of `growing_topics`. reviews : brand, is_own, rating [Estimate], answered [Estimate], n. press : brand, pieces, negative, positive,
    audience. ideas : by source: received, kept, tested, launched, theses, share. advocates : by kind: active, invited, share, reach, clicks, orders.
    events : name, starts_on, visitors, leads, cost.
    """

    signals: pd.DataFrame
    reviews: pd.DataFrame
    press: pd.DataFrame
    ideas: pd.DataFrame
    advocates: pd.DataFrame
    events: pd.DataFrame


def voices(
    known: Read, crises: pd.DataFrame, rows: dict[str, pd.DataFrame], own: tuple[str, ...], *, until: pd.Timestamp, small: float
) -> Voices:  # fmt: skip
    """Everybody else who speaks; `rows` are the tables by name, empty where the company has none, `crises` of `social_alarms.crises`."""
    return Voices(
        signals(known, crises, until=until, small=small), reviews(rows["reviews"], own, until), press(rows["earned_media"], own, until),
        ideas(rows["ideas"], until), advocates(rows["advocates"], until), events(rows["events"], until),
    )  # fmt: skip


def signals(known: Read, waves: pd.DataFrame, *, until: pd.Timestamp, small: float, weeks: int = WINDOW) -> pd.DataFrame:  # fmt: skip
    """Growth of the own brand's topics in the last weeks; the days of own waves that the playbook counts are left out.

    Parameters
    ----------
    waves : `social_alarms.crises`. small : share of mentions below which a topic counts as small.
    """
    first = until - pd.Timedelta(days=7 * weeks - 1)
    rows = known.of(known.own, first, until)
    for one in waves.itertuples():
        rows = rows[~rows["day"].between(one.start, one.end)]
    rows = rows[rows["topic"] != ""]
    wide = rows.assign(week=(rows["day"] - first).dt.days // 7).groupby(["week", "topic"])["mentions"].sum()
    return growing_topics(wide.unstack(fill_value=0.0).sort_index(), level=LEVEL, small=small) if len(wide) else growing_topics(pd.DataFrame(), level=LEVEL)  # fmt: skip


def share(part: float, n: float) -> Estimate:
    """A share with Wilson's interval; unknown below 30."""
    if n < COUNTS_ONLY:
        return UNKNOWN._replace(n=int(n))
    return Estimate(part / n, *wilson(part, n, level=LEVEL), LEVEL, int(n))


def mean(values: np.ndarray) -> Estimate:
    """A mean with Student's interval; unknown below 30."""
    n = len(values)
    if n < COUNTS_ONLY:
        return UNKNOWN._replace(n=n)
    half = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * float(values.std(ddof=1)) / math.sqrt(n)
    return Estimate(float(values.mean()), float(values.mean()) - half, float(values.mean()) + half, LEVEL, n)


def _year(rows: pd.DataFrame, day: str, until: pd.Timestamp) -> pd.DataFrame:
    return rows if rows.empty else rows[rows[day] > until - pd.DateOffset(months=MONTHS)]


def reviews(rows: pd.DataFrame, own: tuple[str, ...], until: pd.Timestamp) -> pd.DataFrame:
    """Mean of stars of five by brand, most reviewed first after our own; rewarded reviews are left out."""
    rows = _year(rows, "posted_on", until)
    names = ["brand", "is_own", "rating", "answered", "n"]
    if rows.empty:
        return pd.DataFrame(columns=names)
    rows = rows[~rows["is_incentivised"].fillna(False).astype(bool)].dropna(subset=["rating", "rating_max"])
    stars = 5 * pd.to_numeric(rows["rating"]).astype(float) / pd.to_numeric(rows["rating_max"]).astype(float)
    rows = rows.assign(stars=stars, brand=rows["brand"].replace(dict.fromkeys(own, own[0])))
    made = [
        (str(brand), brand == own[0], mean(part["stars"].to_numpy()), share(part["answered_on"].notna().sum(), len(part)), len(part))
        for brand, part in rows.groupby("brand")
    ]  # fmt: skip
    return pd.DataFrame(made, columns=names).sort_values(
        ["is_own", "n"], ascending=False, ignore_index=True, kind="stable"
    )


def press(rows: pd.DataFrame, own: tuple[str, ...], until: pd.Timestamp) -> pd.DataFrame:
    """Pieces by brand: number, tone as the press review reads it, audience of the outlets added up."""
    rows = _year(rows, "published_on", until)
    names = ["brand", "is_own", "pieces", "positive", "negative", "audience"]
    if rows.empty:
        return pd.DataFrame(columns=names)
    rows = rows.assign(brand=rows["brand"].replace(dict.fromkeys(own, own[0])))
    made = [
        (str(brand), brand == own[0], len(part), int(part["sentiment"].eq("positive").sum()), int(part["sentiment"].eq("negative").sum()),
         float(pd.to_numeric(part["audience"]).sum()))
        for brand, part in rows.groupby("brand")
    ]  # fmt: skip
    return pd.DataFrame(made, columns=names).sort_values(
        ["is_own", "pieces"], ascending=False, ignore_index=True, kind="stable"
    )


def ideas(rows: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """What became of ideas by who sent them: received, kept, tested, launched [so far or further], became theses, share kept."""
    names = ["source", "received", "kept", "tested", "launched", "theses", "share"]
    rows = _year(rows, "received_on", until)
    if rows.empty:
        return pd.DataFrame(columns=names)
    step = rows["status"].map({name: at for at, name in enumerate(IDEAS)}).fillna(0).astype(int)
    rows = rows.assign(step=step)
    made = []
    for source, part in rows.groupby("source"):
        kept = int((part["step"] >= 1).sum())
        later = [int((part["step"] >= at).sum()) for at in (2, 3)]
        made.append((str(source), len(part), kept, *later, int(part["thesis_id"].notna().sum()), share(kept, len(part))))  # fmt: skip
    return pd.DataFrame(made, columns=names).sort_values(
        "received", ascending=False, ignore_index=True, kind="stable"
    )


def advocates(rows: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Who spoke for us, by kind: months of people in the programme, of these active, reach, clicks and orders of the year."""
    names = ["kind", "active", "invited", "share", "reach", "clicks", "orders"]
    rows = _year(rows, "month", until)
    if rows.empty:
        return pd.DataFrame(columns=names)
    numbers = rows.groupby("kind")[["active", "invited", "reach", "clicks", "orders"]].sum()
    made = [
        (str(kind), int(one["active"]), int(one["invited"]), share(one["active"], one["invited"]), *(float(one[name]) for name in names[4:]))
        for kind, one in numbers.iterrows()
    ]  # fmt: skip
    return pd.DataFrame(made, columns=names)


def events(rows: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Events of the year, the newest first."""
    rows = _year(rows, "starts_on", until)
    if rows.empty:
        return pd.DataFrame(columns=["name", "starts_on", "visitors", "leads", "cost"])
    return rows.sort_values("starts_on", ascending=False, ignore_index=True, kind="stable")
