"""What people know, consider, prefer and use, of all people from 18 on: seven brands, day by day, in three markets.

Our awareness, consideration and preference follow the latent brand strength of `demand`; the competitors stand still, but for
what our preference leaves them. One crisis takes preference for a while and moves nothing else. The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.sample import plan
from helpers.sample.demand import BRAND_EFFECT, BRAND_START
from helpers.sample.parts import positioning_image as image
from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts import positioning_usage as usage_of
from helpers.sample.setting import MONTH_NUMBERS, MONTHS, N_DATA, N_DAYS, day_number, span
from helpers.sample.truth import Estimand
from helpers.sample.world import World

BRANDS = image.BRANDS
METRICS = ("unaided_awareness", "aided_awareness", "consideration", "preference", "usage_12m", "recommend")
CRISIS, CRISIS_LOST, HALF_LIFE = "2026-03-10", 0.025, 42  # day; preference lost, of all people; days
AWARE_SLOPE = 0.02  # log odds of knowing us for a point of brand strength; on the last day all is as in the image survey
ABROAD = {"FR": 0.0, "BE": -0.5, "CH": -0.6}  # log odds of knowing us
OWN_SIZE = {"FR": 1.0, "BE": 0.75, "CH": 0.68}  # of our consideration, preference and use
# fmt: off
UNAIDED = (0.45, 0.62, 0.42, 0.30, 0.30, 0.25, 0.22)  # of those who know a brand, who name it unasked
CONSIDERATION, PREFERENCE = 0.0058, 0.0030  # of all people, for a point of our brand strength
CONSIDERED = (None, 0.46, 0.32, 0.22, 0.11, 0.12, 0.10)  # of all people; ours moves
FAVOURITE = (None, 0.326, 0.220, 0.150, 0.108, 0.082, 0.068)  # of those whose favourite is not us; the rest have none
# fmt: on
USERS_CONSIDER = 0.85  # of those who used a brand
RECOMMENDED = (0.60, 0.10)  # of users, of the others who know it


class Levels(NamedTuple):
    """Chances among those who know a brand [row, brand]; rows are days or people.

    favourite : would prefer it; considers : considers it; uses : has used it in twelve months.
    """

    favourite: np.ndarray
    considers: np.ndarray
    uses: np.ndarray


def strength(world: World) -> np.ndarray:
    """Brand strength by day, in points of 100."""
    return world.demand.brand()


def lost() -> np.ndarray:
    """Preference that the crisis takes by day, of all people.

    Formula: CRISIS_LOST 2^(-(day - CRISIS) / HALF_LIFE) from the day of the crisis on.
    """
    age = np.arange(N_DAYS) - day_number(CRISIS)
    return np.where(age >= 0, CRISIS_LOST * 2.0 ** (-np.maximum(age, 0) / HALF_LIFE), 0.0)


def knows(some: pd.DataFrame, place: str, gap: np.ndarray | float) -> np.ndarray:
    """Chance to know each brand [row, brand]; `some` has age and region as codes, `gap` is our strength less that of the last day."""
    chance = image.knows(some)
    odds = np.log(chance[:, 0] / (1 - chance[:, 0])) + ABROAD[place] + AWARE_SLOPE * gap
    chance[:, 0] = 1 / (1 + np.exp(-odds))
    return chance


def known(world: World, place: str, days: np.ndarray) -> np.ndarray:
    """Share of a market's people that knows each brand [day, brand]."""
    cells, points = people_of.cells(place), strength(world)
    gaps, at = np.unique(points[days] - points[N_DATA - 1], return_inverse=True)
    share = np.stack([cells["share"].to_numpy() @ knows(cells, place, gap) for gap in gaps])
    return share[at]


def levels(world: World, place: str, days: np.ndarray) -> Levels:
    """Chances among those who know a brand, on each of the days.

    Formula: favourite(own) = (PREFERENCE x strength x OWN_SIZE - lost) / known, of the rest FAVOURITE; considers = wanted share /
        known; uses as in the survey of use, where all who used a brand know it.
    """
    of_all, size = known(world, place, days), OWN_SIZE[place]
    points = strength(world)[days]
    own = (PREFERENCE * points * size - lost()[days]) / of_all[:, 0]
    rest = np.array(FAVOURITE[1:])[None] * (1 - own)[:, None]
    wanted = np.tile(np.array((0.0, *CONSIDERED[1:])), (len(days), 1))
    wanted[:, 0] = CONSIDERATION * points * size
    used = np.array([usage_of.found("usage-2026-09", brand)[0] for brand in BRANDS])
    used[0] *= size
    return Levels(np.column_stack([own, rest]), wanted / of_all, used / of_all)


