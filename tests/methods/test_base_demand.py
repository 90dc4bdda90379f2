"""Base demand and the brand behind it: by hand, published, at its limits, known truth, bad input."""

import math

import numpy as np
import pytest

from helpers.errors import DataError
from helpers.methods import base_demand as demand
from helpers.methods import base_demand_model as model
from helpers.methods.base_demand import Control, base_demand, corrected_slope
from helpers.methods.base_demand_index import joined, standardised
from helpers.methods.base_demand_pause import answers_needed, carried, fan, pause, summary

# Yields of corn on soil nitrogen at eleven sites; the error of nitrogen has a variance of 57 (Fuller, 1987, table 1.2.1).
YIELD = [86, 115, 90, 86, 110, 91, 99, 96, 99, 104, 96]
NITROGEN = [70, 97, 53, 64, 95, 64, 50, 70, 94, 69, 51]


def world(seed, *, n=48, effect=0.02, growth=1.2, media=1.5, answers=320, direct=0.05, other=0.0, price=-1.0):
    """Orders a month, the tracker's share, brand media, log price and the true course of a brand at 25 points."""
    rng, t = np.random.default_rng(seed), np.arange(n)
    spend = np.where(np.isin(t % 12, [2, 4, 8, 10]), rng.uniform(1.5, 3.2, n), 0.2)
    spend = spend / spend.mean()
    u, v = np.zeros(n), np.zeros(n)
    for i in range(1, n):
        u[i] = 0.8 * u[i - 1] + 0.3 * rng.standard_normal()
        v[i] = 0.4 * v[i - 1] + 0.018 * rng.standard_normal()
    brand = 25 + growth * t / 12 + media * (model.memory_of_media(spend, 0.8) - 1) + u
    prices = math.log(1.03) * (t >= 14) + math.log(1.03) * (t >= 27)
    season = 0.2 * np.sin(2 * np.pi * t / 12) + 0.1 * np.cos(4 * np.pi * t / 12)
    logs = 7 + season + effect * (brand - 25) + direct * spend + price * prices + other * t / 12 + v
    orders = rng.poisson(np.exp(logs))
    return orders, rng.binomial(answers, brand / 100) / answers, np.full(n, answers), spend, prices, brand


def fitted(made, *, seed=1, draws=300, **more):
    orders, share, answers, spend, prices, _ = made
    controls = [Control("price", prices - prices.mean(), -1.0, 0.5), Control("brand media", spend, 0.05, 0.1)]
    return base_demand(
        orders,
        share,
        answers,
        n_sales=orders,
        brand_media=spend,
        controls=controls,
        seed=seed,
        draws=draws,
        **more,
    )


# by hand
def test_memory_of_media_keeps_four_fifths_of_what_it_was_and_adds_a_fifth_of_the_month():
    assert model.memory_of_media(np.array([0.0, 2.0, 1.0]), 0.8) == pytest.approx([0.8, 1.04, 1.032])


def test_repeat_orders_that_only_follow_age_have_a_flat_index_however_many_customers_come():
    size, days, of_age = (
        np.array([1000.0, 4000, 9000, 500, 2000]),
        np.full(5, 30.0),
        [0, 0.08, 0.04, 0.03, 0.02],
    )
    orders = np.array([[size[c] * 30 * of_age[m - c] if m > c else 0 for m in range(5)] for c in range(5)])
    assert standardised(orders, size, days).index[1:] == pytest.approx(np.ones(4))
    better = orders * np.array([1, 1, 1, 1.5, 1.0])
    index = standardised(better, size, days).index
    assert index[3] / index[1] == pytest.approx(1.5) and index[4] / index[1] == pytest.approx(1)


def test_two_indices_join_by_their_weights():
    index, n = joined([(np.array([1.0, 2.0]), np.array([100.0, 100])), (np.array([1.0, 1.0]), np.array([400.0, 400]))], [3, 1])  # fmt: skip
    assert index == pytest.approx([1, 2**0.75]) and n[0] == pytest.approx(1 / (0.75**2 / 100 + 0.25**2 / 400))


