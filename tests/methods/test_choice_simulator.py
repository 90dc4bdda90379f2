"""The share simulator: by hand, at the limits, on a known truth, with bad input."""

import math
import runpy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import choice
from helpers.methods import choice_simulator as simulator

worlds = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "choice_worlds.py")))
SCENARIO = pd.DataFrame(
    {
        "offer": ["ours", "theirs", "cheap"],
        "brand": ["own", "large", "small"],
        "bottle": ["glass", "plastic", "plastic"],
        "price": [119, 119, 79],
    }
)
NEW = pd.DataFrame({"offer": ["new"], "brand": ["own"], "bottle": ["plastic"], "price": [99]})


def fitted(seed=1, **options):
    data = choice.coded(worlds.study(seed, **options), references={"brand": "own", "bottle": "plastic"})
    return data, choice.fit(data)


def planted(data, made, **truth):
    """The fit with the true worths in place of the estimates, and next to no error."""
    b = {**worlds.TRUTH, **truth}
    values = np.array([b[name] for name in made.names])
    return replace(made, coefficients=values, covariance=1e-12 * np.eye(len(values)))


def true_shares():
    b = worlds.TRUTH
    u = np.array([b["bottle: glass"] + 119 * b["price"], b["brand: large"] + 119 * b["price"],
                  b["brand: small"] + 79 * b["price"], b["none"]])  # fmt: skip
    return np.exp(u) / np.exp(u).sum()


def test_shares_are_those_of_the_logit_by_hand_with_and_without_none():
    data, made = fitted()
    table = simulator.shares(planted(data, made), data, SCENARIO)
    truth = true_shares()
    assert list(table["offer"]) == ["ours", "theirs", "cheap", "none"]
    assert table["value"].to_numpy() == pytest.approx(truth)
    assert table["among_value"].to_numpy()[:3] == pytest.approx(truth[:3] / truth[:3].sum())
    assert math.isnan(table["among_value"].iloc[3]) and set(table["reason"]) == {""}
    assert table["low"].to_numpy() == pytest.approx(truth, abs=1e-4)


def test_a_study_without_none_has_no_none():
    data, made = fitted(none=False)
    table = simulator.shares(made, data, SCENARIO)
    assert list(table["offer"]) == ["ours", "theirs", "cheap"]
    assert table["value"].sum() == pytest.approx(1) and (table["value"] == table["among_value"]).all()


def test_one_offer_alone_has_every_choice():
    data, made = fitted(none=False)
    table = simulator.shares(made, data, SCENARIO.head(1))
    assert table[["value", "low", "high"]].to_numpy().tolist() == [[1.0, 1.0, 1.0]]


def test_a_new_offer_draws_by_size_by_hand():
    data, made = fitted()
    found = simulator.source(planted(data, made), data, SCENARIO, NEW)
    b, before = worlds.TRUTH, true_shares()
    u = np.exp([b["bottle: glass"] + 119 * b["price"], b["brand: large"] + 119 * b["price"],
                b["brand: small"] + 79 * b["price"], b["none"], 99 * b["price"]])  # fmt: skip
    share = u[-1] / u.sum()
    assert found.share.value == pytest.approx(share)
    assert found.table["lost"].to_numpy() == pytest.approx(before * share)
    assert found.table["value"].to_numpy() == pytest.approx(before)
    assert found.table["index"].to_numpy() == pytest.approx(1.0)
    assert found.table["value"].sum() == pytest.approx(1.0)
    assert found.guards[-1].startswith("one set of tastes for everybody")


def test_tastes_that_differ_draw_from_offers_that_are_alike():
    """Where some love glass and some hate it, a new glass bottle takes more from the glass one than its size says."""
    data, made = fitted()
    b = planted(data, made)
    size = len(b.names) + 1
    mixed = choice.Mixed(
        **b.__dict__,
        varying=("bottle: glass",),
        deviations=np.array([3.0]),
        spread=1e-12 * np.eye(size),
        n_draws=1000,
    )
    found = simulator.source(mixed, data, SCENARIO, NEW.assign(bottle="glass"), draws=10)
    index = found.table.set_index("offer")["index"]
    assert index["ours"] > 1.3 and index["theirs"] < 0.8
    assert not [one for one in found.guards if one.startswith("one set of tastes")]
    assert found.table["value"].sum() == pytest.approx(1.0)


def test_the_elasticity_is_the_textbook_formula_by_hand():
    data, made = fitted()
    one, why = simulator.elasticity(planted(data, made), data, SCENARIO, offer="ours")
    assert why == "" and one.value == pytest.approx(-0.02 * 119 * (1 - true_shares()[0]), rel=1e-5)
    real, _ = simulator.elasticity(made, data, SCENARIO, offer="ours")
    assert real.low < real.value < real.high < 0


def test_margin_over_price_by_hand_and_its_best_price():
    """Share s at 119, of which 119 / 1.2 - 40 is margin; the best price is where d margin / d price is 0 among those tried."""
    data, made = fitted()
    fit = planted(data, made)
    curve = simulator.price_curve(
        fit, data, SCENARIO, offer="ours", unit_cost=40.0, vat_rate=0.2, prices=[99, 119, 139]
    )
    one = curve.table.iloc[1]
    assert one["share"] == pytest.approx(true_shares()[0])
    assert one["revenue"] == pytest.approx(100 * true_shares()[0] * 119 / 1.2)
    assert one["margin"] == pytest.approx(100 * true_shares()[0] * (119 / 1.2 - 40))
    assert curve.best.value == curve.table["price"][curve.table["margin"].idxmax()]
    whole = simulator.price_curve(made, data, SCENARIO, offer="ours", unit_cost=40.0)
    assert len(whole.table) == 21 and whole.table["price"].iloc[[0, -1]].tolist() == [79, 159]
    assert (whole.table["margin_low"] <= whole.table["margin"]).all() and 0 <= whole.at_end <= 1
    assert whole.table["share"].is_monotonic_decreasing


