"""The mix model: its density by brute force, published data to the printed digits, planted truths, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from helpers.errors import DataError
from helpers.methods import mix, mix_posterior
from helpers.methods import mix_reading as reading
from helpers.methods import mix_shapes as shapes

DAYS = pd.date_range("2023-01-02", periods=104, freq="7D")


def table(seed: int = 0, weeks: int = 104, noise: float = 0.03) -> tuple[pd.DataFrame, np.ndarray]:
    """Sales with two channels, and what these brought in all."""
    rng = np.random.default_rng(seed)
    spend = np.column_stack(
        [rng.gamma(2, 50, weeks), np.where(rng.random(weeks) > 0.6, rng.gamma(3, 40, weeks), 0)]
    )
    stock = np.einsum(
        "cwl,cl->wc", shapes.lagged(spend / mix.busy(spend), 8), shapes.weights(np.array([0.5, 0.2]), 8)
    )
    brought = 1000 * np.array([0.35, 0.2]) * shapes.saturation("logistic", stock, np.array([2.0, 3.0]))
    error = np.zeros(weeks)
    for week, push in enumerate(1000 * noise * rng.standard_normal(weeks)):
        error[week] = push + (0.4 * error[week - 1] if week else 0)
    days = pd.date_range("2023-01-02", periods=weeks, freq="7D")
    frame = pd.DataFrame(
        {"week": days, "sales": 900 + brought.sum(axis=1) + error, "a": spend[:, 0], "b": spend[:, 1]}
    )
    return frame, brought.sum(axis=0)


def prepared(frame: pd.DataFrame, **options) -> mix.Data:
    return mix.prepare(frame, outcome="sales", channels=["a", "b"], **options)


@pytest.fixture(scope="module")
def fitted() -> tuple[mix.Fit, np.ndarray]:
    frame, truth = table()
    return mix.fit(prepared(frame), seed=1), truth


@pytest.mark.parametrize("adstock", shapes.ADSTOCKS)
@pytest.mark.parametrize("saturation", shapes.SATURATIONS)
def test_the_slope_of_the_density_is_its_difference(adstock, saturation):
    problem = mix.problem_of(prepared(table(weeks=60)[0], adstock=adstock, saturation=saturation))
    free = 0.5 * np.random.default_rng(0).standard_normal((3, problem.free))
    slope = mix_posterior.log_density(problem, free)[1]
    for at in range(problem.free):
        step = np.zeros(problem.free)
        step[at] = 1e-5
        up, down = (mix_posterior.log_density(problem, free + sign * step)[0] for sign in (1, -1))
        assert slope[:, at] == pytest.approx((up - down) / 2e-5, rel=1e-4, abs=1e-4)


def test_the_density_is_that_of_the_outcome_with_the_linear_part_integrated_by_brute_force():
    """Differences of log densities at two places: those of the Normal with covariance G G' / precision + AR(1), and of the priors."""
    problem = mix.problem_of(prepared(table(weeks=60)[0]))
    free = 0.4 * np.random.default_rng(1).standard_normal((2, problem.free))
    free[:, -1] -= 2
    said = mix_posterior.log_density(problem, free)[0]
    at = mix_posterior.shaped(problem, free)
    columns = mix_posterior.features(problem, at).columns
    brute = []
    for k in range(2):
        design = np.hstack([columns[k], problem.base])
        apart = np.abs(np.subtract.outer(np.arange(60), np.arange(60)))
        errors = at.sigma[k] ** 2 / (1 - at.rho[k] ** 2) * at.rho[k] ** apart
        spread = design / problem.precision @ design.T + errors
        mean = columns[k] @ problem.middle
        prior = mix_posterior.log_prior(
            problem, free[k : k + 1], type(at)(*(p if p is None else p[k : k + 1] for p in at))
        )[0][0]
        brute.append(multivariate_normal(mean, spread, allow_singular=True).logpdf(problem.outcome) + prior)
    assert said[1] - said[0] == pytest.approx(brute[1] - brute[0], rel=1e-6)


def test_the_chains_agree_and_find_the_autocorrelation(fitted):
    fit, _ = fitted
    assert fit.rhat < 1.03 and fit.ess > 200 and not fit.guards
    assert fit.shapes.rho.mean() == pytest.approx(0.4, abs=0.2)


