"""What a map can say of months and periods, of heads by pattern, of columns that are melted, and of what stands beside records."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.errors import DataError
from helpers.ingest import merging
from helpers.sources import dates, parsing
from helpers.sources.layouts import json as records

MONTHLY = """
name = "Sales by month"
system = "panel"
source = "made up"
vat = "incl"
[columns.month]
names = ["Month"]
type = "month"
required = true
[columns.brand]
names = ["Brand"]
type = "text"
required = true
[columns.value]
like = '(?i)^sales'
type = "money"
required = true
[[tables]]
table = "market_sales"
[tables.columns]
month = "month"
brand = "brand"
sales_value = "value"
source = { value = "panel" }
"""
ANSWERS = """
name = "Answers"
system = "survey"
source = "made up"
[columns.day]
names = ["Day"]
type = "date"
required = true
[columns.who]
names = ["Who"]
type = "person"
space = "respondent"
required = true
[columns.score]
like = '^(?P<key>Q\\d+)$'
type = "decimal"
within = ["0", "10"]
required = true
instead = ["why"]
[columns.why]
like = '^(?P<key>q\\d+) why$'
type = "verbatim"
[[tables]]
table = "surveys"
when = ["score", "why"]
[tables.columns]
survey_id = { value = "s" }
survey_type = { value = "other" }
respondent_id = { person = ["who"] }
answered_on = "day"
question = { first = ["score_key", "why_key"] }
score = "score"
verbatim = "why"
"""


@pytest.mark.parametrize(
    "text",
    ["2026-09", "09/2026", "202609", "2026M09", "sept. 2026", "September 2026", "Sep-26", "2026-09-01", "30/09/2026", "1 septembre 2026"],
)  # fmt: skip
def test_a_month_is_read_however_it_is_written(text):
    assert dates.month(text, "dmy") == date(2026, 9, 1)


@pytest.mark.parametrize("text", ["2026", "2026-13", "15/09/2026", "Sep 26", "T3 2026", "soon"])
def test_what_is_no_month_is_none(text):
    assert dates.month(text, "dmy") is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-09-12", (9, 12), (9, 12)),
        ("2026-02", (2, 1), (2, 28)),
        ("T3 2026", (7, 1), (9, 30)),
        ("2026-Q4", (10, 1), (12, 31)),
        ("S1 2026", (1, 1), (6, 30)),
        ("2026", (1, 1), (12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(text, first, last):
    assert dates.period(text, "dmy") == (date(2026, *first), date(2026, *last))


def test_a_financial_year_is_no_period_as_nobody_says_when_it_begins():
    assert dates.period("FY2026") is None


def test_first_days_of_months_prove_that_the_day_stands_first(ads):
    got = ads("Month;Brand;Sales\n01/08/2026;own;1,50\n01/09/2026;own;2\n", toml=MONTHLY)
    assert got["market_sales"]["month"].tolist() == [pd.Timestamp(2026, 8, 1), pd.Timestamp(2026, 9, 1)]
    got = ads("Month,Brand,Sales\n08/01/2026,own,1.50\n09/01/2026,own,2\n", toml=MONTHLY)
    assert got["market_sales"]["month"].tolist() == [pd.Timestamp(2026, 8, 1), pd.Timestamp(2026, 9, 1)]


def test_a_day_within_a_month_is_no_month(ads):
    with pytest.raises(
        DataError, match=r"x.csv, line 3: '2026-09-14' in 'Month' is no month. Give months as 2026-09"
    ):
        ads("Month,Brand,Sales\n2026-08,own,1\n2026-09-14,own,2\n", toml=MONTHLY)


def test_a_total_row_under_months_is_left_out_and_held_against_them(ads):
    got = ads("Month,Brand,Sales\n2026-08,Total,1.5\n2026-09,own,2\nTotal,,3.5\n", toml=MONTHLY)
    assert got["market_sales"]["brand"].tolist() == [
        "Total",
        "own",
    ]  # a brand of that name stands beside a month
    assert got.reading.controls[0].agrees


def test_a_head_that_no_name_fits_is_found_by_its_pattern(ads):
    got = ads("Month,Brand,Sales of this year (EUR)\n2026-08,own,1.5\n", toml=MONTHLY)
    assert got["market_sales"]["sales_value"].tolist() == [1.5]
    assert got.reading.currency == "EUR"


def test_columns_that_are_melted_alike_stand_in_one_row(ads):
    got = ads("Day,Who,Q1,Q1 why,Q2,q2 WHY\n2026-09-01,a,3,slow,,\n2026-09-01,b,,,9,\n2026-09-02,c,,,,\n", toml=ANSWERS.replace("^(?P<key>q", "(?i)^(?P<key>q"))  # fmt: skip
    made = got["surveys"]
    assert made[["question", "score"]].values.tolist() == [["Q1", 3.0], ["Q2", 9.0]]
    assert made["verbatim"].tolist()[0] == "slow"
    assert got.lines["surveys"] == [2, 3]
    assert got.reading.left == {"feeds no table": 1}


def test_either_of_two_columns_may_stand_for_a_required_one(ads):
    toml = ANSWERS.replace("^(?P<key>q", "(?i)^(?P<key>q")
    assert ads("Day,Who,Q1 why\n2026-09-01,a,slow\n", toml=toml)["surveys"]["verbatim"].tolist() == ["slow"]
    with pytest.raises(DataError, match="which lacks score"):
        ads("Day,Who,Other\n2026-09-01,a,slow\n", toml=toml)


def test_a_number_beyond_the_limits_of_its_column_is_refused(ads):
    with pytest.raises(DataError, match=r"x.csv, line 2: '85' in 'Q1' is not between 0 and 10."):
        ads("Day,Who,Q1\n2026-09-01,a,85\n", toml=ANSWERS)


@pytest.mark.parametrize("limits", ['["0"]', '["0", "ten"]'])
def test_limits_of_a_column_are_two_numbers(limits):
    with pytest.raises(
        DataError, match=r"\[columns.score\]: within is for a number and names the least and the most"
    ):
        parsing.of_text(ANSWERS.replace('["0", "10"]', limits), "x", "maps/x.toml")


def test_a_map_of_tables_reads_parquet_too_even_with_two_columns_of_one_name(tmp_path, ads):
    path = tmp_path / "w.parquet"
    names = ["Month", "Brand", "Sales", "again", "again"]
    columns = [["2026-08-01"], ["own"], [12.5], [1], [2]]
    pq.write_table(pa.Table.from_arrays([pa.array(one) for one in columns], names=names), path)
    got = ads(path.read_bytes(), name="x.parquet", toml=MONTHLY)
    assert got["market_sales"]["sales_value"].tolist() == [12.5]
    assert got.reading.unused == ["again", "again"]


def test_a_value_beside_the_records_of_a_page_or_above_the_pages_is_put_with_each():
    page = {"metadata": {"currencyCode": "EUR"}, "rows": [{"a": 1}, {"a": 2}]}
    pull = {"pull": "x", "settings": {"account_id": "77"}, "pages": [page, {"rows": [{"a": 3}]}]}
    beside = ("/metadata.currencyCode", "/settings.account_id")
    assert list(records._records(pull, "rows[]", beside)) == [
        {"a": 1, "/metadata.currencyCode": "EUR", "/settings.account_id": "77"},
        {"a": 2, "/metadata.currencyCode": "EUR", "/settings.account_id": "77"},
        {"a": 3, "/settings.account_id": "77"},
    ]


def test_a_year_a_month_and_a_day_make_a_day():
    assert records.flat({"start": {"year": 2026, "month": 9, "day": 1}}) == {"start": "2026-09-01"}


def test_batches_of_a_pull_that_hold_nothing_are_an_empty_pull(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"pull": "x", "pages": [[{"requestId": "r"}], []]}))
    assert records.is_empty_pull(path)
    path.write_text(json.dumps({"pull": "x", "pages": [[{"results": [{"a": 1}]}]]}))
    assert not records.is_empty_pull(path)


def test_a_map_whose_files_may_be_empty_reads_one_without_rows(ads):
    assert (
        ads("Month,Brand,Sales\n", toml=MONTHLY.replace("vat =", "may_be_empty = true\nvat =")).tables == {}
    )
    with pytest.raises(DataError, match="there are no data rows"):
        ads("Month,Brand,Sales\n", toml=MONTHLY)


VERSIONS = """
name = "Versions of campaigns"
system = "ads"
source = "made up"
without = ["Day"]
[columns.id]
names = ["ID"]
type = "id"
required = true
[columns.name]
names = ["Name"]
type = "text"
required = true
[columns.starts]
names = ["Starts"]
type = "date"
required = true
[columns.changed]
names = ["Changed"]
type = "date"
[[tables]]
table = "campaigns"
latest = "changed"
[tables.columns]
campaign_id = "id"
name = "name"
starts_on = "starts"
"""


def test_of_several_versions_the_latest_comes_first_and_one_without_a_day_last(ads):
    got = ads(
        "ID,Name,Starts,Changed\n1,old,2026-01-01,2026-01-05\n1,new,2026-01-01,2026-03-05\n1,bare,2026-01-01,\n",
        toml=VERSIONS,
    )
    frame, lines = merging.first_of_each(got["campaigns"], np.array(got.lines["campaigns"]), "campaigns")
    assert (frame["name"].tolist(), lines.tolist()) == (["new"], [3])


def test_the_column_of_versions_must_exist():
    with pytest.raises(DataError, match=r"\[\[tables\]\] 1: there is no \[columns.changd\]"):
        parsing.of_text(VERSIONS.replace('latest = "changed"', 'latest = "changd"'), "x", "maps/x.toml")


def test_a_file_with_a_head_that_the_export_never_has_is_another_export(ads):
    with pytest.raises(DataError, match="x.csv"):
        ads("Day,ID,Name,Starts\n2026-01-01,1,a,2026-01-01\n", toml=VERSIONS)
