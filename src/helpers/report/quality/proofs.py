"""What the ledger proves: stated totals, replaced imports, rows left out; and the cells that are empty."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import i18n
from helpers.quality import Facts
from helpers.quality.naming import money, share
from helpers.report.quality import parts


def totals(facts: Facts, language: str) -> Markup:
    """Return each total that a file states against the sum of the rows kept, those that differ first."""
    if facts.shape != "imports":
        return Markup("")
    silent = int(facts.imports["is_current"].sum()) - len(facts.controls)
    said = i18n.plural(
        "{n} import states no total, so it is not held against one.",
        "{n} imports state no total, so they are not held against one.",
        silent, language,
    ) if silent else ""  # fmt: skip
    heads = (
        (i18n.text("Source", language), ""),
        (i18n.text("Days", language), "span"),
        (i18n.text("Measure", language), ""),
        (i18n.text("Stated", language), "num"),
        (i18n.text("Kept", language), "num"),
        (i18n.text("Difference", language), "num"),
        (i18n.text("Share", language), "num"),
    )
    lines = [
        (
            parts.source(row, language),
            parts.days(row, language),
            _text(row["measure"]),
            money(row, row["stated"], language),
            money(row, row["found"], language),
            _difference(row, language),
            share(row["share"], language, decimals=2) if not row["agrees"] else "–",
        )
        for _, row in facts.controls.iterrows()
    ]
    table = parts.table(i18n.text("Stated totals against the rows kept", language), heads, lines, language)
    return parts.joined([table, parts.paragraph(said)])


def copies(facts: Facts, language: str) -> Markup:
    """Return imports that were replaced with both totals, and imports of which rows were left out or added up."""
    if facts.shape == "none":
        return Markup("")
    nothing = i18n.text(
        "Every row of every file became a row of a table, and no import has been replaced.", language
    )
    made = parts.joined([_replaced(facts.replaced, language), _lost(facts.rows_lost, language)])
    return made or parts.paragraph(nothing)


def cells(facts: Facts, language: str) -> Markup:
    """Return the columns that pages use and of which more than 5 % of the cells are empty."""
    if facts.empties.empty:
        return Markup("")
    said = i18n.text(
        "Columns that pages use and may do without; only those with more than 5% of their cells empty. A figure that needs them "
        "rests on the other rows.", language,
    )  # fmt: skip
    heads = (
        (i18n.text("Column", language), ""),
        (i18n.text("Empty", language), "num"),
        (i18n.text("Rows", language), "num"),
        (i18n.text("Never filled for", language), ""),
    )
    lines = [
        (
            Markup('{}<br><span class="muted">{}</span>').format(row["column"], row["table"]),
            share(row["share"], language, decimals=0),
            parts.number(row["n_rows"], language),
            row["never_in"] or (i18n.text("all rows", language) if row["n_empty"] == row["n_rows"] else "–"),
        )
        for _, row in facts.empties.iterrows()
    ]
    return parts.joined(
        [parts.paragraph(said), parts.table(i18n.text("Empty cells", language), heads, lines, language)]
    )


def _replaced(rows: pd.DataFrame, language: str) -> Markup:
    heads = (
        (i18n.text("Source", language), ""),
        (i18n.text("Days replaced", language), "span"),
        (i18n.text("Days of the later import", language), "span"),
        (i18n.text("Old total", language), "num"),
        (i18n.text("New total", language), "num"),
        (i18n.text("Difference", language), "num"),
    )
    other = i18n.text("other days", language)
    lines = [
        (
            parts.source(row, language),
            parts.days(row, language),
            parts.days(row, language, first="new_starts_on", last="new_ends_on"),
            money(row, row["old"], language),
            money(row, row["new"], language),
            money(row, row["difference"], language, signed=True) if row["same_days"] else other,
        )
        for _, row in rows.iterrows()
    ]
    return parts.table(i18n.text("Imports that a later one has replaced", language), heads, lines, language)


def _lost(rows: pd.DataFrame, language: str) -> Markup:
    heads = (
        (i18n.text("Source", language), ""),
        (i18n.text("Days", language), "span"),
        (i18n.text("Rows read", language), "num"),
        (i18n.text("Rows kept", language), "num"),
        (i18n.text("Left out", language), "num"),
        (i18n.text("Added up or for another table", language), "num"),
        (i18n.text("Noted while reading", language), "notes"),
    )
    lines = [
        (
            parts.source(row, language),
            parts.days(row, language),
            *(
                parts.number(row[name], language)
                for name in ("rows_in", "rows_kept", "rows_left_out", "rows_merged")
            ),
            Markup('<span lang="en">{}</span>').format(row["notes"]) if _text(row["notes"]) else "",
        )
        for _, row in rows.iterrows()
    ]
    return parts.table(
        i18n.text("Imports of which not every row became a row", language), heads, lines, language
    )


def _difference(row: Any, language: str) -> Markup | str:
    if row["agrees"]:
        return i18n.text("none", language)
    return Markup('<strong class="fail">{}</strong>').format(
        money(row, row["difference"], language, signed=True)
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
