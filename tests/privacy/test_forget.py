"""One person is forgotten: nothing of her is left, nothing of anybody else has changed, and she stays away."""

from __future__ import annotations

import os
import runpy
import shutil
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from helpers import tables
from helpers.errors import DataError, LockedError, UsageError
from helpers.privacy import changes, forget, keys, suppression

people = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("people.py"))))
ADA, ADA_SHOP, ADA_CRM, BEN, HERS = people.ADA, people.ADA_SHOP, people.ADA_CRM, people.BEN, people.HERS
ADDRESS, hashed = people.ADDRESS, people.hashed

DAY = date(2026, 10, 5)


def gone(shop, person: str = ADDRESS, **options) -> forget.Forgotten:
    return forget.forget(shop.company, person, on=DAY, **options)


def test_nothing_of_her_is_left_in_any_file(shop):
    assert len(shop.holders(*HERS)) == 12
    gone(shop)
    assert shop.holders(*HERS, ADDRESS) == ["suppressed.csv"]
    assert shop.holders("order1", "order2") == []
    assert shop.holders(ADDRESS) == []


def test_the_rows_that_go_are_hers_and_what_hangs_on_them(shop):
    made = gone(shop)
    assert made.rows == {
        "carts": 2, "consents": 1, "crm_events": 1, "customers": 1, "identities": 3, "journeys": 1, "order_lines": 3,
        "orders": 2, "returns": 1, "support_cases": 1, "surveys": 2, "touchpoints": 2,
    }  # fmt: skip
    left = {
        name: shop.ids(name)
        for name in ("orders", "order_lines", "returns", "carts", "journeys", "support_cases")
    }
    assert left == {
        "orders": ["order3"], "order_lines": ["order3"], "returns": ["order3"], "carts": ["k3", "k4"], "journeys": ["j2"],
        "support_cases": ["a2"],
    }  # fmt: skip


def test_the_visits_of_her_browser_before_it_was_known_go_too(shop):
    gone(shop)
    assert shop.ids("touchpoints") == ["t3", "t4"]  # Ben used the same browser; v2 is somebody else's


def test_a_respondent_of_the_same_number_in_another_survey_is_somebody_else(shop):
    gone(shop)
    assert shop.ids("surveys") == ["s2"]


def test_a_row_of_somebody_else_stays_and_only_what_leads_to_her_is_emptied(shop):
    made = gone(shop)
    assert made.cells == {"customers": 1, "support_cases": 1}
    ben = shop.read("customers")
    assert ben["customer_id"].tolist() == [BEN]
    assert ben["referred_by"].isna().all()
    assert ben["age_band"].tolist() == ["35-44"]
    assert shop.read("support_cases")[["customer_id", "topic"]].values.tolist() == [[BEN, "gift"]]


def test_the_rows_of_others_are_what_they_were_to_the_byte(shop):
    names = ("orders", "order_lines", "carts", "crm_events", "consents", "identities", "touchpoints")
    before = {name: pq.read_table(shop.folder / "tidy" / name / "part-0.parquet") for name in names}
    gone(shop)
    for name in names:
        after = pq.read_table(shop.folder / "tidy" / name / "part-0.parquet")
        key = tables.contract(name).key[0] if name not in ("consents", "identities") else "customer_id"
        keep = before[name].to_pandas()[key].isin(after.to_pandas()[key]).to_numpy()
        assert after.equals(before[name].filter(keep))
        assert after.schema.equals(before[name].schema, check_metadata=True)  # still marked as checked


def test_a_file_that_holds_nothing_of_hers_is_not_written_again(shop):
    before = shop.bytes()
    gone(shop)
    after = shop.bytes()
    for name in (
        "tidy/media_spend/part-0.parquet",
        ".imports/20261003-ads/0-media_spend-0.parquet",
        "ledger.parquet",
    ):
        assert after[name] == before[name]
    assert set(after) - set(before) == {"suppressed.csv", "forgotten.csv"}  # no draft, no copy


def test_the_tables_still_load_and_their_totals_are_those_of_the_others(shop):
    gone(shop)
    scope = tables.scope("acme", "2026-09", "ALL", grain="month")
    assert tables.load("orders", scope).df()["revenue_excl_vat"].astype(float).tolist() == [30.0]


