"""Key drivers: two drivers by hand, published digits, all orders by brute force, what cannot be told."""

import math
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.drivers import key_drivers

# Fertility and five figures of 47 Swiss provinces about 1888 (Mosteller & Tukey 1977, Data Analysis and Regression), in the order
# fertility, agriculture, examination, education, catholic, infant mortality.
SWISS = """
80.2 17 15 12 9.96 22.2/83.1 45.1 6 9 84.84 22.2/92.5 39.7 5 5 93.4 20.2/85.8 36.5 12 7 33.77 20.3/76.9 43.5 17 15 5.16 20.6/
76.1 35.3 9 7 90.57 26.6/83.8 70.2 16 7 92.85 23.6/92.4 67.8 14 8 97.16 24.9/82.4 53.3 12 7 97.67 21/82.9 45.2 16 13 91.38 24.4/
87.1 64.5 14 6 98.61 24.5/64.1 62 21 12 8.52 16.5/66.9 67.5 14 7 2.27 19.1/68.9 60.7 19 12 4.43 22.7/61.7 69.3 22 5 2.82 18.7/
68.3 72.6 18 2 24.2 21.2/71.7 34 17 8 3.3 20/55.7 19.4 26 28 12.11 20.2/54.3 15.2 31 20 2.15 10.8/65.1 73 19 9 2.84 20/
65.5 59.8 22 10 5.23 18/65 55.1 14 3 4.52 22.4/56.6 50.9 22 12 15.14 16.7/57.4 54.1 20 6 4.2 15.3/72.5 71.2 12 1 2.4 21/
74.2 58.1 14 8 5.23 23.8/72 63.5 6 3 2.56 18/60.5 60.8 16 10 7.72 16.3/58.3 26.8 25 19 18.46 20.9/65.4 49.5 15 8 6.1 22.5/
75.5 85.9 3 2 99.71 15.1/69.3 84.9 7 6 99.68 19.8/77.3 89.7 5 2 100 18.3/70.5 78.2 12 6 98.96 19.4/79.4 64.9 7 3 98.22 20.2/
65 75.9 9 9 99.06 17.8/92.2 84.6 3 3 99.46 16.3/79.3 63.1 13 13 96.83 18.1/70.4 38.4 26 12 5.62 20.3/65.7 7.7 29 11 13.79 20.5/
72.7 16.7 22 13 11.22 18.9/64.4 17.6 35 32 16.92 23/77.6 37.6 15 7 4.97 20/67.6 18.7 25 7 8.65 19.5/35 1.2 37 53 42.34 18/
44.7 46.6 16 29 50.43 18.2/42.8 27.7 22 29 58.33 19.3
"""
# lmg of R relaimpo 2.2-7 on these data, and R²
LMG = {
    "agriculture": 0.057091221, "examination": 0.171173029, "education": 0.260134679, "catholic": 0.105570150,
    "infant_mortality": 0.112765923,
}  # fmt: skip
R2 = 0.706735


def swiss():
    rows = [[float(x) for x in line.split()] for line in SWISS.replace("\n", "").split("/")]
    return pd.DataFrame(rows, columns=["fertility", *LMG])


def drawn(seed=0, n=400, k=3):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, k)) + 0.8 * rng.standard_normal((n, 1))
    names = [f"x{i}" for i in range(k)]
    return pd.DataFrame(x, columns=names).assign(
        y=x @ np.arange(1, k + 1) + 3 * rng.standard_normal(n)
    ), names


def test_the_shares_are_the_published_ones():
    found = key_drivers(swiss(), "fertility", list(LMG), draws=20, seed=1, rows_a_driver=9)
    lmg = dict(zip(found.table["driver"], found.table["share"] * found.r2, strict=True))
    assert found.r2 == pytest.approx(R2, abs=5e-7)
    assert lmg == {name: pytest.approx(value, abs=5e-9) for name, value in LMG.items()}
    assert found.table["driver"].iloc[0] == "education"


def test_two_drivers_by_hand():
    # a and b lie across each other, so each keeps its own R²: y = 3a + b, variances 9 and 1 of 10
    rows = pd.DataFrame({"a": [1, 1, -1, -1.0] * 5, "b": [1, -1, 1, -1.0] * 5})
    found = key_drivers(rows.assign(y=3 * rows["a"] + rows["b"]), "y", ["a", "b"], draws=50, seed=1)
    assert found.table.set_index("driver")["share"].to_dict() == {
        "a": pytest.approx(0.9),
        "b": pytest.approx(0.1),
    }
    assert found.r2 == pytest.approx(1) and found.table["slope"].tolist() == pytest.approx([3, 1])
    # the effect is slope x mean: a stands 2 higher everywhere
    moved = key_drivers(
        rows.assign(a=rows["a"] + 2, y=3 * rows["a"] + rows["b"]), "y", ["a", "b"], draws=50, seed=1
    )
    assert moved.table.set_index("driver").loc["a", "effect"] == pytest.approx(6)


def test_two_drivers_that_overlap_share_what_they_have_in_common():
    rows, _ = drawn(k=2)
    r = rows.corr().to_numpy()
    a, b, ab = r[0, 2], r[1, 2], r[0, 1]
    r2 = (a**2 + b**2 - 2 * a * b * ab) / (1 - ab**2)
    found = key_drivers(rows, "y", ["x0", "x1"], draws=20, seed=1)
    shares = found.table.set_index("driver")["share"] * found.r2
    assert shares["x0"] == pytest.approx((a**2 + r2 - b**2) / 2) and shares["x1"] == pytest.approx(
        (b**2 + r2 - a**2) / 2
    )


