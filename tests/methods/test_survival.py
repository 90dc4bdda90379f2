"""Survival: by hand, the published digits, a truth that was planted, and what cannot be told."""

import math
import os
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import survival_cox
from helpers.methods.survival import (
    at_risk_table,
    kaplan_meier,
    log_rank,
    median_time,
    restricted_mean,
    survival_at,
)
from helpers.methods.survival_cox import cox
from helpers.methods.survival_order import concordance
from helpers.methods.survival_pull import proportional_hazards_test

# Five cases: it happens at 1, 2 and 4; one is last seen at 2, one at 5.
FIVE = pd.DataFrame({"duration": [1, 2, 2, 4, 5], "event": [1, 1, 0, 1, 0]})


def exponential(seed, n=300, ratio=2.0, until=2.0):
    """Cases of two groups, the second `ratio` times as fast, seen for at most `until`."""
    rng = np.random.default_rng(seed)
    fast = rng.random(n) < 0.5
    time = rng.exponential(1, n) / np.where(fast, ratio, 1.0)
    seen = rng.uniform(0.5, until, n)
    return pd.DataFrame({"duration": np.minimum(time, seen), "event": time <= seen, "fast": fast})


@pytest.fixture(scope="module")
def wheel():
    """A wheel of lifelines, of which only the data are read: its name stands in CMO_LIFELINES_WHEEL."""
    name = os.environ.get("CMO_LIFELINES_WHEEL")
    if not name or not Path(name).exists():
        pytest.skip("CMO_LIFELINES_WHEEL names no wheel: rossi and waltons are not on this machine")

    def read(table):
        with zipfile.ZipFile(name) as packed, packed.open(f"lifelines/datasets/{table}.csv") as opened:
            return pd.read_csv(opened)

    return read


@pytest.fixture(scope="module")
def telco(test_data):
    table = pd.read_csv(test_data / "crm" / "telco_churn.csv").drop(columns=["customerID", "TotalCharges"])
    table = table.map(lambda word: "No" if str(word).startswith("No ") else word)
    return (
        table.rename(columns={"tenure": "duration"})
        .assign(event=table["Churn"] == "Yes")
        .drop(columns="Churn")
    )


def test_five_cases_by_hand():
    curve = kaplan_meier(FIVE)
    # 4/5 are left after 1, times 3/4 after 2, times 1/2 after 4
    assert curve["time"].tolist() == [0, 1, 2, 4, 5]
    assert curve["survival"].tolist() == pytest.approx([1, 0.8, 0.6, 0.3, 0.3])
    assert curve["n_at_risk"].tolist() == [5, 5, 4, 2, 1]
    # log(-log) at 1: Greenwood 1/(5*4); z sqrt(.05)/|ln .8|
    half = 1.6448536 * math.sqrt(1 / 20) / abs(math.log(0.8))
    assert curve["low"][1] == pytest.approx(0.8 ** math.exp(half))
    assert curve["high"][1] == pytest.approx(0.8 ** math.exp(-half))
    mean = restricted_mean(FIVE, tau=5)
    assert mean.value == pytest.approx(1 + 0.8 + 2 * 0.6 + 0.3)
    left = np.array([0.8 + 1.2 + 0.3, 1.2 + 0.3, 0.3])
    variance = (left**2 / np.array([5 * 4, 4 * 3, 2 * 1])).sum()
    assert mean.low == pytest.approx(mean.value - 1.6448536 * math.sqrt(variance))
    assert median_time(curve) == 4
    assert at_risk_table(FIVE, [0, 2, 5]).iloc[0].tolist() == [5, 4, 1]


def test_a_look_up_before_the_first_event_finds_one_and_not_the_end():
    found = survival_at(kaplan_meier(FIVE), [0, 0.5, 1, 3.9, 5, 5.1])
    assert found["survival"].tolist()[:5] == pytest.approx([1, 1, 0.8, 0.6, 0.3])
    assert math.isnan(found["survival"].iloc[5])  # nobody was seen for so long


