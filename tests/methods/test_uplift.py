"""Contracts: scikit-uplift's digits and the published table, eight rows by hand, a planted effect, and what cannot be told."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from helpers.errors import DataError
from helpers.methods.uplift import (
    effects_by_group,
    fraction_from_top,
    qini,
    qini_interval,
    ranks,
    uplift_by_tenth,
)
from helpers.methods.uplift_policy import best_share, policy_curve
from helpers.methods.uplift_scores import class_transformation, design, logistic, response_model, two_models

FEATURES = ["recency", "history", "mens", "womens", "newbie", "zip_code", "channel"]
# qini_auc_score of scikit-uplift 0.5.1 (numpy 2.4.6, scikit-learn 1.9.1), outcome visit, scores history and -recency
SCIKIT_UPLIFT = {
    "Womens E-Mail": (0.0026215140678726204, -0.004519769337937204),
    "Mens E-Mail": (0.01843340125952005, 0.011848925430545868),
}


@pytest.fixture(scope="module")
def hillstrom(test_data):
    customers = pd.read_csv(test_data / "crm" / "hillstrom.csv")

    def arm(name):
        some = customers[customers["segment"].isin([name, "No E-Mail"])]
        return some, (some["segment"] == name).to_numpy(), some["visit"].to_numpy()

    return arm


@pytest.mark.golden
@pytest.mark.parametrize("name", SCIKIT_UPLIFT)
def test_qini_is_scikit_uplifts(hillstrom, name):
    customers, treated, visit = hillstrom(name)
    ours = (qini(visit, customers["history"], treated), qini(visit, -customers["recency"], treated))
    assert ours == pytest.approx(SCIKIT_UPLIFT[name], abs=1e-9)


@pytest.mark.golden
def test_womens_mail_can_be_targeted_and_for_the_mens_there_is_no_evidence(hillstrom):
    """Five folds, two logistic models: .0588 [.043, .073] and .0102 [-.003, .026] at 95 %, up to the draw of the folds."""
    for name, value, low, high in (
        ("Womens E-Mail", 0.0588, 0.043, 0.073),
        ("Mens E-Mail", 0.0102, -0.003, 0.026),
    ):
        customers, treated, visit = hillstrom(name)
        score, _ = two_models(customers[FEATURES], treated, visit, seed=1)
        made = qini_interval(visit, score, treated, level=0.95, seed=1)
        assert made.value == pytest.approx(value, abs=0.01)
        assert made.high - made.low == pytest.approx(high - low, abs=0.006)
        assert (made.low > 0) == (low > 0)


@pytest.mark.golden
def test_ranking_by_response_beats_uplift_on_the_mens_arm_and_loses_on_the_womens(hillstrom):
    """Published: .0282 against .0102, and .0362 against .0588; the losses stay in the table."""
    made = {}
    for name in SCIKIT_UPLIFT:
        customers, treated, visit = hillstrom(name)
        for fit in (two_models, response_model, class_transformation):
            made[name, fit] = qini(visit, fit(customers[FEATURES], treated, visit, seed=1)[0], treated)
    assert made["Mens E-Mail", response_model] == pytest.approx(0.0282, abs=0.005)
    assert made["Womens E-Mail", response_model] == pytest.approx(0.0362, abs=0.005)
    assert made["Womens E-Mail", class_transformation] == pytest.approx(0.0622, abs=0.005)
    assert made["Mens E-Mail", response_model] > made["Mens E-Mail", two_models]
    assert made["Womens E-Mail", response_model] < made["Womens E-Mail", two_models]


ANSWER = [1, 0, 0, 1, 0, 0, 1, 0]
MAILED = [True, False, True, False, True, False, True, False]
SCORE = [8, 7, 6, 5, 4, 3, 2, 1]


def test_eight_rows_by_hand():
    # q after each row: 1, 1, 1, 1 - 2/2, 1 - 3/2, 0, 2 - 4/3, 1
    q = [0, 1, 1, 1, 0, -0.5, 0, 2 - 4 / 3, 1]
    area = sum((a + b) / 2 for a, b in pairwise(q))
    perfect = (
        2 * 2 / 2 + 5 * 2 + 1 * (2 + 1) / 2
    )  # two treated who answered, five silent, one control who answered
    assert qini(ANSWER, SCORE, MAILED) == pytest.approx((area - 4) / (perfect - 4))


def test_the_perfect_ranking_is_1_and_one_score_for_all_is_0():
    best = np.where(MAILED, ANSWER, -np.array(ANSWER))
    assert qini(ANSWER, best, MAILED) == 1
    assert qini(ANSWER, np.zeros(8), MAILED) == 0


def test_scores_that_rounding_alone_tells_apart_are_one_place():
    noisy = np.array([0.3, 0.1 + 0.2, 0.1, 0.3])
    assert ranks(noisy).tolist() == [0, 0, 1, 0]
    assert fraction_from_top(noisy) == pytest.approx([0.375, 0.375, 0.875, 0.375])
    assert qini(ANSWER, np.array(SCORE) + 1e-13, MAILED) == qini(ANSWER, SCORE, MAILED)


@given(seed=st.integers(0, 10_000), n=st.integers(4, 40))
@settings(max_examples=50, deadline=None)
def test_the_order_of_rows_changes_nothing(seed, n):
    rng = np.random.default_rng(seed)
    answer, score = rng.integers(0, 2, n), rng.integers(0, 6, n) / 10
    treated = np.r_[True, False, rng.random(n - 2) < 0.5]
    turn = rng.permutation(n)
    one, other = qini(answer, score, treated), qini(answer[turn], score[turn], treated[turn])
    assert one == pytest.approx(other, nan_ok=True)


def test_the_same_seed_gives_the_same_interval_and_memory_does_not_change_it(monkeypatch):
    features, treated, answer, _ = experiment(3, 900)
    made = qini_interval(answer, features["a"], treated, seed=5)
    assert made.low < made.value < made.high and made.n == 900
    monkeypatch.setattr("helpers.methods.uplift.AT_ONCE", 2000)
    assert qini_interval(answer, features["a"], treated, seed=5) == made


def experiment(seed, n, *, moved=0.5, lift=0.15):
    """Units whose feature `a` moves the effect; `b` only moves who answers."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 2))
    treated = rng.random(n) < 0.6
    chance = expit(-1.6 + 0.5 * x[:, 1] + np.where(treated, lift + moved * x[:, 0], 0.0))
    answer = (rng.random(n) < chance).astype(float)
    return pd.DataFrame(x, columns=["a", "b"]), treated, answer, answer * rng.gamma(2.0, 10.0, n)


