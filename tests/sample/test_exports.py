"""Raw exports on demand: totals in raw are those of the tidy tables, in the shapes that the systems hand out."""

import csv
import io

import pandas as pd
import pytest

from helpers.sample import build, exports


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("worlds") / "small"
    build.make(folder, seed=7, scale=0.05, with_exports=True)
    return folder


def text(world, name):
    return (world / "raw" / name).read_bytes().decode(exports.EXPORTS[name][1])


def rows(world, name, *, skip=0, separator=","):
    lines = text(world, name).splitlines()[skip:]
    return list(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=separator))


def spend(world, platform, currency):
    table = pd.read_parquet(world / "tidy" / "media_spend")
    day = pd.to_datetime(table["spent_on"])
    mine = (
        (table["platform"] == platform)
        & (table["currency"] == currency)
        & day.between(exports.SINCE, exports.UNTIL)
    )
    return float(table.loc[mine, "spend"].astype(float).sum())


def french(cell):
    return float(cell.replace("\u202f", "").replace(",", "."))


def test_every_export_is_written_and_begins_as_its_system_does(world):
    assert {p.relative_to(world / "raw").as_posix() for p in (world / "raw").rglob("*.csv")} == set(
        exports.EXPORTS
    )
    assert text(world, "google_ads/campagnes_eur.csv").startswith(
        "Rapport sur les campagnes\n1 sept. 2025 - 30 sept. 2026\nJour;"
    )
    assert (world / "raw/google_ads/campaigns_chf_excel.csv").read_bytes()[:2] == b"\xff\xfe"
    assert (world / "raw/meta/campagnes_eur.csv").read_bytes()[:3] == b"\xef\xbb\xbf"
    assert (
        text(world, "linkedin/campaign_performance_eur.csv")
        .splitlines()[5]
        .startswith("Start Date (in UTC)\t")
    )
    assert text(world, "ga4/traffic_acquisition_fr.csv").startswith("# ----")
    assert '"Équipe propriétaire"' in text(world, "salesforce/opportunites.csv")


def test_google_ads_adds_up_to_the_tidy_spend_and_to_its_own_totals(world):
    found = rows(world, "google_ads/campagnes_eur.csv", skip=2, separator=";")
    days, totals = found[:-2], found[-2:]
    cost = sum(french(row["Coût"]) for row in days)
    assert cost == pytest.approx(spend(world, "google_ads", "EUR"), abs=0.005)
    assert [french(row["Coût"]) for row in totals] == pytest.approx([cost, cost])
    assert [row["Jour"] for row in totals] == ["Total : compte", "Total : campagnes"]
    swiss = rows(world, "google_ads/campaigns_chf_excel.csv", skip=2, separator="\t")
    cost = sum(float(row["Cost"].replace(",", "")) for row in swiss[:-1])
    assert cost == pytest.approx(spend(world, "google_ads", "CHF"), abs=0.005)
    assert float(swiss[-1]["Cost"].replace(",", "")) == pytest.approx(cost)


@pytest.mark.parametrize(
    ("name", "platform", "column", "skip", "separator"),
    [
        ("meta/campagnes_eur.csv", "meta", "Montant dépensé (EUR)", 0, ","),
        ("linkedin/campaign_performance_eur.csv", "linkedin", "Total Spent", 5, "\t"),
        ("cm360/daily_eur.csv", "cm360", "Media Cost", 7, ","),
        ("dv360/daily_eur.csv", "dv360", "Revenue (Adv Currency)", 0, ","),
    ],
)
def test_other_platforms_add_up_to_the_tidy_spend(world, name, platform, column, skip, separator):
    found = rows(world, name, skip=skip, separator=separator)
    names = {
        "meta": "Nom de la campagne",
        "linkedin": "Campaign Name",
        "cm360": "Campaign",
        "dv360": "Insertion Order",
    }
    days = [row for row in found if row[names[platform]]]
    assert sum(float(row[column].replace(",", "")) for row in days) == pytest.approx(
        spend(world, platform, "EUR"), abs=0.005
    )


def test_messages_and_deals_keep_their_counts(world):
    sent = rows(world, "mailchimp/campaigns.csv")
    table = pd.read_parquet(world / "tidy" / "crm_campaigns")
    table = table[pd.to_datetime(table["sent_on"]) >= exports.SINCE]
    assert sum(int(row["Total Recipients"].replace(",", "")) for row in sent) == table["sent"].sum() > 0
    deals = pd.read_parquet(world / "tidy" / "opportunities")
    n = deals.loc[pd.to_datetime(deals["created_on"]) >= exports.SINCE, "opportunity_id"].nunique()
    assert len(rows(world, "hubspot/deals.csv")) == n
    assert f"Grand Totals ({n} records)" in text(world, "salesforce/opportunites.csv")


def test_exports_are_made_on_demand_alone(tmp_path):
    build.make(tmp_path / "world", seed=7, scale=0.01)
    assert not (tmp_path / "world" / "raw").exists()
