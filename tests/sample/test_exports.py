"""Raw exports as a whole: every file is there, says what `truth` says, can be read beside the others, and names nobody."""

import io
import re
import tomllib
import zipfile
from collections import Counter

import pandas as pd
import pytest

from helpers import tables
from helpers.sample import build, exports

OPENINGS = {
    "google_ads/campagnes_eur.csv": "Rapport sur les campagnes\n1 sept. 2025 - 30 sept. 2026\nJour;",
    "google_ads/campaigns_chf_excel.csv": "Campaign report\r\nSeptember 1, 2025 - September 30, 2026\r\nDay\t",
    "google_ads/campaigns_eur_2025.csv": 'Campaign report\n"June 1, 2025 - August 31, 2025"\nDay,',
    "sa360/paid_search_chf.csv": "date,agency,advertiser,",
    "cm360/daily_eur.csv": "Report Name,Daily\n",
    "dv360/daily_eur.csv": "Date,Advertiser,",
    "meta/campagnes_eur.csv": "Début des rapports,",
    "meta/campaigns_chf.csv": "Campaign name,Day,",
    "linkedin/campaign_performance_eur.csv": "Campaign Performance Report (in UTC)\r\nReport Start: September 1, 2025",
    "linkedin/conversion_performance_eur.csv": "Conversion Performance Report (in UTC)\r\n",
    "hootsuite/post_performance.csv": "Post performance,,,",
    "ga4/traffic_acquisition_fr.csv": "# ----",
    "adobe/Freeform - Brevane Belgique - Jul 31, 2026.csv": "#=====",
    "salesforce/opportunites.csv": '"Propriétaire de l\'opportunité","Nom du compte"',
    "salesforce/marketing_cloud_sends.csv": "id,email_name,send_date,",
    "hubspot/deals.csv": "Record ID,Deal Name,",
    "mailchimp/campaigns.csv": 'Title,Subject,List,"Send Date",',
    "mailchimp/report_be_1.csv": 'Email Campaign Report\n"Title:",',
    "shopify/orders_export.csv": "Name,Email,Financial Status,",
    "woocommerce/orders.csv": "Order Number,Order Status,",
    "kept/prices.csv": "observed_on;seller;",
    "official/margins.csv": "Pays;Date de référence;",
    "panel/sales_by_brand.csv": "Mois;Pays;",
    "panel/price_watch.csv": "Date,Country,Seller,",
    "warehouse/google_ads/campaign_stats.csv": "_fivetran_id,customer_id,date,",
}
MARKS = {
    "google_ads/campaigns_chf_excel.csv": b"\xff\xfe",
    "meta/campagnes_eur.csv": b"\xef\xbb\xbf",
    "hubspot/contacts.csv": b"\xef\xbb\xbf",
    "linkedin/page_content.xlsx": b"PK",
    "mailchimp/audience.zip": b"PK",
    "slack/insights.zip": b"PK",
    "ga4/events_20260930.parquet": b"PAR1",
    "adobe/feed/01-brevanebe_2026-08-31.tsv.gz": b"\x1f\x8b",
}
NO_TABLE = {
    "ga4/traffic_acquisition_fr.csv",  # one line a channel for a month: no day
    "adobe/feed/brevanebe_2026-08-31.txt",
    "adobe/feed/brevanebe_2026-08-31-lookup_data.tar.gz",
    "warehouse/google_ads/campaign_history.csv",
    "warehouse/google_ads/account_history.csv",
}
KEYS = {"files", "market", "currency", "account_id", "vat", "time_zone", "decimal", "date_order"}


def frames(exported):
    return [(name, table, frame) for name, told in exported.truth.items() for table, frame in told.items()]


def test_every_export_is_written_and_begins_as_its_system_does(exported):
    raw = exported.folder / "raw"
    assert {p.relative_to(raw).as_posix() for p in raw.rglob("*") if p.is_file()} == set(exports.EXPORTS)
    for name, opening in OPENINGS.items():
        assert exported.text(name).startswith(opening), name
    for name, mark in MARKS.items():
        assert exported.bytes(name).startswith(mark), name


def test_all_ten_systems_and_the_other_sources_have_a_file():
    folders = {name.partition("/")[0] for name in exports.EXPORTS}
    assert folders >= {
        "salesforce",
        "hubspot",
        "google_ads",
        "ga4",
        "cm360",
        "dv360",
        "sa360",
        "adobe",
        "meta",
    }
    assert folders >= {"linkedin", "hootsuite", "sprinklr", "mailchimp", "slack", "shopify", "woocommerce", "surveys"}  # fmt: skip


def test_french_accents_are_damaged_when_the_iso_file_is_read_as_utf_8(exported):
    raw = exported.bytes("salesforce/opportunites.csv")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    assert "Étape" in raw.decode("iso-8859-1")


def test_the_same_world_gives_the_same_bytes(exported):
    for name, export in exports.EXPORTS.items():
        made = export.make(exported.folder)
        made = made if isinstance(made, bytes) else made.encode(export.encoding)
        assert made == exported.bytes(name), name


