"""What the page on share of voice says: titles, findings, the naive answer, the answer."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import capital, listed, number, signed, text, translate
from helpers.pillars.brand.voice import EVIDENCE
from helpers.pillars.brand.voice_page import Page
from helpers.pillars.brand.voice_places import inside, place
from helpers.pillars.brand.voice_search import drawn
from helpers.pillars.brand.voice_words import (
    bounds,
    count,
    day,
    points,
    points_bounds,
    ratio,
    share,
    weeks,
)
from helpers.pillars.brand.words import level


def voice_finding(made: Page, scope: Scope) -> str:
    """State voice against share of market as the title of its chart."""
    lang, found, house = scope.language, made.heard, made.known.house
    voice, part = (found.own(house, name) for name in ("voice", "share"))
    if math.isnan(voice):
        return text("The voice of {house} is not known", lang, house=house)
    if math.isnan(part):
        return text("{house} has {voice} of the voice; its share of market is not known", lang, house=house, voice=share(voice, scope))  # fmt: skip
    n = brands(made)
    return text("{house} has {voice} of the voice and {part} of the market among {n} brands", lang, house=house, voice=share(voice, scope), part=share(part, scope), n=n)  # fmt: skip


def brands(made: Page) -> int:
    """Brands of which voice and sales are known, or voice alone."""
    return int(made.heard.table["share"].notna().sum()) or len(made.heard.table)


def voice_subtitle(made: Page, scope: Scope) -> str:
    """Say under voice and share of market what is drawn."""
    return text("twelve months; voice estimated by a monitoring service at list prices, its error unknown; sales counted, no interval; among the {n} brands of which both are known",
                scope.language, n=brands(made))  # fmt: skip


def relation_said(made: Page, scope: Scope) -> str:
    """What the published relation implies, what the own years say of it, and what the goal would need."""
    lang, found, house = scope.language, made.heard, made.known.house
    excess = found.own(house, "excess")
    if math.isnan(excess):
        return text("Without twelve months of both voice and sales, nothing can be said of the excess.", lang)
    goal, own = points(found.goal, scope, 1), found.relation.own
    parts = [
        text("The excess is {excess}. By the relation published in {year}, half a point of share a year for ten points of excess, that goes with {value} in a year ({bounds}).", lang,
             excess=points(excess, scope), year=EVIDENCE, value=points(found.published.value, scope, 2), bounds=points_bounds(found.published, scope, 2))
    ]  # fmt: skip
    if own.n:
        parts.append(text("The own {n} brand-years put the same ten points at {value} ({bounds}): {verdict}.", lang, n=own.n, value=points(own.value / 10, scope, 2),
                          bounds=points_bounds(own._replace(low=own.low / 10, high=own.high / 10), scope, 2), verdict=_verdict(made, scope)))  # fmt: skip
        parts.append(text("Both together let expect {value} ({bounds}).", lang, value=points(found.implied.value, scope, 2), bounds=points_bounds(found.implied, scope, 2)))  # fmt: skip
    wanted = found.as_published
    if math.isfinite(wanted.value):
        ends = bounds(wanted, scope, decimals=0) if wanted.high <= 1 else text("{low} or more", lang, low=share(wanted.low, scope, 0))  # fmt: skip
        parts.append(text("To win {goal} in a year, the published relation asks for {wanted} of the voice ({bounds}).", lang, goal=goal, wanted=share(wanted.value, scope, 0), bounds=ends))  # fmt: skip
        if found.why is not None and own.n:
            parts.append(
                text(
                    "After the own years, {why}.",
                    lang,
                    why=translate(found.why, lang),
                )
            )
    return " ".join(parts)


def _verdict(made: Page, scope: Scope) -> str:
    words = {
        "supports": text("at one with what was published", scope.language),
        "stronger": text("more than what was published", scope.language),
        "weaker": text("less than what was published, and perhaps nothing", scope.language),
        "does not tell": text("at one with what was published and with nothing at all", scope.language),
    }
    return words.get(made.heard.relation.verdict, "")


def search_finding(made: Page, scope: Scope) -> str:
    """State the share of search as the title of its chart."""
    lang, found, house = scope.language, made.searched, made.known.house
    if found.found is None:
        return text("No searches for {house} are known", lang, house=house)
    now, before = (found.brands.loc[house, name + ("_clear" if found.clear else "")] for name in ("share", "before"))  # fmt: skip
    if now != now:
        return text("The share of search of {house} cannot be told: searches of a quarter are needed", lang, house=house)  # fmt: skip
    if before != before:
        return text(
            "{house} has {share} of the searches for brands", lang, house=house, share=share(now, scope)
        )
    return text("{house} has {share} of the searches for brands, {change} on a year before", lang, house=house, share=share(now, scope), change=points(now - before, scope))  # fmt: skip


def left_out(made: Page) -> tuple[list[str], list[str]]:
    """Brands that stand in no share, since their name is a common word, and those that do and are not drawn."""
    found = made.searched
    told = found.brands[found.column].notna()
    words = [name for name in made.known.words if name in told.index and found.clear and not told[name]]
    return words, [name for name in told[told].index if name not in drawn(found, made.known.house)]


def search_subtitle(made: Page, scope: Scope) -> str:
    """Say under the share of search what is drawn."""
    lang, found = scope.language, made.searched
    if found.found is None:
        return text("share of searches by month", lang)
    n = count(found.brands.loc[found.brands[found.column].notna(), "n"].sum(), scope)
    words, other = left_out(made)
    if words:
        said = text("share of searches by month, {words} left out as a common word; n = {n} searches in the last quarter, counted, no interval", lang, words=listed(words, lang), n=n)  # fmt: skip
    else:
        said = text("share of searches by month; n = {n} searches in the last quarter, counted, no interval", lang, n=n)  # fmt: skip
    return text("{said}; counted in the shares but not drawn: {brands}", lang, said=said, brands=listed(other, lang)) if other else said  # fmt: skip


def lead_said(made: Page, scope: Scope) -> str:
    """What the share of search runs ahead of."""
    lang, link = scope.language, made.link
    if link is None:
        return text("searches and orders by week are needed to tell a lead.", lang)
    if link.found is None or link.reason is not None:
        return text("a lead cannot be told: {reason}.", lang, reason=translate(link.reason, lang))
    lag = link.found.lag
    if math.isnan(lag.value):
        return text("at no lag do it and orders move together more than chance makes them.", lang)
    ends = {"span": weeks(lag.value, scope), "low": count(lag.low, scope), "high": count(lag.high, scope)}
    if link.found.verdict == "leads":
        return text("it runs {span} ahead of orders ({low} to {high}).", lang, **ends)
    if link.found.verdict == "together":
        return text("it and orders move at the same time.", lang)
    if link.found.verdict == "follows":
        return text("orders run ahead of it (lag of {span}, {low} to {high}).", lang, **ends)
    return text("it and orders move together, most likely orders {span} later, but the lag lies anywhere between {low} and {high} weeks, so orders may also come first.", lang, **ends)  # fmt: skip


def spike_finding(made: Page, scope: Scope) -> str:
    """State the local spikes as the title of their chart."""
    lang, found = scope.language, made.regions
    if not found.n:
        return text("Local spikes cannot be told", lang)
    if not made.cards:
        return text("No region of {n} searches more than its past and all others let expect", lang, n=found.n)
    one = made.cards[0].spike
    return text("{place}: {searches} searches in {span}, {times} times the usual", lang, place=capital(place(made.known, one.market, one.region, scope)), searches=count(one.searches, scope), span=weeks(one.weeks, scope), times=ratio(one.times, scope))  # fmt: skip


def spike_subtitle(made: Page, scope: Scope) -> str:
    """Say under the spike what is drawn."""
    lang = scope.language
    if not made.cards:
        return text("searches a week", lang)
    one = made.cards[0].spike
    return text("searches a week {inside} ({market}) and what its share of all other regions lets expect; {excess} above usual up to {day} ({level} interval {low} to {high})", lang,
                inside=inside(made.known, one.market, one.region, scope), market=one.market, excess=count(one.excess, scope), day=day(one.until, scope), level=level(scope), low=count(one.low, scope), high=count(one.high, scope))  # fmt: skip


def assistants_said(made: Page, scope: Scope) -> str:
    """Growth of the visits from assistants, and what they take."""
    lang, found = scope.language, made.assistants
    if found.growth is None or math.isnan(found.growth.a_time.value):
        return text("How visits from assistants grow cannot be told.", lang)
    parts = [
        text("Assistants send {n} visits a week, {growth} from one week to the next ({bounds}).", lang, n=count(found.a_week, scope), growth=signed(found.growth.a_time.value, "share", decimals=1, language=lang),
             bounds=bounds(found.growth.a_time, scope))
    ]  # fmt: skip
    taken = found.taken
    if taken is None or math.isnan(taken.each.value):
        parts.append(text("Whether they take searches cannot be told.", lang))
    elif taken.verdict == "taken":
        parts.append(text("Where they weigh more, searches for the brand are fewer: {each} searches lost for each visit ({low} to {high}), {lost} of the searches of the last four weeks ({bounds}).", lang,
                          each=ratio(taken.each.value, scope), low=ratio(taken.each.low, scope), high=ratio(taken.each.high, scope), lost=share(taken.lost.value, scope), bounds=bounds(taken.lost, scope)))  # fmt: skip
    elif taken.verdict == "added":
        parts.append(text("Where they weigh more, searches for the brand are more, not fewer.", lang))
    else:
        parts.append(text("Whether they take searches cannot be told yet: {low} to {high} for each visit.", lang, low=ratio(taken.each.low, scope), high=ratio(taken.each.high, scope)))  # fmt: skip
    return " ".join(parts)


def assistants_finding(made: Page, scope: Scope) -> str:
    """State the growth of visits from assistants as the title of its chart."""
    lang, found = scope.language, made.assistants
    if found.growth is None or math.isnan(found.growth.a_time.value):
        return text("How visits from assistants grow cannot be told", lang)
    return text("Visits from assistants: {growth} a week", lang, growth=signed(found.growth.a_time.value, "share", decimals=1, language=lang))  # fmt: skip


def assistants_subtitle(made: Page, scope: Scope) -> str:
    """Say under the visits from assistants what is drawn."""
    n = count(float(made.assistants.visits["visits"].sum()), scope)
    return text("visits a week from assistants, means of the weeks of a month, n = {n} visits, counted, no interval", scope.language, n=n)  # fmt: skip


def naive(made: Page, scope: Scope) -> str:
    """The rule of thumb and the list of risers, and what is left of both."""
    lang, found = scope.language, made.heard
    parts = []
    if math.isfinite(found.as_published.value) and math.isfinite(found.more.value):
        money = {"currency": scope.currency, "language": lang}
        high = number(found.more.high, "currency", **money) if math.isfinite(found.more.high) else text("no limit", lang)  # fmt: skip
        parts.append(text("The rule of thumb says: for {goal} of share buy {wanted} of the voice, {cost} a year more at list prices. With the spread between its own studies that is {low} to {high}.", lang,
                          goal=points(found.goal, scope), wanted=share(found.as_published.value, scope, 0), cost=number(found.more.value, "currency", **money), low=number(found.more.low, "currency", **money), high=high))  # fmt: skip
    if parts and found.relation.verdict in ("weaker", "does not tell"):
        parts.append(text("The own years do not say that it would work.", lang))
    if made.regions.n:
        parts.append(text("A list of regions whose searches rose by a fifth or more on the four weeks before names {naive}; {real} of {n} rose more than chance and all other regions explain.", lang,
                          naive=made.regions.naive, real=len(made.cards), n=made.regions.n))  # fmt: skip
    return " ".join(parts) or text("Neither can be worked out from these data.", lang)
