"""What customers will buy next, how wrong such forecasts were here, and the interval that follows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.methods.lifetime import Fit, conditional_mean, fit_model
from helpers.methods.lifetime_likelihood import dot
from helpers.methods.lifetime_spend import GammaGamma, fit_gamma_gamma, observed_spend, spend_weights
from helpers.methods.lifetime_summary import Triples, check_summary, compress, customer_summary, purchase_days

MIN_ORIGINS = 4
NOISE_SAMPLE = 50_000
DRAW_SAMPLE = 2_000


def forecast_total(
    fit: Fit,
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
    mean_of = conditional_mean(fit, triples, horizon)
    mean = mean_of(fit.params)
    values = {"purchases": dot(mean, triples.count)}
    if spend_fit is not None:
        # Expected spend is linear in a customer's observed mean, so its mean over a triple is all it needs.
        observed = np.bincount(triples.row, observed_spend(summary)) / triples.count
        each = _spend_each(spend_fit.params, triples, observed)
        values["spend"] = dot(mean * each, triples.count)
    else:
        observed = each = None
    bounds = dict.fromkeys(values, (np.nan, np.nan))
    if np.isfinite(values["purchases"]):
        expected = {name: np.empty(draws) for name in values}
        spend_draws = _parameter_draws(spend_fit, draws, rng) if spend_fit is not None else None
        logs = _parameter_draws(fit, draws, rng)
        few, seen = _sampled(triples, observed, rng)
        mean_of_few = conditional_mean(fit, few, horizon)

        def total(drawn: np.ndarray, drawn_spend: np.ndarray | None) -> tuple[float, float]:
            weighted = mean_of_few(drawn) * few.count
            return weighted.sum(), dot(weighted, _spend_each(drawn_spend, few, seen)) if spend_fit else 0.0

        at = dict(zip(("purchases", "spend"), total(fit.params, spend_fit and spend_fit.params), strict=True))
        for k, drawn in enumerate(logs):
            n, money = total(drawn, spend_draws[k] if spend_fit is not None else None)
            expected["purchases"][k] = values["purchases"] * n / at["purchases"] if at["purchases"] > 0 else n
            if spend_fit is not None:
                expected["spend"][k] = values["spend"] * money / at["spend"] if at["spend"] > 0 else money
        noise = _dispersions(fit, spend_fit, triples, observed, mean, each, horizon, rng)
        bounds = {name: _quantiles(expected[name], noise[name], level, rng) for name in values}
    rows = [(name, value, *bounds[name]) for name, value in values.items()]
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
    if not rows:  # the same types as with rows, so that a page may format the column
        table = table.astype({"origin": days["day"].dtype, **dict.fromkeys(columns[2:], float)})
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


def _parameter_draws(fit: Fit | GammaGamma, draws: int, rng: np.random.Generator) -> np.ndarray:
    cov = np.nan_to_num(fit.cov_log, nan=0.0)
    logs = rng.multivariate_normal(np.log(fit.params), cov, draws, method="eigh")
    # Beyond a factor of 50 the normal approximation of a log-parameter is no longer evidence.
    return np.exp(np.clip(logs, np.log(fit.params) - 4, np.log(fit.params) + 4))


def _sampled(triples: Triples, observed: np.ndarray | None, rng) -> tuple[Triples, np.ndarray | None]:
    """A sample of the triples, drawn by their customers: the totals of parameter draws are taken relative to its own.

    By how much a draw moves the total differs little between customers, so a few thousand of them tell it to a tenth of
    a per mille; under that number all are taken.
    """
    if len(triples.x) <= DRAW_SAMPLE:
        return triples, observed
    at = rng.choice(len(triples.x), DRAW_SAMPLE, p=triples.count / triples.count.sum())
    ones = np.ones(DRAW_SAMPLE)
    few = Triples(triples.x[at], triples.t_x[at], triples.age[at], ones, np.arange(DRAW_SAMPLE))
    return few, observed[at] if observed is not None else None


def _spend_each(params: np.ndarray, triples: Triples, observed: np.ndarray) -> np.ndarray:
    base, slope = spend_weights(params, triples.x)
    return base + slope * observed


def _dispersions(fit, spend_fit, triples, observed, mean, each, horizon, rng) -> dict[str, float]:
    """Variance over mean of a customer's future at the estimate, from one simulation of many customers."""
    at = rng.choice(len(triples.x), NOISE_SAMPLE, p=triples.count / triples.count.sum())
    some = Triples(triples.x[at], triples.t_x[at], triples.age[at], np.ones(len(at)), np.arange(len(at)))
    x, future = some.x, fit.futures(rng, some, horizon)
    noise = {"purchases": _dispersion(future, mean[at])}
    if spend_fit is not None:
        p, q, gamma = spend_fit.params
        nu = rng.gamma(p * x + q) / (gamma + x * observed[at])
        spent = np.where(future > 0, rng.gamma(p * np.maximum(future, 1)) / nu, 0.0)
        noise["spend"] = _dispersion(spent, (mean * each)[at])
    return noise


def _dispersion(simulated: np.ndarray, expected: np.ndarray) -> float:
    total = expected.sum()
    return float(np.sum((simulated - expected) ** 2) / total) if total > 0 else 0.0


def _quantiles(expected: np.ndarray, phi: float, level: float, rng) -> tuple[float, float]:
    """Quantiles of the total: the expected total of each parameter draw, with purchase noise on top."""
    expected = expected[np.isfinite(expected)]
    if not len(expected) or not np.isfinite(phi):
        return np.nan, np.nan
    outcomes = rng.gamma(expected / phi) * phi if phi > 0 else expected
    low, high = np.quantile(outcomes, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _one_origin(days, origin, length, day, *, unit_days, level, seed):
    horizon = length / unit_days
    summary = customer_summary(days, until=origin, unit_days=unit_days)
    next_days = days[(days["day"] > origin) & (days["day"] <= origin + length * day)]
    next_days = next_days[next_days["customer_id"].isin(summary["customer_id"])]
    with_spend = "spend" in days.columns
    fit = fit_model("BG/NBD", summary)
    spend_fit = fit_gamma_gamma(summary) if with_spend else None
    forecast = forecast_total(fit, summary, horizon, spend_fit=spend_fit, level=level, seed=seed)
    actual = {"purchases": float(len(next_days)), "spend": next_days["spend"].sum() if with_spend else 0.0}
    return [
        (origin, f.quantity, horizon, len(summary), f.value, f.low, f.high, actual[f.quantity])
        for f in forecast.itertuples()
    ]
