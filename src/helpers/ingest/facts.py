"""What is known of an import: the file, and of each table it fed the rows, days, accounts, currencies and totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from helpers import tables
from helpers.sources.results import Reading
from helpers.sources.settings import Settings

APART = (
    "survey_id",
    "source",
    "network",
    "market",
)  # columns of a key by which tools and people divide their exports


@dataclass(frozen=True)
class Fed:
    """What one table in a file gave one tidy table."""

    table: str
    map: str
    name: str
    system: str
    is_verified: bool
    version: int
    vat: str
    encoding: str
    header_line: int
    rows_in: int
    rows_kept: int
    rows_left_out: int
    rows: int
    account: str
    currency: str
    measure: str
    control_stated: float | None
    control_found: float | None
    starts_on: date | None
    ends_on: date | None
    notes: str
    yields: bool
    parts: tuple[str, ...] = field(default=())
    beside: tuple[str, ...] = field(default=())
    apart: dict[str, list[str]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Import:
    """One file as it was read: its id, name and fingerprint, and what it fed."""

    id: str
    file: str
    sha256: str
    modified: float
    fed: tuple[Fed, ...]
    folder: Path = field(compare=False, default=Path())

    def paths(self, fed: Fed) -> list[Path]:
        """The Parquet parts of one table."""
        return [self.folder / name for name in fed.parts]


@dataclass
class Seen:
    """What the rows of a table say of themselves: how many, whose, in which currency, and for which days.

    `merged` rows were added up with, or are copies of, another one; `parts` are the names of their files.
    """

    rows: int = 0
    merged: int = 0
    parts: list[str] = field(default_factory=list)
    accounts: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    days: list[pd.Timestamp] = field(default_factory=list)
    apart: dict[str, set[str]] = field(default_factory=dict)

    def add(self, frame: pd.DataFrame, table: str) -> None:
        """Take note of some rows."""
        self.rows += len(frame)
        of_platform = "platform" in tables.contract(table).names  # elsewhere an account is a business
        for name, found in (("account_id", self.accounts), ("currency", self.currencies)):
            if name in frame and (of_platform or name == "currency"):
                found.update(map(str, frame[name].dropna().unique()))
        for name in () if of_platform else set(APART) & set(tables.contract(table).key):
            said = frame[name].unique() if name in frame else [None]
            self.apart.setdefault(name, set()).update("" if pd.isna(one) else str(one) for one in said)
        day = tables.contract(table).day
        for name in {day, "ends_on"} & set(frame.columns) if day else ():
            there = pd.to_datetime(frame[name], errors="coerce").dropna()
            self.days += [there.min(), there.max()] if len(there) else []

    @property
    def span(self) -> tuple[date | None, date | None]:
        """First and last day."""
        return (min(self.days).date(), max(self.days).date()) if self.days else (None, None)


def fed_by(read: Reading, written: Mapping[str, Seen], settings: Settings) -> list[Fed]:
    """Return what one table in a file fed, one for each tidy table of which rows were written."""
    made = []
    for table in read.tables:
        if table not in written:
            continue
        seen, known = written[table], tables.contract(table)
        account = _joined(seen.accounts) or read.account_id or settings.account_id
        measure = main_measure(table)
        control = next((one for one in read.controls if _speaks_of(one.head, measure, read, table)), None)
        span = seen.span if known.day else (read.starts_on, read.ends_on)
        notes = [*read.notes]
        if seen.merged:
            notes.append(
                f"{seen.merged:,} rows of {table} were added up with, or are copies of, another row of the same key"
            )
        notes += [f"{reason}: {n:,}" for reason, n in read.left.items()]
        notes += [
            f"control total: {one.head} {one.stated:,.2f} in line {one.line}, rows {one.found:,.2f}"
            for one in read.controls
            if not one.agrees
        ]
        made.append(
            Fed(
                table=table,
                map=read.map.id,
                name=read.map.name,
                system=read.map.system,
                is_verified=read.map.verified,
                version=read.map.version,
                vat=read.vat,
                encoding=read.encoding,
                header_line=read.header_line,
                rows_in=read.rows_in,
                rows_kept=read.rows_kept,
                rows_left_out=read.rows_in - read.rows_kept,
                rows=seen.rows,
                account=account,
                currency=_joined(seen.currencies) or read.currency,
                measure=measure,
                control_stated=control.stated if control else None,
                control_found=control.found if control else None,
                starts_on=_earliest(
                    span[0], read.declared and read.declared[0] if known.every_period else None
                ),
                ends_on=_latest(span[1], read.declared and read.declared[1] if known.every_period else None),
                notes="; ".join(notes),
                yields=any(one.yields for one in read.map.tables if one.table == table),
                parts=tuple(seen.parts),
                beside=tuple(sorted({one for o in read.map.tables if o.table == table for one in o.beside})),
                apart={name: sorted(said) for name, said in sorted(seen.apart.items()) if "" not in said},
            )
        )
    return made


def main_measure(table: str) -> str:
    """The column whose sum stands for a table: the one its contract names, else the first required number, money before counts; "rows" where it has none."""
    if named := tables.contract(table).measure:
        return named
    numbers = [
        c
        for c in tables.contract(table).columns
        if c.required and c.type in ("int", "decimal") and c.unit not in ("share", "score")
    ]
    money = [c.name for c in numbers if c.is_money]
    key = tables.contract(table).key
    return next(iter([*money, *(c.name for c in numbers if c.name not in key)]), "rows")


def _speaks_of(head: str, measure: str, read: Reading, table: str) -> bool:
    """Whether a total of the file is of the column that a table's measure is made of."""
    for output in read.map.tables:
        expression = output.columns.get(measure) if output.table == table else None
        if expression and any(head in read.heads_of.get(name, ()) for name in expression.columns):
            return True
    return False


def _joined(found: set[str]) -> str:
    return ", ".join(sorted(found)[:5]) + (" …" if len(found) > 5 else "")


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)
