"""Deliveries, visits, advertisements and conversions brought to small tables: a few rows by hand."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import carbon

SPAN = {"since": date(2026, 7, 1), "until": date(2026, 9, 30)}
NONE = float("nan")
DELIVERED = pd.DataFrame(
    [
        ("2026-07-31", "FR", "home", "none", NONE, 10, 20.0, 100.0, 4.0, 50.0), ("2026-07-31", "FR", "home", "none", NONE, 5, NONE, 50.0, 2.0, 25.0),
        ("2026-08-31", "FR", "store", "car", 6.0, 3, 6.0, 30.0, NONE, NONE), ("2026-08-31", "FR", "store", None, NONE, 7, 14.0, 70.0, NONE, NONE),
        ("2026-06-30", "FR", "home", "none", NONE, 99, 1.0, 1.0, 1.0, 1.0), ("2026-08-31", "FR", "home", "none", NONE, 0, 0.0, 0.0, 0.0, 0.0),
    ],
    columns=["delivered_on", "market", "mode", "trip", "distance_km", "n_orders", "weight_kg", "volume_l", "packaging_kg", "cost"],
).assign(delivered_on=lambda d: pd.to_datetime(d["delivered_on"]))  # fmt: skip


def test_deliveries_not_asked_are_added_up_and_those_asked_stay_as_they_are():
    rows = DELIVERED  # noqa: F841  read by name
    made = rollups.collect(carbon.delivery_rows(duckdb.sql("select * from rows"), **SPAN))
    assert made["n_orders"].sum() == 25
    asked = made[made["trip"].notna()]
    assert asked[["trip", "distance_km", "n_orders"]].to_numpy().tolist() == [["car", 6.0, 3.0]]
    home = made[made["mode"] == "home"].sort_values("n_orders")
    assert home["n_orders"].tolist() == [5, 10]  # what is empty stays apart from what is known
    assert home["weight_kg"].isna().tolist() == [True, False] and home["cost"].tolist() == [25.0, 50.0]


def test_two_rows_alike_are_one_and_a_table_without_ways_has_none():
    rows = pd.concat([DELIVERED.head(1), DELIVERED.head(1)]).drop(columns=["trip", "distance_km"])  # noqa: F841
    made = rollups.collect(carbon.delivery_rows(duckdb.sql("select * from rows"), **SPAN))
    assert len(made) == 1 and made["n_orders"].item() == 20 and made["weight_kg"].item() == 40
    assert made["trip"].isna().all()


def test_no_delivery_in_the_days_gives_no_row_and_a_missing_column_is_named():
    rows = DELIVERED  # noqa: F841
    before = {"since": date(2020, 1, 1), "until": date(2020, 3, 31)}
    assert rollups.collect(carbon.delivery_rows(duckdb.sql("select * from rows"), **before), may_be_empty=True).empty  # fmt: skip
    with pytest.raises(DataError, match="deliveries: the column mode is missing"):
        carbon.delivery_rows(duckdb.sql("select delivered_on, market, n_orders from rows"), **SPAN)


def test_paid_orders_are_counted_by_the_way_they_were_to_arrive():
    rows = pd.DataFrame({"ordered_on": pd.to_datetime(["2026-07-01", "2026-09-30", "2026-09-30", "2026-10-01"]), "market": "FR", "status": ["paid", "paid", "cancelled", "paid"], "delivery_mode": ["home", None, "home", "home"]})  # noqa: F841  # fmt: skip
    made = rollups.collect(carbon.orders_by_mode(duckdb.sql("select * from rows"), **SPAN))
    assert {(r.mode, r.n_orders) for r in made.itertuples()} == {("home", 1), ("", 1)}


def test_advertisements_keep_pairs_from_rows_that_have_both():
    rows = pd.DataFrame({  # noqa: F841  read by name
        "spent_on": pd.to_datetime(["2026-07-01", "2026-07-02"]), "market": "FR", "platform": "meta", "channel": ["social", None], "spend": [1.5, 2.0], "impressions": [100, 50],
        "measurable_impressions": [80, None], "viewable_impressions": [40, 30], "invalid_impressions": [1, None], "watch_seconds": [None, 90.0],
    })  # fmt: skip
    made = rollups.collect(carbon.shown_by_channel(duckdb.sql("select * from rows"), **SPAN)).set_index("channel")  # fmt: skip
    assert made.loc["social", ["impressions", "measurable", "viewable", "checked", "invalid", "screened"]].tolist() == [100, 80, 40, 100, 1, 0]  # fmt: skip
    assert made.loc["", ["measurable", "viewable", "screened", "watched"]].tolist() == [0, 0, 50, 90]
    assert made["spend"].to_dict() == {"social": 1.5, "": 2.0}


def test_only_purchases_that_the_own_tool_credits_count():
    rows = pd.DataFrame({"converted_on": pd.to_datetime(["2026-07-01"] * 3 + ["2026-10-01"]), "counted_by": ["own", "platform", "own", "own"], "conversion_group": ["purchase", "purchase", "lead", "purchase"], "conversions": [2.5, 9.0, 4.0, 1.0]})  # noqa: F841  # fmt: skip
    made = rollups.collect(carbon.own_conversions(duckdb.sql("select * from rows"), **SPAN))
    assert made["conversions"].item() == 2.5


def test_visits_are_counted_by_device_and_pages_where_the_tool_counts_them():
    rows = pd.DataFrame({"visited_on": pd.to_datetime(["2026-07-01", "2026-07-01", "2026-07-02"]), "ends_on": pd.NaT, "market": "FR", "tool": "ga4", "site": None, "channel": None, "device": ["desktop", "mobile", "mobile"], "page": None, "sessions": [10, 20, 5], "views": [40, None, 10]})  # noqa: F841  # fmt: skip
    made = rollups.collect(carbon.visits_by_device(duckdb.sql("select * from rows"), **SPAN)).set_index("device")  # fmt: skip
    assert made["sessions"].to_dict() == {"desktop": 10, "mobile": 25}
    assert made["n_views"].to_dict() == {"desktop": 1, "mobile": 1} and made.loc["mobile", "views"] == 10
