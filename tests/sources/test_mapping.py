"""A map is held strictly: whoever writes one is told the key, the value and what is allowed."""

import pytest
import reader

from helpers import tables
from helpers.errors import DataError, UsageError
from helpers.sources import parsing

OWN = parsing.own_maps()


@pytest.mark.parametrize("name", OWN)
def test_every_map_of_the_project_says_where_it_comes_from_and_keeps_to_the_contracts(name):
    one = OWN[name]
    assert name.startswith(("fivetran_", one.system))
    assert len(one.source) > 20
    for output in one.tables:
        contract = tables.contract(output.table)
        given = {"market", "currency", contract.snapshot or ""}
        lacking = [
            c.name
            for c in contract.columns
            if c.required and c.name not in output.columns and c.name not in given
        ]
        assert lacking == []


@pytest.mark.parametrize("name", OWN)
def test_every_map_of_the_project_says_verified_in_its_own_text(name):
    text = (parsing.OWN / f"{name}.toml").read_text(encoding="utf-8")
    assert text.count("\nverified = ") == 1
    assert "vat = " in text or not any(one.type == "money" for one in OWN[name].columns.values())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("vat =", "vta ="), 'maps/x.toml: "vta" is not a key of a map. Did you mean vat'),
        (('system = "ads"\n', ""), "maps/x.toml: system is missing. Add system = …"),
        (
            ('vat = "excl"', 'vat = "gross"'),
            "maps/x.toml: vat = \"gross\" is unknown. Use one of 'incl', 'excl', 'unknown'.",
        ),
        (("verified = false", 'verified = "no"'), "maps/x.toml: verified = 'no' is not true or false."),
        (
            ('type = "money"', 'type = "cash"'),
            'maps/x.toml, [columns.cost]: type "cash" is unknown. Use one of text, id, int',
        ),
        (
            ('key_column = "campaign"', 'key_column = "campain"'),
            "maps/x.toml: key_column names no column of this map. Did you mean campaign",
        ),
        (
            ('table = "media_spend"', 'table = "media_spent"'),
            'maps/x.toml, [[tables]] 1: "media_spent" is not a table of the workbook. Did you mean media_spend',
        ),
        (
            ('spend = "cost"', 'spent = "cost"'),
            "maps/x.toml, [[tables]] 1, spent: media_spend has no such column. Did you mean spend",
        ),
        (
            ('spend = "cost"', 'spend = "costs"'),
            "maps/x.toml, [[tables]] 1, spend: there is no [columns.costs] in this map. Did you mean cost",
        ),
        (
            ('spend = "cost"', 'spend = { sum = ["cost"] }'),
            "spend: an expression has exactly one of value, first",
        ),
        (
            ('when = "cost"', 'when = "coast"'),
            "maps/x.toml, [[tables]] 1: there is no [columns.coast] in this map.",
        ),
        (('names = ["Clicks", "Clics"]', "names = []"), "maps/x.toml, [columns.clicks]: no head is named."),
        (
            ('names = ["Clicks", "Clics"]', 'names = ["Cost"]'),
            'maps/x.toml: the head "cost" is named by cost and clicks. Keep one.',
        ),
        (
            ("required = true", "required = false"),
            "maps/x.toml: no column is required, so every file would fit.",
        ),
        (('name = "Ads report"', "name = "), "maps/x.toml: not valid TOML"),
    ],
)
def test_a_wrong_map_is_refused_with_key_and_remedy(change, said):
    text = reader.ADS.replace(*change)
    assert text != reader.ADS
    with pytest.raises(DataError) as caught:
        parsing.of_text(text, "x", "maps/x.toml")
    assert said in str(caught.value)


def test_an_unknown_map_is_a_usage_error_that_names_the_nearest():
    with pytest.raises(
        UsageError, match='map: "google_ads_campaign" does not exist. Did you mean google_ads_campaigns'
    ):
        parsing.find("google_ads_campaign", OWN)


def test_a_company_s_map_wins_over_ours_of_the_same_name(tmp_path):
    (tmp_path / "maps").mkdir()
    (tmp_path / "maps" / "google_ads_campaigns.toml").write_text(reader.ADS)
    (tmp_path / "maps" / "mine.toml").write_text(reader.ADS)
    found = parsing.all_maps(tmp_path)
    assert found["google_ads_campaigns"].name == "Ads report"
    assert set(found) == {*OWN, "mine"}
