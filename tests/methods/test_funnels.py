"""Ratios of daily totals and what moves them: by hand, at the limits, and on days whose truth is known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.funnels import count_of_units, ratio_over_days, shift

MONTH = ["day", "group", "top", "bottom"]


def test_a_ratio_is_total_over_total_and_not_a_mean_of_ratios():
    made = ratio_over_days([1] * 20, [10, 30] * 10)
    assert made.value == pytest.approx(20 / 400) and made.n == 400
    assert made.low < made.value < made.high


def test_the_error_of_slow_waves_by_hand():
    """15 days have 2 waves: e = top - R bottom, loads by the cosines, Student's t with 2 degrees of freedom, on the log."""
    top = np.array([3.0, 5, 4, 6, 8, 7, 5, 4, 6, 9, 8, 7, 6, 5, 7])
    residual = top - top.mean()
    loads = [
        math.sqrt(2) * sum(math.cos(math.pi * j * (t + 0.5) / 15) * residual[t] for t in range(15))
        for j in (1, 2)
    ]
    se = math.sqrt((loads[0] ** 2 + loads[1] ** 2) / 2) / 15
    half = 2.91998558 * se / 6  # t(.95, 2)
    made = ratio_over_days(top, np.ones(15), kind="amount")
    assert made.value == pytest.approx(6.0)
    assert (made.low, made.high) == (pytest.approx(6 * math.exp(-half)), pytest.approx(6 * math.exp(half)))


def test_days_cannot_be_more_alike_than_independent_visits():
    made = ratio_over_days([3] * 30, [100] * 30)
    logit, half = math.log(0.03 / 0.97), 2.35336343 / math.sqrt(3000 * 0.03 * 0.97)  # t(.95, 3)
    assert made.low == pytest.approx(1 / (1 + math.exp(half - logit)))


@pytest.mark.parametrize("top", [[0] * 20, [5] * 20])
def test_none_and_all_have_the_bounds_of_wilson(top):
    made = ratio_over_days(top, [5] * 20)
    assert made.value in (0.0, 1.0) and 0 <= made.low <= made.value <= made.high <= 1 and made.high > made.low


def test_nothing_below_the_line_and_few_days_have_no_interval():
    assert math.isnan(ratio_over_days([0] * 20, [0] * 20).value)
    few = ratio_over_days([1] * 13, [9] * 13)
    assert few.value == pytest.approx(1 / 9) and math.isnan(few.low)
    assert math.isnan(ratio_over_days([], []).value)


@pytest.mark.parametrize(("top", "bottom", "says"), [
    ([2.0] * 20, [1.0] * 20, "is no share"),
    ([math.nan] * 20, [1.0] * 20, "must be known"),
    ([-1.0] * 20, [1.0] * 20, "0 or more"),
])  # fmt: skip
def test_impossible_totals_are_refused(top, bottom, says):
    with pytest.raises(DataError, match=says):
        ratio_over_days(top, bottom)


def test_an_unknown_kind_is_refused_with_the_kinds_there_are():
    with pytest.raises(ValueError, match="share, count, amount"):
        ratio_over_days([1], [1], kind="rate")


def test_the_interval_of_days_that_go_together_holds_the_truth():
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        level = np.zeros(60)
        for day in range(1, 60):
            level[day] = 0.4 * level[day - 1] + rng.normal(0, 0.1)
        visits = rng.poisson(2000, 60)
        made = ratio_over_days(rng.binomial(visits, 1 / (1 + np.exp(3.5 - level))), visits)
        inside += made.low <= 0.0295 <= made.high  # e^-3.5 / (1 + e^-3.5), days with a spread of .11
    assert inside >= 48


def test_a_count_of_independent_units_is_garwood_s_and_one_of_clusters_is_wider():
    single = count_of_units([1] * 25)
    assert (single.value, single.n) == (25, 25)
    assert (single.low, single.high) == (pytest.approx(17.382, abs=1e-3), pytest.approx(34.916, abs=1e-3))
    triple = count_of_units([3] * 25)
    assert triple.value == 75 and triple.low == pytest.approx(3 * single.low)
    assert count_of_units([])[:3] == (0.0, 0.0, pytest.approx(2.9957, abs=1e-4))
    with pytest.raises(DataError, match="count them again"):
        count_of_units([1, -1])


def month(days, rows):
    return pd.DataFrame([(day, *row) for day in range(days) for row in rows], columns=MONTH)


def test_mix_and_rate_by_hand():
    """A makes 80 of 100 visits, then 50: 4.2 % become 3.0 % and no rate moved."""
    made = shift(
        month(14, [("A", 4.0, 80.0), ("B", 0.2, 20.0)]), month(14, [("A", 2.5, 50.0), ("B", 0.5, 50.0)])
    )
    assert made.mix.value == pytest.approx(-0.012) and made.rate.value == pytest.approx(0, abs=1e-15)
    other = shift(
        month(14, [("A", 4.0, 80.0), ("B", 0.2, 20.0)]), month(14, [("A", 3.2, 80.0), ("B", 0.2, 20.0)])
    )
    assert other.rate.value == pytest.approx(-0.008) and other.mix.value == pytest.approx(0, abs=1e-15)
    assert other.table.set_index("group").loc["A", "rate"] == pytest.approx(-0.008)


def test_a_new_channel_is_mix_and_one_channel_has_none():
    made = shift(month(14, [("A", 4.0, 80.0)]), month(14, [("A", 4.0, 80.0), ("B", 0.0, 20.0)]))
    assert made.rate.value == pytest.approx(0, abs=1e-15) and made.mix.value == pytest.approx(-0.01)
    one = shift(month(14, [("A", 4.0, 80.0)]), month(14, [("A", 5.0, 80.0)]))
    assert one.mix.value == pytest.approx(0, abs=1e-15) and one.rate.value == pytest.approx(1 / 80)


def test_a_month_without_visits_cannot_be_compared():
    empty = pd.DataFrame({name: [] for name in MONTH})
    made = shift(empty, month(14, [("A", 4.0, 80.0)]))
    assert math.isnan(made.change.value) and made.table.empty
    with pytest.raises(DataError, match="column group is missing"):
        shift(pd.DataFrame({"day": [1], "top": [1], "bottom": [1]}), month(14, [("A", 4.0, 80.0)]))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_mix_and_rate_add_up_exactly_and_the_order_of_rows_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    frames = []
    for _ in range(2):
        frame = month(15, [(name, 0, 0) for name in "ABC"[: rng.integers(1, 4)]])
        bottom = rng.poisson(50, len(frame)).astype(float)
        frames.append(frame.assign(bottom=bottom, top=rng.binomial(bottom.astype(int), 0.2).astype(float)))
    made = shift(*frames)
    totals = [frame["top"].sum() / frame["bottom"].sum() for frame in frames]
    assert made.mix.value + made.rate.value == pytest.approx(totals[1] - totals[0], abs=1e-12)
    assert made.table["mix"].sum() == pytest.approx(made.mix.value, abs=1e-12)
    assert made.change.low <= made.change.value <= made.change.high
    again = shift(*(frame.sample(frac=1, random_state=seed) for frame in frames))
    assert again[:3] == made[:3]
