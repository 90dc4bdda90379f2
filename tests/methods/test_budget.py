"""The best budget: two channels by hand, equal marginal returns, brute force on a grid, limits that contradict, whole steps."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import budget, budget_regret
from helpers.methods.budget_limits import Bound, Limits, contradiction, keeps, limits
from helpers.methods.response import Curves, marginal, response


def curves(effect, bend, spend=(1000.0, 1000.0), names=None) -> Curves:
    effect, bend = np.atleast_2d(np.asarray(effect, float)), np.atleast_2d(np.asarray(bend, float))
    names = names or tuple("abcdefgh"[: effect.shape[1]])
    return Curves(names, np.asarray(spend, float), effect, np.broadcast_to(bend, effect.shape).copy())


def drawn(seed: int, channels: int = 3, draws: int = 60, spread: float = 0.3) -> Curves:
    """Channels that differ in return and bend, each with draws about its own; some draws fall below 0."""
    rng = np.random.default_rng(seed)
    spend = rng.uniform(500, 3000, channels)
    effect = spend * rng.uniform(0.5, 4, channels) * (1 + spread * rng.standard_normal((draws, channels)))
    return curves(effect, rng.uniform(0.3, 4, (draws, channels)), spend)


def grid_best(known: Curves, kept: Limits, *, margin: float, risk: float, points: int = 41) -> float:
    """The best value over a grid of all channels but the last, which takes the rest of the total."""
    axes = [np.linspace(low, high, points) for low, high in zip(kept.low[:-1], kept.high[:-1], strict=True)]
    top = -np.inf
    for point in itertools.product(*axes):
        spend = np.array([*point, kept.total - sum(point)])
        if keeps(kept, spend):
            top = max(top, budget.tail_mean(budget.gain(known, spend, margin=margin), risk))
    return top


def test_two_straight_channels_by_hand():
    """A unit of money brings 3 in one and 1 in the other: a fifth moves, 200 x (3 - 1) x .5 = 200 a week."""
    known = curves([3000.0, 1000.0], [0.0, 0.0])
    plan = budget.best(known, limits(known, total=2000.0, max_change=0.2), margin=0.5)
    assert plan.spend == pytest.approx([1200.0, 800.0])
    assert plan.value == pytest.approx(200.0)


def test_a_channel_of_today_s_return_below_what_it_costs_is_cut_where_the_total_is_free():
    known = curves([3000.0, 1000.0], [0.0, 0.0])
    plan = budget.best(known, limits(known, max_change=0.2), margin=0.5)
    assert plan.spend == pytest.approx([1200.0, 800.0])
    assert plan.value == pytest.approx(200 * 0.5 + 200 * 0.5)  # 300 - 200 more of margin, 200 - 100 saved


def test_a_single_bent_channel_is_spent_to_where_the_last_unit_pays_for_itself():
    known = curves([4000.0], [2.0], spend=[1000.0])
    spend = budget.best(known, limits(known), margin=1.0).spend
    assert marginal(known, spend)[0, 0] == pytest.approx(1.0, rel=1e-5)
    half = 1.0  # by hand: cosh^2(s) = 4 / tanh(1), s = spend over today's
    assert spend[0] == pytest.approx(1000 * np.arccosh(np.sqrt(4 / np.tanh(half))), rel=1e-5)


def test_at_the_best_budget_the_last_unit_brings_the_same_everywhere():
    known = curves([[4000.0, 3000.0, 2500.0]], [[2.0, 1.0, 3.0]], spend=[1000.0, 1500.0, 800.0])
    plan = budget.best(known, limits(known, total=3300.0), margin=1.0)
    assert np.ptp(marginal(known, plan.spend)[0]) < 1e-3 * marginal(known, plan.spend)[0].mean()
    assert plan.spend.sum() == pytest.approx(3300.0)


def test_the_optimum_of_one_draw_is_the_one_in_closed_form():
    for seed in range(8):
        known = drawn(seed, channels=4, draws=1, spread=0.0)
        kept = limits(known, total=float(known.spend.sum()) * 1.1, max_change=0.6)
        ours = budget.best(known, kept, margin=0.7)
        exact = budget_regret.best_by_draw(known, kept, margin=0.7)[0]
        assert ours.value == pytest.approx(
            float(budget.gain(known, exact, margin=0.7)[0]), rel=1e-6, abs=1e-6
        )
        assert ours.spend == pytest.approx(exact, rel=1e-3)


@pytest.mark.parametrize("risk", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("channels", [2, 3])
def test_no_point_of_a_fine_grid_is_better(channels, risk):
    for seed in range(4):
        known = drawn(seed, channels=channels)
        kept = limits(known, total=float(known.spend.sum()), max_change=0.5)
        ours = budget.best(known, kept, margin=0.5, risk=risk)
        best = grid_best(known, kept, margin=0.5, risk=risk, points=201 if channels == 2 else 41)
        assert ours.value >= best - 2e-4 * float(known.spend.sum()), (seed, ours.value, best)


def test_draws_that_lose_sales_make_several_hills_and_the_highest_is_found():
    """A channel that is splendid or harmful has a mean that falls before it rises."""
    known = curves([[6000.0, 900.0], [-3000.0, 900.0]], [[0.1, 0.5], [6.0, 0.5]])
    kept = limits(known, total=2000.0)
    assert (
        budget.best(known, kept, margin=1.0).value
        >= grid_best(known, kept, margin=1.0, risk=0, points=801) - 1e-3
    )


def test_a_cautious_budget_stays_nearer_to_today_and_never_below_it():
    known = drawn(5, channels=3, spread=0.8)
    kept = limits(known, total=float(known.spend.sum()), max_change=0.5)
    far = [
        np.abs(budget.best(known, kept, margin=0.5, risk=risk).spend - known.spend).sum()
        for risk in (0.0, 0.9)
    ]
    assert far[1] < far[0]
    assert budget.best(known, kept, margin=0.5, risk=0.95).value >= -1e-6


def test_the_mean_of_the_worst_draws_by_hand():
    values = [5.0, 1.0, 3.0, 2.0]
    assert budget.tail_mean(values) == 2.75
    assert budget.tail_mean(values, 0.5) == 1.5
    assert budget.tail_mean(values, 0.75) == 1.0
    assert budget.tail_mean(values, 0.4) == pytest.approx((1 + 2 + 0.4 * 3) / 2.4)


def test_caps_of_groups_and_least_spends_are_kept():
    known = curves([9000.0, 8000.0, 1000.0], [1.0, 1.0, 1.0], spend=[1000.0, 1000.0, 1000.0])
    rules = [Bound(("a", "b"), "<=", 2100.0), Bound(("c",), ">=", 900.0)]
    plan = budget.best(known, limits(known, bounds=rules, total=3000.0), margin=1.0)
    assert plan.spend[0] + plan.spend[1] == pytest.approx(2100.0, rel=1e-6)
    assert plan.spend[2] == pytest.approx(900.0, rel=1e-6)


def test_channels_that_are_one_unit_move_by_one_share():
    known = drawn(3, channels=3)
    plan = budget.best(
        known, limits(known, total=float(known.spend.sum()), max_change=0.4), margin=0.5, units=[("a", "b")]
    )
    share = plan.spend / known.spend
    assert share[0] == pytest.approx(share[1]) and share[0] != pytest.approx(1.0)


def test_a_target_return_is_kept_and_one_out_of_reach_is_refused_with_the_best_there_is():
    known = curves([3000.0, 1500.0], [2.0, 2.0])
    kept = limits(known, max_change=0.5)
    plan = budget.best(known, kept, margin=1.0, target=2.5)
    assert response(known, plan.spend).sum() / plan.spend.sum() == pytest.approx(2.5, rel=1e-5)
    free = budget.best(known, kept, margin=1.0)
    assert plan.value < free.value
    with pytest.raises(
        DataError, match=r"No budget within the limits reaches a return of 9\.00; the best is \d\.\d\d"
    ) as refused:
        budget.best(known, kept, margin=1.0, target=9.0)
    grid = [
        response(known, np.array([x, y])).sum() / (x + y)
        for x in np.linspace(500, 1500, 101)
        for y in np.linspace(500, 1500, 101)
    ]
    assert f"{max(grid):.2f}" in str(refused.value)


@pytest.mark.parametrize("step", [50.0, 100.0, 333.0])
def test_changes_are_whole_steps_and_the_total_is_kept(step):
    for seed in range(4):
        known = drawn(seed)
        total = float(known.spend.sum())
        kept = limits(known, total=total, max_change=0.5)
        plan = budget.best(known, kept, margin=0.5, step=step)
        counts = (plan.spend - known.spend) / step
        assert counts == pytest.approx(counts.round(), abs=1e-9)
        assert plan.spend.sum() == pytest.approx(total) and keeps(kept, plan.spend)
        reach = [np.arange(np.ceil((low - now) / step), (high - now) // step + 1) for low, high, now in zip(
            kept.low, kept.high, known.spend, strict=True)]  # fmt: skip
        all_steps = [known.spend + step * np.array(k) for k in itertools.product(*reach) if sum(k) == 0]
        assert plan.value == pytest.approx(
            max(budget.gain(known, one, margin=0.5).mean() for one in all_steps), abs=0.05 * step
        )


def test_a_total_that_is_no_whole_step_away_is_kept_all_the_same():
    known = drawn(1)
    total = float(known.spend.sum()) - 777.7
    plan = budget.best(known, limits(known, total=total, max_change=0.5), margin=0.5, step=100.0)
    assert plan.spend.sum() == pytest.approx(total)


CONTRADICTIONS = [
    ({"bounds": [Bound(("a",), ">=", 900.0), Bound(("a",), "<=", 800.0)]}, "a at least 900; a at most 800"),
    ({"bounds": [Bound(("a", "b"), "<=", 1500.0)], "max_change": 0.1},
     "a at most 10% less than today; b at most 10% less than today; a + b at most 1,500"),
    ({"total": 5000.0, "max_change": 0.2}, "a at most 20% more than today; b at most 20% more than today; a total of 5,000"),
    ({"bounds": [Bound(("a", "b"), ">=", 2100.0)], "total": 2000.0}, "a + b at least 2,100; a total of 2,000"),
    ({"bounds": [Bound(("b",), ">=", 1200.0)], "fixed": ["a"], "total": 2100.0}, "a stays as it is; b at least 1,200; a total of 2,100"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "named"), CONTRADICTIONS, ids=[named for _, named in CONTRADICTIONS])
def test_limits_that_contradict_are_named_and_no_others(values, named):
    known = curves([3000.0, 1000.0], [1.0, 1.0])
    with pytest.raises(DataError) as refused:
        limits(known, **values)
    assert f"contradict each other: {named}. Loosen one of them." in str(refused.value)


def test_channels_that_all_stay_are_named_in_one_limit():
    known = curves([3000.0, 1000.0, 500.0], [1.0, 1.0, 1.0], spend=[1000.0, 1000.0, 1000.0])
    with pytest.raises(
        DataError, match="a at most 20% less than today; a total of 2,000; b, c stay as they are. Loosen"
    ):
        limits(known, fixed=["b", "c"], total=2000.0, max_change=0.2)


BAD = [
    ({"bounds": [Bound(("tv",), "<=", 5.0)]}, 'names the channel "tv"; the channels are a, b.'),
    ({"fixed": ["radio"]}, 'names the channel "radio"'),
    ({"bounds": [Bound(("a",), "<=", -5.0)]}, "the limit of a is -5; give 0 or more"),
    ({"bounds": [Bound(("a",), "<=", np.nan)]}, "the limit of a is nan"),
    ({"total": -1.0}, "the total is -1"),
    ({"total": np.inf}, "the total is inf"),
    ({"max_change": -0.2}, "max_change is -0.2"),
]


@pytest.mark.parametrize(("values", "words"), BAD)
def test_a_bad_limit_is_refused_in_one_sentence(values, words):
    with pytest.raises(DataError) as refused:
        limits(curves([3000.0, 1000.0], [1.0, 1.0]), **values)
    assert words in str(refused.value) and "\n" not in str(refused.value)


def test_options_outside_their_range_are_refused():
    known = curves([3000.0, 1000.0], [1.0, 1.0])
    kept = limits(known)
    for wrong in (
        {"risk": 1.0},
        {"risk": -0.1},
        {"step": -1.0},
        {"units": [("a", "z")]},
        {"units": [("a",), ("a", "b")]},
    ):
        with pytest.raises(ValueError, match="budget: "):
            budget.best(known, kept, **wrong)


def test_one_channel_with_a_fixed_total_stays_as_it_is():
    known = curves([[3000.0], [-500.0]], [[1.0], [2.0]], spend=[1000.0])
    plan = budget.best(known, limits(known, total=1000.0), margin=0.5)
    assert plan.spend == pytest.approx([1000.0]) and plan.value == pytest.approx(0.0, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 1.0), st.floats(0.05, 0.8), st.sampled_from([0.0, 0.7]))
def test_the_best_budget_keeps_its_limits_and_is_no_worse_than_today(seed, margin, change, risk):
    known = drawn(seed, channels=3, draws=30, spread=0.6)
    kept = limits(known, total=float(known.spend.sum()), max_change=change)
    plan = budget.best(known, kept, margin=margin, risk=risk)
    assert keeps(kept, plan.spend) and plan.value >= -1e-5 * float(known.spend.sum())
    assert contradiction(kept) == ()
    assert plan.gain == pytest.approx(budget.gain(known, plan.spend, margin=margin))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 1.0), st.booleans())
def test_no_budget_beats_the_best_one_of_its_draw(seed, margin, is_free):
    known = drawn(seed, channels=3, draws=25, spread=0.3)
    known = known._replace(effect=np.abs(known.effect))
    total = None if is_free else float(known.spend.sum())
    kept = limits(known, total=total, max_change=0.5)
    there = budget_regret.best_by_draw(known, kept, margin=margin)
    assert all(keeps(kept, row) for row in there)
    rng = np.random.default_rng(seed)
    for _ in range(20):
        other = rng.uniform(kept.low, kept.high)
        if total is not None:
            other[-1] = total - other[:-1].sum()
            if not keeps(kept, other):
                continue
        assert (budget_regret.regret(known, kept, other, margin=margin) >= 0).all()
        best = [budget.gain(known, row, margin=margin)[i] for i, row in enumerate(there)]
        assert (np.array(best) >= budget.gain(known, other, margin=margin) - 1e-3).all()


def test_the_regret_of_two_straight_channels_by_hand():
    """The better channel differs between the draws: a fifth should have moved, 200 x 2 x .5 each."""
    known = curves([[3000.0, 1000.0], [1000.0, 3000.0]], [0.0, 0.0])
    kept = limits(known, total=2000.0, max_change=0.2)
    assert budget_regret.regret(known, kept, known.spend, margin=0.5) == pytest.approx(
        [200.0, 200.0], rel=1e-4
    )
    assert budget_regret.regret(known, kept, [1200.0, 800.0], margin=0.5) == pytest.approx(
        [0.0, 400.0], rel=1e-4, abs=0.1
    )


def test_where_all_draws_lose_money_a_fixed_total_is_spent_where_it_costs_least():
    known = curves([[-100.0, -900.0]], [1.0, 1.0])
    there = budget_regret.best_by_draw(known, limits(known, total=2000.0, max_change=0.2))
    assert there[0] == pytest.approx([1200.0, 800.0])
