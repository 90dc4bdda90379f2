"""Shares by group put together: a difference within strata, a rate of a fixed mix, and what of a change is mix and what is rate."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level, wilson

ARMS = ("yes_treated", "n_treated", "yes_control", "n_control")


class Stratified(NamedTuple):
    """Difference within strata, strata it is made of, and units left out because their stratum has one arm alone."""

    difference: Estimate
    n_strata: int
    n_left_out: int


class Standardised(NamedTuple):
    """Rate of a fixed mix, and the part of that mix for which nothing was seen [share 0-1]; the rest stands for it."""

    rate: Estimate
    unseen: float


class Change(NamedTuple):
    """Change of a rate between two periods, split: `total` is `mix` plus `rate` [differences of shares]."""

    total: Estimate
    mix: Estimate
    rate: Estimate


def stratified_difference(strata: pd.DataFrame, *, level: float = 0.90) -> Stratified:
    """Share of the treated less that of the control, within strata.

    Parameters
    ----------
    strata : one row a stratum: yes_treated, n_treated, yes_control, n_control [counts].
    level : confidence level, 0 to 1.

    Returns
    -------
    Stratified. A stratum with one arm alone says nothing and its units are counted in n_left_out. All is NaN where no stratum has both
    arms; bounds are NaN where nothing varies.

    Raises
    ------
    DataError : a column is missing, or successes are not between 0 and the units.

    Formula: sum w d / sum w with w = n_t n_c / n (Mantel and Haenszel); variance (D sum P + sum Q) / (sum w)², with
        P = (n_t² x_c - n_c² x_t + n_t n_c (n_c - n_t) / 2) / n² and Q = (x_t (n_c - x_c) + x_c (n_t - x_t)) / 2n.
    Source: Sato (1989), Biometrics 45; it holds for many small strata and for few large ones.
    """
    check_level(level)
    x_t, n_t, x_c, n_c = _columns(strata, ARMS, "stratified_difference")
    both = (n_t > 0) & (n_c > 0)
    left_out = int((n_t + n_c)[~both].sum())
    x_t, n_t, x_c, n_c = (one[both] for one in (x_t, n_t, x_c, n_c))
    n = n_t + n_c
    total = int(n.sum())
    if not both.any():
        return Stratified(Estimate(math.nan, math.nan, math.nan, level, 0), 0, left_out)
    weight = float((n_t * n_c / n).sum())
    value = float(((x_t * n_c - x_c * n_t) / n).sum()) / weight
    p = (n_t**2 * x_c - n_c**2 * x_t + n_t * n_c * (n_c - n_t) / 2) / n**2
    q = (x_t * (n_c - x_c) + x_c * (n_t - x_t)) / (2 * n)
    variance = (value * float(p.sum()) + float(q.sum())) / weight**2
    half = _z(level) * math.sqrt(variance) if variance > 0 else math.nan
    bounds = max(value - half, -1.0), min(value + half, 1.0)
    return Stratified(Estimate(value, *(bounds if half == half else (math.nan, math.nan)), level, total), int(both.sum()), left_out)  # fmt: skip


def standardised_rate(strata: pd.DataFrame, *, level: float = 0.90) -> Standardised:
    """Rate that a fixed mix would have with the rates of these strata (direct standardisation).

    Parameters
    ----------
    strata : one row a stratum: yes, n [counts], weight [part of the fixed mix, in any scale, 0 or more].
    level : confidence level.

    Returns
    -------
    Standardised. A stratum with a weight and no unit is unseen: those seen are scaled up to stand for it. NaN where none was seen.

    Raises
    ------
    DataError : as `stratified_difference`, or a weight is negative or missing.

    Formula: R = sum w p; bounds R - sqrt(sum w² (p - l)²) and R + sqrt(sum w² (u - p)²), (l, u) being each stratum's Wilson bounds.
    Source: Zou, Huang & Zhang (2009), Computational Statistics & Data Analysis 53, for a sum of shares; with weights 1 and -1 it is
        Newcombe's interval of a difference.
    """
    check_level(level)
    yes, n = _columns(strata, ("yes", "n"), "standardised_rate")
    (weight,) = _columns(strata, ("weight",), "standardised_rate")
    seen, whole = n > 0, float(weight.sum())
    unseen = float(weight[~seen].sum()) / whole if whole else math.nan
    kept = seen & (weight > 0)
    total = int(n[kept].sum())
    if not kept.any():
        return Standardised(Estimate(math.nan, math.nan, math.nan, level, 0), 1.0)
    w, p = weight[kept] / float(weight[kept].sum()), yes[kept] / n[kept]
    low, high = wilson(yes[kept], n[kept], level=level)
    rate = min(float(w @ p), 1.0)
    bounds = (
        rate - math.sqrt(float((w**2) @ (p - low) ** 2)),
        rate + math.sqrt(float((w**2) @ (high - p) ** 2)),
    )
    return Standardised(Estimate(rate, max(bounds[0], 0.0), min(bounds[1], 1.0), level, total), unseen)


def mix_and_rate(strata: pd.DataFrame, *, level: float = 0.90) -> Change:
    """Split the change of a rate into what the mix of strata did and what their own rates did.

    Parameters
    ----------
    strata : one row a stratum: yes_then, n_then, yes_now, n_now [counts].
    level : confidence level.

    Returns
    -------
    Change. A stratum that one of the periods lacks has no change of its own rate: it counts as mix. NaN where a period is empty.

    Raises
    ------
    DataError : as `stratified_difference`.

    Formula: rate = sum of (w_now + w_then) / 2 x (p_now - p_then), mix = sum of (w_now - w_then) x (p_now + p_then) / 2. Errors by the
        delta method: of each order its part in the shares w and in the rates p.
    Source: Kitagawa (1955), JASA 50.
    """
    check_level(level)
    yes_0, n_0 = _columns(strata, ("yes_then", "n_then"), "mix_and_rate")
    yes_1, n_1 = _columns(strata, ("yes_now", "n_now"), "mix_and_rate")
    total = int(n_0.sum() + n_1.sum())
    if not (n_0.sum() and n_1.sum()):
        none = Estimate(math.nan, math.nan, math.nan, level, total)
        return Change(none, none, none)
    w_0, w_1 = n_0 / n_0.sum(), n_1 / n_1.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        p_0, p_1 = yes_0 / n_0, yes_1 / n_1
    p_0, p_1 = (np.where(np.isnan(one), other, one) for one, other in ((p_0, p_1), (p_1, p_0)))
    there = (n_0 + n_1) > 0
    w_0, w_1, p_0, p_1 = (one[there] for one in (w_0, w_1, p_0, p_1))
    rate, mix = (w_0 + w_1) / 2 * (p_1 - p_0), (w_1 - w_0) * (p_1 + p_0) / 2
    made = []
    for value, kind in ((rate + mix, "total"), (mix, "mix"), (rate, "rate")):
        variance = sum(_variance(kind, side, w_0, w_1, p_0, p_1) / size for side, size in ((0, n_0.sum()), (1, n_1.sum())))  # fmt: skip
        estimate, half = float(value.sum()), _z(level) * math.sqrt(max(variance, 0.0))
        made.append(Estimate(estimate, estimate - half, estimate + half, level, total))
    return Change(*made)


def _variance(kind: str, side: int, w_0, w_1, p_0, p_1) -> float:
    """Variance that one order of a period brings into a part of the change: through the share of its stratum, and through its rate."""
    own_w, own_p = (w_1, p_1) if side else (w_0, p_0)
    sign = 1 if side else -1
    if kind == "total":
        through_share, through_rate = own_p, own_w
    elif kind == "mix":
        through_share, through_rate = (p_0 + p_1) / 2, sign * (w_1 - w_0) / 2
    else:
        through_share, through_rate = sign * (p_1 - p_0) / 2, (w_0 + w_1) / 2
    # A stratum that this period lacks borrows the other's rate and brings no doubt of its own.
    seen = own_w > 0
    share = float(own_w @ through_share**2) - float(own_w @ through_share) ** 2
    slope = through_rate[seen] ** 2 / own_w[seen]
    return share + float(slope @ (own_p[seen] * (1 - own_p[seen])))


def _columns(frame: pd.DataFrame, names: tuple[str, ...], where: str) -> list[np.ndarray]:
    """Columns as floats, refused where one is missing, negative, unknown, or successes exceed units."""
    absent = [name for name in names if name not in frame]
    if absent:
        raise DataError(
            f"{where}: the column {absent[0]} is missing; make the strata with {', '.join(names)}."
        )
    made = [frame[name].to_numpy(dtype=float) for name in names]
    pairs = [(made[at], made[at + 1]) for at in range(0, len(made) - 1, 2)]
    for name, column in zip(names, made, strict=True):
        bad = ~(np.isfinite(column) & (column >= 0))
        if bad.any():
            at = int(np.flatnonzero(bad)[0])
            raise DataError(f"{where}: row {at} has {name} {column[at]:g}; it must be known and 0 or more, so count again.")  # fmt: skip
    for yes, n in pairs:
        if (yes > n).any():
            at = int(np.flatnonzero(yes > n)[0])
            raise DataError(
                f"{where}: row {at} has {yes[at]:g} successes of {n[at]:g} units; count each unit once."
            )
    return made


def _z(level: float) -> float:
    return float(ndtri((1 + level) / 2))
