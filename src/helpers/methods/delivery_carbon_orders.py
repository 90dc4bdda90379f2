"""Kilograms of CO2e of all orders delivered, by mode and stage, with the doubt of factors and of ways not asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods import delivery_carbon as model
from helpers.methods import delivery_carbon_trips as trips
from helpers.methods.intervals import Estimate

NORMAL_95 = 1.959963984540054
AMOUNTS = ("weight_kg", "volume_l")


class Footprint(NamedTuple):
    """What orders emit, in as many draws as there are; draw 0 is the figure itself.

    groups : one row a market and mode: market, mode, n_orders, weight_kg, volume_l, packaging_kg, cost, n_cost [orders whose cost is known],
        n_weight, n_packaging [orders whose weight and volume, and whose box are known]. kg : [1 + draws, group, stage]. rate : what each unit
    of activity emits. ways : how customers came. km : [1 + draws, group, 2], kilometres an order by car and by public transport. level : of intervals.
    """

    groups: pd.DataFrame
    kg: np.ndarray
    rate: model.Rates
    ways: trips.Ways
    km: np.ndarray
    level: float

    def of(self, *modes: str) -> np.ndarray:
        """Which groups have one of these modes."""
        return self.groups["mode"].isin(modes).to_numpy()


def factor_draws(
    values: Mapping[str, float], doubts: Mapping[str, float], *, draws: int, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Factors in each draw; the first is the factor itself, and one draw of a factor holds for all rows that it meets.

    Parameters
    ----------
    doubts : half-width of the 95 % interval as a share of the value; factors that are not named have none.

    Returns
    -------
    By id an array [1 + draws]: value x exp(s z), s = ln(1 + doubt) / 1.96, so that the value is the middle and 95 % lie within a factor of
    1 + doubt.
    """
    made = {}
    for name, value in values.items():
        spread = math.log1p(doubts.get(name, 0.0)) / NORMAL_95
        z = rng.standard_normal(draws) if spread else np.zeros(draws)
        made[name] = value * np.concatenate([[1.0], np.exp(spread * z)])
    return made


def footprint(
    deliveries: pd.DataFrame,
    drawn: Mapping[str, np.ndarray],
    *,
    goods: str = "other",
    rng: np.random.Generator,
    level: float = 0.90,
) -> Footprint:
    """What the orders of some deliveries emit.

    Parameters
    ----------
    deliveries : rows of table `deliveries`: market, mode, trip, distance_km, n_orders, weight_kg, volume_l, packaging_kg, cost [totals of a
        row]. A row without weight or volume has the mean of its market and mode; one without a box that of the model.
    drawn : factors by id as `factor_draws` makes them.

    Returns
    -------
    Footprint. Where nobody was asked how customers came, the stage "collection" is NaN.

    Raises
    ------
    DataError : a column is missing, an amount is negative, or no row has a weight or a volume.

    Formula: delivery_carbon.parcel of the totals of a market and mode; boxes of unknown weight by row, since they grow with the surface.
    """
    rows = _filled(_checked(deliveries))
    rate = model.rates(drawn, goods=goods)
    groups = _groups(rows)
    found = trips.ways(rows)
    draws = len(next(iter(drawn.values()))) - 1
    ways = trips.kilometres(found, draws=draws, rng=rng)
    sources = {(row.market, row.mode): row.source for row in found.table.itertuples()}
    kg, km = (
        np.zeros((1 + draws, len(groups), len(model.STAGES))),
        np.zeros((1 + draws, len(groups), 2)),
    )
    for at, row in enumerate(groups.itertuples()):
        if row.mode in model.COLLECTED:
            km[:, at] = ways.get((sources[row.market, row.mode], row.mode), np.nan)
        made = model.parcel(row.mode, weight_kg=row.weight_kg, volume_l=row.volume_l, packaging_kg=0.0, rate=rate)  # fmt: skip
        boxes = rate.order * row.n_orders + rate.box * (row.packaging_kg + rate.cardboard * row.surface)
        kg[:, at, 0] = 0.0 if row.mode == "store" else boxes
        kg[:, at, 1] = made["storage"] + rate.platform * (row.n_orders - 1)
        kg[:, at, 2] = made["transport"]
        kg[:, at, 3] = row.n_orders * (km[:, at, 0] * rate.car + km[:, at, 1] * rate.bus)
    return Footprint(groups.drop(columns="surface"), kg, rate, found, km, level)


