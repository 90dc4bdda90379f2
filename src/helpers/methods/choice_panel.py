"""The what-if model of a price: share and margin of an offer at its price and attributes, computed alike in a reader's browser."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said
from helpers.methods.choice_classes import Classes
from helpers.methods.choice_coding import NONE, Coded
from helpers.methods.choice_fit import Fit
from helpers.methods.choice_shares import encoded, place
from helpers.methods.choice_tastes import Mixed
from helpers.methods.choice_worth import draws_of, price_refusal, refused

NUMBERS = 5_000  # of all draws together, where there are classes
POINTS = 21  # prices of the picture; one less is a multiple of 4, where its marks stand
SAME = 1e-9  # a price this near to today's, as a share of it, is today's


def refusal(fit: Fit, data: Coded, *, level: float = 0.90) -> Said | str:
    """Why there can be no panel; an empty text where there can."""
    return price_refusal(fit, data, level=level) or refused(fit)


def constants_of(
    fit: Fit,
    data: Coded,
    scenario: pd.DataFrame,
    *,
    own: str,
    unit_cost: float,
    extra_costs: Mapping[str, Mapping[str, float]] | None = None,
    vat_rate: float = 0.0,
    level: float = 0.90,
    draws: int | None = None,
    seed: int = 0,
) -> dict:
    """Constants and draws of the panel.

    Parameters
    ----------
    fit : one set of tastes, or classes of people.
    scenario : the own offer as it is today and the offers beside it, as in `choice_shares.encoded`.
    own : name of the own offer. unit_cost : variable cost of one at its levels of today, before tax.
    extra_costs : what a level costs more than the one of today, by attribute and level; those not named cost nothing more.
    vat_rate : tax inside the price that people saw. draws : by default 400, or as many as a page has room for.

    Returns
    -------
    constants : inputs [names of the choices, one an attribute, `attribute_1` …], attributes [their names], options [`level_1` … of
    each], levels [their names], columns [column of each level, -1 for the reference], costs [extra cost of each level], price, none
    [column], today [price, option of each attribute], rivals [utility: price, columns], coefficients, tested [lowest, highest price],
    prices [of the picture], unit_cost, vat_rate, level, kinds [number of classes], width [columns]. draws : coefficients, rounded; of several
    classes those of each, then their sizes.

    Raises
    ------
    DataError : nothing can be told (`refusal` says so beforehand), or as `encoded`. ValueError : the own offer is unknown.
    """
    if why := refusal(fit, data, level=level):
        raise DataError(f"choices: {why}. Show the reason in place of the panel.")
    if unit_cost >= data.prices[-1] / (1 + vat_rate):
        raise DataError(
            f"choices: a unit costs {unit_cost:g}, no less than the highest price before tax. Mend the cost or the tax."
        )
    rows, kinds = _rows(fit, draws, seed)
    offers, _ = encoded(data, scenario, none=False)
    at, columns = place(offers, own), list(offers.columns)
    price, extra = columns.index(data.price), extra_costs or {}
    x, names = offers.to_numpy(), list(data.attributes)
    of = [[-1, *(columns.index(f"{name}: {one}") for one in levels[1:])] for name, levels in data.attributes.items()]  # fmt: skip
    options = [[f"level_{k + 1}" for k in range(len(levels))] for levels in data.attributes.values()]
    now = [max((k for k, c in enumerate(one) if c >= 0 and x[at, c]), default=0) for one in of]
    rivals = [
        [float(row[price]), [int(c) for c in np.flatnonzero(row) if c != price]]
        for k, row in enumerate(x)
        if k != at
    ]
    constants = {
        "inputs": [f"attribute_{k + 1}" for k in range(len(names))],
        "attributes": names,
        "options": options,
        "levels": [list(levels) for levels in data.attributes.values()],
        "columns": of,
        "costs": [
            [float(extra.get(name, {}).get(one, 0.0)) for one in data.attributes[name]] for name in names
        ],
        "price": price,
        "none": columns.index(NONE) if data.has_none else -1,
        "today": {"price": float(x[at, price]), "options": [options[k][p] for k, p in enumerate(now)]},
        "rivals": rivals,
        "coefficients": [_rounded(v) for v in rows[0]],
        "kinds": kinds,
        "width": len(columns),
        "tested": [data.prices[0], data.prices[-1]],
        "prices": [round(float(p), 6) for p in np.linspace(data.prices[0], data.prices[-1], POINTS)],
        "unit_cost": float(unit_cost),
        "vat_rate": float(vat_rate),
        "level": level,
    }
    return {"constants": constants, "draws": [[_rounded(v) for v in row] for row in rows[1:]]}


def _rows(fit: Fit, draws: int | None, seed: int) -> tuple[np.ndarray, int]:
    """The estimate, then its draws, as many as a page has room for; and the number of classes."""
    if isinstance(fit, Mixed):
        raise ValueError("the panel takes one set of tastes or classes of people, not a mixed logit")
    if not isinstance(fit, Classes):
        return np.vstack([fit.coefficients, draws_of(fit, draws=draws or 400, seed=seed)]), 1
    kinds = len(fit.sizes)
    sizes, worths = fit.draw(draws=draws or NUMBERS // (kinds * (len(fit.names) + 1)), seed=seed)
    return np.hstack([worths.reshape(len(worths), -1), sizes]), kinds


def scenario(inputs: dict, constants: dict, draws: list[list[float]]) -> dict:
    """Share of choices and margin of the own offer at a price and levels, beside today's.

    Parameters
    ----------
    inputs : price [money, with tax], and under each name of constants["inputs"] one of its options.
    constants, draws : as `constants_of` makes them.

    Returns
    -------
    figures : share [0-1], revenue, margin [money a hundred people asked, before tax], change [of the margin against today's], chance
    [share of draws in which it is above 0; infinite where nothing is moved], each (value, low, high), bounds None where there are none.
    curve : margin over price at these levels (x, value, low, high), target [margin at this price], mark [place of the price on x].
    case : "today" where nothing is moved, "beyond" where people saw no such price, "likely" where at least nine draws in ten gain,
    "unlikely" where at most one does, else "open".

    Formula: share = 1 / (1 + sum over rivals and none of exp(V_j - V)); margin = 100 share (price / (1 + vat_rate) - cost).
    """
    tails = (1 - constants["level"]) / 2, (1 + constants["level"]) / 2
    known, sizes = _tastes(constants, draws)
    price, today = inputs["price"], constants["today"]
    options = [inputs[name] for name in constants["inputs"]]
    moved = abs(price / today["price"] - 1) >= SAME or options != today["options"]
    others = _others(constants, known)
    own, cost = _own(constants, known, options)
    share, margin = _earned(constants, known, sizes, others, own, cost, price)
    before = _earned(
        constants, known, sizes, others, *_own(constants, known, today["options"]), today["price"]
    )[1]
    change = margin - before
    chance = float((change[1:] > 0).sum() / len(draws)) if moved else math.inf
    lowest, highest = constants["tested"]
    case = (
        "today" if not moved
        else "beyond" if not lowest <= price <= highest
        else "likely" if chance >= 0.9
        else "unlikely" if chance <= 0.1
        else "open"
    )  # fmt: skip
    lines = [
        _told(_earned(constants, known, sizes, others, own, cost, one)[1], tails)
        for one in constants["prices"]
    ]
    first, last = constants["prices"][0], constants["prices"][-1]
    return {
        "figures": {
            "share": _told(share, tails),
            "revenue": _told(100 * share * (price / (1 + constants["vat_rate"])), tails),
            "margin": _told(margin, tails),
            "change": _told(change, tails) if moved else [0.0, None, None],
            "chance": [chance, None, None],
        },
        "curve": {
            "x": constants["prices"],
            "value": [one[0] for one in lines],
            "low": [one[1] for one in lines],
            "high": [one[2] for one in lines],
            "target": float(margin[0]),
            "mark": (len(lines) - 1) * (price - first) / (last - first),
        },
        "case": case,
    }


def _tastes(constants: dict, draws: list[list[float]]) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients, the estimate first [draw and class, column], and sizes [draw, class]."""
    rows = np.vstack([constants["coefficients"], np.asarray(draws, dtype=float)])
    kinds, width = constants["kinds"], constants["width"]
    sizes = rows[:, kinds * width :] if kinds > 1 else np.ones((len(rows), 1))
    return rows[:, : kinds * width].reshape(-1, width), sizes


def _others(constants: dict, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Largest utility of rivals and none in each draw, and the sum of all after it is taken out."""
    made = [
        sum((known[:, c] for c in columns), known[:, constants["price"]] * price)
        for price, columns in constants["rivals"]
    ]
    if constants["none"] >= 0:
        made.append(known[:, constants["none"]])
    if not made:
        return np.zeros(len(known)), np.zeros(len(known))
    top = np.max(made, axis=0)
    return top, sum(np.exp(one - top) for one in made)


def _own(constants: dict, known: np.ndarray, options: list[str]) -> tuple[np.ndarray, float]:
    """Utility of the own offer without its price, and its cost."""
    utility, cost = np.zeros(len(known)), constants["unit_cost"]
    for names, columns, costs, option in zip(
        constants["options"], constants["columns"], constants["costs"], options, strict=True
    ):
        at = names.index(option)
        cost += costs[at]
        if columns[at] >= 0:
            utility = utility + known[:, columns[at]]
    return utility, cost


def _earned(constants, known, sizes, others, own, cost, price) -> tuple[np.ndarray, np.ndarray]:
    """Share and margin of the own offer in each draw, the estimate first."""
    top, rest = others
    each = 1 / (1 + rest * np.exp(top - (own + known[:, constants["price"]] * price)))
    share = sum((sizes * each.reshape(sizes.shape)).T)
    return share, 100 * share * (price / (1 + constants["vat_rate"]) - cost)


def _told(made: np.ndarray, tails: tuple[float, float]) -> list[float]:
    """The estimate, and the smallest draws that at least these shares do not exceed."""
    ordered = np.sort(made[1:])
    bounds = [float(ordered[max(math.ceil(at * len(ordered) - 1e-9), 1) - 1]) for at in tails]
    return [float(made[0]), *bounds]


def _rounded(value: float) -> float:
    return float(f"{value:.5g}")
