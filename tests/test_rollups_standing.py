"""Where customers stand on a day: answers by hand, and the same as counting in pandas."""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups.standing import choices, gap_counts, silence_counts, standing, win_back_arms

COLUMNS = ["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "market"]
AT, UNTIL = date(2026, 2, 28), date(2026, 3, 31)
# Anna buys on 5 January (twice on one day), 9 February and 10 March; Ben once, in January; Cleo for the first time in March.
SIX = [
    ("anna", date(2026, 1, 5), "paid", 10.0, None, "FR"),
    ("anna", date(2026, 1, 5), "paid", 20.0, 0.0, "FR"),
    ("anna", date(2026, 2, 9), "paid", 50.0, 15.0, "FR"),
    ("anna", date(2026, 3, 10), "paid", 40.0, 0.0, "FR"),
    ("anna", date(2026, 3, 2), "cancelled", 99.0, None, "FR"),
    ("ben", date(2026, 1, 20), "paid", 7.5, None, "BE"),
    ("cleo", date(2026, 3, 5), "paid", 9.0, None, "BE"),
]


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        yield opened


def relation(connection, frame, name="given"):
    connection.register(name, frame)
    days = ", ".join(f"CAST({c} AS DATE) AS {c}" for c in frame if c.endswith("_on"))
    return connection.sql(f"SELECT * REPLACE ({days}) FROM {name}" if days else f"SELECT * FROM {name}")


@pytest.fixture
def six(connection):
    return relation(connection, pd.DataFrame(SIX, columns=COLUMNS))


def test_six_orders_by_hand(six):
    table = rollups.collect(standing(six, at=AT, until=UNTIL, recent_days=28)).set_index("customer_id")
    assert list(table.index) == ["anna", "ben"]  # Cleo was not known yet
    anna, ben = table.loc["anna"], table.loc["ben"]
    assert (anna["n_days"], anna["silence"], anna["n_recent"], anna["market"]) == (2, 19 / 7, 1, "FR")
    assert (anna["next_in"], anna["next_spend"]) == (10, 40.0)
    assert ben["silence"] == 39 / 7 and pd.isna(ben["next_in"]) and ben["next_spend"] == 0


def test_nothing_after_the_day_changes_what_was_known(six):
    later = ["next_in", "next_spend"]
    known = rollups.collect(standing(six, at=AT, until=UNTIL)).drop(columns=later)
    cut = rollups.collect(standing(six.filter("ordered_on <= DATE '2026-02-28'"), at=AT, until=UNTIL)).drop(
        columns=later
    )
    pd.testing.assert_frame_equal(known, cut)


def test_silent_customers_by_hand(six):
    counts = silence_counts(six, ends=[UNTIL, AT], window=60, days=31)
    # up to 28 February Anna and Ben had bought; Anna came back in March, Ben did not. Before 28 January both; Anna came back.
    assert counts["n_active"].tolist() == [2, 2] and counts["n_silent"].tolist() == [1, 1]
    assert silence_counts(six, ends=[UNTIL], window=20, days=31)["n_active"].tolist() == [
        1
    ]  # Ben's last purchase is too old
    assert silence_counts(six, ends=[date(2020, 1, 1)], window=20, days=31)["n_active"].tolist() == [0]


def test_counting_in_one_pass_is_counting_each_day(connection):
    rng = np.random.default_rng(0)
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 400, 2000), unit="D")
    made = pd.DataFrame(
        {"customer_id": rng.integers(0, 200, 2000).astype(str), "ordered_on": days, "status": "paid"}
    )
    orders = relation(connection, made.assign(revenue_excl_vat=1.0, returned_value=0.0, market="FR"))
    ends = [date(2026, 1, 31), date(2025, 10, 31)]
    counts = silence_counts(orders, ends=ends, window=70, days=50)
    for end, row in zip(ends, counts.itertuples(), strict=True):
        start = pd.Timestamp(end - timedelta(days=50))
        last = made[made["ordered_on"] <= start].groupby("customer_id")["ordered_on"].max()
        active = last.index[last >= start - pd.Timedelta(days=70)]
        after = made[(made["ordered_on"] > start) & (made["ordered_on"] <= pd.Timestamp(end))]["customer_id"]
        assert (row.n_active, row.n_silent) == (len(active), len(set(active) - set(after)))


def test_gaps_by_hand(six):
    gaps = rollups.collect(gap_counts(six, since=date(2026, 1, 1), until=UNTIL))
    assert dict(zip(gaps["gap"], gaps["n"], strict=True)) == {35: 1, 29: 1}
    assert rollups.collect(gap_counts(six, since=date(2026, 3, 1), until=UNTIL))["gap"].tolist() == [29]


def test_arms_of_a_win_back_by_hand(connection, six):
    people = pd.DataFrame(
        {"campaign_id": "back", "customer_id": ["anna", "ben", "cleo"], "is_held_out": [False, True, False]}
    )
    begun = pd.DataFrame({"campaign_id": ["back"], "starts_on": [date(2026, 3, 1)]})
    arms = win_back_arms(
        six,
        relation(connection, people, "people"),
        relation(connection, begun, "begun"),
        days=14,
        until=UNTIL,
    )
    table = rollups.collect(arms).set_index("is_held_out")
    assert table.loc[False, ["n", "n_back", "n_known", "n_silent"]].tolist() == [
        2,
        2,
        1,
        1,
    ]  # Anna last bought 20 days before
    assert table.loc[True, ["n", "n_back", "n_known", "n_silent"]].tolist() == [1, 0, 1, 1]
    late = win_back_arms(
        six,
        relation(connection, people, "people"),
        relation(connection, begun, "begun"),
        days=91,
        until=UNTIL,
    )
    assert rollups.collect(late, may_be_empty=True).empty  # its 13 weeks are not over


def test_choices_by_hand(connection):
    answers = pd.DataFrame(
        {
            "question": ["why", "why", "why", "nps"],
            "choice": ["price", "price", None, "x"],
            "answered_on": [date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 1)],
        }
    )
    table = rollups.collect(
        choices(relation(connection, answers), questions=("why",), since=date(2026, 1, 15))
    )
    assert table.to_dict("list") == {"question": ["why"], "choice": ["price"], "n": [1]}


def test_a_missing_column_is_named(connection, six):
    with pytest.raises(DataError, match="the column market is missing"):
        standing(
            six.select("customer_id, ordered_on, status, revenue_excl_vat, returned_value"),
            at=AT,
            until=UNTIL,
        )
    with pytest.raises(DataError, match="the column choice is missing"):
        choices(relation(connection, pd.DataFrame({"question": ["why"]})), questions=("why",), since=AT)
