"""The figures of KPI and decision rows in words: a value with its unit, an interval, a change, a date, a reason."""

from __future__ import annotations

import re
from datetime import date

from markupsafe import Markup, escape

from helpers import i18n, kpi, periods
from helpers.errors import UsageError
from helpers.i18n import capital

STOP = re.compile(r"(?:\. |: )(?=\S)")
HEADING = range(12, 141)  # letters that stand as a heading


def figure(row: dict, value: float | None, *, language: str) -> str:
    """Return one value of a row with its unit."""
    return i18n.number(
        value, row["unit"], language=language, currency=row.get("currency"), decimals=row.get("decimals") or 0
    )


def value(row: dict, *, language: str) -> str:
    """Return the value of a row with its unit, or that it cannot be told."""
    if row.get("value") is None:
        return i18n.text("Cannot tell", language)
    return figure(row, row["value"], language=language)


def interval(row: dict, *, language: str, named: bool = False) -> str:
    """Return "28.1% to 34.6%", `named` with its level; empty for a count, which has none."""
    written = {"language": language, "currency": row.get("currency"), "decimals": row.get("decimals") or 0}
    bounds = i18n.interval(row.get("low"), row.get("high"), row["unit"], **written)
    if not bounds:
        return ""
    level = i18n.number(row.get("level", kpi.LEVEL), "share", language=language)
    if not named:
        return bounds
    return i18n.text("{level} interval {bounds}", language, level=level, bounds=bounds)


def signed(row: dict, value: float, *, language: str) -> str:
    """Return a change with its sign, in points for a share; the minus is the typographic one."""
    unit, scale = ("points", 100) if row["unit"] == "share" else (row["unit"], 1)
    shown = i18n.number(
        abs(value) * scale,
        unit,
        language=language,
        currency=row.get("currency"),
        decimals=row.get("decimals") or 0,
    )
    if not any(sign in "123456789" for sign in shown):  # it rounds to nothing, so it has no direction
        return shown
    return ("+" if value >= 0 else i18n.MINUS) + shown


def effect(row: dict, *, language: str) -> tuple[str, str]:
    """Return the expected effect of a decision, and its interval."""
    if row.get("effect") is None:
        return i18n.text("Cannot tell yet", language), ""
    return signed(row, row["effect"], language=language), interval(row, language=language, named=True)


def first_sentence(text: str) -> tuple[str, str]:
    """Return the part of a text that can stand as a heading, up to its first full stop or colon outside quotation marks and without it, and the rest."""
    for found in STOP.finditer(text):
        if found.start() in HEADING and not _is_quoted(text[: found.start()]):
            head = text[: found.start()].rstrip(" \u00a0\u202f")  # French has a space before a colon
            return head, capital(text[found.end() :])
    return text.removesuffix("."), ""


def _is_quoted(before: str) -> bool:
    """Whether a quotation is open at the end of some text."""
    return any(before.count(begin) > before.count(end) for begin, end in ("“”", "«»"))


def day(text: str | None, *, language: str) -> str:
    """Return a date or time stamp as a reader writes a date; anything else as it came."""
    try:
        return i18n.day(date.fromisoformat(str(text)[:10]), language)
    except ValueError:
        return str(text or "")


def period(code: str, *, language: str, short: bool = False) -> str:
    """Return the name of a period ("Nov 2017" when `short`), or its code where it is none."""
    try:
        found = periods.parse(code)
    except UsageError:
        return code
    return (
        i18n.month(found.start, language, short=True)
        if short and found.grain == "month"
        else found.label(language)
    )


def name(row: dict) -> str:
    """Return the label of a KPI row with its segment."""
    segment = row.get("segment")
    return row["label"] if segment in (None, "", "all") else f"{row['label']}, {segment}"


def commands(text: str) -> Markup:
    """Return a sentence with the commands that it names between backticks set as code."""
    parts = [escape(part) for part in text.split("`")]
    if len(parts) % 2 == 0:  # one backtick alone names nothing
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if i % 2 else part for i, part in enumerate(parts)
    )


def reason(row: dict) -> str:
    """Return why a figure is not given."""
    return row.get("reason") or row.get("sentence") or ""
