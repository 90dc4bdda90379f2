"""Shares and differences of means of units that come in clusters."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from helpers.errors import DataError
from helpers.methods.clusters import (
    chance_above,
    clustered_difference,
    clustered_share,
    units_needed,
)
from helpers.methods.intervals import wilson


def test_a_share_of_five_units_of_three_people_by_hand():
    # share .6; people's sums of y - .6 are .4 - .6, .4, .4 - .6; sizes 2, 1, 2 are worth 25 / 9 people
    made = clustered_share([1, 0, 1, 1, 0], ["a", "a", "b", "c", "c"])
    variance = 3 / 2 * (0.04 + 0.16 + 0.04) / 25
    worth = min(5, 0.24 / variance) * (1.6448536 / student.ppf(0.95, 25 / 9 - 1)) ** 2
    assert made.value == 0.6 and made.n == 5
    assert (made.low, made.high) == pytest.approx(wilson(0.6 * worth, worth))


def test_a_difference_of_five_units_of_three_people_by_hand():
    # treated 1, 0, 1 of a, a, b; control 0, 1 of b, c. Pulls: a (1/3 - 2/3)/3, b 1/9 + .5/2, c -.5/2.
    made = clustered_difference([1, 0, 1, 0, 1], [True, True, True, False, False], ["a", "a", "b", "b", "c"])
    pulls = [-1 / 9, 1 / 9 + 1 / 4, -1 / 4]
    assert (made.treated, made.control) == pytest.approx((2 / 3, 1 / 2))
    assert made.error == pytest.approx(math.sqrt(3 / 2 * sum(p * p for p in pulls)))
    assert made.df == pytest.approx(9 / 5 - 1)  # 9/5 people of the treated, two of the control
    assert made.absolute.value == pytest.approx(1 / 6) and made.n_clusters == 3


def drawn(seed, people=300, by_person=False):
    """Orders after baskets: people differ in how often they buy anyhow, so their baskets are alike."""
    rng = np.random.default_rng(seed)
    n = 1 + rng.poisson(3, people)
    who = np.repeat(np.arange(people), n)
    rate = rng.gamma(0.5, 0.4, people)[who]
    held = (rng.random(people) < 0.3)[who] if by_person else rng.random(len(who)) < 0.3
    count = rng.poisson(rate) + (~held & (rng.random(len(who)) < 0.1))
    return pd.DataFrame({"who": who, "treated": ~held, "n": count})


def test_the_error_is_that_of_a_regression_with_clustered_errors():
    units = drawn(1)
    made = clustered_difference(units["n"], units["treated"], units["who"])
    design = sm.add_constant(units["treated"].astype(float))
    fit = sm.OLS(units["n"], design).fit(
        cov_type="cluster", cov_kwds={"groups": units["who"], "use_correction": False}
    )
    people = units["who"].nunique()
    assert made.absolute.value == pytest.approx(fit.params.iloc[1])
    assert made.error == pytest.approx(fit.bse.iloc[1] * math.sqrt(people / (people - 1)))


def test_clusters_of_one_unit_give_welch_up_to_the_degrees_of_freedom():
    units = drawn(2)
    made = clustered_difference(units["n"], units["treated"], range(len(units)))
    arms = [units.loc[units["treated"] == arm, "n"] for arm in (True, False)]
    welch = math.sqrt(sum(arm.var(ddof=0) / len(arm) for arm in arms))
    assert made.error == pytest.approx(welch * math.sqrt(len(units) / (len(units) - 1)))
    assert made.design_effect == pytest.approx(1, abs=0.01)


def test_a_lot_on_people_needs_clusters_and_one_on_baskets_hardly():
    by_person, by_basket = drawn(3, 2_000, by_person=True), drawn(3, 2_000)
    effect = [
        clustered_difference(one["n"], one["treated"], one["who"]).design_effect
        for one in (by_person, by_basket)
    ]
    assert effect[0] > 1.5 and 0.7 < effect[1] < 1.2


def test_a_share_of_independent_units_is_wilson_but_for_the_t():
    alone = clustered_share([1] * 300 + [0] * 700, range(1_000))
    assert (alone.low, alone.high) == pytest.approx(wilson(300, 1_000), abs=2e-4)


def test_ten_equal_answers_of_each_person_are_worth_one():
    thrice = clustered_share(np.repeat([1] * 30 + [0] * 70, 10), np.repeat(range(100), 10))
    once = clustered_share([1] * 30 + [0] * 70, range(100))
    assert (thrice.low, thrice.high) == pytest.approx((once.low, once.high))


def test_a_share_of_none_or_of_all_counts_each_cluster_once():
    made = clustered_share([0] * 50, np.repeat(range(10), 5))
    assert made.value == 0 and made.low == 0 and wilson(0, 10)[1] < made.high < 0.35


@pytest.mark.parametrize("by_person", [False, True])
def test_nine_intervals_in_ten_hold_the_effect(by_person):
    hits = 0
    for seed in range(100):
        units = drawn(seed, 150, by_person)
        found = clustered_difference(units["n"], units["treated"], units["who"]).absolute
        hits += found.low <= 0.1 <= found.high
    assert 83 <= hits <= 96


def test_units_taken_for_independent_miss_too_often_when_the_lot_fell_on_people():
    hits = 0
    for seed in range(100):
        units = drawn(seed, 150, by_person=True)
        found = clustered_difference(units["n"], units["treated"], range(len(units))).absolute
        hits += found.low <= 0.1 <= found.high
    assert hits < 83


def test_without_a_second_arm_or_a_second_cluster_or_spread_there_are_no_bounds():
    nobody = clustered_difference([], [], [])
    assert math.isnan(nobody.treated) and math.isnan(nobody.absolute.low) and math.isnan(chance_above(nobody))
    one_arm = clustered_difference([1, 2], [True, True], ["a", "b"])
    assert one_arm.treated == 1.5 and math.isnan(one_arm.control) and math.isnan(one_arm.absolute.value)
    alike = clustered_difference([2.1] * 6, [True, False] * 3, ["a", "a", "b", "b", "c", "c"])
    assert alike.absolute.value == 0 and math.isnan(alike.absolute.low)
    single = clustered_difference([1, 2, 3], [True, True, False], ["a", "b", "c"])
    assert math.isnan(single.error)
    assert math.isnan(clustered_share([1, 0], ["a", "a"]).low) and math.isnan(clustered_share([], []).value)


def test_what_is_missing_is_refused_with_a_remedy():
    with pytest.raises(DataError, match="1 of 3 units have no finite value"):
        clustered_share([1, math.nan, 0], ["a", "b", "c"])
    with pytest.raises(DataError, match="belong to no cluster"):
        clustered_difference([1, 2], [True, False], ["a", None])
    with pytest.raises(DataError, match="no arm"):
        clustered_difference([1, 2], pd.Series([True, None], dtype="boolean"), ["a", "b"])
    with pytest.raises(DataError, match="neither 0 nor 1"):
        clustered_share([0.5, 1], ["a", "b"])
    with pytest.raises(ValueError, match="level"):
        clustered_share([1, 0], ["a", "b"], level=90)
    with pytest.raises(ValueError, match="arms"):
        clustered_difference([1, 2], [True], ["a", "b"])


def test_the_chance_of_an_effect_is_half_at_zero_and_nine_in_ten_and_a_half_at_the_bound():
    units = drawn(4)
    found = clustered_difference(units["n"], units["treated"], units["who"])
    assert chance_above(found, found.absolute.value) == pytest.approx(0.5)
    assert chance_above(found, found.absolute.low) == pytest.approx(0.95)


def test_the_units_needed_give_the_half_width_wanted():
    n = units_needed(0.5, 0.01, control_share=0.2)
    half = 1.6449 * 0.5 * math.sqrt(1 / (0.2 * n) + 1 / (0.8 * n))
    assert half == pytest.approx(0.01, rel=1e-3)
    with pytest.raises(ValueError, match="share"):
        units_needed(0.5, 0.01, control_share=1)


amount = st.floats(-1e150, 1e150) | st.floats(-1e-300, 1e-300) | st.sampled_from([0.0, 1.0, math.nan])
unit = st.tuples(amount, st.booleans(), st.integers(0, 5))


@settings(max_examples=150, deadline=None)
@given(st.lists(unit, max_size=30))
def test_any_units_give_ordered_bounds_or_none_or_a_refusal(units):
    values, arms, people = zip(*units, strict=True) if units else ((), (), ())
    if any(math.isnan(value) for value in values):
        with pytest.raises(DataError):
            clustered_difference(list(values), list(arms), list(people))
        return
    made = clustered_difference(list(values), list(arms), list(people)).absolute
    bounds = (made.low, made.high)
    assert all(math.isnan(bound) for bound in bounds) or made.low <= made.value <= made.high


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=1, max_size=40))
def test_a_share_and_its_bounds_lie_between_0_and_1_whatever_the_order(units):
    successes, people = zip(*units, strict=True)
    made = clustered_share(list(successes), list(people))
    turned = clustered_share(list(successes)[::-1], list(people)[::-1])
    if math.isnan(made.low):
        assert len(set(people)) == 1
        return
    assert 0 <= made.low <= made.value <= made.high <= 1
    assert (turned.low, turned.high) == pytest.approx((made.low, made.high))
