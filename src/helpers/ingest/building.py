"""The parts of all imports to tidy tables: cut, joined over systems, without those who asked to be forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyarrow.parquet as pq

from helpers import tables
from helpers.company import Company
from helpers.errors import DataError
from helpers.ingest.facts import Fed, Import
from helpers.ingest.merging import with_first_day
from helpers.ingest.overlaps import Cut, Days, entity_of, resolve, two_tools
from helpers.privacy import identities
from helpers.tables import Table

AT_ONCE = 500_000  # rows of a table that are put together in memory; a larger one goes through part by part
PEOPLE = ("customer_id", "referred_by")


@dataclass
class Built:
    """What was made: rows a table, the cuts, the rows left of each import and table, and what was noted on the way."""

    rows: dict[str, int] = field(default_factory=dict)
    cuts: list[Cut] = field(default_factory=list)
    left: dict[tuple[str, str], int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def build(
    imports: Sequence[Import],
    into: Company,
    *,
    company: Company,
    replace: bool,
    accepted: set[tuple[str, str]],
) -> Built:
    """Write every tidy table of `imports`, the earliest first, to the tidy folder of `into`.

    Raises
    ------
    DataError : overlaps that cannot be resolved, a key that stands in two files, a table that breaks its contract.
    """
    made = Built()
    feeds = _by_table(imports)
    for table, fed in feeds.items():
        if len(fed) > 1 and tables.contract(table).every_period and tables.contract(table).day:
            given = [_days(*one) for one in fed]
            made.cuts += resolve(given, replace=replace, accepted=accepted)
            made.notes += two_tools(given)
    people = _people(feeds, made)
    for table in sorted(
        feeds,
        key=lambda name: (
            tables.contract(name).dated_by is not None,
            name not in ("consents", "orders"),
            name,
        ),
    ):
        _write(table, feeds[table], into, company, made, people)
    return made


def _by_table(imports: Sequence[Import]) -> dict[str, list[tuple[Import, Fed]]]:
    found: dict[str, list[tuple[Import, Fed]]] = {}
    for one in imports:
        for fed in one.fed:
            found.setdefault(fed.table, []).append((one, fed))
    return found


def _days(by: Import, fed: Fed) -> Days:
    """What the overlaps of one import and table are judged by, summed up where it is large."""
    contract = tables.contract(fed.table)
    entity = entity_of(fed.table)
    whose = "platform" if "platform" in contract.names else "" if entity else "market"
    names = [name for name in (contract.day, "ends_on", entity, whose, fed.measure) if name in contract.names]
    sums = []
    for path in by.paths(fed):
        frame = tables.as_pandas(pq.read_table(path, columns=list(dict.fromkeys(names))))
        rows = pd.DataFrame({"day": frame[contract.day]})
        rows["ends_on"] = (
            frame["ends_on"].fillna(rows["day"])
            if "ends_on" in frame and contract.day != "ends_on"
            else rows["day"]
        )
        rows["entity"] = frame.get(entity)
        rows["whose"] = frame.get(whose)
        rows["amount"] = frame[fed.measure].astype("float64") if fed.measure in frame else 1.0
        key = ["day", "ends_on", "entity", "whose"]
        sums.append(rows.groupby(key, dropna=False, as_index=False, observed=True)["amount"].sum())
    return Days(by, fed, pd.concat(sums, ignore_index=True))


def _people(feeds: dict[str, list[tuple[Import, Fed]]], made: Built) -> identities.Joined | None:
    """Join the ids of people that stood in one row anywhere; None where no file has two."""
    found = [
        tables.as_pandas(pq.read_table(path, columns=["customer_id", "system", "system_id"]))
        for one, fed in feeds.get("identities", [])
        for path in one.paths(fed)
    ]
    if not found:
        return None
    joined = identities.joined(pd.concat(found, ignore_index=True))
    for row in joined.not_joined.itertuples():
        made.notes.append(
            f"identities: an id that {row.n_ids:,} ids of {row.system} share joins nobody ({row.reason})"
        )
    return joined


def _write(
    table: str,
    feeds: list[tuple[Import, Fed]],
    into: Company,
    company: Company,
    made: Built,
    people: identities.Joined | None,
) -> None:
    contract = tables.contract(table)
    if _is_ready(table, feeds, made, people):
        paths = [path for one, fed in feeds for path in one.paths(fed)]
        tables.adopt(paths, table, into)
        made.rows[table] = sum(fed.rows for _, fed in feeds)
        made.left |= {(one.id, table): fed.rows for one, fed in feeds}
    elif sum(fed.rows for _, fed in feeds) > AT_ONCE:
        n = 0
        for one, fed in feeds:
            for path in one.paths(fed):
                frame = _prepared(_cut_frame(path, one, fed, made.cuts), people)
                if len(frame):
                    tables.write(frame, table, into, part=n)
                    made.rows[table] = made.rows.get(table, 0) + len(frame)
                    made.left[one.id, table] = made.left.get((one.id, table), 0) + len(frame)
                    n += 1
        if n:
            tables.check_keys(table, into)
    else:
        frames = []
        for number, (one, fed) in enumerate(feeds):
            for path in one.paths(fed):
                frame = _cut_frame(path, one, fed, made.cuts)
                made.left[one.id, table] = made.left.get((one.id, table), 0) + len(frame)
                frames.append(frame.assign(_import=number, _map=fed.map, _file=one.file))
        whole = _one_a_key(_prepared(pd.concat(frames, ignore_index=True), people), contract)
        if len(whole):
            tables.write(whole.drop(columns=["_import", "_map", "_file"]), table, into)
            made.rows[table] = len(whole)


def _is_ready(
    table: str, feeds: list[tuple[Import, Fed]], made: Built, people: identities.Joined | None
) -> bool:
    """Whether the parts of a table can be taken as they are: of one import, nothing cut, and nobody to be joined."""
    has_people = any(name in tables.contract(table).names for name in PEOPLE)
    return (
        len(feeds) == 1
        and not any(cut.table == table for cut in made.cuts)
        and not (people is not None and has_people)
    )


def _cut_frame(path, by: Import, fed: Fed, cuts: Iterable[Cut]) -> pd.DataFrame:
    """Rows of a part without the days that later imports replaced; another table of the same file keeps its own."""
    frame = tables.as_pandas(pq.read_table(path))
    day = tables.contract(fed.table).day
    mine = [cut for cut in cuts if (cut.table, cut.map, cut.earlier) == (fed.table, fed.map, by.id)]
    dropped = {one for cut in mine for one in cut.days}
    return frame[~frame[day].isin(dropped)] if dropped and day else frame


def _prepared(frame: pd.DataFrame, people: identities.Joined | None) -> pd.DataFrame:
    """Rows with one id a person, without those who asked to be forgotten, what they did not agree to, and what is too old to keep."""
    if people is not None:
        there = {name: people.of(frame[name]) for name in PEOPLE if name in frame}
        frame = frame.assign(**there)
    return frame


def _one_a_key(frame: pd.DataFrame, contract: Table) -> pd.DataFrame:
    """Keep one row a key where several exports speak of the same thing.

    Of a list (customers, campaigns, consents …) the later export of a kind wins row by row, and what another system knows
    fills its gaps. Figures of a day are never mixed: a key of theirs in two files is refused with both names.
    """
    key = list(contract.key)
    again = frame.duplicated(key, keep=False)
    if not again.any():
        return frame
    if (
        contract.every_period
        and (several := frame[again].groupby(key, dropna=False)["_file"].nunique()).gt(1).any()
    ):
        two = sorted(frame.loc[again, "_file"].unique())[:2]
        raise DataError(
            f"{contract.name}: {int(several.gt(1).sum()):,} keys stand in {two[0]} and again in {two[1]}. {contract.grain} Keep one of the files, or say which account each is of (account_id under [[exports]] in company.toml)."
        )
    frame = with_first_day(frame, contract)
    last = frame.sort_values("_import", kind="stable").drop_duplicates([*key, "_map"], keep="last")
    if not last.duplicated(key).any():
        return last.reset_index(drop=True)
    return last.groupby(key, dropna=False, sort=False).last().reset_index()
