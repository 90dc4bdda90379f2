"""Dated rules of claims about people and planet: what a market's law bans, what a claim has to say, what counsel must confirm."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cache

from helpers.errors import DataError
from helpers.rules import book

STATUSES = ("known", "to confirm")
KINDS = ("banned", "missing", "to confirm")
VERDICTS = ("to withdraw", "to reword", "to prove")  # the gravest first


@dataclass(frozen=True)
class ClaimRule:
    """One rule of one or more markets.

    id : what kind of words it is about; several rules of a market may share one, one after the other in time. kind : "banned",
    "missing" (not banned, but the claim has to say more) or "to confirm". media : where it applies, empty for everywhere; not_media :
    where it does not. missing : what the words lack. cure : what to do. status : "known", or "to confirm" where only secondary sources were
    read or the text is not yet law.
    """

    id: str
    title: str
    text: str
    source: str
    markets: tuple[str, ...]
    kind: str
    verdict: str
    cure: str
    status: str
    valid_from: date
    checked_on: date
    valid_to: date = date.max
    media: tuple[str, ...] = ()
    not_media: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    screened: bool = True

    def holds(self, market: str, day: date) -> bool:
        """Whether it is in force in a market on a day."""
        return market in self.markets and self.valid_from <= day <= self.valid_to

    def applies(self, medium: str) -> bool:
        """Whether it is about a medium, in whatever words it is written; one that is not known counts as any."""
        kind = medium_kind(medium)
        return (not self.media or not kind or kind in self.media) and kind not in self.not_media


@dataclass(frozen=True)
class Sanction:
    """What a breach may cost, as others quote it."""

    market: str
    text: str
    source: str
    status: str
    checked_on: date


@cache
def medium_kind(medium: str) -> str:
    """Kind of a medium, as [media] of claims.toml names it, from the words that people write for it; "" where none is known.

    Case, accents and hyphens count for nothing. Of several words found the longest counts: "press ad" is advertising, no press.
    """
    letters = unicodedata.normalize("NFKD", medium.lower())
    said = " ".join(re.findall(r"\w+", "".join(one for one in letters if not unicodedata.combining(one))))
    named = ((len(word), kind) for kind, words in book("claims")["media"].items() for word in words if f" {word} " in f" {said} ")  # fmt: skip
    return max(named, key=lambda one: one[0], default=(0, ""))[1]


@cache
def all_claim_rules() -> tuple[ClaimRule, ...]:
    """Every rule of claims.toml, in its order."""
    lists = ("markets", "media", "not_media", "missing")
    return tuple(
        ClaimRule(**{name: tuple(value) if name in lists else value for name, value in one.items()})
        for one in book("claims")["rules"]
    )


@cache
def sanctions() -> tuple[Sanction, ...]:
    """What breaches may cost, from secondary sources."""
    return tuple(Sanction(**one) for one in book("claims")["sanctions"])


@dataclass(frozen=True)
class Measured:
    """How the screen read texts of another author that it had not met: how many broke a rule, were found, were innocent, were flagged."""

    on: date
    broken: int
    found: int
    innocent: int
    flagged: int


@cache
def measured() -> Measured:
    """What the screen found of the last unseen set, all rules together."""
    return Measured(**book("claims")["measured"])


def claim_markets() -> tuple[str, ...]:
    """Markets that rules are written down for."""
    return tuple(sorted({market for one in all_claim_rules() for market in one.markets}))


def claim_rules(market: str, day: date) -> tuple[ClaimRule, ...]:
    """Rules in force in a market on a day.

    Raises
    ------
    DataError : no rule is written down for the market, or for a day before its first one.
    """
    there = [one for one in all_claim_rules() if market in one.markets]
    if not there:
        raise DataError(
            f'claims.toml: no rule for market "{market}". There are rules for {", ".join(claim_markets())}; add those of {market} with their source.'
        )
    first = min(one.valid_from for one in there)
    if day < first:
        raise DataError(
            f"claims.toml: no rule for {market} on {day}; the first is of {first}. Add those of that day with their source."
        )
    return tuple(one for one in there if one.holds(market, day))
