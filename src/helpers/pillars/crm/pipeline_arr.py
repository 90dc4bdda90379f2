"""Yearly recurring revenue: what moved it, how much of it stays, and whether growth keeps accounts."""

from __future__ import annotations

import math

import pandas as pd

from helpers import kpi, periods, tables
from helpers.checks import COUNTS_ONLY, Check, check
from helpers.company import Scope
from helpers.i18n import interval, mark, number, plural, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import arr
from helpers.methods.intervals import difference_of_proportions
from helpers.periods import Period, parse
from helpers.pillars.crm.definitions import KPIS

ORDER = ("arr", "net_revenue_retention", "gross_revenue_retention")
STEPS = {
    "start": mark("a year before"), "new": mark("new accounts"), "reactivation": mark("accounts that came back"),
    "expansion": mark("expansion"), "contraction": mark("contraction"), "churn": mark("accounts that left"),
    "end": mark("now"),
}  # fmt: skip


def kpis(moves: pd.DataFrame | None, scope: Scope, *, lacking: str) -> list[KpiRow]:
    """Rows of arr with history, of net and of gross retention with the month before; none without the table."""
    if moves is None:
        return [kpi.row(KPIS[name], scope, None, n=0, reason=lacking) for name in ORDER]
    first = moves["month"].min()
    told = [p for p in kpi.history(scope) if p == scope.period or pd.Timestamp(p.end) >= first]
    total = [_total(moves, scope, period) for period in told]
    net, gross = [], []
    for period in told[-2:]:
        made = arr.net_retention(twelve_months(moves, period), seed=1)
        for rows, name, found in zip((net, gross), ORDER[1:], made, strict=True):
            rows.append(_share(name, found, scope, period))
    return [
        kpi.compared(KPIS[name], rows, scope) for name, rows in zip(ORDER, (total, net, gross), strict=True)
    ]


def _total(moves: pd.DataFrame, scope: Scope, period: Period) -> KpiRow:
    end = pd.Timestamp(period.end)
    n = arr.paying(moves, end)
    return kpi.row(KPIS["arr"], scope, arr.revenue(moves, end), n=n, period=period)


