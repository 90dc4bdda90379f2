"""The figures of the page of channels: rows with interval, n and history."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from helpers import kpi
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import KpiRow
from helpers.periods import Period
from helpers.pillars.activation import (
    channels_claims,
    channels_delivery,
    channels_known,
    channels_money,
    channels_spend,
)
from helpers.pillars.activation.channels import Page
from helpers.pillars.activation.definitions import KPIS

UNJUDGED = (
    "media_spend",
    "media_efficiency",
    "contact_frequency",
)  # more is neither better nor worse: it is decided, or follows spend
MONTHLY = ("media_spend", "media_efficiency", "claims_per_order", "unmapped_spend", *channels_delivery.RATES)


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """The figures of the page; those of a month with up to thirteen months of history."""
    monthly = {name: _with_history(name, made, scope) for name in MONTHLY}
    pacing, tested = _plan(made, scope)
    plain, gross = _returns(made, scope)
    spend, efficiency, claims, unnamed, *rates = monthly.values()
    return [
        spend, plain, tested, claims, _winning(made, scope), pacing, gross, efficiency, _fees(made, scope), *_reach(made, scope), *rates, unnamed,
    ]  # fmt: skip


def _with_history(name: str, made: Page, scope: Scope) -> KpiRow:
    """A figure of the month with that of the twelve before it, as far as the data go."""
    rows = []
    for period in _told(made, scope):
        value, n, why = _monthly(name, made, period, scope)
        if value == value or period == scope.period:
            rows.append(
                kpi.row(
                    KPIS[name], scope, value, n=int(n), period=period, reason=why if value != value else ""
                )
            )
    return _compared(name, rows, scope)


def _told(made: Page, scope: Scope) -> list[Period]:
    """The periods of a history that have media, and the page's own."""
    there = set(made.known.sums.index)
    return [one for one in kpi.history(scope) if one == scope.period or pd.Timestamp(one.start) in there]


def _compared(name: str, rows: list[KpiRow], scope: Scope) -> KpiRow:
    """A figure with its history, and with verdicts where one way of moving is the better one."""
    made = kpi.compared(KPIS[name], rows, scope)
    if name not in UNJUDGED:
        return made
    bare = replace(made, comparisons=[], verdict=None)
    return replace(bare, sentence=kpi.sentence(bare, language=scope.language))


def _monthly(name: str, made: Page, period: Period, scope: Scope) -> tuple[float, float, str]:
    """Value, n and why there is none, of a figure of one month."""
    lang, nan = scope.language, float("nan")
    if name in channels_delivery.RATES:
        value, told = channels_delivery.rate(made.known, period, name)
        return value, told, text("No platform tells the counts it takes.", lang)
    spend = channels_known.total(made.known, [period])
    if name in ("media_spend", "unmapped_spend"):
        n = channels_known.total(made.known, [period], "rows")
        bare = channels_known.total(made.known, [period], "unnamed") / spend if spend else nan
        return (
            (bare if name == "unmapped_spend" else spend if n else nan),
            n,
            text("No media spend is told for the month.", lang),
        )
    sales = channels_known.sold(made.known, [period])
    orders = 0 if sales is None else int(sales["n_orders"])
    if name == "media_efficiency":
        why = made.known.lacking.get("orders") or text("No media spend is told for the month.", lang)
        return (sales["revenue"] / spend if orders and spend else nan), orders, why
    each = channels_claims.per_order(made.known, [period])
    why = made.known.lacking.get("media_conversions") or text(
        "Platforms told no purchases for the month.", lang
    )
    return (float(each.sum()) if len(each) else nan), orders, why


def _returns(made: Page, scope: Scope) -> list[KpiRow]:
    """Return on ad spend of the channels that have a number, without and with VAT."""
    lang, sales = scope.language, channels_known.sold(made.known, made.months)
    n = 0 if sales is None else int(sales["n_orders"])
    factor, total = channels_money.vat_factor(sales), made.spend["spend"].sum()
    covered = made.brings.table["spend"].sum() / total if total else 0.0
    plain = channels_money.overall(made.brings)
    why = text("No channel's whole spend rests on a test, a model held to one, or a pair.", lang)
    about = text(
        "It covers {share} of the spend of {n} months.",
        lang,
        share=number(covered, "share", language=lang),
        n=len(made.months),
    )
    if plain.value != plain.value:
        return [kpi.row(KPIS[name], scope, None, n=n, reason=why) for name in ("roas", "roas_incl_vat")]
    rows = [kpi.row(KPIS["roas"], scope, plain.value, low=plain.low, high=plain.high, n=n, reason=about)]
    if factor != factor:
        return [
            *rows,
            kpi.row(
                KPIS["roas_incl_vat"],
                scope,
                None,
                n=n,
                reason=text("Orders do not tell revenue with VAT.", lang),
            ),
        ]
    gross = channels_money.overall(made.brings, factor)
    return [
        *rows,
        kpi.row(KPIS["roas_incl_vat"], scope, gross.value, low=gross.low, high=gross.high, n=n, reason=about),
    ]


