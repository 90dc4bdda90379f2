"""Rows as a connector lands them in a warehouse. The public test data are read where they are, and sums are worked out again from the file."""

import csv

import pandas as pd
import pytest
import reader
from tidying import tidy

from helpers.errors import DataError

US = {"currency": "USD", "market": "US", "markets": ("US",)}


@pytest.fixture
def seed(test_data):
    """Read a table of the test data; gives what came out and its rows as plain texts."""

    def of(name, **settings):
        path = test_data / "warehouse" / name
        with path.open(newline="", encoding="utf-8") as file:
            return tidy(path, **{**US, **settings}), list(csv.DictReader(file))

    return of


def total(rows, column, *, where=lambda row: True):
    return sum(float(row[column] or 0) for row in rows if where(row))


@pytest.mark.golden
@pytest.mark.parametrize("table", ["campaign_stats", "ad_group_stats", "account_stats"])
def test_google_ads_sums_survive_with_money_out_of_millionths(seed, table):
    got, rows = seed(f"google_ads/{table}_data.csv")
    assert got.map == f"fivetran_google_ads_{table}"
    spend = got["media_spend"]
    assert spend["spend"].sum() == pytest.approx(total(rows, "cost_micros") / 1_000_000, abs=1e-9)
    assert spend["impressions"].sum() == total(rows, "impressions")
    assert spend["clicks"].sum() == total(rows, "clicks")
    assert got["media_conversions"]["conversions"].sum() == pytest.approx(total(rows, "conversions"))
    assert set(spend["account_id"]) == {row["customer_id"] for row in rows}
    assert set(spend["spent_on"].astype("str")) == {row["date"] for row in rows}


@pytest.mark.golden
def test_landed_google_ads_rows_ask_for_their_currency(seed):
    with pytest.raises(DataError, match='no currency column; say which: add currency = "EUR"'):
        seed("google_ads/campaign_stats_data.csv", currency="")


@pytest.mark.golden
def test_of_the_versions_of_a_campaign_one_is_left(seed):
    got, rows = seed("google_ads/campaign_history_data.csv")
    assert got.rows("campaigns", "campaign_id", "name", "type", "channel", "starts_on") == [
        (rows[0]["id"], rows[0]["name"], "SEARCH", "search", pd.Timestamp(rows[0]["start_date"]))
    ]


@pytest.mark.golden
def test_keywords_are_not_taken_for_an_account(seed):
    with pytest.raises(DataError, match="no heads of"):
        seed("google_ads/keyword_stats_data.csv")


@pytest.mark.golden
@pytest.mark.parametrize(
    ("file", "said"),
    [
        (
            "google_ads/account_history_data.csv",
            "names the currency and the time zone of accounts and holds no figures",
        ),
        (
            "meta/facebook_ads_basic_ad_action_values_data.csv",
            "what actions were worth without how many they were",
        ),
        ("meta/facebook_ads_campaign_history_data.csv", "which lacks starts"),
        (
            "meta/facebook_pages_lifetime_post_metrics_total_data.csv",
            "how posts did and not when they were posted",
        ),
        ("meta/instagram_business_media_insights_data.csv", "how posts did and not when they were posted"),
        ("hubspot/email_event_sent_data.csv", "neither whom they are about nor when they happened"),
        ("hubspot/email_event_open_data.csv", "neither whom they are about nor when they happened"),
        ("hubspot/email_event_click_data.csv", "neither whom they are about nor when they happened"),
    ],
)
def test_a_table_that_cannot_serve_says_why(seed, file, said):
    with pytest.raises(DataError, match=said):
        seed(file)


@pytest.mark.golden
def test_facebook_spend_survives_and_reach_is_kept_a_row(seed):
    got, rows = seed("meta/facebook_ads_basic_ad_data.csv")
    assert got["media_spend"]["spend"].sum() == pytest.approx(total(rows, "spend"), abs=1e-9)
    assert got["media_spend"]["link_clicks"].sum() == total(rows, "inline_link_clicks")
    assert got["media_reach"]["reach"].tolist() == [int(row["reach"]) for row in rows]
    assert set(got["media_spend"]["platform"]) == {"meta"}


@pytest.mark.golden
def test_facebook_actions_are_added_up_over_ads_by_action_and_window(seed):
    got, rows = seed("meta/facebook_ads_basic_ad_actions_data.csv")
    sums = got["media_conversions"].groupby("attribution_window")["conversions"].sum().to_dict()
    assert sums == {
        "as set in the ad set": total(rows, "value"),
        "7d_click": total(rows, "_7_d_click"),
        "1d_view": total(rows, "_1_d_view"),
    }
    leads = got["media_conversions"].query(
        "conversion_action == 'lead' and attribution_window == 'as set in the ad set'"
    )
    assert leads["conversions"].sum() == total(rows, "value", where=lambda row: row["action_type"] == "lead")


