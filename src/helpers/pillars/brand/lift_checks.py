"""What could make the page on brand lift wrong."""

from __future__ import annotations

import math

import pandas as pd

from helpers.checks import COUNTS_ONLY, NO_TREND, Check, check, sentence
from helpers.company import Scope
from helpers.i18n import listed, mark_term, number, parted, plural, term, text, translate
from helpers.pillars.brand.lift import NOTICED, PROVED, SILENT, Page
from helpers.pillars.brand.lift_money import Money
from helpers.pillars.brand.lift_words import question, why

APART = 0.05  # difference of a share between the arms that is said
TRAITS = {
    "age_band": mark_term("a trait of people", "age"),
    "sex": mark_term("a trait of people", "sex"),
    "region": mark_term("a trait of people", "region"),
}


def checks(made: Page, money: Money, scope: Scope) -> list[Check]:
    """What could make this page wrong."""
    lang = scope.language
    return [
        _recent(made, scope), _answers(made, lang), _few(made, lang), *_own(made, lang), *_totals(made, lang), *_open(made, lang),
        *_money(made, money, lang),
    ]  # fmt: skip


def _recent(made: Page, scope: Scope) -> Check:
    lang, period = scope.language, scope.period.label(scope.language)
    now = [one for one in made.studies if one.quarter.code == scope.period.code]
    fine = plural(
        "{n} study ended in {period}.", "{n} studies ended in {period}.", len(now), lang, period=period
    )
    last = made.quarters[0].label(lang)
    bad = text("No study ended in {period}; the last ones are of {last}.", lang, period=period, last=last)
    return check("recent", bool(now), fine if now else bad, remedy=text("Read the page as what was known then, and plan the next study.", lang))  # fmt: skip


def _answers(made: Page, lang: str) -> Check:
    """Questions that were looked at and cannot be told, each with its reason; they count among those looked at."""
    silent = [(one.name, row) for one in made.studies for row in one.of(SILENT).itertuples()]
    told = [text("{study}, {question}: {why}", lang, study=name, question=question(row.question, lang), why=why(row, lang)) for name, row in silent]  # fmt: skip
    fine = plural("{n} question was looked at, and its lift can be told.", "{n} questions were looked at, and all lifts can be told.", made.n_questions, lang)  # fmt: skip
    bad = text("Cannot tell, need n = {need} answers an arm: {questions}.", lang, need=COUNTS_ONLY, questions=parted(told, lang))  # fmt: skip
    return check("answers", not silent, bad if silent else fine, remedy=text("Ask the platform for the counts, or more people; until then these questions count as looked at and say nothing.", lang))  # fmt: skip


def _few(made: Page, lang: str) -> Check:
    """Studies with a question that is told on under 100 answers an arm."""
    small = []
    for one in made.studies:
        told = one.found[one.found["standing"] != SILENT]
        if len(told) and min(told["n_exposed"].min(), told["n_control"].min()) < NO_TREND:
            small.append(one.name)
    fine = text("Each question that is told has {n} answers or more in each arm.", lang, n=NO_TREND)
    bad = text("Under {n} answers in an arm: {studies}.", lang, n=NO_TREND, studies=listed(small, lang))
    return check("few_answers", not small, bad if small else fine, remedy=text("Such a study sees very large lifts alone; read its “not shown” as “was not asked”.", lang))  # fmt: skip


def _own(made: Page, lang: str) -> list[Check]:
    """Own answers: weights, how alike the arms are, where people come from."""
    if not any(one.is_own for one in made.studies):
        return []
    found = []
    # Of what is said of own answers, what names a trait is told below with its share.
    weights = [(study, guard) for study, guard in made.guards if not {"dimension", "question"} & set(guard.values)]  # fmt: skip
    by_words: dict[str, list[str]] = {}
    for study, guard in weights:
        by_words.setdefault(translate(guard, lang), []).append(study)
    for said, studies in by_words.items():
        remedy = text(
            "Ask the institute for its weights; until then the lift is that of the people asked.", lang
        )
        found.append(Check("weights", "review", text("{studies}: {said}.", lang, studies=listed(studies, lang), said=said), remedy))  # fmt: skip
    if not weights:
        found.append(Check("weights", "pass", text("Own answers have weights.", lang)))
    found.append(_balance(made.balance, lang))
    for study, trait in made.loose:
        said = text("{study}: the arms could not be made alike by {trait}, which is unknown for some people or missing in the control.", lang, study=study, trait=_trait(trait, lang))  # fmt: skip
        found.append(Check("loose", "review", said, text("Ask everybody for it next time; until then a difference of the arms may pass for a lift.", lang)))  # fmt: skip
    if made.sources is not None:
        found.append(Check("indicative", "review", sentence(made.sources, lang), text("What counts most is that a lot decided who could see the campaign; have it confirmed in writing.", lang)))  # fmt: skip
    return found


