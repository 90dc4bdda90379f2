"""Languages: catalogues for words, Babel for numbers, money and dates.

English is the source. `text`, `plural` and `term` look a whole sentence up in the catalogue of the language; what has no
translation stays English and is listed by `untranslated`. A message is a literal in the call, or in `mark`, so that
`cmo translations` finds it.
"""

from __future__ import annotations

import contextlib
import gettext
import json
import os
import re
from collections.abc import Iterable
from datetime import date
from functools import cache, reduce
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    format_compact_currency,
    format_currency,
    format_decimal,
    format_percent,
    get_currency_symbol,
)

from helpers.errors import UsageError

LOCALE = Path(__file__).parent / "locale"
SOURCE = "en"
NBSP, NARROW, MINUS = "\u00a0", "\u202f", "\u2212"
APOSTROPHE = "\u2019"  # between thousands in Switzerland
MILLION, BILLION = 1e6, 1e9
SHORT_FROM = 1e7  # money from here on is written in millions, smaller sums in full
BLANK_LINES = re.compile(r"(\n[ \t]*\n\s*)")
HEADING = re.compile(r"(\s*(?:#+ +)?)(?!```|    )(.*?)(\s*)$", re.DOTALL)
# A space before these never ends a line in French; a catalogue is written with plain spaces.
FRENCH_SPACES = (
    (re.compile(r" (?=[:;?!%»€])"), NBSP),
    (re.compile(r"« "), "«" + NBSP),
    (re.compile(r"(?<=\{n\}) "), NBSP),
)


def mark(message: str) -> str:
    """Return the message as it is: it stands in a table of the code and is looked up where it is shown."""
    return message


def mark_plural(one: str, many: str) -> tuple[str, str]:
    """Return the two forms of a counted message as they are, to be looked up where they are shown."""
    return one, many


def mark_term(context: str, message: str) -> tuple[str, str]:
    """Return a message and where it stands as they are, to be looked up with `term` where they are shown."""
    return context, message


COUNTED = {
    "customers": mark_plural("{n} customer", "{n} customers"),
    "orders": mark_plural("{n} order", "{n} orders"),
    "purchases": mark_plural("{n} purchase", "{n} purchases"),
    "rows": mark_plural("{n} row", "{n} rows"),
    "points": mark_plural("{n} point", "{n} points"),
    "days": mark_plural("{n} day", "{n} days"),
    "weeks": mark_plural("{n} week", "{n} weeks"),
    "months": mark_plural("{n} month", "{n} months"),
    "kg": mark_plural("{n} kg", "{n} kg"),
    "g": mark_plural("{n} g", "{n} g"),
    "km": mark_plural("{n} km", "{n} km"),
}


class Said(str):
    """An English sentence that can still be said in another language: it keeps its message and its values."""

    message: str
    values: dict[str, object]


def said(message: str, **values: object) -> Said:
    """Return a sentence for code that does not know the reader's language; `translate` says it in theirs."""
    made = Said(message.format(**{name: _shown(value, SOURCE) for name, value in values.items()}))
    made.message, made.values = message, values
    return made


def translate(sentence: str, language: str) -> str:
    """Return what `said` made in this language; any other text as it is."""
    if not isinstance(sentence, Said):
        return sentence
    values = {name: _shown(value, language) for name, value in sentence.values.items()}
    return text(sentence.message, language, **values)


def _shown(value: object, language: str) -> object:
    """A value inside a sentence: a whole number and a day as the reader writes them."""
    if isinstance(value, int) and not isinstance(value, bool):
        return number(value, "count", language=language)
    if isinstance(value, date):
        return value.isoformat() if language == SOURCE else day(value, language)
    return translate(value, language) if isinstance(value, str) else value


class _Untranslated(gettext.NullTranslations):
    """The end of the chain of catalogues: what arrives here has no translation, stays English and is noted.

    Where the environment variable CMO_UNTRANSLATED names a file, each message is also a line of it, so that a run hears
    of what its notebooks said.
    """

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, None] = {}
        self.told: set[tuple[str, str]] = set()

    def gettext(self, message: str) -> str:
        return self._noted(message)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return self._noted(one if n == 1 else many)

    def pgettext(self, context: str, message: str) -> str:
        return self._noted(message)

    def _noted(self, message: str) -> str:
        self.found[message] = None
        path = os.environ.get("CMO_UNTRANSLATED")
        if path and (path, message) not in self.told:
            self.told.add((path, message))
            with contextlib.suppress(FileNotFoundError), Path(path).open("a", encoding="utf-8") as file:
                file.write(json.dumps(message, ensure_ascii=False) + "\n")
        return message


def languages() -> list[str]:
    """Return English and every language that has a catalogue."""
    return [SOURCE, *sorted(path.name for path in LOCALE.glob("*") if (path / "LC_MESSAGES").is_dir())]


