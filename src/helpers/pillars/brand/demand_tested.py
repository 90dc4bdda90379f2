"""What a pause of brand media in part of the regions would tell, in words."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import plural, text
from helpers.pillars.brand import demand_words as words
from helpers.pillars.brand.demand import Page
from helpers.pillars.brand.demand_regions import OPEN, WEEKS, WOULD


def tested(made: Page, scope: Scope) -> str:
    """State whether a test by region would tell if brand media pay, and what that rests on."""
    lang, one = scope.language, made.test
    if not math.isfinite(one.sees):
        return text("whether a test by region could tell is for that page to show, since too few past orders by region are known here.", lang)  # fmt: skip
    facts = {
        "paused": one.n_paused, "n": one.n_regions, "market": one.market, "sees": words.share(one.sees, scope, 1), "pays": words.share(one.pays_at, scope, 1),
        "weeks": plural("{n} week", "{n} weeks", one.weeks, lang), "looks": one.looks,
    }  # fmt: skip
    seen = text("with {paused} of {n} regions of {market} paused, a test of {weeks} sees a fall of orders of {sees} or more ({looks} tests of nothing), and brand media pay from a fall of {pays} on", lang, **facts)  # fmt: skip
    if one.verdict == WOULD:
        return text("Such a test would tell whether they pay: {seen}, a loss taken to be the same in each week.", lang, seen=seen)  # fmt: skip
    if one.verdict == OPEN:
        return text("{seen}; a test of {full} weeks may see smaller ones, but past orders by region are known for too short a time to say how small.", lang, seen=seen, full=WEEKS)  # fmt: skip
    return text("{seen}, so it would not tell.", lang, seen=seen)


def would(made: Page, scope: Scope) -> str:
    """State in one clause whether a test by region would tell."""
    lang, verdict = scope.language, made.test.verdict
    if verdict == WOULD:
        return text("a test by region would tell.", lang)
    if verdict == OPEN:
        return text("whether a test by region could tell is for the page on incrementality to show.", lang)
    return text("nor would a test by region of two quarters tell.", lang)
