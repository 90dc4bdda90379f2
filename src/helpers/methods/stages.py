"""Stages that are left for one of two ends: how many move on, how many are lost, and how long it takes.

A case that is still in its stage is censored: it is counted for as long as it has been seen, and is not counted as lost.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, equal_tailed, wilson

COLUMNS = ["days", "outcome"]
ON, LOST, OPEN = "on", "lost", "open"
OUTCOMES = (ON, LOST, OPEN)
FEW = 30  # cases that ended, for a share or a median
ENDS = (ON, LOST)


def spells(entries: pd.DataFrame, *, until: pd.Timestamp, since: pd.Timestamp | None = None) -> pd.DataFrame:
    """How long each stay in a stage lasted, and how it ended.

    Parameters
    ----------
    entries : one row per stay: stage, entered [day], left [day, empty while it lasts], outcome ["on" or "lost", empty while
        it lasts], and any further columns, which are kept.
    until : last day of the data; what happened later is not known yet, so a stay that ended later is open.
    since : first day from which ends are known. A stay that ended before is left out, for only those that lasted are in the
        data; one that began before is followed from that day on.

    Returns
    -------
    The entries up to `until` with days [from entering to the end or to `until`], outcome ["on", "lost", "open"] and seen_from
    [days after entering from which it is followed; 0 for most].

    Raises
    ------
    DataError : a column is missing, a stay ends before it begins, or one that ended has no outcome.
    """
    for name in ("stage", "entered", "left", "outcome"):
        if name not in entries:
            raise DataError(
                f"stages: the column {name} is missing. It needs stage, entered, left and outcome."
            )
    until = pd.Timestamp(until)
    kept = entries[entries["entered"].notna() & (entries["entered"] <= until)].copy()
    backwards = kept["left"] < kept["entered"]
    if backwards.any():
        raise DataError(
            f"stages: {int(backwards.sum())} stays end before they begin. Look at the days that the export gives."
        )
    ended = kept["left"].notna() & (kept["left"] <= until)
    outcome = kept["outcome"].astype("object").where(ended, OPEN)
    unknown = ~outcome.isin(OUTCOMES) | (ended & (outcome == OPEN))
    if unknown.any():
        raise DataError(
            f"stages: {int(unknown.sum())} stays have ended without an outcome. Give each that ended on or lost."
        )
    kept["days"] = (kept["left"].where(ended, until) - kept["entered"]).dt.days.astype("int64")
    kept["outcome"] = outcome.astype(str)
    kept["seen_from"] = 0
    if since is not None:
        kept["seen_from"] = (pd.Timestamp(since) - kept["entered"]).dt.days.clip(lower=0).astype("int64")
        kept = kept[kept["days"] >= kept["seen_from"]]
    return kept.reset_index(drop=True)


def cumulative_incidence(stays: pd.DataFrame, *, level: float = 0.90) -> pd.DataFrame:
    """Share that has moved on, and share that has been lost, by days since entering.

    Parameters
    ----------
    stays : result of `spells`, of one stage: days, outcome, and seen_from where some are followed late.
    level : confidence level.

    Returns
    -------
    One row per day at which a stay ended, from the first: days, n_at_risk, n_on, n_lost, and for `on` and `lost` the share
    [0-1] with `_low` and `_high`. No row where nothing has ended.

    Raises
    ------
    DataError : a column is missing, a number of days is negative or missing, or an outcome is unknown.

    Formula: F_k(t) = sum over days i up to t of S(i-1) d_ki / n_i, S the share still there (Aalen-Johansen). Bounds are
        Wilson's for the number of cases that has the estimate's variance if all had been followed; without censoring that is
        the plain Wilson interval.
    Source: Aalen & Johansen (1978), Scandinavian Journal of Statistics 5; variance as in Marubini & Valsecchi (1995), Analysing
        survival data from clinical trials, ch. 10; effective number: Rothman (1978), Journal of Chronic Diseases 31.
    """
    counts = _counts(_checked(stays))
    counts = counts[(counts["n_on"] + counts["n_lost"]) > 0].reset_index(drop=True)
    n, ended = counts["n_at_risk"].to_numpy(float), (counts["n_on"] + counts["n_lost"]).to_numpy(float)
    before = np.concatenate([[1.0], np.cumprod(1 - ended / n)])[:-1] if len(counts) else n
    table = counts.copy()
    # Cases that could have been seen to end by that day, for the bounds of a share of 0 or 1.
    followed = np.cumsum(ended) + n - ended
    for name in ENDS:
        d = counts[f"n_{name}"].to_numpy(float)
        share = np.minimum(np.cumsum(before * d / n), 1.0)
        inside = (share > 0) & (share < 1)
        variance = _variance(share, before, n, ended, d)
        with np.errstate(divide="ignore", invalid="ignore"):
            effective = share * (1 - share) / variance
        usable = inside & np.isfinite(effective) & (effective > 0)
        size = np.where(usable, effective, followed)
        table[name] = share
        table[f"{name}_low"], table[f"{name}_high"] = wilson(share * size, size, level=level)
    return table


def conversion(
    stays: pd.DataFrame, *, by: str = "stage", within: int | None = None, level: float = 0.90
) -> pd.DataFrame:
    """Share of the stays in each stage that moves on in the end, and how long that takes.

    Parameters
    ----------
    stays : result of `spells`.
    by : column of the groups, shown in order of their first row.
    within : days after entering at which the shares are read; None is the last day at which anything was seen to end.
    level : confidence level of shares.

    Returns
    -------
    One row per group: n, n_on, n_lost, n_open, on, on_low, on_high, lost, lost_low, lost_high [share 0-1], still [share
    that is in the stage at that age; on + lost + still = 1], median_days [days after which half have left the stage]. Shares
    and median are NaN where fewer than 30 stays have ended.
    """
    rows = []
    for name, own in stays.groupby(by, sort=False):
        counted = {f"n_{end}": int((own["outcome"] == end).sum()) for end in OUTCOMES}
        row = {by: name, "n": len(own), **counted}
        curve = cumulative_incidence(own, level=level)
        if within is not None:
            curve = curve[curve["days"] <= within]
        if counted["n_on"] + counted["n_lost"] >= FEW and len(curve):
            last = curve.iloc[-1]
            row |= {f"{end}{bound}": last[f"{end}{bound}"] for end in ENDS for bound in ("", "_low", "_high")}
            row["still"] = max(0.0, 1 - last["on"] - last["lost"])
            row["median_days"] = _first_day(curve, (curve["on"] + curve["lost"]).to_numpy(), 0.5)
        rows.append(row)
    names = [f"{end}{bound}" for end in ENDS for bound in ("", "_low", "_high")]
    return pd.DataFrame(
        rows, columns=[by, "n", "n_on", "n_lost", "n_open", *names, "still", "median_days"]
    ).astype(dict.fromkeys((*names, "still", "median_days"), float))


def median_days(
    stays: pd.DataFrame, *, end: str = ON, level: float = 0.90, draws: int = 1000, seed: int
) -> Estimate:
    """Median days that those take who end in one way, with open cases counted for as long as they have been seen.

    Taking the cases that have ended alone would favour the quick ones: the slow ones of last month are still open.

    Parameters
    ----------
    stays : result of `spells`, of one kind, one row per case.
    end : "on" or "lost".
    level, draws, seed : of the interval; the same seed gives the same bounds.

    Returns
    -------
    Estimate: value, low, high [days], n = cases that ended that way. NaN where they are fewer than 30.

    Raises
    ------
    ValueError : `end` is neither.

    Formula: first day at which F_k(t) >= F_k(last) / 2; bounds are quantiles of the same over redraws of the cases.
    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13, of the Aalen-Johansen estimate.
    """
    if end not in ENDS:
        raise ValueError(f'end must be "on" or "lost", not {end!r}')
    own = _checked(stays)
    n = int((own["outcome"] == end).sum())
    if n < FEW:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    day = np.unique(own.loc[own["outcome"] != OPEN, "days"].to_numpy())
    at = own["days"].to_numpy()[:, None] == day
    is_end, is_other = (own["outcome"].to_numpy() == which for which in (end, ENDS[end == ON]))
    there = (own["days"].to_numpy()[:, None] >= day) & (own["seen_from"].to_numpy()[:, None] <= day)
    parts = [part.astype(float) for part in (there, at & is_end[:, None], at & is_other[:, None])]
    rng = np.random.default_rng(seed)
    weight = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), size=draws).astype(float)
    weight = np.vstack([np.ones(len(own)), weight])  # the data themselves first
    drawn = day[_median_at(*(weight @ part for part in parts))]  # whole numbers: their sums are exact
    low, high = equal_tailed(drawn[1:], level=level)
    value = float(drawn[0])
    return Estimate(value, min(float(low), value), max(float(high), value), level, n)


def _median_at(n: np.ndarray, ends: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Place of the day at which half of those who end that way have, of each row."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share, all_of = np.nan_to_num(ends / n), np.nan_to_num((ends + others) / n)
    left = np.cumprod(1 - all_of, axis=1)
    before = np.concatenate([np.ones((len(n), 1)), left[:, :-1]], axis=1)
    grown = np.cumsum(before * share, axis=1)
    return (grown >= grown[:, -1:] / 2 - 1e-12).argmax(axis=1)


def _counts(stays: pd.DataFrame) -> pd.DataFrame:
    """By day: n_at_risk [followed and still there just before], n_on, n_lost."""
    days, late = stays["days"].to_numpy(), np.sort(stays["seen_from"].to_numpy())
    day, ordered = np.unique(days), np.sort(days)
    # A stay that is followed from day a on can be seen to end on day a.
    entered = np.searchsorted(late, day, side="right")
    gone = np.searchsorted(ordered, day, side="left")
    made = pd.DataFrame({"days": day, "n_at_risk": entered - gone})
    for name in ENDS:
        own = np.sort(days[stays["outcome"].to_numpy() == name])
        made[f"n_{name}"] = np.searchsorted(own, day, side="right") - np.searchsorted(own, day, side="left")
    return made


def _variance(
    share: np.ndarray, before: np.ndarray, n: np.ndarray, ended: np.ndarray, d: np.ndarray
) -> np.ndarray:
    """Delta-method variance of a cumulative incidence at each of its days."""
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = np.where(n > ended, ended / (n * (n - ended)), 0.0)  # nobody is left: nothing grows after it
    own = before**2 * d * (n - d) / n**3
    cross = before * d / n**2
    # sum over i <= t of (F(t) - F(i))^2 a_i + b_i - 2 (F(t) - F(i)) c_i, by sums of powers of F(i)
    a0, a1, a2 = (np.cumsum(loss * share**power) for power in (0, 1, 2))
    c0, c1 = np.cumsum(cross), np.cumsum(cross * share)
    grown = share**2 * a0 - 2 * share * a1 + a2
    return np.maximum(grown + np.cumsum(own) - 2 * (share * c0 - c1), 0.0)


def _first_day(curve: pd.DataFrame, share: np.ndarray, wanted: float) -> float:
    reached = share >= wanted - 1e-12
    return float(curve["days"].to_numpy()[reached.argmax()]) if reached.any() else math.nan


def _checked(stays: pd.DataFrame) -> pd.DataFrame:
    for name in COLUMNS:
        if name not in stays:
            raise DataError(f"stages: the column {name} is missing. Make the rows with spells().")
    kept = stays[COLUMNS].reset_index(drop=True)
    kept["seen_from"] = stays["seen_from"].to_numpy(float) if "seen_from" in stays else np.zeros(len(kept))
    days = pd.to_numeric(kept["days"], errors="coerce").to_numpy(float, na_value=np.nan)
    wrong = ~(np.isfinite(days) & (days >= 0))
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(f"stages: {kept['days'].iloc[at]} days in row {at + 1}. Days are 0 or more.")
    strange = ~kept["outcome"].isin(OUTCOMES)
    if strange.any():
        raise DataError(
            f"stages: an outcome is {kept.loc[strange, 'outcome'].iloc[0]!r}. Use on, lost or open."
        )
    return kept.assign(days=days)
