"""A table that a person put into tidy/ is read as its contract says, or refused in one sentence."""

import os
from datetime import date

import pandas as pd
import pytest

from helpers import periods, tables
from helpers.company import Company, Scope
from helpers.errors import DataError
from helpers.tables import admitting

ORDERS = pd.DataFrame(
    {
        "order_id": ["1", "2", "3", "4"],
        "customer_id": ["a", "a", "b", "c"],
        "ordered_at": ["2026-01-05T10:00:00Z", "2026-01-06T01:30:00+02:00", "2026-02-10 08:00:00", None],
        "ordered_on": ["2026-01-05", "2026-01-05", "2026-02-10", "2026-02-28"],
        "market": ["FR", "FR ", " FR", "BE"],
        "status": "paid",
        "revenue_excl_vat": [10.0, 20.5, 30.0, 40.0],
        "n_items": [1, 2, None, 3],
        "is_first_order": [True, False, True, None],
        "currency": "EUR",
    }
)
WRITTEN = {
    "days as text": lambda t: t,
    "days as pandas has them": lambda t: t.assign(ordered_on=pd.to_datetime(t["ordered_on"])),
    "days as dates": lambda t: t.assign(ordered_on=[date.fromisoformat(day) for day in t["ordered_on"]]),
    "numbers as text": lambda t: t.assign(
        revenue_excl_vat=t["revenue_excl_vat"].astype(str), n_items=["1", "2.0", " ", "3"]
    ),
    "truth as text": lambda t: t.assign(is_first_order=["true", "False", "1", ""]),
    "times with a zone": lambda t: t.assign(
        ordered_at=pd.to_datetime(t["ordered_at"], utc=True, format="ISO8601").dt.tz_convert("Asia/Tokyo")
    ),
    "customers as categories": lambda t: t.assign(customer_id=t["customer_id"].astype("category")),
    "times as text with blanks": lambda t: t.assign(ordered_at=t["ordered_at"].fillna(" ")),
    "columns outside the contract": lambda t: t.assign(email="jane@example.com"),
}


@pytest.fixture
def firm(tmp_path):
    return Company("firm", tmp_path / "firm", "Firm", "EUR", ("FR", "BE"), "Europe/Paris")


def put(frame, firm, name="orders.parquet"):
    path = firm.tidy / "orders" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)
    return path


def read(firm):
    scope = Scope(firm, periods.parse("2026-02"), "ALL", "en")
    return tables.load("orders", scope).df().sort_values("order_id", ignore_index=True)


@pytest.mark.parametrize("way", WRITTEN)
def test_a_table_written_by_hand_reads_as_one_that_was_imported(firm, tmp_path, way):
    imported = Company("other", tmp_path / "other", "Other", "EUR", ("FR", "BE"), "Europe/Paris")
    tables.write(ORDERS, "orders", imported)
    put(WRITTEN[way](ORDERS), firm)
    pd.testing.assert_frame_equal(read(firm), read(imported))
    assert tables.data_span(firm) == (date(2026, 1, 5), date(2026, 2, 28))


def test_an_imported_table_is_not_checked_again(firm, monkeypatch):
    tables.write(ORDERS, "orders", firm)
    monkeypatch.setattr(admitting, "_check_file", None)
    assert len(read(firm)) == 4


def test_a_table_is_checked_again_when_it_or_the_markets_have_changed(firm):
    path = put(ORDERS, firm)
    assert tables.fault("orders", firm) is None
    note = path.with_name(".checked")
    first = note.read_text()
    assert tables.fault("orders", firm) is None
    assert note.read_text() == first
    put(ORDERS.assign(status="PAID"), firm)
    os.utime(path, (path.stat().st_mtime + 5,) * 2)
    assert 'unknown value in status (first: row 1, "PAID")' in tables.fault("orders", firm)
    put(ORDERS, firm)
    fewer = Company("firm", firm.folder, "Firm", "EUR", ("FR",), "Europe/Paris")
    assert 'market "BE" is not in company.toml' in tables.fault("orders", fewer)


def test_a_key_that_two_files_share_is_refused(firm):
    put(ORDERS.head(3), firm, "january.parquet")
    put(ORDERS.tail(2), firm, "february.parquet")
    with pytest.raises(DataError, match="1 of 5 rows repeat the order_id of another row"):
        read(firm)
    put(ORDERS.tail(1), firm, "february.parquet")
    assert len(read(firm)) == 4


def test_a_long_table_is_checked_block_by_block(firm, monkeypatch):
    monkeypatch.setattr(admitting, "BLOCK", 3)
    put(pd.concat([ORDERS, ORDERS.head(1)]), firm)
    with pytest.raises(DataError, match="1 of 5 rows repeat the order_id"):
        read(firm)
    put(ORDERS.assign(revenue_excl_vat=[1.0, 2.0, 3.0, -4.0]), firm)
    with pytest.raises(
        DataError, match=r"orders.parquet from row 4 on: orders: 1 of 1 rows has a value below 0"
    ):
        read(firm)


def test_a_folder_that_cannot_be_written_is_still_read(firm, monkeypatch):
    put(ORDERS, firm)

    def refuse(*_, **__):
        raise PermissionError

    monkeypatch.setattr(admitting.Path, "write_text", refuse)
    assert len(read(firm)) == 4
