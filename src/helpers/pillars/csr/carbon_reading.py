"""What the page on carbon reads: deliveries of the period and of the year before, orders, visits, advertisements, factors of the day."""

from __future__ import annotations

import math
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import factors, rollups
from helpers.company import Scope
from helpers.errors import DataError
from helpers.factors import Factor
from helpers.i18n import said
from helpers.methods import delivery_carbon_orders as orders
from helpers.periods import Period
from helpers.rollups import carbon as rows

SEED = 20260930
DRAWS = 400


class Read(NamedTuple):
    """Small tables of the page.

    deliveries : rows by code of the period, those of the page and of earlier ones. ordered : paid orders by market and mode, None where the
    table is missing. visits, shown : None where missing. conversions : credited to media by the company's own tool, NaN where unknown.
    book : factors that hold on the last day of the page's period, for all periods, so that a new factor never looks like a change.
    own : the company's factors. drawn : factors of delivery in draws.
    """

    deliveries: dict[str, pd.DataFrame]
    ordered: pd.DataFrame | None
    visits: pd.DataFrame | None
    shown: pd.DataFrame | None
    conversions: float
    book: dict[str, Factor]
    own: pd.DataFrame | None
    drawn: dict[str, np.ndarray]
    day: date


def read(deliveries: Any, given: dict[str, Any], scope: Scope, *, periods_back: int) -> Read:
    """Bring what the page needs to small tables.

    Parameters
    ----------
    deliveries : table `deliveries`. given : tables `orders`, `site_daily`, `media_spend`, `media_conversions`, `co2_factors` by name, None
    where they are missing. periods_back : how many periods before the page's are read, for its history.

    Raises
    ------
    DataError : nothing was delivered in the period, or an own factor is in another unit.
    """
    period = scope.period
    every = _delivered(deliveries, [period.before(n) for n in range(periods_back, -1, -1)])
    if every[period.code].empty:
        raise DataError(f"deliveries: nothing was delivered in {period.code}. Import the table, or choose another period.")  # fmt: skip
    own = None if given.get("co2_factors") is None else rollups.collect(given["co2_factors"], may_be_empty=True)  # fmt: skip
    book = factors.factors(period.end, own=own)
    delivery = factors.factors(period.end, own=own, files=("delivery",))
    drawn = orders.factor_draws(factors.values(delivery), factors.doubts(delivery), draws=DRAWS, rng=np.random.default_rng(SEED))  # fmt: skip
    span = {"since": period.start, "until": period.end}
    return Read(
        every,
        _maybe(rows.orders_by_mode, given.get("orders"), span),
        _maybe(rows.visits_by_device, given.get("site_daily"), span),
        _maybe(rows.shown_by_channel, given.get("media_spend"), span),
        _counted(given.get("media_conversions"), span), book, own, drawn, period.end,
    )  # fmt: skip


def _delivered(deliveries: Any, periods: list[Period]) -> dict[str, pd.DataFrame]:
    """Deliveries by code of the period."""
    table = rollups.collect(rows.delivery_rows(deliveries, since=periods[0].start, until=periods[-1].end), may_be_empty=True)  # fmt: skip
    days = table["month"].dt.date
    return {one.code: table[(days >= one.start) & (days <= one.end)].reset_index(drop=True) for one in periods}  # fmt: skip


def _maybe(rollup: Any, table: Any, span: dict[str, date]) -> pd.DataFrame | None:
    if table is None:
        return None
    made = rollups.collect(rollup(table, **span), may_be_empty=True)
    return made.sort_values(
        [name for name in made if made[name].dtype.kind not in "fiu"], kind="stable", ignore_index=True
    )


def _counted(conversions: Any, span: dict[str, date]) -> float:
    if conversions is None:
        return math.nan
    made = rollups.collect(rows.own_conversions(conversions, **span), may_be_empty=True)
    total = float(made["conversions"].fillna(0).sum()) if len(made) else 0.0
    return total or math.nan


def footprint(found: Read, period: Period, *, goods: str) -> orders.Footprint | None:
    """What the deliveries of a period emit; None where there is none or where its amounts are not told."""
    table = found.deliveries.get(period.code)
    if table is None or table.empty:
        return None
    # the draws of ways differ from period to period, those of factors are the same
    seed = SEED + sum(ord(sign) * (at + 1) for at, sign in enumerate(period.code))
    return orders.footprint(table, found.drawn, goods=goods, rng=np.random.default_rng(seed))


NOT_ASKED = said(
    "nobody was asked how customers came to collect, or how far by car, so a part of the way is unknown"
)
