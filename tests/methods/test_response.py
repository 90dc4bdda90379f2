"""Response curves: exact at today's spend, in level and in slope."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.methods.response import Curves, bend_of, marginal, response


def curves(effect=200.0, bend=1.0, spend=100.0) -> Curves:
    return Curves(("a",), np.array([spend]), np.array([[effect]]), np.array([[bend]]))


def test_a_curve_by_hand():
    # bend 2: tanh(s) / tanh(1); at half of today's spend .46212 / .76159
    found = response(curves(bend=2.0), [50.0])
    assert found[0, 0] == pytest.approx(200 * 0.4621171573 / 0.7615941560)
    assert response(curves(bend=2.0), [0.0])[0, 0] == 0


def test_todays_spend_brings_todays_effect_and_its_margin_is_the_ratio_times_the_mean():
    ratio = np.array([1.0, 0.8, 0.5, 0.1])
    made = Curves(tuple("abcd"), np.full(4, 100.0), np.full((1, 4), 200.0), bend_of(ratio)[None])
    assert response(made, made.spend) == pytest.approx(200.0)
    assert marginal(made, made.spend)[0] == pytest.approx(2.0 * ratio)


def test_more_than_in_proportion_is_a_straight_line():
    assert bend_of(1.7) == 0
    straight = curves(bend=0.0)
    assert response(straight, [300.0])[0, 0] == pytest.approx(600.0)
    assert marginal(straight, [300.0])[0, 0] == pytest.approx(2.0)


@given(
    bend=st.floats(0, 20), spend=st.floats(0, 1_000), effect=st.floats(-1e6, 1e6).filter(lambda e: abs(e) > 1)
)
def test_the_margin_is_the_slope_of_the_response(bend, spend, effect):
    made, step = curves(effect, bend), 1e-3
    slope = (response(made, [spend + step]) - response(made, [spend])) / step
    assert marginal(made, [spend])[0, 0] == pytest.approx(slope[0, 0], rel=1e-2, abs=abs(effect) * 1e-5)


@pytest.mark.parametrize("spend", [[-1.0], [np.nan], [1.0, 2.0]])
def test_a_spend_below_zero_or_unknown_is_refused(spend):
    with pytest.raises(ValueError, match="one spend of 0 or more for each of a"):
        response(curves(), spend)


def test_a_marginal_return_of_zero_has_no_bend():
    with pytest.raises(ValueError, match="above 0"):
        bend_of([0.5, 0.0])
