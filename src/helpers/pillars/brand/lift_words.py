"""Names of questions and standings, and lifts in points, as the page on brand lift writes them."""

from __future__ import annotations

import math
import re

from helpers.i18n import interval, mark_term, number, signed, term, text, translate

SUREST = 0.999  # no certainty of a platform is said to be larger
QUESTIONS = {
    "ad_recall": mark_term("a question of a brand lift study", "ad recall"),
    "standard_ad_recall": mark_term("a question of a brand lift study", "ad recall"),
    "awareness": mark_term("a question of a brand lift study", "awareness"),
    "brand_awareness": mark_term("a question of a brand lift study", "awareness"),
    "familiarity": mark_term("a question of a brand lift study", "familiarity"),
    "association": mark_term("a question of a brand lift study", "message association"),
    "message_association": mark_term("a question of a brand lift study", "message association"),
    "consideration": mark_term("a question of a brand lift study", "consideration"),
    "favorability": mark_term("a question of a brand lift study", "favourable opinion"),
    "preference": mark_term("a question of a brand lift study", "preference"),
    "purchase_intent": mark_term("a question of a brand lift study", "purchase intent"),
    "action_intent": mark_term("a question of a brand lift study", "intent to act"),
}
STANDINGS = {
    "proved": mark_term("the standing of a lift", "proved"),
    "fall": mark_term("the standing of a lift", "fall"),
    "small": mark_term("the standing of a lift", "none that matters"),
    "open": mark_term("the standing of a lift", "not shown"),
    "cannot tell": mark_term("the standing of a lift", "cannot tell"),
}


def question(name: str, language: str) -> str:
    """A question in words; one that is not known as the study calls it."""
    plain, extra = re.fullmatch(r"(.*?)(\s·\s.*)?", name, re.DOTALL).groups()
    code = re.sub(r"\W+", "_", plain.strip().lower())
    shown = term(*QUESTIONS[code], language) if code in QUESTIONS else plain.replace("_", " ")
    return shown + (extra or "")


def standing(name: str, language: str) -> str:
    """How a lift stands, in words."""
    return term(*STANDINGS[name], language)


def points(lift: float, language: str) -> str:
    """A lift in points, with its sign."""
    return signed(100 * lift, "points", decimals=1, language=language)


def plain_points(size: float, language: str) -> str:
    """A size of a lift in points, without sign and without needless digits."""
    shown = round(100 * size, 1)
    return number(shown, "points", decimals=0 if shown == int(shown) else 1, language=language)


def bounds(low: float, high: float, language: str) -> str:
    """The interval of a lift in points."""
    return interval(100 * low, 100 * high, "points", decimals=1, language=language)


def in_points(row, language: str) -> str:
    """A lift in points with its interval, for a column whose head says the unit; a dash where it cannot be told."""
    if not _is_told(row, "absolute"):
        return "–"
    low, high = (100 * one for one in (row.absolute_low, row.absolute_high))
    shown = {"decimals": 1, "language": language}
    return f"{signed(100 * row.absolute, 'ratio', **shown)} ({interval(low, high, 'ratio', **shown)})"


def as_part(row, figure: str, language: str) -> str:
    """A lift as a part of another share, "relative" or "headroom", with its interval; a dash where it cannot be told."""
    if not _is_told(row, figure):
        return "–"
    low, high = (getattr(row, f"{figure}_{end}") for end in ("low", "high"))
    return f"{signed(getattr(row, figure), 'share', language=language)} ({interval(low, high, 'share', language=language)})"


def as_told(one: float, language: str) -> str:
    """The certainty of a platform, never said to be complete."""
    if one > SUREST:
        return text("over {share}", language, share=number(SUREST, "share", decimals=1, language=language))
    return number(one, "share", decimals=1, language=language)


def _is_told(row, figure: str) -> bool:
    return all(math.isfinite(getattr(row, f"{figure}{end}")) for end in ("", "_low", "_high"))


def needed(n: float, language: str) -> str:
    """Answers that are needed, rounded up to two or three digits: more would claim to know the share of yes to come."""
    if not math.isfinite(n):
        return "–"
    step = 100 if n > 1000 else 10
    return number(math.ceil(n / step) * step, "count", language=language)


def lifted(row, language: str) -> str:
    """A question with its lift and interval, for use inside a sentence."""
    size = number(100 * row.absolute, "points", decimals=1, language=language)
    return text("{question} by {lift} ({bounds})", language, question=question(row.question, language), lift=size,
                bounds=bounds(row.absolute_low, row.absolute_high, language))  # fmt: skip


def why(row, language: str) -> str:
    """Why a question cannot be told, without a capital and a full stop."""
    if not (row.n_exposed and row.n_control):
        return text("the answers of one arm or both are missing or held back", language)
    return translate(row.reason, language)
