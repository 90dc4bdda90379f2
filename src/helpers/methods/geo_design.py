"""Before a test by region: what it could see, from many tests of nothing in the company's own past."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.methods import geo_ratio
from helpers.methods.geo_placebo import _one
from helpers.methods.intervals import Estimate, wilson

FEWEST = 20  # look-backs from which a power is read


def look_backs(
    regions: pd.DataFrame, *, n_treated: int, n_during: int, n_before: int, n_looks: int = 60, period: int = 0,
    level: float = 0.90, seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """Tests of nothing: regions by lot, start by lot, analysed as the test will be.

    Parameters
    ----------
    regions : sales [time x region] of the past, nothing tested in it, or as if so.
    n_treated : regions that the test will treat. n_during, n_before : times in the test and before it.
    n_looks, period, level, seed : lots; as in `geo_ratio.log_ratio`.

    Returns
    -------
    One row a look-back that could be read: value, low, high [log of a lift that is none], z, is_outside. Empty where the past is
    shorter than n_before + n_during, or no region would be left untreated.
    """
    sales = regions.to_numpy(dtype=float)
    n, room = sales.shape[1], len(sales) - n_before - n_during
    empty = pd.DataFrame(columns=["value", "low", "high", "z", "is_outside"], dtype=float)
    if room < 0 or not 0 < n_treated < n or n_before < geo_ratio.FEWEST:
        return empty
    rng, made, running = np.random.default_rng(seed), [], np.arange(n_before + n_during) >= n_before
    for _ in range(n_looks):
        drawn = np.zeros(n, dtype=bool)
        drawn[rng.permutation(n)[:n_treated]] = True
        start = int(rng.integers(0, room + 1))
        rows = sales[start : start + n_before + n_during]
        at = np.arange(start, start + len(rows))
        made.append(_one(rows[:, drawn], rows[:, ~drawn], running, at, period, level))
    made = [one for one in made if one]
    return pd.DataFrame(made, columns=empty.columns, dtype=float) if made else empty


def power(looks: pd.DataFrame, lift: float, *, level: float = 0.90) -> Estimate:
    """Share of tests that would tell a lift from nothing, in its own direction.

    Parameters
    ----------
    looks : of `look_backs`. lift : change of the treated sales, above -1; below 0 for a channel that goes dark.
    level : of the interval of the share, which says how many look-backs stand behind it.

    Returns
    -------
    Estimate; value is (k + 1/2) / (n + 1), so that it is never 0 or 1; NaN with fewer than 20 look-backs.

    Formula: a lift moves the log of the ratio by ln(1 + lift) and leaves its standard error, so each look-back answers for
        every lift: k counts those whose interval, moved, leaves zero out.
    """
    n = len(looks)
    if n < FEWEST:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    shift = math.log1p(lift)
    seen = looks["low"] + shift > 0 if shift >= 0 else looks["high"] + shift < 0
    k = int(seen.sum())
    low, high = wilson(k, n, level=level)
    value = (k + 0.5) / (n + 1)
    return Estimate(value, min(low, value), max(high, value), level, n)


def mde(looks: pd.DataFrame, *, wanted: float = 0.80, falls: bool = False) -> float:
    """Smallest lift that such a test would see with a probability, as a share of the treated sales; below 0 where sales fall.

    Parameters
    ----------
    looks : of `look_backs`. wanted : the probability. falls : the lift is a loss, as when a channel goes dark.

    Formula: the quantile `wanted` of minus the lower bounds (of the upper ones for a loss), taken as a log; NaN with fewer than 20.
    """
    if len(looks) < FEWEST:
        return math.nan
    if falls:
        return math.expm1(-float(np.quantile(looks["high"], wanted)))
    return math.expm1(float(np.quantile(-looks["low"], wanted)))
