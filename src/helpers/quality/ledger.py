"""The ledger of a company as rows of the table `imports`, in whichever shape it was written."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from helpers import tables
from helpers.company import Company
from helpers.errors import DataError
from helpers.tables import contract
from helpers.tables.checking import PANDAS

NAME = "ledger.parquet"
WHOLE = {"table", "source", "rows_in", "rows_kept", "imported_at"}  # of a data set that comes whole
WORDS = ("system", "export", "account_id")


@dataclass(frozen=True)
class Ledger:
    """What was read from which file.

    `shape`: "imports" (as `cmo ingest` writes it), "whole" (of a data set that comes whole: it knows rows and neither
    days, totals nor VAT) or "none". `rows`: columns of the table `imports`.
    """

    shape: str
    rows: pd.DataFrame


def read(company: Company) -> Ledger:
    """Read the company's ledger; a company without one has the shape "none" and no rows.

    Raises
    ------
    DataError : not Parquet, or the columns are none that we write.
    """
    path = company.folder / NAME
    if not path.is_file():
        return Ledger("none", empty())
    where = f"{company.name}/{NAME}"
    again = f"Run `cmo ingest --company {company.name}` to write it again."
    try:
        found = pd.read_parquet(path)
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise DataError(f"{where}: cannot be read as Parquet ({type(fault).__name__}). {again}") from fault
    if "import_id" in found.columns:
        return Ledger("imports", of_imports(found))
    if set(found.columns) >= WHOLE:
        return Ledger("whole", of_whole(found, system=company.adapter or ""))
    raise DataError(f"{where}: it has no column import_id. {again}")


def empty() -> pd.DataFrame:
    """Return no rows, with the columns and types of the table `imports`."""
    known = contract("imports").columns
    return pd.DataFrame({column.name: pd.Series(dtype=PANDAS[column.type]) for column in known})


def of_imports(found: pd.DataFrame) -> pd.DataFrame:
    """Return a ledger under its contract, with what it leaves open filled in.

    An import that does not say is current and its map is not verified; the rows it left out are those that it did not keep.
    """
    if found.empty:
        return empty()
    rows = tables.check(found, "imports")
    lost = (rows["rows_in"] - rows["rows_kept"]).clip(lower=0)
    return rows.assign(
        **{name: rows[name].fillna("") for name in WORDS},
        is_current=rows["is_current"].fillna(True).astype("bool"),
        rows_left_out=rows["rows_left_out"].fillna(lost),
        vat=rows["vat"].fillna("unknown"),
    )


def of_whole(found: pd.DataFrame, *, system: str) -> pd.DataFrame:
    """Return the ledger of a data set that comes whole as rows of `imports`; what it does not know is empty."""
    lost = (found["rows_in"] - found["rows_kept"]).clip(lower=0)
    known = found.assign(
        import_id=found["source"], file=found["source"], rows_left_out=lost, system=system, export=system
    )
    made = empty().reindex(range(len(known)))
    for name in ("import_id", "table", "system", "export", "file", "rows_in", "rows_kept", "rows_left_out"):
        made[name] = known[name].reset_index(drop=True).astype(made[name].dtype)
    return made.assign(account_id="", is_current=True)
