"""The ledger: what was read from which file, when, and what has taken its place. One row an import and table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pandas as pd

from helpers.company import Company
from helpers.errors import DataError
from helpers.ingest.facts import Import
from helpers.ingest.overlaps import Cut

FILE = "ledger.parquet"


def read(company: Company) -> pd.DataFrame:
    """Return the ledger of a company, empty where there is none, or one of a data set that came whole.

    Raises
    ------
    DataError : it cannot be read.
    """
    path = company.folder / FILE
    if not path.is_file():
        return pd.DataFrame()
    try:
        found = pd.read_parquet(path)
    except (OSError, ValueError) as fault:
        raise DataError(
            f"{company.name}/{FILE}: it cannot be read ({type(fault).__name__}). Restore it from a copy, or delete it: the next import makes it again."
        ) from fault
    return found if "import_id" in found else pd.DataFrame()


def write(rows: pd.DataFrame, company: Company) -> None:
    """Put the ledger in place of the old one, whole or not at all."""
    draft = company.folder / f".{FILE}.tmp"
    rows.to_parquet(draft, index=False)
    draft.replace(company.folder / FILE)


def accepted(before: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the pairs (earlier, later) of imports that an earlier import let stand."""
    if before.empty:
        return set()
    some = before[before["superseded_by"].notna()]
    return {(row.import_id, later) for row in some.itertuples() for later in row.superseded_by.split(", ")}


def in_order(imports: Sequence[Import], before: pd.DataFrame) -> list[Import]:
    """Return imports the earliest first: as the ledger knows them, new ones by their last day, age and name."""
    known = dict(zip(before["import_id"], before["imported_at"], strict=True)) if len(before) else {}
    never = datetime(9999, 1, 1)

    def place(one: Import) -> tuple:
        last = max((fed.ends_on for fed in one.fed if fed.ends_on), default=date.min)
        return (
            pd.Timestamp(known[one.id]).to_pydatetime() if one.id in known else never,
            last,
            one.modified,
            one.file,
        )

    return sorted(imports, key=place)


def gone(before: pd.DataFrame, imports: Sequence[Import]) -> list[str]:
    """Return a sentence for each file and table that counted before and is no longer in raw/, or is another file by now."""
    if before.empty:
        return []
    there = {one.id for one in imports}
    named, same = {one.file for one in imports}, {one.sha256 for one in imports}
    lost = before[before["is_current"] & ~before["import_id"].isin(there) & ~before["sha256"].isin(same)]
    return [
        f"{row.file} {'is another file by now' if row.file in named else 'is no longer in raw/'}: its rows of {row.table}"
        + (f", {row.starts_on:%Y-%m-%d} to {row.ends_on:%Y-%m-%d}" if pd.notna(row.starts_on) else "")
        + ", are not kept. Put the earlier file back beside the new one, under a name of its own, if they still count"
        for row in lost.itertuples()
    ]


def rows(
    imports: Sequence[Import],
    cuts: Sequence[Cut],
    left: Mapping[tuple[str, str], int],
    before: pd.DataFrame,
    *,
    now: datetime,
) -> pd.DataFrame:
    """Return the ledger of these imports, as the table `imports`; one that was known keeps the time it came in. `left` are the rows of each import and table that still count."""
    known = dict(zip(before["import_id"], before["imported_at"], strict=True)) if len(before) else {}
    by = {}
    for cut in cuts:
        by.setdefault((cut.earlier, cut.table), []).append(cut)
    made = []
    for number, one in enumerate(imports):
        # a second apart, so that the order of what came in together is kept
        at = pd.Timestamp(known.get(one.id, pd.Timestamp(now) + pd.Timedelta(microseconds=number)))
        for fed in _one_a_table(one):
            cut = by.get((one.id, fed.table), [])
            made.append(_row(one, fed, cut, at, left.get((one.id, fed.table), 0)))
    return pd.DataFrame(made)


def _one_a_table(one: Import) -> list:
    """The feeds of an import, one a table: of several exports in a file that feed the same table the first stands for them."""
    found: dict[str, object] = {}
    for fed in one.fed:
        found.setdefault(fed.table, fed)
    return list(found.values())


def _row(one: Import, fed, cuts: list[Cut], at: pd.Timestamp, n_left: int) -> dict:
    replaced = "; ".join(
        f"{cut.starts_on} to {cut.ends_on} replaced by {cut.later_file}: {cut.measure} {cut.before:,.2f} became {cut.after:,.2f}"
        for cut in cuts
    )
    return {
        "import_id": one.id,
        "imported_at": at,
        "imported_on": at.normalize(),
        "table": fed.table,
        "system": fed.system,
        "export": fed.map,
        "account_id": fed.account or None,
        "file": one.file,
        "sha256": one.sha256,
        "mapping_version": str(fed.version),
        "is_verified": fed.is_verified,
        "vat": fed.vat,
        "encoding": fed.encoding,
        "header_line": fed.header_line,
        "rows_in": fed.rows_in,
        "rows_kept": fed.rows,
        "rows_left_out": fed.rows_left_out,
        "measure": fed.measure,
        "control_stated": fed.control_stated,
        "control_found": fed.control_found,
        "starts_on": pd.Timestamp(fed.starts_on) if fed.starts_on else pd.NaT,
        "ends_on": pd.Timestamp(fed.ends_on) if fed.ends_on else pd.NaT,
        "currency": fed.currency if len(fed.currency) == 3 else None,
        "is_current": n_left > 0,
        "superseded_by": ", ".join(dict.fromkeys(cut.later for cut in cuts)) or None,
        "notes": "; ".join(filter(None, (fed.notes, replaced))) or None,
    }
