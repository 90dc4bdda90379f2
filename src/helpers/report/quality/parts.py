"""Small pieces that the sections share: cells of a table, paragraphs, folded tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from helpers import i18n
from helpers.report import fragments

MOST_ROWS = 12  # of a table; more are folded


def joined(parts: Iterable[Markup | str]) -> Markup:
    """Return the parts of a section that are there, one after the other."""
    return Markup("\n").join(Markup(part) for part in parts if part)


def paragraph(text: str, *, muted: bool = False) -> Markup:
    """Return a sentence as a paragraph; an empty one as nothing."""
    kind = Markup(' class="muted"') if muted else Markup("")
    return Markup("<p{}>{}</p>").format(kind, text) if text else Markup("")


def source(row: Any, language: str) -> Markup:
    """Return the name of a source as the head of a row: the export, and under it its account and table."""
    name = row.get("export") or row["system"]
    account = row["account_id"]
    under = [i18n.text("account {account}", language, account=account)] if account else []
    if not name:
        return Markup("{}").format(" · ".join([row["table"], *under]))
    shape = Markup('{}<br><span class="muted">{}</span>')
    return shape.format(name, " · ".join([*under, row["table"]]))


def days(row: Any, language: str, *, first: str = "starts_on", last: str = "ends_on") -> str:
    """Return from when to when in short, or a dash."""
    if pd.isna(row[first]) or pd.isna(row[last]):
        return "–"
    low, high = (
        i18n.day(when, language, style="medium").replace(" ", i18n.NBSP) for when in (row[first], row[last])
    )
    return (
        low if low == high else f"{low}{i18n.NBSP}– {high}"
    )  # no words, so that a narrow column has two lines


def number(value: Any, language: str) -> str:
    """Return a whole number, or a dash where it is not known."""
    return i18n.number(None if pd.isna(value) else float(value), "count", language=language)


def table(caption: str, heads: tuple, lines: list[tuple], language: str, *, most: int = MOST_ROWS) -> Markup:
    """Return a table of the first rows, and the others folded under it."""
    if not lines:
        return Markup("")
    if len(lines) <= most:
        return fragments.table(caption, heads, lines)
    shown = fragments.table(caption, heads, lines[:most])
    more = i18n.plural("{n} more row", "{n} more rows", len(lines) - most, language)
    rest = fragments.table(f"{caption} ({more})", heads, lines[most:])
    return shown + folded(more, rest)


def folded(label: str, body: Markup) -> Markup:
    """Return a part that a reader opens; paper shows it open."""
    return Markup('<details class="passes"><summary>{}</summary>{}</details>').format(label, body)
