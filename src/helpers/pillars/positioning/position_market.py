"""Market share by value and by units: its quarters, its year, and what launches took from the other lines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, periods, rollups
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import conquest
from helpers.methods.conquest import Taken
from helpers.methods.intervals import Estimate
from helpers.methods.launch_prices import AtPrice, taken_at_price
from helpers.periods import Period
from helpers.pillars.positioning.definitions import KPIS
from helpers.pillars.positioning.position import Known, Launch

MONTHS = 12
OWN_SELLER = "own"  # in the table of prices
NOTHING = Estimate(float("nan"), float("nan"), float("nan"), LEVEL, 0)
MEASURES = {"market_share_value": "sales_value", "market_share_units": "units"}


class Draw(NamedTuple):
    """A launch, what it took year on year, what it took of the house at an unchanged price, and its share of units by age in months."""

    launch: Launch
    taken: Taken
    from_house: Estimate
    by_age: pd.Series


def shares(found: Known) -> pd.DataFrame:
    """Own share of each month: month, value, units [shares], own_units."""
    months = found.months.assign(is_own=found.months["brand"].isin(found.own))
    total = months.groupby("month")[["sales_value", "units"]].sum()
    own = (
        months[months["is_own"]]
        .groupby("month")[["sales_value", "units"]]
        .sum()
        .reindex(total.index)
        .fillna(0.0)
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        made = (own / total).rename(columns={"sales_value": "value"})
    return made.assign(own_units=own["units"]).reset_index()


def share_of(found: Known, period: Period, measure: str) -> tuple[float, int]:
    """Own share of a measure in a period whose months are all there, and own units; NaN and 0 otherwise."""
    rows = found.months[found.months["month"].between(pd.Timestamp(period.start), pd.Timestamp(period.end))]
    asked = len(pd.period_range(period.start, period.end, freq="M"))
    own = rows[rows["brand"].isin(found.own)]
    if rows["month"].nunique() < asked or not rows[measure].sum() > 0:
        return float("nan"), 0
    return float(own[measure].sum() / rows[measure].sum()), round(float(own["units"].sum()))


def rows(found: Known, scope: Scope, reason: str) -> list[KpiRow]:
    """Rows of both shares with up to 13 periods of history."""
    made = []
    for name, measure in MEASURES.items():
        known = [(period, *share_of(found, period, measure)) for period in kpi.history(scope)]
        past = [
            kpi.row(KPIS[name], scope, value, n=n, period=period)
            for period, value, n in known[:-1]
            if value == value
        ]
        _, value, n = known[-1]
        made.append(
            kpi.compared(
                KPIS[name],
                [*past, kpi.row(KPIS[name], scope, value, n=n, reason="" if value == value else reason)],
                scope,
            )
        )
    return made


def year_on_year(found: Known, measure: str = "value") -> Estimate:
    """Change of the share over the last twelve months on the same months of the year before [points of share, 0-1]."""
    table = shares(found).set_index("month")[measure]
    now = table.iloc[-MONTHS:]
    then = table.reindex(now.index - pd.DateOffset(years=1))
    there = then.notna().to_numpy()
    return conquest.paired_change(now[there], then[there])


def by_period(rows: list[KpiRow], scope: Scope) -> pd.DataFrame:
    """History of both shares as a chart of lines needs it: period [label], value, measure."""
    named = {
        "market_share_value": text("by value", scope.language),
        "market_share_units": text("by units", scope.language),
    }
    start = scope.period.fiscal_year_start
    made = [
        {"period": periods.parse(one["period"], fiscal_year_start=start).label(scope.language), "value": one["value"], "measure": named[row.id]}
        for row in rows if row.id in named for one in row.history
    ]  # fmt: skip
    return pd.DataFrame(made, columns=["period", "value", "measure"]).astype({"value": float})


def draws(found: Known, prices: object | None = None) -> tuple[tuple[Draw, ...], Estimate]:
    """What each launch took, oldest first, and how the share of the house answers to its price.

    Parameters
    ----------
    prices : table `prices`, or None; the price of the house counts over that of its rivals, which takes out currencies.
    """
    volume = found.months.pivot_table(index="month", columns="brand", values="units", aggfunc="sum").fillna(
        0.0
    )
    at_price = _at_price(found, prices)
    made = []
    for launch in found.launches:
        taken = conquest.taken(volume, launch.line, list(found.own), first=launch.first)
        share = (volume[launch.line] / volume.sum(axis=1))[volume.index >= launch.first].reset_index(
            drop=True
        )
        made.append(Draw(launch, taken, at_price.taken[launch.line] if at_price else NOTHING, share))
    return tuple(made), at_price.elasticity if at_price else NOTHING


def _at_price(found: Known, prices: object | None) -> AtPrice | None:
    """The house's share over markets and months beside its launches and its price; None without prices of the house."""
    asked = ("observed_on", "market", "seller", "price", "regular_price")
    seen = (
        pd.DataFrame() if prices is None else rollups.collect(rollups.only(prices, *asked), may_be_empty=True)
    )
    if seen.empty or not found.launches or found.house not in set(found.months["brand"]):
        return None
    seen = seen.assign(month=pd.to_datetime(seen["observed_on"]).dt.to_period("M").dt.to_timestamp())
    is_own = seen["seller"].isin([OWN_SELLER, *found.own])
    # Rivals count at their regular price: it moves with the currency, and not with each of their promotions.
    by = ["month", "market"]
    own = seen[is_own].groupby(by)[["price", "regular_price"]].mean().unstack()
    rivals = seen[~is_own].groupby(by)["regular_price"].mean().unstack()
    if own.empty:
        return None
    price, regular = (
        own[name] / rivals.reindex_like(own[name]) if len(rivals) else own[name]
        for name in ("price", "regular_price")
    )
    usual = regular[regular.index < found.launches[0].first].mean()
    units = found.months.pivot_table(
        index="month", columns=["market", "brand"], values="units", aggfunc="sum"
    )
    total = units.T.groupby(level="market").sum().T

    def share(brand: str) -> pd.DataFrame:
        return (units.xs(brand, axis=1, level="brand").reindex(columns=total.columns) / total).astype(float)

    launched = {one.line: share(one.line).fillna(0.0) for one in found.launches if one.line != found.house}
    if not launched:
        return None
    price = price.reindex(index=total.index, columns=total.columns).astype(float)
    return taken_at_price(share(found.house), launched, price, usual=usual if usual.notna().any() else None)


def same_age(made: tuple[Draw, ...]) -> tuple[int, list[float]]:
    """Months of age that all launches have reached, and the share of units of each over its months up to that age."""
    age = min((len(one.by_age) for one in made), default=0)
    return age, [float(one.by_age.iloc[:age].mean()) for one in made]
