"""Numbers of claims and indicators as a reader writes them, and what the page says of them."""

from __future__ import annotations

import pandas as pd

from helpers.company import Scope
from helpers.i18n import listed, number, signed, text
from helpers.methods.claim_ledger import CONTRADICTED
from helpers.methods.say_do import announced
from helpers.pillars.csr.claims import Page
from helpers.pillars.csr.claims_words import some, topic, unit


def written(row, lang: str) -> str:
    """The number that the words say, with its unit; a dash where they say none."""
    if pd.isna(row.said):
        return "–"
    value = float(row.said)
    if row.unit == "%":
        return number(value / 100, "share", decimals=_places(value), language=lang)
    return f"{_digits(value, lang)} {unit(row.unit, lang)}"


def measured(value: float, measure: object, lang: str) -> str:
    """A measured value with its unit; a change of one as a share with its sign."""
    if pd.isna(value) or not isinstance(measure, str):
        return "–"
    if measure == "share":
        return number(float(value), "share", decimals=1, language=lang)
    if value < 0:
        return signed(float(value), "share", decimals=1, language=lang)
    return f"{_digits(float(value), lang)} {unit(measure, lang)}"


def _digits(value: float, lang: str) -> str:
    return number(value, "ratio", decimals=_places(value), language=lang)


def _places(value: float) -> int:
    """Decimals that a number needs, at most two."""
    return next((places for places in (0, 1) if abs(value - round(value, places)) < 1e-9), 2)


def caption(scope: Scope) -> str:
    """Name the file of the numbers."""
    return text("All numbers in words, beside their indicators", scope.language)


def numbers_said(made: Page, scope: Scope) -> str:
    """Say how many numbers agree with the table of indicators, and which do not."""
    lang, rows = scope.language, made.numbers
    if rows.empty:
        return text("No claim names the indicator that its number is about, so no number was checked.", lang)
    agree = int((rows["status"] == "agrees").sum())
    live = made.live
    wrong = live.loc[live["standing"] == CONTRADICTED, "claim_id"].tolist()
    said = text("{agree} of {n} numbers agree with their indicator, within the rounding of their words.", lang, agree=_count(agree, lang), n=_count(len(rows), lang))  # fmt: skip
    tail = text("Contradicted in public: {claims}.", lang, claims=some(wrong, lang)) if wrong else text("None of a live claim is contradicted.", lang)  # fmt: skip
    return " ".join([said, tail, *_furthest(made, lang)])


def _furthest(made: Page, lang: str) -> list[str]:
    """The indicator of which most is said beyond what is measured, and how many numbers agree by topic."""
    judged = announced(made.numbers).dropna(subset=["over"])
    told = []
    if len(judged) and judged["over"].abs().max() > 0:
        worst = judged.loc[judged["over"].abs().idxmax()]
        told.append(text("Furthest off is {metric}: {said} said, {measured} measured.", lang, metric=worst["metric"],
                         said=measured(worst["said"], worst["measure"], lang), measured=measured(worst["measured"], worst["measure"], lang)))  # fmt: skip
    topics = made.numbers.assign(
        topic=made.numbers["claim_id"].map(made.ledger.set_index("claim_id")["topic"]).fillna("")
    )
    parts = [
        text("{topic} {agree} of {n}", lang, topic=topic(row.topic, lang), agree=_count(row.n_agree, lang), n=_count(row.n_judged, lang))
        for row in announced(topics, by="topic").itertuples()
        if row.n_judged
    ]  # fmt: skip
    if parts:
        told.append(text("Numbers that agree, by topic: {parts}.", lang, parts=listed(parts, lang)))
    return told


def _count(value: float, lang: str) -> str:
    return number(value, "count", language=lang)
