"""Surveys, trackers, panels and the tables of responsibility, in English and French, and the mistakes that are made with them."""

import pandas as pd
import pytest
import reader
from tidying import FIXTURES, fixture, tidy

from helpers.errors import DataError


def pseudonym(text, space="respondent"):
    return reader.hashed(pd.Series([text]), space)[0]


def answers(name, **settings):
    """A file that names no survey, which company.toml then does."""
    return fixture(name, **{"account_id": "service", **settings})


def refused(name, said, **settings):
    with pytest.raises(DataError, match=said):
        fixture(name, **settings)


def test_answers_one_a_row_keep_score_scale_weight_and_the_words_without_addresses():
    got = fixture("survey_long/en.csv")
    assert got.map == "survey_long"
    made = got.rows(
        "surveys", "survey_id", "survey_type", "question", "score", "scale_max", "choice", "weight"
    )
    assert made == [
        ("NPS 2026-09", "nps", "nps", 9.0, 10.0, None, 1.2),
        ("NPS 2026-09", "nps", "nps", 6.0, 10.0, None, 0.8),
        ("Tracker 2026-T3", "brand_tracker", "aided_awareness", None, None, "yes", 1.05),
    ]
    assert got["surveys"]["verbatim"].tolist()[0] == "Quick delivery, write to […]"
    assert got["surveys"]["is_exposed"].tolist()[2] is True
    assert got["surveys"]["respondent_id"].tolist()[0] == pseudonym("R1")


def test_a_french_answer_is_a_number_a_choice_or_free_text():
    got = answers("survey_long/fr.csv")
    assert got.rows("surveys", "survey_id", "survey_type", "question", "score", "choice") == [
        ("service", "nps", "nps", 9.0, None),
        ("service", "other", "Préféreriez-vous un magasin ?", None, "Oui, plutôt"),
        ("service", "nps", "nps", 10.0, None),
        ("service", "price", "too_cheap", 12.5, None),
    ]
    assert got["surveys"]["verbatim"].tolist()[2] == "Rappelez-moi au […]"
    assert got.rows("surveys", "answered_on", "weight", "age_band")[3] == (
        pd.Timestamp(2026, 9, 14),
        0.8,
        "35-44",
    )


def test_a_row_a_respondent_becomes_a_row_a_question():
    got = answers("survey_wide/en.csv")
    assert got.map == "survey_wide"
    assert got.rows("surveys", "survey_type", "question", "score", "choice") == [
        ("nps", "nps", 9.0, None),
        ("nps", "nps", 3.0, None),
        ("ces", "ces", 6.0, None),
        ("ces", "ces", 7.0, None),
        ("csat", "csat", 4.0, None),
        ("csat", "csat", 5.0, None),
        ("other", "reason", None, None),
        ("other", "Q5. Which shop do you use most?", None, "Online"),
        ("other", "Q5. Which shop do you use most?", None, "Store"),
        ("other", "Q6. Anything else to tell us?", None, None),
    ]
    words = got["surveys"]["verbatim"].dropna().tolist()
    assert words[:2] == ["Fast and kind", "No idea"]
    assert words[2].startswith("Please write to me at […], the parcel")
    assert got["surveys"]["customer_id"].tolist()[0] == pseudonym("anna@example.org", "email")


def test_a_question_for_a_telephone_number_is_never_read():
    got = answers("survey_wide/en.csv")
    assert got.reading.unused == ["What is your phone number?"]
    assert "39 98 12" not in got["surveys"].to_csv()


def test_the_scale_of_a_recommendation_is_known_and_that_of_other_questions_is_not():
    scales = answers("survey_wide/fr.csv").rows("surveys", "question", "scale_min", "scale_max")
    assert scales == [("nps", 0.0, 10.0)] * 2 + [("csat", None, None)] * 2 + [("Q4", None, None)] * 2


def test_labels_in_place_of_codes_and_another_scale_are_refused():
    refused("survey_wide/labels.csv", r"labels.csv, line 3: 'Very likely' in 'NPS' is not a number")
    refused("survey_wide/percent_scale.csv", r"line 2: '90' in 'NPS' is not between 0 and 10")


