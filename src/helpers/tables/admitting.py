"""Tables that a person put into tidy/ by hand: held to their contract before anything reads them.

A file that `write` made carries a mark of the contract it passed. Any other file is checked when it is first read;
that it passed is noted beside it, in `.checked`, so it is checked again only after it or its contract changes.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.company import Company
from helpers.errors import DataError
from helpers.tables.checking import check
from helpers.tables.contracts import Column, Table, contract

MARK = b"cmo.contract"
BLOCK = 1_000_000  # rows checked at once
ZONED = r":\d\d.*(Z|[+-]\d\d(:?\d\d)?)$"


def mark(known: Table) -> dict[bytes, bytes]:
    """Return what a checked file says of itself in its metadata."""
    return {MARK: hashlib.sha256(repr(known).encode()).hexdigest()[:16].encode()}


def admit(known: Table, company: Company, paths: list[Path]) -> bool:
    """Refuse files that break their table's contract; say whether `write` made all of them.

    Raises
    ------
    DataError : a file is not Parquet, or its first fault as `check` says it.
    """
    own = [_is_marked(path, known) for path in paths]
    foreign = [path for path, is_own in zip(paths, own, strict=True) if not is_own]
    if foreign:
        note, state = paths[0].parent / ".checked", _state(known, company, paths)
        if not _is_noted(note, state):
            for path in foreign:
                _check_file(path, known, company)
            if len(paths) > 1 or _n_rows(paths) > BLOCK:
                check_key(paths, known)
            _write_note(note, state)
    return not foreign


def check_markets(markets: pd.Series, table: str, company: Company) -> None:
    """Refuse a market that company.toml does not list, in a table that is about the company's own markets.

    Raises
    ------
    DataError : there is one.
    """
    if contract(table).any_market:
        return
    strange = sorted(set(markets.dropna().unique()) - {*company.markets, "ALL"})
    if strange:
        raise DataError(
            f'{table}: market "{strange[0]}" is not in company.toml, which lists {", ".join(company.markets)}. '
            "Add it there or leave its rows out."
        )


def typed(column: Column, given: str, wanted: str) -> str:
    """Return SQL that reads a checked column of type `given` as the contract's type `wanted`.

    Text loses its outer blanks, and cells of blanks are empty, as `check` takes them.
    """
    name = f'"{column.name}"'
    is_text = given == "VARCHAR" or given.startswith("ENUM")
    value = f"nullif(trim(CAST({name} AS VARCHAR)), '')" if is_text else name
    if wanted == "DATE":
        value = f"CAST({value} AS TIMESTAMP)"
    elif given == "TIMESTAMP WITH TIME ZONE":
        value = f"timezone('UTC', {value})"
    elif wanted == "TIMESTAMP" and is_text:  # a plain cast would drop the zone; a text without one is in UTC
        zoned = f"regexp_matches({value}, '{ZONED}')"
        utc = f"timezone('UTC', CAST({value} AS TIMESTAMPTZ))"
        value = f"CASE WHEN {zoned} THEN {utc} ELSE CAST({value} AS TIMESTAMP) END"
    elif wanted == "BIGINT" and is_text:
        value = f"CAST({value} AS DOUBLE)"
    elif wanted == "BOOLEAN" and is_text:
        value = f"lower({value}) IN ('true', '1', '1.0')"
    return f"CAST({value} AS {wanted}) AS {name}"


def _is_marked(path: Path, known: Table) -> bool:
    try:
        found = pq.read_schema(path).metadata or {}
    except (pa.ArrowException, OSError) as fault:
        raise DataError(
            f"{known.name}: {path.name} cannot be read as Parquet ({type(fault).__name__}). Write the file again."
        ) from fault
    return found.get(MARK) == mark(known)[MARK]


def _check_file(path: Path, known: Table, company: Company) -> None:
    file = pq.ParquetFile(path)
    columns = [name for name in file.schema_arrow.names if name in known.names]
    if file.metadata.num_rows == 0 or {one.name for one in known.columns if one.required} - set(columns):
        names = (
            file.schema_arrow.names
        )  # all of them, so that the sentence may name the column that was meant
        check(pd.DataFrame({name: ["x"] * min(file.metadata.num_rows, 1) for name in names}), known.name)
    seen = 0
    for batch in file.iter_batches(batch_size=BLOCK, columns=columns):
        try:
            tidy = check(_frame(pa.Table.from_batches([batch])), known.name)
        except DataError as fault:
            raise (
                DataError(f"{path.name} from row {seen + 1:,} on: {fault}") if seen else fault
            ) from fault.__cause__
        if "market" in known.names:
            check_markets(tidy["market"], known.name, company)
        seen += len(batch)


def _frame(table: pa.Table) -> pd.DataFrame:
    """Turn a block into a frame without losing what its cells are."""
    columns = [
        values.cast(pa.float64()) if pa.types.is_decimal(values.type) else values for values in table.columns
    ]
    return pa.table(columns, names=table.column_names).to_pandas(integer_object_nulls=True)


def check_key(paths: list[Path], known: Table) -> None:
    """Refuse a key that comes twice, over all files."""
    from helpers.tables.store import first_row, parquet

    key = ", ".join(f'"{name}"' for name in known.key)
    # hashes first, which need a tenth of the memory; only where two are alike the keys themselves are compared
    n, n_different = first_row(f"SELECT count(*), count(DISTINCT hash({key})) FROM {parquet(paths)}")
    if n == n_different:
        return
    twice = first_row(
        f"SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM {parquet(paths)} GROUP BY {key} HAVING n > 1)"
    )[0]
    if twice:
        raise DataError(
            f"{known.name}: {int(twice):,} of {_n_rows(paths):,} rows repeat the {' + '.join(known.key)} of another row. "
            f"{known.grain} Leave out the copies, or an import that overlaps another."
        )


def _n_rows(paths: list[Path]) -> int:
    return sum(pq.read_metadata(path).num_rows for path in paths)


def _state(known: Table, company: Company, paths: list[Path]) -> dict:
    """What a check depends on: the contract, the markets, and the name, size and time of each file."""
    files = {path.name: [path.stat().st_size, path.stat().st_mtime_ns] for path in paths}
    return {"contract": mark(known)[MARK].decode(), "markets": sorted(company.markets), "files": files}


def _is_noted(note: Path, state: dict) -> bool:
    try:
        return json.loads(note.read_text(encoding="utf-8")) == state
    except (OSError, ValueError):
        return False


def _write_note(note: Path, state: dict) -> None:
    """Note that the files passed; where the folder cannot be written they are checked again next time."""
    draft = note.with_name(f".checked.{os.getpid()}.tmp")
    with suppress(OSError):
        draft.write_text(json.dumps(state), encoding="utf-8")
        draft.replace(note)
