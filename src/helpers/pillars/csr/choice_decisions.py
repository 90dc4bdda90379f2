"""Whether to keep a default, what to do about used goods, criteria and services: decisions of the page on responsible choice."""

from __future__ import annotations

import math

from helpers.checks import SUREST, Decision
from helpers.company import Scope
from helpers.i18n import listed, number, plural, text
from helpers.methods.sample_size import required_n_per_group
from helpers.pillars.csr.choice import Page
from helpers.pillars.csr.choice_figures import is_lot_sound, is_worth_ticking
from helpers.pillars.csr.choice_offers import Lot
from helpers.pillars.csr.choice_taken import Back, Service
from helpers.pillars.csr.choice_words import choice, goods, money, opposite, points, service, share, size
from helpers.pillars.csr.words import level

WORTH = 0.02  # difference of a share that a lot should be able to see
ASK = 200


def decisions(
    made: Page, scope: Scope, *, kg_per_choice: float = 0.0, counterfactual: str = "", owner: str = ""
) -> list[Decision]:
    """Each default that a lot decided, used goods, criteria, services, and the question that is missing: what is proved first.

    Parameters
    ----------
    kg_per_choice : kilograms CO2e that one choice of the default avoids; 0 where it is not known. counterfactual : against what, with its source.

    Raises
    ------
    ValueError : kilograms without saying against what.
    """
    if kg_per_choice and not counterfactual.strip():
        raise ValueError("kg_per_choice needs counterfactual: kilograms are avoided only against something. Say what would have happened, and the source.")  # fmt: skip
    common = {"owner": owner or text("director of responsibility", scope.language), "due": scope.next_review}
    found = [_default(one, scope, common, kg_per_choice, counterfactual) for one in made.offered.lots]
    if made.back:
        found.append(_quality(made.back, scope, common))
    found.append(_criteria(made, scope, common))
    if made.services:
        found.append(_services(made.services, scope, common))
    if made.displaced.silent:
        found.append(_ask(made.displaced.silent, scope, common))
    return found


def _criteria(made: Page, scope: Scope, common: dict) -> Decision:
    lang, dose = scope.language, made.offered.dose
    if math.isnan(dose.knot):
        said = text("Keep the number of criteria as it is: no fall with more of them is shown.", lang)
        return Decision(id="criteria", verb=text("Keep", lang), amount=text("criteria as they are", lang), sentence=said,
                        reverse_if=text("the rate falls with the number of criteria, within choices and markets", lang), **common)  # fmt: skip
    k, table = int(dose.knot), dose.by_count
    beyond = table[table["n_criteria"] > dose.knot]
    n_year, share_now = (
        float(beyond["n_offered"].sum()),
        float(beyond["n_chosen"].sum() / beyond["n_offered"].sum()),
    )
    extra = -dose.slope.value * float((beyond["n_offered"] * (beyond["n_criteria"] - dose.knot)).sum())
    need = 2 * required_n_per_group(share_now, min(share_now + WORTH, 0.999))
    said = text(
        "Test by lot whether to show at most {n} criteria beside a responsible option: beyond them it is chosen {points} less often with each further one. "
        "Nobody drew who sees how many, so the number need not be the cause; only if it is would {orders} a year be gained. In twelve months {offers} offers "
        "carried more; {need}, half of them cut to {n} criteria, are enough to see a difference of two points.", lang, n=k,
        points=size(opposite(dose.slope), lang), orders=number(extra, "orders", language=lang),
        offers=number(n_year, "count", language=lang), need=number(need, "count", language=lang),
    )  # fmt: skip
    # No effect is promised: what offers with many and few criteria show is no effect of showing fewer.
    return Decision(
        id="criteria", verb=text("Test by lot", lang), amount=plural("at most {n} criterion", "at most {n} criteria", k, lang), sentence=said,
        reverse_if=text("a lot shows no difference between {n} criteria and more", lang, n=k), **common,
    )  # fmt: skip


def _default(one: Lot, scope: Scope, common: dict, kg: float, counterfactual: str) -> Decision:
    lang, named = scope.language, choice(one.choice, scope.language)
    if not is_lot_sound(one):
        said = text(
            "Draw the default of {choice} again: the lot of the last test cannot be read.", lang, choice=named
        )
        return Decision(
            id=f"default_{one.choice}",
            verb=text("Draw again", lang),
            amount=named,
            sentence=said,
            reverse_if=text("the count of one arm is mended", lang),
            **common,
        )
    effect, markets = one.found.by_week.difference, listed(list(one.markets), lang)
    facts = {
        "choice": named,
        "points": size(effect, lang),
        "markets": markets,
        "orders": number(one.gained.value, "orders", language=lang),
    }
    if is_worth_ticking(one):
        said = text(
            "Tick {choice} beforehand in {markets}, once counsel has confirmed that this is allowed and adds no payment, and leave it as easy to untick: by lot it is chosen {points} more often, some {orders} a year.",
            lang,
            **facts,
        )
        verb = text("Tick beforehand", lang)
    elif effect.low > 0:
        said = text(
            "Do not tick {choice} beforehand yet: by lot it is chosen {points} more often, and an order brings in less.",
            lang,
            **facts,
        )
        verb = text("Wait", lang)
    else:
        said = text("Leave {choice} unticked in {markets}: by lot no rise is shown, {points}.", lang, **facts)
        verb = text("Leave unticked", lang)
    said += " " + _money_said(one, scope)
    if kg:
        said += " " + text("At {kg} kg CO2e each, against {counterfactual}: {all} kg a year.", lang, kg=number(kg, "ratio", decimals=2, language=lang), counterfactual=counterfactual,
                           all=number(kg * one.gained.value, "count", language=lang))  # fmt: skip
    else:
        said += " " + text(
            "No kilograms are claimed: what one choice avoids, and against what, is not given.", lang
        )
    gained = (one.gained.value, one.gained.low, one.gained.high)
    sure = min(1 - one.found.p / 2 if effect.value > 0 else one.found.p / 2, SUREST)
    return Decision(
        id=f"default_{one.choice}", verb=verb, amount=named, effect=gained[0], low=gained[1], high=gained[2], unit="orders", probability=sure, sentence=said,
        reverse_if=text("counsel objects, contribution an order falls, complaints about the ticked box rise, or a repeat shows no effect", lang), **common,
    )  # fmt: skip


