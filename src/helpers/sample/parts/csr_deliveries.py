"""How orders reached people, and how people came to collect them: monthly totals by market, mode and trip.

Every paid order is delivered in its month, so the totals are those of `orders`. From `REROUTED_SINCE` on, carriers let people have a parcel
for home left at a pick-up point instead, and a growing share does: what was ordered for home is then collected. A few of those who collect
are asked how they came; the others are empty. In one month nobody wrote the way of the cars down (`NO_WAY`).

Formula: weight = BARE_KG an order + ITEM_KG an item + DEVICE_KG a first order; volume and packaging follow it; all are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.sample.chunk import Chunk
from helpers.sample.setting import CURRENCIES, MARKETS, MONTH_NUMBERS, MONTHS, binomial, day_number
from helpers.sample.truth import Estimand
from helpers.sample.world import World

# fmt: off
MODES = ("home", "express", "pick-up point", "click and collect", "store")
TRIPS = ("car", "public transport", "bicycle", "foot")
COLLECTED = ("pick-up point", "click and collect", "store")
TRIP_SHARE = {"pick-up point": (0.46, 0.09, 0.12, 0.33), "click and collect": (0.52, 0.20, 0.10, 0.18), "store": (0.41, 0.27, 0.09, 0.23)}
# Mean way there and back that is made for it, and its log standard deviation.
TRIP_KM, KM_SPREAD = {"car": {"pick-up point": 4.6, "click and collect": 9.5, "store": 11.0}, "public transport": 8.0, "bicycle": 3.2, "foot": 1.3}, 0.7
ASKED = {"FR": 50, "BE": 14, "CH": 12}  # people a month and mode, or all of a small world
NO_WAY = ("2026-07", "FR")  # cars of this month have no distance
REROUTED_SINCE, REROUTED = "2024-10-01", 0.20  # share of home parcels left at a pick-up point: from none to this on the last day
BARE_KG, ITEM_KG, DEVICE_KG = 0.15, 0.55, 3.4
LITRES_A_KG, LITRES_A_PARCEL = 2.6, 2.5
PACKAGING_KG, BAG_KG, NEW_BOX, LIGHTER = 0.42, 0.05, "2026-01-01", 0.26  # a parcel, a bag in a shop, the new box and what it saves
COST = {"home": 6.10, "express": 11.40, "pick-up point": 3.85, "click and collect": 1.35, "store": 0.30}  # a delivery [EUR]
FRANCS, DEARER = 1.25, 1.03  # cost in Switzerland; a year
MONTH_SPREAD = 0.015  # log standard deviation of the totals of a month
# fmt: on


def count(chunk: Chunk) -> dict[str, np.ndarray]:
    """Paid orders, items and first orders [market, month, mode ordered, 3] of a chunk."""
    sales = chunk.sales[chunk.sales["status"] == "paid"]
    mode = np.where(
        (sales["delivery_mode"] == "store") & (sales["sales_channel"] != "store"), "click and collect", sales["delivery_mode"]
    )  # fmt: skip
    shape = (len(MARKETS), len(MONTHS), len(MODES))
    place = chunk.market[sales["customer"].to_numpy()]
    cell = np.ravel_multi_index(
        (place, MONTH_NUMBERS[sales["day"]], pd.Index(MODES).get_indexer(mode)), shape
    )
    size = int(np.prod(shape))
    weights = (np.ones(len(cell)), sales["n_items"].to_numpy(float), sales["is_first_order"].to_numpy(float))
    return {"csr_deliveries": np.stack([np.bincount(cell, w, size).reshape(shape) for w in weights], axis=-1)}


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `deliveries`."""
    yield "deliveries", deliveries(world, totals)


