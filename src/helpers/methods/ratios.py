"""How many times larger one share is than another, with its interval, also within strata."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import ndtri
from statsmodels.stats.proportion import confint_proportions_2indep

from helpers.methods.intervals import Estimate, wilson

FEW = 30  # in each of the two groups


def ratio_of_proportions(
    successes_a: float, n_a: float, successes_b: float, n_b: float, *, level: float = 0.90
) -> Estimate:
    """Share of a over share of b, with the score interval.

    Parameters
    ----------
    successes_a, n_a, successes_b, n_b : counts of two independent groups.
    level : confidence level, 0 to 1.

    Returns
    -------
    Estimate: value, low, high [ratio, 0 or more], n = n_a + n_b; NaN under 30 in either group or where b has no success.

    Raises
    ------
    DataError : as `intervals.wilson`.

    Formula: the ratios that a score test at 1 - level does not reject.
    Source: Koopman (1984), Biometrics 40; computed by statsmodels. Where a share is 0 or 1: bounds of the ratio from Wilson's of
        its shares, Donner & Zou (2012), Statistical Methods in Medical Research 21.
    """
    wilson([successes_a, successes_b], [n_a, n_b], level=level)  # refuses impossible counts
    n = int(n_a + n_b)
    if min(n_a, n_b) < FEW or successes_b == 0:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    value = (successes_a / n_a) / (successes_b / n_b)
    if successes_a == 0 or successes_a == n_a or successes_b == n_b:
        # The search of statsmodels has no bracket there.
        low, high = _mover(successes_a, n_a, successes_b, n_b, level)
    else:
        low, high = confint_proportions_2indep(
            successes_a,
            n_a,
            successes_b,
            n_b,
            compare="ratio",
            method="score",
            correction=False,
            alpha=1 - level,
        )
    return Estimate(value, min(float(low), value), max(float(high), value), level, n)


def stratified_ratio(counts: pd.DataFrame, *, level: float = 0.90) -> Estimate:
    """Share of a over share of b, compared inside strata only, so that what the strata hold cannot make the difference.

    Parameters
    ----------
    counts : one row a stratum: successes_a, n_a, successes_b, n_b.

    Returns
    -------
    Estimate: value, low, high [ratio], n of all strata with both groups; NaN under 30 in either group or without a success.

    Formula: RR = sum(x_a n_b / N) / sum(x_b n_a / N), N = n_a + n_b; variance of ln RR after Greenland & Robins.
    Source: Mantel & Haenszel (1959); Greenland & Robins (1985), Biometrics 41.
    """
    a, m, b, n = (counts[name].to_numpy(float) for name in ("successes_a", "n_a", "successes_b", "n_b"))
    wilson(np.r_[a, b], np.r_[m, n], level=level)
    both = (m > 0) & (n > 0)
    a, m, b, n = (part[both] for part in (a, m, b, n))
    size = m + n
    nothing = Estimate(math.nan, math.nan, math.nan, level, int(size.sum()))
    if m.sum() < FEW or n.sum() < FEW or not a.sum() or not b.sum():
        return nothing
    top, bottom = (a * n / size).sum(), (b * m / size).sum()
    spread = ((m * n * (a + b) - a * b * size) / size**2).sum() / (top * bottom)
    half = ndtri((1 + level) / 2) * math.sqrt(max(spread, 0.0))
    value = top / bottom
    return Estimate(value, value * math.exp(-half), value * math.exp(half), level, int(size.sum()))


def _mover(
    successes_a: float, n_a: float, successes_b: float, n_b: float, level: float
) -> tuple[float, float]:
    """Bounds of a ratio from the Wilson bounds of its two shares. Source: Donner & Zou (2012), Statistical Methods in Medical
    Research 21.
    """
    a, b = successes_a / n_a, successes_b / n_b
    (low_a, high_a), (low_b, high_b) = (
        wilson(successes_a, n_a, level=level),
        wilson(successes_b, n_b, level=level),
    )
    below = low_a * high_b * (2 * a - low_a) * (2 * b - high_b)
    above = high_a * low_b * (2 * a - high_a) * (2 * b - low_b)
    low = (a * b - math.sqrt(max((a * b) ** 2 - below, 0.0))) / (high_b * (2 * b - high_b))
    high = (a * b + math.sqrt(max((a * b) ** 2 - above, 0.0))) / (low_b * (2 * b - low_b))
    return max(low, 0.0), high
