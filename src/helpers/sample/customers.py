"""Customers: where they come from, what they are like, how long they stay.

Rates and hazards are gamma within classes, lifetimes exponential: the story of Pareto/NBD (Schmittlein, Morrison &
Colombo, Management Science 33(1), 1987) with classes, causes, season and onboarding on top, so that no model of the
workbook is this world's own.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from helpers.sample import onboarding
from helpers.sample.setting import CAUSES, CHUNK, N_DATA, NEED_CLASSES, PRICE_CLASSES, pick
from helpers.sample.world import World

OLD_CUSTOMERS, OLD_YEARS = 7_800, 4  # customers from before FIRST who are still there
NEW_A_DAY = 12.3  # first purchases a day of calm demand, all markets
VALUE_SHARE, RATE, CLASS_HAZARD = (0.52, 0.34, 0.14), (0.034, 0.074, 0.142), (1.25, 0.90, 0.60)
RATE_SHAPE, HAZARD, HAZARD_SHAPE = 2.0, 0.0155, 1.6  # rates and hazards a week
SPEND, SPEND_BETWEEN, SPEND_WITHIN, CLASS_SPEND = 69.0, 0.32, 0.48, (0.96, 1.0, 1.10)
NEED_SHARE = (0.34, 0.22, 0.18, 0.26)
PRICE_SHARE = {
    "taste": (0.35, 0.45, 0.20),
    "health": (0.40, 0.42, 0.18),
    "planet": (0.45, 0.40, 0.15),
    "convenience": (0.22, 0.43, 0.35),
}
TRUST_HAZARD = -0.25  # log hazard a standard deviation of trust
# What a customer brought by a cause is worth: factors on rate, hazard and spend.
TRAITS = {
    "base": (1.0, 1.0, 1.0), "search_brand": (1.0, 1.0, 1.0), "search_generic": (0.95, 1.05, 1.0),
    "social": (0.80, 1.35, 0.95), "video": (0.95, 1.1, 1.0), "tv": (1.0, 1.0, 1.05), "display": (1.0, 1.0, 1.0),
    "affiliation": (0.75, 1.60, 0.85), "linkedin": (1.0, 1.0, 1.0),
}  # fmt: skip
# Where the shop believes that a customer comes from: the last click before the first order.
RECORDED = {
    "base": {"direct": .28, "organic search": .29, "search_brand": .17, "store": .12, "referral": .08, "display": .02, "email": .04},
    "search_brand": {"search_brand": 1.0}, "search_generic": {"search_generic": .78, "search_brand": .14, "direct": .08},
    "social": {"social": .62, "search_brand": .20, "direct": .16, "display": .02},
    "video": {"video": .30, "search_brand": .36, "direct": .22, "organic search": .12},
    "tv": {"direct": .38, "search_brand": .38, "organic search": .20, "store": .04},
    "affiliation": {"affiliation": .88, "search_brand": .12},
}  # fmt: skip
RECORDED_NAMES = tuple(dict.fromkeys(name for share in RECORDED.values() for name in share))
EMAIL_SHARE, SMS_SHARE, TRACKED_SHARE, LIST_CHURN = 0.63, 0.24, 0.58, 0.07  # consents; unsubscriptions a year
AGE_BANDS, AGE_SHARE = (
    ("18-24", "25-34", "35-44", "45-54", "55-64", "65+"),
    (0.06, 0.22, 0.27, 0.21, 0.15, 0.09),
)


@lru_cache(1)
def arrivals(world: World) -> np.ndarray:
    """Expected first purchases by cause, region and day [cause, region, day], in a world of scale 1."""
    weight = world.demand.regions["weight"].to_numpy()[:, None]
    base, media = world.demand.first_base(), world.media.first_effect * world.demand.weekday
    return NEW_A_DAY * weight * np.concatenate([base[None], media])[:, :, :N_DATA]


def draw(world: World, chunk: int) -> pd.DataFrame:
    """Customers of a chunk, by day of first purchase.

    Returns
    -------
    One row a customer: customer_id, number, region [position], curve, price_class, value_class, need_class [codes],
    trust [standard deviations], takes_email, takes_sms, tracked [consents, bool], leaves_list [day of unsubscribing, may
    be after the end], cause [code of CAUSES], recorded [code of RECORDED_NAMES], start [day of first purchase,
    below 0 before FIRST], rate, hazard [a week], death [day, in fractions], log_spend, age_band [code], and the columns
    of `onboarding.assign`.
    """
    rng, share = world.rng("customers", chunk), world.setting.share
    cause, region, start = _origins(world, rng, share)
    n = len(start)
    people = pd.DataFrame({"region": region, "cause": cause, "start": start})
    people["value_class"] = rng.choice(3, n, p=VALUE_SHARE)
    people["need_class"] = rng.choice(4, n, p=NEED_SHARE)
    of_need = np.array([PRICE_SHARE[name] for name in NEED_CLASSES])
    people["price_class"] = pick(rng, of_need[people["need_class"]])
    people["trust"] = rng.standard_normal(n)
    traits = np.array([TRAITS[name] for name in CAUSES])[cause]
    people["rate"] = (
        np.array(RATE)[people["value_class"]] * traits[:, 0] * rng.gamma(RATE_SHAPE, 1 / RATE_SHAPE, n)
    )
    mean = HAZARD * np.array(CLASS_HAZARD)[people["value_class"]] * traits[:, 1]
    people["hazard"] = (
        mean
        * np.exp(TRUST_HAZARD * people["trust"] - TRUST_HAZARD**2 / 2)
        * rng.gamma(HAZARD_SHAPE, 1 / HAZARD_SHAPE, n)
    )
    people["log_spend"] = np.log(
        SPEND * np.array(CLASS_SPEND)[people["value_class"]] * traits[:, 2]
    ) + SPEND_BETWEEN * rng.standard_normal(n)
    people["age_band"] = rng.choice(len(AGE_BANDS), n, p=AGE_SHARE)
    people["recorded"] = _recorded(cause, rng)
    people["takes_email"], people["takes_sms"] = rng.random(n) < EMAIL_SHARE, rng.random(n) < SMS_SHARE
    people["tracked"] = rng.random(n) < TRACKED_SHARE
    people["leaves_list"] = np.maximum(start, 0) + rng.exponential(365 / LIST_CHURN, n)
    people = people.join(onboarding.assign(people, rng))
    gave_up = people["has_app"] & ~people["is_done"]
    people["hazard"] *= np.where(gave_up, give_up_factor(world), 1.0)
    people["death"] = people["start"] + rng.exponential(7 / people["hazard"])
    people = people[
        people["death"] > np.where(people["start"] < 0, 0, -np.inf)
    ]  # old customers who left are not in the books
    people = people.sort_values("start", kind="stable", ignore_index=True)
    people["number"] = chunk * 10 * CHUNK + np.arange(1, len(people) + 1)
    people["customer_id"] = people["number"].map("c{:07d}".format)
    people["curve"] = len(PRICE_CLASSES) * people["region"] + people["price_class"]
    return people


def hazard_mix(world: World, days: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Mean hazards a week of the newcomers between two days, and the share of each: over value class, cause and trust.

    The lognormal of trust is taken in three points (Gauss-Hermite), which keeps its mean and variance.
    """
    expected = arrivals(world)[:, :, days[0] : days[1] + 1].sum(axis=(1, 2))
    points, weights = np.array([-np.sqrt(3), 0, np.sqrt(3)]), np.array([1, 4, 1]) / 6
    trust = np.exp(TRUST_HAZARD * points - TRUST_HAZARD**2 / 2)
    by_cause = np.array([TRAITS[name][1] for name in CAUSES])
    means = HAZARD * np.einsum("i,j,k->ijk", np.array(CLASS_HAZARD), by_cause, trust).ravel()
    return means, np.einsum("i,j,k->ijk", np.array(VALUE_SHARE), expected / expected.sum(), weights).ravel()