def test_what_happens_at_once_lowers_the_curve_at_zero():
    curve = kaplan_meier(pd.DataFrame({"duration": [0, 0, 3, 4], "event": [1, 0, 1, 0]}))
    assert survival_at(curve, [0, 3])["survival"].tolist() == pytest.approx([0.75, 0.375])
    assert curve["time"].is_unique


def test_pairs_in_order_by_hand():
    # 1 came before all; 2 before 4 and 5 and the one last seen at 2; 4 before 5
    order = concordance(FIVE["duration"], FIVE["event"], [5, 4, 3, 2, 1])
    assert (order.value, order.n_pairs) == (1.0, 4 + 3 + 1)
    assert concordance(FIVE["duration"], FIVE["event"], [1, 2, 3, 4, 5]).value == 0
    assert concordance(FIVE["duration"], FIVE["event"], [0] * 5).value == 0.5
    assert concordance([1, 1], [1, 1], [0, 1]).n_pairs == 0  # at the same time: neither was first


@settings(deadline=None, max_examples=80)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.integers(0, 4), st.integers(0, 1)), max_size=25)
)
def test_counting_in_n_log_n_is_counting_all_pairs(cases):
    time, came, score, group = (np.array([case[i] for case in cases]) for i in range(4))
    right = tied = pairs = 0
    for i in range(len(cases)):
        for j in range(len(cases)):
            later = time[i] < time[j] or (time[i] == time[j] and not came[j])
            if i != j and came[i] and later and group[i] == group[j]:
                pairs, right, tied = pairs + 1, right + (score[i] > score[j]), tied + (score[i] == score[j])
    order = concordance(time, came, score, strata=group)
    assert (order.n_right, order.n_tied, order.n_pairs) == (right, tied, pairs)


@pytest.mark.parametrize("event", [0, 1])
def test_nobody_or_everybody(event):
    table = pd.DataFrame({"duration": [1.0, 2, 3], "event": event, "x": [1, 2, 3], "g": ["a", "a", "b"]})
    curve, mean = kaplan_meier(table), restricted_mean(table, tau=2)
    if event:
        assert curve["survival"].iloc[-1] == 0 and math.isnan(curve["low"].iloc[-1])
    else:
        assert (curve["survival"] == 1).all() and curve["low"].isna().all()
        assert mean.value == 2 and math.isnan(mean.low)
        assert cox(table, covariates=["x"]).guards[0] == "cannot tell: nothing happened to any of 3 cases"
        assert math.isnan(log_rank(table, by="g").p)


def test_no_case_and_one():
    none = FIVE.iloc[:0]
    assert kaplan_meier(none).empty and math.isnan(restricted_mean(none, tau=1).value)
    assert survival_at(kaplan_meier(none), [1])["survival"].isna().all()
    assert math.isnan(concordance([], [], []).value)
    one = FIVE.iloc[:1]
    assert kaplan_meier(one)["survival"].tolist() == [1, 0]
    assert math.isnan(log_rank(one.assign(g="a"), by="g").p)
    assert cox(one.assign(x=1.0)).guards[0].startswith("cannot tell")


def test_a_mean_up_to_a_day_that_nobody_was_seen_on_cannot_be_told():
    assert math.isnan(restricted_mean(FIVE, tau=6).value)
    assert restricted_mean(FIVE.assign(event=1), tau=6).value == pytest.approx((1 + 2 + 2 + 4 + 5) / 5)
    with pytest.raises(ValueError, match="tau must be a time above 0"):
        restricted_mean(FIVE, tau=0)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"duration": [1, -2, 2, 4, 5]}, "duration -2 in row 2 is not 0 or more"),
        ({"duration": [1, np.nan, 2, 4, 5]}, "duration nan in row 2"),
        ({"duration": [1, np.inf, 2, 4, 5]}, "duration inf in row 2"),
        ({"event": [1, 1, 2, 0, 0]}, "event 2 in row 3 is neither 0 nor 1"),
    ],
)
def test_impossible_cases_are_refused(change, word):
    with pytest.raises(DataError, match=word):
        kaplan_meier(FIVE.assign(**change))
    with pytest.raises(DataError, match="the column event is missing"):
        restricted_mean(FIVE[["duration"]], tau=1)
    with pytest.raises(DataError, match="1 rows have no g"):
        kaplan_meier(FIVE.assign(g=["a", "b", None, "a", "b"]), by="g")


