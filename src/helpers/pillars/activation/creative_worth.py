"""What a test is worth in money, where its figure is a purchase, and what it could see before it began."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.kpi import LEVEL, Z
from helpers.methods.experiment_power import curse, power_of_shares, smallest_relative_change
from helpers.methods.sample_size import required_n_per_group
from helpers.pillars.activation.creative import Test, names
from helpers.rollups import media_weeks

MONTHS, YEAR = 12, 365
POWER = 0.80


class Worth(NamedTuple):
    """Money of a year with the variant for everybody, less the same with the control.

    value, low, high : contribution margin, or revenue where the company states no rate.
    orders : purchases a day that it rests on; per_order : margin of one.
    is_above_books : the test counted more purchases than the books have orders in its days; then the books count.
    """

    value: float
    low: float
    high: float
    orders: float
    per_order: float
    is_above_books: bool


def sales(orders: object | None, found: list[Test], scope: Scope) -> pd.DataFrame:
    """Paid orders by day and market, from the first test or twelve months back; empty without orders."""
    if orders is None:
        return pd.DataFrame(columns=["ordered_on", "market", "n_orders", "revenue"])
    since = min([scope.period.before(MONTHS - 1).start, *(test.first_on for test in found)])
    return rollups.collect(media_weeks.sales_days(orders, since=since), may_be_empty=True)


def worth(test: Test, sold: pd.DataFrame, scope: Scope, *, purchase_metrics: str) -> Worth | None:
    """Money of a test that may be used and counts purchases; None for every other.

    Formula: relative effect x purchases a day x 365 x margin of an order; purchases a day are those of the test, both arms, and never
        more than the paid orders of the same days.
    """
    if not test.is_usable or test.is_money or test.metric.lower() not in names(purchase_metrics):
        return None
    own = sold if test.market == "ALL" else sold[sold["market"] == test.market]
    last = own[own["ordered_on"] >= pd.Timestamp(scope.period.before(MONTHS - 1).start)]
    n = float(last["n_orders"].sum())
    during = own[own["ordered_on"].between(pd.Timestamp(test.first_on), pd.Timestamp(test.last_on))]
    booked = float(during["n_orders"].sum()) / test.n_days
    if n < COUNTS_ONLY or not booked > 0:
        return None
    counted = float(test.days[["treated_wins", "control_wins"]].to_numpy().sum()) / test.n_days
    base = min(counted, booked)
    per_order = float(last["revenue"].sum()) / n * scope.margin_rate
    money = [effect * base * YEAR * per_order for effect in test.effect]
    return Worth(*money, base, per_order, counted > booked)


class Design(NamedTuple):
    """What a test could see: smallest relative change with a chance of .80, and for the change that is worth seeing its chance, the units
    an arm and the days that it needs, and by how much a test of this size exaggerates it where it finds it.
    """

    smallest: float
    power: float
    needed: float
    days: float
    exaggeration: float


def design(test: Test, *, worth_seeing: float) -> Design:
    """What a test of shares can see at its own size; NaN where the control had no success, or is a sum of money.

    Parameters
    ----------
    worth_seeing : smallest relative change that anyone would act on, above 0.

    Raises
    ------
    ValueError : it is not between 0 and 1.
    """
    if not 0 < worth_seeing < 1:
        raise ValueError(f"worth_seeing must be a share between 0 and 1, not {worth_seeing!r}")
    share, unknown = test.tested.effect.control, Design(*(math.nan,) * 5)
    wanted = share * (1 - worth_seeing if test.is_worse_up else 1 + worth_seeing)
    if test.is_money or test.few or not (0 < share < 1 and 0 < wanted < 1):
        return unknown
    n = test.n / 2
    needed = required_n_per_group(share, wanted, level=LEVEL, power=POWER)
    effect = test.tested.effect.absolute
    error = (effect.high - effect.low) / 2 / Z
    found = curse(wanted - share, error, level=LEVEL)
    return Design(
        smallest_relative_change(share, n, level=LEVEL, power=POWER),
        power_of_shares(share, wanted, n, level=LEVEL),
        needed,
        math.ceil(needed / n * test.n_days) if len(test.days) > 1 else math.nan,
        found.exaggeration,
    )
