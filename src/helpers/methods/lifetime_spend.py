"""Gamma-Gamma: what a customer spends per purchase, nearer the average the less the customer has bought."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln

from helpers.errors import DataError
from helpers.i18n import said
from helpers.methods.lifetime_likelihood import dot, estimated
from helpers.methods.lifetime_summary import check_summary

NAMES = ("p", "q", "gamma")


@dataclass(frozen=True, eq=False)
class GammaGamma:
    """A fitted Gamma-Gamma model.

    p, q, gamma : spend per purchase varies within a customer as Gamma(p, nu), nu between customers as
        Gamma(q, gamma); gamma is in the money of the table.
    se, cov_log, log_likelihood, converged, guards : as `Fitted`; all NaN where the data cannot tell.
    n : customers used. n_dropped : repeat customers left out because their mean spend is 0 or less.
    correlation : of frequency and mean repeat spend; the model takes it as 0.
    """

    p: float
    q: float
    gamma: float
    se: tuple[float, float, float]
    cov_log: np.ndarray
    log_likelihood: float
    n: int
    n_dropped: int
    correlation: float
    converged: bool
    guards: tuple[str, ...]

    @property
    def params(self) -> np.ndarray:
        """(p, q, gamma)."""
        return np.array([self.p, self.q, self.gamma])


def fit_gamma_gamma(summary: pd.DataFrame) -> GammaGamma:
    """Maximum-likelihood Gamma-Gamma with standard errors.

    Parameters
    ----------
    summary : as `fit_bgnbd`, plus mean_repeat_spend [money per repeat purchase; any value at frequency 0].
        Repeat customers with a mean of 0 or less are dropped and counted.

    Returns
    -------
    GammaGamma. Fewer than three customers left (as many as parameters) give a fit without numbers.

    Raises
    ------
    DataError : as `check_summary`; mean_repeat_spend is missing or not finite for a repeat customer.

    Formula: L = G(px+q)/(G(px)G(q)) gamma^q m^(px-1) x^(px) / (gamma + m x)^(px+q).
    Source: Fader & Hardie (2013), The Gamma-Gamma model of monetary value.
    """
    spend = observed_spend(summary)
    x = summary["frequency"].to_numpy(dtype=float)
    used = (x > 0) & (spend > 0)
    n, n_dropped = int(used.sum()), int(((x > 0) & (spend <= 0)).sum())
    varies = n > 1 and np.ptp(x[used]) > 0 and np.ptp(spend[used]) > 0
    correlation = float(np.corrcoef(x[used], spend[used])[0, 1]) if varies else np.nan
    if n < 3 or np.ptp(spend[used]) <= 1e-9 * spend[used].max():
        few = said("the repeat spend of {n} customers, or without variation, does not carry a model", n=n)
        guard = said("cannot tell: {reason}", reason=few)
        nan3 = (np.nan,) * 3
        return GammaGamma(
            *nan3, nan3, np.full((3, 3), np.nan), np.nan, n, n_dropped, correlation, False, (guard,)
        )
    scale = spend[used].mean()
    found = estimated(
        _objective(x[used], spend[used] / scale), np.array([1.0, 1.0, 0.5]), n=n, choices=[[True] * 3],
        log_scale=np.log(scale), scaled=np.array([0, 0, 1]), constant=n * np.log(scale),
    )  # fmt: skip
    guards = _guards(float(found.params[1]), found.se, found.stuck, found.converged, correlation, n)
    told = found.told() | {"n": n, "n_dropped": n_dropped, "correlation": correlation, "guards": guards}
    return GammaGamma(*found.params.tolist(), **told)


def expected_spend(fit: GammaGamma, summary: pd.DataFrame) -> pd.Series:
    """Mean spend per purchase to expect from each customer.

    Parameters
    ----------
    fit : result of `fit_gamma_gamma`.
    summary : as `fit_gamma_gamma`; a negative mean counts as 0.

    Returns
    -------
    Series [money per purchase] on the index of `summary`. Without repeat purchase it is the population mean,
    NaN when q <= 1, for that mean is then infinite.

    Raises
    ------
    DataError : as `fit_gamma_gamma`.

    Formula: p (gamma + m x) / (p x + q - 1). Source: Fader & Hardie (2013), equation 5.
    """
    spend = observed_spend(summary)
    x = summary["frequency"].to_numpy(dtype=float)
    level, slope = spend_weights(fit.params, x)
    return pd.Series(level + slope * spend, index=summary.index, name="expected_spend")


def spend_weights(params: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(level, slope) of expected spend = level + slope * observed mean, by frequency; NaN where infinite."""
    p, q, gamma = params
    below = p * x + q - 1
    below = np.where(below > 0, below, np.nan)
    return p * gamma / below, p * x / below


