"""What the page on responsible choice says: titles, sentences, the naive answer, the answer."""

from __future__ import annotations

import math
from datetime import timedelta

from helpers.company import Scope
from helpers.i18n import capital, day, listed, number, plural, text, translate
from helpers.methods.intervals import Estimate
from helpers.pillars.csr import choice_offers
from helpers.pillars.csr.choice import Page
from helpers.pillars.csr.choice_figures import headline_rate, is_lot_sound, is_worth_ticking
from helpers.pillars.csr.choice_offers import Lot
from helpers.pillars.csr.choice_taken import DAYS, Service
from helpers.pillars.csr.choice_words import (
    choice,
    goods,
    money,
    points,
    service,
    share,
    share_with,
    size,
)
from helpers.pillars.csr.words import level

WEAK = 1.5  # E-value below which something common and unrecorded would do


def data_said(made: Page, scope: Scope) -> str:
    """Say what the page is made of."""
    lang, now = scope.language, choice_offers.within(made.offered.rows, scope.period)
    first = made.offered.rows["offered_on"].min().date()
    said = text("{offers} offers of {choices} in {period}; the table of offers begins on {first}. One row a week, market, choice, group of products, number of criteria and default.", lang,
                offers=number(now["n_offered"].sum(), "count", language=lang), choices=plural("{n} choice", "{n} choices", len(made.offered.rates), lang), period=scope.period.label(lang), first=day(first, lang))  # fmt: skip
    if made.taken is None:
        return said
    n = sum(one.n_taken for one in made.services)
    return said + " " + text("{n} first times that a customer took a service, from {first} to {last}.", lang, n=number(n, "count", language=lang),
                             first=day(made.taken.since, lang), last=day(made.taken.until, lang))  # fmt: skip


def rate_finding(made: Page, scope: Scope) -> str:
    """The finding on rates as the title of a chart."""
    lang, change = scope.language, made.offered.change
    rate = share(headline_rate(made, scope).value, lang)
    if change is None:
        return text("The responsible option is chosen in {rate} of offers", lang, rate=rate)
    if change.rate.high < 0:
        return text(
            "Chosen in {rate} of offers; at the same mix, less often than a year ago", lang, rate=rate
        )
    if change.rate.low > 0:
        return text(
            "Chosen in {rate} of offers; at the same mix, more often than a year ago", lang, rate=rate
        )
    return text("Chosen in {rate} of offers; at the same mix, no clear change on a year ago", lang, rate=rate)


def rate_subtitle(made: Page, scope: Scope) -> str:
    """Say under the rates what is drawn."""
    lang = scope.language
    n = made.offered.rates["n_offered"].sum()
    return text(
        "choices over offers, by choice, each at its mix of markets and products of the last twelve months; n = {n} offers in {period}; {level} interval",
        lang,
        n=number(n, "count", language=lang),
        period=scope.period.label(lang),
        level=level(scope),
    )


def rate_said(made: Page, scope: Scope) -> str:
    """Say what of the change is mix and what is behaviour."""
    lang, change, period = scope.language, made.offered.change, scope.period
    fixed = made.offered.standard[period.code].rate
    said = text("The rate of all offers is **{crude}**; at the mix of the last twelve months it is **{fixed}**.", lang,
                crude=_with(headline_rate(made, scope), lang), fixed=_with(fixed, lang))  # fmt: skip
    if change is None:
        return said + " " + text("There is no whole quarter a year before to compare with.", lang)
    year = period.year_before().label(lang)
    return said + " " + text("On {year} it changed by {total}: {mix} because other things were offered in other places, {rate} because the same offers were chosen more or less often.", lang,
                             year=year, total=points(change.total, lang), mix=points(change.mix, lang), rate=points(change.rate, lang))  # fmt: skip


def _with(one: Estimate, lang: str) -> str:
    return share_with(one.value, one.low, one.high, lang)


def criteria_finding(made: Page, scope: Scope) -> str:
    """The finding on criteria as the title of a chart."""
    lang, dose = scope.language, made.offered.dose
    if dose.reason is not None:
        return text("Whether more criteria put people off cannot be told", lang)
    if math.isnan(dose.knot):
        return text("No fall with more criteria is shown", lang)
    return text(
        "Beyond {n} criteria it is chosen {points} less often with each further one",
        lang,
        n=int(dose.knot),
        points=number(-100 * dose.slope.value, "points", decimals=1, language=lang),
    )


