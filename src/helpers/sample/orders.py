"""Orders: when customers buy again, why, and what they pay.

Formula: repeat purchases of a customer are a Poisson process of intensity rate / 7 x curve(d) from the day after the
    first purchase to the day they leave; the value is lognormal around the customer's own mean, times list prices,
    less the discount of the day; a first order holds the device and is half as large again.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import rules
from helpers.sample import promotions
from helpers.sample.customers import SPEND_WITHIN
from helpers.sample.setting import CURRENCIES, DAYS, MARKETS, N_DATA, N_DAYS, ORDER_CAUSES, dates, pick, utc
from helpers.sample.world import World, between, draw_days

FIRST_ORDER = 1.5  # the device makes a first order half as large again
FRANC_PRICES = 1.10  # a price tag in francs shows a tenth more than in euro
COST_SHARE, COST_SPREAD = 0.42, 0.06  # cost of goods as a share of the list value
CANCELLED, REFUNDED, PART_RETURNED = 0.014, 0.022, 0.045
SHIPPING, FREE_FROM = 4.9, 60.0
HOURS = np.array([1, 2, 3, 4, 5, 5, 6, 6, 5, 5, 5, 5, 6, 8, 9, 7, 3], dtype=float)  # from 7 h to 23 h
SALES_CHANNELS, STORE = ("web", "app", "store", "marketplace"), 2
SHOPS = {
    "75": "Paris",
    "69": "Lyon",
    "59": "Lille",
    "13": "Marseille",
    "33": "Bordeaux",
    "BE-BRU": "Bruxelles",
    "CH-GE": "Genève",
}
NEAR_SHARE, FAR_SHARE = 0.60, 0.22  # of the orders of people who live near a shop, or not, those made in one
SHOP_HOURS, CLOSED = (10, 20), ("01-01", "05-01", "12-25")  # and on Sundays


def draw(world: World, people: pd.DataFrame, chunk: int) -> pd.DataFrame:
    """First and repeat purchases up to the end of the world.

    Returns
    -------
    One row a purchase: customer [row in people], day, cause [code of ORDER_CAUSES], is_first.
    """
    rng = world.rng("orders", chunk)
    curve, start = people["curve"].to_numpy(), people["start"].to_numpy()
    begin, end = np.maximum(start + 1, 0), np.minimum(people["death"].to_numpy(), N_DAYS)
    n = rng.poisson(people["rate"] / 7 * between(world.curves, curve, begin, end))
    customer = np.repeat(np.arange(len(people)), n)
    row = curve[customer]
    day = draw_days(rng, world.curves, row, begin[customer], end[customer])
    cause = pick(rng, world.components[:, row, day].T)
    repeat = pd.DataFrame({"customer": customer, "day": day, "cause": cause, "is_first": False})
    new = np.flatnonzero(start >= 0)
    codes = np.array([ORDER_CAUSES.index(name) for name in ("base", *ORDER_CAUSES[2:10])])
    first = pd.DataFrame(
        {
            "customer": new,
            "day": start[new],
            "cause": codes[people["cause"].to_numpy()[new]],
            "is_first": True,
        }
    )
    return pd.concat([first, repeat], ignore_index=True)


def finish(world: World, people: pd.DataFrame, draft: pd.DataFrame, chunk: int) -> pd.DataFrame:
    """Give each purchase its hour, value, place and fate; rows by time.

    Returns
    -------
    `draft` with the columns of the table `orders`, and second [of the local day], list_value [money before
    discount], euros [rate of the day].
    """
    rng = world.rng("order values", chunk)
    draft = draft.sort_values(["day", "customer"], kind="stable", ignore_index=True)
    n, who, day = len(draft), draft["customer"].to_numpy(), draft["day"].to_numpy()
    market = world.demand.regions["market_code"].to_numpy()[people["region"].to_numpy()[who]]
    scale = np.exp(
        people["log_spend"].to_numpy()[who] + SPEND_WITHIN * rng.standard_normal(n) - SPEND_WITHIN**2 / 2
    )
    listed = scale * world.demand.price_index[day] * np.where(market == 2, FRANC_PRICES, 1.0)
    listed = np.maximum(listed * np.where(draft["is_first"], FIRST_ORDER, 1.0), 4.0)
    off = promotions.discount()[market, day]
    channel = _sales_channels(world, people, who, day, rng)
    value = np.round(listed * (1 - off), 2)
    online = channel != STORE
    vat = _vat(market, day)
    fate = rng.random(n)
    status = np.select([fate < CANCELLED, fate < CANCELLED + REFUNDED], ["cancelled", "refunded"], "paid")
    is_part = (status == "paid") & (rng.random(n) < PART_RETURNED)
    second = rng.integers(0, 3600, n)
    # Numbers carry no meaning: they follow the customers, so that files stay small; what comes after LAST is last.
    number = np.empty(n, dtype=int)
    number[np.lexsort((day, who, day >= N_DATA))] = np.arange(1, n + 1)
    at = rng.random(n)
    online_hour = 7 + np.searchsorted(np.cumsum(HOURS) / HOURS.sum(), at, side="right")
    hour = np.where(
        channel == STORE, SHOP_HOURS[0] + (at * (SHOP_HOURS[1] - SHOP_HOURS[0])).astype(int), online_hour
    )
    made = {
        "order_id": np.char.mod("o%09d", chunk * 10_000_000 + number),
        "customer_id": people["customer_id"].to_numpy()[who],
        "ordered_at": utc(day, hour * 3600 + second),
        "ordered_on": dates(day),
        "market": np.array(MARKETS)[market],
        "status": status,
        "revenue_excl_vat": value,
        "revenue_incl_vat": np.round(value * (1 + vat), 2),
        "vat_rate": vat,
        "returned_value": np.where(is_part, np.round(value * rng.uniform(0.2, 0.7, n), 2), 0.0),
        "discount": np.round(listed * off, 2),
        "shipping": np.where(online & (value < FREE_FROM), SHIPPING, 0.0),
        "cost_of_goods": np.round(
            listed * np.clip(COST_SHARE + COST_SPREAD * rng.standard_normal(n), 0.2, 0.7), 2
        ),
        "currency": np.array(CURRENCIES)[market],
        "n_items": 1 + rng.poisson(listed / 40),
        "is_first_order": draft["is_first"].to_numpy(),
        "sales_channel": np.array(SALES_CHANNELS)[channel],
        "store_id": _stores(world, people["region"].to_numpy()[who], channel == STORE),
        "delivery_mode": _delivery(channel, rng),
        "second": hour * 3600 + second,
        "list_value": listed,
        "euros": world.demand.euros[market, day],
    }
    return draft.assign(**made)


def kept_value(sales: pd.DataFrame) -> pd.Series:
    """Revenue without VAT less returns [euro] of each order that `finish` made."""
    return (sales["revenue_excl_vat"] - sales["returned_value"]) * sales["euros"]


def stores(world: World) -> pd.DataFrame:
    """The company's own shops, table `stores`."""
    regions = world.demand.regions
    kept = regions[regions["region"].isin(SHOPS)]
    is_flagship = kept["region"].isin(["75", "BE-BRU"]).to_numpy()
    return pd.DataFrame(
        {
            "store_id": "s" + kept["region"].to_numpy(),
            "market": kept["market"].to_numpy(),
            "name": ("Maison Brévane " + kept["region"].map(SHOPS)).to_numpy(),
            "format": np.where(is_flagship, "flagship", "boutique"),
            "region": kept["region"].to_numpy(),
            "opened_on": pd.Timestamp("2021-03-01"),
            "area_m2": np.where(is_flagship, 180.0, 70.0),
        }
    )