@pytest.mark.parametrize(
    "person",
    [
        ADDRESS,
        " ADA@Example.org ",
        "email:ada@example.org",
        "shop:1001",
        "hubspot:H-7",
        ADA,
        ADA_SHOP,
        ADA_CRM,
    ],
)
def test_any_of_her_ids_finds_all_of_her(shop, person):
    made = gone(shop, person)
    assert made.n_listed == 3
    assert sorted(suppression.read(shop.company)["pseudonym"]) == sorted(HERS)
    assert shop.ids("orders") == ["order3"]


def test_what_the_imports_kept_is_searched_under_the_ids_of_the_file(shop):
    made = gone(shop)
    assert made.n_cached == 2 + 2 + 2 + 1
    kept = pd.read_parquet(shop.folder / ".imports" / "20261001-shop" / "0-orders-0.parquet")
    assert kept["order_id"].tolist() == ["order3"]


def test_a_kept_file_of_no_known_table_is_searched_in_every_column(shop):
    path = shop.folder / ".imports" / "20261002-crm" / "people.parquet"
    pd.DataFrame({"n": [1, 2], "who": [ADA_CRM, BEN]}).to_parquet(path, index=False)
    gone(shop)
    assert pd.read_parquet(path)["who"].tolist() == [BEN]


def test_raw_files_are_named_from_the_ledger(shop):
    assert gone(shop).files == ("raw/crm.csv", "raw/old-shop.csv", "raw/shop.csv")  # and not ads.csv


def test_a_table_kept_by_hand_is_named_where_it_lies(shop):
    (shop.folder / "crm.csv").write_text("customer_id\n")
    assert gone(shop).files == ("crm.csv", "raw/old-shop.csv", "raw/shop.csv")


def test_a_ledger_without_import_ids_names_the_sources_of_the_tables(shop):
    shutil.rmtree(shop.folder / ".imports")
    frame = pd.DataFrame({"table": ["orders", "media_spend"], "source": ["shop.csv", "ads.csv"]})
    frame.to_parquet(shop.folder / "ledger.parquet", index=False)
    assert gone(shop).files == ("raw/shop.csv",)


def test_reports_made_of_her_tables_since_her_first_day_are_named(shop):
    shop.report("r1", tables=["orders"], until="2026-09-30", shown="2026-09/ALL/en")
    shop.report("r2", tables=["orders"], until="2026-08-31")
    shop.report("r3", tables=["media_spend"], until="2026-09-30", shown="2026-09/FR/en")
    shop.report("r4", tables=["orders"], until="2026-02-28", shown="2026-02/ALL/en")
    assert gone(shop).reports == ("acme/2026-09/ALL/en", ".runs/r2")


def test_that_it_was_done_is_recorded_without_the_address(shop):
    gone(shop)
    lines = (shop.folder / "forgotten.csv").read_text().splitlines()
    assert lines[0] == "forgotten_on,person,rows,files"
    assert lines[1].startswith(f"2026-10-05,{ADA[:8]},carts 2; consents 1; ")
    assert lines[1].endswith(",raw/crm.csv; raw/old-shop.csv; raw/shop.csv")
    listed = suppression.read(shop.company)
    assert set(listed["reason"]) == {"asked to be forgotten"}
    assert set(listed["key"]) == {keys.fingerprint(keys.DEMO_KEY)}


def test_who_is_nowhere_is_kept_out_all_the_same(shop):
    made = gone(shop, "eve@example.org")
    assert not made.is_known
    assert (made.rows, made.files, made.reports, made.n_listed) == ({}, (), (), 1)
    assert suppression.read(shop.company)["pseudonym"].tolist() == [hashed("eve@example.org")]
    assert (shop.folder / "forgotten.csv").read_text().splitlines()[1] == f"2026-10-05,{made.person},,"


def test_forgetting_twice_keeps_the_first_day(shop):
    gone(shop)
    again = forget.forget(shop.company, ADDRESS, on=date(2026, 12, 1))
    assert (again.is_known, again.n_listed) == (False, 0)
    assert set(suppression.read(shop.company)["forgotten_on"]) == {pd.Timestamp("2026-10-05")}
    assert len((shop.folder / "forgotten.csv").read_text().splitlines()) == 3


