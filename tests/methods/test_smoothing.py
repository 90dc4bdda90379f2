"""A smoothed share: the filter of statsmodels to the digit, two waves by hand, gaps, jumps, limits, known truth, bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.tsa.statespace.mlemodel import MLEModel

from helpers.errors import DataError
from helpers.i18n import translate
from helpers.methods.smoothing import STEP_GUESS, STEP_SPREAD, STEPS, smoothed, smoothed_change
from helpers.methods.waves import wave_shares


class LocalLevel(MLEModel):
    """A local level with a known variance of each observation."""

    def __init__(self, y, noise, step):
        super().__init__(y, k_states=1, k_posdef=1, initialization="diffuse")
        self.ssm.initialize_known([0.0], [[1e4]])
        self["design"] = np.ones((1, 1))
        self["transition"] = self["selection"] = np.ones((1, 1))
        self["state_cov"] = np.array([[step**2]])
        self["obs_cov"] = np.asarray(noise).reshape(1, 1, -1)


def waves(values, n=800, *, effective=None, **columns):
    names = [f"w{at:02d}" for at in range(len(values))]
    return pd.DataFrame({"wave": names, "value": values, "n": n, "n_effective": effective or n, **columns})


def drifting(seed, *, t=24, n=400, step=0.012, start=0.3):
    rng = np.random.default_rng(seed)
    truth = np.sin(np.arcsin(math.sqrt(start)) + np.r_[0, np.cumsum(step * rng.standard_normal(t - 1))]) ** 2
    return truth, waves(rng.binomial(n, truth) / n, n)


def test_course_doubt_and_weights_are_those_of_the_filter_of_statsmodels():
    _, frame = drifting(1)
    frame["n_effective"] = np.linspace(150, 600, len(frame))
    frame.loc[[5, 6], "value"] = np.nan
    found = smoothed(frame)
    p, n = frame["value"].to_numpy(), frame["n_effective"].to_numpy()
    y, noise = np.arcsin(np.sqrt((p * n + 3 / 8) / (n + 3 / 4))), 1 / (4 * n + 2)
    logs = []
    for fit, step in zip(found.fits, STEPS, strict=True):
        theirs = LocalLevel(y, noise, step).smooth([])
        assert fit.course == pytest.approx(theirs.smoothed_state[0], abs=1e-6)
        assert np.diag(fit.covariance) == pytest.approx(theirs.smoothed_state_cov[0, 0], rel=1e-4)
        logs.append(theirs.llf - 0.5 * (math.log(step / STEP_GUESS) / STEP_SPREAD) ** 2)
    weight = np.exp(np.array(logs) - max(logs))
    assert [fit.weight for fit in found.fits] == pytest.approx(weight / weight.sum(), abs=1e-5)


def test_equal_waves_stay_where_they_are_and_are_worth_more_than_one_but_less_than_all():
    found = smoothed(waves([0.3] * 10, 500)).table
    assert found["smoothed"].to_numpy() == pytest.approx(0.3, abs=0.001)
    assert found["worth"].between(500, 5000).all() and found["own"].between(0.05, 0.6).all()
    assert found["worth"].iloc[5] > found["worth"].iloc[0]  # waves on both sides tell more


def test_a_wave_of_few_bends_the_course_less_than_one_of_many():
    values = [0.3, 0.3, 0.3, 0.36, 0.3, 0.3, 0.3]
    n = [800, 800, 800, 60, 800, 800, 800]
    few, many = (
        smoothed(waves(values, effective=sizes)).table["smoothed"].iloc[3] for sizes in (n, [800] * 7)
    )
    assert 0.3 < few < 0.31 < many < 0.36


def test_n_stays_beside_the_smoothed_figure():
    frame = waves([0.2, 0.25, 0.22, 0.21, 0.2], 400, effective=[310.0] * 5)
    found = smoothed(frame).table
    assert found["n"].tolist() == [400] * 5 and found["n_effective"].tolist() == [310.0] * 5
    assert found["value"].tolist() == frame["value"].tolist()
    assert (found["low"] < found["smoothed"]).all() and (found["smoothed"] < found["high"]).all()


def test_a_missing_wave_is_bridged_with_more_doubt_and_adds_nothing_of_its_own():
    values = [0.3, 0.31, np.nan, np.nan, 0.3, 0.31, 0.3]
    found = smoothed(waves(values)).table
    width = found["high"] - found["low"]
    assert np.isnan(found["value"].iloc[2]) and 0.29 < found["smoothed"].iloc[2] < 0.32
    assert width.iloc[2] > width.iloc[1] and found["own"].iloc[2] == 0


def test_waves_far_apart_lean_less_on_each_other():
    values = [0.30, 0.34, 0.30, 0.34, 0.30, 0.34]
    near, far = (smoothed(waves(values), at=np.arange(6.0) * gap) for gap in (1, 6))
    assert far.table["own"].mean() > near.table["own"].mean() + 0.1


def test_a_changed_text_is_a_jump_and_waves_before_it_do_not_pull_the_level_after():
    values = [0.30, 0.30, 0.31, 0.30, 0.36, 0.36, 0.37, 0.36]
    texts = ["v1"] * 4 + ["v2"] * 4
    with_break, without = smoothed(waves(values, wording=texts)), smoothed(waves(values))
    assert with_break.table["smoothed"].iloc[3] < 0.305 and with_break.table["smoothed"].iloc[4] > 0.358
    assert without.table["smoothed"].iloc[4] < with_break.table["smoothed"].iloc[4]
    jump = with_break.jumps["w04"]
    assert jump.low < 0.06 < jump.high and jump.value == pytest.approx(0.06, abs=0.01) and not without.jumps
    (guard,) = with_break.guards
    assert "jumps there" in guard and translate(guard, "fr") != str(guard)


def test_answers_of_people_go_through_their_waves_into_a_course_with_its_jump():
    rng = np.random.default_rng(4)
    answers = pd.concat(
        [
            pd.DataFrame(
                {
                    "wave": f"2025-{at}", "respondent_id": [f"{at}-{i}" for i in range(600)], "question": "consideration", "brand": "own",
                    "score": (rng.random(600) < 0.3 + 0.08 * (at >= 5)) * 1.0, "weight": np.exp(0.5 * rng.normal(size=600)),
                    "wording": "v2" if at >= 5 else "v1",
                }
            )
            for at in range(8)
        ]
    )  # fmt: skip
    table = wave_shares(answers).table.sort_values("wave")
    found = smoothed(table)
    assert found.table["n"].eq(600).all() and found.table["n_effective"].lt(560).all()
    assert list(found.jumps) == ["2025-5"] and found.jumps["2025-5"].low < 0.08 < found.jumps["2025-5"].high
    assert found.step < 0.03


@pytest.mark.parametrize("seed", range(6))
def test_the_true_path_lies_inside_and_is_met_better_than_by_the_waves_themselves(seed):
    truth, frame = drifting(seed, t=36)
    found = smoothed(frame).table
    assert ((found["low"] <= truth) & (truth <= found["high"])).mean() > 0.7
    assert np.mean((found["smoothed"] - truth) ** 2) < 0.6 * np.mean((found["value"] - truth) ** 2)


def test_a_real_fall_is_seen_and_the_change_knows_that_waves_hang_together():
    rng = np.random.default_rng(3)
    frame = waves(rng.binomial(900, [0.30] * 6 + [0.22] * 6) / 900, 900)
    found = smoothed(frame)
    fall, still = smoothed_change(found, then=4, now=8), smoothed_change(found, then=0, now=4)
    assert fall.low < -0.08 < fall.high < -0.03 and still.low < 0 < still.high
    one, two = found.table.iloc[0], found.table.iloc[4]
    assert still.high - still.low < math.hypot(one["high"] - one["low"], two["high"] - two["low"])
    assert still.n == 1800


def test_a_share_of_none_or_all_keeps_inside_and_has_doubt():
    for value in (0.0, 1.0):
        found = smoothed(waves([value] * 6, 300)).table
        assert found[["smoothed", "low", "high"]].to_numpy() == pytest.approx(value, abs=0.02)
        assert (found["low"] >= 0).all() and (found["high"] <= 1).all() and (found["high"] > found["low"]).all()  # fmt: skip


@pytest.mark.parametrize("values", [[], [0.3], [0.3, np.nan, np.nan, 0.2, 0.3]])
def test_fewer_than_four_known_waves_are_not_smoothed_and_the_reason_is_said(values):
    found = smoothed(waves(values))
    assert found.table["smoothed"].isna().all() and len(found.table) == len(values)
    assert str(found.guards[0]).startswith("cannot tell: ") and "4 are the least" in found.guards[0]
    assert math.isnan(smoothed_change(found, then=0, now=0).value)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 200), min_size=4, max_size=15), st.booleans())
def test_the_course_backwards_is_the_course_of_the_waves_backwards(counts, gaps):
    values = np.array(counts) / 200
    if gaps and len(values) > 5:
        values[1] = np.nan
    there, back = (smoothed(waves(list(one), 200)).table for one in (values, values[::-1]))
    figures = ["smoothed", "low", "high", "own"]
    assert np.allclose(there[figures], back[figures].to_numpy()[::-1], atol=1e-9)
    assert there[["low", "smoothed", "high"]].to_numpy().min() >= 0


@pytest.mark.parametrize(
    ("change", "options", "says"),
    [
        (lambda f: f.drop(columns="n_effective"), {}, "no column n_effective"),
        (lambda f: f.assign(value=30.0), {}, "a share of 30"),
        (lambda f: f.assign(n_effective=0.0), {}, "of 0 effective answers"),
        (lambda f: f.assign(wave="w"), {}, "wave w comes twice"),
        (lambda f: f, {"at": [0, 2, 1, 3, 4]}, "times do not rise"),
    ],
)
def test_bad_waves_are_refused_with_what_to_do(change, options, says):
    with pytest.raises(DataError, match=says):
        smoothed(change(waves([0.3, 0.3, 0.3, 0.3, 0.3])), **options)
    with pytest.raises(ValueError, match="level"):
        smoothed(waves([0.3] * 5), level=90)
