"""One file to checked Parquet parts, kept in .imports/ so that the next import reads only what is new."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import tables
from helpers.company import Company
from helpers.errors import DataError
from helpers.ingest import files
from helpers.sources import layouts, opening, reading
from helpers.sources.mapping import Map
from helpers.sources.reading import Reading
from helpers.sources.settings import Settings
from helpers.sources.shaping import VERSION
from helpers.tables import Table

PART = 250_000  # rows of a part
FACTS = "import.json"
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
    said_account: str
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


def read_file(
    path: Path, company: Company, *, shown: str, state: str, taxonomy: pd.DataFrame | None
) -> Import:
    """Return what a file gives, from .imports/ where it was read before under the same settings.

    Raises
    ------
    DataError : the file is refused.
    """
    digest = opening.sha256(path)
    beside = "".join(opening.sha256(one) for one in layouts.companions(path))
    mark = hashlib.sha256(f"{digest}\0{shown}\0{state}{beside}".encode()).hexdigest()[:16]
    folder = company.folder / ".imports" / mark
    if (known := _known(folder)) is not None:
        return known
    draft = folder.with_name(f".{mark}.making")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        settings = files.settings_for(path, company, taxonomy=taxonomy)
        parts = _Parts(draft, company, shown, settings)
        made = reading.read(
            path, files.maps_for(path, company), settings, parts.put, shown=shown, begin=parts.begin
        )
        parts.close()
        fed = tuple(one for number, read in enumerate(made) for one in _fed(read, parts, number, settings))
        found = Import(import_id(digest, shown), shown, digest, path.stat().st_mtime, fed, folder)
        (draft / FACTS).write_text(json.dumps(asdict(found), default=str), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        draft.replace(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return found


def import_id(digest: str, shown: str) -> str:
    """Return the number of an import: the same for the same file under the same name, whatever the maps say of it."""
    return hashlib.sha256(f"{digest}\0{shown}".encode()).hexdigest()[:12]


def _known(folder: Path) -> Import | None:
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        fed = []
        for one in facts.pop("fed"):
            days = {
                key: date.fromisoformat(one[key]) if one[key] else None for key in ("starts_on", "ends_on")
            }
            fed.append(Fed(**{**one, **days, "parts": tuple(one["parts"])}))
        return Import(**{**facts, "fed": tuple(fed), "folder": folder})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def filled(frame: pd.DataFrame, lines: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Add a row of nothing for each day that a campaign has none between its first and its last.

    LinkedIn leaves out days on which nothing happened; without them a gap cannot be told from a day that was not exported.
    """
    of = [
        name
        for name in ("platform", "account_id", "campaign_id", "campaign", "market", "currency")
        if name in frame
    ]
    made = []
    for _, rows in frame.groupby(of, dropna=False, sort=False):
        days = pd.date_range(rows["spent_on"].min(), rows["spent_on"].max(), unit="us").difference(
            rows["spent_on"]
        )
        zero = dict.fromkeys(("spend", "impressions", "clicks"), 0.0)
        made.append(
            pd.DataFrame({"spent_on": days}).assign(
                **rows.iloc[0][of].to_dict(), **{n: v for n, v in zero.items() if n in frame}
            )
        )
    more = pd.concat([one for one in made if len(one)] or [frame.head(0)], ignore_index=True)
    return pd.concat([frame, more], ignore_index=True), np.concatenate(
        [lines, np.zeros(len(more), dtype=int)]
    )


@dataclass
class _Seen:
    """What the rows of a table say of themselves: how many, whose, in which currency, and for which days."""

    rows: int = 0
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


