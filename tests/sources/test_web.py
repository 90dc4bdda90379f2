"""Reports of web analytics: GA4's standard reports and explorations, tables of an Adobe Workspace project.

The files under fixtures/ are made up; values were worked out by hand.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import reader

from helpers import tables
from helpers.errors import DataError
from helpers.ingest.merging import added_up
from helpers.sources import parsing

FIXTURES = Path(__file__).parent / "fixtures"
LAYOUTS = ("blocks", "adobe_workspace", "ga4_events", "adobe_feed")
OURS = {name: one for name, one in parsing.own_maps().items() if one.layout in LAYOUTS}
REPORTS = {name for name, one in OURS.items() if one.layout in ("blocks", "adobe_workspace")}
FILES = sorted(f"{p.parent.name}/{p.name}" for name in REPORTS for p in (FIXTURES / name).glob("*.csv"))
SETTINGS = replace(reader.SETTINGS, vat="excl", markets=("FR", "BE"))


def fixture(name, **settings):
    return reader.read(FIXTURES / name, settings=replace(SETTINGS, **settings))


def rows(frame: pd.DataFrame, *names: str) -> list[tuple]:
    """Cells of some columns, days as text and what is missing as None."""
    made = frame[list(names)].copy()
    for name in names:
        if name.endswith("_on"):
            made[name] = pd.to_datetime(made[name]).dt.strftime("%m-%d")
    return list(made.astype("object").where(made.notna(), None).itertuples(index=False, name=None))


def controls(reading) -> dict[str, tuple[float, float]]:
    """Totals that the file states, and what was found, by head."""
    return {one.head: (one.stated, one.found) for one in reading.controls}


@pytest.fixture
def given(tmp_path):
    """Read a text as a file."""

    def run(text: str, **settings):
        path = tmp_path / "x.csv"
        path.write_text(text, encoding="utf-8")
        return reader.read(path, settings=replace(SETTINGS, **settings))

    return run


@pytest.fixture
def refusal(given):
    """Say why a text is refused."""

    def run(text: str, **settings) -> str:
        with pytest.raises(DataError) as caught:
            given(text, **settings)
        return str(caught.value)

    return run


# ---- all of them ----


@pytest.mark.parametrize("file", [one for one in FILES if not one.startswith("ga4_longer")])
def test_every_file_is_read_by_its_own_map_and_meets_the_contract(file):
    got = fixture(file)
    assert file.split("/")[0] in {one.map.id for one in got.readings}
    outputs = {
        name: [o for one in got.readings for o in one.map.tables if o.table == name] for name in got.tables
    }
    for table, frame in got.tables.items():
        made = (
            added_up(frame, pd.Series(got.lines[table]).to_numpy(), table)[0]
            if any(o.add_up for o in outputs[table])
            else frame
        )
        assert len(tables.check(made, table)) == len(made)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_map_says_its_source_and_claims_no_proof(name):
    one = OURS[name]
    assert one.help
    assert (
        "no file of an account read" in one.source
        or "no delivery of an account read" in one.source
        or "made-up" in one.source
        or "no property asked" in one.source
    )
    assert not one.verified
    assert one.vat == "unknown"


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_report_has_a_file(name):
    assert any(file.startswith(f"{name}/") for file in FILES)


@pytest.mark.parametrize("name", sorted(OURS))
def test_the_maps_that_stand_beside_each_other_exist(name):
    for output in OURS[name].tables:
        assert set(output.beside) <= set(parsing.own_maps())


# ---- GA4 ----


def test_a_report_by_channel_stands_for_its_period_and_the_curve_below_it_for_days():
    got = fixture("ga4_channels/good.csv")
    channels, curve = got.readings
    assert (channels.map.id, channels.header_line, curve.map.id, curve.header_line) == (
        "ga4_channels",
        10,
        "ga4_overview",
        17,
    )
    assert (str(channels.starts_on), str(channels.ends_on)) == ("2026-08-01", "2026-08-31")
    assert channels.account_id == "Acme - GA4"
    assert rows(
        got["site_daily"],
        "visited_on",
        "ends_on",
        "channel",
        "sessions",
        "engaged_sessions",
        "revenue_excl_vat",
    ) == [
        ("08-01", "08-31", "Organic Search", 6225.0, 4000.0, 1200.5),
        ("08-01", "08-31", "Direct", 1889.0, 900.0, 0.0),
        ("08-01", None, None, 201.0, None, None),
        ("08-02", None, None, 190.0, None, None),
    ]
    assert got.lines["site_daily"] == [11, 12, 18, 19]
    assert (
        "rows of site_daily that cover several days: 2; figures by day leave them out, so export by day for those"
        in channels.notes
    )
    assert "Key events" in channels.unused and "Engagement rate" not in channels.unused


def test_revenue_is_left_out_where_nothing_says_whether_it_includes_vat():
    got = fixture("ga4_channels/good.csv", vat="", currency="")
    assert got["site_daily"]["revenue_excl_vat"].isna().all()
    assert "2 amounts left out, as nothing says whether they include VAT" in got.readings[0].notes


def test_vat_is_taken_off_at_the_rate_of_the_market():
    got = fixture("ga4_channels/good.csv", vat="incl")
    assert got["site_daily"]["revenue_excl_vat"].tolist()[:2] == [1000.4167, 0.0]


def test_revenue_without_a_currency_is_asked_for():
    with pytest.raises(DataError, match='good.csv: no currency column; say which: add currency = "EUR"'):
        fixture("ga4_channels/good.csv", currency="")


def test_a_french_report_by_channel_and_device_holds_its_total():
    got = fixture("ga4_channels/fr_device.csv")
    assert rows(
        got["site_daily"], "channel", "device", "market", "sessions", "purchases", "revenue_excl_vat"
    ) == [
        ("Organic Search", "mobile", "FR", 1200.0, 12.0, 1199.88),
        ("Organic Search", "desktop", "FR", 800.0, 20.0, 2400.12),
        ("(not set)", "desktop", "FR", 7.0, 0.0, 0.0),
    ]
    assert controls(got.reading)["Revenu total"] == (3600.0, 3600.0)
    assert "Utilisateurs actifs" not in controls(got.reading)  # a person may come by several channels
    assert got.reading.account_id == "Acme FR"


def test_a_report_of_one_day_is_a_day():
    got = fixture("ga4_pages/fr.csv")
    assert rows(got["site_daily"], "visited_on", "ends_on", "page", "views", "users") == [
        ("09-01", None, "Accueil", 510.0, 400.0),
        ("09-01", None, "#soldes", 40.0, 38.0),
    ]
    assert got.reading.notes == []


def test_the_grand_total_of_an_exploration_stands_first_and_has_a_cell_more_than_the_heads():
    got = fixture("ga4_channels_daily/free_form.csv")
    assert rows(
        got["site_daily"],
        "visited_on",
        "channel",
        "device",
        "sessions",
        "add_to_carts",
        "purchases",
        "revenue_excl_vat",
    ) == [
        ("08-26", "Organic Search", "mobile", 100.0, 12.0, 4.0, 450.5),
        ("08-26", "Direct", "desktop", 50.0, 8.0, 3.0, 320.05),
        ("08-27", "Organic Search", "mobile", 41.0, 6.0, 1.0, 120.0),
        ("08-27", "(not set)", "(not set)", 20.0, 4.0, 1.0, 122.0),
    ]
    assert got.reading.left == {"total row": 1}
    assert got.reading.named["total row"] == [7]
    assert controls(got.reading)["Purchase revenue"] == (1012.55, 1012.55)
    assert all(one.agrees for one in got.reading.controls)


def test_a_french_exploration_that_excel_saved_is_read():
    got = fixture("ga4_channels_daily/fr.csv")
    assert rows(got["site_daily"], "visited_on", "channel", "sessions", "engaged_sessions", "users") == [
        ("09-01", "Recherche naturelle", 310.0, 200.0, 290.0),
        ("09-02", "Recherche naturelle", 290.0, 180.0, 270.0),
    ]


def test_days_without_channels_are_read():
    got = fixture("ga4_days/free_form.csv")
    assert rows(got["site_daily"], "visited_on", "device", "sessions") == [
        ("09-01", "desktop", 20.0),
        ("09-01", "mobile", 15.0),
        ("09-02", "desktop", 25.0),
    ]


def test_days_of_a_curve_are_counted_from_the_start_over_the_end_of_a_month():
    got = fixture("ga4_overview/snapshot.csv")
    assert rows(got["site_daily"], "visited_on", "sessions") == [
        ("08-30", 180.0),
        ("08-31", 190.0),
        ("09-01", 170.0),
        ("09-02", 175.0),
    ]
    assert got.reading.notes == [
        "the table in line 10 (Nth day, Active users) fits no map and was not read",
        "the table in line 24 (Event name, Event count) fits no map and was not read",
    ]


def test_pages_have_views_and_no_visits():
    made = fixture("ga4_pages/en.csv")["site_daily"]
    assert rows(made, "visited_on", "ends_on", "page", "views", "users") == [
        ("08-01", "08-31", "/", 12000.0, 8000.0),
        ("08-01", "08-31", "/shoes", 3000.0, 2400.0),
    ]
    assert "sessions" not in made and "revenue_excl_vat" not in made


def test_what_follows_a_question_mark_in_a_landing_page_is_taken_off_and_the_rows_are_added_up():
    got = fixture("ga4_landing_pages/en.csv")
    made, lines = added_up(got["site_daily"], pd.Series(got.lines["site_daily"]).to_numpy(), "site_daily")
    assert rows(made, "page", "sessions", "revenue_excl_vat") == [
        ("/", 900.0, 310.5),
        ("/shoes", 100.0, 99.9),
        ("(not set)", 12.0, 0.0),
    ]
    assert list(lines) == [7, 8, 10]


def test_landing_pages_by_day_are_read_by_day():
    made = fixture("ga4_landing_pages_daily/en.csv")["site_daily"]
    assert rows(made, "visited_on", "page", "sessions") == [
        ("09-01", "/", 40.0),
        ("09-01", "/shoes", 5.0),
        ("09-02", "/", 30.0),
    ]


def test_a_country_is_a_market_and_visitors_of_no_country_are_left_out():
    got = fixture("ga4_countries/en.csv")
    assert rows(got["site_daily"], "market", "users", "engaged_sessions", "revenue_excl_vat") == [
        ("FR", 5200.0, 4100.0, 900.25),
        ("BE", 300.0, 250.0, 75.5),
    ]
    assert got.reading.left == {"feeds no table": 1}


def test_countries_that_are_no_market_are_left_out_where_the_company_says_so():
    got = fixture("ga4_countries/en.csv", markets=("FR",), other_markets="leave out")
    assert got["site_daily"]["market"].tolist() == ["FR"]
    assert got.reading.left["of a market that company.toml does not list"] == 1


def test_a_report_by_week_is_refused():
    with pytest.raises(
        DataError,
        match="week.csv: it is by week, month, hour or weekday, and visits are kept by day. Export it again with the dimension Date",
    ):
        fixture("ga4_longer/week.csv")


GA4 = "# Report\n# Property: Acme\n# Start date: 20260901\n# End date: 20260903\n"
CURVE = GA4 + "Nth day,Sessions\n0000,5\n0001,6\n"


def test_a_table_by_week_beside_one_that_is_read_is_only_named(given):
    got = given(CURVE + "\n" + GA4 + "Nth week,Sessions\n0000,11\n")
    assert got["site_daily"]["sessions"].tolist() == [5.0, 6.0]
    assert got.reading.notes == ["the table in line 13 (Nth week, Sessions) fits no map and was not read"]


def test_a_day_past_the_end_of_the_report_is_refused(refusal):
    said = refusal(CURVE + "0003,7\n")
    assert (
        said
        == "x.csv, line 8: day 3 after 2026-09-01 is past 2026-09-03, where the file says it ends. Export it again."
    )


def test_a_curve_whose_title_lines_were_cut_away_is_refused(refusal):
    said = refusal("# Report\nNth day,Sessions\n0000,5\n")
    assert (
        said
        == "x.csv: its days are counted from the first, and no line above the table names that one. Export it again with its title lines."
    )


def test_a_report_whose_period_was_cut_away_is_refused(refusal):
    said = refusal("# Report\nSession primary channel group,Sessions\nDirect,5\n")
    assert (
        said
        == "x.csv: the lines above the table name no period, and visited_on needs one. Export it again with its title lines."
    )


def test_a_table_without_rows_beside_others_is_named(given):
    got = given(
        CURVE + "\n# Start date: 20260901\n# End date: 20260903\nSession primary channel group,Sessions\n"
    )
    assert got.reading.notes == ["the table in line 11 (Session primary channel group, Sessions) has no rows"]


def test_a_report_without_rows_is_refused(refusal):
    assert "the header is there (line 5) but there are no data rows" in refusal(GA4 + "Nth day,Sessions\n")


def test_a_long_table_may_stand_above_another(given):
    pages = "".join(f"/{n},1,1\n" for n in range(600))
    got = given(GA4 + "Page path and screen class,Views,Active users\n" + pages + "\n" + CURVE)
    assert [one.map.id for one in got.readings] == ["ga4_pages", "ga4_overview"]
    assert got["site_daily"]["views"].sum() == 600
    assert got["site_daily"]["sessions"].sum() == 11


def test_a_further_dimension_repeats_rows_and_is_refused(given):
    got = given(
        GA4
        + "Date,Session primary channel group,Browser,Sessions\n20260901,Direct,Firefox,5\n20260901,Direct,Safari,6\n"
    )
    assert got.reading.unused == ["Browser"]
    with pytest.raises(
        DataError, match=r"1 of 2 rows repeats the visited_on \+ ends_on \+ market \+ tool \+ site \+ channel"
    ):
        tables.check(got["site_daily"], "site_daily")


def test_an_unquoted_comma_in_a_page_is_refused_with_its_line(refusal):
    said = refusal(GA4 + "Page path and screen class,Views\n/a,1\n/b,c,2\n")
    assert said.startswith("x.csv, line 7: 3 cells but the header has 2: a comma inside an unquoted name")


# ---- Adobe Workspace ----

ADOBE = '#====\n# Project\n# Report suite: Acme\n"# Date: Sep 1, 2026 - Sep 2, 2026"\n#====\n\n###\n# Freeform table\n###\n'


def test_stacked_tables_with_two_rows_of_heads_are_read_to_the_digit():
    got = fixture("adobe_channels_daily/good.csv", vat="")
    segments, channels = got.readings
    assert [(one.map.id, one.header_line) for one in got.readings] == [
        ("adobe_channels_daily", 11),
        ("adobe_channels", 20),
    ]
    assert rows(got["site_daily"], "visited_on", "ends_on", "channel", "sessions", "purchases") == [
        ("07-01", None, "Google", 630852.0, 639.0),
        ("07-27", "08-02", "Natural Search", 599603.0, 761.0),
    ]
    assert got.lines["site_daily"] == [14, 22]
    assert segments.left == {"summary row": 1, "total row": 1}
    assert segments.named == {"summary row": [13], "total row": [12]}
    assert segments.account_id == "Acme"
    # the download holds the rows that were shown, and its total those that were not as well
    assert controls(segments) == {"Orders": (1954.0, 639.0)}
    assert controls(channels) == {"Orders": (1865.0, 761.0)}
    assert any(
        note.startswith("the rows of the table in line 12 are segments: one visit may be in several")
        for note in segments.notes
    )
    assert any(
        note.startswith("the columns for 'Mobile Phone' are a part of the visits in line 11")
        for note in segments.notes
    )


def test_rates_are_not_kept():
    got = fixture("adobe_channels_daily/good.csv")
    assert got.readings[1].unused == ["Conversion Rate"]


def test_channels_under_each_day_are_told_by_their_place_and_the_reader_says_so():
    got = fixture("adobe_channels_daily/day_first.csv")
    assert rows(got["site_daily"], "visited_on", "channel", "sessions", "users", "revenue_excl_vat") == [
        ("09-01", "Natural Search", 100.0, 95.0, 300.25),
        ("09-01", "Email", 62.0, 60.0, 100.25),
        ("09-02", "Natural Search", 90.0, 85.0, 201.0),
        ("09-02", "Email", 51.0, 50.0, 100.0),
    ]
    assert got.reading.notes == [
        "its second dimension has no head; Email, Natural Search … are taken for marketing channels"
    ]
    assert controls(got.reading) == {"Orders": (7.0, 7.0), "Revenue": (701.5, 701.5)}


def test_a_breakdown_by_device_stands_for_the_period():
    got = fixture("adobe_channels/devices.csv")
    assert rows(
        got["site_daily"], "ends_on", "channel", "device", "sessions", "purchases", "revenue_excl_vat"
    ) == [
        ("09-30", "Natural Search", "mobile", 4000.0, 70.0, 7000.25),
        ("09-30", "Natural Search", "desktop", 2000.0, 50.0, 5000.25),
        ("09-30", "Paid Search", "mobile", 2500.0, 40.0, 4000.0),
        ("09-30", "Paid Search", "desktop", 1600.0, 50.0, 5012.0),
    ]
    assert all(one.agrees for one in got.reading.controls)


def test_a_french_table_by_day_that_excel_saved_is_read():
    got = fixture("adobe_days/fr.csv")
    assert rows(got["site_daily"], "visited_on", "sessions", "users", "purchases", "revenue_excl_vat") == [
        ("09-01", 150.0, 140.0, 3.0, 300.25),
        ("09-02", 160.0, 150.0, 4.0, 400.5),
        ("09-03", 141.0, 130.0, 2.0, 250.0),
    ]
    assert controls(got.reading) == {"Commandes": (9.0, 9.0), "Recettes": (950.75, 950.75)}


def test_columns_for_devices_are_read_where_there_are_none_for_all_visits(given):
    text = ADOBE + ",Visits,Visits\n,Mobile Phone,Tablet\nDay,30,5\n2026-09-01,10,2\n2026-09-02,20,3\n"
    got = given(text)
    assert rows(got["site_daily"], "visited_on", "device", "sessions") == [
        ("09-01", "mobile", 10.0), ("09-02", "mobile", 20.0), ("09-01", "tablet", 2.0), ("09-02", "tablet", 3.0),
    ]  # fmt: skip
    assert [one.shown for one in got.readings] == ["x.csv, Mobile Phone", "x.csv, Tablet"]


def test_a_table_that_says_less_than_another_of_the_file_is_named_and_not_read(given):
    by_day = ",,Visits,Orders\n,,Visits,Orders\nMarketing Channel,,30,3\nEmail,,30,3\nEmail,2026-09-01,10,1\nEmail,2026-09-02,20,2\n"
    whole = ",Visits\n,Visits\nMarketing Channel,30\nEmail,30\n"
    got = given(ADOBE + by_day + "\n###\n# Freeform table (2)\n###\n" + whole)
    assert rows(got["site_daily"], "visited_on", "sessions", "purchases") == [
        ("09-01", 10.0, 1.0),
        ("09-02", 20.0, 2.0),
    ]
    assert (
        "the table in line 20 (Marketing Channel: Visits) says in less detail what another one does, and was not read"
        in got.reading.notes
    )


@pytest.mark.parametrize(("n", "is_said"), [(399, False), (400, True), (401, False)])
def test_exactly_400_rows_may_be_cut_off(given, n, is_said):
    lines = "".join(f"Channel {at},1,0\n" for at in range(n))
    got = given(ADOBE + f",Visits,Orders\n,Visits,Orders\nMarketing Channel,{n},0\n" + lines)
    assert any("exactly 400 rows below the total in line 12" in note for note in got.reading.notes) == is_said
    assert len(got["site_daily"]) == n


def test_more_values_under_a_day_than_there_can_be_channels_are_no_channels(refusal):
    body = "".join(f"2026-09-01,/page/{at},1\n" for at in range(26))
    said = refusal(ADOBE + ",,Visits\n,,Visits\nDay,,26\n2026-09-01,,26\n" + body)
    assert said == (
        "x.csv, line 14: the breakdown '/page/0' … is neither days, devices nor marketing channels, and its dimension has no head. "
        "Put that dimension first in the table, or leave it out."
    )


def test_a_row_with_a_cell_too_many_is_refused_with_its_line(refusal):
    said = refusal(ADOBE + ",Visits,Orders\n,Visits,Orders\nDay,30,3\n2026-09-01,10,1\n2026-09-02,20,2,9\n")
    assert (
        said
        == "x.csv, line 14: 4 cells but the heads have 3: a comma inside an unquoted name, or a file cut off? Export it again."
    )
