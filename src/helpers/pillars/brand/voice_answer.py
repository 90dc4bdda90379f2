"""The answer of the page on share of voice: the decision first, then the doubt."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import listed, signed, text
from helpers.pillars.brand.voice_page import Page
from helpers.pillars.brand.voice_telling import search_finding
from helpers.pillars.brand.voice_words import (
    bounds,
    count,
    day,
    operation,
    points,
    points_bounds,
    ratio,
    share,
    weeks,
)


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question: the decision first, then the doubt."""
    lang, real = scope.language, made.real
    parts = []
    if real:
        one = real[0].spike
        parts.append(text("Test {operation} in region {region} ({market}) now: people there searched for {house} {times} times as often as usual in the {span} up to {day}, {excess} searches more ({low} to {high}), and none of the other {others} regions stands out so.", lang,
                          region=one.region, market=one.market, house=made.known.house, times=ratio(one.times, scope), span=weeks(one.weeks, scope), operation=operation(bool(real[0].stores), scope), day=day(one.until, scope), excess=count(one.excess, scope),
                          low=count(one.low, scope), high=count(one.high, scope), others=made.regions.n - 1) if len(real) == 1
                     else text("Test shop operations in regions {regions} now: people there search for {house} more than their past and all other regions let expect.", lang, regions=listed([card.spike.region for card in real], lang), house=made.known.house))  # fmt: skip
    parts.append(_media_said(made, scope))
    if not real:
        parts.append(text("No region calls for an operation: none searches more than its past and all others let expect.", lang) if made.regions.n else text("Local spikes cannot be told.", lang))  # fmt: skip
    if made.searched.found is not None:
        parts.append(text("{title}; {lead}", lang, title=search_finding(made, scope), lead=_lead_short(made, scope)))  # fmt: skip
    if made.assistants.growth is not None:
        parts.append(_assistants_short(made, scope))
    return " ".join(parts)


def _lead_short(made: Page, scope: Scope) -> str:
    lang, found = scope.language, made.link.found if made.link is not None else None
    if found is not None and found.verdict == "leads":
        return text("it runs {span} ahead of orders ({low} to {high}).", lang, span=weeks(found.lag.value, scope), low=count(found.lag.low, scope), high=count(found.lag.high, scope))  # fmt: skip
    return text("that it runs ahead of orders cannot be told.", lang)


def _assistants_short(made: Page, scope: Scope) -> str:
    lang, found = scope.language, made.assistants
    if math.isnan(found.growth.a_time.value):
        return text("How visits from assistants grow cannot be told.", lang)
    said = text("Assistants send {n} visits a week, {growth} each week", lang, n=count(found.a_week, scope), growth=signed(found.growth.a_time.value, "share", decimals=1, language=lang))  # fmt: skip
    if found.taken is None or found.taken.verdict != "taken":
        return text("{said}; that they take searches from us cannot be told.", lang, said=said)
    lost = found.taken.lost
    return text("{said}, and by now take {lost} of our searches ({bounds}).", lang, said=said, lost=share(lost.value, scope), bounds=bounds(lost, scope))  # fmt: skip


def _media_said(made: Page, scope: Scope) -> str:
    lang, found, house = scope.language, made.heard, made.known.house
    voice, part, verdict = found.own(house, "voice"), found.own(house, "share"), found.relation.verdict
    if math.isnan(part):
        return text("Hold the level of media: voice cannot be set against the share of market yet.", lang)
    facts = {"voice": share(voice, scope), "part": share(part, scope), "value": points(found.implied.value, scope, 2), "bounds": points_bounds(found.implied, scope, 2)}  # fmt: skip
    if verdict in ("supports", "stronger") and found.own(house, "excess") < 0 and not math.isinf(found.needed.high):  # fmt: skip
        return text("Raise the voice in one market first: with {voice} of the voice for {part} of the market, {value} of share goes in a year ({bounds}), and the own years bear that out.", lang, **facts)  # fmt: skip
    if verdict == "published":
        return text("Hold the level of media: with {voice} of the voice for {part} of the market the published relation lets expect {value} of share in a year ({bounds}), and the own market has too few years to ask.", lang, **facts)  # fmt: skip
    return text("Hold the level of media: {voice} of the voice for {part} of the market lets expect {value} of share in a year ({bounds}), since the own years do not bear the published relation out.", lang, **facts)  # fmt: skip
