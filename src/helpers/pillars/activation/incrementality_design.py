"""What to test next: what a test by region could see in the company's own past, and what it would cost."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import number, plural, text
from helpers.kpi import LEVEL, Z
from helpers.methods import geo_design
from helpers.pillars.activation.incrementality import WEEK, GeoTest, in_steps
from helpers.rollups import places

YEAR = 364  # days of the past that are looked back on, whole weeks
LEAST_REGIONS = 8
LEAST_DAYS = 12 * WEEK
LOOKS = 60
MOST_TIMES = 5.0  # a larger burst meets an answer that has long flattened


class Past(NamedTuple):
    """What a design is made from.

    sales : by region while nothing was tested [day or week x region], of one market. step : days of a time, 1 or 7.
    spend : media spend of that market and year by channel [channel]. market : its code. reason : why no design can be made.
    """

    sales: pd.DataFrame
    step: int
    spend: pd.Series
    market: str
    reason: str

    @property
    def weekly(self) -> float:
        """Sales of all regions in a week."""
        return float(self.sales.to_numpy().sum()) / (len(self.sales) * self.step) * WEEK


class Plan(NamedTuple):
    """The test of one channel.

    kind : "dark" or "burst" or "" where no test of this size would tell. factor : spend in the treated regions relative to now.
    sees : the smallest change that it would see [share of treated sales]. pays_at : the change at which the channel just pays.
    cost : media spend more (or, below 0, less) over the test. at_risk : revenue that goes if sales change by `sees`.
    """

    channel: str
    yearly: float
    kind: str
    factor: float
    n_regions: int
    weeks: int
    sees: float
    pays_at: float
    cost: float
    at_risk: float


def past(
    found: list[GeoTest], orders: object, stores: object | None, media: object | None, scope: Scope
) -> Past:
    """Read what regions sold while nothing was tested, and a year of spend by channel.

    Parameters
    ----------
    found : tests by region of the page; the regions' sales are those before the start of the last one. Without a test they are
        those of the regions of the stores.
    orders, stores, media : tables of the page; None where the company has none.
    """
    lang = scope.language
    since = scope.period.end - timedelta(days=YEAR - 1)
    sales, market = _of_tests(found)
    if sales.empty and stores is not None:
        rows = rollups.collect(places.region_days(orders, stores, since=since, until=scope.period.end), may_be_empty=True)  # fmt: skip
        if len(rows):
            market = str(rows.groupby("market")["value"].sum().idxmax())
            sales = rows[rows["market"] == market].pivot_table(
                index="measured_on", columns="place", values="value", aggfunc="sum", fill_value=0.0
            )
            sales = sales.reindex(pd.date_range(since, scope.period.end), fill_value=0.0)
    if sales.empty or media is None:
        why = text(
            "A design needs sales by region (a finished test by region, or stores with a region) and media spend.",
            lang,
        )
        return Past(sales, 1, pd.Series(dtype=float), market, why)
    spent = rollups.collect(places.spend_of_channels(media, since=since, until=scope.period.end), may_be_empty=True)  # fmt: skip
    step = 1
    if not (sales.sum(axis=1) > 0).all():
        sales, step = sales.groupby(np.arange(len(sales)) // WEEK).sum(), WEEK
    spend = spent[(spent["market"] == market) & (spent["channel"] != "")].groupby("channel")["spend"].sum()
    n, reason = sales.shape[1], ""
    if n < LEAST_REGIONS:
        reason = plural(
            "Sales are known of one region, and {need} are the least that a lot can part.",
            "Sales are known of {n} regions, and {need} are the least that a lot can part.", n, lang, need=LEAST_REGIONS,
        )  # fmt: skip
    return Past(sales, step, spend[spend > 0].sort_values(ascending=False, kind="stable"), market, reason)


def _of_tests(found: list[GeoTest]) -> tuple[pd.DataFrame, str]:
    """Sales of all regions before the last test, and their market."""
    for test in reversed(found):
        both = pd.concat([test.treated, test.control.dropna(axis=1)], axis=1)
        before = both[both.index < pd.Timestamp(test.starts_on)].fillna(0.0)
        if len(before) >= LEAST_DAYS and before.shape[1] > 1:
            return before, str(before.columns[0]).split(" ")[0]
    return pd.DataFrame(), ""


def grid(known: Past, *, longest: int = 12, wanted: float = 0.80, shares: tuple[float, ...] = (0.25, 0.5)) -> pd.DataFrame:  # fmt: skip
    """What tests of several sizes would see: one row a size.

    Parameters
    ----------
    longest : weeks of the longest test; a third and two thirds of it are tried as well. wanted : share of tests that are to see it.
    shares : of the regions that are treated.

    Returns
    -------
    n_regions, weeks, falls, rises [smallest loss and gain seen, share of the treated sales], n [look-backs]. NaN where the past
    is too short.
    """
    if known.sales.shape[1] < 2:
        return pd.DataFrame(columns=["n_regions", "weeks", "falls", "rises", "n"], dtype=float)
    weeks = sorted({max(2, longest // 3), max(2, 2 * longest // 3), max(2, longest)})
    made = []
    for share in shares:
        for length in weeks:
            n_treated = max(1, round(known.sales.shape[1] * share))
            during = length * WEEK // known.step
            looks = geo_design.look_backs(
                known.sales, n_treated=n_treated, n_during=during, n_before=min(2 * during, len(known.sales) - during),
                n_looks=LOOKS, period=WEEK if known.step == 1 else 0, level=LEVEL,
            )  # fmt: skip
            made.append(
                (
                    n_treated,
                    length,
                    geo_design.mde(looks, wanted=wanted, falls=True),
                    geo_design.mde(looks, wanted=wanted),
                    len(looks),
                )
            )
    return pd.DataFrame(made, columns=["n_regions", "weeks", "falls", "rises", "n"])


def seen(test: GeoTest) -> tuple[float, float, float, int]:
    """Smallest change that a test of these places and this length sees, from the time before it: value, low, high, look-backs.

    Bounds are those of a quantile of so many look-backs. A test of a channel that went dark is asked for a loss.
    """
    both = pd.concat([in_steps(side, test, test.step) for side in (test.treated, test.control)], axis=1)
    before, n_during = both[both.index < 0], int((both.index >= 0).sum())
    room = len(before) - n_during
    looks = geo_design.look_backs(
        before, n_treated=test.treated.shape[1], n_during=min(n_during, len(before) // 3), n_before=max(room // 2, len(before) // 3),
        n_looks=LOOKS, period=WEEK if test.step == 1 else 0, level=LEVEL,
    )  # fmt: skip
    falls, n = test.spend_change < 0, len(looks)
    if n < geo_design.FEWEST:
        return math.nan, math.nan, math.nan, n
    half = Z * math.sqrt(0.8 * 0.2 / n)
    sizes = [abs(geo_design.mde(looks, wanted=share, falls=falls)) for share in (0.8, 0.8 - half, min(0.8 + half, 1.0))]  # fmt: skip
    return (*sizes, n)


def plans(known: Past, sizes: pd.DataFrame, scope: Scope) -> list[Plan]:
    """The cheapest test of each channel that would tell whether it pays, the largest spend first.

    A channel just pays where the margin of what it brings is its spend. Going dark tells it where the smallest loss that the test
    sees is no larger than that; else its spend is multiplied until the expected gain is large enough, as if the answer were in
    proportion.
    """
    if known.reason or sizes["falls"].isna().all():
        return []
    rate = scope.margin_rate
    return [
        _plan(channel, float(yearly), known, sizes.dropna(), rate) for channel, yearly in known.spend.items()
    ]


def _plan(channel: str, yearly: float, known: Past, sizes: pd.DataFrame, rate: float) -> Plan:
    spent = yearly / (YEAR / WEEK)
    pays_at = spent / rate / known.weekly
    part = sizes.assign(share=sizes["n_regions"] / known.sales.shape[1])
    part["load"] = part["share"] * part["weeks"]
    dark = part[-part["falls"] <= pays_at].sort_values("load", kind="stable")
    if len(dark):
        one, kind, factor, sees = dark.iloc[0], "dark", 0.0, float(-dark.iloc[0]["falls"])
    else:
        part["factor"] = 1 + part["rises"] / pays_at
        part["more"] = (part["factor"] - 1) * part["load"]
        one = part.sort_values("more", kind="stable").iloc[0]
        factor, sees = float(one["factor"]), float(one["rises"])
        kind = "burst" if factor <= MOST_TIMES else ""
    load = float(one["load"])
    return Plan(
        channel, yearly, kind, factor, int(one["n_regions"]), int(one["weeks"]), sees, pays_at,
        (factor - 1) * spent * load, sees * known.weekly * load,
    )  # fmt: skip


def table(made: list[Plan], scope: Scope) -> pd.DataFrame:
    """The tests in words, one row a channel."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    share = {"unit": "share", "decimals": 1, "language": lang}
    names = {"dark": text("go dark", lang), "": text("no test of this size tells", lang)}
    rows = {
        one.channel: {
            text("spend a year", lang): number(one.yearly, **money),
            text("test", lang): names.get(one.kind)
            or text("spend × {factor}", lang, factor=number(one.factor, "ratio", decimals=1, language=lang)),
            text("size", lang): _size(one, lang) if one.kind else "–",
            text("sees from", lang): number(one.sees, **share),
            text("pays from", lang): number(one.pays_at, **share),
            text("change of spend", lang): number(one.cost, **money) if one.kind else "–",
        }
        for one in made
    }
    return pd.DataFrame(rows).T.rename_axis(columns=text("channel", lang))