def test_two_models_find_who_is_moved_and_a_response_model_who_answers():
    features, treated, answer, _ = experiment(1, 8000)
    score, fold = two_models(features, treated, answer, seed=1)
    assert np.corrcoef(score, features["a"])[0, 1] > 0.8 and set(fold) == set(range(5))
    who, _ = response_model(features, treated, answer, seed=1)
    assert np.corrcoef(who, features["b"])[0, 1] > 0.5
    assert qini(answer, score, treated) > qini(answer, features["b"], treated)
    both = np.corrcoef(score, class_transformation(features, treated, answer, seed=1)[0])[0, 1]
    assert both > 0.8


def test_a_score_does_not_see_its_own_unit():
    features, treated, answer, _ = experiment(1, 400)
    score, fold = two_models(features, treated, answer, seed=1)
    # models of the other folds, fitted by hand, give the unit's score
    out, x = fold == 0, design(features)
    mailed, left = (logistic(x[~out & arm], answer[~out & arm]) for arm in (treated, ~treated))
    by_hand = expit(mailed[0] + x[out] @ mailed[1:]) - expit(left[0] + x[out] @ left[1:])
    assert score[out] == pytest.approx(by_hand)


def test_the_logistic_regression_is_scikit_learns():
    linear_model = pytest.importorskip("sklearn.linear_model")
    rng = np.random.default_rng(2)
    x = rng.normal(size=(500, 3))
    y = (rng.random(500) < expit(x[:, 0] - 1)).astype(float)
    weight = rng.uniform(0.5, 2, 500)
    theirs = linear_model.LogisticRegression(tol=1e-10, max_iter=1000).fit(x, y, sample_weight=weight)
    assert logistic(x, y, weight=weight) == pytest.approx([*theirs.intercept_, *theirs.coef_[0]], abs=1e-5)


