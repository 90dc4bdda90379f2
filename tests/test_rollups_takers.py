"""Customers who took a service and others: days by hand, what came before and after, and no choice of days by what follows."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups.takers import before_and_after, first_taken, others_days, taken

UNTIL = date(2026, 9, 30)
ORDERS = ["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value"]
# Anna: 300 and 100 days before 1 March 2026, on it, 10 and 200 days after it. Ben: 400 days before it alone.
DAY = date(2026, 3, 1)
GIVEN = [
    ("anna", DAY - timedelta(300), "paid", 50.0, 10.0),
    ("anna", DAY - timedelta(100), "paid", 30.0, None),
    ("anna", DAY - timedelta(100), "paid", 5.0, None),
    ("anna", DAY, "paid", 99.0, 0.0),
    ("anna", DAY + timedelta(10), "paid", 20.0, 5.0),
    ("anna", DAY + timedelta(11), "cancelled", 70.0, None),
    ("anna", DAY + timedelta(200), "paid", 80.0, 0.0),
    ("ben", DAY - timedelta(400), "paid", 7.5, None),
]
PEOPLE = pd.DataFrame({
    "customer_id": ["anna", "ben"], "market": ["FR", "BE"], "segment": ["best", None], "age_band": ["35-44", "25-34"],
    "first_order_on": [date(2024, 1, 1), None],
})  # fmt: skip


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        yield opened


def relation(connection, frame, name):
    connection.register(name, frame)
    days = ", ".join(f"CAST({c} AS DATE) AS {c}" for c in frame if c.endswith("_on"))
    return connection.sql(f"SELECT * REPLACE ({days}) FROM {name}")


@pytest.fixture
def orders(connection):
    return relation(connection, pd.DataFrame(GIVEN, columns=ORDERS), "orders")


def services(connection, *rows):
    return relation(
        connection, pd.DataFrame(rows, columns=["customer_id", "service", "started_on"]), "services"
    )


def test_two_customers_by_hand(connection, orders):
    places = first_taken(
        services(connection, ("anna", "repair", DAY), ("ben", "repair", DAY)), since=DAY, until=UNTIL
    )
    found = before_and_after(places, orders, relation(connection, PEOPLE, "people"), days=180, until=UNTIL)
    table = rollups.collect(found).set_index("customer_id")
    anna, ben = table.loc["anna"], table.loc["ben"]
    assert (anna["n_before"], anna["spend_before"], anna["silence"], anna["is_order_day"]) == (
        2,
        75.0,
        100,
        1,
    )
    assert (anna["again"], anna["kept"], anna["left"]) == (1, 15.0, (UNTIL - DAY).days)
    assert anna["tenure"] == (DAY - date(2024, 1, 1)).days and anna["age_band"] == "35-44"
    assert (anna["early_n"], anna["early_spend"], anna["early_silence"], anna["early_again"]) == (
        1,
        40.0,
        120,
        1,
    )
    assert (ben["n_before"], ben["again"], ben["silence"], ben["early_n"], ben["early_again"]) == (
        0,
        0,
        400,
        1,
        0,
    )
    assert ben["tenure"] == 400 and ben["market"] == "BE"


def test_the_first_time_counts_and_an_earlier_one_leaves_a_customer_out(connection):
    rows = services(
        connection,
        ("anna", "repair", DAY),
        ("anna", "repair", DAY + timedelta(40)),
        ("ben", "repair", DAY - timedelta(1)),
        ("ben", "take-back", DAY),
    )
    found = rollups.collect(first_taken(rows, since=DAY, until=UNTIL)).set_index(["customer_id", "service"])
    assert dict(found["day"]) == {("anna", "repair"): DAY.toordinal(), ("ben", "take-back"): DAY.toordinal()}
    counted = rollups.collect(taken(rows, until=UNTIL)).set_index(["customer_id", "service"])
    assert (
        counted.loc[("anna", "repair"), "n_rows"] == 2
        and counted.loc[("ben", "repair"), "day"] == DAY.toordinal() - 1
    )


def test_nothing_after_the_last_day_is_seen(connection, orders):
    places = first_taken(services(connection, ("anna", "repair", DAY)), since=DAY, until=UNTIL)
    people = relation(connection, PEOPLE, "people")
    cut = rollups.collect(before_and_after(places, orders, people, days=365, until=DAY + timedelta(100)))
    assert cut.loc[0, "kept"] == 15.0 and cut.loc[0, "left"] == 100


def drawn(connection, n=4000, seed=1):
    """Customers who buy at a steady pace of their own: 1 to 8 times a year, for three years."""
    rng = np.random.default_rng(seed)
    first, pace = date(2023, 10, 1), rng.uniform(1, 8, n)
    rows = [
        (f"c{i}", first + timedelta(int(at)), "paid", 10.0, 0.0)
        for i in range(n)
        for at in np.unique(rng.integers(0, 1095, rng.poisson(3 * pace[i])))
    ]
    return relation(connection, pd.DataFrame(rows, columns=ORDERS), "many")


def test_days_of_others_are_not_chosen_by_what_follows(connection):
    """Among purchase days kept, as many are followed by another purchase as among all purchase days."""
    orders, since, until = drawn(connection), date(2025, 1, 1), date(2026, 3, 31)
    people = connection.sql("SELECT DISTINCT customer_id, 'FR' AS market FROM many")
    shares = {}
    for one_in in (1, 3):
        places = others_days(orders, since=since, until=until, one_in=one_in)
        rows = rollups.collect(before_and_after(places, orders, people, days=180, until=UNTIL))
        own = rows[rows["is_order_day"] == 1]
        shares[one_in] = own["again"].mean(), own["n_before"].mean(), len(own)
    assert shares[3][2] == pytest.approx(shares[1][2] / 3, rel=0.05)
    assert shares[3][0] == pytest.approx(shares[1][0], abs=0.02)
    assert shares[3][1] == pytest.approx(shares[1][1], rel=0.03)


def test_the_same_data_give_the_same_days_whatever_the_order_of_the_rows(connection):
    orders = drawn(connection, n=300)
    made = rollups.collect(others_days(orders, since=date(2025, 1, 1), until=UNTIL))
    again = rollups.collect(others_days(orders.order("ordered_on DESC"), since=date(2025, 1, 1), until=UNTIL))
    names = ["customer_id", "day"]
    pd.testing.assert_frame_equal(
        made.sort_values(names, ignore_index=True), again.sort_values(names, ignore_index=True)
    )
    assert not made.duplicated(names).any()


def test_todays_segment_is_not_taken_for_what_was_known(connection, orders):
    places = first_taken(services(connection, ("anna", "repair", DAY)), since=DAY, until=UNTIL)
    found = before_and_after(places, orders, relation(connection, PEOPLE, "people"), days=180, until=UNTIL)
    assert "segment" in PEOPLE and "segment" not in rollups.collect(found)


def test_a_missing_column_is_named(connection):
    rows = connection.sql("SELECT 'anna' AS customer_id, 'repair' AS service")
    with pytest.raises(DataError, match="started_on is missing"):
        first_taken(rows, since=DAY, until=UNTIL)
