"""People, counted: known in several systems, and what they agreed to by purpose."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import i18n
from helpers.privacy import SMALL_GROUP
from helpers.quality import Facts
from helpers.quality.naming import share
from helpers.quality.people import CHOICES, protected
from helpers.report.quality import parts

HEADS = {
    "granted": i18n.mark("Granted"),
    "denied": i18n.mark("Denied"),
    "withdrawn": i18n.mark("Withdrawn"),
    "unknown": i18n.mark("Unknown"),
}


def body(facts: Facts, language: str) -> Markup:
    """Return the share of people known in two systems or more, and the coverage of consent; small groups are hidden."""
    return parts.joined([_matches(facts.matches, language), _consents(facts.consents, language)])


def _matches(rows: pd.DataFrame, language: str) -> Markup:
    if rows.empty or not rows["n_people"].iloc[0]:
        return Markup("")
    whole = rows.assign(n_alone=rows["n_people"] - rows["n_matched"])
    safe = protected(whole, groups=["n_matched", "n_alone"])
    every, systems = safe[safe["system"] == ""].iloc[0], safe[safe["system"] != ""]
    n = parts.number(every["n_people"], language)
    if pd.isna(every["n_matched"]):  # the counts of each system would give away what the whole hides
        systems = systems.assign(n_matched=pd.array([pd.NA] * len(systems), dtype="Int64"))
        said = i18n.text(
            "How many of {n} people are known in two systems or more is hidden: one of the two groups has fewer than {limit}.",
            language, n=n, limit=SMALL_GROUP,
        )  # fmt: skip
    else:
        known = _share(every, "n_matched", language)
        said = i18n.text(
            "{share} of {n} people are known in two systems or more.", language, share=known, n=n
        )
    heads = (
        (i18n.text("System", language), ""),
        (i18n.text("People", language), "num"),
        (i18n.text("Known elsewhere too", language), "num"),
        (i18n.text("Share", language), "num"),
    )
    lines = [
        (
            row["system"],
            parts.number(row["n_people"], language),
            _count(row["n_matched"], language),
            _share(row, "n_matched", language),
        )
        for _, row in systems.iterrows()
    ]
    caption = i18n.text("People known in another system too", language)
    return parts.joined([parts.paragraph(said), parts.table(caption, heads, lines, language)])


def _consents(rows: pd.DataFrame, language: str) -> Markup:
    if rows.empty:
        return Markup("")
    safe = protected(rows, groups=list(CHOICES))
    heads = (
        (i18n.text("Purpose", language), ""),
        *((i18n.text(HEADS[name], language), "num") for name in CHOICES),
        (i18n.text("People", language), "num"),
    )
    lines = [
        (
            row["purpose"].replace("_", " "),
            *(_with_share(row, name, language) for name in CHOICES),
            parts.number(row["n_people"], language),
        )
        for _, row in safe.iterrows()
    ]
    said = i18n.text("A consent that no file states is unknown, and unknown is no consent.", language)
    small = i18n.text(
        "Hidden: a group of fewer than {n} people, and the one that would give it away.", language, n=SMALL_GROUP
    ) if safe[list(CHOICES)].isna().any(axis=None) else ""  # fmt: skip
    table = parts.table(
        i18n.text("Consent by purpose, last choice of each customer", language), heads, lines, language
    )
    return parts.joined([table, parts.paragraph(said), parts.paragraph(small, muted=True)])


def _count(value: Any, language: str) -> str:
    return i18n.text("hidden", language) if pd.isna(value) else parts.number(value, language)


def _share(row: Any, name: str, language: str) -> str:
    value = row[name]
    return i18n.text("hidden", language) if pd.isna(value) else share(value / row["n_people"], language)


def _with_share(row: Any, name: str, language: str) -> Markup | str:
    value = row[name]
    if pd.isna(value):
        return i18n.text("hidden", language)
    shape = Markup('{}<br><span class="muted">{}</span>')
    return shape.format(share(value / row["n_people"], language, decimals=0), parts.number(value, language))