@lru_cache(1)
def give_up_factor(world: World) -> float:
    """By how much giving up the onboarding multiplies the hazard: exact for the newcomers of the test's quarter."""
    return onboarding.hazard_factor(*hazard_mix(world, onboarding.TEST), HAZARD_SHAPE)


def _origins(
    world: World, rng: np.random.Generator, share: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cause, region and day of first purchase of each customer, old ones first."""
    weight = world.demand.regions["weight"].to_numpy()
    expected = arrivals(world)
    total = expected.sum() * share
    cells = np.searchsorted(
        np.cumsum(expected.ravel()) / expected.sum(), np.sort(rng.random(rng.poisson(total))), side="right"
    )
    cause, region, day = np.unravel_index(cells, expected.shape)
    # Of those who came in the four years before, about 45 in 100 are still there; the rest is left out by `draw`.
    n_old = rng.poisson(OLD_CUSTOMERS / 0.45 * share)
    old_cause = rng.choice(len(CAUSES), n_old, p=expected.sum(axis=(1, 2)) / expected.sum())
    old_region = rng.choice(len(weight), n_old, p=weight / weight.sum())
    old_day = -1 - (rng.random(n_old) * OLD_YEARS * 365).astype(int)
    return np.r_[old_cause, cause], np.r_[old_region, region], np.r_[old_day, day]


def _recorded(cause: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Code of the channel that the shop writes down for each customer."""
    shares = np.array(
        [[RECORDED.get(name, RECORDED["base"]).get(to, 0.0) for to in RECORDED_NAMES] for name in CAUSES]
    )
    return pick(rng, shares[cause])
