"""What the tested campaigns say, in words: findings, checks, the figure and the answer of the page."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import kpi
from helpers.checks import NO_TREND, Check, check, sample_check
from helpers.company import Scope
from helpers.i18n import interval, month, number, p_value, plural, text
from helpers.kpi import LEVEL, KpiRow, money_word
from helpers.methods.intervals import Estimate
from helpers.pillars.crm.campaigns_uplift import Trial, is_readable
from helpers.pillars.crm.definitions import KPIS


def kpis(found: list[Trial], scope: Scope, *, lacking: str = "") -> list[KpiRow]:
    """The effect of the last tested campaign, in money a customer addressed; `lacking` says why there is none."""
    definition = KPIS["campaign_effect"]
    if not found:
        reason = lacking or text(
            "No campaign whose weeks are over left customers alone by lot.", scope.language
        )
        return [kpi.row(definition, scope, None, n=0, reason=reason)]
    trial = found[-1]
    effect = trial.margin.absolute
    name = text("Campaign: {name}.", scope.language, name=trial.name)
    if np.isnan(effect.low) or not is_readable(trial):
        why = text("Its groups are too small, or not those that a lot would make.", scope.language)
        return [kpi.row(definition, scope, None, n=trial.n, reason=f"{name} {why}")]
    return [
        kpi.row(definition, scope, effect.value, low=effect.low, high=effect.high, n=trial.n, reason=name)
    ]


def checks(
    found: list[Trial],
    campaigns: pd.DataFrame | None,
    scope: Scope,
    *,
    planned_held_out: float,
    lacking: str = "",
) -> list[Check]:
    """What could make the tests wrong: no group left alone, sizes that do not fit the plan, arms that were unlike, few people.

    `lacking` says which table of the tests the company does not have, and which export would bring it.
    """
    lang, made = scope.language, []
    share = number(planned_held_out, "share", language=lang)
    for trial in found:
        ratio, alone = trial.ratio, int((~trial.people["is_sent"]).sum())
        counted = number(alone, "count", language=lang), number(trial.n, "count", language=lang)
        facts = {"campaign": trial.name, "alone": counted[0], "n": counted[1], "planned": share}
        made.append(
            check(
                f"sample_ratio_{trial.id}", ratio.verdict == "as planned",
                text("“{campaign}”: {alone} of {n} customers were left alone, {planned} were planned ({p}).", lang, **facts,
                     p=p_value(ratio.p, lang)) if ratio.verdict != "cannot tell"
                else text("“{campaign}”: {alone} of {n} customers were left alone, too few to hold against the plan.", lang, **facts),
                remedy=text("Find out who dropped out of which group before reading any result, or correct planned_held_out.", lang),
                otherwise="fail" if ratio.verdict == "mismatch" else "review",
            )
        )  # fmt: skip
        made.append(
            check(
                f"balance_{trial.id}", trial.is_alike or ratio.verdict != "as planned",
                text("“{campaign}”: before the message the groups differ by at most {unlike} standard deviations.", lang, **facts,
                     unlike=number(trial.unlike, "ratio", decimals=2, language=lang)),
                remedy=text("A lot would hardly make groups so unlike: look at how they were drawn.", lang), otherwise="fail",
            )
        )  # fmt: skip
    if not found:
        alone = text("Leave every tenth customer out of the next campaign, by lot.", lang)
        made.append(
            check("left_alone", False, text("No campaign whose weeks are over left customers alone by lot.", lang),
                  remedy=f"{alone} {lacking}".strip())
        )  # fmt: skip
    if found:
        least = min(min(int(t.people["is_sent"].sum()), int((~t.people["is_sent"]).sum())) for t in found)
        made.append(
            sample_check(
                "smallest_group",
                least,
                text("customers in the smallest group of a test", lang),
                language=lang,
            )
        )
    if campaigns is not None:
        tested = {trial.id for trial in found}
        mails = campaigns[campaigns["channel"] == "email"] if "channel" in campaigns else campaigns
        untested = int((~mails["campaign_id"].isin(tested)).sum())
        made.append(
            check(
                "tested", untested == 0,
                plural("{n} campaign by e-mail left nobody alone or is not over: what it changed cannot be told.",
                       "{n} campaigns by e-mail left nobody alone or are not over: what they changed cannot be told.", untested, lang),
                remedy=text("Leave one customer in ten alone, by lot, also in welcome series and newsletters.", lang),
            )
        )  # fmt: skip
    return made


def rankings(found: list[Trial], scope: Scope) -> pd.DataFrame:
    """How well two rankings tell whom the message moves: one row a campaign, qini with its interval in words by effect and by response."""
    lang = scope.language

    made = {
        text("ranked by effect", lang): [_shown(trial, trial.qini, lang) for trial in found],
        text("ranked by response", lang): [_shown(trial, trial.by_response, lang) for trial in found],
    }
    table = pd.DataFrame(made, index=[trial.name for trial in found])
    return table.rename_axis(
        columns=text("qini, {level} interval", lang, level=number(LEVEL, "share", language=lang))
    )


def _shown(trial: Trial, one: Estimate | None, language: str) -> str:
    if one is None or np.isnan(one.low) or not is_readable(trial):
        return text("cannot tell", language)
    value = number(one.value, "ratio", decimals=3, language=language)
    return f"{value} ({interval(one.low, one.high, 'ratio', decimals=3, language=language)})"


def _harmed(row, language: str) -> str:
    bounds = interval(100 * row.low, 100 * row.high, "count", decimals=1, language=language)
    return f"{row.campaign}: {row.group} ({bounds})"


def leave_alone(table: pd.DataFrame, scope: Scope) -> str:
    """Say which groups a message drives away, or that none is seen and how large a loss could hide."""
    lang = scope.language
    if table.empty or table["low"].isna().all():
        return text(
            "Whom to leave alone cannot be told: no group of a tested campaign has {need} customers.",
            lang,
            need=NO_TREND,
        )
    harmed = table[table["is_driven_away"]]
    if len(harmed):
        listed = "; ".join(_harmed(row, lang) for row in harmed.itertuples())
        return text("Leave alone: {listed} orders per 100 customers addressed.", lang, listed=listed)
    worst = table.loc[table["value"].idxmin()]
    return text(
        "No group by past orders and discounts is seen to be driven away: the interval of each reaches above zero. The lowest is "
        "{group} in “{campaign}”, {value} orders per 100 customers addressed ({bounds}), so a loss inside these bounds is not ruled out.",
        lang, group=worst["group"], campaign=worst["campaign"],
        value=number(100 * worst["value"], "count", decimals=1, language=lang),
        bounds=interval(100 * worst["low"], 100 * worst["high"], "count", decimals=1, language=lang),
    )  # fmt: skip


def naive(found: list[Trial], scope: Scope) -> str:
    """Say what crediting the last campaign with every order that follows it would have claimed."""
    lang = scope.language
    if not found:
        return text("No campaign left customers alone, so nothing can be compared.", lang)
    trial = found[-1]
    sent = trial.people[trial.people["is_sent"]]
    effect = trial.orders.absolute
    return text(
        "“{campaign}” went to **{n}** customers, who placed **{orders}** orders in the weeks after it: {share} each. Those left alone "
        "placed {without} each. What the message changed is {value} orders a customer ({bounds}).",
        lang, campaign=trial.name, n=number(len(sent), "count", language=lang),
        orders=number(sent["n_orders"].sum(), "count", language=lang),
        share=number(trial.orders.treated, "ratio", decimals=3, language=lang),
        without=number(trial.orders.control, "ratio", decimals=3, language=lang),
        value=number(effect.value, "ratio", decimals=3, language=lang),
        bounds=interval(effect.low, effect.high, "ratio", decimals=3, language=lang),
    )  # fmt: skip


def effects_finding(found: list[Trial], scope: Scope) -> str:
    """Say in words which campaigns brought more than chance."""
    lang = scope.language
    if not found:
        return text("What the campaigns changed: cannot tell, none left customers alone", lang)
    if not any(is_readable(t) for t in found):
        return text("What the campaigns changed: cannot tell, their groups are too small or unlike", lang)
    good = [t.name for t in found if t.margin.absolute.low > 0 and is_readable(t)]
    if not good:
        return text("No tested campaign brought money that chance does not explain", lang)
    return text(
        "{good} of {n} tested campaigns brought money that chance does not explain",
        lang,
        good=len(good),
        n=len(found),
    )


def subtitle(found: list[Trial], scope: Scope, *, window_days: int) -> str:
    """Say under the chart of effects what is drawn."""
    lang = scope.language
    return text(
        "{money} per customer addressed within {days} days, addressed less left alone; {level} interval; n = {n}", lang,
        money=money_word(scope), days=window_days, level=number(LEVEL, "share", language=lang),
        n=number(sum(t.n for t in found), "count", language=lang),
    )  # fmt: skip


def curve_finding(found: list[Trial], scope: Scope) -> str:
    """Say in words whether choosing recipients would have paid."""
    lang = scope.language
    ranked = [t for t in found if t.policy is not None and is_readable(t)]
    if not ranked:
        return text("Whether choosing recipients pays cannot be told", lang)
    good = [t for t in ranked if t.policy.verdict == "top" and t.policy.gain.low > 0]
    if not good:
        return text("No evidence that choosing recipients brings more than sending to all", lang)
    return text(
        "Choosing recipients brings more than sending to all in {good} of {n} campaigns", lang, good=len(good), n=len(ranked)
    )  # fmt: skip


def share_label(scope: Scope) -> str:
    """Name the axis of the shares addressed."""
    return text("share addressed, the highest expected effect first", scope.language)


def curve_subtitle(found: list[Trial], scope: Scope) -> str:
    """Say under the curves what is drawn."""
    lang = scope.language
    return text(
        "{money} per customer of the test after the cost of messages; {level} interval of each point; n = {n}", lang, money=money_word(scope),
        level=number(LEVEL, "share", language=lang), n=number(sum(t.n for t in found if t.policy), "count", language=lang),
    )  # fmt: skip


def answer(found: list[Trial], scope: Scope) -> str:
    """Answer the page's question in one sentence a manager may say."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "decimals": 2, "language": lang}
    if not found:
        return text("Which campaign worked cannot be told: none of them left customers alone by lot.", lang)
    good = [t for t in found if t.margin.absolute.low > 0 and is_readable(t)]
    read = [t for t in found if is_readable(t)]
    if not read:
        why = text("Its groups are too small, or not those that a lot would make.", lang)
        return text(
            "Which campaign worked cannot be told. The last is “{campaign}”. {why}",
            lang,
            campaign=found[-1].name,
            why=why,
        )
    if not good:
        last = read[-1].margin.absolute
        return text(
            "Of {n} tested campaigns none is told from nothing; the last, “{campaign}”, changed {value} a customer addressed ({bounds}).", lang,
            n=len(found), campaign=read[-1].name, value=number(last.value, **money), bounds=interval(last.low, last.high, **money),
        )  # fmt: skip
    best = max(good, key=lambda t: t.margin.absolute.value)
    effect = best.margin.absolute
    said = text(
        "“{campaign}” brought {value} of {money} a customer addressed ({level} interval {bounds}, n = {n}, {month}); not told from "
        "nothing: {others} of {all} tested campaigns.", lang, campaign=best.name, value=number(effect.value, **money), money=money_word(scope),
        level=number(LEVEL, "share", language=lang), bounds=interval(effect.low, effect.high, **money),
        n=number(best.n, "count", language=lang), month=month(best.starts_on, lang), others=len(found) - len(good), all=len(found),
    )  # fmt: skip
    return said + " " + curve_finding(found, scope) + "."
