"""What customers will buy next, how wrong such forecasts were here, and the interval that follows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.methods.lifetime import BgNbd, alive_at, conditional_mean, fit_bgnbd
from helpers.methods.lifetime_spend import GammaGamma, fit_gamma_gamma, observed_spend, spend_weights
from helpers.methods.lifetime_summary import Triples, check_summary, compress, customer_summary, purchase_days

MIN_ORIGINS = 4
NOISE_SAMPLE = 100_000


def forecast_total(
    fit: BgNbd,
    summary: pd.DataFrame,
    horizon: float,
    *,
    spend_fit: GammaGamma | None = None,
    level: float = 0.90,
    draws: int = 400,
    seed: int,
) -> pd.DataFrame:
    """Purchases, and spend, of all customers of `summary` in the next `horizon`, with a predictive interval.

    Parameters
    ----------
    fit, summary, horizon : as `expected_purchases`.
    spend_fit : result of `fit_gamma_gamma`, to forecast spend too; `summary` then has mean_repeat_spend.
    level : probability of the interval.
    draws : parameter draws; the time grows with draws x unique triples (1 M customers: seconds).
    seed : the same seed gives the same interval.

    Returns
    -------
    One row per quantity ("purchases", "spend"): quantity, value, low, high, level, n [customers], horizon.
    Customers won after the data end are not in it. NaN where a fit cannot tell.

    Raises
    ------
    DataError : as `check_summary` and `fit_gamma_gamma`.

    Formula: for each draw of the log-parameters from Normal(estimate, covariance), the expected total m_d;
        purchases vary around it as Gamma(mean m_d, variance phi m_d), phi = sum (Y-EY)² / sum EY of one
        simulation of the customers at the estimate. A parameter that is not identified stays at its estimate.
        The interval knows the model's own errors only; see `calibrated_interval`.
    """
    check_summary(summary)
    triples = compress(summary)
    rng = np.random.default_rng(seed)
    mean = conditional_mean(fit.params, triples, horizon)
    drawn = _parameter_draws(fit, draws, rng)
    sample = rng.choice(len(triples.x), NOISE_SAMPLE, p=triples.count / triples.count.sum())
    known = np.isfinite(mean).all()
    future = _simulate(fit.params, triples, sample, horizon, rng) if known else np.full(NOISE_SAMPLE, np.nan)
    means = np.array([conditional_mean(p, triples, horizon) for p in drawn]) if known else None
    rows = [
        (
            "purchases",
            mean @ triples.count,
            *_interval(mean[sample], future, means, triples.count, level, rng),
        )
    ]
    if spend_fit is not None:
        rows.append(
            ("spend", *_spend_row(spend_fit, summary, triples, mean, means, sample, future, level, rng))
        )
    result = pd.DataFrame(rows, columns=["quantity", "value", "low", "high"])
    return result.assign(level=level, n=len(summary), horizon=float(horizon))


def rolling_origin_backtest(
    purchases: pd.DataFrame,
    *,
    horizon: float,
    origins: int = 6,
    step: float | None = None,
    until=None,
    unit_days: float = 7,
    level: float = 0.90,
    seed: int = 0,
) -> pd.DataFrame:
    """Go back in time, forecast with what was known, compare with what happened.

    Parameters
    ----------
    purchases : one row per order: customer_id, day [date or day number], spend [optional].
    horizon : length of each forecast [units of time].
    origins : how many cuts to try, the latest at until - horizon.
    step : distance between cuts [units]; default `horizon`, so no two test windows overlap.
    until : last day the data cover; default the last purchase.
    unit_days : days in a unit of time.
    level, seed : of the model's own interval at each origin.

    Returns
    -------
    One row per origin and quantity, oldest first: origin [last day known], quantity, horizon, n_customers
    [with a first purchase by then], predicted, low, high, actual, error [predicted / actual - 1]. Cuts with
    less history than `horizon` before them are absent; a fit that cannot tell leaves predicted NaN.

    Raises
    ------
    DataError : as `purchase_days`. ValueError : horizon or step is shorter than a day.

    Formula: refit at each origin on purchases up to it; actual counts those customers' purchase days in
        (origin, origin + horizon].
    """
    days = purchase_days(purchases)
    dated = pd.api.types.is_datetime64_any_dtype(days["day"])
    until = (pd.Timestamp(until).normalize() if dated else until) if until is not None else days["day"].max()
    length, apart = (round(v * unit_days) for v in (horizon, horizon if step is None else step))
    if length < 1 or apart < 1:
        raise ValueError(f"horizon and step must be a day or more, not {horizon!r} and {step!r}")
    day = pd.Timedelta(days=1) if dated else 1
    rows = []
    for back in reversed(range(origins)):
        origin = until - (length + back * apart) * day
        if origin - days["day"].min() >= length * day:
            rows += _one_origin(days, origin, length, day, unit_days=unit_days, level=level, seed=seed)
    columns = ["origin", "quantity", "horizon", "n_customers", "predicted", "low", "high", "actual"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(error=table["predicted"] / table["actual"].where(table["actual"] > 0) - 1)


def calibrated_interval(forecast: pd.DataFrame, backtest: pd.DataFrame) -> pd.DataFrame:
    """The forecast with an interval no narrower than past errors allow.

    Parameters
    ----------
    forecast : result of `forecast_total`.
    backtest : result of `rolling_origin_backtest` of the same horizon.

    Returns
    -------
    `forecast` with low and high widened, n_origins [k, origins with a forecast and a positive actual], bias
    [mean relative error of the backtest, exp(-mean e) - 1], interval ["calibrated" | "uncalibrated"]. Under
    four origins the model's interval stays and is marked uncalibrated. The value itself is not moved.

    Raises
    ------
    DataError : the horizons differ: errors over 4 weeks say nothing about 52.

    Formula: e_j = ln(actual_j / predicted_j); s² = sum e_j² / (k-1), about 0 so that a bias widens;
        h = t(k-1, (1+level)/2) s; low = min(model low, value exp(-h)), high = max(model high, value exp(h)).
        The wider of the two, not their sum: past errors hold the model's own noise already.
    """
    rows = []
    for row in forecast.to_dict("records"):
        past = backtest[backtest["quantity"] == row["quantity"]]
        if len(past) and not np.allclose(past["horizon"], row["horizon"]):
            raise DataError(
                f"backtest: its horizon is {past['horizon'].iloc[0]:g}, the forecast's {row['horizon']:g}; "
                "run rolling_origin_backtest with the horizon of the forecast."
            )
        usable = past[(past["predicted"] > 0) & (past["actual"] > 0)]
        errors = np.log((usable["actual"] / usable["predicted"]).to_numpy(dtype=float))
        k = len(errors)
        bias = float(np.expm1(-errors.mean())) if k else np.nan
        row |= {"n_origins": k, "bias": bias, "interval": "uncalibrated"}
        if k >= MIN_ORIGINS:
            half = stdtrit(k - 1, (1 + row["level"]) / 2) * np.sqrt(np.sum(errors**2) / (k - 1))
            row["low"] = min(row["low"], row["value"] * np.exp(-half))
            row["high"] = max(row["high"], row["value"] * np.exp(half))
            row["interval"] = "calibrated"
        rows.append(row)
    return pd.DataFrame(rows)


def _parameter_draws(fit: BgNbd | GammaGamma, draws: int, rng: np.random.Generator) -> np.ndarray:
    cov = np.nan_to_num(fit.cov_log, nan=0.0)
    logs = rng.multivariate_normal(np.log(fit.params), cov, draws, method="eigh")
    # Beyond a factor of 50 the normal approximation of a log-parameter is no longer evidence.
    return np.exp(np.clip(logs, np.log(fit.params) - 4, np.log(fit.params) + 4))


def _simulate(params, triples: Triples, at: np.ndarray, horizon: float, rng) -> np.ndarray:
    """One possible future of the customers `at`: purchases until the time or the customer is gone."""
    r, alpha, a, b = params
    x, age = triples.x[at], triples.age[at]
    alive = rng.random(len(at)) < alive_at(params, x, triples.t_x[at], age)
    rate = rng.gamma(r + x) / (alpha + age)
    last = rng.geometric(np.clip(rng.beta(a, b + x), 1e-15, 1))
    return np.where(alive, np.minimum(rng.poisson(np.minimum(rate * horizon, 1e15)), last), 0)


def _interval(expected, simulated, means, weights, level, rng):
    """Quantiles of the total: expected total of each parameter draw, plus the noise of one simulation."""
    if means is None or not np.isfinite(expected).all():
        return np.nan, np.nan
    if expected.sum() <= 0:
        return 0.0, 0.0
    phi = max(np.sum((simulated - expected) ** 2) / expected.sum(), 1e-12)
    totals = means @ weights
    totals = totals[np.isfinite(totals) & (totals > 0)]
    outcomes = rng.gamma(totals / phi) * phi
    return (
        tuple(np.quantile(outcomes, [(1 - level) / 2, (1 + level) / 2])) if len(outcomes) else (np.nan,) * 2
    )


def _spend_row(spend_fit, summary, triples, mean, means, sample, future, level, rng):
    # Expected spend is linear in a customer's observed mean, so sums over each triple are all it needs.
    observed = np.bincount(triples.row, observed_spend(summary)) / triples.count

    def per_purchase(params):
        level_of, slope = spend_weights(params, triples.x)
        return level_of + slope * observed

    each = per_purchase(spend_fit.params)
    value = (mean * each) @ triples.count
    if means is None or not np.isfinite(value):
        return np.nan, np.nan, np.nan
    p, q, gamma = spend_fit.params
    x = triples.x[sample]
    nu = rng.gamma(p * x + q) / (gamma + x * observed[sample])
    spent = np.where(future > 0, rng.gamma(p * np.maximum(future, 1)) / nu, 0.0)
    each_draw = np.array([per_purchase(d) for d in _parameter_draws(spend_fit, len(means), rng)])
    return value, *_interval((mean * each)[sample], spent, means * each_draw, triples.count, level, rng)


def _one_origin(days, origin, length, day, *, unit_days, level, seed):
    horizon = length / unit_days
    summary = customer_summary(days, until=origin, unit_days=unit_days)
    next_days = days[(days["day"] > origin) & (days["day"] <= origin + length * day)]
    next_days = next_days[next_days["customer_id"].isin(summary["customer_id"])]
    with_spend = "spend" in days.columns
    fit = fit_bgnbd(summary)
    spend_fit = fit_gamma_gamma(summary) if with_spend else None
    forecast = forecast_total(fit, summary, horizon, spend_fit=spend_fit, level=level, seed=seed)
    actual = {"purchases": float(len(next_days)), "spend": next_days["spend"].sum() if with_spend else 0.0}
    return [
        (origin, f.quantity, horizon, len(summary), f.value, f.low, f.high, actual[f.quantity])
        for f in forecast.itertuples()
    ]
