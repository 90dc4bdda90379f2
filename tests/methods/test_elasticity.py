"""Own price elasticity of sales: recovered where it was planted, refused where prices tell nothing, and bad input."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.elasticity import own_price_elasticity


def months(seed=1, *, elasticity=-1.8, spread=0.05, memory=0.4, n=36, markets=("FR", "BE", "CH"), noise=0.04):
    """Months of markets with season, trend, a rival's price and errors that remember the month before."""
    rng, rows = np.random.default_rng(seed), []
    for k, market in enumerate(markets):
        price, rival = (spread * rng.standard_normal(n) for _ in range(2))
        u, last = np.empty(n), noise / math.sqrt(1 - memory**2) * rng.standard_normal()
        for t in range(n):
            u[t] = last = memory * last + noise * rng.standard_normal()
        t = np.arange(n)
        log = 6 - k + 0.004 * t + 0.2 * np.sin(2 * np.pi * t / 12) + elasticity * price + 0.4 * rival + u
        rows.append(
            pd.DataFrame({"market": market, "month": pd.period_range("2023-10", periods=n, freq="M"), "units": np.exp(log),
                          "price": 120 * np.exp(price), "rival_price": 100 * np.exp(rival)})
        )  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def test_without_noise_the_elasticity_is_found_to_the_digit():
    made = own_price_elasticity(months(noise=1e-9))
    assert made.own.value == pytest.approx(-1.8, abs=1e-6)
    assert made.rivals.value == pytest.approx(0.4, abs=1e-6)


def test_the_planted_elasticity_lies_inside_the_interval_of_most_seeds():
    made = [own_price_elasticity(months(seed)).own for seed in range(20)]
    assert sum(one.low <= -1.8 <= one.high for one in made) >= 14


def test_all_draws_lie_around_the_estimate():
    made = own_price_elasticity(months())
    drawn = made.draws(20_000)
    low, high = np.quantile(drawn, [0.05, 0.95])
    assert (low, high) == pytest.approx((made.own.low, made.own.high), abs=0.02)


def test_order_of_rows_and_unit_of_money_change_nothing():
    frame = months()
    other = frame.sample(frac=1, random_state=1).assign(price=lambda one: 7 * one["price"])
    assert own_price_elasticity(other).own.value == pytest.approx(own_price_elasticity(frame).own.value)


def test_the_estimate_agrees_with_statsmodels_at_the_memory_that_was_found():
    import statsmodels.api as sm

    frame = months(markets=("FR",), n=60)
    made = own_price_elasticity(frame)
    t = np.arange(60)
    x = np.column_stack(
        [np.log(frame["price"]), np.log(frame["rival_price"]), np.ones(60), t, *[(t + 9) % 12 == m for m in range(1, 12)]]
    ).astype(float)  # fmt: skip
    rho = made.memory
    sigma = rho ** np.abs(t[:, None] - t[None])
    other = sm.GLS(np.log(frame["units"]).to_numpy(), x, sigma=sigma).fit()
    assert made.own.value == pytest.approx(other.params[0], abs=1e-6)
    assert made.error == pytest.approx(other.bse[0], rel=1e-5)


def test_it_is_said_that_prices_were_not_drawn_by_lot():
    assert "not drawn by lot" in str(own_price_elasticity(months()).guards[0])


def test_a_price_that_hardly_varies_tells_nothing():
    made = own_price_elasticity(months(spread=0.002))
    assert math.isnan(made.own.value)
    assert "hardly varied" in str(made.reason)


def test_a_price_that_never_varies_tells_nothing():
    made = own_price_elasticity(months().assign(price=120.0))
    assert math.isnan(made.own.value)
    assert made.reason


def test_a_price_that_only_follows_the_season_tells_nothing():
    frame = months()
    frame["price"] = 120 + pd.PeriodIndex(frame["month"]).month
    assert "hardly varied" in str(own_price_elasticity(frame).reason)


def test_twelve_months_tell_nothing_and_say_how_many_are_needed():
    made = own_price_elasticity(months(n=12))
    assert math.isnan(made.own.value)
    assert "24" in str(made.reason)


def test_a_wide_interval_is_refused_with_the_months_that_are_needed():
    made = own_price_elasticity(months(spread=0.03, noise=0.8))
    assert math.isnan(made.own.value)
    assert "interval" in str(made.reason)


def test_a_launch_that_takes_from_the_line_is_held_apart():
    frame = months(noise=0.001)
    late = (pd.PeriodIndex(frame["month"]) >= pd.Period("2025-06", "M")).astype(float)
    frame["units"] *= np.exp(-0.3 * late)
    frame["price"] *= np.exp(-0.05 * late)
    held = own_price_elasticity(frame.assign(launched=late), controls=("launched",))
    assert held.own.value == pytest.approx(-1.8, abs=0.02)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda one: one.drop(columns="price"), "column price is missing"),
        (lambda one: one.iloc[:0], "no month"),
        (lambda one: one.assign(units=0.0), "no units above 0"),
        (lambda one: one.drop(index=5), "gap"),
        (lambda one: pd.concat([one, one.iloc[:1]]), "twice"),
    ],
)
def test_sales_that_cannot_be_read_are_refused(change, words):
    with pytest.raises(DataError, match=words):
        own_price_elasticity(change(months()))
