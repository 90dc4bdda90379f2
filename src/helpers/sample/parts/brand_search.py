"""How often people search for each brand, week by week, and the visits that assistants send.

Our searches run LEAD weeks ahead of what moves our demand: brand strength and the shock that nobody measures. People who ask an
assistant instead are lost to the search engines. One brand's name is also a common word. In the last two years two brands are
told by French department; there our searches rise in one place, for a shop that is not there. The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.demand import BRAND_START, FRENCH, MARKET_SHARE
from helpers.sample.parts.brand_levels import BRANDS, strength
from helpers.sample.setting import DAYS, MARKETS, N_DATA, autoregression, dates, day_number
from helpers.sample.truth import Estimand
from helpers.sample.world import World

TOOL, WEEKS, LEAD = "search tool (invented)", 156, 8
MONDAYS = day_number("2023-10-02") + 7 * np.arange(WEEKS)
# fmt: off
VOLUME = {"FR": 30_000, "BE": 4_200, "CH": 3_000}  # searches a week for all brands
SHARES = {"FR": (0.17, 0.38, 0.20, 0.10, 0.06, 0.05, 0.04), "BE": (0.12, 0.45, 0.15, 0.13, 0.05, 0.06, 0.04),
          "CH": (0.11, 0.36, 0.24, 0.12, 0.07, 0.04, 0.06)}  # of searches about the brand, first week
# fmt: on
BY_STRENGTH, BY_SHOCK = (
    0.020,
    2.5,
)  # log change of our searches for a point of strength, for the shock of demand
NOISE = 0.02  # log spread of a brand's week, rho .3
WORD, OTHER, OTHER_SPREAD = (
    "Clairpont",
    0.8,
    0.35,
)  # searches about something else for one about the brand; rho .5
SEASON_POWER = 0.6  # of the season of demand that searches follow
TOLD, REGIONAL, REGION_SPREAD = (
    104,
    BRANDS[:2],
    0.06,
)  # weeks and brands told by department; log spread, rho .5
SPIKE_REGION, SPIKE_WEEKS, SPIKE = "44", 4, 2.6  # our searches there, in the last weeks of the data
JUMP_WEEK, JUMP = "2026-01-12", 1.9  # our searches everywhere, one week: a report on television
# Visits that assistants send: since when, how many in the first week at scale 1, growth a week, searches lost for each.
ASSISTANT, ASSISTED_SINCE, ASSISTED, GROWTH, TAKEN = "assistant", "2025-06-02", 40.0, 0.04, 0.7
LOG = "server_log"  # the tool that tells them: analytics count them as direct visits, and two tools never add up


def assisted(place: str) -> np.ndarray:
    """Expected visits that assistants send to a market, by day.

    Formula: ASSISTED / 7 (1 + GROWTH)^(days / 7) of the market's share of demand, from ASSISTED_SINCE on.
    """
    age = np.arange(N_DATA) - day_number(ASSISTED_SINCE)
    grown = ASSISTED / 7 * (1 + GROWTH) ** (np.maximum(age, 0) / 7)
    return np.where(age >= 0, MARKET_SHARE[place] * grown, 0.0)


def wanted(world: World) -> np.ndarray:
    """Log of what moves our searches, by week: strength and shock LEAD weeks later."""
    later = MONDAYS + 7 * LEAD + 3
    return BY_STRENGTH * (strength(world)[later] - BRAND_START) + BY_SHOCK * world.demand.shock[later]


def expected(world: World, place: str) -> np.ndarray:
    """Expected searches by week and brand [week, brand], before the week's noise; WORD's own without its other meaning."""
    week = MONDAYS[:, None] + np.arange(7)
    season = world.demand.season[week].mean(axis=1) ** SEASON_POWER
    made = VOLUME[place] * np.outer(season, SHARES[place])
    made[:, 0] *= np.exp(wanted(world))
    made[:, 0] -= TAKEN * _weekly(assisted(place))
    made[:, 0] *= np.where(dates(MONDAYS) == pd.Timestamp(JUMP_WEEK), JUMP, 1.0)
    return made


def drawn(world: World, place: str) -> tuple[np.ndarray, np.ndarray]:
    """Searches [week, brand], and those of REGIONAL by department [week, brand, department] where they are told."""
    rng = world.rng(f"brand search {place}")
    noise = np.exp(autoregression(rng, WEEKS, 0.3, NOISE, len(BRANDS))).T
    other = OTHER * np.exp(autoregression(rng, WEEKS, 0.5, OTHER_SPREAD)[0])
    mean = expected(world, place) * noise
    mean[:, BRANDS.index(WORD)] *= 1 + other
    counts, regional = rng.poisson(mean), np.empty((0, 0, 0))
    if place == "FR":
        regional = _regions(world, mean[-TOLD:, : len(REGIONAL)])
        counts[-TOLD:, : len(REGIONAL)] = regional.sum(axis=2)
    return counts, regional


def searched(world: World) -> pd.DataFrame:
    """Table `search_interest`."""
    start, rows = dates(MONDAYS), []
    for place in MARKETS:
        counts, regional = drawn(world, place)
        grid = pd.MultiIndex.from_product([start, BRANDS], names=["starts_on", "brand"]).to_frame(index=False)
        rows.append(grid.assign(market=place, searches=counts.ravel().astype(float)))
        if regional.size:
            names = ["starts_on", "brand", "region"]
            grid = pd.MultiIndex.from_product([start[-TOLD:], REGIONAL, sorted(FRENCH)], names=names)
            rows.append(
                grid.to_frame(index=False).assign(market=place, searches=regional.ravel().astype(float))
            )
    return pd.concat(rows, ignore_index=True).assign(source=TOOL)


def visits(world: World) -> pd.DataFrame:
    """Rows of `site_daily`: visits from assistants, told by the server's log alone."""
    since, rows = day_number(ASSISTED_SINCE), []
    for place in MARKETS:
        n = world.rng(f"brand assistants {place}").poisson(world.setting.scale * assisted(place)[since:])
        day = dates(np.arange(since, N_DATA))
        rows.append(pd.DataFrame({"visited_on": day, "market": place, "channel": ASSISTANT, "sessions": n}))
    return pd.concat(rows, ignore_index=True).assign(tool=LOG, is_sampled=False)


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `search_interest`, and rows of `site_daily`."""
    yield "search_interest", searched(world)
    yield "site_daily", visits(world)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """The lead, the spike, the week in which all rose, the common word, and what assistants took."""
    about = "Weeks by which our searches run ahead of brand strength and of the shock of demand."
    yield Estimand("search_lead", LEAD, "weeks", about, segment=BRANDS[0])
    last = f"{dates(MONDAYS[-SPIKE_WEEKS:])[0]:%Y-%m-%d}/{DAYS[MONDAYS[-1] + 6]:%Y-%m-%d}"
    about = "How many times our usual searches there are in the one department where they rise."
    yield Estimand("search_spike", SPIKE, "ratio", about, last, "FR", SPIKE_REGION)
    about = "How many times our usual searches there were everywhere in one week: no local spike."
    yield Estimand("search_jump", JUMP, "ratio", about, JUMP_WEEK, "ALL", BRANDS[0])
    about = "Searches for the name that are about something else, as a share of all."
    yield Estimand("search_common_word", _elsewhere(), "share", about, segment=WORD)
    about = "Growth a week of the visits that assistants send."
    yield Estimand(
        "assistant_growth", GROWTH, "share", about, f"{ASSISTED_SINCE}/{DAYS[N_DATA - 1]:%Y-%m-%d}"
    )
    for place in MARKETS:
        means, taken = expected(world, place)[-SPIKE_WEEKS:], TAKEN * _weekly(assisted(place))[-SPIKE_WEEKS:]
        own = means[:, 0].sum()
        about = "Expected searches for us that assistants took, as a share of what they would have been."
        yield Estimand(
            "assistant_searches_lost",
            float(taken.sum() / (own + taken.sum())),
            "share",
            about,
            last,
            place,
            BRANDS[0],
        )
        about = "Our expected share of the searches about the seven brands, the common word left out and the local spike too."
        yield Estimand("share_of_search", float(own / means.sum()), "share", about, last, place, BRANDS[0])


def _weekly(daily: np.ndarray) -> np.ndarray:
    return daily[MONDAYS[:, None] + np.arange(7)].sum(axis=1)


def _elsewhere() -> float:
    """Expected share of the searches for WORD that are about something else."""
    other = OTHER * np.exp(OTHER_SPREAD**2 / 2)
    return float(other / (1 + other))


def _regions(world: World, mean: np.ndarray) -> np.ndarray:
    """Searches by department [week, brand, department in the order of codes]; their expectation adds up to `mean`, the spike comes on top."""
    rng, known = world.rng("brand search regions"), world.demand.regions.query("market == 'FR'")
    names = sorted(FRENCH)
    weight = known.set_index("region")["weight"].reindex(names).to_numpy()
    made = []
    for at in range(mean.shape[1]):
        drift = np.exp(autoregression(rng, TOLD, 0.5, REGION_SPREAD, len(names))).T * weight
        course = mean[:, at, None] * drift / drift.sum(axis=1, keepdims=True)
        if at == 0:
            course[-SPIKE_WEEKS:, names.index(SPIKE_REGION)] *= SPIKE
        made.append(rng.poisson(course))
    return np.stack(made, axis=1)
