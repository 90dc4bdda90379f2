"""Those who took something against others who were alike before: what followed, how alike they were, and what could still explain it.

Not matching but weighting: others are weighted until they are, in mean, just like those who took it in all that is known, within market
and month of the first day. On planted truths its intervals hold, and pairs of the nearest are 1.4 times as uncertain
(`benchmarks/coverage_matched.py`).
It stays a comparison of what people did by themselves: who chose to is unlike others also in what nobody recorded.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.balancing import (
    e_value,
    entropy_weights,
    standardised_differences,
    weighted_effect,
)
from helpers.methods.intervals import Estimate, check_level
from helpers.methods.sample_size import required_n_per_group

LEAST = 30  # people who took it, and others by what their weights are worth, below which nothing is told
APART = 0.1  # standardised difference from which groups are called unlike (Austin, 2009)
RARE = 5  # takers of a level below which it is pooled with other rare ones
POOLED = "other"


class Group(NamedTuple):
    """Covariates of both groups made alike: rows kept, weights of the others, and how alike they were before and are after.

    balance : column, level, before, after [standard deviations]. n_alone : takers left out because nobody of their stratum is there.
    """

    takers: pd.DataFrame
    others: pd.DataFrame
    x_takers: np.ndarray
    x_others: np.ndarray
    weights: np.ndarray
    balance: pd.DataFrame
    n_alone: int
    n_effective: float
    reason: Said | None


class Compared(NamedTuple):
    """An outcome of takers and of others like them: means, their difference, the naive one, and how hard it is to explain away.

    e_value, e_bound : of the ratio of shares, and of its bound next to none (1 where the interval holds none); NaN for amounts.
    n_needed : takers needed to tell a difference of this size, for shares; NaN where it is told.
    """

    takers: float
    others: float
    difference: Estimate
    naive: float
    e_value: float
    e_bound: float
    n_needed: float
    reason: Said | None


def alike(rows: pd.DataFrame, *, took: str, covariates: Sequence[str], exact: Sequence[str] = ()) -> Group:
    """Weight others until they are in mean like those who took it.

    Parameters
    ----------
    rows : one row a person and first day: `took` [bool], `covariates` known before that day (numbers, or words whose rare levels are
        pooled; gaps are a level of their own), `exact` (such as market and month: others weigh as much as takers in each stratum
        before anything else, and each of its columns is held exactly).

    Returns
    -------
    Group. `reason` says why nothing can be compared: under 30 takers or others, or no weights that make them alike (no overlap).

    Raises
    ------
    DataError : a column is missing, or `took` is.

    Formula: see `balancing.entropy_weights`; the base weight of others is takers over others of their stratum.
    """
    for name in (took, *covariates, *exact):
        if name not in rows:
            raise DataError(
                f"matched comparison: the column {name} is missing; give one row a person and first day."
            )
    if rows[took].isna().any():
        raise DataError(
            f"matched comparison: {took} is unknown for {int(rows[took].isna().sum())} rows; say who took it."
        )
    own, other = _comparable(rows, took, [*exact, *covariates], exact)
    n_alone = int(rows[took].sum()) - len(own)
    nothing = np.zeros(len(other)), pd.DataFrame(columns=["column", "level", "before", "after"])
    empty = np.zeros((len(own), 0)), np.zeros((len(other), 0))
    if min(len(own), len(other)) < LEAST:
        few = said("cannot tell, need n = {need} who took it and as many others", need=LEAST)
        return Group(own, other, *empty, *nothing, n_alone, 0.0, few)
    x_t, x_o, names = _standardised(own, other, [*exact, *covariates])
    base = _base(own, other, exact)
    made = entropy_weights(x_o, x_t.mean(axis=0), base)
    before = standardised_differences(x_t, x_o)
    after = standardised_differences(x_t, x_o, made.weights)
    balance = pd.DataFrame(names, columns=["column", "level"]).assign(before=before, after=after)
    reason = None
    if not made.found:
        reason = said("cannot tell: nobody else is like those who took it, so no weights make both alike")
    elif made.n_effective < LEAST:
        reason = said("cannot tell, need n = {need} others like them; there are {n} by what their weights are worth", need=LEAST, n=int(made.n_effective))  # fmt: skip
    return Group(own, other, x_t, x_o, made.weights, balance, n_alone, made.n_effective, reason)


def compare(
    group: Group, outcome: str, *, person: str = "customer_id", is_share: bool = True, level: float = 0.90
) -> Compared:
    """What followed among those who took it, less what followed among others like them.

    Parameters
    ----------
    group : as `alike` returns it; the outcome must be known for all of its rows.
    outcome : column, 0 or 1 for a share, an amount otherwise. person : whom a row belongs to, for the error.

    Returns
    -------
    Compared; NaN with `reason` where the group cannot be compared.

    Raises
    ------
    DataError : an outcome is missing; leave out whom it is not known of before `alike`.

    Formula: see `balancing.weighted_effect`; `e_value` of takers / others and of the bound of the difference next to 0.
    """
    check_level(level)
    if group.reason is not None:
        none = Estimate(math.nan, math.nan, math.nan, level, len(group.takers))
        return Compared(math.nan, math.nan, none, math.nan, math.nan, math.nan, math.nan, group.reason)
    y_t, y_o = (side[outcome].to_numpy(dtype=float) for side in (group.takers, group.others))
    gone = int((~np.isfinite(y_t)).sum() + (~np.isfinite(y_o)).sum())
    if gone:
        raise DataError(
            f"matched comparison: {outcome} is unknown for {gone} rows; leave them out before the groups are made alike."
        )
    people = tuple(side[person].to_numpy() for side in (group.takers, group.others))
    found = weighted_effect(
        y_t, y_o, group.x_takers, group.x_others, group.weights, clusters=people, level=level
    )
    mean_t, mean_o = float(y_t.mean()), float(group.weights @ y_o)
    naive = mean_t - float(y_o.mean())
    if not is_share:
        return Compared(mean_t, mean_o, found, naive, math.nan, math.nan, math.nan, None)
    return Compared(
        mean_t, mean_o, found, naive, *_explained(mean_t, mean_o, found), _needed(mean_t, mean_o, found), None
    )


def _explained(taken: float, others: float, found: Estimate) -> tuple[float, float]:
    """E-value of the ratio, and of the bound next to none."""
    if not (taken > 0 and others > 0) or math.isnan(found.low):
        return math.nan, math.nan
    near = found.low if found.low > 0 else found.high if found.high < 0 else 0.0
    # The bound of the difference as a ratio, the others' share held.
    return e_value(taken / others), e_value(max(others + near, 1e-9) / others) if near else 1.0


def _needed(taken: float, others: float, found: Estimate) -> float:
    """Takers needed to tell a difference of this size; NaN where it is told or there is none."""
    is_told = found.low > 0 or found.high < 0
    if is_told or not (0 < taken < 1 and 0 < others < 1) or round(taken, 4) == round(others, 4):
        return math.nan
    return float(required_n_per_group(taken, others, level=found.level))


def _comparable(
    rows: pd.DataFrame, took: str, columns: Sequence[str], exact: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Takers of whom somebody else shares the stratum, and others who share a stratum and each level with some taker."""
    is_taker = rows[took].to_numpy(dtype=bool)
    own, other = rows[is_taker], rows[~is_taker]
    while len(own) and len(other):
        x, _ = _encoded(own, other, columns, flags_alone=True)
        x_t, x_o = x[: len(own)], x[len(own) :]
        strange = (x_o > 0) @ (x_t.sum(axis=0) == 0)
        key_t, key_o = _strata(own, other, exact)
        keep_o, keep_t = ~strange & np.isin(key_o, key_t), np.isin(key_t, key_o)
        if keep_o.all() and keep_t.all():
            break
        own, other = own[keep_t], other[keep_o]
    return own, other


