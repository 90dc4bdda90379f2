"""What the platforms claim and what the site's analytics see, against the orders that really came.

Each platform counts the orders that its ads caused and, of all others, those whose buyers it happens to have touched:
chance = 1 - exp(-TOUCH sqrt(x)), x = spend of the day relative to its mean. Several platforms touch the same buyer, so
the claims add up to more than all orders. Display causes nothing and claims nearly the most.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.customers import RECORDED
from helpers.sample.demand import MARKET_SHARE
from helpers.sample.parts.delivery import delivered
from helpers.sample.parts.effects import SINCE, SPAN
from helpers.sample.parts.platforms import RATES
from helpers.sample.setting import (
    CHANNELS,
    CURRENCIES,
    DAYS,
    MARKETS,
    N_DATA,
    ORDER_CAUSES,
    binomial,
    dates,
    day_number,
)
from helpers.sample.truth import Estimand
from helpers.sample.world import World

ONLINE = ("web", "app")
TOUCH = {
    "search_brand": 0.85, "search_generic": 0.33, "social": 0.50, "video": 0.28, "display": 0.80, "affiliation": 0.14,
}  # fmt: skip
WINDOWS = {
    "google_ads": "data_driven", "meta": "7d_click_1d_view", "dv360": "30d_click_7d_view", "cm360": "30d_click_7d_view",
    "affiliate_network": "30d_click", "linkedin": "30d_click_7d_view",
}  # fmt: skip
LEADS = 0.09  # of LinkedIn's clicks
TRACKING_LOSS = 0.06  # of paid orders on site and app, that analytics miss for want of consent
LANDED = 0.80  # of link clicks, that analytics see as visits
QR_CODES = 0.0002  # visits a contact of tv; French spots alone show the code
UNPAID = {"direct": 700, "organic search": 800, "email": 150, "referral": 120}  # visits a day at scale 1
SITE_CHANNELS = (*CHANNELS, *UNPAID)
DEVICES_SINCE = "2025-10-01"  # analytics tell devices apart from here on, and in France alone
MOBILE_VISITS, MOBILE_ORDERS = 0.68, 0.55
# Of visits without an order: engaged, of these with a product, of these with a basket, of these at the checkout.
ENGAGED, SEES_PRODUCT, FILLS_BASKET, CHECKS_OUT = 0.55, 0.70, 0.12, 0.40
AGAIN = 0.14  # of visits, by someone who was there the same day


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Paid orders of the chunk [cause, market, day]: all, those on site and app, and the value of these [euro]."""
    sales = chunk.sales[chunk.sales["status"] == "paid"]
    shape = (len(ORDER_CAUSES), len(MARKETS), N_DATA)
    place = chunk.market[sales["customer"].to_numpy()]
    cell = np.ravel_multi_index((sales["cause"].to_numpy(), place, sales["day"].to_numpy()), shape)
    online = sales["sales_channel"].isin(ONLINE).to_numpy().astype(float)
    euros = (sales["revenue_excl_vat"] * sales["euros"]).to_numpy()
    weights = {"orders": np.ones(len(cell)), "online": online, "value": online * euros}
    size = int(np.prod(shape))
    return {f"delivery_{name}": np.bincount(cell, w, size).reshape(shape) for name, w in weights.items()}


