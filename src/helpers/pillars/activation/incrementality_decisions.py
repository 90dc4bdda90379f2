"""What to do with each tested channel, and what to test next."""

from __future__ import annotations

import math

from scipy.special import ndtr

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import listed, plural, signed, text
from helpers.kpi import Z
from helpers.pillars.activation import pages
from helpers.pillars.activation.incrementality import GeoTest
from helpers.pillars.activation.incrementality_design import Plan
from helpers.pillars.activation.incrementality_telling import _facts, net, readable, verdict


def decisions(found: list[GeoTest], plans: list[Plan], scope: Scope, *, owner: str = "") -> list[Decision]:
    """One decision a tested channel, by its last test; then the tests that may come next.

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


def next_plans(plans: list[Plan], settled: set[str]) -> list[Plan]:
    """The tests that could be made next: of the channels that no test has settled those that a test would tell, the largest spend first."""
    return [plan for plan in plans if plan.kind and plan.channel not in settled]


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
            "{net_bounds}), which may as well be a loss as a gain ({p} of no effect on sales).", lang, **facts, signed=signed(gain, "currency", currency=scope.currency, language=lang),
        )  # fmt: skip
        reverse = text("a larger test leaves zero out", lang)
    elif (judged == "pays") == is_more:
        verb = (
            text("Buy more of {channel}", lang, **facts) if is_more else text("Cut {channel}", lang, **facts)
        )
        said = text(
            "{verb}: at the size of the test it adds {signed} of {margin} after its cost ({level} interval {net_bounds}).", lang, verb=verb, **facts,
            signed=signed(gain, "currency", currency=scope.currency, language=lang),
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
    lang, open_ = scope.language, next_plans(plans, settled(list(latest.values()), scope))
    if not open_:
        return []
    said = text(
        "Plan one of the tests that can tell: {channels}. Their regions, weeks and cost stand in the table; the page on the budget ranks them by "
        "what they would teach. Draw the regions by lot and write the plan down before it starts.", lang, channels=_named(open_, lang),
    )  # fmt: skip
    return [
        Decision(
            id="next_test", verb=text("Plan one test", lang), amount=_size(open_[0], lang), effect=None, sentence=said,
            reverse_if=text("the lot cannot be kept, or another campaign starts in some of the regions", lang), repeats=pages.BUDGET, **common,
        )
    ]  # fmt: skip


def following(plans: list[Plan], found: list[GeoTest], scope: Scope) -> str:
    """Which channels a next test could tell, in one short sentence for the answer; empty where none can."""
    lang, open_ = scope.language, next_plans(plans, settled(found, scope))
    if not open_:
        return ""
    return text("A test of {size} could tell {channels}.", lang, size=_size(open_[0], lang), channels=_named(open_, lang))  # fmt: skip


def _named(plans: list[Plan], lang: str) -> str:
    return listed([plan.channel for plan in plans], lang)


def _size(plan: Plan, lang: str) -> str:
    weeks = plural("one week", "{n} weeks", plan.weeks, lang)
    return text("{n} regions, {weeks}", lang, n=plan.n_regions, weeks=weeks)
