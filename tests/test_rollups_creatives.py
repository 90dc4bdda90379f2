"""Rollups of tests and creatives: a few rows by hand on DuckDB."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import creatives, media_weeks

MONDAY, TUESDAY = date(2026, 2, 2), date(2026, 2, 3)


@pytest.fixture
def relation():
    """A frame as a DuckDB relation whose days are days."""
    with duckdb.connect() as opened:
        names = iter(range(100))

        def made(rows, columns):
            name = f"given{next(names)}"
            opened.register(name, pd.DataFrame(rows, columns=columns))
            cast = ", ".join(f"CAST({one} AS DATE) AS {one}" for one in columns if one.endswith("_on"))
            return opened.sql(f"SELECT * REPLACE ({cast}) FROM {name}")

        yield made


def test_arms_by_day_add_up_places_and_keep_the_plan(relation):
    columns = [
        "experiment_id",
        "arm",
        "measured_on",
        "market",
        "kind",
        "units",
        "conversions",
        "value",
        "starts_on",
        "ends_on",
    ]
    rows = [
        ("spring", "control", MONDAY, "FR", "ab", 10, 1.0, 5.5, MONDAY, TUESDAY),
        ("spring", "control", MONDAY, "BE", "ab", 20, 2.0, None, MONDAY, TUESDAY),
        ("spring", "b", TUESDAY, "FR", "ab", 30, 3.0, 7.25, MONDAY, TUESDAY),
        ("dark", "treated", MONDAY, "FR", "geo", 1, 9.0, 9.0, MONDAY, TUESDAY),
    ]
    found = rollups.collect(creatives.arm_days(relation(rows, columns))).sort_values("arm")
    assert found["arm"].tolist() == ["b", "control"]
    assert found["units"].tolist() == [30, 30] and found["conversions"].tolist() == [3, 3]
    assert found["value"].tolist() == [7.25, 5.5] and found["n_value"].tolist() == [1, 1]
    assert found["n_rows"].tolist() == [1, 2] and found["n_markets"].tolist() == [1, 2]
    # columns that the table lacks are empty, never zero
    assert found["metric"].isna().all() and found["n_squares"].tolist() == [0, 0]


MEDIA = ["spent_on", "platform", "channel", "campaign", "spend", "impressions", "clicks", "link_clicks", "video_views", "video_view_definition",
         "video_25", "video_50", "video_75", "video_completions", "watch_seconds"]  # fmt: skip
DELIVERED = [
    (MONDAY, "meta", "social", "short", 1.5, 100, 9, 4, 30, "3 seconds", 20, 15, 12, 10, 200.0),
    (TUESDAY, "meta", "social", "short", 0.5, 100, 9, None, None, "3 seconds", None, None, None, None, None),
    (TUESDAY, "dv360", None, "film", 2.0, 50, 1, None, 5, "30 seconds", 20, 10, 8, 5, 90.0),
    (date(2026, 1, 5), "meta", "social", "short", 9.0, 1, 1, 1, 1, "3 seconds", 1, 1, 1, 1, 1.0),
]


def test_creatives_by_month_divide_only_what_both_counts_know(relation):
    found = rollups.collect(creatives.creative_months(relation(DELIVERED, MEDIA), since=date(2026, 2, 1)))
    short, film = (found[found["campaign"] == name].iloc[0] for name in ("short", "film"))
    assert (short["shown"], short["clicked"]) == (200, 13)  # clicks to the site where they are told, else all
    assert (short["film"], short["completed"], short["watched"]) == (
        100,
        10,
        200,
    )  # the second day has no plays, so no impressions either
    assert (short["quarter"], short["whole"], short["spend"]) == (20, 10, 2.0)
    assert (film["video_view_definition"], film["film_views"], film["views"]) == ("30 seconds", 50, 5)
    assert found["month"].nunique() == 1


def test_media_without_video_has_no_video(relation):
    few = [row[:6] for row in DELIVERED]
    found = rollups.collect(creatives.creative_months(relation(few, MEDIA[:6]), since=MONDAY))
    assert (found[["film", "quarter", "views"]] == 0).all(axis=None)


def test_channels_and_orders_by_day(relation):
    spend = rollups.collect(creatives.channel_days(relation(DELIVERED, MEDIA)))
    assert spend["spend"].sum() == 13 and spend["channel"].isna().sum() == 1
    columns = ["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "market"]
    orders = [
        ("anna", MONDAY, "paid", 30.0, 10.0, "FR"), ("anna", MONDAY, "paid", 5.0, None, "FR"), ("ben", MONDAY, "cancelled", 9.0, 0.0, "FR"),
        ("carl", date(2026, 1, 1), "paid", 9.0, 0.0, "FR"),
    ]  # fmt: skip
    found = rollups.collect(media_weeks.sales_days(relation(orders, columns), since=MONDAY))
    assert found[["n_orders", "revenue"]].to_numpy().tolist() == [[2, 25.0]]


def test_a_missing_column_is_named(relation):
    with pytest.raises(DataError, match="units"):
        creatives.arm_days(
            relation(
                [("a", "b", MONDAY, "FR", "ab")], ["experiment_id", "arm", "measured_on", "market", "kind"]
            )
        )