def test_planted_truths_are_inside_their_intervals_over_many_seeds():
    """24 intervals of 90 %: fewer than 18 inside has a chance of one in a hundred."""
    held = []
    for seed in range(12):
        frame, truth = table(seed)
        total = reading.contributions(mix.approximate(prepared(frame), seed=seed), until=103)
        low, high = np.quantile(total, [0.05, 0.95], axis=0)
        held += ((low <= truth) & (truth <= high)).tolist()
    assert sum(held) >= 18


def test_the_fast_likeness_says_what_the_sampler_says(fitted):
    fit, _ = fitted
    fast = mix.approximate(fit.data, seed=2)
    assert fast.effects.mean(axis=0) == pytest.approx(fit.effects.mean(axis=0), rel=0.12)
    assert fast.effects.std(axis=0) == pytest.approx(fit.effects.std(axis=0), rel=0.4)
    assert fast.ess > 30 and np.isnan(fast.rhat)


def test_the_order_of_the_rows_changes_nothing():
    frame, _ = table()
    one, other = (
        mix.approximate(prepared(rows), seed=3) for rows in (frame, frame.sample(frac=1, random_state=1))
    )
    assert (one.effects == other.effects).all()


def one_draw(effect: float, alpha: float, bend: float, spend: list[float]) -> mix.Fit:
    """A fit of a single draw without doubt."""
    frame = pd.DataFrame({"week": DAYS[: len(spend)], "sales": 100.0, "a": spend})
    data = mix.prepare(
        frame, outcome="sales", channels=["a"], lags=2, season=0, trend=0, saturation="michaelis_menten"
    )
    at = mix_posterior.Shapes(np.array([[alpha]]), np.array([[bend]]), None, np.zeros(1), np.ones(1))
    return mix.Fit(data, at, np.array([[effect]]), np.array([[60.0]]), 1.0, 1e3, 0.8, ())


def test_what_spend_brought_by_hand():
    """alpha 1 splits over two weeks by halves; spends 0, 4, 0, 4 and the busy week is 4: pressures 0, .5, .5, .5, then .5 after the data."""
    fit = one_draw(30.0, 1.0, 2.0, [0, 4, 0, 4])
    # bend 2: columns 2p / (1 + 2p) = 0, .5, .5, .5, mean .375; 30 x .5 / .375 = 40 a week
    media, base = reading.weekly(fit)
    assert media[0, :, 0] == pytest.approx([0, 40, 40, 40], rel=1e-6)
    assert base[0] == pytest.approx([60, 60, 60, 60])
    assert reading.contributions(fit)[0, 0] == pytest.approx(160, rel=1e-6)  # one week after the data counts
    assert reading.contributions(fit, until=3)[0, 0] == pytest.approx(120, rel=1e-6)
    assert reading.roas(fit)[0, 0] == pytest.approx(20, rel=1e-6)
    # without the spend of the second week only what the fourth does is left
    assert reading.contributions(fit, first=1, last=1)[0, 0] == pytest.approx(80, rel=1e-6)
    # slope of 2p / (1 + 2p) at .5 is .5 of the mean slope there
    assert reading.marginal_roas(fit)[0, 0] == pytest.approx(20 * 0.5, rel=0.02)


def test_curves_are_what_the_model_says_of_no_spend_and_of_a_little_less(fitted):
    from helpers.methods.response import marginal, response

    fit, _ = fitted
    made = reading.curves(fit)
    assert made.channels == ("a", "b")
    assert response(made, made.spend) * 104 == pytest.approx(reading.contributions(fit))
    assert marginal(made, made.spend).mean(axis=0) == pytest.approx(
        reading.marginal_roas(fit).mean(axis=0), rel=0.02
    )


def trial(**changes) -> reading.Trial:
    usual = {
        "channel": "a",
        "first": DAYS[0],
        "last": DAYS[3],
        "factor": 0.0,
        "effect": -50.0,
        "error": 10.0,
        "share": 1.0,
        "in_data": False,
    }
    return reading.Trial(**(usual | changes))


