"""Intervals for shares, differences of shares and any statistic of a table, and the sample size they need."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, gammaincinv, ndtr, ndtri
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    samplesize_proportions_2indep_onetail,
)

from helpers.errors import DataError

# The acceleration of a BCa interval is a skewness: 200 blocks of rows give it as well as n single rows do.
JACKKNIFE_BLOCKS = 200


class Estimate(NamedTuple):
    """A value with its interval; `value`, `low` and `high` are NaN where the data cannot tell."""

    value: float
    low: float
    high: float
    level: float
    n: int


def wilson(successes, n, *, level: float = 0.90) -> tuple[np.ndarray | float, np.ndarray | float]:
    """Wilson score interval of a share.

    Parameters
    ----------
    successes : counts, scalar or array-like of any shape; fractions are allowed (effective counts).
    n : trials, broadcast against `successes`.
    level : confidence level, 0 to 1.

    Returns
    -------
    (low, high) [share 0-1], floats for scalars, else arrays of the broadcast shape; NaN where n is 0.

    Raises
    ------
    DataError : a count is negative or missing, or successes exceed n.

    Formula: (p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n).
    Source: Wilson (1927), JASA 22; Brown, Cai & DasGupta (2001); computed by statsmodels.
    """
    _check_level(level)
    k, m = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(n, dtype=float))
    bad = ~((k >= 0) & (k <= m) & np.isfinite(m))
    if bad.any():
        at = int(np.flatnonzero(bad.ravel())[0])
        raise DataError(
            f"wilson: entry {at} has successes {k.ravel()[at]:g} of n {m.ravel()[at]:g}; "
            "counts must be known and 0 <= successes <= n, so count again before asking for a share."
        )
    filled = np.where(m > 0, m, 1.0)
    low, high = proportion_confint(k, filled, alpha=1 - level, method="wilson")
    # Exactly 0 and 1, which rounding misses by a hair: a share of all would lie outside its own interval.
    low, high = np.where(k == 0, 0.0, low), np.where(k == m, 1.0, high)
    low, high = (np.where(m > 0, bound, np.nan) for bound in (np.clip(low, 0, 1), np.clip(high, 0, 1)))
    return (float(low), float(high)) if low.ndim == 0 else (low, high)


def difference_of_proportions(
    successes_a: float, n_a: float, successes_b: float, n_b: float, *, level: float = 0.90
) -> Estimate:
    """Share of a minus share of b, with Newcombe's hybrid score interval.

    Parameters
    ----------
    successes_a, n_a, successes_b, n_b : counts of two independent groups.
    level : confidence level, 0 to 1.

    Returns
    -------
    Estimate: value, low, high [difference of shares, -1 to 1], n = n_a + n_b; NaN when a group is empty.

    Raises
    ------
    DataError : as `wilson`.

    Formula: d - sqrt((pa-la)² + (ub-pb)²), d + sqrt((ua-pa)² + (pb-lb)²), (l, u) each group's Wilson bounds.
    Source: Newcombe (1998), Statistics in Medicine 17, method 10; computed by statsmodels.
    """
    wilson([successes_a, successes_b], [n_a, n_b], level=level)  # refuses impossible counts
    total = int(n_a + n_b)
    if n_a == 0 or n_b == 0:
        return Estimate(math.nan, math.nan, math.nan, level, total)
    low, high = confint_proportions_2indep(
        successes_a, n_a, successes_b, n_b, compare="diff", method="newcomb", alpha=1 - level
    )
    return Estimate(successes_a / n_a - successes_b / n_b, float(low), float(high), level, total)


def poisson(count: float, *, level: float = 0.90) -> tuple[float, float]:
    """Garwood's exact interval of the mean behind a count of independent events.

    Parameters
    ----------
    count : events seen, at least 0.
    level : confidence level, 0 to 1.

    Returns
    -------
    (low, high) [events]; low is 0 where none was seen.

    Raises
    ------
    DataError : the count is negative or missing.

    Formula: quantiles of Gamma(k) and Gamma(k + 1), half of 1 - level in each tail.
    Source: Garwood (1936), Biometrika 28.
    """
    _check_level(level)
    if not (count >= 0 and math.isfinite(count)):
        raise DataError(f"poisson: the count is {count:g}; count events again, there are 0 or more.")
    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1 - tail))


def required_n(share: float, half_width: float, *, level: float = 0.90) -> int:
    """Answers needed so that the Wilson interval of a share is no wider than ± half_width.

    Parameters
    ----------
    share : expected share, 0 to 1; .5 is the worst case.
    half_width : wanted half-width [share], above 0 and below .5.
    level : confidence level, 0 to 1.

    Returns
    -------
    n, rounded up: the "need n = ..." of a figure that cannot be told.

    Raises
    ------
    ValueError : an argument is outside its range.

    Formula: the larger n that solves h²(1 + z²/n)² = z² p(1-p)/n + z⁴/4n², which is `wilson` inverted.
    Source: Wilson (1927); at p = .5 it is z²(1/(4h²) - 1).
    """
    _check_level(level)
    if not 0 <= share <= 1 or not 0 < half_width < 0.5:
        raise ValueError(
            f"share must be in [0, 1] and half_width in (0, .5), not {share!r} and {half_width!r}"
        )
    z2, h2 = float(ndtri((1 + level) / 2)) ** 2, half_width**2
    middle = z2 * share * (1 - share) - 2 * h2 * z2
    root = math.sqrt(middle**2 + 4 * h2 * z2**2 * (0.25 - h2))
    return max(1, math.ceil((middle + root) / (2 * h2) - 1e-9))


def required_n_per_group(share_a: float, share_b: float, *, level: float = 0.90, power: float = 0.80) -> int:
    """People needed in each of two equal groups to tell share_a from share_b (two-sided).

    Parameters
    ----------
    share_a, share_b : the two shares, strictly between 0 and 1, different.
    level : confidence level of the comparison; 1 - level is the false-alarm rate.
    power : chance to see the difference when it is real.

    Returns
    -------
    n a group, rounded up.

    Raises
    ------
    ValueError : an argument is outside its range or the shares are equal.

    Formula: ((z_l sqrt(2 p q) + z_p sqrt(pa qa + pb qb)) / (pa - pb))², p the mean share.
    Source: Fleiss, Levin & Paik (2003), without continuity correction; computed by statsmodels.
    """
    _check_level(level)
    if not (0 < share_a < 1 and 0 < share_b < 1 and 0 < power < 1) or share_a == share_b:
        raise ValueError(
            f"need two different shares and a power in (0, 1), not {share_a}, {share_b}, {power}"
        )
    low, high = sorted((share_a, share_b))
    n = samplesize_proportions_2indep_onetail(
        high - low, low, power, alpha=1 - level, alternative="two-sided"
    )
    return math.ceil(float(n) - 1e-9)


def share_of_total(part: np.ndarray, whole: np.ndarray, *, level: float = 0.90) -> Estimate:
    """Share of a total that a part of each unit makes, total over total, where units are independent.

    Parameters
    ----------
    part, whole : one amount a unit, 0 <= part <= whole.
    level : confidence level.

    Returns
    -------
    Estimate: value, low, high [share 0-1], n = units. NaN where the total is 0; bounds are NaN for fewer than two units, and
    where the share is 0 or 1, at which nothing varies.

    Formula: se = sqrt(n/(n-1) sum (part - share whole)²) / total; bounds logit^-1(logit(share) ± z se / (share (1-share))).
    Source: Cochran (1977), Sampling Techniques, section 6.3; the logit keeps the bounds inside 0 and 1.
    """
    _check_level(level)
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    n, total = len(whole), float(whole.sum())
    if not total > 0:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    share = float(part.sum()) / total
    if n < 2 or not 0 < share < 1:
        return Estimate(share, math.nan, math.nan, level, n)
    se = math.sqrt(n / (n - 1) * float(((part - share * whole) ** 2).sum())) / total
    half = ndtri((1 + level) / 2) * se / (share * (1 - share))
    low, high = (expit(math.log(share / (1 - share)) + side * half) for side in (-1, 1))
    return Estimate(share, float(low), float(high), level, n)


def bootstrap(
    values: pd.DataFrame | pd.Series | np.ndarray,
    statistic: Callable | tuple[str, str],
    *,
    level: float = 0.90,
    draws: int = 2000,
    seed: int,
    method: str = "bca",
) -> Estimate:
    """Interval of any statistic of a table, by drawing its rows again.

    BCa is the default because spend is skewed: plain percentiles then miss on the high side. With all draws
    on one side of the value, or a statistic that does not vary, percentiles are used.

    Parameters
    ----------
    values : one row per independent unit (customer, not order); rows are drawn with replacement.
    statistic : function of such a table to a number, or (numerator, denominator): two columns of the frame,
        giving total over total.
    level, draws : confidence level and number of redraws.
    seed : the same seed gives the same interval.
    method : "bca" or "percentile".

    Returns
    -------
    Estimate: value, low, high in the statistic's unit, n = rows. Bounds are NaN for fewer than two rows or
    when more than 1 % of the draws give no finite number (a zero denominator).

    Raises
    ------
    ValueError : `method` is unknown or a column is absent.

    Formula: bounds are quantiles Phi(z0 + (z0 ± z)/(1 - c(z0 ± z))) of the draws, c from a block jackknife.
    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 14.
    """
    _check_level(level)
    if method not in ("bca", "percentile"):
        raise ValueError(f"method must be 'bca' or 'percentile', not {method!r}")
    n = len(values)
    rows, function = _rows_and_function(values, statistic)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan, level, 0)
    everyone = np.arange(n)
    value = function(rows, everyone)
    if n < 2:
        return Estimate(value, math.nan, math.nan, level, n)
    rng = np.random.default_rng(seed)
    sample = np.array([function(rows, rng.integers(0, n, n)) for _ in range(draws)])
    sample = sample[np.isfinite(sample)]
    if not math.isfinite(value) or len(sample) < 0.99 * draws:
        return Estimate(value, math.nan, math.nan, level, n)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    below = (np.mean(sample < value) + np.mean(sample <= value)) / 2  # ties count half
    if method == "bca" and 0 < below < 1 and np.ptp(sample) > 0:
        z0 = ndtri(below)
        blocks = np.array_split(rng.permutation(n), min(n, JACKKNIFE_BLOCKS))
        left_out = np.array([function(rows, np.setdiff1d(everyone, b, assume_unique=True)) for b in blocks])
        pull = left_out.mean() - left_out
        scale = np.sum(pull**2) ** 1.5
        c = np.sum(pull**3) / (6 * scale) if math.isfinite(scale) and scale > 0 else 0.0
        shifted = z0 + ndtri(tails)
        tails = ndtr(z0 + shifted / (1 - c * shifted))
    low, high = np.quantile(sample, tails)
    return Estimate(value, float(low), float(high), level, n)


def _rows_and_function(values, statistic):
    """Data, and a function (data, row positions) -> float that need not copy a frame for a ratio."""
    if isinstance(statistic, tuple):
        top, bottom = statistic
        if not isinstance(values, pd.DataFrame) or top not in values or bottom not in values:
            raise ValueError(
                f"statistic {statistic!r} names two columns; the table has {list(values)[:20]!r}"
            )
        return values[[top, bottom]].to_numpy(dtype=float), _ratio
    if isinstance(values, pd.DataFrame | pd.Series):
        return values, lambda rows, at: float(statistic(rows.iloc[at]))
    return np.asarray(values), lambda rows, at: float(statistic(rows[at]))


def _ratio(rows: np.ndarray, at: np.ndarray) -> float:
    top, bottom = rows[at].sum(axis=0)
    return float(top / bottom) if bottom else math.nan


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1 (.90 for 90 %), not {level!r}")
