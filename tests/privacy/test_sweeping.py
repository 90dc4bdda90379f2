"""New tables are swept before they take the place of the old: an import obeys what people asked and what the law sets."""

import runpy
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers import tables
from helpers.errors import DataError
from helpers.privacy import forget, keys, suppression, sweeping

people = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("people.py"))))
ADA, ADA_CRM, BEN, HERS = people.ADA, people.ADA_CRM, people.BEN, people.HERS


@pytest.fixture
def stage(built, shop):
    """Put the tables beside those of the company, as an import has just made them of the same files."""

    def make():
        shutil.copytree(people.Shop(built).folder / "tidy", shop.folder / ".ingest" / "tidy")
        return replace(shop.company, folder=shop.folder / ".ingest")

    return make


def rows(made, table: str) -> pd.DataFrame:
    return pd.read_parquet(made.tidy / table / "part-0.parquet")


def test_who_was_forgotten_stays_out_of_the_next_import(shop, stage):
    forget.forget(shop.company, people.ADDRESS, on=date(2026, 10, 5))
    made = stage()
    swept = sweeping.sweep(made, shop.company)
    assert swept.forgotten["orders"] == 2
    assert swept.forgotten["order_lines"] == 3
    assert swept.n_listed == 0
    assert shop.holders(*HERS) == ["suppressed.csv"]
    assert rows(made, "orders")["order_id"].tolist() == ["order3"]


def test_a_new_id_of_someone_forgotten_is_put_on_the_list(shop, stage):
    made = stage()
    key = keys.fingerprint(keys.DEMO_KEY)
    suppression.add(shop.company, [ADA_CRM], on=date(2026, 10, 5), reason="asked", key=key)
    swept = sweeping.sweep(made, shop.company)
    assert swept.n_listed == 2
    listed = suppression.read(shop.company).set_index("pseudonym")
    assert set(listed.index) == set(HERS)
    assert listed.loc[ADA, "reason"] == "another id of someone who asked to be forgotten"
    assert swept.forgotten["orders"] == 2


def test_nobody_on_the_list_means_that_nobody_goes(shop, stage):
    made = stage()
    before = {path: path.read_bytes() for path in made.tidy.rglob("*.parquet")}
    swept = sweeping.sweep(made, shop.company)
    assert swept == sweeping.Swept()
    assert {path: path.read_bytes() for path in made.tidy.rglob("*.parquet")} == before


def test_opens_that_nobody_agreed_to_and_rows_too_old_go_and_are_counted_apart(shop, stage):
    made = stage()
    events = pd.DataFrame(
        {
            "event_id": ["m1", "m2", "m3", "m4"],
            "customer_id": [ADA, ADA, BEN, BEN],
            "campaign_id": "c1",
            "event": ["opened", "clicked", "opened", "clicked"],
            "happened_on": ["2026-09-01", "2026-09-01", "2026-03-11", "2023-09-29"],
            "market": "FR",
        }
    )
    tables.write(events, "crm_events", made)
    swept = sweeping.sweep(made, shop.company)
    assert (swept.forgotten, swept.opens, swept.old) == ({}, {"crm_events": 2}, {"crm_events": 1})
    assert rows(made, "crm_events")["event_id"].tolist() == ["m2"]


def test_without_the_table_of_consents_no_open_is_kept(shop, stage):
    made = stage()
    shutil.rmtree(made.tidy / "consents")
    frame = rows(made, "crm_events").assign(event="opened")
    tables.write(frame, "crm_events", made)
    assert sweeping.sweep(made, shop.company).opens == {"crm_events": 2}
    assert not (made.tidy / "crm_events" / "part-0.parquet").exists()


def test_another_key_than_that_of_the_list_stops_the_import(shop, stage):
    made = stage()
    suppression.add(shop.company, [ADA], on=date(2026, 10, 5), reason="asked", key="ffffffff")
    with pytest.raises(DataError, match="made with another key"):
        sweeping.sweep(made, shop.company)


def test_a_damaged_list_stops_the_import(shop, stage):
    made = stage()
    suppression.path_of(shop.company).write_text("pseudonym\n")
    with pytest.raises(DataError, match="suppressed.csv, line 1"):
        sweeping.sweep(made, shop.company)


def test_tables_without_a_single_day_are_left_as_they_are(shop, stage):
    made = stage()
    for folder in made.tidy.iterdir():
        if folder.name != "identities":
            shutil.rmtree(folder)
    assert sweeping.sweep(made, shop.company) == sweeping.Swept()
