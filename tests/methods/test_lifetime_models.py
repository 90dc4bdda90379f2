"""MBG/NBD, Pareto/NBD and BG/BB: by hand, against the published digits, against a planted truth."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, hyp2f1

from helpers.errors import DataError
from helpers.methods.lifetime import (
    MODELS,
    expected_purchases,
    expected_purchases_new,
    fit_model,
    parameter_table,
    probability_alive,
)
from helpers.methods.lifetime_betageo import BgNbd
from helpers.methods.lifetime_discrete import BgBb, expected_at_occasions, fit_bgbb
from helpers.methods.lifetime_draw import draw_bgbb, draw_bgnbd, draw_pareto_nbd
from helpers.methods.lifetime_forecast import forecast_total
from helpers.methods.lifetime_likelihood import bgnbd_objective
from helpers.methods.lifetime_pareto import ParetoNbd, _objective
from helpers.methods.lifetime_summary import compress, customer_summary, purchase_days

FIVE = pd.DataFrame(
    {
        "frequency": [0, 1, 2, 2, 7],
        "recency": [0.0, 3.5, 30.43, 8.0, 21.0],
        "age": [38.86, 30.0, 38.86, 8.0, 24.0],
    }
)
NOTHING = {
    "se": (0.0,) * 4,
    "cov_log": np.zeros((4, 4)),
    "log_likelihood": 0.0,
    "n": 1,
    "n_repeat": 1,
    "converged": True,
    "guards": (),
}

# Table 1 of Fader, Hardie & Shang (2010): donors of a public radio station by number of gifts, year of the last, of 6 years.
GIFTS = [
    (6, 6, 1203), (5, 6, 728), (4, 6, 512), (3, 6, 357), (2, 6, 234), (1, 6, 129), (5, 5, 335), (4, 5, 284),
    (3, 5, 225), (2, 5, 173), (1, 5, 119), (4, 4, 240), (3, 4, 181), (2, 4, 155), (1, 4, 78), (3, 3, 322),
    (2, 3, 255), (1, 3, 129), (2, 2, 613), (1, 2, 277), (1, 1, 1091), (0, 0, 3464),
]  # fmt: skip


def donors():
    rows = pd.DataFrame(GIFTS, columns=["frequency", "recency", "n"])
    return rows.loc[rows.index.repeat(rows["n"]), ["frequency", "recency"]].assign(occasions=6)


@pytest.fixture(scope="module")
def cdnow(test_data):
    names = ["customer_id", "sample_id", "day", "n_cds", "spend"]
    orders = pd.read_csv(
        test_data / "crm" / "lifetimes_CDNOW_sample.txt",
        sep=r"\s+",
        header=None,
        names=names,
        dtype={"day": str},
    )
    orders["day"] = pd.to_datetime(orders["day"], format="%Y%m%d")
    days = purchase_days(orders[["customer_id", "day"]])
    summary = customer_summary(days, until=pd.Timestamp("1997-09-30"))
    later = days[days["day"] > "1997-09-30"].groupby("customer_id").size()
    return summary.assign(future=summary["customer_id"].map(later).fillna(0))


# --------------------------------------------------------------- published


@pytest.mark.golden
def test_pareto_nbd_reproduces_the_published_estimates_and_errors(cdnow):
    fit = fit_model("Pareto/NBD", cdnow)
    assert fit.params == pytest.approx((0.553, 10.578, 0.606, 11.669), abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-9594.976, abs=5e-4)
    assert fit.se == pytest.approx((0.0476, 0.8427, 0.1873, 6.2105), abs=5e-3)
    assert (fit.converged, fit.guards) == (True, ())


@pytest.mark.golden
def test_pareto_nbd_of_the_holdout_has_the_published_total_and_errors(cdnow):
    forecast = expected_purchases(fit_model("Pareto/NBD", cdnow), cdnow, 39)
    error = forecast - cdnow["future"]
    assert forecast.sum() == pytest.approx(1665.5, abs=0.05)
    assert error.abs().mean() == pytest.approx(0.755, abs=5e-4)
    assert (error**2).mean() ** 0.5 == pytest.approx(1.603, abs=5e-4)


def test_bgbb_reproduces_fader_hardie_shang_2010():
    fit = fit_bgbb(donors())
    assert fit.params == pytest.approx((1.204, 0.750, 0.657, 2.783), abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-33225.6, abs=0.05)
    assert (fit.n, fit.converged, fit.guards) == (11104, True, ())


# -------------------------------------------------------------- by hand


def likelihood_of_mbg(r, alpha, a, b, x, t_x, age):
    front = math.gamma(r + x) / math.gamma(r) * alpha**r
    stays = math.exp(betaln(a, b + x + 1) - betaln(a, b)) * (alpha + age) ** -(r + x)
    leaves = math.exp(betaln(a + 1, b + x) - betaln(a, b)) * (alpha + t_x) ** -(r + x)
    return front * (stays + leaves), front * stays


def likelihood_of_pareto(r, alpha, s, beta, x, t_x, age):
    """The model's story, integrated over the moment of leaving."""
    front = math.gamma(r + x) / math.gamma(r) * alpha**r * beta**s
    stays = (alpha + age) ** -(r + x) * (beta + age) ** -s
    leaves, _ = quad(
        lambda u: s * (alpha + u) ** -(r + x) * (beta + u) ** -(s + 1), t_x, age, epsabs=0, epsrel=1e-12
    )
    return front * (stays + leaves), front * stays


