"""Cells and keys of the tidy tables: what is left empty, and whether a key comes twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from helpers.company import Company
from helpers.quality.reading import frame
from helpers.tables import Table, contract
from helpers.tables.store import first_row, source_of

EMPTY_LIMIT = 0.05  # share of empty cells that is worth a line
FOUND = ["table", "column", "n_rows", "n_empty", "share", "never_in"]


def empties(company: Company, names: list[str], columns: Mapping[str, Collection[str]]) -> pd.DataFrame:
    """Return the optional columns of which more than 5 % of the cells are empty, the emptiest first.

    Parameters
    ----------
    columns : for each table the columns that pages use; a table or column that is not named is not looked at.

    Returns
    -------
    One row a column: table, column, n_rows, n_empty, share [of the rows], never_in [platforms or systems that have it in no
    row, joined by ", "; empty where the column is empty throughout or nobody is to be named].
    """
    rows = []
    for name in names:
        known = contract(name)
        wanted = [c.name for c in known.columns if c.name in columns.get(name, ()) and not c.required]
        if wanted:
            rows += _of_table(known, company, wanted)
    made = pd.DataFrame(rows, columns=FOUND)
    many = made[made["share"].astype("float64") > EMPTY_LIMIT]
    return many.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def keys_twice(company: Company, names: list[str]) -> pd.DataFrame:
    """Return one row a table: n_rows, n_twice [rows whose key an earlier row has]."""
    rows = []
    for name in names:
        known = contract(name)
        key = ", ".join(f'"{column}"' for column in known.key)
        counted = f"SELECT count(*) AS n FROM {source_of(known, company)} GROUP BY {key}"
        rows.append(
            (name, *first_row(f"SELECT coalesce(sum(n), 0), coalesce(sum(n - 1), 0) FROM ({counted})"))
        )
    return pd.DataFrame(rows, columns=["table", "n_rows", "n_twice"]).astype(
        {"n_rows": "int64", "n_twice": "int64"}
    )


def _of_table(known: Table, company: Company, wanted: list[str]) -> list[tuple]:
    part = next((name for name in ("platform", "system", "tool") if name in known.names), "''")
    counts = ", ".join(f'count("{name}") AS "{name}"' for name in wanted)
    sql = f'SELECT {part} AS "part of", count(*) AS "all rows", {counts} FROM {source_of(known, company)} GROUP BY 1 ORDER BY 1'
    found = frame(sql)
    n = int(found["all rows"].sum())
    rows = []
    for name in wanted:
        never = found.loc[found[name] == 0, "part of"].astype("str")
        filled = int(found[name].sum())
        rows.append((known.name, name, n, n - filled, 1 - filled / n, ", ".join(never) if filled else ""))
    return rows