def brute(rows, names):
    """Mean gain in R² over all orders of entry, by least squares on the rows themselves."""

    def r2(chosen):
        if not chosen:
            return 0.0
        x = np.column_stack([np.ones(len(rows)), rows[list(chosen)]])
        rest = rows["y"] - x @ np.linalg.lstsq(x, rows["y"], rcond=None)[0]
        return 1 - rest.var(ddof=0) / rows["y"].var(ddof=0)

    gains = dict.fromkeys(names, 0.0)
    orders = list(permutations(names))
    for order in orders:
        for at, name in enumerate(order):
            gains[name] += (r2(order[: at + 1]) - r2(order[:at])) / len(orders)
    return gains


@pytest.mark.parametrize("seed", range(3))
def test_the_shares_are_the_mean_gain_over_all_orders(seed):
    rows, names = drawn(seed, n=80, k=4)
    found = key_drivers(rows, "y", names, draws=20, seed=1)
    own = dict(zip(found.table["driver"], found.table["share"] * found.r2, strict=True))
    assert own == {name: pytest.approx(value, abs=1e-8) for name, value in brute(rows, names).items()}


def test_units_and_the_order_of_drivers_change_nothing():
    rows, names = drawn()
    first = key_drivers(rows, "y", names, draws=50, seed=1).table.set_index("driver")["share"]
    other = key_drivers(rows.assign(x0=rows["x0"] * 1e6 - 5), "y", names[::-1], draws=50, seed=1).table
    assert other.set_index("driver")["share"].to_dict() == {k: pytest.approx(v) for k, v in first.items()}


def test_the_same_seed_gives_the_same_bounds():
    rows, names = drawn()
    pd.testing.assert_frame_equal(
        key_drivers(rows, "y", names, draws=50, seed=3).table,
        key_drivers(rows, "y", names, draws=50, seed=3).table,
    )


def test_a_clear_ranking_is_stable_and_a_tie_is_not():
    rng = np.random.default_rng(5)
    rows = pd.DataFrame(rng.standard_normal((2000, 3)), columns=["a", "b", "c"])
    clear = rows.assign(y=3 * rows["a"] + rows["b"] + 0.2 * rows["c"] + rng.standard_normal(2000))
    tied = rows.assign(y=rows.sum(axis=1) + rng.standard_normal(2000))
    assert (key_drivers(clear, "y", ["a", "b", "c"], draws=200, seed=1).table["stability"] > 0.95).all()
    assert key_drivers(tied, "y", ["a", "b", "c"], draws=200, seed=1).table["stability"].min() < 0.8


def test_a_driver_that_repeats_another_or_does_not_vary_is_left_out_and_said():
    rows, names = drawn()
    found = key_drivers(
        rows.assign(twice=2 * rows["x0"] + 1, same=5.0), "y", [*names, "twice", "same"], draws=20, seed=1
    )
    assert sorted(found.table["driver"]) == names
    assert found.guards == (
        "twice says the same as those before it and is left out",
        "same does not vary and is left out",
    )


def test_drivers_that_nearly_tell_each_other_are_said():
    rows, _ = drawn()
    close = rows.assign(near=rows["x0"] + 0.1 * np.random.default_rng(1).standard_normal(len(rows)))
    guards = key_drivers(close, "y", ["x0", "near", "x1"], draws=20, seed=1).guards
    assert len(guards) == 2 and all("read their shares together" in guard for guard in guards)


def test_missing_answers_are_counted():
    rows, names = drawn()
    rows.loc[:9, "x0"] = np.nan
    found = key_drivers(rows, "y", names, draws=20, seed=1)
    assert (found.n, found.n_missing) == (390, 10) and "10 rows have a missing value" in found.guards[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda rows: rows.head(20), "20 complete rows, need n = 30"),
        (lambda rows: rows.head(0), "0 complete rows"),
        (lambda rows: rows.assign(y=1.0), "the outcome does not vary"),
        (lambda rows: rows.assign(x0=1.0, x1=2.0, x2=3.0), "no driver varies"),
    ],
)
def test_what_cannot_be_told_is_said(change, why):
    rows, names = drawn()
    found = key_drivers(change(rows), "y", names, draws=20, seed=1)
    assert found.table.empty and math.isnan(found.r2)
    assert found.guards[0].startswith("cannot tell") and why in found.guards[0]


def test_columns_that_cannot_be_used_are_refused():
    rows, names = drawn()
    with pytest.raises(DataError, match="column lost is missing"):
        key_drivers(rows, "y", ["lost"], seed=1)
    with pytest.raises(DataError, match="holds no numbers"):
        key_drivers(rows.assign(word="a"), "y", ["word"], seed=1)
    with pytest.raises(DataError, match="Choose 1 to 12"):
        key_drivers(rows, "y", names * 5, seed=1)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.sampled_from([1e-9, 1.0, 1e9]), st.sampled_from([0.0, 1e6]))
def test_shares_are_shares_whatever_the_numbers(seed, scale, shift):
    rng = np.random.default_rng(seed)
    rows = pd.DataFrame(
        rng.choice([0.0, 1.0, np.nan, 1e200], (60, 4), p=[0.6, 0.3, 0.05, 0.05]), columns=list("yabc")
    )
    rows = rows.where(rows > 1, rows * scale + shift)
    found = key_drivers(rows, "y", ["a", "b", "c"], draws=20, seed=1)
    if len(found.table):
        assert (
            found.table["share"].sum() == pytest.approx(1)
            and found.table["share"].between(-1e-9, 1 + 1e-9).all()
        )
        assert (found.table["low"] <= found.table["share"]).all() and (
            found.table["share"] <= found.table["high"]
        ).all()
        assert 0 <= found.r2 <= 1 + 1e-9
    else:
        assert found.guards[0].startswith("cannot tell")
