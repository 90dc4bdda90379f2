"""Tests by region, their plans, and what channels and stores' regions took, by hand on DuckDB."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import places

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
ROWS = [
    # test, kind, arm, market, place, day, value, cost, exposed, orders, units
    ("geo_x", "geo", "treated", "FR", "01", DAY, 10.1, 1.0, 1, 2.0, 1),
    ("geo_x", "geo", "treated", "FR", "01", DAY, 20.2, None, 0, 1.0, 1),
    ("geo_x", "geo", "control", "FR", "02", DAY, None, 2.0, 0, 0.0, 1),
    ("geo_x", "geo", "control", "FR", None, NEXT, 5.0, 2.0, None, 1.0, 1),
    ("hold", "holdout", "sent", "FR", None, NEXT, 50.0, None, None, 4.0, 40),
]
NAMES = [
    "experiment_id",
    "kind",
    "arm",
    "market",
    "place",
    "measured_on",
    "value",
    "cost",
    "exposed",
    "conversions",
    "units",
]


@pytest.fixture
def tables():
    with duckdb.connect() as connection:
        connection.register("e", pd.DataFrame(ROWS, columns=NAMES).astype({"exposed": "Int64"}))
        spend = pd.DataFrame(
            [
                ("social", "FR", DAY, 3.3),
                ("social", "FR", NEXT, 1.1),
                (None, "BE", DAY, 2.0),
                ("tv", "FR", date(2026, 5, 1), 9.0),
            ],
            columns=["channel", "market", "spent_on", "spend"],
        )
        connection.register("m", spend)
        orders = pd.DataFrame(
            [("anna", DAY, "paid", 10.0, 4.0, "FR", "s1"), ("ben", DAY, "paid", 7.0, None, "FR", "s2"), ("carl", DAY, "cancelled", 99.0, None, "FR", "s1"),
             ("dora", DAY, "paid", 50.0, None, "FR", None), ("eve", NEXT, "paid", 1.0, None, "FR", "s3")],
            columns=["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "market", "store_id"],
        )  # fmt: skip
        connection.register("o", orders)
        connection.register(
            "s", pd.DataFrame({"store_id": ["s1", "s2", "s3"], "region": ["north", "north", None]})
        )
        yield {name: connection.sql(f"SELECT * FROM {name}") for name in "emos"}


def test_the_rows_of_a_place_and_day_add_up_and_nothing_is_not_taken_for_zero(tables):
    made = rollups.collect(places.place_days(tables["e"])).set_index(["place", "arm"])
    assert set(made["experiment_id"]) == {"geo_x"} and len(made) == 3
    treated = made.loc[("01", "treated")]
    assert (treated["value"], treated["cost"], treated["n_orders"], treated["exposed"]) == (
        30.3,
        1.0,
        3.0,
        1.0,
    )
    assert (treated["n_valued"], treated["n_costed"]) == (2, 1)
    assert made.loc[("02", "control"), "n_valued"] == 0 and made.loc[("", "control"), "value"] == 5.0


def test_each_arm_has_its_plan_and_its_counts(tables):
    made = rollups.collect(places.planned_arms(tables["e"])).set_index(["experiment_id", "arm"])
    sent = made.loc[("hold", "sent")]
    assert (sent["units"], sent["value"], sent["conversions"], sent["n_rows"]) == (40, 50.0, 4.0, 1)
    assert made.loc[("geo_x", "control"), "first_on"] == pd.Timestamp(DAY)
    assert made.loc[("geo_x", "control"), "last_on"] == pd.Timestamp(NEXT)


def test_spend_is_that_of_the_days_asked_for(tables):
    made = rollups.collect(places.spend_of_channels(tables["m"], since=DAY, until=NEXT)).set_index("channel")[
        "spend"
    ]
    assert made.to_dict() == pytest.approx({"social": 4.4, "": 2.0})
    assert sorted(rollups.collect(places.channel_names(tables["m"]))["channel"]) == ["social", "tv"]


def test_only_paid_orders_of_stores_with_a_region_count(tables):
    made = rollups.collect(places.region_days(tables["o"], tables["s"], since=DAY, until=NEXT))
    assert made[["market", "place", "value"]].values.tolist() == [["FR", "north", 13.0]]


def test_a_missing_column_is_named(tables):
    with pytest.raises(DataError, match="measured_on is missing"):
        places.place_days(tables["m"].project("'x' AS experiment_id, 'geo' AS kind, 'a' AS arm, market"))
