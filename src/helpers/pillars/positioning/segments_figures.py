"""Figures and checks of the page on value segments."""

from __future__ import annotations

import math

from babel.numbers import get_territory_currencies

from helpers import kpi
from helpers.checks import COUNTS_ONLY, Check, check, sample_check, sentence
from helpers.company import Scope
from helpers.i18n import day as day_said
from helpers.i18n import listed, number, parted, text, translate
from helpers.kpi import KpiRow
from helpers.methods.intervals import Estimate
from helpers.methods.latent import GOOD_ENTROPY
from helpers.pillars.positioning.definitions import KPIS
from helpers.pillars.positioning.segments import Page, told
from helpers.pillars.positioning.segments_names import name, quoted
from helpers.pillars.positioning.segments_people import People

DRAWN = ("segment_conquest", "segment_margin_share", "segment_own_share", "segment_open_spend", "segment_typing_error", "segment_stable")  # fmt: skip
STABLE = 0.8  # share of people who keep their segment, from which segments are the same ones


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    lang = scope.language
    if made.reason:
        why = sentence(made.reason, lang)
        return [kpi.row(KPIS[one], scope, None, n=len(made.people.frame), reason=why) for one in DRAWN]
    few = text("Cannot tell, need n = {need} people with an answer.", lang, need=COUNTS_ONLY)
    first, best = made.order("conquest")[0], made.order("margin_share")[0]
    return [
        _row("segment_conquest", made.one("conquest", first), scope, few, name(made, first, lang) + "."),
        _row("segment_margin_share", made.one("margin_share", best), scope, few if made.people.has_orders else text("Orders are not known.", lang), name(made, best, lang) + "."),
        _row("segment_own_share", made.all("own_share"), scope, few if made.people.has_orders else text("Orders are not known.", lang)),
        _row("segment_open_spend", made.all("open_spend"), scope, few),
        _row("segment_typing_error", made.typing.error if made.typing else None, scope, text("Fewer than three items vary.", lang)),
        _row("segment_stable", made.stays.stays if made.stays else None, scope, text("One wave alone: whether people keep their segment cannot be told.", lang)),
    ]  # fmt: skip


def _row(id_: str, one: Estimate | None, scope: Scope, why: str, said: str = "") -> KpiRow:
    if one is None or math.isnan(one.value):
        return kpi.row(KPIS[id_], scope, None, n=0 if one is None else one.n, reason=why)
    return kpi.row(KPIS[id_], scope, float(one.value), low=float(one.low), high=float(one.high), n=one.n, reason=said)  # fmt: skip


def checks(made: Page, scope: Scope, *, no_margins: str = "", no_orders: str = "") -> list[Check]:
    """What could make this page wrong; `no_margins` and `no_orders` say why those tables are not there."""
    lang, people = scope.language, made.people
    out = people.outside
    found = [
        sample_check("outside", int((out & people.last).sum()), text("people outside the company in the last wave", lang), language=lang),
        sample_check("customers", int((~out & people.last).sum()), text("customers in the last wave", lang), language=lang),
        *_of_segments(made, scope),
    ]  # fmt: skip
    if people.sources is not None:
        found.append(Check("indicative", "review", sentence(people.sources, lang), text("Read shares as an indication, and do not add decimals.", lang)))  # fmt: skip
    found += weights_checks(people, scope, no_margins)
    if not people.has_orders:
        found.append(Check("orders", "review", text("What customers bring is not known. {why}", lang, why=no_orders).rstrip(), text("Import the orders; until then segments are judged by potential alone.", lang)))  # fmt: skip
    elif made.rate is None:
        found.append(Check("margin_rate", "review", text("The company states no margin rate, so margin stands for revenue.", lang), text("Set contribution_margin_rate in company.toml.", lang)))  # fmt: skip
    found += _of_money(made, scope)
    return found


