"""The decisions of the page on what the brand brings in sales: the brand share of the budget, the test by region, the tracker."""

from __future__ import annotations

import math

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import LEVEL
from helpers.methods.base_demand_pause import summary
from helpers.pillars.brand import demand_words as words
from helpers.pillars.brand.demand import Page
from helpers.pillars.brand.demand_figures import pause_refusal, refusal
from helpers.pillars.brand.demand_regions import WOULD_NOT
from helpers.pillars.brand.demand_series import answers
from helpers.pillars.brand.demand_tested import tested
from helpers.pillars.brand.words import level

RAISE, HOLD, OPEN = "raise", "hold", "cannot tell"
WORTH = 5.0  # times the answers of today: a larger tracker is not asked for


def stand(made: Page) -> str:
    """Raise, hold or cannot tell: what the figures say of the brand share of the budget."""
    if not made.pause_is_told or math.isnan(made.paid):
        return OPEN
    return RAISE if made.paid >= made.min_chance and made.is_shown else HOLD


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions: first the brand share of the budget, then what would tell more."""
    lang = scope.language
    common = {"owner": owner or text("brand director", lang), "due": scope.next_review}
    found = [_share(made, scope, common)]
    if made.found.table["brand_media"].sum() > 0 and stand(made) != RAISE:
        found.append(_regions(made, scope, common))
    return [*found, _tracker(made, scope, common)]


def _share(made: Page, scope: Scope, common: dict) -> Decision:
    lang, said = scope.language, stand(made)
    now = words.share(made.budget_share, scope)
    back = text(
        "a pause in part of the regions costs more than it saves, then raise; or clearly less, then cut", lang
    )
    if said == OPEN:
        why = refusal(made, scope) or pause_refusal(made, scope)
        told = text("Hold the brand share of the media budget at {now}: whether more or less would pay cannot be told. {why}", lang, now=now, why=why)  # fmt: skip
        return Decision(id="brand_share", verb=text("Hold", lang), amount=text("{now} of media", lang, now=now), reverse_if=back, sentence=told, **common)  # fmt: skip
    one = summary(made.net, level=LEVEL, n=made.found.months)
    facts = {
        "now": now, "value": words.amount(one.value, scope), "bounds": words.amounts(one.low, one.high, scope), "level": level(scope),
        "chance": words.chance(made.paid, scope), "step": words.share(made.step, scope), "to": words.share(made.budget_share + made.step, scope),
        "saved": words.amount(made.saved, scope),
    }  # fmt: skip
    money = {"effect": one.value, "low": one.low, "high": one.high, "currency": scope.currency, "probability": min(made.paid, SUREST)}  # fmt: skip
    if said == RAISE:
        told = text(
            "Raise the brand share of the media budget from {now} to {to}: four quarters without brand media would save {saved} and cost {value} of margin more "
            "than that ({level} interval {bounds}); the chance that they cost more than they save is {chance}. That is what brand media bring on average: the next "
            "part may bring less, so look again after four quarters.", lang, **facts,
        )  # fmt: skip
        return Decision(id="brand_share", verb=text("Raise", lang), amount=text("{step} of media", lang, **facts), reverse_if=back, sentence=told, **money, **common)  # fmt: skip
    told = text(
        "Hold the brand share of the media budget at {now}: four quarters without brand media would save {saved}, and the chance that they cost more in margin "
        "than they save is {chance} (on balance {value}, {level} interval {bounds}).", lang, **facts,
    )  # fmt: skip
    return Decision(id="brand_share", verb=text("Hold", lang), amount=text("{now} of media", lang, now=now), reverse_if=back, sentence=told, **money, **common)  # fmt: skip


def _regions(made: Page, scope: Scope, common: dict) -> Decision:
    lang, one = scope.language, made.test
    if one.verdict == OPEN:
        return Decision(
            id="region_test", verb=text("Verify", lang), amount=text("a test by region", lang), sentence=text("Verify on the page on incrementality first: {told}", lang, told=tested(made, scope)),
            reverse_if=text("that page shows that a test of this size sees what brand media would have to bring", lang), **common,
        )  # fmt: skip
    if one.verdict == WOULD_NOT:
        return Decision(
            id="region_test", verb=text("Leave", lang), amount=text("a pause by region", lang), sentence=text("Leave a pause by region aside: {told}", lang, told=tested(made, scope)),
            reverse_if=text("orders of the regions become steadier, or brand media a larger part of sales", lang), **common,
        )  # fmt: skip
    told = text(
        "Test a pause: stop brand media in a third of the regions for two quarters, drawn by lot, and compare orders there with the rest, before any cut for all. "
        "{told} That keeps back about {kept} of brand media, if they are spread evenly over regions and months.",
        lang, told=tested(made, scope), kept=words.amount(made.saved / 6, scope),
    )  # fmt: skip
    return Decision(
        id="region_test", verb=text("Test", lang), amount=text("a third of the regions, two quarters", lang),
        reverse_if=text("orders in the paused regions fall behind by more than their usual spread", lang), sentence=told, **common,
    )  # fmt: skip


def _tracker(made: Page, scope: Scope, common: dict) -> Decision:
    lang, needed, now = scope.language, made.needed, answers(made.found, made.metric)
    have = number(now, "count", language=lang)
    amount, verb = text("{have} answers a month", lang, have=have), text("Keep", lang)
    if math.isfinite(needed) and now < needed <= WORTH * now:
        need = number(round(needed), "count", language=lang)
        told = text("Ask {need} effective answers a month in place of {have}: in as many months as these the agency barometer would then tell what brand media add to the brand.", lang, need=need, have=have)  # fmt: skip
        amount, verb = text("{need} answers a month", lang, need=need), text("Ask", lang)
    elif math.isfinite(needed) and needed <= now:
        told = text("Keep the agency barometer at {have} effective answers a month: that is enough.", lang, have=have)  # fmt: skip
    else:
        told = text("Keep the agency barometer at {have} effective answers a month: {why}", lang, have=have, why=_why_keep(made, scope))  # fmt: skip
    return Decision(id="tracker", verb=verb, amount=amount, sentence=told, reverse_if=text("brand media change their rhythm from flights to years on and years off", lang), **common)  # fmt: skip


def _why_keep(made: Page, scope: Scope) -> str:
    """Why more answers are not asked for."""
    lang = scope.language
    if not made.found.table["brand_media"].sum() > 0:
        return text("no brand media were bought, so there is nothing of theirs for it to tell.", lang)
    if math.isnan(made.needed):
        return text("how many would tell what brand media add cannot be worked out from these months.", lang)
    if math.isinf(made.needed):
        return text("more would not tell what brand media add, because the brand wanders more between the months than the flights of these media move it.", lang)  # fmt: skip
    need = number(round(made.needed), "count", language=lang)
    return text("telling what brand media add would take {need}, more than {times} times as many.", lang, need=need, times=number(WORTH, "count", language=lang))  # fmt: skip