def test_words_rare_words_and_gaps_become_columns():
    features = pd.DataFrame(
        {"size": [1.0, np.nan, 3.0] * 30, "kind": ["a"] * 50 + ["b"] * 39 + ["c"], "same": 1.0}
    )
    made = design(features)
    assert made.shape == (90, 2 + 3)  # size and its gap; a, b and the rest; a constant says nothing
    assert made.mean(axis=0) == pytest.approx(0) and made.std(axis=0) == pytest.approx(1)


def test_effects_of_groups_by_hand_and_all_at_once():
    frame = pd.DataFrame({"kind": ["a"] * 4 + ["b"] * 4, "sent": MAILED, "spend": [3.0, 1, 5, 3, 2, 2, 2, 4]})
    table = effects_by_group(frame, group="kind", treated="sent", outcome="spend")
    assert table["value"].tolist() == [2.0, -1.0] and table["n_treated"].tolist() == [2, 2]
    wide = effects_by_group(frame, group="kind", treated="sent", outcome="spend", among=2)
    assert (wide["low"] < table["low"]).all() and (wide["high"] > table["high"]).all()


def test_a_group_that_is_driven_away_is_seen_among_ten_and_no_other():
    """One group loses a quarter of its answers; of 200 redraws of nine without effect, few are called harmed."""
    seen, false = 0, 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        group, sent = rng.integers(0, 10, 12_000), rng.random(12_000) < 0.6
        answer = rng.random(12_000) < np.where((group == 0) & sent, 0.12, 0.24)
        frame = pd.DataFrame({"group": group, "sent": sent, "answer": answer.astype(int)})
        table = effects_by_group(frame, group="group", treated="sent", outcome="answer", among=10)
        seen += table["high"].iloc[0] < 0
        false += (table["high"].iloc[1:] < 0).any()
    assert seen > 50 and false < 60 * 0.15


def test_tenths_fall_from_the_top_and_ties_stay_together():
    features, treated, answer, _ = experiment(2, 6000)
    table = uplift_by_tenth(answer, features["a"], treated)
    assert table["tenth"].tolist() == list(range(1, 11)) and table["n"].sum() == 6000
    assert table["score"].is_monotonic_decreasing and table["value"].iloc[0] > table["value"].iloc[-1]
    assert uplift_by_tenth(answer, np.zeros(6000), treated)["n"].tolist() == [6000]


def test_a_policy_by_hand():
    # thirty times the same eight rows in each fold: the upper half is moved by 10, the lower by -4, at a cost of 1
    block = pd.DataFrame(
        {"score": [2, 2, 2, 2, 1, 1, 1, 1], "t": [1, 1, 0, 0] * 2, "y": [11, 9, 1, -1, 0, 2, 4, 6.0]}
    )
    units = pd.concat([block.assign(fold=k % 2) for k in range(60)], ignore_index=True)
    made = best_share(units["y"], units["score"], units["fold"], units["t"], cost=1.0)
    assert made.verdict == "top" and made.share == 0.5
    assert made.table["value"].tolist() == pytest.approx([0, (10 - 1) / 2, (10 - 4) / 2 - 1])
    assert made.gain.value == pytest.approx(2.5) and made.acts.tolist() == ([True] * 4 + [False] * 4) * 60
    curve = policy_curve(units["y"], units["score"], units["t"], cost=1.0, shares=(0.0, 0.5, 1.0))
    assert curve["value"].tolist() == pytest.approx([0, 4.5, 2])


