"""What do basket reminders bring? Baskets left, recovery against the holdout, and the figures of the page."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.clusters import Difference, clustered_difference, clustered_share
from helpers.methods.randomisation import SampleRatio, sample_ratio
from helpers.periods import Period
from helpers.pillars.crm.definitions import KPIS

MONTHS = 12  # of baskets in the effect: one month alone is too few to tell it


class Known(NamedTuple):
    """Baskets of a page.

    left : rollup `left_baskets` with person [number], over_on [last day of its window], is_reminded [by lot], is_recovered,
        margin and cost [of the reminder sent; money], sorted. months : rollup `basket_months` with person [number; -1: a guest] in place of the customer.
        days : length of the window. planned : share held out that was planned.
    """

    left: pd.DataFrame
    months: pd.DataFrame
    days: int
    planned: float


class Effect(NamedTuple):
    """What the reminders of some months changed, a basket: orders, margin before and after the cost of sending [money]."""

    orders: Difference
    margin: Difference
    cost: float
    ratio: SampleRatio

    @property
    def net(self) -> tuple[float, float, float]:
        """Margin a reminder after its cost, with bounds."""
        return tuple(figure - self.cost for figure in self.margin.absolute[:3])

    @property
    def is_told(self) -> bool:
        """Whether the lot holds and both arms are large enough for a figure."""
        return self.ratio.verdict == "as planned" and self.margin.error > 0 and self.orders.error > 0


def known(
    carts: Any, orders: Any, scope: Scope, *, days: int, planned: float, cost: float, cost_sms: float
) -> Known:
    """Read what the page needs from the tables `carts` and `orders`.

    Parameters
    ----------
    days : an order counts for a basket until the end of the day this many days later.
    planned : share of baskets that the lot was to hold out, between 0 and 1.
    cost, cost_sms : of one message [money].

    Raises
    ------
    ValueError : a parameter is outside its range.
    """
    if not (1 <= days <= 60 and 0 < planned < 1 and cost >= 0 and cost_sms >= 0):
        raise ValueError(
            f"days must be 1 to 60, planned a share between 0 and 1 and costs at least 0, not {days}, {planned}, {cost}, {cost_sms}"
        )
    left = rollups.collect(rollups.left_baskets(carts, orders, days=days), may_be_empty=True)
    left = left.sort_values(["customer_id", "created_on", "cart_id"], ignore_index=True)
    months = rollups.collect(rollups.basket_months(carts), may_be_empty=True)
    left["person"] = pd.factorize(left["customer_id"])[0]
    months["person"] = pd.factorize(months["customer_id"])[0]  # -1: a guest
    left["over_on"] = left["created_on"] + pd.Timedelta(days=days)
    left["is_reminded"] = ~left["is_held_out"].astype(bool)
    left["is_recovered"] = left["n_orders"] > 0
    left["margin"] = left["revenue"] * scope.margin_rate
    # What was drawn and not sent cost nothing.
    left["cost"] = np.where(left["reminder_channel"] == "sms", cost_sms, cost) * left["reminded_at"].notna()
    return Known(
        left.drop(columns=["customer_id", "cart_id"]), months.drop(columns="customer_id"), days, planned
    )


def pooled(baskets: Known, period: Period) -> pd.DataFrame:
    """Baskets of the twelve months to the period's end whose window is over by then."""
    return baskets.left[_is_pooled(baskets.left, period)]


def _is_pooled(left: pd.DataFrame, period: Period) -> pd.Series:
    return (left["created_on"] >= at(period.before(MONTHS - 1).start)) & (left["over_on"] <= at(period.end))


def effect(baskets: Known, period: Period) -> Effect:
    """What a reminder changed over the pooled months: baskets drawn to be reminded against those held out."""
    names = ["is_reminded", "person", "n_orders", "margin", "cost"]
    some = baskets.left.loc[_is_pooled(baskets.left, period), names]
    n_reminded = int(some["is_reminded"].sum())
    ratio = sample_ratio(
        [n_reminded, len(some) - n_reminded], [1 - baskets.planned, baskets.planned]
    )  # fmt: skip
    arms = (some["is_reminded"], some["person"])
    orders = clustered_difference(some["n_orders"], *arms, level=LEVEL)
    margin = clustered_difference(some["margin"], *arms, level=LEVEL)
    sending = float(some.loc[some["is_reminded"], "cost"].mean()) if n_reminded else 0.0
    return Effect(orders, margin, sending, ratio)


def sent(baskets: Known, period: Period) -> tuple[int, int]:
    """Baskets begun in the period that were to be reminded, and those held out."""
    inside = baskets.left["created_on"].between(at(period.start), at(period.end))
    reminded = int((inside & baskets.left["is_reminded"]).sum())
    return reminded, int(inside.sum()) - reminded


