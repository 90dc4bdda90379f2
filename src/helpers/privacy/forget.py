"""One person taken out of everything that was made of the exports, and kept out of what will be."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from helpers.company import Company
from helpers.errors import DataError, UsageError
from helpers.privacy import changes, cutting, identities, keys, suppression, traces, writing
from helpers.privacy.marking import Gone
from helpers.privacy.ties import PERSON

REASON = "asked to be forgotten"
RECORD = "forgotten.csv"
RECORD_COLUMNS = ["forgotten_on", "person", "rows", "files"]
SPACED = re.compile(r"([a-z][a-z0-9_]*):(.+)", re.DOTALL)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
OWN_SPACE = "customer"  # of the ids in tables that a company keeps itself
DRAWN = "truth.json"  # only a drawn company knows its truth; like a data set that comes whole it has ids as they are
LEFTOVERS = (".ingest", ".tidy-old")  # of a killed import; the next one makes them again


@dataclass(frozen=True)
class Forgotten:
    """What was taken out, and where the person may still stand.

    person : the short form of the pseudonym; never an address.
    rows, cells : by tidy table, rows taken out, and cells of other people's rows emptied [counts].
    n_cached : rows taken out of what the imports had kept [count].
    files, reports : raw files, and folders below reports/, that may still hold the person.
    n_listed : pseudonyms that are new on the suppression list [count].
    n_sharing : how many people share the id, so that none of them was forgotten with it [count]; 0 for a person's own id.
    """

    company: str
    person: str
    rows: dict[str, int] = field(default_factory=dict)
    cells: dict[str, int] = field(default_factory=dict)
    n_cached: int = 0
    files: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    n_listed: int = 0
    n_sharing: int = 0

    @property
    def is_known(self) -> bool:
        """Whether the person stood anywhere."""
        return bool(self.rows or self.cells or self.n_cached)


def forget(
    company: Company, person: str, *, on: date | None = None, reason: str = REASON, dry_run: bool = False
) -> Forgotten:
    """Take a person out of the tidy tables and of what the imports kept, and put all of the person's ids on the list.

    Parameters
    ----------
    person : an e-mail address; "<system>:<id>" as in "hubspot:1234"; "customer_id:<id>" for an id of a table that the company
        keeps itself, or that stands as it is in a data set that comes whole; or a pseudonym of 32 hexadecimal characters.
    on : the day that is recorded; left out, today (UTC).
    reason : recorded on the list; without anything that names the person.
    dry_run : say what would happen, and change nothing.

    Returns
    -------
    Forgotten; what it says is also added to `forgotten.csv`. A person who stands nowhere is put on the list all the same.

    Raises
    ------
    UsageError : `person` has none of these forms.
    DataError : there is no key to make the pseudonym with, a file cannot be read, or one could not be replaced. Then nothing
        has changed.
    LockedError : an import is running.
    """
    me, key = pseudonym_of(person, company)
    day = on or datetime.now(UTC).date()
    with changes.held(company, doing="forget the person"):
        listed = suppression.read(company)
        if key:
            suppression.check_key(listed, key, company)
        found = cutting.files(company)
        group, n_sharing = _group(me, found)
        cuts = cutting.search(found, Gone(group))
        longer = suppression.more(listed, group, on=day, reason=reason, key=key)
        made = _said(company, me, cuts, len(longer) - len(listed), n_sharing)
        if not dry_run:
            for name in LEFTOVERS:
                if company.tidy.is_dir():
                    shutil.rmtree(company.folder / name, ignore_errors=True)
            texts = {
                suppression.path_of(company): suppression.as_csv(longer),
                company.folder / RECORD: _record(company.folder / RECORD, made, day),
            }
            writing.apply(company, cuts, texts)
    return made


def pseudonym_of(person: str, company: Company) -> tuple[str, str]:
    """Return the id that a person is known by in the tables, with the fingerprint of the key that made it (empty: none did).

    Raises
    ------
    UsageError : the text is no address, no "<system>:<id>" and no pseudonym. It is not quoted.
    DataError : there is no key.
    """
    text = person.strip()
    if keys.PSEUDONYM.fullmatch(text):
        try:
            return text, keys.fingerprint(keys.key_of(company))
        except DataError:
            return text, ""
    spaced = SPACED.fullmatch(text)
    if not spaced and ADDRESS.fullmatch(text):
        spaced = SPACED.fullmatch(f"{keys.EMAIL}:{text}")
    if not spaced:
        raise UsageError(
            "PERSON is neither an e-mail address, nor <system>:<id> such as hubspot:1234, nor a pseudonym of 32 characters. "
            "Give one of these."
        )
    space, value = spaced[1], spaced[2].strip()
    if space == PERSON:
        if company.adapter is not None or (company.folder / DRAWN).is_file():
            if not suppression.ID.fullmatch(value):
                raise UsageError(
                    f"{PERSON}: the id holds an @, a comma or a blank; it is none that tables hold."
                )
            return value, ""
        space = OWN_SPACE
    key = keys.key_of(company)
    return keys.pseudonym(value, key=key, space=space), keys.fingerprint(key)


def _group(me: str, found: list[cutting.Found]) -> tuple[set[str], int]:
    """Every id of the person, and how many people share it where it is nobody's own."""
    frames = [
        pq.read_table(one.path, columns=[PERSON, "system", "system_id"]).to_pandas()
        for one in found
        if one.table == "identities"
    ]
    if not frames:
        return {me}, 0
    rows = pd.concat(frames, ignore_index=True).astype("str").drop_duplicates()
    joined = identities.joined(rows)
    group = joined.group(me)
    beside = set(rows.loc[rows["system_id"] == me, PERSON]) - group
    return group, len(joined.of(pd.Series(sorted(beside), dtype="str")).unique())


