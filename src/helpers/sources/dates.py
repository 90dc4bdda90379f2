"""Dates as the tools write them: in figures, with a month's name in seven languages, with and without a time."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

from helpers.sources.words import fold

MONTHS = {
    1: "jan january janv janvier januar jaenner enero ene gennaio gen januari janeiro",
    2: "feb february fevr fevrier februar febrero febbraio februari fev fevereiro",
    3: "mar march mars marz maerz mrz marzo maart mrt marco",
    4: "apr april avr avril abr abril aprile",
    5: "may mai mayo maggio mag mei maio",
    6: "jun june juin juni junio giugno giu junho",
    7: "jul july juil juillet juli julio luglio lug julho",
    8: "aug august aout agosto ago augustus",
    9: "sep sept september septembre septiembre settembre set setembro",
    10: "oct october octobre okt oktober octubre ottobre ott out outubro",
    11: "nov november novembre noviembre novembro",
    12: "dec december decembre dez dezember dic diciembre dicembre dezembro",
}
MONTH = {word: number for number, words in MONTHS.items() for word in words.split()}
FIGURES = re.compile(r"(\d{1,4})([/.\-])(\d{1,2})\2(\d{2,4})")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
EPOCH = re.compile(r"\d{13}|\d{16}")
WORDS = (
    re.compile(r"(?P<month>[^\W\d_]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),  # Sep 30, 2026
    re.compile(
        r"(?P<day>\d{1,2})(?:er|\.)?[ -](?:de )?(?P<month>[^\W\d_]+)\.?,?[ -](?:de )?(?P<year>\d{4})"
    ),  # 30 sept. 2026
)
TIME = re.compile(
    r"(?:[ t]+|, |, ?a |  ?at )(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,](\d{1,6})\d*)?)?\s*([ap]\.?m\.?)?\s*(z|gmt|utc|[+-]\d{2}:?\d{2})?$"
)
SPAN = re.compile(r"^(.{6,30}?)\s+(?:-|–|—|to|au|bis|a)\s+(.{6,30})$")


MONTH_FIGURES = (
    re.compile(r"(?P<year>\d{4})[-/. ]?m?(?P<month>\d{1,2})"),  # 2026-09, 202609, 2026M09
    re.compile(r"m?(?P<month>\d{1,2})[-/. ](?P<year>\d{4})"),  # 09/2026
)
MONTH_WORDS = re.compile(
    r"(?P<month>[^\W\d_]+)\.?(?: (?:de )?|-)(?P<year>\d{4}|(?<=-)\d{2})"
)  # Sept. 2026, Sep-26
PARTS = (  # of a year: how many, and how they are written
    (4, re.compile(r"(?P<year>\d{4})[- ]?[qt](?P<part>[1-4])|[qt](?P<part2>[1-4])[-/ ]?(?P<year2>\d{4})")),
    (2, re.compile(r"(?P<year>\d{4})[- ]?[hs](?P<part>[12])|[hs](?P<part2>[12])[-/ ]?(?P<year2>\d{4})")),
    (1, re.compile(r"(?P<year>\d{4})")),
)
WEEKDAY = re.compile(r"^(?:[^\W\d_]+, |(?:lun|mar|mercre|jeu|vendre|same)di |dimanche )")


@lru_cache(maxsize=200_000)
def day(text: str, order: str = "ymd") -> date | None:
    """Return the day that a text begins with and ends with, None where it is none.

    `order` says what 03/04/2026 is: "dmy" or "mdy". A year of two figures is of this century.
    """
    plain = WEEKDAY.sub("", fold(text))
    found = FIGURES.fullmatch(plain)
    if found:
        first, _, second, third = found.groups()
        if len(first) == 4:
            return _date(int(first), int(second), int(third))
        if order == "ymd" or len(first) > 2:
            return None
        year = int(third) + (2000 if len(third) == 2 else 0)
        return _date(year, *(int(second), int(first)) if order == "dmy" else (int(first), int(second)))
    if found := COMPACT.fullmatch(plain):
        return _date(*map(int, found.groups()))
    for pattern in WORDS:
        if found := pattern.fullmatch(plain):
            month = MONTH.get(found["month"])
            return _date(int(found["year"]), month, int(found["day"])) if month else None
    return None


@lru_cache(maxsize=200_000)
def moment(text: str, order: str = "ymd") -> tuple[datetime, str] | None:
    """Return the time that a text says and its zone ("" where it names none, "+00:00" for UTC), None where it is none.

    A day without a time is its midnight. Thirteen figures are milliseconds since 1970, sixteen microseconds, as interfaces write them.
    """
    plain = fold(text)
    if EPOCH.fullmatch(plain):
        return datetime(1970, 1, 1) + timedelta(microseconds=int(plain.ljust(16, "0"))), "+00:00"
    found = TIME.search(plain)
    on = day(plain[: found.start()] if found else plain, order)
    if on is None:
        return None
    if not found:
        return datetime(on.year, on.month, on.day), ""
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[5]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[5][0] == "p" else 0)
    try:
        made = datetime(on.year, on.month, on.day, hour, minute, second, int((found[4] or "0").ljust(6, "0")))
    except ValueError:
        return None
    zone = found[6] or ""
    zone = "+00:00" if zone in ("z", "gmt", "utc") else zone
    return made, zone if not zone or ":" in zone else f"{zone[:3]}:{zone[3:]}"


@lru_cache(maxsize=10_000)
def month(text: str, order: str = "ymd") -> date | None:
    """Return the first day of the month that a text names: "2026-09", "09/2026", "sept. 2026"; its first or last day is the month too.

    None where it is no month, such as another day within one.
    """
    plain = fold(text)
    for pattern in (*MONTH_FIGURES, MONTH_WORDS):
        if found := pattern.fullmatch(plain):
            named = found["month"]
            number = int(named) if named.isdigit() else MONTH.get(named)
            year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
            return _date(year, number, 1) if number else None
    on = day(text, order) or ((at := moment(text, order)) and at[0].date()) or None
    return on.replace(day=1) if on and is_edge(on) else None


@lru_cache(maxsize=10_000)
def period(text: str, order: str = "ymd") -> tuple[date, date] | None:
    """Return the first and last day of a text such as "2026-09-30", "2026-09", "T3 2026", "S1 2026" or "2026", None where it is none."""
    if found := day(text, order):
        return found, found
    if found := month(text, order):
        return found, _last(found)
    plain = fold(text)
    for parts, pattern in PARTS:
        if match := pattern.fullmatch(plain):
            groups = {key.rstrip("2"): int(value) for key, value in match.groupdict().items() if value}
            months = 12 // parts
            first = _date(groups["year"], (groups.get("part", 1) - 1) * months + 1, 1)
            return (first, _last(first.replace(month=first.month + months - 1))) if first else None
    return None


def is_edge(on: date) -> bool:
    """Whether a day is the first or the last of its month."""
    return on.day in (1, monthrange(on.year, on.month)[1])


def _last(on: date) -> date:
    return on.replace(day=monthrange(on.year, on.month)[1])


def beginning(text: str) -> date | None:
    """Return the day of a text such as "September 1, 2026, 12:00 AM" where it reads one way, None where it does not."""
    found = moment(text)
    return found[0].date() if found else None


def span(text: str) -> tuple[date, date] | None:
    """Return the first and last day of a text such as "1 sept. 2026 - 2 sept. 2026", None where it is no span.

    Only dates that read one way count: a year first, a month's name, or two of which one proves the order of both.
    """
    plain = text.strip().strip('"')
    if ":" in plain[:20] and not TIME.search(fold(plain)):  # "Date Range: …"
        plain = plain.split(":", 1)[1].strip()
    if (found := re.fullmatch(r"(\d{8})\s*-\s*(\d{8})", plain)) or (found := SPAN.match(plain)):
        read = {(day(found[1], order), day(found[2], order)) for order in ("ymd", "mdy", "dmy")}
    else:
        return None
    fits = [(first, last) for first, last in read if first and last and first <= last]
    return fits[0] if len(fits) == 1 else None


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None
