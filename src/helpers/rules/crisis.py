"""Levels of a wave of mentions against the brand: from how many people on, who decides, how soon, what happens to media."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pandas as pd

from helpers.rules import book


@dataclass(frozen=True)
class Level:
    """One level of the playbook.

    people : who could see what was said, from which on it begins. answer_hours : until the first public word. media : "runs",
    "checked", "topic stopped", "market stopped" or "all stopped". quiet_days : days inside the usual band that end it.
    """

    level: int
    people: int
    decides: str
    answer_hours: int
    media: str
    quiet_days: int


@cache
def crisis_levels() -> tuple[Level, ...]:
    """Return the levels of crisis.toml, 0 first."""
    return tuple(Level(**one) for one in book("crisis")["levels"])


def thresholds() -> tuple[float, ...]:
    """People from which on levels 1 to 4 begin."""
    return tuple(float(one.people) for one in crisis_levels()[1:])


def is_grave(topic: str) -> bool:
    """Whether a topic has one of the words that are about people's safety or rights, as a whole word."""
    said = re.sub(r"[\W_]+", " ", str(topic).lower()).strip()
    return any(re.search(rf"\b{re.escape(word)}\b", said) for word in book("crisis")["grave_words"])


def graver(level: int, topic: str) -> int:
    """Return the level of a wave with its topic: a grave one has at least `grave_level`, whoever sees it."""
    return max(level, int(book("crisis")["grave_level"])) if is_grave(topic) else level


def told_level(severity: object, highest: object, topic: str) -> int | None:
    """Return the level of a wave with its topic; None where it cannot be told.

    `severity` and `highest` are the level by people and the highest that its doubt allows, missing where they are not known: a grave topic
    has its level whoever sees it, and a wave that could not reach level 1 at most is one of level 0.
    """
    if pd.notna(severity):
        return graver(int(severity), topic)
    made = graver(0, topic)
    return made if made or (pd.notna(highest) and highest == 0) else None
