"""Reading the tidy tables: what a page may see of its company, up to its period, in one currency."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import narwhals as nw
import pandas as pd

from helpers import i18n, periods
from helpers.company import Company, Scope
from helpers.errors import DataError
from helpers.tables.contracts import Table, all_tables, contract
from helpers.tables.money import converted
from helpers.tables.store import as_pandas, available, connect, fault, first_row, quoted, source_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyRelation


def load(table: str, scope: Scope, *, ahead: int = 0) -> DuckDBPyRelation:
    """Return the rows that a page may use, lazily: its market's, up to the end of its period.

    Columns are those of the contract, in order. Where lists are kept by day, each key's last list counts. Money in
    other currencies than the scope's is converted to it at the rates of `fx_rates`. `ahead` days after the period's end are read, too, of a table
    whose rows may lie in the future: plans, which the page has to keep apart from what was there on its day.

    Raises
    ------
    ValueError : ahead is negative, or given for a table whose rows cannot lie in the future.
    DataError : the table is missing (the message says which command brings it), has no rows for the market or
        the period, or is in another currency and there is no rate.
    UsageError : there is no such table.
    """
    known = contract(table)
    if ahead and not (ahead > 0 and known.date and known.column(known.date).future):
        raise ValueError(
            f"ahead is {ahead} for {table}. Give 0, or days above 0 for a table whose date may lie in the future."
        )
    last = (scope.period.end + timedelta(days=ahead)).isoformat()
    source, keep = source_of(known, scope.company), []
    if scope.market != "ALL" and "market" in known.names:
        market = f"market = {quoted(scope.market)}"
        keep.append(market if known.column("market").required else f"({market} OR market IS NULL)")
    before = " AND ".join(keep) or "TRUE"
    if known.date:
        required = known.column(known.date).required
        cut = f"{known.date} <= DATE '{last}'"
        keep.append(cut if required or known.dated_by else f"({cut} OR {known.date} IS NULL)")
    if known.dated_by:
        parent = contract(known.dated_by)
        ids = f"SELECT {parent.key[0]} FROM {source_of(parent, scope.company)} WHERE {parent.date} <= DATE '{last}'"
        keep.append(f"{parent.key[0]} IN ({ids})")
    if known.snapshot:
        keep.append(f"({known.snapshot} <= DATE '{last}' OR {known.snapshot} IS NULL)")
    where = " AND ".join(keep) or "TRUE"
    _refuse_empty(known, scope, source, before, where)
    query = f"SELECT * FROM {source} WHERE {where}"
    if known.snapshot:
        key = ", ".join(name for name in known.key if name != known.snapshot)
        query += (
            f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {known.snapshot} DESC NULLS LAST) = 1"
        )
    return connect().sql(converted(known, scope, query))


def optional(table: str, scope: Scope) -> DuckDBPyRelation | None:
    """Return the rows of a table that a page can do without, as `load`; None where there are none to use.

    `lacking` says why there are none.

    Raises
    ------
    DataError : the table is there and cannot be used.
    UsageError : there is no such table.
    """
    _refuse_faulty(table, scope)
    try:
        return load(table, scope)
    except DataError:
        return None


def lacking(table: str, scope: Scope) -> str:
    """Say why a table has no rows for this page and which command brings them; an empty text where it has."""
    _refuse_faulty(table, scope)
    try:
        load(table, scope)
    except DataError as absent:
        return i18n.translate(absent.args[0], scope.language)
    return ""


def data_range(table: str, company: Company) -> tuple[date, date]:
    """Return the first and the last day in a table.

    Raises
    ------
    DataError : the table is missing, has no date column or no date.
    """
    known = contract(table)
    if known.date is None:
        raise DataError(
            f"{table} has no date column; ask for the range of a table that has one, such as orders."
        )
    day = known.date
    row = first_row(f"SELECT min({day}), max({day}) FROM {source_of(known, company)}")
    if row[0] is None:
        raise DataError(f"{company.name}: {table} has no day in {day}. Check the export.")
    return row[0], row[1]


def data_span(company: Company) -> tuple[date, date]:
    """Return the first and the last day of the company's data: of orders, else of all tables that come day by day.

    Raises
    ------
    DataError : the company has no such table; the message names the command that brings one.
    """
    names = available(company)
    if "orders" in names:
        return data_range("orders", company)
    dated = [name for name in sorted(names) if all_tables()[name].date]
    flows = [name for name in dated if all_tables()[name].every_period] or dated
    if not flows:
        raise DataError(f"{company.name} has no tables yet. Run `cmo ingest --company {company.name}`.")
    ranges = [data_range(name, company) for name in flows]
    return min(first for first, _ in ranges), max(last for _, last in ranges)


def data_until(company: Company) -> date:
    """Return the last day of the company's data, as `data_span`."""
    return data_span(company)[1]


