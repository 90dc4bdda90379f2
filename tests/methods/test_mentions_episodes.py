"""An episode of mention alarms has a start, an end and an excess; its severity is the people who could see it against the brand."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.mentions import watch_mentions
from helpers.methods.mentions_episodes import FIGURES, TIMES, episodes, mention_alarms
from helpers.methods.mentions_severity import THRESHOLDS, severity, with_tone

START = pd.Timestamp("2026-01-05")
COLUMNS = [*TIMES, *FIGURES, "running"]


def series(values, step: str = "D") -> pd.Series:
    return pd.Series(list(values), index=pd.date_range(START, periods=len(values), freq=step), dtype=float)


def days(*after: float, before: int = 80) -> pd.Series:
    """Fifty mentions a day, then these."""
    return series([50] * before + list(after))


def found(counts: pd.Series) -> pd.DataFrame:
    return episodes(watch_mentions(counts))


def rows(**brands) -> pd.DataFrame:
    """A table of mentions by day; each brand's counts, three fifths of them positive and the rest negative, seen by ten people each."""
    made = [
        {"mentioned_on": START + pd.Timedelta(days=day), "brand": brand, "sentiment": tone, "mentions": share * n, "reach": share * n * 10}
        for brand, counts in brands.items()
        for day, n in enumerate(counts)
        for tone, share in (("positive", 0.6), ("negative", 0.4))
    ]  # fmt: skip
    return pd.DataFrame(made)


def one(**values) -> pd.DataFrame:
    """An episode as severity needs it: 1,000 mentions beyond the usual, half of them negative, seen by 100 people each."""
    usual = {
        "excess": 1_000, "low": 800, "high": 1_200, "n_read": 400, "negative_share": 0.5, "negative_low": 0.4, "negative_high": 0.6,
        "reach_per_mention": 100,
    }  # fmt: skip
    return pd.DataFrame([usual | values])


def test_three_days_of_five_hundred_worked_by_hand():
    # 3 x 500 where 3 x 50 are usual. Windows of three days before hold 150 where 150 were expected, so nothing is in doubt.
    only = found(days(500, 600, 400, 50, 50, 50)).iloc[0]
    assert (only["start"], only["end"]) == (START + pd.Timedelta(days=80), START + pd.Timedelta(days=82))
    assert (only["alarm_at"], only["peak_at"]) == (only["start"], START + pd.Timedelta(days=81))
    assert (only["peak"], only["mentions"]) == (600, 1_500)
    assert only["expected"] == pytest.approx(150)
    assert [only[name] for name in ("excess", "low", "high")] == pytest.approx([1_350] * 3)
    assert not only["running"]


def test_an_episode_runs_until_a_whole_day_has_passed_without():
    assert found(days(500))["running"].tolist() == [True]
    assert found(days(500, 50))["running"].tolist() == [True]
    assert found(days(500, 50, 50))["running"].tolist() == [False]


def test_two_bursts_a_week_apart_are_two_episodes_and_on_two_days_running_one():
    assert len(found(days(500, *[50] * 6, 900, 50, 50))) == 2
    assert len(found(days(500, 900, 50, 50))) == 1


def test_ten_days_of_crisis_are_one_episode_that_does_not_become_its_own_expectation():
    noise = np.random.default_rng(2).poisson(200, 120).astype(float)
    crisis = series(np.concatenate([noise, np.random.default_rng(3).poisson(1_000, 10), noise[:10]]))
    only = found(crisis)
    only = only[only["end"] > START + pd.Timedelta(days=119)]
    assert len(only) == 1
    assert only["start"].iloc[0] == START + pd.Timedelta(days=120)
    assert only["end"].iloc[0] == START + pd.Timedelta(days=129)
    assert only["low"].iloc[0] <= 8_000 <= only["high"].iloc[0]


