"""What is bought on the advertising platforms: prices, campaigns, and the taxonomy that makes sense of their names.

One campaign of a channel runs in a market on a day, so what it costs is the latent plan to the cent. The agency of the
Belgian social ads keeps to no naming convention (`UNNAMED`), so its spend fits no rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.sample import plan, promotions
from helpers.sample.parts.effects import SINCE, SPAN
from helpers.sample.setting import CHANNELS, CURRENCIES, DAYS, MARKETS, N_DATA, dates, day_number, span
from helpers.sample.truth import Estimand
from helpers.sample.world import World

BRAND = "Maison Brévane"
TRADE = "invented, inside what the trade reports"


class Rate(NamedTuple):
    """Platform, objective and stage of a channel; CPM [euro, October 2023], CTR [share], the ranges they stay in."""

    platform: str
    objective: str
    stage: str
    cpm: float
    cpm_range: tuple[float, float]
    ctr: float
    ctr_range: tuple[float, float]
    source: str = TRADE


SEARCH = f"WordStream, Google Ads benchmarks 2024: mean CTR of search 6.4 %; CPM {TRADE}"
RATES = {
    "search_brand": Rate("google_ads", "sales", "act", 80.0, (50, 130), 0.18, (0.10, 0.30)),
    "search_generic": Rate("google_ads", "sales", "act", 52.0, (30, 90), 0.058, (0.03, 0.07), SEARCH),
    "social": Rate("meta", "sales", "consider", 8.5, (5, 16), 0.016, (0.008, 0.025)),
    "video": Rate("dv360", "awareness", "reach", 11.0, (7, 20), 0.0020, (0.0005, 0.004)),
    "tv": Rate("offline", "awareness", "reach", 9.5, (6, 18), 0.0, (0.0, 0.0)),
    "display": Rate("cm360", "traffic", "consider", 2.4, (1.5, 5), 0.0016, (0.0005, 0.003)),
    "affiliation": Rate("affiliate_network", "sales", "act", 19.0, (10, 35), 0.035, (0.015, 0.06)),
    "linkedin": Rate("linkedin", "leads", "consider", 34.0, (22, 60), 0.0055, (0.003, 0.008)),
}
FLIGHTS = {
    "short-video": "Short video series",
    "live-show": "Live product show",
    "user-content": "User content",
}
SPELLED = {"Burst": "Film", "Tv": "TV", "Linkedin": "LinkedIn B2B influence", "Social be": "Social Belgium"}
UNNAMED = "Brévane Belgique - ventes (agence)"
FROM_RULES = ["channel", "brand", "funnel_stage"]


@lru_cache(1)
def bought(world: World) -> pd.DataFrame:
    """What is bought, one row a channel, market and day of the books.

    Returns
    -------
    channel, market [codes], day, label, name [platform's], code [company's campaign], campaign_id [platform's],
    spend [currency of the market, two decimals], euros.
    """
    labels = _labels(world)
    channel, market, day = (axis.ravel() for axis in np.indices(labels.shape))
    rate = world.demand.euros[market, day]
    spend = np.round(world.media.national[channel, market, day] * world.setting.scale / rate, 2)
    key = {"channel": channel, "market": market, "label": labels.ravel()}
    cells = pd.DataFrame(key | {"day": day, "spend": spend, "euros": spend * rate})
    lines = cells[list(key)].drop_duplicates(ignore_index=True)
    named = [_named(CHANNELS[c], MARKETS[m], label) for c, m, label in lines.itertuples(index=False)]
    number = (lines["channel"] + 1) * 10_000_000 + 1 + lines.groupby("channel").cumcount()
    lines = lines.join(pd.DataFrame(named, columns=["name", "code"])).assign(campaign_id=number.astype(str))
    return cells.merge(lines, on=list(key), how="left")


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `campaigns` (the paid ones), `campaign_map` and `taxonomy`."""
    yield "campaigns", _campaigns(world)
    yield "campaign_map", lines(world)
    yield "taxonomy", taxonomy()


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """Spend of each channel, and the share of all spend that no rule of the taxonomy fits."""
    spent = bought(world)
    year = spent[spent["day"] >= SINCE]
    for code, euros in year.groupby("channel")["euros"].sum().items():
        about = f"Spent on {CHANNELS[code]} before tax and fees, francs at the rate of the day."
        yield Estimand("media_spend", euros, "EUR", about, SPAN, segment=CHANNELS[code])
    for period, rows in ((SPAN, year), (span(0, N_DATA - 1), spent)):
        share = rows.loc[rows["name"] == UNNAMED, "euros"].sum() / rows["euros"].sum()
        about = "Share of media spend in euro whose campaign name fits no rule of the taxonomy."
        yield Estimand("unmapped_spend_share", share, "share", about, period)


def lines(world: World) -> pd.DataFrame:
    """Campaigns as the platforms know them.

    Returns
    -------
    One row a campaign: the columns of `campaign_map`, account_id, campaign [name], objective.
    """
    made = bought(world).groupby("campaign_id", sort=False, as_index=False).agg(
        campaign=("name", "first"), campaign_code=("code", "first"), channel=("channel", "first"),
        place=("market", "first"), first=("day", "min"), last=("day", "max"), spend=("spend", "sum"),
    )  # fmt: skip
    channel, currency = np.array(CHANNELS)[made["channel"]], np.array(CURRENCIES)[made["place"]]
    return made[["campaign_id", "campaign", "campaign_code"]].assign(
        platform=[RATES[name].platform for name in channel],
        objective=[RATES[name].objective for name in channel],
        account_id=np.char.add("brevane-", np.char.lower(currency)),
        market=np.array(MARKETS)[made["place"]],
        brand=BRAND,
        agency=np.where(made["campaign"] == UNNAMED, "Belgian agency", "media agency"),
        utm_campaign=made["campaign_code"],
        planned_budget=_planned(world, made["spend"], "platform"),
        currency=currency,
        starts_on=dates(made["first"]),
        ends_on=dates(made["last"]),
    )


def taxonomy() -> pd.DataFrame:
    """Table `taxonomy`: the first rule whose platform and pattern fit a campaign gives channel, brand and stage."""
    found = []
    for name, rate in RATES.items():
        for place in MARKETS:
            start = f"{place}_{name.replace('_', '-')}_*"
            if name == "social":
                found.append((rate.platform, f"{start}_short-video", name, place, "reach"))
            found.append((rate.platform, start, name, place, rate.stage))
    rules = pd.DataFrame(found, columns=["platform", "campaign_pattern", "channel", "market", "funnel_stage"])
    return rules.assign(rule=np.arange(1, len(rules) + 1), brand=BRAND)


def classified(campaigns: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Channel, brand and stage of each campaign (platform, campaign); empty where no rule fits."""
    ordered = list(rules.sort_values("rule", kind="stable").itertuples(index=False))

    def rule(platform: str, name: str) -> object:
        fits = (r for r in ordered if r.platform == platform and fnmatchcase(name, r.campaign_pattern))
        return next(fits, None)

    found = [rule(*one) for one in zip(campaigns["platform"], campaigns["campaign"], strict=True)]
    made = {column: [getattr(one, column, None) for one in found] for column in FROM_RULES}
    return pd.DataFrame(made, index=campaigns.index)


def _labels(world: World) -> np.ndarray:
    """What runs in each channel, market and day: always on, a burst, a flight, a promotion [channel, market, day]."""
    years = DAYS.year.to_numpy()[:N_DATA].astype("U4")
    made = np.empty((len(CHANNELS), len(MARKETS), N_DATA), dtype=object)
    made[:] = np.char.add(years, "_always-on")
    row = {name: made[i] for i, name in enumerate(CHANNELS)}
    row["linkedin"][:] = np.char.add(years, "_b2b-influence")
    for begins in plan.BURSTS:
        first = day_number(begins)
        for name in ("video", "tv"):
            row[name][:, first : first + plan.BURST_DAYS] = f"{begins[:7]}_burst"
    flights = plan.flights(world.setting)[:N_DATA]
    edges = np.flatnonzero(np.diff(flights > 0, prepend=False, append=False)).reshape(-1, 2)
    for number, (first, last) in enumerate(edges):
        kind = list(FLIGHTS)[number % len(FLIGHTS)]
        row["social"][:, first:last] = f"{DAYS[first]:%Y-%m}_{kind}"
    row["social"][MARKETS.index("BE")] = "_agency"
    promoted = np.char.add(years, "_promotions").astype(object)
    is_promoted = promotions.discount()[:, :N_DATA] > 0
    row["affiliation"][:] = np.where(is_promoted, promoted, row["affiliation"])
    return made


def _named(channel: str, place: str, label: str) -> tuple[str, str]:
    """Name on the platform, and the company's campaign; the shop credits customers to `channel_year`."""
    when, _, kind = label.partition("_")
    if kind == "agency":
        return UNNAMED, "social_be"
    known = {"burst": f"burst_{when}", "promotions": f"affiliation_promotions_{when}"}
    code = f"social_{kind}" if kind in FLIGHTS else known.get(kind, f"{channel}_{when}")
    return f"{place}_{channel.replace('_', '-')}_{label}", code


def _campaigns(world: World) -> pd.DataFrame:
    """Table `campaigns`: what the company calls a campaign; a burst is one on video and tv at once."""
    made = bought(world).groupby("code", as_index=False).agg(
        channel=("channel", "max"), label=("label", "first"),
        first=("day", "min"), last=("day", "max"), spend=("euros", "sum"),
    )  # fmt: skip
    channel = np.array(CHANNELS)[made["channel"]]
    kind = made["label"].str.partition("_")[2].replace("agency", "always-on")
    plain = made["code"].str.replace("_", " ").str.capitalize().replace(SPELLED, regex=True)
    return pd.DataFrame(
        {
            "campaign_id": made["code"],
            "market": np.where(made["code"] == "social_be", "BE", "ALL"),
            "name": kind.map(FLIGHTS).fillna(plain),
            "type": kind.where(~kind.isin(list(FLIGHTS)), "flight"),
            "channel": channel,
            "starts_on": dates(made["first"]),
            "ends_on": dates(made["last"]),
            "objective": [RATES[name].objective for name in channel],
            "brand": BRAND,
            "planned_budget": _planned(world, made["spend"], "company"),
            "currency": CURRENCIES[0],
        }
    )


def _planned(world: World, spend: pd.Series, level: str) -> np.ndarray:
    """Budgets as they were planned: what was spent, a little off, in tens."""
    off = world.rng(f"delivery budgets {level}").uniform(0.94, 1.08, len(spend))
    return np.ceil(spend.to_numpy() * off / 10) * 10