def _sales_channels(
    world: World, people: pd.DataFrame, who: np.ndarray, day: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Code of the place where each order was made: people near a shop use it when it is open, those with the app use that."""
    has_app = people["has_app"].to_numpy()[who] & people["is_done"].to_numpy()[who]
    near = world.demand.regions["region"].isin(SHOPS).to_numpy()[people["region"].to_numpy()[who]]
    online = 0.92 - np.where(near, NEAR_SHARE, FAR_SHARE)
    app = np.where(has_app, online / 2, 0.0)
    channel = pick(rng, np.stack([online - app, app, 0.92 - online, np.full(len(who), 0.08)], axis=1))
    when = DAYS[day]
    closed = (when.day_of_week == 6) | pd.Index(when.strftime("%m-%d")).isin(CLOSED)
    return np.where((channel == STORE) & closed, 0, channel)


def _vat(market: np.ndarray, day: np.ndarray) -> np.ndarray:
    rates = np.stack([rules.vat_rates(name, DAYS) for name in MARKETS])
    return rates[market, day]


def _stores(world: World, region: np.ndarray, in_store: np.ndarray) -> np.ndarray:
    """Shop of each order; a customer without one nearby goes to the largest of the market."""
    table, regions = stores(world), world.demand.regions
    nearest = regions["region"].where(regions["region"].isin(table["region"]))
    largest = table.groupby("market")["region"].first()
    nearest = ("s" + nearest.fillna(regions["market"].map(largest))).to_numpy(dtype=object)
    return np.where(in_store, nearest[region], None)


def _delivery(channel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    chosen = np.array(["home", "pick-up point", "express", "store"])[
        np.searchsorted([0.55, 0.87, 0.94], rng.random(len(channel)))
    ]
    return np.where(channel == STORE, "store", chosen)
