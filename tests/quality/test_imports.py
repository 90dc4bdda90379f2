"""Control totals, imports that were replaced, rows that were left out, files that came twice."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.quality import imports, ledger

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("made.py"))))


def of(*rows: dict) -> pd.DataFrame:
    return ledger.of_imports(pd.DataFrame(list(rows)))


def total(stated: float | None, found: float | None, import_id: str = "i1", **values) -> dict:
    return made.entry(
        import_id, "media_spend", measure="spend", control_stated=stated, control_found=found, **values
    )


@pytest.mark.parametrize(
    ("stated", "found", "agrees"),
    [
        (100.0, 100.0, True),
        (100.0, 100.01, True),
        (100.0, 99.99, True),
        (100.0, 100.02, False),
        (0.3, 0.1 + 0.2, True),
    ],
)
def test_a_total_agrees_to_the_cent(stated, found, agrees):
    assert imports.controls(of(total(stated, found)))["agrees"].tolist() == [agrees]


def test_a_difference_is_what_was_kept_less_what_is_stated():
    row = imports.controls(of(total(1500.0, 1480.0))).iloc[0]
    assert row["difference"] == -20.0 and row["share"] == pytest.approx(-20 / 1500)


def test_the_largest_difference_comes_first_and_a_stated_zero_has_no_share():
    found = imports.controls(of(total(0.0, 5.0, "a"), total(100.0, 90.0, "b"), total(7.0, 7.0, "c")))
    assert found["import_id"].tolist() == ["b", "a", "c"]
    assert pd.isna(found["share"].iloc[1])


def test_only_current_imports_that_state_a_total_are_held_against_it():
    gone = total(100.0, 1.0, "gone", is_current=False)
    assert imports.controls(of(gone, total(None, 5.0, "silent"), total(5.0, None, "unknown"))).empty


def test_a_replaced_import_shows_both_totals_and_what_moved():
    row = imports.replaced(
        of(total(None, 2950.0, "i0", is_current=False, superseded_by="i1"), total(None, 3000.0, "i1"))
    ).iloc[0]
    assert (row["old"], row["new"], row["difference"]) == (2950.0, 3000.0, 50.0)
    assert row["same_days"] and row["share"] == pytest.approx(50 / 2950)


def test_totals_of_different_days_are_not_compared():
    later = total(None, 3000.0, "i1", ends_on="2026-10-31")
    row = imports.replaced(of(total(None, 2950.0, "i0", superseded_by="i1"), later)).iloc[0]
    assert not row["same_days"] and pd.isna(row["difference"]) and row["new"] == 3000.0


def test_an_import_replaced_by_two_is_two_lines_and_an_unknown_later_one_has_no_total():
    found = imports.replaced(of(total(None, 10.0, "i0", superseded_by="i1, i9"), total(None, 6.0, "i1")))
    assert found["later"].tolist() == ["i1", "i9"]
    assert found["new"].isna().tolist() == [False, True]


def test_rows_that_are_neither_kept_nor_left_out_were_merged_or_meant_for_another_table():
    row = imports.rows_lost(
        of(made.entry("i1", "media_spend", rows_in=100, rows_kept=70, rows_left_out=10))
    ).iloc[0]
    assert row["rows_merged"] == 20


def test_more_rows_than_were_read_are_no_loss():
    assert imports.rows_lost(of(made.entry("i1", "media_conversions", rows_in=10, rows_kept=30))).empty


def test_a_note_alone_is_worth_a_line():
    found = imports.rows_lost(of(made.entry("i1", "orders", notes="3 dates were proved day first")))
    assert found["notes"].tolist() == ["3 dates were proved day first"]


def test_the_same_bytes_under_two_names_are_told():
    twice = [made.entry(name, "orders", sha256="a" * 64) for name in ("i1", "i2")]
    assert imports.came_twice(of(*twice))["n_files"].tolist() == [2]
    once = [made.entry("i1", table, sha256="a" * 64) for table in ("media_spend", "media_conversions")]
    assert imports.came_twice(of(*once)).empty
