"""Count on it, do not count on it, ask again: what to do with each studied campaign, and what the next study needs."""

from __future__ import annotations

import math

from helpers.checks import Decision
from helpers.company import Scope
from helpers.i18n import number, plural, text
from helpers.pillars.brand import lift_next
from helpers.pillars.brand.lift import FALL, NOTICED, PROVED, SILENT, SMALL, Page, Study
from helpers.pillars.brand.lift_money import Money
from helpers.pillars.brand.lift_telling import best
from helpers.pillars.brand.lift_words import bounds, lifted, needed, plain_points, points, question
from helpers.pillars.brand.words import level

MOST = 8


def decisions(made: Page, money: Money, scope: Scope, *, owner: str = "") -> list[Decision]:
    """One decision a studied campaign, proved ones first, then the next study; at most eight and the next study."""
    common = {"owner": owner or text("brand director", scope.language), "due": scope.next_review}
    told = sorted(made.studies, key=lambda one: one.standing != PROVED)
    found = [_of(one, made, money, scope, common) for one in told[:MOST]]
    following = _next(made, scope, common)
    return [*found, following] if following else found


def _of(study: Study, made: Page, money: Money, scope: Scope, common: dict) -> Decision:
    if study.standing == PROVED:
        return _count(study, money, scope, common)
    if study.standing == NOTICED:
        return _noticed(study, scope, common)
    if study.standing == FALL:
        return _fell(study, scope, common)
    if study.standing == SMALL:
        return _small(study, made, scope, common)
    return _open(study, made, scope, common)


def _count(study: Study, money: Money, scope: Scope, common: dict) -> Decision:
    lang, rows = scope.language, study.of(PROVED)
    said = text("Count on the brand effect of {study}: among people who could see it, it raised {lifts}; {level} intervals that count all questions of the quarter.", lang,
                study=study.name, lifts=best(study, scope), level=level(scope))  # fmt: skip
    other = len(study.found) - len(rows)
    if other:
        said += " " + plural("Claim nothing for its other question.", "Claim nothing for its other {n} questions.", other, lang)  # fmt: skip
    said += " " + text("These are memory and opinion: what it sold is for a test by region to say.", lang)
    own = money.table[money.table["study"] == study.name].dropna(subset=["each"])
    if len(own):
        row = own.iloc[0]
        said += " " + text("Each person lifted in {question} cost {cost} at most.", lang, question=question(row["question"], lang),
                           cost=number(row["each_high"], "currency", currency=scope.currency, decimals=2, language=lang))  # fmt: skip
    return Decision(
        id=f"count_{study.name}", verb=text("Count on", lang), amount=plural("{n} proved question", "{n} proved questions", len(rows), lang), sentence=said,
        reverse_if=text("a second study of this campaign, with as many answers, no longer shows it", lang),
        **common,  # no effect: what a past campaign did comes of no decision
    )  # fmt: skip


def _noticed(study: Study, scope: Scope, common: dict) -> Decision:
    """People remember the advertisement; no answer about the brand is proved."""
    lang = scope.language
    said = text("Claim that people noticed {study}, and no effect on the brand: it raised {lifts}; {level} intervals that count all questions of the quarter.", lang,
                study=study.name, lifts=best(study, scope), level=level(scope))  # fmt: skip
    return Decision(
        id=f"noticed_{study.name}", verb=text("Claim notice alone", lang), amount=study.name, sentence=said,
        reverse_if=text("a study of this campaign proves a question about the brand", lang), **common,
    )  # fmt: skip


def _fell(study: Study, scope: Scope, common: dict) -> Decision:
    lang, row = scope.language, study.of(FALL).iloc[0]
    said = text("Stop {study} until its message is checked: {question} moved by {lift} ({bounds}).", lang, study=study.name, question=question(row["question"], lang),
                lift=points(row["absolute"], lang), bounds=bounds(row["absolute_low"], row["absolute_high"], lang))  # fmt: skip
    return Decision(
        id=f"stop_{study.name}", verb=text("Stop", lang), amount=study.name, sentence=said,
        reverse_if=text("a repeat with a fair lot finds no fall", lang), **common,
    )  # fmt: skip


def _small(study: Study, made: Page, scope: Scope, common: dict) -> Decision:
    lang, size = scope.language, plain_points(made.worth_seeing, scope.language)
    said = text("Claim no brand effect of {study}, and buy its next flight for sales alone: a lift of {size} or more is ruled out.", lang, study=study.name, size=size)  # fmt: skip
    return Decision(
        id=f"none_{study.name}", verb=text("Claim none", lang), amount=study.name, sentence=said,
        reverse_if=text("a changed creative shows a lift in a study of its own", lang), **common,
    )  # fmt: skip


def _open(study: Study, made: Page, scope: Scope, common: dict) -> Decision:
    """A campaign of which nothing is shown: what it could have seen, and what a repeat needs."""
    lang, size = scope.language, plain_points(made.worth_seeing, scope.language)
    found = lift_next.next_study(study, worth_seeing=made.worth_seeing)
    said = text("Claim no brand effect of {study} yet: none is shown.", lang, study=study.name)
    passed = [row for row in study.found.itertuples() if row.standing not in (PROVED, SILENT) and row.p < 0.10 and row.absolute > 0]  # fmt: skip
    if passed:
        said += " " + text("Read alone, it seems to have raised {lift}; as one of all questions of the quarter that may be chance.", lang, lift=lifted(passed[0], lang))  # fmt: skip
    if found is None:
        said += " " + text("Nothing of it can be told for want of answers.", lang)
    elif not math.isnan(found.sees):
        said += " " + text("With {n} answers in an arm it could see {sees} or more on {question}.", lang, n=number(found.answers, "count", language=lang),
                           sees=plain_points(found.sees, lang), question=question(found.question, lang))  # fmt: skip
    return Decision(
        id=f"open_{study.name}", verb=text("Claim none yet", lang), amount=study.name, sentence=said,
        reverse_if=text("a repeat that can see {size} has an interval above zero", lang, size=size), **common,
    )  # fmt: skip


def _next(made: Page, scope: Scope, common: dict) -> Decision | None:
    lang, need = scope.language, lift_next.required(made)
    if need is None:
        return None
    one, several = (needed(n, lang) for n in need)
    said = text(
        "Name one question for the next study before it starts, and ask {one} people in each arm: that sees a lift of {size} in four cases of five. "
        "With as many questions as the last study it takes {several}.", lang, one=one, several=several, size=plain_points(made.worth_seeing, lang),
    )  # fmt: skip
    return Decision(
        id="next_study", verb=text("Ask", lang), amount=text("{n} people in each arm", lang, n=one), sentence=said,
        reverse_if=text("a smaller study is enough, because only a lift of twice that size would change what is done", lang), **common,
    )  # fmt: skip
