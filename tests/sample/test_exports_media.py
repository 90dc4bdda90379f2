"""Exports of advertising, posts and visits: sums of each file, counted from its text, are those that `truth` tells."""

import csv
import gzip
import io
import json
import tarfile
from collections import Counter

import pandas as pd
import pyarrow.parquet as pq
import pytest

from helpers.sample import exports


def french(cell):
    return float(cell.replace("\u202f", "").replace(",", "."))


def english(cell):
    return float(cell.replace(",", ""))


def spend(exported, platform, currency):
    table = pd.read_parquet(exported.folder / "tidy" / "media_spend")
    day = pd.to_datetime(table["spent_on"])
    mine = (
        (table["platform"] == platform)
        & (table["currency"] == currency)
        & day.between(exports.SINCE, exports.UNTIL)
    )
    return float(table.loc[mine, "spend"].astype(float).sum())


def told(exported, name, table="media_spend", column="spend"):
    return float(exported.truth[name][table][column].astype(float).sum())


def test_google_ads_adds_up_to_the_tidy_spend_and_to_its_own_totals(exported):
    found = exported.rows("google_ads/campagnes_eur.csv", skip=2, separator=";")
    days, totals = found[:-2], found[-2:]
    cost = sum(french(row["Coût"]) for row in days)
    assert cost == pytest.approx(spend(exported, "google_ads", "EUR"), abs=0.005)
    assert [french(row["Coût"]) for row in totals] == pytest.approx([cost, cost])
    assert [row["Jour"] for row in totals] == ["Total : compte", "Total : campagnes"]
    swiss = exported.rows("google_ads/campaigns_chf_excel.csv", skip=2, separator="\t")
    cost = sum(english(row["Cost"]) for row in swiss[:-1])
    assert cost == pytest.approx(spend(exported, "google_ads", "CHF"), abs=0.005)
    assert english(swiss[-1]["Cost"]) == pytest.approx(cost)


def test_three_total_rows_of_google_ads_would_quadruple_the_spend(exported):
    name = "google_ads/campaigns_eur_2025.csv"
    found = exported.rows(name, skip=2)
    totals = [row for row in found if row["Day"].startswith("Total")]
    assert [row["Day"] for row in totals] == ["Total: Account", "Total: Search", "Total: Campaigns"]
    assert sum(english(row["Cost"]) for row in found) == pytest.approx(4 * told(exported, name), abs=0.005)
    assert sum(english(row["Conversions"]) for row in totals) == pytest.approx(
        3 * told(exported, name, "media_conversions", "conversions"), abs=0.005
    )
    shares = {row["Search impr. share"] for row in found}
    assert {"< 10%", "> 90%", " --"} < shares and {row["Account"] for row in totals} == {"--"}


def test_search_ads_360_repeats_its_header_at_every_fragment(exported):
    name = "sa360/paid_search_chf.csv"
    found = exported.rows(name)
    heads = [row for row in found if row["date"] == "date"]
    days = [row for row in found if row["date"] != "date"]
    assert len(heads) == (len(days) - 1) // 60 > 1
    assert sum(float(row["cost"]) for row in days) == pytest.approx(told(exported, name), abs=0.005)
    assert set(exported.truth[name]["media_spend"]["platform"]) == {"sa360"}


@pytest.mark.parametrize(
    ("name", "platform", "currency", "key", "column", "skip", "separator"),
    [
        ("meta/campagnes_eur.csv", "meta", "EUR", "Nom de la campagne", "Montant dépensé (EUR)", 0, ","),
        ("meta/campaigns_chf.csv", "meta", "CHF", "Campaign name", "Amount spent (CHF)", 0, ","),
        ("linkedin/campaign_performance_eur.csv", "linkedin", "EUR", "Campaign Name", "Total Spent", 5, "\t"),
        ("cm360/daily_eur.csv", "cm360", "EUR", "Campaign", "Media Cost", 7, ","),
        ("dv360/daily_eur.csv", "dv360", "EUR", "Insertion Order", "Revenue (Adv Currency)", 0, ","),
    ],
)
def test_other_platforms_add_up_to_the_tidy_spend(
    exported, name, platform, currency, key, column, skip, separator
):
    days = [row for row in exported.rows(name, skip=skip, separator=separator) if row[key]]
    cost = sum(english(row[column]) for row in days)
    assert cost == pytest.approx(spend(exported, platform, currency), abs=0.005)
    assert cost == pytest.approx(told(exported, name), abs=0.005)


