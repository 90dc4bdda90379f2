"""Ratios of two shares: published digits, strata by hand, limits."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.ratios import ratio_of_proportions, stratified_ratio


def test_the_score_interval_has_the_digits_of_koopman():
    # Koopman (1984), Biometrics 40, 513-517: 36 of 40 against 16 of 80, 95 %: 2.94 to 7.15
    made = ratio_of_proportions(36, 40, 16, 80, level=0.95)
    assert made.value == pytest.approx(4.5)
    assert (made.low, made.high) == (pytest.approx(2.94, abs=0.005), pytest.approx(7.15, abs=0.005))


def strata(*rows):
    return pd.DataFrame(rows, columns=["successes_a", "n_a", "successes_b", "n_b"])


def test_two_strata_by_hand():
    # In both the share of a is twice that of b; thrown together it looks smaller, for b sits in the better stratum
    table = strata((10, 100, 5, 100), (12, 20, 90, 300))
    made = stratified_ratio(table)
    top = 10 * 100 / 200 + 12 * 300 / 320
    bottom = 5 * 100 / 200 + 90 * 20 / 320
    assert made.value == pytest.approx(top / bottom) == pytest.approx(2.0)
    whole = table.sum()
    assert (whole["successes_a"] / whole["n_a"]) / (whole["successes_b"] / whole["n_b"]) < 0.8
    assert made.low < 2 < made.high and made.n == 520


def test_one_stratum_is_near_the_plain_ratio():
    one, plain = stratified_ratio(strata((60, 200, 40, 200))), ratio_of_proportions(60, 200, 40, 200)
    assert one.value == pytest.approx(plain.value) == pytest.approx(1.5)
    assert (one.low, one.high) == (pytest.approx(plain.low, rel=0.02), pytest.approx(plain.high, rel=0.02))


@pytest.mark.parametrize("counts", [(1, 29, 5, 100), (5, 100, 1, 29), (5, 100, 0, 100), (0, 0, 0, 0)])
def test_too_few_or_nothing_to_compare_with_is_not_told(counts):
    assert np.isnan(ratio_of_proportions(*counts).value)
    assert np.isnan(stratified_ratio(strata(counts)).value)


def test_shares_of_none_and_of_all_have_bounds():
    none, whole = ratio_of_proportions(0, 50, 10, 50), ratio_of_proportions(50, 50, 50, 50)
    assert (none.value, none.low) == (0, 0) and 0 < none.high < 1
    assert whole.value == 1 and whole.low < 1 < whole.high


def test_impossible_counts_are_refused():
    with pytest.raises(DataError, match="successes 6 of n 5"):
        ratio_of_proportions(6, 5, 1, 5)
