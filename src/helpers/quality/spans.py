"""What the tidy tables hold: rows, first and last day of each, and every day that has rows."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.company import Company
from helpers.quality.reading import frame
from helpers.tables import Table, contract
from helpers.tables.store import first_row, source_of

SCOPE = ["table", "system", "account_id"]


def is_flow(table: str) -> bool:
    """Tell whether rows of a table come period by period, so that a hole in them means that an export is missing."""
    known = contract(table)
    return bool(known.every_period and known.date and not known.dated_by)


def spans(company: Company, names: list[str]) -> pd.DataFrame:
    """Return one row a table: n_rows, starts_on, ends_on [day; empty where it has none], is_flow, is_planned.

    `is_planned`: its days may lie ahead, so they say nothing of how fresh the data are.
    """
    rows = []
    for name in names:
        known = contract(name)
        day = known.date or "NULL"
        n, first, last = first_row(
            f"SELECT count(*), min({day}), max({day}) FROM {source_of(known, company)}"
        )
        planned = known.column(known.date).future if known.date else False
        rows.append((name, n, first, last, is_flow(name), planned))
    made = pd.DataFrame(rows, columns=["table", "n_rows", "starts_on", "ends_on", "is_flow", "is_planned"])
    return _dated(made.astype({"n_rows": "int64", "is_flow": "bool", "is_planned": "bool", "table": "str"}))


def range_of(spans: pd.DataFrame, imports: pd.DataFrame) -> tuple[date, date] | None:
    """Return the first and the last day of the company's data, never the clock's; None where nothing is dated.

    Tables whose rows come period by period decide, with what the ledger says of them; without any, all dated ones do.
    """
    flows = spans[spans["is_flow"]]
    known = flows if len(flows) else spans[~spans["is_planned"]]
    noted = imports[imports["is_current"] & imports["table"].isin(known["table"])]
    days = pd.concat([frame[end] for frame in (known, noted) for end in ("starts_on", "ends_on")]).dropna()
    return (days.min().date(), days.max().date()) if len(days) else None


def days(company: Company, names: list[str]) -> pd.DataFrame:
    """Return every day that has rows, of the tables whose rows come period by period.

    Returns
    -------
    One row per table, system, account_id and day: n_rows. `system` and `account_id` are empty where the table does not tell
    them apart. A row that covers several days gives each, and is counted on its first.
    """
    found = [_days(contract(name), company) for name in names if is_flow(name)]
    columns = [*SCOPE, "day", "n_rows"]
    made = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns, dtype="str")
    return made[columns].astype({**dict.fromkeys(SCOPE, "str"), "day": "datetime64[us]", "n_rows": "int64"})


def _days(known: Table, company: Company) -> pd.DataFrame:
    system = next((name for name in ("platform", "system", "tool") if name in known.names), "''")
    public = "account_id" in known.names and known.column("account_id").public  # in others it is a customer
    account = "account_id" if public else "''"
    last = f"coalesce(ends_on, {known.date})" if "ends_on" in known.names else known.date
    query = f"""
        WITH spans AS (
            SELECT coalesce({system}, '') AS system, coalesce({account}, '') AS account_id, {known.date} AS first,
                greatest({last}, {known.date}) AS last, count(*) AS n FROM {source_of(known, company)} GROUP BY ALL
        ), single AS (
            SELECT system, account_id, first AS day, n FROM spans
            UNION ALL
            SELECT system, account_id, CAST(unnest(generate_series(first, last, INTERVAL 1 DAY)) AS DATE), 0
            FROM spans WHERE first < last
        )
        SELECT '{known.name}' AS "table", system, account_id, day, CAST(sum(n) AS BIGINT) AS n_rows
        FROM single WHERE day IS NOT NULL GROUP BY ALL ORDER BY ALL"""
    return frame(query)


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        **{name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in ("starts_on", "ends_on")}
    )
