"""The map of the journey: each step with its goal, signal, measure and the action that belongs to it."""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import capital, interval, mark, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.intervals import wilson
from helpers.pillars.activation.journey import Visits, rate, within
from helpers.pillars.activation.journey_irritants import SETUP_DAYS, Irritants
from helpers.pillars.activation.journey_setup import Setup
from helpers.rollups import standing

STEPS = (  # step, its goal, the action that belongs to it
    (mark("discovery"), mark("interest"), mark("content for those who come")),
    (mark("evaluation"), mark("proof"), mark("demonstration, comparison, case")),
    (mark("purchase"), mark("conversion"), mark("personal reminder of a basket left")),
    (mark("configuration"), mark("it works"), mark("help at the step where newcomers stop")),
    (mark("onboarding"), mark("use"), mark("coaching in the product")),
    (mark("loyalty"), mark("value"), mark("an offer that fits growing use")),
    (mark("support"), mark("solved at once"), mark("mend the first irritant")),
    (mark("upgrade"), mark("a larger contract"), mark("offer by use, tested by lot")),
)


class Later(NamedTuple):
    """What is known of customers later on: reasons of leavers [choice, n], accounts with a contract and those that enlarged it."""

    reasons: pd.DataFrame | None
    accounts: int
    enlarged: int


def later(surveys: Any, movements: Any, scope: Scope, *, question: str) -> Later:
    """Read the twelve months of the optional tables `surveys` and `arr_movements`; `question` is the code of why people leave."""
    since = scope.period.before(11).start
    reasons = None
    if surveys is not None:
        found = rollups.collect(
            standing.choices(surveys, questions=(question,), since=since), may_be_empty=True
        )
        reasons = (
            found.sort_values(["n", "choice"], ascending=[False, True], kind="stable", ignore_index=True)
            if len(found)
            else None
        )
    if movements is None:
        return Later(reasons, 0, 0)
    rows = rollups.collect(
        rollups.only(movements, "account_id", "month", "kind", "arr_delta"), may_be_empty=True
    )
    value = rows.groupby("account_id")["arr_delta"].sum()
    recent = rows[(rows["month"] >= pd.Timestamp(since)) & (rows["kind"] == "expansion")]
    return Later(reasons, int((value > 0).sum()), int(recent["account_id"].nunique()))


def steps(
    visits: Visits, found: Irritants, setup: Setup, after: Later, rows: list[KpiRow], scope: Scope
) -> str:
    """One line a step of the journey: goal, signal, measure with its interval, and action; what is on another page is named."""
    lang, by_id = scope.language, {row.id: row for row in rows}
    made = {
        "discovery": (_engaged(visits, scope), _said(by_id.get("viewing_time_per_visit"), text("seconds of video watched per visit", lang), lang)),
        "evaluation": (_seen(visits, scope), _said(by_id.get("visit_to_basket"), text("of visits put something in the basket; leads: page crm/07", lang), lang)),
        "purchase": (_left(visits, scope), _said(by_id.get("conversion_rate"), text("of visits order; baskets recovered: page crm/05", lang), lang)),
        "configuration": (_stopped(setup, scope), _ended(setup, scope)),
        "onboarding": (_inactive(found, scope), text("retention on day 30: page crm/01", lang)),
        "loyalty": (_reason(after, scope), text("customer value: page crm/02; churn: page crm/03", lang)),
        "support": (_opened(found, scope), _said(by_id.get("first_contact_solution"), text("of cases solved at the first contact", lang), lang)),
        "upgrade": (_enlarged(after, scope), text("revenue kept and enlarged: page crm/07", lang)),
    }  # fmt: skip
    lines = [
        text(
            "- **{step}** ({goal}). {signal}. {measure}. *{action}.*", lang, step=capital(text(step, lang)), goal=text(goal, lang),
            signal=capital(made[step][0]), measure=capital(made[step][1]), action=capital(text(action, lang)),
        )
        for step, goal, action in STEPS
    ]  # fmt: skip
    return "\n".join(lines)


