"""Promotions: money by hand on five days, the design row by row, planted lifts and dips found, bad input refused."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import promotions as model
from helpers.methods import promotions_design as designs
from helpers.methods import promotions_money as money

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from coverage_promotions import inside, shop

# Five days of a promotion: orders, of which came anyhow, margin after the discount, discount.
FIVE = [
    (12, 8, 240.0, 96.0),
    (10, 8, 200.0, 80.0),
    (14, 8, 280.0, 112.0),
    (11, 8, 220.0, 88.0),
    (13, 8, 260.0, 104.0),
]


def events(*rows):
    made = pd.DataFrame(rows, columns=["event", "kind", "group", "starts_on", "ends_on", "has_dip"])
    return made.assign(**{name: pd.to_datetime(made[name]) for name in ("starts_on", "ends_on")})


def days(n, *, first="2026-01-05", level=50.0, group="FR"):
    return pd.DataFrame({"day": pd.date_range(first, periods=n, freq="D"), "group": group, "n": level})


def test_five_days_by_hand_bring_400_less_320_less_the_dip():
    """60 orders, 40 of them anyhow: 20 extra at 20 each; 40 times a discount of 8; 5 missing afterwards at 28 each."""
    orders, anyhow, margin, given_away = (sum(column) for column in zip(*FIVE, strict=True))
    each, off = (
        money.mean_of([row[2] for row in FIVE], [row[0] for row in FIVE]),
        money.mean_of([row[3] for row in FIVE], [row[0] for row in FIVE]),
    )
    assert (each.value, off.value) == (20.0, 8.0) == (margin / orders, given_away / orders)
    assert each.se == pytest.approx(0.0, abs=1e-12)
    net = money.net_margin(orders - anyhow, anyhow, 5, margin=each.value, given=off.value, after=28.0)
    assert net == 20 * 20 - 40 * 8 - 5 * 28 == -60
    found = model.Draws(np.full(10, 60.0), np.full(10, 20.0), np.full(10, 5.0))
    terms = money.Terms(
        each, off, money.Mean(28.0, 0.0, 5), money.Mean(30.0, 0.0, 5), money.Mean(0.1, 0.0, 5)
    )
    worth = money.worth(found, terms)
    assert (
        worth.net == pytest.approx(-60 + 20 * 0.1 * 30)
        and worth.lift == pytest.approx(0.5)
        and worth.pulled == pytest.approx(0.25)
    )
    assert (worth.added, worth.given, worth.dip, worth.later) == tuple(
        pytest.approx(value) for value in (400, 320, 140, 60)
    )


def test_the_error_of_a_mean_over_days_by_hand():
    """Means 2 and 4 an order on two days of ten orders: 30 +- 10 each, so sqrt(2 x 200) / 20 = 1."""
    one = money.mean_of([20.0, 40.0], [10.0, 10.0])
    assert one.value == 3.0 and one.se == pytest.approx(1.0)
    assert np.isnan(money.mean_of([], []).value) and money.mean_of([5.0], [1.0]).se == 0.0
    with pytest.raises(DataError, match="no amount"):
        money.mean_of([np.nan], [1.0])


def test_break_even_of_a_fifth_off_at_half_margin_is_two_thirds():
    assert money.break_even_lift(0.2, 0.5) == pytest.approx(2 / 3)
    assert money.break_even_lift(20, 45) == pytest.approx(0.8)
    assert money.break_even_lift(0.5, 0.5) == np.inf and money.break_even_lift(0.0, 0.5) == 0.0
    assert np.isnan(money.break_even_lift(np.nan, 0.5))


@given(st.floats(0.01, 0.6), st.floats(0.62, 0.95), st.floats(1, 1e5))
def test_at_the_break_even_lift_nothing_is_gained_and_nothing_lost(discount, margin, anyhow):
    lift = money.break_even_lift(discount, margin)
    net = money.net_margin(lift * anyhow, anyhow, 0.0, margin=margin - discount, given=discount, after=margin)
    assert net == pytest.approx(0.0, abs=1e-8 * anyhow)


@given(st.floats(-4, -0.1), st.floats(0.01, 0.9))
def test_elasticity_is_that_of_the_demand_curve(e, discount):
    assert money.elasticity((1 - discount) ** e - 1, discount) == pytest.approx(e)


def test_elasticity_and_levels_refuse_what_is_no_share():
    with pytest.raises(DataError, match="discount is 15"):
        money.elasticity(0.5, 15)
    assert np.isnan(money.elasticity(-1.5, 0.2))
    with pytest.raises(ValueError, match="level"):
        money.interval_of(np.ones(3), level=90)


def test_a_depth_of_one_is_the_promotion_as_it_is_and_of_none_is_worth_nothing():
    found = model.Draws(np.full(5, 150.0), np.full(5, 50.0), np.full(5, 20.0))
    terms = money.Terms(*(money.Mean(value, 0.0, 9) for value in (20.0, 8.0, 28.0, 5.0, 0.1)))
    assert money.at_depth(found, terms, discount=0.2, factor=1.0) == pytest.approx(
        money.worth(found, terms).net
    )
    assert money.at_depth(found, terms, discount=0.2, factor=0.0) == pytest.approx(0.0)
    half = money.at_depth(found, terms, discount=0.2, factor=0.5)[0]
    lift = 0.9 ** (np.log(1.5) / np.log(0.8)) - 1
    assert half == pytest.approx(100 * lift * (24 - 0.4 * 28 + 0.5) - 100 * 4)
    assert np.isnan(money.at_depth(found, terms, discount=0.0, factor=0.5)).all()


def test_a_pulled_share_without_extra_orders_is_not_told():
    around_none = model.Draws(np.full(100, 50.0), np.linspace(-10, 10, 100), np.full(100, 5.0))
    terms = money.Terms(*(money.Mean(value, 0.0, 9) for value in (20.0, 8.0, 28.0, 0.0, 0.0)))
    assert np.isnan(money.share_pulled(money.worth(around_none, terms)).value)


def test_weeks_of_a_promotion_and_a_rest_of_three_days_joins_the_week_before():
    assert designs.steps_of(5).tolist() == [0] * 5
    assert designs.steps_of(8).tolist() == [0] * 8
    assert designs.steps_of(11).tolist() == [0] * 7 + [1] * 4
    assert designs.steps_of(31).tolist() == [0] * 7 + [1] * 7 + [2] * 7 + [3] * 10


def test_the_design_marks_the_days_of_a_promotion_and_a_dip_that_fades():
    made = designs.design(days(70), events(("Sale", "sale", "FR", "2026-02-02", "2026-02-06", True)))
    lift = made.x[:, made.names.index("lift sale 0")]
    assert np.flatnonzero(lift).tolist() == list(range(28, 33)) == made.during["Sale"].tolist()
    dip = made.x[:, made.names.index("dip sale")]
    assert made.after["Sale"].tolist() == list(range(33, 61)) and dip[33] == pytest.approx(-(1 - 0.5 / 28))
    assert dip.sum() == pytest.approx(-14.0) and not np.isin("season", made.kinds)
    launch = designs.design(days(70), events(("New", "launch", "FR", "2026-02-02", "2026-02-06", False)))
    assert "dip launch" not in launch.names


def test_days_that_are_missing_count_as_none_and_bad_days_are_refused():
    made = designs.design(days(70).drop(index=[5, 6]), events())
    assert len(made.days) == 70 and made.days["n"].eq(0).sum() == 2
    with pytest.raises(DataError, match="no day with orders"):
        designs.design(days(0), events())
    with pytest.raises(DataError, match="1 days have a count"):
        designs.design(days(3).assign(n=[1.0, np.nan, 2.0]), events())
    with pytest.raises(DataError, match="before its first day"):
        designs.design(days(70), events(("Sale", "sale", "FR", "2026-02-06", "2026-02-02", True)))


def test_a_level_that_nothing_moves_has_no_lift_and_no_dip():
    made = designs.design(days(120), events(("Sale", "sale", "FR", "2026-02-23", "2026-03-01", True)))
    one = model.draws(model.fit(made))["Sale"]
    for drawn in (one.extra, one.pulled):
        low, high = np.quantile(drawn, (0.05, 0.95))
        assert low < 0 < high
    assert one.expected.mean() == pytest.approx(350, rel=0.05)


@pytest.mark.parametrize("counts", [np.zeros(100), np.r_[np.zeros(99), 1.0], np.full(100, 1e6)])
def test_no_orders_or_huge_ones_give_finite_figures(counts):
    made = designs.design(
        days(100).assign(n=counts), events(("Sale", "sale", "FR", "2026-02-23", "2026-03-01", True))
    )
    one = model.draws(model.fit(made), count=50)["Sale"]
    assert all(np.isfinite(drawn).all() for drawn in one)


def test_the_order_of_rows_changes_nothing():
    made, _, counts = shop(1)
    frame = made.days.assign(n=counts)
    first, second = (
        model.fit(designs.design(some, made.events))
        for some in (frame, frame.sample(frac=1.0, random_state=3))
    )
    assert np.array_equal(first.coef, second.coef)


def test_planted_lifts_dips_and_margins_lie_in_their_intervals():
    """The small version of benchmarks/coverage_promotions.py: of 27 intervals of 90 %, at least 20 hold their truth."""
    flags = [held for seed in range(3) for held in inside(seed).values()]
    assert len(flags) == 27 and sum(flags) >= 20


@settings(max_examples=6, deadline=None)
@given(st.floats(0.2, 1.0), st.integers(0, 1000))
def test_a_strong_lift_is_never_missed(lift, seed):
    rng = np.random.default_rng(seed)
    frame = days(150, level=0.0)
    mean = np.full(150, 200.0)
    mean[60:67] *= np.exp(lift)
    made = designs.design(
        frame.assign(n=rng.poisson(mean)),
        events(("Sale", "sale", "FR", frame["day"][60], frame["day"][66], True)),
    )
    one = model.draws(model.fit(made))["Sale"]
    assert np.quantile(one.extra, 0.02) > 0
