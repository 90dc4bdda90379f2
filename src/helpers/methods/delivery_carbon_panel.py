"""The what-if model of deliveries: kilograms and money when orders, ways or boxes change, computed alike in a reader's browser."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.methods.delivery_carbon_orders import Footprint

DRAWS = 400
SAME = 1e-9
SUREST = 0.99  # no model of chance knows what may be wrong with the data
FROM, TO = "home", "pick-up point"


class Moved(NamedTuple):
    """What an order emits and costs more when it goes to a pick-up point in place of home, in draws; draw 0 is the figure itself.

    kg : [1 + draws], of an order with the weight, volume and box of those brought home. without : the same without the way of the customer.
    money : [1 + draws].
    """

    kg: np.ndarray
    without: np.ndarray
    money: np.ndarray


def moved(found: Footprint, money: np.ndarray) -> Moved | None:
    """What moving one order does; None where one of the two modes is missing or nobody was asked how customers come.

    Parameters
    ----------
    money : [1 + draws], cost of an order at a pick-up point less that of one home.

    Formula: volume x pick-up point - weight x tour + kilometres x their emission, of the means of orders brought home.
    """
    home, collected = found.of(FROM), found.of(TO)
    if not home.any() or not collected.any():
        return None
    own = found.groups.loc[home, ["n_orders", "weight_kg", "volume_l"]].sum()
    weight, volume = own["weight_kg"] / own["n_orders"], own["volume_l"] / own["n_orders"]
    without = volume * found.rate.pickup - weight * found.rate.tour + np.zeros(len(found.kg))
    car, bus = _ways(found, collected)
    kg = without + car + bus
    return None if not np.isfinite(kg).all() else Moved(kg, without, money)


def table(
    found: Footprint, change: Moved, *, modes: tuple[str, ...], level: float = 0.90, draws: int = DRAWS
) -> dict:
    """Constants and draws of the panel.

    Parameters
    ----------
    modes : whose orders are counted, those without the ones bought in a store.
    change : as `moved` makes it.

    Returns
    -------
    constants : orders, home [orders a period], cost [money a period], point [the draw that is the figure], level. draws : boxes, rest [kg a
    period], step [kg without ways, of all orders home], car, step_car, bus, step_bus [kg a period], money [of all orders home], rounded.
    """
    chosen, collected = found.of(*modes), found.of(TO)
    n_home = float(found.groups.loc[found.of(FROM), "n_orders"].sum())
    stages = found.kg[:, chosen].sum(axis=1)
    n = found.groups["n_orders"].to_numpy()
    car = (found.km[:, chosen, 0] * n[chosen]).sum(axis=1) * found.rate.car
    bus = (found.km[:, chosen, 1] * n[chosen]).sum(axis=1) * found.rate.bus
    each_car, each_bus = _ways(found, collected)
    columns = (
        stages[:, 0], stages[:, 1] + stages[:, 2], n_home * change.without, car, n_home * each_car, bus, n_home * each_bus, n_home * change.money,
    )  # fmt: skip
    rows = np.column_stack([np.broadcast_to(one, len(found.kg)) for one in columns])
    some = np.unique(np.linspace(1, len(rows) - 1, min(draws, len(rows) - 1)).astype(int))
    rounded = [[float(f"{value:.5g}") for value in row] for row in rows[np.r_[0, some]]]
    own = found.groups[chosen]
    cost = float(own["cost"].sum() / own["n_cost"].sum() * own["n_orders"].sum()) if own["n_cost"].sum() else 0.0  # fmt: skip
    constants = {"orders": float(own["n_orders"].sum()), "home": n_home, "cost": round(cost, 2), "point": rounded[0], "level": level}  # fmt: skip
    return {"constants": constants, "draws": rounded[1:]}


def scenario(inputs: dict, constants: dict, draws: list[list[float]]) -> dict:
    """Kilograms and money of a period when orders move, customers come otherwise, boxes weigh less.

    Parameters
    ----------
    inputs : moved [share of orders brought home that go to a pick-up point], cars [change of the ways by car, share; those that fall away are
    on foot or by bicycle], distance [change of the length of ways, share], boxes [change of the weight of boxes, share].
    constants, draws : as `table` makes them.

    Returns
    -------
    figures : kg [an order], change [kg a period], money [a period, delivery alone], cost [money a period], chance [of fewer kilograms;
    infinite where nothing is moved]; each (value, low, high). case : "today", "likely" where at least nine draws in ten save, "unlikely"
    where at most one does, else "open".

    Formula: boxes (1 + b) + rest + m step + (1 + c)(1 + d)(car + m step_car) + (1 + d)(bus + m step_bus).
    """
    m, c, d, b = (float(inputs[name]) for name in ("moved", "cars", "distance", "boxes"))
    rows = np.asarray([constants["point"], *draws], dtype=float)
    boxes, rest, step, car, step_car, bus, step_bus, money = rows.T
    today = boxes + rest + car + bus
    ways = (1 + c) * (1 + d) * (car + m * step_car) + (1 + d) * (bus + m * step_bus)
    kg = boxes * (1 + b) + rest + m * step + ways
    change = kg - today
    is_moved = any(abs(one) >= SAME for one in (m, c, d, b))
    share = float((change[1:] < 0).sum() / len(draws))
    chance = min(max(share, 1 - SUREST), SUREST) if is_moved else math.inf
    tails = (1 - constants["level"]) / 2, (1 + constants["level"]) / 2
    spent = constants["cost"] + m * money
    case = "today" if not is_moved else "likely" if chance >= 0.9 else "unlikely" if chance <= 0.1 else "open"
    return {
        "figures": {
            "kg": _told(kg / constants["orders"], tails),
            "change": _told(change, tails) if is_moved else [0.0, None, None],
            "money": _told(m * money, tails) if m >= SAME else [0.0, None, None],
            "cost": _told(spent, tails) if m >= SAME else [float(spent[0]), None, None],
            "chance": [chance, None, None],
        },
        "case": case,
    }


def _ways(found: Footprint, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kilograms an order by car and by public transport, total over total of these groups."""
    n = found.groups["n_orders"].to_numpy()[groups]
    km = (found.km[:, groups] * n[:, None]).sum(axis=1) / n.sum()
    return km[:, 0] * found.rate.car, km[:, 1] * found.rate.bus


def _told(values: np.ndarray, tails: tuple[float, float]) -> list[float]:
    """The figure itself, and the smallest draws that at least these shares do not exceed."""
    ordered = np.sort(values[1:])
    return [
        float(values[0]),
        *(float(ordered[max(math.ceil(at * len(ordered) - 1e-9), 1) - 1]) for at in tails),
    ]
