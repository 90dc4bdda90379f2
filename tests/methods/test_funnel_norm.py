"""Funnels against the size of a brand: on the line by hand, statsmodels' pooling, a planted brand, few brands, bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.meta_analysis import combine_effects

from helpers.errors import DataError
from helpers.methods.funnel_norm import attitude_line, funnel_norm

AWARE = np.array([0.85, 0.70, 0.55, 0.45, 0.35, 0.25, 0.18])
BRANDS = list("ABCDEFG")


def shares(n=800, **questions):
    made = [
        pd.DataFrame({"brand": BRANDS[: len(values)], "question": name, "value": values, "n_effective": n})
        for name, values in questions.items()
    ]
    return pd.concat(made, ignore_index=True)


def funnel(seed, *, off=0.0, spread=0.1, n=800):
    """A wave in which larger brands convert better; brand D stands `off` the line, on the logit."""
    rng = np.random.default_rng(seed)
    line = -0.3 + 0.5 * logit(AWARE) + spread * rng.normal(size=7) + off * (np.arange(7) == 3)
    aware = rng.binomial(n, AWARE)
    return shares(n, aware=aware / n, consider=rng.binomial(aware, expit(line)) / n)


def test_brands_on_the_line_are_expected_where_they_are_and_the_ratio_is_one():
    conversion = expit(-0.3 + 0.5 * logit(AWARE))
    made = funnel_norm(shares(1e9, aware=AWARE, consider=AWARE * conversion), steps=["aware", "consider"])
    table = made.table.set_index("brand")
    assert table["value"].to_numpy() == pytest.approx(conversion) and table["n"]["A"] == pytest.approx(0.85e9)
    assert table["expected"].to_numpy() == pytest.approx(conversion, abs=1e-6)
    assert table["verdict"].eq("as expected").all() and table["ratio"].to_numpy() == pytest.approx(
        1, abs=1e-5
    )
    assert made.lines.loc[0, "slope"] == pytest.approx(0.5, abs=1e-5) and made.guards == ()


def test_a_small_brand_is_not_blamed_for_being_small():
    made = funnel_norm(funnel(5, spread=0.0, n=4000), steps=["aware", "consider"]).table.set_index("brand")
    assert made.loc["G", "value"] < 0.75 * made.loc["A", "value"]  # the naive reading: a weak brand
    assert made.loc["G", "expected_low"] < made.loc["G", "value"] < made.loc["G", "expected_high"]


def test_the_line_of_the_others_is_the_weighted_regression_of_statsmodels():
    near = expit(-0.3 + 0.5 * logit(AWARE) + 0.05 * np.sin(np.arange(7)))  # so near that chance explains it
    frame = shares(aware=AWARE, consider=AWARE * near)
    made = funnel_norm(frame, steps=["aware", "consider"])
    assert made.lines.loc[0, "spread"] == 0
    wide = frame.pivot_table(index="brand", columns="question", values="value")
    n = 800 * wide["aware"].to_numpy()
    p = (800 * wide["consider"].to_numpy() + 0.5) / (n + 1)
    others = np.arange(7) != 3
    design = np.column_stack([np.ones(7), logit(wide["aware"])])
    fit = WLS(logit(p)[others], design[others], weights=((n + 1) * p * (1 - p))[others]).fit()
    theirs = expit(design[3] @ fit.params)
    assert made.table.set_index("brand").loc["D", "expected"] == pytest.approx(theirs, abs=1e-9)


def test_the_spread_of_brands_is_that_of_statsmodels():
    rng = np.random.default_rng(2)
    usage, n = np.array([0.4, 0.3, 0.25, 0.2, 0.15, 0.1, 0.08]), 900
    like = rng.binomial(n, 0.5 * np.sqrt(usage) * np.exp(0.25 * rng.normal(size=7))) / n
    made = attitude_line(shares(n, prefer=like, use=usage), attitude="prefer", usage="use")
    p = (n * like + 0.5) / (n + 1)
    pooled = combine_effects(np.log(p) - 0.5 * np.log(usage), (1 - p) / ((n + 1) * p), method_re="iterated")
    assert made.lines.loc[0, "spread"] == pytest.approx(math.sqrt(pooled.tau2), rel=1e-4)
    assert made.lines.loc[0, "slope"] == 0.5


def test_an_attitude_follows_the_root_of_usage_by_hand():
    usage = np.array([0.64, 0.36, 0.16, 0.09, 0.04, 0.01])
    made = attitude_line(shares(1e9, prefer=0.5 * np.sqrt(usage), use=usage), attitude="prefer", usage="use")
    assert made.table["expected"].tolist() == pytest.approx([0.4, 0.3, 0.2, 0.15, 0.1, 0.05], abs=1e-6)
    assert made.table["verdict"].eq("as expected").all()


def test_a_brand_above_its_size_is_found_and_others_are_seldom_blamed():
    found, blamed = [], []
    for seed in range(20):
        made = funnel_norm(funnel(seed, off=0.8), steps=["aware", "consider"]).table.set_index("brand")
        found.append(made.loc["D", "verdict"] == "above")
        blamed.append(made["verdict"].drop("D").isin(["above", "below"]).mean())
    assert np.mean(found) >= 0.9 and np.mean(blamed) <= 0.1


def test_p_is_held_against_the_number_of_brands():
    made = funnel_norm(funnel(3), steps=["aware", "consider"]).table
    assert (made["p_all"] >= made["p"]).all() and made["p_all"].le(1).all()


def test_four_brands_carry_no_line_and_the_reason_is_said():
    made = funnel_norm(shares(aware=AWARE[:4], consider=AWARE[:4] / 2), steps=["aware", "consider"])
    assert made.table["verdict"].eq("cannot tell").all() and made.table["expected"].isna().all()
    assert made.table["value"].tolist() == pytest.approx([0.5] * 4)
    assert (
        str(made.guards[0]) == "cannot tell: 4 brands with enough answers for consider, and 5 are the least"
    )


def test_a_brand_few_know_has_no_verdict_and_shapes_no_line():
    frame = funnel(5)
    few = frame["brand"] == "G"
    frame.loc[few, "value"] = [0.02, 0.019]  # 16 of 800 know it
    made = funnel_norm(frame, steps=["aware", "consider"])
    assert made.lines.loc[0, "brands"] == 6
    assert made.table.set_index("brand").loc["G", "verdict"] == "cannot tell"


def test_more_yes_at_the_later_step_is_said_and_left_out():
    frame = funnel(6)
    frame.loc[(frame["brand"] == "C") & (frame["question"] == "consider"), "value"] = 0.9
    made = funnel_norm(frame, steps=["aware", "consider"])
    assert "C" not in set(made.table["brand"])
    assert (
        str(made.guards[0]) == "C: more people say yes to consider than to aware, so there is no conversion"
    )


def test_nobody_and_everybody_converting_stay_finite():
    frame = funnel(7)
    for brand, value in (("A", 0.85), ("B", 0.0)):
        frame.loc[(frame["brand"] == brand) & (frame["question"] == "consider"), "value"] = value
    frame.loc[(frame["brand"] == "A") & (frame["question"] == "aware"), "value"] = 0.85
    made = funnel_norm(frame, steps=["aware", "consider"]).table.set_index("brand")
    assert made.loc["A", "value"] == pytest.approx(1) and made.loc["B", "value"] == 0
    assert np.isfinite(made[["expected", "expected_low", "expected_high", "ratio"]]).all().all()


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(14)))
def test_the_order_of_rows_does_not_matter_and_bounds_hold_the_expected(seed, order):
    frame = funnel(seed)
    one, two = (funnel_norm(x, steps=["aware", "consider"]).table for x in (frame, frame.iloc[list(order)]))
    pd.testing.assert_frame_equal(one, two)
    assert (one["expected_low"] <= one["expected"]).all() and (one["expected"] <= one["expected_high"]).all()
    assert (one["low"] <= one["value"]).all() and (one["value"] <= one["high"]).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.drop(columns="n_effective"), "no column n_effective"),
        (lambda f: f.assign(value=f["value"] * 100), "is not between 0 and 1"),
        (lambda f: pd.concat([f, f.head(1)]), "two shares for one question"),
        (lambda f: f[f["question"] == "aware"], "nobody was asked consider"),
    ],
)
def test_bad_shares_are_refused_with_what_to_do(change, says):
    with pytest.raises(DataError, match=says):
        funnel_norm(change(funnel(1)), steps=["aware", "consider"])
    with pytest.raises(ValueError, match="two or more"):
        funnel_norm(funnel(1), steps=["aware"])
