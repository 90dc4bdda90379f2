"""HubSpot: deals, contacts, companies and e-mail events, English and French heads in one file."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import reader

from helpers.errors import DataError

FIXTURES = Path(__file__).parent / "fixtures"
HEAD = "Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date\n"
PEOPLE = "Record ID,Email,Create Date,Lifecycle Stage,Unsubscribed from all email,Last Modified Date\n"


def days(values) -> list[str | None]:
    """Days as text, None where there is none."""
    return [None if pd.isna(day) else f"{pd.Timestamp(day):%Y-%m-%d}" for day in values]


@pytest.fixture
def file(tmp_path):
    """Read a text as an export."""

    def of(text, *, name="export.csv", **settings):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return reader.read(path, settings=replace(reader.SETTINGS, **settings))

    return of


def test_dates_of_two_forms_stand_in_one_column():
    rows = reader.read(FIXTURES / "hubspot_deals" / "hubspot_deals.csv")["opportunities"]
    assert rows["opportunity_id"].tolist() == ["7001", "23456789012"]
    assert days(rows["closes_on"]) == ["2026-12-01", "2026-12-31"]
    assert days(rows["created_on"]) == ["2026-09-01", "2026-09-02"]
    assert rows["amount"].iloc[0] == 15000.0
    assert pd.isna(rows["amount"].iloc[1])
    assert pd.isna(rows["is_won"].iloc[0])  # still open
    assert rows["is_won"].iloc[1] == "true"
    assert rows["account_id"].iloc[0] == "9001"


def test_the_day_a_deal_entered_each_stage_becomes_a_row_and_the_deal_stays_one():
    got = reader.read(FIXTURES / "hubspot_deals" / "deals_stages_en.csv")
    assert got["opportunities"]["opportunity_id"].tolist() == ["7001", "7002"]
    assert got["opportunities"]["amount"].tolist() == [12000.50, 8000.0]
    steps = got["opportunity_stages"]
    assert list(zip(steps["opportunity_id"], steps["stage"], days(steps["entered_on"]), strict=True)) == [
        ("7001", "Proposal", "2026-08-10"),
        ("7001", "Closed Won", "2026-09-15"),
        ("7002", "Proposal", "2026-09-05"),
        ("7002", "On hold", "2026-09-20"),
    ]
    assert "outcome: the map does not list 'On hold'; it counts as open" in got.reading.notes
    assert "'Associated Company IDs': 1 cells hold several values; the first is taken" in got.reading.notes


def test_french_heads_and_amounts_with_a_currency_sign_are_read_to_the_cent():
    got = reader.read(
        FIXTURES / "hubspot_deals" / "deals_fr.csv", settings=replace(reader.SETTINGS, currency="")
    )
    assert got["opportunities"]["amount"].tolist() == [12000.0, 2500.75]
    assert got["opportunities"]["currency"].tolist() == ["EUR", "EUR"]
    assert got["opportunities"]["is_closed"].tolist() == ["true", "false"]
    assert days(got["opportunities"]["closes_on"]) == ["2026-12-31", "2026-10-15"]
    assert got["opportunity_stages"]["stage"].tolist() == ["Proposition", "Proposition"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "2.34568E+10,A,Proposal,5,2026-09-15,2026-08-11\n", "line 2: '2.34568E+10' in 'Record ID' was shortened by Excel."),
        (HEAD + '"2,34568E+10",A,Proposal,5,2026-09-15,2026-08-11\n', "was shortened by Excel"),
        (HEAD + "1,A,Proposal,5,03/04/2026,2026-01-02\n", "column 'Close Date' has dates such as '03/04/2026' that can be read day first or month first"),
        (HEAD + "1,A,Proposal,5,13/04/2026,2026-01-02\n2,B,Proposal,5,04/13/2026,2026-01-02\n", "Export the file again with one date format."),
        ("Record ID,Deal Name,Deal Stage,Amount\n1,A,Proposal,5\n", "no heads of a HubSpot export of deals found; the closest is line 1, which lacks created"),
        (HEAD, "the header is there (line 1) but there are no data rows"),
    ],
)  # fmt: skip
def test_a_file_of_deals_that_cannot_be_read_right_is_refused(file, text, said):
    with pytest.raises(DataError) as caught:
        file(text)
    assert said in str(caught.value)


def test_deals_without_a_currency_are_refused_until_the_company_says_which(file):
    text = HEAD + "1,A,Proposal,5,2026-09-15,2026-08-11\n"
    with pytest.raises(DataError, match='no currency column; say which: add currency = "EUR" for this file'):
        file(text, currency="")
    assert file(text, currency="CHF")["opportunities"]["currency"].tolist() == ["CHF"]


def test_contacts_become_customers_without_anything_that_names_them():
    rows = reader.read(FIXTURES / "hubspot_contacts" / "contacts_en.csv")["customers"]
    assert set(rows) == {"customer_id", "market", "first_seen_on", "acquisition_channel", "account_id"}
    assert rows["market"].tolist() == ["FR", "FR", "BE"]
    assert days(rows["first_seen_on"]) == ["2026-03-12", "2026-09-14", "2026-09-15"]
    assert rows["account_id"].tolist()[:2] == ["9001", "9002"]


def test_an_address_and_a_record_of_one_contact_are_joined():
    got = reader.read(FIXTURES / "hubspot_contacts" / "contacts_en.csv")
    joined = got["identities"].groupby("customer_id")["system"].agg(sorted).tolist()
    assert sorted(joined) == [["email", "hubspot"], ["email", "hubspot"], ["hubspot"]]


def test_a_contact_is_a_lead_from_the_day_it_became_one_and_a_subscriber_is_none():
    rows = reader.read(FIXTURES / "hubspot_contacts" / "contacts_en.csv")["leads"]
    assert rows["lead_id"].tolist() == ["101", "102"]
    assert days(rows["created_on"]) == ["2026-04-02", "2026-09-14"]
    assert days(rows["qualified_on"]) == ["2026-04-10", None]
    assert days(rows["accepted_on"]) == ["2026-05-01", None]
    assert rows["score"].tolist() == [42.0, 7.5]
    french = reader.read(FIXTURES / "hubspot_contacts" / "contacts_fr.csv")["leads"]
    assert french["lead_id"].tolist() == ["101", "102"]


def test_only_who_unsubscribed_from_all_mail_has_a_consent_row(file):
    got = reader.read(FIXTURES / "hubspot_contacts" / "contacts_en.csv")
    (row,) = got["consents"].to_dict("records")
    assert (row["status"], row["customer_id"]) == ("withdrawn", got["customers"]["customer_id"].iloc[1])
    assert row["recorded_at"] == pd.Timestamp("2026-09-20 10:00")
    assert "consents" not in file(PEOPLE + "1,a@example.org,2026-09-01,Lead,No,2026-09-01\n").tables


def test_a_refusal_without_a_day_is_dated_by_the_name_of_the_file(file):
    text = "Record ID,Email,Create Date,Unsubscribed from all email\n1,a@example.org,2026-01-01,Yes\n"
    rows = file(text, name="hubspot-crm-exports-all-contacts-2026-09-30.csv")["consents"]
    assert days(rows["recorded_on"]) == ["2026-09-30"]
    assert file(text)["consents"]["recorded_at"].isna().all()  # the contract then refuses the file


def test_contacts_without_a_key_for_pseudonyms_are_refused(file):
    with pytest.raises(DataError, match="it is about single people, and there is no key for pseudonyms"):
        file(PEOPLE + "1,a@example.org,2026-09-01,Lead,No,2026-09-01\n", hashed=None)


def test_an_address_never_stands_in_a_refusal(file):
    with pytest.raises(DataError) as caught:
        file("Record ID,Email,Create Date\n1E+11,ada@example.org,2026-09-01\n")
    assert str(caught.value).startswith("export.csv, line 2: a cell in 'Record ID' was shortened by Excel.")


def test_companies_become_accounts_with_a_band_of_size():
    rows = reader.read(FIXTURES / "hubspot_companies" / "companies_fr.csv")["accounts"]
    assert rows["account_id"].tolist() == ["9001", "9002"]
    assert rows["size_band"].tolist() == ["1000+", "1-9"]
    assert rows["status"].tolist() == ["customer", "prospect"]
    assert rows["market"].tolist() == ["FR", "BE"]


def test_opens_are_kept_as_they_are_and_what_is_no_event_is_left_out():
    got = reader.read(FIXTURES / "hubspot_email_events" / "events.csv")
    rows = got["crm_events"]
    assert rows["event"].tolist() == ["sent", "delivered", "opened", "opened", "clicked"]
    assert rows["is_machine"].isna().tolist() == [True, True, False, True, True]
    assert got.reading.left == {"feeds no table": 1}
    assert rows["happened_at"].iloc[0] == pd.Timestamp("2026-09-14 06:00")


def test_an_event_that_the_map_does_not_know_is_refused(file):
    with pytest.raises(
        DataError, match="line 2: 'TELEPATHY' for what is not among the words that the map knows"
    ):
        file("id,Recipient,emailCampaignId,type,Created\ne1,a@example.org,7,TELEPATHY,2026-09-14 08:00:00\n")


def test_events_without_a_number_get_one_that_holds_no_address():
    rows = reader.read(FIXTURES / "hubspot_email_events" / "events_without_id.csv")["crm_events"]
    assert rows["event_id"].is_unique
    assert rows["event_id"].str.fullmatch("[0-9a-f]{16}").all()


def test_events_of_the_interface_are_read_with_their_times_in_milliseconds():
    got = reader.read(FIXTURES / "hubspot_email_events_api" / "events.json")
    rows = got["crm_events"]
    assert rows["event"].tolist() == ["sent", "opened", "clicked"]
    assert rows["happened_at"].iloc[0] == pd.Timestamp("2026-09-14 06:00")
    assert rows["happened_on"].iloc[1] == pd.Timestamp("2026-09-14")
    assert rows["is_machine"].tolist()[1:] == [True, False]
    assert "1 events such as processed, deferred and dropped are left out" in got.reading.notes


def test_deals_and_companies_without_their_names_are_recognised(file):
    deals = "Record ID,Deal Stage,Pipeline,Amount,Currency,Create Date,Close Date\n1,Proposal,Sales,5,EUR,2026-08-11,2026-09-15\n"
    assert file(deals)["opportunities"]["amount"].tolist() == [5.0]
    companies = (
        "Record ID,Create Date,Industry,Country/Region,Number of Employees\n1,2026-08-11,RETAIL,France,12\n"
    )
    assert file(companies)["accounts"]["size_band"].tolist() == ["10-49"]