def _said(company: Company, me: str, cuts: list[cutting.Cut], n_listed: int, n_sharing: int) -> Forgotten:
    rows, cells = Counter(), Counter()
    for cut in cuts:
        if cut.found.is_tidy:
            rows[cut.found.table or cut.found.path.parent.name] += cut.n_rows
            cells[cut.found.table or cut.found.path.parent.name] += cut.n_cells
    tables, kept_in = set(rows), {cut.found.kept_in for cut in cuts if not cut.found.is_tidy}
    known_days = [cut.first_day for cut in cuts if cut.first_day is not None]
    return Forgotten(
        company=company.name,
        person=short(me),
        rows={name: n for name, n in sorted(rows.items()) if n},
        cells={name: n for name, n in sorted(cells.items()) if n},
        n_cached=sum(cut.n_rows for cut in cuts if not cut.found.is_tidy),
        files=tuple(traces.raw_files(company, tables=tables, kept_in=kept_in)),
        reports=tuple(traces.reports(company, tables=tables, since=min(known_days, default=None))),
        n_listed=n_listed,
        n_sharing=n_sharing,
    )


def short(me: str) -> str:
    """Return the first 8 characters of a pseudonym; of an id that is none, 8 that give nothing away."""
    return me[:8] if keys.PSEUDONYM.fullmatch(me) else hashlib.sha256(me.encode()).hexdigest()[:8]


def _record(path: Path, made: Forgotten, day: date) -> str:
    """The text of forgotten.csv with one line more."""
    before = path.read_text(encoding="utf-8-sig") if path.is_file() else ",".join(RECORD_COLUMNS) + "\n"
    line = io.StringIO()
    rows = "; ".join(f"{name} {n}" for name, n in made.rows.items())
    csv.writer(line, lineterminator="\n").writerow(
        [day.isoformat(), made.person, rows, "; ".join(made.files)]
    )
    return (before if before.endswith("\n") else before + "\n") + line.getvalue()