def test_a_test_without_error_moves_the_model_onto_itself_and_a_poor_one_leaves_it(fitted):
    fit, truth = fitted
    exact = trial(first=fit.data.days[0], last=fit.data.days[-1], effect=-truth[0], error=truth[0] * 1e-6)
    pulled, (anchor,) = reading.anchored(fit, [exact])
    assert reading.contributions(pulled, until=103)[:, 0] == pytest.approx(truth[0], rel=1e-3)
    assert (pulled.effects[:, 1] == fit.effects[:, 1]).all()
    poor = exact._replace(error=truth[0] * 1e4)
    left, _ = reading.anchored(fit, [poor], tau=0.01)
    assert left.effects[:, 0].mean() == pytest.approx(fit.effects[:, 0].mean(), rel=0.03)
    assert not anchor.in_conflict


def test_a_test_and_a_model_meet_by_hand():
    """Model -100 and sure, test -50 ± 10, tau .5: doubt .5 x 100 = 50, weights 1/2500 and 1/100, so -(100/25 + 50) / (1/25 + 1)."""
    fit = one_draw(30.0, 1.0, 2.0, [0, 4, 0, 4])
    many = mix.thinned(fit, np.zeros(4_000, int))
    asked = trial(first=DAYS[1], last=DAYS[3], effect=-50.0)
    said = -reading.contributions(fit, first=1, last=3, until=3)[0, 0]
    _, (anchor,) = reading.anchored(many, [asked])
    doubt = 0.5 * abs(said)
    by_hand = (said / doubt**2 - 50 / 100) / (1 / doubt**2 + 1 / 100)
    assert anchor.model == pytest.approx(said) and anchor.value == pytest.approx(by_hand)
    assert anchor.ratio == pytest.approx(said / -50) and anchor.z == pytest.approx((said + 50) / 10)
    assert anchor.in_conflict


def test_a_test_in_half_of_the_places_is_held_against_half_of_the_sales_at_their_own_spend():
    """Dark in half of the places: the data have half of the planned spend, so the plan was twice what the data show."""
    fit = one_draw(30.0, 1e-9, 1e-6, [4, 4, 2, 4])  # no carry-over and next to no saturation
    _, (anchor,) = reading.anchored(fit, [trial(first=DAYS[2], last=DAYS[2], share=0.5, in_data=True)])
    straight = 30.0 * 4 / 3.5  # effect at the planned 4, where 3.5 is the mean spend
    assert anchor.model == pytest.approx(-straight / 2, rel=1e-3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": "c"}, 'the test is of "c"; the model knows a, b'),
        ({"error": 0.0}, "error 0"),
        ({"factor": 1.0}, "factor 1"),
        ({"share": 0.0}, "share of 0"),
        ({"first": pd.Timestamp("2031-01-01")}, "2031-01-01, which is not in the data"),
    ],
)
def test_a_test_that_cannot_be_used_is_refused(fitted, changes, words):
    with pytest.raises(ValueError, match=words):
        reading.anchored(fitted[0], [trial(**changes)])


def test_a_channel_that_never_varies_is_left_out_and_said():
    frame, _ = table()
    data = prepared(frame.assign(b=7.0))
    assert data.channels == ("a",) and data.left_out == ("b",)
    assert "spend on b never varies" in data.guards[0] and not mix.refused(data)
    assert mix.refused(prepared(frame.assign(a=0.0, b=7.0)))


def test_too_few_weeks_for_the_channels_are_refused_with_the_number_needed():
    data = prepared(table(weeks=20)[0])
    assert mix.refused(data)
    assert (
        data.guards[0].startswith("cannot tell: 20 weeks for 2 channels") and "need n = 52" in data.guards[0]
    )
    with pytest.raises(ValueError, match="cannot tell: 20 weeks"):
        mix.fit(data)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.drop(index=5), "after the week of 2023-01-30 comes 2023-02-13"),
        (lambda d: pd.concat([d, d.iloc[[3]]]), "after the week of 2023-01-23 comes 2023-01-23"),
        (
            lambda d: d.assign(sales=d["sales"].where(d.index != 4, -12.0)),
            "sales is -12 in the week of 2023-01-30",
        ),
        (lambda d: d.assign(a=d["a"].where(d.index != 2)), "a is nan in the week of 2023-01-16"),
        (lambda d: d.assign(week=d["week"].where(d.index != 103)), "has no week"),
    ],
)
def test_bad_weeks_are_refused_with_their_place_and_value(change, words):
    with pytest.raises(DataError, match=words):
        prepared(change(table()[0]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"adstock": "weibull"}, "use geometric, delayed"),
        ({"saturation": "hill"}, "use logistic, exponential, michaelis_menten"),
        ({"controls": ["price"]}, "no column"),
        ({"season": 9}, "season 0 to 6"),
        ({"prior_return": (1.0, 0.0)}, "spread above 0"),
    ],
)
def test_an_unknown_option_is_refused_with_the_known_ones(options, words):
    with pytest.raises(ValueError, match=words):
        prepared(table()[0], **options)