def _strata(own: pd.DataFrame, other: pd.DataFrame, exact: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Number of the stratum of each taker and of each other."""
    if not exact:
        return np.zeros(len(own), dtype=int), np.zeros(len(other), dtype=int)
    both = pd.concat([own[list(exact)], other[list(exact)]], ignore_index=True)
    code = np.zeros(len(both), dtype=np.int64)
    for name in exact:  # renumbered at each step, so that the numbers stay small
        own_code, levels = pd.factorize(both[name].astype("string").fillna(""))
        code = np.unique(code * max(len(levels), 1) + own_code, return_inverse=True)[1]
    return code[: len(own)], code[len(own) :]


def _base(own: pd.DataFrame, other: pd.DataFrame, exact: Sequence[str]) -> np.ndarray:
    """Weight of each other before balancing: takers over others of the stratum."""
    key_t, key_o = _strata(own, other, exact)
    size = max(key_t.max(), key_o.max()) + 1
    return (np.bincount(key_t, minlength=size) / np.maximum(np.bincount(key_o, minlength=size), 1))[key_o]


def _encoded(
    own: pd.DataFrame, other: pd.DataFrame, columns: Sequence[str], *, flags_alone: bool = False
) -> tuple[np.ndarray, list[tuple[str, str]]]:
    """Covariates of takers, then of others: numbers with a flag where they are missing, words as one column a level."""
    both, n = pd.concat([own[list(columns)], other[list(columns)]], ignore_index=True), len(own)
    made, names = [], []
    for name in columns:
        values = both[name]
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            number = values.to_numpy(dtype=float, na_value=np.nan)
            gone = np.isnan(number)
            if not flags_alone:
                made.append(np.where(gone, np.nanmean(number) if not gone.all() else 0.0, number))
                names.append((name, ""))
            if gone.any():
                made.append(gone.astype(float))
                names.append((name, "missing"))
            continue
        code, levels = pd.factorize(values.astype("string").fillna("missing"))
        common = np.bincount(code[:n], minlength=len(levels)) >= RARE
        words = [str(level) if often else POOLED for level, often in zip(levels, common, strict=True)]
        shown = sorted(set(words))
        place = np.array([shown.index(word) for word in words], dtype=int)[code]
        for at, level in enumerate(shown):
            made.append((place == at).astype(float))
            names.append((name, level))
    return (np.column_stack(made) if made else np.zeros((len(both), 0))), names


def _standardised(
    own: pd.DataFrame, other: pd.DataFrame, columns: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, list[tuple[str, str]]]:
    """Covariates that vary, on one scale; a level that the others give away is left in, the solvers bear it."""
    x, names = _encoded(own, other, columns)
    spread = x.std(axis=0)
    used = spread > 0
    x = (x[:, used] - x[:, used].mean(axis=0)) / spread[used]
    return x[: len(own)], x[len(own) :], [one for one, good in zip(names, used, strict=True) if good]
