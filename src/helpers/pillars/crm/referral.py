"""Whom customers bring: how many of the new ones were recommended, and what those are worth, which is no effect of recommending."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import interval, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.experiments import Arm, Effect, difference_of_means
from helpers.periods import Period
from helpers.pillars.crm.definitions import KPIS
from helpers.pillars.crm.retention import share_row
from helpers.rollups import referrals

YEAR = 365


class Known(NamedTuple):
    """New customers by day, and what they brought in their first year, recommended and others; None without the table."""

    days: pd.DataFrame | None
    first_year: Effect | None
    lacking: str


def known(orders: object, customers: object | None, scope: Scope, *, lacking: str = "") -> Known:
    """Collect what the section needs.

    Parameters
    ----------
    orders : table `orders` up to the period.
    customers : table `customers`, or None where the company has none; `lacking` says why.
    """
    if customers is None:
        return Known(None, None, lacking)
    days = rollups.collect(referrals.referrals(customers), may_be_empty=True)
    if not days["n_referred"].sum():
        return Known(
            None,
            None,
            text("No customer is recorded as recommended by another (referred_by).", scope.language),
        )
    until = scope.period.end - timedelta(days=YEAR - 1)
    begin = rollups.collect(rollups.daily_sums(orders, day="ordered_on"))["day"].min().date()
    by_kind = referrals.newcomers_by_referral(orders, customers, since=begin, until=until, days=YEAR)
    sums = rollups.collect(by_kind, may_be_empty=True).set_index("is_referred")
    if not {0, 1} <= set(sums.index) or sums["n"].min() < COUNTS_ONLY:
        return Known(days, None, "")
    arms = (Arm(int(sums["n"][k]), float(sums["spend"][k]), float(sums["spend_squared"][k])) for k in (1, 0))
    return Known(days, difference_of_means(*arms, level=LEVEL), "")


def kpis(found: Known, scope: Scope) -> list[KpiRow]:
    """Referral rate of the twelve months to the period, with history; none without the table."""
    if found.days is None:
        return []
    shown = kpi.history(scope)
    begin = found.days["first_on"].min().date()
    whole = [period for period in shown if period == scope.period or _year(period)[0] >= begin]
    rows = [_rate(found.days, scope, period) for period in whole]
    return [kpi.compared(KPIS["referral_rate"], rows, scope)]


def _rate(days: pd.DataFrame, scope: Scope, period: Period) -> KpiRow:
    first, last = (pd.Timestamp(day) for day in _year(period))
    some = days[(days["first_on"] >= first) & (days["first_on"] <= last)]
    return share_row("referral_rate", scope, some["n_referred"].sum(), some["n_customers"].sum(), period)


def _year(period: Period) -> tuple:
    """First and last day of the twelve months to the end of a month."""
    return period.before(11).start, period.end


def value(found: Known, scope: Scope) -> str:
    """Say what recommended customers brought in their first year beside the others, and that this is no effect."""
    lang = scope.language
    if found.days is None:
        return found.lacking
    if found.first_year is None:
        return text(
            "What recommended customers are worth cannot be told: fewer than {need} of them have been customers for a year.",
            lang, need=COUNTS_ONLY,
        )  # fmt: skip
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    effect = found.first_year
    return text(
        "In their first year customers whom a customer recommended spent {referred}, the others {others}: a difference of {value} "
        "({level} interval {bounds}; n = {n}). It is no effect of recommending: people recommend to people like themselves, who might "
        "have come and stayed anyhow. Only rewards offered by lot would tell what a recommendation brings.", lang,
        referred=number(effect.treated, **money), others=number(effect.control, **money),
        value=number(effect.absolute.value, **money), level=number(LEVEL, "share", language=lang),
        bounds=interval(effect.absolute.low, effect.absolute.high, **money), n=number(effect.absolute.n, "count", language=lang),
    )  # fmt: skip