@pytest.mark.parametrize("modified_or_pareto", ["MBG/NBD", "Pareto/NBD"])
def test_likelihood_and_gradient_of_five_rows_from_the_formula(modified_or_pareto):
    triples = compress(FIVE)
    params = (0.55, 10.6, 0.61, 11.7)
    if modified_or_pareto == "MBG/NBD":
        objective, log_scale, constant = bgnbd_objective(triples, modified=True)
        logs, by_hand = np.log(params) - [0, log_scale, 0, 0], likelihood_of_mbg
    else:
        objective, scale = _objective(triples, 38.86), math.log(38.86)
        constant = FIVE["frequency"].sum() * scale
        logs, by_hand = np.log(params) - [0, scale, 0, scale], likelihood_of_pareto
    expected = sum(math.log(by_hand(*params, *row)[0]) for row in FIVE.itertuples(index=False))
    value, gradient = objective(logs)
    assert -5 * value - constant == pytest.approx(expected, abs=1e-9)
    numeric = [(objective(logs + e)[0] - objective(logs - e)[0]) / 2e-6 for e in np.eye(4) * 1e-6]
    assert gradient == pytest.approx(numeric, abs=1e-7)


def test_chances_of_being_there_by_hand():
    for params, by_hand, fit in (
        ((0.52, 6.2, 0.89, 1.6), likelihood_of_mbg, lambda p: BgNbd(*p, **NOTHING, modified=True)),
        ((0.55, 10.6, 0.61, 11.7), likelihood_of_pareto, lambda p: ParetoNbd(*p, **NOTHING)),
        ((0.55, 2.0, 0.61, 30.0), likelihood_of_pareto, lambda p: ParetoNbd(*p, **NOTHING)),
    ):
        rows = [by_hand(*params, *row) for row in FIVE.itertuples(index=False)]
        expected = [stays / total for total, stays in rows]
        assert probability_alive(fit(params), FIVE).tolist() == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("s", [0.61, 1.0, 3.0])
def test_expectation_of_pareto_is_the_integral_over_leaving(s):
    r, alpha, beta = 0.55, 10.6, 11.7
    fit, row = ParetoNbd(r, alpha, s, beta, **NOTHING), FIVE.iloc[[2]]
    alive = probability_alive(fit, row).item()
    rate = (2 + r) / (alpha + 38.86)
    still, _ = quad(lambda u: ((beta + 38.86) / (beta + 38.86 + u)) ** s, 0, 39)
    assert expected_purchases(fit, row, 39).item() == pytest.approx(alive * rate * still, rel=1e-9)


def test_expectation_of_mbg_is_the_paper_s_formula():
    r, alpha, a, b = 0.52, 6.2, 0.89, 1.6
    fit, row = BgNbd(r, alpha, a, b, **NOTHING, modified=True), FIVE.iloc[[2]]
    x, age, t = 2, 38.86, 39
    z = t / (alpha + age + t)
    inner = 1 - (1 - z) ** (r + x) * hyp2f1(r + x, b + x + 1, a + b + x, z)
    expected = (a + b + x) / (a - 1) * inner * probability_alive(fit, row).item()
    assert expected_purchases(fit, row, t).item() == pytest.approx(expected, rel=1e-9)


