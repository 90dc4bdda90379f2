"""An alarm rings when a day leaves its band, and about as seldom as it says when nothing changes."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.alarms import quantile, silent, usual_spread, weekday_alarms


def series(values, start: str = "2026-01-05") -> pd.Series:
    return pd.Series(list(values), index=pd.date_range(start, periods=len(values)), dtype=float)


def eight_weeks_and_a_day(last: float) -> pd.Series:
    """Mondays 100 ± 0..4 in eight weeks, other days 50 ± the same, then one more Monday."""
    noise = [0, 1, -1, 2, -2, 3, -3, 4]
    days = [(100 if weekday == 0 else 50) + noise[week] for week in range(8) for weekday in range(7)]
    return series([*days, last])


def test_the_band_of_a_monday_worked_by_hand():
    # The median of -3 -2 -1 0 1 2 3 4 is .5, so the Monday's is 100.5. Distances from it are .5 .5 1.5 1.5 2.5 2.5 3.5 3.5:
    # their median is 2, and so it is over all weekdays. Spread 1.4826 x 2 = 2.9652.
    found = weekday_alarms(eight_weeks_and_a_day(101), scale="plain").iloc[-1]
    assert found["n"] == 8
    assert found["expected"] == pytest.approx(100.5)
    assert (found["high"] - found["low"]) / 2 == pytest.approx(quantile(8, 0.998) * 2.9652)
    assert found["alarm"] == 0


def test_the_same_value_is_no_alarm_on_a_monday_and_one_on_a_tuesday():
    values = eight_weeks_and_a_day(100)
    assert weekday_alarms(values, scale="plain")["alarm"].iloc[-1] == 0
    values.index = values.index + pd.Timedelta(days=1)
    tuesday = pd.concat([values, series([100], "2026-03-04")])
    assert weekday_alarms(tuesday, scale="plain")["alarm"].iloc[-1] == 1


def test_below_is_minus_one_and_above_is_one():
    for value, side in ((60, -1), (140, 1)):
        assert weekday_alarms(eight_weeks_and_a_day(value), scale="plain")["alarm"].iloc[-1] == side


def test_one_wild_day_among_eight_does_not_move_the_band():
    values = eight_weeks_and_a_day(101)
    wild = values.copy()
    wild.iloc[49] = 10_000
    plain, robust = (weekday_alarms(one, scale="plain").iloc[-1] for one in (values, wild))
    assert robust["expected"] == pytest.approx(plain["expected"], abs=0.6)
    assert robust["high"] < 120


def test_fewer_than_five_comparable_days_cannot_be_told():
    found = weekday_alarms(series([100] * 7 * 4 + [0]))
    assert found["n"].iloc[-1] == 4
    assert found["alarm"].isna().all()
    assert math.isnan(found["low"].iloc[-1])
    five = weekday_alarms(series([100] * 7 * 5 + [0]))
    assert five["alarm"].iloc[-1] == -1


def test_a_day_that_is_not_known_is_no_alarm_and_does_not_count_as_comparable():
    values = eight_weeks_and_a_day(math.nan)
    values.iloc[0] = math.nan
    found = weekday_alarms(values, scale="plain").iloc[-1]
    assert found["n"] == 7
    assert math.isnan(found["alarm"])


def test_no_day_and_one_day():
    assert weekday_alarms(series([])).empty
    assert weekday_alarms(series([3]))["alarm"].isna().all()


def test_counts_that_are_all_equal_still_have_the_noise_of_a_count():
    # 100 a day: on the square root scale the noise has sd 1.
    found = weekday_alarms(series([100] * 57)).iloc[-1]
    q = quantile(8, 0.998)
    assert found["high"] == pytest.approx((math.sqrt(100.375) + q * usual_spread(8) / 2) ** 2 - 0.375)
    assert 130 < found["high"] < 150  # about four standard deviations of a count of 100
    assert found["alarm"] == 0


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(DataError, match="one after the other"):
        weekday_alarms(series([1, 2, 3]).drop(pd.Timestamp("2026-01-06")))
    with pytest.raises(DataError, match="below zero"):
        weekday_alarms(series([1, -2]))
    with pytest.raises(ValueError, match="use one of|Use one of"):
        weekday_alarms(series([1]), scale="log")
    with pytest.raises(ValueError, match="0.998"):
        weekday_alarms(series([1]), level=99.8)
    with pytest.raises(ValueError, match="1 to 8"):
        quantile(9, 0.99)


WEEK = np.array([1.0, 0.9, 0.9, 1.0, 1.2, 1.5, 1.7])


def rate(draw, *, scale: str, level: float, seeds: int = 400) -> float:
    """Share of the days of a quarter that ring, over many worlds in which nothing changes."""
    rang, days = 0, 0
    for seed in range(seeds):
        values = draw(np.random.default_rng(seed), np.resize(WEEK, 56 + 91))
        found = weekday_alarms(series(values), scale=scale, level=level)["alarm"].iloc[56:]
        rang, days = rang + int(found.abs().sum()), days + int(found.notna().sum())
    return rang / days


@pytest.mark.parametrize("level", [0.95, 0.99, 0.998])
def test_the_rate_of_alarms_without_change_is_nominal_for_money_with_a_weekly_season(level):
    found = rate(
        lambda rng, week: np.expm1(np.log(500 * week) + rng.normal(0, 0.15, len(week))),
        scale="money",
        level=level,
    )
    assert 0.75 * (1 - level) <= found <= 1.3 * (1 - level)


@pytest.mark.parametrize("mean", [5, 40, 400])
def test_the_rate_of_alarms_without_change_is_at_most_nominal_for_counts(mean):
    # At most: the spread is never taken under that of a Poisson count.
    found = rate(lambda rng, week: rng.poisson(mean * week), scale="count", level=0.99)
    assert 0.2 * 0.01 <= found <= 1.3 * 0.01


def test_a_day_lost_by_half_rings():
    rng = np.random.default_rng(1)
    rang = [
        weekday_alarms(series([*rng.poisson(150 * np.resize(WEEK, 56)), rng.poisson(75)]))["alarm"].iloc[-1]
        for _ in range(100)
    ]
    assert np.mean([side == -1 for side in rang]) >= 0.95


def test_clicks_that_stop_while_the_money_goes_on_are_silent():
    clicks, spend = series([50] * 20 + [0, 0, 50]), series([100.0] * 23)
    found = silent(clicks, spend)
    assert found.notna().tolist() == [False] * 20 + [True, True, False]
    assert found.iloc[21] == pytest.approx(50)  # the silent day before does not lower the rate


def test_none_where_few_are_expected_or_nothing_was_spent_is_not_silent():
    assert silent(series([1] * 20 + [0]), series([10.0] * 21)).isna().all()
    assert silent(series([50] * 20 + [0]), series([100.0] * 20 + [0])).isna().all()
    assert silent(series([50] * 20 + [math.nan]), series([100.0] * 21)).isna().all()
    assert silent(series([0] * 9), series([100.0] * 9)).isna().all()
