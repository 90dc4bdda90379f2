"""Reading the tidy tables as they are: all rows, no period, no conversion of money."""

from __future__ import annotations

import pandas as pd

from helpers import tables
from helpers.company import Company
from helpers.tables import contract
from helpers.tables.store import as_pandas, connect, source_of

OWN = "imports"  # the ledger's copy: its days are those of the clock


def readable(company: Company) -> tuple[list[str], dict[str, str]]:
    """Return the tables that can be read, by name, and for each of the others the sentence that says why not."""
    names = sorted(tables.available(company) - {OWN})
    faults = {name: said for name in names if (said := tables.fault(name, company))}
    return [name for name in names if name not in faults], faults


def query(company: Company, names: list[str], sql: str, *, columns: list[str], **needed: str) -> pd.DataFrame:
    """Return the rows of a query over tables, or no rows where one of them is not there.

    Parameters
    ----------
    sql : with {key} in place of each table that `needed` names.
    columns : of the result, for the case that there are no rows.
    """
    if not set(needed.values()) <= set(names):
        return pd.DataFrame(columns=columns)
    sources = {key: source_of(contract(name), company) for key, name in needed.items()}
    return frame(sql.format(**sources))


def frame(sql: str) -> pd.DataFrame:
    """Return the rows of a query with plain types, as `tables.as_pandas`."""
    return as_pandas(connect().sql(sql).to_arrow_table())
