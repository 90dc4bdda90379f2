"""Those who asked to be forgotten: the list `suppressed.csv`, and rows taken out of what is read again."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from helpers.company import Company
from helpers.errors import DataError
from helpers.privacy.identities import Joined
from helpers.privacy.marking import Gone, marks
from helpers.privacy.ties import ties

NAME = "suppressed.csv"
COLUMNS = ["pseudonym", "forgotten_on", "reason", "key"]
ID = re.compile(
    r"[^\s@,;\"]+"
)  # a pseudonym, or the customer_id of a company whose tables hold their own; never an address
FINGERPRINT = re.compile(r"([0-9a-f]{8})?")


class Without(NamedTuple):
    """What is left of a frame, how many rows went and how many cells of other people's rows were emptied."""

    frame: pd.DataFrame
    n_rows: int
    n_cells: int


def path_of(company: Company) -> Path:
    """Return where the company's list is."""
    return company.folder / NAME


def read(company: Company) -> pd.DataFrame:
    """Return the suppression list; an empty frame where nobody asked.

    Returns
    -------
    One row per pseudonym: pseudonym, forgotten_on [datetime64], reason, key [fingerprint of the key that made it; empty for
    an id that the tables held as it stands].

    Raises
    ------
    DataError : a column is missing or unknown, or a line holds something else than a pseudonym, a day and a reason, or
        repeats a pseudonym. Nobody may come back because a list was mended wrongly, so nothing is skipped.
    """
    path = path_of(company)
    where = f"{company.name}/{NAME}"
    if not path.is_file():
        return _frame([])
    try:
        lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error) as fault:
        raise DataError(f"{where}: not a CSV file in UTF-8. Save it as CSV with commas.") from fault
    if not lines or lines[0] != COLUMNS:
        raise DataError(
            f"{where}, line 1: the columns must be {','.join(COLUMNS)}, with commas. Mend the line."
        )
    rows, seen = [], set()
    for number, cells in enumerate(lines[1:], start=2):
        if not cells:
            continue
        wrong = _fault(cells, seen)
        if wrong:
            raise DataError(f"{where}, line {number}: {wrong}")
        seen.add(cells[0])
        rows.append(cells)
    return _frame(rows)


def check_key(listed: pd.DataFrame, key: str, company: Company) -> None:
    """Refuse to go on with another key than the list was made with: those on it would come back under new pseudonyms.

    `key` is a fingerprint, as `keys.fingerprint`.

    Raises
    ------
    DataError : a pseudonym of the list was made with another key.
    """
    others = int((listed["key"].notna() & (listed["key"] != key)).sum())
    if others:
        raise DataError(
            f"{company.name}/{NAME}: {others:,} of {len(listed):,} pseudonyms were made with another key than the one that is "
            "set, so those people would come back. Set the key that made them."
        )


def more(
    listed: pd.DataFrame, people: Iterable[str], *, on: date, reason: str, key: str = ""
) -> pd.DataFrame:
    """Return the list with more people on it; one who is on it already keeps the day of then."""
    new = sorted(set(people) - set(listed["pseudonym"]))
    return pd.concat([listed, _frame([[one, on.isoformat(), reason, key] for one in new])], ignore_index=True)


def as_csv(listed: pd.DataFrame) -> str:
    """Write the list as the text of its file."""
    days = listed["forgotten_on"].dt.strftime("%Y-%m-%d")
    return listed.assign(forgotten_on=days)[COLUMNS].to_csv(index=False, lineterminator="\n")


def add(company: Company, people: Iterable[str], *, on: date, reason: str, key: str = "") -> int:
    """Put people on the company's list, in one step; return how many were not on it."""
    listed = read(company)
    longer = more(listed, people, on=on, reason=reason, key=key)
    draft = path_of(company).with_name(f".{NAME}.{os.getpid()}.tmp")
    try:
        draft.write_text(as_csv(longer), encoding="utf-8")
        draft.replace(path_of(company))
    finally:
        draft.unlink(missing_ok=True)
    return len(longer) - len(listed)


def widened(people: Iterable[str], joined: Joined) -> set[str]:
    """Return people with every pseudonym of their groups: a new id of someone forgotten is forgotten too."""
    listed = set(people)
    groups = set(joined.canonical[joined.canonical.index.isin(listed)])
    return listed | groups | set(joined.canonical.index[joined.canonical.isin(groups)])


def without(frame: pd.DataFrame, table: str, gone: Gone) -> Without:
    """Take the rows of people who are gone out of a frame, and what hangs on them.

    Parameters
    ----------
    frame : rows of a table, of any index.
    table : its name.
    gone : `Gone(people)` for the first table, then the same again: it learns which orders went, so that their lines go
        too. Give the tables in the order of `ties.in_order`.

    Returns
    -------
    Without. A row that is about somebody else stays, and loses only the cell that leads to one who is gone.

    Raises
    ------
    UsageError : there is no such table.
    """
    known = ties(table)
    there = [name for name in known.columns if name in frame.columns]
    if not known.leads_to_people or not there or frame.empty:
        return Without(frame, 0, 0)
    rows = pa.table({name: _array(frame[name]) for name in there})
    before = -1
    while before != gone.size(
        known.aliases
    ):  # the visitor of a later row may be the nobody of an earlier one
        before = gone.size(known.aliases)
        found = marks(rows, known, gone)
    kept = frame[~found.out]
    for name, cells in found.emptied.items():
        kept = kept.assign(**{name: kept[name].mask(cells[~found.out])})
    return Without(kept, int(found.out.sum()), found.n_emptied)


def _array(values: pd.Series) -> pa.Array:
    return pa.array(values.astype("str").to_numpy(dtype=object), pa.string(), from_pandas=True)


def _fault(cells: list[str], seen: set[str]) -> str:
    """Say what is wrong with a line, without quoting a person's id; an empty text where nothing is."""
    if len(cells) != len(COLUMNS):
        return f"{len(cells)} cells where {len(COLUMNS)} belong. Write {','.join(COLUMNS)}."
    person, day, reason, key = cells
    if not ID.fullmatch(person):
        return "the first cell is no pseudonym. Use `cmo forget`, which writes it; an address must never stand here."
    if person in seen:
        return "the pseudonym stands on an earlier line too. Keep one of them."
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or pd.isna(pd.to_datetime(day, errors="coerce")):
        return f'"{day}" is not a day. Write it as 2026-09-30.'
    if not reason.strip():
        return "the reason is empty. Write one."
    if not FINGERPRINT.fullmatch(key):
        return "the last cell is no fingerprint of a key. Leave it as `cmo forget` wrote it."
    return ""


def _frame(rows: list[list[str]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=COLUMNS, dtype="str")
    days = pd.to_datetime(made["forgotten_on"], format="%Y-%m-%d").astype("datetime64[us]")
    return made.assign(forgotten_on=days, key=made["key"].mask(made["key"] == "", np.nan))
