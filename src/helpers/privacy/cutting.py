"""Rows to take out of Parquet files: which files hold them, and which rows of each go.

Files are read in blocks and only in the columns that lead to people, so that a table larger than memory can be searched. A
file that holds nothing of what goes is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.company import Company
from helpers.errors import DataError
from helpers.privacy.marking import Gone, Marks, marks
from helpers.privacy.ties import in_order, table_of, ties
from helpers.privacy.traces import IMPORTS
from helpers.tables import contract

BLOCK = 1_000_000  # rows looked at together


@dataclass(frozen=True)
class Reason:
    """Why rows of a table go besides whose they are: the columns that it looks at, and what says which rows of a block go."""

    columns: tuple[str, ...]
    says: Callable[[pd.DataFrame], np.ndarray]

    def of(self, rows: pa.Table) -> np.ndarray:
        """Say of each row of a block whether it goes."""
        there = [name for name in self.columns if name in rows.column_names]
        return self.says(rows.select(there).to_pandas(date_as_object=False))


@dataclass(frozen=True)
class Found:
    """A Parquet file of a company: of a tidy table, or of what one import gave.

    `table` is empty where the file's name is of none; `kept_in` is the folder of the import, empty for a tidy table.
    """

    path: Path
    table: str
    kept_in: str = ""

    @property
    def is_tidy(self) -> bool:
        """Whether it belongs to a table that pages read."""
        return not self.kept_in


@dataclass
class Cut:
    """What goes from one file: `out` by row, `emptied` by column and row, and the first day of the rows that go."""

    found: Found
    out: np.ndarray
    emptied: dict[str, np.ndarray] = field(default_factory=dict)
    first_day: date | None = None

    @property
    def n_rows(self) -> int:
        """Rows that go."""
        return int(self.out.sum())

    @property
    def n_cells(self) -> int:
        """Cells of other rows that are emptied."""
        return sum(int(cells.sum()) for cells in self.emptied.values())


def files(company: Company) -> list[Found]:
    """Return the company's Parquet files: those of tidy/ and those of .imports/, by path."""
    tidy = [Found(path, table_of([path.parent.name])) for path in sorted(company.tidy.glob("*/*.parquet"))]
    imports = company.folder / IMPORTS
    for path in sorted(imports.rglob("*.parquet")):
        words = path.relative_to(imports).parts
        tidy.append(Found(path, table_of([path.stem, *reversed(words[:-1])]), words[0]))
    return tidy


def search(found: Iterable[Found], gone: Gone, *, why: dict[str, Reason] | None = None) -> list[Cut]:
    """Find what goes from each file, and what hangs on it in the others.

    Parameters
    ----------
    found : files, of tables in any order.
    gone : who goes; it learns what is lost with them, and files are read again until nothing more is.
    why : by table, another reason for which rows go, such as their age.

    Returns
    -------
    The files that change.

    Raises
    ------
    DataError : a file cannot be read as Parquet.
    """
    by_table: dict[str, list[Found]] = {}
    for one in found:
        by_table.setdefault(one.table, []).append(one)
    order = [*in_order(name for name in by_table if name), *([""] if "" in by_table else [])]
    seen: dict[str, int] = {}
    cuts: dict[Path, Cut] = {}
    while True:
        again = [name for name in order if seen.get(name) != gone.size(_names(name))]
        if not again:
            return [cut for cut in cuts.values() if cut.n_rows or cut.n_cells]
        for name in again:
            seen[name] = gone.size(_names(name))
            if _is_concerned(name, gone, why or {}):
                cuts |= {one.path: _cut(one, gone, (why or {}).get(name)) for one in by_table[name]}


def _names(table: str) -> list[str]:
    """Names of the lost ids that can change what goes from a table."""
    known = ties(table) if table else None
    return [*known.aliases, *dict(known.references).values()] if known else []


def _is_concerned(table: str, gone: Gone, why: dict[str, Reason]) -> bool:
    """Whether a table can hold anything that goes: it is not read otherwise."""
    if table in why or not table:
        return True
    return ties(table).leads_to_people and bool(gone.people or gone.size(_names(table)))


def _cut(found: Found, gone: Gone, why: Reason | None) -> Cut:
    try:
        parts = list(_marked(found, gone, why))
    except (pa.ArrowException, OSError) as fault:
        raise DataError(
            f"{found.path.parent.name}/{found.path.name} cannot be read as Parquet ({type(fault).__name__}), so nobody can be "
            "taken out of it. Run `cmo ingest` again, or remove the file."
        ) from fault
    out = np.concatenate([part.out for part, _ in parts]) if parts else np.zeros(0, dtype=bool)
    names = {name for part, _ in parts for name in part.emptied}
    none = [np.zeros(len(part.out), dtype=bool) for part, _ in parts]
    emptied = {
        name: np.concatenate([part.emptied.get(name, no) for (part, _), no in zip(parts, none, strict=True)])
        for name in names
    }
    days = [day for _, day in parts if day is not None]
    return Cut(found, out, emptied, min(days, default=None))


def _marked(found: Found, gone: Gone, why: Reason | None) -> Iterator[tuple[Marks, date | None]]:
    """Yield the marks of each block of a file, with the first day of the rows that go."""
    with pq.ParquetFile(found.path) as file:
        there = file.schema_arrow.names
        if not found.table:
            texts = [
                one.name
                for one in file.schema_arrow
                if pa.types.is_string(one.type) or pa.types.is_large_string(one.type)
            ]
            for batch in file.iter_batches(batch_size=BLOCK, columns=texts):
                yield Marks(_anywhere(pa.Table.from_batches([batch]), gone), {}), None
            return
        known, day = ties(found.table), contract(found.table).date
        columns = (*known.columns, day, *(why.columns if why else ()))
        wanted = [name for name in dict.fromkeys(columns) if name in there]
        for batch in file.iter_batches(batch_size=BLOCK, columns=wanted):
            rows = pa.Table.from_batches([batch])
            made = marks(rows, known, gone, also=why.of(rows) if why else None)
            yield made, _first_day(rows, day, made.out)


def _anywhere(rows: pa.Table, gone: Gone) -> np.ndarray:
    """Rows of a file of no known table in which a pseudonym of one who goes stands anywhere."""
    out = np.zeros(len(rows), dtype=bool)
    for values in rows.columns:
        out |= gone.is_one(values.combine_chunks().cast(pa.string()), hashed_only=True)
    return out


def _first_day(rows: pa.Table, day: str | None, out: np.ndarray) -> date | None:
    if day not in rows.column_names or not out.any():
        return None
    values = rows[day].filter(pa.array(out))
    if not (pa.types.is_date(values.type) or pa.types.is_timestamp(values.type)):
        return None  # a hand-made file may hold days as text
    first = pc.min(values.cast(pa.timestamp("us"), safe=False)).as_py()
    return first.date() if first else None
