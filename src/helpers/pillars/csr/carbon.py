"""What an order emits on its way, why that moved, whether the pick-up point emits less, and what it costs.

Orders bought in a store are no orders delivered: they stand apart. Factors are those of the page's last day for all periods.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.kpi import HISTORY
from helpers.methods import delivery_carbon as model
from helpers.methods import delivery_carbon_doubt as doubt
from helpers.methods import delivery_carbon_orders as orders
from helpers.methods import delivery_carbon_panel as moving
from helpers.methods import delivery_carbon_trips as trips
from helpers.methods import lmdi
from helpers.methods.intervals import Estimate
from helpers.pillars.csr.carbon_reading import SEED, Read, footprint

ONLINE = tuple(name for name in model.MODES if name != "store")
PARTS = ("orders", "weight", "modes", "boxes", "ways", "rest")
HARDLY = 0.005  # of the kilograms of the year before; a part that is smaller is not spoken of
BACK = HISTORY - 1


class Greener(NamedTuple):
    """Whether a pick-up point emits less than a delivery home, for the orders brought home.

    move : what one order that moves changes, in draws. less : chance that it emits less. break_even, way : kilometres by car from which on it
    emits more, and those an order collected takes, in draws. naive : difference of the two means as they are [kg], of other baskets.
    weights : kilograms of goods of an order brought home, and of one collected.
    """

    move: moving.Moved
    less: float
    break_even: np.ndarray
    way: np.ndarray
    naive: float
    weights: tuple[float, float]


class Page(NamedTuple):
    """The page: footprints by code of the period, the change since the year before in parts, the pick-up point, the ways, the doubt."""

    found: Read
    goods: str
    prints: dict[str, orders.Footprint]
    now: orders.Footprint
    then: orders.Footprint | None
    parts: dict[str, np.ndarray] | None
    greener: Greener | None
    cars: tuple[np.ndarray, np.ndarray, float]
    doubt: pd.Series
    level: float


def page(found: Read, scope: Scope, *, goods: str) -> Page:
    """Judge what was read.

    Parameters
    ----------
    goods : what is in the parcels, for the days in the warehouse: one of delivery_carbon.GOODS.

    Raises
    ------
    DataError : weights or volumes of the period are missing or negative. ValueError : goods are unknown.
    """
    periods = [scope.period.before(n) for n in range(BACK, -1, -1)]
    prints = {one.code: made for one in periods if (made := footprint(found, one, goods=goods)) is not None}
    now, then = prints[scope.period.code], prints.get(scope.period.year_before().code)
    collected = trips.ways(_online(found.deliveries[scope.period.code]))
    cars = trips.car_shares(collected, draws=_draws(now), rng=np.random.default_rng(SEED))
    share = doubt.doubt_shares(found.deliveries[scope.period.code], found.drawn, total_an_order, goods=goods, seed=SEED)  # fmt: skip
    return Page(found, goods, prints, now, then, _parts(then, now), _greener(found.deliveries[scope.period.code], now), cars, share, now.level)  # fmt: skip


def _online(deliveries: pd.DataFrame) -> pd.DataFrame:
    return deliveries[deliveries["mode"] != "store"]


def _draws(one: orders.Footprint) -> int:
    return len(one.kg) - 1


def total_an_order(one: orders.Footprint) -> np.ndarray:
    """Kilograms an order delivered, in draws; NaN where a stage cannot be told."""
    return orders.per_order(one, one.of(*ONLINE)).sum(axis=1)


def an_order(one: orders.Footprint, *modes: str) -> Estimate:
    """Kilograms an order of these modes, all delivered ones where none is named, with its interval; n are the orders."""
    chosen = one.of(*(modes or ONLINE))
    drawn = orders.per_order(one, chosen).sum(axis=1)
    return orders.estimate(drawn, n=float(one.groups.loc[chosen, "n_orders"].sum()), level=one.level)


def total(one: orders.Footprint) -> np.ndarray:
    """Kilograms of all orders delivered, in draws."""
    return one.kg[:, one.of(*ONLINE)].sum(axis=(1, 2))


def _parts(then: orders.Footprint | None, now: orders.Footprint) -> dict[str, np.ndarray] | None:
    """What each factor contributed to the change of kilograms since the year before, in draws; None where one side cannot be told."""
    if then is None or not np.isfinite(total(then)).all() or not np.isfinite(total(now)).all():
        return None
    keys = sorted({(row.market, row.mode) for one in (then, now) for row in one.groups[one.of(*ONLINE)].itertuples()})  # fmt: skip
    before, after = (_factors(one, keys) for one in (then, now))
    # a mode that is new has no weight and no emission before: those of now stand in, so that all of it is a change of modes
    for name in ("weight", "boxes", "ways", "rest"):
        for side, other in ((before, after), (after, before)):
            side[name] = np.where(side["modes"] > 0, side[name], other[name])
    return lmdi.parts(before, after)


def _factors(one: orders.Footprint, keys: list[tuple[str, str]]) -> dict[str, np.ndarray]:
    """The factors whose product is the emission of a market, mode and kind of stage: arrays [draw, group x 3].

    Boxes and ways hang on the order and not on its weight; storage and transport hang on the weight of an order of that mode.
    """
    at = {(row.market, row.mode): i for i, row in enumerate(one.groups.itertuples())}
    n = one.groups.loc[one.of(*ONLINE), "n_orders"].sum()
    many, weight = (np.array([one.groups.at[at[key], name] if key in at else 0.0 for key in keys]) for name in ("n_orders", "weight_kg"))  # fmt: skip
    kg = np.stack([one.kg[:, at[key]] if key in at else np.zeros_like(one.kg[:, 0]) for key in keys], axis=1)
    kinds = np.stack([kg[:, :, 0], kg[:, :, 3], kg[:, :, 1] + kg[:, :, 2]], axis=2)
    base = np.stack([many, many, weight], axis=1)[None]
    each = np.divide(kinds, base, out=np.zeros_like(kinds), where=base > 0)
    mean = np.divide(weight, many, out=np.zeros_like(weight), where=many > 0)
    heavy = np.stack([np.ones_like(mean), np.ones_like(mean), mean], axis=1).ravel()
    made = {"orders": np.array(n), "weight": np.broadcast_to(heavy, (len(each), heavy.size)), "modes": np.repeat(many / n, 3)}  # fmt: skip
    for kind, name in enumerate(("boxes", "ways", "rest")):
        alone = np.ones_like(each)
        alone[:, :, kind] = each[:, :, kind]
        made[name] = alone.reshape(len(each), -1)
    made["modes"] = np.broadcast_to(made["modes"], made["boxes"].shape)
    return made


def _greener(deliveries: pd.DataFrame, now: orders.Footprint) -> Greener | None:
    move = moving.moved(now, _money(deliveries, _draws(now)))
    if move is None:
        return None
    home, collected = now.of(moving.FROM), now.of(moving.TO)
    own = now.groups.loc[home, ["n_orders", "weight_kg", "volume_l"]].sum()
    weight, volume = own["weight_kg"] / own["n_orders"], own["volume_l"] / own["n_orders"]
    n = now.groups["n_orders"].to_numpy()[collected]
    way = (now.km[:, collected, 0] * n).sum(axis=1) / n.sum()
    means = [orders.per_order(now, one)[0].sum() for one in (home, collected)]
    return Greener(
        move, float((move.kg[1:] < 0).mean()),
        np.broadcast_to(model.break_even_km(weight_kg=weight, volume_l=volume, rate=now.rate), len(now.kg)), way, float(means[1] - means[0]),
        (float(weight), float(now.groups.loc[collected, "weight_kg"].sum() / n.sum())),
    )  # fmt: skip


def _money(deliveries: pd.DataFrame, draws: int) -> np.ndarray:
    """Cost of an order at a pick-up point less that of one home, in draws that weigh the rows anew; NaN where one is not known."""
    rng, made = np.random.default_rng(SEED + 1), []
    for mode in (moving.TO, moving.FROM):
        rows = deliveries[(deliveries["mode"] == mode) & deliveries["cost"].notna()]
        n, cost = rows["n_orders"].to_numpy(float), rows["cost"].to_numpy(float)
        if not n.sum():
            return np.full(1 + draws, np.nan)
        weight = np.vstack([np.ones(len(n)), rng.gamma(1.0, size=(draws, len(n)))])
        made.append((weight @ cost) / (weight @ n))
    return made[0] - made[1]


def turning_share(found: Greener) -> float | None:
    """Share of the ways that may be made for the parcel alone before the pick-up point emits as much as home.

    None where the ways decide nothing: it emits more without any, or less with all of them.

    Formula: kilograms that the order saves without a way / kilograms of the whole way.
    """
    saved, way = -float(found.move.without[0]), float(found.move.kg[0] - found.move.without[0])
    return saved / way if 0 < saved < way else None


def an_order_collected(made: Page) -> float:
    """Kilograms of the customer's way, an order at a pick-up point."""
    return float(orders.per_order(made.now, made.now.of(moving.TO))[0, 3])