def _of_segments(made: Page, scope: Scope) -> list[Check]:
    lang, classes = scope.language, made.classes
    left = [one for one in classes.guards if "entropy" not in one and not one.startswith("cannot tell: ")]
    found = []
    if made.reason:
        said = text("Segments cannot be told: {reason}.", lang, reason=told(made, lang))
        found.append(
            Check(
                "segments", "review", said, text("Decide on the market as a whole, or ask more people.", lang)
            )
        )
    else:
        said = text("{n} segments, found by {reached} of {starts} starts; the smallest holds {share} of all people.", lang, n=made.k, reached=classes.reached,
                    starts=classes.starts, share=number(float(classes.sizes.min()), "share", language=lang))  # fmt: skip
        found.append(Check("segments", "pass", said))
        said = text("Answers tell people’s segments with an entropy of {value} (1 is without doubt).", lang, value=number(classes.entropy, "ratio", decimals=2, language=lang))  # fmt: skip
        found.append(
            check("entropy", classes.entropy >= GOOD_ENTROPY, said, remedy=text("Judge groups of people, never one person, by segment.", lang))
        )  # fmt: skip
        found.append(_stable(made, scope))
        if scope.market != "ALL":
            said = text("Segments are found among the people of {market} alone, so fewer may be told apart than in all markets together.", lang, market=scope.market)  # fmt: skip
            found.append(Check("market", "review", said, text("Compare them with the page for all markets before names are given.", lang)))  # fmt: skip
    if left:
        found.append(Check("items", "review", sentence(parted([translate(one, lang) for one in left], lang), lang), text("Look at these questions before the next wave.", lang)))  # fmt: skip
    return found


def _stable(made: Page, scope: Scope) -> Check:
    lang = scope.language
    if made.stays is None:
        return Check("stable", "review", text("One wave alone: whether people keep their segment cannot be told.", lang), text("Ask again next quarter.", lang))  # fmt: skip
    share = number(made.stays.stays.value, "share", language=lang)
    said = text("{share} of the people of the last wave keep their segment when each of the last two waves finds its own.", lang, share=share)  # fmt: skip
    return check("stable", made.stays.stays.value >= STABLE, said, remedy=text("Build nothing lasting on these segments before another wave.", lang))  # fmt: skip


def weights_checks(people: People, scope: Scope, no_margins: str) -> list[Check]:
    """How people outside were brought to the population, market by market."""
    lang = scope.language
    if not people.outside.any():
        return []
    found, sources = [], {}
    for one in people.told:
        sources.setdefault((one.values["source"], one.values["day"]), []).append(one.values["market"])
    told_of = [
        text("margins of {market} by {source}, as of {day}", lang, market=listed(sorted(markets), lang), source=source, day=day_said(when, lang))
        for (source, when), markets in sources.items()
    ]  # fmt: skip
    asked = set(people.frame.loc[people.outside, "market"].dropna().astype(str))
    plain = sorted(asked - {one.values["market"] for one in people.told})
    if told_of:
        found.append(Check("weighted", "pass", text("Answers are raked to {margins}.", lang, margins=parted(told_of, lang))))  # fmt: skip
    if plain:
        said = text("Answers are not weighted in {markets}. {why}", lang, markets=listed(plain, lang), why=no_margins).rstrip()  # fmt: skip
        found.append(Check("unweighted", "review", said, text("Import the official shares into population_margins.", lang)))  # fmt: skip
    if people.guards:
        told = [f"{market}: {translate(one, lang)}" for market, one in people.guards]
        found.append(Check("weights_guard", "review", parted(told, lang).rstrip(".") + ".", text("Look at the quotas of the next wave.", lang)))  # fmt: skip
    return found


def _of_money(made: Page, scope: Scope) -> list[Check]:
    lang, markets = scope.language, sorted(made.people.frame["market"].dropna().astype(str).unique())
    other = [one for one in markets if (used := get_territory_currencies(one)) and scope.currency not in used]
    found = []
    if other and len(markets) > 1:
        said = text("What people in {markets} say they spend is in their own currency and counted as {currency}.", lang, markets=listed(other, lang), currency=scope.currency)  # fmt: skip
        found.append(
            Check("currency", "review", said, text("Read this page market by market where amounts matter.", lang))
        )  # fmt: skip
    if made.reason:
        return found
    over = [k for k in range(made.k) if made.runs["own_share"][0, k] > 1]
    if over:
        said = text("Customers of {segments} bought more from the company than they say they spend in the category.", lang, segments=quoted(made, over, lang))  # fmt: skip
        found.append(
            Check("stated", "review", said, text("Stated spend is too low there: read it by rank, not by amount.", lang))
        )  # fmt: skip
    said = text("Conquest potential counts what people who say they would try now spend: an upper bound, as not all will.", lang)  # fmt: skip
    found.append(Check("bound", "review", said, text("Compare segments with it; take no amount of it into a plan.", lang)))  # fmt: skip
    return found
