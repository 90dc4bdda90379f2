"""Hootsuite, Sprinklr and the export of a Slack channel."""

import json
import shutil
import zipfile

import pandas as pd
import pytest
from tidying import FIXTURES, fixture, tidy

from helpers.errors import DataError

SLACK = FIXTURES / "slack_channel" / "workspace"


def refused(name, said, **settings):
    with pytest.raises(DataError, match=said):
        fixture(name, **settings)


def test_posts_are_read_below_the_title_with_grouped_numbers_and_dates_that_begin_with_the_month():
    got = fixture("hootsuite_posts/en.csv")
    assert (got.map, got.reading.header_line) == ("hootsuite_posts", 3)
    assert got.rows(
        "social_posts", "network", "post_id", "impressions", "reach", "likes", "clicks", "video_views"
    ) == [
        ("facebook", "120210000000012345", 12450, 10020, 430, 1204, None),
        ("linkedin", "7170000000000000001", 3100, 2750, 80, 31, 1950),
    ]
    assert got["social_posts"]["body"].tolist() == [
        "New season, new colours\nfor rain and wind",
        "Ask […], or write to […]",
    ]
    assert (str(got.reading.declared[0]), str(got.reading.declared[1])) == ("2024-03-01", "2024-03-31")


def test_a_post_late_in_the_evening_in_greenwich_is_of_the_next_day_in_paris():
    got = fixture("hootsuite_posts/en.csv")
    assert got.rows("social_posts", "posted_at", "posted_on")[1] == (
        pd.Timestamp(2024, 3, 31, 22, 45),
        pd.Timestamp(2024, 4, 1),
    )


def test_french_posts_are_read_under_semicolons():
    got = fixture("hootsuite_posts/fr.csv")
    assert got.rows("social_posts", "network", "profile", "impressions", "reach", "likes") == [
        ("instagram", "Maison", 1245, 1002, 43)
    ]


def test_a_date_that_reads_two_ways_without_a_period_above_it_is_refused():
    refused("hootsuite_posts/ambiguous.csv", "'03/04/2024 09:30' that can be read day first or month first")
    assert fixture("hootsuite_posts/ambiguous.csv", date_order="mdy")["social_posts"][
        "posted_on"
    ].tolist() == [pd.Timestamp(2024, 3, 4)]


def test_the_number_of_a_post_that_excel_has_shortened_is_refused():
    refused("hootsuite_posts/shortened.csv", r"'1.2021E\+17' in 'Post ID' was shortened by Excel")


def test_followers_are_a_level_a_day_and_account():
    got = fixture("hootsuite_accounts/en.csv")
    assert got.rows(
        "social_daily", "measured_on", "network", "profile", "followers", "followers_gained", "posts"
    ) == [
        (pd.Timestamp(2024, 3, 1), "facebook", "Maison FR", 25310, 12, 2),
        (pd.Timestamp(2024, 3, 2), "facebook", "Maison FR", 25322, 14, 0),
        (pd.Timestamp(2024, 3, 1), "instagram", "maison", 41002, 55, 1),
    ]


def test_an_account_that_the_file_does_not_name_is_asked_for():
    refused("hootsuite_accounts/no_profile.csv", 'nothing says profile. Add account_id = "…" for this file')
    got = fixture("hootsuite_accounts/no_profile.csv", account_id="maison")
    assert got["social_daily"]["profile"].tolist() == ["maison"]


def test_a_report_of_several_tiles_is_read_from_its_zip(tmp_path):
    path = tmp_path / "report.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(FIXTURES / "hootsuite_posts" / "en.csv", "Post performance.csv")
        archive.write(FIXTURES / "hootsuite_accounts" / "en.csv", "Accounts.csv")
    got = tidy(path)
    assert sorted(one.map.id for one in got.readings) == ["hootsuite_accounts", "hootsuite_posts"]
    assert (len(got["social_posts"]), len(got["social_daily"])) == (2, 3)


def test_a_file_for_planning_posts_is_no_result_and_is_refused():
    refused(
        "hootsuite_bulk_composer/plan.csv",
        "plan.csv: this is a file for planning posts in bulk, not their results. Export Analytics > Post performance",
    )


