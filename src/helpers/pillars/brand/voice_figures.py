"""Figures of the page on share of voice and of search."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers import kpi
from helpers.checks import guard_refusal, sentence
from helpers.company import Scope
from helpers.i18n import capital, listed, text, translate
from helpers.kpi import KpiRow
from helpers.methods.intervals import Estimate
from helpers.pillars.brand.definitions import KPIS
from helpers.pillars.brand.voice import voice_at
from helpers.pillars.brand.voice_page import Page
from helpers.pillars.brand.voice_places import place
from helpers.pillars.brand.voice_search import share_at

DRAWN = ("search_lead",)  # out of redraws


def kpis(made: Page, scope: Scope) -> list[KpiRow]:
    """Rows of the figures of the page; what cannot be told keeps its place with the reason."""
    estimated = text("Estimated by a monitoring service, its error unknown; n counts months of brands.", scope.language)  # fmt: skip
    return [
        _over_time("voice_share", lambda end: voice_at(made.known, end), scope, text("Twelve months of estimated spend, the brand’s among it, are needed.", scope.language), estimated),
        _over_time("search_share", lambda end: share_at(made.known, made.searched, end), scope, text("A quarter of searches for all brands is needed.", scope.language)),
        *_of_regions(made, scope),
        *_of_voice(made, scope),
        _lead(made, scope),
        *_of_assistants(made, scope),
    ]  # fmt: skip


def _over_time(name: str, at, scope: Scope, why: str, said: str = "") -> KpiRow:
    """A figure of this period with up to thirteen periods of history."""
    known = [(period, *at(pd.Timestamp(period.end))) for period in kpi.history(scope)]
    past = [kpi.row(KPIS[name], scope, value, n=n, period=period) for period, value, n in known[:-1] if value == value]  # fmt: skip
    _, value, n = known[-1]
    return kpi.compared(KPIS[name], [*past, kpi.row(KPIS[name], scope, value, n=n, reason=said if value == value else why)], scope)  # fmt: skip


def _of_voice(made: Page, scope: Scope) -> list[KpiRow]:
    lang, found = scope.language, made.heard
    excess = found.own(made.known.house, "excess")
    none = text(
        "Cannot tell: twelve months of voice and of market sales of the same brands are needed.", lang
    )
    years = int(found.panel["change"].notna().sum())
    goal = text("The own market does not bear the relation out.", lang) if found.relation.verdict in ("weaker", "does not tell") else ""  # fmt: skip
    n = voice_at(made.known, pd.Timestamp(scope.period.end))[1]
    return [
        kpi.row(KPIS["voice_excess"], scope, 100 * excess, n=n, reason="" if excess == excess else none),
        _estimate(
            "voice_implied",
            Estimate(*(100 * one for one in found.implied[:3]), *found.implied[3:]),
            years or len(found.panel),
            none,
            scope,
        ),
        _estimate("voice_needed", found.as_published, years or len(found.panel), none, scope, goal),
    ]


def _estimate(name: str, one: Estimate, n: int, why: str, scope: Scope, known: str = "") -> KpiRow:
    """A figure with its interval, or its reason."""
    if not np.isfinite([one.value, one.low, one.high]).all():
        return kpi.row(KPIS[name], scope, None, n=n, reason=why)
    return kpi.row(KPIS[name], scope, one.value, low=one.low, high=one.high, n=n, reason=known)


def _lead(made: Page, scope: Scope) -> KpiRow:
    lang, link, definition = scope.language, made.link, KPIS["search_lead"]
    if link is None:
        return kpi.row(definition, scope, None, n=0, reason=text("Searches and orders by week are needed.", lang))  # fmt: skip
    if link.found is None or link.reason is not None:
        n = 0 if link.found is None else link.found.lag.n
        return kpi.row(definition, scope, None, n=n, reason=sentence(link.reason, lang))
    found = link.found
    if math.isnan(found.lag.value):
        why = text("Cannot tell: at no lag do both move together more than chance makes them.", lang)
        return kpi.row(definition, scope, None, n=found.lag.n, reason=why)
    open_sign = text("Both move together; which of them runs ahead cannot be told.", lang)
    return _estimate("search_lead", found.lag, found.lag.n, "", scope, open_sign if found.verdict == "cannot tell" else "")  # fmt: skip


def _of_regions(made: Page, scope: Scope) -> list[KpiRow]:
    lang, found, cards = scope.language, made.regions, made.cards
    if not found.n:
        why = capital(translate(found.reason, lang)) + "." if found.reason is not None else ""
        return [kpi.row(KPIS[name], scope, None, n=0, reason=why) for name in ("search_spikes", "search_spike_excess")]  # fmt: skip
    named = text("Where: {regions}.", lang, regions=listed([place(made.known, one.spike.market, one.spike.region, scope) for one in cards], lang)) if cards else ""  # fmt: skip
    count = kpi.row(KPIS["search_spikes"], scope, len(cards), n=found.n, reason=named)
    if not cards:
        none = text("No region searches more than its past and all others let expect.", lang)
        return [count, kpi.row(KPIS["search_spike_excess"], scope, None, n=found.n, reason=none)]
    spikes = [one.spike for one in cards]
    value, n = sum(one.excess for one in spikes), int(sum(one.searches for one in spikes))
    low = value - math.sqrt(sum((one.excess - one.low) ** 2 for one in spikes))
    high = value + math.sqrt(sum((one.high - one.excess) ** 2 for one in spikes))
    return [count, kpi.row(KPIS["search_spike_excess"], scope, value, low=low, high=high, n=n)]


def _of_assistants(made: Page, scope: Scope) -> list[KpiRow]:
    lang, found = scope.language, made.assistants
    if found.growth is None:
        why = capital(translate(found.reason, lang)) + "."
        return [kpi.row(KPIS[name], scope, None, n=0, reason=why) for name in ("assistant_growth", "assistant_searches")]  # fmt: skip
    growth, n = found.growth, int(found.visits["visits"].sum())
    rows = [_estimate("assistant_growth", growth.a_time, n, guard_refusal(growth.guards, lang), scope)]
    if found.taken is None:
        why = text("Searches by week are needed.", lang)
        return [*rows, kpi.row(KPIS["assistant_searches"], scope, None, n=0, reason=why)]
    taken = found.taken
    return [*rows, _estimate("assistant_searches", taken.lost, taken.lost.n, guard_refusal(taken.guards, lang), scope)]  # fmt: skip
