"""Offers of a scenario side by side: the share of choices of each with its interval, and what its price does to it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.choice_coding import NONE, Coded
from helpers.methods.choice_fit import Fit
from helpers.methods.choice_tastes import simulated
from helpers.methods.choice_worth import price_refusal, refused
from helpers.methods.intervals import Estimate, check_level, equal_tailed

STEP = 1 + 1e-6  # of a price, for its elasticity


def encoded(data: Coded, scenario: pd.DataFrame, *, none: bool = True) -> tuple[pd.DataFrame, list[Said]]:
    """Offers as rows of the design, none of them last where people could choose it; and what is odd about them.

    Parameters
    ----------
    scenario : one row an offer: a column an attribute, the price, and `offer` for its name (else the index).
    none : False leaves "none" out.

    Raises
    ------
    DataError : an attribute is missing, a level was never shown, a price is no number, or two offers have one name.
    """
    names = _names(scenario)
    made = pd.DataFrame(0.0, index=names, columns=data.design.columns)
    for attribute, levels in data.attributes.items():
        for name, one in zip(names, _column(scenario, attribute), strict=True):
            if str(one) not in levels:
                raise DataError(
                    f'scenario: {attribute} "{one}" was shown to nobody. Use {", ".join(levels)}.'
                )
            if str(one) != levels[0]:
                made.loc[name, f"{attribute}: {one}"] = 1.0
    guards: list[Said] = []
    if data.price:
        price = pd.to_numeric(_column(scenario, data.price), errors="coerce").to_numpy(dtype=float)
        if not np.isfinite(price).all():
            raise DataError("scenario: a price is missing or no number. Give each offer its price.")
        made[data.price] = price
        if (price < data.prices[0]).any() or (price > data.prices[-1]).any():
            guards.append(said("a price lies outside those that people saw"))
    if none and data.has_none:
        made.loc[NONE] = 0.0
        made.loc[NONE, NONE] = 1.0
    return made, guards


def shares(
    fit: Fit,
    data: Coded,
    scenario: pd.DataFrame,
    *,
    level: float = 0.90,
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Share of choices of each offer of a scenario.

    Parameters
    ----------
    scenario : as in `encoded`; all offers that stand beside each other.

    Returns
    -------
    One row an offer, then none where people could choose it: offer, value [share 0-1], low, high; among_value, among_low, among_high
    among those who choose an offer at all; reason, empty where the shares can be told. They are shares of choices in the tasks, not of
    a market: no awareness, no distribution.

    Raises
    ------
    DataError : as `encoded`.

    Formula: exp(V_i) / sum over offers and none of exp(V_j); bounds are quantiles over draws of the coefficients.
    Source: Train (2009), Discrete Choice Methods with Simulation, ch. 3.
    """
    check_level(level)
    offers, _ = encoded(data, scenario)
    x = offers.to_numpy()
    why = refused(fit)
    value, drawn = simulated(fit, x, draws=draws, seed=seed)
    real = np.array([name != NONE or not data.has_none for name in offers.index])
    made = {"offer": list(offers.index)}
    for name, at in (("", 1.0), ("among_", None)):
        part, all_ = value, drawn
        if at is None:
            part = np.where(real, value / value[real].sum(), math.nan)
            all_ = np.where(real, drawn / drawn[:, real].sum(axis=1, keepdims=True), math.nan)
        low, high = equal_tailed(all_, level=level, axis=0)
        for key, numbers in (("value", part), ("low", low), ("high", high)):
            made[name + key] = np.full(len(offers), math.nan) if why else numbers
    return pd.DataFrame({**made, "reason": [why] * len(offers)})


def elasticity(
    fit: Fit,
    data: Coded,
    scenario: pd.DataFrame,
    *,
    offer: str,
    level: float = 0.90,
    draws: int = 2000,
    seed: int = 0,
) -> tuple[Estimate, Said | str]:
    """Change of an offer's share in per cent for one per cent of its price, the others as they are; and why there is none.

    Formula: d ln share / d ln price by a difference of a millionth; with one set of tastes b_price x price x (1 - share).
    Source: Train (2009), ch. 3.
    """
    offers, _ = encoded(data, scenario)
    at = place(offers, offer)
    why = price_refusal(fit, data, level=level) or refused(fit)
    if why:
        return Estimate(math.nan, math.nan, math.nan, level, fit.n_people), why
    x, price = offers.to_numpy(), fit.names.index(data.price)
    up = x.copy()
    up[at, price] *= STEP
    (value, drawn), (more, more_drawn) = (simulated(fit, one, draws=draws, seed=seed) for one in (x, up))
    low, high = equal_tailed(np.log(more_drawn[:, at] / drawn[:, at]) / math.log(STEP), level=level)
    made = math.log(more[at] / value[at]) / math.log(STEP)
    return Estimate(made, float(low), float(high), level, fit.n_people), ""


def _names(scenario: pd.DataFrame) -> list[str]:
    names = [str(name) for name in scenario.get("offer", scenario.index)]
    if len(set(names)) < len(names) or NONE in names:
        raise DataError(f'scenario: each offer needs a name of its own, other than "{NONE}". Name them in the column offer.')  # fmt: skip
    if not names:
        raise DataError("scenario: there is no offer. Give one row an offer.")
    return names


def _column(scenario: pd.DataFrame, name: str) -> pd.Series:
    if name not in scenario:
        raise DataError(f"scenario: the column {name} is missing. Give each offer a level of every attribute.")  # fmt: skip
    return scenario[name]


def place(offers: pd.DataFrame, offer: str) -> int:
    """Row of an offer in what `encoded` made; a ValueError lists the names there are."""
    if offer not in offers.index:
        raise ValueError(f'offer "{offer}" is unknown. Use {", ".join(map(str, offers.index))}.')
    return list(offers.index).index(offer)
