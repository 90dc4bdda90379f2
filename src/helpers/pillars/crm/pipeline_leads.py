"""Leads between marketing and sales: are they answered in time, accepted, scored well? Targets touched, trials paid."""

from __future__ import annotations

import pandas as pd

from helpers import kpi
from helpers.checks import COUNTS_ONLY, Check, check, sample_check
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.intervals import wilson
from helpers.periods import Period
from helpers.pillars.crm.definitions import KPIS

ORDER = (
    "lead_response_share", "lead_response_day_share", "lead_acceptance_rate", "nurturing_conversion", "target_account_coverage",
    "trial_to_paid",
)  # fmt: skip
FAST_HOURS, DAY_HOURS = 4, 24
MONTHS = 3  # of leads in a figure: one month of a small firm has too few
TRIAL_DAYS = 30
AT_ONCE_DAYS, NURTURED_DAYS = 7, 90  # a lead that is not ready in the first is nurtured up to the second
TOUCH_MONTHS = 12


def kpis(found, scope: Scope, *, target_segment: str) -> list[KpiRow]:
    """Rows of leads with history, of target accounts and of trials, from what `pipeline.known` collected."""
    leads, lacking = found.leads, found.lacking
    rows: dict[str, list[KpiRow]] = {name: [] for name in ORDER}
    for period in kpi.history(scope):
        is_last = period == scope.period
        if leads is not None and (is_last or _covers(leads, period)):
            for name, made in _of_leads(leads, scope, period).items():
                rows[name].append(made)
        if leads is not None and (is_last or _covers(leads, period, NURTURED_DAYS)):
            rows["nurturing_conversion"].append(_nurtured(found, scope, period))
        if is_last or period == scope.period.before():
            rows["trial_to_paid"].append(_trials(found.trials, scope, period, lacking["product_events"]))
    for name in ORDER[:4]:
        if not rows[name]:
            rows[name].append(kpi.row(KPIS[name], scope, None, n=0, reason=lacking["leads"]))
    rows["target_account_coverage"].append(_touched(found, scope, target_segment))
    return [kpi.compared(KPIS[name], rows[name], scope) for name in ORDER]


def _window(leads: pd.DataFrame, column: str, period: Period, days_back: int = 0) -> pd.Series:
    """Which rows have a day in the three months to the end of a period, or to some days before it."""
    end = pd.Timestamp(period.end) - pd.Timedelta(days=days_back)
    begin = pd.Timestamp(period.before(MONTHS - 1).start) - pd.Timedelta(days=days_back)
    return (leads[column] >= begin) & (leads[column] <= end)


def _covers(leads: pd.DataFrame, period: Period, days_back: int = 0) -> bool:
    """Whether leads reach back to the first day of the three months of a period, or to some days before it."""
    first = leads["created_on"].min()
    begin = pd.Timestamp(period.before(MONTHS - 1).start) - pd.Timedelta(days=days_back)
    return pd.notna(first) and first <= begin + pd.Timedelta(days=6)


def _of_leads(leads: pd.DataFrame, scope: Scope, period: Period) -> dict[str, KpiRow]:
    own = leads[_window(leads, "created_on", period) & leads["created_at"].notna()]
    made = {}
    for name, hours in zip(ORDER[:2], (FAST_HOURS, DAY_HOURS), strict=True):
        over = own["created_at"] + pd.Timedelta(hours=hours) < pd.Timestamp(period.end) + pd.Timedelta(days=1)
        in_time = answered_within(own, hours)
        made[name] = share(name, scope, int((over & in_time).sum()), int(over.sum()), period)
    accepted, refused = (int(_window(leads, f"{word}_on", period).sum()) for word in ("accepted", "rejected"))
    return made | {ORDER[2]: share(ORDER[2], scope, accepted, accepted + refused, period)}


def answered_within(leads: pd.DataFrame, hours: int) -> pd.Series:
    """Whether each lead was answered within some hours of the clock; one that was never answered was not."""
    return leads["answered_at"] - leads["created_at"] <= pd.Timedelta(hours=hours)


def ready_on(leads: pd.DataFrame, deals: pd.DataFrame) -> pd.Series:
    """First day on which each lead was qualified, accepted or a deal; empty while it was none of them."""
    days = leads[["qualified_on", "accepted_on"]].apply(pd.to_datetime)
    return days.assign(deal=leads["case"].map(deals.set_index("case")["created"])).min(axis=1)