@pytest.mark.golden
def test_facebook_countries_are_markets(seed):
    got, rows = seed("meta/facebook_ads_demographics_country_data.csv")
    by = got["media_spend"].groupby("market")["spend"].sum().to_dict()
    assert by == {row["country"]: float(row["spend"]) for row in rows}


@pytest.mark.golden
def test_followers_of_pages_and_accounts_are_read_by_day(seed):
    got, rows = seed("meta/facebook_pages_daily_page_metrics_total_data.csv")
    assert got.rows("social_daily", "network", "followers", "followers_gained", "impressions") == [
        ("facebook", int(row["page_fans"]), int(row["page_fan_adds"]), int(row["page_impressions"]))
        for row in rows
    ]
    got, rows = seed("meta/instagram_business_user_history_data.csv")
    assert got.rows("social_daily", "measured_on", "network", "profile", "followers") == [
        (pd.Timestamp(2021, 10, 27), "instagram", rows[0]["id"], int(rows[0]["followers_count"]))
    ]


@pytest.mark.golden
@pytest.mark.parametrize(
    ("file", "kept"),
    [
        (
            "facebook_pages_post_history",
            lambda row: row["is_published"] == "true" and row["is_hidden"] == "false",
        ),
        ("instagram_business_media_history", lambda row: row["is_story"] == "false"),
    ],
)
def test_a_post_of_many_versions_stands_once(seed, file, kept):
    got, rows = seed(f"meta/{file}_data.csv")
    assert sorted(got["social_posts"]["post_id"]) == sorted({row["id"] for row in rows if kept(row)})


@pytest.mark.golden
def test_hubspot_contacts_companies_deals_and_stages_are_all_there(seed):
    got, rows = seed("hubspot/contact_data.csv")
    alive = [row for row in rows if row["_fivetran_deleted"] == "FALSE"]
    hashes = reader.hashed(pd.Series([row["property_email"] for row in alive]), "email")
    assert sorted(got["customers"]["customer_id"]) == sorted(set(hashes))
    got, rows = seed("hubspot/company_data.csv", markets=("US", "GB"))
    assert len(got["accounts"]) == len([row for row in rows if row["is_deleted"] == "false"])
    assert set(got["accounts"]["market"]) == {"US", "GB"}
    got, rows = seed("hubspot/deal_data.csv")
    assert len(got["opportunities"]) == len(rows)
    assert set(got["opportunities"]["stage"]) == {"(none)"}  # the pipelines of all these deals are gone
    got, rows = seed("hubspot/deal_stage_data.csv")
    assert set(got["opportunity_stages"]["stage"]) == {row["value"] for row in rows}
    assert got["opportunity_stages"]["left_on"].isna().all()


@pytest.mark.golden
@pytest.mark.parametrize(
    ("file", "table", "measure"),
    [
        ("google_ads/campaign_stats_data.csv", "media_spend", "spend"),
        ("meta/facebook_ads_basic_ad_data.csv", "media_spend", "spend"),
        ("meta/facebook_ads_basic_ad_actions_data.csv", "media_conversions", "conversions"),
        ("hubspot/deal_data.csv", "opportunities", None),
    ],
)
def test_parquet_gives_the_same_rows_as_csv(seed, test_data, tmp_path, file, table, measure):
    got, _ = seed(file)
    frame = pd.read_csv(test_data / "warehouse" / file)
    for name in frame.columns:
        if name in ("date", "property_createdate"):
            frame[name] = pd.to_datetime(frame[name])
    path = tmp_path / file.split("/")[1].replace(".csv", ".parquet")
    frame.to_parquet(path)
    again = tidy(path, **US)
    assert again.map == got.map
    one, two = (made[table].sort_values([*made[table].columns], ignore_index=True) for made in (again, got))
    pd.testing.assert_frame_equal(one, two, check_exact=measure is None)


@pytest.fixture
def landed(tmp_path):
    """Read a text as a landed table."""

    def of(text, name="x.csv", **settings):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return tidy(path, **{**US, **settings})

    return of


def test_the_latest_version_of_a_campaign_counts_wherever_it_stands(landed):
    got = landed(
        "id,account_id,name,updated_time,start_time,objective\n"
        "1,9,New name,2026-03-01T08:00:00,2026-01-31T23:30:00,SALES\n"
        "1,9,Old name,2026-01-01T08:00:00,2026-01-31T23:30:00,SALES\n"
        "1,9,Older name,2025-12-01T08:00:00,2026-01-31T23:30:00,SALES\n"
    )
    assert got.rows("campaigns", "campaign_id", "name", "starts_on") == [
        ("1", "New name", pd.Timestamp(2026, 2, 1))
    ]


