"""Words of the page on social media and reputation: roles and media of the playbook, signs, verdicts, shares and counts."""

from __future__ import annotations

import math

from helpers.company import Scope
from helpers.i18n import interval, mark, mark_term, number, signed, term, text
from helpers.methods.intervals import Estimate
from helpers.rules import crisis

ROLES = {
    "community": mark("community manager"),
    "brand": mark("head of brand"),
    "communication": mark("head of communication"),
    "cmo": mark("CMO"),
    "chief executive": mark("chief executive"),
}
MEDIA = {
    "runs": mark("media go on"),
    "checked": mark("posts and campaigns are read again before they go out"),
    "topic stopped": mark("campaigns on the topic stop"),
    "market stopped": mark("the brand's campaigns stop in the market"),
    "all stopped": mark("all campaigns stop everywhere"),
}
MEDIA_SHORT = {
    "runs": mark_term("media at a level", "go on"),
    "checked": mark_term("media at a level", "read again"),
    "topic stopped": mark_term("media at a level", "topic stops"),
    "market stopped": mark_term("media at a level", "market stops"),
    "all stopped": mark_term("media at a level", "all stop"),
}
SIGNS = {
    "bought followers": mark("followers that look bought"),
    "few in target": mark("few people of the target group"),
    "few clicks": mark("clicks surely below half of the others'"),
}
VERDICTS = {
    "grows from small": mark_term("a topic", "grows from small"),
    "grows": mark_term("a topic", "grows"),
    "shrinks": mark_term("a topic", "shrinks"),
    "no clear growth": mark_term("a topic", "no clear growth"),
    "cannot tell": mark_term("a topic", "cannot tell"),
}
SOURCES = {
    "community": mark_term("who sends ideas", "community"),
    "customer": mark_term("who sends ideas", "customers"),
    "employee": mark_term("who sends ideas", "employees"),
}
FORMATS = {
    "picture": mark_term("a kind of post", "pictures"),
    "video": mark_term("a kind of post", "films"),
    "story": mark_term("a kind of post", "stories"),
    "link": mark_term("a kind of post", "links"),
}


def topic_said(topic: str) -> str:
    """A topic as a reader writes it, without the underscores of the table; a dash where it has none."""
    return topic.replace("_", " ").strip() or "–"


def role(level: int, language: str) -> str:
    """Who decides at a level."""
    return text(ROLES[crisis.crisis_levels()[level].decides], language)


def media(level: int, language: str) -> str:
    """What happens to media at a level."""
    return text(MEDIA[crisis.crisis_levels()[level].media], language)


def media_short(level: int, language: str) -> str:
    """The same in two words, for a table."""
    return term(*MEDIA_SHORT[crisis.crisis_levels()[level].media], language)


def of_kind(name: str, table: dict[str, tuple[str, str]], language: str) -> str:
    """A word of one of the tables; one that is not in it as the company writes it."""
    return term(*table[name], language) if name in table else name


def share(one: float, scope: Scope, decimals: int = 0) -> str:
    """A share as percent."""
    return number(one, "share", decimals=decimals, language=scope.language)


def plus(one: float, scope: Scope, decimals: int = 0) -> str:
    """A difference of shares, a rise with its plus."""
    return signed(one, "share", decimals=decimals, language=scope.language)


def bounds(one: Estimate, scope: Scope, unit: str = "share", decimals: int = 0) -> str:
    """The interval of an estimate."""
    return interval(
        one.low, one.high, unit, decimals=decimals, language=scope.language, currency=scope.currency
    )


def ranged(one: Estimate, scope: Scope, unit: str = "share", decimals: int = 0) -> str:
    """An estimate with its interval; a dash where it is not known."""
    if math.isnan(one.value):
        return "–"
    told = number(one.value, unit, decimals=decimals, language=scope.language, currency=scope.currency)
    return f"{told} ({bounds(one, scope, unit, decimals)})" if one.high > one.low else told


def in_points(one: Estimate) -> Estimate:
    """A difference of shares in points of 100."""
    return Estimate(100 * one.value, 100 * one.low, 100 * one.high, one.level, one.n)


def count(one: float, scope: Scope, decimals: int = 0) -> str:
    """A count."""
    return number(one, "count", decimals=decimals, language=scope.language)


def money(one: float, scope: Scope) -> str:
    """An amount."""
    return number(one, "currency", currency=scope.currency, language=scope.language)


def sign(one: Estimate) -> str:
    """Which side of zero the interval of an estimate lies on."""
    if math.isnan(one.value) or math.isnan(one.low) or math.isnan(one.high):
        return "unknown"
    return "lost" if one.high < 0 else "above" if one.low > 0 else "spans"


def of_preference(one: Estimate, scope: Scope) -> str:
    """The change of preference in one survey, and what it shows."""
    lang = scope.language
    if sign(one) == "unknown":
        return text("not known", lang)
    words = {
        "lost": text("{value} ({bounds}), a fall", lang, **points(one, scope)),
        "spans": text("{value} ({bounds}), a fall neither shown nor excluded", lang, **points(one, scope)),
        "above": text("{value} ({bounds}), a rise", lang, **points(one, scope)),
    }
    return words[sign(one)]


def points(one: Estimate, scope: Scope) -> dict[str, str]:
    """A difference of shares in points, with its interval."""
    said = in_points(one)
    return {"value": signed(said.value, "points", decimals=1, language=scope.language), "bounds": bounds(said, scope, "points", 1)}  # fmt: skip