def test_a_prior_of_the_return_is_what_comes_out_where_the_weeks_say_nothing():
    rng = np.random.default_rng(5)
    frame, _ = table()
    quiet = frame.assign(sales=1e6 * (1 + 0.2 * rng.standard_normal(104)))
    fit = mix.fit(prepared(quiet, prior_return=(1.0, 2.0)), seed=1)
    returns = fit.effects / frame[["a", "b"]].mean().to_numpy()
    assert returns.mean(axis=0) == pytest.approx(1.0, abs=0.4)
    assert returns.std(axis=0) == pytest.approx(2.0, rel=0.15)


@pytest.mark.golden
def test_the_published_example_is_recovered(test_data):
    """True totals 274,848 and 65,906 inside the 90 % interval, within 5 %, and within 3 % of PyMC-Marketing's posterior means."""
    frame = pd.read_csv(test_data / "activation/pymc-marketing/mmm_example.csv")
    data = mix.prepare(
        frame, outcome="y", channels=["x1", "x2"], controls=["event_1", "event_2"], day="date_week", season=2
    )
    total = reading.contributions(mix.fit(data), until=len(frame) - 1)
    for draws, true, theirs in zip(total.T, (274_848.30, 65_905.98), (278_644, 68_390), strict=True):
        found = reading.summary(draws)
        assert found.low <= true <= found.high
        assert found.value == pytest.approx(true, rel=0.05)
        assert found.value == pytest.approx(theirs, rel=0.03)


@pytest.mark.golden
def test_the_small_business_of_the_recovery_study_is_recovered_to_ten_per_cent(test_data):
    folder = test_data / "activation/mmm-param-recovery"
    frame = pd.read_csv(folder / "small_business.csv")
    truth = pd.read_csv(folder / "small_business_transformed_spend.csv").filter(like="contribution_").sum()
    channels = [name for name in frame if name.startswith("x")]
    data = mix.prepare(frame, outcome="y", channels=channels, controls=["c1", "c2"], day="date")
    found = reading.contributions(mix.fit(data), until=len(frame) - 1).mean(axis=0)
    assert np.abs(found / truth.to_numpy() - 1).mean() <= 0.10


@pytest.mark.golden
def test_a_confounded_model_is_pulled_to_its_tests_and_the_conflict_is_flagged(test_data):
    """True returns 93.39 and 171.41; a hidden demand doubles the first. Over 40 redraws of a 10 % test of each channel."""
    frame = pd.read_csv(test_data / "activation/pymc-marketing/mmm_roas_data.csv")
    data = mix.prepare(frame, outcome="y", channels=["x1", "x2"], day="date")
    fit, spend = mix.thinned(mix.fit(data), np.arange(0, 1_000, 10)), frame[["x1", "x2"]].sum().to_numpy()
    assert reading.roas(fit).mean(axis=0)[0] > 150
    truth, rng, held, flags = np.array([93.39, 171.41]) * spend, np.random.default_rng(0), [], []
    for seed in range(40):
        tests = [
            trial(
                channel=name,
                first=data.days[0],
                last=data.days[-1],
                effect=-true * np.exp(0.1 * rng.standard_normal()),
                error=0.1 * true,
            )
            for name, true in zip(data.channels, truth, strict=True)
        ]
        pulled, anchors = reading.anchored(fit, tests, seed=seed)
        low, high = np.quantile(reading.contributions(pulled, until=len(frame) - 1), [0.05, 0.95], axis=0)
        held.append((low <= truth) & (truth <= high))
        flags.append([anchor.in_conflict for anchor in anchors])
    assert (np.mean(held, axis=0) >= 0.80).all()
    assert np.mean(flags, axis=0)[0] > 0.9 and np.mean(flags, axis=0)[1] < 0.2
