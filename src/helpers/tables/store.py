"""Where the tidy tables lie: one Parquet folder a table, with the DuckDB connection that reads them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers import i18n
from helpers.company import Company
from helpers.errors import DataError
from helpers.tables.admitting import admit, check_key, check_markets, mark, typed
from helpers.tables.checking import check
from helpers.tables.contracts import Column, Table, all_tables, contract

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MONEY = pa.decimal128(18, 4)  # exact: sums do not depend on the order of the rows
ARROW = {
    "text": pa.string(),
    "category": pa.string(),
    "int": pa.int64(),
    "decimal": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
SQL = {
    "text": "VARCHAR",
    "category": "VARCHAR",
    "int": "BIGINT",
    "decimal": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
ROW_GROUP = 200_000


@cache
def connect() -> DuckDBPyConnection:
    """Return this process's DuckDB connection: in memory, without a network, with a memory limit.

    `CMO_MEMORY` sets the limit (default 2GB); what does not fit goes to the system's folder for temporary files.
    """
    return separate()


def separate() -> DuckDBPyConnection:
    """Return a connection to a database of its own, with the same limits."""
    connection = duckdb.connect(
        config={
            "memory_limit": os.environ.get("CMO_MEMORY", "2GB"),
            "threads": os.cpu_count() or 1,
            "temp_directory": str(Path(tempfile.gettempdir()) / f"cmo-duckdb-{os.getpid()}"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    # Off by default in a notebook, where DuckDB refuses even to turn it off unless ipywidgets is there.
    if connection.execute("SELECT current_setting('enable_progress_bar')").fetchall()[0][0]:
        connection.execute("SET enable_progress_bar = false")
    return connection


def write(frame: pd.DataFrame, table: str, company: Company, *, part: int = 0) -> Path:
    """Check a frame and put it in place of the company's table; return the file.

    The file appears whole or not at all, its rows by customer, day and key. Money is stored with four decimals. A table
    larger than memory comes in parts: part 0 takes the place of the table, the others are added to it, and no key may
    stand in two of them.

    Raises
    ------
    DataError : the frame breaks the contract, or holds a market that company.toml does not list.
    """
    folder = company.tidy / table
    folder.mkdir(parents=True, exist_ok=True)
    target = write_file(frame, table, company, folder / f"part-{part}.parquet")
    if part == 0:
        for other in _files(table, company):
            if other != target:
                other.unlink()
    return target


def write_file(
    frame: pd.DataFrame,
    table: str,
    company: Company,
    target: Path,
    *,
    lines: Sequence[int] | None = None,
    file: str = "",
) -> Path:
    """Check rows of a table and write them to one Parquet file, whole or not at all; return it.

    `lines` and `file` say where the rows were read, for the message that refuses one.

    Raises
    ------
    DataError : the rows break the contract, or hold a market that company.toml does not list.
    """
    known, tidy = contract(table), check(frame, table, lines=lines, file=file)
    if "market" in known.names:
        check_markets(tidy["market"], table, company)
    # One order of rows: the same data give the same bytes however they came, and a customer's rows lie together,
    # which halves the memory and the file of the rollups over customers.
    customer_first = [name for name in ("customer_id", known.date) if name and name in known.names]
    tidy = tidy.sort_values([*customer_first, *(name for name in known.key if name not in customer_first)])
    draft = target.with_name(f".{target.stem}.{os.getpid()}.tmp")
    try:
        schema = pa.schema([(column.name, _arrow_type(column)) for column in known.columns], mark(known))
        arrays = [_arrow(tidy[column.name], column) for column in known.columns]
        pq.write_table(
            pa.Table.from_arrays(arrays, schema=schema), draft, compression="zstd", row_group_size=ROW_GROUP
        )
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return target


def adopt(paths: Sequence[Path], table: str, company: Company) -> None:
    """Take files that `write_file` made for a table as its parts, without reading them again.

    Raises
    ------
    DataError : a key stands in two of them.
    """
    folder = company.tidy / table
    folder.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(paths):
        shutil.copyfile(path, folder / f"part-{number}.parquet")
    if len(paths) > 1:
        check_keys(table, company)


def check_keys(table: str, company: Company) -> None:
    """Refuse a key that stands in two parts of a table.

    Raises
    ------
    DataError : there is one, or the table is missing.
    """
    known = contract(table)
    check_key(_existing(known, company), known)


def fingerprint(table: str, company: Company) -> str:
    """Return the SHA-256 of a table's files, taken in the order of their names.

    Raises
    ------
    DataError : the table is missing.
    """
    digest = hashlib.sha256()
    for path in _existing(contract(table), company):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def rows(table: str, company: Company) -> int:
    """Return how many rows a table has, from the files' own counts.

    Raises
    ------
    DataError : the table is missing.
    """
    return sum(pq.read_metadata(path).num_rows for path in _existing(contract(table), company))


def fault(table: str, company: Company) -> str | None:
    """Return the sentence that says why the company's table cannot be used, None where it can."""
    try:
        source_of(contract(table), company)
    except DataError as refusal:
        return str(refusal)
    return None


