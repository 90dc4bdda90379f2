"""Contracts: three people by hand, the best of all choices on small cases, and no one sent what loses money."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.methods.allocation import best_actions


def test_three_people_by_hand():
    value = [[5.0, 9.0], [4.0, np.nan], [-1.0, 0.0]]
    assert best_actions(value, cost=[1.0, 1.0]).tolist() == [1, 0, -1]
    assert best_actions(value, cost=[1.0, 1.0], budget=1.0).tolist() == [1, -1, -1]
    assert best_actions(value, cost=[1.0, 1.0], budget=0.5).tolist() == [-1, -1, -1]


def test_nobody_and_no_action_and_nothing_allowed():
    assert best_actions(np.zeros((0, 2)), cost=[1.0, 1.0]).tolist() == []
    assert best_actions(np.zeros((2, 0)), cost=[]).tolist() == [-1, -1]
    assert best_actions([[np.nan]], cost=[0.0]).tolist() == [-1]


@given(
    value=st.lists(st.lists(st.sampled_from([-2.0, 0.0, 1.0, 3.0, 4.5, np.nan]), min_size=2, max_size=2), min_size=1, max_size=5),
    places=st.integers(0, 6),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_no_other_choice_brings_more_where_actions_cost_the_same(value, places):
    made = best_actions(value, cost=[2.0, 2.0], budget=2.0 * places)
    known = np.nan_to_num(np.array(value), nan=-1e9)

    def worth(choice):
        return sum(known[i, k] for i, k in enumerate(choice) if k >= 0)

    allowed = [c for c in product((-1, 0, 1), repeat=len(value)) if sum(k >= 0 for k in c) <= places]
    assert worth(made) == pytest.approx(max(worth(c) for c in allowed))
    assert sum(made >= 0) <= places


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="one cost an action"):
        best_actions([[1.0]], cost=[1.0, 2.0])
    with pytest.raises(ValueError, match="0 or more"):
        best_actions([[1.0]], cost=[-1.0])
    with pytest.raises(ValueError, match="0 or more"):
        best_actions([[1.0]], cost=[1.0], budget=-1)