def base(language: str) -> str:
    """Return the language without its region: "fr" of "fr_CH"."""
    return language.split("_")[0]


def check(language: str) -> str:
    """Return a language that has a catalogue, with a region ("fr_CH") or without.

    Raises
    ------
    UsageError : no catalogue, or no such region.
    """
    known = base(language) in languages()
    region = language.partition("_")[2]
    if not known or ("_" in language and region not in Locale.parse(base(language)).territories):
        raise UsageError(f'language: "{language}" has no catalogue. Use one of {", ".join(languages())}.')
    return language


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of a language, read from its .po files; English is the source and needs none."""
    return _chain(base(check(language)))[0]


def untranslated(language: str) -> list[str]:
    """Return the messages that this process has looked up in a language without finding them, in order."""
    return [] if base(language) == SOURCE else list(_chain(base(check(language)))[1].found)


@cache
def _chain(language: str) -> tuple[gettext.NullTranslations, _Untranslated]:
    last = _Untranslated()
    found: gettext.NullTranslations = last if language != SOURCE else gettext.NullTranslations()
    for path in sorted((LOCALE / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        for message in catalogue:
            message.string = _typeset(message.string, language)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        table = gettext.GNUTranslations(compiled)
        table.add_fallback(found)
        found = table
    return found, last


def _typeset(string: str | tuple[str, ...], language: str) -> str | tuple[str, ...]:
    if isinstance(string, tuple):
        return tuple(_typeset(one, language) for one in string)
    for pattern, sign in FRENCH_SPACES if language == "fr" else ():
        string = pattern.sub(sign, string)
    return string


def text(message: str, language: str = SOURCE, **values: object) -> str:
    """Return the message in this language with its named values filled in."""
    return translations(language).gettext(message).format(**values)


def plural(one: str, many: str, n: float, language: str = SOURCE, **values: object) -> str:
    """Return the form of a message that fits the number `n`; {n} is filled with the number as a reader writes it."""
    said = _form(one, many, n, language)
    return said.format(n=number(n, "count", language=language), **values)


def _form(one: str, many: str, n: float, language: str) -> str:
    """The form for `n`, which need not be whole: 1.5 is plural in English and singular in French."""
    return translations(language).ngettext(one, many, 1 if n == 1 else 0 if n < 2 else int(n))


def term(context: str, message: str, language: str = SOURCE, **values: object) -> str:
    """Return a message whose translation depends on where it stands, which `context` says."""
    return translations(language).pgettext(context, message).format(**values)


def listed(items: list[str], language: str = SOURCE, *, style: str = "standard") -> str:
    """Return "a, b and c", or with `style` "or": "a, b or c"."""
    return format_list(items, style=style, locale="en_GB" if base(language) == SOURCE else language)


def parted(items: Iterable[str], language: str = SOURCE) -> str:
    """Return "a; b; c", for items that hold commas of their own."""
    first, *others = list(items) or [""]
    return reduce(lambda said, one: text("{said}; {one}", language, said=said, one=one), others, first)


def markdown(source: str, language: str = SOURCE) -> str:
    """Return a Markdown cell in this language, block by block; a block without translation stays English."""
    if base(language) == SOURCE:
        return source
    parts = BLANK_LINES.split(source)
    parts[::2] = [_block(part, language) for part in parts[::2]]
    return "".join(parts)


def blocks(source: str) -> list[str]:
    """Return the messages of a Markdown cell: its blocks, a heading without its marks, no code."""
    found = (HEADING.match(part) for part in BLANK_LINES.split(source)[::2])
    return [block[2] for block in found if block and block[2]]


def _block(block: str, language: str) -> str:
    found = HEADING.match(block)
    if not found or not found[2]:
        return block
    return found[1] + translations(language).gettext(found[2]) + found[3]


def number(
    value: float | None,
    unit: str,
    *,
    language: str = SOURCE,
    currency: str | None = None,
    decimals: int = 0,
    short: bool = True,
) -> str:
    """Return a figure with its unit as a reader of this language writes it, with a real minus sign.

    Parameters
    ----------
    value : the raw figure; None or NaN gives a dash.
    unit : "share" (0-1, shown as percent), "currency" (needs `currency`), "ratio", "count", or one of `COUNTED`.
    language : "en", "fr" or a language with its region such as "fr_CH".
    currency : ISO 4217 code.
    decimals : digits after the mark; of the percent for a share.
    short : write ten million and more as "€12.35M".
    """
    if value is None or value != value:
        return "–"
    shown = _number(value, unit, language, currency, decimals, short)
    if value < 0 and not any(digit in "123456789" for digit in shown):  # it rounds to nothing
        shown = _number(0.0, unit, language, currency, decimals, short)
    return shown.replace("-", MINUS)


def _number(value: float, unit: str, language: str, currency: str | None, decimals: int, short: bool) -> str:
    french = base(language) == "fr"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    if unit == "share":
        # The pattern places the sign: "12.3%" in English, "12,3 %" in French, with the space that never breaks.
        ending = NBSP + "%" if french else "%"
        return _grouped(format_percent(value, format=pattern + ending, locale=language), language)
    if unit == "currency":
        if not currency:
            raise ValueError("number: a currency figure needs its currency, for example currency='EUR'.")
        if short and abs(value) >= SHORT_FROM:
            return _compact(value, language, currency, BILLION if abs(value) >= BILLION else MILLION)
        between = NBSP if get_currency_symbol(currency, locale=language).isalpha() else ""
        money = pattern + NBSP + "¤" if french else "¤" + between + pattern
        made = format_currency(value, currency, format=money, locale=language, currency_digits=False)
        return _grouped(made, language)
    shown = _grouped(format_decimal(value, format=pattern, locale=language), language)
    if unit not in COUNTED:
        return shown
    return _form(*COUNTED[unit], abs(value), language).format(n=shown)


def _compact(value: float, language: str, currency: str, scale: float) -> str:
    """Money in millions or billions with two digits after the mark: "€1.23M", "1,23 M€"."""
    made = format_compact_currency(scale, currency, locale=language, fraction_digits=0)
    # Babel parts "1", "M" and "€" by two spaces; a French reader expects "1,23 M€".
    symbol = get_currency_symbol(currency, locale=language)
    made = made.replace(f"{NBSP}{symbol}", symbol) if base(language) == "fr" and len(symbol) == 1 else made
    shown = _grouped(format_decimal(abs(value) / scale, format="#,##0.00", locale=language), language)
    return ("-" if value < 0 else "") + made.replace("1", shown, 1)


def _grouped(shown: str, language: str) -> str:
    """Swiss French groups thousands with an apostrophe, which Babel's data does not say."""
    return shown.replace(NARROW, APOSTROPHE) if language == "fr_CH" else shown


