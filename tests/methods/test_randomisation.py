"""The lot and the arms: sizes against the plan and what was known before, by hand and over many lots."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.methods.randomisation import balance, sample_ratio


def test_the_sample_ratio_by_hand():
    made = sample_ratio([60, 40])
    assert made.statistic == pytest.approx(10**2 / 50 + 10**2 / 50) and made.n == 100
    assert made.p == pytest.approx(2 * stats.norm.sf(2))  # chi-square with one degree of freedom is z²
    assert sample_ratio([60, 40], [6, 4]).p == 1.0 and sample_ratio([60, 40], [0.6, 0.4]).expected == (60, 40)
    assert sample_ratio([600, 400]).verdict == "mismatch"
    assert sample_ratio([5, 4]).verdict == "cannot tell" and math.isnan(sample_ratio([0, 0]).p)


def test_the_balance_by_hand():
    frame = pd.DataFrame(
        {"is_sent": [True, True, False, False], "age": [1.0, 3.0, 2.0, 6.0], "kind": ["a", "b", "a", None]}
    )
    table = balance(frame, arm="is_sent", columns=["age", "kind"]).set_index(["column", "level"])
    # means 2 and 4, variances 1 and 4 about them
    assert table.loc[("age", ""), "difference"] == pytest.approx(-2 / math.sqrt((1 + 4) / 2))
    assert table.loc[("kind", "a"), ["treated", "control", "difference"]].tolist() == [0.5, 0.5, 0.0]
    assert table.loc[("kind", "missing"), "control"] == 0.5 and table.loc[("age", ""), "error"] == 1.0
    same = balance(frame.assign(age=5.0), arm="is_sent", columns=["age"])
    assert same["difference"].tolist() == [0.0]
    apart = balance(frame.assign(age=[5.0, 5, 4, 4]), arm="is_sent", columns=["age"])
    assert apart["difference"].tolist() == [math.inf]


def test_a_split_as_planned_is_called_a_mismatch_once_in_a_hundred():
    rng = np.random.default_rng(8)
    p = np.array([sample_ratio([k, 5000 - k], [6, 4]).p for k in rng.binomial(5000, 0.6, 4000)])
    assert 0.005 < np.mean(p < 0.01) < 0.016 and 0.47 < np.mean(p < 0.5) < 0.53
