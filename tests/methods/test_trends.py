"""Growth a year of months: by hand, with season, with memory, too few months."""

import math

import numpy as np
import pytest

from helpers.errors import DataError
from helpers.methods.trends import growth, growth_draws


def series(n, rate, *, noise=0.0, memory=0.0, season=0.2, seed=1):
    rng, t = np.random.default_rng(seed), np.arange(n)
    u = np.zeros(n)
    for at in range(1, n):
        u[at] = memory * u[at - 1] + noise * rng.standard_normal()
    return np.exp(5 + math.log1p(rate) * t / 12 + season * np.sin(2 * np.pi * t / 12) + u)


def test_a_series_that_grows_by_a_tenth_a_year_grows_by_a_tenth_whatever_its_season():
    for season in (0.0, 0.4):
        assert growth(series(36, 0.10, season=season)).a_year.value == pytest.approx(0.10, abs=1e-9)


def test_a_flat_series_without_noise_has_no_growth_and_no_width():
    made = growth(np.full(36, 7.0)).a_year
    assert made.value == pytest.approx(0, abs=1e-12) and made.high - made.low < 1e-9


def test_memory_makes_the_interval_wider():
    alone, tied = (growth(series(60, 0.05, noise=0.02, memory=r)) for r in (0.0, 0.8))
    assert tied.log_error > 2 * alone.log_error and tied.memory > 0.4


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_truth_lies_inside(seed):
    made = growth(series(36, 0.06, noise=0.02, memory=0.3, seed=seed)).a_year
    assert made.low < 0.06 < made.high and made.n == 36


def test_draws_have_the_interval_they_come_from():
    made = growth(series(36, 0.06, noise=0.03, seed=4))
    low, high = np.quantile(growth_draws(made, 40_000, np.random.default_rng(1)), [0.05, 0.95])
    assert (low, high) == pytest.approx((made.a_year.low, made.a_year.high), abs=0.003)


def test_one_month_of_sales_tells_no_growth_and_says_what_would():
    made = growth([100.0])
    assert math.isnan(made.a_year.value) and str(made.guards[0]) == "cannot tell: months known 1, needed 24"
    assert np.isnan(growth_draws(made, 5, np.random.default_rng(1))).all()
    assert "nothing sold" in growth(np.r_[0.0, np.ones(30)]).guards[0]
    assert math.isnan(growth([]).a_year.value)


def test_a_missing_month_is_named():
    with pytest.raises(DataError, match="month 3 of 30"):
        growth(np.r_[1.0, 1.0, np.nan, np.ones(27)])