def test_a_day_in_free_text_is_no_telephone_number(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        "Respondent,Date,Question,Comment\nr1,2026-09-01,nps,Ordered 2026-08-14 and called 06 39 98 12 34\n"
    )
    assert tidy(path, account_id="service")["surveys"]["verbatim"].tolist() == [
        "Ordered 2026-08-14 and called […]"
    ]


def test_a_survey_that_nobody_names_is_asked_for():
    refused("survey_wide/fr.csv", 'nothing says survey_id. Add account_id = "…" for this file under')


def test_a_survey_without_a_key_for_pseudonyms_is_refused():
    refused("survey_long/en.csv", "there is no key for pseudonyms", hashed=None)


def test_four_prices_are_recognised_by_code_and_by_question():
    got = answers("survey_price/en.csv")
    assert got.map == "survey_price"
    wanted = {"too_cheap": [10.0, 8.5], "cheap": [15.0, 12.0], "expensive": [25.0, 30.0]}
    made = got["surveys"].groupby("question")["score"].apply(list).to_dict()
    assert made == {**wanted, "too_expensive": [40.0, 45.5]}
    assert set(got["surveys"]["survey_type"]) == {"price"}
    french = answers("survey_price/fr.csv")["surveys"].groupby("question")["score"].apply(list).to_dict()
    assert french == {**wanted, "too_expensive": [40.0]}  # an empty answer is none


@pytest.mark.parametrize(("file", "shares"), [("en.csv", [0.42, 0.51, 0.18]), ("fr.csv", [0.42, 0.125])])
def test_a_tracker_keeps_its_shares_with_the_number_asked(file, shares):
    got = fixture(f"survey_brand_tracker/{file}")
    assert got.map == "survey_brand_tracker"
    assert got["brand_tracker"]["share"].tolist() == pytest.approx(shares)
    first = got.rows("brand_tracker", "wave_on", "market", "brand", "metric", "segment", "n", "n_effective")[
        0
    ]
    assert first == (pd.Timestamp(2026, 9, 30), "FR", "own", "aided_awareness", None, 1000, 912.5)


def test_a_tracker_without_the_number_asked_is_refused():
    refused("survey_brand_tracker/no_base.csv", r"which lacks n \(accepted names for n: base_n, n, Base")


