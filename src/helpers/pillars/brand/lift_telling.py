"""What the page on brand lift says: titles, sentences, the naive answer, the answer."""

from __future__ import annotations

from helpers.company import Scope
from helpers.i18n import day, listed, number, plural, text
from helpers.pillars.brand import lift_next
from helpers.pillars.brand.lift import FALL, NOTICED, OPEN, PROVED, SILENT, SMALL, Page, Study
from helpers.pillars.brand.lift_words import (  # fmt: skip
    lifted,
    needed,
    plain_points,
    points,
    question,
)
from helpers.pillars.brand.words import level

MOST = 3  # lifts that a sentence names


def data_said(made: Page, scope: Scope) -> str:
    """Say what the page is made of: own studies, platforms' studies, the days they cover."""
    lang, own = scope.language, [one for one in made.studies if one.is_own]
    first, last = min(one.ends_on for one in made.studies), max(one.ends_on for one in made.studies)
    parts = [
        plural("{n} study of our own", "{n} studies of our own", len(own), lang),
        plural("{n} study of a platform", "{n} studies of platforms", len(made.studies) - len(own), lang),
    ]
    return text("{own} and {platforms}, which ended between {first} and {last}. One row a study and question: answers and yes of both arms.", lang,
                own=parts[0], platforms=parts[1], first=day(first, lang), last=day(last, lang))  # fmt: skip


def finding(made: Page, scope: Scope) -> str:
    """State what was found as the title of the chart."""
    n = sum(len(one.of(PROVED)) for one in made.studies)
    return plural("{n} of {all} questions shows a proved lift", "{n} of {all} questions show a proved lift", n, scope.language,
                  all=number(made.n_questions, "count", language=scope.language))  # fmt: skip


def subtitle(made: Page, scope: Scope) -> str:
    """Say under the lifts what is drawn."""
    lang = scope.language
    n = int(sum((one.found["n_exposed"] + one.found["n_control"]).sum() for one in made.studies))
    return text("share of yes of people exposed less that of the control, points, {studies} studies of twelve months, n = {n} answers; {level} interval, all questions of a quarter counted",
                lang, studies=len(made.studies), n=number(n, "count", language=lang), level=level(scope))  # fmt: skip


def families(made: Page, scope: Scope) -> str:
    """Say which questions were counted together."""
    lang = scope.language
    parts = [
        plural("{n} question in {quarter}", "{n} questions in {quarter}", made.looked_at(one), lang, quarter=one.label(lang))
        for one in made.quarters
    ]  # fmt: skip
    return text("Questions that were counted together: {parts}.", lang, parts=listed(parts, lang))


def survive_said(made: Page, scope: Scope, *, certainty: float) -> str:
    """Would it survive? What a platform's bar reports, what is left, and how often a campaign without effect passes."""
    lang, shown = scope.language, lift_next.reported(made, certainty=certainty)
    passed, left = sum(one.passed for one in shown), sum(one.left for one in shown)
    worst = max(shown, key=lambda one: one.n_questions)
    facts = {
        "bar": number(certainty, "share", language=lang), "passed": passed, "left": left, "all": made.n_questions, "questions": worst.n_questions,
        "low": number(worst.empty_low, "share", language=lang), "high": number(worst.empty_high, "share", language=lang),
    }  # fmt: skip
    return text(
        "At a certainty of {bar} alone, {passed} of {all} questions would be reported as lifts; {left} survive once all questions of a quarter are counted. "
        "Of studies with {questions} questions about a campaign without any effect, {low} to {high} show at least one lift at that bar, depending on whether "
        "the platform counts both sides of a difference or one.", lang, **facts,
    )  # fmt: skip


def money_said(made: Page, scope: Scope) -> str:
    """Say for how many questions no cost is told, and why."""
    lang = scope.language
    held = sum(len(one.found) - len(one.of(PROVED)) for one in made.studies)
    if not held:
        return text("Every lift is proved, so a cost is told wherever reach and money are known.", lang)
    return plural("For the other question no cost is told: its lift is not proved, so the cost of one person has no upper bound.",
                  "For the other {n} questions no cost is told: their lift is not proved, so the cost of one person has no upper bound.", held, lang)  # fmt: skip