def _nurtured(found, scope: Scope, period: Period) -> KpiRow:
    """Of the leads that were not ready at once, those that were within their window; only leads whose window is over."""
    name, leads = "nurturing_conversion", found.leads
    ready = ready_on(leads, found.deals)
    if ready.isna().all():
        reason = text("leads has no day on which any was qualified, accepted or made a deal.", scope.language)
        return kpi.row(KPIS[name], scope, None, n=0, period=period, reason=reason)
    wait = (ready - leads["created_on"]) / pd.Timedelta(days=1)
    waits = _window(leads, "created_on", period, NURTURED_DAYS) & ~(wait <= AT_ONCE_DAYS)
    return share(name, scope, int((waits & (wait <= NURTURED_DAYS)).sum()), int(waits.sum()), period)


def share(name: str, scope: Scope, successes: int, n: int, period: Period | None = None) -> KpiRow:
    """One row of a share with its Wilson interval; under 30 it says what n it would need."""
    if n < COUNTS_ONLY:
        reason = text(
            "{successes} of {n}; a percentage needs n = {need}.", scope.language, successes=successes, n=n, need=COUNTS_ONLY
        )  # fmt: skip
        return kpi.row(KPIS[name], scope, None, n=n, period=period, reason=reason)
    low, high = wilson(successes, n, level=LEVEL)
    return kpi.row(KPIS[name], scope, successes / n, low=low, high=high, n=n, period=period)


def _touched(found, scope: Scope, target_segment: str) -> KpiRow:
    """Accounts of the target segment that are no customers, and those with a lead or a deal in twelve months."""
    definition, accounts = KPIS["target_account_coverage"], found.accounts
    if accounts is None:
        return kpi.row(definition, scope, None, n=0, reason=found.lacking["accounts"])
    own = accounts[(accounts["segment"] == target_segment) & (accounts["status"] != "customer")]
    if len(own) < COUNTS_ONLY:
        reason = text(
            "{n} accounts of the segment “{segment}” are no customers; need n = {need}. Set target_segment.", scope.language,
            n=len(own), segment=target_segment, need=COUNTS_ONLY,
        )  # fmt: skip
        return kpi.row(definition, scope, None, n=len(own), reason=reason)
    end = pd.Timestamp(scope.period.end)
    since = end - pd.DateOffset(months=TOUCH_MONTHS)
    open_then = found.deals[~(found.deals["closed"] <= since)]["account"]
    touched = set(open_then.dropna())
    if found.leads is not None:
        touched |= set(found.leads.loc[found.leads["created_on"] > since, "account"].dropna())
    return kpi.row(definition, scope, float(own["account"].isin(touched).mean()), n=len(own))


def _trials(trials: pd.DataFrame | None, scope: Scope, period: Period, lacking: str) -> KpiRow:
    definition = KPIS["trial_to_paid"]
    if trials is None or trials.empty:
        reason = lacking or text(
            "product_events has no such trial; set trial_event and paid_event to the words your product uses.",
            scope.language,
        )
        return kpi.row(definition, scope, None, n=0, period=period, reason=reason)
    own = trials[_window(trials, "day", period, TRIAL_DAYS)]
    paid = own["paid_on"] - own["day"] <= pd.Timedelta(days=TRIAL_DAYS)
    n, successes = int(own["n_customers"].sum()), int(own.loc[paid, "n_customers"].sum())
    return share("trial_to_paid", scope, successes, n, period)


def ripening(rows: list[KpiRow], scope: Scope) -> str:
    """Say what becomes of leads that were not ready at once, and what that does not tell."""
    lang, row = scope.language, kpi.pick(rows, "nurturing_conversion")
    if row.value is None:
        return row.sentence
    return text(
        "Of the leads that were not ready within {few} days, {share} were by their {many}th day ({interval}, n = {n}). Whether messages brought "
        "them back **cannot be told**: nobody was left without by lot.", lang, few=AT_ONCE_DAYS, many=NURTURED_DAYS,
        share=number(row.value, "share", decimals=1, language=lang), interval=kpi.interval(row, language=lang),
        n=number(row.n, "count", language=lang),
    )  # fmt: skip


def checks(leads: pd.DataFrame | None, scope: Scope) -> list[Check]:
    """What could make the figures of leads wrong."""
    if leads is None:
        return []
    lang = scope.language
    own = leads[_window(leads, "created_on", scope.period)]
    backwards = int((leads["answered_at"] < leads["created_at"]).sum())
    return [
        sample_check("leads", len(own), text("leads in three months", lang), language=lang),
        check("answers_come_after_leads", backwards == 0,
              text("Every answer comes after its lead.", lang) if not backwards
              else text("{n} leads were answered before they came in.", lang, n=backwards),
              remedy=text("The two times are in different zones, or leads were entered afterwards: correct the export.", lang)),
    ]  # fmt: skip
