"""Lists that people and sites keep: reviews, press, events, stores, the accounts, what was asked, decided and learnt, creators."""

import pandas as pd
import pytest
from tidying import FIXTURES, fixture, tidy

from helpers.errors import DataError

FOLDERS = (
    "reviews",
    "earned_media",
    "events_list",
    "stores",
    "finance",
    "learning",
    "influencers",
    "community",
)
SETTINGS = {"currency": "EUR", "account_id": "shop", "markets": ("FR", "BE")}


def day(number, month=9):
    return pd.Timestamp(2026, month, number)


def refused(name, said, **settings):
    with pytest.raises(DataError, match=said):
        fixture(name, **settings)


@pytest.mark.parametrize(
    "path",
    [
        path
        for folder in sorted(FIXTURES.iterdir())
        if folder.name.startswith(FOLDERS)
        for path in sorted(folder.iterdir())
        if path.stem in ("en", "fr", "reviews")
    ],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_each_list_is_read_by_its_own_map_and_keeps_to_its_contract(path):
    assert tidy(path, **SETTINGS).map == path.parent.name


def test_reviews_keep_their_scale_and_lose_names_and_handles():
    got = fixture("reviews_list/en.csv")
    assert got.rows(
        "reviews", "source", "review_id", "posted_on", "product_id", "rating", "rating_max", "answered_on"
    ) == [
        ("shop", "77", day(1), "0012345", 4.5, 5.0, day(3)),
        ("other shop", "78", day(2), "0012345", 8.0, 10.0, None),
    ]
    assert got["reviews"]["body"].tolist()[0] == "Warm, light. Ask […]"
    assert got["reviews"]["is_incentivised"].tolist()[0] is False
    assert got.reading.unused == ["Reviewer"]


def test_a_site_that_no_column_names_is_asked_for():
    refused("reviews_list/fr.csv", 'nothing says source. Add account_id = "…" for this file under')
    got = fixture("reviews_list/fr.csv", account_id="shop")
    assert got.rows("reviews", "source", "rating", "store_id", "body") == [
        ("shop", 4.5, "007", "Très bien, appelez le […]")
    ]


def test_reviews_without_the_most_stars_are_refused_as_sites_differ():
    refused("reviews_list/no_most.csv", r"which lacks most \(accepted names for most: rating_max")


def test_google_reviews_say_their_stars_in_words():
    got = fixture("reviews_google_business/en.csv")
    assert got.rows(
        "reviews", "review_id", "posted_on", "store_id", "rating", "rating_max", "answered_on"
    ) == [
        ("AbF1", day(2), "S7", 5.0, 5.0, day(3)),
        ("AbF2", day(2), "S7", 2.0, 5.0, None),
    ]
    got = fixture("reviews_google_business_api/reviews.json")
    assert got.rows("reviews", "source", "review_id", "posted_on", "rating", "body") == [
        ("google", "AbF1", day(2), 4.0, "Good. Write to […]")
    ]


def test_trustpilot_reviews_join_title_and_text_and_know_five_stars():
    got = fixture("reviews_trustpilot/en.csv")
    assert got.rows("reviews", "review_id", "rating", "body", "is_verified", "answered_on") == [
        ("6501", 5.0, "Great. Came in two days", True, day(2)),
        ("6502", 1.0, "Late", False, None),
    ]
    refused("reviews_trustpilot/ten.csv", "'9' in 'Review Stars' is not between 1 and 5")


def test_a_piece_of_press_without_a_number_gets_one_and_its_worth_in_advertising_is_not_read():
    got = fixture("earned_media_list/en.csv")
    assert got.rows("earned_media", "published_on", "outlet", "medium", "audience", "sentiment") == [
        (day(1), "Daily News", "press", 1_250_000, "positive"),
        (day(2), "Radio One", "radio", None, "unknown"),
    ]
    assert got["earned_media"]["piece_id"].nunique() == 2
    assert got.reading.unused == ["AVE"]
    assert any("the map does not list 'Mixed'" in note for note in got.reading.notes)
    french = fixture("earned_media_list/fr.csv")
    assert french.rows("earned_media", "piece_id", "outlet", "sentiment", "key_messages") == [
        ("P-1", "Le Quotidien", "negative", 2)
    ]


def test_events_hold_their_cost_before_vat():
    got = fixture("events_list/fr.csv", currency="EUR")
    assert got.rows("events", "event_id", "starts_on", "ends_on", "cost", "visitors", "leads", "orders") == [
        ("EV-1", day(14), day(16), 12500.5, 3400, 210, 18)
    ]
    refused("events_list/fr.csv", 'no currency column; say which: add currency = "EUR"', currency="")


def test_stores_keep_the_zeros_and_letters_of_their_codes_and_lose_their_managers():
    got = fixture("stores_list/fr.csv")
    assert got.rows("stores", "store_id", "name", "region", "opened_on", "area_m2") == [
        ("007", "Ajaccio", "2A", pd.Timestamp(2019, 3, 1), 120.5),
        ("012", "Bourg", "01", pd.Timestamp(2021, 9, 15), 300.0),
    ]
    assert got.reading.unused == ["Adresse", "Responsable"]


def test_a_french_export_of_the_accounts_becomes_the_natures_of_the_pages():
    got = fixture("finance_accounts/fr.csv", currency="EUR")
    assert got.rows("finance_actuals", "month", "nature", "amount", "currency") == [
        (day(1, 8), "revenue", 1_250_000.0, "EUR"),
        (day(1, 8), "media", 84_310.55, "EUR"),
        (day(1, 8), "fees", 15_000.5, "EUR"),  # two lines of the accounts
        (day(1, 8), "Divers", -150.25, "EUR"),
    ]


def test_a_credit_of_a_supplier_is_taken_off():
    got = fixture("finance_accounts/en.csv")
    assert got.rows("finance_actuals", "month", "nature", "supplier", "amount") == [
        (day(1), "media", "Platform A", 84_000.0),
        (day(1), "fees", "Agency", 12_000.0),
    ]


def test_the_accounts_of_a_year_are_refused():
    refused("finance_accounts/year.csv", "line 2: '2026' in 'Période' is no month", currency="EUR")


def test_questions_decisions_and_post_mortems_are_read_under_french_heads():
    got = fixture("learning_questions/fr.csv")
    assert got.rows("questions", "question_id", "asked_on", "decision", "due_on", "status", "owner") == [
        ("Q1", day(14), "Budget des bons", day(31, 10), "running", None)
    ]
    got = fixture("learning_decisions/fr.csv", currency="EUR")
    assert got.rows(
        "decisions",
        "decision_id",
        "kpi",
        "expected",
        "expected_low",
        "effect_unit",
        "observed",
        "is_tested",
        "status",
    ) == [
        ("D1", "roas", 12000.5, 8000.0, "money", None, True, "planned"),
        ("D2", "notoriété assistée", 0.02, None, "as in the KPI", 0.01, False, "done"),
    ]
    got = fixture("learning_postmortems/fr.csv")
    assert got.rows("postmortems", "postmortem_id", "campaign_id", "expected", "happened", "rule") == [
        ("B1", "sept-b2b", "+2 points de clics", "-3 points", "pas d'émoticône en B2B")
    ]


def test_a_person_in_charge_is_not_read():
    assert fixture("learning_questions/fr.csv").reading.unused == ["Responsable"]


def test_creators_stand_under_their_code():
    got = fixture("influencers_list/fr.csv", currency="EUR")
    assert got.rows(
        "influencers",
        "creator_id",
        "followers",
        "audience_in_target_share",
        "suspicious_followers_share",
        "fee",
        "has_contract",
        "has_label",
    ) == [("CR-7", 120_500, 0.625, pytest.approx(0.041), 1250.0, True, False)]
    assert got.reading.unused == ["Nom"]


def test_ideas_keep_their_source_their_stage_and_no_name():
    got = fixture("community_ideas/en.csv")
    assert got.rows("ideas", "idea_id", "market", "source", "topic", "status", "thesis_id") == [
        ("I1", "FR", "customer", "refill", "tested", "refill-points"),
        ("I2", "BE", "employee", "repair", "received", None),
    ]
    assert got.reading.unused == ["Name"]
    french = fixture("community_ideas/fr.csv")
    assert french.rows("ideas", "received_on", "source", "status") == [(day(14), "community", "kept")]


def test_a_stage_of_an_idea_that_nobody_knows_is_refused(tmp_path):
    path = tmp_path / "ideas.csv"
    path.write_text("Idea ID,Received,Source,Status\nI1,2026-09-14,Customer,somewhere\n", encoding="utf-8")
    with pytest.raises(DataError, match="somewhere"):
        tidy(path, **SETTINGS)


def test_advocates_are_totals_a_month_and_kind():
    got = fixture("community_advocates/en.csv")
    assert got.rows("advocates", "month", "market", "kind", "active", "invited", "posts", "orders") == [
        (day(1), "FR", "employee", 18, 80, 30, 1),
        (day(1), "FR", "customer", 60, 540, 70, 3),
    ]
    french = fixture("community_advocates/fr.csv")
    assert french.rows("advocates", "kind", "active", "invited", "posts") == [("employee", 18, 80, 30)]
