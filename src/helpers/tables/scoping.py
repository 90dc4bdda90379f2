"""What a page is about: a company, a period, a market and a language, checked against the data there are."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from helpers import i18n, periods
from helpers.company import Company, Scope, read
from helpers.errors import DataError, UsageError
from helpers.periods import Period
from helpers.tables.checking import check
from helpers.tables.loading import data_span
from helpers.tables.money import currency

THOUSANDS = re.compile(r"-?[1-9]\d{0,2},\d{3}")  # 1,234 is one thousand or one and a bit
GRAINS = {
    "day": i18n.mark("day"),
    "week": i18n.mark("week"),
    "month": i18n.mark("month"),
    "quarter": i18n.mark("quarter"),
    "fiscal quarter": i18n.mark("fiscal quarter"),
}


def scope(company: str, period: str = "", market: str = "ALL", language: str = "en", *, grain: str) -> Scope:
    """Check the four parameters that every notebook has, and map the period to the notebook's grain.

    Parameters
    ----------
    company : name of a company folder.
    period : a period code; "" or "last" means the last complete period in the data, never the clock's.
    market : one of the company's markets, or ALL.
    language : "en" or one with a catalogue.
    grain : the notebook's own grain, for example "month".

    Raises
    ------
    UsageError : a name or a code that does not exist.
    DataError : the company has no data in the period.
    """
    chosen = read(company)
    if market != "ALL" and market not in chosen.markets:
        markets = ", ".join(("ALL", *chosen.markets))
        raise UsageError(f'market: "{market}" is not a market of {chosen.name}. Use one of {markets}.')
    i18n.check(language)
    first, last = data_span(chosen)
    at = page_period(period, grain, first, last, chosen)
    return Scope(chosen, at, market, language, currency(chosen, market, until=at.end))


def targets(scope: Scope) -> dict[str, float]:
    """Return the targets of the page's period and market by the id of their figure, from the company's targets.csv.

    Rows of other periods, markets and segments are left aside; a company without the file has no targets.

    Raises
    ------
    DataError : the file breaks the contract of the table `targets`.
    """
    rows = all_targets(scope.company)
    if rows.empty:
        return {}
    here = (rows["period"] == scope.period.code) & (rows["market"] == scope.market) & rows["segment"].isna()
    return dict(zip(rows.loc[here, "kpi"], rows.loc[here, "value"].astype(float), strict=True))


def all_targets(company: Company) -> pd.DataFrame:
    """Return the company's targets.csv under its contract; an empty frame where it has no rows.

    A file that semicolons part, as French spreadsheet programs write it, has decimal commas.
    """
    path = company.folder / "targets.csv"
    if not path.is_file():
        return pd.DataFrame()
    with path.open(encoding="utf-8-sig") as file:
        is_french = ";" in file.readline()
    rows = pd.read_csv(path, dtype="str", encoding="utf-8-sig", sep=";" if is_french else ",")
    rows = rows.dropna(how="all")  # rows of empty cells, which such programs leave behind
    if is_french and "value" in rows:
        rows["value"] = rows["value"].map(_with_point, na_action="ignore")
    return check(rows, "targets") if len(rows) else pd.DataFrame()


def _with_point(value: str) -> str:
    """A number with its decimal comma as a point; one that could as well be thousands stays, and is refused."""
    return value if THOUSANDS.fullmatch(value.strip()) else value.strip().replace(",", ".")


def page_period(code: str, grain: str, first: date, last: date, company: Company) -> Period:
    """Return the period that a page of this grain reports, given the first and last day of the data."""
    start = company.fiscal_year_start
    if code in ("", "last"):
        period = periods.last_complete(last, grain, fiscal_year_start=start)
    else:
        asked = periods.parse(code, fiscal_year_start=start)
        if asked.end < first or asked.start > last:
            example = periods.last_complete(last, grain, fiscal_year_start=start).code
            said = i18n.said(
                "{company} has data from {first} to {last}; {period} has none. Use --period {example}.",
                company=company.name, first=first, last=last, period=asked.code, example=example,
            )  # fmt: skip
            raise DataError(said)
        period = periods.inside(asked, grain, data_until=last)
        incomplete = period.start < asked.start and periods.GRAINS.index(asked.grain) >= periods.GRAINS.index(
            grain
        )
        if incomplete:
            said = i18n.said(
                "{company} has data until {last}: {period} holds no complete {grain} yet. Use --period {code}.",
                company=company.name, last=last, period=asked.code, grain=i18n.said(GRAINS[grain]), code=period.code,
            )  # fmt: skip
            raise DataError(said)
    if period.end < first:
        said = i18n.said(
            "{company} has data from {first} to {last}: no complete {grain}. Import more data.",
            company=company.name, first=first, last=last, grain=i18n.said(GRAINS[grain]),
        )  # fmt: skip
        raise DataError(said)
    return period