def _size(one: Plan, language: str) -> str:
    weeks = plural("one week", "{n} weeks", one.weeks, language)
    return text("{n} regions, {weeks}", language, n=one.n_regions, weeks=weeks)


def curve(sizes: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Smallest loss seen by weeks, one series a number of regions: weeks, sees, regions [words]."""
    named = [
        plural("{n} region treated", "{n} regions treated", n, scope.language)
        for n in sizes["n_regions"].astype(int)
    ]
    return sizes.assign(sees=-sizes["falls"], regions=named)[["weeks", "sees", "regions"]]


def finding(sizes: pd.DataFrame, known: Past, scope: Scope) -> str:
    """Say in words what a test could see at best."""
    lang = scope.language
    if known.reason or sizes["falls"].isna().all():
        return text("What a test could see cannot be told", lang)
    best = sizes.loc[sizes["falls"].idxmax()]
    return text(
        "A test of {regions} regions and {weeks} weeks sees a change of {sees} or more", lang, regions=int(best["n_regions"]),
        weeks=int(best["weeks"]), sees=number(-best["falls"], "share", decimals=1, language=lang),
    )  # fmt: skip


def subtitle(sizes: pd.DataFrame, known: Past, scope: Scope) -> str:
    """Say under the chart of designs what is drawn."""
    return text(
        "Smallest loss of treated sales told from nothing in eight of ten tests, by weeks; tests of nothing in the past, "
        "n = {n} a point, {regions} regions of {market}", scope.language, n=int(sizes["n"].max()) if len(sizes) else 0,
        regions=known.sales.shape[1], market=known.market,
    )  # fmt: skip
