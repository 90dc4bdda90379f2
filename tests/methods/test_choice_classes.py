"""Classes of people with tastes of their own: by hand, beside one set of tastes, on a known truth, and what is refused."""

import math
import runpy
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods import choice, choice_classes, choice_panel
from helpers.methods import choice_simulator as simulator
from helpers.methods.choice_classes_search import problem_of

worlds = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "choice_worlds.py")))
FIRST, SECOND = {"price": -0.012, "none": -1.0}, {"price": -0.05, "none": -4.5}
SCENARIO = pd.DataFrame(
    {"brand": ["own", "large", "small"], "bottle": ["glass", "plastic", "plastic"], "price": [139, 119, 79]},
    index=["ours", "theirs", "cheap"],
)


def study(seed, **options):
    rows = worlds.study(seed, **{"people": 400, "tasks": 10, "truth": FIRST, "others": SECOND, **options})
    return choice.coded(rows, references={"brand": "own", "bottle": "plastic"})


def true_shares(data):
    x, _ = simulator.encoded(data, SCENARIO)
    made = []
    for own in (FIRST, SECOND):
        u = x.to_numpy() @ np.array([{**worlds.TRUTH, **own}[name] for name in x.columns])
        made.append(np.exp(u) / np.exp(u).sum())
    return 0.6 * made[0] + 0.4 * made[1]


@pytest.fixture(scope="module")
def fitted():
    data = study(1)
    return data, choice_classes.fit_classes(data, seed=1)


def test_the_likelihood_is_the_mean_over_classes_of_all_that_a_person_chose_by_hand():
    """One task of two: with worths ln 3 and 0 and even sizes, 3/4 and 1/2 for the glass: ln .625; twice the same: ln of .40625."""
    glass, plastic = {"bottle": "glass"}, {"bottle": "plastic"}
    rows = worlds.pairs([(1, glass, plastic), (2, glass, plastic), (2, glass, plastic)])
    data = choice.coded(rows, references={"bottle": "plastic"})
    problem = problem_of(data, 2, [0])
    at = np.array([math.log(3) * problem.scale[0], 0.0, 0.0])
    assert problem.loss(at)[0] == pytest.approx(-math.log(0.625) - math.log((9 / 16 + 1 / 4) / 2))
    _, members = problem.members(at)
    assert members[0] == pytest.approx([0.6, 0.4])
    assert members[1] == pytest.approx([9 / 13, 4 / 13])


def test_the_slope_of_the_likelihood_is_that_of_small_steps_and_of_the_people_added_up():
    data = study(2, people=40)
    at_columns = [list(data.design.columns).index(name) for name in ("price", "none")]
    problem = problem_of(data, 3, at_columns)
    at = np.random.default_rng(1).normal(0, 0.5, problem.expand.shape[1])
    slope = problem.loss(at)[1]
    steps = 1e-6 * np.eye(len(at))
    numbers = [(problem.loss(at + one)[0] - problem.loss(at - one)[0]) / 2e-6 for one in steps]
    assert slope == pytest.approx(np.array(numbers), abs=1e-5)
    assert problem.scores(at).sum(axis=0) == pytest.approx(-slope, abs=1e-9)


def test_planted_classes_are_found(fitted):
    data, made = fitted
    assert made.told and made.reached >= 8 and made.sizes.sum() == pytest.approx(1)
    sizes, worths = made.draw(draws=2000, seed=1)
    error = sizes[1:].std(axis=0)[0]
    assert abs(made.sizes[0] - 0.6) < 3 * error
    at = made.names.index("price")
    for kind, truth in enumerate((-0.012, -0.05)):
        assert abs(made.worths[kind, at] - truth) < 3 * worths[1:, kind, at].std()
    glass = made.names.index("bottle: glass")
    assert made.worths[0, glass] == pytest.approx(made.worths[1, glass]), "only the price and none differ"
    assert made.loglik > choice.fit(data).loglik + 20
    assert made.members.shape == (400, 2) and made.members.sum(axis=1) == pytest.approx(1.0)