def next_said(made: Page, scope: Scope) -> str:
    """Say what the answers in the table of the next study are needed for."""
    return text(
        "Answers needed in each arm to see a lift of {size} in four cases of five: with one question named beforehand, and with all questions that the study had.",
        scope.language, size=plain_points(made.worth_seeing, scope.language),
    )  # fmt: skip


def naive(made: Page, scope: Scope, *, certainty: float) -> str:
    """Read each question by itself at the platform's bar, and say what of that does not survive."""
    lang, passed = scope.language, lift_next.passes(made, certainty=certainty)
    gone = [
        text("{question} of {study} ({lift})", lang, question=question(row.question, lang), study=one.name, lift=points(row.absolute, lang))
        for one in made.studies
        for row in one.found.itertuples()
        if passed[one.name, row.question] and row.standing != PROVED
    ]  # fmt: skip
    bar = number(certainty, "share", language=lang)
    if not gone:
        return text("Question by question, a certainty of {bar} reports no lift here that does not survive. That is luck, not a rule.", lang, bar=bar)  # fmt: skip
    return plural("Question by question, a certainty of {bar} reports one lift that does not survive: {questions}.",
                  "Question by question, a certainty of {bar} reports {n} lifts that do not survive: {questions}.", len(gone), lang, bar=bar, questions=listed(gone, lang))  # fmt: skip


def best(study: Study, scope: Scope, *, brand_only: bool = False) -> str:
    """The proved lifts of a study inside a sentence, those about the brand first, or alone."""
    rows = study.of(PROVED)
    rows = rows[~rows["is_recall"]] if brand_only else rows
    return listed([lifted(row, scope.language) for row in rows.head(MOST).itertuples()], scope.language)


def answer(made: Page, scope: Scope) -> str:
    """Answer the page's question: the decision first, then the doubt."""
    lang = scope.language
    proved, others = made.of(PROVED), [one for one in made.studies if one.standing != PROVED]
    all_said = plural("the one campaign studied", "the {n} campaigns studied", len(made.studies), lang)
    if proved:
        parts = [text("Count on the brand effect of {names}, and of no other among {all} in twelve months.", lang, names=listed([one.name for one in proved], lang), all=all_said) if others
                 else text("Count on the brand effect of {names}: nothing else was studied in twelve months.", lang, names=listed([one.name for one in proved], lang))]  # fmt: skip
        first = proved[0]
        parts.append(text("The latest, {study}, raised {lifts}; {level} interval, all questions of the quarter counted.", lang, study=first.name, lifts=best(first, scope, brand_only=True), level=level(scope)))  # fmt: skip
    else:
        parts = [text("Count on the brand effect of no campaign: among {all} in twelve months, none is proved.", lang, all=all_said)]  # fmt: skip
    parts += _others(made, scope)
    need = lift_next.required(made)
    if need:
        parts.append(text("The next study needs {one} answers in each arm to see {size} on one question named beforehand, {all} with as many questions as the last.", lang,
                          size=plain_points(made.worth_seeing, lang), one=needed(need[0], lang), all=needed(need[1], lang)))  # fmt: skip
    return " ".join(parts)


def _others(made: Page, scope: Scope) -> list[str]:
    """What is said of campaigns without a proved lift."""
    lang, size, parts = scope.language, plain_points(made.worth_seeing, scope.language), []
    noticed, fell, open_ones, small, silent = (
        listed([one.name for one in made.of(name)], lang) for name in (NOTICED, FALL, OPEN, SMALL, SILENT)
    )
    if noticed:
        parts.append(text("People remember {names}, and nothing shows that the brand gained by it.", lang, names=noticed))  # fmt: skip
    if fell:
        parts.append(text("Look at {names} before it runs again: fewer people say yes among those exposed.", lang, names=fell))  # fmt: skip
    if open_ones:
        parts.append(text("Nothing is shown for {names}, and a lift of {size} is not ruled out either.", lang, names=open_ones, size=size))  # fmt: skip
    if small:
        parts.append(text("{names} moved nothing by {size} or more.", lang, names=small, size=size))
    if silent:
        parts.append(text("Of {names} nothing can be told.", lang, names=silent))
    return parts