def test_mentions_are_read_from_the_template_and_an_unread_tone_is_unknown():
    got = fixture("sprinklr_mentions/en.csv")
    assert got.rows("social_mentions", "network", "brand", "topic", "sentiment", "mentions", "reach") == [
        ("instagram", "own", "delivery", "negative", 14, 120400),
        ("instagram", "own", "delivery", "positive", 22, 98000),
        ("Forums", "Rival", None, "unknown", 3, None),
        ("x", "own", None, "unknown", 5, 2000),
    ]


def test_a_tone_that_is_not_listed_counts_as_unknown_and_is_named():
    got = fixture("sprinklr_mentions/fr.csv")
    assert got["social_mentions"]["sentiment"].tolist() == ["negative", "unknown"]
    assert got.reading.notes == ["tone: the map does not list 'Mitigé'; it counts as unknown"]


def test_two_rows_of_the_same_day_and_tone_are_refused_since_reach_does_not_add_up():
    refused("sprinklr_mentions/twice.csv", "social_mentions: 1 of 2 rows repeats the mentioned_on")


def test_single_mentions_are_counted_and_nobody_is_named():
    got = fixture("sprinklr_messages/en.csv")
    assert got.map == "sprinklr_messages"
    assert got.rows(
        "social_mentions", "mentioned_on", "brand", "topic", "sentiment", "mentions", "reach"
    ) == [
        (pd.Timestamp(2026, 9, 1), "own", "quality", "positive", 2, None),
        (pd.Timestamp(2026, 9, 1), "own", "delivery", "negative", 1, None),
    ]
    assert "Sender Screen Name" in got.reading.unused


@pytest.fixture
def export(tmp_path):
    """The made-up workspace as its ZIP."""
    path = tmp_path / "slack" / "export.zip"
    path.parent.mkdir()
    shutil.make_archive(str(path.with_suffix("")), "zip", SLACK)
    return path


def test_only_marked_messages_of_public_channels_are_kept(export):
    got = tidy(export)
    assert got.map == "slack_channel"
    assert got.rows("postmortems", "postmortem_id", "held_on", "campaign_id") == [
        ("insights-1788300000.000100", pd.Timestamp(2026, 9, 2), "sept-b2b")
    ]
    assert got.rows("decisions", "decision_id", "decided_on", "kpi", "decision", "due_on", "status") == [
        ("insights-1788386400.000100", pd.Timestamp(2026, 9, 3), "roas", "Stop the display test in #belgique",
         pd.Timestamp(2026, 10, 31), "planned"),
    ]  # fmt: skip
    assert got.rows("questions", "question", "decision", "test", "due_on") == [
        ("Do vouchers bring new customers?", "budget of vouchers", "holdout", None)
    ]
    kept = " ".join(frame.to_csv() for frame in got.tables.values())
    for said in ("good morning", "lunch", "party", "us two", "meet more"):
        assert said not in kept


def test_names_handles_addresses_numbers_and_links_are_taken_out(export):
    row = tidy(export).rows("postmortems", "expected", "happened", "cause", "rule")[0]
    assert row == (
        "+2 points of clicks, as […] thought",
        "-3 points (the report)",
        "read as spam by Outlook",
        "no emoji in B2B, ask […] or […]",
    )
    everything = tidy(export)["postmortems"].to_csv()
    for name in ("Anna", "Maréchal", "Will", "example.org"):
        assert name not in everything


def test_marked_messages_that_lack_a_part_are_left_out_and_told(export):
    got = tidy(export)
    assert got.reading.left == {"feeds no table": 2}
    assert got.reading.notes == [
        "1 messages with #learning do not say both what was expected and what happened, and are left out",
        "1 messages with #question do not say which decision the answer serves, and are left out",
    ]


def test_a_day_of_one_channel_is_read_alone_and_one_without_a_marker_is_no_fault(tmp_path):
    got = tidy(SLACK / "insights" / "2026-09-03.json")
    assert len(got["decisions"]) == 1
    path = tmp_path / "2026-09-04.json"
    path.write_text(json.dumps([{"type": "message", "ts": "1788473000.000100", "text": "hello"}]))
    assert tidy(path).tables == {}


def test_a_message_without_a_time_is_refused(tmp_path):
    path = tmp_path / "2026-09-04.json"
    path.write_text(json.dumps([{"type": "message", "ts": "now", "text": "#decision go"}]))
    with pytest.raises(DataError, match="a message without a time. Export the channel again"):
        tidy(path)
