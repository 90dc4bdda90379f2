"""The calendar of periods: months, quarters, fiscal quarters, ISO weeks and days, written as short codes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date

from helpers.errors import UsageError

GRAINS = ("day", "week", "month", "quarter", "fiscal quarter")
FORMS = '"2026-09", "2026-Q3", "FY2026-Q3", "2026-W39" or "2026-09-30"'


@dataclass(frozen=True)
class Period:
    """A closed span of days with its code and grain; `end` is the last day inside."""

    code: str
    grain: str
    start: date
    end: date
    fiscal_year_start: int = 1

    def before(self, n: int = 1) -> Period:
        """Return the period of the same grain that lies `n` periods earlier (later when `n` is negative)."""
        period = self
        for _ in range(abs(n)):
            day = period.start - timedelta(days=1) if n > 0 else period.end + timedelta(days=1)
            period = containing(day, self.grain, fiscal_year_start=self.fiscal_year_start)
        return period

    def year_before(self) -> Period:
        """Return the same period one year earlier; weeks and days go back 52 weeks, so weekdays match."""
        if self.grain in ("day", "week"):
            day = self.start - timedelta(weeks=52)
        else:
            day = self.start.replace(year=self.start.year - 1)
        return containing(day, self.grain, fiscal_year_start=self.fiscal_year_start)

    def label(self, language: str = "en") -> str:
        """Return the period as a reader writes it: "December 2017", "T3 2026", "S39 2026"."""
        french = language.startswith("fr")
        if self.grain == "day":
            return format_date(self.start, "long", locale=language)
        if self.grain == "month":
            return format_date(self.start, "LLLL y", locale=language)
        if self.grain == "week":
            year, week, _ = self.start.isocalendar()
            return f"S{week:02d} {year}" if french else f"week {week}, {year}"
        if self.grain == "quarter":
            return f"{'T' if french else 'Q'}{(self.start.month - 1) // 3 + 1} {self.start.year}"
        year, quarter = self.code.removeprefix("FY").split("-Q")
        if self.fiscal_year_start > 1:
            year = f"{year}/{(int(year) + 1) % 100:02d}"
        return f"{'T' if french else 'Q'}{quarter}, {'exercice' if french else 'fiscal year'} {year}"


def parse(code: str, *, fiscal_year_start: int = 1) -> Period:
    """Read a period code.

    Parameters
    ----------
    code : "2026-09" (month), "2026-Q3", "FY2026-Q3", "2026-W39" (ISO week) or "2026-09-30" (day).
    fiscal_year_start : month 1-12; FY2026 is the fiscal year that begins in calendar year 2026.

    Raises
    ------
    UsageError : the code has none of these forms or names no day of the calendar.
    """
    text = str(code).strip()
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
            return containing(date(int(match[1]), int(match[2]), 1), "month")
        if match := re.fullmatch(r"(\d{4})-Q([1-4])", text):
            return containing(date(int(match[1]), 3 * int(match[2]) - 2, 1), "quarter")
        if match := re.fullmatch(r"FY(\d{4})-Q([1-4])", text):
            months = fiscal_year_start - 1 + 3 * (int(match[2]) - 1)
            first = date(int(match[1]) + months // 12, months % 12 + 1, 1)
            return containing(first, "fiscal quarter", fiscal_year_start=fiscal_year_start)
        if match := re.fullmatch(r"(\d{4})-W(\d{2})", text):
            return containing(date.fromisocalendar(int(match[1]), int(match[2]), 1), "week")
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return containing(date.fromisoformat(text), "day")
    except ValueError:
        pass
    raise UsageError(f'period: "{code}" is not a period. Write it as {FORMS}.')


def containing(day: date, grain: str, *, fiscal_year_start: int = 1) -> Period:
    """Return the period of this grain that holds `day`."""
    if grain not in GRAINS:
        raise UsageError(f'period: "{grain}" is not a grain. Choose one of {", ".join(GRAINS)}.')
    if grain == "day":
        return Period(day.isoformat(), grain, day, day, fiscal_year_start)
    if grain == "week":
        year, week, weekday = day.isocalendar()
        monday = day - timedelta(days=weekday - 1)
        return Period(f"{year}-W{week:02d}", grain, monday, monday + timedelta(days=6), fiscal_year_start)
    if grain == "month":
        first = day.replace(day=1)
        return Period(f"{day:%Y-%m}", grain, first, _last_day(first, 1), fiscal_year_start)
    offset = 0 if grain == "quarter" else fiscal_year_start - 1
    months = day.year * 12 + day.month - 1 - offset
    year, quarter = months // 12, months % 12 // 3
    start = months - months % 3 + offset
    first = date(start // 12, start % 12 + 1, 1)
    prefix = "" if grain == "quarter" else "FY"
    return Period(f"{prefix}{year}-Q{quarter + 1}", grain, first, _last_day(first, 3), fiscal_year_start)


def last_complete(data_until: date, grain: str, *, fiscal_year_start: int = 1) -> Period:
    """Return the last period of this grain whose final day is not after `data_until`."""
    period = containing(data_until, grain, fiscal_year_start=fiscal_year_start)
    return period if period.end <= data_until else period.before()


def inside(period: Period, grain: str, *, data_until: date) -> Period:
    """Map a run's period to a notebook's grain: the last complete one that ends inside it and in the data.

    A quarter's run of a monthly notebook reports the quarter's last complete month; a day's run of a monthly
    notebook reports the last month complete on that day.
    """
    end = min(period.end, data_until)
    return last_complete(end, grain, fiscal_year_start=period.fiscal_year_start)


def span(text: str, *, fiscal_year_start: int = 1) -> list[Period]:
    """Read "2026-01..2026-09" as the list of its periods; a single code gives a list of one."""
    first, _, last = text.partition("..")
    start = parse(first, fiscal_year_start=fiscal_year_start)
    end = parse(last or first, fiscal_year_start=fiscal_year_start)
    if start.grain != end.grain:
        raise UsageError(
            f'period: "{text}" goes from a {start.grain} to a {end.grain}. Use one grain on both sides.'
        )
    if end.start < start.start:
        raise UsageError(f'period: "{text}" ends before it starts. Write the earlier period first.')
    periods = [start]
    while periods[-1].start < end.start:
        periods.append(periods[-1].before(-1))
    return periods


def _last_day(first: date, months: int) -> date:
    """Return the last day of the `months` months that begin at `first`."""
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
