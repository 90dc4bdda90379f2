"""Answers of the systems' own interfaces, as `cmo pull` saves them: the same tables as their exports, to the cent."""

import json

import pandas as pd
import pytest
import reader
from tidying import FIXTURES, fixture, tidy

from helpers.errors import DataError
from helpers.sources import parsing
from helpers.sources.pulls import recipes

SEPTEMBER = pd.Timestamp(2026, 9, 1)
FILES = sorted(
    path for path in FIXTURES.glob("*_api/*.json") if path.stem not in ("whole_month", "events", "reviews")
)


def pseudonym(text, space):
    return reader.hashed(pd.Series([text]), space)[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_each_answer_is_read_by_its_own_map(path):
    assert tidy(path).map == path.parent.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.name)
def test_what_a_recipe_asks_for_is_what_its_map_requires(path):
    recipe = recipes.all_recipes()[json.loads(path.read_text(encoding="utf-8"))["pull"]]
    asked = json.dumps([recipe.query, recipe.raw_query, recipe.body]).replace("_", "").lower()
    for one in parsing.own_maps()[path.parent.name].required:
        name = one.names[0].split(".")[-1].replace("_", "").lower()
        if name not in ("id", "start") and recipe.system != "mailchimp":  # which sends all fields
            assert name in asked


def test_meta_spends_by_campaign_and_day_and_reach_stays_apart():
    got = fixture("meta_ads_api/meta_insights_2026-09.json")
    assert got.rows(
        "media_spend",
        "spent_on",
        "account_id",
        "campaign_id",
        "spend",
        "currency",
        "link_clicks",
        "video_views",
    ) == [
        (SEPTEMBER, "1234567890", "120210000000012345", 76.53, "EUR", 98, 310),
        (pd.Timestamp(2026, 9, 2), "1234567890", "120210000000012345", 55.26, "EUR", None, None),
    ]
    assert got.rows("media_reach", "starts_on", "ends_on", "reach") == [
        (SEPTEMBER, SEPTEMBER, 3608),
        (pd.Timestamp(2026, 9, 2), pd.Timestamp(2026, 9, 2), 2100),
    ]


def test_meta_actions_become_a_row_an_action_and_window():
    got = fixture("meta_ads_api/meta_insights_2026-09.json")
    assert got.rows(
        "media_conversions",
        "conversion_action",
        "conversion_group",
        "attribution_window",
        "conversions",
        "conversion_value",
    ) == [
        ("purchase", "purchase", "as set in the ad set", 5.0, 412.5),
        ("purchase", "purchase", "7d_click", 3.0, 250.25),
        ("purchase", "purchase", "1d_view", 2.0, 162.25),
        ("omni_purchase", None, "as set in the ad set", 5.0, 412.5),
        ("add_to_cart", "add to cart", "as set in the ad set", 11.0, None),
    ]


def test_meta_rows_over_several_days_are_refused():
    with pytest.raises(DataError, match="record 1: the row covers 2026-09-01 to 2026-09-30"):
        fixture("meta_ads_api/whole_month.json")


def test_google_ads_leaves_zeros_out_and_counts_money_in_millionths():
    got = fixture("google_ads_campaigns_api/google_ads_campaigns_2026-09.json")
    assert got.rows(
        "media_spend", "spent_on", "account_id", "campaign", "device", "spend", "impressions", "clicks"
    ) == [
        (SEPTEMBER, "1234567890", "Brand FR", "MOBILE", 36.15, 166, 49),
        (pd.Timestamp(2026, 9, 2), "1234567890", "Brand FR", "DESKTOP", 0.0, 12, 0),
    ]
    assert got.rows("media_conversions", "conversion_action", "conversions", "conversion_value") == [
        ("all", 2.5, 180.75),
        ("all", 0.0, 0.0),
    ]


def test_ga4_names_its_columns_apart_and_its_currency_beside_the_rows():
    got = fixture("ga4_channels_api/ga4_channels_2026-09.json", vat="incl", currency="")
    assert got.rows(
        "site_daily", "visited_on", "channel", "device", "sessions", "users", "purchases", "currency"
    ) == [
        (SEPTEMBER, "Email", "mobile", 120, 101, 3, "EUR"),
        (SEPTEMBER, "(not set)", "desktop", 7, 7, 0, "EUR"),
        (pd.Timestamp(2026, 9, 2), "Email", "mobile", 95, 90, 1, "EUR"),
    ]
    assert got["site_daily"]["revenue_excl_vat"].tolist() == [179.0, 0.0, 50.0]


def test_ga4_revenue_is_left_out_while_nobody_says_whether_it_includes_vat():
    got = fixture("ga4_channels_api/ga4_channels_2026-09.json")
    assert got["site_daily"]["revenue_excl_vat"].isna().all()
    assert got.reading.notes == ["3 amounts left out, as nothing says whether they include VAT"]


def test_linkedin_groups_are_campaigns_and_its_conversions_are_by_window():
    got = fixture("linkedin_campaigns_api/linkedin_analytics_2026-09.json", currency="EUR")
    assert got.rows(
        "media_spend", "spent_on", "account_id", "campaign_id", "ad_group_id", "spend", "video_completions"
    ) == [
        (SEPTEMBER, "508123456", "77", None, 1234.5, 40),
        (pd.Timestamp(2026, 9, 12), "508123456", "77", None, 0.5, 0),
    ]
    first = got["media_conversions"][got["media_conversions"]["converted_on"] == SEPTEMBER]
    assert first[["conversion_action", "attribution_window", "conversions"]].values.tolist() == [
        ["lead form", "filled in on LinkedIn", 4.0],
        ["website conversions", "post_click", 4.0],
        ["website conversions", "view_through", 2.0],
    ]


