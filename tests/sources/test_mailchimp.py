"""Mailchimp: all campaigns, one campaign as pairs of key and value, and the ZIP of an audience."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import reader

from helpers.errors import DataError

FIXTURES = Path(__file__).parent / "fixtures"
REPORT = FIXTURES / "mailchimp_campaign_report"


@pytest.fixture
def file(tmp_path):
    """Read a text as an export."""

    def of(text, *, name="export.csv", **settings):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return reader.read(path, settings=replace(reader.SETTINGS, **settings))

    return of


def test_campaigns_are_read_with_groups_local_times_and_revenue_before_tax():
    got = reader.read(FIXTURES / "mailchimp_campaigns" / "mailchimp_campaigns.csv")
    rows = got["crm_campaigns"]
    assert rows["campaign_id"].tolist() == ["17671f6028", "6e3fb30c88"]
    assert rows["sent"].tolist() == [110, 1137]
    assert rows["delivered"].tolist() == [108, 1134]
    assert rows["sent_at"].tolist() == [pd.Timestamp("2026-06-09 19:30"), pd.Timestamp("2026-06-18 07:15")]
    assert rows["revenue_excl_vat"].tolist() == [0.0, 210.5]
    assert rows["subject"].tolist()[0] == "Vos styles préférés 🌅"
    assert rows[["unique_opens", "unique_clicks", "total_clicks", "unsubscribes"]].iloc[1].tolist() == [
        300,
        50,
        60,
        1,
    ]
    assert not [name for name in rows if "rate" in name]


def test_an_account_in_another_zone_than_the_company_says_so(file):
    path = FIXTURES / "mailchimp_campaigns" / "mailchimp_campaigns.csv"
    rows = reader.read(path, settings=replace(reader.SETTINGS, time_zone="America/New_York"))["crm_campaigns"]
    assert rows["sent_at"].iloc[0] == pd.Timestamp("2026-06-10 01:30")
    assert rows["sent_on"].iloc[0] == pd.Timestamp("2026-06-10")  # the company's day


def test_revenue_without_a_currency_is_refused_until_the_company_says_which():
    path = FIXTURES / "mailchimp_campaigns" / "mailchimp_campaigns.csv"
    with pytest.raises(DataError, match="mailchimp_campaigns.csv: no currency column; say which"):
        reader.read(path, settings=replace(reader.SETTINGS, currency=""))


def test_a_split_test_gives_a_row_a_combination_held_against_the_overall_figures():
    got = reader.read(REPORT / "split_test.csv")
    rows = got["crm_campaigns"]
    assert rows["variant"].tolist() == ["1", "2"]
    assert rows["name"].tolist() == ["Newsletter, n°3"] * 2
    assert rows["sent"].tolist() == [875, 875]
    assert rows["unique_opens"].tolist() == [230, 270]  # of "230 (26.5%)" the count
    assert rows["unique_clicks"].tolist() == [50, 75]
    assert rows["sent_at"].tolist() == [pd.Timestamp("2026-09-16 07:15")] * 2
    assert rows["campaign_id"].nunique() == 1
    assert {one.stated for one in got.reading.controls} >= {1750.0, 500.0, 125.0}
    assert all(one.agrees for one in got.reading.controls)
    assert got.lines["crm_campaigns"] == [19, 30]


def test_a_report_on_one_mail_gives_one_row_and_no_section_counts_as_a_total():
    got = reader.read(REPORT / "one_mail.csv")
    (row,) = got["crm_campaigns"].to_dict("records")
    assert (row["sent"], row["delivered"], row["unique_opens"], row["unique_clicks"]) == (108, 106, 30, 7)
    assert row["sent_at"] == pd.Timestamp("2026-11-23 12:15")
    assert pd.isna(row["variant"])
    assert got.reading.left == {}


def test_combinations_that_do_not_add_up_to_the_overall_figures_are_said(file):
    text = (REPORT / "split_test.csv").read_text(encoding="utf-8").replace('"1,750"', '"1,800"')
    (wrong,) = [one for one in file(text).reading.controls if not one.agrees]
    assert (wrong.head, wrong.stated, wrong.found) == ("Total Recipients", 1800.0, 1750.0)


def test_a_report_on_one_campaign_whose_day_and_month_are_in_doubt_is_refused(file):
    text = (REPORT / "one_mail.csv").read_text(encoding="utf-8").replace("11/23/26", "11/8/26")
    with pytest.raises(
        DataError, match="dates such as '11/8/26 13:15' that can be read day first or month first"
    ):
        file(text)
    assert file(text, date_order="dmy")["crm_campaigns"]["sent_on"].tolist() == [pd.Timestamp("2026-08-11")]


def test_a_report_on_one_campaign_without_its_figures_is_refused(file):
    with pytest.raises(
        DataError, match="no heads of a Mailchimp report on one campaign found; .* lacks sent"
    ):
        file(
            '"Email Campaign Report"\n"Title:","A"\n"Delivery Date/Time:","11/23/26 13:15"\n\n"Overall Stats"\n"Total Opens:","3"\n'
        )


def members(*names) -> dict[str, str]:
    """The fixtures of an audience by the names that the files of its ZIP have."""
    folder = {"subscribed": "mailchimp_audience"}
    made = {}
    for name in names:
        (path,) = (FIXTURES / folder.get(name, f"mailchimp_audience_{name}")).glob(f"{name}*.csv")
        made[f"{name}_members_export_8f3.csv"] = path.read_text(encoding="utf-8")
    return made


@pytest.fixture
def audience(tmp_path):
    """Read texts as the files of the ZIP of an audience."""

    def of(texts, **settings):
        path = tmp_path / "audience.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name, text in texts.items():
                archive.writestr(name, text)
        return reader.read(path, settings=replace(reader.SETTINGS, **settings))

    return of


def consents_of(got, address) -> list[tuple[str, pd.Timestamp]]:
    """What a person agreed to, in order."""
    customer = reader.hashed(pd.Series([address]), "email").iloc[0]
    rows = got["consents"][got["consents"]["customer_id"] == customer].sort_values("recorded_at")
    return list(zip(rows["status"], rows["recorded_at"], strict=True))


def test_the_zip_of_an_audience_gives_each_kind_of_member_its_consents(audience):
    got = audience(members("subscribed", "unsubscribed", "cleaned", "nonsubscribed"))
    assert sorted(one.map.id for one in got.readings) == [
        "mailchimp_audience",
        "mailchimp_audience_cleaned",
        "mailchimp_audience_nonsubscribed",
        "mailchimp_audience_unsubscribed",
    ]
    assert len(got["customers"]) == 6
    assert consents_of(got, "ada@example.org") == [("granted", pd.Timestamp("2026-02-03 22:30"))]
    assert consents_of(got, "cy@example.org") == [("withdrawn", pd.Timestamp("2026-06-09 19:45"))]
    assert consents_of(got, "ed@example.org") == []  # mail no longer reached it
    assert consents_of(got, "fy@example.org") == []  # never asked for the newsletter


def test_who_was_imported_without_asking_for_the_newsletter_has_no_consent(audience):
    got = audience(members("subscribed"))
    assert consents_of(got, "bo@example.org") == []
    assert (
        "1 members without OPTIN_TIME: the file does not say that they agreed, so they have no consent"
        in got.reading.notes
    )


def test_who_left_without_a_time_has_left_when_the_row_was_last_changed(audience):
    assert consents_of(audience(members("unsubscribed")), "di@example.org") == [
        ("withdrawn", pd.Timestamp("2026-07-01 06:00"))
    ]


def test_heads_that_stand_twice_give_the_first_that_is_filled(audience):
    texts = {
        name: text.replace('"2026-06-09 21:45:00",Styles', ",Styles")
        for name, text in members("unsubscribed").items()
    }
    assert consents_of(audience(texts), "cy@example.org")[-1] == (
        "withdrawn",
        pd.Timestamp("2026-06-09 19:45"),
    )


def test_a_file_of_the_zip_without_members_is_no_fault(audience):
    texts = members("subscribed", "cleaned")
    texts["cleaned_members_export_8f3.csv"] = texts["cleaned_members_export_8f3.csv"].splitlines()[0] + "\n"
    got = audience(texts)
    assert got.reading.map.id == "mailchimp_audience"
    assert any("cleaned_members_export_8f3.csv: the header is there" in said for said in got.reading.notes)


def test_the_guessed_country_of_a_member_is_the_market_only_where_the_company_names_none(audience):
    assert audience(members("subscribed"))["customers"]["market"].tolist() == ["FR", "FR"]
    got = audience(members("subscribed"), market="", markets=("FR", "BE"))
    assert got["customers"]["market"].tolist() == ["FR", "BE"]


def test_the_first_tag_is_the_segment_and_an_audience_has_no_other_trait():
    rows = reader.read(FIXTURES / "mailchimp_audience" / "mailchimp_audience.csv")["customers"]
    assert set(rows) == {"customer_id", "market", "first_seen_on", "segment"}
    assert rows["segment"].tolist() == ["VIP"]


def test_contact_fields_are_named_and_not_kept():
    one = reader.read(FIXTURES / "mailchimp_audience" / "mailchimp_audience.csv").reading
    assert {
        "First Name",
        "Last Name",
        "Address",
        "Phone Number",
        "OPTIN_IP",
        "CONFIRM_IP",
        "Email Address",
    } <= set(one.contacts)
