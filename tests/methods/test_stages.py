"""Stages with two ends: five rows by hand, the plain share without censoring, a truth that was planted, and bad input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.intervals import wilson
from helpers.methods.stages import conversion, cumulative_incidence, median_days, spells

LAST = pd.Timestamp("2026-01-31")


def stays(days, outcome, **more):
    return pd.DataFrame({"days": days, "outcome": outcome, **more})


def test_five_rows_by_hand():
    # day 2: 1 of 5 moves on; day 3: 1 of 4 is lost; day 4: one is no longer seen; day 5: 1 of 2 moves on
    table = cumulative_incidence(stays([2, 3, 4, 5, 6], ["on", "lost", "open", "on", "open"]))
    assert table["days"].tolist() == [2, 3, 5]
    assert table["n_at_risk"].tolist() == [5, 4, 2]
    assert table["on"].tolist() == pytest.approx([1 / 5, 1 / 5, 1 / 5 + 3 / 5 * 1 / 2])
    assert table["lost"].tolist() == pytest.approx([0, 4 / 5 * 1 / 4, 1 / 5])


def test_without_censoring_it_is_the_plain_share_with_its_wilson_interval():
    rng = np.random.default_rng(1)
    seen = stays(rng.integers(1, 30, 40), rng.choice(["on", "lost"], 40))
    for row in cumulative_incidence(seen).itertuples():
        k = int(((seen["days"] <= row.days) & (seen["outcome"] == "on")).sum())
        assert row.on == pytest.approx(k / 40)
        assert (row.on_low, row.on_high) == pytest.approx(wilson(k, 40))


def test_a_stay_that_is_followed_late_counts_from_then_on_only():
    late = stays([2, 3, 4, 5, 6], ["on", "lost", "open", "on", "open"], seen_from=[0, 0, 3, 0, 0])
    assert cumulative_incidence(late)["n_at_risk"].tolist() == [4, 4, 2]


def test_open_stays_are_not_lost():
    few = stays([10] * 40 + [5] * 60, ["on"] * 40 + ["open"] * 60)
    assert cumulative_incidence(few)["on"].tolist() == [1.0]  # all who were still watched moved on
    assert conversion(few.assign(stage="a"))["on"].iloc[0] == 1.0


def test_each_stage_adds_up_to_one_and_says_nothing_below_30():
    rng = np.random.default_rng(2)
    seen = stays(rng.integers(1, 90, 300), rng.choice(["on", "lost", "open"], 300))
    seen["stage"] = ["a"] * 260 + ["b"] * 40
    table = conversion(seen).set_index("stage")
    assert table.loc["a", ["on", "lost", "still"]].sum() == pytest.approx(1)
    assert (
        table.loc["b", "n"] == 40
        and np.isnan(table.loc["b", "on"])
        and np.isnan(table.loc["b", "median_days"])
    )
    half = conversion(seen, within=30).set_index("stage")
    assert half.loc["a", "on"] < table.loc["a", "on"] and half.loc["a", "still"] > 0.3


def entry(entered, left, outcome):
    return {"stage": "a", "entered": pd.Timestamp(entered), "left": pd.Timestamp(left), "outcome": outcome}


def test_what_ends_after_the_last_day_is_open_and_what_ended_before_the_first_is_unknown():
    rows = pd.DataFrame(
        [
            entry("2026-01-01", "2026-01-11", "on"),
            entry("2026-01-21", "2026-02-10", "lost"),
            entry("2026-01-25", None, None),
            entry("2025-10-01", "2025-12-20", "lost"),
            entry("2025-12-01", "2026-01-15", "lost"),
            entry("2026-02-02", None, None),
        ]
    )
    table = spells(rows, until=LAST, since=pd.Timestamp("2026-01-01"))
    assert table["days"].tolist() == [10, 10, 6, 45]
    assert table["outcome"].tolist() == ["on", "open", "open", "lost"]
    assert table["seen_from"].tolist() == [0, 0, 0, 31]


def test_the_median_counts_open_cases_for_as_long_as_they_were_seen():
    # half take 10 days, half 100; of those who began 50 days ago the slow ones are still open
    old = stays([10] * 50 + [100] * 50, ["on"] * 100)
    young = stays([10] * 60 + [50] * 60, ["on"] * 60 + ["open"] * 60)
    seen = pd.concat([old, young], ignore_index=True)
    ended = seen.loc[seen["outcome"] == "on", "days"]
    assert (ended <= 10).mean() > 0.6
    found = cumulative_incidence(seen)
    assert found["on"].iloc[0] == pytest.approx(0.5)
    made = median_days(seen, seed=1)
    assert made.n == 160 and made.low <= made.value <= made.high
    assert median_days(seen, seed=1) == made
    assert np.isnan(median_days(seen.head(20), seed=1).value)


def drawn(rng, *, n=200, chance=0.6, horizon=240):
    """Cases that began evenly over `horizon` days, 60 % of which move on after about 30 days; lost ones linger."""
    is_on = rng.random(n) < chance
    days = np.ceil(np.where(is_on, 30, 45) * np.exp(0.5 * rng.standard_normal(n)))
    seen = rng.integers(0, horizon, n)
    ended = days <= seen
    return stays(np.where(ended, days, seen), np.where(ended, np.where(is_on, "on", "lost"), "open"))


def test_intervals_hold_a_planted_truth_as_often_as_they_say():
    held = {"share": 0, "median": 0}
    for seed in range(200):
        seen = drawn(np.random.default_rng(seed))
        last = cumulative_incidence(seen).iloc[-1]
        held["share"] += last["on_low"] <= 0.6 <= last["on_high"]
        made = median_days(seen, draws=100, seed=seed)
        held["median"] += made.low <= 30.5 <= made.high + 0.5
    assert all(0.83 * 200 <= count <= 0.97 * 200 for count in held.values()), held


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (stays([1, -2], ["on", "on"]), "-2 days in row 2"),
        (stays([1, np.nan], ["on", "on"]), "nan days in row 2"),
        (stays([1, 2], ["on", "won"]), "an outcome is 'won'"),
        (pd.DataFrame({"days": [1]}), "the column outcome is missing"),
    ],
)
def test_impossible_stays_are_refused(rows, said):
    with pytest.raises(DataError, match=said):
        cumulative_incidence(rows)


def test_impossible_entries_are_refused():
    with pytest.raises(DataError, match="1 stays end before they begin"):
        spells(pd.DataFrame([entry("2026-01-11", "2026-01-01", "on")]), until=LAST)
    with pytest.raises(DataError, match="1 stays have ended without an outcome"):
        spells(pd.DataFrame([entry("2026-01-01", "2026-01-11", None)]), until=LAST)
    with pytest.raises(ValueError, match='must be "on" or "lost"'):
        median_days(stays([1], ["on"]), end="won", seed=1)


@settings(deadline=None, max_examples=60)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 10**6), st.sampled_from(["on", "lost", "open"]), st.integers(0, 50)),
        max_size=40,
    )
)
def test_any_stays_give_shares_inside_their_bounds(rows):
    days, outcome, late = zip(*rows, strict=True) if rows else ((), (), ())
    seen = stays(np.array(days, dtype=int), list(outcome), seen_from=np.minimum(late, days).astype(int))
    table = cumulative_incidence(seen)
    for end in ("on", "lost"):
        assert table[end].between(0, 1).all() and (table[end].diff().dropna() >= -1e-12).all()
        assert (table[f"{end}_low"] <= table[end] + 1e-9).all()
        assert (table[end] <= table[f"{end}_high"] + 1e-9).all()
    assert (table["on"] + table["lost"] <= 1 + 1e-9).all()