def test_a_pause_takes_what_memory_loses():
    made = fitted(world(1))._replace(effects=np.array([0.02]), media=np.array([2.0]), carry=np.array([0.8]), controls={"brand media": np.array([0.05])})  # fmt: skip
    lost = pause(made, "brand media")
    assert lost.points[0] == pytest.approx([2 * (1 - 0.8**k) for k in (3, 6, 9, 12)])
    by_month = [1 - math.exp(-0.04 * (1 - 0.8**k)) for k in (1, 2, 3)]
    assert lost.long[0, 0] == pytest.approx(np.mean(by_month)) and lost.short[0, 0] == pytest.approx(1 - math.exp(-0.05))  # fmt: skip
    table = fan(lost, np.full(4, 100.0), level=0.9)
    assert table["quarter"].tolist() == [1, 2, 3, 4, 0] and table["value"].iloc[:4].sum() == pytest.approx(table["value"].iloc[4])  # fmt: skip


# published
def test_the_slope_of_corn_on_nitrogen_is_that_of_fuller():
    slope, error = corrected_slope(NITROGEN, YIELD, 57)
    assert round(slope, 4) == 0.4232 and round(error, 3) == pytest.approx(0.174, abs=0.002)
    assert round(float(np.mean(YIELD)) - slope * float(np.mean(NITROGEN)), 2) == 67.56
    assert round(corrected_slope(NITROGEN, YIELD, 0)[0], 4) == 0.3440  # least squares, as he prints beside it


# limits
def test_a_tracker_without_error_and_without_a_prior_to_speak_of_gives_least_squares(monkeypatch):
    monkeypatch.setattr(model, "NOISES", np.array([0.02]))
    monkeypatch.setattr(model, "MEMORIES", (0.0,))
    rng, n = np.random.default_rng(3), 48
    brand = 25 + 3 * np.sin(np.arange(n) / 9) + rng.normal(0, 1, n)
    season = np.tile(np.linspace(-0.1, 0.1, 12), 4)
    y = 5 + season + 0.03 * brand + 0.02 * rng.standard_normal(n)
    made = base_demand(np.exp(y), brand / 100, np.full(n, 1e9), other_growth=0.0, draws=100)
    design = np.column_stack([np.eye(12)[np.arange(n) % 12], brand])
    assert made.effect.value == pytest.approx(np.linalg.lstsq(design, y, rcond=None)[0][-1], abs=5e-4)


def test_below_two_years_or_eight_waves_nothing_is_told_and_it_says_what_would():
    short = [one[:20] for one in world(1)]
    made = fitted(short)
    assert math.isnan(made.effect.value) and made.guards[0] == "cannot tell: months known 20, needed 24"
    assert pause(made, "brand media") is None and not len(carried(made)[1])
    orders, share, answers, *_ = world(1)
    share[7:] = np.nan
    few = base_demand(orders, share, answers)
    assert few.guards[0] == "cannot tell: months with a wave 7, needed 8" and not few.is_told


def test_a_tracker_of_ten_people_is_refused_because_the_interval_is_as_wide_as_before():
    orders, share, answers, *_ = world(2, n=24, growth=0.0, answers=10)
    wild = orders * np.exp(np.random.default_rng(2).normal(0, 0.6, 24))
    made = base_demand(wild, share, answers, other_growth=0.10, draws=100)
    assert math.isnan(made.effect.value) and made.guards[0].startswith("cannot tell: ") and made.narrowed > demand.USELESS  # fmt: skip


def test_no_customers_or_few_orders_have_no_index():
    assert np.isnan(standardised(np.zeros((3, 3)), np.zeros(3), np.full(3, 30.0)).index).all()
    assert math.isnan(corrected_slope([1, 1, 1, 1], [1, 2, 3, 4], 0.0)[0]) and math.isnan(corrected_slope([], [], 1)[0])  # fmt: skip
    assert math.isnan(summary(np.empty(0), level=0.9, n=0).value)


def test_media_that_never_change_tell_nothing_of_themselves_and_more_points_need_fewer_answers():
    assert math.isnan(answers_needed(np.ones(36), 2.0, 25.0))
    bursts = np.tile([0.0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2], 4)
    assert answers_needed(bursts, 3.0, 25.0) < answers_needed(bursts, 2.0, 25.0) < math.inf
    assert math.isinf(answers_needed(bursts, 0.1, 25.0))


