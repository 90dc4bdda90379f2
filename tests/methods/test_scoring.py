"""Chances: by hand, published digits, a truth that was planted, and what cannot be told."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from helpers.errors import DataError
from helpers.methods import scoring
from helpers.methods.scoring import (
    auc,
    brier,
    brier_skill,
    calibrated_classifier,
    calibration_line,
    calibration_table,
    group_gaps,
    lift_table,
    predicted,
)

FIVE = [0, 0, 1, 0, 1]  # what came
CHANCES = [0.1, 0.2, 0.3, 0.5, 0.9]


def planted(seed=0, n=1500):
    """Cases whose chances are known: one number counts, one category counts, one number is noise."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(
        {
            "gap": rng.normal(size=n),
            "noise": rng.normal(size=n),
            "plan": np.where(rng.random(n) < 0.4, "year", "month"),
        },
        index=[f"c{i:05d}" for i in range(n)],
    )
    p = expit(-1 + 1.2 * x["gap"] - 0.8 * (x["plan"] == "year"))
    return x, pd.Series(rng.random(n) < p, x.index), p


@pytest.fixture(scope="module")
def fitted():
    x, y, p = planted()
    return x, y, p, calibrated_classifier(x, y, seed=1)


def test_five_chances_by_hand():
    # squared misses: .01 .04 .49 .25 .01; the base rate .4 misses by .16 three times and by .36 twice
    assert brier(FIVE, CHANCES) == pytest.approx(0.80 / 5)
    assert brier_skill(FIVE, CHANCES).value == pytest.approx(1 - 0.80 / 1.20)
    # of the 2 x 3 pairs of one that came and one that did not, only (.3, .5) stands the wrong way round
    assert auc(FIVE, CHANCES).value == pytest.approx(5 / 6)
    assert auc([0, 1], [0.5, 0.5]).value == 0.5


def test_the_tables_by_hand():
    tenths = lift_table(FIVE, CHANCES, groups=5)
    assert tenths["rate"].tolist() == [1, 0, 1, 0, 0]
    assert tenths["lift"].tolist() == [2.5, 0, 2.5, 0, 0]
    assert tenths["captured"].tolist() == [0.5, 0.5, 1, 1, 1]
    halves = calibration_table([0, 1, 1, 1], [0.2, 0.4, 0.6, 0.8], groups=2)
    assert halves["predicted"].tolist() == pytest.approx([0.3, 0.7])
    assert halves["observed"].tolist() == [0.5, 1.0]


def test_a_perfect_and_a_useless_chance():
    assert brier([0, 1], [0, 1]) == 0
    assert brier_skill([0, 1, 1], [0, 1, 1]).value == 1
    assert brier_skill([0, 1, 0, 1], [0.5] * 4).value == 0
    assert brier_skill([0, 1], [1, 0]).value < 0
    assert auc([0, 1], [0.1, 0.9]).value == 1 and math.isnan(auc([0, 1], [0.1, 0.9]).low)
    assert lift_table([0, 1] * 20, [0.5] * 40)["lift"].tolist() == [1.0] * 10


def test_outcomes_that_are_all_alike_tell_nothing():
    for y in ([], [0, 0, 0], [1, 1, 1]):
        p = [0.2, 0.5, 0.7][: len(y)]
        assert math.isnan(auc(y, p).value) and math.isnan(brier_skill(y, p).value)
        assert calibration_line(y, p)[["value", "low", "high"]].isna().all(axis=None)
    assert calibration_line(FIVE, [0.4] * 5)["value"].isna().tolist() == [False, True]
    assert calibration_line([0, 0, 1, 1], [0.1, 0.2, 0.7, 0.8])["value"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("y", "p", "word"),
    [
        ([0, 2], [0.1, 0.2], "outcome 2 in row 2 is neither 0 nor 1"),
        ([0, np.nan], [0.1, 0.2], "outcome nan in row 2"),
        ([0, 1], [0.1, 1.2], "chance 1.2 in row 2 is not between 0 and 1"),
        ([0, 1], [np.nan, 0.2], "chance nan in row 1"),
        ([0, 1, 1], [0.1, 0.2], "3 outcomes and 2 chances"),
    ],
)
def test_what_is_no_chance_is_refused(y, p, word):
    for measure in (brier, auc, brier_skill, calibration_table, calibration_line, lift_table):
        with pytest.raises(DataError, match=word):
            measure(y, p)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), max_size=60))
