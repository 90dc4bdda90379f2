"""What a new way of arriving takes from searches, and the growth of counts: by hand, at their limits, with a known truth, and bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.counts_growth import counts_growth
from helpers.methods.displaced import displaced

N, FIRST = 120, 60


def world(taken=0.7, *, seed=1, weights=(0.05, 0.20), n=N, first=FIRST):
    """Two markets without noise beyond a common walk; new arrivals grow to a weight of each market's searches."""
    rng = np.random.default_rng(seed)
    walk = np.exp(np.cumsum(0.02 * rng.standard_normal(n)))
    age = np.arange(n) - first
    old, other, new = {}, {}, {}
    for name, weight, size in zip("AB", weights, (40_000, 10_000), strict=True):
        new[name] = np.round(np.where(age >= 0, size * weight * 1.03 ** (age - age.max()), 0))
        old[name] = rng.poisson(size * walk) - np.round(taken * new[name])
        other[name] = rng.poisson(np.full(n, 3 * size))
    return tuple(pd.DataFrame(one).astype(float) for one in (old, other, new))


def test_without_noise_the_searches_taken_are_those_that_were_made():
    _, _, new = world(0.7)
    walk = 100 + np.arange(N) % 7
    plain = pd.DataFrame({"A": 400.0 * walk, "B": 100.0 * walk})
    found = displaced(plain - 0.7 * new, plain * 3, new)
    assert found.each.value == pytest.approx(0.7, abs=1e-3) and found.verdict == "taken"
    gone = 0.7 * new.iloc[-4:].to_numpy().sum()
    assert found.lost.value == pytest.approx(gone / (plain.iloc[-4:].to_numpy().sum()), abs=1e-4)


def test_searches_are_gained_where_new_arrivals_bring_them():
    _, _, new = world()
    plain = pd.DataFrame({"A": np.full(N, 40_000.0), "B": np.full(N, 10_000.0)})
    found = displaced(plain + 0.5 * new, plain, new)
    assert found.each.value == pytest.approx(-0.5, abs=1e-2) and found.verdict == "added"


def test_the_truth_is_inside_in_most_worlds_and_nothing_is_found_where_nothing_is_taken():
    inside = {taken: [] for taken in (0.0, 0.7)}
    for taken, held in inside.items():
        for seed in range(40):
            one = displaced(*world(taken, seed=seed)).each
            held.append(one.low <= taken <= one.high)
    assert all(sum(held) >= 32 for held in inside.values()), {k: sum(v) for k, v in inside.items()}


def test_the_scale_of_a_market_changes_nothing():
    old, other, new = world()
    first = displaced(old, other, new).each
    again = displaced(old * 3, other * 3, new * 3).each
    assert again.value == pytest.approx(first.value) and again.low == pytest.approx(first.low)


@pytest.mark.parametrize("case", ["one market", "no start", "no past", "alike", "nothing"])
def test_what_cannot_be_told_says_why(case):
    old, other, new = world()
    if case == "one market":
        old, other, new = old[["A"]], other[["A"]], new[["A"]]
    if case == "no start":
        new = new * 0
    if case == "no past":
        old, other, new = (one.iloc[FIRST - 5 :] for one in (old, other, new))
    if case == "alike":
        usual = old[:FIRST].mean()
        new = pd.DataFrame({"A": new["A"] * 0 + np.where(np.arange(N) >= FIRST, usual["A"] * 0.1, 0), "B": np.where(np.arange(N) >= FIRST, usual["B"] * 0.1, 0)})  # fmt: skip
    if case == "nothing":
        old = old.assign(A=old["A"].where(old.index != 3, 0.0))
    found = displaced(old, other, new)
    assert math.isnan(found.each.value) and found.guards[0].startswith("cannot tell: ")


def test_bad_input_is_refused():
    old, other, new = world()
    with pytest.raises(DataError, match="other times or markets"):
        displaced(old, other.iloc[1:], new)
    with pytest.raises(DataError, match="new has -1.0 in B at time 3"):
        displaced(old, other, new.assign(B=new["B"].where(new.index != 2, -1.0)))
    with pytest.raises(DataError, match="old has nan in A"):
        displaced(old.assign(A=old["A"].where(old.index != 2)), other, new)


def test_exact_growth_is_found():
    found = counts_growth(50 * 1.04 ** np.arange(40))
    assert found.a_time.value == pytest.approx(0.04, abs=1e-9) and found.dispersion == 1.0
    assert found.now == pytest.approx(50 * 1.04**39)


def test_twelve_counts_by_hand_of_a_flat_series_do_not_grow():
    found = counts_growth([20.0] * 12)
    assert found.a_time.value == pytest.approx(0, abs=1e-9)
    # Poisson counts of mean 20: the error of the slope is 1 / sqrt(20 x 143), the sum of squares of twelve times; a memory of 1/12, which
    # so few times may hide, makes it sqrt(13 / 11) times that, and leaves 12 x 11 / 13 - 2 = 8.15 degrees of freedom (t = 1.856)
    assert math.log1p(found.a_time.high) == pytest.approx(1.856 * math.sqrt(13 / 11 / (20 * 143)), rel=1e-3)


@pytest.mark.parametrize(("counts", "why"), [([], "times known 0"), ([5] * 11, "times known 11"), ([1] * 20, "20 counted"), ([0] * 20, "0 counted")])  # fmt: skip
def test_too_little_to_grow_says_so(counts, why):
    found = counts_growth(counts)
    assert math.isnan(found.a_time.value) and why in found.guards[0]


def test_a_bad_count_is_refused():
    with pytest.raises(DataError, match="time 2 of 3"):
        counts_growth([1, -1, 1])
    with pytest.raises(DataError, match="time 3 of 3"):
        counts_growth([1, 1, math.nan])


@given(st.integers(0, 10_000), st.floats(-0.05, 0.08))
def test_growth_is_inside_its_own_interval_and_a_rise_of_all_counts_changes_nothing(seed, rate):
    rng = np.random.default_rng(seed)
    y = rng.poisson(60 * (1 + rate) ** np.arange(30)) + 1
    found, tenfold = counts_growth(y).a_time, counts_growth(10 * y).a_time
    assert found.low <= found.value <= found.high
    assert tenfold.value == pytest.approx(found.value, abs=1e-6)