def _winning(made: Page, scope: Scope) -> KpiRow:
    """Fully loaded cost of winning a customer over twelve months, with its history."""
    rows, definition = [], KPIS["cac_loaded"]
    begin = made.known.months["month"].min() if len(made.known.months) else pd.NaT
    for period in kpi.history(scope):
        months = [period.before(n) for n in range(channels_known.YEAR - 1, -1, -1)]
        if not pd.Timestamp(months[0].start) >= begin:
            months = made.months if period == scope.period else []
        if not months:
            continue
        at, n = channels_money.cost_of_winning(made.known, months)
        if at.value == at.value:
            rows.append(kpi.row(definition, scope, at.value, low=at.low, high=at.high, n=n, period=period))
        elif period == scope.period:
            why = made.known.lacking.get("finance_actuals") or made.known.lacking.get("orders") or text(
                "The accounts lack one of media, fees, production, tools and people for a month, or no customer was won.", scope.language
            )  # fmt: skip
            rows.append(kpi.row(definition, scope, None, n=n, reason=why))
    return kpi.compared(definition, rows, scope)


def _plan(made: Page, scope: Scope) -> list[KpiRow]:
    lang, rows = scope.language, []
    for period in (scope.period.before(), scope.period):
        paced = made.paced if period == scope.period else channels_spend.pacing(made.known, period)
        value = channels_spend.off_plan(paced)
        why = made.known.lacking.get("campaign_map") or text(
            "No campaign that ran has a planned budget.", lang
        )
        if value == value or period == scope.period:
            rows.append(
                kpi.row(
                    KPIS["budget_pacing"],
                    scope,
                    value,
                    n=len(paced),
                    period=period,
                    reason=why if value != value else "",
                )
            )
    share = channels_money.tested_share(made.choices, made.spend)
    n = channels_known.total(made.known, made.months, "rows")
    why = (
        text("No media spend in {n} months: there is nothing to judge.", lang, n=len(made.months))
        if share != share
        else ""
    )
    return [
        kpi.compared(KPIS["budget_pacing"], rows, scope),
        kpi.row(KPIS["budget_tested"], scope, share, n=int(n), reason=why),
    ]


def _reach(made: Page, scope: Scope) -> list[KpiRow]:
    """Useful reach and frequency, with the history of the months that have rows of reach."""
    useful, often = [], []
    for period in _told(made, scope):
        k = made.reach.k if made.reach else 1
        at = made.reach if period == scope.period else channels_delivery.reached(made.known, period, k=k)
        if at is None and period != scope.period:
            continue
        n = 0 if at is None else int(at.population)
        why = made.known.lacking.get("media_reach") or text(
            "No row tells how many people were reached in the month.", scope.language
        )
        told = at is not None and at.useful == at.useful
        bounds = {"low": at.useful_low, "high": at.useful_high} if told else {}
        useful.append(
            kpi.row(
                KPIS["useful_reach"],
                scope,
                at.useful if told else None,
                n=n,
                period=period,
                reason="" if told else why,
                **bounds,
            )
        )
        value = None if at is None else at.frequency
        often.append(
            kpi.row(
                KPIS["contact_frequency"], scope, value, n=n, period=period, reason=why if at is None else ""
            )
        )
    return [
        _compared("useful_reach", useful, scope),
        _compared("contact_frequency", often, scope),
    ]


def _fees(made: Page, scope: Scope) -> KpiRow:
    at = channels_money.fee_share(made.known, made.brings, made.spend, made.months, scope)
    sales = channels_known.sold(made.known, made.months)
    n = 0 if sales is None else int(sales["n_orders"])
    if at.value != at.value:
        why = made.known.lacking.get("finance_actuals") or text(
            "What media brought is not known, or may be nothing.", scope.language
        )
        return kpi.row(KPIS["agency_fee_share"], scope, None, n=n, reason=why)
    return kpi.row(KPIS["agency_fee_share"], scope, at.value, low=at.low, high=at.high, n=n)