def claims(world: World, totals: dict[str, Any]) -> np.ndarray:
    """Purchases that each channel's platform credits to itself [channel, market, day]; none for tv and LinkedIn."""
    rng = world.rng("delivery claims")
    online = totals["delivery_online"].astype(int)
    caused = online[_BOUGHT]
    spend = world.media.national[:, :, :N_DATA]
    relative = spend / spend.mean(axis=2, keepdims=True)
    touch = np.array([TOUCH.get(name, 0.0) for name in CHANNELS])[:, None, None]
    others = binomial(rng, online.sum(axis=0) - caused, -np.expm1(-touch * np.sqrt(relative)))
    claimed = (caused + others) * (touch > 0)
    # Google shares an order between its campaigns and hands out fractions; the others count whole orders.
    is_shared = np.array([RATES[name].platform == "google_ads" for name in CHANNELS])[:, None, None]
    return np.where(is_shared, np.round(claimed * rng.uniform(0.94, 1.06, claimed.shape), 2), claimed)


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `media_conversions` (claims of platforms, last clicks of analytics) and `site_daily`."""
    seen = _seen(world, totals)
    yield "media_conversions", _conversions(world, totals, seen)
    yield "site_daily", _site(world, totals, seen)


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """What platforms claim against all paid orders, and against those that their ads caused."""
    paid = totals["delivery_orders"][:, :, SINCE:].sum(axis=(1, 2))
    caused = paid[_BOUGHT]
    claimed = claims(world, totals)[:, :, SINCE:].sum(axis=(1, 2))
    platform = np.array([RATES[name].platform for name in CHANNELS])
    about = "Purchases claimed by all platforms over all paid orders, whatever the place of sale."
    yield Estimand("claims_per_paid_order", claimed.sum() / paid.sum(), "ratio", about, SPAN)
    for name in dict.fromkeys(RATES[channel].platform for channel in TOUCH):
        n, own = claimed[platform == name].sum(), caused[platform == name].sum()
        about = f"Purchases claimed by {name} over all paid orders, whatever the place of sale."
        yield Estimand("claims_per_paid_order", n / paid.sum(), "ratio", about, SPAN, segment=name)
        if own:
            about = f"Purchases claimed by {name} over the paid orders that its ads caused, whatever the place of sale."
            yield Estimand("claims_per_caused_order", n / own, "ratio", about, SPAN, segment=name)


_BOUGHT = slice(
    ORDER_CAUSES.index(CHANNELS[0]), ORDER_CAUSES.index(CHANNELS[-1]) + 1
)  # media among the causes


def _seen(world: World, totals: dict[str, Any]) -> pd.DataFrame:
    """Visits that analytics see, one row a market, channel [of SITE_CHANNELS] and day: idle [no order], purchases."""
    rng, shape = world.rng("delivery visits"), (len(MARKETS), len(SITE_CHANNELS), N_DATA)
    rows, expected = delivered(world), np.zeros(shape)
    is_tv = rows["channel"] == CHANNELS.index("tv")
    came = np.where(is_tv, QR_CODES * rows["impressions"], LANDED * rows["landed"])
    expected[rows["market"], rows["channel"], rows["day"]] = came
    expected[1:, CHANNELS.index("tv")] = 0.0
    course = (world.demand.season * world.demand.weekday * np.exp(world.demand.shock))[:N_DATA]
    a_day = np.outer(list(MARKET_SHARE.values()), list(UNPAID.values())) * world.setting.scale
    expected[:, len(CHANNELS) :] = a_day[:, :, None] * course
    # Rounding the running sum keeps the total exact and each day within one order.
    online = totals["delivery_online"]
    running = np.rint((1 - TRACKING_LOSS) * np.cumsum(online.sum(axis=0), axis=1))
    n = np.diff(running, axis=1, prepend=0).astype(int)
    weight = np.einsum("cmd,cs->mds", online, _last_clicks()) + 1e-9
    purchases = rng.multinomial(n, weight / weight.sum(axis=2, keepdims=True)).transpose(0, 2, 1)
    market, channel, day = (axis.ravel() for axis in np.indices(shape))
    made = {"market": market, "channel": channel, "day": day, "idle": rng.poisson(expected).ravel()}
    return pd.DataFrame(made | {"purchases": purchases.ravel()})


def _last_clicks() -> np.ndarray:
    """Share of last clicks on the site by cause [cause, channel of SITE_CHANNELS]; visits to shops left out."""
    own = {"email": {"email": 1.0}, "reminder": {"email": 1.0}}
    known = [own.get(name) or RECORDED.get(name, RECORDED["base"]) for name in ORDER_CAUSES]
    shares = np.array([[one.get(to, 0.0) for to in SITE_CHANNELS] for one in known])
    return shares / shares.sum(axis=1, keepdims=True)


def _online(world: World, totals: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """Paid orders on site and app and their value in the market's currency, both [market, day]."""
    value = totals["delivery_value"].sum(axis=0) / world.demand.euros[:, :N_DATA]
    return totals["delivery_online"].sum(axis=0), value


