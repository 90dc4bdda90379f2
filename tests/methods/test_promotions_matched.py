"""Users of an offer against others alike: five rows by hand, a world where only habit differs, bad input."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.promotions_matched import matched_difference

COLUMNS = ["unit", "offer", "has_used", "before", "after"]


def rows(*given):
    return pd.DataFrame(given, columns=COLUMNS)


def test_five_customers_by_hand():
    """Changes of users 4 and 2, of others 1, 1 and 4: matched is 3 less 2, naive 22 less 12."""
    five = rows(
        ("a", "x", 1, 16, 20),
        ("b", "x", 1, 22, 24),
        ("c", "x", 0, 9, 10),
        ("d", "x", 0, 9, 10),
        ("e", "x", 0, 12, 16),
    )
    found = matched_difference(five, bands=1)
    assert (found.naive.value, found.before_after.value, found.matched.value) == (10.0, 3.0, 1.0)
    assert (found.n_used, found.n_others, found.n_unmatched) == (2, 3, 0)
    influence = np.array([1, -1]) / 2, -np.array([-1, -1, 2]) / 3
    se = np.sqrt(5 / 4 * sum(float(part @ part) for part in influence))
    assert found.matched.high - 1.0 == pytest.approx(1.6448536 * se)


def test_users_without_anybody_alike_are_counted_and_left_out():
    some = rows(("a", "x", 1, 10, 30), ("b", "x", 0, 10, 12), ("c", "y", 1, 5, 9))
    found = matched_difference(some, bands=1)
    assert found.n_unmatched == 1 and found.matched.value == 18.0


def test_where_only_habit_differs_the_naive_reading_is_wrong_and_the_matched_one_holds_zero():
    rng = np.random.default_rng(5)
    habit = rng.gamma(4, 10, 4000)
    used = rng.random(4000) < np.clip(habit / 120, 0, 1)
    frame = pd.DataFrame(
        {
            "unit": range(4000),
            "offer": "x",
            "has_used": used.astype(int),
            "before": habit,
            "after": habit + rng.normal(0, 8, 4000),
        }
    )
    found = matched_difference(frame)
    assert found.naive.low > 5 and found.matched.low < 0 < found.matched.high


@pytest.mark.parametrize("flag", [0, 1])
def test_an_empty_arm_tells_nothing(flag):
    found = matched_difference(rows(("a", "x", flag, 1, 2), ("b", "x", flag, 1, 3)))
    assert np.isnan(found.matched.value) and np.isnan(found.naive.low)


def test_bad_rows_are_refused():
    with pytest.raises(DataError, match="column after is missing"):
        matched_difference(rows(("a", "x", 1, 1, 2)).drop(columns="after"))
    with pytest.raises(DataError, match="no amount"):
        matched_difference(rows(("a", "x", 1, np.nan, 2)))