def preview(rows: object, n: int = 3) -> pd.DataFrame:
    """Return the first rows of a relation or frame without ids and without what is about a person.

    Hidden are the columns that any contract marks as `person`, keys that end in _id, and columns that are empty in
    the rows shown.
    """
    hidden = {column.name for known in all_tables().values() for column in known.columns if column.person}
    hidden |= {name for known in all_tables().values() for name in known.key if name.endswith("_id")}
    shown = [name for name in rows.columns if name not in hidden]
    if isinstance(rows, pd.DataFrame):
        first = rows[shown].head(n).reset_index(drop=True)
    else:
        first = as_pandas(nw.from_native(rows).select(shown).head(n).collect("pyarrow").to_native())
    return first.dropna(axis="columns", how="all")


def describe(table: str, scope: Scope) -> str:
    """Say in one sentence what a page is about to use: rows, grain, days, market and currency."""
    known, firm = contract(table), scope.company
    rows = load(table, scope)
    day = f"min({known.date}), max({known.date})" if known.date else "NULL, NULL"
    n, first, last = rows.aggregate(f"count(*), {day}").fetchall()[0]
    language = scope.language
    values = {"table": table, "n": i18n.number(n, "count", language=language), "company": firm.title}
    values |= {"grain": i18n.text(known.grain.rstrip(".").lower(), language), "currency": scope.currency}
    values["market"] = i18n.text("all markets", language) if scope.market == "ALL" else scope.market
    if first is None:
        return i18n.text("{table}: {n} rows, {grain}; {company}, {market}.", language, **values)
    values |= {
        "first": i18n.day(first, language),
        "last": i18n.day(last, language),
    }
    return i18n.text(
        "{table}: {n} rows, {grain}, from {first} to {last}; {company}, {market}, amounts in {currency}.",
        language,
        **values,
    )


def _refuse_faulty(table: str, scope: Scope) -> None:
    """Refuse a table that is there and cannot be used."""
    if contract(table).name in available(scope.company) and (wrong := fault(table, scope.company)):
        raise DataError(wrong)


def _refuse_empty(known: Table, scope: Scope, source: str, market: str, where: str) -> None:
    """Say why nothing is left, when nothing is left for the market and the period."""
    name, period = scope.company.name, scope.period
    # What stands until it changes is known in a month without a change, from the changes before it.
    if known.every_period and known.date and not known.dated_by and not known.is_stock:
        inside = f"count(*) FILTER ({known.date} BETWEEN DATE '{period.start}' AND DATE '{period.end}')"
        n, first, last = first_row(
            f"SELECT {inside}, min({known.date}), max({known.date}) FROM {source} WHERE {market}"
        )
    else:
        day = known.date if known.date else "NULL"
        n, first, last = first_row(
            f"SELECT count(*) FILTER ({where}), min({day}), max({day}) FROM {source} WHERE {market}"
        )
    if n:
        return
    if first is None:
        if market == "TRUE":
            said = i18n.said(
                "{company} has no {table} up to {end}. Use a later --period.",
                company=name, table=known.name, end=period.end,
            )  # fmt: skip
            raise DataError(said)
        found = [
            row[0] for row in connect().execute(f"SELECT DISTINCT market FROM {source} ORDER BY 1").fetchall()
        ]
        said = i18n.said(
            "{company} has no {table} for market {market}; it has {found}. Use --market with one of these or ALL.",
            company=name, table=known.name, market=scope.market, found=", ".join(map(str, found)),
        )  # fmt: skip
        raise DataError(said)
    said = i18n.said(
        "{company} has {table} from {first} to {last}; {period} has none. Use --period {code}."
        if scope.market == "ALL"
        else "{company} has {table} for market {market} from {first} to {last}; {period} has none. Use --period {code}.",
        company=name, table=known.name, market=scope.market, first=first, last=last, period=period.code,
        code=_code_of(last, period.grain, period),
    )  # fmt: skip
    raise DataError(said)


def _code_of(last: date, grain: str, period: object) -> str:
    """Code of the last complete period of this grain, for the remedy of an error."""
    start = getattr(period, "fiscal_year_start", 1)
    return periods.last_complete(last, grain, fiscal_year_start=start).code
