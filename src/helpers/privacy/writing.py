"""Files written again without the rows that go, and all of them put in place together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.company import Company
from helpers.errors import DataError
from helpers.privacy import changes
from helpers.privacy.cutting import Cut


def apply(company: Company, cuts: Iterable[Cut], texts: dict[Path, str] | None = None) -> None:
    """Write files without what goes, and small texts, and put all of them in place together.

    A tidy file of which nothing is left is removed: a table without rows is a table that is not there.

    Raises
    ------
    DataError : a file could not be written or replaced; nothing has changed.
    """
    drafts: dict[Path, Path | None] = {}
    try:
        for cut in cuts:
            path = cut.found.path
            drafts[path] = changes.draft_of(path)
            if not write(cut, drafts[path]) and cut.found.is_tidy:
                drafts[path].unlink()
                drafts[path] = None
        for path, text in (texts or {}).items():
            drafts[path] = changes.draft_of(path)
            drafts[path].write_text(text, encoding="utf-8")
    except BaseException as fault:
        for draft in drafts.values():
            if draft is not None:
                draft.unlink(missing_ok=True)
        if not isinstance(fault, (OSError, pa.ArrowException)):
            raise
        raise DataError(
            f"{company.name}: a table could not be written again ({type(fault).__name__}); nothing has changed. See that the "
            "disk has room, and try again."
        ) from fault
    changes.replace_all(company.folder, drafts)


def write(cut: Cut, draft: Path) -> int:
    """Write a file without what goes to `draft`, its rows otherwise as they are; return how many rows are left."""
    with pq.ParquetFile(cut.found.path) as file:
        packed = file.metadata.row_group(0).column(0).compression if file.num_row_groups else "SNAPPY"
        with pq.ParquetWriter(
            draft, file.schema_arrow, compression=packed.replace("UNCOMPRESSED", "NONE")
        ) as made:
            start = 0
            for number in range(file.num_row_groups):
                rows = file.read_row_group(number)
                here = slice(start, start + len(rows))
                start += len(rows)
                for name, cells in cut.emptied.items():
                    # A place without a number gives a cell without a value, whatever the column's type.
                    at = pa.array(np.arange(len(rows)), mask=cells[here])
                    place = rows.schema.get_field_index(name)
                    rows = rows.set_column(place, rows.schema.field(place), rows[name].take(at))
                rows = rows.filter(pa.array(~cut.out[here]))
                if len(rows):
                    made.write_table(rows)
    return len(cut.out) - cut.n_rows
