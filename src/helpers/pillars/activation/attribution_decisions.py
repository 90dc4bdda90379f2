"""Which number may be used for what: budgets, reports, the steering of campaigns."""

from __future__ import annotations

import pandas as pd

from helpers import i18n
from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.methods.attribution_draws import Attributed
from helpers.pillars.activation.attribution import Known
from helpers.pillars.activation.attribution_words import ends, rule_name, widest


def decisions(
    found: Known, split: Attributed | None, spend: pd.Series, tests: pd.DataFrame, claims: pd.Series, scope: Scope, *,
    rule: str, owner: str = "",
) -> list[Decision]:  # fmt: skip
    """One decision a use of the figures: budget, report, steering. None has an effect in money: no path shows a cause.

    Parameters
    ----------
    found, split : paths, and orders by rule and channel.
    spend, claims : media spend by channel, and purchases that platforms claim; empty where not known.
    tests : what tests by region lead to expect, from `attribution.tested`.
    rule : the rule of the reports.
    """
    lang, apart = scope.language, widest(split, spend)
    common = {"due": scope.next_review, "currency": scope.currency}
    media, cmo = owner or text("media manager", lang), owner or text("CMO", lang)
    if apart is None:
        said = text("Have contacts measured of those who agree, buyers or not, before asking what stands before an order. {reason}", lang,
                    reason=found.lacking)  # fmt: skip
        return [
            Decision(id="measure_paths", verb=text("Measure", lang), amount=text("contacts by person", lang), sentence=said.strip(),
                     reverse_if=text("a test by region answers the question first", lang), owner=media, **common)
        ]  # fmt: skip
    return [
        _budget(found, apart, spend, tests, scope, {**common, "owner": cmo}),
        _report(found, claims, scope, rule, {**common, "owner": media}),
        _steer(found, scope, rule, {**common, "owner": media}),
    ]


def _budget(
    found: Known, apart, spend: pd.Series, tests: pd.DataFrame, scope: Scope, common: dict
) -> Decision:
    """Move nothing: how much the rules differ, in money, and which test would tell."""
    lang = scope.language
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    margin = scope.company.contribution_margin_rate
    worth = number(apart.apart * found.value * (margin or 1.0), **money)
    facts = {
        "channel": apart.channel,
        "worth": worth,
        "amount": number(spend.sum(), **money),
        **ends(apart, lang),
    }
    first = (
        text("Move none of the {amount} of media spend on a rule: for {channel} alone the rules lie {worth} of contribution margin apart ({least} "
             "to {most} orders).", lang, **facts)
        if margin is not None
        else text("Move none of the {amount} of media spend on a rule: for {channel} alone the rules lie {worth} of revenue apart ({least} to {most} "
                  "orders).", lang, **facts)
    )  # fmt: skip
    if apart.channel in set(tests["channel"]):
        then = text(
            "For {channel} take the test by region, and test the other channels likewise.", lang, **facts
        )
    else:
        then = text("Only a test by region tells; the page on the budget says of which channel first.", lang)
    return Decision(
        id="budget_by_test", verb=text("Do not move budget", lang), amount=facts["amount"], sentence=f"{first} {then}",
        reverse_if=text("a test by region of the channel is over, or a mix model that agrees with one", lang), **common,
    )  # fmt: skip


def _report(found: Known, claims: pd.Series, scope: Scope, rule: str, common: dict) -> Decision:
    lang = scope.language
    facts = {
        "rule": rule_name(rule, scope), "n": number(found.n_followed, "count", language=lang),
        "all": number(found.n_orders, "count", language=lang),
    }  # fmt: skip
    said = text("Report one rule, {rule}, with its {n} of {all} orders beside it.", lang, **facts)
    if len(claims):
        total = number(claims.sum(), "count", language=lang)
        said += " " + text(
            "Do not add up what platforms claim: it makes {claimed} purchases.", lang, claimed=total
        )
    return Decision(
        id="report_one_rule", verb=text("Report", lang), amount=i18n.text("{n} of {all} orders", lang, **facts), sentence=said,
        reverse_if=text("another rule is closer to the tests, channel by channel", lang), **common,
    )  # fmt: skip


def _steer(found: Known, scope: Scope, rule: str, common: dict) -> Decision:
    lang = scope.language
    said = text(
        "Use {rule} from week to week to compare campaigns of one channel on one platform, where the same people are reached in the same way; "
        "never to compare channels.", lang, rule=rule_name(rule, scope),
    )  # fmt: skip
    return Decision(
        id="steer_inside", verb=text("Steer", lang), amount=text("campaigns inside a channel", lang), sentence=said,
        reverse_if=text("a lot inside the platform shows that the order of its campaigns is another", lang), **common,
    )  # fmt: skip
