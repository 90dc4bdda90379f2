"""The ledger is read in each of its shapes; what it does not say is filled in one stated way, or stays empty."""

import runpy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.company import Company
from helpers.errors import DataError
from helpers.quality import ledger
from helpers.tables import contract

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("made.py"))))
ACME = Company("acme", Path(), "Acme", "EUR", ("FR",), "Europe/Paris", adapter="cdnow")


def firm(folder: Path) -> Company:
    return replace(ACME, folder=folder)


def test_a_company_without_a_ledger_has_no_rows_and_the_columns_of_imports(tmp_path):
    found = ledger.read(firm(tmp_path))
    assert found.shape == "none" and found.rows.empty
    assert tuple(found.rows.columns) == contract("imports").names


def test_the_ledger_of_an_ingest_is_held_to_its_contract(tmp_path):
    made.ledger().to_parquet(tmp_path / "ledger.parquet")
    found = ledger.read(firm(tmp_path))
    assert found.shape == "imports" and len(found.rows) == 9
    assert str(found.rows["starts_on"].dtype) == "datetime64[us]"
    assert found.rows["account_id"].tolist()[4] == ""


def test_what_a_ledger_leaves_open_is_filled_in():
    rows = pd.DataFrame([made.entry("i1", "orders", rows_in=10, rows_kept=7)])
    found = ledger.of_imports(rows.drop(columns=["is_current", "rows_left_out", "vat", "system"])).iloc[0]
    assert found["is_current"] and found["rows_left_out"] == 3
    assert (found["vat"], found["system"]) == ("unknown", "")


def test_a_data_set_that_comes_whole_is_shown_with_what_it_knows(tmp_path):
    rows = {"table": ["orders", "customers"], "source": "x.txt", "rows_in": [5, 2], "rows_kept": [3, 2]}
    pd.DataFrame(rows).assign(imported_at=pd.Timestamp("2026-10-02", tz="UTC")).to_parquet(
        tmp_path / "ledger.parquet"
    )
    found = ledger.read(firm(tmp_path))
    assert found.shape == "whole"
    assert found.rows[["table", "system", "rows_kept"]].to_numpy().tolist() == [
        ["orders", "cdnow", 3],
        ["customers", "cdnow", 2],
    ]
    assert found.rows["rows_left_out"].tolist() == [2, 0]
    assert found.rows[["vat", "starts_on", "control_stated", "is_verified"]].isna().all(axis=None)


def test_a_ledger_of_other_columns_is_refused(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "ledger.parquet")
    with pytest.raises(
        DataError, match=r"acme/ledger.parquet: it has no column import_id. Run `cmo ingest --company acme`"
    ):
        ledger.read(firm(tmp_path))


def test_a_ledger_that_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "ledger.parquet").write_text("half")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        ledger.read(firm(tmp_path))


def test_a_ledger_with_a_row_too_bad_to_read_says_which_column():
    rows = pd.DataFrame([made.entry("i1", "orders", rows_kept=-1)])
    with pytest.raises(DataError, match="imports: 1 of 1 rows has a value below 0 in rows_kept"):
        ledger.of_imports(rows)


def test_the_name_of_a_file_is_in_no_error():
    rows = pd.DataFrame([made.entry("i1", "orders", file=19640213.5)])
    with pytest.raises(DataError, match="hold file as a decimal|holds file as a decimal") as told:
        ledger.of_imports(rows)
    assert "1964" not in str(told.value)