def criteria_subtitle(made: Page, scope: Scope) -> str:
    """Say under the rates by number of criteria what is drawn."""
    lang = scope.language
    n = made.offered.by_number["n_offered"].sum()
    return text("choices over offers by environmental criteria shown, at one mix of choices, markets, products and defaults; n = {n} offers of twelve months; {level} interval", lang,
                n=number(n, "count", language=lang), level=level(scope))  # fmt: skip


def criteria_said(made: Page, scope: Scope) -> str:
    """Say what the number of criteria does, and that nobody drew it."""
    lang, dose = scope.language, made.offered.dose
    if dose.reason is not None:
        return text("Cannot tell: {reason}.", lang, reason=translate(dose.reason, lang))
    if math.isnan(dose.knot):
        return text(
            "Within the same choice, market, products and default, the rate moves by {points} with each criterion more; no fall is shown.",
            lang,
            points=points(dose.slope, lang),
        )
    return text("The rate is highest with {best}. With each one beyond {n} it moves by {points}, within the same choice, market, products and default. Nobody drew who sees how many, so the cause may be another; a lot would tell.", lang,
                best=highest(made, scope), n=int(dose.knot), points=points(dose.slope, lang))  # fmt: skip


def highest(made: Page, scope: Scope) -> str:
    """The number of criteria with the highest rate at one mix, in words."""
    table = made.offered.by_number
    best = int(table.loc[table["rate"].idxmax(), "n_criteria"])
    return plural("{n} criterion", "{n} criteria", best, scope.language)


def default_said(made: Page, scope: Scope) -> str:
    """Say of each default by lot what it changes, what weeks picked by hand would have said, and what it is worth."""
    lang = scope.language
    if not made.offered.lots:
        return text(
            "In eighteen months no lot decided what was ticked beforehand, so the effect of a default cannot be told.",
            lang,
        )
    return " ".join(_lot_said(one, scope) for one in made.offered.lots)


def _lot_said(one: Lot, scope: Scope) -> str:
    lang, named = scope.language, capital(choice(one.choice, scope.language))
    if not is_lot_sound(one):
        return text("{choice}: a lot was drawn, and cannot be read.", lang, choice=named)
    facts = {
        "choice": named,
        "points": points(one.found.by_week.difference, lang),
        "ticked": share(one.found.treated, lang),
        "plain": share(one.found.control, lang),
        "first": day(one.first, lang),
        "last": day(one.last + timedelta(days=6), lang),
    }
    said = text(
        "{choice}, {first} to {last}: where a lot ticked it beforehand, {ticked} of orders chose it, against {plain} where it did not. Within weeks the effect is **{points}**.",
        lang,
        **facts,
    )
    said += " " + text("That would be {n} orders a year ({low} to {high}) in {markets}, of those to which it was offered unticked in twelve months.", lang, n=number(one.gained.value, "count", language=lang),
                       low=number(one.gained.low, "count", language=lang), high=number(one.gained.high, "count", language=lang), markets=listed(list(one.markets), lang))  # fmt: skip
    if one.money is not None:
        said += " " + text(
            "Contribution an order: {money}, all orders of the test.",
            lang,
            money=money(one.money.absolute, scope.currency, lang),
        )
    return said


def services_finding(made: Page, scope: Scope) -> str:
    """The finding on services as the title of a chart."""
    lang = scope.language
    above = [one for one in _told(made) if one.again.difference.low > 0]
    if not _told(made):
        return text("What follows a service cannot be told", lang)
    if not above:
        return text("No service goes with more repurchase than among people like its takers", lang)
    return text(
        "More repurchase than among people like them: {services}",
        lang,
        services=listed([service(one.name, lang) for one in above], lang),
    )


def services_subtitle(made: Page, scope: Scope) -> str:
    """Say under the differences what is drawn."""
    lang = scope.language
    n = sum(len(one.group.takers) for one in _told(made))
    return text("bought again within {days} days, takers less others weighted to be like them, points; n = {n} takers followed; {level} interval, all services counted. Not drawn by lot.", lang,
                days=DAYS, n=number(n, "count", language=lang), level=level(scope))  # fmt: skip