def test_raw_stays_small(exported):
    assert sum(p.stat().st_size for p in (exported.folder / "raw").rglob("*") if p.is_file()) < 5_000_000


def test_every_file_but_those_without_a_table_tells_something(exported):
    assert {name for name, told in exported.truth.items() if not told} == NO_TABLE
    for name, table, frame in frames(exported):
        assert len(frame) > 0, f"{name}: {table} is empty"


def test_truth_has_columns_of_the_contract_and_values_it_allows(exported):
    for name, table, frame in frames(exported):
        known = tables.contract(table)
        assert set(frame.columns) <= set(known.names), f"{name}: {table}"
        for column in (known.column(one) for one in frame.columns):
            values = frame[column.name].dropna()
            if column.allowed:
                assert set(values) <= set(column.allowed), f"{name}: {table}.{column.name}"
            if column.min is not None:
                assert values.min() >= column.min, f"{name}: {table}.{column.name}"
            if column.type == "date":
                assert values.equals(values.dt.normalize()), f"{name}: {table}.{column.name}"


def test_truth_tells_the_market_of_every_row_that_needs_one(exported):
    for name, table, frame in frames(exported):
        known = tables.contract(table)
        if "market" in known.names and known.column("market").required and not known.any_market:
            assert set(frame["market"]) <= {"FR", "BE", "CH", "ALL"}, f"{name}: {table}"


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("media_spend", ["spent_on", "platform", "currency"]),
        ("site_daily", ["visited_on", "market"]),
        ("touchpoints", ["touched_on", "market"]),
        ("orders", ["order_id"]),
        ("customers", ["customer_id"]),
        ("accounts", ["market"]),
        ("crm_events", ["event_id"]),
        ("consents", ["customer_id", "purpose"]),
        ("social_posts", ["network"]),
    ],
)
def test_no_two_files_tell_the_same_thing(exported, table, key):
    told = Counter()
    for _, its_table, frame in frames(exported):
        if its_table == table:
            told.update(set(frame[key].itertuples(index=False, name=None)))
    assert told and max(told.values()) == 1


def test_a_deal_stands_in_one_file_of_one_system_alone(exported):
    deals = [frame for _, table, frame in frames(exported) if table == "opportunities"]
    known = pd.read_parquet(exported.folder / "tidy" / "opportunities")
    last = known.sort_values("as_of").drop_duplicates("opportunity_id", keep="last")
    told = Counter(
        (f"{row.created_on:%Y-%m-%d}", row.amount) for frame in deals for row in frame.itertuples()
    )
    assert told == Counter((f"{row.created_on}", float(row.amount)) for row in last.itertuples())


def test_settings_are_toml_that_says_no_more_than_it_may(exported):
    said = tomllib.loads(exports.settings(exported.folder))["exports"]
    assert {one["files"] for one in said} <= set(exports.EXPORTS)
    for one in said:
        assert set(one) <= KEYS, one["files"]
        assert one.get("vat", "excl") in {"incl", "excl", "unknown"}
        assert one.get("currency", "EUR") in {"EUR", "CHF"}


def test_a_file_of_money_that_names_no_currency_has_one_in_the_settings(exported):
    said = {one["files"]: one for one in tomllib.loads(exports.settings(exported.folder))["exports"]}
    silent = {"cm360/daily_eur.csv", "hubspot/deals.csv", "hubspot/deals_chf.csv", "woocommerce/orders.csv"}
    silent |= {"ga4/exploration_by_date_fr.csv", "warehouse/google_ads/campaign_stats.csv"}
    for name in silent:
        assert said[name]["currency"] == ("CHF" if name.endswith("chf.csv") else "EUR")
        assert not re.search(r"\b(EUR|CHF|currency)\b", exported.text(name)), name


def test_hand_kept_tables_place_the_campaigns_and_pass_their_contracts(exported):
    kept = exports.hand_kept(exported.folder)
    assert {"taxonomy.csv", "campaign_map.csv", "calendar.csv", "fx_rates.csv"} == set(kept)
    for name, text in kept.items():
        frame = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, na_values=[""])
        assert len(tables.check(frame, name.removesuffix(".csv"))) == len(frame) > 0


def every_byte(path):
    if path.suffix in {".zip", ".xlsx"}:
        with zipfile.ZipFile(path) as packed:
            return b"".join(packed.read(name) for name in packed.namelist())
    return path.read_bytes()


def test_every_address_is_made_up_at_example_org(exported):
    found = set()
    for path in (exported.folder / "raw").rglob("*"):
        if path.is_file() and path.suffix not in {".gz", ".parquet"}:
            text = every_byte(path).replace(b"\0", b"")
            found |= set(re.findall(rb"[\w.+-]+@[\w-]+\.[\w.]+", text))
    assert len(found) > 1000
    assert all(one.endswith(b"@example.org") for one in found)


def test_exports_are_made_on_demand_alone(tmp_path):
    build.make(tmp_path / "world", seed=7, scale=0.01)
    assert not (tmp_path / "world" / "raw").exists()
