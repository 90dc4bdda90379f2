"""Ratios of daily totals, such as the share of visits that reach a step: their intervals, and what moved one between two periods."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import t as student

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, check_level, poisson, wilson

FEWEST_DAYS = 14  # fewer days do not show how much days differ
KINDS = ("share", "count", "amount")


class Shift(NamedTuple):
    """What moved a ratio: change = mix + rate; table: group, mix, rate [parts of the two], share_before, share_after, rate_before, rate_after."""

    change: Estimate
    mix: Estimate
    rate: Estimate
    table: pd.DataFrame


def ratio_over_days(top, bottom, *, kind: str = "share", level: float = 0.90) -> Estimate:
    """Total over total of days, where the visits of a day are alike and days follow each other.

    Visits are no independent trials: what kind of visitor comes changes from day to day, and a good day is followed by one. The
    unit is the day, and its error is read from the slow waves of the days, in which what neighbours share is kept.

    Parameters
    ----------
    top, bottom : totals of each day in order of days, 0 or more [day].
    kind : "share" where top is a part of bottom, "count" where it counts events, "amount" where it is money or time.
    level : confidence level.

    Returns
    -------
    Estimate: value, low, high, n = total of bottom. NaN where bottom is 0; bounds are NaN under 14 days.

    Raises
    ------
    DataError : a total is missing or negative, or a share has more above than below the line.

    Formula: e = top - R bottom; var = mean over j = 1..v of (sum sqrt(2) cos(pi j (t - 1/2)/n) e_t)^2 / (sum bottom)^2, v = .4 n^(2/3),
        at least that of independent events; bounds on the logit (share) or the log by Student's t with v degrees of freedom.
    Source: Lazarus, Lewis, Stock & Watson (2018), HAR inference: recommendations for practice, JBES 36, for the error; Cochran (1977),
        Sampling Techniques, 6.3, for the ratio.
    """
    check_level(level)
    top, bottom = _known(top, bottom, kind)
    total, n = float(bottom.sum()), len(bottom)
    size = round(total)
    if not total > 0:
        return Estimate(math.nan, math.nan, math.nan, level, size)
    value = float(top.sum()) / total
    if n < FEWEST_DAYS:
        return Estimate(value, math.nan, math.nan, level, size)
    if value == 0 or (kind == "share" and value == 1):
        return Estimate(value, *_at_the_edge(top, total, kind, level), level, size)
    se, freedom = _error(top - value * bottom)
    se = max(se / total, _least(value, total, kind))
    half = float(student.ppf((1 + level) / 2, freedom)) * se / value
    if kind == "share":
        half, centre = half / (1 - value), math.log(value / (1 - value))
        low, high = (float(expit(centre + side * half)) for side in (-1, 1))
    else:
        low, high = value * math.exp(-half), value * math.exp(half)
    return Estimate(value, low, high, level, size)


def count_of_units(counts, *, level: float = 0.90) -> Estimate:
    """Events of independent units, of which one may have several that belong together, such as the complaints of a customer.

    Parameters
    ----------
    counts : events of each unit with any [unit], 0 or more.
    level : confidence level.

    Returns
    -------
    Estimate: value, low, high [events], n = units with an event.

    Raises
    ------
    DataError : a count is missing or negative.

    Formula: D = sum c^2 / sum c; bounds D x Garwood's of sum c / D.
    Source: the variance of a compound Poisson sum, Klugman, Panjer & Willmot (2012), Loss Models, ch. 9; Garwood (1936), Biometrika 28.
    """
    counts = np.asarray(counts, dtype=float)
    bad = ~((counts >= 0) & np.isfinite(counts))
    if bad.any():
        raise DataError(
            f"count_of_units: unit {int(np.flatnonzero(bad)[0])} has {counts[bad][0]:g} events; count them again."
        )
    total = float(counts.sum())
    spread = float((counts**2).sum()) / total if total else 1.0
    low, high = poisson(total / spread, level=level)
    return Estimate(total, spread * low, spread * high, level, int((counts > 0).sum()))


def shift(before: pd.DataFrame, after: pd.DataFrame, *, level: float = 0.90) -> Shift:
    """What moved a ratio between two periods: other groups coming, or the same groups doing otherwise; the two add up exactly.

    Parameters
    ----------
    before, after : one row a (day, group): day, group, top, bottom [0 or more].
    level : confidence level.

    Returns
    -------
    Shift: change, mix and rate as Estimates in the unit of the ratio, n = total of both bottoms, and one row a group. A group that
    is in one period only counts as mix. Bounds are NaN under 14 days in either period; all is NaN where a period has nothing below.

    Raises
    ------
    DataError : a column is missing, or as `ratio_over_days`.

    Formula: mix = sum (s1 - s0) ((r0 + r1)/2 - (R0 + R1)/2), rate = sum (s0 + s1)/2 (r1 - r0), s the share of a group in bottom, r
        its ratio, R that of all; errors leave out one day at a time and read slow waves as `ratio_over_days`, with
        Satterthwaite's degrees of freedom.
    Source: Kitagawa (1955), Components of a difference between two rates, JASA 50; Efron & Tibshirani (1993), ch. 11.
    """
    check_level(level)
    groups = sorted({*before.get("group", ()), *after.get("group", ())})
    wide = [_wide(frame, groups) for frame in (before, after)]
    totals = [(top.sum(axis=0), bottom.sum(axis=0)) for top, bottom in wide]
    n = round(sum(float(bottom.sum()) for _, bottom in totals))
    if any(not bottom.sum() > 0 for _, bottom in totals):
        nothing = Estimate(math.nan, math.nan, math.nan, level, n)
        return Shift(nothing, nothing, nothing, _table(groups, totals).iloc[:0])
    parts = _parts(*totals[0], *totals[1])
    values = [float(part.sum()) for part in (parts[0] + parts[1], *parts)]
    found = [_with_bounds(value, wide, totals, which, level, n) for which, value in enumerate(values)]
    made = _table(groups, totals)
    made.insert(1, "mix", parts[0])
    made.insert(2, "rate", parts[1])
    return Shift(*found, made)


def _with_bounds(value: float, wide: list, totals: list, which: int, level: float, n: int) -> Estimate:
    """A part of the change with its interval, from leaving out each day of each period."""
    variances, freedoms = [], []
    for at, (top, bottom) in enumerate(wide):
        if len(top) < FEWEST_DAYS:
            return Estimate(value, math.nan, math.nan, level, n)
        days = []
        for day in range(len(top)):
            left = (totals[at][0] - top[day], totals[at][1] - bottom[day])
            if not left[1].sum() > 0:
                return Estimate(value, math.nan, math.nan, level, n)
            mix, rate = _parts(*((*left, *totals[1]) if at == 0 else (*totals[0], *left)))
            days.append(float((mix + rate, mix, rate)[which].sum()))
        se, one = _error(np.mean(days) - np.array(days))
        variances.append((se * (len(days) - 1) / len(days)) ** 2)
        freedoms.append(one)
    variance = sum(variances)
    if not variance > 0:
        return Estimate(value, value, value, level, n)
    freedom = variance**2 / sum(one**2 / free for one, free in zip(variances, freedoms, strict=True))
    half = float(student.ppf((1 + level) / 2, freedom)) * math.sqrt(variance)
    return Estimate(value, value - half, value + half, level, n)


def _parts(top0, bottom0, top1, bottom1) -> tuple[np.ndarray, np.ndarray]:
    """Mix and rate of each group; a group absent from one period is given its ratio of the other."""
    share0, share1 = bottom0 / bottom0.sum(), bottom1 / bottom1.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        rate0, rate1 = top0 / bottom0, top1 / bottom1
    rate0, rate1 = np.where(bottom0 > 0, rate0, rate1), np.where(bottom1 > 0, rate1, rate0)
    rate0, rate1 = np.nan_to_num(rate0), np.nan_to_num(rate1)  # in neither: its shares are 0
    middle = (top0.sum() / bottom0.sum() + top1.sum() / bottom1.sum()) / 2
    return (share1 - share0) * ((rate0 + rate1) / 2 - middle), (share0 + share1) / 2 * (rate1 - rate0)


def _table(groups: list, totals: list) -> pd.DataFrame:
    made = {"group": groups}
    for name, (top, bottom) in zip(("before", "after"), totals, strict=True):
        made[f"share_{name}"] = bottom / bottom.sum() if bottom.sum() > 0 else np.full(len(groups), np.nan)
        made[f"rate_{name}"] = np.divide(top, bottom, out=np.full(len(groups), np.nan), where=bottom > 0)
    return pd.DataFrame(made)


def _wide(frame: pd.DataFrame, groups: list) -> tuple[np.ndarray, np.ndarray]:
    """Totals [day, group] above and below the line, days in order."""
    for name in ("day", "group", "top", "bottom"):
        if name not in frame:
            raise DataError(f"shift: the column {name} is missing. Give day, group, top and bottom.")
    both = [
        frame.pivot_table(index="day", columns="group", values=name, aggfunc="sum", fill_value=0)
        .reindex(columns=groups, fill_value=0).sort_index().to_numpy(float)
        for name in ("top", "bottom")
    ]  # fmt: skip
    _known(both[0].ravel(), both[1].ravel(), "amount")
    return both[0], both[1]


def _known(top, bottom, kind: str) -> tuple[np.ndarray, np.ndarray]:
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    top, bottom = np.asarray(top, dtype=float), np.asarray(bottom, dtype=float)
    if top.shape != bottom.shape or top.ndim != 1:
        raise ValueError("top and bottom must have one total a day each, the same days")
    bad = ~((top >= 0) & (bottom >= 0) & np.isfinite(top) & np.isfinite(bottom))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise DataError(
            f"ratio_over_days: day {at} has {top[at]:g} of {bottom[at]:g}; totals must be known and 0 or more, so leave the day out."
        )
    if kind == "share" and top.sum() > bottom.sum():
        raise DataError(
            f"ratio_over_days: {top.sum():g} of {bottom.sum():g} is no share; count both in the same visits, or take the steps apart."
        )
    return top, bottom


def _error(residual: np.ndarray) -> tuple[float, float]:
    """Standard error of a total of days that go together, and its degrees of freedom: how much the slow waves of a residual hold."""
    n = len(residual)
    waves = max(int(0.4 * n ** (2 / 3)), 1)
    day = (np.arange(n) + 0.5) / n
    loads = math.sqrt(2.0) * np.cos(np.pi * np.outer(np.arange(1, waves + 1), day)) @ residual
    return math.sqrt(float((loads**2).mean())), float(waves)


def _least(value: float, total: float, kind: str) -> float:
    """The error that independent events would have: days cannot be more alike than that."""
    if kind == "amount":
        return 0.0
    return math.sqrt(value * (1 - value if kind == "share" else 1) / total)


def _at_the_edge(top: np.ndarray, total: float, kind: str, level: float) -> tuple[float, float]:
    """Bounds where nothing varies: all or none of it."""
    if kind == "share":
        return wilson(float(top.sum()), total, level=level)
    if kind == "count":
        low, high = poisson(float(top.sum()), level=level)
        return low / total, high / total
    return math.nan, math.nan
