"""Those touched beside those untouched alike: by hand, at the limits, and where the truth is known."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.exposed import differences, needed_per_arm


def rows(units, *, at=1):
    return pd.DataFrame(units, columns=["unit", "stratum", "outcome"]).assign(at=at)


def touched(*units, cause="leak", at=1):
    return pd.DataFrame({"unit": list(units), "at": at, "cause": cause})


def test_the_difference_is_taken_inside_strata_by_hand():
    """40 touched: 30 in a (10 each, untouched 12), 10 in b (100 each, untouched 90); 30/40 x -2 + 10/40 x 10 = 1."""
    people = [(f"a{i:03}", "a", 10.0) for i in range(30)] + [(f"b{i:03}", "b", 100.0) for i in range(10)]
    others = [(f"x{i:03}", "a", 12.0) for i in range(50)] + [(f"y{i:03}", "b", 90.0) for i in range(50)]
    found = differences(rows(people + others), touched(*(name for name, *_ in people)), draws=50, seed=1)
    one = found.table.iloc[0]
    assert one["value"] == pytest.approx(1.0)
    assert (one["n_units"], one["n_rows"], one["n_compared"]) == (40, 40, 40)
    assert one["low"] <= 1.0 <= one["high"] and one["low_all"] <= 1.0 <= one["high_all"]


def test_who_has_nobody_alike_is_left_out_and_few_have_no_value():
    people = [(f"a{i:03}", "a", 1.0) for i in range(29)] + [("b", "only", 1.0)]
    found = differences(
        rows([*people, ("x", "a", 2.0)]), touched(*(name for name, *_ in people)), draws=20, seed=1
    )
    one = found.table.iloc[0]
    assert (
        (one["n_rows"], one["n_compared"]) == (30, 29) and math.isnan(one["value"]) and math.isnan(one["low"])
    )


def test_nobody_touched_and_nobody_at_all_give_an_empty_table():
    none = touched().assign(cause=pd.Series([], dtype=str))
    assert differences(rows([("a", "s", 1.0)]), none, draws=5, seed=1).table.empty
    empty = rows([]).astype({"unit": str, "stratum": str, "outcome": float})
    assert differences(empty, touched("a"), draws=5, seed=1).table.empty


def test_a_row_touched_by_another_cause_is_no_untouched_one():
    people = [(f"a{i:03}", "a", 10.0) for i in range(40)] + [(f"b{i:03}", "a", 500.0) for i in range(40)]
    both = pd.concat(
        [touched(*(f"a{i:03}" for i in range(40))), touched(*(f"b{i:03}" for i in range(40)), cause="late")]
    )
    found = differences(rows([*people, ("x", "a", 10.0), ("y", "a", 10.0)]), both, draws=20, seed=1).table
    assert found.set_index("cause")["value"].to_dict() == {"late": 490.0, "leak": 0.0}


@pytest.mark.parametrize(("frame", "says"), [
    (rows([("a", "s", math.nan)]), "no outcome"),
    (rows([("a", "s", 1.0), ("a", "s", 2.0)]), "repeat a unit"),
    (rows([("a", "s", 1.0)]).drop(columns="stratum"), "stratum is missing"),
])  # fmt: skip
def test_impossible_rows_are_refused(frame, says):
    with pytest.raises(DataError, match=says):
        differences(frame, touched("a"), draws=5, seed=1)


def world(seed, less=0.0):
    """Customers of two kinds: those who order much are touched more often, which is all the difference there is."""
    rng = np.random.default_rng(seed)
    kind = (rng.random(3000) < 0.3).astype(int)
    hit = rng.random(3000) < np.where(kind, 0.15, 0.03)
    spend = rng.gamma(1.0, np.where(kind, 100.0, 20.0)) - less * hit
    frame = pd.DataFrame(
        {"unit": np.char.mod("u%04d", np.arange(3000)), "at": 1, "stratum": kind, "outcome": spend}
    )
    return frame, frame.loc[hit, ["unit", "at"]].assign(cause="leak")


def test_a_common_cause_is_no_difference_and_a_planted_one_is_found():
    held = {0.0: 0, 15.0: 0}
    for seed in range(20):
        for less in held:
            one = differences(*world(seed, less), draws=100, seed=seed).table.iloc[0]
            held[less] += one["low"] <= -less <= one["high"]
    assert min(held.values()) >= 14
    frame, hit = world(1)
    naive = frame.assign(hit=frame["unit"].isin(hit["unit"])).groupby("hit")["outcome"].mean()
    assert naive[True] - naive[False] > 10, "without strata the touched look like better customers"


def test_the_order_of_rows_changes_nothing_and_the_seed_is_all_the_chance():
    frame, hit = world(3)
    made = differences(frame, hit, draws=50, seed=7).table
    again = differences(
        frame.sample(frac=1, random_state=1), hit.sample(frac=1, random_state=2), draws=50, seed=7
    ).table
    pd.testing.assert_frame_equal(made, again, check_exact=True)


def test_the_size_of_a_test_by_hand():
    assert needed_per_arm(80.0, 8.0) == 1237  # 2 (1.6449 + 0.8416)^2 10^2
    assert needed_per_arm(80.0, 0.0) is None and needed_per_arm(math.nan, 1.0) is None
