"""What the platforms deliver for the money: impressions, clicks and views by day, and the people reached by month.

Formula: impressions = spend / CPM x 1000 with lognormal noise; clicks, views and quality are binomial in them.
    Reach of a platform = population (1 - exp(-SPREAD x impressions / population)).
One campaign loses its clicks for five days while spend and visits go on (`FAULT`).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from helpers.sample.parts import platforms
from helpers.sample.parts.platforms import RATES
from helpers.sample.setting import CHANNELS, DAYS, MARKETS, MONTHS, N_DATA, binomial, dates, day_number
from helpers.sample.truth import Estimand
from helpers.sample.world import World

INFLATION, BEFORE_CHRISTMAS = 1.04, 1.25  # of CPM: a year, and in the four weeks before Christmas
CPM_NOISE = 0.08  # log standard deviation
# What the creative bets of social ads do: factors on views, clicks and engagements.
KINDS = {"short-video": (1.35, 0.9, 1.0), "live-show": (0.9, 1.3, 1.1), "user-content": (1.0, 1.0, 1.6)}
# Measurable of impressions, viewable of these, invalid of impressions: invented, inside what the trade reports.
QUALITY = {"display": (0.95, 0.58, 0.035), "video": (0.96, 0.72, 0.012), "social": (0.90, 0.55, 0.006)}
LINK_SHARE = {"social": 0.62, "linkedin": 0.70}  # of clicks, that lead to the site; 1 elsewhere
ENGAGED = {"social": 0.012, "linkedin": 0.009}  # of impressions
# Meta: 3-second views, a quarter of these. The film of 30 s: a quarter of it; a view is a film seen to its end.
VIEWED_3S, QUARTER_OF_3S, QUARTER_OF_FILM = 0.34, 0.60, 0.66
STAY = (0.72, 0.78, 0.82)  # of those at 25, 50 and 75 %, who reach the next mark
LENGTH = {"social": 12.0, "video": 30.0}  # seconds
VIEW_DEFINITION = {"social": "3 seconds", "video": "30 seconds"}
FAULT = ("FR_search-generic_2026_always-on", "2026-06-08", "2026-06-12")  # clicks are zero
ESTIMATED_DAYS = 3
POPULATION = {"FR": 900_000, "BE": 135_000, "CH": 90_000}  # target group in a world of scale 1
PROFESSIONALS = 0.15  # of the target group, the part that LinkedIn addresses
SPREAD = {"meta": 0.55, "dv360": 0.60, "offline": 0.80, "cm360": 0.35, "linkedin": 0.50}
IN_PANEL = ("meta", "dv360", "offline")
AFFINITY = 1.5  # shape of the affinity that platforms share: the lower, the more overlap
PANEL = 20_000  # people asked in each market


@lru_cache(1)
def delivered(world: World) -> pd.DataFrame:
    """What comes for the money, one row a channel, market and day.

    Returns
    -------
    As `platforms.bought`, with the counts of `media_spend` (NaN where a channel has none) and
    landed [link clicks before the fault].
    """
    rows, rng = platforms.bought(world), world.rng("delivery impressions")
    code, day = rows["channel"].to_numpy(), rows["day"].to_numpy()
    name = np.array(CHANNELS)[code]
    kind = rows["label"].str.partition("_")[2]
    view, click, engage = np.array([KINDS.get(one, (1.0, 1.0, 1.0)) for one in kind]).T

    def each(known: dict[str, float], other: float = 0.0) -> np.ndarray:
        return np.array([known.get(one, other) for one in CHANNELS])[code]

    def only(values: np.ndarray, channels: Any) -> np.ndarray:
        return np.where(np.isin(name, list(channels)), values, np.nan)

    price = each({one: rate.cpm for one, rate in RATES.items()}) * cpm_course()[day]
    noise = np.exp(CPM_NOISE * rng.standard_normal(len(rows)))
    shown = np.rint(rows["euros"].to_numpy() / price * noise * 1000).astype(int)
    clicks = binomial(rng, shown, each({one: rate.ctr for one, rate in RATES.items()}) * click)
    landed = binomial(rng, clicks, each(LINK_SHARE, 1.0))
    measurable, viewable, invalid = (each({one: q[i] for one, q in QUALITY.items()}) for i in range(3))
    measured = binomial(rng, shown, measurable)
    started = binomial(rng, shown, VIEWED_3S * view)
    quarter = np.where(
        name == "social", binomial(rng, started, QUARTER_OF_3S), binomial(rng, shown, QUARTER_OF_FILM)
    )
    half = binomial(rng, quarter, STAY[0])
    late = binomial(rng, half, STAY[1])
    ended = binomial(rng, late, STAY[2])
    first, last = (day_number(one) for one in FAULT[1:])
    works = ~((rows["name"] == FAULT[0]) & (day >= first) & (day <= last)).to_numpy()
    clickable = [one for one, rate in RATES.items() if rate.ctr]
    watched = each(LENGTH) * (quarter + half + late + ended) / 4
    return rows.assign(
        impressions=shown,
        measurable_impressions=only(measured, QUALITY),
        viewable_impressions=only(binomial(rng, measured, viewable), QUALITY),
        invalid_impressions=only(binomial(rng, shown, invalid), QUALITY),
        clicks=only(clicks * works, clickable),
        link_clicks=only(landed * works, clickable),
        engagements=only(binomial(rng, shown, each(ENGAGED) * engage), ENGAGED),
        video_views=only(np.where(name == "social", started, ended), LENGTH),
        video_25=only(quarter, LENGTH),
        video_50=only(half, LENGTH),
        video_75=only(late, LENGTH),
        video_completions=only(ended, LENGTH),
        watch_seconds=only(np.round(watched, 1), LENGTH),
        landed=landed,
    )


def cpm_course() -> np.ndarray:
    """Price of impressions by day of the books, 1 on the first."""
    of_year = (DAYS.month * 100 + DAYS.day).to_numpy()[:N_DATA]
    is_late = (of_year >= 1127) & (of_year <= 1224)
    return INFLATION ** (np.arange(N_DATA) / 365.25) * np.where(is_late, BEFORE_CHRISTMAS, 1.0)


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `media_spend` and `media_reach`."""
    lines = platforms.lines(world)
    ruled = platforms.classified(lines, platforms.taxonomy())
    named = lines.drop(columns="brand").join(ruled)
    wanted = ["campaign_id", "campaign", "platform", "account_id", "objective", "market", "currency"]
    rows = delivered(world)
    name = pd.Series(np.array(CHANNELS)[rows["channel"]])
    made = rows.drop(columns=["channel", "market"]).assign(
        spent_on=dates(rows["day"]),
        video_view_definition=name.map(VIEW_DEFINITION),
        is_estimated=(rows["day"] >= N_DATA - ESTIMATED_DAYS) & (name != "tv"),
    )
    yield "media_spend", made.merge(named[[*wanted, *platforms.FROM_RULES]], on="campaign_id", how="left")
    yield "media_reach", _reach(world)


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """Viewability of display, and people reached by social ads, video and tv, each counted once."""
    about = "Expected viewable share of the measurable impressions of display."
    yield Estimand("viewable_share", QUALITY["display"][1], "share", about, "2026-Q3", segment="display")
    about = "Different people reached in the month by social ads, video and tv together."
    for row in _panel(world).itertuples():
        if row.month >= len(MONTHS) - 3:
            reach = row.share * row.population
            yield Estimand(
                "deduplicated_reach", reach, "count", about, str(MONTHS[row.month]), MARKETS[row.market]
            )


