"""Who a rule asked: five days by hand, the same as a loop, and answers that come in time."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.invitations import answered, asked


def days(*rows):
    return pd.DataFrame(rows, columns=["customer_id", "day"])


def test_five_days_by_hand():
    given_days = days(("b", 7), ("a", 40), ("a", 10), ("a", 25), ("b", 7))
    assert asked(given_days, gap=20).to_numpy().tolist() == [["a", 10], ["a", 40], ["b", 7]]


def test_the_gap_itself_is_long_enough():
    assert len(asked(days(("a", 0), ("a", 20)), gap=20)) == 2
    assert len(asked(days(("a", 0), ("a", 19)), gap=20)) == 1


def test_nobody_is_asked_where_nobody_may_be():
    assert asked(days(), gap=20).empty


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="at least one day"):
        asked(days(("a", 1)), gap=0)
    with pytest.raises(DataError, match="no customer"):
        asked(days((None, 1)), gap=5)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-50, 400)), max_size=40), st.integers(1, 90))
def test_it_is_what_a_loop_sends(rows, gap):
    sent = []
    for who, day in sorted(set(rows)):
        last = max((at for name, at in sent if name == who), default=None)
        if last is None or day >= last + gap:
            sent.append((who, day))
    assert [tuple(row) for row in asked(days(*rows), gap=gap).to_numpy()] == sent


def test_an_answer_counts_from_the_day_asked_to_the_last_one_in_time():
    sent = days(("a", 10), ("a", 200), ("b", 10), ("c", 10))
    heard = days(("a", 24), ("b", 25), ("c", 9), (None, 10), ("d", 10))
    assert answered(sent, heard, within=14).tolist() == [True, False, False, False]
    assert not answered(sent, days(), within=14).any() and answered(days(), heard, within=14).shape == (0,)


def test_the_order_of_rows_changes_nothing():
    rng = np.random.default_rng(3)
    table = pd.DataFrame({"customer_id": rng.choice(list("abcdef"), 200), "day": rng.integers(0, 900, 200)})
    pd.testing.assert_frame_equal(asked(table, gap=50), asked(table.sample(frac=1, random_state=1), gap=50))
