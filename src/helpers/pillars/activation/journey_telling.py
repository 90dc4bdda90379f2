"""What the steps and the irritants say, in words: names, owners, findings, the naive answer and the answer of the page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.i18n import interval, mark, number, text
from helpers.kpi import LEVEL, KpiRow, money_word
from helpers.methods.funnels import Shift
from helpers.pillars.activation.journey import Visits, within
from helpers.pillars.activation.journey_irritants import Irritants
from helpers.pillars.activation.journey_setup import Setup

SHOWN = 10
OWNERS = {  # kind of irritant: topic of [owners] in company.toml, and the usual role where it says none
    "case": ("crm", mark("head of customer service")),
    "late": ("crm", mark("head of customer service")),
    "return": ("sales", mark("head of quality")),
    "cancelled": ("sales", mark("head of logistics")),
    "setup": ("crm", mark("head of product")),
}


def named(code: str, language: str) -> str:
    """The irritant as a reader says it; topics and reasons are the company's own words."""
    kind, _, detail = code.partition(":")
    detail = detail or text("no topic given", language)
    if kind == "case":
        return text("case: {topic}", language, topic=detail)
    if kind == "return":
        return text("return: {reason}", language, reason=detail)
    if kind == "cancelled":
        return text("order cancelled", language)
    return text("first answer late", language) if kind == "late" else text("onboarding not ended", language)


def owner(code: str, scope: Scope) -> str:
    """The role that owns an irritant: of company.toml's [owners], else the usual one."""
    topic, usual = OWNERS[code.partition(":")[0]]
    return scope.company.owners.get(topic) or text(usual, scope.language)


def funnel_finding(funnel: pd.DataFrame, scope: Scope) -> str:
    """Say where most visits end."""
    lang = scope.language
    if funnel.empty or not funnel["left"].sum() > 0:
        return text("Where people leave cannot be told: no visits by step", lang)
    worst = funnel.loc[funnel["left"].idxmax()]
    return text(
        "Most visits end at: {step}, {n} in the month", lang, step=worst["step"], n=number(worst["left"], "count", language=lang)
    )  # fmt: skip


def funnel_subtitle(funnel: pd.DataFrame, scope: Scope) -> str:
    """Say under the chart of steps what is drawn."""
    n = int(funnel["n"].iloc[0]) if len(funnel) else 0
    return text(
        "share of the visits of a step that reach the next; {level} interval, days as units; {period}, n = {n} visits", scope.language,
        level=number(LEVEL, "share", language=scope.language), period=scope.period.label(scope.language),
        n=number(n, "count", language=scope.language),
    )  # fmt: skip


def one_percent(visits: Visits, found: Irritants, scope: Scope) -> str:
    """Say what one visit in a hundred more at a step would bring: the same at every step, for a chain multiplies."""
    lang = scope.language
    if visits.days is None or "purchases" not in visits.steps or np.isnan(found.order_margin):
        return text("What a step costs cannot be told without visits and orders.", lang)
    orders = 0.01 * float(within(visits.days, scope.period)["purchases"].sum())
    return text(
        "A step that one in a hundred more would pass brings {orders} orders and {value} of {money} a month, whichever step it is, if the "
        "steps after it hold: a chain multiplies. So the step with most leavers is no reason to mend it first; what it does worse than "
        "it did is.", lang, orders=number(orders, "count", language=lang), money=money_word(scope),
        value=number(orders * found.order_margin, "currency", currency=scope.currency, language=lang),
    )  # fmt: skip


def bridge(moved: Shift | None, scope: Scope) -> pd.DataFrame:
    """How the conversion of a year before became that of the month: four bars; empty where it cannot be told."""
    lang = scope.language
    if moved is None or np.isnan(moved.change.value):
        return pd.DataFrame({"part": [], "value": pd.Series([], dtype=float), "is_total": []})
    before = float((moved.table["share_before"] * moved.table["rate_before"].fillna(0)).sum())
    names = [
        scope.period.year_before().label(lang), text("other channels came", lang), text("the same channels convert otherwise", lang),
        scope.period.label(lang),
    ]  # fmt: skip
    values = [before, moved.mix.value, moved.rate.value, before + moved.change.value]
    return pd.DataFrame({"part": names, "value": values, "is_total": [True, False, False, True]})


def moved_finding(moved: Shift | None, scope: Scope) -> str:
    """Say what moved the conversion since the year before."""
    lang = scope.language
    if moved is None or np.isnan(moved.change.low):
        return text(
            "What moved the conversion cannot be told: no visits of the same month a year before", lang
        )
    shown = {"unit": "count", "decimals": 2, "language": lang}
    facts = {
        name: f"{number(100 * one.value, **shown)} ({interval(100 * one.low, 100 * one.high, **shown)})"
        for name, one in (("change", moved.change), ("mix", moved.mix), ("rate", moved.rate))
    }
    return text(
        "Conversion moved by {change} points in a year: mix {mix}, rate within channels {rate}", lang, **facts
    )


