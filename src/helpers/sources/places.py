"""Countries as tools write them, to ISO codes."""

from __future__ import annotations

from functools import cache

from babel import Locale

from helpers.sources.words import fold

LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt")
MORE = {
    "usa": "US",
    "united states of america": "US",
    "uk": "GB",
    "great britain": "GB",
    "czech republic": "CZ",
    "holland": "NL",
}


@cache
def _names() -> dict[str, str]:
    found = {fold(name): code for name, code in MORE.items()}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("ZZ", "EU", "EZ", "UN", "XA", "XB"):
                found.setdefault(fold(name), code)
                found[code.lower()] = code
    return found


def country(text: str) -> str | None:
    """Return the ISO code of a country named in one of seven languages or by its code; None where it is none.

    >>> country("Allemagne"), country("de"), country("ALL")
    ('DE', 'DE', 'ALL')
    """
    return "ALL" if text == "ALL" else _names().get(fold(text))
