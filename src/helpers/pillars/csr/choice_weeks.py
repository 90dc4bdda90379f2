"""Weeks that are good or bad for all offers alike: how much less sure a rate is of which they make up the quarter."""

from __future__ import annotations

import math

import pandas as pd

from helpers.methods.intervals import Estimate
from helpers.methods.offers import STRATA

LEAST = 6  # weeks below which nothing is read off them


def week_factor(rows: pd.DataFrame) -> float:
    """How many times as large the error of a rate is when weeks, and not orders, are what varies.

    Parameters
    ----------
    rows : offers of a period, one row a group: offered_on, preset, n_offered, n_chosen and the columns of STRATA.

    Returns
    -------
    Ratio of both errors, 1 or more; 1 under six weeks, or where nothing varies.

    Formula: r of a week = choices less offers x the period's rate of their stratum and default; sqrt(W / (W - 1) sum r²) over
        sqrt(sum n p (1 - p)).
    Source: Cochran (1977), Sampling Techniques, ch. 9, for whole clusters.
    """
    alike = rows.groupby([*STRATA, "preset"])[["n_chosen", "n_offered"]].transform("sum")
    share = (alike["n_chosen"] / alike["n_offered"]).fillna(0.0)
    left = (rows["n_chosen"] - rows["n_offered"] * share).groupby(rows["offered_on"]).sum()
    by_order = float((rows["n_offered"] * share * (1 - share)).sum())
    if len(left) < LEAST or not by_order > 0:
        return 1.0
    by_week = len(left) / (len(left) - 1) * float((left**2).sum())
    return max(1.0, math.sqrt(by_week / by_order))


def wider(found: Estimate, factor: float) -> Estimate:
    """The same estimate, its distances to both bounds so many times as long; a share stays between -1 and 1."""
    low, high = (found.value + factor * (one - found.value) for one in (found.low, found.high))
    return found._replace(low=max(low, -1.0), high=min(high, 1.0))
