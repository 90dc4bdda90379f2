"""Exports of sales, mail, shops, surveys and what people keep: each file, read by hand, says what `truth` tells."""

import csv
import io
import json
import zipfile
from collections import Counter

import pandas as pd
import pytest


def members(exported, name):
    with zipfile.ZipFile(io.BytesIO(exported.bytes(name))) as packed:
        return {one: packed.read(one).decode("utf-8") for one in packed.namelist()}


def table(text, *, separator=","):
    return list(csv.DictReader(io.StringIO(text), delimiter=separator))


def dotted(cell):
    return float(cell.replace(",", "."))


def test_opportunities_of_salesforce_end_with_a_footer_and_have_decimal_commas(exported):
    name = "salesforce/opportunites.csv"
    frame = exported.truth[name]["opportunities"]
    found = [row for row in table(exported.text(name)) if row["Montant"]]
    assert [row["ID de l'opportunité"] for row in found] == frame["opportunity_id"].tolist()
    assert [dotted(row["Montant"]) for row in found] == pytest.approx(frame["amount"].tolist())
    assert [float(row["Probabilité (%)"]) / 100 for row in found] == pytest.approx(
        frame["probability"].tolist()
    )
    footer = exported.text(name).split("\n\n\n")[1].splitlines()
    assert footer[0] == f'"Grand Totals ({len(frame)} records)"' and "Confidential" in exported.text(name)
    assert all(line.startswith('"') for line in exported.text(name).splitlines() if line)


def test_the_formatted_workbook_names_a_group_once_and_adds_subtotals(exported):
    name = "salesforce/opportunities_by_stage.xlsx"
    cells = pd.read_excel(exported.folder / "raw" / name, header=None, engine="calamine")
    assert cells[0].isna().all()
    start = cells.index[cells[1] == "Stage"][0]
    rows = cells.iloc[start + 1 :].set_axis([None, *cells.iloc[start, 1:]], axis=1)
    stages = rows["Stage"].ffill()
    deals = rows[rows["Opportunity ID"].notna() & rows["Amount Currency"].notna()]
    frame = exported.truth[name]["opportunities"].set_index("opportunity_id")
    assert stages[deals.index].tolist() == frame.loc[deals["Opportunity ID"], "stage"].tolist()
    assert deals["Stage"].isna().any()
    sums = rows.loc[rows["Stage"].isin(["Subtotal", "Total"]), "Amount"].tolist()
    assert sum(sums[:-1]) == pytest.approx(sums[-1]) == pytest.approx(frame["amount"].sum())


@pytest.mark.parametrize(
    ("name", "kind", "key", "column"),
    [
        ("salesforce/leads.csv", "leads", "Lead ID", "lead_id"),
        ("salesforce/accounts.csv", "accounts", "Account ID", "account_id"),
        ("salesforce/campaign_members.csv", "campaign_recipients", "Email", "customer_id"),
        ("salesforce/cases.csv", "support_cases", "Case Number", "case_id"),
        ("hubspot/deals.csv", "opportunities", "Record ID", "opportunity_id"),
        ("hubspot/deals_chf.csv", "opportunities", "Record ID", "opportunity_id"),
        ("hubspot/companies.csv", "accounts", "Record ID", "account_id"),
        ("hubspot/email_events.csv", "crm_events", "Event ID", "event_id"),
        ("salesforce/marketing_cloud_sends.csv", "crm_campaigns", "id", "campaign_id"),
        ("mailchimp/campaigns.csv", "crm_campaigns", "Unique Id", "campaign_id"),
        ("woocommerce/orders.csv", "orders", "Order Number", "order_id"),
        ("shopify/orders_export.csv", "orders", "Name", "order_id"),
    ],
)
def test_lists_hold_the_ids_that_truth_tells(exported, name, kind, key, column):
    found = list(
        dict.fromkeys(
            row[key] for row in table(exported.text(name).lstrip("\ufeff")) if list(row.values())[1]
        )
    )
    assert sorted(found) == sorted(set(exported.truth[name][kind][column]))


