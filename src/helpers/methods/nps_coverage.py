"""How often an interval of the net promoter score holds the truth: exact, by adding up every outcome."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.special import gammaln, xlogy

from helpers.methods.nps import score_bounds, wald_bounds

BOUNDS = {
    "textbook": wald_bounds,
    "adjusted": lambda p, d, n, *, level: wald_bounds(p, d, n, level=level, extra=3),
    "score": score_bounds,
}


def outcomes(n: int) -> tuple[np.ndarray, np.ndarray]:
    """All (promoters, detractors) that n answers can give, as two arrays of (n + 1)(n + 2) / 2."""
    p, d = (axis.ravel() for axis in np.indices((n + 1, n + 1)))
    possible = p + d <= n
    return p[possible], d[possible]


def coverage(
    sizes: Iterable[int],
    shares: Iterable[tuple[float, float]],
    *,
    level: float = 0.90,
    methods: Iterable[str] = tuple(BOUNDS),
) -> pd.DataFrame:
    """Chance that each interval holds the true score.

    Parameters
    ----------
    sizes : numbers of answers; up to some 400 are quick.
    shares : pairs of the true shares of promoters and of detractors.
    level, methods : of the intervals; methods are among "textbook", "adjusted" and "score".

    Returns
    -------
    One row a (n, promoters, detractors), a column a method: coverage [share 0-1].

    Formula: sum of the trinomial chances of the outcomes whose interval holds promoters less detractors.
    """
    pairs, made = list(shares), []
    for n in sizes:
        p, d = outcomes(n)
        found = {name: BOUNDS[name](p, d, n, level=level) for name in methods}
        ways = gammaln(n + 1) - gammaln(p + 1) - gammaln(d + 1) - gammaln(n - p - d + 1)
        for up, down in pairs:
            rest = max(1 - up - down, 0.0)
            chance = np.exp(ways + xlogy(p, up) + xlogy(d, down) + xlogy(n - p - d, rest))
            slack = 1e-12  # a bound that is the truth itself holds it
            held = {
                name: float(chance @ ((low <= up - down + slack) & (up - down - slack <= high)))
                for name, (low, high) in found.items()
            }
            made.append({"n": n, "promoters": up, "detractors": down, **held})
    return pd.DataFrame(made)
