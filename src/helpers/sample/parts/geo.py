"""Two tests by region: social goes dark, video comes as a burst; their panels, and what they truly changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.sample import plan, promotions
from helpers.sample.chunk import Chunk
from helpers.sample.customers import (
    CLASS_HAZARD,
    CLASS_SPEND,
    HAZARD,
    HAZARD_SHAPE,
    NEED_SHARE,
    NEW_A_DAY,
    PRICE_SHARE,
    RATE,
    SPEND,
    SPEND_BETWEEN,
    TRAITS,
    VALUE_SHARE,
)
from helpers.sample.media import GEO_TESTS, RESPONSE, GeoTest
from helpers.sample.orders import FIRST_ORDER, kept_value
from helpers.sample.parts import effects
from helpers.sample.setting import CHANNELS, DAYS, N_DAYS, NEED_CLASSES, PRICE_CLASSES, dates, span
from helpers.sample.truth import Estimand
from helpers.sample.world import World

BEFORE, AFTER = 140, 21  # days of a panel before the start and after the end


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Paid orders and revenue in euro by region and day, and the repeat purchases that each test changed."""
    world, sales = chunk.world, chunk.orders[chunk.orders["status"] == "paid"]
    region = chunk.people["region"].to_numpy()[sales["customer"]]
    cell = region * N_DAYS + sales["day"].to_numpy()
    size = len(world.demand.regions) * N_DAYS
    counted = {
        "geo_orders": np.bincount(cell, minlength=size).astype(float).reshape(-1, N_DAYS),
        "geo_revenue": np.bincount(cell, kept_value(sales), size).reshape(-1, N_DAYS),
    }
    return counted | {test.id: _repeat_effect(chunk, test) for test in GEO_TESTS}


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of the table `experiments`: one a region and day."""
    for test in GEO_TESTS:
        yield "experiments", _panel(world, test, totals)


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """What the tests changed in their regions."""
    for test in GEO_TESTS:
        orders, revenue = totals[test.id] + _first_effect(world, test)
        days = span(test.first, test.last)
        treated = world.media.treated[test.id]
        seen = totals["geo_orders"][treated, test.first : test.last + 1].sum()
        about = (
            f"{test.id}: {{}} that the test changed in the treated regions while it ran, against the plan."
        )
        yield Estimand(
            "geo_effect_orders", orders, "count", about.format("expected paid orders"), days, "FR", test.id
        )
        yield Estimand(
            "geo_effect_revenue",
            revenue,
            "EUR",
            about.format("expected revenue without VAT"),
            days,
            "FR",
            test.id,
        )
        yield Estimand(
            "geo_lift",
            orders / (seen - orders),
            "share",
            about.format("share of paid orders"),
            days,
            "FR",
            test.id,
        )


def _panel(world: World, test: GeoTest, totals: dict[str, Any]) -> pd.DataFrame:
    """Orders and revenue of each French region and day around a geo test."""
    regions = world.demand.regions
    french = np.flatnonzero(regions["market"] == "FR")
    days = np.arange(test.first - BEFORE, test.last + AFTER + 1)
    place, day = (axis.ravel() for axis in np.meshgrid(french, days, indexing="ij"))
    treated = np.isin(place, world.media.treated[test.id])
    cost = world.media.pressure[CHANNELS.index(test.channel)] * regions["weight"].to_numpy()[:, None]
    spend = cost[place, day] * plan.BUDGET[test.channel] / 365.25 * world.setting.scale
    return pd.DataFrame(
        {
            "experiment_id": test.id,
            "arm": np.where(treated, "treated", "control"),
            "measured_on": dates(day),
            "place": regions["region"].to_numpy()[place],
            "market": "FR",
            "kind": "geo",
            "hypothesis": "Without social, sales fall"
            if test.factor < 1
            else "A burst of video raises sales",
            "metric": "revenue_excl_vat",
            "exposed": (treated & (day >= test.first) & (day <= test.last)).astype(int),
            "units": 1,
            "conversions": totals["geo_orders"][place, day],
            "value": np.round(totals["geo_revenue"][place, day], 2),
            "cost": np.round(spend, 2),
            "currency": "EUR",
            "starts_on": DAYS[test.first],
            "ends_on": DAYS[test.last],
            "registered_on": DAYS[test.first - 21],
        }
    )


def _change(world: World, test: GeoTest) -> np.ndarray:
    """Change of the channel's shape that the test made [region, day], inside its days."""
    channel = CHANNELS.index(test.channel)
    plain = world.media.effect(
        test.channel, np.broadcast_to(world.media.relative[channel], world.media.pressure[channel].shape)
    )
    change = world.media.shape[channel] - plain
    change[:, : test.first], change[:, test.last + 1 :] = 0, 0
    return change


def _repeat_effect(chunk: Chunk, test: GeoTest) -> np.ndarray:
    """Orders and revenue of repeat purchases that a geo test changed."""
    world = chunk.world
    daily = (
        world.base
        * np.repeat(_change(world, test), len(PRICE_CLASSES), axis=0)
        * RESPONSE[test.channel].repeat
    )
    brought = effects.repeat(chunk, effects.money(world, daily), reminded=False)
    return np.array([brought.orders, brought.revenue])


def _first_effect(world: World, test: GeoTest) -> np.ndarray:
    """Orders and revenue of the newcomers that the test won or lost, in expectation: first orders and those that follow.

    Formula: newcomers(d) x sum over later days t of K(t - d) x curve(t), K(u) = sum over value classes of share x rate / 7
        x (1 + hazard u / 7 / shape)^(-shape), the chance to be still there of a gamma mixture of hazards.
    """
    weight = world.demand.regions["weight"].to_numpy()[:, None]
    shape = _change(world, test) * RESPONSE[test.channel].first
    new = (NEW_A_DAY * world.setting.scale * weight * world.demand.weekday * shape)[
        :, test.first : test.last + 1
    ]
    pace, stay, spend = TRAITS[test.channel]
    share, rate, hazard = (
        np.array(VALUE_SHARE),
        np.array(RATE) * pace / 7,
        HAZARD * np.array(CLASS_HAZARD) * stay / 7,
    )
    mean = SPEND * np.array(CLASS_SPEND) * spend * np.exp(SPEND_BETWEEN**2 / 2)
    days = new.shape[1]
    kernel = (
        share[:, None]
        * rate[:, None]
        * (1 + hazard[:, None] * np.arange(1, days) / HAZARD_SHAPE) ** -HAZARD_SHAPE
    )
    of_class = np.array(NEED_SHARE) @ np.array([PRICE_SHARE[name] for name in NEED_CLASSES])
    curve = np.einsum("rpd,p->rd", world.intensity.reshape(len(new), len(of_class), -1), of_class)
    price = (world.demand.price_index * (1 - promotions.discount()[0]))[test.first : test.last + 1]
    curve = curve[:, test.first : test.last + 1]
    orders, revenue = new.sum(), (new * price).sum() * (share @ mean) * FIRST_ORDER
    for later in range(1, days):
        bought = new[:, :-later] * curve[:, later:]
        orders += bought.sum() * kernel[:, later - 1].sum()
        revenue += (bought * price[later:]).sum() * (kernel[:, later - 1] @ mean)
    return np.array([orders * effects.PAID, revenue * effects.PAID * effects.KEPT])
