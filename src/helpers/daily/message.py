"""The daily message: what is found, the worst first, in plain text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale

from helpers import i18n
from helpers.company import read
from helpers.daily import budget, rate
from helpers.daily.blockers import as_row, worst_first
from helpers.daily.days import Days, scope
from helpers.daily.late import late
from helpers.daily.mentions import Mentions
from helpers.daily.tracking import Tracking
from helpers.daily.usual import Usual

MOST = 3


@dataclass(frozen=True)
class Message:
    """The message of one day, and what it takes to know whether it says anything new.

    `blockers` are those shown (id, what, detail, todo, since, owner), `ids` those of all that was found; `rate` says how
    often the message rings, where that was asked for.
    """

    company: str
    market: str
    language: str
    day: date
    title: str
    blockers: tuple[dict[str, Any], ...]
    ids: tuple[str, ...]
    more: str = ""
    rate: str = ""

    @property
    def text(self) -> str:
        """The whole message as plain text."""
        language, lines = self.language, [self.title]
        if not self.blockers:
            lines += ["", i18n.text("Nothing blocks.", language)]
        for number, one in enumerate(self.blockers, start=1):
            since = i18n.day(date.fromisoformat(one["since"]), language)
            lines += [
                "",
                f"{number}. {one['what']}",
                f"   {one['detail']}",
                "   "
                + i18n.text("Since: {since}. Owner: {owner}.", language, since=since, owner=one["owner"]),
                "   " + i18n.text("To do: {todo}", language, todo=one["todo"]),
            ]
        lines += ["", self.more] if self.more else []
        lines += ["", self.rate] if self.rate else []
        return "\n".join(lines) + "\n"


def compose(
    company: str,
    day: str = "",
    market: str = "ALL",
    language: str = "en",
    *,
    with_rate: Callable[[date], bool] | None = None,
) -> Message:
    """Look at the tables and say what blocks on a day.

    Parameters
    ----------
    company, market, language : as for a report.
    day : a day; "" means the last one on which any table has rows. A day after it finds the data late.
    with_rate : tells for the day whether to replay the last twelve months too, and say how often the message rings.

    Raises
    ------
    UsageError : an unknown company or market, or a period that is not a day.
    DataError : there is nothing to look at.
    """
    firm = read(company)
    days = Days(scope(firm, day, market, i18n.check(language)))
    usual, tracking, mentions = Usual(days), Tracking(days), Mentions(days)
    found = worst_first(
        [*late(days), *usual.blockers(), *tracking.blockers(), *budget.overspent(days), *mentions.blockers()]
    )
    rest = len(found) - MOST
    more = (
        i18n.plural(
            "{n} more, less pressing, is not shown.",
            "{n} more, less pressing, are not shown.",
            rest,
            language,
        )
        if rest > 0
        else ""
    )
    end = days.scope.period.end
    rings = with_rate is not None and with_rate(end)
    replayed = rate.replay(usual.series(), tracking.series() | mentions.series()) if rings else None
    told = rate.said(replayed, language=language) if replayed else ""
    return Message(
        company=firm.name,
        market=market,
        language=language,
        day=end,
        title=i18n.text(
            "{company}, {market}: daily message of {day}",
            language,
            company=firm.title,
            market=_market(market, language),
            day=i18n.day(end, language),
        ),
        blockers=tuple(as_row(one, firm, language=language) for one in found[:MOST]),
        ids=tuple(sorted(one.identity for one in found)),
        more=more,
        rate=told,
    )


def _market(market: str, language: str) -> str:
    if market == "ALL":
        return i18n.text("all markets", language)
    return Locale.parse(language).territories.get(market, market)