def observed_spend(summary: pd.DataFrame) -> np.ndarray:
    """Mean repeat spend as floats; 0 where there is no repeat purchase or refunds exceed it."""
    check_summary(summary)
    if "mean_repeat_spend" not in summary.columns:
        raise DataError(
            "customer summary: column 'mean_repeat_spend' is missing; add the spend of the orders."
        )
    x = summary["frequency"].to_numpy(dtype=float)
    spend = pd.to_numeric(summary["mean_repeat_spend"], errors="coerce").to_numpy(
        dtype=float, na_value=np.nan
    )
    bad = (x > 0) & ~(np.abs(spend) < 1e150)
    if bad.any():
        at = int(bad.argmax())
        raise DataError(
            f"customer summary: mean_repeat_spend {summary['mean_repeat_spend'].iloc[at]} in row "
            f"{summary.index[at]} is not an amount ({int(bad.sum())} such rows); repair the orders' spend."
        )
    return np.where(x > 0, np.maximum(spend, 0.0), 0.0)


def _objective(x: np.ndarray, spend: np.ndarray):
    n, log_spend = len(x), np.log(spend)
    x_log = dot(x, log_spend + np.log(x))
    of, unique = pd.factorize(x)
    n_x = np.bincount(of).astype(float)
    total = x * spend

    def objective(logs):
        p, q, gamma = np.exp(logs)
        shape = p * x + q
        log_sum = np.log(gamma + total)
        at_q = p * unique + q
        value = dot(n_x, gammaln(at_q) - gammaln(p * unique)) - n * gammaln(q) + n * q * logs[2]
        value += p * x_log - log_spend.sum() - dot(shape, log_sum)
        d_q = dot(n_x, digamma(at_q)) - n * digamma(q) + n * logs[2] - log_sum.sum()
        d_p = dot(n_x * unique, digamma(at_q) - digamma(p * unique)) + x_log - dot(x, log_sum)
        d_gamma = n * q / gamma - (shape / (gamma + total)).sum()
        return -value / n, -np.array([d_p * p, d_q * q, d_gamma * gamma]) / n

    return objective


def _guards(q, se, stuck, converged, correlation, n):
    guards = []
    if not converged:
        guards.append(said("the spend model did not converge: do not publish its numbers"))
    if n < 30:
        guards.append(said("only {n} customers with repeat spend: read the intervals, not the values", n=n))
    if abs(correlation) > 0.3:
        together = said(
            "frequency and spend go together (correlation {r}) and the model takes them as "
            "independent: values of the best customers are biased",
            r=f"{correlation:.2f}",
        )
        guards.append(together)
    if q <= 1:
        guards.append(
            said(
                "the parameter q is 1 or less: the mean spend of a new customer is infinite in the model, so it is blank"
            )
        )
    if stuck.any():
        at = [name for name, stop in zip(NAMES, stuck, strict=True) if stop]
        guards.append(
            said(
                "at a bound of the search ({names}): the model does not suit this spend", names=", ".join(at)
            )
        )
    elif not np.isfinite(se).all():
        guards.append(said("standard errors are missing: the likelihood is flat around the estimate"))
    return tuple(guards)
