"""What could make the page on responsible choice wrong."""

from __future__ import annotations

import math

from helpers.checks import COUNTS_ONLY, Check, check
from helpers.company import Scope
from helpers.i18n import capital, listed, number, parted, plural, text, translate
from helpers.methods.offers import PRESET
from helpers.pillars.csr.choice import Page
from helpers.pillars.csr.choice_offers import Offered, since
from helpers.pillars.csr.choice_taken import DAYS, Service, is_apart
from helpers.pillars.csr.choice_words import choice, goods, points, service, share, trait
from helpers.rules.defaults import default_rule

MOST_WEEKS = 1.5  # times the error of orders from which it is said that weeks differ
MOST_YOUNG = 0.25  # share of takers not yet followed up from which it is said


def checks(made: Page, scope: Scope) -> list[Check]:
    """What could make this page wrong."""
    lang = scope.language
    found = [
        _denominator(made.offered, lang),
        _unnumbered(made.offered, lang),
        _mix(made, scope),
        _weeks(made.offered, lang),
        *_lots(made.offered, scope),
        *_law(made.offered, scope),
        *_by_hand(made.offered, scope),
    ]
    if made.taken is None:
        said = text(
            "Services, orders or customers are not there: who takes second-hand, repair and the like cannot be told.",
            lang,
        )
        found.append(
            Check("services", "review", said, text("Import the tables services, orders and customers.", lang))
        )
        return [*found, *_asked(made, lang)]
    return [
        *found,
        *_young(made.services, lang),
        *_overlap(made.services, lang),
        *_balance(made.services, lang),
        _placebo(made.services, lang),
        *_asked(made, lang),
    ]


def _denominator(offered: Offered, lang: str) -> Check:
    """Choices that are said to have been offered to nobody."""
    now = offered.rates
    few = now[now["n_offered"] < COUNTS_ONLY]
    fine = plural(
        "Offers are counted for the one choice of the period.",
        "Offers are counted for all {n} choices of the period.",
        len(now),
        lang,
    )
    bad = text(
        "Under {n} offers, so no rate is told: {choices}.",
        lang,
        n=COUNTS_ONLY,
        choices=listed([choice(one, lang) for one in few["choice"]], lang),
    )
    return check(
        "denominator",
        few.empty,
        bad if len(few) else fine,
        remedy=text(
            "Count the orders to which the option was shown, not all orders; or wait for more.", lang
        ),
    )


def _unnumbered(offered: Offered, lang: str) -> Check:
    n = offered.unnumbered
    fine = text("Each offer of twelve months says how many criteria were shown.", lang)
    bad = text(
        "{n} offers of twelve months do not say how many criteria were shown; they are left out of that question alone.",
        lang,
        n=number(n, "count", language=lang),
    )
    return check(
        "criteria",
        n == 0,
        bad if n else fine,
        remedy=text("Write the number of criteria beside each offer.", lang),
    )


def _mix(made: Page, scope: Scope) -> Check:
    """How much of the fixed mix was not offered in the period."""
    lang, unseen = scope.language, made.offered.standard[scope.period.code].unseen
    fine = text("All of the fixed mix was offered in the period.", lang)
    bad = text(
        "{share} of the fixed mix was not offered in the period; the rest stands for it.",
        lang,
        share=share(unseen, lang),
    )
    return check(
        "mix",
        unseen < 0.01,
        bad if unseen >= 0.01 else fine,
        remedy=text("Read the rate at a fixed mix as that of what was offered.", lang),
    )


def _weeks(offered: Offered, lang: str) -> Check:
    """Weeks that are good or bad for all offers alike."""
    times = number(offered.weeks, "ratio", decimals=1, language=lang)
    fine = text("Weeks differ no more than orders by chance.", lang)
    bad = text("Weeks differ more than chance makes them: they make a rate {times} times as unsure as its number of orders does. At a fixed mix, intervals and changes count weeks.", lang, times=times)  # fmt: skip
    return check("weeks", offered.weeks < MOST_WEEKS, bad if offered.weeks >= MOST_WEEKS else fine,
                 remedy=text("Hold a change against several quarters, not against one.", lang))  # fmt: skip