def twelve_months(moves: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The accounts that had revenue twelve months before the end of a period, as `arr.kept`."""
    then = pd.Timestamp(period.before(11).start) - pd.Timedelta(days=1)
    return arr.kept(moves, then=then, now=pd.Timestamp(period.end))


def _share(name: str, found, scope: Scope, period: Period) -> KpiRow:
    if math.isnan(found.value) or math.isnan(found.low):
        reason = text(
            "{n} accounts had revenue twelve months before; need n = {need}.", scope.language, n=found.n, need=COUNTS_ONLY
        )  # fmt: skip
        return kpi.row(KPIS[name], scope, None, n=found.n, period=period, reason=reason)
    bounds = {"low": found.low, "high": found.high}
    return kpi.row(KPIS[name], scope, found.value, n=found.n, period=period, **bounds)


def bridge(moves: pd.DataFrame | None, accounts: pd.DataFrame | None, scope: Scope) -> arr.Bridge | None:
    """The bridge of the last twelve months, held against the list of accounts where that is of the same day."""
    if moves is None:
        return None
    start = pd.Timestamp(scope.period.before(11).start)
    closing = _listed(accounts, moves, scope)
    return arr.bridge(moves, start=start, end=pd.Timestamp(scope.period.end), closing=closing)


def _listed(accounts: pd.DataFrame | None, moves: pd.DataFrame, scope: Scope) -> float:
    """What the list of accounts says they pay; NaN where it is of another day than the period's last.

    A list without a day is of the data's end: it can be held against the last movement's month only.
    """
    if accounts is None or accounts["arr"].isna().all():
        return math.nan
    last = accounts["as_of"].max()
    if pd.isna(last):
        of_last = moves["month"].max() >= pd.Timestamp(scope.period.start)
        return float(accounts["arr"].sum()) if of_last and _is_last_month(scope) else math.nan
    return float(accounts["arr"].sum()) if last.date() == scope.period.end else math.nan


def _is_last_month(scope: Scope) -> bool:
    """Whether the page's period is the last complete one in the data."""
    return periods.last_complete(tables.data_until(scope.company), scope.period.grain) == scope.period


def steps(made: arr.Bridge | None, scope: Scope) -> pd.DataFrame:
    """The bars of the bridge with their names as the reader says them: name, amount, is_total; none where there is no bridge."""
    if made is None:
        return pd.DataFrame({"name": [], "amount": [], "is_total": []})
    table = made.steps[made.steps["is_total"] | (made.steps["n_accounts"] > 0)]
    return table.assign(name=[text(STEPS[name], scope.language) for name in table["name"]])


def checks(moves: pd.DataFrame | None, made: arr.Bridge | None, scope: Scope) -> list[Check]:
    """Whether the bridge closes, whether any account pays less than nothing, and whether the movements reach the period."""
    if moves is None or made is None:
        return []
    lang, told = scope.language, not math.isnan(made.gap)
    money = {"unit": "currency", "currency": scope.currency, "decimals": 2, "language": lang}
    closes = not told or abs(made.gap) < arr.CENT / 2
    said = (
        text("The movements of recurring revenue could not be held against a list of accounts of the same day.", lang)
        if not told
        else text("The movements of recurring revenue add up to the list of accounts, to the cent.", lang)
        if closes
        else text("The list of accounts and the movements of recurring revenue differ by {gap}.", lang,
                  gap=number(made.gap, **money))
    )  # fmt: skip
    return [
        check("arr_bridge_closes", closes, said, otherwise="fail",
              remedy=text("Find the accounts whose movements are missing or doubled before using any figure of recurring revenue.", lang)),
        check("no_account_below_zero", made.n_below_zero == 0,
              text("No account pays less than nothing.", lang) if not made.n_below_zero
              else plural("One account's movements add up to less than nothing.",
                          "The movements of {n} accounts add up to less than nothing.", made.n_below_zero, lang),
              otherwise="fail",
              remedy=text("A loss stands twice, or a gain is missing: correct arr_movements.", lang)),
        _reach(moves, scope, is_whole=told and closes),
    ]  # fmt: skip


def _reach(moves: pd.DataFrame, scope: Scope, *, is_whole: bool) -> Check:
    """Whether the movements go on to the period; one without any is a change of zero, which a list of accounts or later rows prove."""
    lang, begin = scope.language, pd.Timestamp(scope.period.start)
    named = {"period": scope.period.label(lang)}
    last = moves["month"].max()
    if last >= begin:
        return Check(
            "arr_movements_reach", "pass", text("Recurring revenue has movements in {period}.", lang, **named)
        )
    goes_on = is_whole or pd.Timestamp(tables.data_range("arr_movements", scope.company)[1]) >= begin
    said = (
        text("No contract on this page moved in {period}: a change of zero.", lang, **named)
        if goes_on
        else text("No contract has moved since {month}. The page takes it that nothing changed.", lang, month=parse(f"{last:%Y-%m}").label(lang))
    )  # fmt: skip
    remedy = text("If contracts began, changed or ended since, export arr_movements again.", lang)
    return check("arr_movements_reach", goes_on, said, remedy=remedy)


def bridge_finding(rows: list[KpiRow], scope: Scope) -> str:
    """Say in words what the accounts of a year ago still bring."""
    lang, row = scope.language, kpi.pick(rows, "net_revenue_retention")
    if row.value is None:
        return text(
            "What moved yearly recurring revenue: cannot tell. {reason}", lang, reason=row.reason or ""
        ).strip()
    lost = number(1 - row.value, "share", decimals=1, language=lang)
    more = number(row.value - 1, "share", decimals=1, language=lang)
    if row.value < 1:
        return text(
            "Without new accounts recurring revenue would be {lost} smaller than a year ago", lang, lost=lost
        )
    return text(
        "Even without new accounts recurring revenue would be {more} larger than a year ago", lang, more=more
    )


def bridge_subtitle(made: arr.Bridge | None, scope: Scope) -> str:
    """Say under the bridge what is drawn."""
    lang = scope.language
    n = 0 if made is None else int(made.steps["n_accounts"].iloc[-1])
    return text(
        "yearly recurring revenue, {currency}, twelve months to {period}; n = {n} accounts at the end", lang,
        currency=scope.currency, period=scope.period.label(lang), n=number(n, "count", language=lang),
    )  # fmt: skip


def expansion_and_churn(moves: pd.DataFrame | None, scope: Scope) -> str:
    """Say whether accounts that took more in a year left less in the next, and why that proves nothing."""
    lang = scope.language
    if moves is None:
        return text("There are no movements of recurring revenue to look at.", lang)
    begin = pd.Timestamp(scope.period.before(11).start)
    table = arr.kept(moves, then=begin - pd.Timedelta(days=1), now=pd.Timestamp(scope.period.end))
    earlier = moves[(moves["month"] < begin) & (moves["month"] >= begin - pd.DateOffset(years=1))]
    grew = table["account"].isin(earlier.loc[earlier["kind"] == "expansion", "account"])
    gone = table["now"] < arr.CENT
    n, k = [int(grew.sum()), int((~grew).sum())], [int((grew & gone).sum()), int((~grew & gone).sum())]
    if min(n) < COUNTS_ONLY:
        return text(
            "Cannot tell whether accounts that took more leave less: {n} had taken more, need n = {need}.", lang,
            n=min(n), need=COUNTS_ONLY,
        )  # fmt: skip
    made = difference_of_proportions(k[0], n[0], k[1], n[1], level=LEVEL)
    facts = {
        "more": number(k[0] / n[0], "share", decimals=1, language=lang), "n_more": n[0],
        "other": number(k[1] / n[1], "share", decimals=1, language=lang), "n_other": n[1],
        "level": number(LEVEL, "share", language=lang),
        "bounds": interval(100 * made.low, 100 * made.high, "points", decimals=1, language=lang),
    }  # fmt: skip
    return text(
        "Of the accounts that had taken more in the year before, {more} left in the last twelve months (n = {n_more}), of the others {other} "
        "(n = {n_other}); {level} interval of the difference {bounds}. Whatever it is, the tables **cannot tell** whether expansion keeps an "
        "account: one that does well takes more and stays. Only an offer made by lot would tell.", lang, **facts,
    )  # fmt: skip