def test_the_nameless_row_of_meta_sums_the_others_and_empty_means_none(exported):
    for name, key, bought in (
        ("meta/campagnes_eur.csv", "Nom de la campagne", "Achats"),
        ("meta/campaigns_chf.csv", "Campaign name", "Purchases"),
    ):
        found = exported.rows(name)
        summary, days = found[0], found[1:]
        assert summary[key] == "" and all(row[key] for row in days)
        assert int(summary["Impressions"]) == sum(int(row["Impressions"]) for row in days)
        counts = [row[bought] for row in days]
        assert "0" not in counts and "" in counts
        assert sum(int(one or 0) for one in counts) == told(
            exported, name, "media_conversions", "conversions"
        )


def test_reach_comes_by_month_and_campaign(exported):
    name = "meta/couverture_mensuelle_eur.csv"
    found = exported.rows(name)
    assert {(row["Début des rapports"], row["Fin des rapports"]) for row in found} >= {
        ("2026-09-01", "2026-09-30")
    }
    assert [int(row["Couverture"]) for row in found] == exported.truth[name]["media_reach"]["reach"].tolist()


def test_conversions_of_linkedin_come_in_a_second_report_that_names_the_action(exported):
    name = "linkedin/conversion_performance_eur.csv"
    found = exported.rows(name, skip=5, separator="\t")
    assert sum(int(row["Conversions"]) for row in found) == told(
        exported, name, "media_conversions", "conversions"
    )
    assert all(
        int(row["Conversions"]) == int(row["Post-Click Conversions"]) + int(row["View-Through Conversions"])
        for row in found
    )
    delivered = exported.rows("linkedin/campaign_performance_eur.csv", skip=5, separator="\t")
    keys = ("Start Date (in UTC)", "Campaign Group ID")
    assert {tuple(row[k] for k in keys) for row in found} <= {
        tuple(row[k] for k in keys) for row in delivered
    }


def test_a_post_of_nine_in_paris_was_posted_at_seven_in_utc_in_summer(exported):
    for name in ("meta/page_posts.csv", "meta/instagram_posts.csv"):
        found = {row["Post ID"]: row["Publish time"] for row in exported.rows(name)}
        frame = exported.truth[name]["social_posts"]
        assert len(found) == len(frame)
        for row in frame.itertuples():
            clock = pd.to_datetime(found[row.post_id], format="%m/%d/%Y %H:%M")
            offset = 2 if clock.tz_localize("Europe/Paris").dst() else 1
            assert clock - row.posted_at == pd.Timedelta(offset, unit="h")
            assert clock.normalize() == row.posted_on


def test_hootsuite_gives_gmt_and_captions_over_several_lines(exported):
    name = "hootsuite/post_performance.csv"
    found = exported.rows(name, skip=2)
    frame = exported.truth[name]["social_posts"]
    times = [pd.to_datetime(row["Date (GMT)"], format="%m/%d/%Y %H:%M") for row in found]
    assert times == frame["posted_at"].tolist()
    assert [english(row["Impressions"]) for row in found] == frame["impressions"].tolist()
    assert any("\n" in row["Post Message"] for row in found)


def test_the_page_workbook_has_a_description_above_its_heads(exported):
    path = exported.folder / "raw" / "linkedin/page_content.xlsx"
    frame = exported.truth["linkedin/page_content.xlsx"]
    for sheet, head, table in (
        ("All posts", "Post title", "social_posts"),
        ("Metrics", "Date", "social_daily"),
    ):
        cells = pd.read_excel(path, sheet_name=sheet, header=None, engine="calamine")
        assert cells.iloc[1, 0] == head and pd.isna(cells.iloc[0, 1])
        shown = cells.iloc[
            2:, list(cells.iloc[1]).index("Impressions" if sheet == "All posts" else "Impressions (total)")
        ]
        assert shown.tolist() == frame[table]["impressions"].tolist()


