"""Contracts: the published digits, five rows by hand, a truth that was planted, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import DataError
from helpers.methods.renewals import fit_bdw, fit_sbg, parameter_table, project, survival

# Share of two cohorts still there after each year, % (Fader & Hardie 2007, Journal of Interactive Marketing 21(1), table 1).
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1]
REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1]
ALIKE = np.array([1.0, 1.0, 1.0])  # Beta(1, 1): every chance of leaving is as likely


def counts(shares, *, of=1000):
    """A cohort of `of` customers from the share of the first year that is left each year."""
    left = np.array(shares, dtype=float) / shares[0] * of
    return pd.DataFrame(
        {
            "age": np.arange(1, len(left)),
            "n_lost": np.round(-np.diff(left)),
            "n_still": [0] * (len(left) - 2) + [round(left[-1])],
        }
    )


@pytest.mark.parametrize(
    ("shares", "alpha", "beta", "log_likelihood", "year_12"),
    [(HIGH_END, 0.668, 3.806, -1611.16, 0.378), (REGULAR, 0.704, 1.182, -1680.27, 0.170)],
)
def test_sbg_gives_the_published_digits(shares, alpha, beta, log_likelihood, year_12):
    fit = fit_sbg(counts(shares))
    assert (fit.alpha, fit.beta, fit.c) == (
        pytest.approx(alpha, abs=5e-4),
        pytest.approx(beta, abs=5e-4),
        1.0,
    )
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=0.005)
    assert survival(fit.params, [12])[0] == pytest.approx(year_12, abs=5e-4)
    assert fit.converged and not fit.guards and fit.n == 1000


def test_sbg_gives_the_digits_of_the_introductory_note():
    # Fader & Hardie (2014), A spreadsheet-literate non-statistician's guide to the beta-geometric model
    fit = fit_sbg(counts([1000, 631, 468, 382, 326]))
    assert (fit.alpha, fit.beta) == (pytest.approx(0.764, abs=5e-4), pytest.approx(1.296, abs=5e-4))
    assert fit.log_likelihood == pytest.approx(-1401.56, abs=0.005)


def test_five_ages_by_hand():
    # With Beta(1, 1): S(t) = 1 / (1 + t), so 1/2, 1/3, 1/4 … are left; with c = 2 it is 1 / (1 + t²).
    assert survival(ALIKE, [0, 1, 2, 3, 4]) == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5])
    assert survival(np.array([1.0, 1.0, 2.0]), [0, 1, 2, 3, 4]) == pytest.approx(
        [1, 1 / 2, 1 / 5, 1 / 10, 1 / 17]
    )
    # 60 customers: 30, 10, 5, 3 and 2 leave, 10 are left, which is what S(t) says of them: the fit finds Beta(1, 1)
    rows = pd.DataFrame({"age": range(1, 6), "n_lost": [30, 10, 5, 3, 2], "n_still": [0, 0, 0, 0, 10]})
    fit = fit_sbg(rows)
    assert (fit.alpha, fit.beta) == (pytest.approx(1, abs=1e-6), pytest.approx(1, abs=1e-6))
    by_hand = 30 * np.log(1 / 2) + 10 * np.log(1 / 6) + 5 * np.log(1 / 12) + 3 * np.log(1 / 20)
    assert fit.log_likelihood == pytest.approx(by_hand + 2 * np.log(1 / 30) + 10 * np.log(1 / 6))
    projected = project(fit, np.arange(3))
    assert projected["retention"].tolist()[1:] == pytest.approx([1 / 2, 2 / 3])


def test_bdw_is_sbg_where_the_chance_of_leaving_does_not_move_with_age():
    truth = np.array([0.8, 2.5, 1.0])
    left = survival(truth, np.arange(9)) * 1e7
    fit = fit_bdw(counts(left, of=1e7))
    assert fit.params == pytest.approx(truth, rel=2e-3)
    assert fit.log_likelihood >= fit_sbg(counts(left, of=1e7)).log_likelihood - 1e-3


def test_bdw_projects_the_high_end_cohort_closer_than_sbg():
    # 39.4 % were there after twelve years
    assert abs(survival(fit_bdw(counts(HIGH_END)).params, [12])[0] - 0.394) < abs(
        survival(fit_sbg(counts(HIGH_END)).params, [12])[0] - 0.394
    )


def test_cohorts_of_several_ages_add_up():
    """Customers whose next renewal is not seen yet count for those they had."""
    old, young = counts(REGULAR), counts(REGULAR[:4])
    both = pd.concat([old, young]).groupby("age", as_index=False).sum()
    fit = fit_sbg(both)
    assert fit.n == 2000
    assert fit.alpha == pytest.approx(fit_sbg(old).alpha, rel=0.05)


def drawn(rng, truth, *, n=2000, ages=8):
    """Counts of customers who leave as the model says."""
    left = survival(truth, np.arange(ages + 1))
    lost = rng.multinomial(n, [*(left[:-1] - left[1:]), left[-1]])
    return pd.DataFrame(
        {"age": range(1, ages + 1), "n_lost": lost[:-1], "n_still": [0] * (ages - 1) + [lost[-1]]}
    )


@pytest.mark.parametrize(
    ("fit", "truth"), [(fit_sbg, (0.7, 1.5, 1.0)), (fit_sbg, (0.7, 3.8, 1.0)), (fit_bdw, (0.6, 1.6, 1.4))]
)
def test_intervals_of_a_projection_hold_a_planted_truth_as_often_as_they_say(fit, truth):
    truth, held = np.array(truth), 0
    for seed in range(200):
        made = fit(drawn(np.random.default_rng(seed), truth))
        row = project(made, [12], draws=400).iloc[0]
        held += row["low"] <= survival(truth, [12])[0] <= row["high"]
    assert 0.83 * 200 <= held <= 0.96 * 200


def test_the_same_seed_gives_the_same_bounds():
    fit = fit_sbg(counts(REGULAR))
    pd.testing.assert_frame_equal(project(fit, [12], seed=3), project(fit, [12], seed=3))
    assert project(fit, [12], seed=3)["low"][0] != project(fit, [12], seed=4)["low"][0]


@pytest.mark.parametrize(
    ("fit", "lost", "still", "said"),
    [
        (fit_sbg, [5, 0, 0], [0, 0, 5], "customers left at 1 renewals and 2 are the least"),
        (fit_bdw, [5, 3, 0], [0, 0, 5], "customers left at 2 renewals and 3 are the least"),
        (fit_sbg, [5, 3, 2], [0, 0, 0], "all 10 customers have left"),
        (fit_sbg, [0, 0, 0], [0, 0, 0], "customers left at 0 renewals"),
    ],
)
def test_what_cannot_be_told_is_said(fit, lost, still, said):
    made = fit(pd.DataFrame({"age": range(1, len(lost) + 1), "n_lost": lost, "n_still": still}))
    assert made.guards[0].startswith("cannot tell") and said in made.guards[0]
    assert np.isnan(made.params).all()
    assert project(made, [1, 2])[["survival", "low", "high"]].isna().all(axis=None)


def test_customers_who_do_not_differ_are_told():
    """One chance of leaving for all: alpha and beta grow without end, and only their ratio is known."""
    left = 0.8 ** np.arange(9) * 1e6
    fit = fit_sbg(counts(left, of=1e6))
    assert any("customers hardly differ" in guard for guard in fit.guards)
    assert survival(fit.params, [5])[0] == pytest.approx(0.8**5, rel=1e-3)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"n_lost": [1.5, 2]}, "1.5 for n_lost in row 1 is no whole number of 0 or more"),
        ({"n_lost": [3, -2]}, "-2 for n_lost in row 2"),
        ({"age": [0, 1]}, "0 for age in row 1 is no whole number of 1 or more"),
        ({"age": [1, 1]}, "the age 1 stands twice"),
        ({"n_still": [np.nan, 2]}, "nan for n_still in row 1"),
    ],
)
def test_impossible_counts_are_refused(change, said):
    rows = pd.DataFrame({"age": [1, 2], "n_lost": [3, 2], "n_still": [0, 5]} | change)
    with pytest.raises(DataError, match=said):
        fit_sbg(rows)
    with pytest.raises(DataError, match="the column n_still is missing"):
        fit_sbg(rows[["age", "n_lost"]])


def test_ages_of_a_projection_are_renewals():
    with pytest.raises(ValueError, match="0 or more"):
        project(fit_sbg(counts(REGULAR)), [-1])
    assert parameter_table(fit_sbg(counts(REGULAR)))["parameter"].tolist() == ["alpha", "beta", "c"]


@settings(deadline=None, max_examples=60)
@given(
    lost=st.lists(st.integers(0, 10**9), min_size=1, max_size=12),
    still=st.integers(0, 10**9),
    is_free=st.booleans(),
)
def test_any_counts_fit_or_say_why(lost, still, is_free):
    rows = pd.DataFrame(
        {"age": range(1, len(lost) + 1), "n_lost": lost, "n_still": [0] * (len(lost) - 1) + [still]}
    )
    made = (fit_bdw if is_free else fit_sbg)(rows)
    shares = project(made, np.arange(30), draws=50)["survival"]
    if np.isnan(made.params).any():
        assert made.guards
    else:
        assert shares.between(0, 1).all() and (shares.diff().dropna() <= 1e-12).all()