def services_said(made: Page, scope: Scope) -> str:
    """Say which services go with more repurchase, and which do not."""
    lang = scope.language
    if made.taken is None or not _told(made):
        return text("No service has enough takers who could be followed.", lang)
    above = [one for one in _told(made) if one.again.difference.low > 0]
    below = [one for one in _told(made) if one.again.difference.high < 0]
    flat = [one for one in _told(made) if one not in above and one not in below]
    parts = [_followed(group, words, lang) for group, words in ((above, "more"), (below, "less")) if group]
    if flat:
        parts.append(
            text(
                "For {services} no difference is shown.",
                lang,
                services=listed([service(one.name, lang) for one in flat], lang),
            )
        )
    return " ".join(parts)


def _followed(group: list[Service], way: str, lang: str) -> str:
    """Services whose takers bought again more (or less) often than people like them, and what would explain the weakest of them away."""
    named = [
        text(
            "{service} {points}",
            lang,
            service=service(one.name, lang),
            points=points(one.again.difference, lang),
        )
        for one in group
    ]
    least = min(one.again.e_bound for one in group)
    facts = {
        "services": listed(named, lang),
        "e": number(least, "ratio", decimals=1, language=lang),
        "strength": text("That is weak: a reason to test, no proof.", lang)
        if least < WEAK
        else text("That is no proof, either.", lang),
    }
    if way == "more":
        return text(
            "More repurchase than among people like them: {services}. To explain it away it takes something unknown that is {e} times as frequent among takers and makes buying again {e} times as likely. {strength}",
            lang,
            **facts,
        )
    return text(
        "Less repurchase than among people like them: {services}. To explain it away it takes something unknown that is {e} times as frequent among takers and makes buying again {e} times less likely. {strength}",
        lang,
        **facts,
    )


def _told(made: Page) -> list[Service]:
    return [one for one in made.services if one.again.reason is None]


def returns_said(made: Page, scope: Scope) -> str:
    """Say whether used goods come back more often than new ones."""
    lang, back = scope.language, made.back
    if back is None:
        return text(
            "Returns of used goods cannot be told: no such order is old enough, or returns are not known.",
            lang,
        )
    gap = back.gap.difference
    facts = {
        "goods": capital(goods(back.service, lang)),
        "rate": share_with(*back.rate, lang),
        "new": share(back.new, lang),
        "points": points(gap, lang),
    }
    if gap.low > 0:
        return text(
            "{goods} come back more often than new goods of the same market, month and value: {rate} against {new} of orders, a difference of **{points}**.",
            lang,
            **facts,
        )
    if gap.high < 0:
        return text(
            "{goods} come back less often than new goods of the same market, month and value: {rate} against {new} of orders, a difference of **{points}**.",
            lang,
            **facts,
        )
    return text(
        "{goods}: that they come back more often than new goods of the same market, month and value is not shown: {rate} against {new} of orders, a difference of **{points}**.",
        lang,
        **facts,
    )


def displaced_said(made: Page, scope: Scope) -> str:
    """Say how many purchases stand for a new one where buyers were asked, and that nothing is claimed where they were not."""
    lang, parts = scope.language, []
    for one in made.displaced.asked:
        named = service(one.service, lang)
        if math.isnan(one.displaced.value):
            parts.append(
                capital(text("{service}: {reason}.", lang, service=named, reason=translate(one.reason, lang)))
            )
            continue
        parts.append(text("Of {n} buyers of {goods} who were asked, **{share}** say that they would have bought a new one.", lang, n=number(one.n, "count", language=lang), goods=goods(one.service, lang),
                          share=_with(one.displaced, lang)))  # fmt: skip
        if one.reason is not None:
            parts.append(capital(translate(one.reason, lang)) + ".")
        else:
            parts.append(text("One purchase avoids {kg} kg CO2e ({low} to {high}), against a new product bought by those who say so; factors: {sources}.", lang,
                              kg=number(one.kilograms.value, "count", language=lang), low=number(one.kilograms.low, "count", language=lang),
                              high=number(one.kilograms.high, "count", language=lang), sources=listed(list(dict.fromkeys(one.sources)), lang)))  # fmt: skip
    if made.displaced.silent:
        parts.append(
            text(
                "Buyers of {goods} were not asked: nothing is claimed for them.",
                lang,
                goods=listed([goods(name, lang) for name in made.displaced.silent], lang),
            )
        )
    return " ".join(parts) or text("Nobody was asked, so no purchase is said to stand for a new one.", lang)


