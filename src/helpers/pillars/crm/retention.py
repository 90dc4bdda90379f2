"""Do customers come back? Figures, checks and the decision of the retention page."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pandas as pd

from helpers import kpi, periods
from helpers.checks import COUNTS_ONLY, Check, Decision, check, sample_check, small_sample
from helpers.company import Scope
from helpers.i18n import interval, mark, number, plural, text
from helpers.kpi import LEVEL, KpiRow, Z
from helpers.methods.cohorts import (
    cohort_triangle,
    missing_months,
    quarterly_cohorts,
    retention_at,
    retention_cohorts,
)
from helpers.methods.intervals import required_n_per_group, wilson
from helpers.pillars.crm.definitions import KPIS

SECOND_PURCHASE_DAYS = 30
MAX_COHORTS, MAX_AGE = 13, 12  # rows and months that a table on a page can show


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


MAX_TEST_MONTHS = 3


def reminder(
    activity: pd.DataFrame, scope: Scope, *, extra_return_rate: float, due: str, owner: str = ""
) -> Decision:
    """Whether to test a reminder on the customers who lapsed in the month, with half of them held out.

    Parameters
    ----------
    activity : rollup `monthly_activity`; the last six months say how many return without any action.
    extra_return_rate : share of lapsed customers that the reminder would have to bring back on top of those who come
        back anyhow; an assumption until it is tested.

    Returns
    -------
    Decision. A test of up to three months is proposed: effect is the revenue a month if the assumption holds, with the
    interval of the spend of customers who come back (normal approximation to their mean). Where it would take longer,
    no campaign is proposed, and effect is what is given up, below zero. The probability is empty: nobody has tested it.

    Raises
    ------
    ValueError : `extra_return_rate` is not a share between 0 and 1.
    """
    if not 0 < extra_return_rate < 1:
        raise ValueError(f"extra_return_rate must be a share between 0 and 1, not {extra_return_rate!r}")
    lang, currency = scope.language, scope.currency
    money = {"unit": "currency", "currency": currency, "language": lang}
    recent = activity.sort_values("month", kind="stable").tail(6)
    last = recent.iloc[-1]
    stopped = int(last["n_previous"] - last["n_kept"])
    returned, lapsed = recent["n_returned"].sum(), recent["n_lapsed"].sum()
    facts: dict = {"n": number(stopped, "count", language=lang)}
    common = {"id": "reminder", "currency": currency, "due": due}
    common["owner"] = owner or text("CRM manager", lang)
    common["amount"] = text("{n} customers bought last month and not this month", lang, **facts)
    if returned < 2 or lapsed < COUNTS_ONLY or not stopped:
        said = text(
            "Whether to write to the {n} customers who bought last month and not this month cannot be told yet: {returned} of {lapsed} customers "
            "came back without any action over six months; need n = {need}, of whom two came back.",
            lang, **facts, returned=int(returned), lapsed=int(lapsed), need=COUNTS_ONLY,
        ) if stopped else text("Nobody who bought last month has stopped, so there is nobody to write to.", lang)  # fmt: skip
        reverse = text("more months of data", lang)
        return Decision(**common, verb=text("Wait", lang), reverse_if=reverse, sentence=said)

    base = returned / lapsed
    need = _need(base, extra_return_rate)
    months = math.ceil(2 * need / max(stopped, 1))
    mean = recent["returned_spend"].sum() / returned
    error = math.sqrt(max(recent["returned_spend_squared"].sum() / returned - mean**2, 0) / returned)
    scale = stopped * extra_return_rate
    effect, low, high = (scale * max(spend, 0) for spend in (mean, mean - Z * error, mean + Z * error))
    facts |= {
        "base": number(base, "share", language=lang),
        "extra": number(100 * extra_return_rate, "count", language=lang),
        "effect": number(effect, **money),
        "level": number(LEVEL, "share", language=lang),
        "bounds": interval(low, high, **money),
        "need": number(need, "count", language=lang),
        "months": plural("{n} month", "{n} months", months, lang),
    }
    if months <= MAX_TEST_MONTHS:
        said = text(
            "Test a reminder on the {n} customers who stopped this month, half of them held out: {base} came back without any action over six months, "
            "and {extra} points more would bring {effect} a month ({level} interval {bounds}). The test needs {need} customers a "
            "group, which takes {months}.", lang, **facts,
        )  # fmt: skip
        reverse = text("the held-out half comes back as often as the others", lang)
        verb = text("Test a reminder", lang)
        return Decision(
            **common, verb=verb, effect=effect, low=low, high=high, reverse_if=reverse, sentence=said
        )
    said = text(
        "Do not start a win-back campaign for the {n} customers who stopped this month: {base} came back without any action over six months, {extra} "
        "points more would bring only {effect} a month ({level} interval {bounds}), and proving it takes {need} customers a group and {months}.", lang, **facts,
    )  # fmt: skip
    reverse = _provable(base, stopped, lang)
    verb = text("Do not start a win-back campaign", lang)
    return Decision(
        **common, verb=verb, effect=-effect, low=-high, high=-low, reverse_if=reverse, sentence=said
    )


def _provable(base: float, stopped: int, language: str) -> str:
    """Say which effect a test of one quarter's lapsed customers could prove."""
    for points in range(1, 41):
        if base + points / 100 < 1 and 2 * _need(base, points / 100) <= MAX_TEST_MONTHS * stopped:
            return plural(
                "a reminder can be expected to bring back {n} point more, which one quarter could prove",
                "a reminder can be expected to bring back {n} points more, which one quarter could prove",
                points,
                language,
            )
    return text("there are many more customers to test it on", language)


