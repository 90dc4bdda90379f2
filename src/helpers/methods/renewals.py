"""sBG and BdW: how many contracts are renewed, and how many will be after the years that the data show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma

from helpers.i18n import said
from helpers.methods.intervals import equal_tailed
from helpers.methods.lifetime_likelihood import at_bounds, covariance, maximise
from helpers.methods.renewal_counts import checked

FEW_LOSSES = 30
ALIKE = 1e3  # alpha + beta of customers who hardly differ
LONGEST = 1e12  # a power of an age


@dataclass(frozen=True, eq=False)
class Renewals:
    """A fitted model of contracts that may be ended at each renewal.

    alpha, beta : the chance of leaving at a renewal varies over customers as Beta(alpha, beta).
    c : how that chance moves with age: 1 it stays, below 1 it falls, above 1 it rises. The sBG holds it at 1.
    se : standard errors of (alpha, beta, c); NaN for a parameter that is held or that the data do not identify.
    cov_log : 3 x 3 covariance of their logs; NaN in the rows and columns of such a parameter.
    log_likelihood, n, n_lost, converged : of the fit; n counts customers.
    guards : what to tell a reader, in plain language; empty when nothing is wrong.

    Where the data cannot tell at all, the parameters are NaN, the first guard starts with "cannot tell", and every projection is NaN.
    """

    alpha: float
    beta: float
    c: float
    se: tuple[float, float, float]
    cov_log: np.ndarray
    log_likelihood: float
    n: int
    n_lost: int
    converged: bool
    guards: tuple[str, ...]

    @property
    def params(self) -> np.ndarray:
        """(alpha, beta, c)."""
        return np.array([self.alpha, self.beta, self.c])


def fit_sbg(renewals: pd.DataFrame) -> Renewals:
    """Maximum-likelihood shifted-beta-geometric with standard errors.

    Parameters
    ----------
    renewals : one row per age: age [renewals that were due, 1 for the first], n_lost [customers who left at that one], n_still
        [customers who are still there after it and whose next one the data do not show]. Cohorts of different ages add up.

    Raises
    ------
    DataError : a column is missing, an age appears twice or is below 1, a count is negative or no whole number.

    Formula: P(T=t) = B(alpha+1, beta+t-1) / B(alpha, beta); S(t) = B(alpha, beta+t) / B(alpha, beta).
    Source: Fader & Hardie (2007), How to project customer retention, Journal of Interactive Marketing 21(1).
    """
    return _fit(renewals, held=True)


def fit_bdw(renewals: pd.DataFrame) -> Renewals:
    """Maximum-likelihood beta-discrete-Weibull: as `fit_sbg`, with a chance of leaving that moves with age.

    Formula: S(t) = B(alpha, beta+t^c) / B(alpha, beta); P(T=t) = S(t-1) - S(t).
    Source: Fader, Hardie, Liu, Davin & Steenburgh (2018), "How to project customer retention" revisited, Journal of
    Interactive Marketing 43.
    """
    return _fit(renewals, held=False)


def parameter_table(fit: Renewals) -> pd.DataFrame:
    """One row a parameter: parameter, value, se."""
    return pd.DataFrame({"parameter": ("alpha", "beta", "c"), "value": fit.params, "se": fit.se})


def survival(params: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """Share [0-1] of customers who are still there after so many renewals; `params` as (alpha, beta, c)."""
    alpha, beta, c = params
    return np.exp(_log_survival(alpha, beta, _powers(np.asarray(ages, dtype=float), c)))


def project(
    fit: Renewals, ages: np.ndarray, *, level: float = 0.90, draws: int = 2000, seed: int = 1
) -> pd.DataFrame:
    """Share of customers still there after each age, with what the estimate leaves open.

    Parameters
    ----------
    fit : result of `fit_sbg` or `fit_bdw`.
    ages : renewals, 0 or more.
    level, draws, seed : of the interval; the same seed gives the same bounds.

    Returns
    -------
    One row an age: age, survival, low, high [share 0-1], retention [share of those who were there before it; NaN at 0].
    Bounds are those of an endless number of customers: they hold the uncertainty of the parameters, not the luck of a few.

    Formula: quantiles of S(t) at draws of the logs of the parameters from their normal approximation.
    """
    ages = np.asarray(ages, dtype=float)
    if len(ages) and not (np.isfinite(ages).all() and ages.min() >= 0):
        raise ValueError("ages must be numbers of renewals, 0 or more")
    value = survival(fit.params, ages)
    before = survival(fit.params, np.maximum(ages - 1, 0))
    low = high = np.full(len(ages), np.nan)
    free = np.isfinite(np.diag(fit.cov_log))
    if free[:2].all():
        logs = np.tile(np.log(fit.params), (draws, 1))
        normal = np.random.default_rng(seed).standard_normal((draws, int(free.sum())))
        logs[:, free] += normal @ np.linalg.cholesky(fit.cov_log[np.ix_(free, free)]).T
        drawn = np.array([survival(one, ages) for one in np.exp(logs)])
        low, high = equal_tailed(drawn, level=level, axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        retention = np.where(ages >= 1, value / before, np.nan)
    return pd.DataFrame({"age": ages, "survival": value, "low": low, "high": high, "retention": retention})


def _fit(renewals: pd.DataFrame, *, held: bool) -> Renewals:
    counts = checked(renewals)
    n_lost = int(counts["n_lost"].sum())
    n = n_lost + int(counts["n_still"].sum())
    n_ages = int((counts["n_lost"] > 0).sum())
    least = 2 if held else 3
    if n_ages < least or n_lost == n:
        if n and n_lost == n:
            why = said("all {n} customers have left, and how long others would stay nobody can say", n=n)
        else:
            why = said(
                "customers left at {n_ages} renewals and {least} are the least a model needs; wait for more renewals",
                n_ages=n_ages, least=least,
            )  # fmt: skip
        guard = said("cannot tell: {reason}", reason=why)
        nothing = (np.nan,) * 3
        return Renewals(*nothing, nothing, np.full((3, 3), np.nan), np.nan, n, n_lost, False, (guard,))
    objective = _objective(counts, n)
    size = 2 if held else 3
    logs, hessian, converged = maximise(objective, np.zeros(size))
    stuck = at_bounds(logs)
    cov_log = np.full((3, 3), np.nan)
    cov_log[:size, :size] = covariance(hessian * n, [~stuck])
    params = np.exp(_whole(logs))
    se = params * np.sqrt(np.diag(cov_log))
    log_likelihood = -objective(logs)[0] * n
    is_alike = bool(stuck.any() or params[:2].sum() > ALIKE or np.isnan(cov_log[:size, :size]).any())
    guards = _guards(is_alike, converged, n_lost)
    alpha, beta, c = (float(p) for p in params)
    return Renewals(
        alpha, beta, c, tuple(se.tolist()), cov_log, float(log_likelihood), n, n_lost, converged, guards
    )


def _whole(logs: np.ndarray) -> np.ndarray:
    """All three logs of parameters; those that are held are 0."""
    return np.append(logs, [0.0] * (3 - len(logs)))


def _log_survival(alpha: float, beta: float, u: np.ndarray) -> np.ndarray:
    return betaln(alpha, beta + u) - betaln(alpha, beta)


def _powers(ages: np.ndarray, c: float) -> np.ndarray:
    """ages^c, without an end where it has none in floating point: nobody stays that long."""
    with np.errstate(over="ignore"):
        return np.minimum(np.power(ages, c), LONGEST)


def _objective(counts: pd.DataFrame, n: int) -> Callable:
    """Mean negative log-likelihood of logs of (alpha, beta) or (alpha, beta, c), and its gradient."""
    age = counts["age"].to_numpy(dtype=float)
    lost, still = (counts[name].to_numpy(dtype=float) / n for name in ("n_lost", "n_still"))
    ages = np.stack([age - 1, age])  # before and after the renewal
    log_age = np.log(np.maximum(ages, 1))  # ln 0 never counts: its power is 0

    def objective(logs):
        alpha, beta, c = np.exp(_whole(logs))
        u = _powers(ages, c)
        ln = _log_survival(alpha, beta, u)
        at_sum = digamma(alpha + beta) - digamma(alpha + beta + u)
        at_u = digamma(beta + u) - digamma(alpha + beta + u)
        slopes = np.stack([at_sum, at_u - digamma(beta) + digamma(alpha + beta), at_u * u * log_age])
        drop = ln[1] - ln[0]  # ln of the share that stays; 0 or less
        with np.errstate(divide="ignore", invalid="ignore"):
            log_leave = ln[0] + np.log(-np.expm1(drop))
            # d ln(S0 - S1) = (S0 dlnS0 - S1 dlnS1) / (S0 - S1)
            share = np.exp(drop) / -np.expm1(drop)
            slope = slopes[:, 0] * (1 + share) - slopes[:, 1] * share
        counted = lost > 0
        value = lost[counted] @ log_leave[counted] + still @ ln[1]
        gradient = (slope[:, counted] * lost[counted]).sum(axis=1) + (slopes[:, 1] * still).sum(axis=1)
        if not np.isfinite(value):
            return 1e6, np.zeros(len(logs))
        return -float(value), (-gradient * np.array([alpha, beta, c]))[: len(logs)]

    return objective


def _guards(is_alike, converged, n_lost):
    guards = []
    if not converged:
        guards.append(said("the fit did not converge: do not publish its numbers"))
    if n_lost < FEW_LOSSES:
        guards.append(said("only {n} customers left: read the intervals, not the values", n=n_lost))
    if is_alike:
        guards.append(
            said(
                "customers hardly differ, or too few renewals are seen to tell how: only the renewals seen are known"
            )
        )
    return tuple(guards)