def test_true_shares_lie_in_the_intervals_of_classes_and_not_in_those_of_one_set_of_tastes():
    held, plain = np.zeros(4), np.zeros(4)
    for seed in range(20):
        data = study(seed)
        truth = true_shares(data)
        for count, made in ((held, choice_classes.fit_classes(data, starts=4)), (plain, choice.fit(data))):
            table = simulator.shares(made, data, SCENARIO, draws=500, seed=seed)
            count += (table["low"] <= truth) & (truth <= table["high"])
    assert held.min() >= 14, held
    assert plain.min() < 14, "else classes would not be needed"


def test_an_offer_draws_more_from_those_that_please_the_same_people(fitted):
    """A cheap newcomer takes more from the cheap offer than its size says, and less from none."""
    data, made = fitted
    new = pd.DataFrame({"brand": ["small"], "bottle": ["plastic"], "price": [79]}, index=["new"])
    found = simulator.source(made, data, SCENARIO, new, draws=300)
    index = found.table.set_index("offer")["index"]
    assert index["cheap"] > 1.05 and index["ours"] < 0.95 and found.guards == ()


def test_the_table_of_classes_says_size_and_money(fitted):
    data, made = fitted
    table = choice_classes.class_table(made, data)
    sizes = table[table["attribute"] == "size"]
    assert sizes["value"].sum() == pytest.approx(1) and (sizes["low"] < sizes["value"]).all()
    glass = table[table["level"] == "glass"].set_index("kind")["value"]
    assert glass[1] > 2 * glass[2] > 0, "who is hurt less by a euro would pay more of them"


def test_bic_takes_one_set_of_tastes_where_there_is_one_and_two_where_there_are_two(fitted):
    data, made = fitted
    assert choice_classes.by_bic(data, most=2, starts=5).bic == pytest.approx(made.bic, abs=0.01)
    alike = choice.coded(worlds.study(3, people=200))
    assert not isinstance(choice_classes.by_bic(alike, most=3, starts=5), choice_classes.Classes)


def test_classes_too_small_or_not_found_twice_are_refused_with_a_reason(fitted):
    _, made = fitted
    few = study(1, people=40)
    small = choice_classes.fit_classes(few, seed=1)
    assert not small.told and small.guards[0].startswith("cannot tell: ")
    table = simulator.shares(small, few, SCENARIO)
    assert table["value"].isna().all() and table["reason"].iloc[0] != ""
    lone = replace(made, guards=("cannot tell: nothing",))
    assert not lone.told


def test_what_cannot_be_fitted_is_refused():
    data = study(1, people=40)
    with pytest.raises(ValueError, match="at least 2"):
        choice_classes.fit_classes(data, classes=1)
    with pytest.raises(ValueError, match='varying: "colour" is no column'):
        choice_classes.fit_classes(data, varying=["colour"])
    nobody = choice.coded(worlds.study(5, truth={"brand: small": -60.0}), references={"brand": "own"})
    with pytest.raises(DataError, match="Leave it out before people are sorted"):
        choice_classes.fit_classes(nobody)


def test_the_panel_of_classes_says_what_the_simulator_says_and_fits_the_page(fitted):
    data, made = fitted
    panel = choice_panel.constants_of(made, data, SCENARIO, own="ours", unit_cost=40.0)
    assert panel["constants"]["kinds"] == 2 and len(panel["draws"]) > 200
    inputs = dict(zip(panel["constants"]["inputs"], panel["constants"]["today"]["options"], strict=True))
    found = choice_panel.scenario({"price": 139.0, **inputs}, **panel)
    wanted = simulator.shares(made, data, SCENARIO)["value"].iloc[0]
    assert found["figures"]["share"][0] == pytest.approx(wanted, rel=1e-3)


def test_the_seed_is_all_the_chance(fitted):
    data, made = fitted
    again = choice_classes.fit_classes(data, seed=1)
    assert again.worths.tolist() == made.worths.tolist()
    other = choice_classes.fit_classes(data, seed=2)
    assert other.sizes == pytest.approx(made.sizes, abs=1e-3)