def test_a_dry_run_says_the_same_and_changes_nothing(shop):
    before = shop.bytes()
    said = gone(shop, dry_run=True)
    assert shop.bytes() == before
    assert said == gone(shop)


def test_an_id_that_many_share_is_forgotten_alone(shop):
    info = hashed("info@example.org")
    contacts = [hashed(f"c{i}", "crm") for i in range(21)]
    rows = pd.DataFrame({"customer_id": contacts, "system": "email", "system_id": info})
    own = pd.DataFrame({"customer_id": contacts, "system": "crm", "system_id": contacts})
    shop.write("identities", pd.concat([rows, own], ignore_index=True))
    made = gone(shop, "info@example.org")
    assert made.n_sharing == 21
    assert suppression.read(shop.company)["pseudonym"].tolist() == [info]
    assert sorted(shop.read("identities")["system_id"]) == sorted(
        contacts
    )  # each stays, without the shared address


def test_a_table_of_which_nothing_is_left_is_not_there_any_more(shop):
    shop.write("consents", shop.read("consents").query("customer_id == @ADA"))
    gone(shop)
    assert "consents" not in tables.available(shop.company)


def test_a_table_in_several_parts_is_searched_in_all(shop):
    frame = pd.DataFrame(
        {"order_id": ["order9"], "customer_id": [ADA], "ordered_on": ["2026-09-30"], "market": ["FR"], "status": ["paid"],
         "revenue_excl_vat": [1.0], "currency": ["EUR"]}
    )  # fmt: skip
    tables.write(frame, "orders", shop.company, part=1)
    gone(shop)
    assert shop.ids("orders") == ["order3"]
    assert [path.name for path in (shop.folder / "tidy" / "orders").glob("*.parquet")] == ["part-0.parquet"]


def test_ids_that_the_tables_hold_as_they_are_can_be_forgotten_too(shop):
    orders = shop.read("orders").assign(customer_id=["7", "7", "8"])
    shop.write("orders", orders.astype({"revenue_excl_vat": float}))
    shop.write(
        "customers", pd.DataFrame({"customer_id": ["7", "8"], "market": "FR", "n_children": ["1", "7"]})
    )
    (shop.folder / "company.toml").write_text(people.TOML + 'adapter = "cdnow"\n')
    made = gone(shop, "customer_id:7")
    assert shop.read("orders")["customer_id"].tolist() == ["8"]
    assert shop.read("customers")["customer_id"].tolist() == ["8"]  # seven children are not customer 7
    assert made.person != "7"


@pytest.mark.parametrize(
    "person", ["", "ada", "1001", "Shop:1001", "ada@", "ada @example.org", ADA[:31], ADA.upper()]
)
def test_what_names_nobody_is_refused_without_being_quoted(shop, person):
    with pytest.raises(UsageError, match="neither an e-mail address, nor <system>:<id>") as refused:
        gone(shop, person)
    assert not person or person not in str(refused.value)


def test_an_id_of_a_table_that_the_company_keeps_itself_has_become_a_pseudonym_too(shop):
    seven = hashed("7", "customer")
    orders = shop.read("orders").assign(customer_id=[seven, seven, BEN])
    shop.write("orders", orders.astype({"revenue_excl_vat": float}))
    assert gone(shop, "customer_id:7").rows["orders"] == 2
    assert suppression.read(shop.company)["pseudonym"].tolist() == [seven]


def test_an_address_is_never_a_plain_customer_id(shop):
    (shop.folder / "company.toml").write_text(people.TOML + 'adapter = "cdnow"\n')
    with pytest.raises(UsageError, match="holds an @, a comma or a blank") as refused:
        gone(shop, f"customer_id:{ADDRESS}")
    assert ADDRESS not in str(refused.value)


def test_a_real_company_needs_its_key_for_an_address(shop):
    (shop.folder / "company.toml").write_text(
        (shop.folder / "company.toml").read_text().replace("synthetic = true", "")
    )
    with pytest.raises(DataError, match="refused without a key"):
        gone(shop)
    assert gone(shop, ADA).n_listed == 3  # a pseudonym needs none


