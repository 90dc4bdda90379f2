"""Contracts: published constants of sequential designs, false alarms kept by construction, intervals after a stop, always valid ones."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.errors import DataError
from helpers.methods.sequential import (
    boundaries,
    constant,
    exits,
    false_alarms,
    obrien_fleming,
    pocock,
)
from helpers.methods.sequential_stop import always_valid, critical_of, level_of, stagewise


@pytest.mark.parametrize(
    ("looks", "pocock_constant", "obrien_constant"),
    [(2, 2.178, 1.977), (3, 2.289, 2.004), (4, 2.361, 2.024), (5, 2.413, 2.040), (10, 2.555, 2.087)],
)
def test_constants_are_those_of_jennison_and_turnbull(looks, pocock_constant, obrien_constant):
    """Tables 2.1 and 2.3, two-sided .05."""
    assert constant(looks, shape="pocock") == pytest.approx(pocock_constant, abs=5.1e-4)
    assert constant(looks) == pytest.approx(obrien_constant, abs=5.1e-4)


def test_boundaries_of_lan_and_demets_are_those_that_gsdesign_and_ldbounds_print():
    """Five even looks, .025 a side: sfLDOF and sfLDPocock."""
    even = np.arange(1, 6) / 5
    assert boundaries(even, level=0.95) == pytest.approx([4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=1e-3)
    found = boundaries(even, level=0.95, spending="pocock")
    assert found == pytest.approx([2.438, 2.427, 2.410, 2.397, 2.386], abs=1e-3)


@pytest.mark.parametrize(
    ("looks", "printed"),
    [(1, 0.05), (2, 0.083), (3, 0.107), (4, 0.126), (5, 0.142), (10, 0.193), (20, 0.248), (50, 0.320)],
)
def test_the_price_of_peeking_is_that_of_armitage_mcpherson_and_rowe(looks, printed):
    assert false_alarms(looks) == pytest.approx(printed, abs=1e-3)


def test_twenty_looks_in_a_simulation_agree_with_the_exact_price():
    """A quarter of worthless tests are called; 4,000 draws give it to within two and a half standard errors."""
    rng = np.random.default_rng(11)
    paths = rng.standard_normal((4000, 20)).cumsum(axis=1) / np.sqrt(np.arange(1, 21))
    share = float((np.abs(paths) > 1.96).any(axis=1).mean())
    exact = false_alarms(20)
    assert abs(share - exact) < 2.5 * math.sqrt(exact * (1 - exact) / 4000)
    # the same paths, held against boundaries that were computed without them
    even = np.arange(1, 21) / 20
    kept = float((np.abs(paths) > boundaries(even, level=0.95)).any(axis=1).mean())
    assert abs(kept - 0.05) < 2.5 * math.sqrt(0.05 * 0.95 / 4000)


def test_two_looks_by_hand():
    """P(|Z1| > c or |Z2| > c) from the bivariate normal with correlation sqrt(1/2)."""
    c = 2.178
    both = stats.multivariate_normal(cov=[[1, math.sqrt(0.5)], [math.sqrt(0.5), 1]])
    inside = both.cdf([c, c]) - both.cdf([-c, c]) - both.cdf([c, -c]) + both.cdf([-c, -c])
    assert false_alarms(2, critical=c) == pytest.approx(1 - inside, abs=1e-6)


@given(
    st.lists(st.floats(0.02, 1.0), min_size=1, max_size=8),
    st.sampled_from(["obrien_fleming", "pocock"]),
    st.floats(0.8, 0.99),
)
@settings(max_examples=25, deadline=None)
def test_boundaries_spend_what_they_may_at_any_looks(gaps, spending, level):
    times = np.cumsum(gaps) / np.sum(gaps)
    found = boundaries(times, level=level, spending=spending)
    left = exits(found, times)
    assert left.upper.sum() + left.lower.sum() == pytest.approx(1 - level, abs=1e-6)
    assert (found >= critical_of(level) - 1e-6).all()


def test_a_test_that_ends_below_its_plan_may_spend_the_rest():
    times = np.array([0.3, 0.8])
    early, whole = boundaries(times), boundaries(times, is_over=True)
    assert whole[0] == early[0] and whole[1] < early[1]
    left = exits(whole, times)
    assert left.upper.sum() + left.lower.sum() == pytest.approx(0.10, abs=1e-8)


def test_spending_functions_spend_all_at_the_end_and_little_at_the_start():
    assert obrien_fleming(1.0, 0.05) == pytest.approx(0.05) and pocock(1.0, 0.05) == pytest.approx(0.05)
    assert obrien_fleming(0.2, 0.05) < 1e-5 < pocock(0.2, 0.05)
    assert boundaries([0.01, 1.0])[0] == math.inf  # a look at which nothing may be spent


def test_exits_with_an_effect_give_the_power_of_one_look():
    found = exits([1.96], [1.0], drift=2.8)
    assert found.upper.sum() == pytest.approx(stats.norm.sf(1.96 - 2.8))
    assert found.lower.sum() == pytest.approx(stats.norm.cdf(-1.96 - 2.8))


def test_one_look_read_stagewise_is_the_fixed_test():
    found = stagewise([1.96], [1.0], 2.3)
    assert found.p == pytest.approx(2 * stats.norm.sf(2.3))
    assert (found.low, found.middle, found.high) == pytest.approx((2.3 - 1.6449, 2.3, 2.3 + 1.6449), abs=1e-4)


def test_a_stop_at_the_boundary_says_less_than_it_seems():
    """p is larger, the middle nearer to zero, than of a test read once; and left and right are mirror images."""
    even = np.arange(1, 6) / 5
    ends = boundaries(even, level=0.95)
    up, down = (stagewise(ends[:3], even[:3], side * 2.8, level=0.95) for side in (1, -1))
    assert up.p > 2 * stats.norm.sf(2.8) and 0 < up.low < up.middle < 2.8
    assert (down.p, down.middle, down.low) == pytest.approx((up.p, -up.middle, -up.high))


def test_stagewise_bounds_hold_a_planted_effect_as_often_as_they_say():
    even = np.arange(1, 6) / 5
    ends, held, naive, n = boundaries(even, level=0.95), 0, 0, 100
    rng, true = np.random.default_rng(5), 1.5
    for _ in range(n):
        path = np.cumsum(rng.standard_normal(5) * math.sqrt(0.2) + true * 0.2) / np.sqrt(even)
        out = np.flatnonzero(np.abs(path) >= ends)
        k = int(out[0]) if len(out) else 4
        found = stagewise(ends[: k + 1], even[: k + 1], float(path[k]))
        scale = math.sqrt(even[k])  # an effect in errors of this look; the truth is one of the whole plan
        held += found.low <= true * scale <= found.high
        naive += abs(path[k] - true * scale) <= critical_of(0.9)
    assert 0.83 * n <= held <= 0.96 * n and naive <= held


def test_always_valid_is_narrowest_where_it_was_planned_and_never_as_narrow_as_one_look():
    known = np.linspace(0.05, 20, 400)
    width = always_valid(known, planned=1.0) / np.sqrt(known)
    score = always_valid(known, planned=1.0)
    # the narrowest multiple of the error at the planned information, among all mixtures
    others = [always_valid(1.0, planned=p) for p in np.linspace(0.2, 5, 97)]
    assert always_valid(1.0, planned=1.0) <= min(others) + 1e-9
    assert (score > critical_of(0.9)).all() and (np.diff(width) < 0).all()


def test_always_valid_by_hand():
    """Reject where the mixture's likelihood ratio reaches 1 / alpha: sqrt(1/(1+r)) exp(z² r / (2 (1+r))) = 1 / alpha."""
    z = always_valid(3.0, planned=2.0, level=0.95)
    from scipy.special import lambertw

    r = (-float(lambertw(-(0.05**2) / math.e, -1).real) - 1) * 3 / 2
    assert math.exp(z * z * r / (2 * (1 + r))) / math.sqrt(1 + r) == pytest.approx(1 / 0.05)


