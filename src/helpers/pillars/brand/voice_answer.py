"""The answer of the page on share of voice: the decision first, then the doubt."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import listed, signed, text
from helpers.pillars.brand.voice_operation import Card
from helpers.pillars.brand.voice_page import Page
from helpers.pillars.brand.voice_places import inside
from helpers.pillars.brand.voice_telling import brands, search_finding
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
    parts = [_operations(made, scope)] if real else []
    parts.append(_media_said(made, scope))
    if not real:
        parts.append(text("No region calls for an operation: none searches more than its past and all others let expect.", lang) if made.regions.n else text("Local spikes cannot be told.", lang))  # fmt: skip
    if made.searched.found is not None:
        parts.append(text("{title}.", lang, title=search_finding(made, scope)) if math.isnan(made.searched.brands.loc[made.known.house, made.searched.column]) else text("{title}; {lead}", lang, title=search_finding(made, scope), lead=_lead_short(made, scope)))  # fmt: skip
    if made.assistants.growth is not None:
        parts.append(_assistants_short(made, scope))
    return " ".join(parts)


def _operations(made: Page, scope: Scope) -> str:
    """Where to test a shop operation, or where only to look."""
    lang, house = scope.language, made.known.house
    tests = [one for one in made.real if one.is_readable]
    if len(made.real) > 1:
        named = listed(
            [inside(made.known, one.spike.market, one.spike.region, scope) for one in tests or made.real],
            lang,
        )
        if tests:
            return text("Test shop operations {regions} now: people there search for {house} more than their past and all other regions let expect.", lang, regions=named, house=house)  # fmt: skip
        return text("Look at what happens {regions}: people there search for {house} more than their past and all other regions let expect, but an operation could not be read as a test.", lang, regions=named, house=house)  # fmt: skip
    card = made.real[0]
    one = card.spike
    facts = {
        "inside": inside(made.known, one.market, one.region, scope), "market": one.market, "house": house, "times": ratio(one.times, scope), "span": weeks(one.weeks, scope), "day": day(one.until, scope),
        "excess": count(one.excess, scope), "low": count(one.low, scope), "high": count(one.high, scope), "others": made.regions.n - 1,
    }  # fmt: skip
    if tests:
        return text("Test {operation} {inside} ({market}) now: people there searched for {house} {times} times as often as usual in the {span} up to {day}, {excess} searches more ({low} to {high}), and none of the other {others} regions stands out so.", lang, operation=operation(bool(card.stores), scope), **facts)  # fmt: skip
    return text("Look at what happens {inside} ({market}): people there searched for {house} {times} times as often as usual in the {span} up to {day}, {excess} searches more ({low} to {high}), and none of the other {others} regions stands out so. {why}", lang, why=unreadable(card, scope), **facts)  # fmt: skip


def unreadable(card: Card, scope: Scope) -> str:
    """Why an operation in the region could not be read as a test."""
    lang = scope.language
    if math.isnan(card.sees):
        return text("Whether an operation there could be read as a test cannot be told: past orders by region are missing.", lang)  # fmt: skip
    return text("An operation there could not be read as a test: {span} would show only a rise of orders of {sees} or more.", lang, span=weeks(card.weeks, scope), sees=share(card.sees, scope, 0))  # fmt: skip


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
    facts = {"voice": share(voice, scope), "part": text("{share} of the market among {n} brands", lang, share=share(part, scope), n=brands(made)), "value": points(found.implied.value, scope, 2), "bounds": points_bounds(found.implied, scope, 2)}  # fmt: skip
    known = text("Hold the level of media: with {voice} of the voice for {part}, {value} of share is to be expected in a year ({bounds})", lang, **facts)  # fmt: skip
    if verdict in ("supports", "stronger"):
        return _borne_out(made, scope, facts, known)
    if verdict == "published":
        return text("{known}; that is the published relation alone, for the own market has too few years to ask.", lang, known=known)  # fmt: skip
    if verdict == "weaker":
        return text("{known}; the own years put the relation below what was published.", lang, known=known)
    return text("{known}; the own years are at one with the published relation and with none at all.", lang, known=known)  # fmt: skip


def _borne_out(made: Page, scope: Scope, facts: dict, known: str) -> str:
    """The level of media where the own years bear the published relation out, or more than it."""
    lang, found = scope.language, made.heard
    own = (
        text("the own years bear the published relation out", lang) if found.relation.verdict == "supports"
        else text("the own years put the relation above what was published", lang)
    )  # fmt: skip
    if found.own(made.known.house, "excess") >= 0:
        return text("{known}; {own}.", lang, known=known, own=own)
    if math.isinf(found.needed.high):
        return text("{known}; {own}, but no share of voice is sure to be enough for the goal.", lang, known=known, own=own)  # fmt: skip
    return text("Raise the voice in one market first: with {voice} of the voice for {part}, {value} of share is to be expected in a year ({bounds}), and {own}.", lang, own=own, **facts)  # fmt: skip
