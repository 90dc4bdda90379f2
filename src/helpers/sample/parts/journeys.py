"""Contacts before orders and before nothing: the paths that attribution reads, with the causes it cannot see.

Whoever is about to buy looks the brand up, comes back directly and is followed by display, whatever brought the idea. So
brand search, direct and display stand in front of most orders and cause few or none; television causes orders and stands
in front of none.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.setting import (
    CHANNELS,
    MARKETS,
    N_DATA,
    ORDER_CAUSES,
    TIME_ZONE,
    day_number,
    span,
    utc,
)
from helpers.sample.truth import Estimand
from helpers.sample.world import World

SINCE = day_number("2026-04-01")
WINDOW = 14  # days over which contacts are spread
SPAN = span(SINCE + WINDOW, N_DATA - 1)
WITHOUT_ORDER = 4.0  # paths that end in nothing, for each one that ends in an order
# Chance of a contact in a path that ends in an order and in one that does not, place in the path (0 early, 1 late), what is seen.
CONTACTS = {
    "search_brand": (0.36, 0.10, 0.85, "click"), "search_generic": (0.11, 0.19, 0.45, "click"),
    "social": (0.13, 0.21, 0.25, "click"), "video": (0.06, 0.09, 0.10, "impression"),
    "display": (0.34, 0.13, 0.60, "impression"), "affiliation": (0.06, 0.03, 0.90, "click"),
    "direct": (0.46, 0.22, 0.95, "visit"), "organic search": (0.28, 0.33, 0.50, "visit"), "email": (0.16, 0.07, 0.75, "click"),
}  # fmt: skip
NAMES = tuple(CONTACTS)
SEEN = 0.92  # chance that a contact of the channel that caused the order is in its path
SOURCES = {
    "search_brand": "google",
    "search_generic": "google",
    "social": "meta",
    "video": "youtube",
    "display": "cm360",
    "affiliation": "affiliate_network",
}


def people(chunk: Chunk) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `touchpoints`: of people who agreed to be followed, since April 2026."""
    rng, bought = chunk.rng("journeys"), _followed(chunk)
    n, n_none = len(bought), round(WITHOUT_ORDER * len(bought))
    buys = np.r_[np.ones(n, bool), np.zeros(n_none, bool)]
    chance = np.array([CONTACTS[name][:2] for name in NAMES])
    there = rng.random((n + n_none, len(NAMES))) < np.where(buys[:, None], chance[:, 0], chance[:, 1])
    for position, name in enumerate(NAMES):
        if name in ORDER_CAUSES:
            caused = bought["cause"].to_numpy() == ORDER_CAUSES.index(name)
            there[:n, position] = np.where(caused, rng.random(n) < SEEN, there[:n, position])
    lone = there.sum(axis=1) == 0
    there[lone, NAMES.index("direct")] = True
    path, contact = np.nonzero(there)
    end_day = np.r_[bought["day"].to_numpy(), rng.integers(SINCE + WINDOW, N_DATA, n_none)]
    end = utc(end_day, rng.integers(8 * 3600, 22 * 3600, n + n_none)).to_numpy().copy()
    end[:n] = bought["ordered_at"].to_numpy()
    place = np.clip(
        np.array([CONTACTS[name][2] for name in NAMES])[contact] + 0.25 * rng.standard_normal(len(path)),
        0,
        0.999,
    )
    days = ((1 - place) * WINDOW * rng.uniform(0.2, 1.0, len(path))).astype(int)
    back = days * 86_400 + rng.integers(30, 3 * 3600, len(path))  # at about the same hour, some days before
    at = pd.Series(pd.to_datetime(end[path]) - pd.to_timedelta(back, unit="s")).dt.as_unit("us")
    code = np.r_[bought["market"].to_numpy(), np.array(MARKETS)[rng.choice(3, n_none, p=(0.8, 0.12, 0.08))]]
    customer = np.r_[bought["customer_id"].to_numpy(), np.full(n_none, None, dtype=object)]
    visitor = np.char.mod("v%09d", chunk.first_id + np.arange(n + n_none))
    touches = pd.DataFrame(
        {
            "customer_id": customer[path],
            "visitor_id": visitor[path],
            "touched_at": at,
            "touched_on": at.dt.tz_localize("UTC")
            .dt.tz_convert(TIME_ZONE)
            .dt.tz_localize(None)
            .dt.normalize(),
            "market": code[path],
            "channel": np.array(NAMES)[contact],
            "source": pd.Series(np.array(NAMES)[contact]).map(SOURCES),
            "event": np.array([CONTACTS[name][3] for name in NAMES])[contact],
        }
    )
    touches = touches.sort_values(
        ["visitor_id", "touched_on", "touched_at"], kind="stable", ignore_index=True
    )
    yield (
        "touchpoints",
        touches.assign(touch_id=np.char.mod("t%010d", chunk.first_id + np.arange(len(touches)))),
    )


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Followed orders by cause."""
    return {
        "journeys_orders": np.bincount(_followed(chunk)["cause"], minlength=len(ORDER_CAUSES)).astype(float)
    }


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """What each channel truly brought among the orders whose paths are known."""
    orders = totals["journeys_orders"]
    yield Estimand(
        "followed_orders",
        orders.sum(),
        "count",
        "Paid web and app orders of people who agreed to be followed.",
        SPAN,
    )
    for channel in CHANNELS:
        n = orders[ORDER_CAUSES.index(channel)]
        yield Estimand(
            "followed_orders_caused",
            n,
            "count",
            f"Of them, the orders that {channel} caused.",
            SPAN,
            segment=channel,
        )


def _followed(chunk: Chunk) -> pd.DataFrame:
    """Paid web and app orders of people who agreed to be followed, from two weeks after the start on."""
    sales = chunk.sales
    web = (
        sales["sales_channel"].isin(["web", "app"])
        & (sales["status"] == "paid")
        & (sales["day"] >= SINCE + WINDOW)
    )
    return sales[web & chunk.people["tracked"].to_numpy()[sales["customer"]]].sort_values(
        ["customer", "day"], kind="stable"
    )