def _law(offered: Offered, scope: Scope) -> list[Check]:
    """Options ticked beforehand: what law says of it, or that nothing is written down."""
    lang, year = scope.language, since(offered.rows, scope.period, 12)
    found = []
    ticked = year[(year["preset"] == PRESET) & (year["n_offered"] > 0)]
    by_rule = {}
    for market in sorted(ticked["market"].unique()):
        by_rule.setdefault(default_rule(market, scope.period.end), []).append(market)
    for rule, markets in by_rule.items():
        if rule is None:
            said = text("{markets}: an option is ticked beforehand, and no rule on it is written down here. That is no permission.", lang, markets=listed(markets, lang))  # fmt: skip
        else:
            said = text("{markets}: an option is ticked beforehand. {rule} Source: {source}.", lang, markets=listed(markets, lang), rule=text(rule.text, lang), source=text(rule.source, lang))  # fmt: skip
        found.append(Check("default_law", "review", said, text("Ask counsel whether the option adds a payment, and whether it may be ticked beforehand.", lang)))  # fmt: skip
    return found


def _lots(offered: Offered, scope: Scope) -> list[Check]:
    lang, found = scope.language, []
    for one in offered.lots:
        ratio = one.found.ratio
        named = choice(one.choice, lang)
        fine = text("{choice}: both arms are as large as a lot of half and half makes them.", lang, choice=capital(named))  # fmt: skip
        bad = text("{choice}: of {n} offers the arms are not as large as a lot of half and half makes them; no effect is told.", lang, choice=capital(named),
                   n=number(ratio.n, "count", language=lang))  # fmt: skip
        found.append(check("lot", ratio.verdict != "mismatch", bad if ratio.verdict == "mismatch" else fine, otherwise="fail",
                           remedy=text("Find out who got lost between the lot and the count, and draw again.", lang)))  # fmt: skip
    return found


def _by_hand(offered: Offered, scope: Scope) -> list[Check]:
    """Options ticked beforehand by decision: no effect can be read from these weeks."""
    lang, year = scope.language, since(offered.rows, scope.period, 12)
    hand = year[(year["preset"] == PRESET) & ~year["is_drawn"] & (year["n_offered"] > 0)]
    if hand.empty:
        return [
            Check(
                "preset", "pass", text("In twelve months nothing was ticked beforehand without a lot.", lang)
            )
        ]
    names = listed([choice(one, lang) for one in sorted(hand["choice"].unique())], lang)
    n = hand["offered_on"].nunique()
    said = plural("In {n} week somebody decided to tick an option beforehand: {choices}. These weeks show no effect, because they were picked.",
                  "In {n} weeks somebody decided to tick an option beforehand: {choices}. These weeks show no effect, because they were picked.", n, lang, choices=names)  # fmt: skip
    return [
        Check(
            "preset", "review", said, text("Let a lot decide; only drawn weeks are read as an effect.", lang)
        )
    ]


def _young(services: list[Service], lang: str) -> list[Check]:
    young = [one for one in services if one.n_taken and one.n_young / one.n_taken > MOST_YOUNG]
    told = [
        text(
            "{service}, {n} of {all}",
            lang,
            service=service(one.name, lang),
            n=number(one.n_young, "count", language=lang),
            all=number(one.n_taken, "count", language=lang),
        )
        for one in young
    ]
    fine = text("At least three in four who took a service are followed for {days} days.", lang, days=DAYS)
    bad = text(
        "Taken less than {days} days ago, so not yet followed up: {services}.",
        lang,
        days=DAYS,
        services=parted(told, lang),
    )
    return [
        check(
            "follow_up",
            not young,
            bad if young else fine,
            remedy=text("They are left out until their days are over; look again next quarter.", lang),
        )
    ]