def available(company: Company) -> set[str]:
    """Return the names of the tables that the company has."""
    return {name for name in all_tables() if _files(name, company)}


def as_pandas(table: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into a frame with plain types.

    Decimals become `float64`, days and times `datetime64[us]` (in UTC, without zone), text `str`; whole numbers and
    truth values with gaps become `Int64` and `boolean`. The Arrow table's memory is given up on the way.
    """
    names, made = table.column_names, []
    for field, values in zip(table.schema, table.columns, strict=True):
        if pa.types.is_decimal(field.type):
            values = values.cast(pa.float64())
        elif pa.types.is_date(field.type) or (
            pa.types.is_timestamp(field.type) and field.type != ARROW["timestamp"]
        ):
            values = values.cast(ARROW["timestamp"], safe=False)
        elif pa.types.is_null(field.type):
            values = values.cast(pa.string())
        made.append(values)
    gaps = {
        name: ("boolean" if pa.types.is_boolean(values.type) else "Int64")
        for name, values in zip(names, made, strict=True)
        if values.null_count and (pa.types.is_integer(values.type) or pa.types.is_boolean(values.type))
    }
    frame = pa.table(made, names=names).to_pandas(
        types_mapper={
            pa.string(): pd.StringDtype(na_value=np.nan),
            pa.large_string(): pd.StringDtype(na_value=np.nan),
        }.get,
        split_blocks=True,
        integer_object_nulls=True,
    )
    return frame.astype(gaps)


def _arrow_type(column: Column) -> pa.DataType:
    return MONEY if column.is_money else ARROW[column.type]


def _arrow(values: pd.Series, column: Column) -> pa.Array:
    made = pa.Array.from_pandas(values, type=ARROW[column.type])
    return made.cast(MONEY, safe=False) if column.is_money else made


def _files(table: str, company: Company) -> list[Path]:
    return sorted((company.tidy / table).glob("*.parquet"))


def _existing(known: Table, company: Company) -> list[Path]:
    files = _files(known.name, company)
    if not files:
        raise DataError(
            i18n.said(
                "{company} has no table {table} ({meaning}). `cmo maps --table {table}` lists the exports that hold it: put one into "
                "{company}/raw and run `cmo ingest --company {company}`.",
                company=company.name,
                table=known.name,
                meaning=i18n.said(known.meaning.rstrip(".")),
            )
        )
    return files


def source_of(known: Table, company: Company) -> str:
    """Return SQL of the table's files with the contract's columns; a column that a file lacks is empty.

    Raises
    ------
    DataError : the table is missing, or a file that `write` did not make breaks the contract.
    """
    paths = _existing(known, company)
    is_own, files = admit(known, company, paths), parquet(paths)
    there = {row[0]: row[1] for row in connect().execute(f"DESCRIBE SELECT * FROM {files}").fetchall()}
    columns = []
    for column in known.columns:
        if column.name not in there:
            columns.append(f'CAST(NULL AS {_sql_type(column)}) AS "{column.name}"')
        elif is_own:
            columns.append(f'"{column.name}"')
        else:
            columns.append(typed(column, there[column.name], _sql_type(column)))
    return f"(SELECT {', '.join(columns)} FROM {files})"


def parquet(paths: list[Path]) -> str:
    """Return SQL that reads Parquet files, whatever the order of their columns."""
    return f"read_parquet([{', '.join(quoted(literal_path(path)) for path in paths)}], union_by_name = true)"


def _sql_type(column: Column) -> str:
    return "DECIMAL(18, 4)" if column.is_money else SQL[column.type]


def quoted(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def literal_path(path: Path) -> str:
    """Write a path so that DuckDB does not take a bracket, a star or a question mark for a pattern."""
    return "".join(f"[{letter}]" if letter in "[*?" else letter for letter in str(path))


def first_row(query: str) -> tuple:
    """Return the first row of a query."""
    return connect().execute(query).fetchall()[0]
