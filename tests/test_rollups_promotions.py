"""Rollups of promotions: a few orders by hand on DuckDB."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import promotions as rolled

COLUMNS = [
    "customer_id", "ordered_on", "status", "market", "revenue_excl_vat", "revenue_incl_vat", "returned_value", "discount", "shipping",
    "cost_of_goods", "is_first_order", "sales_channel",
]  # fmt: skip
BOUGHT = [
    ("anna", date(2026, 1, 1), "paid", "FR", 100.0, 120.0, None, 0.0, 4.9, 40.0, True, "web"),
    (
        "anna",
        date(2026, 2, 2),
        "paid",
        "FR",
        80.0,
        96.0,
        40.0,
        20.0,
        0.0,
        40.0,
        False,
        "store",
    ),  # half of it came back
    ("ben", date(2026, 2, 2), "paid", "FR", 40.0, 48.0, 0.0, 10.0, 0.0, 20.0, True, "web"),
    ("ben", date(2026, 2, 2), "cancelled", "FR", 40.0, 48.0, 0.0, 10.0, 0.0, 20.0, False, "web"),
    ("carl", date(2026, 1, 20), "paid", "FR", 30.0, None, 0.0, 5.0, 0.0, None, False, "web"),
    ("carl", date(2026, 2, 3), "paid", "FR", 30.0, 36.0, 0.0, None, 0.0, 12.0, False, None),
    (
        "ben",
        date(2026, 3, 3),
        "paid",
        "FR",
        50.0,
        60.0,
        0.0,
        0.0,
        4.9,
        20.0,
        False,
        "web",
    ),  # within 28 days of the end
    ("ben", date(2026, 3, 4), "paid", "FR", 60.0, 72.0, 10.0, 0.0, 4.9, 24.0, False, "web"),
    (
        "dora",
        date(2026, 2, 2),
        "paid",
        "BE",
        10.0,
        12.1,
        0.0,
        0.0,
        0.0,
        4.0,
        True,
        "web",
    ),  # the promotion is not there
]
RUNS = [rolled.Run("Sale, FR", "FR", date(2026, 2, 2), date(2026, 2, 3))]


@pytest.fixture
def relation():
    """A frame as a DuckDB relation."""
    with duckdb.connect() as opened:
        names = iter(range(100))

        def made(rows, columns):
            name = f"given{next(names)}"
            opened.register(name, pd.DataFrame(rows, columns=columns))
            cast = ", ".join(f"CAST({one} AS DATE) AS {one}" for one in columns if one.endswith("_on"))
            return opened.sql(f"SELECT * REPLACE ({cast}) FROM {name}" if cast else f"SELECT * FROM {name}")

        yield made


def test_days_add_up_what_a_margin_is_made_of(relation):
    made = rollups.collect(rolled.promotion_days(relation(BOUGHT, COLUMNS)))
    day = made[(made["day"] == "2026-02-02") & (made["market"] == "FR")].iloc[0]
    assert (
        day["n_orders"],
        day["n_first"],
        day["n_full"],
        day["n_parcels"],
        day["n_costed"],
        day["n_told"],
    ) == (2, 1, 0, 1, 2, 2)
    assert (day["revenue"], day["returned"], day["cost_of_goods"], day["discount"], day["paid_in"]) == (
        120,
        40,
        60,
        30,
        144,
    )
    assert day["kept_discount"] == 20.0  # half of the first discount went back with the goods
    carl = made[made["day"] == "2026-02-03"].iloc[0]
    assert (carl["n_told"], carl["n_full"], carl["discount"], carl["n_parcels"]) == (0, 1, 0, 1)
    assert made.loc[made["day"] == "2026-01-20", ["n_costed", "paid_in"]].to_numpy().tolist() == [[0, 30]]
    assert made["n_orders"].sum() == 8


def test_orders_with_nothing_but_the_needed_columns_have_days(relation):
    few = ["customer_id", "ordered_on", "status", "market", "revenue_excl_vat"]
    made = rollups.collect(rolled.promotion_days(relation([row[:5] for row in BOUGHT], few)))
    assert (
        made["n_orders"].sum() == 8
        and made["n_costed"].sum() == 0 == made["n_told"].sum() == made["discount"].sum()
    )
    with pytest.raises(DataError, match="column market is missing"):
        rolled.promotion_days(relation([row[:3] for row in BOUGHT], few[:3]))


def test_buyers_by_what_they_had_bought_before(relation):
    made = rollups.collect(rolled.promotion_buyers(relation(BOUGHT, COLUMNS), RUNS))
    row = made.iloc[0]
    assert len(made) == 1 and row["promotion"] == "Sale, FR"
    # Anna had paid the full price, Carl had a discount, Ben is new.
    assert (row["n_buyers"], row["n_known"], row["n_full_ever"], row["n_full_always"]) == (3, 2, 1, 1)


def test_newcomers_count_what_they_bought_after_the_dip(relation):
    made = rollups.collect(
        rolled.promotion_newcomers(relation(BOUGHT, COLUMNS), RUNS, until=date(2026, 3, 31))
    )
    row = made.iloc[0]
    assert len(made) == 1 and (row["n_won"], row["n_later"], row["n_parcels"]) == (1, 1, 1)
    assert (row["revenue"], row["returned"], row["shipping"], row["cost_of_goods"]) == (60, 10, 4.9, 24)
    early = rollups.collect(
        rolled.promotion_newcomers(relation(BOUGHT, COLUMNS), RUNS, until=date(2026, 3, 3))
    )
    assert early["n_won"].tolist() == [1] and early["n_later"].tolist() == [0]


def test_users_of_coupons_and_the_others_before_and_during(relation):
    orders = relation(BOUGHT, COLUMNS)
    people = relation([("x", name) for name in ("anna", "ben", "eve")], ["campaign_id", "customer_id"])
    columns = ["campaign_id", "name", "starts_on", "ends_on"]
    runs = relation(
        [
            ("x", "Spring", date(2026, 2, 1), date(2026, 2, 28)),
            ("old", "Old", date(2026, 1, 3), date(2026, 1, 9)),
        ],
        columns,
    )
    used = relation([("x", "ben"), ("x", "ben")], ["campaign_id", "customer_id"])
    made = rolled.redeemers(orders, people, runs, used, before=28, least=date(2026, 1, 1))
    frame = rollups.collect(made).set_index("customer_id")
    assert frame.loc[
        "ben", ["has_redeemed", "spend_before", "spend_during", "n_during", "days"]
    ].tolist() == [1, 0, 40, 1, 28]
    assert frame.loc["anna", ["has_redeemed", "spend_during", "n_before"]].tolist() == [0, 40, 0]
    assert frame.loc["eve", ["spend_before", "spend_during"]].tolist() == [0, 0] and len(frame) == 3
