"""The tables by day: what the alarms look at, and on which days a table has no row at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pandas as pd

from helpers import rollups, tables
from helpers.company import Company, Scope
from helpers.errors import DataError, UsageError
from helpers.periods import Period, parse
from helpers.tables import store

YEAR = 365
HISTORY = YEAR + 182  # days; the first half-year only tells what was usual


def scope(company: Company, code: str, market: str, language: str) -> Scope:
    """Return the scope of a day's message: the day, with the history before it.

    Parameters
    ----------
    code : a day, also one after the last of the data (then the data are late); "" or "last" means the last day on which
        any table that comes day by day has a row, never the clock's.

    Raises
    ------
    UsageError : the code is not a day, or the market is none of the company's.
    DataError : the company has no table that comes day by day, nothing before that day, or nothing in the year before.
    """
    if market != "ALL" and market not in company.markets:
        markets = ", ".join(("ALL", *company.markets))
        raise UsageError(f'market: "{market}" is not a market of {company.name}. Use one of {markets}.')
    if not tables.available(company):
        raise DataError(f"{company.name} has no tables yet. Run `cmo ingest --company {company.name}`.")
    ranges = [tables.data_range(name, company) for name in flows(company)]
    if not ranges:
        raise DataError(f"{company.name} has no table that comes day by day. Import orders or media spend.")
    first, last = min(one for one, _ in ranges), max(one for _, one in ranges)
    day = last if code in ("", "last") else parse(code).end
    if day < first:
        raise DataError(
            f"{company.name} has data from {first} to {last}; {day} has none. Use --period {last}."
        )
    if (day - last).days > YEAR:
        raise DataError(
            f"{company.name} has data until {last}, more than a year before {day}. Import, or use --period {last}."
        )
    span = Period(day.isoformat(), "day", day - timedelta(days=HISTORY), day)
    return Scope(company, span, market, language, tables.currency(company, market, until=day))


def flows(company: Company) -> list[str]:
    """Return the tables of the company of which a period without rows means that an export is missing."""
    known = {name: tables.contract(name) for name in tables.available(company)}
    return sorted(name for name, one in known.items() if one.every_period and one.date and not one.dated_by)


@dataclass(frozen=True)
class Days:
    """The tables of a scope by day; each is read once, and is None or empty where the company has none."""

    scope: Scope

    @property
    def today(self) -> pd.Timestamp:
        """The day of the message."""
        return pd.Timestamp(self.scope.period.end)

    @cached_property
    def index(self) -> pd.DatetimeIndex:
        """Every day of the history, the day itself last."""
        return pd.date_range(self.scope.period.start, self.today)

    @cached_property
    def seen(self) -> dict[str, pd.Series]:
        """For each table that comes day by day, whether a day has rows."""
        found = {name: _days_with_rows(name, self.scope) for name in flows(self.scope.company)}
        return {
            name: pd.Series(self.index.isin(there), index=self.index)
            for name, there in found.items()
            if len(there)
        }

    def sums(
        self, table: str, *, by: tuple[str, ...] = (), values: tuple[str, ...] = (), keep: str = ""
    ) -> pd.DataFrame | None:
        """Return a table's rows of one day, those that fit the condition `keep`, counted and added up by day and by `by`.

        Visits that stand in the table in several ways are taken in one of them.
        """
        if table not in self.seen:
            return None
        known = tables.contract(table)
        day = known.date
        conditions = [f"{day} >= DATE '{self.scope.period.start}'", _of_one_day(known), *filter(None, [keep])]
        recent = tables.load(table, self.scope).filter(" AND ".join(conditions))
        if table == "site_daily":
            recent = rollups.visits(recent)
        made = rollups.collect(rollups.daily_sums(recent, day=day, by=by, values=values), may_be_empty=True)
        return made.set_index(["day", *by]).sort_index()

    def wide(self, table: str, frame: pd.DataFrame | None, value: str) -> pd.DataFrame:
        """Return one column a group, one row a day: 0 where a group has none, NaN where the whole table has none."""
        if frame is None or frame.empty:
            return pd.DataFrame(index=self.index)
        groups = [name for name in frame.index.names if name != "day"]
        made = frame[value].unstack(groups) if groups else frame[[value]]
        made = made.reindex(self.index).fillna(0.0).astype(float)
        return made.where(self.seen[table], axis=0)


def _days_with_rows(table: str, scope: Scope) -> pd.DatetimeIndex:
    """Days of the history on which a table has rows for the market; no amounts, so no rate is needed."""
    known = tables.contract(table)
    inside = [f"{known.date} BETWEEN DATE '{scope.period.start}' AND DATE '{scope.period.end}'"]
    inside.append(_of_one_day(known))
    if scope.market != "ALL" and "market" in known.names:
        inside.append(f"market = {store.quoted(scope.market)}")
    source = store.source_of(known, scope.company)
    query = f"SELECT DISTINCT {known.date} FROM {source} WHERE {' AND '.join(inside)}"
    return pd.DatetimeIndex([row[0] for row in tables.connect().execute(query).fetchall()])


def _of_one_day(known: tables.Table) -> str:
    """The condition that a row is of a single day: a month's total says nothing about the day that it begins on."""
    return f"(ends_on IS NULL OR ends_on <= {known.date})" if known.spans else "TRUE"


def since(start: date | pd.Timestamp) -> date:
    """Return a day of an index as a plain date."""
    return pd.Timestamp(start).date()