# known truth
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_truth_lies_inside_and_a_brand_that_does_nothing_is_not_found_to(seed):
    made, none = fitted(world(seed)).effect, fitted(world(seed, effect=0.0)).effect
    assert made.low < 0.02 < made.high and none.low < 0 < none.high


def test_noise_of_the_tracker_does_not_pull_the_effect_to_zero():
    worlds = [world(seed, n=60, growth=0.0, media=0.0, answers=150, effect=0.04) for seed in range(12)]
    naive, ours = [], []
    for made in worlds:
        x, y = 100 * made[1], np.log(made[0])
        season = np.eye(12)[np.arange(60) % 12]
        design = np.column_stack([season, x, made[4], made[3]])
        naive.append(np.linalg.lstsq(design, y, rcond=None)[0][12])
        ours.append(fitted(made, draws=50).effect)
    assert np.mean(naive) < 0.02 and sum(one.low < 0.04 < one.high for one in ours) >= 10


def test_growth_of_its_own_widens_what_may_be_true_of_the_brand():
    made = world(5)
    widths = [fitted(made, other_growth=spread).effect for spread in (0.0, 0.02, 0.10)]
    widths = [one.high - one.low for one in widths]
    assert widths[0] < widths[1] < widths[2]


def test_draws_hold_together_with_the_interval_and_the_same_data_give_the_same_draws():
    made, again = (fitted(world(6), draws=2000) for _ in range(2))
    assert (made.effects == again.effects).all() and (made.media == again.media).all()
    low, high = np.quantile(made.effects, [0.05, 0.95])
    assert (low, high) == pytest.approx((made.effect.low, made.effect.high), abs=0.004)
    gain, share = carried(made)
    truth = world(6)[5]
    true_gain = truth[-12:].mean() - truth[:12].mean()
    assert np.quantile(gain, 0.02) < true_gain < np.quantile(gain, 0.98)
    assert np.quantile(share, 0.02) < 1 - math.exp(-0.02 * true_gain) < np.quantile(share, 0.98)


def test_months_without_a_wave_are_bridged_and_leave_more_doubt():
    orders, share, answers, *_ = world(7)
    full = base_demand(orders, share, answers, n_sales=orders, draws=50)
    quarterly = share.copy()
    quarterly[np.arange(48) % 3 != 0] = np.nan
    thin = base_demand(orders, quarterly, answers, n_sales=orders, draws=50)
    assert thin.is_told and thin.narrowed > full.narrowed


# bad input
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.update(sales=[1.0] * 30), "30 months of sales, and other series have 36"),
        (lambda d: d["sales"].__setitem__(2, 0.0), "month 3 of 36 has no sales"),
        (lambda d: d["share"].__setitem__(4, 1.2), "month 5 has a share of 1.2 of 300"),
        (lambda d: d["n_effective"].__setitem__(0, 0.0), "month 1 has a share of 0.2 of 0"),
        (lambda d: d.update(brand_media=[-1.0] * 36), "negative in a month"),
        (lambda d: d.update(other_growth=-1.0), "other_growth is -1"),
        (
            lambda d: d.update(controls=[Control("price", np.full(36, np.nan), 0, 1)]),
            "price is missing in a month",
        ),
    ],
)
def test_bad_input_is_named_with_its_remedy(change, says):
    given = {"sales": [100.0] * 36, "share": [0.2] * 36, "n_effective": [300.0] * 36}
    change(given)
    with pytest.raises(DataError, match=says):
        base_demand(**given)


def test_bad_counts_of_cohorts_are_named():
    with pytest.raises(DataError, match="orders are negative"):
        standardised(-np.ones((2, 2)), np.ones(2), np.ones(2))
    with pytest.raises(DataError, match="one row a cohort"):
        standardised(np.ones((2, 3)), np.ones(2), np.ones(3))
    with pytest.raises(DataError, match="variance of -1"):
        corrected_slope([1, 2, 3], [1, 2, 3], -1)