def test_mentions_keep_the_brands_apart(exported):
    found = exported.rows("sprinklr/mentions.csv")
    counted = Counter()
    for row in found:
        counted[row["Brand"], row["Sentiment"].lower()] += int(row["Mentions"])
    frame = exported.truth["sprinklr/mentions.csv"]["social_mentions"]
    assert dict(counted) == frame.groupby(["brand", "sentiment"])["mentions"].sum().to_dict()


def test_the_overview_of_ga4_counts_days_from_its_start(exported):
    parts = exported.text("ga4/acquisition_overview_be.csv").split("\n\n")
    days = [line.split(",") for line in parts[0].splitlines() if line[:4].isdigit()]
    frame = exported.truth["ga4/acquisition_overview_be.csv"]["site_daily"]
    assert [pd.Timestamp("2026-09-01") + pd.Timedelta(int(nth), unit="D") for nth, _ in days] == frame[
        "visited_on"
    ].tolist()
    assert [int(count) for _, count in days] == frame["sessions"].tolist()
    assert len(parts) == 3  # the others say the same visits again
    assert all(
        sum(int(line.split(",")[1]) for line in part.splitlines()[3:]) == frame["sessions"].sum()
        for part in parts[1:]
    )


def test_the_exploration_of_ga4_opens_with_a_total_of_one_cell_more(exported):
    name = "ga4/exploration_by_date_fr.csv"
    head, total, *days = list(csv.reader(io.StringIO(exported.text(name).split("\n\n")[1])))
    assert len(total) == len(head) + 1 and total[-1] == "Grand total"
    assert int(total[2]) == sum(int(day[2]) for day in days) == told(exported, name, "site_daily", "sessions")
    assert float(total[6]) == pytest.approx(told(exported, name, "site_daily", "revenue_excl_vat"))


def counted(events):
    """Visits and sales of GA4 events by the rules of the reference: a visit is a browser and a session id."""
    visits, sales, revenue = {}, set(), 0.0
    for event in events:
        params = {one["key"]: one["value"] for one in event["event_params"]}
        if event.get("user_pseudo_id") is None:
            assert "ga_session_id" not in params
            continue
        key = event["user_pseudo_id"], int(params["ga_session_id"]["int_value"])
        at = int(event["event_timestamp"])
        visits[key] = min(at, visits.get(key, at))
        if event["event_name"] == "purchase":
            sales.add(key)
            revenue += event["ecommerce"]["purchase_revenue"]
    return visits, len(sales), revenue


@pytest.mark.parametrize("name", [f"ga4/events_202609{day}" for day in ("28.json", "29.json", "30.parquet")])
def test_events_of_ga4_count_to_the_visits_of_the_day(exported, name):
    path = exported.folder / "raw" / name
    if path.suffix == ".json":
        events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        assert all(isinstance(event["event_timestamp"], str) for event in events)
    else:
        events = pq.read_table(path).to_pylist()
    visits, sales, revenue = counted(events)
    frame = exported.truth[name]["site_daily"]
    assert (len(visits), sales) == (frame["sessions"].sum(), frame["purchases"].sum())
    assert revenue == pytest.approx(frame["revenue_excl_vat"].sum())
    touches = exported.truth[name]["touchpoints"].set_index("visitor_id")["touched_at"]
    assert {key[0]: pd.Timestamp(at, unit="us") for key, at in visits.items()} == touches.to_dict()
    assert any(event.get("user_pseudo_id") is None for event in events)
    assert sales > 0 or name == "ga4/events_20260928.json"  # on which nobody bought


def test_tables_of_adobe_are_stacked_under_two_rows_of_heads(exported):
    name = "adobe/Freeform - Brevane Belgique - Jul 31, 2026.csv"
    first, second = exported.text(name).split("#" * 46 + "\n# Freeform table (")[1:]
    rows = list(csv.reader(io.StringIO(first)))[2:]
    assert rows[0][2:4] == ["Visits", "Visits"] and rows[1][2:4] == ["Visits", "Mobile Phone"]
    days = [row for row in rows[2:] if len(row) == 6 and row[1]]
    frame = exported.truth[name]["site_daily"]
    assert [(row[0], row[1], int(row[2])) for row in days] == [
        (row.channel, f"{row.visited_on:%Y-%m-%d}", row.sessions) for row in frame.itertuples()
    ]
    assert int(rows[2][2]) == frame["sessions"].sum() and "Bounce Rate" in second