def test_any_chances_give_a_measure_in_its_range_or_none(cases):
    y, p = [case[0] for case in cases], [case[1] for case in cases]
    assert not cases or 0 <= brier(y, p) <= 1
    ranked, tenths, told = auc(y, p), lift_table(y, p), calibration_table(y, p)
    assert math.isnan(ranked.value) or 0 <= ranked.value <= 1
    assert tenths["n"].sum() == told["n"].sum() == len(cases)
    assert tenths["n_events"].sum() == pytest.approx(sum(y), abs=1e-6)
    assert (told["low"] <= told["observed"] + 1e-9).all() and (told["observed"] <= told["high"] + 1e-9).all()
    assert {"intercept", "slope"} == set(calibration_line(y, p)["figure"])


def test_measures_do_not_hang_on_the_order_of_rows(fitted):
    _, y, _, fit = fitted
    p = fit.probability.round(2)  # many ties
    other = np.random.default_rng(5).permutation(len(y))
    for measure in (lift_table, calibration_table):
        pd.testing.assert_frame_equal(measure(y, p), measure(y.iloc[other], p.iloc[other]))


def test_the_learner_finds_the_chances_that_were_planted(fitted):
    _, y, p, fit = fitted
    assert fit.chosen == "logistic" and not fit.guards  # the truth is a line on the logit scale
    assert brier(y, fit.probability) < brier(y, p) + 0.005
    assert np.abs(fit.probability - p).mean() < 0.05
    won = fit.table.set_index("learner").loc["logistic"]
    assert won["slope"] == pytest.approx(1, abs=0.1) and won["intercept"] == pytest.approx(0, abs=0.1)
    assert fit.table["learner"].tolist() == ["logistic", "boosting", "base rate"]  # losers stand there too
    assert fit.table["is_chosen"].sum() == 1


def test_boosting_wins_where_the_truth_is_no_line():
    x, _, _ = planted(3, 3000)
    p = np.where(x["gap"] * x["noise"] > 0, 0.7, 0.2)
    y = pd.Series(np.random.default_rng(4).random(len(x)) < p, x.index)
    fit = calibrated_classifier(x, y, seed=1)
    assert fit.chosen == "boosting"
    slope = fit.table.set_index("learner").loc["boosting", "slope"]
    assert slope == pytest.approx(1, abs=0.1)


def test_the_same_cases_in_another_order_have_the_same_chances(fitted):
    x, y, _, fit = fitted
    other = calibrated_classifier(x.sample(frac=1, random_state=1), y, seed=1)
    pd.testing.assert_series_equal(other.probability.loc[x.index], fit.probability)
    pd.testing.assert_frame_equal(other.table, fit.table)


def test_new_cases_gaps_and_unknown_words_have_a_chance(fitted):
    x, _, _, fit = fitted
    new = x.head(4).copy()
    new.loc[new.index[0], "gap"] = np.nan
    new.loc[new.index[1], "plan"] = "a plan of tomorrow"
    new.loc[new.index[2], "plan"] = None
    assert predicted(fit, new).between(0, 1).all()
    assert predicted(fit, new.iloc[:0]).empty
    with pytest.raises(DataError, match="the column plan is missing"):
        predicted(fit, new[["gap", "noise"]])


def test_features_that_tell_nothing_are_said_to():
    x, _, _ = planted()
    y = pd.Series(np.random.default_rng(9).random(len(x)) < 0.3, x.index)
    fit = calibrated_classifier(x, y, seed=1)
    assert "tell too little" in fit.guards[0]
    assert np.ptp(fit.probability) < 0.25


@pytest.mark.parametrize(
    ("n", "events", "word"),
    [
        (200, 12, "12 cases of the rarer outcome are too few for 3 parameters; it needs n = 30"),
        (200, 195, "5 cases"),
        (50, 0, "0 cases"),
        (0, 0, "no feature differs"),
    ],
)
def test_too_few_events_are_refused_in_a_sentence(n, events, word):
    x, _, _ = planted(n=n)
    fit = calibrated_classifier(x, pd.Series(np.arange(n) < events, x.index), seed=1)
    assert fit.guards[0].startswith("cannot tell") and word in fit.guards[0]
    assert fit.table.empty and fit.chosen == "" and fit.probability.isna().all()
    assert predicted(fit, x).isna().all()