def test_linkedin_names_no_currency_and_is_asked_for_it():
    with pytest.raises(DataError, match='no currency column; say which: add currency = "EUR"'):
        fixture("linkedin_campaigns_api/linkedin_analytics_2026-09.json", currency="")


def test_linkedin_campaigns_are_ad_groups(tmp_path):
    content = json.loads(
        (FIXTURES / "linkedin_campaigns_api" / "linkedin_analytics_2026-09.json").read_text()
    )
    for one in content["pages"][0]["elements"]:
        one["pivotValues"] = ["urn:li:sponsoredCampaign:88"]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(content))
    assert set(tidy(path, currency="EUR").rows("media_spend", "campaign_id", "ad_group_id")) == {(None, "88")}


def test_mailchimp_counts_people_who_clicked_and_what_arrived():
    got = fixture("mailchimp_campaigns_api/mailchimp_reports_2026-09.json")
    assert got.rows(
        "crm_campaigns",
        "campaign_id",
        "sent_at",
        "sent_on",
        "sent",
        "delivered",
        "hard_bounces",
        "unique_clicks",
        "revenue_excl_vat",
    ) == [
        ("42694e9e57", pd.Timestamp(2026, 9, 3, 22, 30), pd.Timestamp(2026, 9, 4), 1200, 1157, 13, 120, 845.2)
    ]


def test_hubspot_contacts_are_customers_and_those_who_became_leads_are_leads():
    got = fixture("hubspot_contacts_api/hubspot_contacts.json")
    anna, bob = pseudonym("anna@example.org", "email"), pseudonym("bob@example.org", "email")
    assert got.rows("customers", "customer_id", "market", "first_seen_on", "account_id") == [
        (anna, "FR", SEPTEMBER, "9001"),
        (bob, "FR", pd.Timestamp(2026, 9, 2), None),
    ]
    assert got.rows("leads", "lead_id", "customer_id", "created_on", "score", "qualified_on") == [
        ("8001", anna, SEPTEMBER, 42.0, pd.Timestamp(2026, 9, 2))
    ]
    assert sorted(got["identities"]["system"]) == ["email", "email", "hubspot", "hubspot"]
    assert got.reading.contacts == ["properties.email"]


def test_hubspot_companies_and_deals_are_lists_of_the_day_in_their_name():
    got = fixture("hubspot_companies_api/hubspot_companies_2026-09-28.json")
    assert got.rows("accounts", "account_id", "as_of", "market", "size_band", "status") == [
        ("9001", pd.Timestamp(2026, 9, 28), "FR", "50-249", "prospect")
    ]
    got = fixture("hubspot_deals_api/hubspot_deals_2026-09-28.json", currency="EUR")
    assert got.rows(
        "opportunities", "opportunity_id", "account_id", "stage", "amount", "closes_on", "is_closed", "is_won"
    ) == [
        ("23456789012", "9001", "closedwon", 15000.5, pd.Timestamp(2026, 9, 21), True, True),
        ("23456789013", None, "1293847", None, None, False, None),
    ]
    assert got.rows("opportunity_stages", "stage", "entered_on") == [
        ("closedwon", pd.Timestamp(2026, 9, 20)),
        ("contractsent", SEPTEMBER),
    ]


def test_salesforce_ids_lose_their_check_and_probabilities_are_shares():
    got = fixture("salesforce_opportunities_api/salesforce_opportunities_2026-09-28.json", currency="EUR")
    assert got.rows(
        "opportunities",
        "opportunity_id",
        "created_on",
        "stage",
        "probability",
        "amount",
        "is_closed",
        "is_won",
    ) == [
        ("0065f00000ABCDE", SEPTEMBER, "Proposal/Price Quote", 0.5, 12500.0, False, None),
        ("0065f00000ABCDF", pd.Timestamp(2026, 9, 2), "Closed Lost", 0.0, 800.25, True, False),
    ]


def test_salesforce_leads_accounts_and_stages_meet_their_deals():
    lead = fixture("salesforce_leads_api/salesforce_leads.json")
    assert lead.rows("leads", "lead_id", "account_id", "accepted_on", "opportunity_id") == [
        ("00Q5f00000LEADA", "0015f00000XYZAB", pd.Timestamp(2026, 9, 10), "0065f00000ABCDE")
    ]
    account = fixture("salesforce_accounts_api/salesforce_accounts_2026-09-28.json")
    assert account.rows("accounts", "account_id", "size_band", "status") == [
        ("0015f00000XYZAB", "250-999", "customer")
    ]
    stages = fixture("salesforce_stages_api/salesforce_stages.json")
    assert stages.rows("opportunity_stages", "opportunity_id", "stage", "entered_on") == [
        ("0065f00000ABCDE", "Prospecting", SEPTEMBER),
        ("0065f00000ABCDE", "Proposal/Price Quote", pd.Timestamp(2026, 9, 3)),
    ]
