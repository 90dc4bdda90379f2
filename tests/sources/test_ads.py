"""Exports of ad platforms, their posts and their brand lift results: read to the cent, or refused in one sentence.

The files under fixtures/ are made up; values were worked out by hand.
"""

from pathlib import Path

import pandas as pd
import pytest

from helpers import tables
from helpers.errors import DataError
from helpers.sources import parsing, reading
from helpers.sources.results import Reading
from helpers.sources.settings import Settings

FIXTURES = Path(__file__).parent / "fixtures"
SYSTEMS = ("google_ads", "meta", "linkedin", "cm360", "dv360", "sa360", "brand_lift")
OURS = {
    name: one
    for name, one in parsing.own_maps().items()
    if one.system in SYSTEMS and one.layout == "table" and not name.startswith("fivetran_")
}
FILES = sorted(f"{path.parent.name}/{path.name}" for name in OURS for path in (FIXTURES / name).glob("*"))


class Read:
    """What came out of a file: a reading and the rows of each table, as the reader gave them."""

    def __init__(self, path: Path, **settings):
        chosen = {"market": "FR", "markets": ("FR", "BE"), "local_zone": "Europe/Paris", **settings}
        got: dict[str, list[pd.DataFrame]] = {}
        self.readings = reading.read(
            path,
            parsing.own_maps(),
            Settings(**chosen),
            lambda table, frame, lines: got.setdefault(table, []).append(frame),
        )
        self.rows = {table: pd.concat(parts, ignore_index=True) for table, parts in got.items()}

    @property
    def reading(self) -> Reading:
        (only,) = self.readings
        return only

    def column(self, table: str, *names: str) -> list:
        """Cells of a table, one column or several, days as text and what is missing as None."""
        frame = self.rows[table][list(names)].copy()
        for name in names:
            if "_on" in name:
                frame[name] = pd.to_datetime(frame[name]).dt.strftime("%Y-%m-%d")
        cells = frame.astype("object").where(frame.notna(), None)
        return cells[names[0]].tolist() if len(names) == 1 else list(cells.itertuples(index=False, name=None))

    @property
    def controls(self) -> dict[str, tuple[float, float]]:
        """Totals that the file states, and what was found, by head."""
        return {one.head: (one.stated, one.found) for one in self.reading.controls}


def fixture(name: str, **settings) -> Read:
    return Read(FIXTURES / name, **settings)


@pytest.fixture
def refusal(tmp_path: Path):
    """Say why a text is refused as a file."""

    def run(text: str, name: str = "export.csv", encoding: str = "utf-8", **settings) -> str:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        with pytest.raises(DataError) as caught:
            Read(path, **settings)
        return str(caught.value)

    return run


@pytest.fixture
def given(tmp_path: Path):
    """Read a text as a file."""

    def run(text: str, name: str = "export.csv", **settings) -> Read:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return Read(path, **settings)

    return run


# ---- all of them ----