def test_another_key_than_that_of_the_list_is_refused(shop, monkeypatch):
    (shop.folder / "company.toml").write_text(
        (shop.folder / "company.toml").read_text().replace("synthetic = true", "")
    )
    monkeypatch.setenv(keys.VARIABLE, "a" * 32)
    gone(shop, "eve@example.org")
    monkeypatch.setenv(keys.VARIABLE, "b" * 32)
    with pytest.raises(DataError, match="1 of 1 pseudonyms were made with another key"):
        gone(shop)


def test_while_an_import_runs_nobody_can_be_forgotten(shop):
    before = shop.bytes()
    with (
        FileLock(shop.folder / ".ingest.lock"),
        pytest.raises(LockedError, match="acme: an import is running"),
    ):
        gone(shop)
    assert shop.bytes() == before


def test_a_damaged_table_stops_it_before_anything_has_changed(shop):
    path = shop.folder / "tidy" / "orders" / "part-0.parquet"
    path.write_bytes(path.read_bytes()[:100])
    before = shop.bytes()
    with pytest.raises(DataError, match="orders/part-0.parquet cannot be read as Parquet"):
        gone(shop)
    assert shop.bytes() == before


def broken_replace(monkeypatch, *, at: int, until: int = 10**9, error: type[BaseException] = PermissionError):
    """Let the system refuse to replace files from the `at`-th time on, `until` times."""
    real, calls = os.replace, []

    def replace(*paths):
        calls.append(paths)
        if at <= len(calls) < at + until:
            raise error("refused")
        real(*paths)

    monkeypatch.setattr(os, "replace", replace)
    return calls


@pytest.mark.parametrize("at", [1, 3, 9, 15])
def test_when_the_system_refuses_one_file_all_are_as_before(shop, monkeypatch, at):
    before = shop.bytes()
    with monkeypatch.context() as patch:
        calls = broken_replace(patch, at=at, until=1)
        with pytest.raises(
            DataError, match=r"a file could not be replaced \(PermissionError\); nothing has changed"
        ):
            gone(shop)
        assert len(calls) >= at
    assert shop.bytes() == before
    gone(shop)  # and then it can be done
    assert shop.holders(*HERS) == ["suppressed.csv"]


def test_a_stop_in_the_middle_leaves_all_as_before(shop, monkeypatch):
    before = shop.bytes()
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        broken_replace(patch, at=5, until=1, error=KeyboardInterrupt)
        gone(shop)
    assert shop.bytes() == before


def test_when_even_putting_back_is_refused_the_next_command_does_it_first(shop, monkeypatch):
    before = shop.bytes()
    with monkeypatch.context() as patch:
        broken_replace(patch, at=5)
        with pytest.raises(DataError, match="some files are changed already. Run the command again"):
            gone(shop)
    assert {name: shop.bytes().get(name) for name in before} != before
    with changes.held(shop.company, doing="look"):
        assert shop.bytes() == before


def test_tables_that_were_made_again_meanwhile_are_not_put_back(shop, monkeypatch):
    before = shop.bytes()
    with monkeypatch.context() as patch, pytest.raises(DataError, match="some files are changed already"):
        broken_replace(patch, at=8)
        gone(shop)
    shutil.copytree(shop.folder / "tidy", shop.folder / "new")
    (shop.folder / "new" / "orders" / "part-0.parquet").write_bytes(b"made again")
    shutil.rmtree(shop.folder / "tidy")
    (shop.folder / "new").rename(shop.folder / "tidy")
    with changes.held(shop.company, doing="look"):
        after = shop.bytes()
    assert after["tidy/orders/part-0.parquet"] == b"made again"
    kept = [name for name in before if name.startswith(".imports/")]
    assert [after[name] for name in kept] == [before[name] for name in kept]


def test_a_disk_without_room_leaves_all_as_before(shop, monkeypatch):
    before = shop.bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(pq.ParquetWriter, "write_table", full)
        with pytest.raises(DataError, match="could not be written again .* nothing has changed"):
            gone(shop)
    assert shop.bytes() == before
