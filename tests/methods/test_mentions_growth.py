"""Topics that grow from small: by hand, at their limits, from known truth, and bad input."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.errors import DataError
from helpers.methods.mentions_growth import growing_topics


def weeks(rate=0.0, *, n=26, size=2.0, others=(100, 80, 60), seed=1):
    """A topic that grows by `rate` a week from `size` mentions, beside others that stand still."""
    rng = np.random.default_rng(seed)
    made = {f"t{k}": rng.poisson(size_k, n) for k, size_k in enumerate(others)}
    own = np.random.default_rng(seed + 1000)
    return pd.DataFrame(made | {"small": own.poisson(size * (1 + rate) ** np.arange(n))})


def test_growth_without_chance_is_found_to_the_digit():
    n = 16
    small = 8 * 1.1 ** np.arange(n)
    table = pd.DataFrame({"small": small, "rest": 1000 - small})
    one = growing_topics(table).loc["small"]
    assert one["growth"] == pytest.approx(0.1, abs=1e-9)
    assert one["doubling_weeks"] == pytest.approx(math.log(2) / math.log(1.1))
    assert one["share"] == pytest.approx(small[-4:].sum() / 4000)
    assert one["before"] == pytest.approx(small[:8].sum() / 8000)


def test_a_topic_that_grows_from_small_is_found_and_the_others_are_not():
    found = growing_topics(weeks(0.10))
    assert found.index[0] == "small" and found["verdict"].iloc[0] == "grows from small"
    assert set(found["verdict"].iloc[1:]) <= {"no clear growth", "shrinks"}
    assert found.loc["small", "low"] <= 0.10 <= found.loc["small", "high"]


def test_a_topic_that_everybody_knows_grows_but_not_from_small():
    found = growing_topics(weeks(0.08, size=40))
    assert found.loc["small", "verdict"] == "grows"


def test_more_topics_looked_at_make_intervals_wider():
    few, many = growing_topics(weeks(0.0)), growing_topics(weeks(0.0, others=(100, 80, 60, *[1] * 12)))
    width = [table.loc["small", "high"] - table.loc["small", "low"] for table in (few, many)]
    assert width[1] > width[0]


def test_planted_growth_is_found_in_nine_of_ten_seeds_and_nothing_else_is():
    found = [growing_topics(weeks(0.115, size=1.0, seed=seed)) for seed in range(10)]
    assert sum(table.loc["small", "verdict"] == "grows from small" for table in found) >= 9
    assert sum((table.drop(index="small")["verdict"] == "grows from small").sum() for table in found) == 0


def test_no_topic_rings_where_none_grows_but_by_the_chance_allowed():
    rang = sum(
        (growing_topics(weeks(0.0, seed=seed))["verdict"] == "grows from small").any() for seed in range(60)
    )
    assert rang <= 10


@pytest.mark.parametrize(
    "table",
    [
        weeks(n=11),
        weeks(size=0.05),
        pd.DataFrame({"only": [10.0] * 26}),
        pd.DataFrame({"burst": [0.0] * 25 + [90.0], "rest": [50.0] * 26}),
    ],
    ids=["too few weeks", "too few mentions", "one topic", "one week"],
)
def test_what_is_too_thin_cannot_be_told(table):
    found = growing_topics(table)
    name = next(one for one in ("small", "only", "burst") if one in found.index)
    assert found.loc[name, "verdict"] == "cannot tell" and math.isnan(found.loc[name, "growth"])


def test_nothing_gives_an_empty_table():
    assert growing_topics(pd.DataFrame()).empty


def test_weeks_without_any_mention_are_left_out():
    table = weeks(0.1)
    with_gap = pd.concat([table, pd.DataFrame(0, index=[26], columns=table.columns)])
    assert growing_topics(with_gap).loc["small", "growth"] == pytest.approx(
        growing_topics(table).loc["small", "growth"]
    )


def test_a_count_below_zero_is_refused():
    with pytest.raises(DataError, match="below zero"):
        growing_topics(pd.DataFrame({"a": [-1.0, 3.0]}))


def test_a_level_that_is_no_share_is_refused():
    with pytest.raises(ValueError, match="level"):
        growing_topics(weeks(), level=90)
