"""What came out of a file: rows kept and left out, its period, its totals beside the sums of its rows, and what is worth telling."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from helpers import tables
from helpers.errors import DataError
from helpers.sources import batches, cells
from helpers.sources.grids import Located
from helpers.sources.identities import IDENTITIES
from helpers.sources.mapping import Map
from helpers.sources.shaping import Shaper
from helpers.sources.walking import Walk
from helpers.sources.words import fold
from helpers.tables import Table

CENT = 0.01
CONTACT = re.compile(
    r"e-?mail|courriel|phone|telephone|\btel\b|mobile|portable|address|adresse|first name|last name|prenom|\bnom\b(?! d)|\bip\b|_ip$|latitude|longitude|birth|naissance|\bzip\b|postal|(billing|shipping) (name|street|company|city)|\bowner\b"
)


@dataclass(frozen=True)
class Control:
    """A total that the file states itself, beside the sum of the rows that were kept."""

    head: str
    line: int
    stated: float
    found: float

    @property
    def agrees(self) -> bool:
        """Whether both are the same to the cent."""
        return abs(self.stated - self.found) <= CENT


@dataclass
class Reading:
    """What came out of one table of a file."""

    map: Map
    shown: str
    encoding: str
    separator: str
    header_line: int
    rows_in: int = 0
    rows_kept: int = 0
    left: dict[str, int] = field(default_factory=dict)
    named: dict[str, list[int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    currency: str = ""
    vat: str = "unknown"
    account_id: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    declared: tuple[date, date] | None = None
    tables: dict[str, int] = field(default_factory=dict)
    heads_of: dict[str, tuple[str, ...]] = field(default_factory=dict)


def widen(reading: Reading, frame: pd.DataFrame, table: str) -> None:
    """Widen the period of a file by the days of its rows."""
    column = tables.contract(table).date
    if table == IDENTITIES or not column or column not in frame or frame[column].isna().all():
        return
    days = pd.to_datetime(frame[column], errors="coerce").dropna()
    if len(days):
        _widened(reading, days.min().date(), days.max().date())


def _widened(reading: Reading, first: date, last: date) -> None:
    reading.starts_on = min(filter(None, (reading.starts_on, first)))
    reading.ends_on = max(filter(None, (reading.ends_on, last)))


def of_several_days(frame: pd.DataFrame, contract: Table) -> int:
    """How many rows of a table cover more than a day."""
    if not contract.spans or "ends_on" not in frame:
        return 0
    return int((pd.to_datetime(frame["ends_on"]) > pd.to_datetime(frame[contract.date])).sum())


def completed(
    reading: Reading,
    found: Located,
    walk: Walk,
    shaper: Shaper,
    reader: cells.Reader,
    sums: dict[str, float],
    span: tuple | None,
) -> Reading:
    """Fill in what is known once the file has been gone through."""
    aside = batches.aside(found.rows)
    reading.rows_in = walk.n_rows + sum(walk.left.values()) + sum(aside.left.values())
    reading.rows_kept = walk.n_rows - sum(shaper.remarks.left.values())
    reading.left = {**aside.left, **walk.left, **shaper.remarks.left}
    reading.named = {**aside.named, **walk.named}
    reading.notes += aside.notes
    reading.currency, reading.vat = shaper.currency, shaper.evaluator.vat
    reading.unused, reading.declared = found.unused, span
    reading.heads_of = {name: (found.heads[place],) for name, place in found.where.items()}
    reading.contacts = [name for name in found.unused if CONTACT.search(fold(name))]
    for name, one in found.map.columns.items():
        if one.type == "email" and name in found.where:
            reading.contacts.append(found.heads[found.where[name]])
    reading.notes += [
        f"'{head}': {n:,} cells such as '< 10 %' are bounds, no numbers, and count as missing"
        for head, n in reader.bounds.items()
    ]
    reading.notes += [
        f"'{head}': {n:,} cells hold several values; the first is taken" for head, n in reader.more.items()
    ]
    reading.notes += shaper.remarks.told()
    if span:
        _widened(reading, *span)
    reading.controls = _controls(found, walk, reader, sums) + [Control(*total) for total in aside.totals]
    if walk.n_rows == 2000 and found.map.system == "salesforce":
        reading.notes.append(
            "exactly 2,000 rows: the Reports API of Salesforce returns no more, so this report may be cut"
        )
    return reading


def _controls(found: Located, walk: Walk, reader: cells.Reader, sums: dict[str, float]) -> list[Control]:
    """Hold the totals that the file states against the sums of the rows that were kept."""
    made = []
    for line, row in walk.totals:
        for name, total in sums.items():
            place = found.where[name]
            text = row[place] if place < len(row) else ""
            column = found.map.columns[name]
            try:
                stated = reader.read([text], np.array([line]), column, found.heads[place]).iloc[0]
            except DataError:  # a total row may hold words; it is no row
                continue
            if pd.notna(stated):
                made.append(Control(found.heads[place], line, float(stated), round(total, 6)))
    return made