def test_bgbb_of_two_occasions_by_hand():
    # alpha = beta = gamma = delta = 1: p and q are uniform. Bought at the first of two occasions:
    # E[p(1-p)] E[(1-q)^2] + E[p] E[(1-q) q] = 1/6 x 1/3 + 1/2 x 1/6
    fit = BgBb(1.0, 1.0, 1.0, 1.0, **NOTHING)
    row = pd.DataFrame({"frequency": [1], "recency": [1], "occasions": [2]})
    there_and_buys = 1 / 4 * (1 / 12)  # E[(1-q)^3] E[p^2 (1-p)]
    assert expected_at_occasions(fit, row, 1).item() == pytest.approx(there_and_buys / (1 / 18 + 1 / 12))
    assert expected_at_occasions(fit, row, 0).item() == 0


# ----------------------------------------------------------- known truth

TRUTHS = {
    "MBG/NBD": ((0.8, 6.0, 0.5, 4.0), lambda p, n, seed: draw_bgnbd(*p, np.full(n, 39.0), seed=seed, horizon=26, modified=True)),
    "Pareto/NBD": ((0.8, 6.0, 1.2, 30.0), lambda p, n, seed: draw_pareto_nbd(*p, np.full(n, 39.0), seed=seed, horizon=26)),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUTHS)
def test_planted_parameters_are_found_and_forecasts_are_unbiased(name):
    truth, draw = TRUTHS[name]
    inside, ratio = [], []
    for seed in range(12):
        drawn = draw(truth, 4000, seed)
        fit = fit_model(name, drawn)
        inside.append(np.abs(np.log(fit.params) - np.log(truth)) < 2.6 * np.sqrt(np.diag(fit.cov_log)))
        ratio.append(expected_purchases(fit, drawn, 26).sum() / drawn["future"].sum())
        alive = probability_alive(fit, drawn)
        assert alive.mean() == pytest.approx(drawn["alive"].mean(), abs=0.05)
    assert np.mean(inside) > 0.93  # nominal .99
    assert np.mean(ratio) == pytest.approx(1, abs=3 * np.std(ratio) / len(ratio) ** 0.5 + 1e-3)


@pytest.mark.parametrize("name", TRUTHS)
def test_the_interval_of_the_total_holds_what_comes(name):
    truth, draw = TRUTHS[name]
    held = []
    for seed in range(20):
        drawn = draw(truth, 1500, seed)
        row = forecast_total(fit_model(name, drawn), drawn, 26, draws=200, seed=seed).loc[0]
        held.append(row["low"] <= drawn["future"].sum() <= row["high"])
    assert 15 <= sum(held) <= 20  # nominal 18


def test_planted_occasions_are_found_and_forecasts_are_unbiased():
    truth, ratio, inside = (1.2, 0.75, 0.66, 2.8), [], []
    for seed in range(12):
        drawn = draw_bgbb(*truth, np.full(4000, 6), seed=seed, n_next=5)
        fit = fit_bgbb(drawn)
        inside.append(np.abs(np.log(fit.params) - np.log(truth)) < 2.6 * np.sqrt(np.diag(fit.cov_log)))
        ratio.append(expected_at_occasions(fit, drawn, 5).sum() / drawn["future"].sum())
    assert np.mean(inside) > 0.93
    assert np.mean(ratio) == pytest.approx(1, abs=3 * np.std(ratio) / len(ratio) ** 0.5)


# ------------------------------------------------------------------ limits


@pytest.mark.parametrize("name", MODELS)
def test_a_new_customer_is_a_customer_of_age_zero(name):
    drawn = draw_bgnbd(0.8, 6.0, 0.5, 4.0, np.full(500, 39.0), seed=1)
    fit = fit_model(name, drawn)
    first = pd.DataFrame({"frequency": [0], "recency": [0.0], "age": [0.0]})
    assert expected_purchases(fit, first, 13).item() == pytest.approx(expected_purchases_new(fit, 13))
    assert expected_purchases_new(fit, 0) == 0
    assert parameter_table(fit)["value"].tolist() == fit.params.tolist()


@pytest.mark.parametrize("name", MODELS)
def test_units_of_time_change_only_the_scales(name):
    drawn = draw_bgnbd(0.8, 6.0, 0.5, 4.0, np.full(1500, 39.0), seed=2)[["frequency", "recency", "age"]]
    weeks, days = (fit_model(name, drawn * [1, k, k]) for k in (1, 7))
    factor = [1, 7, 1, 7] if name == "Pareto/NBD" else [1, 7, 1, 1]
    assert days.params == pytest.approx(weeks.params * factor, rel=1e-4)
    assert expected_purchases(days, drawn * [1, 7, 7], 91).sum() == pytest.approx(
        expected_purchases(weeks, drawn, 13).sum(), rel=1e-6
    )