def per_order(found: Footprint, groups: np.ndarray | None = None) -> np.ndarray:
    """Kilograms an order by stage in each draw [1 + draws, stage], total over total of these groups; NaN where there is none."""
    chosen = np.ones(len(found.groups), dtype=bool) if groups is None else np.asarray(groups)
    n = float(found.groups.loc[chosen, "n_orders"].sum())
    return found.kg[:, chosen].sum(axis=1) / n if n else np.full(found.kg.shape[::2], np.nan)


def estimate(drawn: np.ndarray, *, n: float, level: float = 0.90) -> Estimate:
    """The figure (draw 0) with the interval that its draws leave in the middle; NaN where it cannot be told."""
    value = float(drawn[0])
    if not np.isfinite(drawn).all():
        return Estimate(math.nan, math.nan, math.nan, level, int(n))
    low, high = np.quantile(drawn[1:], [(1 - level) / 2, (1 + level) / 2]) if len(drawn) > 1 else (value, value)  # fmt: skip
    return Estimate(value, min(float(low), value), max(float(high), value), level, int(n))


def cost_per_order(found: Footprint, groups: np.ndarray) -> tuple[float, float]:
    """Money of delivering an order, total over total of rows whose cost is known, and how many orders that are; NaN where none is."""
    own = found.groups.loc[groups]
    n = float(own["n_cost"].sum())
    return (float(own["cost"].sum()) / n if n else math.nan), n


def _checked(deliveries: pd.DataFrame) -> pd.DataFrame:
    needed = ("market", "mode", "trip", "distance_km", "n_orders", "weight_kg", "volume_l", "packaging_kg", "cost")  # fmt: skip
    if missing := [name for name in needed if name not in deliveries]:
        raise DataError(f"deliveries: column {missing[0]} is missing. Give {', '.join(needed)}.")
    rows = deliveries.loc[deliveries["n_orders"] > 0, list(needed)].copy()
    for name in ("distance_km", "n_orders", "weight_kg", "volume_l", "packaging_kg", "cost"):
        rows[name] = rows[name].astype(float)
        if (rows[name] < 0).any():
            raise DataError(f"deliveries: {name} is {rows[name].min():g} in a row, and nothing is delivered with less than 0. Correct the export.")  # fmt: skip
    for name in ("market", "mode"):
        rows[name] = rows[name].astype(str)
    return rows.reset_index(drop=True)


def _filled(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with weight and volume each; `is_weighed` says where both were there."""
    made = rows.assign(is_weighed=rows[list(AMOUNTS)].notna().all(axis=1))
    for name in AMOUNTS:
        each = rows[name] / rows["n_orders"]
        told = rows.dropna(subset=name)
        if len(rows) and told.empty:
            raise DataError(f"deliveries: no row has a {name}, so nothing can be computed. Map the column, or put in the mean of a parcel.")  # fmt: skip
        for keys in (["market", "mode"], ["mode"]):
            sums = told.groupby(keys)[[name, "n_orders"]].sum()
            mean = (sums[name] / sums["n_orders"]).rename("mean")
            each = each.fillna(rows[keys].merge(mean, how="left", left_on=keys, right_index=True)["mean"])
        each = each.fillna(told[name].sum() / told["n_orders"].sum() if len(told) else math.nan)
        made[name] = each * rows["n_orders"]
    return made


def _groups(rows: pd.DataFrame) -> pd.DataFrame:
    """Totals by market and mode; `surface` is the sum of volume ** (2 / 3) of the parcels whose box is not known."""
    is_boxed, is_costed = rows["packaging_kg"].notna(), rows["cost"].notna()
    each = rows.assign(
        packaging_kg=rows["packaging_kg"].fillna(0.0), cost=rows["cost"].fillna(0.0),
        surface=np.where(is_boxed, 0.0, rows["n_orders"] * (rows["volume_l"] / rows["n_orders"]) ** (2 / 3)),
        n_cost=rows["n_orders"].where(is_costed, 0.0), n_weight=rows["n_orders"].where(rows["is_weighed"], 0.0),
        n_packaging=rows["n_orders"].where(is_boxed, 0.0),
    )  # fmt: skip
    sums = ["n_orders", *AMOUNTS, "packaging_kg", "cost", "n_cost", "n_weight", "n_packaging", "surface"]
    made = each.groupby(["market", "mode"], as_index=False)[sums].sum()
    rank = {name: at for at, name in enumerate(model.MODES)}
    return made.sort_values(["market", "mode"], key=lambda one: one.map(rank) if one.name == "mode" else one, ignore_index=True)  # fmt: skip