def moved_subtitle(moved: Shift | None, scope: Scope) -> str:
    """Say under the bridge what is drawn."""
    n = 0 if moved is None else moved.change.n
    return text(
        "visits with an order over visits; {period} against the same month a year before; n = {n} visits of both months", scope.language,
        period=scope.period.label(scope.language), n=number(n, "count", language=scope.language),
    )  # fmt: skip


def irritant_finding(ranked: pd.DataFrame, scope: Scope) -> str:
    """Say which irritant stands first."""
    lang = scope.language
    if ranked.empty:
        return text("Which irritant stands first cannot be told", lang)
    top = ranked.iloc[0]
    return text(
        "First in the ranking: {name}, for {n} customers", lang, name=named(top["irritant"], lang),
        n=number(top["n_customers"], "count", language=lang),
    )  # fmt: skip


def lost_finding(ranked: pd.DataFrame, scope: Scope) -> str:
    """Say for how many irritants those touched brought less than others."""
    lang, told = scope.language, int(ranked["is_told"].sum())
    if ranked["lost"].notna().sum() == 0:
        return text("What those touched bring later cannot be compared", lang)
    if not told:
        return text("For no irritant is it told that those touched bring less later than others alike", lang)
    return text(
        "For {n} of {all} irritants those touched bring less later than others alike",
        lang,
        n=told,
        all=len(ranked),
    )


def irritant_subtitle(found: Irritants, ranked: pd.DataFrame, scope: Scope, *, of: str) -> str:
    """Say under a chart of irritants what is drawn; `of` is "rate" or "lost"."""
    lang = scope.language
    level = number(LEVEL, "share", language=lang)
    if of == "rate":
        return text(
            "per 1,000 orders of the last {days} days, {level} interval, customers as units; n = {n}", lang, days=found.days, level=level,
            n=number(float(ranked["n"].sum()), "count", language=lang),
        )  # fmt: skip
    return text(
        "{money} of the next {days} days that a customer touched brought less than untouched ones of the same tenure and number of orders; "
        "{level} intervals that hold together; a difference, no effect; n = {n}", lang, money=money_word(scope), days=found.outcome_days,
        level=level, n=number(float(ranked["n_compared"].sum()), "count", language=lang),
    )  # fmt: skip


