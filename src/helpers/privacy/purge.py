"""Rows older than they may be kept, taken out of the tidy tables and of what the imports kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from helpers import tables
from helpers.company import Company
from helpers.errors import UsageError
from helpers.privacy import changes, cutting, retention, traces, writing
from helpers.privacy.marking import Gone
from helpers.privacy.ties import PERSON, sole_key
from helpers.tables import contract


@dataclass(frozen=True)
class Purged:
    """What went for its age.

    last_day : the day that the months were counted back from.
    rows, cells : by tidy table, rows taken out, and cells of other rows that led to them and were emptied [counts].
    n_cached : rows taken out of what the imports had kept [count].
    files : raw files with days older than is kept, of tables counted from the day of the row.
    """

    company: str
    last_day: date
    rows: dict[str, int] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)
    n_cached: int = 0
    files: tuple[str, ...] = ()


def purge(company: Company, *, on: date | None = None, dry_run: bool = False) -> Purged:
    """Take out of each table what is older than it may be kept, and what hangs on it.

    Parameters
    ----------
    on : the day to count back from; left out, the last day of the company's data.
    dry_run : say what would go, and change nothing.

    Returns
    -------
    Purged, with the counts by table.

    Raises
    ------
    UsageError : `on` is a day in the future.
    DataError : `[retention_months]` is wrong, the company has no tables, or a file could not be read or replaced. Then
        nothing has changed.
    LockedError : an import is running.
    """
    if on and on > datetime.now(UTC).date():
        raise UsageError(
            f"{on} is a day in the future, and rows that may still be kept would go. Give an earlier day."
        )
    with changes.held(company, doing="purge"):
        keep = retention.months(company)
        last_day = on or tables.data_until(company)
        cuts = too_old(company, cutting.files(company), last_day)
        if not dry_run:
            writing.apply(company, cuts)
    rows, cells = Counter(), Counter()
    for cut in cuts:
        if cut.found.is_tidy:
            rows[cut.found.table] += cut.n_rows
            cells[cut.found.table] += cut.n_cells
    by_day = {name: one for name, one in keep.items() if one.counted_from == retention.OWN_DAY}
    since = {name: one.since(last_day).date() for name, one in by_day.items()}
    return Purged(
        company=company.name,
        last_day=last_day,
        rows={name: n for name, n in sorted(rows.items()) if n},
        cells={name: n for name, n in sorted(cells.items()) if n},
        n_cached=sum(cut.n_rows for cut in cuts if not cut.found.is_tidy),
        files=tuple(traces.older_files(company, since)),
    )


def too_old(company: Company, found: list[cutting.Found], last_day: date) -> list[cutting.Cut]:
    """Find what is older than it may be kept, counted back from a day, and what hangs on it.

    Raises
    ------
    DataError : `[retention_months]` is wrong, or a file cannot be read.
    """
    known = [one for one in found if one.table]
    keep = retention.months(company)
    return cutting.search(known, Gone(), why=_old(company, known, keep, last_day))


def _old(
    company: Company, found: list[cutting.Found], keep: dict[str, retention.Keeping], last_day: date
) -> dict[str, cutting.Reason]:
    """By table, why a row is too old."""
    there = {one.table for one in found} & set(keep)
    contacts = None
    if any(keep[name].counted_from == retention.LAST_CONTACT for name in there):
        contacts = retention.last_contacts(company, _aliases(found))

    def why(name: str) -> cutting.Reason:
        parent = _parent(company, name)

        def old(frame: pd.DataFrame) -> np.ndarray:
            if PERSON in frame:
                frame = frame.assign(**{PERSON: frame[PERSON].astype("str").str.strip()})
            return retention.is_old(frame, keep[name], last_day, last_contact=contacts, parent=parent)

        return cutting.Reason(retention.columns(keep[name]), old)

    return {name: why(name) for name in sorted(there)}


def _aliases(found: list[cutting.Found]) -> pd.Series:
    """By id, the customer_id of the tidy tables that it stands for: what the imports kept goes by the ids of its file."""
    frames = [
        pq.read_table(one.path, columns=[PERSON, "system_id"]).to_pandas().astype("str")
        for one in found
        if one.table == "identities" and one.is_tidy
    ]
    if not frames:
        return pd.Series(dtype="str")
    return pd.concat(frames).drop_duplicates("system_id").set_index("system_id")[PERSON]


def _parent(company: Company, name: str) -> pd.DataFrame | None:
    """Key and day of the rows that date those of a table."""
    known = contract(name)
    if not known.dated_by:
        return None
    dated = contract(known.dated_by)
    columns = [sole_key(dated), dated.date]
    paths = sorted((company.tidy / dated.name).glob("*.parquet"))
    frames = [pq.read_table(path, columns=columns).to_pandas(date_as_object=False) for path in paths]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
