"""Questions, waves, changes and verdicts as the page on the brand tracker writes them."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers import i18n
from helpers.company import Scope
from helpers.i18n import NBSP, interval, mark_term, number, signed, term, text
from helpers.pillars.brand import tracker_moves as moves

NAMES = {
    "unaided_awareness": mark_term("a question of the tracker", "spontaneous awareness"),
    "aided_awareness": mark_term("a question of the tracker", "prompted awareness"),
    "consideration": mark_term("a question of the tracker", "consideration"),
    "preference": mark_term("a question of the tracker", "preference"),
    "usage_12m": mark_term("a question of the tracker", "use in twelve months"),
    "recommend": mark_term("a question of the tracker", "recommendation"),
}
SAY = {
    "unaided_awareness": mark_term("what people say", "name {own} unasked"),
    "aided_awareness": mark_term("what people say", "know {own}"),
    "consideration": mark_term("what people say", "would consider {own}"),
    "preference": mark_term("what people say", "prefer {own}"),
    "usage_12m": mark_term("what people say", "used {own} in twelve months"),
    "recommend": mark_term("what people say", "would recommend {own}"),
}
DIMENSIONS = {
    "region": mark_term("what is known of people", "region"),
    "age_band": mark_term("what is known of people", "age"),
    "sex": mark_term("what is known of people", "sex"),
}
TOLD = {
    "higher": mark_term("a move of the tracker", "rise"),
    "lower": mark_term("a move of the tracker", "fall"),
    "above": mark_term("a move of the tracker", "above what is expected"),
    "below": mark_term("a move of the tracker", "below what is expected"),
    "as expected": mark_term("a move of the tracker", "as expected"),
    "no clear change": mark_term("a move of the tracker", "no clear change"),
    "cannot tell": mark_term("a move of the tracker", "cannot tell"),
    moves.ALONE: mark_term("a move of the tracker", "noise among so many looks"),
}


def question(name: str, language: str) -> str:
    """A question in words; one that is not known as the survey calls it."""
    return term(*NAMES[name], language) if name in NAMES else name.replace("_", " ")


def say(name: str, own: str, language: str) -> str:
    """What people say who say yes to a question: "prefer our brand"."""
    if name in SAY:
        return term(*SAY[name], language, own=own)
    return text("say yes to {question} for {own}", language, question=question(name, language), own=own)


def dimension(name: str, language: str) -> str:
    """What is known of people in words."""
    return term(*DIMENSIONS[name], language) if name in DIMENSIONS else name.replace("_", " ")


def told(verdict: str, language: str) -> str:
    """A verdict in words."""
    return term(*TOLD[verdict], language)


def wave(name: str, language: str) -> str:
    """A wave by its month, or its day where a month has two: "September 2026"."""
    return i18n.month(date.fromisoformat(f"{name}-01"), language) if len(name) == 7 else i18n.day(date.fromisoformat(name), language)  # fmt: skip


def survey(made: object, scope: Scope) -> str:
    """Name the survey of the shares: our own, or the agency's where there are no own answers."""
    if len(made.asked.rows):
        return text("own quarterly survey", scope.language)
    return text("agency barometer", scope.language)


def share(one: float, scope: Scope) -> str:
    """A share with one digit."""
    return number(one, "share", decimals=1, language=scope.language)


def shares(low: float, high: float, scope: Scope) -> str:
    """The interval of a share."""
    return interval(low, high, "share", decimals=1, language=scope.language)


def with_shares(value: float, low: float, high: float, scope: Scope) -> str:
    """A share with its interval in brackets; a dash where it is not known."""
    return "–" if value != value else f"{share(value, scope)} ({shares(low, high, scope)})"


def bare_shares(value: float, low: float, high: float, scope: Scope) -> str:
    """The same for a table, short: "16.2% (14.2–18.5)"."""
    if value != value:
        return "–"
    ends = [number(one * 100, "ratio", decimals=1, language=scope.language) for one in (low, high)]
    return f"{share(value, scope)} ({ends[0]}–{ends[1]})"


def points(change: float, scope: Scope) -> str:
    """A change of a share in points, with its sign."""
    return signed(change * 100, "points", decimals=1, language=scope.language)


def with_points(change: float, low: float, high: float, scope: Scope) -> str:
    """A change of a share with its interval in brackets; a dash where it is not known."""
    if change != change:
        return "–"
    return f"{points(change, scope)} ({_bounds(low, high, scope)})"


def bare_points(change: float, low: float, high: float, scope: Scope) -> str:
    """A change of a share in points with its interval, where a head says that it is points; a dash where it is not known."""
    if change != change:
        return "–"
    moved = signed(change * 100, "ratio", decimals=1, language=scope.language)
    # a narrow column breaks after the figures, not inside them
    return f"{moved} ({_bounds(low, high, scope)})".replace(" ", NBSP)


def _bounds(low: float, high: float, scope: Scope) -> str:
    return interval(low * 100, high * 100, "ratio", decimals=1, language=scope.language)


def ratio(value: float, low: float, high: float, scope: Scope) -> str:
    """A ratio or a mean of a scale with its interval in brackets; a dash where it is not known."""
    if value != value:
        return "–"
    shown = {"decimals": 2, "language": scope.language}
    return f"{number(value, 'ratio', **shown)} ({interval(low, high, 'ratio', **shown)})"


def count(n: float, scope: Scope) -> str:
    """A number of people."""
    return number(int(n), "count", language=scope.language)


def asked(row: pd.Series, scope: Scope) -> str:
    """Say how many were asked, and what they are worth after weighting; that they have no weights where they have none."""
    if not row["is_weighted"]:
        return text("n = {n} people, without weights", scope.language, n=count(row["n"], scope))
    if not row["n_effective"] < row["n"] - 0.5:
        return text("n = {n} people", scope.language, n=count(row["n"], scope))
    return text("n = {n} people, worth {worth} after weighting", scope.language, n=count(row["n"], scope), worth=count(row["n_effective"], scope))  # fmt: skip