def naive(made: Page, scope: Scope) -> str:
    """Those who took a service against all others, and a default in weeks that were picked."""
    lang, parts = scope.language, []
    told = sorted(_told(made), key=lambda one: -(one.again.naive - one.again.difference.value))
    if told:
        one = told[0]
        parts.append(text("{service}: takers bought again {naive} more often than all others; against people like them it is {points}.", lang, service=capital(service(one.name, lang)),
                          naive=number(100 * one.again.naive, "points", decimals=1, language=lang), points=points(one.again.difference, lang)))  # fmt: skip
    picked = [
        one for one in made.offered.lots if is_lot_sound(one) and choice_offers.is_known(one.found.naive)
    ]
    parts += [
        text("In weeks that somebody picked, ticking {choice} beforehand seems to bring {naive}; by lot it brings {points}.", lang, choice=choice(one.choice, lang),
             naive=points(one.found.naive, lang), points=points(one.found.by_week.difference, lang))
        for one in picked
    ]  # fmt: skip
    change = made.offered.change
    if change is not None and change.total.value * change.rate.value < 0:
        parts.append(
            text(
                "And the rate of all offers moved by {total} while, offer by offer, it moved by {rate}.",
                lang,
                total=points(change.total, lang),
                rate=points(change.rate, lang),
            )
        )
    return " ".join(parts) or text("Here the naive comparisons cannot be made either.", lang)


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question: what to do first, then the figures and the doubt."""
    lang, change = scope.language, made.offered.change
    parts = [_act(made, scope), *_tests(made, scope)]
    rate = text("The responsible option is chosen in {rate} of offers ({bounds}; {level} interval)", lang, rate=share(headline_rate(made, scope).value, lang),
                bounds=_bounds(headline_rate(made, scope), lang), level=level(scope))  # fmt: skip
    parts.append(
        text(
            "{rate}; at the same mix it moved by {points} in a year.",
            lang,
            rate=rate,
            points=points(change.rate, lang),
        )
        if change
        else rate + "."
    )
    parts.append(
        text("No saved kilogram is claimed.", lang)
        if not _claims_kilograms(made)
        else displaced_said(made, scope)
    )
    return " ".join(parts)


def _bounds(one: Estimate, lang: str) -> str:
    return text("{low} to {high}", lang, low=share(one.low, lang), high=share(one.high, lang))


def _claims_kilograms(made: Page) -> bool:
    return any(choice_offers.is_known(one.kilograms) for one in made.displaced.asked)


def _act(made: Page, scope: Scope) -> str:
    """What is proved, one sentence each: defaults that a lot decided, and goods that come back."""
    lang = scope.language
    parts = [
        text("Tick {choice} beforehand once counsel has confirmed that this is allowed: by lot it is chosen {points} more often.", lang, choice=choice(one.choice, lang), points=size(one.found.by_week.difference, lang))
        for one in made.offered.lots
        if is_worth_ticking(one)
    ]  # fmt: skip
    back = made.back
    if back is not None and back.gap.difference.low > 0:
        parts.append(
            text(
                "Check {goods} before they are sold again: {points} more of the orders come back than of new goods.",
                lang,
                goods=goods(back.service, lang),
                points=size(back.gap.difference, lang),
            )
        )
    return " ".join(parts) or text(
        "Keep what is offered as it is: nothing here proves what would move it.", lang
    )


def _tests(made: Page, scope: Scope) -> list[str]:
    """What is seen and not proved: to be tested by lot."""
    lang, dose = scope.language, made.offered.dose
    what = [] if math.isnan(dose.knot) else [plural("at most {n} criterion beside an option", "at most {n} criteria beside an option", int(dose.knot), lang)]  # fmt: skip
    above = [service(one.name, lang) for one in _told(made) if one.again.difference.low > 0]
    what += [text("loyalty after {services}", lang, services=listed(above, lang))] if above else []
    if not what:
        return []
    return [text("Test by lot before counting on it: {list}.", lang, list=listed(what, lang))]
