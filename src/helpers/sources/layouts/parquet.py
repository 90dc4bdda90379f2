"""Parquet, as a warehouse unloads it: plain columns, read in batches as text like any other file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers.errors import DataError
from helpers.sources.batches import ROWS, Batch, Rows
from helpers.sources.opening import File

if TYPE_CHECKING:
    from helpers.sources.mapping import Map


@dataclass(frozen=True)
class ParquetRows:
    """The plain columns of a Parquet file; row 0 holds their names."""

    file: File
    separator: str = ""
    unit: str = "row"

    @property
    def place(self) -> str:
        """What a message calls it."""
        return self.file.shown

    def batches(self) -> Iterator[Batch]:
        """Give the heads, then all rows with their numbers."""
        try:
            opened = pq.ParquetFile(self.file.path)
            plain = [field.name for field in opened.schema_arrow if not pa.types.is_nested(field.type)]
            names = list(dict.fromkeys(plain))
            # a warehouse may give two columns one name; they then come one after the other
            yield Batch(range(1), [[name for name in names for _ in range(plain.count(name))]])
            at = 1
            for batch in opened.iter_batches(batch_size=ROWS, columns=names):
                columns = [pc.fill_null(_as_text(one), "") for one in batch.columns]
                yield Batch(range(at, at + len(batch)), columns=columns)
                at += len(batch)
        except (pa.ArrowException, OSError) as fault:
            raise DataError(
                f"{self.file.shown}: it cannot be read as Parquet ({type(fault).__name__}). Write the file again."
            ) from fault


def _as_text(values: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_timestamp(values.type):
        zone = "Z" if values.type.tz else ""
        return pc.binary_join_element_wise(pc.strftime(values, "%Y-%m-%d %H:%M:%S"), zone, "")
    return pc.cast(values, pa.string())


def rows(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give the rows of each Parquet file."""
    return [ParquetRows(file) for file in files if file.kind == "parquet"]
