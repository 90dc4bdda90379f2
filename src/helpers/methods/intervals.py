"""Intervals for shares, differences of shares, counts and shares of a total."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, expit, gammaincinv, ndtri
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
)

from helpers.errors import DataError


class Estimate(NamedTuple):
    """A value with its interval; `value`, `low` and `high` are NaN where the data cannot tell."""

    value: float
    low: float
    high: float
    level: float
    n: int


def equal_tailed(draws, *, level: float = 0.90, axis: int | None = None) -> np.ndarray:
    """Low and high of draws, with as many below as above; NaN where a draw is.

    Parameters
    ----------
    draws : any shape. axis : the one along which draws lie; None takes all of them together.
    level : share of the draws between the two, 0 to 1.
    """
    return np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=axis)


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
    check_level(level)
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


def clopper_pearson(successes: int, n: int, *, level: float = 0.90) -> tuple[float, float]:
    """Exact interval of a share, for a handful of cases: it covers at least as often as it says.

    Parameters
    ----------
    successes : cases counted. n : all of them.
    level : confidence level, 0 to 1; half of the rest lies in each tail, so a level of .90 gives one-sided bounds of 95 %.

    Returns
    -------
    (low, high) [share 0-1]; NaN where n is 0.

    Raises
    ------
    DataError : as `wilson`.

    Formula: quantiles of Beta(k, n - k + 1) and Beta(k + 1, n - k).
    Source: Clopper & Pearson (1934), Biometrika 26.
    """
    wilson(successes, n, level=level)  # refuses impossible counts
    if n == 0:
        return math.nan, math.nan
    tail = (1 - level) / 2
    low = float(betaincinv(successes, n - successes + 1, tail)) if successes else 0.0
    high = float(betaincinv(successes + 1, n - successes, 1 - tail)) if successes < n else 1.0
    return low, high


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
    check_level(level)
    if not (count >= 0 and math.isfinite(count)):
        raise DataError(f"poisson: the count is {count:g}; count events again, there are 0 or more.")
    tail = (1 - level) / 2
    low = float(gammaincinv(count, tail)) if count else 0.0
    return low, float(gammaincinv(count + 1, 1 - tail))


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
    check_level(level)
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


def check_level(level: float) -> None:
    """Refuse a level that is no share, such as 90 for 90 %."""
    if not 0 < level < 1:
        raise ValueError(f"level must be between 0 and 1 (.90 for 90 %), not {level!r}")
