"""Exports of customer systems, mail tools and shops through the whole import: one go, one row a person, later exports over earlier."""

import shutil
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers import company, ingest, tables

FIXTURES = Path(__file__).parent / "fixtures"
TOML = """\
title = "Mine"
currency = "EUR"
markets = ["FR", "BE"]
time_zone = "Europe/Paris"
synthetic = true
[[exports]]
files = "*"
market = "FR"
currency = "EUR"
"""
HEAD = "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Shipping Country,Refunded Amount\n"


def tidy(table: str) -> pd.DataFrame:
    """A tidy table of the company."""
    return tables.as_pandas(pq.read_table(company.read("mine").tidy / table))


def orders(*given: tuple[str, int, str], refunded: str = "0.00") -> str:
    """A shop's export of orders of one product, each (number, day of September, value with 20 % tax)."""
    rows = [
        f"{name},{name[1:]}@example.org,paid,EUR,{total},0.00,{float(total) / 6:.2f},{total},2026-09-{day:02} 10:00:00 +0200,1,Bol,{total},FR,{refunded}"
        for name, day, total in given
    ]
    return HEAD + "\n".join(rows) + "\n"


def test_a_mix_of_good_exports_is_imported_in_one_go_to_the_cent(mine):
    for name in (
        "salesforce_opportunities/salesforce_formatted.xlsx",
        "salesforce_opportunities/salesforce_report_iso8859.csv",
        "salesforce_opportunity_history/stages_en.csv",
        "salesforce_leads/leads_en.csv",
        "salesforce_accounts/accounts_fr.csv",
        "salesforce_campaign_members/members_en.csv",
        "salesforce_cases/cases_en.csv",
        "marketing_cloud_sends/sends.csv",
        "hubspot_deals/hubspot_deals.csv",
        "hubspot_contacts/contacts_en.csv",
        "hubspot_companies/companies_fr.csv",
        "mailchimp_campaigns/mailchimp_campaigns.csv",
        "mailchimp_audience/mailchimp_audience.csv",
        "shopify_orders/orders_tax_included.csv",
        "woocommerce_orders/orders_fr.csv",
    ):
        to = mine / "raw" / name
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(FIXTURES / name, to)
    ingest.ingest("mine")
    assert tidy("opportunities")["amount"].sum() == pytest.approx(20500.50 + 20500.50 + 15000)
    assert tidy("orders")["revenue_excl_vat"].sum() == pytest.approx(130.0 + 110.0)
    lines = tidy("order_lines").groupby("order_id")["revenue_excl_vat"].sum()
    assert lines.to_dict() == pytest.approx(
        tidy("orders").set_index("order_id")["revenue_excl_vat"].to_dict()
    )
    assert tidy("crm_campaigns")["revenue_excl_vat"].sum() == pytest.approx(210.5)
    assert len(tidy("campaigns")) == 2
    assert tidy("customers")["customer_id"].is_unique


def test_a_person_who_stands_in_several_tools_is_one_customer_known_since_the_first_of_them(mine):
    for name in (
        "hubspot_contacts/contacts_en.csv",
        "shopify_orders/orders_tax_included.csv",
        "woocommerce_orders/orders_en.csv",
    ):
        shutil.copyfile(FIXTURES / name, mine / "raw" / name.replace("/", "_"))
    ingest.ingest("mine")
    people = tidy("customers").set_index("customer_id")
    (ada,) = set(tidy("orders").set_index("order_id").loc[["#1002", "501"], "customer_id"])
    assert people.loc[ada, "first_seen_on"] == pd.Timestamp("2026-03-12")
    assert people.loc[ada, "acquisition_channel"] == "Organic Search"
    assert people.loc[ada, "account_id"] == "9001"


def test_a_customer_of_a_shop_is_known_since_the_earliest_of_the_orders(mine):
    text = orders(("#c", 20, "24.00"), ("#b", 18, "12.00"))
    (mine / "raw" / "shop.csv").write_text(text.replace("b@example.org", "c@example.org"))
    ingest.ingest("mine")
    (row,) = tidy("customers").to_dict("records")
    assert row["first_seen_on"] == pd.Timestamp("2026-09-18")


def test_a_later_export_of_a_shop_takes_the_place_of_orders_and_lines_alike(mine):
    (mine / "raw" / "a.csv").write_text(orders(("#b", 18, "12.00"), ("#c", 20, "24.00"), ("#d", 25, "36.00")))
    ingest.ingest("mine")
    (mine / "raw" / "b.csv").write_text(
        orders(("#c", 20, "24.00"), ("#d", 25, "36.00"), ("#e", 28, "60.00"), refunded="12.00")
    )
    made = ingest.ingest("mine")
    assert {cut.table for cut in made.cuts} == {"orders", "order_lines"}
    assert tidy("orders").set_index("order_id")["returned_value"].to_dict() == {
        "#b": 0.0,
        "#c": 10.0,
        "#d": 10.0,
        "#e": 10.0,
    }
    assert tidy("orders")["revenue_excl_vat"].sum() == pytest.approx(110.0)
    assert tidy("order_lines")["revenue_excl_vat"].sum() == pytest.approx(110.0)