def sign(drawn: np.ndarray) -> str:
    """Whether a change is "less", "more" or "open": told where its interval leaves zero out."""
    one = orders.estimate(drawn, n=0)
    return "less" if one.high < 0 else "more" if one.low > 0 else "open"


def clear_parts(made: Page) -> list[str]:
    """Parts of the change whose sign is told and that are worth speaking of, the largest first."""
    if made.parts is None or made.then is None:
        return []
    least = HARDLY * float(total(made.then)[0])
    found = [name for name in PARTS if sign(made.parts[name]) != "open" and abs(made.parts[name][0]) >= least]
    return sorted(found, key=lambda name: -abs(made.parts[name][0]))


def cost_of_a_kilogram(move: moving.Moved) -> Estimate | None:
    """Money for each kilogram avoided by moving an order to the mode that emits less: to the pick-up point or away from it, as `sign` says.

    None where it cannot be told which of the two emits less, or what they cost. Below 0: it saves both.
    """
    if sign(move.kg) == "open" or not np.isfinite(move.money).all():
        return None
    told = (move.kg < 0) == (move.kg[0] < 0)  # draws of the other sign avoid nothing; they are few
    ratio = np.divide(move.money, -move.kg, out=np.full_like(move.kg, np.nan), where=told & (move.kg != 0))
    return orders.estimate(ratio[np.isfinite(ratio)], n=0)


def change(now: orders.Footprint, then: orders.Footprint) -> np.ndarray:
    """Change of kilograms an order, in draws that share the factors."""
    return total_an_order(now) - total_an_order(then)


def cost(one: orders.Footprint, *modes: str) -> float:
    """Money of delivering an order of these modes; NaN where no cost is known."""
    return orders.cost_per_order(one, one.of(*(modes or ONLINE)))[0]


def is_told(one: orders.Footprint) -> bool:
    """Whether all stages of the orders delivered can be told."""
    return not math.isnan(an_order(one).value)
