"""Additive LMDI: by hand, at the limits, without remainder, whatever the order, and a planted truth."""

import math

import numpy as np
import pytest

from helpers.errors import DataError
from helpers.methods import lmdi


def test_two_factors_that_double_share_the_change_alike_by_hand():
    """1 x 1 to 2 x 2: the total goes from 1 to 4, L = 3 / ln 4, each part L ln 2 = 1.5."""
    made = lmdi.parts({"a": np.array([1.0]), "b": np.array([1.0])}, {"a": np.array([2.0]), "b": np.array([2.0])})  # fmt: skip
    assert made["a"] == pytest.approx(1.5) and made["b"] == pytest.approx(1.5)


def test_orders_mix_and_intensity_of_two_modes_by_hand():
    """100 orders of 1 kg, half each at 1 and at 2 kg, become 200 of which a quarter at 1 and three quarters at 1: 150 to 200.

    L of the first mode: 50 to 50, so 50; of the second: 100 to 150, so 50 / ln 1.5.
    """
    before = {"orders": np.array(100.0), "mix": np.array([0.5, 0.5]), "intensity": np.array([1.0, 2.0])}
    after = {"orders": np.array(200.0), "mix": np.array([0.25, 0.75]), "intensity": np.array([1.0, 1.0])}
    made = lmdi.parts(before, after)
    second = 50 / math.log(1.5)
    assert made["orders"] == pytest.approx((50 + second) * math.log(2))
    assert made["mix"] == pytest.approx(50 * math.log(0.5) + second * math.log(1.5))
    assert made["intensity"] == pytest.approx(second * math.log(0.5))
    assert sum(made.values()) == pytest.approx(50)


def test_nothing_moves_where_nothing_moved():
    same = {"a": np.array([3.0, 0.0]), "b": np.array([2.0, 5.0])}
    assert all(one == 0 for one in lmdi.parts(same, same).values())


def test_a_mode_that_comes_or_goes_is_a_change_of_the_mix():
    before = {"orders": np.array(10.0), "mix": np.array([1.0, 0.0]), "intensity": np.array([1.0, 3.0])}
    after = {"orders": np.array(10.0), "mix": np.array([0.5, 0.5]), "intensity": np.array([1.0, 3.0])}
    there, back = lmdi.parts(before, after), lmdi.parts(after, before)
    assert there["mix"] == pytest.approx(10.0) and there["orders"] == there["intensity"] == 0
    assert back["mix"] == pytest.approx(-10.0)


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_add_up_in_any_order_of_groups_factors_and_time(seed):
    rng = np.random.default_rng(seed)
    before = {name: rng.lognormal(size=6) for name in "abcd"}
    after = {name: rng.lognormal(size=6) for name in "abcd"}
    made = lmdi.parts(before, after)
    change = np.prod(list(after.values()), axis=0).sum() - np.prod(list(before.values()), axis=0).sum()
    assert sum(made.values()) == pytest.approx(change, abs=1e-12 * max(1, abs(change)))
    order = rng.permutation(6)
    mixed = lmdi.parts(*({name: side[name][order] for name in "dbca"} for side in (before, after)))
    back = lmdi.parts(after, before)
    for name, part in made.items():
        assert mixed[name] == pytest.approx(part) and back[name] == pytest.approx(-part)


def test_draws_are_split_one_by_one():
    rng = np.random.default_rng(3)
    before, after = ({"n": np.array(20.0), "x": rng.lognormal(size=(50, 4))} for _ in range(2))
    made = lmdi.parts(before, after)
    for at in (0, 17):
        alone = lmdi.parts({"n": before["n"], "x": before["x"][at]}, {"n": after["n"], "x": after["x"][at]})
        assert made["x"][at] == pytest.approx(alone["x"])


def test_only_the_factor_that_was_moved_has_a_part():
    rng = np.random.default_rng(8)
    before = {"orders": np.array(1000.0), "weight": np.array(2.5), "mix": rng.dirichlet(np.ones(4)), "intensity": rng.lognormal(size=4)}  # fmt: skip
    for name in before:
        moved = lmdi.parts(before, {**before, name: before[name] * 1.3})
        assert [key for key, part in moved.items() if abs(part) > 1e-9] == [name]
        total = np.prod(np.broadcast_arrays(*before.values()), axis=0).sum()
        assert moved[name] == pytest.approx(0.3 * total)


def test_the_logarithmic_mean_lies_between_and_keeps_its_digits_when_both_are_nearly_alike():
    assert lmdi.log_mean(np.array(2.0), np.array(2.0)) == 2
    assert lmdi.log_mean(np.array(1.0), np.array(math.e)) == pytest.approx(math.e - 1)
    assert lmdi.log_mean(np.array(1.0), np.array(1 + 1e-9)) == pytest.approx(1 + 5e-10, rel=1e-15)


def test_a_negative_factor_and_other_factors_are_refused():
    with pytest.raises(DataError, match="lmdi: a is -1"):
        lmdi.parts({"a": np.array([-1.0])}, {"a": np.array([1.0])})
    with pytest.raises(ValueError, match="before has a, after has b"):
        lmdi.parts({"a": np.ones(1)}, {"b": np.ones(1)})
