"""Words as a reader compares them: heads and totals without accents, case, marks and kinds of blanks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import numpy as np
import pandas as pd

QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "\ufeff": None, "\u200b": None}
)
CURRENCY = re.compile(r"\s*\(([A-Z]{3})\)\s*$")
# "Total", "Grand Totals (5700 records)", "Total : compte", "Gesamt: Konto"; not "Total Care", which is a name.
TOTAL = r"(grand[ -]?)?(sub[ -]?|sous[ -]?)?(totals?|totaux|total general|gesamt(summe|ergebnis)?|zwischensumme|summe|totale|totaal|totais|totales)( ?:.*| ?\(.*\))?"
# Rows that sum up a part, or count rows: they are left out and control nothing.
PART = r"(sub[ -]?|sous[ -]?|zwischen).*|(count|record count|nombre|nombre d'enregistrements|anzahl)( ?:.*)?"
ARROWS = re.compile(r"\s*[↑↓▲▼]\s*$")  # how a report shows the column that it is sorted by


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return a text without accents, case, curly quotes and kinds of blanks.

    >>> fold("  Coût\u00a0Total’s ")
    "cout total's"
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).translate(QUOTES))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


@lru_cache(maxsize=65536)
def head(text: str) -> str:
    """Return the head of a column as it is compared: folded, and without a currency in brackets at its end."""
    return fold(CURRENCY.sub("", ARROWS.sub("", text.strip())))


def currency_in(text: str) -> str:
    """Return the currency that a head names in brackets, such as EUR in "Amount spent (EUR)", or nothing."""
    found = CURRENCY.search(text)
    return found[1] if found else ""


def as_word(value: object) -> str:
    """Return a value as it is compared with the words of a map."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
