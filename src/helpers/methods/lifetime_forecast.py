"""What customers will buy next, with what the fitted models leave open."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.methods.intervals import equal_tailed
from helpers.methods.lifetime import Fit, conditional_mean
from helpers.methods.lifetime_likelihood import dot
from helpers.methods.lifetime_spend import GammaGamma, observed_spend, spend_weights
from helpers.methods.lifetime_summary import Triples, check_summary, compress

NOISE_SAMPLE = 50_000
AT_SD = 1.6448536269514722  # where the totals are computed: the 5th and 95th percentile of one direction
# Beyond a factor of 50 the normal approximation of a log-parameter is no longer evidence.
FARTHEST = 4.0
MOST_SD = 3.0


def forecast_total(
    fit: Fit,
    summary: pd.DataFrame,
    horizon: float,
    *,
    spend_fit: GammaGamma | None = None,
    level: float = 0.90,
    draws: int = 2000,
    seed: int,
) -> pd.DataFrame:
    """Purchases, and spend, of all customers of `summary` in the next `horizon`, with a predictive interval.

    Parameters
    ----------
    fit, summary, horizon : as `expected_purchases`.
    spend_fit : result of `fit_gamma_gamma`, to forecast spend too; `summary` then has mean_repeat_spend.
    level : probability of the interval.
    draws : of the interval; 0 leaves low and high empty and saves most of the time.
    seed : the same seed gives the same interval.

    Returns
    -------
    One row per quantity ("purchases", "spend"): quantity, value, low, high, level, n [customers], horizon.
    Customers won after the data end are not in it. NaN where a fit cannot tell.

    Raises
    ------
    DataError : as `check_summary` and `fit_gamma_gamma`.

    Formula: the log of the expected total is a quadratic along each principal direction of the covariance of the
        log-parameters, through its values at the estimate and at 1.645 standard deviations to either side; the directions
        are independent normals. Purchases vary around the expected total m as Gamma(mean m, variance phi m),
        phi = sum (Y-EY)² / sum EY of one simulation of the customers at the estimate. A parameter that is not identified
        stays at its estimate. The interval knows the model's own errors only; see `calibrated_interval`.
    """
    check_summary(summary)
    triples = compress(summary)
    rng = np.random.default_rng(seed)
    mean_of = conditional_mean(fit, triples, horizon)
    mean = mean_of(fit.params)
    totals = {"purchases": lambda params, _: dot(mean_of(params), triples.count)}
    each = observed = None
    if spend_fit is not None:
        # Expected spend is linear in a customer's observed mean, so its mean over a triple is all it needs.
        observed = np.bincount(triples.row, observed_spend(summary)) / triples.count
        each = _spend_each(spend_fit.params, triples, observed)
        totals["spend"] = lambda params, money: dot(
            mean_of(params) * _spend_each(money, triples, observed), triples.count
        )
    fits = [fit] if spend_fit is None else [fit, spend_fit]
    values = {"purchases": dot(mean, triples.count)}
    if spend_fit is not None:
        values["spend"] = dot(mean * each, triples.count)
    bounds = dict.fromkeys(values, (np.nan, np.nan))
    if np.isfinite(values["purchases"]) and draws:
        noise = _dispersions(fit, spend_fit, triples, observed, mean, each, horizon, rng)
        for name, value in values.items():
            expected = value * np.exp(_log_ratios(totals[name], fits, value, draws, rng))
            bounds[name] = _quantiles(expected, noise[name], level, rng)
    rows = [(name, value, *bounds[name]) for name, value in values.items()]
    result = pd.DataFrame(rows, columns=["quantity", "value", "low", "high"])
    return result.assign(level=level, n=len(summary), horizon=float(horizon))


def _log_ratios(
    total: Callable, fits: list, value: float, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws of ln (expected total / its value at the estimate), over the doubt in the parameters of all fits."""
    logs = [np.log(one.params) for one in fits]
    ratios = np.zeros(draws)
    if not value > 0:
        return ratios
    for place, one in enumerate(fits):
        variances, directions = np.linalg.eigh(np.nan_to_num(one.cov_log, nan=0.0))
        for variance, direction in zip(variances, directions.T, strict=True):
            sd = np.sqrt(max(variance, 0.0))
            if sd < 1e-9:
                continue
            reach = min(AT_SD, FARTHEST / (sd * np.abs(direction).max()))
            at = []
            for side in (reach, -reach):
                moved = [log + side * sd * direction if i == place else log for i, log in enumerate(logs)]
                params = [np.exp(log) for log in moved]
                at.append(_log_ratio(total(params[0], params[-1]), value))
            z = np.clip(rng.standard_normal(draws), -MOST_SD, MOST_SD)
            ratios += _quadratic(z / reach, *at)
    return ratios


def _log_ratio(total: float, value: float) -> float:
    return float(np.log(total / value)) if np.isfinite(total) and total > 0 else np.nan


def _quadratic(z: np.ndarray, above: float, below: float) -> np.ndarray:
    """Parabola through (-1, below), (0, 0), (1, above); a side without a value mirrors the other."""
    if np.isnan(above) and np.isnan(below):
        return np.zeros(len(z))
    above = -below if np.isnan(above) else above
    below = -above if np.isnan(below) else below
    return (above - below) / 2 * z + (above + below) / 2 * z**2


def _spend_each(params: np.ndarray, triples: Triples, observed: np.ndarray) -> np.ndarray:
    base, slope = spend_weights(params, triples.x)
    return base + slope * observed


def _dispersions(fit, spend_fit, triples, observed, mean, each, horizon, rng) -> dict[str, float]:
    """Variance over mean of a customer's future at the estimate, from one simulation of many customers."""
    at = rng.choice(len(triples.x), NOISE_SAMPLE, p=triples.count / triples.count.sum())
    some = Triples(triples.x[at], triples.t_x[at], triples.age[at], np.ones(len(at)), np.arange(len(at)))
    x, future = some.x, fit.futures(rng, some, horizon, alive=fit.alive(triples)[at])
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
    low, high = equal_tailed(outcomes, level=level)
    return float(low), float(high)