def deliveries(world: World, totals: dict[str, Any]) -> pd.DataFrame:
    """One row a month, market, mode and way of coming."""
    rng = world.rng("csr deliveries")
    rows = _trips(rng, _handed_over(rng, totals["csr_deliveries"]))
    market, mode, month = rows["market"].to_numpy(), rows["mode"].to_numpy(), rows["month"].to_numpy()
    n, noise = rows["n_orders"].to_numpy(), np.exp(MONTH_SPREAD * rng.standard_normal((len(rows), 2))).T
    kilos = (BARE_KG * n + ITEM_KG * rows["items"] + DEVICE_KG * rows["devices"]) * noise[0]
    is_bag = mode == MODES.index("store")
    box = PACKAGING_KG * np.where(_is_since(month, NEW_BOX), 1 - LIGHTER, 1.0)
    price = np.array(list(COST.values()))[mode] * DEARER ** (month / 12)
    made = {
        "delivery_id": [f"d{number:05d}" for number in range(1, len(rows) + 1)],
        "delivered_on": MONTHS[month].to_timestamp(how="end").normalize().as_unit("us"),
        "market": np.array(MARKETS)[market],
        "mode": np.array(MODES)[mode],
        "trip": rows["trip"],
        "distance_km": _ways(rng, rows),
        "n_orders": n,
        "weight_kg": kilos.round(1),
        "volume_l": (LITRES_A_KG * kilos + np.where(is_bag, 0.0, LITRES_A_PARCEL) * n).round(1),
        "packaging_kg": (np.where(is_bag, BAG_KG, box) * n * noise[1]).round(2),
        "cost": (price * np.where(market == MARKETS.index("CH"), FRANCS, 1.0) * n).round(2),
        "currency": np.array(CURRENCIES)[market],
    }
    return pd.DataFrame(made)


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """How people come to collect, how far by car, and what went another way than it was ordered."""
    share = "People who collect at this mode and come by this means, over all of them; the same in every market and month."
    km = "Mean way there and back of those who come by car to this mode [km]; the same in every market and month."
    for mode in COLLECTED:
        for trip, one in zip(TRIPS, TRIP_SHARE[mode], strict=True):
            yield Estimand("trip_share", one, "share", share, segment=f"{mode}: {trip}")
        yield Estimand("trip_km_car", TRIP_KM["car"][mode], "km", km, segment=mode)
    about = "Parcels ordered for home in the quarter that are expected to be left at a pick-up point."
    ordered = totals["csr_deliveries"][:, -3:, MODES.index("home"), 0].sum(axis=0)
    yield Estimand(
        "rerouted_share", float(ordered @ _rerouted()[-3:] / ordered.sum()), "share", about, "2026-Q3"
    )
    about = "Packaging an order saved by the new box, as a share of the old one's weight."
    yield Estimand("packaging_saved", LIGHTER, "share", about, "2026-01-01/2026-09-30")


def _rerouted() -> np.ndarray:
    """Expected share of the home parcels of each month that are left at a pick-up point [month]."""
    first = MONTH_NUMBERS[day_number(REROUTED_SINCE)]
    return np.clip((np.arange(len(MONTHS)) - first) / (len(MONTHS) - 1 - first), 0, 1) * REROUTED


def _is_since(month: np.ndarray, day: str) -> np.ndarray:
    return month >= MONTH_NUMBERS[day_number(day)]


def _handed_over(rng: np.random.Generator, ordered: np.ndarray) -> np.ndarray:
    """Orders, items and first orders by the mode in which they really arrive [market, month, mode, 3]."""
    home, point, made = MODES.index("home"), MODES.index("pick-up point"), ordered.copy()
    n = ordered[:, :, home, 0].astype(int)
    moved = binomial(rng, n, _rerouted()[None, :])
    part = np.divide(moved, n, out=np.zeros(n.shape), where=n > 0)[:, :, None] * ordered[:, :, home]
    made[:, :, home] -= part
    made[:, :, point] += part
    made[..., 0] = np.rint(made[..., 0])
    return made


def _trips(rng: np.random.Generator, arrived: np.ndarray) -> pd.DataFrame:
    """Rows of a month, market and mode [codes] by trip: those asked by how they came, and those not asked."""
    rows = []
    for market, month, mode in np.ndindex(arrived.shape[:3]):
        n, items, devices = arrived[market, month, mode]
        name = MODES[mode]
        groups: list[tuple[str | None, int]] = [("none", int(n))]
        if name in COLLECTED:
            asked = min(int(n), int(rng.poisson(ASKED[MARKETS[market]])))
            groups = list(zip(TRIPS, rng.multinomial(asked, TRIP_SHARE[name]), strict=True))
            groups.append((None, int(n) - asked))
        rows += [
            (market, month, mode, trip, some, items * some / n, devices * some / n)
            for trip, some in groups if some
        ]  # fmt: skip
    return pd.DataFrame(rows, columns=["market", "month", "mode", "trip", "n_orders", "items", "devices"])


def _ways(rng: np.random.Generator, rows: pd.DataFrame) -> np.ndarray:
    """Mean way of the people of each row [km], missing where nobody was asked, and for the cars of `NO_WAY`."""
    month, place = MONTHS.get_loc(NO_WAY[0]), MARKETS.index(NO_WAY[1])
    made = []
    for one in rows.itertuples():
        known = TRIP_KM.get(one.trip) if isinstance(one.trip, str) else None
        lots = rng.standard_normal(one.n_orders if known else 0)  # drawn also where it is lost
        is_lost = one.trip == "car" and one.month == month and one.market == place
        if not known or is_lost:
            made.append(0.0 if one.trip == "none" else np.nan)
            continue
        mean = known[MODES[one.mode]] if isinstance(known, dict) else known
        made.append(round(float(mean * np.exp(KM_SPREAD * lots - KM_SPREAD**2 / 2).mean()), 2))
    return np.array(made)
