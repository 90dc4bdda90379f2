"""Redrawing rows: scipy's digits, ratios as total over total, and what gives no bounds."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.methods.resampling import bootstrap


@pytest.mark.parametrize(("method", "name"), [("bca", "BCa"), ("percentile", "percentile")])
def test_bootstrap_of_a_mean_is_scipys(method, name):
    values = np.random.default_rng(3).lognormal(0, 1, 80)
    ours = bootstrap(values, np.mean, seed=1, method=method)
    theirs = stats.bootstrap(
        (values,), np.mean, confidence_level=0.9, n_resamples=2000, method=name, rng=1
    ).confidence_interval
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), rel=1e-9)


def test_bootstrap_of_two_columns_is_total_over_total():
    table = pd.DataFrame({"revenue": [10.0, 4.0, 30.0, 5.0], "orders": [1, 1, 2, 1]})
    fast = bootstrap(table, ("revenue", "orders"), seed=4)
    plain = bootstrap(table, lambda t: t["revenue"].sum() / t["orders"].sum(), seed=4)
    assert fast.value == 49 / 5
    assert fast == pytest.approx(plain)
    assert fast.low < fast.value < fast.high


def test_bootstrap_limits():
    assert math.isnan(bootstrap([], np.mean, seed=0).value)
    one = bootstrap([7.0], np.mean, seed=0)
    assert one.value == 7 and math.isnan(one.low) and math.isnan(one.high)
    same = bootstrap([7.0] * 5, np.mean, seed=0)
    assert (same.low, same.high) == (7, 7)
    empty = bootstrap(pd.DataFrame({"a": [1.0, 2.0], "b": [0, 0]}), ("a", "b"), seed=0)
    assert math.isnan(empty.value) and math.isnan(empty.high)


def test_bootstrap_repeats_itself_and_leaves_the_table_alone():
    table = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [1, 1, 2]})
    before = table.copy()
    assert bootstrap(table, ("a", "b"), seed=9) == bootstrap(table, ("a", "b"), seed=9)
    pd.testing.assert_frame_equal(table, before)


def test_bootstrap_refuses_an_unknown_method_or_column():
    with pytest.raises(ValueError, match="percentile"):
        bootstrap([1.0, 2.0], np.mean, seed=0, method="studentised")
    with pytest.raises(ValueError, match="'c'"):
        bootstrap(pd.DataFrame({"a": [1], "b": [2]}), ("a", "c"), seed=0)


def test_bca_reaches_further_on_the_long_side_than_percentiles():
    values = np.random.default_rng(5).exponential(1, 40)
    bca, plain = (bootstrap(values, np.mean, seed=0, method=method) for method in ("bca", "percentile"))
    assert bca.high > plain.high and bca.low > plain.low


def test_a_block_jackknife_gives_the_acceleration_of_the_full_one(monkeypatch):
    values = np.random.default_rng(6).exponential(1, 1500)
    blocks = bootstrap(values, np.mean, seed=0)
    monkeypatch.setattr("helpers.methods.resampling.JACKKNIFE_BLOCKS", 1500)
    full = bootstrap(values, np.mean, seed=0)
    assert blocks == pytest.approx(full, abs=0.03 * (full.high - full.low))
