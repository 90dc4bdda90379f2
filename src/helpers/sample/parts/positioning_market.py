"""The market for machines: what each brand sells in seven countries each month.

Our units answer to the month's mean price of our machine with one elasticity. Each launch takes a known share of what it sells from our other lines. Competitors do
not react. None of it grows with the number of customers. The sizes are invented.
Source of the form: the constant-elasticity sales model, Wittink et al. (1988), SCAN*PRO.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from helpers.sample.parts import positioning_prices
from helpers.sample.parts.positioning_prices import FRANCS, LIST, RIVAL_LIST
from helpers.sample.parts.words import OWN_LINES, RIVALS
from helpers.sample.setting import MARKETS, MONTHS
from helpers.sample.truth import Estimand
from helpers.sample.world import World

CATEGORY, PANEL = "machines", "panel (invented)"
PLACES = (*MARKETS, "DE", "ES", "IT", "NL")
# fmt: off
UNITS = {"FR": 6_200, "BE": 950, "CH": 800, "DE": 7_000, "ES": 3_000, "IT": 4_500, "NL": 1_600}  # first month, no season
GROWTH = {"FR": 0.03, "BE": 0.06, "CH": 0.02, "DE": 0.08, "ES": 0.14, "IT": 0.05, "NL": 0.10}  # a year
HOUSEHOLDS = {"FR": 31.3, "BE": 5.1, "CH": 4.0, "DE": 41.3, "ES": 19.1, "IT": 26.2, "NL": 8.4}  # millions
OWN_SHARE = {"FR": 0.150, "BE": 0.110, "CH": 0.095}  # of units, at LIST and before any launch
RIVAL_SHARES = {  # of what we leave; the rest is "other"
    "FR": (0.33, 0.20, 0.13, 0.09, 0.07, 0.06), "BE": (0.38, 0.14, 0.15, 0.06, 0.07, 0.05), "CH": (0.30, 0.22, 0.12, 0.10, 0.05, 0.08),
    "DE": (0.42, 0.08, 0.10, 0.04, 0.11, 0.12), "ES": (0.28, 0.10, 0.09, 0.16, 0.05, 0.04), "IT": (0.35, 0.17, 0.06, 0.12, 0.04, 0.05),
    "NL": (0.45, 0.09, 0.14, 0.03, 0.08, 0.06),
}
SEASON = (0.96, 0.88, 0.92, 0.94, 1.00, 1.06, 1.04, 0.86, 0.94, 0.98, 1.14, 1.28)  # January first
# fmt: on
LINE_PRICE, OTHER_PRICE = (None, 89.0, 119.0), 74.0  # of the own lines that no price watch sees; of the rest
ELASTICITY, NOISE = -1.8, 0.03  # of our units to our price; log spread of a brand's month
LAUNCHES = {1: "2024-10-01", 2: "2026-02-01"}  # own line, first month
AIM, RAMP = {1: 0.040, 2: 0.032}, 3.0  # share of the market's units in the end; months to two thirds of it
TAKEN = {1: (0.38, 0.0, 0.0), 2: (0.30, 0.18, 0.0)}  # of a launch's units, from each own line
NEW = 0.15  # of a launch's units, from nobody; the rest is taken from the competitors in proportion
PERIODS = len(MONTHS)


@cache
def demand(place: str) -> np.ndarray:
    """Expected units of a market a month before what launches add.

    Formula: UNITS (1 + GROWTH)^(month / 12) SEASON.
    """
    month = np.arange(PERIODS)
    return UNITS[place] * (1 + GROWTH[place]) ** (month / 12) * np.array(SEASON)[MONTHS.month - 1]


@cache
def launched(line: int, place: str) -> np.ndarray:
    """Expected units a month of a launched line: demand x AIM (1 - exp(-age / RAMP)), the first month at half an age."""
    age = np.arange(PERIODS) - MONTHS.get_loc(pd.Period(LAUNCHES[line], "M")) + 0.5
    return demand(place) * AIM[line] * np.where(age > 0, 1 - np.exp(-np.maximum(age, 0) / RAMP), 0.0)


def taken(line: int, own: int, place: str) -> np.ndarray:
    """Expected units a month that a launch takes from an own line."""
    return TAKEN[line][own] * launched(line, place)


def sold(world: World, prices: pd.DataFrame) -> pd.DataFrame:
    """Table `market_sales`: every brand and own line of each market, month by month."""
    month = prices["observed_on"].dt.to_period("M")
    mean = prices.assign(month=month).groupby(["market", "seller", "month"])["price"].mean()
    rows = []
    for place in PLACES:
        rng, francs = world.rng(f"positioning market {place}"), FRANCS if place == "CH" else 1.0
        units = _units(place, mean[place, "own"].to_numpy() / francs if place in MARKETS else None)
        for brand, expected in units.items():
            noise = np.exp(NOISE * rng.standard_normal(PERIODS) - NOISE**2 / 2)
            made = np.round(expected * noise)
            price = _price(mean, place, brand, francs) * np.exp(0.01 * rng.standard_normal(PERIODS))
            rows.append(_rows(place, brand, made, price)[made > 0])
    return pd.concat(rows, ignore_index=True)


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `market_sales`."""
    yield "market_sales", sold(world, positioning_prices.watched(world))


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Growth of each market, the elasticity, and what each launch sold and took."""
    for place in PLACES:
        about = "Growth a year of the units of the market, without what launches add."
        yield Estimand("market_growth", GROWTH[place], "share", about, market=place)
    about = "Relative change of our machine's units with a relative change of its price, in logarithms."
    yield Estimand("price_elasticity", ELASTICITY, "elasticity", about, segment=OWN_LINES[0])
    for line, start in LAUNCHES.items():
        name, rest = OWN_LINES[line], 1 - sum(TAKEN[line]) - NEW
        period = f"{start}/2026-09-30"
        for place in MARKETS:
            units = launched(line, place).sum()
            yield Estimand(
                "launch_units",
                units,
                "units",
                "Expected units of the line since its launch.",
                period,
                place,
                name,
            )
        for other, share in enumerate(TAKEN[line]):
            if share:
                about = "Units of the launched line that were taken from this own line, as a share of all it sold."
                yield Estimand(
                    "launch_taken_share",
                    share,
                    "share",
                    about,
                    period,
                    segment=f"{name} from {OWN_LINES[other]}",
                )
                for place in MARKETS:
                    about = "Expected units that the launch took from this own line, at the own line's list price."
                    yield Estimand(
                        "launch_taken_units",
                        taken(line, other, place).sum(),
                        "units",
                        about,
                        period,
                        place,
                        f"{name} from {OWN_LINES[other]}",
                    )
        for what, share in (("all own lines", sum(TAKEN[line])), ("competitors", rest), ("nobody", NEW)):
            about = "Where the units of the launched line came from, as a share of all it sold."
            yield Estimand("launch_source", share, "share", about, period, segment=f"{name} from {what}")


def _units(place: str, price: np.ndarray | None) -> dict[str, np.ndarray]:
    """Expected units a month by brand; `price` is our machine's mean of the month in euro, None where we do not sell."""
    total, made = demand(place), {}
    own = OWN_SHARE.get(place, 0.0)
    rest = (1 - own) * total
    if price is not None:
        lost = sum(taken(line, 0, place) for line in LAUNCHES)
        made[OWN_LINES[0]] = (own * total - lost) * (price / LIST) ** ELASTICITY
        for line in LAUNCHES:
            loss = sum(taken(later, line, place) for later in LAUNCHES if later != line)
            made[OWN_LINES[line]] = launched(line, place) - loss
        rest = rest - sum((1 - sum(TAKEN[line]) - NEW) * launched(line, place) for line in LAUNCHES)
    shares = RIVAL_SHARES[place]
    made |= {name: share * rest for name, share in zip(RIVALS, shares, strict=True)}
    return made | {"other": (1 - sum(shares)) * rest}


def _price(mean: pd.Series, place: str, brand: str, francs: float) -> np.ndarray:
    """Mean price of a brand a month, in the currency of the market; the list price where no price watch looks."""
    seller = "own" if brand == OWN_LINES[0] else brand
    if place in MARKETS and (place, seller) in mean.index.droplevel("month"):
        return mean[place, seller].to_numpy()
    if brand in RIVALS:
        return np.full(PERIODS, RIVAL_LIST[RIVALS.index(brand)])
    return np.full(
        PERIODS, francs * (LINE_PRICE[OWN_LINES.index(brand)] if brand in OWN_LINES else OTHER_PRICE)
    )


def _rows(place: str, brand: str, units: np.ndarray, price: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": MONTHS.to_timestamp().as_unit("us"),
            "market": place,
            "category": CATEGORY,
            "brand": brand,
            "sales_value": np.round(units * price, 2),
            "units": units,
            "buyers_share": np.round(units / (1e6 * HOUSEHOLDS[place]), 8),
            "currency": "CHF" if place == "CH" else "EUR",
            "source": PANEL,
        }
    )
