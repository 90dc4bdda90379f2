"""Deliveries of an Adobe data feed: hits without heads, lookup tables, manifest; by the rules that Adobe publishes.

The files are made here: one day of September 2026 in Brussels, two hours before UTC.
"""

import gzip
import hashlib
import io
import tarfile
import zipfile
from dataclasses import replace

import pandas as pd
import pytest
import reader

from helpers import company, ingest, tables
from helpers.errors import DataError
from helpers.ingest import files, probing
from helpers.sources import layouts
from helpers.sources.layouts.adobe_hits import revenue

SETTINGS = replace(reader.SETTINGS, vat="excl", currency="", time_zone="Europe/Brussels")
HEADS = [
    "hit_time_gmt",
    "date_time",
    "post_visid_high",
    "post_visid_low",
    "visit_num",
    "visit_start_time_gmt",
    "visit_page_num",
    "post_page_event",
    "post_pagename",
    "post_event_list",
    "post_product_list",
    "post_campaign",
    "va_closer_id",
    "ref_type",
    "mobile_id",
    "currency",
    "duplicate_purchase",
    "exclude_hit",
    "customer_perspective",
    "hit_source",
]
DAY = 1788213600  # 1 September 2026, 00:00 in Brussels, 22:00 of the day before in UTC
STEM = "acme_2026-09-01"


def hit(
    second: int, visitor: str = "11", *, visit: int = 1, began: int | None = None, page: int = 1, **given: str
) -> dict:
    """One hit so many seconds into the day."""
    local = pd.Timestamp("2026-09-01") + pd.Timedelta(seconds=second)
    plain = {
        "hit_time_gmt": str(DAY + second),
        "date_time": f"{local:%Y-%m-%d %H:%M:%S}",
        "post_visid_high": visitor,
        "post_visid_low": "7",
        "visit_num": str(visit),
        "visit_start_time_gmt": str(DAY + (second if began is None else began)),
        "visit_page_num": str(page),
        "post_page_event": "0",
        "post_pagename": "Généralités",
        "va_closer_id": "2",
        "ref_type": "3",
        "mobile_id": "0",
        "currency": "EUR",
        "exclude_hit": "0",
        "customer_perspective": "0",
        "hit_source": "1",
    }
    return {name: plain.get(name, "") for name in HEADS} | given


HITS = [
    hit(36_000, page=1, post_campaign="mail-09"),
    hit(36_010, began=36_000, page=2, post_event_list="2,200", post_product_list="Shoes;Red;1;;;"),
    hit(36_020, began=36_000, page=3, post_event_list="12,201=3"),
    hit(36_030, began=36_000, page=4, post_event_list="11"),
    hit(36_040, began=36_000, page=5, post_event_list="1,100=5", post_product_list="Shoes;Red^, large;2;59.80;;,;Socks^;;1;10.05;;"),
    hit(36_045, began=36_000, page=6, post_event_list="1", post_product_list="Shoes;Red;2;59.80", duplicate_purchase="1"),
    hit(40_000, "22", mobile_id="1042", va_closer_id="0", ref_type="6"),
    hit(40_010, "22", began=40_000, page=2, post_page_event="100"),
    hit(5, "33", began=-600, page=3, va_closer_id="4"),  # began ten minutes before midnight
    hit(50_000, "44", exclude_hit="1"),
    hit(50_001, "55", customer_perspective="1"),
    hit(50_002, "66", hit_source="7"),
]  # fmt: skip


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\\t").replace("\n", "\\\n")


def tsv(hits=HITS, heads=HEADS) -> bytes:
    return "".join("\t".join(escaped(one[name]) for name in heads) + "\n" for one in hits).encode(
        "iso-8859-1"
    )


