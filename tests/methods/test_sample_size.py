"""Sample sizes: the inverse of Wilson's interval, and the digits of R's power.prop.test."""

import pytest
from statsmodels.stats.proportion import samplesize_confint_proportion

from helpers.methods.intervals import wilson
from helpers.methods.sample_size import required_n, required_n_per_group


@pytest.mark.parametrize("share", [0.0, 0.03, 0.3, 0.5, 0.97])
def test_required_n_is_the_first_n_whose_wilson_interval_is_narrow_enough(share):
    def half_width(n):  # fractional successes keep the share exact
        low, high = wilson(share * n, n)
        return (high - low) / 2

    n = required_n(share, 0.04)
    assert half_width(n) <= 0.04 < half_width(n - 1)


def test_required_n_agrees_with_the_textbook_when_n_is_large():
    assert required_n(0.5, 0.05, level=0.95) == 381  # 1.96² (100 - 1) = 380.3
    textbook = samplesize_confint_proportion(0.3, 0.005, alpha=0.1)
    assert required_n(0.3, 0.005) == pytest.approx(textbook, rel=1e-3)


def test_required_n_per_group_matches_r_power_prop_test():
    # ?power.prop.test prints n = 76.65294 (.50 against .75, power .90) for 95 %.
    assert required_n_per_group(0.50, 0.75, level=0.95, power=0.90) == 77
    assert required_n_per_group(0.12, 0.10, level=0.95) == 3841


@pytest.mark.parametrize("call", [lambda: required_n(0.5, 0), lambda: required_n_per_group(0.2, 0.2)])
def test_a_sample_size_without_a_target_is_refused(call):
    with pytest.raises(ValueError):
        call()