def test_a_top_of_a_few_lucky_units_is_never_chosen():
    """Of 60 experiments without effect on 900 units none but a few is told to treat a top."""
    verdicts = []
    for seed in range(60):
        features, treated, answer, money = experiment(seed, 900, moved=0.0, lift=0.0)
        score, fold = two_models(features, treated, answer, seed=seed)
        made = best_share(money, score, fold, treated, cost=0.05)
        assert made.acts.sum() == 0 or made.acts.sum() >= 100
        verdicts.append(made.verdict)
    assert verdicts.count("top") <= 3 and verdicts.count("cannot tell") >= 45


@pytest.mark.parametrize(
    ("moved", "lift", "cost", "wanted"),
    [
        (1.2, 0.1, 0.3, "top"),
        (0.0, 0.9, 0.1, "all"),
        (0.0, -0.8, 0.1, "none"),
        (0.0, 0.0, 0.0, "cannot tell"),
    ],
)
def test_the_decision_follows_the_planted_effect(moved, lift, cost, wanted):
    features, treated, answer, money = experiment(4, 6000, moved=moved, lift=lift)
    score, fold = two_models(features, treated, answer, seed=1)
    made = best_share(money, score, fold, treated, cost=cost)
    assert made.verdict == wanted
    assert (made.needed is not None) == (wanted == "cannot tell" and made.table["value"].max() > 0)


def test_the_value_of_a_policy_is_held_as_often_as_it_says():
    held = 0
    for seed in range(100):
        features, treated, answer, money = experiment(seed, 1500)
        score, fold = two_models(features, treated, answer, seed=seed)
        made = best_share(money, score, fold, treated, cost=0.4)
        without = expit(-1.6 + 0.5 * features["b"])
        effect = 20 * (expit(-1.6 + 0.5 * features["b"] + 0.15 + 0.5 * features["a"]) - without) - 0.4
        row = made.table.iloc[1]
        held += row["low"] <= np.where(made.acts, effect, 0).mean() <= row["high"]
    assert 83 <= held <= 97


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: qini([0, 2], [1, 2], [True, False]), "not 0 or 1"),
        (lambda: qini([0, math.nan], [1, 2], [True, False]), "not 0 or 1"),
        (lambda: qini([0, 1], [1, math.nan], [True, False]), "1 of 2 scores are no number"),
        (lambda: qini([0, 1], [1, 2], [True, True]), "needs both arms"),
        (lambda: two_models(pd.DataFrame({"a": [1.0] * 9}), [True] * 9, [0, 1, 0] * 3, seed=1), "3 units of one group answered; a score from 5 folds"),
        (lambda: two_models(pd.DataFrame({"a": [1.0] * 9}), [True] * 9, [5] * 9, seed=1), "not 0 or 1"),
        (lambda: best_share([1.0] * 4, [1.0] * 4, [0, 0, 1, 1], [1, 1, 0, 1], cost=0.0), "one arm only"),
    ],
)  # fmt: skip
def test_impossible_input_is_refused_in_a_sentence(call, said):
    with pytest.raises(DataError, match=said):
        call()


def test_wrong_arguments_are_refused_and_nobody_answering_is_no_number():
    with pytest.raises(ValueError, match="cost must be"):
        best_share([1.0] * 4, [1.0] * 4, [0] * 4, [1, 1, 0, 0], cost=-1)
    with pytest.raises(ValueError, match="one outcome, score and arm"):
        qini([0, 1], [1, 2, 3], [True, False])
    assert math.isnan(qini([0, 0], [1, 2], [True, False]))
    made = qini_interval([0, 0, 0, 0], [1, 2, 3, 4], [True, False] * 2, seed=1)
    assert math.isnan(made.value) and math.isnan(made.low)