def _said(row: KpiRow | None, what: str, language: str) -> str:
    """A figure with its interval before what it is of, or a dash with it."""
    if row is None or row.value is None:
        return text("cannot tell: {what}", language, what=what)
    shown = {"decimals": row.decimals, "language": language}
    return f"{number(row.value, row.unit, **shown)} ({interval(row.low, row.high, row.unit, **shown)}) {what}"


def _share(visits: Visits, name: str, said: str, scope: Scope) -> str:
    if visits.days is None:
        return text("no visits known", scope.language)
    sums = within(visits.days, scope.period)[[name, "sessions"]].sum()
    if sums["sessions"] < COUNTS_ONLY or not sums[name] > 0:
        return text("no visits known", scope.language)
    return f"{number(sums[name] / sums['sessions'], 'share', language=scope.language)} {said}"


def _engaged(visits: Visits, scope: Scope) -> str:
    return _share(visits, "engaged_sessions", text("of visits are more than a glance", scope.language), scope)


def _seen(visits: Visits, scope: Scope) -> str:
    if "product_views" not in visits.steps:
        return text("no visits known", scope.language)
    return _share(visits, "product_views", text("of visits look at a product", scope.language), scope)


def _left(visits: Visits, scope: Scope) -> str:
    lang = scope.language
    told = rate(visits, "purchases", "add_to_carts", scope.period, scope)
    if told.reason:
        return text("baskets left: page crm/05", lang)
    left = number(1 - told.estimate.value, "share", language=lang)
    return text("{share} of visits with a basket end without an order", lang, share=left)


def _stopped(setup: Setup, scope: Scope) -> str:
    some = setup.losses[setup.losses["low"].notna()]
    if some.empty:
        return text("no onboarding known", scope.language)
    worst = some.loc[some["lost"].astype(float).idxmax()]
    bounds = interval(worst["low"], worst["high"], "share", language=scope.language)
    share = number(worst["lost"], "share", language=scope.language)
    return text(
        "most stop at: {step}, {share} ({bounds})",
        scope.language,
        step=worst["step"],
        share=share,
        bounds=bounds,
    )


def _ended(setup: Setup, scope: Scope) -> str:
    lang = scope.language
    if setup.completion is None or not setup.is_sound:
        return text("cannot tell: what fewer steps change, without a test by lot", lang)
    gain = setup.completion
    return text(
        "by lot, fewer steps: {value} points more end it ({bounds})", lang, value=number(100 * gain.value, "count", decimals=1, language=lang),
        bounds=interval(100 * gain.low, 100 * gain.high, "count", decimals=1, language=lang),
    )  # fmt: skip


def _inactive(found: Irritants, scope: Scope) -> str:
    n = int(within(found.touches[found.touches["kind"] == "setup"], scope.period)["n"].sum())
    if not n:
        return text("no onboarding known", scope.language)
    return text(
        "{n} newcomers of the month not through after {days} days",
        scope.language,
        n=number(n, "count", language=scope.language),
        days=SETUP_DAYS,
    )


def _reason(after: Later, scope: Scope) -> str:
    lang = scope.language
    n = 0 if after.reasons is None else int(after.reasons["n"].sum())
    if n < COUNTS_ONLY:
        return text("no reasons of leavers known", lang)
    first = after.reasons.iloc[0]
    bounds = interval(*wilson(int(first["n"]), n, level=LEVEL), "share", language=lang)
    share = number(first["n"] / n, "share", language=lang)
    return text(
        "leavers name first: {reason}, {share} ({bounds})",
        lang,
        reason=first["choice"],
        share=share,
        bounds=bounds,
    )


def _opened(found: Irritants, scope: Scope) -> str:
    n = int(within(found.touches[found.touches["kind"] == "case"], scope.period)["n"].sum())
    if not n:
        return text("no cases known", scope.language)
    return text(
        "{n} cases opened in the month", scope.language, n=number(n, "count", language=scope.language)
    )


def _enlarged(after: Later, scope: Scope) -> str:
    lang = scope.language
    if not after.accounts:
        return text("no contracts known", lang)
    return text(
        "{n} of {all} accounts enlarged their contract in twelve months", lang, n=number(after.enlarged, "count", language=lang),
        all=number(after.accounts, "count", language=lang),
    )  # fmt: skip