def archive(**members: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as packed:
        for name, content in members.items():
            about = tarfile.TarInfo(f"{name}.tsv")
            about.size = len(content)
            packed.addfile(about, io.BytesIO(content))
    return made.getvalue()


def heads(names=HEADS) -> bytes:
    return ("\t".join(names) + "\n").encode()


def deliver(folder, hits=HITS, *, parts=1, stem=STEM, names=HEADS, manifest=True, records=None):
    """Write a delivery; return the file that stands for it."""
    folder.mkdir(parents=True, exist_ok=True)
    lookup = folder / f"{stem}-lookup_data.tar.gz"
    lookup.write_bytes(archive(column_headers=heads(names), browser=b"1\tAny\n"))
    found = []
    for part in range(parts):
        path = folder / f"{part + 1:02}-{stem}.tsv.gz"
        path.write_bytes(gzip.compress(tsv(hits[part::parts], names)))
        found.append((path, len(hits[part::parts])))
    if manifest:
        lines = [
            "Datafeed-Manifest-Version: 1.0",
            "Lookup-Files: 1",
            f"Data-Files: {parts}",
            f"Total-Records: {len(hits)}",
            "",
        ]
        facts = [("Lookup-File", lookup, None), *(("Data-File", path, n) for path, n in found)]
        for kind, path, n in facts:
            content = path.read_bytes()
            lines += [
                f"{kind}: {path.name}",
                f"MD5-Digest: {hashlib.md5(content).hexdigest()}",
                f"File-Size: {len(content)}",
            ]
            lines += [] if n is None else [f"Record-Count: {n if records is None else records}"]
            lines += [""]
        (folder / f"{stem}.txt").write_text("\n".join(lines))
    return found[0][0]


def read(path, **settings):
    return reader.read(path, settings=replace(SETTINGS, **settings))


def refused(path, **settings) -> str:
    with pytest.raises(DataError) as caught:
        read(path, **settings)
    return str(caught.value)


def days(got):
    names = ["channel", "device", "sessions", "users", "views", "product_views", "add_to_carts", "checkouts", "purchases", "revenue_excl_vat"]  # fmt: skip
    frame = got["site_daily"].assign(revenue_excl_vat=lambda f: f["revenue_excl_vat"].astype(float))
    return list(frame[names].itertuples(index=False, name=None))


RIGHT = [
    ("Marketing channel 2", "desktop", 1.0, 1.0, 6.0, 1.0, 1.0, 1.0, 1.0, 69.85),
    ("Marketing channel 4", "desktop", 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
    ("Typed/Bookmarked", "mobile", 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0),
]


def test_hits_become_visits_orders_and_revenue_by_adobe_s_own_rules(tmp_path):
    got = read(deliver(tmp_path))
    assert days(got) == RIGHT
    made = got["site_daily"]
    assert made["visited_on"].unique().tolist() == [pd.Timestamp("2026-09-01")]
    assert made["currency"].unique().tolist() == ["EUR"]
    assert len(tables.check(made, "site_daily")) == 3


def test_each_visit_is_one_contact_in_utc_but_not_one_that_began_the_day_before(tmp_path):
    made = read(deliver(tmp_path))["touchpoints"].sort_values("touched_at", ignore_index=True)
    assert made["touched_at"].tolist() == [
        pd.Timestamp("2026-09-01 08:00:00"),
        pd.Timestamp("2026-09-01 09:06:40"),
    ]
    assert made["channel"].tolist() == ["Marketing channel 2", "Typed/Bookmarked"]
    assert made.loc[0, "campaign_id"] == "mail-09"
    assert made.loc[0, "visitor_id"] == reader.hashed(pd.Series(["11.7"]), "adobe")[0]
    assert len(tables.check(made, "touchpoints")) == 2


def test_what_was_left_out_is_told_and_the_manifest_is_held_against_it(tmp_path):
    one, two = read(deliver(tmp_path)).readings
    assert one.notes[0] == "12 hits"
    assert sorted(one.notes[1:4]) == [
        "1 hits of a hit_source that Adobe does not report (5, 7, 8, 9): left out",
        "1 hits of another customer_perspective: left out",
        "1 hits that Adobe excludes (exclude_hit): left out",
    ]
    assert one.notes[4].startswith(
        "marketing channels have only numbers here: put marketing_channels.tsv (number, tab, name"
    )
    assert one.notes[5] == "1 visits began on the day before: they count in their day and are no new contact"
    assert [(c.head, c.stated, c.found, c.agrees) for c in one.controls] == [
        ("Record-Count of acme_2026-09-01.txt", 12.0, 12.0, True)
    ]
    assert two.notes == []


def test_a_count_of_records_that_disagrees_is_said(tmp_path):
    (control,) = read(deliver(tmp_path, records=99)).readings[0].controls
    assert (control.stated, control.found, control.agrees) == (99.0, 12.0, False)


def test_without_a_manifest_nothing_proves_that_the_delivery_is_whole(tmp_path):
    got = read(deliver(tmp_path, manifest=False))
    assert "no manifest lies beside it, so nothing proves that the delivery is whole" in got.readings[0].notes
    assert got.readings[0].controls == []


@pytest.mark.parametrize("above", [False, True])
def test_channels_have_the_names_that_the_company_wrote_down(tmp_path, above):
    path = deliver(tmp_path / "2026-09-01")
    ((tmp_path if above else path.parent) / "marketing_channels.tsv").write_text(
        "2\tE-mail\n4\tRecherche payante\n", encoding="utf-8"
    )
    got = read(path)
    assert [row[0] for row in days(got)] == ["E-mail", "Recherche payante", "Typed/Bookmarked"]
    assert not any("only numbers" in note for note in got.readings[0].notes)


def test_a_day_in_several_files_is_one_day(tmp_path):
    first = deliver(tmp_path, parts=3)
    assert days(read(first)) == RIGHT
    assert read(tmp_path / f"02-{STEM}.tsv.gz").readings == []


def test_a_delivery_in_one_archive_and_in_a_zip_is_read(tmp_path):
    packed = tmp_path / f"{STEM}.tar.gz"
    packed.write_bytes(archive(hit_data=tsv(), column_headers=heads()))
    assert days(read(packed)) == RIGHT
    zipped = tmp_path / f"{STEM}.zip"
    with zipfile.ZipFile(zipped, "w") as made:
        made.writestr("hit_data.tsv", tsv())
        made.writestr("column_headers.tsv", heads())
    assert days(read(zipped)) == RIGHT


def test_tabs_line_ends_and_quotation_marks_in_a_page_s_name_are_no_cells(tmp_path):
    odd = [{**HITS[0], "post_pagename": 'a\tb\nc \\ "d'}, *HITS[1:]]
    assert days(read(deliver(tmp_path, odd))) == RIGHT


def test_columns_that_are_not_needed_may_lack(tmp_path):
    lean = [
        name
        for name in HEADS
        if name not in ("mobile_id", "visit_page_num", "hit_source", "customer_perspective", "currency")
    ]
    got = read(deliver(tmp_path, HITS[:9], names=lean), currency="EUR")
    assert got["site_daily"]["device"].isna().all()
    assert got["site_daily"]["revenue_excl_vat"].sum() == 69.85
    assert 'no currency column; say which: add currency = "EUR"' in refused(
        deliver(tmp_path, HITS[:9], names=lean)
    )


def test_orders_in_several_currencies_ask_for_that_of_the_report_suite(tmp_path):
    second = hit(60_000, "77", post_event_list="1", post_product_list=";A;1;5", currency="CHF")
    path = deliver(tmp_path, [*HITS, second])
    assert 'no currency column; say which: add currency = "EUR"' in refused(path)
    assert read(path, currency="EUR")["site_daily"]["revenue_excl_vat"].sum() == 74.85


def test_a_feed_without_a_needed_column_is_refused(tmp_path):
    lean = [name for name in HEADS if name not in ("exclude_hit", "post_event_list")]
    assert refused(deliver(tmp_path, names=lean)) == (
        f"01-{STEM}.tsv.gz: the feed has no post_event_list, exclude_hit. Add what is missing to its columns, and have it delivered again."
    )


def test_hits_whose_cells_are_not_as_many_as_the_heads_are_refused_without_their_content(tmp_path):
    path = deliver(tmp_path, manifest=False)
    path.write_bytes(gzip.compress(tsv()[:-40]))
    said = refused(path)
    assert said.endswith(
        "cells but the feed has 20 columns: cut off, or the lookup tables of another delivery. Fetch it again."
    )
    assert said.startswith(f"01-{STEM}.tsv.gz")
    assert "lit" not in said and "2026-09-01 13" not in said


def test_a_file_that_is_not_the_one_of_its_manifest_is_refused(tmp_path):
    path = deliver(tmp_path)
    path.write_bytes(gzip.compress(tsv(HITS[:3])))
    assert refused(path) == (
        f"01-{STEM}.tsv.gz: 01-{STEM}.tsv.gz is not the file that {STEM}.txt describes (another MD5): cut off, or changed. Fetch the delivery again."
    )


def test_a_delivery_that_lacks_a_file_is_refused(tmp_path):
    path = deliver(tmp_path, parts=2)
    (tmp_path / f"02-{STEM}.tsv.gz").unlink()
    assert (
        refused(path)
        == f"01-{STEM}.tsv.gz: {STEM}.txt names 02-{STEM}.tsv.gz, which is not beside it. Fetch the whole delivery again."
    )


def test_hits_without_their_lookup_tables_and_these_without_hits_are_refused(tmp_path):
    path = deliver(tmp_path, manifest=False)
    lookup = tmp_path / f"{STEM}-lookup_data.tar.gz"
    aside = tmp_path / "elsewhere" / lookup.name
    aside.parent.mkdir()
    lookup.rename(aside)
    assert refused(path) == (
        f"01-{STEM}.tsv.gz: it looks like hits of a data feed, whose heads are in {lookup.name}, and that is not beside it. Put all files of the delivery into one folder."
    )
    assert refused(aside) == (
        f"{lookup.name}: these are the lookup tables of a data feed. Put the file of its hits (01-….tsv.gz) beside them."
    )


def test_a_price_that_is_no_number_is_refused(tmp_path):
    bad = [*HITS, hit(60_000, "77", post_event_list="1", post_product_list=";A;1;five")]
    assert refused(deliver(tmp_path, bad)) == (
        f"01-{STEM}.tsv.gz: a price in post_product_list is no number ('five'). Fetch the delivery again."
    )


def test_hits_without_a_time_are_refused(tmp_path):
    bad = [*HITS, hit(60_000, "77", date_time="0")]
    assert "1 hits have no date_time or hit_time_gmt that can be read" in refused(deliver(tmp_path, bad))


@pytest.mark.parametrize(
    ("products", "total"),
    [
        ("", 0.0),
        (";A", 0.0),
        (";A;1;10", 10.0),
        ("Cat;A;2;19.99;200=1;1=x|2=y", 19.99),
        (";A^;B;1;5;;,;C^,D;1;2.5", 7.5),
        (";A;1;0.1,;B;1;0.2", 0.3),
    ],
)
def test_the_revenue_of_an_order_is_the_sum_of_its_prices(products, total):
    assert revenue(products) == total


# ---- together with the import ----


@pytest.fixture
def mine(tmp_path, monkeypatch):
    monkeypatch.setenv("CMO_COMPANIES", str(tmp_path))
    monkeypatch.setenv("CMO_HOME", str(tmp_path))
    folder = tmp_path / "mine"
    (folder / "raw").mkdir(parents=True)
    (folder / "company.toml").write_text(
        'title = "Mine"\ncurrency = "EUR"\nmarkets = ["BE"]\ntime_zone = "Europe/Brussels"\nsynthetic = true\n'
    )
    return folder


def test_the_files_of_a_delivery_are_one_import_and_none_is_refused(mine):
    first = deliver(mine / "raw" / "adobe", parts=2)
    (mine / "raw" / "marketing_channels.tsv").write_text("2\tE-mail\n")
    assert files.raw_files(company.read("mine")) == [first]
    made = ingest.ingest("mine")
    assert made.rows == {"site_daily": 3, "touchpoints": 2}
    assert [one.file for one in made.imports] == [f"adobe/{first.name}"]


def test_a_delivery_is_read_again_when_a_file_beside_it_changes(mine):
    first = deliver(mine / "raw" / "adobe")
    ingest.ingest("mine")
    assert len(layouts.companions(first)) == 2
    (mine / "raw" / "adobe" / "marketing_channels.tsv").write_text("2\tE-mail\n4\tRecherche\n")
    ingest.ingest("mine")
    assert set(pd.read_parquet(company.read("mine").tidy / "site_daily")["channel"]) == {
        "E-mail",
        "Recherche",
        "Typed/Bookmarked",
    }


def test_a_file_that_is_read_with_another_says_so_when_it_is_checked(mine):
    deliver(mine / "raw")
    found = probing.probe(mine / "raw" / f"{STEM}.txt")
    assert list(probing.lines(found)) == [
        f"{STEM}.txt: it is read together with another file beside it, and gives nothing itself"
    ]


def test_a_text_that_is_no_manifest_is_a_file_like_any_other(mine):
    deliver(mine / "raw")
    (mine / "raw" / f"{STEM}.txt").write_text("Notes of somebody\n")
    assert mine / "raw" / f"{STEM}.txt" in files.raw_files(company.read("mine"))