def signed(value: float | None, unit: str, **options: object) -> str:
    """Return a change as `number` writes it, a rise with its plus."""
    return ("+" if value is not None and value > 0 else "") + number(value, unit, **options)


def interval(low: float | None, high: float | None, unit: str, **options: object) -> str:
    """Return "12.1% to 14.0%" or "31 to 42 orders", the noun once; an empty text where a bound is missing."""
    if low is None or high is None or low != low or high != high:
        return ""
    language = str(options.get("language", SOURCE))
    first = number(low, "count" if unit in COUNTED else unit, **options)
    last = number(high, unit, **options)
    small, large = sorted((abs(low), abs(high)))
    if unit == "currency" and small < SHORT_FROM <= large < BILLION:  # both ends in one scale
        first, last = (
            _compact(end, language, str(options["currency"]), MILLION).replace("-", MINUS)
            for end in (low, high)
        )
    return text("{low} to {high}", language, low=first, high=last)


def day(when: date, language: str = SOURCE, *, style: str = "long") -> str:
    """Return a date: "October 31, 2026" or "31 octobre 2026"; `style` "medium" has the short month."""
    shown = format_date(when, style, locale=language)
    first = base(language) == "fr" and style in ("long", "medium") and shown.startswith("1 ")
    return "1er " + shown[2:] if first else shown


def days(first: date, last: date, language: str = SOURCE, *, style: str = "long") -> str:
    """Return from when to when, no day broken over two lines; the day alone where both are the same."""
    low, high = (day(when, language, style=style).replace(" ", NBSP) for when in (first, last))
    return low if low == high else term("days", "{low} to {high}", language, low=low, high=high)


def month(when: date, language: str = SOURCE, *, short: bool = False) -> str:
    """Return a month with its year: "September 2026", or "Sep 2026" where there is little room."""
    return format_date(when, "LLL y" if short else "LLLL y", locale=language)


def p_value(p: float, language: str = SOURCE) -> str:
    """Return "p = 0.438", or "p < 0.001" below a thousandth, which three decimals would call zero."""
    sign = "<" if p < 0.001 else "="
    return f"p{NBSP}{sign}{NBSP}{number(max(p, 0.001), 'ratio', decimals=3, language=language)}"


def capital(said: str) -> str:
    """Return a text with a capital at its start."""
    return said[:1].upper() + said[1:]


def language_name(language: str, reader: str = SOURCE) -> str:
    """Return the name of a language as the reader calls it: "French" or "français"."""
    return Locale.parse(language).get_display_name(reader) or language


def tag(language: str) -> str:
    """Return the language as HTML writes it: "fr-CH"."""
    return language.replace("_", "-")