def _money_said(one: Lot, scope: Scope) -> str:
    lang = scope.language
    if one.money is None:
        return text("What it does to contribution is not known.", lang)
    found = one.money.absolute
    shown = money(found, scope.currency, lang)
    if found.low > 0 or found.high < 0:
        return text("Contribution an order changes by {money}.", lang, money=shown)
    return text("A change of contribution an order is not shown: {money}.", lang, money=shown)


def _quality(back: Back, scope: Scope, common: dict) -> Decision:
    """Used goods that come back more often than new ones of the same value."""
    lang, named, gap = scope.language, goods(back.service, scope.language), back.gap.difference
    facts = {
        "goods": named,
        "rate": share(back.rate[0], lang),
        "new": share(back.new, lang),
        "points": points(gap, lang),
        "orders": number(back.n_year * gap.value, "orders", language=lang),
    }
    if gap.low > 0:
        said = text(
            "Check {goods} before they are sold again, before selling more of them: {rate} of the orders come back, {new} of new goods of the same value, "
            "a gap of {points}. Closing it spares the return of {orders} a year. Uneven quality is what spoils the trust that a second life is to earn.", lang, **facts)  # fmt: skip
        reverse = text("the gap of orders that were checked has an interval below one point", lang)
        gains = [back.n_year * one for one in (gap.value, gap.low, gap.high)]
        return Decision(id="second_hand_quality", verb=text("Inspect", lang), amount=named, effect=gains[0], low=gains[1], high=gains[2],
                        unit="orders", sentence=said, reverse_if=reverse, **common)  # fmt: skip
    said = text(
        "Leave the checks of {goods} as they are: {rate} of the orders come back, {new} of new goods of the same value, a gap of {points}.",
        lang,
        **facts,
    )
    return Decision(id="second_hand_quality", verb=text("Leave", lang), amount=text("checks of {goods}", lang, goods=named), sentence=said,
                    reverse_if=text("the interval of the gap lies above zero", lang), **common)  # fmt: skip


def _services(services: list[Service], scope: Scope, common: dict) -> Decision:
    """Test by lot the service that goes with more repurchase; claim no loyalty for the others."""
    lang = scope.language
    above = sorted(
        (one for one in services if one.again.reason is None and one.again.difference.low > 0),
        key=lambda one: -one.again.difference.value,
    )
    silent = [one for one in services if one not in above]
    others = listed([service(one.name, lang) for one in silent], lang)
    if not above:
        said = text(
            "Promise no loyalty from any service: compared with people like them, none of {services} goes with more repurchase.",
            lang,
            services=others,
        )
        return Decision(
            id="services",
            verb=text("Promise nothing", lang),
            amount=others,
            sentence=said,
            reverse_if=text("a lot shows more repurchase", lang),
            **common,
        )
    best, n = above[0], required_n_per_group(above[0].again.others, min(above[0].again.others + WORTH, 0.999))
    parts = listed(
        [
            text(
                "{service} {points}",
                lang,
                service=service(one.name, lang),
                points=points(one.again.difference, lang),
            )
            for one in above
        ],
        lang,
    )
    said = text("Offer {service} to half of {n} customers drawn by lot, before budgeting its loyalty: those who took it by themselves came back more often than people like them ({parts}; {level} intervals, all services counted). Compare all who were offered it with all who were not; so many show a difference of two points between them.", lang,
                service=service(best.name, lang), n=number(2 * n, "count", language=lang), parts=parts, level=level(scope))  # fmt: skip
    if silent:
        said += " " + text("Promise no loyalty from {services}.", lang, services=others)
    return Decision(id="services", verb=text("Test by lot", lang), amount=service(best.name, lang), sentence=said,
                    reverse_if=text("those who were offered it come back no more often than those who were not", lang), **common)  # fmt: skip


def _ask(silent: tuple[str, ...], scope: Scope, common: dict) -> Decision:
    lang = scope.language
    names = listed([goods(name, lang) for name in silent], lang)
    said = text(
        "Ask {n} buyers of {goods} what they would have done instead, before a word is said about goods or kilograms saved.",
        lang,
        n=ASK,
        goods=names,
    )
    return Decision(id="ask_instead", verb=text("Ask", lang), amount=plural("{n} buyer", "{n} buyers", ASK, lang), sentence=said,
                    reverse_if=text("nothing is to be claimed of them", lang), **common)  # fmt: skip
