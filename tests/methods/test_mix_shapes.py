"""Carry-over and saturation: by hand, and their derivatives against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.methods import mix_shapes as shapes


def test_lags_by_hand():
    made = shapes.lagged(np.array([[1.0], [2.0], [4.0]]), 2)
    assert made[0].tolist() == [[1, 0], [2, 1], [4, 2]]


def test_more_lags_than_weeks_are_zero():
    assert shapes.lagged(np.array([[3.0], [5.0]]), 4)[0].tolist() == [[3, 0, 0, 0], [5, 3, 0, 0]]


def test_geometric_weights_by_hand():
    # 1, 1/2, 1/4 over 7/4
    assert shapes.weights(0.5, 3) == pytest.approx([4 / 7, 2 / 7, 1 / 7])


def test_delayed_weights_by_hand():
    # alpha 1/2, peak after one week: 1/2, 1, 1/2, 1/16 over 33/16
    assert shapes.weights(0.5, 4, delay=1.0) == pytest.approx(np.array([8, 16, 8, 1]) / 33)


def test_saturation_by_hand():
    assert shapes.saturation("logistic", 1.0, 2.0) == pytest.approx(0.7615941560)
    assert shapes.saturation("exponential", 1.0, 2.0) == pytest.approx(0.8646647168)
    assert shapes.saturation("michaelis_menten", 1.0, 2.0) == pytest.approx(2 / 3)


def test_an_unknown_form_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match='"hill" is unknown; use logistic, exponential, michaelis_menten'):
        shapes.saturation("hill", 1.0, 1.0)


@given(alpha=st.floats(0, 1), lags=st.integers(1, 20))
def test_weights_are_shares(alpha, lags):
    made = shapes.weights(alpha, lags)
    assert made.sum() == pytest.approx(1) and (made >= 0).all() and (np.diff(made) <= 1e-12).all()


@given(alpha=st.floats(0.02, 0.98), delay=st.floats(0, 3.5))
def test_slopes_of_the_weights_are_their_differences(alpha, delay):
    step = 1e-6
    _, by_alpha, by_delay = shapes.weights(alpha, 8, delay=delay, gradient=True)
    apart = shapes.weights(alpha + step, 8, delay=delay) - shapes.weights(alpha - step, 8, delay=delay)
    assert by_alpha == pytest.approx(apart / (2 * step), abs=1e-5)
    apart = shapes.weights(alpha, 8, delay=delay + step) - shapes.weights(alpha, 8, delay=delay - step)
    assert by_delay == pytest.approx(apart / (2 * step), abs=1e-5)


@pytest.mark.parametrize("form", shapes.SATURATIONS)
@given(pressure=st.floats(0, 5), bend=st.floats(0.01, 20))
def test_saturation_rises_from_zero_and_its_slopes_are_its_differences(form, pressure, bend):
    step = 1e-6
    value, by_pressure, by_bend = shapes.saturation(form, pressure, bend, gradient=True)
    assert 0 <= value <= 1 and by_pressure >= 0
    apart = shapes.saturation(form, pressure + step, bend) - shapes.saturation(form, pressure, bend)
    assert by_pressure == pytest.approx(apart / step, rel=1e-3, abs=1e-4)
    apart = shapes.saturation(form, pressure, bend + step) - shapes.saturation(form, pressure, bend)
    assert by_bend == pytest.approx(apart / step, rel=1e-3, abs=1e-4)