def _need(base: float, extra: float) -> int:
    """Customers a group that tell `base` from `base + extra`."""
    return required_n_per_group(base, min(base + extra, 0.99), level=LEVEL)


def naive_win_back(activity: pd.DataFrame, scope: Scope) -> str:
    """Say how many lapsed customers came back in the month though nobody wrote to them."""
    last = activity.sort_values("month", kind="stable").iloc[-1]
    lang = scope.language
    return text(
        "**{returned}** of **{lapsed}** customers who had skipped the month before were back this month, **{share}**, and nobody "
        "had to mail them. A campaign to all of them would have claimed every one.",
        lang,
        returned=number(last["n_returned"], "count", language=lang),
        lapsed=number(last["n_lapsed"], "count", language=lang),
        share=number(last["n_returned"] / max(last["n_lapsed"], 1), "share", language=lang),
    )


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


def cohort_finding(counts: pd.DataFrame, scope: Scope, *, age: int = 3) -> str:
    """Say in words how many customers are active `age` months after their first purchase, over all cohorts."""
    lang = scope.language
    at = None if counts.empty else retention_at(counts, age, until=scope.period.end, level=LEVEL)
    if at is None or math.isnan(at.value):
        return text("Active {age} months after the first purchase: cannot tell yet", lang, age=age)
    share = number(at.value, "share", language=lang)
    return text("{share} are active {age} months after their first purchase", lang, share=share, age=age)


def cohort_table(counts: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Cohorts down, ages of 1 to 12 months across, shares of the cohort in the cells; blank where not yet seen.

    Cohorts are months, or quarters where there are more than `MAX_COHORTS` months: three dozen rows say less than twelve.
    The index holds their names in the page's language, and its own name says which of the two they are.
    """
    if counts.empty:  # all customers are older than the data
        return pd.DataFrame(index=pd.Index([], name="month"))
    retained = retention_cohorts(counts, until=scope.period.end, level=LEVEL)
    unit, code = "month", "{:%Y-%m}"
    if retained["cohort"].nunique() > MAX_COHORTS:
        retained, unit, code = quarterly_cohorts(retained, level=LEVEL), "quarter", "{0.year}-Q{0.quarter}"
    shown = retained[retained["age"].between(1, MAX_AGE)]
    table = cohort_triangle(shown).dropna(how="all")
    names = [periods.parse(code.format(first)).label(scope.language) for first in table.index]
    return table.set_axis(pd.Index(names, name=unit))


def cohort_subtitle(table: pd.DataFrame, scope: Scope) -> str:
    """Say under the cohort table what is drawn."""
    said = {
        "month": mark("active customers, % of the month's first purchases, to {period}"),
        "quarter": mark("active customers, % of the quarter's first purchases, to {period}"),
    }
    return text(said[table.index.name], scope.language, period=scope.period.label(scope.language))
