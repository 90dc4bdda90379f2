"""Newcomers' steps and days of use, by hand on DuckDB."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError

EVENTS = [
    ("anna", date(2026, 3, 1), "onboarding", "sign_up"),
    ("anna", date(2026, 3, 1), "onboarding", "quiz"),
    ("anna", date(2026, 3, 2), "used", None),  # day 1, twice
    ("anna", date(2026, 3, 2), "used", None),
    ("anna", date(2026, 3, 8), "left", None),  # day 7, and no use
    ("ben", date(2026, 3, 1), "onboarding", "sign_up"),
    ("ben", date(2026, 3, 8), "used", None),
    ("carl", date(2026, 2, 28), "onboarding", "sign_up"),
    ("carl", date(2026, 3, 1), "onboarding", "sign_up"),  # once more
    ("carl", date(2026, 3, 30), "used", None),  # day 30 across the end of February
]
MEMBERS = [("test", "anna", "long"), ("test", "ben", "short"), ("mail", "carl", "a")]


@pytest.fixture
def tables():
    with duckdb.connect() as connection:
        connection.register(
            "e", pd.DataFrame(EVENTS, columns=["customer_id", "happened_on", "event", "step"])
        )
        connection.register("m", pd.DataFrame(MEMBERS, columns=["campaign_id", "customer_id", "variant"]))
        events = connection.sql("SELECT * REPLACE (CAST(happened_on AS DATE) AS happened_on) FROM e")
        yield events, connection.sql("SELECT * FROM m")


def test_use_counts_on_the_very_day_and_leaving_is_no_use(tables):
    days = rollups.collect(rollups.days_of_use(tables[0], days=(1, 7, 30)))
    assert days["first_on"].dt.strftime("%m-%d").tolist() == ["02-28", "03-01"]
    assert days[["n_customers", "n_d1", "n_d7", "n_d30"]].to_numpy().tolist() == [[1, 1, 0, 1], [2, 1, 1, 0]]


def test_a_step_counts_once_a_customer_by_the_onboarding_they_were_given(tables):
    steps = rollups.collect(rollups.steps_completed(*tables, campaign="test"))
    found = {(row.variant, row.step): row.n_customers for row in steps.itertuples()}
    assert found == {("long", "sign_up"): 1, ("long", "quiz"): 1, ("short", "sign_up"): 1, ("", "sign_up"): 1}


def test_without_a_test_nobody_has_a_variant(tables):
    steps = rollups.collect(rollups.steps_completed(tables[0]))
    assert set(steps["variant"]) == {""} and steps["n_customers"].sum() == 4


def test_a_missing_column_is_named(tables):
    with pytest.raises(DataError, match="product_events: the column step is missing"):
        rollups.steps_completed(tables[0].select("customer_id, happened_on, event"))