def test_on_a_grid_of_minutes_a_burst_of_five_hours_is_found_within_the_hour():
    rng = np.random.default_rng(5)
    mean = np.full(30 * 288, 20.0)
    at = 25 * 288 + 100
    mean[at : at + 60] = 120
    counts = series(rng.poisson(mean), "5min")
    made = found(counts)
    burst = made[made["end"] >= counts.index[at]].iloc[0]
    assert counts.index[at] <= burst["alarm_at"] <= counts.index[at + 11]
    assert burst["start"] >= counts.index[at - 1]
    assert abs(burst["end"] - counts.index[at + 59]) <= pd.Timedelta(hours=1)
    assert burst["excess"] == pytest.approx(6_000, rel=0.05)


def test_nothing_beyond_the_usual_is_an_empty_table_with_the_same_columns():
    for counts in (days(50), series([]), series([4]), series([0] * 90)):
        made = found(counts)
        assert made.empty
        assert list(made) == COLUMNS


def test_times_keep_their_zone():
    counts = series([50] * 24 * 20 + [900] * 5 + [50] * 30, "h").tz_localize("UTC")
    assert found(counts)["start"].tolist() == [pd.Timestamp("2026-01-25", tz="UTC")]


def test_where_too_little_came_before_the_excess_has_no_interval():
    made = found(series([50] * 52 + [900] * 20 + [50] * 3)).iloc[0]
    assert np.isfinite(made["excess"])
    assert np.isfinite([made["low"], made["high"]]).all()
    short = episodes(watch_mentions(series([50] * 24 * 3 + [900] * 60 + [50] * 30, "h"))).iloc[0]
    assert np.isnan([short["low"], short["high"]]).all()


def test_alarms_of_a_table_are_by_brand_with_tones_summed():
    told = mention_alarms(rows(ours=days(500, 50, 50), theirs=days(50, 50, 50)))
    assert told.episodes["brand"].tolist() == ["ours"]
    assert told.episodes["mentions"].iloc[0] == pytest.approx(500)
    assert told.untold.empty


def test_what_cannot_be_told_is_named_with_its_reason():
    told = mention_alarms(rows(ours=[50] * 20))
    assert told.episodes.empty
    assert list(told.episodes) == ["brand", *COLUMNS]
    assert told.untold.to_dict("records") == [
        {"brand": "ours", "reason": "cannot tell: days known 20, needed 51"}
    ]
    assert mention_alarms(rows(ours=[50])[:0]).episodes.empty


def test_a_day_without_a_row_is_what_the_caller_says():
    table = rows(ours=days(50, 50), theirs=days(50, 50))
    gap = table[~((table["brand"] == "theirs") & (table["mentioned_on"] == START + pd.Timedelta(days=81)))]
    with pytest.raises(DataError, match=r"theirs has no row at 2026-03-27.*absent="):
        mention_alarms(gap)
    assert mention_alarms(gap, absent="zero").untold.empty
    assert mention_alarms(gap, absent="unknown").untold["reason"].tolist() == [
        "cannot tell: the last count is not known"
    ]
    with pytest.raises(ValueError, match='absent "nothing" is unknown. Use one of error, zero, unknown'):
        mention_alarms(gap, absent="nothing")


def test_a_day_that_no_brand_has_is_missing_too():
    table = rows(ours=days(50, 50))
    with pytest.raises(DataError, match="ours has no row at 2026-01-15"):
        mention_alarms(table[table["mentioned_on"] != START + pd.Timedelta(days=10)])


def test_a_count_below_zero_is_refused_even_where_the_sum_is_not():
    table = rows(ours=days(50))
    table.loc[4, "mentions"] = -1
    with pytest.raises(DataError, match="below zero"):
        mention_alarms(table)


def test_tone_and_reach_of_an_episode_are_those_of_its_days():
    table = rows(ours=days(500, 50, 50))
    told = with_tone(mention_alarms(table).episodes, table)
    assert told["n_read"].iloc[0] == pytest.approx(500)
    assert told["negative_share"].iloc[0] == pytest.approx(0.4)
    assert told["negative_low"].iloc[0] < 0.4 < told["negative_high"].iloc[0]
    assert told["reach_per_mention"].iloc[0] == pytest.approx(10)


