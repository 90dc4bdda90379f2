"""The sample's raw exports, read by the maps, give the sample's tidy rows: the writers know the tools, the maps the contracts, and
neither knows the other."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers import company, ingest, tables
from helpers.ingest import files, importing
from helpers.sample import build, exports

PEOPLE = ("customer_id", "referred_by", "visitor_id", "session_id", "respondent_id")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A small world, its raw exports, and a company that has only these and the tables it keeps by hand."""
    folder = tmp_path_factory.mktemp("worlds")
    build.make(folder / "world", seed=7, scale=0.05, with_exports=True)
    mine = folder / "companies" / "brevane"
    shutil.copytree(folder / "world" / "raw", mine / "raw")
    toml = (folder / "world" / "company.toml").read_text(encoding="utf-8")
    (mine / "company.toml").write_text(toml + "\n" + exports.settings(folder / "world"), encoding="utf-8")
    for name, text in exports.hand_kept(folder / "world").items():
        (mine / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def truth(world):
    return exports.truth(world / "world")


@pytest.fixture
def brevane(world, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(world / "companies"))
    monkeypatch.setenv("CMO_HOME", str(world))
    return company.read("brevane")


def read(name: str, of) -> dict[str, pd.DataFrame]:
    """What the maps make of one file, by table."""
    taxonomy = files.taxonomy(of)
    made = importing.read_file(of.raw / name, of, shown=name, state="test", taxonomy=taxonomy)
    found: dict[str, list[pd.DataFrame]] = {}
    for fed in made.fed:
        found.setdefault(fed.table, []).extend(
            tables.as_pandas(pq.read_table(path)) for path in made.paths(fed)
        )
    return {table: pd.concat(frames, ignore_index=True) for table, frames in found.items()}


def comparable(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows in one order and with plain types, so that they can be held against each other."""
    made = {}
    for name in columns:
        values = frame[name]
        if values.map(lambda v: isinstance(v, bool | np.bool_) or pd.isna(v)).all():
            made[name] = values.map(lambda v: "" if pd.isna(v) else str(bool(v)))
        elif pd.api.types.is_numeric_dtype(values.dtype):
            made[name] = values.astype("float64").round(4)
        elif pd.api.types.is_datetime64_any_dtype(values.dtype):
            made[name] = values.astype("datetime64[us]")
        else:
            texts = values.astype("object").map(lambda v: "" if pd.isna(v) else str(v))
            made[name] = (
                texts.str.lower() if name == "network" else texts
            )  # TikTok and tiktok are one network
    rows = pd.DataFrame(made)
    return rows.sort_values(list(rows.columns), ignore_index=True, na_position="first")


def without_nothing(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows that count something: a tool may leave zeros out, and a reader may keep them."""
    measure = {"media_conversions": "conversions", "social_mentions": "mentions"}.get(table)
    return frame[frame[measure].fillna(0) != 0] if measure else frame


def as_told(mine: pd.DataFrame, right: pd.DataFrame, table: str) -> pd.DataFrame:
    """Visits as far as the writer tells them: it knows no channel groups of events, and no totals of a month beside days."""
    if table != "site_daily":
        return mine
    mine = mine if "ends_on" in right else mine[mine["ends_on"].isna()]
    key = [
        c for c in ("visited_on", "ends_on", "market", "channel", "device", "page", "currency") if c in right
    ]
    counts = [c for c in right if c not in key]
    numbers = mine.assign(**{c: mine[c].astype("float64") for c in counts})
    return numbers.groupby(key, dropna=False)[counts].sum(min_count=1).reset_index()


@pytest.mark.parametrize("name", exports.EXPORTS)
def test_a_file_of_the_sample_gives_its_tidy_rows(name, brevane, truth):
    got = read(name, brevane)
    wanted = truth[name]
    assert set(wanted) <= set(got), f"feeds {sorted(got)}"
    for table, right in wanted.items():
        right, mine = without_nothing(right, table), without_nothing(got[table], table)
        mine = as_told(mine, right, table)
        columns = [c for c in right.columns if c not in PEOPLE and right[c].notna().any() and c in mine]
        assert len(mine) == len(right), table
        for person in [c for c in PEOPLE if c in right]:
            assert mine[person].nunique() == right[person].nunique(), f"{table}: {person}"
        one, two = comparable(right, columns), comparable(mine, columns)
        for column in columns:
            if pd.api.types.is_float_dtype(one[column].dtype):
                np.testing.assert_allclose(two[column], one[column], atol=0.006, err_msg=f"{table}: {column}")
            else:
                assert two[column].tolist() == one[column].tolist(), f"{table}: {column}"


def test_all_files_are_read_in_one_go_and_the_totals_survive(brevane, truth):
    made = ingest.ingest("brevane")
    sums: dict[tuple[str, str], float] = {}
    for wanted in truth.values():
        for table, right in wanted.items():
            measure = importing.main_measure(table)
            if measure in right:
                sums[table, measure] = sums.get((table, measure), 0.0) + float(right[measure].sum())
    for (table, measure), total in sums.items():
        rows = tables.as_pandas(pq.read_table(brevane.tidy / table))
        if tables.contract(table).spans:  # a month stands beside its days
            rows = rows[rows["ends_on"].isna()]
        kept = rows[measure].sum()
        assert kept == pytest.approx(total, abs=0.01 * max(1, len(truth))), (table, measure)
    assert made.cuts == []


def test_no_address_of_the_raw_files_is_in_the_tidy_tables(brevane):
    ingest.ingest("brevane")
    for path in Path(brevane.tidy).rglob("*.parquet"):
        frame = pd.read_parquet(path)
        for column in frame.select_dtypes(include=["object", "string"]):
            assert not frame[column].astype("str").str.contains("@example.org", regex=False).any(), (
                path.parent.name,
                column,
            )


def test_every_file_is_checked_without_a_word_of_a_person(brevane):
    from helpers.ingest import probing

    for name in exports.EXPORTS:
        if files.raw_files(brevane):
            said = "\n".join(probing.lines(probing.probe(brevane.raw / name)))
            assert "@example.org" not in said
