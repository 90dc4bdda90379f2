"""What to do about the basket reminders: go on or stop, which delay, how much to hold out."""

from __future__ import annotations

import math

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import interval, listed, number, plural, text
from helpers.kpi import LEVEL
from helpers.methods.clusters import chance_above, units_needed
from helpers.pillars.crm import basket_timing
from helpers.pillars.crm.basket_timing import Timing, written
from helpers.pillars.crm.basket_words import plural_of, what
from helpers.pillars.crm.baskets import Known, effect, pooled, sent

WORTH_A_CHANGE = 0.75  # a smaller holdout is proposed when this part of it, or less, is enough


def decisions(
    baskets: Known, timing: Timing, scope: Scope, *, wanted: float, due: str, owner: str = ""
) -> list[Decision]:
    """Whether to go on reminding, which delay to drop, and how much to hold out.

    Parameters
    ----------
    timing : as `basket_timing.timing`.
    wanted : half-width to which the effect shall be known [orders a hundred reminders], above 0.

    Raises
    ------
    ValueError : `wanted` is not above 0.
    """
    if not wanted > 0:
        raise ValueError(f"wanted must be above 0, not {wanted!r}")
    common = {
        "currency": scope.currency,
        "due": due,
        "owner": owner or text("CRM manager", scope.language),
    }
    if not effect(baskets, scope.period).is_told:
        return [_learn(baskets, scope, wanted, common)]
    made = [_go_on(baskets, scope, wanted, common), _delay(baskets, timing, scope, common)]
    return [*made, _holdout(baskets, scope, wanted, common)]


def _go_on(baskets: Known, scope: Scope, wanted: float, common: dict) -> Decision:
    """Go on, stop, or wait: by whether the margin after the cost of sending is surely above or below zero."""
    found, lang = effect(baskets, scope.period), scope.language
    n = sent(baskets, scope.period)[0]
    money = tuple(n * figure for figure in found.net)
    facts = _facts(baskets, scope)
    amount = text("{n} baskets reminded in the month", lang, n=number(n, "count", language=lang))
    if found.net[1] > 0:
        verb, reverse = text("Go on reminding", lang), text("the margin after cost is no longer surely above zero", lang)  # fmt: skip
        said = text(
            "Go on reminding: a hundred reminders bring {orders} that would not have come ({level} interval {bounds}), worth {money} of {what} a "
            "month after the cost of sending ({money_bounds}).", lang, **facts,
        )  # fmt: skip
    elif found.net[2] < 0:
        verb, reverse = text("Stop reminding", lang), text("a cheaper message brings the cost of sending under what it earns", lang)  # fmt: skip
        said = text(
            "Stop reminding: a hundred reminders bring {orders} ({level} interval {bounds}), and after the cost of sending {money} of {what} a month "
            "({money_bounds}).", lang, **facts,
        )  # fmt: skip
        money = (-money[0], -money[2], -money[1])
    else:
        verb, reverse = text("Keep testing", lang), text("the interval of the margin leaves zero", lang)
        said = text(
            "Keep testing: a hundred reminders bring {orders} ({level} interval {bounds}), and {money} of {what} a month after the cost "
            "of sending may as well be a loss ({money_bounds}). {weeks}", lang, **facts, weeks=_weeks(baskets, scope, wanted),
        )  # fmt: skip
    sure = chance_above(found.margin, found.cost)
    chance = min(1 - sure if found.net[2] < 0 else sure, SUREST)
    return Decision(
        id="reminders", verb=verb, amount=amount, effect=money[0], low=money[1], high=money[2],
        probability=chance, reverse_if=reverse, sentence=said, **common,
    )  # fmt: skip


def _facts(baskets: Known, scope: Scope) -> dict[str, str]:
    """Effect and money a month of the reminders, in words."""
    found, lang = effect(baskets, scope.period), scope.language
    n = sent(baskets, scope.period)[0]
    orders = tuple(100 * figure for figure in found.orders.absolute[:3])
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    return {
        "orders": number(orders[0], "orders", decimals=1, language=lang),
        "bounds": interval(*orders[1:], "count", decimals=1, language=lang),
        "level": number(LEVEL, "share", language=lang),
        "money": number(n * found.net[0], **money),
        "money_bounds": interval(n * found.net[1], n * found.net[2], **money),
        "what": what(scope),
    }


def _learn(baskets: Known, scope: Scope, wanted: float, common: dict) -> Decision:
    """The lot has to be there, and whole, before anything can be decided."""
    lang, some = scope.language, pooled(baskets, scope.period)
    held = int((~some["is_reminded"]).sum())
    if held and effect(baskets, scope.period).ratio.verdict == "mismatch":
        verb = text("Repair the lot", lang)
        said = text("Repair the lot before anything is decided: {held} of {n} baskets were held out where {planned} were planned.", lang,
                    held=number(held, "count", language=lang), n=number(len(some), "count", language=lang),
                    planned=number(baskets.planned, "share", language=lang))  # fmt: skip
    else:
        verb = text("Hold baskets out", lang)
        said = text(
            "Hold out {share} of the baskets by lot: what the reminders bring cannot be told without. {weeks}", lang,
            share=number(baskets.planned, "share", language=lang), weeks=_weeks(baskets, scope, wanted),
        )  # fmt: skip
    return Decision(
        id="reminders", verb=verb, amount=text("all baskets of known customers", lang), sentence=said,
        reverse_if=text("the check of the lot passes", lang), **common,
    )  # fmt: skip


