"""Do customers come back? Figures, checks and the answer of the retention page."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pandas as pd

from helpers import kpi
from helpers.checks import COUNTS_ONLY, Check, check, sample_check, small_sample
from helpers.company import Scope
from helpers.i18n import mark, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.cohorts import missing_months
from helpers.methods.intervals import wilson
from helpers.methods.sample_size import required_n_per_group
from helpers.pillars.crm.definitions import KPIS

SECOND_PURCHASE_DAYS = 30


def by_month(activity: pd.DataFrame, *, level: float = LEVEL) -> pd.DataFrame:
    """Retention and return rate of each month.

    Parameters
    ----------
    activity : rollup `monthly_activity`: month, n_previous, n_kept, n_lapsed, n_returned and more, one row a month.

    Returns
    -------
    One row a month that has a month before: month, retention, retention_low, retention_high [share 0-1, Wilson],
    n_previous, return_rate, return_low, return_high, n_lapsed. A share of fewer than 30 customers is NaN.

    Formula: n_kept / n_previous; n_returned / n_lapsed.
    """
    table = (
        activity.sort_values("month", kind="stable").loc[activity["n_previous"] > 0].reset_index(drop=True)
    )
    shown = pd.DataFrame({"month": table["month"]})
    for name, part, whole in (
        ("retention", "n_kept", "n_previous"),
        ("return_rate", "n_returned", "n_lapsed"),
    ):
        enough = table[whole] >= COUNTS_ONLY
        low, high = wilson(table[part], table[whole], level=level)
        shown[name] = (table[part] / table[whole]).where(enough)
        prefix = "return" if name == "return_rate" else name
        shown[f"{prefix}_low"], shown[f"{prefix}_high"] = (
            np.where(enough, low, np.nan),
            np.where(enough, high, np.nan),
        )
        shown[whole] = table[whole]
    return shown


def kpis(activity: pd.DataFrame, second: pd.DataFrame, scope: Scope) -> list[KpiRow]:
    """KPI rows of the month with up to 13 months of history.

    Parameters
    ----------
    activity : rollup `monthly_activity`, one row a month up to the period.
    second : rollup `second_purchases`: first_on, n_customers, n_again, one row a day of first purchase.
    scope : company, period (a month), market, language.

    Returns
    -------
    Rows of active_customers, monthly_retention, return_rate, repurchase_30d, purchase_frequency, average_basket.
    """
    months = activity.set_index(pd.to_datetime(activity["month"]).dt.strftime("%Y-%m"))
    shown = [period for period in kpi.history(scope) if period.code in months.index]
    rows: dict[str, list[KpiRow]] = {name: [] for name in ORDER}
    for period in shown:
        month = months.loc[period.code]
        active, orders = int(month["n_active"]), int(month["n_orders"])
        made = {
            "active_customers": _count("active_customers", scope, active, active, period),
            "purchase_frequency": _count(
                "purchase_frequency", scope, month["n_days"] / active, active, period
            ),
            "average_basket": _count(
                "average_basket", scope, month["revenue_excl_vat"] / orders, orders, period
            ),
            "monthly_retention": share_row(
                "monthly_retention", scope, month["n_kept"], month["n_previous"], period
            ),
            "return_rate": share_row("return_rate", scope, month["n_returned"], month["n_lapsed"], period),
            "repurchase_30d": _second_purchase(second, scope, period),
        }
        for name, row in made.items():
            rows[name].append(row)
    return [kpi.compared(KPIS[name], rows[name], scope) for name in ORDER]


ORDER = (
    "monthly_retention", "active_customers", "return_rate", "repurchase_30d", "purchase_frequency", "average_basket",
)  # fmt: skip


def share_row(name: str, scope: Scope, successes: float, n: float, period=None) -> KpiRow:
    """One row of a share with its Wilson interval; under 30 observations it says what n it would need."""
    definition = KPIS[name]
    if small_sample(n) == "counts only":
        reason = text(
            "{successes} of {n} customers; a percentage needs n = {need}.",
            scope.language, successes=int(successes), n=int(n), need=COUNTS_ONLY,
        )  # fmt: skip
        return kpi.row(definition, scope, None, n=int(n), period=period, reason=reason)
    low, high = wilson(successes, n, level=LEVEL)
    return kpi.row(definition, scope, successes / n, low=low, high=high, n=int(n), period=period)


def _count(name: str, scope: Scope, value: float, n: int, period) -> KpiRow:
    """One row of a count or a ratio of counts, which has no interval."""
    return kpi.row(KPIS[name], scope, value, n=n, period=period)


def _second_purchase(second: pd.DataFrame, scope: Scope, period) -> KpiRow:
    """Second purchase within 30 days, of those whose 30 days ended inside the period."""
    first_on = pd.to_datetime(second["first_on"]).dt.date
    seen = second[
        (first_on >= period.start - timedelta(days=SECOND_PURCHASE_DAYS))
        & (first_on <= period.end - timedelta(days=SECOND_PURCHASE_DAYS))
    ]
    return share_row("repurchase_30d", scope, seen["n_again"].sum(), seen["n_customers"].sum(), period)


def checks(activity: pd.DataFrame, cohorts: pd.DataFrame, scope: Scope) -> list[Check]:
    """What could make the retention page wrong.

    Parameters
    ----------
    activity : rollup `monthly_activity`.
    cohorts : rollup `cohort_counts`.
    """
    months = activity.sort_values("month", kind="stable")
    sizes = cohorts.drop_duplicates("cohort").sort_values("cohort", kind="stable")["n_customers"]
    first_share = float(sizes.iloc[0] / sizes.sum()) if len(sizes) else math.nan
    latest = int(months["n_previous"].iloc[-1])
    gaps = len(missing_months(months["month"]))
    lang = scope.language
    return [
        check(
            "first_month_is_not_acquisition", first_share < 0.25,
            text("Every customer bought before the data begin: no first purchase is seen, so there are no cohorts.", lang)
            if math.isnan(first_share)
            else text("{share} of all customers are first seen in the first month of the data: "
                      "most of them were customers before, so the first cohorts are not new customers.",
                      lang, share=number(first_share, "share", language=lang)) if first_share >= 0.25
            else text("No month brings an unusual share of first purchases.", lang),
            remedy=text("Read the later cohorts as new customers; import earlier history to know who is new.", lang),
        ),
        sample_check("sample", latest, text("customers active in the month before", lang), language=lang),
        check(
            "no_missing_month", gaps == 0,
            text("Every month has purchases.", lang) if gaps == 0 else text("{n} months have no purchase.", lang, n=gaps),
            remedy=text("Import the missing exports; retention of the months around the gap is wrong.", lang), otherwise="fail",
        ),
    ]  # fmt: skip


def answer(rows: list[KpiRow], scope: Scope) -> str:
    """Answer the page's question in one sentence a manager may say."""
    row = next(row for row in rows if row.id == "monthly_retention")
    if row.value is None:
        return row.sentence
    lang = scope.language
    previous = row.previous
    said = text(
        "{value} of last month's customers bought again in {period} ({interval}, n = {n})", lang, period=row.period_label,
        value=number(row.value, row.unit, decimals=row.decimals, language=lang), interval=kpi.interval(row, language=lang),
        n=number(row.n, "count", language=lang),
    )  # fmt: skip
    if previous is None:
        return said + "."
    before = {"base": scope.period.before().label(lang)}
    if previous.verdict == "no clear change":
        return text("{said}, no clear change from {base}.", lang, said=said, **before)
    if previous.verdict != "cannot tell":
        judged = kpi.in_words(previous, language=lang)
        return text("{said}, {verdict} than in {base}.", lang, said=said, verdict=judged, **before)
    need = required_n_per_group(row.value, row.value - KPIS[row.id].materiality, level=LEVEL)
    return text(
        "{said}; whether that is a change from {base} cannot be told: one point either way needs n = {need} a month.",
        lang, said=said, **before, need=number(need, "count", language=lang),
    )  # fmt: skip


MEASURES = {
    "retention": mark("share of last month's customers"),
    "return_rate": mark("share of lapsed customers"),
    "n_customers": mark("customers with a purchase"),
}


def series_subtitle(measure: str, n: pd.Series, scope: Scope) -> str:
    """Say under a chart's title what is drawn: measure (a key of MEASURES), interval, last period, and n as a range."""
    lang = scope.language
    return text(
        "{measure}, {level} interval, to {period}; n = {low} to {high}", lang, measure=text(MEASURES[measure], lang),
        level=number(LEVEL, "share", language=lang), period=scope.period.label(lang),
        low=number(n.min(), "count", language=lang), high=number(n.max(), "count", language=lang),
    )  # fmt: skip
