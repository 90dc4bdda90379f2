"""Repeat orders by month of first purchase, and months with their price, on rows by hand."""

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import base_sales

ROWS = pd.DataFrame(
    [
        ("a", "2026-01-05", "paid", 80.0, 0.0, 20.0, 2, True), ("a", "2026-02-05", "paid", 50.0, 10.0, 0.0, 1, False),
        ("a", "2026-02-06", "paid", 50.0, 0.0, 0.0, 1, False), ("b", "2026-02-01", "paid", 30.0, 0.0, None, 1, True),
        ("b", "2026-02-09", "refunded", 99.0, 0.0, 0.0, 1, False), ("old", "2026-02-03", "paid", 40.0, 0.0, 0.0, None, False),
    ],
    columns=["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "discount", "n_items", "is_first_order"],
).assign(ordered_on=lambda t: pd.to_datetime(t["ordered_on"]))  # fmt: skip


def test_orders_are_counted_by_month_of_first_purchase_and_old_customers_are_in_none():
    rows = ROWS  # noqa: F841  read by name
    made = rollups.collect(base_sales.cohort_orders(duckdb.sql("select * from rows")))
    known = {(r.cohort.month, r.month.month): (r.n_orders, r.n_customers) for r in made.itertuples()}
    assert known == {(1, 1): (1, 1), (1, 2): (2, 1), (2, 2): (1, 1)}


def test_a_month_has_its_revenue_without_returns_and_its_price_with_reductions_put_back():
    rows = ROWS  # noqa: F841
    made = rollups.collect(base_sales.sold_months(duckdb.sql("select * from rows"))).set_index("month")
    first, second = made.iloc[0], made.iloc[1]
    assert (first["list_value"], first["n_items"], first["revenue_excl_vat"]) == (100, 2, 80)
    assert (second["list_value"], second["n_items"], second["revenue_excl_vat"], second["n_orders"]) == (130, 3, 160, 4)  # fmt: skip


def test_without_units_there_is_no_price_and_without_revenue_a_refusal():
    rows = ROWS.drop(columns="n_items")  # noqa: F841
    made = rollups.collect(base_sales.sold_months(duckdb.sql("select * from rows")))
    assert (made["n_items"] == 0).all() and (made["list_value"] == 0).all()
    with pytest.raises(DataError, match="orders: the column revenue_excl_vat is missing"):
        base_sales.sold_months(duckdb.sql("select customer_id, ordered_on, status, returned_value from rows"))
