"""Where the doubt of kilograms an order comes from: one source is drawn at a time, the others stay at their middle."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from helpers.methods.delivery_carbon_orders import Footprint, footprint

SOURCES = {
    "ways asked": (),
    "kilometres": ("car_km", "bus_km"),
    "boxes": ("cardboard", "box_density", "box_overlap"),
    "storage": (
        "warehouse_building", "shop_building", "electricity_sites", "gas_sites", "site_kwh", "site_mj", "warehouse_stack", "room_factor",
        "platform_room", "pickup_kwh", "pickup_stack", "pickup_days", "shop_kwh", "shop_stack", "shop_days", "days_groceries", "days_clothing",
        "days_culture", "days_bulky", "days_other",
    ),
    "transport": (
        "road_wear", "truck_making", "van_making", "truck_km", "van_km", "truck_load", "van_load", "empty", "hub_km", "last_km", "tour_km",
    ),
}  # fmt: skip


def doubt_shares(
    deliveries: pd.DataFrame,
    drawn: Mapping[str, np.ndarray],
    figure: Callable[[Footprint], np.ndarray],
    *,
    goods: str = "other",
    seed: int,
) -> pd.Series:
    """Share of the doubt of a figure that each source makes, the largest first.

    Parameters
    ----------
    deliveries, drawn, goods : as `footprint`.
    figure : of a Footprint to one number a draw, such as kilograms an order; draw 0 first.

    Returns
    -------
    By source the variance that it makes alone, as a share of the sum of all; what several make together is left out, since it is small
    next to these. All NaN where the figure cannot be told, all 0 where nothing is in doubt.

    Formula: variance of the figure when one source varies and the others stay.
    Source: first-order indices without interactions, Saltelli et al. (2008), Global Sensitivity Analysis, chapter 1.
    """
    found = {}
    for name, ids in SOURCES.items():
        held = {key: one if key in ids else np.full_like(one, one[0]) for key, one in drawn.items()}
        made = footprint(deliveries, held, goods=goods, rng=np.random.default_rng(seed))
        if name != "ways asked":
            made = _with_fixed_ways(made)
        values = figure(made)
        spread, rounding = float(np.std(values[1:])), 1e-12 * abs(float(values[0]))
        found[name] = 0.0 if spread <= rounding else spread**2
    variance = pd.Series(found)
    total = variance.sum()
    shares = variance / total if total > 0 else variance
    return shares.sort_values(ascending=False, kind="stable")


def _with_fixed_ways(found: Footprint) -> Footprint:
    """The footprint with the ways as they were answered, without the doubt of so few answers."""
    km = np.broadcast_to(found.km[:1], found.km.shape)
    kg = found.kg.copy()
    n = found.groups["n_orders"].to_numpy()
    car, bus = (np.atleast_1d(one)[:, None] for one in (found.rate.car, found.rate.bus))
    kg[:, :, 3] = n * (km[:, :, 0] * car + km[:, :, 1] * bus)
    return found._replace(kg=kg, km=km)
