"""The what-if model of a price: by hand, beside the simulator, at its cases, and what is refused."""

import json
import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods import choice, choice_panel
from helpers.methods import choice_simulator as simulator

worlds = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "choice_worlds.py")))
SCENARIO = pd.DataFrame(
    {
        "offer": ["ours", "theirs"],
        "brand": ["own", "large"],
        "bottle": ["glass", "plastic"],
        "price": [119, 99],
    }
)
BY_HAND = {
    "inputs": ["attribute_1"], "options": [["level_1", "level_2"]], "columns": [[-1, 0]], "costs": [[0.0, 5.0]],
    "price": 1, "none": 2, "today": {"price": 10.0, "options": ["level_1"]}, "rivals": [[10.0, [0]]],
    "coefficients": [0.5, -0.1, -1.0], "tested": [10.0, 20.0], "prices": [10.0, 20.0], "unit_cost": 4.0, "vat_rate": 0.25,
    "level": 0.9, "kinds": 1, "width": 3,
}  # fmt: skip


def made(seed=1, **options):
    data = choice.coded(worlds.study(seed, **options), references={"brand": "own", "bottle": "plastic"})
    return data, choice.fit(data)


def test_a_share_and_its_margin_by_hand():
    """At 10: utilities -1, -.5 and -1 of ours, the rival and none; of 10 / 1.25 = 8 four are left. At level 2 ours has -.5 and costs 5 more."""
    draws = [[0.5, -0.1, -1.0]] * 3
    today = choice_panel.scenario({"price": 10.0, "attribute_1": "level_1"}, BY_HAND, draws)
    share = math.exp(-1) / (2 * math.exp(-1) + math.exp(-0.5))
    assert today["case"] == "today"
    assert today["figures"]["share"] == pytest.approx([share] * 3)
    assert today["figures"]["margin"] == pytest.approx([100 * share * 4] * 3)
    assert today["figures"]["change"] == [0.0, None, None] and today["figures"]["chance"][0] == math.inf
    assert today["curve"]["mark"] == 0 and today["curve"]["value"][0] == pytest.approx(
        today["curve"]["target"]
    )
    other = choice_panel.scenario({"price": 20.0, "attribute_1": "level_2"}, BY_HAND, draws)
    share = math.exp(-1.5) / (math.exp(-1.5) + math.exp(-0.5) + math.exp(-1))
    assert other["figures"]["revenue"] == pytest.approx([100 * share * 16] * 3)
    assert other["figures"]["margin"] == pytest.approx([100 * share * 7] * 3)
    assert other["case"] == "likely" and other["curve"]["mark"] == 1
    assert choice_panel.scenario({"price": 25.0, "attribute_1": "level_1"}, BY_HAND, draws)["case"] == "beyond"  # fmt: skip


def test_alone_an_offer_has_every_choice():
    alone = {**BY_HAND, "rivals": [], "none": -1}
    found = choice_panel.scenario({"price": 12.0, "attribute_1": "level_1"}, alone, [[0.5, -0.1, -1.0]])
    assert found["figures"]["share"] == [1.0, 1.0, 1.0] and found["case"] == "likely"


def test_classes_of_people_count_by_their_size_by_hand():
    """Half are as before, half do not look at the price: their utilities are 0, .5 and -1."""
    row = [0.5, -0.1, -1.0, 0.5, 0.0, -1.0, 0.5, 0.5]
    two = {**BY_HAND, "kinds": 2, "coefficients": row}
    found = choice_panel.scenario({"price": 10.0, "attribute_1": "level_1"}, two, [row])
    first = math.exp(-1) / (2 * math.exp(-1) + math.exp(-0.5))
    second = 1 / (1 + math.exp(0.5) + math.exp(-1))
    assert found["figures"]["share"] == pytest.approx([(first + second) / 2] * 3)


def test_the_panel_says_what_the_simulator_says():
    data, fit = made()
    panel = choice_panel.constants_of(
        fit, data, SCENARIO, own="ours", unit_cost=40.0, vat_rate=0.2, draws=2000
    )
    inputs = dict(zip(panel["constants"]["inputs"], panel["constants"]["today"]["options"], strict=True))
    found = choice_panel.scenario({"price": 139.0, **inputs}, **panel)
    curve = simulator.price_curve(
        fit, data, SCENARIO, offer="ours", unit_cost=40.0, vat_rate=0.2, prices=[139.0]
    )
    one = curve.table.iloc[0]
    assert found["figures"]["margin"] == pytest.approx(
        [one["margin"], one["margin_low"], one["margin_high"]], rel=1e-3
    )
    assert found["figures"]["share"] == pytest.approx(
        [one["share"], one["share_low"], one["share_high"]], rel=1e-3
    )
    assert len(found["curve"]["x"]) == len(found["curve"]["value"]) == 21


def test_levels_and_their_costs_are_named_in_the_order_of_the_study():
    data, fit = made()
    extra = {"bottle": {"plastic": -6.0}}
    known = choice_panel.constants_of(fit, data, SCENARIO, own="ours", unit_cost=40.0, extra_costs=extra)["constants"]  # fmt: skip
    assert known["attributes"] == ["bottle", "brand"] and known["levels"] == [["plastic", "glass"], ["own", "large", "small"]]  # fmt: skip
    assert known["costs"] == [[-6.0, 0.0], [0.0, 0.0, 0.0]]
    assert known["today"] == {"price": 119.0, "options": ["level_2", "level_1"]}


def test_draws_are_rounded_and_small_enough_for_a_page():
    data, fit = made()
    panel = choice_panel.constants_of(fit, data, SCENARIO, own="ours", unit_cost=40.0)
    size = len(json.dumps(panel["draws"], separators=(",", ":")))
    assert len(panel["draws"]) == 400 and size < 30_000
    assert all(float(f"{value:.5g}") == value for row in panel["draws"] for value in row)


def test_what_cannot_be_told_has_a_reason_and_no_panel():
    data, fit = made(people=20)
    assert "20 people" in choice_panel.refusal(fit, data)
    with pytest.raises(DataError, match="20 people"):
        choice_panel.constants_of(fit, data, SCENARIO, own="ours", unit_cost=40.0)
    data, fit = made()
    assert choice_panel.refusal(fit, data) == ""
    with pytest.raises(DataError, match="no less than the highest price"):
        choice_panel.constants_of(fit, data, SCENARIO, own="ours", unit_cost=140.0, vat_rate=0.2)
    with pytest.raises(ValueError, match="Use ours, theirs"):
        choice_panel.constants_of(fit, data, SCENARIO, own="mine", unit_cost=40.0)
