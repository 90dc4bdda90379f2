"""Tastes that differ: what is said without the package, when two numbers of draws disagree, published digits, a known truth."""

import importlib.util
import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError, NotMadeError
from helpers.methods import choice, choice_mixed

worlds = SimpleNamespace(**runpy.run_path(str(Path(__file__).parent / "choice_worlds.py")))
THERE = importlib.util.find_spec("xlogit") is not None
needs_xlogit = pytest.mark.skipif(not THERE, reason="the optional package xlogit is not installed")
PUBLISHED = (-0.97339, -0.20556, 2.07572, 1.47565, -9.05254, -9.10376,
             0.21994, 0.37830, 1.48297, 1.00006, 2.28948, 1.18087)  # fmt: skip
ELECTRICITY = ["pf", "cl", "loc", "wk", "tod", "seas"]


def test_the_distance_is_in_standard_errors_by_hand():
    assert choice_mixed.apart([1.0, 2.0], [1.1, 1.0], [0.2, 4.0]) == pytest.approx(0.5)
    assert choice_mixed.apart([1.0], [1.0], [0.0]) == math.inf
    assert choice_mixed.apart([1.0], [2.0], [math.nan]) == math.inf


def test_fits_that_disagree_are_refused_in_one_sentence():
    assert choice_mixed.verdict(0.2, 500) == ()
    assert choice_mixed.verdict(2.2, 500) == (
        "cannot tell: with 500 and with 1,000 draws the estimates differ by more than a quarter of a standard error; take 4,000 draws",
    )
    assert choice_mixed.verdict(math.inf, 500)[0].startswith("cannot tell: ")
    assert "finds no maximum" in choice_mixed.verdict(0.0, 500, converged=False)[0]


@pytest.mark.skipif(THERE, reason="the optional package xlogit is installed")
def test_without_the_package_one_sentence_says_how_to_install_it():
    assert choice_mixed.missing().endswith("which is not installed: pip install -e .[mxl]")
    with pytest.raises(NotMadeError, match="pip install") as refused:
        choice_mixed.fit_mixed(choice.coded(worlds.study(1)), varying=["price"])
    assert "\n" not in str(refused.value)


@needs_xlogit
def test_an_unknown_column_and_weights_are_refused():
    rows = worlds.study(1)
    with pytest.raises(ValueError, match='varying: "colour" is no column. Use bottle: plastic'):
        choice_mixed.fit_mixed(choice.coded(rows), varying=["colour"])
    weighted = rows.assign(weight=np.where(rows["respondent_id"] < "r0050", 2.0, 1.0))
    with pytest.raises(DataError, match="takes none"):
        choice_mixed.fit_mixed(choice.coded(weighted), varying=["price"])


@needs_xlogit
def test_electricity_has_the_twelve_digits_of_mlogit_and_is_refused_at_a_hundred_draws(test_data):
    wide = pd.read_csv(test_data / "brand" / "mlogit_Electricity.csv")
    parts = [
        wide[[f"{n}{j}" for n in ELECTRICITY]].set_axis(ELECTRICITY, axis=1).assign(
            task=wide.index, person=wide["id"], y=wide["choice"] == j
        ) for j in range(1, 5)
    ]  # fmt: skip
    rows = pd.concat(parts, ignore_index=True)
    given = {"chosen": rows["y"], "task": rows["task"], "person": rows["person"]}
    made = choice_mixed.fit_mixed(rows[ELECTRICITY], varying=ELECTRICITY, draws=50, **given)
    assert np.r_[made.coefficients, made.deviations] == pytest.approx(PUBLISHED, abs=2e-4)
    assert made.n_draws == 100 and not made.told and made.apart > 1


@needs_xlogit
def test_planted_tastes_are_found_and_two_numbers_of_draws_agree():
    data = choice.coded(worlds.study(3, people=400, spread=1.5), references={"brand": "own", "bottle": "plastic"})  # fmt: skip
    made = choice_mixed.fit_mixed(data, varying=["none"], draws=300)
    assert made.told, made.guards
    errors = np.sqrt(np.diag(made.spread))
    for k, name in enumerate(made.names):
        assert abs(made.coefficients[k] - worlds.TRUTH[name]) < 3 * errors[k], name
    assert abs(made.deviations[0] - 1.5) < 3 * errors[-1]
    assert made.loglik > choice.fit(data).loglik + 50
