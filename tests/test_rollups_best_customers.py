"""Who spends most and where: by hand."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.rollups import best_customers

ORDERS = pd.DataFrame(
    [
        ("a", date(2026, 1, 1), "FR", "paid", 100.0, 20.0, "s1"),
        ("a", date(2026, 2, 1), "FR", "paid", 50.0, 0.0, "s1"),
        ("a", date(2026, 2, 2), "FR", "paid", 10.0, 0.0, None),
        ("b", date(2026, 2, 2), "BE", "cancelled", 70.0, 0.0, "s2"),
        ("c", date(2025, 2, 2), "FR", "paid", 70.0, 0.0, "s2"),
    ],
    columns=["customer_id", "ordered_on", "market", "status", "revenue_excl_vat", "returned_value", "store_id"],
)  # fmt: skip
DAYS = "SELECT * REPLACE (CAST(ordered_on AS DATE) AS ordered_on) FROM frame"
SPAN = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}


@pytest.fixture
def bought():
    frame = ORDERS
    with duckdb.connect() as opened:
        opened.register("frame", frame)
        yield opened.sql(DAYS)


def test_spend_is_paid_less_returns_inside_the_span(bought):
    made = rollups.collect(best_customers.recent_spend(bought, **SPAN))
    assert made[["customer_id", "market", "spend"]].to_numpy().tolist() == [["a", "FR", 140.0]]


def test_orders_of_a_store_are_counted_and_others_left_out(bought):
    made = rollups.collect(best_customers.store_orders(bought, **SPAN))
    assert made.to_numpy().tolist() == [["a", "s1", 2]]
    none = rollups.collect(best_customers.store_orders(bought.project("* EXCLUDE (store_id)"), **SPAN), may_be_empty=True)  # fmt: skip
    assert none.empty


def test_a_customer_who_was_erased_has_no_segment():
    people = pd.DataFrame({"customer_id": ["a", "b"], "segment": ["x", "y"], "is_b2b": [False, None], "is_erased": [None, True]})  # fmt: skip
    assert rollups.collect(best_customers.segments(people))["customer_id"].tolist() == ["a"]


def test_paid_orders_of_a_day_are_counted_by_market(bought):
    made = rollups.collect(best_customers.paid_days(bought))
    assert made["n"].sum() == 4 and len(made) == 4
