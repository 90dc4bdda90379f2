"""Languages: catalogues for words, Babel for numbers, money and dates."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent

from helpers.errors import UsageError

LOCALE = Path(__file__).parent / "locale"
COUNTED = ("customers", "orders", "months", "weeks", "days", "points", "rows", "purchases")


def languages() -> list[str]:
    """Return English and every language that has a catalogue."""
    return ["en", *sorted(path.name for path in LOCALE.glob("*") if (path / "LC_MESSAGES").is_dir())]


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language, read from its .po files; English is the source and needs none."""
    if language not in languages():
        raise UsageError(f'language: "{language}" has no catalogue. Use one of {", ".join(languages())}.')
    found = gettext.NullTranslations()
    for path in sorted((LOCALE / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            compiled = BytesIO()
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        table = gettext.GNUTranslations(compiled)
        table.add_fallback(found)
        found = table
    return found


def text(message: str, language: str = "en", **values: object) -> str:
    """Return the message in this language with its named values filled in."""
    return translations(language).gettext(message).format(**values)


def number(value: float | None, unit: str, **options: object) -> str:
    """Return a figure with its unit as a reader of this language writes it, with a real minus sign.

    Parameters
    ----------
    value : the raw figure; None or NaN gives a dash.
    unit : "share" (0-1, shown as percent), "currency" (needs `currency`), "ratio", or a counted noun
        such as "orders".
    options : language ("en"), currency (ISO code), decimals (digits after the mark; of the percent for a share).
    """
    return _number(value, unit, **options).replace("-", "\N{MINUS SIGN}")


def _number(
    value: float | None, unit: str, *, language: str = "en", currency: str | None = None, decimals: int = 0
) -> str:
    if value is None or value != value:
        return "–"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    if unit == "share":
        # The pattern of each language places the sign: "12.3%" in English, "12,3 %" in French.
        return format_percent(
            value, format=pattern + ("\u00a0%" if language == "fr" else "%"), locale=language
        )
    if unit == "currency":
        if not currency:
            raise ValueError("number: a currency figure needs its currency, for example currency='EUR'.")
        if abs(value) >= 1_000_000:
            return format_compact_currency(value, currency, locale=language, fraction_digits=2)
        money = pattern + "\u00a0¤" if language == "fr" else "¤" + pattern
        return format_currency(value, currency, format=money, locale=language, currency_digits=False)
    shown = format_decimal(value, format=pattern, locale=language)
    return f"{shown} {unit}" if unit in COUNTED else shown


def interval(low: float | None, high: float | None, unit: str, **options: object) -> str:
    """Return "12.1% to 14.0%" or "31 to 42 orders", the noun once; an empty text where a bound is missing."""
    if low is None or high is None or low != low or high != high:
        return ""
    first = number(low, "count" if unit in COUNTED else unit, **options)
    return f"{first} {text('to', str(options.get('language', 'en')))} {number(high, unit, **options)}"
