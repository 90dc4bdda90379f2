"""Contracts: the published digits of two real experiments, five rows by hand, a planted truth, and what cannot be told."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.errors import DataError
from helpers.methods.experiments import Arm, RatioArm, arm_of, difference_of_means, difference_of_ratios
from helpers.methods.intervals import difference_of_proportions
from helpers.methods.randomisation import balance, sample_ratio


@pytest.mark.golden
def test_cookie_cats_gives_the_published_digits(test_data):
    """Retention of 90,189 players whose gate stood at level 30 or 40, and the split that was not even."""
    players = pd.read_csv(test_data / "crm" / "cookie_cats.csv")
    arms = players.groupby("version").agg(
        n=("userid", "size"), d1=("retention_1", "sum"), d7=("retention_7", "sum")
    )
    early, late = arms.loc["gate_30"], arms.loc["gate_40"]
    assert sample_ratio(arms["n"]).p == pytest.approx(0.0086, abs=1e-4)
    assert sample_ratio(arms["n"]).verdict == "mismatch"
    assert (early["d1"] / early["n"], late["d1"] / late["n"]) == pytest.approx((0.4482, 0.4423), abs=5e-5)
    assert (early["d7"] / early["n"], late["d7"] / late["n"]) == pytest.approx((0.1902, 0.1820), abs=5e-5)
    pooled = arms["d7"].sum() / arms["n"].sum()
    difference = difference_of_proportions(early["d7"], early["n"], late["d7"], late["n"], level=0.95)
    z = difference.value / math.sqrt(pooled * (1 - pooled) * (1 / early["n"] + 1 / late["n"]))
    assert z == pytest.approx(3.164, abs=5e-4) and 2 * stats.norm.sf(z) == pytest.approx(0.0016, abs=5e-5)
    assert (difference.low, difference.high) == pytest.approx((0.0031, 0.0133), abs=5e-5)


@pytest.mark.golden
def test_hillstrom_gives_the_published_digits(test_data):
    """Visits and spend of 64,000 customers in three arms drawn by lot."""
    customers = pd.read_csv(test_data / "crm" / "hillstrom.csv")
    visit = customers.groupby("segment")["visit"].mean()
    assert visit.to_dict() == pytest.approx(
        {"Mens E-Mail": 0.18276, "No E-Mail": 0.10617, "Womens E-Mail": 0.15140}, abs=1e-5
    )
    spend = {name: arm_of(group["spend"]) for name, group in customers.groupby("segment")}
    assert sample_ratio([arm.n for arm in spend.values()]).verdict == "as planned"
    for name, value, low, high in (
        ("Mens E-Mail", 0.7698, 0.485, 1.055),
        ("Womens E-Mail", 0.4244, 0.169, 0.680),
    ):
        made = difference_of_means(spend[name], spend["No E-Mail"], level=0.95).absolute
        assert made.value == pytest.approx(value, abs=5e-5)
        assert (made.low, made.high) == pytest.approx((low, high), abs=5e-4)
    known = ["recency", "history", "mens", "womens", "newbie", "zip_code", "channel"]
    two = customers[customers["segment"] != "Mens E-Mail"]
    table = balance(two.assign(mailed=two["segment"] != "No E-Mail"), arm="mailed", columns=known)
    assert len(table) == 5 + 3 + 3 and table["difference"].abs().max() < 0.03


def test_five_rows_by_hand():
    # treated 1, 2, 3 (mean 2, variance 1) against 0, 2 (mean 1, variance 2): v = 1/3 + 1
    made = difference_of_means(arm_of([1, 2, 3]), arm_of([0, 2]))
    assert (made.treated, made.control, made.absolute.value, made.relative.value) == (2, 1, 1, 1)
    df = (4 / 3) ** 2 / ((1 / 3) ** 2 / 2 + 1**2 / 1)
    assert made.absolute.high - 1 == pytest.approx(stats.t.ppf(0.95, df) * math.sqrt(4 / 3))
    assert made.absolute.n == 5
    # a control mean of 1 ± 1 is not told from 0, so no change is ruled out
    assert math.isnan(made.relative.low) and math.isnan(made.relative.high)


def test_the_interval_is_scipys_welch():
    rng = np.random.default_rng(4)
    one, other = rng.gamma(1, 3, 80), rng.gamma(2, 2, 50)
    theirs = stats.ttest_ind(one, other, equal_var=False).confidence_interval(0.90)
    ours = difference_of_means(arm_of(one), arm_of(other)).absolute
    assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high))


def test_intervals_hold_a_planted_effect_as_often_as_they_say():
    """Orders of few buyers, .10 more than .08: both the absolute and the relative effect."""
    held = np.zeros(2)
    for seed in range(400):
        rng = np.random.default_rng(seed)
        made = difference_of_means(arm_of(rng.poisson(0.10, 1500)), arm_of(rng.poisson(0.08, 1000)))
        truths = (0.02, 0.25)
        held += [one.low <= true <= one.high for one, true in zip(made[2:], truths, strict=True)]
    assert ((held >= 0.83 * 400) & (held <= 0.96 * 400)).all()


def ratio_arm(top, bottom):
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    return RatioArm(len(top), top.sum(), bottom.sum(), top @ top, bottom @ bottom, top @ bottom)


def test_ratios_by_hand():
    # 3 of 6 against 1 of 4: people with 2, 4 and 1, 3 messages; y - r x is (0, 0) and (.75, -.75)
    made = difference_of_ratios(ratio_arm([1, 2], [2, 4]), ratio_arm([1, 0], [1, 3]))
    assert (made.treated, made.control, made.absolute.value, made.relative.value) == (0.5, 0.25, 0.25, 1.0)
    error = math.sqrt(2 * 0.75**2 / 4**2 * 2 / 1)
    assert made.absolute.high - 0.25 == pytest.approx(stats.norm.ppf(0.95) * error)


def test_ratios_of_one_occasion_a_unit_are_means():
    rng = np.random.default_rng(1)
    one, other = rng.poisson(0.3, 900), rng.poisson(0.2, 700)
    ratios = difference_of_ratios(ratio_arm(one, np.ones(900)), ratio_arm(other, np.ones(700)))
    means = difference_of_means(arm_of(one), arm_of(other))
    assert ratios.absolute == pytest.approx(means.absolute, rel=2e-3)
    assert ratios.relative == pytest.approx(means.relative, rel=5e-3)


def test_a_ratio_of_people_with_many_messages_is_held_as_often_as_it_says():
    """People differ in how readily they click, so their messages are not independent."""
    held = naive = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        arms = []
        for n, chance in ((600, 0.065), (600, 0.10)):
            sent = rng.integers(2, 12, n)
            arms.append(
                ratio_arm(rng.binomial(sent, np.minimum(chance * rng.gamma(0.8, 1 / 0.8, n), 1)), sent)
            )
        made = difference_of_ratios(*arms)
        counted = difference_of_proportions(*arms[0][1:3], *arms[1][1:3])
        held += made.relative.low <= -0.35 <= made.relative.high
        naive += counted.low <= -0.035 <= counted.high
    assert 0.83 * 300 <= held <= 0.96 * 300 and naive < held


def test_a_ratio_without_occasions_or_with_impossible_sums_is_no_number():
    empty = difference_of_ratios(ratio_arm([], []), ratio_arm([1, 0], [2, 2]))
    assert math.isnan(empty.absolute.value) and math.isnan(empty.relative.low)
    assert math.isnan(difference_of_ratios(ratio_arm([1], [2]), ratio_arm([1, 0], [2, 2])).absolute.low)
    with pytest.raises(DataError, match="do not go with their product"):
        difference_of_ratios(RatioArm(2, 2, 4, 1, 8, 9), ratio_arm([1, 0], [2, 2]))
    with pytest.raises(DataError, match="add them up again"):
        difference_of_ratios(RatioArm(2, math.nan, 4, 1, 8, 9), ratio_arm([1, 0], [2, 2]))


@pytest.mark.parametrize(
    ("treated", "control"), [([], [1, 2]), ([1], [1, 2]), ([3, 3, 3], [2, 2]), ([0.1] * 7, [0.1] * 9)]
)
def test_an_empty_arm_one_unit_or_no_spread_gives_no_bounds(treated, control):
    made = difference_of_means(arm_of(treated), arm_of(control))
    assert math.isnan(made.absolute.low) and math.isnan(made.relative.high)
    assert math.isnan(made.absolute.value) == (not treated)


def test_a_control_of_zeros_has_no_relative_effect():
    made = difference_of_means(arm_of([1, 0, 1]), arm_of([0, 0, 0]))
    assert made.absolute.value == pytest.approx(2 / 3) and math.isnan(made.relative.value)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: sample_ratio([10, -1]), "arm 1 has -1 units"),
        (lambda: sample_ratio([10, math.nan]), "arm 1 has nan units"),
        (lambda: arm_of([1.0, math.nan]), "1 of 2 units have no outcome"),
        (lambda: difference_of_means(Arm(10, 100, 5), Arm(10, 1, 1)), "not the square of the sum"),
        (lambda: difference_of_means(Arm(10, math.inf, 5), Arm(10, 1, 1)), "sum it again"),
        (lambda: balance(pd.DataFrame({"a": [True, True], "x": [1, 2]}), arm="a", columns=["x"]), "must be true for some"),
    ],
)  # fmt: skip
def test_impossible_input_is_refused_in_a_sentence(call, said):
    with pytest.raises(DataError, match=said):
        call()


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="two arms or more"):
        sample_ratio([10])
    with pytest.raises(ValueError, match="share above 0"):
        sample_ratio([10, 10], [1, 0])
    with pytest.raises(ValueError, match="between 0 and 1"):
        difference_of_means(Arm(2, 1, 1), Arm(2, 1, 1), level=90)
    with pytest.raises(ValueError, match="no column"):
        balance(pd.DataFrame({"a": [True, False]}), arm="a", columns=["x"])


OUTCOMES = st.lists(st.floats(-1e12, 1e12) | st.integers(0, 3).map(float), min_size=2, max_size=30)


@given(treated=OUTCOMES, control=OUTCOMES, factor=st.sampled_from([1e-6, 3.0, 1e6]))
@settings(max_examples=60, deadline=None)
def test_bounds_hold_the_value_swap_with_the_arms_and_scale_with_the_unit(treated, control, factor):
    one, other = arm_of(treated), arm_of(control)
    made, turned = difference_of_means(one, other), difference_of_means(other, one)
    assert turned.absolute.value == pytest.approx(-made.absolute.value)
    if not math.isnan(made.absolute.low):
        assert made.absolute.low <= made.absolute.value <= made.absolute.high
        assert turned.absolute.low == pytest.approx(-made.absolute.high)
    if not math.isnan(made.relative.low):
        assert made.relative.low <= made.relative.value <= made.relative.high
        scaled = difference_of_means(arm_of(np.array(treated) * factor), arm_of(np.array(control) * factor))
        assert scaled.relative.value == pytest.approx(made.relative.value, rel=1e-6, abs=1e-9)
