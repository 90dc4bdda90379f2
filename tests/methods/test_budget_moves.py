"""Moves of money, the ladder of cuts, and the value of knowing more: by hand, against published digits, and over planted truths."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from helpers.methods import budget_moves, budget_panel, budget_value
from helpers.methods.budget_limits import Bound, limits
from helpers.methods.response import Curves, response

TWO = Curves(
    ("a", "b"), np.array([1000.0, 1000.0]), np.array([[3000.0, 1000.0], [2000.0, 2500.0]]), np.zeros((2, 2))
)


def test_a_move_by_hand():
    """200 from b to a: +.5 x 200 x 2 = 200 in the first draw, -.5 x 200 x .5 = -50 in the second."""
    table = budget_moves.moves(TWO, limits(TWO, total=2000.0, max_change=0.2), margin=0.5)
    first = table.iloc[0]
    assert (first["source"], first["target"], first["amount"]) == ("b", "a", pytest.approx(200.0))
    assert (
        first["value"] == pytest.approx(75.0)
        and first["chance"] == 0.5
        and first["lost"] == pytest.approx(25.0)
    )
    assert first["low"] == pytest.approx(-50 + 0.05 * 250) and first["high"] == pytest.approx(
        200 - 0.05 * 250
    )


def test_money_can_be_taken_out_and_added_only_where_that_is_asked_for():
    kept = limits(TWO, total=2000.0, max_change=0.2)
    assert set(budget_moves.moves(TWO, kept, margin=0.5)["target"]) == {"a", "b"}
    outside = budget_moves.moves(TWO, kept, margin=0.5, outside=True).set_index(["source", "target"])
    # 1,000 of money bring 1,750 of revenue on average in b: taking 200 out keeps 200 and loses 175 of margin
    taken = outside.loc[("b", "")]
    assert taken["value"] / taken["amount"] == pytest.approx(1 - 0.5 * 1.75)


def test_a_move_stops_where_a_limit_does():
    kept = limits(TWO, total=2000.0, bounds=[Bound(("a",), "<=", 1050.0)])
    first = budget_moves.moves(TWO, kept, margin=0.5).iloc[0]
    assert first["amount"] == pytest.approx(50.0)
    assert budget_moves.moves(TWO, limits(TWO, total=2000.0, fixed=["a"]), margin=0.5).empty


def test_moves_are_in_whole_steps():
    kept = limits(TWO, total=2000.0, max_change=0.2)
    assert budget_moves.moves(TWO, kept, margin=0.5, step=150.0).iloc[0]["amount"] == 150.0
    assert budget_moves.moves(TWO, kept, margin=0.5, step=500.0).empty


def test_the_size_of_a_move_stops_where_more_would_lose():
    """Two equal curves of which one has been overspent: the best is the middle."""
    known = Curves(("a", "b"), np.array([1000.0, 3000.0]), np.array([[2000.0, 0.0]]), np.array([[2.0, 6.0]]))
    known = known._replace(effect=np.array([[2000.0, 2000.0 * np.tanh(3.0) / np.tanh(1.0)]]))
    first = budget_moves.moves(known, limits(known, total=4000.0), margin=1.0).iloc[0]
    assert (first["source"], first["target"]) == ("b", "a")
    assert first["amount"] == pytest.approx(1000.0, rel=0.05)


def test_the_ladder_by_hand():
    table = budget_moves.ladder(TWO, cuts=(0.1,), margin=0.5).set_index("kind")
    assert table.loc["alike", "saved"] == pytest.approx(200.0)
    assert table.loc["alike", "revenue"] == pytest.approx(-0.1 * (4000 + 4500) / 2)
    assert table.loc["alike", "value"] == pytest.approx(200 - 0.5 * 425)
    assert table.loc["best", "revenue"] == pytest.approx(-200 * 1.75, rel=1e-4)  # all of it from b


def test_the_best_cut_leaves_what_cannot_be_told_to_be_cut_alike():
    rng = np.random.default_rng(0)
    spend = np.array([1000.0, 2000.0, 500.0])
    known = Curves(("a", "b", "c"), spend, spend * rng.uniform(1, 3, (50, 3)), rng.uniform(0.5, 3, (50, 3)))
    table = budget_moves.ladder(known, margin=0.5, told=("a", "b"))
    assert (
        len(table) == 6
        and (table.groupby("cut")["value"].last() >= table.groupby("cut")["value"].first() - 1e-6).all()
    )
    assert set(budget_moves.ladder(known, margin=0.5, told=("a",))["kind"]) == {"alike"}


def test_the_chance_of_a_gain_is_what_it_says_over_planted_truths():
    """Draws about an estimate that scatters about the truth: of moves said to gain with about .9, about nine in ten do."""
    said, gained = [], []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        spend, bend = np.array([1000.0, 1500.0, 800.0]), np.array([1.0, 2.0, 0.5])
        true = spend * rng.normal(2.0, 0.8, 3)
        error = spend * np.array([0.4, 0.6, 0.8])
        seen = true + error * rng.standard_normal(3)
        weight = (0.8 * spend) ** 2 / ((0.8 * spend) ** 2 + error**2)  # the truths' own spread is the prior
        mean, sd = 2 * spend + weight * (seen - 2 * spend), np.sqrt(weight) * error
        known = Curves(
            ("a", "b", "c"), spend, mean + sd * rng.standard_normal((300, 3)), np.tile(bend, (300, 1))
        )
        truth = Curves(("a", "b", "c"), spend, true[None], bend[None])
        for move in budget_moves.moves(
            known, limits(known, total=3300.0, max_change=0.2), margin=0.5
        ).itertuples():
            after = budget_moves.moved(truth, (move.source,), (move.target,), move.amount)
            said.append(move.chance)
            gained.append(float(response(truth, after).sum() - true.sum()) > 0)
    said, gained = np.array(said), np.array(gained)
    for low, high in ((0.05, 0.35), (0.35, 0.65), (0.65, 0.85), (0.85, 1.0)):
        inside = (said >= low) & (said < high) if high < 1 else said >= low
        assert gained[inside].mean() == pytest.approx(said[inside].mean(), abs=0.09), (
            low,
            high,
            inside.sum(),
        )


LOSS = {0.0: 0.3989, 0.5: 0.1978, 1.0: 0.08332, 1.5: 0.02931, 2.0: 0.008491, 3.0: 0.0003822}


@pytest.mark.parametrize(("distance", "published"), LOSS.items())
def test_the_unit_normal_loss_is_the_published_table(distance, published):
    assert budget_value.unit_normal_loss(distance) == pytest.approx(published, rel=5e-4)


NORMAL = ndtri((np.arange(4000) + 0.5) / 4000)


@pytest.mark.parametrize(("mean", "sd"), [(0.0, 1.0), (50.0, 100.0), (-30.0, 20.0)])
def test_perfect_and_sample_information_are_the_closed_form_of_two_actions(mean, sd):
    """Do it for a normal gain, or leave it: the value is the unit normal loss at |mean| / sd, of a test at its own spread."""
    gain = mean + sd * NORMAL
    values = np.column_stack([np.zeros_like(gain), gain])
    exact = sd * budget_value.unit_normal_loss(abs(mean) / sd)
    assert budget_value.expected_value_of_perfect_information(values) == pytest.approx(exact, rel=0.01)
    for error in (0.2 * sd, sd, 3 * sd):
        spread = sd**2 / np.hypot(sd, error)
        exact = spread * budget_value.unit_normal_loss(abs(mean) / spread)
        found = budget_value.expected_value_of_sample_information(values, gain, error)
        assert found == pytest.approx(exact, rel=0.01, abs=1e-4 * sd), error


def test_a_test_is_worth_what_it_shows_of_the_action_and_no_more():
    """Two independent gains: a test of the first says nothing of the second."""
    rng = np.random.default_rng(1)
    first, second = rng.standard_normal((2, 4000))
    values = np.column_stack([np.zeros(4000), second])
    assert budget_value.expected_value_of_sample_information(values, first, 0.5) < 0.03
    assert budget_value.expected_value_of_sample_information(values, second, 0.0) == pytest.approx(
        0.3989, abs=0.03
    )


def test_information_that_cannot_change_the_choice_is_worth_nothing():
    gain = 10 + NORMAL
    values = np.column_stack([np.zeros(4000), gain])
    assert budget_value.expected_value_of_perfect_information(values) == 0
    assert budget_value.expected_value_of_sample_information(values, gain, 1.0) < 1e-6
    same = np.ones((20, 3))
    assert budget_value.expected_value_of_sample_information(same, np.ones(20), 1.0) == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 5), st.floats(0.05, 20.0))
def test_a_test_is_worth_no_less_than_nothing_and_no_more_than_a_sharper_one(seed, actions, error):
    rng = np.random.default_rng(seed)
    quantity = rng.standard_normal(200)
    values = rng.standard_normal(actions) + np.outer(quantity, rng.standard_normal(actions))
    known = [
        budget_value.expected_value_of_sample_information(values, quantity, e)
        for e in (0.0, error, 2 * error)
    ]
    perfect = budget_value.expected_value_of_perfect_information(values)
    rounding = 1e-8 * np.abs(values).max()  # of sums: one action alone is worth 0 to within it
    assert known[0] >= known[1] - rounding and known[1] >= known[2] - rounding and known[2] >= 0
    assert known[0] <= perfect + 1e-9


@pytest.mark.parametrize("values", [[], [1.0, 2.0], [[np.nan, 1.0]]])
def test_values_without_draws_or_numbers_are_refused(values):
    with pytest.raises(ValueError, match="budget_value: values are"):
        budget_value.expected_value_of_perfect_information(values)
    with pytest.raises(ValueError, match="one finite quantity a draw"):
        budget_value.expected_value_of_sample_information([[1.0, 2.0]], [np.inf], 1.0)


def panel_of(known: Curves, **options) -> dict:
    seen = np.column_stack([0.5 * known.spend, 1.5 * known.spend])
    return budget_panel.table(known, **{"seen": seen, "margin": 0.5, "periods": 4.0, **options})


def test_the_panel_by_hand():
    made = panel_of(TWO)
    assert made["constants"]["inputs"] == ["channel_1", "channel_2"]
    today = budget_panel.scenario({"channel_1": 4000.0, "channel_2": 4000.0}, **made)
    assert today["case"] == "today" and today["figures"]["chance"][0] == np.inf
    assert today["figures"]["revenue"][0] == pytest.approx(4 * 4250)
    assert today["figures"]["change"] == [0.0, None, None]
    more = budget_panel.scenario({"channel_1": 4800.0, "channel_2": 3200.0}, **made)
    assert more["figures"]["change"] == pytest.approx([4 * 75, 4 * -50, 4 * 200], rel=1e-3)
    assert more["figures"]["chance"][0] == 0.5 and more["case"] == "open"
    assert more["figures"]["roas"][0] == pytest.approx((4 * 4250 + 2 * 300) / 8000, rel=1e-3)


def test_the_panel_says_when_a_spend_was_never_seen():
    made = panel_of(TWO)
    for spend, case in ((6000.0, "open"), (6100.0, "beyond"), (1900.0, "beyond"), (2000.0, "open")):
        assert budget_panel.scenario({"channel_1": spend, "channel_2": 4000.0}, **made)["case"] == case, spend
    nothing = budget_panel.scenario({"channel_1": 0.0, "channel_2": 0.0}, **made)
    assert nothing["figures"]["roas"][0] == 0 and nothing["figures"]["revenue"][0] == 0


def test_the_panel_is_the_response_of_the_curves():
    rng = np.random.default_rng(2)
    known = Curves(
        ("a", "b"), np.array([700.0, 900.0]), rng.normal(2000, 900, (400, 2)), rng.uniform(0, 4, (400, 2))
    )
    made = panel_of(known, draws=400)
    found = budget_panel.scenario({"channel_1": 4 * 800.0, "channel_2": 4 * 600.0}, **made)["figures"]
    assert found["revenue"][0] == pytest.approx(
        4 * response(known, [800.0, 600.0]).sum(axis=1).mean(), rel=1e-3
    )


def test_a_slider_moves_its_channels_together_and_leaves_the_others_out():
    known = Curves(
        ("a", "b", "c"),
        np.array([1000.0, 500.0, 200.0]),
        np.array([[3000.0, 1000.0, 700.0]]),
        np.zeros((1, 3)),
    )
    made = budget_panel.table(known, seen=[[0.0, 5000.0]], margin=1.0, periods=1.0, units=[("a", "b")])
    assert made["constants"]["of"] == [0, 0] and len(made["draws"][0]) == 4
    found = budget_panel.scenario({"channel_1": 3000.0}, **made)["figures"]
    assert found["revenue"][0] == pytest.approx(2 * 4000, rel=1e-6)
    assert found["spend"][0] == 3000.0