def test_a_covariate_that_parts_the_cases_has_no_ratio_and_is_left_out():
    table = exponential(1)
    fit = cox(table.assign(never=~table["event"] & table["fast"]))
    assert fit.table["covariate"].tolist() == ["fast"]
    assert fit.guards == ("never parts those to whom it happened from all others: its ratio has no end",)
    order = table.sort_values("duration", kind="stable").reset_index(drop=True).assign(event=1)
    parted = cox(order.assign(x=-np.arange(len(order), dtype=float)), covariates=["x"])
    assert any("do not publish" in guard or "cannot tell" in guard for guard in parted.guards)


def test_covariates_that_repeat_each_other_cannot_be_told_apart():
    table = exponential(1)
    fit = cox(table.assign(twin=table["fast"] * 2.0))
    assert "repeat each other" in fit.guards[0] and fit.table.empty and math.isnan(fit.concordance.value)
    assert proportional_hazards_test(fit).empty


def test_words_stand_against_the_most_frequent_and_gaps_are_said():
    table = exponential(2).assign(plan=["year", "month", "month"] * 100)
    fit = cox(table.assign(plan=table["plan"].where(table.index != 7)))
    assert fit.table["covariate"].tolist() == ["fast", "plan: year"]
    assert fit.guards == ("1 cases lack a value and were left out",) and fit.n == 299


def test_very_many_cases_are_drawn_by_lot(monkeypatch):
    monkeypatch.setattr(survival_cox, "MOST_ROWS", 200)
    fit = cox(exponential(2))
    assert fit.n == 200 and "200 cases drawn by lot of 300" in fit.guards[0]


def test_the_pull_of_a_covariate_that_changes_with_age_is_found():
    rng = np.random.default_rng(5)
    x = rng.random(1500) < 0.5
    early = rng.exponential(np.where(x, 0.3, 1.0))  # faster at first, slower after half a unit of time
    time = np.where(early < 0.5, early, 0.5 + rng.exponential(np.where(x, 2.0, 0.7)))
    table = pd.DataFrame({"duration": np.ceil(time * 20) / 20, "event": 1, "x": x})
    fit = cox(table)
    for transform in ("km", "rank", "identity", "log"):
        assert proportional_hazards_test(fit, transform=transform)["p"].iloc[0] < 0.001
    steady = proportional_hazards_test(cox(exponential(3, n=1500).round(2)))
    assert steady["covariate"].tolist() == ["fast", "all"] and steady["p"].iloc[0] > 0.01
    with pytest.raises(ValueError, match="transform must be one of km, rank, identity, log"):
        proportional_hazards_test(fit, transform="square")


def test_rows_in_another_order_give_the_same_figures():
    table = exponential(4).round(1)
    other = table.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(kaplan_meier(table, by="fast"), kaplan_meier(other, by="fast"))
    pd.testing.assert_frame_equal(cox(table).table, cox(other).table)
    assert log_rank(table, by="fast").statistic == pytest.approx(log_rank(other, by="fast").statistic)


def test_intervals_hold_a_planted_truth_as_often_as_they_say():
    held = np.zeros(2)
    for seed in range(200):
        table = exponential(seed)
        slow = table[~table["fast"]]
        at, mean = survival_at(kaplan_meier(slow), [1.0]).iloc[0], restricted_mean(slow, tau=1.0)
        held += [at["low"] <= math.exp(-1) <= at["high"], mean.low <= 1 - math.exp(-1) <= mean.high]
    assert (held >= 0.83 * 200).all() and (held <= 0.96 * 200).all()