def _overlap(services: list[Service], lang: str) -> list[Check]:
    """Services that cannot be compared, and takers without anybody like them."""
    silent = [
        text(
            "{service}: {reason}",
            lang,
            service=service(one.name, lang),
            reason=translate(one.again.reason, lang),
        )
        for one in services
        if one.again.reason is not None
    ]
    found = []
    if silent:
        found.append(
            Check(
                "overlap",
                "review",
                text(
                    "Not compared. {services}.", lang, services=parted([capital(one) for one in silent], lang)
                ),
                text("Wait for more takers, or look at more months.", lang),
            )
        )
    alone = sum(one.group.n_alone for one in services)
    fine = text("For each taker there is somebody else of the same market and month.", lang)
    bad = plural(
        "{n} taker has nobody else of the same market and month, and is left out.",
        "{n} takers have nobody else of the same market and month, and are left out.",
        alone,
        lang,
    )
    return [
        *found,
        check(
            "alone",
            alone == 0,
            bad if alone else fine,
            remedy=text("Read the comparison as that of the others.", lang),
        ),
    ]


def _balance(services: list[Service], lang: str) -> list[Check]:
    known = [one for one in services if one.again.reason is None]
    if not known:
        return []
    apart = [one for one in known if is_apart(one)]
    worst = max(known, key=lambda one: one.worst[0])
    most = worst.group.balance.iloc[worst.group.balance["before"].abs().argmax()]
    fine = text("Once weighted, others are like those who took a service in all that is known. Before, they were up to {gap} standard deviations apart ({service}, {trait}).", lang,
                gap=number(worst.worst[0], "ratio", decimals=1, language=lang), service=service(worst.name, lang), trait=trait(most["column"], lang))  # fmt: skip
    bad = text(
        "Even weighted, others are more than 0.1 standard deviations apart: {services}.",
        lang,
        services=listed([service(one.name, lang) for one in apart], lang),
    )
    return [
        check(
            "balance",
            not apart,
            bad if apart else fine,
            remedy=text("Do not read these as a comparison of people alike.", lang),
        )
    ]


def _placebo(services: list[Service], lang: str) -> Check:
    """Takers who bought more already before, though made alike in what lies still earlier."""
    seen = [
        one
        for one in services
        if one.placebo.reason is None and (one.placebo.difference.low > 0 or one.placebo.difference.high < 0)
    ]
    told = [
        text(
            "{service} {points}",
            lang,
            service=service(one.name, lang),
            points=points(one.placebo.difference, lang),
        )
        for one in seen
    ]
    fine = text(
        "In the {days} days before, when nobody had taken anything, the same comparison shows no difference.",
        lang,
        days=DAYS,
    )
    bad = text(
        "In the {days} days before, when nobody had taken anything, the same comparison already shows a difference: {services}.",
        lang,
        days=DAYS,
        services=listed(told, lang),
    )
    return check(
        "placebo",
        not seen,
        bad if seen else fine,
        remedy=text(
            "Those days are made alike, too, in the figures of the page; and whoever brings something to repair or take back has bought it before. But people who differ before may differ in what nobody recorded. A lot would tell.",
            lang,
        ),
    )


def _asked(made: Page, lang: str) -> list[Check]:
    silent = made.displaced.silent
    few = [one for one in made.displaced.asked if math.isnan(one.displaced.value)]
    fine = text("Buyers of used goods were asked what they would have done instead.", lang)
    bad = text("Not asked what they would have done instead: buyers of {goods}. No purchase of theirs is said to stand for a new one, and no kilogram is claimed.", lang,
               goods=listed([goods(name, lang) for name in silent], lang))  # fmt: skip
    is_fine = not silent and not few and bool(made.displaced.asked)
    if not made.displaced.asked and not silent:
        bad = text(
            "Nobody was asked what they would have done instead, so no purchase is said to stand for a new one.",
            lang,
        )
    return [
        check(
            "displaced",
            is_fine,
            fine if is_fine else bad,
            remedy=text("Ask {n} buyers: “What would you have done instead?”", lang, n=200),
        )
    ]
