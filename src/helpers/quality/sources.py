"""Where the data come from: one row a system, export, account and table, from the ledger and the tables themselves."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.tables import contract

KEY = ["system", "export", "account_id", "table"]
NOTED = ["starts_on", "ends_on", "n_files", "rows_kept", "rows_left_out", "is_verified", "vat"]
STALE_DAYS = 35  # a month and the days that its export takes


def sources(
    imports: pd.DataFrame, spans: pd.DataFrame, *, newest: date | None, days: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return where the rows of each table come from.

    Parameters
    ----------
    imports : rows of the ledger; those that a later import has replaced are left aside.
    spans : the tables there are, as `spans.spans`.
    newest : the last day of the company's data.
    days : every day that has rows, as `spans.days`; with it a table that no import names is told by system and account.

    Returns
    -------
    One row per (system, export, account_id, table): starts_on, ends_on [day], n_files [count, empty where no import is noted],
    rows_kept, rows_left_out [rows], is_verified (empty where not noted), vat ("excl", "incl", "unknown", "mixed", or empty
    where no money came), days_behind [days behind `newest`, empty where nothing is dated], is_flow, by table and system.
    A table that no import names has an empty export.
    """
    current = imports[imports["is_current"]]
    noted = [_source(key, rows) for key, rows in current.groupby(KEY, dropna=False)]
    bare = spans.loc[~spans["table"].isin(current["table"]), "table"]
    parts = _parts(days, bare) if days is not None else []
    told = {one["table"] for one in parts}
    whole = [{"system": "", "account_id": "", "table": name} for name in bare if name not in told]
    others = [{"export": "", **one} for one in [*parts, *whole]]
    made = pd.DataFrame([*noted, *others], columns=[*KEY, *NOTED])
    # A ledger without days, and a table without an import, take theirs from the table.
    own = made[["table"]].merge(spans, on="table", how="left")
    for name in ("starts_on", "ends_on"):
        made[name] = pd.to_datetime(made[name]).astype("datetime64[us]").fillna(own[name])
    made["rows_kept"] = made["rows_kept"].astype("Int64").fillna(own["n_rows"].astype("Int64"))
    made["n_files"], made["rows_left_out"] = (
        made["n_files"].astype("Int64"),
        made["rows_left_out"].astype("Int64"),
    )
    made["is_verified"] = made["is_verified"].astype("boolean")
    made["vat"] = made["vat"].astype("str").fillna("")
    made["is_flow"] = own["is_flow"].fillna(False).astype("bool")
    behind = (
        (pd.Timestamp(newest) - made["ends_on"]).dt.days
        if newest
        else pd.Series(index=made.index, dtype="float64")
    )
    made["days_behind"] = behind.clip(lower=0).astype("Int64")
    return made.sort_values(["table", "system", "export", "account_id"], ignore_index=True)


def stale(found: pd.DataFrame, *, limit: int = STALE_DAYS) -> pd.DataFrame:
    """Return the sources whose rows come period by period and end more than `limit` days behind the newest, oldest first."""
    late = found[found["is_flow"] & (found["days_behind"].fillna(0) > limit)]
    return late.sort_values("days_behind", ascending=False, kind="stable", ignore_index=True)


def _parts(days: pd.DataFrame, tables: pd.Series) -> list[dict]:
    """The systems and accounts of the tables that tell them apart, with their days and rows."""
    own = days[days["table"].isin(tables)]
    made = own.groupby(["table", "system", "account_id"], as_index=False).agg(
        starts_on=("day", "min"), ends_on=("day", "max"), rows_kept=("n_rows", "sum")
    )
    return made[made["system"] != ""].to_dict("records")


def _source(key: tuple, rows: pd.DataFrame) -> dict:
    verified = rows["is_verified"].dropna()
    return {
        **dict(zip(KEY, key, strict=True)),
        "starts_on": rows["starts_on"].min(),
        "ends_on": rows["ends_on"].max(),
        "n_files": rows["file"].fillna(rows["import_id"]).nunique(),
        "rows_kept": rows["rows_kept"].sum(),
        "rows_left_out": rows["rows_left_out"].sum(),
        "is_verified": bool(verified.all()) if len(verified) else None,
        "vat": _vat(rows, str(key[-1])),
    }


def _vat(rows: pd.DataFrame, table: str) -> str:
    """Whether the money of a source includes VAT; empty where the table has none or the files brought none."""
    has_money = any(column.is_money for column in contract(table).columns)
    said = set(rows.loc[rows["currency"].notna(), "vat"].dropna()) if has_money else set()
    if "unknown" in said or len(said) < 2:
        return "unknown" if "unknown" in said else "".join(said)
    return "mixed"
