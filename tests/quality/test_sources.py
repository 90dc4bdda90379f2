"""One line a source: its days, how far behind the newest data, its files and rows, its map and its VAT."""

import runpy
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from helpers.quality import ledger, sources, spans

made = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("made.py"))))
NEWEST = date(2026, 9, 30)


def held(*rows: tuple) -> pd.DataFrame:
    """Tables: name, rows, first and last day, is it a flow."""
    frame = pd.DataFrame(rows, columns=["table", "n_rows", "starts_on", "ends_on", "is_flow"]).assign(
        is_planned=False
    )
    return frame.assign(
        **{name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in ("starts_on", "ends_on")}
    )


TABLES = held(
    ("media_spend", 117, "2026-07-01", "2026-09-30", True),
    ("customers", 60, None, None, False),
    ("taxonomy", 3, None, None, False),
)


def of(*rows: dict) -> pd.DataFrame:
    return sources.sources(ledger.of_imports(pd.DataFrame(list(rows))), TABLES, newest=NEWEST)


def line(found: pd.DataFrame, export: str = "google_ads_campaigns") -> pd.Series:
    return found[found["export"] == export].iloc[0]


def test_imports_of_one_export_account_and_table_are_one_source():
    august = made.entry(
        "i0", "media_spend", starts_on="2026-08-01", ends_on="2026-08-31", rows_kept=31, rows_left_out=2
    )
    found = line(of(august, made.entry("i1", "media_spend")))
    assert (found["starts_on"], found["ends_on"]) == (pd.Timestamp("2026-08-01"), pd.Timestamp("2026-09-30"))
    assert (found["n_files"], found["rows_kept"], found["rows_left_out"], found["days_behind"]) == (
        2,
        61,
        2,
        0,
    )


def test_an_import_that_was_replaced_is_not_counted():
    found = line(
        of(
            made.entry("i0", "media_spend", is_current=False, superseded_by="i1"),
            made.entry("i1", "media_spend"),
        )
    )
    assert (found["n_files"], found["rows_kept"]) == (1, 30)


def test_days_behind_are_counted_from_the_newest_data_and_not_from_the_clock():
    late = made.entry("i5", "media_spend", export="linkedin_ads", ends_on="2026-07-31")
    found = of(made.entry("i1", "media_spend"), late)
    assert line(found, "linkedin_ads")["days_behind"] == 61
    assert sources.stale(found)["export"].tolist() == ["linkedin_ads"]


def test_thirty_five_days_behind_is_not_stale_and_thirty_six_are():
    edge = made.entry("i5", "media_spend", export="edge", ends_on="2026-08-26")
    over = made.entry("i6", "media_spend", export="over", ends_on="2026-08-25")
    assert sources.stale(of(edge, over))["export"].tolist() == ["over"]


def test_a_list_that_is_no_flow_is_never_stale():
    found = of(made.entry("i4", "customers", export="audience", ends_on="2025-01-01"))
    assert line(found, "audience")["days_behind"] == 637 and sources.stale(found).empty


def test_vat_is_asked_only_of_sources_that_brought_money():
    found = of(
        made.entry("i1", "media_spend", vat="unknown", export="silent"),
        made.entry("i2", "media_spend", vat="unknown", export="no money", currency=None),
        made.entry("i3", "customers", vat="unknown", export="people"),
        made.entry("i4", "media_spend", vat="excl", export="two"),
        made.entry("i5", "media_spend", vat="incl", export="two"),
    )
    assert found.set_index("export").loc[["silent", "no money", "people", "two"], "vat"].tolist() == [
        "unknown",
        "",
        "",
        "mixed",
    ]


def test_a_source_is_verified_only_when_all_of_its_maps_are():
    found = of(
        made.entry("i1", "media_spend", is_verified=True), made.entry("i2", "media_spend", is_verified=False)
    )
    assert not line(found)["is_verified"]
    silent = of(made.entry("i1", "media_spend", is_verified=None))
    assert pd.isna(line(silent)["is_verified"])


def test_a_table_that_no_import_names_stands_alone_with_its_own_days():
    found = of(made.entry("i4", "customers"))
    alone = found[found["system"] == ""].set_index("table")
    assert sorted(alone.index) == ["media_spend", "taxonomy"]
    assert (
        alone.loc["media_spend", "ends_on"] == pd.Timestamp("2026-09-30")
        and alone.loc["media_spend", "rows_kept"] == 117
    )
    assert pd.isna(alone.loc["media_spend", "n_files"])


def test_without_a_ledger_every_table_has_its_line():
    found = sources.sources(ledger.empty(), TABLES, newest=NEWEST)
    assert found["table"].tolist() == ["customers", "media_spend", "taxonomy"]
    assert found["days_behind"].tolist() == [pd.NA, 0, pd.NA]


def test_a_table_without_an_import_is_told_by_platform_so_that_one_that_stopped_is_seen():
    days = [("media_spend", "meta", "2", "2026-07-01", 4), ("media_spend", "meta", "2", "2026-07-31", 6)]
    days += [("media_spend", "google_ads", "1", "2026-09-30", 5)]
    seen = pd.DataFrame(days, columns=["table", "system", "account_id", "day", "n_rows"])
    seen["day"] = pd.to_datetime(seen["day"])
    found = sources.sources(ledger.empty(), TABLES, newest=NEWEST, days=seen)
    assert found["system"].tolist() == ["", "google_ads", "meta", ""]
    late = sources.stale(found).iloc[0]
    assert (late["system"], late["account_id"], late["rows_kept"], late["days_behind"]) == (
        "meta",
        "2",
        10,
        61,
    )


def test_without_a_table_there_is_no_line():
    assert sources.sources(ledger.empty(), TABLES.iloc[:0], newest=None).empty


def test_the_range_of_the_data_leaves_lists_and_the_clock_aside():
    tables = held(
        ("orders", 3, "2026-01-05", "2026-03-31", True), ("customers", 9, "2019-01-01", "2026-09-09", False)
    )
    rows = ledger.of_imports(pd.DataFrame([made.entry("i1", "customers", ends_on="2026-12-01")]))
    assert spans.range_of(tables, rows) == (date(2026, 1, 5), date(2026, 3, 31))
    assert spans.range_of(tables.iloc[1:], ledger.empty()) == (date(2019, 1, 1), date(2026, 9, 9))
    assert spans.range_of(tables.iloc[:0], ledger.empty()) is None
