"""Media cost and sales by whole weeks: answers by hand on DuckDB, and totals that survive."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import media_weeks

MEDIA = ["spent_on", "ends_on", "platform", "campaign_id", "channel", "spend"]
COST = [
    (date(2026, 1, 5), None, "a", "1", "search", 10.0),  # a Monday
    (date(2026, 1, 11), None, "a", "1", "search", 4.0),  # the Sunday of the same week
    (date(2026, 1, 9), date(2026, 1, 14), "b", "2", "tv", 60.0),  # three days in this week, three in the next
    (date(2026, 1, 12), None, "c", "3", None, 5.0),  # fits no channel
    (date(2026, 1, 4), None, "a", "1", "search", 99.0),  # before the first whole week
]
ORDERS = ["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "market"]
BOUGHT = [
    ("anna", date(2026, 1, 5), "paid", 100.0, 20.0, "FR"),
    ("ben", date(2026, 1, 11), "paid", 50.0, None, "BE"),
    ("carl", date(2026, 1, 8), "cancelled", 500.0, 0.0, "FR"),
    ("dora", date(2026, 1, 12), "paid", 10.0, 30.0, "FR"),
]
WEEKS = media_weeks.whole_weeks(date(2026, 1, 1), date(2026, 1, 18))


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        yield opened


def relation(connection, rows, columns, name="given"):
    frame = pd.DataFrame(rows, columns=columns)
    connection.register(name, frame)
    days = ", ".join(f"CAST({c} AS DATE) AS {c}" for c in frame if c.endswith("_on"))
    return connection.sql(f"SELECT * REPLACE ({days}) FROM {name}")


def weekly(connection, rows=COST):
    days = rollups.collect(media_weeks.channel_days(relation(connection, rows, MEDIA)), may_be_empty=True)
    return media_weeks.weekly_spend(days, weeks=WEEKS)


def test_only_weeks_with_all_their_days_are_whole():
    assert [day.date() for day in WEEKS] == [date(2026, 1, 5), date(2026, 1, 12)]
    assert len(media_weeks.whole_weeks(date(2026, 1, 6), date(2026, 1, 17))) == 0


def test_spend_by_week_and_channel_by_hand(connection):
    made = weekly(connection)
    assert made["search"].tolist() == [14.0, 0.0]
    assert made["tv"].tolist() == [30.0, 30.0]
    assert made[media_weeks.UNMAPPED].tolist() == [0.0, 5.0]


def test_no_money_is_lost_between_days_and_weeks(connection):
    inside = [row for row in COST if row[0] >= date(2026, 1, 5)]
    assert weekly(connection, inside).to_numpy().sum() == pytest.approx(sum(row[-1] for row in inside))


def test_the_order_of_the_rows_changes_nothing(connection):
    pd.testing.assert_frame_equal(weekly(connection), weekly(connection, COST[::-1]))


def test_a_span_that_ends_before_it_begins_is_refused(connection):
    with pytest.raises(DataError, match="before it begins"):
        weekly(connection, [(date(2026, 1, 9), date(2026, 1, 8), "b", "2", "tv", 1.0)])


def test_no_spend_gives_no_channel(connection):
    assert weekly(connection, COST[:0]).shape == (2, 0)


def test_sales_by_week_take_returns_off_and_may_be_negative(connection):
    days = rollups.collect(media_weeks.sales_days(relation(connection, BOUGHT, ORDERS)))
    made = media_weeks.weekly_sales(days, weeks=WEEKS)
    assert made["revenue"].tolist() == [130.0, -20.0]
    assert made["n_orders"].tolist() == [2, 1]


def test_a_week_without_a_paid_order_is_empty_and_not_zero(connection):
    days = rollups.collect(media_weeks.sales_days(relation(connection, BOUGHT[:2], ORDERS)))
    assert media_weeks.weekly_sales(days, weeks=WEEKS)["revenue"].isna().tolist() == [False, True]


def test_each_test_has_its_markets_once(connection):
    rows = [("geo_tv", "FR"), ("geo_tv", "FR"), ("geo_tv", "BE")]
    connection.register("experiments", pd.DataFrame(rows, columns=["experiment_id", "market"]))
    made = rollups.collect(media_weeks.test_markets(connection.table("experiments")))
    assert sorted(made.itertuples(index=False, name=None)) == [("geo_tv", "BE"), ("geo_tv", "FR")]


def test_claims_are_the_platforms_own_and_go_to_the_channel_of_their_campaign(connection):
    columns = ["converted_on", "platform", "campaign_id", "counted_by", "conversion_value"]
    rows = [
        (date(2026, 1, 5), "a", "1", "platform", 70.0),
        (date(2026, 1, 5), "a", "1", "own", 50.0),
        (date(2026, 1, 6), "b", "2", "platform", 5.0),
    ]
    said = relation(connection, rows, columns, "said")
    made = rollups.collect(media_weeks.platform_claims(said, relation(connection, COST, MEDIA)))
    assert made.set_index("channel")["value"].to_dict() == {"search": 70.0, "tv": 5.0}
