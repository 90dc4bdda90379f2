"""Rollups of media by channel: five rows by hand on DuckDB."""

from datetime import date

import duckdb
import pandas as pd
import pytest

from helpers import rollups
from helpers.errors import DataError
from helpers.rollups import media_channels

NAMES = [
    "spent_on", "ends_on", "platform", "market", "campaign_id", "channel", "spend", "impressions", "measurable_impressions",
    "viewable_impressions", "invalid_impressions", "clicks", "link_clicks", "video_completions", "watch_seconds",
]  # fmt: skip
D1, D2, NO = date(2026, 9, 1), date(2026, 9, 2), None
MEDIA = [
    (D1, NO, "meta", "FR", "1", "social", 10.10, 100, 80, 40, 2, 9, 5, 10, 200.0),
    (D1, NO, "meta", "FR", "2", "social", 20.20, 50, NO, NO, NO, 4, NO, NO, NO),
    (D2, NO, "meta", "FR", "1", "social", 5.0, NO, NO, NO, NO, NO, NO, NO, NO),
    (D1, date(2026, 9, 7), "offline", "FR", "9", "tv", 70.0, NO, NO, NO, NO, NO, NO, NO, NO),
    (D1, NO, "meta", "BE", "7", NO, 3.0, 10, NO, NO, NO, 1, 1, NO, NO),
]


@pytest.fixture
def relation():
    """A frame as a DuckDB relation, its days as days."""
    with duckdb.connect() as opened:
        names = iter(range(100))

        def made(rows, columns):
            name, frame = f"given{next(names)}", pd.DataFrame(rows, columns=columns)
            opened.register(name, frame)
            cast = ", ".join(f"CAST({one} AS DATE) AS {one}" for one in columns if one.endswith("_on"))
            return opened.sql(f"SELECT * REPLACE ({cast}) FROM {name}")

        yield made


def days(relation, rows=MEDIA, names=NAMES):
    made = rollups.collect(media_channels.channel_days(relation(rows, names)), may_be_empty=True)
    return made.sort_values(["spent_on", "platform", "market"], kind="stable", ignore_index=True)


def test_rates_take_both_counts_from_rows_that_have_both(relation):
    made = days(relation)
    social = made[(made["channel"] == "social") & (made["spent_on"] == pd.Timestamp(D1))].iloc[0]
    assert social["spend"] == 30.30 and social["impressions"] == 150
    assert (social["measurable"], social["viewable"]) == (80, 40)
    assert (social["checked"], social["invalid"]) == (100, 2)
    assert (social["shown"], social["clicked"]) == (150, 9)  # 5 links and, where links are not told, 4 clicks
    assert (social["film"], social["completed"]) == (100, 10) and (social["screened"], social["watched"]) == (
        100,
        200,
    )


def test_spend_without_counts_and_without_a_channel_keeps_its_row(relation):
    made = days(relation)
    assert len(made) == 4 and made["spend"].sum() == pytest.approx(108.3)
    assert made.loc[made["channel"].isna(), "spend"].tolist() == [3.0]
    tv = made[made["channel"] == "tv"].iloc[0]
    assert tv["impressions"] == 0 and tv["ends_on"] == pd.Timestamp("2026-09-07")


def test_a_company_without_counts_has_spend_alone(relation):
    few = ["spent_on", "ends_on", "platform", "market", "spend"]
    made = days(relation, [(D1, None, "meta", "FR", 1.0)], few)
    assert made["spend"].tolist() == [1.0] and made["shown"].tolist() == [0.0]


def test_a_missing_column_is_said(relation):
    with pytest.raises(DataError, match="spend is missing"):
        media_channels.channel_days(
            relation([(D1, None, "meta", "FR")], ["spent_on", "ends_on", "platform", "market"])
        )


def test_campaigns_are_added_up_by_day_from_a_day_on(relation):
    made = rollups.collect(media_channels.campaign_days(relation(MEDIA, NAMES), since=D2))
    assert made[["campaign_id", "spend"]].to_numpy().tolist() == [["1", 5.0]]


CLAIMED = ["converted_on", "platform", "campaign_id", "conversion_action", "conversion_group", "attribution_window", "counted_by", "conversions", "conversion_value"]  # fmt: skip
CLAIMS = [
    (D1, "meta", "1", "buy", "purchase", "7d_click", "platform", 2.5, 100.0),
    (D2, "meta", "2", "buy", "purchase", "7d_click", "platform", 1.0, 50.0),
    (D1, "meta", "1", "buy", "purchase", "1d_view", "platform", 9.0, NO),
    (D1, "meta", "1", "buy", "purchase", "7d_click", "own", 1.0, 40.0),
    (D1, "meta", "404", "call", NO, NO, "platform", 1.0, NO),
]


def test_claims_of_two_windows_and_two_counters_are_never_one(relation):
    made = rollups.collect(media_channels.claims(relation(CLAIMS, CLAIMED), relation(MEDIA, NAMES)))
    assert len(made) == 4
    week = made[(made["attribution_window"] == "7d_click") & (made["counted_by"] == "platform")].iloc[0]
    assert (week["channel"], week["conversions"], week["conversion_value"]) == ("social", 3.5, 150.0)
    unknown = made[made["channel"].isna()].iloc[0]
    assert (unknown["conversion_group"], unknown["conversions"]) == ("call", 1.0)


def test_tax_is_told_from_orders_that_have_both_sums(relation):
    columns = [
        "customer_id",
        "ordered_on",
        "status",
        "revenue_excl_vat",
        "returned_value",
        "revenue_incl_vat",
    ]
    rows = [
        ("a", D1, "paid", 100.0, 10.0, 120.0),
        ("b", D1, "paid", 50.0, NO, NO),
        ("c", D1, "cancelled", 9.0, NO, 9.9),
    ]
    made = rollups.collect(media_channels.taxed_sales(relation(rows, columns)))
    assert made.drop(columns="month").to_numpy().tolist() == [[2, 140.0, 100.0, 120.0]]
    made = rollups.collect(media_channels.taxed_sales(relation([r[:5] for r in rows], columns[:5])))
    assert made.drop(columns="month").to_numpy().tolist() == [[2, 140.0, 0.0, 0.0]]
