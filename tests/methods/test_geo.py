"""Tests by region: the published digits, small cases by hand, a truth that was planted, and what cannot be told."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods import geo_design, geo_panel, geo_placebo, geo_ratio
from helpers.methods.geo_permutation import inverted, shift_p
from helpers.methods.geo_ratio import log_ratio, steady_control
from helpers.methods.geo_synthetic import residuals, simplex, synthetic

WALKTHROUGH = {
    "cincinnati": 0.2272, "miami": 0.2028, "baton rouge": 0.1335, "minneapolis": 0.09, "dallas": 0.0739, "nashville": 0.0685,
    "honolulu": 0.0673, "austin": 0.0465, "san diego": 0.0451, "reno": 0.0306, "san antonio": 0.0054, "houston": 0.0046,
    "new york": 0.0046,
}  # fmt: skip


def drawn(seed, *, n_before=60, n_during=20, lift=0.0, rho=0.3):
    """Treated and untreated sales whose log ratio is an AR(1) around a constant."""
    rng, n = np.random.default_rng(seed), n_before + n_during
    noise = np.empty(n)
    noise[0] = rng.normal()
    for t in range(1, n):
        noise[t] = rho * noise[t - 1] + math.sqrt(1 - rho**2) * rng.normal()
    control = 100 + 10 * np.sin(np.arange(n) / 5)
    during = np.arange(n) >= n_before
    without = control / 2 * np.exp(0.1 * noise)
    return np.where(during, without * (1 + lift), without), control, during, without


def regions(seed, n=12, times=80):
    rng = np.random.default_rng(seed)
    size = rng.lognormal(3, 0.6, n)
    names = [f"r{i}" for i in range(n)]
    return pd.DataFrame(size * np.exp(0.1 * rng.normal(size=(times, n))), columns=names)


# ---- the ratio


def test_each_correlation_gives_generalised_least_squares():
    treated, control, during, _ = drawn(3)
    x = np.column_stack([np.ones(len(during)), during])
    value, se, _, df = geo_ratio._by_rho(np.log(treated / control)[:, None], x, np.arange(len(during)))
    for i in (0, 20, 39):
        apart = np.abs(np.subtract.outer(np.arange(len(during)), np.arange(len(during))))
        sigma = np.sign(geo_ratio.RHO[i]) ** apart * np.abs(geo_ratio.RHO[i]) ** apart
        other = sm.GLS(np.log(treated / control), x, sigma=sigma).fit()
        assert value[0, i] == pytest.approx(other.params[1]) and se[0, i] == pytest.approx(other.bse[1])
    assert df == 78


def test_money_is_what_the_treated_would_have_missed():
    # the ratio is 1/2 before and 3/5 in the test, up to a whisper: a lift of a fifth, so a sixth of what was sold
    control = np.full(24, 100.0)
    treated = np.where(np.arange(24) < 16, 50.0, 60.0) * np.exp(1e-6 * np.cos(np.arange(24) * 2.0))
    found = log_ratio(treated, control, np.arange(24) >= 16)
    assert found.lift.value == pytest.approx(0.2, abs=1e-4)
    assert found.effect.value == pytest.approx(8 * 60 / 6, abs=0.02)
    assert (found.n_before, found.n_during) == (16, 8)


def test_a_gap_in_the_days_is_not_a_step():
    treated, control, during, _ = drawn(4)
    keep = np.arange(len(during)) % 7 != 3
    found = log_ratio(treated[keep], control[keep], during[keep], at=np.flatnonzero(keep))
    assert found.rho == pytest.approx(log_ratio(treated, control, during).rho, abs=0.15)


def test_intervals_hold_a_planted_lift_and_its_money():
    inside = []
    for seed in range(60):
        treated, control, during, without = drawn(seed, lift=0.08)
        found = log_ratio(treated, control, during)
        money = (treated - without)[during].sum()
        inside.append(
            [found.lift.low <= 0.08 <= found.lift.high, found.effect.low <= money <= found.effect.high]
        )
    assert np.all(np.mean(inside, axis=0) >= 0.80)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.floats(-0.3, 0.3), st.floats(1.0, 3.0))
def test_p_and_interval_never_contradict(seed, lift, spread):
    treated, control, during, _ = drawn(seed, lift=lift, n_before=20, n_during=8)
    found = log_ratio(treated, control, during, spread=spread)
    assert found.lift.low <= found.lift.value <= found.lift.high
    assert (found.p < 0.10) == (found.lift.low > 0 or found.lift.high < 0)
    assert (found.effect.low > 0) == (found.lift.low > 0)


@pytest.mark.parametrize(
    ("treated", "control", "during", "why"),
    [
        ([], [], [], "0 times before the test"),
        ([1.0] * 5, [1.0] * 5, [0, 0, 0, 1, 1], "3 times before the test"),
        ([1.0] * 12, [1.0] * 12, [0] * 12, "0 times in the test"),
        ([1.0] * 11 + [0.0], [2.0] * 12, [0] * 8 + [1] * 4, "zero or below"),
        ([1.0] * 11 + [-5.0], [2.0] * 12, [0] * 8 + [1] * 4, "zero or below"),
        ([1.0] * 12, [2.0] * 12, [0] * 8 + [1] * 4, "move exactly as the others do"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_says_why(treated, control, during, why):
    found = log_ratio(treated, control, during)
    assert math.isnan(found.effect.value) and math.isnan(found.p)
    assert found.guards[0].startswith("cannot tell: ") and why in found.guards[0]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"control": [1.0]}, "give one of each a time"),
        ({"treated": [np.nan] * 12}, "missing or infinite"),
        ({"at": [0] * 12}, "times must rise"),
    ],
)
def test_what_is_no_series_is_refused(change, why):
    whole = {"treated": [1.0] * 12, "control": [1.0] * 12, "during": [0] * 8 + [1] * 4}
    with pytest.raises(DataError, match=why):
        log_ratio(**{**whole, **change})


def test_a_steady_region_counts_more_and_one_without_sales_not_at_all():
    rng = np.random.default_rng(1)
    calm, wild = 100 * np.exp(0.01 * rng.normal(size=(60, 4))), 100 * np.exp(0.5 * rng.normal(size=(60, 4)))
    sales = np.column_stack([calm, wild, np.zeros(60)])
    steady = steady_control(sales, np.ones(60, dtype=bool))
    assert steady.std() < 0.2 * sales[:, :8].mean(axis=1).std() / 100
    assert np.isnan(steady_control(np.zeros((5, 2)), np.ones(5, dtype=bool))).all()


# ---- synthetic control and its permutation


def test_a_mixture_is_found_exactly():
    x = np.array([[1.0, 5, 2], [2, 1, 7], [4, 4, 1], [3, 2, 2], [9, 1, 3]])
    assert simplex(x, x @ [0.25, 0.75, 0.0]) == pytest.approx([0.25, 0.75, 0.0], abs=1e-9)
    assert simplex(x, x[:, 0] + 100) == pytest.approx(simplex(x, x[:, 0] + 100))


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(3, 20))
def test_weights_are_a_mixture_that_no_exchange_of_two_donors_improves(seed, n, times):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(times, n)), rng.normal(size=times)
    weights = simplex(x, y)
    assert weights.min() >= 0 and weights.sum() == pytest.approx(1)
    slope = x.T @ (x @ weights - y)
    assert slope[weights > 1e-6].max() <= slope.min() + 1e-5 * (1 + np.abs(slope).max())


def test_shifts_are_counted_by_hand():
    # windows of two times, round the corner: 0, 0, 3, 4 (the test), 1; one of five is as large
    left, during = np.array([0.0, 0, 0, 3, 1]), np.array([False, False, False, True, True])
    assert shift_p(left, during) == pytest.approx(1 / 5)
    assert shift_p(-left, during) == pytest.approx(1 / 5)
    assert shift_p(np.ones(5), during) == 1.0


@settings(deadline=None, max_examples=15)
@given(st.integers(0, 10_000), st.floats(-2, 2))
def test_the_inverted_test_cannot_contradict_itself(seed, effect):
    rng = np.random.default_rng(seed)
    y, during = rng.normal(size=60), np.arange(60) >= 50
    y = y + effect * during
    found = inverted(
        lambda e: y - e * during - (y - e * during).mean(), during, y[50:].mean() - y[:50].mean(), step=0.3
    )
    assert (found.p > 0.10) == (found.effect.low <= 0 <= found.effect.high)
    assert found.effect.low <= found.effect.value <= found.effect.high


def test_without_a_donor_or_a_time_before_there_is_no_synthetic_control():
    one = regions(1, n=2)
    with pytest.raises(DataError, match="has no donor"):
        synthetic(one, one[[]], np.arange(80) >= 60)
    with pytest.raises(DataError, match="times before the test"):
        synthetic(one[["r0"]], one[["r1"]], np.ones(80, dtype=bool))


@pytest.fixture(scope="module")
def walkthrough(test_data):
    panel = pd.read_csv(test_data / "activation/geolift/GeoLift_Test.csv").pivot(
        index="date", columns="location", values="Y"
    )
    return (
        panel[["chicago", "portland"]],
        panel.drop(columns=["chicago", "portland"]),
        np.arange(len(panel)) >= 90,
    )


@pytest.mark.golden
def test_geolift_s_walkthrough_is_met_to_every_printed_digit(walkthrough):
    treated, donors, during = walkthrough
    found = synthetic(treated, donors, during)
    assert (
        round(found.att, 3) == 155.556 and round(found.lift, 3) == 0.054 and round(found.incremental) == 4667
    )
    assert round(found.l2, 3) == 909.489 and round(found.scaled_l2, 4) == 0.1636
    printed = found.weights[found.weights > 5e-5].round(4).to_dict()
    assert printed == pytest.approx(WALKTHROUGH, abs=5e-5 + 1e-9)


@pytest.mark.golden
def test_geolift_s_walkthrough_is_less_sure_when_days_stay_together(walkthrough):
    treated, donors, during = walkthrough
    left = residuals(treated, donors, 0 * during)
    assert shift_p(left, during, signed=False) == pytest.approx(0.048, abs=5e-4)
    assert shift_p(left, during) == pytest.approx(0.114, abs=5e-4)


@pytest.mark.golden
def test_tests_of_nothing_are_seldom_significant(test_data):
    path = test_data / "activation/geolift/GeoLift_PreTest.csv"
    panel = pd.read_csv(path).pivot(index="date", columns="location", values="Y")
    rng, wrong = np.random.default_rng(1), []
    for _ in range(150):
        pair, end = rng.choice(panel.columns, 2, replace=False), int(rng.integers(60, 91))
        seen, during = panel.iloc[:end], np.arange(end) >= end - 15
        wrong.append(shift_p(residuals(seen[pair], seen.drop(columns=pair), 0 * during), during) <= 0.05)
    assert 0.02 <= np.mean(wrong) <= 0.09


@pytest.mark.golden
def test_proposition_99_has_the_digits_of_the_outcome_only_control(test_data):
    # R augsynth and SciPy agree on -19.5136 and a root mean square of 1.6564 before; two-way fixed effects give -27.3491
    panel = pd.read_csv(test_data / "activation/causalpy/california_prop99.csv").set_index("Year")
    treated, donors, during = panel[["California"]], panel.drop(columns="California"), panel.index >= 1989
    found = synthetic(treated, donors, during, intercept=False)
    assert found.att == pytest.approx(-19.5136, abs=5e-4)
    assert np.sqrt(np.mean(found.gap[~during] ** 2)) == pytest.approx(1.6564, abs=5e-5)
    assert found.weights["Utah"] == pytest.approx(0.3939, abs=5e-4)
    assert geo_panel.differences(treated, donors, during).effect.value == pytest.approx(-27.3491, abs=5e-4)


@pytest.mark.golden
def test_the_go_dark_test_holds_its_truth_by_every_method(test_data):
    rows = pd.read_csv(test_data / "activation/mlsynth/apple_godark_dmas.csv")
    truth = rows.loc[rows["tau_true"] != 0, "tau_true"].mean()
    panel, dark = (
        rows.pivot(index="week", columns="dma", values="sales"),
        rows.loc[rows["went_dark"], "dma"].unique(),
    )
    treated, donors, during = panel[dark], panel.drop(columns=dark), panel.index >= 40
    assert truth == pytest.approx(-9.175, abs=5e-4)
    ratio = log_ratio(
        treated.sum(axis=1), steady_control(donors.to_numpy(), ~during), during, level=0.95
    ).effect
    assert ratio.low <= truth * treated.shape[1] * during.sum() <= ratio.high
    pair = geo_panel.differences(treated, donors, during, level=0.95)
    assert pair.effect.low <= truth <= pair.effect.high and pair.pre_p > 0.05
    mixed = synthetic(treated, donors, during)
    shifted = inverted(
        lambda e: residuals(treated, donors, e * during), during, mixed.att, step=1.0, level=0.95
    )
    assert shifted.effect.low <= truth <= shifted.effect.high and shifted.p <= 0.05


# ---- placebos, design, panel


def test_placebos_scatter_as_their_intervals_say_where_nothing_is_wrong():
    during = np.arange(80) >= 60
    found = geo_placebo.in_space(regions(2, n=20), during, n_treated=5, n_all=25, n_placebos=60)
    assert len(found) == 60 and found["is_outside"].mean() < 0.3
    assert 1.0 <= geo_placebo.spread(found) < 1.4


def test_regions_that_drift_apart_widen_the_interval():
    during = np.arange(80) >= 60
    rng = np.random.default_rng(5)
    steps = np.cumsum(0.05 * rng.normal(size=(80, 20)), axis=0)
    apart = regions(2, n=20) * np.exp(np.where(during[:, None], rng.normal(size=20) * 0.5, 0) + steps)
    assert geo_placebo.spread(geo_placebo.in_space(apart, during, n_treated=5, n_all=25, n_placebos=60)) > 1.4


def test_few_regions_give_no_placebo_and_no_widening():
    found = geo_placebo.in_space(regions(1, n=3), np.arange(80) >= 60, n_treated=1, n_all=4)
    assert found.empty and geo_placebo.spread(found) == 1.0


def test_placebos_in_time_end_before_the_test():
    one = regions(3)
    found = geo_placebo.in_time(one[["r0", "r1"]], one[["r2", "r3", "r4"]], 60, 12)
    assert len(found) > 3 and (found["start"] + 12 <= 60).all() and (found["start"] >= 16).all()


def test_power_and_smallest_effect_by_hand():
    # 20 look-backs whose lower bounds are -0.01, -0.02 ... -0.20: a lift of e^0.1005 - 1 is seen by ten of them
    looks = pd.DataFrame({"low": -np.arange(1, 21) / 100, "high": np.arange(1, 21) / 100})
    assert geo_design.power(looks, math.expm1(0.1005)).value == pytest.approx(10.5 / 21)
    assert geo_design.power(looks, -0.9).value == pytest.approx(20.5 / 21)
    assert geo_design.mde(looks, wanted=0.5) == pytest.approx(math.expm1(0.105))
    assert geo_design.mde(looks, wanted=0.5, falls=True) == pytest.approx(math.expm1(-0.105))


def test_power_is_never_zero_or_one_and_not_told_from_one_look_back():
    looks = geo_design.look_backs(regions(4), n_treated=4, n_during=20, n_before=40, n_looks=30)
    assert 0 < geo_design.power(looks, 1e-20).value < geo_design.power(looks, 5.0).value < 1
    assert math.isnan(geo_design.power(looks[:1], 0.1).value) and math.isnan(geo_design.mde(looks[:1]))
    for none in ({"n_before": 90}, {"n_treated": 12}, {"n_treated": 0}):
        assert geo_design.look_backs(
            regions(4), **{"n_treated": 4, "n_during": 20, "n_before": 40, **none}
        ).empty


def test_a_planned_effect_is_seen_as_often_as_the_design_says():
    looks = geo_design.look_backs(
        regions(6, n=20, times=200), n_treated=8, n_during=20, n_before=40, n_looks=60
    )
    size, seen = geo_design.mde(looks), []
    for seed in range(60):
        fresh, rng = regions(100 + seed, n=20, times=60), np.random.default_rng(seed)
        picked, during = rng.permutation(20) < 8, np.arange(60) >= 40
        treated = fresh.to_numpy()[:, picked].sum(axis=1) * np.where(during, 1 + size, 1)
        seen.append(
            log_ratio(treated, steady_control(fresh.to_numpy()[:, ~picked], ~during), during).lift.low > 0
        )
    assert 0.65 <= np.mean(seen) <= 0.95


def test_difference_in_differences_by_hand():
    # treated 10, 12 and then 20, 22; others 5, 7, 9 and then 8, 10, 12: up by 10 less 3
    treated = pd.DataFrame({"a": [10.0, 20], "b": [12.0, 22]})
    control = pd.DataFrame({"c": [5.0, 8], "d": [7.0, 10], "e": [9.0, 13]})
    found = geo_panel.differences(treated, control, [False, True])
    assert found.effect.value == pytest.approx(10 - 10 / 3)
    assert found.effect.low < found.effect.value < found.effect.high
    assert math.isnan(geo_panel.differences(treated[["a"]], control, [False, True]).effect.low)
    with pytest.raises(DataError, match="both sides"):
        geo_panel.differences(treated, control[[]], [False, True])


def test_a_drift_before_the_test_is_seen():
    calm, during = regions(7, n=16), np.arange(80) >= 60
    drifting = calm.copy()
    drifting.iloc[:, :6] *= 1 + np.arange(80)[:, None] / 100
    assert geo_panel.differences(calm.iloc[:, :6], calm.iloc[:, 6:], during).pre_p > 0.01
    assert geo_panel.differences(drifting.iloc[:, :6], drifting.iloc[:, 6:], during).pre_p < 0.01
