"""Takers against others like them: weights, differences, balance, what could explain them, and planted truths."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from helpers.errors import DataError
from helpers.methods.balancing import e_value, entropy_weights, standardised_differences, weighted_effect
from helpers.methods.matched_comparison import alike, compare


def people(*groups) -> pd.DataFrame:
    """(took, place, again, how many) each."""
    rows = [(took, place, again) for took, place, again, n in groups for _ in range(n)]
    made = pd.DataFrame(rows, columns=["took", "place", "again"])
    return made.assign(customer_id=range(len(made)))


def world(
    seed: int, *, n: int = 4000, rate: float = 0.06, effect: float = 0.06
) -> tuple[pd.DataFrame, float]:
    """People of whom good customers take more and buy more; the true effect on takers."""
    rng = np.random.default_rng(seed)
    before, segment, month = rng.poisson(2, n), rng.integers(0, 3, n), rng.integers(0, 6, n)
    liking = 0.5 * np.log1p(before) + 0.4 * segment
    took = rng.random(n) < rate * np.exp(liking) / np.exp(liking).mean()
    base = expit(-1.6 + 0.9 * liking)
    again = rng.random(n) < np.minimum(base + effect * took, 1)
    rows = pd.DataFrame({
        "customer_id": np.arange(n), "took": took, "before": np.log1p(before), "segment": segment.astype(str), "month": month.astype(str),
        "again": again.astype(float),
    })  # fmt: skip
    return rows, float((np.minimum(base + effect, 1) - base)[took].mean())


COVARIATES = ["before", "segment"]

# ---- by hand ----


def test_one_trait_of_two_levels_is_weighting_by_its_share():
    """Takers: 30 of A, 10 of B, and 24 buy again. Others: 50 % of A and 20 % of B buy again; like the takers that is 42.5 %."""
    rows = people((True, "A", 1, 20), (True, "A", 0, 10), (True, "B", 1, 4), (True, "B", 0, 6),
                  (False, "A", 1, 50), (False, "A", 0, 50), (False, "B", 1, 60), (False, "B", 0, 240))  # fmt: skip
    found = compare(alike(rows, took="took", covariates=["place"]), "again")
    assert (found.takers, found.others) == pytest.approx((0.6, 0.75 * 0.5 + 0.25 * 0.2), abs=1e-6)
    assert found.difference.value == pytest.approx(0.175, abs=1e-6)
    assert found.naive == pytest.approx(0.6 - 110 / 400)


def test_an_exact_stratum_is_held_too():
    rows = people((True, "A", 1, 20), (True, "A", 0, 10), (True, "B", 1, 4), (True, "B", 0, 6),
                  (False, "A", 1, 50), (False, "A", 0, 50), (False, "B", 1, 60), (False, "B", 0, 240))  # fmt: skip
    found = compare(alike(rows, took="took", covariates=[], exact=["place"]), "again")
    assert found.difference.value == pytest.approx(0.175, abs=1e-6)


def test_the_error_of_a_difference_without_covariates_is_that_of_two_means():
    y_t, y_c = np.array([1.0, 0, 1, 1, 0]), np.array([0.0, 0, 1, 0, 0, 1, 0, 0])
    found = weighted_effect(y_t, y_c, np.zeros((5, 0)), np.zeros((8, 0)), np.full(8, 1 / 8))
    se = math.sqrt((y_t.var() / 5 + y_c.var() / 8) * 5 / 4)
    assert found.value == pytest.approx(0.35) and (found.high - found.low) / 2 == pytest.approx(
        1.6448536 * se
    )


def test_weights_reach_the_target_in_all_means():
    rng = np.random.default_rng(1)
    x, target = rng.standard_normal((400, 5)), np.array([0.3, -0.2, 0.1, 0.0, 0.4])
    made = entropy_weights(x, target)
    assert made.found and made.weights @ x == pytest.approx(target, abs=1e-6)
    assert made.weights.sum() == pytest.approx(1) and 0 < made.n_effective < 400


# ---- published ----


def test_the_e_values_of_the_paper():
    """VanderWeele & Ding (2017): a ratio of 3.9, bound 1.8, has E-values 7.26 and 3.0."""
    assert e_value(3.9) == pytest.approx(7.26, abs=0.005) and e_value(1.8) == pytest.approx(3.0, abs=0.005)
    assert e_value(1 / 3.9) == pytest.approx(e_value(3.9)) and e_value(1.0) == 1


def test_one_covariate_gives_the_exponential_tilt():
    """Hainmueller (2012), equation 8: log weights are linear in the covariate."""
    x = np.linspace(-1, 1, 50)[:, None]
    made = entropy_weights(x, np.array([0.25]))
    slopes = np.diff(np.log(made.weights)) / np.diff(x[:, 0])
    assert slopes == pytest.approx(np.full(49, slopes[0]), rel=1e-6)


# ---- limits ----


def test_few_takers_are_refused_with_the_number_needed():
    group = alike(people((True, "A", 1, 12), (False, "A", 0, 300)), took="took", covariates=["place"])
    found = compare(group, "again")
    assert "need n = 30" in found.reason and math.isnan(found.difference.value)


def test_takers_of_a_place_that_nobody_else_has_are_left_out_and_counted():
    rows = people((True, "A", 1, 40), (True, "Z", 1, 7), (False, "A", 0, 200))
    group = alike(rows, took="took", covariates=[], exact=["place"])
    assert group.n_alone == 7 and len(group.takers) == 40


def test_others_unlike_every_taker_are_left_out():
    rows = people((True, "A", 1, 20), (True, "A", 0, 20), (False, "A", 0, 200), (False, "Y", 1, 900))
    found = compare(alike(rows, took="took", covariates=["place"]), "again")
    assert found.others == 0


def test_no_overlap_is_refused():
    rows = pd.DataFrame(
        {
            "customer_id": range(400),
            "took": [True] * 100 + [False] * 300,
            "spend": [*range(1000, 1100), *range(300)],
            "again": 1.0,
        }
    )
    group = alike(rows, took="took", covariates=["spend"])
    assert "nobody else is like" in group.reason


def test_all_alike_has_no_interval_and_no_surprise():
    found = compare(
        alike(people((True, "A", 1, 40), (False, "A", 1, 80)), took="took", covariates=["place"]), "again"
    )
    assert found.difference.value == 0 and math.isnan(found.difference.low) and math.isnan(found.e_bound)


def test_the_argument_is_not_changed():
    rows, _ = world(1)
    copy = rows.copy()
    compare(alike(rows, took="took", covariates=COVARIATES, exact=["month"]), "again")
    pd.testing.assert_frame_equal(rows, copy)


def test_gaps_are_a_level_of_their_own():
    rows, _ = world(2)
    rows.loc[::7, "segment"] = None
    rows.loc[::5, "before"] = np.nan
    group = alike(rows, took="took", covariates=COVARIATES)
    assert {("before", "missing"), ("segment", "missing")} <= set(
        zip(group.balance["column"], group.balance["level"], strict=True)
    )
    assert group.balance["after"].abs().max() < 1e-4


# ---- bad input ----


def test_an_outcome_that_is_unknown_is_refused():
    rows, _ = world(3)
    rows.loc[0, "again"] = np.nan
    with pytest.raises(DataError, match="again is unknown for 1 rows"):
        compare(alike(rows, took="took", covariates=[]), "again")


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="the column segment is missing"):
        alike(people((True, "A", 1, 3)), took="took", covariates=["segment"])


# ---- known truth ----


@pytest.mark.parametrize("effect", [0.0, 0.06])
def test_the_planted_effect_is_inside_and_the_naive_one_is_not(effect):
    """30 seeds: at least 23 inside; the naive difference is some four points too high."""
    held, naive = 0, []
    for seed in range(30):
        rows, true = world(seed, effect=effect)
        found = compare(alike(rows, took="took", covariates=COVARIATES, exact=["month"]), "again")
        held += found.difference.low <= true <= found.difference.high
        naive.append(found.naive - true)
    assert held >= 23 and np.mean(naive) > 0.03


def test_groups_are_alike_afterwards_and_were_not_before():
    rows, _ = world(4)
    balance = alike(rows, took="took", covariates=COVARIATES, exact=["month"]).balance
    assert balance["before"].abs().max() > 0.2 and balance["after"].abs().max() < 1e-4


def test_the_standardised_difference_by_hand():
    x_t, x_o = np.array([[1.0], [3.0]]), np.array([[0.0], [0.0], [3.0]])
    assert standardised_differences(x_t, x_o)[0] == pytest.approx((2 - 1) / 1)
    assert standardised_differences(x_t, x_o, np.array([0.25, 0.25, 0.5]))[0] == pytest.approx(0.5)


def test_a_person_in_two_rows_counts_once_for_the_error():
    rows, _ = world(5)
    twice = pd.concat([rows, rows], ignore_index=True)
    one, two = (
        compare(alike(frame, took="took", covariates=COVARIATES), "again").difference
        for frame in (rows, twice)
    )
    assert two.value == pytest.approx(one.value, abs=1e-6)
    assert two.high - two.low == pytest.approx(one.high - one.low, rel=0.01)
