"""Kilograms of CO2e of one delivery, by stage and mode: ADEME's model of e-commerce, from its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

GOODS = ("groceries", "clothing", "culture", "bulky", "other")
MODES = ("home", "express", "pick-up point", "click and collect", "store")
STAGES = ("packaging", "storage", "transport", "collection")
TRIPS = ("car", "public transport", "bicycle", "foot")
COLLECTED = ("pick-up point", "click and collect", "store")  # modes to which the customer comes
YEAR_DAYS, WEEKS, MJ_PER_KWH = 365, 52, 3.6
PI = 3.14159265  # as ADEME's rules write it, so that their totals come out to the last digit
BALL = (36 * PI) ** (1 / 3) / 100  # square metres around a ball of one litre ** (2 / 3)
Number = float | np.ndarray


class Rates(NamedTuple):
    """Kilograms of CO2e of each unit of activity; numbers, or arrays with one entry a draw.

    order : ordering online. box : a kilogram of cardboard. cardboard : kilograms of it for litres ** (2 / 3). platform : one parcel through
    two platforms. warehouse, pickup, shop : a litre through each. haul : a kilogram to the last place. tour : a kilogram from there to the
    door. car, bus : a kilometre.
    """

    order: Number
    box: Number
    cardboard: Number
    platform: Number
    warehouse: Number
    pickup: Number
    shop: Number
    haul: Number
    tour: Number
    car: Number
    bus: Number


def rates(values: Mapping[str, Number], *, goods: str = "other") -> Rates:
    """What each unit of activity emits, from the factors and parameters of the model.

    Parameters
    ----------
    values : factors by id, as `factors.values` of delivery.toml; numbers, or arrays of draws.
    goods : "groceries", "clothing", "culture", "bulky" or "other": decides the days in the warehouse.

    Returns
    -------
    Rates [kg CO2e].

    Raises
    ------
    ValueError : goods are unknown.

    Formula: a square metre of warehouse for a day = building / (life x 365) + kWh x electricity + MJ / 365 x gas; a litre takes up
        room_factor / (1,000 stack) square metres for its days. Road, for a tonne over a way: way x (wear + making) + way x detour /
        (1 - empty) x vehicle / load. Box: surface of a ball of the volume x (1 + overlap) x density.
    Source: ADEME, publicodes-impact-livraison.
    """
    if goods not in GOODS:
        raise ValueError(f'goods: "{goods}" is unknown. Use one of {", ".join(GOODS)}.')
    v = values
    life = v["building_years"] * YEAR_DAYS
    floor = v["warehouse_building"] / life + v["site_kwh"] * v["electricity_sites"] + v["site_mj"] / YEAR_DAYS * v["gas_sites"]  # fmt: skip
    litre = v["room_factor"] / (1000 * v["warehouse_stack"])
    counter = v["shop_building"] / life + v["pickup_kwh"] * v["electricity_sites"] + v["site_mj"] / YEAR_DAYS * v["gas_sites"]  # fmt: skip
    return Rates(
        order=v[f"order_online_{goods}"], box=v["cardboard"], cardboard=BALL * (1 + v["box_overlap"]) * v["box_density"],
        platform=2 * v["platform_room"] * floor, warehouse=litre * v[f"days_{goods}"] * floor,
        pickup=v["pickup_days"] * counter / (1000 * v["pickup_stack"]), shop=_shop(v),
        haul=_road(v, "truck", v["hub_km"]) + _road(v, "van", v["last_km"]), tour=_road(v, "van", v["tour_km"]),
        car=v["car_km"], bus=v["bus_km"],
    )  # fmt: skip


def _road(v: Mapping[str, Number], vehicle: str, way: Number) -> Number:
    """A kilogram over a way [km] by truck or van."""
    driven = way * v["detour"] / (1 - v["empty"])
    per_tonne = (
        way * (v["road_wear"] + v[f"{vehicle}_making"]) + driven * v[f"{vehicle}_km"] / v[f"{vehicle}_load"]
    )
    return per_tonne / 1000


def _shop(v: Mapping[str, Number]) -> Number:
    """A litre in a shop: its part of the square metres of the year, by the weeks that it stands there."""
    part = v["room_factor"] / 1000 * (v["shop_days"] / 7) / (v["shop_stack"] * WEEKS)
    energy = v["shop_electric"] * v["electricity_sites"] + (1 - v["shop_electric"]) * MJ_PER_KWH * v["gas_sites"]  # fmt: skip
    return part * (v["shop_building"] / v["building_years"] + v["shop_kwh"] * energy)


def box_kg(volume_l: Number, rate: Rates) -> Number:
    """Cardboard of a parcel of that volume [kg]; it grows with the surface, so volume ** (2 / 3)."""
    return rate.cardboard * np.asarray(volume_l, dtype=float) ** (2 / 3)


def parcel(
    mode: str,
    *,
    weight_kg: Number,
    volume_l: Number,
    rate: Rates,
    packaging_kg: Number | None = None,
    car_km: Number = 0.0,
    bus_km: Number = 0.0,
) -> dict[str, Number]:
    """Kilograms of one delivery by stage.

    Parameters
    ----------
    mode : one of MODES. The model has no express; it is counted like a delivery home, which is what it emits at least.
    packaging_kg : boxes and filling, where they are known; else the model's box of that volume.
    car_km, bus_km : way there and back that the customer made for it; on foot and by bicycle nothing is counted.

    Returns
    -------
    packaging [with ordering online], storage [warehouse, platforms, shop or pick-up point], transport, collection [kg CO2e]; goods bought
    in a store have no packaging for the way.

    Raises
    ------
    ValueError : the mode is unknown.

    Source: ADEME, stages "commande et préparation", "stockage et transit", "transport", "trajet client".
    """
    if mode not in MODES:
        raise ValueError(f'mode: "{mode}" is unknown. Use one of {", ".join(MODES)}.')
    box = box_kg(volume_l, rate) if packaging_kg is None else packaging_kg
    standing = {"pick-up point": rate.pickup, "click and collect": rate.shop, "store": rate.shop}.get(mode, 0.0)  # fmt: skip
    home = mode in ("home", "express")
    return {
        "packaging": 0.0 * rate.box if mode == "store" else rate.order + rate.box * box,
        "storage": rate.platform + volume_l * (rate.warehouse + standing),
        "transport": weight_kg * (rate.haul + rate.tour) if home else weight_kg * rate.haul,
        "collection": car_km * rate.car + bus_km * rate.bus if mode in COLLECTED else 0.0 * rate.car,
    }


def break_even_km(*, weight_kg: Number, volume_l: Number, rate: Rates, per_km: Number | None = None) -> Number:  # fmt: skip
    """Way by car, there and back, from which on a parcel at a pick-up point emits more than one brought home [km].

    Parameters
    ----------
    per_km : what a kilometre of the way emits [kg]; `rate.car` where none is given.

    Returns
    -------
    0 where the pick-up point emits more even without a way.

    Formula: (tour x weight - pick-up point x volume) / kilograms a kilometre.
    """
    saved = weight_kg * rate.tour - volume_l * rate.pickup
    return np.maximum(saved, 0.0) / (rate.car if per_km is None else per_km)
