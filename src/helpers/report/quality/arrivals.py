"""The first and the last section: what came in and until when, and the pages that it opens."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import i18n
from helpers.quality import Facts
from helpers.report.quality import opening, parts

VAT = {
    "excl": i18n.mark("without VAT"),
    "incl": i18n.mark("with VAT"),
    "unknown": i18n.mark("VAT unknown"),
    "mixed": i18n.mark("with and without VAT"),
}


def body(facts: Facts, language: str) -> Markup:
    """Return where the rows of each table come from: days, how far behind, files, rows, the map and VAT."""
    found = facts.sources
    noted, bare = found[found["n_files"].notna()], found[found["n_files"].isna()]
    newest = i18n.day(facts.newest, language) if facts.newest else ""
    told = i18n.text(
        "How far behind is counted from the newest day of these data, {day}, and not from today.",
        language,
        day=newest,
    )
    title = i18n.text("Tables without an import", language) if len(noted) else i18n.text("Tables", language)
    listed = parts.joined(
        [
            parts.paragraph(told if newest else ""),
            _noted(noted, language),
            _bare(bare, title, language),
        ]
    )
    return listed if len(found) else Markup("")


def pages(facts: Facts, language: str) -> Markup:
    """Return the pages of the collection: those that these tables open, and for the others what would."""
    found = opening.pages(facts.company, there=set(facts.spans["table"]), language=language)
    if not found:
        return Markup("")
    closed = sum(bool(one.reason) for one in found)
    said = i18n.plural(
        "{n} page of {all} can run.", "{n} pages of {all} can run.", len(found) - closed, language,
        all=i18n.number(len(found), "count", language=language),
    )  # fmt: skip
    opened = i18n.text("Can run", language)
    items = [
        Markup('<li><p class="question{}">{}</p><p class="small muted">{}</p></li>').format(
            " closed" if one.reason else "", one.title, one.reason or opened
        )
        for one in found
    ]
    return parts.paragraph(said) + Markup('<ul class="pages">{}</ul>').format(Markup("").join(items))


def _noted(rows: pd.DataFrame, language: str) -> Markup:
    heads = (
        (i18n.text("Source", language), ""),
        (i18n.text("Days", language), "span"),
        (i18n.text("Days behind", language), "num"),
        (i18n.text("Files", language), "num"),
        (i18n.text("Rows kept", language), "num"),
        (i18n.text("Left out", language), "num"),
        (i18n.text("Map and VAT", language), ""),
    )
    lines = [
        (
            parts.source(row, language),
            parts.days(row, language),
            _behind(row, language),
            parts.number(row["n_files"], language),
            parts.number(row["rows_kept"], language),
            parts.number(row["rows_left_out"], language),
            _proof(row, language),
        )
        for _, row in rows.iterrows()
    ]
    return parts.table(i18n.text("Sources by table", language), heads, lines, language, most=40)


def _bare(rows: pd.DataFrame, title: str, language: str) -> Markup:
    heads = (
        (i18n.text("Source", language) if rows["system"].any() else i18n.text("Table", language), ""),
        (i18n.text("Days", language), "span"),
        (i18n.text("Days behind", language), "num"),
        (i18n.text("Rows", language), "num"),
    )
    lines = [
        (
            parts.source(row, language),
            parts.days(row, language),
            _behind(row, language),
            parts.number(row["rows_kept"], language),
        )
        for _, row in rows.iterrows()
    ]
    return parts.table(title, heads, lines, language, most=40)


def _behind(row: Any, language: str) -> str:
    """Days behind, for rows that come period by period; lists and plans are never late."""
    return parts.number(row["days_behind"] if row["is_flow"] else None, language)


def _proof(row: Any, language: str) -> str:
    said = []
    if pd.notna(row["is_verified"]):
        proved = i18n.mark("map proved") if row["is_verified"] else i18n.mark("map not proved")
        said.append(i18n.text(proved, language))
    if row["vat"]:
        said.append(i18n.text(VAT[row["vat"]], language))
    return ", ".join(said) or "–"