def test_intervals_of_a_hazard_ratio_hold_it():
    """Fifty redraws: of a true 90 % interval, fewer than 38 hold it once in a thousand times."""
    held = 0
    for seed in range(50):
        table = exponential(seed, n=150)
        row = cox(table.assign(duration=np.ceil(table["duration"] * 5) / 5)).table.iloc[0]  # few ages are fast to fit
        held += row["low"] <= 2 <= row["high"]
    assert held >= 38


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.floats(0, 1e12), st.booleans()), max_size=30))
def test_any_durations_give_a_falling_curve_and_a_mean_below_its_limit(cases):
    table = pd.DataFrame(
        {"duration": [case[0] for case in cases], "event": [case[1] for case in cases]}, dtype=float
    )
    curve = kaplan_meier(table)
    assert curve["survival"].between(0, 1).all() and (curve["survival"].diff().dropna() <= 1e-12).all()
    told = curve.dropna()
    assert ((told["low"] <= told["survival"] + 1e-9) & (told["survival"] <= told["high"] + 1e-9)).all()
    mean = restricted_mean(table, tau=10.0)
    assert math.isnan(mean.value) or 0 <= mean.value <= 10 + 1e-9


def test_rossi_gives_the_published_table(wheel):
    fit = cox(wheel("rossi"), duration="week", event="arrest")
    published = [-0.3794, -0.0574, 0.3139, -0.1498, -0.4337, -0.0849, 0.0915]
    assert fit.table["coefficient"].tolist() == pytest.approx(published, abs=5e-5)
    assert fit.log_likelihood == pytest.approx(-658.7477, abs=5e-5)
    assert fit.lr == pytest.approx(33.266, abs=5e-4)
    assert fit.concordance.value == pytest.approx(0.6403, abs=5e-5)
    # Fox (2002), Cox proportional-hazards regression for survival data: cox.zph of three of them
    three = proportional_hazards_test(
        cox(wheel("rossi"), duration="week", event="arrest", covariates=["fin", "age", "prio"])
    )
    assert three["statistic"].tolist() == pytest.approx([0.00507, 6.54147, 0.77288, 7.13046], abs=5e-6)
    assert three["correlation"].tolist()[:3] == pytest.approx([-0.00657, -0.20976, -0.08004], abs=5e-6)


def test_waltons_gives_the_published_figures(wheel):
    table = wheel("waltons_dataset").rename(columns={"T": "duration", "E": "event"})
    assert median_time(kaplan_meier(table)) == 56
    assert log_rank(table, by="group").statistic == pytest.approx(122.249, abs=5e-4)


@pytest.mark.golden
def test_telco_stratified_gives_the_published_table(telco):
    strata = ["InternetService", "StreamingMovies", "StreamingTV", "PhoneService"]
    fixed = {"duration", "event", "MonthlyCharges", *strata}
    encoded = pd.get_dummies(telco, columns=[name for name in telco if name not in fixed], drop_first=True)
    fit = cox(encoded, strata=strata)
    ratio = fit.table.set_index("covariate")["coefficient"]
    assert fit.log_likelihood == pytest.approx(-10106.05, abs=0.01)
    assert ratio["Contract_One year"] == pytest.approx(-1.59, abs=0.005)
    assert ratio["Contract_Two year"] == pytest.approx(-3.11, abs=0.005)
    assert fit.concordance.value == pytest.approx(0.832, abs=5e-4)
    assert (fit.n, fit.n_events, fit.df) == (7043, 1869, 16)


@pytest.mark.golden
def test_telco_curves_are_the_published_ones(telco):
    curves = dict(list(kaplan_meier(telco, by="Contract").groupby("Contract")))
    month = survival_at(curves["Month-to-month"], [12, 24, 60])["survival"]
    assert month.tolist() == pytest.approx([0.703, 0.586, 0.297], abs=5e-4)
    year = survival_at(curves["One year"], [12, 24, 60])["survival"]
    assert year.tolist() == pytest.approx([0.991, 0.978, 0.832], abs=5e-4)
    assert log_rank(telco, by="Contract").statistic == pytest.approx(2352.9, abs=0.05)
    assert survival_at(curves["Two year"], [12])["survival"][0] > 0.99  # .9357 where a look-up wraps around
