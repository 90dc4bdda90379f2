"""Those who used an offer against others alike before it: a comparison that chance did not make, so no effect."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level

BANDS = 5  # groups of equal size by what was spent before


class Matched(NamedTuple):
    """Differences of those who used an offer and others: naive [after only], before_after [their own change, others left out],
    matched [change against others of their stratum]; units used and compared with, and users without anybody alike."""

    naive: Estimate
    before_after: Estimate
    matched: Estimate
    n_used: int
    n_others: int
    n_unmatched: int


def matched_difference(rows: pd.DataFrame, *, bands: int = BANDS, level: float = 0.90) -> Matched:
    """Change of those who used an offer less the change of others of the same offer and the same band of spend before.

    Parameters
    ----------
    rows : one row per unit and offer: unit, offer, has_used [0 or 1], before, after [amount a week].
    bands : bands of `before`, of equal size within each offer.
    level : confidence level.

    Returns
    -------
    Matched, in the unit of the amounts. A unit in several offers counts in each, and the error goes by unit. NaN where an arm is empty.
    Users whose stratum has no other are left out of `matched` and counted.

    Raises
    ------
    DataError : a column is missing, or an amount.

    Formula: sum over users of (change - mean change of the others of the stratum) / users; error from the sums of its influence by unit.
    Source: difference in differences within strata (Rosenbaum & Rubin, 1984, JASA 79); Liang & Zeger (1986), Biometrika 73, for the error.
    """
    check_level(level)
    for name in ("unit", "offer", "has_used", "before", "after"):
        if name not in rows:
            raise DataError(
                f"matched_difference: the column {name} is missing; make the rows with one row per unit and offer."
            )
    amounts = rows[["has_used", "before", "after"]].to_numpy(dtype=float)
    if not np.isfinite(amounts).all():
        raise DataError("matched_difference: a row has no amount; fill in 0 where nothing was spent.")
    used, before, after = amounts[:, 0] > 0, amounts[:, 1], amounts[:, 2]
    unit = pd.factorize(rows["unit"], sort=True)[0]
    counts = int(used.sum()), int((~used).sum())
    nothing = Estimate(math.nan, math.nan, math.nan, level, len(rows))
    if not min(counts):
        return Matched(nothing, nothing, nothing, *counts, counts[0])
    whole = np.zeros(len(rows), dtype=int)
    naive = _difference(after, used, whole, unit, level)
    own = _mean(after[used] - before[used], unit[used], level)
    stratum = _strata(rows["offer"], before, bands)
    others = np.bincount(stratum, ~used, minlength=stratum.max() + 1)
    alone = used & (others[stratum] == 0)
    kept = ~alone
    matched = nothing
    if (used & kept).any():
        matched = _difference((after - before)[kept], used[kept], stratum[kept], unit[kept], level)
    return Matched(naive, own, matched, *counts, int(alone.sum()))


def _strata(offer: pd.Series, before: np.ndarray, bands: int) -> np.ndarray:
    """Number of the stratum of each row: offer and band of the amount before; equal amounts stand in one band."""
    frame = pd.DataFrame({"offer": offer.to_numpy(), "before": before})
    share = frame.groupby("offer")["before"].rank(method="average", pct=True).to_numpy()
    band = np.minimum(np.ceil(share * bands - 1e-9).astype(int), bands)
    return pd.factorize(pd.MultiIndex.from_arrays([frame["offer"], band]), sort=True)[0]


def _difference(value, used, stratum, unit, level: float) -> Estimate:
    """Mean of users less the mean of the others of each one's stratum, with its error by unit."""
    size = stratum.max() + 1
    n_used, n_other = (np.bincount(stratum, flag, minlength=size) for flag in (used, ~used))
    mean = np.bincount(stratum, np.where(used, 0.0, value), minlength=size) / np.maximum(n_other, 1)
    gap, count = value - mean[stratum], float(used.sum())
    estimate = float(gap[used].sum()) / count
    weight = np.where(used, 1 / count, -n_used[stratum] / np.maximum(n_other[stratum], 1) / count)
    influence = weight * (gap - np.where(used, estimate, 0.0))
    return _with_error(estimate, influence, unit, level)


def _mean(value, unit, level: float) -> Estimate:
    estimate = float(value.mean())
    return _with_error(estimate, (value - estimate) / len(value), unit, level)


def _with_error(estimate: float, influence: np.ndarray, unit: np.ndarray, level: float) -> Estimate:
    """The estimate with the interval of a sum of independent units; NaN bounds for fewer than two, or where nothing varies."""
    sums = np.bincount(unit, influence)
    n = len(np.unique(unit))
    se = math.sqrt(n / (n - 1) * float(sums @ sums)) if n > 1 else 0.0
    if not se > 0:
        return Estimate(estimate, math.nan, math.nan, level, len(influence))
    half = float(ndtri((1 + level) / 2)) * se
    return Estimate(estimate, estimate - half, estimate + half, level, len(influence))
