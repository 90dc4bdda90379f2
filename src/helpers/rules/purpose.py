"""Topics of purpose: the kinds of proof that carry each, and the lines of the rule when to speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from helpers.rules import book


@dataclass(frozen=True)
class Topic:
    """One topic: `kinds` of proof that can carry a claim, what is `needs`-ed in words, where that comes from."""

    topic: str
    kinds: tuple[str, ...]
    needs: str
    source: str
    status: str
    valid_from: date
    checked_on: date
    valid_to: date = date.max


@cache
def topics() -> dict[str, Topic]:
    """Every topic of purpose.toml, in its order."""
    return {one["topic"]: Topic(**{**one, "kinds": tuple(one["kinds"])}) for one in book("purpose")["topics"]}


def carries(kind: str, topic: str) -> bool:
    """Whether a kind of proof can carry a claim of a topic; a kind or a topic that nobody stated is not judged."""
    known = topics().get(topic)
    return known is None or not kind or kind.strip().casefold() in known.kinds


def lines() -> dict[str, float]:
    """Where the rule of speaking draws its lines: own_from, grave_from [0-4], half [share]."""
    return {name: value for name, value in book("purpose")["speak"].items() if name != "checked_on"}
