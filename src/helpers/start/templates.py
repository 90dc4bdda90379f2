"""The tables that people keep by hand: a CSV with heads and no rows for each, and one text that explains every column.

Nothing but heads may stand in such a file, so that it can be told from data: one with no row below its heads counts as not
filled in (`is_untouched`), whatever a spreadsheet program has made of its separators and its encoding.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from babel import Locale

from helpers import i18n, tables
from helpers.tables import Column, Table

WIDTH = 110
LARGEST = 1_000_000  # bytes; heads and empty rows never come to that
BLANK = ' \t,;|"\ufeff'  # what an empty row can hold
BOM = "\ufeff"
KINDS = {
    "text": i18n.mark("text"),
    "int": i18n.mark("whole number"),
    "decimal": i18n.mark("number"),
    "bool": i18n.mark("true or false"),
    "date": i18n.mark("date"),
    "timestamp": i18n.mark("date and time"),
}


def is_untouched(path: Path) -> bool:
    """Return whether a table kept by hand holds heads and no row, so that there is nothing to read yet.

    Rows of empty cells, which spreadsheet programs leave behind, count as none. A file without heads is not untouched: it
    is broken, and whoever reads it says so.
    """
    if path.stat().st_size > LARGEST:
        return False
    found = path.read_bytes()
    # Only whether something stands in a line matters, so that any encoding of one byte a character will do.
    encoding = "utf-16" if found[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1"
    text = found.removeprefix(b"\xef\xbb\xbf").decode(encoding, errors="replace")
    return sum(bool(line.strip(BLANK)) for line in re.split(r"[\r\n]+", text)) == 1


def separator(language: str) -> str:
    """Return what parts the cells of a CSV so that a spreadsheet program of this language opens it."""
    return ";" if Locale.parse(language).number_symbols["latn"]["decimal"] == "," else ","


def columns(table: Table) -> list[Column]:
    """Return the columns of a template, those that must be filled in first."""
    return sorted(table.columns, key=lambda column: not column.required)


def heads(table: Table, *, separator: str) -> str:
    """Return the text of a template: its heads and no row. A semicolon brings a BOM, which French Excel asks for."""
    text = separator.join(column.name for column in columns(table)) + "\r\n"
    return (BOM if separator == ";" else "") + text


def guide(names: tuple[str, ...], language: str) -> str:
    """Return the text that stands beside the templates: what each table is, and each column with its kind and meaning."""
    intro = (
        i18n.text("The tables that people keep by hand", language),
        i18n.text(
            "Each is a CSV file in this folder. The first line names the columns and stays as it is; every further "
            "line is a row. A file with its first line only counts as not filled in and is left aside: fill in those you need.",
            language,
        ),
        i18n.text(
            "A column with a * has to be filled in on every row, the others may stay empty. Write dates as 2026-09-30 "
            "and numbers without a space. Roles stand for people: no name, no address, no telephone number.",
            language,
        ),
        i18n.text("Keep the format when a spreadsheet program asks: CSV, in UTF-8.", language),
    )
    parts = [intro[0] + "\n" + "=" * len(intro[0]), *(_wrapped(part) for part in intro[1:])]
    return "\n\n".join([*parts, *(_about(tables.contract(name), language) for name in names)]) + "\n"


def _about(table: Table, language: str) -> str:
    meaning = i18n.text(table.meaning.rstrip("."), language)
    grain = i18n.capital(i18n.text(table.grain.rstrip(".").lower(), language))
    lines = [f"{table.name}.csv", "-" * (len(table.name) + 4), _wrapped(f"{meaning}. {grain}.")]
    for column in columns(table):
        name = column.name + (" *" if column.required else "")
        meaning = i18n.text(column.meaning, language)
        said = i18n.text(
            "{column}: {kind}. {meaning}", language, column=name, kind=kind(column, language), meaning=meaning
        )
        lines.append(_wrapped(said, indent="  "))
    return "\n".join(lines)


def kind(column: Column, language: str) -> str:
    """Return what is to be written into a column: "date", "amount", "one of ab, geo"."""
    if column.type == "category":
        return i18n.text("one of {values}", language, values=", ".join(column.allowed))
    if column.is_money:
        return i18n.text("amount", language)
    return i18n.text("share from 0 to 1" if column.unit == "share" else KINDS[column.type], language)


def _wrapped(text: str, *, indent: str = "") -> str:
    further = indent + "  " if indent else ""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=further,
        break_on_hyphens=False,
        break_long_words=False,
    )


def messages() -> list[str]:
    """Return the English meanings of the columns that people fill in, for the catalogues."""
    from helpers.start.profiles import kept_by_hand

    found = (column.meaning for name in kept_by_hand() for column in tables.contract(name).columns)
    return list(dict.fromkeys(found))