def test_a_case_opened_at_nine_in_paris_was_opened_at_seven_in_utc_in_summer(exported):
    name = "salesforce/cases.csv"
    frame = exported.truth[name]["support_cases"].set_index("case_id")
    found = [row for row in table(exported.text(name)) if row["Case Origin"]]
    for row in found:
        clock = pd.to_datetime(row["Date/Time Opened"], format="%m/%d/%Y %I:%M %p")
        at = clock.tz_localize("Europe/Paris").tz_convert("UTC").tz_localize(None)
        told = frame.loc[row["Case Number"]]
        assert at == told["opened_at"] and clock.normalize() == told["opened_on"]
        assert (row["Age (Hours)"] == "") == pd.isna(told["hours_to_solution"])


def test_contacts_of_hubspot_name_the_country_and_some_have_no_address(exported):
    found = exported.rows("hubspot/contacts.csv")
    frame = exported.truth["hubspot/contacts.csv"]["customers"]
    assert [row["Email"] or row["Record ID"] for row in found] == frame["customer_id"].tolist()
    assert any(row["Email"] == "" for row in found)
    names = {"France": "FR", "Belgium": "BE", "Switzerland": "CH"}
    assert [names[row["Country/Region"]] for row in found] == frame["market"].tolist()
    assert set(exported.truth["hubspot/contacts.csv"]) == {
        "customers"
    }  # a marketing contact has agreed to nothing


def test_deals_of_hubspot_join_several_ids_in_a_cell(exported):
    assert all(row["Associated Contact IDs"].count(";") == 1 for row in exported.rows("hubspot/deals.csv"))


def test_events_of_hubspot_as_json_count_milliseconds(exported):
    found = json.loads(exported.text("hubspot/email_events.json"))["events"]
    frame = exported.truth["hubspot/email_events.json"]["crm_events"]
    assert [pd.Timestamp(one["created"], unit="ms") for one in found] == frame["happened_at"].tolist()
    assert [one["filteredEvent"] for one in found] == frame["is_machine"].tolist()
    names = {"SENT": "sent", "OPEN": "opened", "CLICK": "clicked", "STATUSCHANGE": "unsubscribed"}
    assert [names[one["type"]] for one in found] == frame["event"].tolist()


def test_messages_of_mailchimp_keep_their_counts_and_quote_heads_of_several_words_alone(exported):
    name = "mailchimp/campaigns.csv"
    found, frame = exported.rows(name), exported.truth[name]["crm_campaigns"]
    for head, column in (
        ("Total Recipients", "sent"),
        ("Successful Deliveries", "delivered"),
        ("Unique Opens", "unique_opens"),
    ):
        assert [int(row[head].replace(",", "")) for row in found] == frame[column].tolist()
    assert "Abuse Complaints" in found[0] and found[0]["Analytics ROI"] == "n/a"
    clocks = [pd.to_datetime(row["Send Date"], format="%b %d, %Y %I:%M %p") for row in found]
    assert [c.tz_localize("Europe/Paris").tz_convert("UTC").tz_localize(None) for c in clocks] == frame[
        "sent_at"
    ].tolist()


def test_the_report_of_one_campaign_is_keys_and_values(exported):
    for name in ("mailchimp/report_be_1.csv", "mailchimp/report_be_2.csv"):
        lines = list(csv.reader(io.StringIO(exported.text(name))))
        said = {line[0]: line[1] for line in lines if len(line) == 2}
        told = exported.truth[name]["crm_campaigns"].iloc[0]
        assert said["Title:"] == told["name"] and int(said["Total Recipients:"]) == told["sent"]
        count, share = said["Recipients Who Opened:"].split(" ")
        assert (
            int(count) == told["unique_opens"]
            and share == f"({told['unique_opens'] / told['delivered']:.1%})"
        )


