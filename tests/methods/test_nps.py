"""Scores and ratings: five answers by hand, published digits, what has no spread, coverage that is exact."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.nps import (
    Answers,
    answers,
    mean_rating,
    nps,
    nps_difference,
    required_answers,
    score_bounds,
    wald_bounds,
)
from helpers.methods.nps_coverage import coverage, outcomes

Z = 1.6448536


def test_five_answers_by_hand():
    found = answers([10, 9, 8, 6, 0])
    assert found == Answers(2.0, 1.0, 2.0, 5, 0)
    assert nps(found).value == 0.0
    assert nps(answers([10, 9, 9, 8, 6])).value == pytest.approx(100 * (3 - 1) / 5)


def test_an_empty_answer_is_missing_and_seven_and_eight_are_neither():
    found = answers([np.nan, 7, 8, np.nan])
    assert (found.n, found.n_missing, found.passives) == (2, 2, 2.0)
    assert nps(found).value == 0.0


def test_the_intervals_of_fifty_thirty_twenty_are_the_published_ones():
    # 50 promoters and 20 detractors of 100 at 95 %: textbook 14.7 to 45.3, adjusted 14.1 to 44.2, score 14.0 to 44.3
    # (adjusted: Rocks 2016; score: Tango 1998)
    found = [
        wald_bounds(50, 20, 100, level=0.95),
        wald_bounds(50, 20, 100, level=0.95, extra=3),
        score_bounds(50, 20, 100, level=0.95),
    ]
    digits = [tuple(round(100 * float(end), 1) for end in bounds) for bounds in found]
    assert digits == [(14.7, 45.3), (14.1, 44.2), (14.0, 44.3)]


@pytest.mark.parametrize("n", [1, 10, 30, 400])
def test_nps_is_100_when_all_are_promoters_and_its_interval_is_no_point(n):
    made = nps(Answers(float(n), 0.0, 0.0, n, 0))
    assert made.value == 100 and made.high == 100
    assert made.low == pytest.approx(100 * (n - Z**2) / (n + Z**2), abs=1e-4)
    mirror = nps(Answers(0.0, 0.0, float(n), n, 0))
    assert (mirror.low, mirror.high) == (-100, pytest.approx(-made.low))


@pytest.mark.parametrize("n", [5, 50])
def test_answers_that_are_all_in_the_middle_leave_doubt_both_ways(n):
    made = nps(Answers(0.0, float(n), 0.0, n, 0))
    assert made.value == 0 and made.high == pytest.approx(100 * Z**2 / (n + Z**2), abs=1e-4)
    assert made.low == pytest.approx(-made.high)


def test_nobody_gives_no_score():
    assert math.isnan(nps(answers([])).value) and math.isnan(nps(answers([np.nan])).low)
    assert math.isnan(mean_rating([], scale=(1, 7)).value)


def test_weights_move_the_score_and_lower_the_effective_n():
    found = answers([10, 10, 0], [1, 1, 2])
    n = 16 / 6  # (1 + 1 + 2)² / (1 + 1 + 4)
    assert (found.promoters, found.detractors) == (pytest.approx(n / 2), pytest.approx(n / 2))
    assert nps(found).value == pytest.approx(0)
    plain, heavy = nps(answers([10, 10, 0, 8])), nps(answers([10, 10, 0, 8], [5, 1, 1, 1]))
    assert heavy.high - heavy.low > plain.high - plain.low
    same = nps(answers([10, 10, 0, 8], [3, 3, 3, 3]))
    assert (same.low, same.high) == (pytest.approx(plain.low), pytest.approx(plain.high))


@pytest.mark.parametrize("bad", [[11], [-1], [5, 10.5]])
def test_an_answer_off_the_scale_is_refused(bad):
    with pytest.raises(DataError, match="between 0 and 10"):
        answers(bad)


def test_weights_that_cannot_be_are_refused():
    with pytest.raises(DataError, match="weight is negative"):
        answers([1, 2], [1, -1])
    with pytest.raises(ValueError, match="1 for 2"):
        answers([1, 2], [1])


def test_the_change_of_two_waves_by_hand():
    now, then = nps(answers([10] * 60 + [5] * 40)), nps(answers([10] * 50 + [5] * 50))
    made = nps_difference(now, then)
    assert made.value == pytest.approx(20)
    assert made.low == pytest.approx(20 - math.hypot(now.value - now.low, then.high - then.value))
    assert made.n == 200


def test_the_answers_that_a_width_needs_are_the_fewest_that_give_it():
    for p, d, half in ((0.44, 0.29, 5), (0.95, 0.01, 3), (1.0, 0.0, 10), (0.0, 0.0, 50)):
        n = required_answers(p, d, half)

        def width(size, p=p, d=d):
            low, high = score_bounds(p * size, d * size, size)
            return 50 * float(high - low)

        assert width(n) <= half < width(n - 1) if n > 1 else width(n) <= half
    with pytest.raises(ValueError, match="half_width"):
        required_answers(0.5, 0.2, 0)


def test_the_score_interval_holds_its_level_where_the_textbook_fails():
    table = coverage([10, 30, 100], [(0.5, 0.2), (0.95, 0.01), (0.44, 0.29)], level=0.90)
    assert table["score"].between(0.87, 0.96).all()
    sure = table[table["promoters"] == 0.95].set_index("n")["textbook"]
    assert sure[10] < 0.45 and sure[30] < 0.80 and sure[100] < 0.85


def test_the_coverage_is_a_sum_over_every_outcome():
    p, d = outcomes(3)
    assert len(p) == 10 and (p + d).max() == 3
    # One answer, half promoters and half detractors: the true score of 0 is inside unless the interval of ±100 leaves it out.
    low, high = score_bounds(1, 0, 1)
    held = float(low) <= 0 <= float(high)
    assert coverage([1], [(0.5, 0.5)], methods=["score"])["score"].iloc[0] == pytest.approx(float(held))


def test_five_ratings_by_hand():
    assert mean_rating([1, 4, 7, 7, 6], scale=(1, 7)).value == 5.0
    # answers at the ends only: Wilson's interval of 24 of 30, brought to the scale of 1 to 7
    made = mean_rating([7] * 24 + [1] * 6, scale=(1, 7))
    middle, half = (
        (0.8 + Z**2 / 60) / (1 + Z**2 / 30),
        Z * math.sqrt(0.16 / 30 + Z**2 / 3600) / (1 + Z**2 / 30),
    )
    assert (made.low, made.high) == (
        pytest.approx(1 + 6 * (middle - half)),
        pytest.approx(1 + 6 * (middle + half)),
    )


def test_equal_ratings_stay_on_the_scale_and_leave_doubt():
    top, middle = mean_rating([7] * 30, scale=(1, 7)), mean_rating([4] * 30, scale=(1, 7))
    assert top.high == 7 and 6 < top.low < 7
    assert middle.low < 4 < middle.high and middle.high - middle.low < 1


def test_a_scale_or_a_rating_that_cannot_be_is_refused():
    with pytest.raises(DataError, match="scale goes from"):
        mean_rating([1], scale=(5, 5))
    with pytest.raises(DataError, match="not on the scale"):
        mean_rating([9], scale=(1, 7))


@pytest.mark.parametrize(
    "shares", [(0.03, 0.04, 0.06, 0.11, 0.22, 0.32, 0.22), (0.3, 0.1, 0.05, 0.05, 0.05, 0.1, 0.35)]
)
def test_the_interval_of_a_mean_holds_the_truth_as_often_as_it_says(shares):
    rng, points = np.random.default_rng(1), np.arange(1, 8)
    made = [
        mean_rating(np.repeat(points, counts), scale=(1, 7)) for counts in rng.multinomial(60, shares, 400)
    ]
    held = np.mean([one.low <= points @ np.array(shares) <= one.high for one in made])
    assert 0.83 <= held <= 0.96


@settings(deadline=None, max_examples=60)
@given(st.lists(st.one_of(st.integers(0, 10), st.just(math.nan)), max_size=60), st.integers(0, 3))
def test_a_score_is_inside_its_interval_and_the_interval_on_the_scale(scores, seed):
    weights = np.random.default_rng(seed).uniform(0.1, 9, len(scores))
    for found in (nps(answers(scores)), nps(answers(scores, weights))):
        if found.n:
            assert -100 <= found.low <= found.value <= found.high <= 100
            assert found.high - found.low > 0
        else:
            assert math.isnan(found.value)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(1, 7), min_size=1, max_size=40))
def test_a_mean_is_inside_its_interval_and_the_interval_on_the_scale(scores):
    made = mean_rating(scores, scale=(1, 7))
    assert 1 <= made.low <= made.value <= made.high <= 7 and made.high > made.low
