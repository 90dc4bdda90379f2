import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.intervals import difference_of_proportions, equal_tailed, share_of_total, wilson
from helpers.methods.resampling import bootstrap


def test_bounds_of_draws_leave_as_many_below_as_above():
    draws = np.arange(101.0)
    assert equal_tailed(draws) == pytest.approx([5, 95])
    assert equal_tailed(draws, level=0.5) == pytest.approx([25, 75])
    both = np.column_stack([draws, 10 * draws])
    assert equal_tailed(both, axis=0) == pytest.approx(np.array([[5, 50], [95, 950]]))
    assert np.isnan(equal_tailed([1.0, np.nan])).all()


def test_wilson_of_five_in_ten_worked_by_hand():
    # z² = 2.7055: (.5 + .135277 ± 1.644854 sqrt(.025 + .0067638)) / 1.27055
    low, high = wilson(5, 10)
    assert low == pytest.approx(0.26927, abs=5e-5)
    assert high == pytest.approx(0.73073, abs=5e-5)


def test_wilson_matches_newcombes_published_table():
    # Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3, 95 %.
    low, high = wilson([81, 15, 0, 1], [263, 148, 20, 29], level=0.95)
    assert low == pytest.approx([0.2553, 0.0624, 0.0, 0.0061], abs=5e-5)
    assert high == pytest.approx([0.3662, 0.1605, 0.1611, 0.1718], abs=5e-5)


def test_wilson_of_nobody_is_unknown_and_keeps_the_shape():
    low, high = wilson(pd.Series([0, 3]), pd.Series([0, 3]))
    assert np.isnan(low[0]) and np.isnan(high[0])
    assert low[1] == pytest.approx(3 / (3 + 1.6448536**2), abs=1e-6) and high[1] == 1
    assert all(math.isnan(bound) for bound in wilson(0, 0))


@pytest.mark.parametrize("counts", [(4, 3), (-1, 3), (math.nan, 3), (1, math.inf)])
def test_wilson_refuses_impossible_counts_and_names_the_entry(counts):
    with pytest.raises(DataError, match="entry 0"):
        wilson(*counts)


def test_a_level_given_in_percent_is_refused():
    with pytest.raises(ValueError, match="90 %"):
        wilson(1, 2, level=90)


@given(st.integers(0, 10**12), st.integers(0, 10**12))
@settings(deadline=None)
def test_wilson_holds_the_share_for_any_counts(k, n):
    k, n = sorted((k, n))
    low, high = wilson(k, n)
    if n == 0:
        assert math.isnan(low)
    else:
        assert 0 <= low <= k / n + 1e-12 and k / n - 1e-12 <= high <= 1


def test_wilson_covers_a_known_share_as_often_as_it_says():
    rng = np.random.default_rng(1)
    for share, n in [(0.5, 40), (0.1, 60), (0.02, 400)]:
        low, high = wilson(rng.binomial(n, share, 20_000), n)
        assert 0.86 <= np.mean((low <= share) & (share <= high)) <= 0.95


def test_difference_matches_newcombes_published_examples():
    # Newcombe (1998), Statistics in Medicine 17: 873-890, table II, method 10, 95 %.
    published = [
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), (0.1705, 0.8090)),
        ((10, 10, 0, 20), (0.6791, 1.0)),
        ((10, 10, 0, 10), (0.6075, 1.0)),
    ]
    for counts, bounds in published:
        result = difference_of_proportions(*counts, level=0.95)
        assert (result.low, result.high) == pytest.approx(bounds, abs=1e-4)
    assert difference_of_proportions(56, 70, 48, 80).value == pytest.approx(0.2)


def test_difference_is_zero_for_equal_groups_and_unknown_for_an_empty_one():
    same = difference_of_proportions(10, 50, 10, 50)
    assert same.value == 0 and same.low == pytest.approx(-same.high) and same.n == 100
    assert math.isnan(difference_of_proportions(0, 0, 3, 9).low)


def test_a_share_of_none_and_of_all_lies_inside_its_interval():
    n = np.arange(1, 500)
    assert (wilson(n, n)[1] == 1).all() and (wilson(np.zeros(len(n)), n)[0] == 0).all()


def test_share_of_a_total_by_hand():
    # share 60 / 100; residuals part - .6 whole: 4, -6, 2 -> sum of squares 56; se = sqrt(3/2 x 56) / 100
    found = share_of_total([20, 0, 40], [26.6667, 10, 63.3333])
    parts = [20 - 0.6 * 26.6667, -6.0, 40 - 0.6 * 63.3333]
    se = math.sqrt(1.5 * sum(part**2 for part in parts)) / 100
    half = 1.6448536 * se / 0.24
    assert found.value == pytest.approx(0.6) and found.n == 3
    assert found.low == pytest.approx(1 / (1 + math.exp(-(math.log(1.5) - half))), abs=1e-5)
    assert found.high == pytest.approx(1 / (1 + math.exp(-(math.log(1.5) + half))), abs=1e-5)


def test_share_of_a_total_is_that_of_redraws_and_covers():
    rng, inside = np.random.default_rng(4), []
    for _ in range(300):
        whole = rng.gamma(0.5, 100, 400)
        part = whole * (rng.random(400) < 0.4)
        found = share_of_total(part, whole)
        inside.append(found.low <= 0.4 <= found.high)
    assert 0.83 <= np.mean(inside) <= 0.96
    redrawn = bootstrap(pd.DataFrame({"a": part, "b": whole}), ("a", "b"), seed=1)
    assert (found.low, found.high) == pytest.approx((redrawn.low, redrawn.high), abs=0.01)


@pytest.mark.parametrize(
    ("part", "whole"), [([], []), ([0.0], [0.0]), ([1.0], [2.0]), ([0.0, 0.0], [1.0, 2.0])]
)
def test_share_of_a_total_without_a_total_or_without_variation_has_no_bounds(part, whole):
    found = share_of_total(part, whole)
    assert math.isnan(found.low) and math.isnan(found.high)
    assert math.isnan(found.value) == (sum(whole) == 0)