def test_always_valid_keeps_its_promise_at_three_hundred_looks():
    rng = np.random.default_rng(2)
    paths = rng.standard_normal((1500, 300)).cumsum(axis=1) / np.sqrt(np.arange(1, 301))
    limits = always_valid(np.arange(1.0, 301.0), planned=100.0, level=0.95)
    assert (np.abs(paths) >= limits).any(axis=1).mean() <= 0.05


def test_levels_and_critical_values_are_two_ways_to_say_one_thing():
    assert level_of(critical_of(0.9)) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: boundaries([0.5, 1.2]), ValueError, "at most 1"),
        (lambda: boundaries([0.5, 0.5]), ValueError, "grow"),
        (lambda: boundaries([0.5, math.nan]), DataError, "leave out days"),
        (lambda: boundaries([]), DataError, "leave out days"),
        (lambda: boundaries([1.0], spending="haybittle"), ValueError, "Use obrien_fleming, pocock"),
        (lambda: boundaries([1.0], level=95), ValueError, "between 0 and 1"),
        (lambda: exits([1.0, -1.0], [1, 2]), ValueError, "above 0"),
        (lambda: false_alarms(0), ValueError, "needs a look"),
        (lambda: constant(3, shape="wang"), ValueError, "one of"),
        (lambda: stagewise([2.0], [1.0], math.nan), ValueError, "a statistic"),
        (lambda: always_valid(0.0, planned=1.0), ValueError, "above 0"),
    ],
)
def test_impossible_input_is_refused_in_a_sentence(call, kind, said):
    with pytest.raises(kind, match=said):
        call()