def test_worth_and_number_of_actions_look_alike_and_are_never_guessed(landed):
    text = (
        "ad_id,date,_fivetran_id,index,action_type,value,_7_d_click\n1,2026-09-01,x,0,purchase,410.5,410.5\n"
    )
    with pytest.raises(
        DataError, match="fits Warehouse: facebook_ads.basic_ad_action.* alike. Say which with --map"
    ):
        landed(text)
    got = landed(text, map="fivetran_facebook_ads_basic_ad_actions")
    assert got["media_conversions"]["conversions"].tolist() == [410.5, 410.5]


def test_deleted_deals_are_left_out_and_a_stage_says_whether_a_deal_is_won(landed):
    got = landed(
        "deal_id,is_deleted,deal_pipeline_stage_id,property_amount,property_closedate,property_createdate\n"
        "1,false,closedwon,1500.50,2026-09-20 22:30:00,2026-07-01 08:00:00\n"
        "2,true,closedwon,99,,2026-07-01 08:00:00\n"
        "3,false,81234,,,2026-07-02 08:00:00\n"
    )
    assert got.rows(
        "opportunities", "opportunity_id", "stage", "amount", "closes_on", "is_closed", "is_won"
    ) == [
        ("1", "closedwon", 1500.5, pd.Timestamp(2026, 9, 21), True, True),
        ("3", "81234", None, None, False, None),
    ]
    assert got.reading.left == {"feeds no table": 1}


def test_a_stage_that_was_left_has_the_day_and_the_present_one_has_none(landed):
    got = landed(
        "deal_id,value,date_entered,_fivetran_active,_fivetran_start,_fivetran_end\n"
        "1,qualified,2026-07-01 08:00:00,FALSE,2026-07-01 08:00:00,2026-07-09 07:59:59\n"
        "1,closedwon,2026-07-09 08:00:00,TRUE,2026-07-09 08:00:00,9999-12-31 23:59:59\n"
    )
    made = got.rows("opportunity_stages", "stage", "entered_on", "left_on")
    assert sorted(made, key=str) == [
        ("closedwon", pd.Timestamp(2026, 7, 9), None),
        ("qualified", pd.Timestamp(2026, 7, 1), pd.Timestamp(2026, 7, 9)),
    ]


def test_email_events_become_events_of_pseudonyms(landed):
    got = landed(
        "id,_fivetran_synced,created,email_campaign_id,recipient,type,filtered_event\n"
        "e1,2026-09-15,2026-09-14 06:00:00,75310262,anna@example.org,SENT,\n"
        "e2,2026-09-15,2026-09-14 06:01:00,75310262,anna@example.org,OPEN,TRUE\n"
        "e3,2026-09-15,2026-09-14 06:00:00,75310262,anna@example.org,PROCESSED,\n"
    )
    assert got.rows("crm_events", "event_id", "event", "is_machine") == [
        ("e1", "sent", None),
        ("e2", "opened", True),
    ]
    assert got["crm_events"]["customer_id"][0] == reader.hashed(pd.Series(["anna@example.org"]), "email")[0]


def test_the_joined_report_of_platforms_names_each_and_keeps_campaigns_that_were_deleted(landed):
    got = landed(
        "source_relation,date_day,platform,account_id,account_name,campaign_id,campaign_name,clicks,impressions,spend,conversions,conversions_value\n"
        ",2026-09-01,facebook_ads,1,A,77,Summer,12,900,10.50,1,80\n"
        ",2026-09-01,google_ads,2,A,,Gone,3,100,4.25,0,0\n"
    )
    assert got.map == "fivetran_ad_reporting_campaigns"
    assert got.rows("media_spend", "platform", "account_id", "campaign_id", "spend", "currency") == [
        ("meta", "1", "77", 10.5, "USD"),
        ("google_ads", "2", "Gone", 4.25, "USD"),
    ]
    assert got["media_conversions"]["conversion_value"].tolist() == [80.0, 0.0]


def test_the_joined_report_of_posts_is_read(landed):
    got = landed(
        "created_timestamp,post_id,post_message,page_id,page_name,post_url,platform,clicks,impressions,likes,shares,comments\n"
        "2026-09-01 22:30:00,5,Hello @somebody,1,Maison,https://example.org/5,instagram,4,120,9,1,\n"
    )
    assert got.rows("social_posts", "network", "posted_on", "profile", "body", "impressions", "comments") == [
        ("instagram", pd.Timestamp(2026, 9, 2), "Maison", "Hello […]", 120, None)
    ]
