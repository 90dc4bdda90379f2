"""Baskets and the orders after them, by hand on DuckDB."""

from datetime import date, datetime

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError

MORNING, NOON, EVENING = (datetime(2026, 3, 2, hour) for hour in (8, 12, 20))
CARTS = [
    # cart, customer, begun at, begun on, left, reminded at, channel, held out, value, credited
    ("b1", "anna", NOON, date(2026, 3, 2), True, EVENING, "email", False, 50.0, "o3"),
    ("b2", "ben", NOON, date(2026, 3, 2), True, None, None, True, 40.0, None),
    ("b3", "anna", NOON, date(2026, 3, 20), True, None, None, True, 30.0, None),
    ("b4", "carl", NOON, date(2026, 3, 2), True, None, None, None, 20.0, None),  # takes no message
    ("b5", None, NOON, date(2026, 3, 2), True, None, None, None, 10.0, None),  # a guest
    ("b6", "anna", NOON, date(2026, 3, 2), False, None, None, None, 99.0, None),
]
NAMES = [
    "cart_id", "customer_id", "created_at", "created_on", "is_abandoned", "reminded_at", "reminder_channel", "is_held_out", "cart_value",
    "recovered_order_id",
]  # fmt: skip
ORDERS = [
    ("o1", "anna", MORNING, date(2026, 3, 2), "paid", 11.0, None),  # before the basket
    ("o2", "anna", datetime(2026, 3, 2, 13), date(2026, 3, 2), "paid", 60.0, 10.0),  # before the reminder
    ("o3", "anna", datetime(2026, 3, 9, 22), date(2026, 3, 9), "cancelled", 99.0, None),  # the seventh day
    ("o4", "anna", datetime(2026, 3, 10, 1), date(2026, 3, 10), "paid", 99.0, None),  # the eighth
    ("o5", "ben", None, date(2026, 3, 2), "paid", 99.0, None),  # the basket's day, nobody knows when
    ("o6", "ben", None, date(2026, 3, 3), "paid", 7.0, None),
    ("o7", "carl", NOON, date(2026, 3, 3), "paid", 99.0, None),
]
BOUGHT = [
    "order_id",
    "customer_id",
    "ordered_at",
    "ordered_on",
    "status",
    "revenue_excl_vat",
    "returned_value",
]


@pytest.fixture
def tables():
    with duckdb.connect() as connection:
        connection.register("c", pd.DataFrame(CARTS, columns=NAMES).astype({"is_held_out": "boolean"}))
        connection.register("o", pd.DataFrame(ORDERS, columns=BOUGHT))
        carts = connection.sql(
            "SELECT * REPLACE (CAST(created_on AS DATE) AS created_on, CAST(cart_value AS DECIMAL(18, 4)) AS cart_value) FROM c"
        )
        yield carts, connection.sql("SELECT * REPLACE (CAST(ordered_on AS DATE) AS ordered_on) FROM o")


def test_orders_count_from_the_basket_to_the_end_of_the_seventh_day(tables):
    left = rollups.collect(rollups.left_baskets(*tables, days=7)).set_index("cart_id")
    assert left.loc["b1", ["n_orders", "revenue", "is_credited"]].tolist() == [2, 50.0, True]
    assert left.loc["b2", ["n_orders", "revenue", "is_credited"]].tolist() == [1, 7.0, False]
    assert left.loc["b3", ["n_orders", "revenue"]].tolist() == [0, 0.0]


def test_only_baskets_in_the_lot_are_rows(tables):
    left = rollups.collect(rollups.left_baskets(*tables, days=7))
    assert sorted(left["cart_id"]) == ["b1", "b2", "b3"]


def test_baskets_are_counted_by_customer_and_month_guests_too(tables):
    months = rollups.collect(rollups.basket_months(tables[0]))
    march = 2026 * 12 + 2
    assert set(months["month"]) == {march} and months["n_baskets"].sum() == 6
    left = months[months["is_abandoned"]].set_index("customer_id")
    assert left.loc["anna", ["n_baskets", "value"]].tolist() == [2, 80.0]
    assert months.loc[months["customer_id"].isna(), "value"].tolist() == [10.0]


def test_a_missing_column_is_named(tables):
    carts, orders = tables
    with pytest.raises(DataError, match="carts: the column is_held_out is missing"):
        rollups.left_baskets(carts.select("customer_id, created_on, is_abandoned, recovered_order_id, cart_id, created_at, reminded_at, reminder_channel"), orders, days=7)  # fmt: skip
    with pytest.raises(DataError, match="orders: the column ordered_at is missing"):
        rollups.left_baskets(carts, orders.select("customer_id, ordered_on"), days=7)