def test_a_price_below_the_cost_has_a_loss_whose_bounds_are_in_order():
    data, made = fitted()
    table = simulator.price_curve(made, data, SCENARIO, offer="ours", unit_cost=100.0, prices=[79, 159]).table
    assert table["margin"].iloc[0] < 0 and (table["margin_low"] <= table["margin_high"]).all()


def test_hits_beat_chance_on_people_left_out_and_do_not_where_choices_are_chance():
    data, _ = fitted(people=200)
    hits = simulator.hit_rate(data, seed=1)
    assert hits.chance == pytest.approx(0.25) and hits.n_tasks == 1600
    assert hits.share.low > 0.4 and hits.share.low < hits.share.value < hits.share.high
    nothing = choice.coded(worlds.study(2, people=200, truth=dict.fromkeys(worlds.TRUTH, 0.0)))
    hits = simulator.hit_rate(nothing, seed=1)
    assert hits.share.low < 0.27 and hits.share.value < 0.3


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    brand=st.sampled_from(["own", "large", "small"]),
    factor=st.floats(0.01, 100.0),
)
def test_references_order_and_the_unit_of_the_price_change_no_share(seed, brand, factor):
    rows = worlds.study(seed, people=40, tasks=6)
    first = choice.coded(rows)
    price = rows["attribute"] == "price"
    level = np.where(
        price, (pd.to_numeric(rows["level"], errors="coerce") * factor).astype(str), rows["level"]
    )
    other = choice.coded(rows.assign(level=level).sample(frac=1, random_state=1), references={"brand": brand})
    one = simulator.shares(choice.fit(first), first, SCENARIO, draws=10)
    two = simulator.shares(
        choice.fit(other), other, SCENARIO.assign(price=SCENARIO["price"] * factor), draws=10
    )
    assert two["value"].to_numpy() == pytest.approx(one["value"].to_numpy(), abs=1e-7)


def test_true_shares_lie_in_their_intervals_over_seeds():
    held = np.zeros(4)
    for seed in range(20):
        data, made = fitted(seed)
        table = simulator.shares(made, data, SCENARIO, draws=500, seed=seed)
        held += (table["low"] <= true_shares()) & (true_shares() <= table["high"])
    assert held.min() >= 14, held


def test_the_seed_is_all_the_chance():
    data, made = fitted()
    one, two, three = (simulator.shares(made, data, SCENARIO, seed=seed)["low"] for seed in (1, 1, 2))
    assert one.equals(two) and not one.equals(three)


def test_few_people_have_no_shares_and_the_number_that_is_needed():
    data, made = fitted(people=20)
    table = simulator.shares(made, data, SCENARIO)
    assert table[["value", "low", "high", "among_value"]].isna().all(axis=None)
    assert set(table["reason"]) == {"only 20 people answered, need n = 30"}
    found = simulator.source(made, data, SCENARIO, NEW)
    assert found.guards[0].startswith("cannot tell: only 20 people") and math.isnan(found.share.value)
    one, why = simulator.elasticity(made, data, SCENARIO, offer="ours")
    assert math.isnan(one.value) and "20 people" in why
    curve = simulator.price_curve(made, data, SCENARIO, offer="ours", unit_cost=40.0)
    assert curve.table.empty and "20 people" in curve.reason and math.isnan(curve.best.value)


def test_a_brand_that_nobody_chose_leaves_no_share():
    data, made = fitted(5, truth={"brand: small": -60.0})
    table = simulator.shares(made, data, SCENARIO)
    assert table["value"].isna().all() and set(table["reason"]) == {"the worth of brand small cannot be told"}


@pytest.mark.parametrize(("change", "says"), [
    ({"brand": "other"}, 'brand "other" was shown to nobody. Use own, large, small'),
    ({"price": "dear"}, "a price is missing or no number"),
    ({"offer": "same"}, "each offer needs a name of its own"),
    ({"offer": ["a", "b", "none"]}, "each offer needs a name of its own"),
])  # fmt: skip
def test_an_impossible_scenario_is_refused(change, says):
    data, made = fitted()
    with pytest.raises(DataError, match=says):
        simulator.shares(made, data, SCENARIO.assign(**change))


def test_a_scenario_without_a_column_or_an_offer_is_refused():
    data, made = fitted()
    with pytest.raises(DataError, match="column bottle is missing"):
        simulator.shares(made, data, SCENARIO.drop(columns="bottle"))
    with pytest.raises(DataError, match="there is no offer"):
        simulator.shares(made, data, SCENARIO.iloc[:0])
    with pytest.raises(DataError, match="Add one at a time"):
        simulator.source(made, data, SCENARIO, SCENARIO)
    with pytest.raises(DataError, match="is there before"):
        simulator.source(made, data, SCENARIO, NEW.assign(offer="ours"))
    with pytest.raises(ValueError, match="Use ours, theirs, cheap"):
        simulator.elasticity(made, data, SCENARIO, offer="mine")
    with pytest.raises(ValueError, match="must not be negative"):
        simulator.price_curve(made, data, SCENARIO, offer="ours", unit_cost=-1)
    with pytest.raises(ValueError, match="folds must be between"):
        simulator.hit_rate(data, folds=1)


def test_a_price_that_nobody_saw_is_said():
    data, _ = fitted()
    _, guards = simulator.encoded(data, SCENARIO.assign(price=200))
    assert guards == ["a price lies outside those that people saw"]
