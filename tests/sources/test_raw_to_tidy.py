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
from helpers.errors import DataError
from helpers.ingest import facts, files, importing
from helpers.sample import build, exports

PEOPLE = ("customer_id", "referred_by", "visitor_id", "respondent_id", "session_id")
NO_FIGURES = "warehouse/google_ads/account_history.csv"
AS_TEXT = ("choice", "level", "expected", "happened")
# A lift asks several questions of a study: the map adds which to the number of the study, and gives them one name each.
OURS = {"experiments": ("experiment_id", "metric")}
# What a reader may split finer than the truth tells: it is added up before the two are held against each other.
FINER = ("site_daily",)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A small world, its raw exports, and a company that has only these and the tables it keeps by hand."""
    folder = tmp_path_factory.mktemp("worlds")
    build.make(folder / "world", seed=7, scale=0.05, with_exports=True)
    mine = folder / "companies" / "brevane"
    shutil.copytree(folder / "world" / "raw", mine / "raw")
    (mine / "raw" / NO_FIGURES).unlink()
    toml = (folder / "world" / "company.toml").read_text(encoding="utf-8")
    said = exports.settings(folder / "world")
    said += '\n[[exports]]\nfiles = "warehouse/google_ads/campaign_history.csv"\nmarket = "ALL"\n'  # campaigns of all markets
    (mine / "company.toml").write_text(toml + "\n" + said, encoding="utf-8")
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
        elif pd.api.types.is_numeric_dtype(values.dtype) and name not in AS_TEXT:
            made[name] = values.astype("float64").round(4)
        elif pd.api.types.is_datetime64_any_dtype(values.dtype):
            made[name] = values.astype("datetime64[us]")
        else:
            texts = values.astype("object").map(lambda v: "" if pd.isna(v) else str(v))
            if name == "network":  # TikTok and tiktok are one network, and so are Twitter and X
                texts = texts.str.lower().replace("twitter", "x")
            made[name] = texts
    rows = pd.DataFrame(made)
    return rows.sort_values(list(rows.columns), ignore_index=True, na_position="first")


def coarser(frame: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Days added up over what the truth does not tell; rows of several days stand apart."""
    days = frame[frame["ends_on"].isna()] if "ends_on" in frame else frame
    sums = [
        c
        for c in columns
        if pd.api.types.is_numeric_dtype(days[c].dtype) and not pd.api.types.is_bool_dtype(days[c].dtype)
    ]
    keys = [c for c in columns if c not in sums]
    return days.groupby(keys, dropna=False, as_index=False)[sums].sum()


def without_nothing(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows that count something: a tool may leave zeros out, and a reader may keep them."""
    measure = {"media_conversions": "conversions", "social_mentions": "mentions"}.get(table)
    return frame[frame[measure].fillna(0) != 0] if measure else frame


def test_a_file_that_holds_no_figures_says_what_to_do_with_it(world, brevane):
    with pytest.raises(
        DataError, match="names the currency and the time zone of accounts and holds no figures"
    ):
        importing.read_file(
            world / "world" / "raw" / NO_FIGURES, brevane, shown="x.csv", state="test", taxonomy=None
        )


@pytest.mark.parametrize("name", [one for one in exports.EXPORTS if one != NO_FIGURES])
def test_a_file_of_the_sample_gives_its_tidy_rows(name, brevane, truth):
    got = read(name, brevane)
    wanted = truth[name]
    assert set(wanted) <= set(got), f"feeds {sorted(got)}"
    for table, right in wanted.items():
        right, mine = without_nothing(right, table), without_nothing(got[table], table)
        aside = (*PEOPLE, *OURS.get(table, ()))
        columns = [c for c in right.columns if c not in aside and right[c].notna().any() and c in mine]
        if table in FINER and len(mine) != len(right):
            mine = coarser(mine, columns)
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
            measure = facts.main_measure(table)
            # people reached never add up, nor do visits over breakdowns that stand beside each other (rollups.visits takes one)
            if measure in right and table not in ("media_reach", "site_daily"):
                sums[table, measure] = sums.get((table, measure), 0.0) + float(right[measure].sum())
    for (table, measure), total in sums.items():
        kept = tables.as_pandas(pq.read_table(brevane.tidy / table))[measure].sum()
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

    for path in files.raw_files(brevane):
        said = "\n".join(probing.lines(probing.probe(path)))
        assert "@example.org" not in said, path.name
