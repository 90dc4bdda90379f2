"""Salesforce: reports as CSV and as formatted workbooks, in English and French; Marketing Cloud sends."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import reader
import xlsxwriter

from helpers.errors import DataError
from helpers.sources import parsing

FIXTURES = Path(__file__).parent / "fixtures"
DEALS = FIXTURES / "salesforce_opportunities"
HEAD = "Opportunity ID,Opportunity Name,Stage,Amount,Close Date,Created Date\n"


def days(values) -> list[str | None]:
    """Days as text, None where there is none."""
    return [None if pd.isna(day) else f"{pd.Timestamp(day):%Y-%m-%d}" for day in values]


def words(values) -> list[str | None]:
    """Words, None where there is none."""
    return [None if pd.isna(word) else word for word in values]


@pytest.fixture
def deals(tmp_path):
    """Read a text as a report of opportunities."""

    def of(text, **settings):
        path = tmp_path / "report.csv"
        path.write_text(text, encoding="utf-8")
        return reader.read(path, settings=replace(reader.SETTINGS, **settings))

    return of


def test_a_french_report_is_read_to_the_cent_with_its_accents_and_footer():
    got = reader.read(DEALS / "salesforce_report_iso8859.csv", settings=replace(reader.SETTINGS, currency=""))
    one, rows = got.reading, got["opportunities"]
    assert (one.encoding, one.separator, one.header_line) == ("cp1252", ",", 1)
    assert rows["amount"].tolist() == [12500.00, 8000.50]
    assert rows["currency"].tolist() == ["EUR", "EUR"]
    assert days(rows["closes_on"]) == ["2026-09-15", "2026-10-31"]
    assert days(rows["created_on"]) == ["2026-08-11", "2026-09-03"]
    assert rows["probability"].tolist() == [1.0, 0.5]
    assert rows["is_won"].tolist()[0] == "true"
    assert pd.isna(rows["is_won"].tolist()[1])  # still open
    assert one.left == {"total row": 1, "after the end of the table": 5}
    assert one.named["total row"] == [6]
    assert (
        "opportunity_id: made of account and name and created_on where the file has none, so it changes when they do"
        in one.notes
    )


def test_a_formatted_workbook_is_read_to_the_cent_and_held_against_its_total():
    got = reader.read(DEALS / "salesforce_formatted.xlsx")
    one, rows = got.reading, got["opportunities"]
    assert one.header_line == 9
    assert rows["amount"].tolist() == [12500.50, 8000.00]
    assert rows["stage"].tolist() == ["Closed Won", "Closed Won"]
    assert rows["probability"].tolist() == [1.0, 0.5]
    assert days(rows["as_of"]) == ["2026-09-18", "2026-09-18"]
    assert rows["created_on"].isna().all()
    assert one.left == {"subtotal row": 1, "total row": 1, "after the end of the table": 1}
    assert [(c.line, c.stated, c.found, c.agrees) for c in one.controls] == [(13, 20500.5, 20500.5, True)]


def test_a_formatted_workbook_without_a_currency_asks_for_one():
    with pytest.raises(DataError, match="sheet Report: no currency column; say which: add currency = "):
        reader.read(DEALS / "salesforce_formatted.xlsx", settings=replace(reader.SETTINGS, currency=""))


def test_ids_of_15_and_18_characters_are_one_and_two_currencies_stay_apart():
    rows = reader.read(DEALS / "details_en.csv", settings=replace(reader.SETTINGS, currency=""))[
        "opportunities"
    ]
    assert rows["opportunity_id"].tolist()[:2] == ["006000000000001", "006000000000002"]
    assert rows["account_id"].tolist()[:2] == ["001000000000001", "001000000000001"]
    assert rows["account_id"].isna().tolist() == [False, False, True, False]
    assert rows.groupby("currency")["amount"].sum().to_dict() == {"CHF": 8000.5, "EUR": 13500.0}
    assert days(rows["closes_on"]) == ["2026-09-15", "2026-10-31", "2026-09-20", "2026-11-30"]
    assert rows["type"].tolist()[:3] == ["new", "expansion", "renewal"]


def test_stages_say_what_is_closed_and_won_and_an_unknown_one_is_named():
    got = reader.read(DEALS / "details_en.csv")
    assert got["opportunities"]["is_closed"].tolist() == ["true", "false", "true", "false"]
    assert words(got["opportunities"]["is_won"]) == ["true", None, "false", None]
    assert "outcome: the map does not list 'Technical Win'; it counts as open" in got.reading.notes


def test_the_columns_closed_and_won_go_before_the_words_of_the_stage(deals):
    text = "Opportunity ID,Opportunity Name,Stage,Amount,Close Date,Created Date,Closed,Won\n"
    rows = deals(text + "1,A,Signed,5,2026-09-15,2026-08-11,1,1\n2,B,Signed,5,2026-09-15,2026-08-11,0,0\n")[
        "opportunities"
    ]
    assert rows["is_closed"].astype("boolean").tolist() == [True, False]
    assert words(rows["is_won"]) == ["true", None]


def test_a_company_adds_its_stages_by_a_map_of_its_own(tmp_path):
    text = (parsing.OWN / "salesforce_opportunities.toml").read_text(encoding="utf-8")
    (tmp_path / "maps").mkdir()
    mine = text.replace('"Closed Won" = "won"', '"Closed Won" = "won"\n"Technical Win" = "won"')
    (tmp_path / "maps" / "salesforce_opportunities.toml").write_text(mine, encoding="utf-8")
    got = reader.read(DEALS / "details_en.csv", maps=parsing.all_maps(tmp_path))
    assert words(got["opportunities"]["is_won"]) == ["true", None, "false", "true"]
    assert not any("does not list" in said for said in got.reading.notes)


def test_amounts_that_hold_vat_lose_it_where_the_company_says_so(deals):
    text = HEAD + "1,A,Proposal,120,2026-09-15,2026-08-11\n"
    assert deals(text)["opportunities"]["amount"].tolist() == [120.0]
    assert deals(text, vat="incl")["opportunities"]["amount"].tolist() == [100.0]


def test_a_formatted_report_with_counts_arrows_and_computed_subtotals_is_read(tmp_path):
    path = tmp_path / "pipeline.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Report")
        lines = {
            1: ["", "Opportunities T3"],
            3: ["", "As of 2026-09-18 09:12:00 Heure CET"],
            5: ["", "Étape  ↑", "Nom de l'opportunité", "Montant (devise)", "Montant", "Date de clôture"],
            6: ["", "Closed Won", "A", "EUR", 12500.5, "15/09/2026"],
            7: ["", "", "B", "EUR", 8000, "31/10/2026"],
            8: ["", "Sous-total", "Somme", "EUR"],
            9: ["", "", "Nombre", "", 2],
            10: ["", "Proposal", "C", "EUR", 0.25, "30/11/2026"],
            11: ["", "Sous-total", "Somme", "EUR"],
            12: ["", "", "Nombre", "", 1],
            13: ["", "Total", "Somme", "EUR", 20500.75],
            14: ["", "", "Nombre", "", 3],
            16: ["", "Confidential Information - Do Not Distribute"],
        }
        for row, cells in lines.items():
            sheet.write_row(row, 0, cells)
        for row, cells in ((8, "E7:E8"), (11, "E11:E11")):
            sheet.write_formula(row, 4, f"=SUM({cells})")
    got = reader.read(path)
    assert got["opportunities"]["stage"].tolist() == ["Closed Won", "Closed Won", "Proposal"]
    assert got["opportunities"]["amount"].sum() == 20500.75
    assert got.reading.left == {"subtotal row": 5, "total row": 1, "after the end of the table": 1}
    assert [(c.line, c.agrees) for c in got.reading.controls] == [(14, True)]


def test_a_report_of_exactly_2000_rows_may_be_cut(deals):
    rows = "".join(f"{n},Deal {n},Proposal,1,2026-09-15,2026-08-11\n" for n in range(2000))
    cut = "exactly 2,000 rows: the Reports API of Salesforce returns no more, so this report may be cut"
    assert cut in deals(HEAD + rows).reading.notes
    assert cut not in deals(HEAD + rows + "x,Deal,Proposal,1,2026-09-15,2026-08-11\n").reading.notes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Stage,Amount,Probability (%),Record Count\nClosed Won,12500,100,1\n",
            "lacks name, closes_on (accepted names for name: Opportunity Name, Nom de l'opportunité). Export the right report",
        ),
        (HEAD + "1,A,Proposal,5,03/04/2026,01/02/2026\n", "that can be read day first or month first"),
        (
            HEAD + "6E+14,A,Proposal,5,2026-09-15,2026-08-11\n",
            "line 2: '6E+14' in 'Opportunity ID' was shortened by Excel.",
        ),
        (
            HEAD + '1,A,Proposal,"1,234",2026-09-15,2026-08-11\n',
            "'1,234' in 'Amount' may mean one thousand or a decimal",
        ),
        (HEAD + "1,A,Proposal,five,2026-09-15,2026-08-11\n", "line 2: 'five' in 'Amount' is not a number."),
        (
            HEAD + "1,A,Proposal,5,2026-02-31,2026-08-11\n",
            "line 2: '2026-02-31' in 'Close Date' is no day that exists.",
        ),
    ],
)
def test_a_report_that_cannot_be_read_right_is_refused(deals, text, said):
    with pytest.raises(DataError) as caught:
        deals(text)
    assert said in str(caught.value)


def test_deals_without_a_currency_are_refused_until_the_company_says_which(deals):
    with pytest.raises(DataError, match='no currency column; say which: add currency = "EUR" for this file'):
        deals(HEAD + "1,A,Proposal,5,2026-09-15,2026-08-11\n", currency="")


def test_a_report_of_another_tool_is_refused_with_what_it_lacks():
    with pytest.raises(
        DataError, match=r"no heads of a Salesforce opportunity report found; .* lacks name, stage "
    ):
        path = FIXTURES / "hubspot_deals" / "deals_stages_en.csv"
        reader.read(path, settings=replace(reader.SETTINGS, map="salesforce_opportunities"))


def test_the_history_of_stages_is_read_and_the_report_on_all_fields_gives_only_stages():
    rows = reader.read(FIXTURES / "salesforce_opportunity_history" / "stages_en.csv")["opportunity_stages"]
    assert rows["stage"].tolist()[:2] == ["Negotiation/Review", "Closed Won"]
    assert rows["opportunity_id"].unique().tolist() == ["006000000000001", "006000000000002"]
    got = reader.read(FIXTURES / "salesforce_opportunity_history" / "fields_fr.csv")
    assert days(got["opportunity_stages"]["entered_on"]) == ["2026-08-25", "2026-09-15"]
    assert got.reading.left == {"feeds no table": 1}


def test_leads_carry_no_name_and_the_day_of_conversion_is_the_day_sales_accepted():
    got = reader.read(FIXTURES / "salesforce_leads" / "leads_en.csv")
    rows = got["leads"]
    assert rows["lead_id"].tolist() == ["00Q000000000001", "00Q000000000002", "00Q000000000003"]
    assert days(rows["created_on"]) == ["2026-09-14", "2026-09-15", "2026-09-01"]
    assert rows["created_at"].iloc[0] == pd.Timestamp("2026-09-14 08:22")
    assert days(rows["accepted_on"]) == ["2026-09-20", None, None]
    assert rows["opportunity_id"].tolist()[0] == "006000000000001"
    assert rows["customer_id"].notna().all()


def test_who_opted_out_of_mail_has_withdrawn_the_consent():
    got = reader.read(FIXTURES / "salesforce_leads" / "leads_en.csv")
    (row,) = got["consents"].to_dict("records")
    assert (row["purpose"], row["status"]) == ("email", "withdrawn")
    assert row["customer_id"] == got["leads"]["customer_id"].iloc[2]
    assert row["recorded_at"] == pd.Timestamp("2026-09-22 10:00")


def test_accounts_keep_no_name_and_deals_without_account_number_find_them():
    rows = reader.read(FIXTURES / "salesforce_accounts" / "accounts_en.csv")["accounts"]
    assert rows["account_id"].tolist() == ["001000000000001", "001000000000004", "001000000000005"]
    assert rows["size_band"].tolist()[:2] == ["1000+", "1-9"]
    assert rows["market"].tolist() == ["FR", "BE", "CH"]
    assert rows["status"].tolist() == ["customer", "prospect", "Partner"]
    assert rows["arr"].tolist()[0] == 24000.0
    by_name = reader.read(FIXTURES / "salesforce_accounts" / "accounts_fr.csv")["accounts"]["account_id"]
    deals = reader.read(DEALS / "salesforce_report_iso8859.csv")["opportunities"]["account_id"]
    leads = reader.read(FIXTURES / "salesforce_leads" / "leads_fr.csv")["leads"]["account_id"]
    assert by_name.iloc[1] == deals.iloc[1]  # Durand
    assert by_name.tolist() == leads.tolist()


def test_members_of_a_campaign_are_its_recipients_and_controls_were_held_out():
    got = reader.read(FIXTURES / "salesforce_campaign_members" / "members_en.csv")
    rows = got["campaign_recipients"]
    assert rows["campaign_id"].value_counts().to_dict() == {"701000000000001": 3, "701000000000002": 1}
    assert rows["is_held_out"].tolist().count("true") == 1
    assert (
        got.reading.left["no customer_id for campaign_recipients"] == 0
        if "no customer_id" in got.reading.left
        else True
    )
    assert days(got["campaigns"]["starts_on"].unique()) == ["2026-09-01", "2026-09-15"]


def test_hours_to_solution_run_from_opening_to_closing():
    rows = reader.read(FIXTURES / "salesforce_cases" / "cases_en.csv")["support_cases"]
    assert rows["case_id"].tolist() == ["00001001", "00001002", "00001003"]
    assert rows["hours_to_solution"].iloc[[0, 2]].tolist() == [30.5, 0.75]
    assert pd.isna(rows["hours_to_solution"].iloc[1])
    assert rows["channel"].tolist() == ["telephone", "WhatsApp", "form"]
    assert rows["customer_id"].isna().tolist() == [False, False, True]


def test_sends_lose_the_blanks_that_pad_their_names():
    rows = reader.read(FIXTURES / "marketing_cloud_sends" / "sends.csv")["crm_campaigns"]
    assert rows["name"].tolist() == ["Autumn sale", "Welcome"]
    assert rows["subject"].tolist()[0] == "Up to 30 % off"
    assert rows[["sent", "delivered", "hard_bounces", "soft_bounces"]].iloc[0].tolist() == [1200, 1180, 5, 12]
    assert rows["sent_at"].iloc[0] == pd.Timestamp("2026-09-14 06:00")


def test_without_a_closing_time_the_age_of_a_closed_case_is_its_hours(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(
        "Case Number,Date/Time Opened,Status,Age (Hours),Contact Email\n"
        "1,9/14/2026 9:00 AM,Closed,30.5,a@example.org\n2,9/14/2026 9:00 AM,New,80,a@example.org\n"
    )
    hours = reader.read(path)["support_cases"]["hours_to_solution"]
    assert hours.iloc[0] == 30.5
    assert pd.isna(hours.iloc[1])


def test_reports_with_numbers_and_without_names_are_recognised(tmp_path):
    texts = {
        "deals": "Opportunity ID,Account ID,Stage,Amount,Close Date,Created Date\n1,2,Proposal,5,2026-09-15,2026-08-11\n",
        "accounts": "Account ID,Industry,Employees,Type,Billing Country\n2,Retail,12,Customer,France\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text)
    assert reader.read(tmp_path / "deals.csv")["opportunities"]["opportunity_id"].tolist() == ["1"]
    assert reader.read(tmp_path / "accounts.csv")["accounts"]["account_id"].tolist() == ["2"]