@pytest.mark.parametrize("name", MODELS)
def test_customers_who_never_leave_are_kept_and_the_reader_is_told(name):
    rng = np.random.default_rng(3)
    x = rng.poisson(rng.gamma(2.0, 0.15, 3000) * 39)
    last = np.where(x > 0, 39 * rng.beta(np.maximum(x, 1), 1), 0.0)
    fit = fit_model(name, pd.DataFrame({"frequency": x, "recency": last, "age": 39.0}))
    assert fit.guards
    assert fit.params[:2] == pytest.approx((2.0, 1 / 0.15), rel=0.15)


@pytest.mark.parametrize("name", MODELS)
def test_too_few_repeat_customers_cannot_be_told(name):
    once = pd.DataFrame({"frequency": [0, 0, 1], "recency": [0.0, 0.0, 2.0], "age": [5.0, 4.0, 3.0]})
    fit = fit_model(name, once)
    assert fit.guards[0].startswith("cannot tell: 1 of 3") and np.isnan(fit.params).all()
    assert expected_purchases(fit, once, 13).isna().all() and probability_alive(fit, once).isna().all()


def test_an_unknown_model_is_refused_by_its_name():
    with pytest.raises(ValueError, match='"ARIMA" is unknown. Use BG/NBD, MBG/NBD, Pareto/NBD'):
        fit_model("ARIMA", FIVE)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"frequency": [2]}, "frequency 2 in row 0 does not fit"),
        ({"recency": [9]}, "recency 9 in row 0 lies after"),
        ({"occasions": [1.5]}, "occasions 1.5 in row 0 is no whole number"),
        ({"occasions": [np.nan]}, "is no whole number"),
    ],
)
def test_occasions_that_cannot_be_are_refused(change, says):
    row = pd.DataFrame({"frequency": [1], "recency": [1], "occasions": [2]}).assign(**change)
    with pytest.raises(DataError, match=says):
        fit_bgbb(row)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.floats(0.01, 1), st.floats(0.1, 3000)), min_size=5, max_size=30
    )
)
@pytest.mark.parametrize("name", MODELS)
def test_any_valid_table_fits_or_says_why(name, rows):
    table = pd.DataFrame(rows, columns=["frequency", "part", "age"])
    table["recency"] = np.where(table["frequency"] > 0, table["part"] * table["age"], 0.0)
    fit = fit_model(name, table)
    expected = expected_purchases(fit, table, 13)
    assert (expected.dropna() >= 0).all()
    assert expected.notna().all() or fit.guards


@pytest.mark.parametrize("name", MODELS)
def test_several_horizons_at_once_are_those_of_one_after_the_other(name):
    fit = {"Pareto/NBD": ParetoNbd(0.55, 10.6, 0.6, 11.7, **NOTHING)}.get(
        name, BgNbd(0.24, 4.4, 0.79, 2.43, modified=name == "MBG/NBD", **NOTHING)
    )
    together = expected_purchases(fit, FIVE, np.array([0.0, 13.0, 52.0]))
    for column, horizon in enumerate([0.0, 13.0, 52.0]):
        assert together[column].tolist() == expected_purchases(fit, FIVE, horizon).tolist()
    with pytest.raises(ValueError, match="horizon"):
        expected_purchases(fit, FIVE, np.array([13.0, -1.0]))


@pytest.mark.parametrize("name", MODELS)
def test_a_search_that_starts_at_another_fit_ends_where_every_other_does(name):
    ages = np.random.default_rng(3).uniform(20, 80, 3_000)
    today, alike, unlike = (
        draw_bgnbd(*params, ages, seed=seed)
        for seed, params in ((1, (0.4, 5.0, 0.8, 2.5)), (2, (0.4, 5.0, 0.8, 2.5)), (3, (3.0, 60.0, 0.2, 9.0)))
    )
    cold = fit_model(name, today)
    for other in (alike, unlike, today.head(20), today.assign(frequency=0, recency=0.0)):
        warm = fit_model(name, today, start=fit_model(name, other))
        assert warm.params == pytest.approx(cold.params, rel=1e-6)
        assert warm.se == pytest.approx(cold.se, rel=1e-4)
        assert warm.log_likelihood == pytest.approx(cold.log_likelihood, abs=1e-6)
