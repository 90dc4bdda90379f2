"""Shapes of a claim: groups of words that stand after, near or without each other, as lexicons/claims_shapes.toml writes them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from helpers.methods import claim_words as words

NEAR = 5  # words that ">" allows between two groups where no other number is written
JOIN = re.compile(r"\s(>|&&|&|!!|!)(\d*)\s")
Span = tuple[int, int]


@dataclass
class Reading:
    """A text with the groups of words that were looked for in it."""

    text: words.Text
    language: str
    year: int
    seen: dict[str, list[Span]] = field(default_factory=dict)

    def group(self, name: str) -> list[Span]:
        """Stretches where a group of words stands; searched once."""
        if name not in self.seen:
            self.seen[name] = words.found(self.text, name, self.language, self.year)
        return self.seen[name]

    def shape(self, written: str) -> list[Span]:
        """Stretches of the text that have a shape, from its first word to its last.

        Raises
        ------
        ValueError : a group that the lexicon does not have.
        """
        first, *steps = _parsed(written)
        spans = self.group(first[2])
        for at, (join, limit, name) in enumerate(steps):
            if not spans:
                return []
            # A third group may stand between the first two, and so inside what they make.
            spans = _joined(self, spans, join, limit, self.group(name), inside=at > 0)
        return spans

    def any(self, shapes: list[str]) -> bool:
        """Whether one of the shapes is there."""
        return any(self.shape(one) for one in shapes)

    def near(self, span: Span) -> Span:
        """The sentence that a stretch begins in."""
        return self.text.sentences[self.text.sentence(span[0])]


def _joined(
    reading: Reading, spans: list[Span], join: str, limit: int, others: list[Span], *, inside: bool
) -> list[Span]:
    """Stretches that remain after one step of a shape."""
    text = reading.text
    if join == "!!":
        return [] if others else spans
    if join == "!":
        barred = {text.sentence(start) for start, _ in others}
        return [span for span in spans if text.sentence(span[0]) not in barred]
    if join == "&&":
        # The words shown run on to what they were found with, where that follows in the same sentence.
        # One word does not play two parts: the "best" of "best before" praises nothing.
        found = spans if inside else [one for one in spans if any(_apart(one, two) for two in others)]
        return [(one[0], _reach(text, one, others)) for one in found] if others else []
    made = []
    for one in spans:
        for two in others:
            if not (inside or _apart(one, two)) or text.sentence(one[0]) != text.sentence(two[0]):
                continue
            if join == ">" and two[0] < one[1]:
                continue
            if limit and text.words_between(one, two) > limit:
                continue
            made.append((min(one[0], two[0]), max(one[1], two[1])))
    return made


def _reach(text: words.Text, one: Span, others: list[Span]) -> int:
    same = [two[1] for two in others if text.sentence(two[0]) == text.sentence(one[0])]
    return max([one[1], *same])


def _apart(one: Span, two: Span) -> bool:
    """Whether neither of two stretches holds the other: "we will cut" and "cut our emissions" share a word, and are two."""
    return not (one[0] <= two[0] and two[1] <= one[1]) and not (two[0] <= one[0] and one[1] <= two[1])


@cache
def _parsed(written: str) -> tuple[tuple[str, int, str], ...]:
    """Groups of a shape, each with how it is joined to what stands before it and the words allowed between."""
    parts = JOIN.split(f"{written}")
    steps = [("", 0, parts[0].strip())]
    for join, limit, name in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        steps.append((join, int(limit) if limit else (NEAR if join == ">" else 0), name.strip()))
    return tuple(steps)


@cache
def shapes() -> dict:
    """Everything in claims_shapes.toml."""
    return tomllib.loads((files(__package__) / "lexicons" / "claims_shapes.toml").read_text("utf-8"))