def kpis(baskets: Known, scope: Scope) -> list[KpiRow]:
    """KPI rows of the month with up to 13 months of history: rates of the month, effects over twelve months to its end.

    Returns
    -------
    Rows of reminder_effect, reminder_margin, basket_recovery_rate, basket_return_rate, basket_abandon_rate, basket_value_left, holdout_cost.
    """
    first = int(baskets.months["month"].min()) if len(baskets.months) else 0
    shown = [
        period for period in kpi.history(scope) if month_number(period) >= first or period == scope.period
    ]
    made: dict[str, list[KpiRow]] = {}
    for period in shown:
        for row in [*_effects(baskets, scope, period), *_rates(baskets, scope, period)]:
            made.setdefault(row.id, []).append(row)
    return [kpi.compared(KPIS[name], rows, scope) for name, rows in made.items()]


def _effects(baskets: Known, scope: Scope, period: Period) -> list[KpiRow]:
    """Effect, margin and cost of the holdout, over the months to the period's end."""
    found, lang = effect(baskets, period), scope.language
    n, (reminded, held) = found.orders.absolute.n, sent(baskets, period)
    if not found.is_told:
        reason = _untold(found, pooled(baskets, period), lang)
        names = ("reminder_effect", "reminder_margin", "holdout_cost")
        return [kpi.row(KPIS[name], scope, None, n=n, period=period, reason=reason) for name in names]
    figures = {
        "reminder_effect": tuple(100 * figure for figure in found.orders.absolute[:3]),
        "reminder_margin": tuple(reminded * figure for figure in found.net),
        "holdout_cost": tuple(held * figure for figure in found.net),
    }
    return [
        kpi.row(KPIS[name], scope, value, low=low, high=high, n=n, period=period)
        for name, (value, low, high) in figures.items()
    ]


def _untold(found: Effect, some: pd.DataFrame, language: str) -> str:
    """Why the effect of the reminders cannot be told."""
    held = int((~some["is_reminded"]).sum())
    if not held:
        return text(
            "No basket was held out by lot, so nobody knows which orders would have come anyhow.", language
        )
    if found.ratio.verdict == "mismatch":
        return text("The lot did not split the baskets as planned, so the arms are not alike.", language)
    return text("{n} baskets were held out; the effect needs n = {need}.", language, n=held, need=COUNTS_ONLY)


def _rates(baskets: Known, scope: Scope, period: Period) -> list[KpiRow]:
    """Shares of the month: baskets left, and those that an order followed in either arm."""
    over = baskets.left[baskets.left["over_on"].between(at(period.start), at(period.end))]
    month = baskets.months[baskets.months["month"] == month_number(period)]
    each = month.loc[month.index.repeat(month["n_baskets"])]
    # A guest's baskets cannot be told from another guest's: each is a person of its own.
    person = each["person"].where(each["person"] >= 0, -1 - np.arange(len(each)))
    rows = [
        _share(name, scope, arm["is_recovered"], arm["person"], period)
        for name, arm in (
            ("basket_recovery_rate", over[over["is_reminded"]]),
            ("basket_return_rate", over[~over["is_reminded"]]),
        )
    ]
    value = float(month.loc[month["is_abandoned"], "value"].sum())
    return [
        *rows,
        _share("basket_abandon_rate", scope, each["is_abandoned"], person, period),
        kpi.row(KPIS["basket_value_left"], scope, value, n=int(each["is_abandoned"].sum()), period=period),
    ]


def _share(name: str, scope: Scope, successes, person, period: Period) -> KpiRow:
    """One row of a share of baskets, which are clustered by customer."""
    n = len(successes)
    if n < COUNTS_ONLY:
        reason = plural(
            "One basket; a percentage needs n = {need}.", "{n} baskets; a percentage needs n = {need}.", n, scope.language,
            need=COUNTS_ONLY,
        )  # fmt: skip
        return kpi.row(KPIS[name], scope, None, n=n, period=period, reason=reason)
    found = clustered_share(successes, person, level=LEVEL)
    if not found.low <= found.value:
        reason = text("All baskets are of one customer.", scope.language)
        return kpi.row(KPIS[name], scope, None, n=n, period=period, reason=reason)
    return kpi.row(KPIS[name], scope, found.value, low=found.low, high=found.high, n=n, period=period)


def by_month(baskets: Known, scope: Scope) -> pd.DataFrame:
    """Share of baskets that an order followed, by the month in which their window ended, in the twelve months to the period.

    Returns
    -------
    One row per month and arm: month, arm [in words], rate, low, high [share 0-1, clustered by customer; NaN under 30 baskets], n.
    """
    some, rows = pooled(baskets, scope.period), []
    arms = ((True, text("reminded", scope.language)), (False, text("held out", scope.language)))
    month = some["over_on"].dt.to_period("M")
    for one in sorted(month.unique()):
        for reminded, arm in arms:
            own = some[(month == one) & (some["is_reminded"] == reminded)]
            enough = len(own) >= COUNTS_ONLY
            found = clustered_share(own["is_recovered"], own["person"], level=LEVEL) if enough else None
            rows.append((one.to_timestamp(), arm, *(found[:3] if found else (np.nan,) * 3), len(own)))
    return pd.DataFrame(rows, columns=["month", "arm", "rate", "low", "high", "n"])


def at(day: date) -> pd.Timestamp:
    """A day as the tables hold it."""
    return pd.Timestamp(day)


def month_number(period: Period) -> int:
    """Months since year 0, as the rollup counts them."""
    return period.start.year * 12 + period.start.month - 1