def test_the_audience_comes_in_three_files_and_says_who_agreed(exported):
    files = members(exported, "mailchimp/audience.zip")
    kinds = {name.partition("_")[0]: text for name, text in files.items()}
    assert set(kinds) == {"subscribed", "unsubscribed", "cleaned"}
    head = next(csv.reader(io.StringIO(kinds["unsubscribed"])))
    assert {one for one, n in Counter(head).items() if n == 2} == {
        "UNSUB_CAMPAIGN_TITLE", "UNSUB_CAMPAIGN_ID", "UNSUB_REASON", "UNSUB_REASON_OTHER",
    }  # fmt: skip
    frame = exported.truth["mailchimp/audience.zip"]["consents"].set_index("customer_id")
    for kind, status in (("subscribed", "granted"), ("unsubscribed", "withdrawn")):
        people = {row["Email Address"]: row for row in table(kinds[kind])}
        assert set(people) == set(frame.index[frame["status"] == status])
        for who, row in people.items():
            said = row["CONFIRM_TIME" if kind == "subscribed" else "UNSUB_TIME"]
            at = pd.Timestamp(said).tz_localize("Europe/Paris").tz_convert("UTC").tz_localize(None)
            assert at == frame.loc[who, "recorded_at"] and row["CC"] == frame.loc[who, "market"]
    bad = {row["Email Address"] for row in table(kinds["cleaned"])}
    assert bad and not bad & set(frame.index)
    assert table(kinds["subscribed"])[0]["TAGS"] == '"VIP","Blog"'


def test_a_channel_of_slack_holds_what_was_decided_learnt_and_asked(exported):
    files = members(exported, "slack/insights.zip")
    said = [one for name, text in files.items() if name.startswith("insights/") for one in json.loads(text)]
    kept = Counter(one["text"].split(" ")[0] for one in said if one["text"].startswith("#"))
    told = exported.truth["slack/insights.zip"]
    assert kept == {"#decision": 2, "#learning": 1, "#question": 1}
    assert {name: len(frame) for name, frame in told.items()} == {
        "decisions": 2,
        "postmortems": 1,
        "questions": 1,
    }
    assert told["decisions"]["decision"].tolist()[1] == "Prix du cylindre inchangé en Suisse & en Belgique"
    late = next(one for one in said if one["text"].startswith("#learning"))
    assert pd.Timestamp(float(late["ts"]), unit="s").floor("s") == pd.Timestamp(
        "2026-09-08 21:30"
    )  # 23:30 in Paris
    assert all(set(one) == {"id", "deleted", "is_bot", "profile"} for one in json.loads(files["users.json"]))


def test_orders_of_shopify_say_what_is_of_the_order_on_its_first_line_alone(exported):
    name = "shopify/orders_export.csv"
    frame = exported.truth[name]["orders"].set_index("order_id")
    by_order: dict[str, list] = {}
    for row in exported.rows(name):
        by_order.setdefault(row["Name"], []).append(row)
    assert set(by_order) == set(frame.index) and max(map(len, by_order.values())) > 1
    for number, lines in by_order.items():
        first, *others = lines
        assert all(one["Subtotal"] == "" and one["Email"] == first["Email"] for one in others)
        worth = sum(
            float(i["Lineitem price"]) * int(i["Lineitem quantity"]) - float(i["Lineitem discount"])
            for i in lines
        )
        assert worth == pytest.approx(float(first["Subtotal"]), abs=0.005)
        told = frame.loc[number]
        assert told["revenue_incl_vat"] == float(first["Subtotal"]) and told["customer_id"] == first["Email"]
        assert pd.Timestamp(first["Created at"]).tz_convert("UTC").tz_localize(None) == told["ordered_at"]
        assert float(first["Total"]) == pytest.approx(float(first["Subtotal"]) + float(first["Shipping"]))


def test_amounts_of_shopify_without_vat_are_the_tidy_ones_within_a_cent(exported):
    tidy = pd.read_parquet(exported.folder / "tidy" / "orders").set_index("order_id")
    frame = exported.truth["shopify/orders_export.csv"]["orders"].set_index("order_id")
    for column in ("revenue_excl_vat", "discount", "shipping"):
        away = frame[column] - tidy.loc[frame.index, column].astype(float)
        assert away.abs().max() < 0.01
    lines = (
        exported.truth["shopify/orders_export.csv"]["order_lines"]
        .groupby("order_id")["revenue_excl_vat"]
        .sum()
    )
    assert (lines - frame["revenue_excl_vat"]).abs().max() < 0.001
    assert set(frame["status"]) == {"paid", "refunded", "cancelled"} and set(frame["currency"]) == {
        "EUR",
        "CHF",
    }


