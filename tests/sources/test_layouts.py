"""Shapes that are no table of text: JSON of an API or of lines, Parquet of a warehouse."""

import json

import pandas as pd
import pytest
import reader

from helpers.errors import DataError
from helpers.sources.layouts import json as layout

JSON = reader.ADS.replace('vat = "excl"', 'vat = "excl"\nlayout = "json"\npath = "data[]"').replace(
    '"Day", "Jour"', '"date_start"').replace('"Campaign", "Campagne"', '"campaign.name"').replace('"Campaign ID"', '"campaign.id"').replace(
    '"Currency code"', '"account_currency"').replace('"Cost", "Coût"', '"spend"').replace('names = ["Clicks", "Clics"]', 'names = ["clicks"]\nabsent = "0"')  # fmt: skip
DAY = {
    "date_start": "2026-09-01",
    "campaign": {"name": "A", "id": "7"},
    "account_currency": "EUR",
    "spend": "12.50",
    "clicks": "3",
}
NEXT = {**DAY, "date_start": "2026-09-02", "spend": "1"}


def test_pages_that_a_pull_saved_are_read_one_after_the_other(ads):
    saved = {"pull": "ads", "pages": [{"data": [DAY], "paging": {}}, {"data": [NEXT]}]}
    got = ads(json.dumps(saved), name="x.json", toml=JSON)
    assert got["media_spend"]["spend"].tolist() == [12.5, 1.0]
    assert got["media_spend"]["campaign_id"].tolist() == ["7", "7"]
    assert got.lines["media_spend"] == [1, 2]


def test_what_an_api_leaves_out_is_what_the_map_says(ads):
    bare = {key: value for key, value in DAY.items() if key != "clicks"}
    assert ads(json.dumps({"data": [bare]}), name="x.json", toml=JSON)["media_spend"]["clicks"].tolist() == [
        0.0
    ]


def test_lines_of_json_are_read_and_a_broken_one_is_named(ads):
    lines = JSON.replace('path = "data[]"', "")
    got = ads("\n".join(map(json.dumps, (DAY, NEXT))), name="x.jsonl", toml=lines)
    assert got["media_spend"]["spend"].sum() == 13.5
    with pytest.raises(DataError, match=r"x.jsonl, line 2: not valid JSON"):
        ads(json.dumps(DAY) + "\n{broken\n", name="x.jsonl", toml=lines)


def test_values_that_stand_apart_from_their_names_are_put_together():
    page = {
        "dimensionHeaders": [{"name": "date"}],
        "metricHeaders": [{"name": "sessions"}],
        "rows": [{"dimensionValues": [{"value": "20260901"}], "metricValues": [{"value": "5"}]}],
    }
    assert list(layout._records(page, "rows[]")) == [{"date": "20260901", "sessions": "5"}]


def test_lists_of_objects_are_headed_by_what_these_call_themselves():
    assert layout.flat({"actions": [{"action_type": "purchase", "value": "2", "7d_click": "1"}]}) == {
        "actions[purchase].value": "2",
        "actions[purchase].7d_click": "1",
    }


def test_parquet_of_a_warehouse_is_read_with_its_types(tmp_path, ads):
    toml = reader.ADS.replace('vat = "excl"', 'vat = "excl"\nlayout = "parquet"').replace(
        'type = "money"', 'type = "money"\nmicros = true'
    )
    frame = pd.DataFrame(
        {
            "Day": pd.to_datetime(["2026-09-01", "2026-09-02"]),
            "Campaign": ["A", None],
            "Currency code": "EUR",
            "Cost": [12_500_000, 1],
            "Clicks": [3, 4],
        }
    )
    frame["Day"] = frame["Day"].dt.date
    path = tmp_path / "w.parquet"
    frame.assign(Campaign=["A", "B"]).to_parquet(path)
    got = ads(path.read_bytes(), name="x.parquet", toml=toml)
    assert got["media_spend"]["spend"].tolist() == [12.5, 0.000001]
    assert got["media_spend"]["clicks"].tolist() == [3.0, 4.0]
    assert got.lines["media_spend"] == [1, 2]