def test_a_language_that_nobody_reads_leaves_the_share_untold():
    table = rows(ours=days(500, 50, 50)).assign(sentiment="unknown")
    told = severity(with_tone(mention_alarms(table).episodes, table))
    assert told["negative_share"].isna().all()
    assert told["reason"].iloc[0] == "cannot tell: mentions whose tone is read 0, needed 30"
    # 450 mentions seen by ten people each: none of them negative is level 0, all of them 4,500 people is level 0 as well.
    assert told["severity"].isna().all()
    assert (told["severity_low"].iloc[0], told["severity_high"].iloc[0]) == (0, 0)


def test_severity_worked_by_hand():
    # 1,000 x .5 x 100 = 50,000 people: level 1. Up: log(1.2) twice, 50,000 x exp(.2578) = 64,708; down: log(.8) twice, 36,468.
    told = severity(one()).iloc[0]
    assert told["reached"] == pytest.approx(50_000)
    assert told["reached_high"] == pytest.approx(50_000 * np.exp(np.sqrt(2) * np.log(1.2)))
    assert told["reached_low"] == pytest.approx(50_000 * np.exp(-np.sqrt(2) * np.log(1.25)))
    assert (told["severity"], told["severity_low"], told["severity_high"], told["reason"]) == (1, 1, 1, "")


def test_a_level_begins_at_its_threshold():
    for level, people in enumerate(THRESHOLDS, start=1):
        assert severity(one(reach_per_mention=people / 500))["severity"].iloc[0] == level
        assert severity(one(reach_per_mention=people / 500 * 0.999))["severity"].iloc[0] == level - 1


def test_severity_never_falls_when_a_factor_rises():
    for name, values in {
        "excess": (0, 10, 1e3, 1e6),
        "negative_share": (0, 0.1, 0.5, 1),
        "reach_per_mention": (0, 1, 1e3, 1e6),
    }.items():
        levels = [severity(one(**{name: value}))["severity"].iloc[0] for value in values]
        assert levels == sorted(levels)


def test_no_excess_or_no_negative_mention_is_level_zero_and_its_doubt_stays():
    for nothing in (
        {"excess": -5, "low": -40, "high": 30},
        {"negative_share": 0, "negative_low": 0, "negative_high": 0.02},
    ):
        told = severity(one(**nothing)).iloc[0]
        assert (told["severity"], told["reached"], told["reached_low"]) == (0, 0, 0)
        assert told["reached_high"] > 0


def test_without_reach_nothing_can_be_told_and_the_reason_is_given():
    told = severity(one(reach_per_mention=np.nan)).iloc[0]
    assert all(pd.isna(told[name]) for name in ("severity", "severity_low", "severity_high", "reached"))
    assert told["reason"] == "cannot tell: no reach is known"


def test_unread_tones_still_bound_the_level():
    told = severity(one(n_read=12, negative_share=np.nan, negative_low=np.nan, negative_high=np.nan)).iloc[0]
    assert pd.isna(told["severity"])
    assert (told["severity_low"], told["severity_high"]) == (0, 2)  # 1,200 x 100 people at most


def test_an_excess_without_an_interval_has_a_level_without_bounds():
    told = severity(one(low=np.nan, high=np.nan)).iloc[0]
    assert told["severity"] == 1
    assert pd.isna(told["severity_low"])
    assert pd.isna(told["severity_high"])


def test_severity_of_nothing_is_nothing():
    assert severity(one()[:0]).empty


@pytest.mark.parametrize("thresholds", [(1, 2, 3), (1, 2, 2, 3), (0, 1, 2, 3), (4, 3, 2, 1)])
def test_thresholds_are_four_rising_numbers(thresholds):
    with pytest.raises(ValueError, match="four rising numbers"):
        severity(one(), thresholds=thresholds)