def _mean_value(world: World, totals: dict[str, Any]) -> np.ndarray:
    """Mean value of an order of the month, in the market's currency [market, day]."""
    month = (DAYS.year * 12 + DAYS.month).to_numpy()[:N_DATA]
    month = month - month[0]
    n, value = (np.stack([np.bincount(month, row) for row in rows]) for rows in _online(world, totals))
    overall = value.sum(axis=1, keepdims=True) / np.maximum(n.sum(axis=1, keepdims=True), 1)
    return np.where(n > 0, value / np.maximum(n, 1), overall)[:, month]


def _conversions(world: World, totals: dict[str, Any], seen: pd.DataFrame) -> pd.DataFrame:
    """Table `media_conversions`: what platforms claim a day and campaign, and last clicks on the same campaigns."""
    rows = delivered(world)
    cell = channel, market, day = tuple(rows[name].to_numpy() for name in ("channel", "market", "day"))
    is_lead = channel == CHANNELS.index("linkedin")
    leads = binomial(world.rng("delivery leads"), rows["landed"], LEADS)
    clicks = seen["purchases"].to_numpy().reshape(len(MARKETS), len(SITE_CHANNELS), N_DATA)
    base = rows[["campaign_id"]].assign(
        converted_on=dates(day),
        platform=np.array([RATES[name].platform for name in CHANNELS])[channel],
        market=np.array(MARKETS)[market],
        currency=np.array(CURRENCIES)[market],
        value=_mean_value(world, totals)[market, day],
        conversion_action="purchase",
        conversion_group="purchase",
    )
    own = {
        "counted_by": "own",
        "attribution_window": "last_click",
        "conversions": clicks[market, channel, day],
    }
    claimed = base.assign(
        conversion_action=np.where(is_lead, "lead form", "purchase"),
        conversion_group=np.where(is_lead, "lead", "purchase"),
        counted_by="platform",
        attribution_window=base["platform"].map(WINDOWS),
        conversions=np.where(is_lead, leads, claims(world, totals)[cell]),
    )
    made = pd.concat([claimed, base.assign(**own)], ignore_index=True)
    made = made[made["conversions"] > 0].reset_index(drop=True)
    value = (made["conversions"] * made["value"]).round(2)
    return made.assign(conversion_value=value.where(made["conversion_group"] == "purchase"))


def _site(world: World, totals: dict[str, Any], seen: pd.DataFrame) -> pd.DataFrame:
    """Table `site_daily`: every order is a visit of its own, beside those that end without one."""
    rng = world.rng("delivery site")
    seen = seen[(seen["channel"] != CHANNELS.index("tv")) | (seen["market"] == 0)]
    is_split = (seen["market"] == 0) & (seen["day"] >= day_number(DEVICES_SINCE))
    both = seen[is_split]
    mobile = both.assign(
        device="mobile",
        idle=binomial(rng, both["idle"], MOBILE_VISITS),
        purchases=binomial(rng, both["purchases"], MOBILE_ORDERS),
    )
    left = {name: both[name] - mobile[name] for name in ("idle", "purchases")}
    parts = [seen[~is_split].assign(device=""), mobile, both.assign(device="desktop", **left)]
    rows = pd.concat(parts, ignore_index=True)
    idle, orders, market, day = (rows[name].to_numpy() for name in ("idle", "purchases", "market", "day"))
    engaged = binomial(rng, idle, ENGAGED)
    viewed = binomial(rng, engaged, SEES_PRODUCT)
    filled = binomial(rng, viewed, FILLS_BASKET)
    n, value = _online(world, totals)
    mean = value[market, day] / np.maximum(n[market, day], 1)
    return pd.DataFrame(
        {
            "visited_on": dates(day),
            "market": np.array(MARKETS)[market],
            "channel": np.array(SITE_CHANNELS)[rows["channel"]],
            "device": rows["device"],
            "page": "",
            "sessions": idle + orders,
            "users": idle + orders - binomial(rng, idle, AGAIN),
            "engaged_sessions": engaged + orders,
            "product_views": viewed + orders,
            "add_to_carts": filled + orders,
            "checkouts": binomial(rng, filled, CHECKS_OUT) + orders,
            "purchases": orders,
            "revenue_excl_vat": np.round(mean * orders, 2),
            "currency": np.array(CURRENCIES)[market],
            "is_sampled": False,
        }
    )
