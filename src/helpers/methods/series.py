"""An interrupted series: what would have come without an intervention, from a level that may drift and from series left alone."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtr
from statsmodels.tsa.statespace.structural import UnobservedComponents

from helpers.errors import DataError
from helpers.i18n import said
from helpers.methods.geo_ratio import quantile_of_mixture
from helpers.methods.intervals import Estimate, check_level

LEVEL_GUESS = 0.01  # sd of a step of the level over sd of the series, the middle of the prior
LEVEL_SPREAD = 0.5  # sd of the log of it: a step between 0.4 and 2.7 times the guess is held likely
STEPS_OF_LEVEL = np.exp(np.linspace(-2.5, 2.5, 9))  # the grid, in units of the guess
FEWEST = 12  # times before, beyond the number of covariates


class Interrupted(NamedTuple):
    """Effect on the mean of a time and on the total, p of no effect, and the expected course.

    path : one row a time of the intervention: expected, low, high [without the intervention].
    level_step : mean sd of a step of the level over that of the series. guards : as in every method; NaN where it cannot tell.
    """

    mean: Estimate
    total: Estimate
    relative: Estimate
    p: float
    path: pd.DataFrame
    level_step: float
    guards: tuple[str, ...]


def interrupted(y, n_before: int, covariates=None, *, level: float = 0.90) -> Interrupted:
    """Effect of an intervention on a series, held against what it would have been.

    Parameters
    ----------
    y : series [time], one figure a time, none missing.
    n_before : times before the intervention; the rest is after its start.
    covariates : series that the intervention does not touch [time x covariate], for all times; None for none.
    level : of the intervals.

    Returns
    -------
    Interrupted. Intervals hold the luck of the days, the coefficients, and how much the level drifts: that is neither fixed nor
    maximised but weighted over a grid.

    Raises
    ------
    DataError : lengths differ, a figure is missing, or n_before leaves no time after.

    Formula: y = level + covariates x b + e, level a random walk (local level), b and the first level diffuse; for each step of the
        level the mean of the times after is Student's t, mixed with weights prior x likelihood; the prior of the log of the step
        is normal around 0.01 sd of the series.
    Source: Brodersen et al. (2015), Annals of Applied Statistics 9; Harvey (1989); filter of statsmodels.
    """
    check_level(level)
    values, x = _checked(y, n_before, covariates)
    before, after = values[:n_before], values[n_before:]
    spread, n_after = float(before.std(ddof=1)) if n_before > 1 else 0.0, len(after)
    if n_before < FEWEST + x.shape[1] or not spread > 0:
        reason = (
            said("the series does not move before the intervention") if n_before >= FEWEST + x.shape[1]
            else said("{n} times before the intervention, and {need} are the least", n=n_before, need=FEWEST + x.shape[1])
        )  # fmt: skip
        nothing = Estimate(math.nan, math.nan, math.nan, level, len(values))
        path = pd.DataFrame({name: np.full(n_after, np.nan) for name in ("expected", "low", "high")})
        return Interrupted(nothing, nothing, nothing, math.nan, path, math.nan, (said("cannot tell: {reason}", reason=reason),))  # fmt: skip
    usable = x[:, x[:n_before].std(axis=0) > 0]
    middle, size = usable[:n_before].mean(axis=0), usable[:n_before].std(axis=0)
    fits = [_forecast((before - before.mean()) / spread, (usable - middle) / size, n_after, step * LEVEL_GUESS) for step in STEPS_OF_LEVEL]  # fmt: skip
    prior = -0.5 * (np.log(STEPS_OF_LEVEL) / LEVEL_SPREAD) ** 2
    log_weight = np.array([fit.log_likelihood for fit in fits]) + prior
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    df = fits[0].df
    tails = (1 - level) / 2, (1 + level) / 2
    value, se = (
        np.array([f.mean for f in fits]) * spread + before.mean(),
        np.array([f.se for f in fits]) * spread,
    )
    expected = float(weight @ value)
    low, high = (quantile_of_mixture(tail, value, se, weight, df) for tail in tails)
    seen = float(after.mean())
    below = float(weight @ stdtr(df, (seen - value) / se))
    mean = Estimate(seen - expected, seen - high, seen - low, level, len(values))
    total = Estimate(*(n_after * figure for figure in mean[:3]), level, len(values))
    rate = expected if expected > 0 else math.nan
    relative = Estimate(*(figure / rate for figure in mean[:3]), level, len(values))
    path = _path(fits, weight, df, tails, spread, float(before.mean()))
    step = float(weight @ STEPS_OF_LEVEL) * LEVEL_GUESS
    guards = () if usable.shape[1] == x.shape[1] else (said("a covariate does not move before the intervention and is left out"),)  # fmt: skip
    return Interrupted(mean, total, relative, 2 * min(below, 1 - below), path, step, guards)


class _Forecast(NamedTuple):
    """Mean of the times after with its standard error, the course, and the likelihood of what came before."""

    mean: float
    se: float
    course: np.ndarray
    course_se: np.ndarray
    log_likelihood: float
    df: int


def _forecast(before: np.ndarray, x: np.ndarray, n_after: int, step: float) -> _Forecast:
    """For one size of step, relative to the sd of the series; the noise of a time is integrated over."""
    n, k = len(before), x.shape[1]
    exog = {"exog": x[:n], "mle_regression": False} if k else {}
    model = UnobservedComponents(before, level="llevel", use_exact_diffuse=True, **exog)
    noise = 1.0
    for _ in range(
        4
    ):  # the step is given in units of the series and the filter wants it in units of the noise
        ratio = step**2 / noise
        found = model.filter([1.0, ratio])
        n_diffuse = int(found.nobs_diffuse)
        errors = found.filter_results.forecasts_error[0, n_diffuse:]
        squares = float((errors**2 / found.filter_results.forecasts_error_cov[0, 0, n_diffuse:]).sum())
        df = n - n_diffuse
        noise = max(squares / df, 1e-12)
    log_likelihood = float(found.llf) + squares / 2 - df / 2 * math.log(max(squares, 1e-12))
    state, cov = found.predicted_state[:, -1], found.predicted_state_cov[:, :, -1]
    rows = np.column_stack([np.ones(n_after), x[n:]])
    ahead = np.arange(1, n_after + 1)
    mean_row = rows.mean(axis=0)
    # A shock of the level k times before the end is in k of the n_after times.
    shocks = ratio * float((((n_after - ahead[:-1]) / n_after) ** 2).sum())
    variance = float(mean_row @ cov @ mean_row) + shocks + 1 / n_after
    each = np.einsum("ti,ij,tj->t", rows, cov, rows) + ratio * (ahead - 1) + 1
    course = rows @ state
    return _Forecast(float(course.mean()), math.sqrt(noise * variance), course, np.sqrt(noise * each), log_likelihood, df)  # fmt: skip


def _path(fits, weight, df, tails, spread, middle) -> pd.DataFrame:
    course = np.array([f.course for f in fits]) * spread + middle
    se = np.array([f.course_se for f in fits]) * spread
    bounds = [
        [quantile_of_mixture(tail, course[:, t], se[:, t], weight, df) for t in range(course.shape[1])]
        for tail in tails
    ]
    return pd.DataFrame({"expected": weight @ course, "low": bounds[0], "high": bounds[1]})


def _checked(y, n_before, covariates):
    values = np.asarray(y, dtype=float)
    x = np.empty((len(values), 0)) if covariates is None else np.asarray(covariates, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    if len(x) != len(values):
        raise DataError(f"interrupted: {len(values)} times of the series and {len(x)} of the covariates; give both for each time.")  # fmt: skip
    if not 0 < n_before < len(values):
        raise DataError(f"interrupted: {n_before} of {len(values)} times lie before; some must lie before and some after.")  # fmt: skip
    if not (np.isfinite(values).all() and np.isfinite(x).all()):
        raise DataError(
            "interrupted: a figure is missing or infinite; fill that time or leave it out in all series."
        )
    return values, x
