"""Scales of several questions: by hand, digits of R and pingouin, statsmodels' factors, weights, waves, limits, bad input."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.multivariate.factor import Factor

from helpers.errors import DataError
from helpers.methods.one_factor import one_factor
from helpers.methods.reliability import (
    covariance,
    cronbach,
    feldt,
    reliability,
    sampling_adequacy,
    scale_waves,
)
from helpers.methods.wave_changes import wave_changes

# Chatterjee & Price (1977), a survey of clerks: rating, complaints, privileges, learning, raises, critical, advance
CLERKS = """43 51 30 39 61 92 45|63 64 51 54 63 73 47|71 70 68 69 76 86 48|61 63 45 47 54 84 35|81 78 56 66 71 83 47|43 55 49 44 54 49 34
58 67 42 56 66 68 35|71 75 50 55 70 66 41|72 82 72 67 71 83 31|67 61 45 47 62 80 41|64 53 53 58 58 67 34|67 60 47 39 59 74 41
69 62 57 42 55 63 25|68 83 83 45 59 77 35|77 77 54 72 79 77 46|81 90 50 72 60 54 36|74 85 64 69 79 79 63|65 60 65 75 55 80 60
65 70 46 57 75 85 46|50 58 68 54 64 78 52|50 40 33 34 43 64 33|64 61 52 62 66 80 41|53 66 52 50 63 80 37|40 37 42 58 50 57 49
63 54 42 48 66 75 33|66 77 66 63 88 76 72|78 75 58 74 80 78 49|48 57 44 45 51 83 38|85 85 71 71 77 74 55|82 82 39 59 64 78 39"""
# Bechtoldt (1961), nine of Thurstone's tests, correlations below the diagonal
THURSTONE = """.828|.776 .779|.439 .493 .460|.432 .464 .425 .674|.447 .489 .443 .590 .541|.447 .432 .401 .381 .402 .288
.541 .537 .534 .350 .367 .320 .555|.380 .358 .359 .424 .446 .325 .598 .452"""
# Smith & Stanley (1983), six tests of 112 people, covariances with the diagonal
ABILITY = """24.641|5.991 6.700|33.520 18.137 149.831|6.023 1.782 19.424 12.711|20.755 4.936 31.430 4.757 52.604
29.701 7.204 50.753 9.075 66.762 135.292"""
# Real-Statistics' quiz, twelve people, eleven questions, as pingouin ships it
QUIZ = """11111111111|11111111010|.011.111100|11101101100|11111000100|01.01111000|11110010000|11111000000|01011000010|10010100.00
11100000000|10010000000"""
FIVE = ["keeps", "honest", "quality", "cares", "advice"]


def rows(text):
    return [line.split() for line in text.replace("\n", "|").split("|")]


def matrix(text, *, diagonal):
    low = rows(text)
    k = len(low) + (not diagonal)
    made = np.eye(k)
    for at, row in enumerate(low, start=not diagonal):
        made[at, : len(row)] = made[: len(row), at] = [float(one) for one in row]
    return made


def clerks():
    names = ["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"]
    return pd.DataFrame(rows(CLERKS), columns=names).astype(float)


def trusting(n, seed, *, loading=0.75, mean=3.5, answers=True):
    """Five answers of one trust on a scale from 1 to 5."""
    rng = np.random.default_rng(seed)
    trust = rng.normal(size=(n, 1))
    x = mean + 0.9 * (loading * trust + math.sqrt(1 - loading**2) * rng.normal(size=(n, 5)))
    return pd.DataFrame(np.clip(np.round(x), 1, 5) if answers else x, columns=FIVE)


def test_alpha_of_a_small_covariance_matrix_by_hand():
    # two items, variances 4 and 1, covariance 1: 2 (1 - 5 / 7)
    assert cronbach(np.array([[4.0, 1.0], [1.0, 1.0]])) == pytest.approx(4 / 7)
    assert cronbach(np.full((3, 3), 2.0)) == pytest.approx(1)  # the same answer three times
    assert cronbach(np.eye(4)) == pytest.approx(0)  # nothing in common


def test_alpha_and_what_each_item_adds_are_those_that_psych_prints_for_the_clerks():
    # R psych, alpha(attitude): raw_alpha .843, std.alpha .839, average_r .427; alpha without each item
    found = reliability(clerks())
    assert found.alpha.value == pytest.approx(0.843, abs=5e-4) and found.alpha.n == 30
    assert cronbach(clerks().corr().to_numpy()) == pytest.approx(0.839, abs=5e-4)
    assert found.items["alpha_without"].tolist() == pytest.approx(
        [0.810, 0.797, 0.828, 0.803, 0.795, 0.864, 0.840], abs=5e-4
    )
    rest = clerks()
    by_hand = [rest[name].corr(rest.drop(columns=name).sum(axis=1)) for name in rest]
    assert found.items["item_rest"].tolist() == pytest.approx(by_hand)
    assert found.items["item_rest"].idxmin() == "critical" and any("critical hardly goes" in one for one in found.guards)  # fmt: skip


def test_feldts_bounds_are_those_that_pingouin_prints():
    # pingouin, cronbach_alpha of its quiz with gaps, covariances of pairs: .732661 [.435, .909] at 95 %
    quiz = pd.DataFrame([[math.nan if one == "." else float(one) for one in row[0]] for row in rows(QUIZ)])
    alpha = cronbach(quiz.cov().to_numpy())
    assert alpha == pytest.approx(0.732661, abs=5e-7)
    assert feldt(alpha, 12, 11, level=0.95) == pytest.approx((0.435, 0.909), abs=5e-4)


def test_kmo_is_the_one_that_psych_prints_for_thurstones_tests():
    # R psych, KMO(Thurstone): overall .88
    whole, own = sampling_adequacy(matrix(THURSTONE, diagonal=False))
    assert whole == pytest.approx(0.88, abs=5e-3)
    assert own == pytest.approx([0.86, 0.86, 0.90, 0.86, 0.88, 0.92, 0.85, 0.93, 0.87], abs=5.1e-3)


@pytest.mark.parametrize("text", [THURSTONE, ABILITY])
def test_loadings_are_those_of_statsmodels(text):
    cov = matrix(text, diagonal=text is ABILITY)
    sd = np.sqrt(np.diag(cov))
    theirs = Factor(corr=cov / np.outer(sd, sd), n_factor=1, method="ml").fit()
    loadings, unique = one_factor(cov[None])
    assert loadings[0] / sd == pytest.approx(np.abs(theirs.loadings[:, 0]), abs=2e-4)
    assert unique[0] / sd**2 == pytest.approx(theirs.uniqueness, abs=2e-4)


def test_where_all_items_are_alike_omega_is_alpha():
    cov = 0.5 * np.eye(4) + 0.5
    loadings, unique = one_factor(cov[None])
    assert loadings[0] == pytest.approx(math.sqrt(0.5)) and unique[0] == pytest.approx(0.5)
    assert loadings.sum() ** 2 / (loadings.sum() ** 2 + unique.sum()) == pytest.approx(cronbach(cov))


@pytest.mark.parametrize("seed", range(5))
def test_the_truth_of_known_loadings_lies_inside(seed):
    found = reliability(trusting(600, seed, answers=False), seed=seed)
    truth = 5 * 0.75**2 / (5 * 0.75**2 + 1 - 0.75**2)  # alike, so alpha and omega are the same
    assert found.alpha.low - 0.01 < truth < found.alpha.high + 0.01
    assert found.omega.low - 0.01 < truth < found.omega.high + 0.01
    assert found.items["loading"].between(0.68, 0.82).all() and found.kmo > 0.8 and not found.guards


def test_weights_that_repeat_people_are_people_repeated_but_know_less():
    answers = trusting(200, 1)
    weights = np.where(np.arange(200) < 60, 3.0, 1.0)
    weighted, repeated = reliability(answers, weights=weights), pd.concat([answers, answers.head(60), answers.head(60)])  # fmt: skip
    assert weighted.alpha.value == pytest.approx(reliability(repeated).alpha.value, abs=1e-9)
    assert weighted.items["mean"].to_numpy() == pytest.approx(repeated.mean().to_numpy())
    full = reliability(repeated).alpha
    assert weighted.alpha.high - weighted.alpha.low > full.high - full.low
    assert covariance(answers.to_numpy(), np.ones(200)) == pytest.approx(answers.cov().to_numpy())


def test_an_item_turned_round_and_one_that_does_not_belong_are_named():
    answers = trusting(400, 2)
    answers["cares"] = 6 - answers["cares"]
    answers["weather"] = np.random.default_rng(3).integers(1, 6, 400)
    found = reliability(answers)
    assert any(str(one).startswith("cares goes against the others") for one in found.guards)
    assert any("weather hardly goes" in one or "weather goes against" in one for one in found.guards)
    assert found.items.loc["weather", "alpha_without"] > found.alpha.value


def test_an_item_that_is_the_factor_itself_is_named():
    rng = np.random.default_rng(8)
    trust = rng.normal(size=500)
    others = {name: 0.5 * trust + rng.normal(size=500) for name in FIVE[1:]}
    found = reliability(pd.DataFrame({"keeps": trust, **others}), draws=20)
    assert any("keeps alone makes up the common factor" in one for one in found.guards)
    assert any("alpha may be below 0.7" in one for one in found.guards)


def test_a_scale_by_wave_is_judged_as_any_other_figure():
    first, second = trusting(600, 4), trusting(600, 5, mean=3.8)
    answers = pd.concat(
        [one.assign(wave=name, respondent_id=[f"{name}{i}" for i in range(600)], brand="Brévane", weight=1.0) for name, one in (("2026-Q1", first), ("2026-Q2", second))]
    )  # fmt: skip
    waves = scale_waves(answers, FIVE, name="trust")
    assert waves.table["value"].tolist() == pytest.approx([first.to_numpy().mean(), second.to_numpy().mean()])
    assert waves.table["question"].eq("trust").all() and waves.table["deff"].to_numpy() == pytest.approx(1, abs=0.01)  # fmt: skip
    (moved,) = wave_changes(waves, materiality=0.1).itertuples()
    spread = math.hypot(*(one.mean(axis=1).std(ddof=1) / math.sqrt(600) for one in (first, second)))
    assert moved.z == pytest.approx(moved.change / spread, rel=0.002) and moved.verdict == "higher"


def test_who_answered_half_or_less_does_not_count_in_a_scale():
    answers = trusting(4, 6).assign(wave="a", respondent_id=list("wxyz"), brand="b", weight=1.0)
    answers.loc[0, FIVE[:3]] = np.nan
    answers.loc[1, FIVE[:2]] = np.nan
    found = scale_waves(answers, FIVE).table.loc[0]
    assert found["n"] == 3


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (trusting(0, 1), "0 people answered all items, and 30 are the least"),
        (trusting(29, 1), "29 people answered all items"),
        (trusting(50, 1).assign(honest=3.0), "an item has the same answer from everybody"),
    ],
)
def test_too_little_tells_nothing_and_says_why(answers, says):
    found = reliability(answers)
    assert math.isnan(found.alpha.value) and math.isnan(found.omega.value) and len(found.items) == 5
    assert str(found.guards[-1]).startswith("cannot tell: ") and says in found.guards[-1]


def test_two_items_have_an_alpha_and_no_omega_and_equal_items_no_kmo():
    two = reliability(trusting(100, 1)[FIVE[:2]])
    assert 0 < two.alpha.value < 1 and math.isnan(two.omega.value) and two.items["loading"].isna().all()
    assert math.isnan(sampling_adequacy(np.ones((3, 3)))[0])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-5, 5))
def test_the_unit_of_the_answers_does_not_matter(seed, times, plus):
    answers = trusting(80, seed)
    if answers.nunique().min() < 2:
        return
    one, two = (reliability(x, draws=20) for x in (answers, answers * times + plus))
    assert one.alpha.value == pytest.approx(two.alpha.value) and one.kmo == pytest.approx(two.kmo)
    assert one.omega[:3] == pytest.approx(two.omega[:3], abs=1e-4)
    assert one.alpha.low <= one.alpha.value <= one.alpha.high <= 1


def test_gaps_are_left_out_and_counted():
    answers = trusting(100, 3)
    answers.iloc[:7, 0] = np.nan
    found = reliability(answers)
    assert found.alpha.n == 93 and str(found.guards[0]).startswith("7 of 100 people did not answer all items")


def test_bad_answers_are_refused_with_what_to_do():
    answers = trusting(50, 1)
    with pytest.raises(DataError, match="two items or more"):
        reliability(answers[["honest"]])
    with pytest.raises(DataError, match="negative"):
        reliability(answers, weights=-np.ones(50))
    with pytest.raises(ValueError, match="3 for 50"):
        reliability(answers, weights=[1, 1, 1])
    with pytest.raises(DataError, match="no column weight"):
        scale_waves(answers.assign(wave="a", respondent_id="x", brand="b"), FIVE)
    with pytest.raises(DataError, match="comes twice"):
        scale_waves(answers.assign(wave="a", respondent_id="x", brand="b", weight=1.0), FIVE)