def _reach(world: World) -> pd.DataFrame:
    """Table `media_reach`: by month for each campaign and platform, and by a panel for those of `IN_PANEL` together."""
    panel = _panel(world)
    panel["share"] = binomial(world.rng("delivery panel"), PANEL, panel["share"]) / PANEL
    made = pd.concat([_reached(world, ["campaign_id"]), _reached(world, []), panel], ignore_index=True)
    months = MONTHS[made["month"].to_numpy()]
    group = np.where(made["platform"] == "linkedin", "professionals", "adults 25-59")
    return made.assign(
        starts_on=months.to_timestamp(how="start").as_unit("us"),
        ends_on=months.to_timestamp(how="end").normalize().as_unit("us"),
        market=np.array(MARKETS)[made["market"]],
        reach=np.rint(made["share"] * made["population"]),
        audience=np.char.add(group, " in the trade area"),
    )


def _reached(world: World, also: list[str]) -> pd.DataFrame:
    """Impressions and share of the population reached by month, platform, market and the columns of `also`."""
    rows = delivered(world)
    platform = np.array([RATES[name].platform for name in CHANNELS])[rows["channel"]]
    month = MONTHS.get_indexer(DAYS[:N_DATA].to_period("M"))[rows["day"]]
    kept = rows.assign(platform=platform, month=month)[np.isin(platform, list(SPREAD))]
    made = kept.groupby(["month", "platform", "market", *also], as_index=False)["impressions"].sum()
    people = np.array([POPULATION[name] for name in MARKETS])[made["market"]] * world.setting.scale
    made["population"] = np.rint(people * np.where(made["platform"] == "linkedin", PROFESSIONALS, 1.0))
    per_head = made["impressions"] / made["population"]
    return made.assign(share=-np.expm1(-per_head * made["platform"].map(SPREAD)))


def _panel(world: World) -> pd.DataFrame:
    """True reach of the platforms of `IN_PANEL` together: who is easily reached by one is so by the others.

    Formula: a gamma affinity of shape k, shared by all platforms, leaves the share each platform reaches as it is;
        missed by all = (sum over platforms of (missed^(-1/k) - 1) + 1)^-k.
    Source: shared frailty (Clayton, Biometrika 65(1), 1978).
    """
    rows = _reached(world, [])
    rows = rows[rows["platform"].isin(IN_PANEL)]
    rows = rows.assign(hazard=(1 - rows["share"]) ** (-1 / AFFINITY) - 1)
    made = rows.groupby(["month", "market"], as_index=False).agg(
        hazard=("hazard", "sum"), impressions=("impressions", "sum"), population=("population", "first")
    )
    return made.assign(platform="all", share=1 - (1 + made["hazard"]) ** -AFFINITY)