def _balance(balance: pd.DataFrame, lang: str) -> Check:
    if balance.empty:
        return Check("balance", "review", text("Nothing is known of the people in own studies, so nobody can see whether the arms are alike.", lang),
                     text("Ask for age, sex and region.", lang))  # fmt: skip
    gap = (balance["exposed"] - balance["control"]).abs()
    worst = (
        balance.assign(gap=gap)[gap > APART]
        .sort_values("gap", ascending=False, kind="stable")
        .drop_duplicates("study")
    )
    told = [
        text("{study}, {trait} {level}: {exposed} of those exposed, {control} of the control", lang, study=row.study, trait=_trait(row.dimension, lang),
             level=row.level, exposed=number(row.exposed, "share", language=lang), control=number(row.control, "share", language=lang))
        for row in worst.itertuples()
    ]  # fmt: skip
    fine = text("Both arms of own studies are alike in what is known of people, within {gap}.", lang, gap=number(APART, "share", language=lang))  # fmt: skip
    bad = text("The arms are not alike. {parts}.", lang, parts=parted(told, lang))
    return check("balance", not told, bad if told else fine, remedy=text("The control is weighted to be like those exposed; ask how the lot was drawn.", lang))  # fmt: skip


def _trait(name: str, lang: str) -> str:
    return term(*TRAITS[name], lang)


def _totals(made: Page, lang: str) -> list[Check]:
    """Totals of platforms: whether all that was asked is there."""
    vendors = [one for one in made.studies if not one.is_own]
    if not vendors:
        return []
    alone = [one.name for one in vendors if len(one.found) == 1]
    fine = plural("{n} study of platforms, with several questions.", "{n} studies of platforms, each with several questions.", len(vendors), lang)  # fmt: skip
    bad = text("One question alone was exported: {studies}.", lang, studies=listed(alone, lang))
    found = [check("all_questions", not alone, bad if alone else fine, remedy=text("Export all questions that were asked: those left out were looked at, too, and the best of several is high by chance.", lang))]  # fmt: skip
    if made.repeated:
        said = text("Several exports of one study: {studies}. The last one counts.", lang, studies=listed(list(made.repeated), lang))  # fmt: skip
        found.append(Check("repeated", "review", said, text("A study that was read before its end has been looked at more than once; read its lift with care.", lang)))  # fmt: skip
    return found


def _open(made: Page, lang: str) -> list[Check]:
    if not made.running:
        return []
    said = text("Still running, and not read: {studies}.", lang, studies=listed(list(made.running), lang))
    return [Check("running", "review", said, text("Read it on its planned day: a study that is stopped on a good day finds too much.", lang))]  # fmt: skip


def _money(made: Page, money: Money, lang: str) -> list[Check]:
    proved = [one.name for one in (*made.of(PROVED), *made.of(NOTICED))]
    lacking = [name for name in proved if math.isnan(money.cost[name]) or math.isnan(money.reached[name])]
    found = []
    if proved:
        fine = text("Reach and cost of each campaign with a proved lift are known.", lang)
        bad = text("The cost of a person lifted cannot be told, because reach or cost is not known: {studies}.", lang, studies=listed(lacking, lang))  # fmt: skip
        found.append(check("reach", not lacking, bad if lacking else fine, remedy=text("Say in the parameters campaigns and people_reached which campaign a study belongs to and whom it reached.", lang)))  # fmt: skip
    if money.unknown:
        said = text("The parameters name studies that this page does not have: {studies}.", lang, studies=listed(list(money.unknown), lang))  # fmt: skip
        found.append(Check("unknown", "review", said, text("Write the names as the studies do, or take them out.", lang)))  # fmt: skip
    return found