def shares(world: World, place: str, days: np.ndarray) -> np.ndarray:
    """Share of all people of a market that says yes [day, metric of METRICS, brand], asked with the first wording."""
    of_all, found = known(world, place, days), levels(world, place, days)
    said = RECOMMENDED[0] * found.uses + RECOMMENDED[1] * (1 - found.uses)
    parts = (np.array(UNAIDED), np.ones(len(BRANDS)), found.considers, found.favourite, found.uses, said)
    return np.stack([of_all * part for part in parts], axis=1)


def regional(world: World, day: int) -> np.ndarray:
    """Share of all people of each French region that says yes [region, metric, brand]: only awareness differs between regions."""
    cells, points = people_of.cells("FR"), strength(world)
    chance = knows(cells, "FR", points[day] - points[N_DATA - 1])
    weight, region = cells["share"].to_numpy(), cells["region"].to_numpy()
    there = np.stack([weight[region == one] @ chance[region == one] / weight[region == one].sum() for one in range(len(people_of.REGIONS))])  # fmt: skip
    days = np.array([day])
    return shares(world, "FR", days)[0] / known(world, "FR", days)[0] * there[:, None, :]


def months() -> list[np.ndarray]:
    """Days of each month of the data."""
    return [np.flatnonzero(MONTH_NUMBERS[:N_DATA] == month) for month in range(MONTH_NUMBERS[N_DATA - 1] + 1)]


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """The latent strength, what a point of it does, and what the crisis took."""
    about = "Latent brand strength in the month, in points of 100."
    for month, days in zip(MONTHS, months(), strict=True):
        yield Estimand("brand_strength", float(strength(world)[days[0]]), "points", about, str(month))
    for kind, times in (("repeat", 1), ("first", 2)):
        about = f"Relative change of {kind} purchases, in logarithms, for a point of brand strength."
        yield Estimand("brand_effect", times * BRAND_EFFECT, "log points", about, segment=kind)
    for metric, effect, unit in (("preference", PREFERENCE, "share"), ("consideration", CONSIDERATION, "share")):  # fmt: skip
        about = f"Change of our {metric} in France, of all people, for a point of brand strength."
        yield Estimand("brand_measured", effect, unit, about, market="FR", segment=metric)
    about = "Preference for us that the crisis took on its first day, of all people."
    yield Estimand("crisis_preference_lost", CRISIS_LOST, "share", about, CRISIS)
    about = "Days until half of the preference that the crisis took is back."
    yield Estimand("crisis_half_life", HALF_LIFE, "days", about, CRISIS)
    about = "Sales that the crisis took: the world lets it move preference and mentions alone."
    yield Estimand("crisis_sales_lost", 0.0, "EUR", about, CRISIS)
    yield from _paused(world)


def _paused(world: World) -> Iterator[Estimand]:
    """What strength carries, and what a year without television and video would cost."""
    lift = 1 - np.exp(-BRAND_EFFECT * (strength(world)[N_DATA - 364 : N_DATA] - BRAND_START))
    about = "Repeat demand of the last year that strength above its first value carries, as a share of base demand, a mean of days."
    yield Estimand("brand_base_share", float(lift.mean()), "share", about, span(N_DATA - 364, N_DATA - 1))
    bursts = plan.bursts(world.setting)
    paused = world.demand.brand(np.where(np.arange(N_DAYS) >= N_DATA, 0.0, bursts))
    gap = (strength(world) - paused)[N_DATA:]
    about = (
        "Points of brand strength missing at the end of a year in which no television and no video is bought."
    )
    yield Estimand("brand_pause_points", float(gap[-1]), "points", about, span(N_DATA, N_DAYS - 1))
    about = "Repeat demand that such a year costs through brand strength alone, as a share of base demand, a mean of days."
    yield Estimand("brand_pause_lost", float((1 - np.exp(-BRAND_EFFECT * gap)).mean()), "share", about, span(N_DATA, N_DAYS - 1))  # fmt: skip