def test_a_share_above_one_under_a_head_without_percent_is_refused(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("Wave,Brand,Metric,Share,Base\n2026-Q3,own,awareness,42,1000\n")
    with pytest.raises(DataError, match="1 of 1 rows has a value above 1 in share"):
        tidy(path)


@pytest.mark.parametrize("file", ["en.csv", "fr.csv"])
def test_a_panel_in_thousands_is_read_in_whole_euros(file):
    got = fixture(f"panel_sales/{file}", currency="EUR")
    assert got.map == "panel_sales"
    assert got.rows("market_sales", "month", "brand", "sales_value", "units", "buyers_share") == [
        (pd.Timestamp(2026, 8, 1), "own", 1_250_500.0, 35_000.0, pytest.approx(0.042)),
        (pd.Timestamp(2026, 8, 1), "other", 20_100_000.0, 610_000.0, None),
        (pd.Timestamp(2026, 9, 1), "own", 1_301_200.0, 36_100.0, pytest.approx(0.043)),
    ]
    assert got.reading.vat == "incl"


def test_a_panel_without_a_currency_asks_for_it():
    refused("panel_sales/fr.csv", 'no currency column; say which: add currency = "EUR"', currency="")


def test_prices_keep_the_zeros_of_a_product_and_the_price_before():
    got = fixture("panel_prices/fr.csv", currency="EUR")
    assert got.rows("prices", "seller", "product_id", "price", "regular_price", "is_promotion") == [
        ("own", "0012345678905", 49.9, None, False),
        ("Rival", "0012345678905", 44.9, 59.9, True),
    ]


def test_searches_are_read_one_row_a_brand_and_one_column_a_brand():
    got = fixture("panel_search_interest/en.csv")
    assert got.rows("search_interest", "starts_on", "brand", "searches", "source") == [
        (pd.Timestamp(2026, 9, 7), "own", 12500.0, "keyword tool"),
        (pd.Timestamp(2026, 9, 7), "Rival", 30100.0, "keyword tool"),
    ]
    got = fixture("panel_search_interest/fr.csv", date_order="dmy")
    assert got.rows("search_interest", "market", "region", "searches") == [("FR", None, 12500.0), ("FR", "44", 310.0)]  # fmt: skip
    got = fixture("panel_google_trends/en.csv")
    assert got.rows("search_interest", "starts_on", "market", "brand", "searches") == [
        (pd.Timestamp(2026, 9, 6), "FR", "Brevane", 42.0),
        (pd.Timestamp(2026, 9, 6), "FR", "Rival", 88.0),
        (pd.Timestamp(2026, 9, 13), "FR", "Rival", 100.0),
    ]
    assert got.reading.notes == [
        "'Brevane: (France)': 1 cells such as '< 10 %' are bounds, no numbers, and count as missing"
    ]
    assert fixture("panel_google_trends/fr.csv").rows("search_interest", "starts_on", "market")[:2] == [
        (pd.Timestamp(2026, 8, 1), "FR"),
        (pd.Timestamp(2026, 8, 1), "ALL"),
    ]


def test_spend_of_competitors_agrees_with_the_total_of_the_file():
    got = fixture("panel_competitor_spend/fr.csv", currency="EUR")
    assert got.rows("competitor_spend", "month", "brand", "medium", "spend") == [
        (pd.Timestamp(2026, 9, 1), "Rival", "Télévision", 1_250_000.0),
        (pd.Timestamp(2026, 9, 1), "Rival", "Radio", 310_500.0),
    ]
    assert (got.reading.left, got.reading.controls[0].agrees) == ({"total row": 1}, True)


def test_claims_are_read_with_the_columns_of_a_register():
    got = fixture("csr_claim_register/en.csv")
    assert got.map == "csr_claim_register"
    assert got.rows(
        "csr_claims", "claim_id", "published_on", "kind", "is_comparative", "reviewer", "status"
    ) == [
        ("C-001", pd.Timestamp(2026, 3, 2), "environmental", False, "legal counsel", "published"),
        ("C-002", pd.Timestamp(2026, 5, 11), "social", False, "head of sourcing", "published"),
        ("C-003", pd.Timestamp(2026, 6, 1), "environmental", True, None, "draft"),
    ]


def test_french_claims_become_the_same_words():
    got = fixture("csr_claim_register/fr.csv")
    assert got.rows(
        "csr_claims", "claim_id", "published_on", "withdrawn_on", "kind", "status", "exposure"
    ) == [
        ("A-01", pd.Timestamp(2026, 3, 2), None, "environmental", "published", 1_250_000),
        ("A-02", pd.Timestamp(2026, 4, 15), pd.Timestamp(2026, 6, 30), "environmental", "withdrawn", None),
        ("A-03", pd.Timestamp(2026, 5, 11), None, "social", "draft", None),
    ]
    assert got["csr_claims"]["wording"].tolist()[0] == "« 70 % de polyester recyclé »"


def test_a_claim_of_no_known_kind_is_refused():
    refused(
        "csr_claim_register/bad_kind.csv", r"bad_kind.csv, line 2: 'generic' for kind is not among the words"
    )


@pytest.mark.parametrize(("file", "claims"), [("en.csv", ["C-001", "C-002"]), ("fr.csv", ["A-01", "A-03"])])
def test_proofs_are_read_in_both_languages(file, claims):
    got = fixture(f"csr_proof_register/{file}")
    assert got["csr_proofs"]["claim_id"].tolist() == claims
    assert got.rows("csr_proofs", "proof_id", "issued_on", "valid_until", "scope_match", "assurance") == [
        ("P-1", pd.Timestamp(2026, 1, 15), pd.Timestamp(2027, 1, 14), 0.8, "reasonable"),
        ("P-2", pd.Timestamp(2026, 2, 1), None, 0.5, "none"),
    ]


@pytest.mark.parametrize("file", ["en.csv", "fr.csv"])
def test_a_register_says_whose_a_claim_is_what_of_and_what_was_spent_on_it(file):
    got = fixture(f"csr_claim_register/{file}", vat="excl")
    names = ("language", "topic", "spend", "currency", "materiality")
    (first, *_, last) = got.rows("csr_claims", *names)
    assert first == (file[:2], "circularity", 1250.5, "EUR", 1.5)
    assert last[2:4] == (0.0, "EUR")
    assert got["csr_claims"]["metric"].notna().tolist() == [True, False, False]


@pytest.mark.parametrize("file", ["en.csv", "fr.csv"])
def test_a_proof_has_the_hash_of_its_file_and_a_kind_in_our_words(file):
    got = fixture(f"csr_proof_register/{file}")
    assert got["csr_proofs"]["document_hash"].dropna().tolist() == ["0" * 60 + "beef"]
    assert got["csr_proofs"]["kind"].tolist() == ["certificate", "count of our own"]


@pytest.mark.parametrize("file", ["en.csv", "fr.csv"])
def test_judgements_of_topics_are_read_in_both_languages(file):
    got = fixture(f"csr_judgements/{file}")
    assert got.map == "csr_judgements"
    assert got.rows("csr_topics", "topic", "judged_on", "legitimacy", "risk") == [
        ("fair work", pd.Timestamp(2026, 6, 22), 3, 2),
        ("health", pd.Timestamp(2026, 6, 22), 2, 4),
    ]


@pytest.mark.parametrize("file", ["en.csv", "fr.csv"])
def test_deliveries_say_how_people_came_only_where_they_were_asked(file):
    got = fixture(f"csr_deliveries/{file}")
    assert got.map == "csr_deliveries"
    assert got.rows("deliveries", "market", "mode", "trip", "distance_km", "n_orders", "cost") == [
        ("FR", "home", "none", None, 1200, 7320.0),
        ("FR", "pick-up point", "car", 4.6, 23, 88.55),
        ("FR", "pick-up point", None, None, 640, 2464.0),
    ]


@pytest.mark.parametrize("file", ["en.csv", "fr.csv"])
def test_offers_keep_their_denominator_and_whether_a_lot_decided(file):
    got = fixture(f"csr_offers/{file}")
    assert got.map == "csr_offers"
    assert got.rows("responsible_offers", "offered_on", "preset", "is_drawn", "n_offered", "n_chosen") == [
        (pd.Timestamp(2026, 4, 13), "responsible", True, 61, 20),
        (pd.Timestamp(2026, 4, 13), "usual", True, 58, 14),
    ]


def test_a_service_belongs_to_a_pseudonym():
    got = fixture("csr_services/en.csv")
    assert got.map == "csr_services"
    assert got.rows("services", "service", "order_id", "price", "ended_on") == [
        ("repair", None, 32.5, None),
        ("longer guarantee", "O9", 19.0, pd.Timestamp(2031, 2, 11)),
    ]
    french = fixture("csr_services/fr.csv")
    assert french.map == "csr_services"
    assert french["services"]["service"].tolist() == ["repair", "longer guarantee"]
    people = french["services"]["customer_id"]
    assert people.nunique() == 1 and "@" not in people[0]
    assert not set(got["services"]["customer_id"]) & {"C42", "C43"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("csr_judgements/bad_legitimacy.csv", "a value above 4 in legitimacy .*line 2"),
        ("csr_deliveries/bad_weight.csv", "a value below 0 in weight_kg .*line 2"),
        ("csr_deliveries/bad_mode.csv", "'drone' for mode is not among the words"),
        ("csr_offers/bad_chosen.csv", "n_chosen above n_offered.*line 2"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(name, said):
    refused(name, said)


@pytest.mark.parametrize("file", ["en.csv", "fr.csv"])
def test_an_indicator_stands_on_the_last_day_of_its_period(file):
    got = fixture(f"csr_indicators/{file}")
    assert got.rows("csr_metrics", "period_end", "value", "measure", "esrs_code", "is_audited") == [
        (pd.Timestamp(2025, 12, 31), 12450.5, "tCO2e", "E1-6", True),
        (pd.Timestamp(2026, 9, 30), 0.62, "share" if file == "en.csv" else "part", "E5-4", False),
        (pd.Timestamp(2026, 9, 30), 1834.0, "h", "S1-13", None),
    ]


@pytest.mark.parametrize(
    "folder",
    sorted(one.name for one in FIXTURES.iterdir() if one.name.startswith(("csr_", "survey_", "panel_"))),
)
def test_no_map_here_reads_a_file_of_another(folder):
    for path in sorted((FIXTURES / folder).glob("*.csv")):
        if path.stem in ("en", "fr"):
            assert tidy(path, currency="EUR", account_id="x").map == folder


def test_a_choice_study_keeps_offers_levels_and_what_was_taken():
    got = fixture("survey_choices/en.csv")
    assert got.map == "survey_choices"
    assert got.rows("choices", "study_id", "task", "alternative", "attribute", "level", "is_chosen") == [
        ("cbc-1", 1, 0, "none", "none", False),
        ("cbc-1", 1, 1, "brand", "own", True),
        ("cbc-1", 1, 1, "price", "119", True),
        ("cbc-1", 1, 2, "brand", "Rival", False),
        ("cbc-1", 1, 2, "price", "99", False),
    ]
    assert got["choices"]["respondent_id"].tolist()[0] == pseudonym("R1")
    french = answers("survey_choices/fr.csv")
    assert french.map == "survey_choices"
    assert french.rows("choices", "study_id", "market", "alternative", "attribute", "level", "weight") == [
        ("service", "FR", 0, "none", "none", 1.2),
        ("service", "FR", 1, "brand", "own", 1.2),
        ("service", "FR", 1, "price", "119", 1.2),
    ]


def test_a_choice_study_that_nobody_names_is_asked_for():
    refused("survey_choices/fr.csv", 'nothing says study_id. Add account_id = "…" for this file under')


@pytest.mark.parametrize(("file", "source"), [("en.csv", "INSEE"), ("fr.csv", "fr")])
def test_official_margins_are_named_as_the_surveys_name_their_groups(file, source):
    got = fixture(f"official_margins/{file}", date_order="dmy" if file == "fr.csv" else "")
    assert got.map == "official_margins"
    assert got.rows("population_margins", "market", "as_of", "dimension", "level", "share", "source") == [
        ("FR", pd.Timestamp(2026, 1, 1), "age_band", "18-24", pytest.approx(0.105), source),
        ("FR", pd.Timestamp(2026, 1, 1), "sex", "F", pytest.approx(0.52), source),
    ]


def test_types_of_surveys_are_known_by_their_french_names(tmp_path):
    path = tmp_path / "x.csv"
    kinds = ("besoins", "image de marque", "usage", "prix")
    lines = [f"r1;14/09/2026;{kind};q{at};3" for at, kind in enumerate(kinds)]
    path.write_text(
        "Répondant;Date de réponse;Type d'enquête;Question;Note\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    got = tidy(path, account_id="service")
    assert got["surveys"]["survey_type"].tolist() == ["needs", "brand_image", "usage", "price"]


def test_the_version_of_a_question_is_kept(tmp_path):
    path = tmp_path / "x.csv"
    lines = ["r1;14/03/2026;consideration;own;1;v2", "r1;14/03/2026;preference;own;0;v1"]
    path.write_text(
        "Répondant;Date de réponse;Question;Marque;Note;Version de la question\n" + "\n".join(lines) + "\n",
        encoding="utf-8",
    )
    got = tidy(path, account_id="tracker-2026-Q1")
    assert got.rows("surveys", "survey_type", "question", "brand", "score", "wording") == [
        ("brand_tracker", "consideration", "own", 1.0, "v2"),
        ("brand_tracker", "preference", "own", 0.0, "v1"),
    ]
