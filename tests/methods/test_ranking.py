"""Rankings by weighted criteria: three options by hand, limits, known chances, weights that turn the first place, bad input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import ranking, ranking_panel

NAMES = ["size", "growth"]
SCORES = np.array([[100.0, 0.0], [40.0, 90.0], [0.0, 100.0]])
OPTIONS = ["large", "both", "quick"]


def draws(values, spread, n=4000, seed=1):
    rng = np.random.default_rng(seed)
    return np.asarray(values) + spread * rng.standard_normal((n, *np.shape(values)))


def test_three_options_by_hand():
    # half and half: 50, 65, 50
    found = ranking.ranked(OPTIONS, SCORES, SCORES[None], [0.5, 0.5], top=1)
    assert found.table["option"].tolist() == ["both", "large", "quick"]
    assert found.table["score"].tolist() == [65, 50, 50]
    assert found.table["first"].tolist() == [1, 0, 0]
    assert found.table[["rank_low", "rank_high"]].to_numpy().tolist() == [
        [1, 1],
        [2, 3],
        [2, 3],
    ]  # a tie shares places
    assert found.above[1, 2] == 0.5


def test_criteria_are_scaled_from_the_worst_to_the_best():
    values = np.array([[10.0, 0.3], [20.0, 0.1], [15.0, 0.2]])
    score, drawn = ranking.scaled(values, np.stack([values, values + np.array([10, 0])]), seed=1)
    assert score == pytest.approx(np.array([[0, 100], [100, 0], [50, 50]]))
    assert drawn[1, :, 0] == pytest.approx([100, 200, 150])
    assert ranking.scaled(values, values[None], seed=1, better=["down", "up"])[0][:, 0] == pytest.approx(
        [100, 0, 50]
    )


def test_a_difference_that_nobody_would_act_on_stays_near_the_middle():
    # 0.20 and 0.21 on a scale of at least 0.10 around them: 45 and 55
    score, drawn = ranking.scaled([[0.20], [0.21]], [[[0.20], [0.21]]], seed=1, least=[0.10])
    assert score[:, 0] == pytest.approx([45, 55]) and drawn[0, :, 0] == pytest.approx([45, 55])
    assert ranking.scaled([[0.2], [0.2]], [[[0.2], [0.2]]], seed=1, least=[0.1])[0][:, 0] == pytest.approx(
        [50, 50]
    )


def test_an_unknown_value_may_be_anything_and_options_all_alike_are_in_the_middle():
    values = np.array([[1.0, 7.0], [np.nan, 7.0], [3.0, 7.0]])
    score, drawn = ranking.scaled(values, np.repeat(values[None], 2000, axis=0), seed=1)
    assert score[:, 0].tolist() == [0, 50, 100] and (score[:, 1] == 50).all() and (drawn[:, :, 1] == 50).all()
    assert drawn[:, 1, 0].min() < 2 and drawn[:, 1, 0].max() > 98 and (drawn[:, 2, 0] == 100).all()
    nothing, drawn = ranking.scaled([[np.nan], [np.nan]], [[[1.0], [2.0]]], seed=1)
    assert (nothing == 50).all() and (drawn == 50).all()


def test_the_chance_of_an_order_is_that_of_two_normals():
    # scores 60 and 50 with sd 10 each: P(first above second) = Phi(10 / sqrt(200)) = 0.7602
    found = ranking.ranked(["a", "b"], [[60.0], [50.0]], draws([[60.0], [50.0]], 10.0, 40_000), [1.0])
    assert found.above[0, 1] == pytest.approx(0.7602, abs=0.01)
    assert found.table["first"].tolist() == pytest.approx([0.7602, 0.2398], abs=0.01)
    assert ranking.sure_pairs(found).empty


def test_pairs_far_apart_are_surely_ordered():
    found = ranking.ranked(OPTIONS, [[90.0], [50.0], [48.0]], draws([[90.0], [50.0], [48.0]], 5.0), [1.0])
    pairs = ranking.sure_pairs(found)
    assert list(zip(pairs["better"], pairs["worse"], strict=True)) == [("large", "both"), ("large", "quick")]


def test_the_weight_that_turns_the_first_place_by_hand():
    # weight of size v: 100 v against 90 - 50 v: they meet at 0.6; quick, 100 - 100 v, meets "both" at 0.2
    made = ranking.flips(OPTIONS, SCORES, [0.5, 0.5], NAMES)
    found = {(one.criterion, one.first): one.turned for one in made}
    assert found["size", "large"] == pytest.approx(0.6) and found["size", "quick"] == pytest.approx(0.2)
    assert found["growth", "large"] == pytest.approx(0.4) and found["growth", "quick"] == pytest.approx(0.8)
    assert made[0].turned == pytest.approx(0.6) or made[0].turned == pytest.approx(0.4)


def test_an_option_best_on_all_criteria_is_never_overtaken():
    assert ranking.flips(["a", "b"], [[100.0, 100.0], [0.0, 0.0]], [0.3, 0.7], NAMES) == []


def test_weights_near_the_chosen_ones_have_the_spread_that_is_said_and_any_are_uniform():
    near = ranking.weight_draws([0.25, 0.75, 0.0], 20_000, seed=1, strength=20)
    assert near.sum(axis=1) == pytest.approx(1) and (near[:, 2] == 0).all()
    assert near[:, 0].mean() == pytest.approx(0.25, abs=0.005) and near[:, 0].std() == pytest.approx(
        0.0945, abs=0.005
    )
    free = ranking.weight_draws([0.25, 0.75, 0.0], 20_000, seed=1, strength=None)
    assert free.mean(axis=0) == pytest.approx([1 / 3] * 3, abs=0.01)


def test_weights_a_draw_give_the_share_of_weights_under_which_each_is_first():
    # size at v: "large" first above 0.6, "quick" below 0.2, else "both"; v is uniform
    w = ranking.weight_draws([0.5, 0.5], 20_000, seed=2, strength=None)
    found = ranking.ranked(OPTIONS, SCORES, np.repeat(SCORES[None], len(w), axis=0), w).table.set_index(
        "option"
    )
    assert found["first"].to_dict() == pytest.approx({"both": 0.4, "large": 0.4, "quick": 0.2}, abs=0.015)


@pytest.mark.parametrize(
    ("weights", "said"),
    [([0.5, 0.65], "add up to 1.15 and not to 1. Change one of them by -0.15"), ([-0.1, 1.1], "that of size is negative")],
)  # fmt: skip
def test_weights_that_do_not_add_up_say_to_what_they_do(weights, said):
    with pytest.raises(DataError, match=said):
        ranking.checked_weights(weights, NAMES)


def test_one_option_is_first_and_too_few_weights_are_refused():
    found = ranking.ranked(["only"], [[50.0]], [[[50.0]]], [1.0])
    assert found.table["first"].item() == 1 and ranking.sure_pairs(found).empty
    with pytest.raises(ValueError, match="1 weights for 2 criteria"):
        ranking.checked_weights([1.0], NAMES)


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 6), st.integers(1, 4), st.integers(0, 9999))
def test_chances_add_up_and_orders_agree(n, k, seed):
    rng = np.random.default_rng(seed)
    values = rng.random((n, k))
    score, drawn = ranking.scaled(values, values + 0.2 * rng.standard_normal((50, n, k)), seed=seed)
    found = ranking.ranked([str(i) for i in range(n)], score, drawn, np.full(k, 1 / k), top=2)
    assert found.table["first"].sum() == pytest.approx(1) and found.table["top"].sum() == pytest.approx(2)
    assert found.table["score"].is_monotonic_decreasing
    off = ~np.eye(n, dtype=bool)
    assert (found.above + found.above.T)[off] == pytest.approx(1)
    assert (found.table["low"] <= found.table["score"]).all() and (
        found.table["rank_low"] <= found.table["rank_high"]
    ).all()


def test_the_panel_says_who_comes_first_at_other_weights():
    known = ranking_panel.table(["size", "growth"], SCORES, np.repeat(SCORES[None], 300, axis=0), top=1)
    told = ranking_panel.scenario({"size": 0.5, "growth": 0.5}, **known)
    assert told["case"] == "first_2" and told["figures"]["top_2"][0] == 1 and told["figures"]["first"][0] == 1
    assert ranking_panel.scenario({"size": 2.0, "growth": 1.0}, **known)["case"] == "first_1"  # two thirds
    assert ranking_panel.scenario({"size": 0.0, "growth": 0.0}, **known)["case"] == "first_2"  # all alike
    assert ranking_panel.scenario({"size": 2.0, "growth": 1.0}, **known)["figures"]["total"][0] == 3


def test_the_panel_agrees_with_the_ranking():
    rng = np.random.default_rng(3)
    score = np.round(100 * rng.random((5, 3)))
    drawn = np.round(score + 15 * rng.standard_normal((200, 5, 3)))
    known = ranking_panel.table(["a", "b", "c"], score, drawn, top=2)
    found = ranking.ranked(list("12345"), score, drawn, [0.5, 0.3, 0.2], top=2).table.set_index("option")
    told = ranking_panel.scenario({"a": 0.5, "b": 0.3, "c": 0.2}, **known)
    assert told["case"] == f"first_{found.index[0]}"
    assert told["figures"]["first"][0] == pytest.approx(found["first"].iloc[0], abs=0.02)
    for name in "12345":
        assert told["figures"][f"top_{name}"][0] == pytest.approx(found.loc[name, "top"], abs=0.02)


def test_pairs_that_are_called_sure_are_so_as_often_as_is_said():
    # truths are drawn, each is seen with noise, draws are what is seen with the same noise: of the pairs called sure at 90 %, at least so
    # many are in the right order, and not all of them by far
    rng, right, n = np.random.default_rng(9), 0, 0
    for _ in range(200):
        truth = 50 + 30 * rng.standard_normal(5)
        seen = truth + 15 * rng.standard_normal(5)
        found = ranking.ranked(
            list("abcde"), seen[:, None], draws(seen[:, None], 15.0, 400, seed=int(rng.integers(1e6))), [1.0]
        )
        value = dict(zip("abcde", truth, strict=True))
        pairs = ranking.sure_pairs(found)
        right += sum(
            value[one] > value[other] for one, other in zip(pairs["better"], pairs["worse"], strict=True)
        )
        n += len(pairs)
    assert n > 500 and right / n > 0.95
