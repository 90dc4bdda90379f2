"""Interrupted series: R's own printed output, a case by hand, a truth that was planted, and what cannot be told."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.series import interrupted

# Name, column, times before, R's mean effect from the printed total, whether R's 95 % interval leaves zero out.
SETS = [
    ("arma", "y", 70, 26.67 / 30, True),
    ("google", "y", 61, 804 / 30, True),
    ("comparison", "CHANGED", 90, -657, False),
]


@pytest.mark.golden
@pytest.mark.parametrize(("name", "column", "n_before", "point", "is_clear"), SETS)
def test_causalimpact_s_sets_say_what_r_says(test_data, name, column, n_before, point, is_clear):
    table = pd.read_csv(test_data / f"activation/causalimpact/{name}_data.csv")
    others = table.drop(columns=[column, *(c for c in table if c.lower() == "date")])
    found = interrupted(table[column], n_before, others, level=0.95).mean
    if name == "comparison":
        assert -2076 <= found.value <= 832
    else:
        assert found.value == pytest.approx(point, rel=0.05)
    assert (found.low > 0 or found.high < 0) == is_clear


def test_a_series_without_drift_is_the_difference_of_two_means():
    # before: 9 and 11 in turn, mean 10; after: 13 and 15, mean 14; the level may drift a little
    before, after = [9.0, 11.0] * 30, [13.0, 15.0] * 10
    found = interrupted([*before, *after], 60)
    assert found.mean.value == pytest.approx(4.0, abs=0.15)
    assert found.total.value == pytest.approx(20 * found.mean.value)
    assert found.relative.value == pytest.approx(found.mean.value / (14 - found.mean.value))
    assert found.p < 0.01 and len(found.path) == 20


def test_the_interval_holds_a_planted_effect_and_p_agrees_with_it():
    """60 intervals of 90 %: fewer than 48 inside has a chance of one in a hundred."""
    inside = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=90)
        y = 20 + 0.7 * x + np.cumsum(0.01 * rng.normal(size=90)) + 0.8 * rng.normal(size=90)
        y[65:] += 0.6
        found = interrupted(y, 65, x)
        inside.append(found.mean.low <= 0.6 <= found.mean.high)
        assert (found.p < 0.10) == (found.mean.low > 0 or found.mean.high < 0)
    assert np.mean(inside) >= 0.80


@pytest.mark.parametrize(
    ("y", "n_before", "why"),
    [([5.0] * 30, 20, "does not move"), ([1.0, 2.0, 3.0, 4.0], 3, "3 times before")],
)
def test_what_cannot_be_told_says_why(y, n_before, why):
    found = interrupted(y, n_before)
    assert (
        math.isnan(found.mean.value)
        and found.guards[0].startswith("cannot tell: ")
        and why in found.guards[0]
    )
    assert len(found.path) == len(y) - n_before


def test_a_covariate_that_stands_still_is_left_out_and_said():
    y = np.random.default_rng(1).normal(size=60)
    found = interrupted(y, 40, np.ones(60))
    assert found.mean.value == pytest.approx(interrupted(y, 40).mean.value)
    assert "left out" in found.guards[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"n_before": 0}, "some must lie before"),
        ({"covariates": [1.0]}, "give both"),
        ({"y": [np.nan] * 30}, "missing"),
    ],
)
def test_what_is_no_series_is_refused(change, why):
    with pytest.raises(DataError, match=why):
        interrupted(**{"y": [1.0, 2.0] * 15, "n_before": 20, **change})
