"""Rollups of what customers say: answers by hand on DuckDB."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import voice

ORDERS = [  # customer, day, status, revenue, returned
    ("anna", date(2026, 1, 5), "paid", 10.0, None),
    ("anna", date(2026, 6, 20), "paid", 50.0, 15.0),
    ("anna", date(2026, 7, 1), "cancelled", 99.0, None),
    ("ben", date(2026, 7, 10), "paid", 7.5, None),
    ("carl", date(2026, 2, 1), "paid", 20.0, None),
]
CASES = [
    ("anna", date(2026, 7, 2), "leak"),
    ("anna", date(2026, 7, 9), "leak"),
    ("ben", date(2026, 9, 30), "delivery"),
    ("carl", date(2026, 10, 1), "leak"),
    (None, date(2026, 8, 1), "leak"),
    ("dora", date(2026, 8, 1), "leak"),
]
QUARTER = {"start": date(2026, 7, 1), "end": date(2026, 9, 30)}


@pytest.fixture
def made():
    """Make a relation of rows, days as DATE."""
    with duckdb.connect() as opened:

        def relation(rows, *names):
            frame = pd.DataFrame(rows, columns=list(names))
            opened.register(f"t{len(names)}", frame)
            days = ", ".join(f"CAST({name} AS DATE) AS {name}" for name in names if name.endswith("_on"))
            return opened.sql(f"SELECT * REPLACE ({days}) FROM t{len(names)}")

        yield relation


def orders(made):
    return made(ORDERS, "customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value")


def collected(native):
    return rollups.collect(native, may_be_empty=True)


def test_customers_touched_and_their_spend_by_hand(made):
    touched = voice.touched_by_cases(made(CASES, "customer_id", "opened_on", "topic"), **QUARTER)
    found = collected(
        voice.touched_spend(orders(made), touched, since=date(2026, 1, 1), end=date(2026, 9, 30))
    )
    rows = found.set_index("topic")
    # leak: Anna once (10 + 35 = 45) and Dora, who bought nothing; the case without a customer touches nobody
    assert rows.loc["leak"].tolist() == [2, 45.0, 45.0**2]
    assert rows.loc["delivery"].tolist() == [1, 7.5, 7.5**2]


def test_the_last_step_is_the_rarest_of_the_usual_ones(made):
    steps = [
        ("a", "sign up"),
        ("a", "pair"),
        ("a", "first use"),
        ("b", "sign up"),
        ("b", "pair"),
        ("c", "sign up"),
        ("c", "quiz"),
    ]
    steps += [("d", "sign up"), ("d", "pair"), ("d", "first use")]
    rows = [(who, "onboarding", step, date(2026, 7, 3)) for who, step in steps]
    rows += [("b", "used", None, date(2026, 7, 9)), ("e", "used", None, date(2026, 7, 9))]
    events = made(rows, "customer_id", "event", "step", "happened_on")
    found = collected(voice.unfinished(events))  # only one of four saw the quiz
    assert found["customer_id"].tolist() == ["b", "c"]
    setup = collected(voice.touched_by_setup(events, topic="setup", **QUARTER))
    assert setup.to_numpy().tolist() == [["b", "setup"], ["c", "setup"]]
    assert collected(
        voice.touched_by_setup(events, topic="setup", start=date(2026, 8, 1), end=date(2026, 9, 1))
    ).empty


def test_days_on_which_a_customer_may_be_asked(made):
    found = collected(voice.askable_days(orders(made), None, after=21, gap=180, **QUARTER))
    # Carl's only day lies before the quarter; Anna's earlier day stands, for it says when she was asked last
    assert [(row.customer_id, date.fromordinal(row.day)) for row in found.itertuples()] == [
        ("anna", date(2026, 1, 26)), ("anna", date(2026, 7, 11)), ("ben", date(2026, 7, 31)),
    ]  # fmt: skip


def test_who_does_not_take_mail_on_the_day_is_not_asked(made):
    words = [
        ("anna", "email", "granted", date(2025, 1, 1)),
        ("anna", "email", "withdrawn", date(2026, 5, 1)),
        ("ben", "email", "denied", date(2025, 1, 1)),
        ("ben", "sms", "granted", date(2025, 1, 1)),
    ]
    consents = made(words, "customer_id", "purpose", "status", "recorded_on")
    found = collected(voice.askable_days(orders(made), consents, after=21, gap=180, **QUARTER))
    assert [(row.customer_id, date.fromordinal(row.day)) for row in found.itertuples()] == [
        ("anna", date(2026, 1, 26))
    ]


def test_answers_keep_the_columns_that_the_table_has(made):
    rows = [
        ("s", "nps", "r1", date(2026, 7, 1), "nps", 9.0),
        ("s", "brand_tracker", "r2", date(2026, 7, 1), "aided", 1.0),
    ]
    surveys = made(rows, "survey_id", "survey_type", "respondent_id", "answered_on", "question", "score")
    found = collected(voice.survey_answers(surveys))
    assert found["respondent_id"].tolist() == ["r1"] and "verbatim" not in found


def test_cases_start_on_a_day_and_a_missing_column_is_named(made):
    cases = made(CASES, "customer_id", "opened_on", "topic")
    assert len(collected(voice.case_list(cases, since=date(2026, 9, 30)))) == 2
    with pytest.raises(DataError, match="the column event is missing"):
        voice.unfinished(cases)
