"""Advertising of seven brands as a monitoring service estimates it: list prices, month by month, medium by medium.

What we spend on television and online is near our own books, at list prices; a little press, radio and outdoor is in the estimates and in no
book. The competitors' money moves for itself: **no share of voice moves any share of the market in this world**, so a page
that finds it has found chance. The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.parts.brand_levels import BRANDS, months
from helpers.sample.setting import CHANNELS, CURRENCIES, MARKETS, MONTHS, autoregression
from helpers.sample.truth import Estimand
from helpers.sample.world import World

MEDIA = ("television", "radio", "press", "outdoor", "digital")
SERVICE = "monitoring service (invented)"
LIST_PRICE = {"television": 2.2, "digital": 1.15}  # list prices over what we pay
DIGITAL = ("video", "display", "social")
SIDE = (0.0, 0.03, 0.05, 0.04, 0.0)  # of our television and digital, in the media that we do not book
TIMES = (None, 2.6, 1.2, 1.1, 0.45, 0.55, 0.30)  # money of a competitor, in ours of a mean month
# fmt: off
MIX = ((0.55, 0.10, 0.05, 0.08, 0.22), (0.40, 0.12, 0.08, 0.10, 0.30), (0.62, 0.04, 0.06, 0.06, 0.22),
       (0.0, 0.10, 0.40, 0.20, 0.30), (0.30, 0.20, 0.05, 0.10, 0.35), (0.0, 0.25, 0.10, 0.25, 0.40))  # of each competitor
SEASON = (0.7, 0.8, 1.0, 1.0, 1.25, 1.2, 0.9, 0.5, 1.15, 1.0, 1.3, 1.2)  # January first
# fmt: on
RHO, SPREAD, SEEN = (
    0.6,
    0.35,
    0.08,
)  # of a competitor's month, in logarithms; what the service misreads of each row


def spent(world: World) -> pd.DataFrame:
    """Table `competitor_spend`, before tax, in the currency of the market."""
    rows = []
    for at, place in enumerate(MARKETS):
        rng, own = world.rng(f"brand spend {place}"), ours(world, at)
        mean = own.sum(axis=1).mean()
        course = np.array(SEASON)[MONTHS.month - 1]
        for brand, name in enumerate(BRANDS):
            money = own
            if brand:
                drift = np.exp(autoregression(rng, len(MONTHS), RHO, SPREAD)[0] - SPREAD**2 / 2)
                money = mean * TIMES[brand] * np.outer(course * drift, MIX[brand - 1])
            seen = np.round(money * np.exp(SEEN * rng.standard_normal(money.shape)))
            frame = pd.DataFrame(seen, columns=list(MEDIA)).assign(month=MONTHS.to_timestamp().as_unit("us"))
            long = frame.melt(id_vars="month", var_name="medium", value_name="spend")
            rows.append(long.assign(market=place, brand=name, currency=CURRENCIES[at], source=SERVICE))
    made = pd.concat(rows, ignore_index=True)
    return made[made["spend"] > 0].reset_index(drop=True)


def ours(world: World, place: int) -> np.ndarray:
    """What we spend by month and medium [month, medium], at list prices and in the currency of the market."""
    daily = world.setting.scale * world.media.national[:, place] / world.demand.euros[place]
    channel = dict(zip(CHANNELS, daily, strict=True))
    by_month = [
        [channel["tv"][days].sum(), sum(channel[name][days].sum() for name in DIGITAL)] for days in months()
    ]
    tv, digital = np.array(by_month).T * np.array(list(LIST_PRICE.values()))[:, None]
    made = np.outer(tv + digital, SIDE)
    made[:, MEDIA.index("television")], made[:, MEDIA.index("digital")] = tv, digital
    return made


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `competitor_spend`."""
    yield "competitor_spend", spent(world)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Nothing: the world does not let share of voice move a share of the market."""
    about = (
        "Change of the share of the market for a point of excess share of voice: in this world there is none."
    )
    yield Estimand("excess_share_of_voice_effect", 0.0, "points", about)
