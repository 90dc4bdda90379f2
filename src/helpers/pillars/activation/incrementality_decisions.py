"""What to do with each tested channel, and what to test next."""

from __future__ import annotations

import math

from scipy.special import ndtr

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import number, plural, text
from helpers.kpi import Z
from helpers.pillars.activation.incrementality import GeoTest
from helpers.pillars.activation.incrementality_design import Plan
from helpers.pillars.activation.incrementality_telling import _facts, margin_word, net, readable, verdict


def decisions(found: list[GeoTest], plans: list[Plan], scope: Scope, *, owner: str = "") -> list[Decision]:
    """One decision a tested channel, by its last test; then the next test.

    Parameters
    ----------
    found : tests of the page. plans : designs by channel, the largest spend first.
    owner : who acts; default the media manager.
    """
    common = {
        "owner": owner or text("media manager", scope.language), "due": scope.next_review, "currency": scope.currency,
    }  # fmt: skip
    latest = {test.channel: test for test in readable(found) if not math.isnan(test.roas[0])}
    ordered = sorted(
        latest.values(), key=lambda test: (verdict(test, scope) == "cannot tell", -test.ends_on.toordinal())
    )
    made = [_channel(test, scope, common) for test in ordered]
    return [*made, *_next(plans, latest, scope, common)]


def next_plan(plans: list[Plan], settled: set[str]) -> Plan | None:
    """The test to make next: of the channels that no test has settled the one with the largest spend that a test would tell."""
    return next((plan for plan in plans if plan.kind and plan.channel not in settled), None)


def settled(found: list[GeoTest], scope: Scope) -> set[str]:
    """Channels whose last test says whether they pay."""
    latest = {test.channel: test for test in readable(found)}
    return {name for name, test in latest.items() if verdict(test, scope) != "cannot tell"}


def _channel(test: GeoTest, scope: Scope, common: dict) -> Decision:
    lang, facts, judged = scope.language, _facts(test, scope), verdict(test, scope)
    is_more, (gain, low, high) = test.spend_change > 0, net(test, scope)
    amount = text("{spend} of spend changed in {weeks} weeks", lang, **facts)
    chance = float(ndtr(gain / ((high - low) / 2 / Z))) if high > low else 0.5
    if judged == "cannot tell":
        verb = text("Leave {channel} as it is", lang, **facts)
        said = text(
            "Leave the budget of {channel} as it is: the change of spend moved {margin} after its cost by {signed} ({level} interval "
            "{net_bounds}), which may as well be a loss as a gain ({p} of no effect on sales).", lang, **facts, signed=_signed(gain, scope),
        )  # fmt: skip
        reverse = text("a larger test leaves zero out", lang)
    elif (judged == "pays") == is_more:
        verb = (
            text("Buy more of {channel}", lang, **facts) if is_more else text("Cut {channel}", lang, **facts)
        )
        said = text(
            "{verb}: at the size of the test it adds {signed} of {margin} after its cost ({level} interval {net_bounds}).", lang, verb=verb, **facts,
            signed=_signed(gain, scope),
        )  # fmt: skip
        reverse = text("a new test says otherwise", lang)
    else:
        verb = (
            text("Do not buy more of {channel}", lang, **facts)
            if is_more
            else text("Keep {channel}", lang, **facts)
        )
        gain, low, high, chance = -gain, -high, -low, 1 - chance
        said = text(
            "{verb}: what was tested would lose {net} of {margin} after its cost ({level} interval of the change {net_bounds}).",
            lang,
            verb=verb,
            **facts,
        )
        reverse = text("a new test says otherwise", lang)
    return Decision(
        id=f"geo_{test.channel}", verb=verb, amount=amount, effect=gain, low=low, high=high,
        probability=min(max(chance, 1 - SUREST), SUREST), reverse_if=reverse, sentence=said, **common,
    )  # fmt: skip


def _next(plans: list[Plan], latest: dict[str, GeoTest], scope: Scope, common: dict) -> list[Decision]:
    lang = scope.language
    plan = next_plan(plans, settled(list(latest.values()), scope))
    if plan is None:
        return []
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    share = {"unit": "share", "decimals": 1, "language": lang}
    weeks = plural("one week", "{n} weeks", plan.weeks, lang)
    facts = {
        "channel": plan.channel, "n": plan.n_regions, "weeks": weeks, "cost": number(abs(plan.cost), **money), "sees": number(plan.sees, **share),
        "pays": number(plan.pays_at, **share), "risk": number(plan.at_risk, **money), "margin": margin_word(scope),
        "factor": number(plan.factor, "ratio", decimals=1, language=lang),
    }  # fmt: skip
    if plan.kind == "dark":
        said = text(
            "Test {channel} next: switch it off in {n} regions, drawn by lot, for {weeks}. The test sees a loss of {sees} of their sales; where the "
            "channel just pays, it is {pays}. It saves {cost} of spend and puts {risk} of revenue at risk.", lang, **facts,
        )  # fmt: skip
    else:
        said = text(
            "Test {channel} next: multiply its spend by {factor} in {n} regions, drawn by lot, for {weeks}. It costs {cost} more and sees a "
            "gain of {sees} of their sales, what so much more spend has to bring to pay. It says whether more pays, not whether the channel does.",
            lang, **facts,
        )  # fmt: skip
    return [
        Decision(
            id="next_test", verb=text("Test {channel}", lang, channel=plan.channel), amount=text("{n} regions, {weeks}", lang, n=plan.n_regions, weeks=weeks),
            effect=None, reverse_if=text("the lot cannot be kept, or another campaign starts in some of the regions", lang), sentence=said, **common,
        )
    ]  # fmt: skip


def following(plans: list[Plan], found: list[GeoTest], scope: Scope) -> str:
    """The next test in one short sentence for the answer; empty where none can be planned."""
    plan = next_plan(plans, settled(found, scope))
    if plan is None:
        return ""
    lang = scope.language
    what = text("switch it off", lang) if plan.kind == "dark" else text("spend × {factor}", lang, factor=number(plan.factor, "ratio", decimals=1, language=lang))  # fmt: skip
    return text(
        "Test {channel} next: {what}, {n} regions, {weeks}.", lang, channel=plan.channel, what=what, n=plan.n_regions,
        weeks=plural("one week", "{n} weeks", plan.weeks, lang),
    )  # fmt: skip


def _signed(value: float, scope: Scope) -> str:
    sign = "+" if value > 0 else ""
    return sign + number(value, "currency", currency=scope.currency, language=scope.language)