def test_orders_of_woocommerce_say_the_order_again_on_every_line(exported):
    name = "woocommerce/orders.csv"
    found = exported.rows(name)
    told = exported.truth[name]
    lines, total = (
        sum(float(row["Order Line Total"]) for row in found),
        told["orders"]["revenue_excl_vat"].sum(),
    )
    assert lines == pytest.approx(total) == pytest.approx(told["order_lines"]["revenue_excl_vat"].sum())
    again = sum(float(row["Order Subtotal Amount"]) - float(row["Cart Discount Amount"]) for row in found)
    assert again > total + 1 and len(found) == len(told["order_lines"]) > len(told["orders"])


def test_answers_come_one_a_line_from_a_french_excel(exported):
    name = "surveys/answers_long.csv"
    found, frame = exported.rows(name, separator=";"), exported.truth[name]["surveys"]
    scores = [dotted(row["score"]) for row in found if row["score"]]
    assert scores == frame["score"].dropna().tolist() and "," in exported.text(name)
    assert [pd.to_datetime(row["answered_on"], format="%d/%m/%Y") for row in found] == frame[
        "answered_on"
    ].tolist()
    assert sum(row["verbatim"] != "" for row in found) == frame["verbatim"].notna().sum() > 0


@pytest.mark.parametrize(("name", "n"), [("surveys/trust_wide.csv", 3), ("surveys/price_panel.csv", 4)])
def test_a_question_is_a_column_in_the_wide_files(exported, name, n):
    found, frame = exported.rows(name), exported.truth[name]["surveys"]
    questions = [head for head in found[0] if head.startswith("q_")]
    assert len(questions) == n
    answers = {
        (row["respondent_id"], head[2:]): float(row[head]) for row in found for head in questions if row[head]
    }
    assert answers == {(row.respondent_id, row.question): row.score for row in frame.itertuples()}


def test_brand_lift_of_both_platforms_compares_two_groups(exported):
    google = exported.truth["google_ads/brand_lift.csv"]["experiments"]
    found = exported.rows("google_ads/brand_lift.csv", skip=2)
    exposed = google[google["arm"] == "exposed"]
    assert [int(row["Exposed survey responses"].replace(",", "")) for row in found] == exposed[
        "units"
    ].tolist()
    said = [row["Exposed positive response rate"].rstrip("%") for row in found]
    rate = [float("nan") if one == "--" else float(one) / 100 for one in said]
    assert (exposed["conversions"] / exposed["units"]).tolist() == pytest.approx(rate, nan_ok=True)
    assert said.count("--") == 1  # too few answered, and the tool withholds them
    meta = exported.truth["meta/brand_lift.csv"]["experiments"]
    yes = [int(row["Control positive responses"]) for row in exported.rows("meta/brand_lift.csv")]
    assert meta.loc[meta["arm"] == "control", "conversions"].tolist() == yes


@pytest.mark.parametrize(
    ("name", "column", "is_french"),
    [
        ("kept/prices.csv", "price", True),
        ("kept/finance_actuals.csv", "amount", True),
        ("kept/csr_metrics.csv", "value", True),
        ("kept/decisions.csv", "expected", True),
        ("kept/events.csv", "cost", False),
        ("kept/reviews.csv", "rating", False),
        ("kept/csr_proofs.csv", "scope_match", False),
    ],
)
def test_sheets_that_people_keep_hold_their_numbers(exported, name, column, is_french):
    found = exported.rows(name, separator=";" if is_french else ",")
    frame = next(iter(exported.truth[name].values()))
    number = dotted if is_french else float
    assert [number(row[column]) for row in found] == pytest.approx(frame[column].tolist())
    assert list(found[0]) == list(frame.columns)


def test_rows_deleted_at_the_source_are_still_in_a_warehouse(exported):
    deals = exported.rows("warehouse/hubspot/deal.csv")
    kept = [row["deal_id"] for row in deals if row["is_deleted"] == "false"]
    assert kept == exported.truth["warehouse/hubspot/deal.csv"]["opportunities"]["opportunity_id"].tolist()
    assert len(deals) == len(kept) + 1
    people = exported.rows("warehouse/hubspot/contact.csv")
    kept = [row["property_email"] or row["id"] for row in people if row["_fivetran_deleted"] == "FALSE"]
    assert kept == exported.truth["warehouse/hubspot/contact.csv"]["customers"]["customer_id"].tolist()
    assert len(people) == len(kept) + 1
