"""Tables of the page on brand lift, as a reader sees them."""

from __future__ import annotations

import math

import pandas as pd

from helpers.company import Scope
from helpers.i18n import capital, interval, number, text, translate
from helpers.pillars.brand import lift_next
from helpers.pillars.brand.lift import SILENT, Page
from helpers.pillars.brand.lift_money import Money
from helpers.pillars.brand.lift_words import (  # fmt: skip
    as_part,
    as_told,
    in_points,
    needed,
    plain_points,
    question,
    standing,
)


def results(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a study and question, the last study first: how it stands, the lift with its interval, shares of both arms, answers."""
    lang = scope.language
    rows = [(one, row) for one in made.studies for row in one.found.itertuples()]
    table = {
        text("verdict", lang): [standing(row.standing, lang) for _, row in rows],
        text("lift, points", lang): [in_points(row, lang) for _, row in rows],
        text("control to exposed", lang): [_shares(row, lang) for _, row in rows],
        text("answers", lang): [
            number(row.n_exposed + row.n_control, "count", language=lang) for _, row in rows
        ],
    }
    return pd.DataFrame(table, index=_names(rows, lang)).rename_axis(columns=text("study and question", lang))  # fmt: skip


def ratios(made: Page, scope: Scope) -> pd.DataFrame:
    """The same lifts as a part of the control's share, and of the room that the control leaves, with intervals."""
    lang = scope.language
    rows = [(one, row) for one in made.studies for row in one.found.itertuples()]
    table = {
        text("of the control's share", lang): [as_part(row, "relative", lang) for _, row in rows],
        text("of the room left", lang): [as_part(row, "headroom", lang) for _, row in rows],
        text("certainty of this question alone", lang): [as_told(row.certainty, lang) for _, row in rows],
    }  # fmt: skip
    return pd.DataFrame(table, index=_names(rows, lang)).rename_axis(columns=text("study and question", lang))  # fmt: skip


def _names(rows: list, lang: str) -> list[str]:
    return [f"{one.name} · {question(row.question, lang)}" for one, row in rows]


def _shares(row, lang: str) -> str:
    if math.isnan(row.control):
        return "–"
    control, exposed = (number(one, "share", language=lang) for one in (row.control, row.exposed))
    return text("{control} to {exposed}", lang, control=control, exposed=exposed)


def drawn(made: Page, scope: Scope) -> pd.DataFrame:
    """The lifts that can be told, in points: label, lift, low, high; those of one study stay together, the last study first."""
    lang = scope.language
    rows = [
        (f"{question(row.question, lang)}, {one.name}", *(100 * value for value in (row.absolute, row.absolute_low, row.absolute_high)))
        for one in made.studies
        for row in one.found[one.found["standing"] != SILENT].itertuples()
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["label", "lift", "low", "high"])


def bar_table(made: Page, scope: Scope, *, certainty: float) -> pd.DataFrame:
    """One row a study: questions, those that a platform's bar would report, those left, and how often nothing looks like that."""
    lang = scope.language
    shown = lift_next.reported(made, certainty=certainty)
    by_chance = [interval(one.empty_low, one.empty_high, "share", language=lang) for one in shown]
    made_of = {
        text("questions", lang): [number(one.n_questions, "count", language=lang) for one in shown],
        text("reported at {bar}", lang, bar=number(certainty, "share", language=lang)): [number(one.passed, "count", language=lang) for one in shown],
        text("survive", lang): [number(one.left, "count", language=lang) for one in shown],
        text("a study without effect passes", lang): by_chance,
    }  # fmt: skip
    return pd.DataFrame(made_of, index=[one.study for one in shown]).rename_axis(columns=text("study", lang))


def money_table(money: Money, scope: Scope) -> pd.DataFrame:
    """One row a proved lift: cost of a person with its interval or why it is not told, people lifted and reached, cost."""
    lang, cash = scope.language, {"unit": "currency", "currency": scope.currency, "language": scope.language}
    rows = []
    for row in money.table.itertuples():
        people = "–" if math.isnan(row.people) else f"{_people(row.people, lang)} ({interval(_round(row.people_low), _round(row.people_high), 'count', language=lang)})"  # fmt: skip
        each = capital(translate(row.reason, lang)) if math.isnan(row.each) else f"{number(row.each, decimals=2, **cash)} ({interval(row.each_low, row.each_high, decimals=2, **cash)})"  # fmt: skip
        reached = "–" if math.isnan(row.reached) else _people(row.reached, lang)
        rows.append((each, people, reached, number(row.cost, **cash)))
    heads = [
        text("cost of a person lifted", lang), text("people lifted", lang), text("people reached, largest month", lang),
        text("cost of the campaign", lang),
    ]  # fmt: skip
    index = [f"{row.study} · {question(row.question, lang)}" for row in money.table.itertuples()]
    return pd.DataFrame(rows, index=index, columns=heads).rename_axis(columns=text("study and question", lang))  # fmt: skip


def _round(people: float) -> float:
    """People to three digits: more would claim to know them."""
    return round(people, 2 - math.floor(math.log10(abs(people)))) if people else people


def _people(people: float, lang: str) -> str:
    return number(_round(people), "count", language=lang)


def next_table(made: Page, scope: Scope) -> pd.DataFrame:
    """One row a study: the smallest lift it could see, and the answers an arm that the lift worth seeing needs."""
    lang = scope.language
    found = [one for one in (lift_next.next_study(study, worth_seeing=made.worth_seeing) for study in made.studies) if one]  # fmt: skip
    rows = {
        text("answers an arm", lang): [number(one.answers, "count", language=lang) for one in found],
        text("could see", lang): ["–" if math.isnan(one.sees) else plain_points(one.sees, lang) for one in found],
        text("one question", lang): [needed(one.needs_one, lang) for one in found],
        text("all questions", lang): [needed(one.needs_all, lang) for one in found],
        text("hardest question", lang): [question(one.question, lang) for one in found],
    }  # fmt: skip
    return pd.DataFrame(rows, index=[one.study for one in found]).rename_axis(columns=text("study", lang))
