"""Shares put together by group: a difference within strata, a rate of a fixed mix, mix and rate."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.intervals import difference_of_proportions, wilson
from helpers.methods.stratified import mix_and_rate, standardised_rate, stratified_difference

# Tuberculosis and vaccination: cases and others among vaccinated, cases and others among the rest, in 13 trials (Colditz et al., 1994).
BCG = [
    (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619), (33, 5036, 47, 5761), (180, 1361, 372, 1079),
    (8, 2537, 10, 619), (505, 87886, 499, 87892), (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]  # fmt: skip


def strata(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["yes_treated", "n_treated", "yes_control", "n_control"])


def weighted(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["yes", "n", "weight"])


def periods(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["yes_then", "n_then", "yes_now", "n_now"])


# ---- by hand ----


def test_a_difference_within_two_strata_by_hand():
    """10 points in a stratum of 20 and 20, 0 in one of 40 and 40: weights 10 and 20, so a third of 10 points."""
    found = stratified_difference(strata((6, 20, 4, 20), (8, 40, 8, 40)))
    assert (
        found.difference.value == pytest.approx(0.1 / 3) and found.n_strata == 2 and found.difference.n == 120
    )


def test_a_fixed_mix_by_hand():
    """10 % and 50 %, mixed 3 to 1: 20 %."""
    found = standardised_rate(weighted((10, 100, 3), (50, 100, 1)))
    assert found.rate.value == pytest.approx(0.2) and found.unseen == 0
    low, _ = wilson([10, 50], [100, 100])
    assert found.rate.low == pytest.approx(0.2 - math.hypot(0.75 * (0.1 - low[0]), 0.25 * (0.5 - low[1])))


def test_mix_and_rate_by_hand():
    """Shares of 1/2 and 1/2 become 1/4 and 3/4, rates of 10 and 50 % become 10 and 40 %."""
    found = mix_and_rate(periods((10, 100, 5, 50), (50, 100, 60, 150)))
    assert found.total.value == pytest.approx(65 / 200 - 60 / 200)
    assert found.rate.value == pytest.approx((0.5 + 0.75) / 2 * -0.1)
    assert found.mix.value == pytest.approx(-0.25 * 0.1 + 0.25 * 0.45)
    assert found.mix.value + found.rate.value == pytest.approx(found.total.value)


# ---- published ----


def test_the_difference_and_error_of_the_thirteen_trials_are_those_of_metafor():
    """rma.mh(measure = "RD") of metafor on dat.bcg: estimate -0.003288181832613, standard error 0.0002866567485273736."""
    rows = [(a, a + b, c, c + d) for a, b, c, d in BCG]
    found = stratified_difference(strata(*rows), level=0.95).difference
    assert found.value == pytest.approx(-3.288181832613e-03, rel=1e-11)
    assert (found.high - found.low) / 2 / 1.959963984540054 == pytest.approx(2.866567485273736e-04, rel=1e-11)


def test_weights_of_one_stratum_give_wilson_and_a_contrast_would_give_newcombe():
    """Newcombe (1998), table II, method 10: 56/70 against 48/80 is 0.0524 to 0.3339; the same root of squares is used here."""
    only = standardised_rate(weighted((56, 70, 1)), level=0.95).rate
    assert (only.low, only.high) == pytest.approx(wilson(56, 70, level=0.95))
    low, high = wilson([56, 48], [70, 80], level=0.95)
    assert 0.2 - math.hypot(0.8 - low[0], high[1] - 0.6) == pytest.approx(0.0524, abs=5e-5)
    assert difference_of_proportions(56, 70, 48, 80, level=0.95).high == pytest.approx(0.3339, abs=5e-5)


# ---- limits ----


def test_a_stratum_with_one_arm_alone_says_nothing_and_is_counted():
    found = stratified_difference(strata((6, 20, 4, 20), (9, 30, 0, 0)))
    assert found.difference.value == pytest.approx(0.1) and found.n_left_out == 30 and found.n_strata == 1
    nothing = stratified_difference(strata((9, 30, 0, 0)))
    assert math.isnan(nothing.difference.value) and nothing.n_left_out == 30


def test_what_was_not_seen_is_said_and_the_rest_stands_for_it():
    found = standardised_rate(weighted((10, 100, 3), (0, 0, 1)))
    assert found.rate.value == pytest.approx(0.1) and found.unseen == pytest.approx(0.25)
    assert math.isnan(standardised_rate(weighted((0, 0, 1))).rate.value)


def test_a_stratum_that_is_new_counts_as_mix():
    found = mix_and_rate(periods((10, 100, 10, 100), (0, 0, 60, 100)))
    assert (
        found.rate.value == 0
        and found.mix.value == pytest.approx(found.total.value)
        and found.total.value == pytest.approx(0.25)
    )
    assert found.total.low < found.total.value < found.total.high


def test_equal_periods_have_no_change_and_an_empty_one_no_answer():
    same = mix_and_rate(periods((10, 100, 10, 100), (30, 90, 30, 90)))
    assert (same.total.value, same.mix.value, same.rate.value) == pytest.approx((0, 0, 0))
    assert math.isnan(mix_and_rate(periods((10, 100, 0, 0))).total.value)


def test_the_difference_of_one_large_stratum_is_that_of_the_shares():
    found = stratified_difference(strata((300, 1000, 250, 1000))).difference
    assert found.value == pytest.approx(0.05) and found.low > 0


# ---- bad input ----


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (pd.DataFrame({"yes_treated": [1]}), "n_treated is missing"),
        (strata((5, 4, 1, 2)), "count each unit once"),
        (strata((1, 4, -1, 2)), "0 or more"),
        (strata((1, math.nan, 1, 2)), "must be known"),
    ],
)
def test_impossible_counts_are_refused_with_the_row_and_a_remedy(rows, words):
    with pytest.raises(DataError, match=words):
        stratified_difference(rows)


def test_a_negative_weight_is_refused():
    with pytest.raises(DataError, match="weight"):
        standardised_rate(weighted((1, 2, -1)))


# ---- known truth ----


def test_intervals_hold_the_truth_over_many_strata():
    """200 redraws in the study; here 60 seeds, at least 45 inside each."""
    rates, then, now, held = (
        np.linspace(0.02, 0.45, 12),
        np.linspace(1.5, 0.5, 12),
        np.linspace(0.5, 1.5, 12),
        np.zeros(4),
    )
    then, now, moved = then / 12, now / 12, np.linspace(0.04, -0.01, 12)
    truth = ((now - then) @ (rates + moved / 2), (now + then) @ moved / 2)
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n_0, n_1 = rng.multinomial(2400, then), rng.multinomial(2400, now)
        yes_0, yes_1 = rng.binomial(n_0, rates), rng.binomial(n_1, rates + moved)
        made = mix_and_rate(pd.DataFrame({"yes_then": yes_0, "n_then": n_0, "yes_now": yes_1, "n_now": n_1}))
        fixed = standardised_rate(pd.DataFrame({"yes": yes_0, "n": n_0, "weight": now})).rate
        within = stratified_difference(pd.DataFrame({
            "yes_treated": rng.binomial(n_0, rates + 0.05), "n_treated": n_0, "yes_control": rng.binomial(n_1, rates), "n_control": n_1,
        })).difference  # fmt: skip
        found = (made.mix, truth[0]), (made.rate, truth[1]), (fixed, now @ rates), (within, 0.05)
        held += [one.low <= true <= one.high for one, true in found]
    assert (held >= 45).all(), held
