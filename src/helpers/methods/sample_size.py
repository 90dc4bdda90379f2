"""How many must be asked or tested: for an interval as narrow as wanted, or to tell two shares apart."""

from __future__ import annotations

import math

from scipy.special import ndtri
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

from helpers.methods.intervals import check_level


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
    check_level(level)
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
    check_level(level)
    if not (0 < share_a < 1 and 0 < share_b < 1 and 0 < power < 1) or share_a == share_b:
        raise ValueError(
            f"need two different shares and a power in (0, 1), not {share_a}, {share_b}, {power}"
        )
    low, high = sorted((share_a, share_b))
    n = samplesize_proportions_2indep_onetail(
        high - low, low, power, alpha=1 - level, alternative="two-sided"
    )
    return math.ceil(float(n) - 1e-9)
