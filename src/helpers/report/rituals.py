"""The four rituals: what is read when, and by whom; and the pages and the period of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from helpers import i18n, periods
from helpers.errors import DataError, UsageError

if TYPE_CHECKING:
    from helpers.report.plan import Source

EXAMPLES = {"day": "2026-09-30", "week": "2026-W39", "month": "2026-09", "quarter": "2026-Q3 or FY2026-Q3"}


@dataclass(frozen=True)
class Ritual:
    """One ritual: the grain of its period, who reads it, and how a page names it."""

    name: str
    grain: str
    audience: str
    heading: str

    @property
    def is_page(self) -> bool:
        """Whether it is a report; the daily ritual is a message."""
        return self.grain != "day"


RITUALS = {
    one.name: one
    for one in (
        Ritual(
            "daily",
            "day",
            i18n.mark("marketing squad"),
            i18n.mark("Daily message, for the marketing squad"),
        ),
        Ritual(
            "weekly",
            "week",
            i18n.mark("marketing and sales"),
            i18n.mark("Weekly review, for marketing and sales"),
        ),
        Ritual(
            "monthly",
            "month",
            i18n.mark("CMO and finance"),
            i18n.mark("Monthly review, for the CMO and finance"),
        ),
        Ritual(
            "quarterly",
            "quarter",
            i18n.mark("executive committee"),
            i18n.mark("Quarterly review, for the executive committee"),
        ),
    )
}


def find(name: str) -> Ritual:
    """Return the ritual of this name.

    Raises
    ------
    UsageError : there is none; the message lists the four.
    """
    if name not in RITUALS:
        raise UsageError(f'there is no ritual "{name}"; use one of {", ".join(RITUALS)}.')
    return RITUALS[name]


def heading(name: str | None, *, language: str) -> str:
    """Return how a page names the ritual it is made for; empty for a run of no ritual."""
    return i18n.text(RITUALS[name].heading, language) if name in RITUALS else ""


def check_period(ritual: Ritual, code: str, *, fiscal_year_start: int = 1) -> None:
    """Refuse a period (or a span of them) that is not of the ritual's grain.

    Raises
    ------
    UsageError : it is of another grain, or no period.
    """
    if code in ("", "last"):
        return
    grain = periods.span(code, fiscal_year_start=fiscal_year_start)[0].grain
    if grain.removeprefix("fiscal ") != ritual.grain:
        raise UsageError(
            f"the {ritual.name} ritual reports on a {ritual.grain}, and {code} is a {grain}; "
            f"give a {ritual.grain} such as {EXAMPLES[ritual.grain]}, or leave the period out."
        )


def yesterday(time_zone: str) -> str:
    """Return the code of the day before today, where the company is.

    The only place that asks the clock: a daily message that looked at the data alone would never notice that nothing
    was imported.
    """
    return (datetime.now(ZoneInfo(time_zone)).date() - timedelta(days=1)).isoformat()


def notebooks(ritual: Ritual, found: list[Source]) -> list[Source]:
    """Return the notebooks that declare the ritual.

    Raises
    ------
    DataError : none does.
    """
    chosen = [source for source in found if ritual.name in source.cmo.get("rituals", [])]
    if not chosen:
        raise DataError(
            f"no notebook is made for the {ritual.name} ritual yet; "
            f'add "{ritual.name}" to metadata.cmo.rituals of one, or choose another ritual.'
        )
    return chosen