def chart_rows(ranked: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The first irritants with their names, for a chart."""
    some = ranked.head(SHOWN)
    return some.assign(name=[named(code, scope.language) for code in some["irritant"]])


def ranking(ranked: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The ranking in words: one row an irritant."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    rows = [
        (
            owner(row.irritant, scope), number(row.n_customers, "count", language=lang), number(row.direct, **money) if row.direct > 0 else "–",
            f"{number(row.lost, decimals=2, **money)} ({interval(row.lost_low, row.lost_high, decimals=2, **money)})"
            if row.is_told else text("cannot tell", lang),
            number(row.first, "share", language=lang),
        )
        for row in ranked.head(SHOWN).itertuples()
    ]  # fmt: skip
    names = [
        text("owner", lang), text("customers touched", lang), text("gone at once", lang), text("lost later, each", lang),
        text("first in redraws", lang),
    ]  # fmt: skip
    index = pd.Index(
        [named(code, lang) for code in ranked.head(SHOWN)["irritant"]], name=text("irritant", lang)
    )
    return pd.DataFrame(rows, columns=names, index=index)


def setup_finding(setup: Setup, scope: Scope) -> str:
    """Say what the test of the onboarding says of the steps left out."""
    lang = scope.language
    removed = setup.losses[setup.losses["is_removed"].astype(bool)] if len(setup.losses) else setup.losses
    if setup.losses.empty:
        return text("Where newcomers stop cannot be told: no onboarding is known", lang)
    if not setup.is_sound or setup.completion is None:
        return text("Where newcomers stop; what a step costs cannot be told without a test by lot", lang)
    shown = {"unit": "count", "decimals": 1, "language": lang}
    gain = setup.completion
    return text(
        "By lot: without {n} steps, {value} points more newcomers get through ({bounds})", lang, n=len(removed),
        value=number(100 * gain.value, **shown), bounds=interval(100 * gain.low, 100 * gain.high, **shown),
    )  # fmt: skip


def setup_subtitle(setup: Setup, scope: Scope) -> str:
    """Say under the chart of the onboarding what is drawn."""
    lang = scope.language
    n = number(float(setup.losses["n"].iloc[0]) if len(setup.losses) else 0.0, "count", language=lang)
    level = number(LEVEL, "share", language=lang)
    if setup.ratio is not None:
        return text(
            "share of newcomers lost at each step of the longer onboarding in the test; {level} interval; n = {n}",
            lang,
            level=level,
            n=n,
        )
    return text(
        "share of newcomers of the last three months lost at each step; {level} interval; n = {n}",
        lang,
        level=level,
        n=n,
    )


def setup_said(setup: Setup, found: Irritants, scope: Scope) -> str:
    """Say in money what the lot says of the shorter onboarding."""
    lang = scope.language
    if setup.margin is None or not setup.is_sound or np.isnan(setup.margin.low):
        return text(
            "What an easier onboarding brings in money cannot be told: no test by lot with orders after it.",
            lang,
        )
    money = {"unit": "currency", "currency": scope.currency, "decimals": 2, "language": lang}
    one = setup.margin
    facts = {
        "value": number(one.value, **money), "bounds": interval(one.low, one.high, **money), "days": found.outcome_days,
        "n": number(one.n, "count", language=lang), "money": money_word(scope),
    }  # fmt: skip
    if one.low <= 0 <= one.high:
        return text(
            "By lot, the shorter onboarding changed the {money} of {days} days by {value} a newcomer ({bounds}, n = {n}): not told from nothing.", lang, **facts
        )  # fmt: skip
    return text(
        "By lot, the shorter onboarding changed the {money} of {days} days by {value} a newcomer ({bounds}, n = {n}).",
        lang,
        **facts,
    )


def naive(visits: Visits, found: Irritants, funnel: pd.DataFrame, scope: Scope) -> str:
    """Say what two careless readings would claim: every visit that ends is an order lost, and those touched against all others."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    said = []
    if len(funnel) and funnel["left"].sum() > 0 and not np.isnan(found.order_margin):
        left = float(funnel["left"].sum())
        said.append(
            text("{n} visits of the month ended without an order: at the {money} of an order, **{value}** “lost”.", lang, money=money_word(scope),
                 n=number(left, "count", language=lang), value=number(left * found.order_margin, **money))
        )  # fmt: skip
    if not np.isnan(found.unmatched):
        said.append(
            text("Customers touched by an irritant brought **{value}** of {money} in the next {days} days {more} than all others.", lang,
                 value=number(abs(found.unmatched), decimals=2, **money), money=money_word(scope), days=found.outcome_days,
                 more=text("more", lang) if found.unmatched > 0 else text("less", lang))
        )  # fmt: skip
    return "\n\n".join(said) or text("Without visits and irritants there is nothing to misread here.", lang)


def answer(ranked: pd.DataFrame, rows: list[KpiRow], found: Irritants, scope: Scope) -> str:
    """Answer the page's question in at most three sentences: what to mend and what it may be worth, the doubt, the conversion."""
    lang, said = scope.language, []
    if ranked.empty:
        said.append(
            text(
                "Which irritant to mend first cannot be told: {why}",
                lang,
                why=found.lacking or text("nothing is known of any.", lang),
            )
        )
    else:
        said.append(worth(ranked.iloc[0], found, scope))
        said.append(doubt(ranked.iloc[0], found, scope))
    row = next(one for one in rows if one.id == "conversion_rate")
    shown = {"decimals": row.decimals, "language": lang}
    said.append(
        text("Why people leave the site cannot be told: {why}", lang, why=row.reason) if row.value is None
        else text("Of the visits {value} end with an order ({bounds}).", lang, value=number(row.value, "share", **shown),
                  bounds=interval(row.low, row.high, "share", **shown))
    )  # fmt: skip
    return " ".join(said)


def worth(top: pd.Series, found: Irritants, scope: Scope) -> str:
    """Say which irritant to mend first and what it may be worth at most."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    facts = {
        "name": named(top["irritant"], lang), "owner": owner(top["irritant"], scope), "days": found.days, "money": money_word(scope),
        "n": number(top["n_customers"], "count", language=lang),
    }  # fmt: skip
    if top["is_told"]:
        return text(
            "Mend first “{name}” ({owner}): worth at most {value} of {money} ({bounds}), {n} customers touched in {days} days.", lang, **facts,
            value=number(top["stake"], **money), bounds=interval(top["stake_low"], top["stake_high"], **money),
        )  # fmt: skip
    if top["direct"] > 0:
        return text(
            "Mend first “{name}” ({owner}): at most {value} of {money} went with it at once in {days} days, for {n} customers.", lang, **facts,
            value=number(top["direct"], **money),
        )  # fmt: skip
    return text(
        "Mend first “{name}” ({owner}): {n} customers touched in {days} days; its money cannot be told.",
        lang,
        **facts,
    )


def doubt(top: pd.Series, found: Irritants, scope: Scope) -> str:
    """Say how firm the first place is, and whether those touched are told to bring less later."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "decimals": 2, "language": lang}
    first = number(top["first"], "share", language=lang)
    if top["lost"] != top["lost"]:
        return text(
            "It is first in {first} of redraws; what it costs later cannot be told, too few can be compared.",
            lang,
            first=first,
        )
    facts = {"first": first, "value": number(top["lost"], **money), "bounds": interval(top["lost_low"], top["lost_high"], **money), "days": found.outcome_days}  # fmt: skip
    if top["is_told"]:
        return text(
            "It is first in {first} of redraws; those touched brought {value} less each in {days} days ({bounds}), a difference and no effect.", lang, **facts
        )  # fmt: skip
    return text(
        "It is first in {first} of redraws; what it costs in later orders cannot be told ({bounds} a customer in {days} days).",
        lang, **facts,
    )  # fmt: skip
