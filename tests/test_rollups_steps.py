"""Rollups of the journey: answers by hand on DuckDB."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import steps

D = date
SITE = ("visited_on", "ends_on", "market", "tool", "site", "channel", "device", "page", "sessions", "engaged_sessions",
        "product_views", "add_to_carts", "checkouts", "purchases")  # fmt: skip
ORDERS = [  # order, customer, day, status, revenue, returned
    ("o1", "anna", D(2026, 1, 5), "paid", 10.0, None),
    ("o2", "anna", D(2026, 3, 20), "cancelled", 50.0, None),
    ("o3", "anna", D(2026, 4, 10), "paid", 30.0, 5.0),
    ("o4", "ben", D(2026, 4, 1), "paid", 7.5, None),
    ("o5", "carl", D(2025, 1, 1), "paid", 20.0, None),
]
NAMES = ("order_id", "customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value")


@pytest.fixture
def made():
    """Make a relation of rows, days as DATE."""
    with duckdb.connect() as opened:

        def relation(rows, *names):
            frame = pd.DataFrame(rows, columns=list(names))
            name = f"t{len(opened.sql('SHOW TABLES').df())}"
            opened.register(name, frame)
            days = ", ".join(f"CAST({one} AS DATE) AS {one}" for one in names if one.endswith("_on"))
            return opened.sql(f"SELECT * {f'REPLACE ({days})' if days else ''} FROM {name}")

        yield relation


def collected(native):
    frame = rollups.collect(native, may_be_empty=True)
    return frame.sort_values(list(frame.columns), ignore_index=True)


def test_visits_are_counted_once_by_day_and_channel_and_lacking_steps_are_marked(made):
    day = D(2026, 3, 1)
    rows = [
        (day, None, "FR", None, None, "search", "mobile", None, 60, 30, 20, 6, 4, 2),
        (day, None, "FR", None, None, "search", "desktop", None, 40, 20, 20, 4, 3, 1),
        (day, None, "BE", None, None, "search", None, None, 10, None, None, None, None, 1),
    ]
    found = collected(steps.step_days(made(rows, *SITE)))
    assert found["known"].tolist() == ["10001", "11111"] and set(found["channel"]) == {"search"}
    whole = found[found["known"] == "11111"].iloc[0]
    assert [whole[name] for name in steps.VISIT_STEPS] == [100, 40, 10, 7, 3] and whole[
        "engaged_sessions"
    ] == 50


def test_what_went_wrong_by_kind_customer_and_day(made):
    cases = made([
        ("anna", D(2026, 4, 12), "leak", 30.0, 5.0), ("anna", D(2026, 4, 12), "leak", 1.0, None), (None, D(2026, 4, 13), None, None, None),
    ], "customer_id", "opened_on", "topic", "hours_to_first_answer", "compensation")  # fmt: skip
    returns = made(
        [("o3", D(2026, 4, 20), "defective", 5.0)], "order_id", "returned_on", "reason", "returned_value"
    )
    events = made([
        ("ben", "onboarding", "a", D(2026, 4, 1)), ("ben", "onboarding", "b", D(2026, 4, 1)), ("dora", "onboarding", "a", D(2026, 4, 2)),
        ("emil", "onboarding", "a", D(2026, 5, 30)), ("fay", "onboarding", "a", D(2026, 4, 3)), ("fay", "onboarding", "b", D(2026, 4, 4)),
    ], "customer_id", "event", "step", "happened_on")  # fmt: skip
    found = collected(
        steps.touches(
            end=D(2026, 6, 1),
            late_hours=24,
            setup_days=14,
            cases=cases,
            orders=made(ORDERS, *NAMES),
            returns=returns,
            events=events,
        )
    )
    rows = {
        (row.kind, row.detail, row.customer_id): (row.n, row.amount, row.day.date())
        for row in found.itertuples()
    }
    assert rows["case", "leak", "anna"] == (2, 5.0, D(2026, 4, 12))
    assert rows["late", "", "anna"] == (1, 0.0, D(2026, 4, 12))
    assert rows["cancelled", "", "anna"] == (1, 50.0, D(2026, 3, 20))
    assert rows["return", "defective", "anna"] == (1, 5.0, D(2026, 4, 20))
    assert rows["setup", "", "dora"] == (1, 0.0, D(2026, 4, 16)), "Emil's fourteen days are not over"
    assert len(rows) == 6 and sum(kind == "case" for kind, *_ in rows) == 2


def test_where_a_customer_stands_on_a_day_and_what_they_spend_after_it(made):
    found = collected(
        steps.standing_on(made(ORDERS, *NAMES), at=D(2026, 4, 5), recent_days=30, within=365, after=10)
    )
    rows = found.set_index("customer_id")
    assert sorted(rows.index) == ["anna", "ben"], "Carl's last order is more than a year old"
    assert rows.loc["anna"].tolist() == [90, 1, 1, 25.0]  # the cancelled order is recent; 30 - 5 came after
    assert rows.loc["ben"].tolist() == [4, 1, 0, 0.0]


def test_solved_cases_and_those_with_one_contact(made):
    cases = made([(D(2026, 4, 1), 3.0, 1), (D(2026, 4, 1), 9.0, 2), (D(2026, 4, 1), None, 1), (D(2026, 7, 1), 1.0, 1)],
                 "opened_on", "hours_to_solution", "n_contacts")  # fmt: skip
    found = collected(steps.solved_days(cases, end=D(2026, 6, 1)))
    assert found[["n_solved", "n_once"]].to_numpy().tolist() == [[2, 1]]


def test_what_newcomers_of_each_arm_spend(made):
    events = made([("anna", "onboarding", D(2026, 4, 1)), ("ben", "onboarding", D(2026, 4, 1)), ("carl", "onboarding", D(2026, 5, 20))],
                  "customer_id", "event", "happened_on")  # fmt: skip
    members = made([("t", "anna", "long"), ("t", "ben", "short"), ("t", "carl", "short"), ("u", "ben", "long")],
                   "campaign_id", "customer_id", "variant")  # fmt: skip
    found = collected(
        steps.spend_by_arm(events, members, made(ORDERS, *NAMES), test="t", days=30, until=D(2026, 5, 31))
    )
    assert found.to_numpy().tolist() == [["long", 1, 25.0, 625.0], ["short", 1, 0.0, 0.0]]


def test_without_tables_there_is_nothing_and_a_missing_column_is_refused(made):
    assert steps.touches(end=D(2026, 6, 1), late_hours=24, setup_days=14) is None
    with pytest.raises(DataError, match="opened_on"):
        steps.solved_days(made([("a",)], "customer_id"), end=D(2026, 6, 1))
