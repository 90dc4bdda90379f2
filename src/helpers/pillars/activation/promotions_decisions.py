"""What to do with each promotion: repeat it, make it shallower, drop it, or try it so that it can be told."""

from __future__ import annotations

import math

import numpy as np

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import capital, number, text
from helpers.kpi import LEVEL
from helpers.methods import promotions_money as money
from helpers.pillars.activation import promotions_figures as figures
from helpers.pillars.activation.promotions import Known, Promotion
from helpers.pillars.activation.promotions_coupons import Coupons
from helpers.pillars.activation.promotions_telling import SURE, chance_pays
from helpers.pillars.activation.promotions_words import amount, bounds, level, money_word

SHALLOW = 0.5  # of the discount


def decisions(known: Known, coupons: Coupons, scope: Scope, *, owner: str = "") -> list[Decision]:
    """One decision a kind of promotion, by its last one of the year, most money first; coupons last.

    Dropped where the loss is likelier than 90 %, made half as deep where that is better with the same chance and better than dropping,
    repeated where a gain is likelier than 90 %; else tried in some places alone, with how many such promotions would tell.
    """
    common = {
        "owner": owner or text("head of sales", scope.language),
        "due": scope.next_review,
        "currency": scope.currency,
    }
    latest = {(one.kind, one.markets): one for one in figures.of_year(known, scope)}
    made = [_decision(one, known, scope, common) for one in latest.values()]
    made.sort(key=lambda one: -abs(one.effect or 0.0))
    if not made:
        made = [_write_down(known, scope, common)]
    return [*made, *([_coupons(scope, common)] if coupons.found else [])]


def _decision(one: Promotion, known: Known, scope: Scope, common: dict) -> Decision:
    lang, word = scope.language, money_word(known.money_is, scope)
    net, half = one.worth.net, one.half
    shallower = half - net
    facts = {
        "name": one.name, "money": word, "level": level(scope), "value": amount(one.net.value, scope), "bounds": bounds(one.net, scope),
        "discount": number(one.discount, "share", language=lang), "less": number(one.discount * SHALLOW, "share", decimals=1, language=lang),
    }  # fmt: skip
    common = {
        **common,
        "id": f"promotion_{one.kind}_{'_'.join(one.markets)}".replace(" ", "_"),
        "amount": text("{discount} off, {n} days", lang, **facts, n=(one.ends_on - one.starts_on).days + 1),
    }
    is_half_better = bool(np.isfinite(half).all()) and money.chance_above(shallower) >= SURE
    if chance_pays(one) <= 1 - SURE:
        if is_half_better and np.mean(half) > 0:
            return _shallower(one, shallower, facts, scope, common)
        return _drop(one, facts, scope, common)
    if is_half_better:
        return _shallower(one, shallower, facts, scope, common)
    if chance_pays(one) >= SURE:
        said = text(
            "Repeat “{name}” as it is: {value} of {money} after the dip ({level} interval {bounds}).",
            lang,
            **facts,
        )
        return Decision(
            **common, verb=text("Repeat", lang), sentence=said, reverse_if=_lost(scope), **_worth(net)
        )
    said = text(
        "Do not extend “{name}”: {value} of {money} ({level} interval {bounds}) is not told from nothing.",
        lang,
        **facts,
    )
    return Decision(
        **common, verb=text("Try in some places", lang), sentence=f"{said} {_needed(one, scope)}",
        reverse_if=text("the places with it earn more than those without, after four weeks", lang), **_worth(net),
    )  # fmt: skip


def _drop(one: Promotion, facts: dict, scope: Scope, common: dict) -> Decision:
    lang = scope.language
    said = text("Drop “{name}”, or keep it for what must be sold off: not running it would have saved {saved} of {money} ({level} interval {range}).", lang, **facts,
                saved=amount(-one.net.value, scope), range=bounds(money.interval_of(-one.worth.net, level=LEVEL), scope))  # fmt: skip
    half = money.interval_of(one.half, level=LEVEL)
    if not math.isnan(half.value):
        said += " " + text(
            "At half the discount it would still stand at {half} ({range}), if the elasticity holds.",
            lang,
            half=amount(half.value, scope),
            range=bounds(half, scope),
        )
    return Decision(
        **common,
        verb=text("Drop", lang),
        sentence=said,
        reverse_if=_competitors(scope),
        **_worth(-one.worth.net),
    )


def _shallower(one: Promotion, gain: np.ndarray, facts: dict, scope: Scope, common: dict) -> Decision:
    lang, more = scope.language, money.interval_of(gain, level=LEVEL)
    said = text(
        "Make “{name}” half as deep ({less} in place of {discount}): {gain} of {money} more than now ({level} interval {range}), if the "
        "elasticity holds. Try it in one market first.", lang, **facts, gain=amount(more.value, scope), range=bounds(more, scope),
    )  # fmt: skip
    return Decision(
        **common,
        verb=text("Make it shallower", lang),
        sentence=said,
        reverse_if=text("orders fall by more than the elasticity says", lang),
        **_worth(gain),
    )


def _worth(drawn: np.ndarray) -> dict:
    """Effect of a decision from draws, and the chance that it is above zero."""
    one = money.interval_of(drawn, level=LEVEL)
    return {
        "effect": one.value,
        "low": one.low,
        "high": one.high,
        "probability": min(money.chance_above(drawn), SUREST),
    }


def _needed(one: Promotion, scope: Scope) -> str:
    """How many such promotions would tell, if it is worth what it seems."""
    half = (one.net.high - one.net.low) / 2
    n = math.ceil((half / one.net.value) ** 2) if one.net.value else math.inf
    if n > 20:
        return text(
            "No number of repeats that anyone will run would tell: it is close to breaking even. Run it in half of the places, by lot.",
            scope.language,
        )
    return text(
        "If it is what it seems, n = {n} such promotions would tell; running it in half of the places, by lot, tells sooner.",
        scope.language,
        n=n,
    )


def _lost(scope: Scope) -> str:
    return text("its next net margin lies below zero with its whole interval", scope.language)


def _competitors(scope: Scope) -> str:
    return text(
        "margin of the quarter without it falls below that of the year before, because customers went elsewhere",
        scope.language,
    )


def _write_down(known: Known, scope: Scope, common: dict) -> Decision:
    lang = scope.language
    said = text(
        "Write each promotion down with market, days and discount before the next one: {reason}",
        lang,
        reason=figures.refusal(known, scope),
    )
    return Decision(
        id="write_down", verb=text("Write promotions down", lang), amount=text("all promotions", lang), sentence=said,
        reverse_if=text("a promotion and the weeks after it are in the data", lang), **common,
    )  # fmt: skip


def _coupons(scope: Scope, common: dict) -> Decision:
    lang = scope.language
    said = text(
        "Leave every tenth customer without the next coupons, by lot: what coupons add cannot be told from who uses them.",
        lang,
    )
    return Decision(
        id="coupon_lot", verb=capital(text("leave some out", lang)), amount=text("one customer in ten", lang), sentence=said,
        reverse_if=text("a campaign with customers left out is over", lang), **common,
    )  # fmt: skip