def test_hits_of_adobe_count_to_visits_and_orders_once_the_excluded_are_left_out(exported):
    name = "adobe/feed/01-brevanebe_2026-08-31.tsv.gz"
    lookup = io.BytesIO(exported.bytes("adobe/feed/brevanebe_2026-08-31-lookup_data.tar.gz"))
    with tarfile.open(fileobj=lookup) as packed:
        heads = packed.extractfile("column_headers.tsv").read().decode("iso-8859-1").rstrip("\n").split("\t")
    lines = gzip.decompress(exported.bytes(name)).decode("iso-8859-1").replace("\\\t", "<tab>").splitlines()
    hits = [dict(zip(heads, line.split("\t"), strict=True)) for line in lines]
    kept = [
        hit for hit in hits
        if hit["exclude_hit"] == "0" and hit["customer_perspective"] == "0" and hit["hit_source"] not in {"5", "7", "8", "9"}
    ]  # fmt: skip
    keys = ("post_visid_high", "post_visid_low", "visit_num", "visit_start_time_gmt")
    orders = [
        hit for hit in kept
        if "1" in hit["post_event_list"].split(",") and hit["duplicate_purchase"] != "1"
    ]  # fmt: skip
    goods = [
        one.split(";") for hit in orders for one in hit["post_product_list"].replace("^,", "").split(",")
    ]
    frame = exported.truth[name]["site_daily"]
    assert (
        len({tuple(hit[k] for k in keys) for hit in kept}) == frame["sessions"].sum() < len(kept) < len(hits)
    )
    assert len(orders) == frame["purchases"].sum() > 0
    assert sum(float(one[3]) for one in goods) == pytest.approx(frame["revenue_excl_vat"].sum())
    assert any("Été<tab>" in hit["post_pagename"] for hit in hits)
    assert f"Record-Count: {len(hits)}" in exported.text("adobe/feed/brevanebe_2026-08-31.txt")


def test_a_warehouse_lands_micros_by_device(exported):
    name = "warehouse/google_ads/campaign_stats.csv"
    found = exported.rows(name)
    assert sum(int(row["cost_micros"]) for row in found) == round(1e6 * told(exported, name))
    assert {row["device"] for row in found} == {"MOBILE", "DESKTOP"}
    days = Counter((row["date"], row["id"]) for row in found)
    assert set(days.values()) == {2}
    ads = exported.rows("warehouse/facebook_ads/basic_ad.csv")
    assert sum(float(row["spend"]) for row in ads) == pytest.approx(
        told(exported, "warehouse/facebook_ads/basic_ad.csv")
    )


def test_a_warehouse_names_campaigns_and_currency_in_tables_of_their_own(exported):
    stats = exported.rows("warehouse/google_ads/campaign_stats.csv")
    campaigns = exported.rows("warehouse/google_ads/campaign_history.csv")
    account = exported.rows("warehouse/google_ads/account_history.csv")
    assert {row["id"] for row in stats} == {row["id"] for row in campaigns} and "name" not in stats[0]
    assert [(row["id"], row["currency_code"]) for row in account] == [(stats[0]["customer_id"], "EUR")]


def test_flat_events_of_a_warehouse_carry_one_head_twice(exported):
    head, *rows = list(csv.reader(io.StringIO(exported.text("warehouse/ga4/event.csv"))))
    assert Counter(head)["param_session_engaged"] == 2
    place = {name: head.index(name) for name in ("name", "user_pseudo_id", "param_ga_session_id")}
    visits = {(row[place["user_pseudo_id"]], row[place["param_ga_session_id"]]) for row in rows}
    assert len(visits) == told(exported, "warehouse/ga4/event.csv", "site_daily", "sessions")
