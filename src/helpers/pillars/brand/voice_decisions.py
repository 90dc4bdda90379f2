"""What to do about voice and searches: an operation where searches rise, the level of media, what to watch."""

from __future__ import annotations

import math

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import text
from helpers.pillars.brand import voice_telling as telling
from helpers.pillars.brand.voice_answer import unreadable
from helpers.pillars.brand.voice_operation import Card
from helpers.pillars.brand.voice_page import Page
from helpers.pillars.brand.voice_places import inside, place, places
from helpers.pillars.brand.voice_words import count, operation, points, points_bounds, ratio, share, weeks

MOST = 3  # operations at once


def decisions(made: Page, scope: Scope, *, owner: str = "") -> list[Decision]:
    """Decisions: an operation a region in which searches rise alone, the level of media, what to watch."""
    common = {"owner": owner or text("brand director", scope.language), "due": scope.next_review, "currency": scope.currency}  # fmt: skip
    found = [_operation(one, made, scope, common) for one in made.real[:MOST]]
    found.append(_media(made, scope, common))
    if made.assistants.taken is not None and made.assistants.taken.verdict == "taken":
        found.append(_assistants(made, scope, common))
    link = made.link
    if link is not None and link.found is not None:
        found.append(_watch(made, scope, common))
    return found


def _operation(card: Card, made: Page, scope: Scope, common: dict) -> Decision:
    lang, spike = scope.language, card.spike
    facts = {
        "inside": inside(made.known, spike.market, spike.region, scope), "market": spike.market, "searches": count(spike.searches, scope), "span": weeks(spike.weeks, scope), "times": ratio(spike.times, scope),
    }  # fmt: skip
    if not card.is_readable:
        told = text("Look at what happens {inside} ({market}): {searches} searches in {span} are {times} times the usual. {why}", lang, why=unreadable(card, scope), **facts)  # fmt: skip
        return Decision(
            id=f"operation_{spike.market}_{spike.region}", verb=text("Look at", lang), amount=place(made.known, spike.market, spike.region, scope), sentence=told,
            reverse_if=text("the smallest rise that a test there would show is {most} or less", lang, most=share(card.most, scope, 0)), **common,
        )  # fmt: skip
    parts = [text("Test {operation} {inside} ({market}): {searches} searches in {span} are {times} times the usual.", lang, operation=operation(bool(card.stores), scope), **facts)]  # fmt: skip
    if not math.isnan(card.people.here):
        parts.append(text("About {n} of the best customers there may be invited by e-mail.", lang, n=count(card.people.here, scope)))  # fmt: skip
    if len(card.held_out):
        held = places(made.known, spike.market, list(card.held_out.index), scope)
        parts.append(text("Leave alone {regions}.", lang, regions=held))
    parts.append(text("Against them {span} would show only a rise of orders of {sees} or more.", lang, span=weeks(card.weeks, scope), sees=share(card.sees, scope, 0)))  # fmt: skip
    return Decision(
        id=f"operation_{spike.market}_{spike.region}", verb=text("Test", lang), amount=place(made.known, spike.market, spike.region, scope), sentence=" ".join(parts),
        reverse_if=text("searches there are back to usual before the operation opens", lang), **common,
    )  # fmt: skip


def _media(made: Page, scope: Scope, common: dict) -> Decision:
    lang, found = scope.language, made.heard
    verdict, excess = found.relation.verdict, found.own(made.known.house, "excess")
    if math.isnan(excess):
        said = text("Hold the level of media: voice cannot be set against the share of market yet.", lang)
        return Decision(id="media", verb=text("Hold", lang), amount=text("level of media", lang), sentence=said,
                        reverse_if=text("twelve months of both are known", lang), **common)  # fmt: skip
    facts = {"excess": points(excess, scope), "value": points(found.implied.value, scope, 2), "bounds": points_bounds(found.implied, scope, 2)}  # fmt: skip
    if verdict in ("supports", "stronger") and not math.isinf(found.needed.high) and excess < 0:
        said = text("Raise the voice in one market first, as a test: an excess of {excess} goes with {value} of share of market in a year ({bounds}).", lang, **facts)  # fmt: skip
        return Decision(id="media", verb=text("Raise", lang), amount=text("share of voice, one market", lang), sentence=said,
                        reverse_if=text("that market does not gain share against the others within a year", lang), **common)  # fmt: skip
    said = text("Hold the level of media: an excess share of voice of {excess} lets expect {value} of share of market in a year ({bounds}), so voice is no reason to spend more or less.", lang, **facts)  # fmt: skip
    if found.implied.low * found.implied.high > 0:
        said = text("Hold the level of media: an excess share of voice of {excess} lets expect {value} of share of market in a year ({bounds}), if the relation holds here.", lang, **facts)  # fmt: skip
    borne = verdict in ("supports", "stronger") and excess >= 0
    back = text("the share of voice falls below the share of market", lang) if borne else text("the own brand-years put the relation surely above nothing", lang)  # fmt: skip
    return Decision(id="media", verb=text("Hold", lang), amount=text("level of media", lang), sentence=said, reverse_if=back, **common)  # fmt: skip


def _assistants(made: Page, scope: Scope, common: dict) -> Decision:
    lang, lost = scope.language, made.assistants.taken.lost
    said = text("Read the share of search together with visits from assistants: by now they take {lost} of the searches for the brand ({low} to {high}), so the share understates the interest in the brand.", lang,
                lost=share(lost.value, scope), low=share(lost.low, scope), high=share(lost.high, scope))  # fmt: skip
    return Decision(id="assistants", verb=text("Read", lang), amount=text("share of search with assistants", lang), sentence=said,
                    reverse_if=text("searches no longer fall where assistants send more visits", lang), **common)  # fmt: skip


def _watch(made: Page, scope: Scope, common: dict) -> Decision:
    lang, found = scope.language, made.link.found
    if found.verdict == "leads":
        said = text("Use the share of search as an early sign of orders: it runs {span} ahead ({low} to {high}).", lang, span=weeks(found.lag.value, scope), low=count(found.lag.low, scope), high=count(found.lag.high, scope))  # fmt: skip
        return Decision(id="watch", verb=text("Use", lang), amount=text("share of search", lang), sentence=said, reverse_if=text("the next year puts the lead at nothing", lang), **common)  # fmt: skip
    said = text("Watch the share of search, and plan no order on it: {why}", lang, why=telling.lead_said(made, scope))  # fmt: skip
    return Decision(id="watch", verb=text("Watch", lang), amount=text("share of search", lang), sentence=said, reverse_if=text("the whole interval of the lag lies above nothing", lang), **common)  # fmt: skip
