"""Several tables in one text, and the keys of a map that reports of this kind need."""

import io
import tarfile
from dataclasses import replace

import pytest
import reader

from helpers.errors import DataError
from helpers.sources import layouts, opening, parsing

VISITS = """
name = "Visits report"
system = "toy"
source = "made up"
layout = "blocks"
account_line = '^# Account: (.+)$'
[columns.day]
names = ["Day"]
type = "int"
required = true
[columns.channel]
names = ["Channel"]
type = "text"
blank = "(none)"
[columns.country]
names = ["Country"]
type = "text"
[columns.visits]
names = ["Visits"]
type = "int"
required = true
[[tables]]
table = "site_daily"
[tables.columns]
visited_on = { days_after_start = "day" }
market = { setting = "market", else = { first = ["country"] } }
channel = "channel"
sessions = "visits"
"""
ABOVE = "# Made up\n# Account: Acme, Paris\n# Start date: 2026-09-01\n# End date: 2026-09-30\n"


@pytest.fixture
def given(tmp_path):
    def run(text, *, toml=VISITS, name="x.csv", **settings):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return reader.read(
            path, maps=reader.of(toml, "toy_visits"), settings=replace(reader.SETTINGS, **settings)
        )

    return run


def test_each_table_is_read_and_the_first_lines_hold_for_all(given):
    got = given(ABOVE + "Day,Visits\n0,5\n\n# Another\nDay,Visits\n1,6\n\n\nDay,Visits\n29,7\n")
    assert got["site_daily"]["visited_on"].dt.day.tolist() == [1, 2, 30]
    assert got.lines["site_daily"] == [6, 10, 14]
    assert [one.header_line for one in got.readings] == [5, 9, 13]
    assert {one.account_id for one in got.readings} == {"Acme, Paris"}


def test_lines_that_a_spreadsheet_has_padded_are_comments_and_blanks_all_the_same(given):
    padded = (ABOVE + "Day;Channel;Visits\n0;a;5\n;;\n# Another;;\nDay;Channel;Visits\n1;a;6\n").replace(
        "2026-09-30\n", "2026-09-30;;\n"
    )
    assert given(padded)["site_daily"]["sessions"].tolist() == [5.0, 6.0]


def test_a_text_that_does_not_begin_with_a_comment_is_of_another_layout(given):
    with pytest.raises(DataError, match="no line of it looks like an export that is known"):
        given("Day,Visits\n0,5\n")


def test_a_cell_that_says_nothing_has_the_name_that_the_map_gives_it(given):
    got = given(ABOVE + "Day,Channel,Visits\n0,(not set),5\n0,,6\n")
    assert got["site_daily"]["channel"].tolist() == ["(none)", "(none)"]


def test_what_the_company_says_goes_before_the_column(given):
    text = ABOVE + "Day,Country,Visits\n0,Belgique,5\n"
    assert given(text)["site_daily"]["market"].tolist() == ["FR"]
    assert given(text, market="")["site_daily"]["market"].tolist() == ["BE"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("(.+)$'", ".+$'"), "maps/toy_visits.toml: account_line needs one group, around the account; it has 0."),
        (("'^# Account", "'^[# Account"), "maps/toy_visits.toml: account_line is no regular expression"),
        (('first = ["country"]', 'first = ["land"]'), "market: there is no [columns.land] in this map."),
        (('first = ["country"]', 'add = ["country"]'), "market: else is a text, a number, { setting"),
        (('days_after_start = "day"', 'days_after_start = ["day"]'), "visited_on: days_after_start names one column, as a text."),
    ],
)  # fmt: skip
def test_a_wrong_key_is_refused(change, said):
    text = VISITS.replace(*change)
    assert text != VISITS
    with pytest.raises(DataError) as caught:
        parsing.of_text(text, "toy_visits", "maps/toy_visits.toml")
    assert said in str(caught.value)


def test_a_tar_is_an_archive_packed_or_not(tmp_path):
    for mode, name in (("w", "x.tar"), ("w:gz", "x.tar.gz"), ("w:gz", "x.tgz")):
        with tarfile.open(tmp_path / name, mode) as made:
            about = tarfile.TarInfo("a.csv")
            about.size = 3
            made.addfile(about, io.BytesIO(b"a,b"))
        with opening.opened(tmp_path / name) as (file,):
            assert file.kind == "archive"
    with pytest.raises(DataError, match="x.tar.gz: nothing in it looks like an export that is known"):
        reader.read(tmp_path / "x.tar.gz", maps=reader.of())


def test_a_file_that_stands_for_itself_has_no_companions(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a")
    assert (layouts.main_of(path), layouts.companions(path)) == (None, [])


def test_events_are_no_records_of_json(tmp_path):
    """A large file of them is never held in memory by a map of another layout."""
    path = tmp_path / "events.json"
    path.write_text(
        '{"event_date": "20260901", "event_timestamp": 1, "event_name": "x", "event_params": [], "user_pseudo_id": "1"}\n'
    )
    toml = reader.ADS.replace('vat = "excl"', 'vat = "excl"\nlayout = "json"')
    chosen = reader.of(toml)["ads_report"]
    with opening.opened(path) as found:
        assert layouts.rows_of(found, chosen) == []
