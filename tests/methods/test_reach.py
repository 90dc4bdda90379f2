"""Reach: spread of contacts by mean and zeros, contacts that were seen, people over several media."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import betabinom, nbinom

from helpers.errors import DataError
from helpers.methods.reach import at_least, spread, together


def test_with_shape_1_half_of_the_town_is_reached_by_one_contact_a_head():
    # (1 + m/k)^-k with k = 1 and m = 1 is 1/2; then k or more contacts have 1/2^k of the town.
    town = spread(500, 1000, 1000)
    assert town.shape == pytest.approx(1)
    assert [at_least(town, k) for k in (1, 2, 3)] == pytest.approx([1 / 2, 1 / 4, 1 / 8])


def test_seeing_half_of_the_contacts_is_a_spread_of_half_the_mean():
    # k = 1, m = 1, half seen: mean 1/2, so (1 + 1/2)^-1 = 2/3 see none, and each further contact has chance 1/3.
    town = spread(500, 1000, 1000)
    assert [at_least(town, k, seen=0.5) for k in (1, 2)] == pytest.approx([1 / 3, 1 / 9])


@pytest.mark.golden
def test_the_published_table_of_the_nbd_is_met_to_its_digits():
    """Penetration .2 and frequency 2.1 in 12 weeks, as the README of the package dmedri/nbdprogram prints them.

    Shorter spans are contacts seen with a smaller chance: the model is the same.
    """
    twelve = spread(0.2, 0.42, 1.0)
    exactly = [at_least(twelve, k) - at_least(twelve, k + 1) for k in range(1, 6)]
    assert [round(one, 3) for one in exactly] == [0.106, 0.043, 0.022, 0.012, 0.007]
    spans = [at_least(twelve, 1, seen=share) for share in (1 / 84, 1 / 12, 1 / 3)]
    assert [round(one, 3) for one in spans] == [0.005, 0.032, 0.100]
    four_weeks = [at_least(twelve, k, seen=1 / 3) - at_least(twelve, k + 1, seen=1 / 3) for k in (1, 2, 3)]
    assert [round(one, 3) for one in four_weeks] == [0.073, 0.018, 0.006]


@pytest.mark.parametrize("seed", range(8))
def test_a_planted_spread_is_found_again_from_its_mean_and_zeros(seed):
    rng = np.random.default_rng(seed)
    n, shape, mean = 200_000, rng.uniform(0.3, 2), rng.uniform(0.5, 5)
    each = rng.poisson(rng.gamma(shape, mean / shape, n))
    found = spread((each > 0).sum(), each.sum(), n)
    assert found.shape == pytest.approx(shape, rel=0.05)
    seen = rng.binomial(each, 0.6)
    assert at_least(found, 3, seen=0.6) == pytest.approx((seen >= 3).mean(), abs=0.005)


def test_spots_of_a_plan_spread_beta_binomially_as_scipy_has_it():
    a, b, n = 0.8, 2.4, 6
    reach = 1 - betabinom.pmf(0, n, a, b)
    found = spread(reach * 1e6, 1e6 * n * a / (a + b), 1e6, insertions=n)
    assert found.shape == pytest.approx(a + b, rel=1e-6)
    assert at_least(found, 3) == pytest.approx(betabinom.sf(2, n, a, b), rel=1e-6)


def test_many_insertions_are_like_no_limit():
    free, limited = spread(0.4, 1.1, 1), spread(0.4, 1.1, 1, insertions=3000)
    assert at_least(limited, 3) == pytest.approx(at_least(free, 3), rel=5e-3)


def test_by_chance_alone_contacts_are_poisson():
    found = spread(1 - math.exp(-2), 2.0, 1.0)
    assert math.isinf(found.shape)
    assert at_least(found, 2) == pytest.approx(1 - 3 * math.exp(-2))


def test_contacts_more_even_than_chance_tell_reach_and_no_more():
    everybody_once = spread(900, 900, 1000)  # a cap of one contact
    assert at_least(everybody_once, 1) == 0.9
    assert math.isnan(at_least(everybody_once, 2)) and math.isnan(at_least(everybody_once, 1, seen=0.5))


def test_nobody_met_is_nobody_reached():
    nobody = spread(0, 0, 1000)
    assert at_least(nobody, 1) == 0 and at_least(nobody, 3, seen=0.5) == 0


@pytest.mark.parametrize(
    ("figures", "options"),
    [((1200, 3000, 1000), {}), ((500, 400, 1000), {}), ((math.nan, 4, 10), {}), ((1, -4, 10), {}), ((1, 2, 0), {}),
     ((1, 20, 10), {"insertions": 1}), ((1, 2, 10), {"insertions": 0})],
)  # fmt: skip
def test_figures_that_contradict_each_other_are_refused(figures, options):
    with pytest.raises(DataError):
        spread(*figures, **options)


def test_a_wrong_argument_is_no_data_error():
    with pytest.raises(ValueError):
        at_least(spread(1, 2, 10), 0)
    with pytest.raises(ValueError):
        at_least(spread(1, 2, 10), 1, seen=1.5)


def test_two_media_that_reach_half_each_reach_half_to_all_and_three_quarters_by_chance():
    assert together([500, 500], 1000) == (500, 1000, 750)


def test_media_that_reach_nobody_reach_nobody_together():
    assert together([], 1000) == (0, 0, 0)


@pytest.mark.parametrize(("reached", "population"), [([1200], 1000), ([-1], 10), ([math.nan], 10), ([1], 0)])
def test_a_reach_that_is_no_part_of_the_population_is_refused(reached, population):
    with pytest.raises(DataError):
        together(reached, population)


@given(st.floats(0.01, 0.95), st.floats(1.01, 8), st.floats(0.05, 1.0))
def test_more_contacts_are_had_by_fewer_people_and_no_share_leaves_0_and_1(share, frequency, seen):
    found = spread(share, share * frequency, 1.0)
    tails = [at_least(found, k, seen=seen) for k in range(1, 8)]
    if not math.isnan(found.shape):
        assert all(1 >= more >= fewer - 1e-12 >= -1e-12 for more, fewer in pairwise(tails))
        assert tails[0] <= share + 1e-9


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=6))
def test_chance_lies_between_the_bounds(reached):
    low, high, independent = together(reached, 1000)
    assert low - 1e-6 <= independent <= high + 1e-6


def test_the_fit_gives_back_the_reach_it_was_given():
    for share, mean in ((0.05, 0.4), (0.5, 3.0), (0.9, 20.0)):
        found = spread(share, mean, 1)
        assert nbinom.sf(0, found.shape, found.shape / (found.shape + mean)) == pytest.approx(share, rel=1e-9)
