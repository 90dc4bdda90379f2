"""Currencies: what a page counts in, and how amounts in another currency come to it."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers import i18n
from helpers.company import Company, Scope
from helpers.errors import DataError
from helpers.tables.contracts import Table, all_tables, contract
from helpers.tables.store import available, connect, fault, first_row, quoted, source_of


def currency(company: Company, market: str, *, until: date) -> str:
    """Return the currency that a page counts in.

    Of one market it is the only one that the market's orders up to `until` are in, or without orders the rows of the first
    other table that has any; where those are in several, and for ALL markets, it is the company's.
    """
    if market == "ALL":
        return company.currency
    names = sorted(available(company), key=lambda name: (name != "orders", name))
    for known in (all_tables()[name] for name in names):
        if not known.date or not {"market", "currency"} <= set(known.names) or fault(known.name, company):
            continue
        here = f"market = {quoted(market)} AND currency IS NOT NULL AND {known.date} <= DATE '{until}'"
        query = f"SELECT DISTINCT currency FROM {source_of(known, company)} WHERE {here}"
        if found := connect().execute(query).fetchall():
            return found[0][0] if len(found) == 1 else company.currency
    return company.currency


def rates(scope: Scope) -> pd.DataFrame:
    """Return what one unit of each other currency is in the scope's, as `load` converts.

    One row per (from_currency, quoted_on [up to the end of the period; it holds until the next]): rate. Empty where the
    company has no rates.
    """
    if "fx_rates" not in available(scope.company):
        return pd.DataFrame({"from_currency": [], "quoted_on": [], "rate": []})
    return connect().sql(_rates(scope)).df()


def converted(known: Table, scope: Scope, query: str) -> str:
    """Return SQL that gives the money of a table's rows in the scope's currency.

    Each row is worth the rate of its day. What stands until it changes (`is_stock`: a contract, an open deal) is worth the last
    rate of the period, all rows alike: else a rate that moved would look like a contract that grew.

    Raises
    ------
    DataError : a row is in another currency and there is no rate for it.
    """
    money = [column.name for column in known.columns if column.is_money]
    if not money:
        return query
    own = scope.currency
    found = (
        connect().execute(f"SELECT DISTINCT currency FROM ({query}) WHERE currency IS NOT NULL").fetchall()
    )
    others = sorted(row[0] for row in found if row[0] != own)
    if not others:
        return query
    values = {"company": scope.company.name, "table": known.name, "others": ", ".join(others), "own": own}
    if "fx_rates" not in available(scope.company):
        said = i18n.said(
            "{company}: {table} has amounts in {others} and the page counts in {own}, but there is no table fx_rates. "
            "Import rates, or use --market with one market."
            if scope.market == "ALL"
            else "{company}: {table} has amounts in {others} and the page counts in {own}, but there is no table fx_rates. "
            "Import rates.",
            **values,
        )
        raise DataError(said)
    end = f"DATE '{scope.period.end}'"
    valued = f"coalesce({known.date}, {end})" if known.date and not known.is_stock else end
    # A column of its own: an ASOF join does not take a day that is the same for all rows.
    day = "r.valued_on"
    foreign = f"SELECT *, {valued} AS valued_on FROM ({query}) WHERE currency IS DISTINCT FROM {quoted(own)}"
    joined = f"""FROM ({foreign}) r ASOF LEFT JOIN ({_rates(scope)}) f
        ON r.currency = f.from_currency AND {day} >= f.quoted_on"""
    lacking = "r.currency IS NOT NULL AND f.rate IS NULL"
    n, other, first = first_row(f"SELECT count(*), min(r.currency), min({day}) {joined} WHERE {lacking}")
    if n:
        said = i18n.said(
            "{company}: {table} has amounts in {others} and the page counts in {own}, but fx_rates has no rate from "
            "{other} to {own} on or before {first}. Import it.",
            **values, other=other, first=first,
        )  # fmt: skip
        raise DataError(said)
    columns = []
    for name in known.names:
        if name in money:
            columns.append(f'CAST(r."{name}" * f.rate AS DECIMAL(18, 4)) AS "{name}"')
        elif name == "currency":
            columns.append(f"{quoted(own)} AS currency")
        else:
            columns.append(f'r."{name}"')
    # The rows of the own currency, most of them, are spared the join.
    kept = ", ".join(f'"{name}"' for name in known.names)
    return f"SELECT {kept} FROM ({query}) WHERE currency = {quoted(own)} UNION ALL SELECT {', '.join(columns)} {joined}"


def _rates(scope: Scope) -> str:
    """SQL of the rates to the scope's currency; a pair that is quoted the other way round only is turned round."""
    own, source = quoted(scope.currency), source_of(contract("fx_rates"), scope.company)
    known = f"(SELECT * FROM {source} WHERE quoted_on <= DATE '{scope.period.end}')"
    direct = f"SELECT from_currency, quoted_on, rate FROM {known} WHERE to_currency = {own}"
    return f"""{direct} UNION ALL
        SELECT to_currency, quoted_on, 1 / rate FROM {known} WHERE from_currency = {own} AND rate > 0
        AND to_currency NOT IN (SELECT from_currency FROM ({direct}))"""