def _delay(baskets: Known, timing: Timing, scope: Scope, common: dict) -> Decision:
    """Drop the delays that the best one beats for sure; where none is, go on drawing by lot."""
    lang, beaten = scope.language, basket_timing.beaten(timing)
    reverse = text("a later test by lot says otherwise", lang)
    if timing.why or not beaten:
        said = timing.why or text(
            "Keep drawing the delay of {channel} by lot: no delay is surely better than another ({level} for all pairs together).", lang,
            channel=written(timing.channel, lang), level=number(LEVEL, "share", language=lang),
        )  # fmt: skip
        verb = text("Draw the delay by lot", lang)
        amount = text("all reminders of one channel", lang)
        if timing.why:
            said = text("Draw the delay by lot, in equal parts inside each channel. {why}", lang, why=timing.why)  # fmt: skip
        return Decision(id="delay", verb=verb, amount=amount, reverse_if=reverse, sentence=said, **common)
    counts = [basket_timing.a_month(baskets, scope, timing.channel, hours) for hours, _, _ in beaten]
    worth = [
        sum(n * getattr(margin.absolute, part) for n, (_, _, margin) in zip(counts, beaten, strict=True))
        for part in ("value", "low", "high")
    ]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    said = text(
        "Send after {best} h the {channel} that now leave after {worse} h: they would bring {money} of {what} more a month "
        "({bounds}, at {level} for all pairs of delays together).", lang,
        channel=plural_of(timing.channel, lang), best=timing.best, worse=listed([str(hours) for hours, _, _ in beaten], lang, style="or"),
        money=number(worth[0], **money), bounds=interval(worth[1], worth[2], **money), what=what(scope),
        level=number(LEVEL, "share", language=lang),
    )  # fmt: skip
    chance = min(chance_above(beaten[0][2]), SUREST) if len(beaten) == 1 else None
    amount = plural("{n} reminder a month", "{n} reminders a month", sum(counts), lang)
    return Decision(
        id="delay", verb=text("Send earlier", lang) if timing.best < min(h for h, _, _ in beaten) else text("Change the delay", lang),
        amount=amount, effect=worth[0], low=worth[1], high=worth[2], probability=chance, reverse_if=reverse, sentence=said, **common,
    )  # fmt: skip


def _holdout(baskets: Known, scope: Scope, wanted: float, common: dict) -> Decision:
    """Keep the holdout, or take the smaller share that a year's baskets need for the precision wanted."""
    found, lang = effect(baskets, scope.period), scope.language
    held = sent(baskets, scope.period)[1]
    half = 100 * (found.orders.absolute.high - found.orders.absolute.low) / 2
    q = baskets.planned
    spare = 0.25 - q * (1 - q) * (half / wanted) ** 2  # the root of q'(1 - q') = q (1 - q) (half / wanted)²
    enough = max(0.05, 0.5 - math.sqrt(spare)) if spare > 0 else 0.5
    cost = [held * figure for figure in found.net]
    money = {"unit": "currency", "currency": scope.currency, "language": lang}
    facts = {
        "share": number(q, "share", language=lang),
        "cost": number(cost[0], **money),
        "bounds": interval(cost[1], cost[2], **money),
        "half": number(half, "count", decimals=1, language=lang),
        "weeks": _weeks(baskets, scope, wanted),
    }
    amount = text("{n} baskets held out in the month", lang, n=number(held, "count", language=lang))
    reverse = text("the reminders themselves stop, or their wording changes", lang)
    if enough <= WORTH_A_CHANGE * q:
        part = 1 - enough / q
        said = text(
            "Hold out {enough} in place of {share}: a year of it still tells the effect to ± {wanted} orders a hundred reminders, and the "
            "holdout costs {cost} a month now ({bounds}).", lang, **facts, enough=number(enough, "share", language=lang),
            wanted=number(wanted, "count", decimals=1, language=lang),
        )  # fmt: skip
        worth, verb = tuple(part * figure for figure in cost), text("Hold out less", lang)
    else:
        said = text(
            "Keep holding out {share}: it costs {cost} a month ({bounds}) and has told the effect to ± {half} orders a hundred reminders. "
            "{weeks}", lang, **facts,
        )  # fmt: skip
        worth, verb = (-cost[0], -cost[2], -cost[1]), text("Keep the holdout", lang)
    return Decision(
        id="holdout", verb=verb, amount=amount, effect=worth[0], low=worth[1], high=worth[2], reverse_if=reverse, sentence=said, **common,
    )  # fmt: skip


def _weeks(baskets: Known, scope: Scope, wanted: float) -> str:
    """Say how long the lot must go on for the precision wanted, at the month's number of baskets."""
    some, lang, period = pooled(baskets, scope.period), scope.language, scope.period
    found = effect(baskets, period).orders
    q, a_week = baskets.planned, sum(sent(baskets, period)) * 7 / ((period.end - period.start).days + 1)
    told = found.error > 0 and some["is_reminded"].nunique() == 2
    share = 1 - some["is_reminded"].mean() if told else q
    spread = found.error * math.sqrt(len(some) * share * (1 - share)) if told else some["n_orders"].std()
    facts = {"wanted": number(wanted, "count", decimals=1, language=lang)}
    if not (spread > 0 and a_week > 0):
        return text("How long that takes cannot be told: too few baskets.", lang)
    need = units_needed(float(spread), wanted / 100, control_share=q, level=LEVEL)
    have = len(some) if told else 0
    if have >= need:
        return text("The ± {wanted} wanted is reached.", lang, **facts)
    weeks = plural("{n} more week", "{n} more weeks", math.ceil((need - have) / a_week), lang)
    return text("± {wanted} orders a hundred reminders needs {need} baskets in all, {weeks} at this month's pace.", lang,
                **facts, need=number(need, "count", language=lang), weeks=weeks)  # fmt: skip