def test_features_that_are_the_same_for_everyone_are_no_features():
    x, y, _ = planted(n=300)
    fit = calibrated_classifier(x[["gap"]].assign(gap=1.0), y, seed=1)
    assert "no feature differs" in fit.guards[0]


def test_cases_that_do_not_fit_together_are_refused():
    x, y, _ = planted(n=100)
    with pytest.raises(DataError, match="not the same cases"):
        calibrated_classifier(x, y.iloc[1:], seed=1)
    with pytest.raises(DataError, match="stands twice"):
        calibrated_classifier(pd.concat([x, x]), y, seed=1)
    with pytest.raises(DataError, match="gap has an infinite value"):
        calibrated_classifier(x.assign(gap=np.inf), y, seed=1)


def test_a_sample_teaches_where_there_are_very_many(monkeypatch, fitted):
    x, y, _, _ = fitted
    monkeypatch.setattr(scoring, "MOST_ROWS", 800)
    fit = calibrated_classifier(x, y, seed=1)
    assert fit.probability.notna().sum() == 800 and "800 cases drawn by lot of 1,500" in fit.guards[-1]
    assert predicted(fit, x).notna().all()


def test_gaps_of_two_groups_by_hand():
    table = pd.DataFrame(
        {
            "who": ["a"] * 20 + ["b"] * 20,
            "target": [1] * 10 + [0] * 10 + [1] * 5 + [0] * 15,
            "probability": [0.4] * 20 + [0.25] * 20,
        }
    )
    made = group_gaps(table, by="who").set_index("group")
    assert made.loc["a", "score_gap"] == pytest.approx(0.15)
    assert made.loc["a", "rate_gap"] == pytest.approx(0.25)
    assert made.loc["a", "calibration_gap"] == pytest.approx((0.5 - 0.4) - (0.25 - 0.25))
    assert made.loc["b", "rate_gap"] == -made.loc["a", "rate_gap"]
    assert made.loc["a", "rate_gap_low"] < 0.25 < made.loc["a", "rate_gap_high"]


def test_small_groups_are_hidden_and_the_one_that_would_give_them_away():
    table = pd.DataFrame(
        {"who": ["a"] * 4 + ["b"] * 30 + ["c"] * 50 + [None] * 40, "target": [0, 1] * 62, "probability": 0.5}
    )
    made = group_gaps(table, by="who").set_index("group")
    assert made["n"].isna().to_dict() == {"a": True, "b": True, "c": False, "unknown": False}
    assert made.loc[["a", "b"]].isna().all(axis=None)
    lone = group_gaps(table.assign(who="all"), by="who").iloc[0]
    assert lone["n"] == 124 and math.isnan(lone["score_gap"])
    with pytest.raises(DataError, match="the column sex is missing"):
        group_gaps(table, by="sex")


def test_intervals_hold_a_planted_truth_as_often_as_they_say():
    """Chances that are right: slope 1, intercept 0, no calibration gap of either group."""
    held = np.zeros(3)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        p = rng.beta(2, 5, 400)
        y = rng.random(400) < p
        line = calibration_line(y, p).set_index("figure")
        held[:2] += [
            line.loc[name, "low"] <= at <= line.loc[name, "high"]
            for name, at in (("intercept", 0), ("slope", 1))
        ]
        gap = group_gaps(
            pd.DataFrame({"g": rng.integers(0, 2, 400), "target": y, "probability": p}), by="g"
        ).iloc[0]
        held[2] += gap["calibration_gap_low"] <= 0 <= gap["calibration_gap_high"]
    assert (held[:2] >= 0.83 * 200).all() and (held[:2] <= 0.96 * 200).all()
    assert held[2] >= 0.90 * 200  # two groups: each at 95 %


@pytest.mark.golden
def test_telco_is_scored_as_well_as_published(test_data):
    """Reference churn scores: Brier .1353 and .1340, AUC .8455 and .8482, lift of the top tenth 2.87."""
    table = pd.read_csv(test_data / "crm" / "telco_churn.csv")
    table["TotalCharges"] = pd.to_numeric(table["TotalCharges"], errors="coerce")
    fit = calibrated_classifier(table.drop(columns=["customerID", "Churn"]), table["Churn"] == "Yes", seed=1)
    won = fit.table[fit.table["is_chosen"]].iloc[0]
    assert won["brier"] <= 0.1355 and won["auc"] >= 0.84
    assert won["lift"] == pytest.approx(2.87, abs=0.06)
    assert won["slope"] == pytest.approx(1, abs=0.06)