def added_up(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Rows of one key as one row, as `add_up` of a map asks for."""
    contract = tables.contract(table)
    sums = [c.name for c in contract.columns if c.name in frame and c.type in ("int", "decimal")]
    keys = [name for name in frame if name not in sums]
    numbers = frame.assign(**{name: pd.to_numeric(frame[name]) for name in sums})
    return numbers.groupby(keys, dropna=False, sort=False)[sums].sum(min_count=1).reset_index()


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_read_by_its_own_map_and_meets_the_contracts_of_its_tables(file):
    found = fixture(file, account_id="Acme", currency="" if not file.startswith("cm360/") else "EUR")
    assert file.split("/")[0] in {one.map.id for one in found.readings}
    for table, frame in found.rows.items():
        adds = any(o.add_up for one in found.readings for o in one.map.tables if o.table == table)
        tables.check(added_up(frame, table) if adds else frame, table)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_map_has_a_file_says_its_source_and_claims_no_proof(name):
    assert any(file.startswith(f"{name}/") for file in FILES)
    assert OURS[name].source and OURS[name].help
    assert not OURS[name].verified


@pytest.mark.parametrize(
    "name", [n for n, one in OURS.items() if any(c.type == "money" for c in one.columns.values())]
)
def test_money_of_every_map_is_said_to_be_without_vat(name):
    assert OURS[name].vat == "excl"


@pytest.mark.parametrize("file", FILES)
def test_every_total_that_a_file_states_is_what_was_found(file):
    found = fixture(file, account_id="Acme", currency="EUR" if file.startswith("cm360/") else "")
    assert [(c.head, c.stated, c.found) for one in found.readings for c in one.controls if not c.agrees] == []


@pytest.mark.parametrize("name", sorted(OURS))
def test_reach_is_held_against_no_total(name):
    assert all(not one.adds for key, one in OURS[name].columns.items() if key == "reach")


def test_every_map_that_another_stands_beside_exists():
    named = {other for one in parsing.own_maps().values() for output in one.tables for other in output.beside}
    assert named <= set(parsing.own_maps())


def test_spend_stated_with_vat_is_taken_without_it_where_the_company_says_so():
    found = fixture("google_ads_campaigns/de.csv", vat="incl")
    assert found.column("media_spend", "spend") == [1028.8, pytest.approx(822.8667)]


# ---- Google Ads ----


def test_google_ads_in_english_is_read_to_the_cent_and_a_cost_that_is_not_reported_is_no_zero():
    found = fixture("google_ads_campaigns/en.csv")
    assert found.column(
        "media_spend", "spent_on", "campaign_id", "spend", "currency", "impressions", "clicks"
    ) == [
        ("2026-09-01", "12345678901", 1234.5, "EUR", 2000, 80),
        ("2026-09-02", "12345678901", 900.25, "EUR", 1500, 60),
    ]
    assert found.column("media_conversions", "converted_on", "conversions", "conversion_value") == [
        ("2026-09-01", 4, 1900),
        ("2026-09-02", 2.5, 0),
        ("2026-09-02", 0, 0),
    ]
    assert found.reading.named == {"total row": [7, 8]}
    assert found.controls["Cost"] == (2134.75, 2134.75)
    assert "Search impr. share" not in found.controls


def test_google_ads_for_excel_in_utf_16_is_read():
    found = fixture("google_ads_campaigns/en_excel.csv")
    assert found.reading.encoding == "utf-16"
    assert found.column("media_spend", "campaign", "spend") == [
        ("Marque - Search", 1234.5),
        ("Générique", 900.25),
    ]


def test_google_ads_in_french_has_blanks_of_two_kinds_between_thousands():
    found = fixture("google_ads_campaigns/fr.csv")
    assert found.column("media_spend", "spent_on", "spend", "impressions") == [
        ("2026-09-01", 12.34, 1234),
        ("2026-09-02", 1020.5, 10500),
    ]
    assert found.controls["Coût"] == (1032.84, 1032.84)


def test_google_ads_in_german_has_points_between_thousands():
    found = fixture("google_ads_campaigns/de.csv")
    assert found.reading.encoding == "cp1252"
    assert found.column("media_spend", "campaign", "spend", "impressions") == [
        ("Dächer Herbst", 1234.56, 12500),
        ("Dächer Herbst", 987.44, 9800),
    ]
    assert found.column("media_conversions", "conversion_value") == [1900, 640.5]


def test_google_ads_by_device_and_network_keeps_the_device_under_one_word():
    found = fixture("google_ads_campaigns/en_segmented.csv")
    assert found.column("media_spend", "account_id", "device", "spend") == [
        ("123-456-7890", "mobile", 100),
        ("123-456-7890", "mobile", 20.5),
        ("123-456-7890", "desktop", 60),
    ]
    sums = added_up(found.rows["media_spend"], "media_spend")
    assert sums.set_index("device")["spend"].to_dict() == {"mobile": 120.5, "desktop": 60}
    assert added_up(found.rows["media_conversions"], "media_conversions")["conversions"].tolist() == [3.5]


def test_google_ads_by_ad_group_is_an_export_of_its_own():
    found = fixture("google_ads_ad_groups/en.csv")
    assert found.reading.map.id == "google_ads_ad_groups"
    assert found.column("media_spend", "ad_group_id", "ad_group", "spend") == [
        ("51000000001", "Exact", 10.1),
        ("51000000002", "Broad", 5.05),
        ("51000000001", "Exact", 11),
    ]


def test_google_ads_by_ad_group_in_french_takes_the_currency_of_its_rows():
    found = fixture("google_ads_ad_groups/fr.csv", currency="EUR")
    assert found.column("media_spend", "ad_group", "spend", "currency") == [
        ("Exact", 1020.5, "CHF"),
        ("Exact", 79.5, "CHF"),
    ]


def test_an_ad_group_report_titled_as_a_campaign_report_is_still_one_of_ad_groups(given):
    text = "Campaign report\n1 Sep 2026 - 1 Sep 2026\nDay,Campaign,Ad group,Currency code,Cost\n2026-09-01,Brand,Exact,EUR,1.00\n"
    assert given(text).reading.map.id == "google_ads_ad_groups"


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("en.csv", [("Web order", "purchase", 2.5, 210.4), ("Newsletter", "sign-up", 4, 0)]),
        ("fr.csv", [("Commande en ligne", "purchase", 3.5, 1250)]),
    ],
)
def test_google_ads_by_conversion_action_gives_a_row_an_action_and_no_spend(file, rows):
    found = fixture(f"google_ads_conversions/{file}")
    assert list(found.rows) == ["media_conversions"]
    named = found.column(
        "media_conversions", "conversion_action", "conversion_group", "conversions", "conversion_value"
    )
    assert named == rows


def test_google_ads_by_week_is_refused(refusal):
    text = "Rapport sur les campagnes\n1 sept. 2026 - 30 sept. 2026\nSemaine;Campagne;Code de la devise;Coût\n2026-08-31;Marque;EUR;12,34\n"
    assert refusal(text) == (
        "export.csv: it is not by day: its column of time is 'Semaine'. Export it again by day: docs/exporting.md."
    )


def test_google_ads_without_days_is_refused_with_its_period(refusal):
    text = 'Campaign report\n"September 1, 2026 - September 30, 2026"\nCampaign,Currency code,Cost\nBrand,EUR,12.34\n'
    assert refusal(text) == (
        "export.csv: it covers 2026-09-01 to 2026-09-30 in one row per line, without a column of days (Day, Jour, Tag). "
        "Export it again by day: docs/exporting.md."
    )


def test_google_ads_without_a_currency_is_asked_for_one(refusal):
    text = "Day,Campaign,Cost\n2026-09-01,Brand,12.34\n"
    assert refusal(text).startswith("export.csv: no currency column; say which: add currency")


def test_a_table_of_dates_campaigns_and_costs_of_nobody_knows_whom_is_not_taken_for_google_ads(refusal):
    said = refusal("Date,Campaign,Cost\n2026-09-01,Brand,12.34\n", currency="EUR")
    assert "no heads of a" in said and "`cmo new export.csv` writes a map for this one" in said


def test_a_credit_in_google_ads_is_refused_unless_it_is_expected(refusal, given):
    text = "Day,Campaign,Currency code,Cost\n2026-09-01,Brand,EUR,-12.34\n"
    assert "line 2: -12.34 in 'Cost' is below 0" in refusal(text)
    assert given(text, allow_credits=True).column("media_spend", "spend") == [-12.34]


# ---- Meta ----


def test_meta_in_french_takes_the_currency_of_its_head_and_the_action_of_the_indicator():
    found = fixture("meta_ads/fr_campaigns.csv")
    assert found.reading.currency == "EUR"
    assert found.column("media_spend", "spent_on", "campaign", "spend", "impressions", "link_clicks") == [
        ("2026-09-01", "Automne - Prospection", 42.18, 11031, 86),
        ("2026-09-02", "Automne - Prospection", 40, 10800, 70),
    ]
    assert found.column("media_reach", "starts_on", "ends_on", "reach") == [
        ("2026-09-01", "2026-09-01", 8421),
        ("2026-09-02", "2026-09-02", 9000),
    ]
    assert found.column(
        "media_conversions", "converted_on", "conversion_action", "conversion_group", "conversions"
    ) == [("2026-09-01", "purchase", "purchase", 12)]


def test_meta_ads_by_day_take_the_day_of_the_row_and_leave_subtotals_out():
    found = fixture("meta_ads/en_ads_by_day.csv")
    assert found.reading.left == {"summary row": 1, "subtotal row": 1}
    assert found.column(
        "media_spend", "spent_on", "campaign_id", "ad_group_id", "ad_id", "spend", "clicks", "link_clicks"
    ) == [
        ("2026-09-01", "120210000000012345", "120210000000012346", "120210000000012347", 40, 60, 30),
        ("2026-09-01", "120210000000012345", "120210000000012346", "120210000000012348", 10.25, 50, 40),
        ("2026-09-02", "120210000000012345", "120210000000012346", "120210000000012347", 50, 30, None),
    ]
    assert found.column("media_spend", "video_views", "video_view_definition", "video_completions") == [
        (500, "3 seconds", 120),
        (400, "3 seconds", 90),
        (None, None, None),
    ]
    assert found.controls["Amount spent (EUR)"] == (100.25, 100.25)
    assert found.controls["Purchases conversion value"] == (240, 240)


def test_meta_purchases_count_once_though_they_stand_in_two_columns_and_other_results_keep_their_name():
    found = fixture("meta_ads/en_ads_by_day.csv")
    assert found.column(
        "media_conversions", "conversion_action", "conversions", "conversion_value", "attribution_window"
    ) == [
        ("purchase", 2, 160, "7d_click_1d_view"),
        ("purchase", 1, 80, "7d_click_1d_view"),
        ("link_click", 40, None, "7d_click_1d_view"),
    ]


def test_meta_reach_of_ads_says_of_which_ad_it_is():
    found = fixture("meta_ads/en_ads_by_day.csv")
    assert found.column("media_reach", "breakdown", "reach")[1] == (
        "Broad / 120210000000012346 / Clip B / 120210000000012348",
        900,
    )


def test_meta_results_that_count_people_reached_are_no_conversions_and_no_result_is_no_zero():
    found = fixture("meta_ads/en_campaigns.csv")
    assert found.column("media_conversions", "campaign_id", "conversion_action", "conversions") == [
        ("Leads FR", "lead", 5)
    ]
    assert found.column("media_reach", "reach") == [2000, 90000, 700]
    assert found.reading.named == {"summary row": [5]}
    assert set(found.controls) == {"Amount spent (EUR)", "Impressions", "Link clicks"}


@pytest.mark.parametrize(
    ("file", "spend", "currency", "action"),
    [
        ("pt_campaigns.csv", [12.34, 1012.5], "EUR", ["lead"]),
        ("de_campaigns.csv", [45.6], "CHF", ["purchase"]),
        ("it_campaigns.csv", [20.4], "EUR", ["lead"]),
        ("es_campaigns.csv", [150.5, 99.5], "EUR", []),
    ],
)
def test_meta_in_other_languages(file, spend, currency, action):
    found = fixture(f"meta_ads/{file}")
    assert found.column("media_spend", "spend") == spend
    assert set(found.column("media_spend", "currency")) == {currency}
    assert (found.column("media_conversions", "conversion_action") if action else []) == action


def test_meta_by_country_takes_the_market_of_the_row(given):
    text = "Day,Campaign name,Country,Amount spent (EUR),Reach\n2026-09-01,A,FR,10.00,100\n2026-09-01,A,BE,5.00,40\n"
    found = given(text)
    assert found.column("media_spend", "market", "spend") == [("FR", 10), ("BE", 5)]
    assert found.column("media_reach", "market", "reach") == [("FR", 100), ("BE", 40)]


def test_meta_by_age_keeps_the_reach_of_each_part_and_adds_the_spend_up(given):
    text = "Day,Campaign name,Age,Gender,Amount spent (EUR),Reach\n2026-09-01,A,25-34,female,10.00,100\n2026-09-01,A,35-44,male,5.00,40\n"
    found = given(text)
    assert found.column("media_reach", "breakdown", "reach") == [
        ("25-34 / female", 100),
        ("35-44 / male", 40),
    ]
    assert added_up(found.rows["media_spend"], "media_spend")["spend"].tolist() == [15]


def test_meta_over_several_days_is_refused(refusal):
    text = '"Début des rapports","Fin des rapports","Nom de la campagne",Couverture,"Montant dépensé (EUR)"\n2026-09-01,2026-09-30,Automne,9000,42.18\n'
    assert refusal(text) == (
        "export.csv, line 2: the row covers 2026-09-01 to 2026-09-30, and a daily table takes one day a row. "
        "Break the report down by day and export it again: docs/exporting.md."
    )


def test_meta_ad_sets_without_their_campaign_are_refused(refusal):
    text = (
        "Reporting starts,Reporting ends,Ad set name,Amount spent (EUR)\n2026-09-01,2026-09-01,Broad,42.18\n"
    )
    assert "no heads of a Meta Ads Manager report found" in refusal(text)
    assert "which lacks campaign (accepted names for campaign: Campaign name, Nom de la campagne" in refusal(
        text
    )


def test_meta_with_damaged_accents_is_refused(refusal):
    said = refusal("Nom de la campagne,Montant dÃ©pensÃ© (EUR)\nA,1.5\n")
    assert "accents are damaged ('Ã©' instead of 'é')" in said


def test_meta_whose_head_names_another_currency_than_the_company_says_is_refused(refusal):
    said = refusal("Day,Campaign name,Amount spent (USD)\n2026-09-01,A,1.50\n", currency="EUR")
    assert "its heads say USD and [[exports]] in company.toml says EUR" in said


def test_meta_ids_that_excel_shortened_are_refused(refusal):
    said = refusal("Day,Campaign name,Campaign ID,Amount spent (EUR)\n2026-09-01,A,1.2021E+17,1.50\n")
    assert "'1.2021E+17' in 'Campaign ID' was shortened by Excel" in said


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        (
            "en.csv",
            [
                ("2026-09-01", "2026-09-30", "120210000000012345", 41250),
                ("2026-09-01", "2026-09-30", "120210000000012399", 8000),
            ],
        ),
        ("fr.csv", [("2026-09-01", "2026-09-30", None, 45000)]),
    ],
)
def test_meta_reach_of_a_month_stands_for_its_month(file, rows):
    found = fixture(f"meta_reach/{file}")
    assert list(found.rows) == ["media_reach"]
    assert found.column("media_reach", "starts_on", "ends_on", "campaign_id", "reach") == rows
    assert found.reading.controls == []


def test_meta_plays_to_the_end_or_15_seconds_are_views_only_where_there_are_none_of_3_seconds(given):
    text = "Day,Campaign name,Amount spent (EUR),ThruPlays{more}\n2026-09-01,A,10.00,70{cell}\n2026-09-02,A,10.00,80\n"
    found = given(text.format(more="", cell=""))
    views = [(70, "15 seconds or to the end"), (80, "15 seconds or to the end")]
    assert found.column("media_spend", "video_views", "video_view_definition") == views
    text = text.replace(",80\n", ",80,\n")
    found = given(text.format(more=",3-second video plays", cell=",400"))
    views = [(400, "3 seconds"), (80, "15 seconds or to the end")]
    assert found.column("media_spend", "video_views", "video_view_definition") == views


# ---- LinkedIn ----


def test_linkedin_in_utf_16_reads_its_days_by_its_own_period():
    found = fixture("linkedin_campaigns/en.csv")
    assert (found.reading.encoding, found.reading.separator, found.reading.header_line) == ("utf-16", "\t", 6)
    assert found.column(
        "media_spend", "spent_on", "campaign", "ad_group", "ad_group_id", "spend", "impressions"
    ) == [
        ("2026-09-01", "Default", "Leads, directeurs", "148633856", 1234.5, 10000),
        ("2026-09-02", "Default", "Marque", "148633857", 10.25, 500),
    ]
    assert found.column("media_conversions", "conversion_action", "conversions") == [
        ("lead form", 2),
        ("lead form", 0),
    ]
    assert "Conversions" in found.reading.unused


def test_linkedin_ads_have_a_campaign_group_for_a_campaign_and_a_total_row_for_a_control():
    found = fixture("linkedin_campaigns/en_creatives_total.csv")
    assert found.column(
        "media_spend", "campaign_id", "ad_group_id", "ad", "spend", "link_clicks", "engagements"
    ) == [
        ("600268686", "148633856", "Film A", 1234.5, 120, 31),
        ("600268686", "148633856", "Film B", 0.5, 3, 0),
        ("600268686", "148633856", "Film A", 15, 8, 1),
    ]
    assert found.controls["Total Spent"] == (1250, 1250)
    assert found.column("media_reach", "reach") == [8100, 350, 700]


def test_linkedin_in_french_is_read():
    found = fixture("linkedin_campaigns/fr.csv")
    assert found.column("media_spend", "spent_on", "ad_group", "spend", "currency") == [
        ("2026-09-14", "Directeurs", 1234.5, "EUR"),
        ("2026-09-15", "Directeurs", 10.25, "EUR"),
    ]


LINKEDIN = "Start Date (in UTC),Currency,Campaign Group Name,Campaign Name,Total Spent\n"
PERIOD = '"Report Start: September 1, 2026, 12:00 AM"\n"Report End: September 30, 2026, 11:59 PM"\n\n'


def test_linkedin_whose_first_lines_were_cut_off_cannot_prove_its_days(refusal):
    said = refusal(f"{LINKEDIN}9/1/2026,EUR,G,C,10.00\n9/2/2026,EUR,G,C,11.00\n")
    assert "dates such as '9/1/2026' that can be read day first or month first" in said


def test_linkedin_whose_first_lines_were_cut_off_is_read_where_a_day_proves_the_order(given):
    found = given(f"{LINKEDIN}9/1/2026,EUR,G,C,10.00\n9/13/2026,EUR,G,C,11.00\n")
    assert found.column("media_spend", "spent_on") == ["2026-09-01", "2026-09-13"]


def test_linkedin_not_broken_down_by_day_is_refused(refusal):
    said = refusal(
        f"Campaign Performance Report (in UTC)\n{PERIOD}{LINKEDIN}9/1/2026,EUR,G,C,10.00\n9/1/2026,EUR,G,D,11.00\n"
    )
    assert (
        "it covers 2026-09-01 to 2026-09-30 and all its rows bear the first day, so it is not broken down by day"
        in said
    )


def test_linkedin_conversions_keep_clicks_and_views_apart_and_share_the_value_that_is_for_both():
    found = fixture("linkedin_conversions/en.csv")
    names = (
        "converted_on",
        "campaign_id",
        "conversion_action",
        "conversion_group",
        "attribution_window",
        "conversions",
    )
    assert found.column("media_conversions", *names) == [
        ("2026-09-03", "600268686", "Demo asked", "lead", "post_click", 3),
        ("2026-09-14", "600268686", "Web order", "purchase", "post_click", 1),
        ("2026-09-03", "600268686", "Demo asked", "lead", "view_through", 2),
        ("2026-09-14", "600268686", "Web order", "purchase", "view_through", 0),
    ]
    assert found.column("media_conversions", "conversion_value") == [300, 1250, 200, 0]


def test_linkedin_conversions_without_values_have_none(given):
    heads = "Start Date (in UTC),Currency,Campaign Group Name,Conversion Name,Conversions,Post-Click Conversions\n"
    found = given(f"{PERIOD}{heads}9/3/2026,EUR,G,Order,2,2\n9/4/2026,EUR,G,Order,1,1\n")
    assert found.column("media_conversions", "conversions", "conversion_value") == [(2, None), (1, None)]


def test_linkedin_conversions_not_told_apart_keep_their_value():
    found = fixture("linkedin_conversions/fr.csv")
    assert found.column(
        "media_conversions", "conversion_group", "attribution_window", "conversions", "conversion_value"
    ) == [("lead", "post_click_and_view_through", 5, 500)]


def test_linkedin_campaigns_without_their_group_are_refused(refusal):
    said = refusal("Start Date (in UTC),Currency,Campaign Name,Total Spent\n9/13/2026,EUR,C,10.00\n")
    assert "no heads of a LinkedIn campaign performance report" in said and "which lacks ad_group" in said


def test_linkedin_of_the_newer_interface_has_campaigns_and_ad_sets():
    found = fixture("linkedin_ad_sets/en.csv")
    assert found.column("media_spend", "campaign", "campaign_id", "ad_group", "ad_group_id", "spend") == [
        ("FR_B2B", "600268686", "Directors", "148633856", 1234.5),
        ("FR_B2B", "600268686", "Directors", "148633856", 10.25),
    ]
    found = fixture("linkedin_ad_set_conversions/en.csv")
    assert found.column("media_conversions", "campaign_id", "attribution_window", "conversions") == [
        ("600268686", "post_click", 3),
        ("600268686", "view_through", 2),
    ]


def test_a_linkedin_page_gives_posts_and_daily_figures_from_two_sheets_of_one_workbook():
    found = fixture("linkedin_page_posts/en.xlsx", account_id="Acme")
    assert {one.map.id: one.header_line for one in found.readings} == {
        "linkedin_page_posts": 2,
        "linkedin_page_metrics": 2,
    }
    assert found.column("social_daily", "measured_on", "profile", "impressions") == [
        ("2026-09-12", "Acme", 1000),
        ("2026-09-13", "Acme", 450),
    ]
    assert found.column(
        "social_posts", "post_id", "posted_on", "is_paid", "impressions", "clicks", "likes", "follows"
    ) == [
        ("7123456789012345678", "2026-09-12", "false", 800, 30, 25, 4),
        ("7123456789012345699", "2026-09-13", "true", 5200, 61, 40, 0),
    ]


def test_who_posted_on_a_linkedin_page_is_not_kept():
    found = fixture("linkedin_page_posts/en.xlsx", account_id="Acme")
    assert (
        not found.rows["social_posts"]
        .astype("str")
        .apply(lambda one: one.str.contains("A Person"))
        .any()
        .any()
    )


def test_any_table_of_days_and_impressions_is_not_taken_for_a_linkedin_page(refusal):
    assert "no heads of a LinkedIn Page" in refusal("Date,Impressions (total)\n2026-09-01,12\n")


def test_a_linkedin_page_that_nobody_names_is_called_the_company_page():
    found = fixture("linkedin_page_metrics/en.xlsx")
    assert found.column("social_daily", "profile") == ["company page", "company page"]


# ---- posts of Meta ----


def test_posts_of_a_page_are_read_with_the_month_first_and_a_caption_over_two_lines():
    found = fixture("meta_page_posts/en.csv")
    names = (
        "post_id",
        "profile",
        "posted_on",
        "impressions",
        "reach",
        "likes",
        "comments",
        "shares",
        "clicks",
    )
    assert found.column("social_posts", *names) == [
        ("122158000000000001", "Acme", "2025-11-10", 1250, 980, 40, 4, 2, 31),
        ("122158000000000002", "Acme", "2025-11-25", 300, None, 12, None, 1, None),
    ]
    assert found.column("social_posts", "posted_at")[0] == pd.Timestamp("2025-11-10 20:00")  # 21:00 in Paris


def test_handles_of_other_people_in_a_caption_are_taken_out():
    found = fixture("meta_page_posts/en.csv")
    assert found.column("social_posts", "body")[0] == "New roofs, seen from above\nwith […]"


def test_posts_of_a_page_in_french_have_the_day_first():
    found = fixture("meta_page_posts/fr.csv")
    assert found.column("social_posts", "posted_on", "impressions") == [("2025-11-25", 1250)]


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("en.csv", [("2026-09-15", 15000, 9800, 410, 55, 14), ("2026-09-03", None, 640, 40, 12, 0)]),
        ("de.csv", [("2026-09-15", 7100, 5200, 210, 96, 6)]),
        ("fr.csv", [("2026-09-16", 2300, 1100, 120, 40, 1)]),
    ],
)
def test_posts_of_instagram_are_read(file, rows):
    found = fixture(f"meta_instagram_posts/{file}")
    assert (
        found.column("social_posts", "posted_on", "impressions", "reach", "likes", "saves", "follows") == rows
    )
    assert set(found.column("social_posts", "network", "profile")) == {("instagram", "acme")}


POSTS = "Post ID,Page ID,Page name,Title,Publish time,Date,Views\n"


def test_posts_whose_ids_excel_shortened_are_refused(refusal):
    said = refusal(f"{POSTS}1.22158E+17,6.1571E+13,Acme,T,11/10/2025 21:00,Lifetime,12\n")
    assert said == (
        "export.csv, line 2: '1.22158E+17' in 'Post ID' was shortened by Excel. "
        "Export again and do not open the file in Excel."
    )


def test_posts_with_figures_of_single_days_are_refused(refusal):
    said = refusal(f"{POSTS}122158000000000001,6157,Acme,T,11/10/2025 21:00,11/11/2025,12\n")
    assert "'11/11/2025' in 'Date' is not Lifetime" in said
    assert "Choose Lifetime in place of daily figures" in said


def test_posts_in_french_whose_days_can_be_read_both_ways_are_refused(refusal):
    text = "ID de la publication;Nom de la Page;Heure de publication;Vues\n122158000000000003;Acme;03/04/2025 08:30;12\n"
    assert "dates such as '03/04/2025 08:30' that can be read day first or month first" in refusal(text)


# ---- Campaign Manager 360 ----


def test_cm360_is_found_under_its_preamble_and_its_grand_total_is_the_control():
    found = fixture("cm360/en.csv", currency="EUR")
    assert found.reading.header_line == 9
    assert found.column("media_spend", "spent_on", "campaign_id", "ad_group", "spend", "currency") == [
        ("2026-09-01", "27000001", "LeMonde.fr / Home", 840, "EUR"),
        ("2026-09-02", "27000001", "Home", 826, "EUR"),
    ]
    assert found.controls["Media Cost"] == (1666, 1666)
    assert found.column("media_conversions", "conversions", "attribution_window") == [
        (12, "as set in Floodlight"),
        (9, "as set in Floodlight"),
    ]


def test_cm360_with_windows_counts_each_conversion_once():
    found = fixture("cm360/en_reach_windows.csv", currency="CHF")
    assert found.column("media_conversions", "attribution_window", "conversions", "conversion_value") == [
        ("post_click", 8, 640),
        ("post_click", 0, 0),
        ("view_through", 4, 320),
        ("view_through", 0, 0),
    ]
    assert found.column("media_spend", "spend", "measurable_impressions", "viewable_impressions") == [
        (1840.5, 110000, 70000),
        (0.5, 480, 300),
    ]
    assert found.column("media_reach", "reach") == [90000, 450]


def test_cm360_in_french_is_read():
    found = fixture("cm360/fr.csv", currency="EUR")
    assert found.column("media_spend", "spent_on", "ad_group", "spend") == [
        ("2026-09-01", "LeMonde.fr", 1840.5)
    ]
    assert found.controls["Coût média"] == (1840.5, 1840.5)


@pytest.mark.parametrize("file", ["en.csv", "fr.csv"])
def test_cm360_reach_of_a_month_stands_for_the_dates_above_the_table(file):
    found = fixture(f"cm360_reach/{file}")
    rows = found.column("media_reach", "starts_on", "ends_on", "campaign_id", "reach")
    assert rows == [("2026-09-01", "2026-09-30", "27000001", 910000)]


def test_cm360_reach_whose_dates_can_be_read_both_ways_is_refused(refusal):
    text = "Date Range,9/1/26 - 9/2/26\nReport Fields\nCampaign,Unique Reach: Total Reach\nA,5000\n"
    assert "the lines above the table name no period, and starts_on needs one" in refusal(text)


def test_cm360_states_no_currency_so_it_is_asked_for():
    with pytest.raises(DataError, match='no currency column; say which: add currency = "EUR" for this file'):
        fixture("cm360/en.csv")


@pytest.mark.parametrize("before", ["", "Date,Campaign,Impressions,Media Cost\n"])
def test_cm360_without_data_is_refused_in_its_own_words(refusal, before):
    text = f"Report Name,Daily\n\nReport Fields\n{before}No data returned by the reporting service.\n"
    assert refusal(text, currency="EUR") == (
        'export.csv: the report is empty: it says "No data returned by the reporting service." '
        "Widen its dates or its filters, then run it again."
    )


def test_cm360_by_month_is_refused(refusal):
    text = "Report Fields\nMonth,Campaign,Impressions,Media Cost\n2026-09,Automne,10,1.00\nGrand Total:,,10,1.00\n"
    assert "it is not by day: its column of time is 'Month'" in refusal(text)


# ---- Display & Video 360 ----


def test_dv360_leaves_its_sum_and_footer_out_and_holds_the_sum_against_the_rows():
    found = fixture("dv360/en.csv")
    assert found.reading.named == {"summary row": [5], "after the end of the table": [7, 8, 9, 10, 11]}
    assert found.column(
        "media_spend", "spent_on", "campaign", "ad_group", "ad_group_id", "spend", "video_completions"
    ) == [
        ("2026-09-01", "Autumn video", "Sport", "22000001", 840, 45000),
        ("2026-09-01", "Autumn video", None, "22000002", 11.04, None),
        ("2026-09-02", "Autumn video", "Sport", "22000001", 826.5, 44000),
    ]
    assert found.controls["Media Cost (Advertiser Currency)"] == (1677.54, 1677.54)


def test_dv360_reach_below_a_thousand_is_a_bound_and_no_number():
    found = fixture("dv360/en.csv")
    assert found.column("media_reach", "starts_on", "reach") == [("2026-09-01", 88000), ("2026-09-02", 86000)]
    assert any(note.startswith("'Unique Reach: Total Reach': 1 cells") for note in found.reading.notes)


def test_dv360_in_french_is_read():
    found = fixture("dv360/fr.csv")
    assert found.column("media_spend", "campaign", "ad_group", "spend", "currency") == [
        ("Vidéo automne", "Sport", 1840.5, "CHF")
    ]
    assert found.reading.left == {"summary row": 1}


def test_dv360_without_a_media_cost_gives_what_the_advertiser_pays(given):
    text = "Date,Advertiser Currency,Insertion Order,Impressions,Revenue (Adv Currency)\n2026/09/01,EUR,Autumn,10,1.20\n"
    found = given(text)
    assert found.column("media_spend", "spend") == [1.2]
    assert "Revenue (Adv Currency) is taken, which holds fees and margins too" in found.reading.map.help


def test_dv360_without_any_cost_is_refused(refusal):
    text = "Date,Advertiser Currency,Insertion Order,Impressions\n2026/09/01,EUR,Autumn,10\n"
    assert "which lacks cost (accepted names for cost: Media Cost (Advertiser Currency)" in refusal(text)


def test_dv360_without_data_is_refused_in_its_own_words(refusal):
    text = "Date,Insertion Order,Media Cost (Advertiser Currency)\nNo data returned by the reporting service.,,\n"
    assert "the report is empty" in refusal(text)


# ---- Search Ads 360 ----


def test_sa360_in_parts_repeats_its_heads_and_has_currencies_a_row():
    found = fixture("sa360_reports/fragments.csv")
    assert found.reading.named == {"the heads again": [4, 6]}
    assert found.column("media_spend", "spent_on", "account_id", "campaign_id", "spend", "currency") == [
        ("2026-09-01", "Google FR", "Google FR / Brand", 100.25, "EUR"),
        ("2026-09-01", "Microsoft CH", "Microsoft CH / Brand", 9.75, "CHF"),
        ("2026-09-02", "Google FR", "Google FR / Brand", 80, "EUR"),
        ("2026-09-03", "Google FR", "Google FR / Brand", 81, "EUR"),
    ]
    assert found.column("media_conversions", "conversion_action", "conversions", "conversion_value")[:3] == [
        ("transactions", 2, 180),
        ("transactions", 0, 0),
        ("transactions", 1, 75.5),
    ]


def test_sa360_with_the_heads_of_its_interface_is_read():
    found = fixture("sa360_reports/interface.csv")
    assert found.column("media_spend", "ad_group", "spend", "impressions") == [("Exact", 1100.25, 1000)]


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        ("en_engines.csv", [("Google FR", "71000000001", 1100.25), ("Microsoft FR", "72000000001", 9.75)]),
        ("fr.csv", [("Google FR", "71000000001", 1100.25)]),
    ],
)
def test_sa360_of_the_new_interface_is_told_from_google_ads_by_the_type_of_account(file, rows):
    found = fixture(f"sa360_reports/{file}")
    assert found.column("media_spend", "account_id", "campaign_id", "spend") == rows
    assert set(found.column("media_spend", "platform")) == {"sa360"}
    assert found.column("media_conversions", "conversions")[0] == 2.5


def test_sa360_in_the_new_names_has_its_costs_in_millionths():
    found = fixture("sa360_fields/query.csv")
    assert found.column("media_spend", "platform", "campaign_id", "device", "spend") == [
        ("sa360", "71000000001", "mobile", 100.25),
        ("sa360", "71000000001", "desktop", 9.75),
    ]
    assert found.column("media_conversions", "conversions", "conversion_value") == [(2.5, 180.4), (0, 0)]


# ---- brand lift ----


def test_google_brand_lift_gives_two_arms_of_a_holdout_with_answers_and_yes_answers():
    found = fixture("google_ads_brand_lift/en.csv")
    names = ("experiment_id", "arm", "kind", "measured_on", "exposed", "units", "conversions")
    assert found.column("experiments", *names) == [
        ("Autumn film / Ad recall", "exposed", "holdout", "2026-09-15", 2000, 2000, pytest.approx(630)),
        ("Autumn film / Awareness", "exposed", "holdout", "2026-09-15", 1000, 1000, pytest.approx(400)),
        ("Autumn film / Ad recall", "control", "holdout", "2026-09-15", 0, 1500, pytest.approx(375)),
        ("Autumn film / Awareness", "control", "holdout", "2026-09-15", 0, 800, pytest.approx(316)),
    ]
    assert set(found.column("experiments", "starts_on")) == {"2026-08-01"}


def test_google_brand_lift_in_french_is_read():
    found = fixture("google_ads_brand_lift/fr.csv")
    assert found.column("experiments", "arm", "metric", "conversions") == [
        ("exposed", "Notoriété", pytest.approx(400)),
        ("control", "Notoriété", pytest.approx(316)),
    ]


def test_google_brand_lift_without_any_day_is_refused(refusal):
    heads = "Study name,Lift metric,Exposed survey responses,Baseline survey responses,Exposed positive response rate,Baseline positive response rate\n"
    said = refusal(f"{heads}Film,Ad recall,2000,1500,31.50%,25.00%\n")
    assert "the lines above the table name no period, and measured_on needs one" in said


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        (
            "en.csv",
            [("exposed", 1200, 360), ("exposed", 1100, 220), ("control", 900, 225), ("control", 880, 176)],
        ),
        ("fr.csv", [("exposed", 1200, pytest.approx(360)), ("control", 900, pytest.approx(225))]),
    ],
)
def test_meta_brand_lift_counts_yes_answers_or_takes_them_from_their_share(file, rows):
    found = fixture(f"meta_brand_lift/{file}")
    assert found.column("experiments", "arm", "units", "conversions") == rows


@pytest.mark.parametrize(
    ("file", "rows"),
    [
        (
            "en.csv",
            [
                ("meta / Autumn film / ad recall", "exposed", 1200, 360),
                ("meta / Autumn film / ad recall", "control", 900, 225),
            ],
        ),
        (
            "fr.csv",
            [
                ("youtube / Film d'automne / notoriété", "exposed", 1000, 400),
                ("youtube / Film d'automne / notoriété", "control", 800, 316),
            ],
        ),
    ],
)
def test_brand_lift_in_a_table_of_ones_own_needs_four_counts(file, rows):
    found = fixture(f"brand_lift_table/{file}")
    assert found.column("experiments", "experiment_id", "arm", "units", "conversions") == rows
