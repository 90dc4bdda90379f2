"""The seasonal clock: a planted season is found, a forecast into it is mended, and none is made up."""

import numpy as np
import pandas as pd
import pytest

from helpers.methods.lifetime import expected_purchases, fit_model
from helpers.methods.lifetime_backtest import rolling_origin_backtest
from helpers.methods.lifetime_clock import WEEKS, Clock, fit_clock, in_clock, length, on_clock, week_of_year
from helpers.methods.lifetime_competition import CLOCK, compete
from helpers.methods.lifetime_summary import customer_summary, purchase_days

START = pd.Timestamp("2023-01-01")


def shop(seed, *, weeks, swing, n=20_000, horizon=91):
    """Purchases of BG/NBD customers whose rate swings over the year: (days up to `until` and after, until, true speed by day)."""
    rng = np.random.default_rng(seed)
    last = weeks * 7
    calendar = pd.date_range(START, periods=last + horizon + 1)
    speed = 1 + swing * np.sin(2 * np.pi * (calendar.day_of_year.to_numpy() - 260) / 365.25)
    passed = np.cumsum(speed) / 7
    first = rng.integers(0, last - 60, n)
    rate, leaves = rng.gamma(0.8, 1 / 8.0, n), rng.geometric(np.clip(rng.beta(0.5, 4.0, n), 1e-15, 1))
    span = passed[-1] - passed[first]
    arrivals = rng.poisson(rate * span)
    who = np.repeat(np.arange(n), arrivals)
    at = passed[first][who] + rng.random(len(who)) * span[who]
    log = pd.DataFrame({"who": who, "at": at}).sort_values(["who", "at"], kind="stable")
    log = log[log.groupby("who").cumcount().to_numpy() < leaves[log["who"]]]
    day = np.r_[first, np.searchsorted(passed, log["at"])]
    orders = pd.DataFrame(
        {"customer_id": np.r_[np.arange(n), log["who"]], "day": START + pd.to_timedelta(day, unit="D")}
    )
    return purchase_days(orders), calendar[last], pd.Series(speed, calendar)


def error(days, until, clock):
    """Relative error of the total of the next 13 weeks, and the root of the mean squared error a customer."""
    summary = in_clock(days, clock, until=until)
    made = expected_purchases(fit_model("BG/NBD", summary), summary, length(clock, until, 13))
    later = days[(days["day"] > until) & (days["day"] <= until + pd.Timedelta(weeks=13))]
    came = summary["customer_id"].map(later.groupby("customer_id").size()).fillna(0)
    return made.sum() / came.sum() - 1, float(((made - came) ** 2).mean() ** 0.5)


def test_a_season_that_costs_a_tenth_is_mended():
    errors = []
    for seed in range(3):
        days, until, _ = shop(seed, weeks=142, swing=0.12)
        clock = fit_clock(days, until=until)
        errors.append((error(days, until, None), error(days, until, clock)))
    calendar, on = (np.array([pair[k] for pair in errors]) for k in (0, 1))
    assert calendar[:, 0].mean() < -0.08  # a forecast into the strong season
    assert abs(on[:, 0].mean()) < 0.01 and np.abs(on[:, 0]).max() < 0.025
    assert on[:, 1].mean() <= calendar[:, 1].mean()  # no customer is forecast worse for it


def test_the_planted_speed_is_found_week_by_week():
    days, until, speed = shop(7, weeks=142, swing=0.35)
    clock = fit_clock(days, until=until)
    truth = speed.groupby(week_of_year(speed.index)).mean().to_numpy()
    assert clock.harmonics >= 1 and clock.n_weeks == 142
    assert np.abs(clock.speed - truth / truth.mean()).max() < 0.12
    assert np.corrcoef(clock.speed, truth)[0, 1] > 0.98


def test_no_season_is_made_up_where_there_is_none():
    days, until, _ = shop(5, weeks=120, swing=0.0)
    clock = fit_clock(days, until=until)
    assert clock.harmonics == 0 and clock.speed.min() > 0.93 and clock.speed.max() < 1.07


def test_under_two_years_there_is_no_clock():
    days, until, _ = shop(1, weeks=103, swing=0.3, n=800)
    assert fit_clock(days, until=until) is None


def test_a_clock_at_usual_speed_is_the_calendar():
    days, until, _ = shop(2, weeks=104, swing=0.0, n=300)
    plain = customer_summary(days, until=until)
    even = Clock(np.ones(WEEKS), 0, 104)
    for clock in (None, even):
        made = on_clock(plain, clock, until=until)
        assert made["recency"].to_numpy() == pytest.approx(plain["recency"].to_numpy(), abs=1e-8)
        assert made["age"].to_numpy() == pytest.approx(plain["age"].to_numpy(), abs=1e-8)
        assert length(clock, until, 13) == pytest.approx(13)


def test_a_week_that_runs_double_counts_for_two_by_hand():
    speed = np.ones(WEEKS)
    speed[0] = 2.0
    clock = Clock(speed, 1, 104)
    end = pd.Series(pd.to_datetime(["2024-12-31", "2025-01-07", "2025-01-14"]))
    assert clock.time(end, since=pd.Timestamp("2024-12-31")) == pytest.approx([0.0, 2.0, 3.0])
    # the 365th and 366th day belong to the last week of the year
    assert week_of_year(pd.DatetimeIndex(["2025-01-01", "2025-01-08", "2024-12-31"])).tolist() == [0, 1, 51]


def test_customers_who_buy_once_give_no_clock():
    days = pd.DataFrame(
        {"customer_id": range(150), "day": START + pd.to_timedelta(np.arange(150) * 7, unit="D")}
    )
    assert fit_clock(days, until=START + pd.Timedelta(weeks=149)) is None


def test_a_clock_that_is_known_already_is_used_in_place_of_a_new_one():
    days, until, _ = shop(1, weeks=142, swing=0.3, n=3_000)
    options = {"horizon": 13, "origins": 2, "until": until}
    seasonal = {**options, "draws": 0, "seasonal": True}
    asked = []

    def known(origin):
        asked.append(origin)
        return fit_clock(days, until=origin)

    own, given = (rolling_origin_backtest(days, **seasonal, **more) for more in ({}, {"clock_of": known}))
    pd.testing.assert_frame_equal(own, given)
    assert asked == own["origin"].unique().tolist()
    assert rolling_origin_backtest(days, **seasonal, clock_of=lambda _: None).empty
    models = compete(days, **options, clock_of=lambda _: None)["model"]
    assert len(models) and not models.str.endswith(CLOCK).any()