class _Parts:
    """Gathers tidy rows of one file and writes them to checked parts, so that a file may be larger than memory."""

    def __init__(self, folder: Path, company: Company, shown: str, settings: Settings) -> None:
        self.folder, self.company, self.shown, self.settings = folder, company, shown, settings
        self.number = 0
        self.chosen: Map
        self.waiting: dict[tuple[int, str], list[tuple[pd.DataFrame, np.ndarray]]] = {}
        self.written: dict[tuple[int, str], list[str]] = {}
        self.merged: dict[tuple[int, str], int] = {}
        self.seen: dict[tuple[int, str], _Seen] = {}

    def begin(self, number: int, chosen: Map) -> None:
        """Say which table of the file the next rows come from."""
        self.close()
        self.number, self.chosen = number, chosen

    def put(self, table: str, frame: pd.DataFrame, lines: np.ndarray) -> None:
        """Take rows; write a part when there are enough."""
        key = (self.number, table)
        waiting = self.waiting.setdefault(key, [])
        waiting.append((frame, lines))
        if sum(len(one) for one, _ in waiting) >= PART and not self._fills(table):
            self._flush(key)

    def _fills(self, table: str) -> bool:
        """Whether days that a tool leaves out are to be filled, for which all rows are needed."""
        return self.settings.fill_gaps and table == "media_spend"

    def close(self) -> None:
        """Write what is left."""
        for key in list(self.waiting):
            self._flush(key)

    def _flush(self, key: tuple[int, str]) -> None:
        frames = self.waiting.pop(key, [])
        if not frames:
            return
        table, rows = key[1], sum(len(one) for one, _ in frames)
        frame, lines = (
            pd.concat([one for one, _ in frames], ignore_index=True),
            np.concatenate([at for _, at in frames]),
        )
        outputs = [one for one in self.chosen.tables if one.table == table]
        if table == "identities" or any(one.once or one.latest for one in outputs):
            frame, lines = first_of_each(frame, lines, table)
        elif any(one.add_up for one in outputs):
            _refuse_mixed(frame, table, self.shown)
            frame, lines = added_up(frame, lines, table)
        self.merged[key] = self.merged.get(key, 0) + rows - len(frame)
        if self._fills(table):
            frame, lines = filled(frame, lines)
        self.seen.setdefault(key, _Seen()).add(frame, table)
        names = self.written.setdefault(key, [])
        name = f"{key[0]}-{table}-{len(names)}.parquet"
        tables.write_file(frame, table, self.company, self.folder / name, lines=lines, file=self.shown)
        names.append(name)


def first_of_each(frame: pd.DataFrame, lines: np.ndarray, table: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Keep the first row of each key, of versions the latest one; with the earliest day that a row of its list knows."""
    if VERSION in frame:
        order = frame[VERSION].reset_index(drop=True).sort_values(ascending=False, kind="stable").index
        frame, lines = frame.iloc[order].reset_index(drop=True), lines[order]
    frame = with_first_day(frame, tables.contract(table))
    again = frame.duplicated([name for name in tables.contract(table).key if name in frame]).to_numpy()
    return frame[~again].reset_index(drop=True), lines[~again]


def _refuse_mixed(frame: pd.DataFrame, table: str, shown: str) -> None:
    """Refuse rows of one key in two currencies: their amounts do not add up."""
    key = [name for name in tables.contract(table).key if name in frame]
    if "currency" not in frame or frame["currency"].nunique() < 2:
        return
    kinds = frame.groupby(key, sort=False, dropna=False)["currency"].transform("nunique")
    if (kinds > 1).any():
        found = ", ".join(sorted(frame.loc[kinds > 1, "currency"].dropna().unique())[:3])
        raise DataError(
            f"{shown}: rows of {table} for the same {' + '.join(key)} are in several currencies ({found}), which do not add up. Export one account at a time, or with the numbers of account and campaign."
        )


def with_first_day(frame: pd.DataFrame, contract: Table) -> pd.DataFrame:
    """Give the rows of a list that share a key the earliest of their days: a customer is known since the first of the orders."""
    if not contract.snapshot or contract.date not in frame:
        return frame
    key = [frame[name] for name in contract.key if name in frame]
    days = pd.to_datetime(frame[contract.date]).groupby(key, dropna=False).transform("min")
    return frame.assign(**{contract.date: days})


def added_up(frame: pd.DataFrame, lines: np.ndarray, table: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Add rows of the same key up: their measures are summed, of the rest the first is kept."""
    contract = tables.contract(table)
    key = [name for name in contract.key if name in frame]
    if not frame.duplicated(key).any():
        return frame, lines
    sums = [
        c.name
        for c in contract.columns
        if c.type in ("int", "decimal") and c.unit != "share" and c.name in frame and c.name not in key
    ]
    groups = frame.groupby(key, sort=False, dropna=False)
    made = groups[[name for name in frame if name not in key and name not in sums]].first()
    made[sums] = (
        frame.assign(**{name: frame[name].astype("float64") for name in sums})
        .groupby(key, sort=False, dropna=False)[sums]
        .sum(min_count=1)
    )
    first = pd.Series(lines).groupby(groups.ngroup().to_numpy()).first().to_numpy()
    return made.reset_index()[list(frame.columns)], first


def _fed(read: Reading, parts: _Parts, number: int, settings: Settings) -> list[Fed]:
    """What one table in a file fed, a row for each tidy table."""
    made = []
    for table in read.tables:
        names = tuple(parts.written.get((number, table), []))
        if not names:
            continue
        seen, known = parts.seen[number, table], tables.contract(table)
        account = _joined(seen.accounts) or read.account_id or settings.account_id
        measure = main_measure(table)
        control = next((one for one in read.controls if _speaks_of(one.head, measure, read, table)), None)
        span = seen.span if known.day else (read.starts_on, read.ends_on)
        notes = [*read.notes]
        if n := parts.merged.get((number, table)):
            notes.append(
                f"{n:,} rows of {table} were added up with, or are copies of, another row of the same key"
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
                said_account=settings.account_id,
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
                parts=names,
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
