"""Searches that rise in one region alone: each region against its own past and what all other regions do, over all regions at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import nbinom

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.experiment_shares import holm
from helpers.methods.intervals import check_level
from helpers.methods.local_spikes_past import Past, past_of

RUNS = (1, 2, 3, 4)  # weeks running that a spike may last up to now
PAST = 52  # weeks that say what is usual
LEAST = 26  # of them, below which nothing is
ALPHA = 0.05  # chance of at least one false spike among all regions, each time it is looked
ADJUST = ("holm", "benjamini-hochberg")
CALM = 1e-3  # p below which a region says nothing of what all others do
ROUNDS = 3


class Spikes(NamedTuple):
    """Regions, the surest spike first, and what to know first.

    table : one row a region: weeks [running, up to now, over which it stands out most], searches, expected, excess, low, high [searches
    above what is usual, with its interval], times [searches / expected], times_year_before [of the same weeks a year before, with the share of
    now: a rise that came then too is a season], p [over the runs looked at], p_adjusted [over all regions], spike
    [True, False; missing where it cannot be told], reason. dispersion : of a middle region's week, variance beyond that of a
    count relative to the mean squared. week : the last.
    """

    table: pd.DataFrame
    dispersion: float
    week: pd.Timestamp
    guards: tuple[Said, ...]


def local_spikes(
    searches: pd.DataFrame,
    *,
    past: int = PAST,
    level: float = 0.90,
    alpha: float = ALPHA,
    adjust: str = "holm",
) -> Spikes:
    """Which regions search more up to the last week than their past and all other regions let expect.

    Parameters
    ----------
    searches : one row a (starts_on, region): searches, counts of one brand and source. A week without a row of any region is an error.
    past : weeks before the runs that say what is usual.
    level : of the intervals of the excess.
    alpha : regions with an adjusted p below it are spikes.
    adjust : "holm" [alpha is the chance of at least one false spike] or "benjamini-hochberg" [alpha is the share of false ones among spikes].

    Returns
    -------
    Spikes. Figures of a region are those of the run in which it stands out most, so only those of a spike are to be read as an excess. A region
    with a missing week, or without searches in the past, cannot be told and says why; with less than 26 weeks of past none can.

    Raises
    ------
    DataError : a column is missing, a count is negative, missing or twice, a week is missing, or there are fewer than three regions.

    Formula: expected = the region's share in the past, searches / searches of all others, times the searches of all others now, so that a rise
        everywhere is none here; regions that stand out say nothing of all others. Count of a run of k weeks: negative binomial with variance
        m + (d_k + v) m², d_k from the same runs in the past of the region and of all regions, v from the doubt of the share. p of a run: chance of as many or more; of
        a region: least p times the number of runs; then Holm or Benjamini-Hochberg over regions.
    Source: Farrington et al. (1996), JRSS A 159, and Noufaily et al. (2013), Statistics in Medicine 32, for counts against their own past; Kulldorff
        (2001), JRSS A 164, for runs up to now; Holm (1979); Benjamini & Hochberg (1995), JRSS B 57.
    """
    check_level(level)
    if adjust not in ADJUST:
        raise ValueError(f'local_spikes: adjust "{adjust}" is unknown. Use one of {", ".join(ADJUST)}.')
    wide = _wide(searches)
    week, known = wide.index[-1], wide.notna().all()
    counts = wide.loc[:, known].to_numpy()
    before = len(wide) - max(RUNS)
    if before < LEAST or known.sum() < 3:
        reason = (
            said("weeks before the last four known {n}, needed {need}", n=max(before, 0), need=LEAST) if before < LEAST
            else said("{n} regions without a missing week, and 3 are the least", n=int(known.sum()))
        )  # fmt: skip
        return Spikes(_untold(wide, wide.columns, reason), np.nan, week, (said("cannot tell: {reason}", reason=reason),))  # fmt: skip
    rows, found = _told(counts, min(past, before), level)
    table = pd.DataFrame(rows, index=wide.columns[known])
    table["p_adjusted"] = _adjusted(table["p"].to_numpy(), adjust)
    table["spike"] = (table["p_adjusted"] < alpha).astype("boolean").where(table["p"].notna())
    none = said("nobody searched there in the past")
    table["reason"] = ["" if told else none for told in table["p"].notna()]
    gaps = _untold(wide, wide.columns[~known], said("a week is missing"))
    made = pd.concat([table, gaps]) if len(gaps) else table
    made = made.sort_values("p", kind="stable", na_position="last")[_columns()]
    made.index.name = "region"
    few = int((~made["p"].notna()).sum())
    guards = (said("{n} of {all} regions cannot be told", n=few, all=len(made)),) if few else ()
    return Spikes(made, found.dispersion[0], week, guards)


def _columns() -> list[str]:
    return ["weeks", "searches", "expected", "excess", "low", "high", "times", "times_year_before", "p", "p_adjusted", "spike", "reason"]  # fmt: skip


def _wide(searches: pd.DataFrame) -> pd.DataFrame:
    """Searches [week x region], checked."""
    needed = ("starts_on", "region", "searches")
    missing = [name for name in needed if name not in searches]
    if missing:
        raise DataError(f"local_spikes: column {missing[0]} is missing. Give {', '.join(needed)}.")
    frame = searches.assign(
        starts_on=pd.to_datetime(searches["starts_on"]), searches=searches["searches"].astype(float)
    )
    bad = ~(frame["searches"] >= 0) | np.isinf(frame["searches"])
    if bad.any():
        row = frame[bad].iloc[0]
        raise DataError(
            f"local_spikes: region {row['region']} has {row['searches']:g} searches in the week of {row['starts_on']:%Y-%m-%d}. Counts are 0 or more: load that week again."
        )
    twice = frame.duplicated(["starts_on", "region"])
    if twice.any():
        row = frame[twice].iloc[0]
        raise DataError(
            f"local_spikes: region {row['region']} comes twice in the week of {row['starts_on']:%Y-%m-%d}. Give one brand and one source."
        )
    if frame.empty:
        raise DataError("local_spikes: there are no searches. Load weekly counts by region.")
    wide = frame.pivot(index="starts_on", columns="region", values="searches").sort_index()
    gap = wide.index.to_series().diff().dt.days.dropna() != 7
    if gap.any():
        raise DataError(
            f"local_spikes: the week before {gap.index[gap.to_numpy().argmax()]:%Y-%m-%d} is missing. Load it, since what is usual is told week by week."
        )
    return wide


def _told(counts: np.ndarray, past: int, level: float) -> tuple[dict[str, np.ndarray], Past]:
    """Figures of each region; regions that stand out are taken out of what the others do, and all is told again."""
    calm = np.ones(counts.shape[1], dtype=bool)
    for _ in range(ROUNDS):
        found = past_of(counts, past, calm, RUNS)
        p = np.stack([_chance(found, k) for k in range(len(RUNS))])
        now = np.minimum(p.min(axis=0) * len(RUNS), 1.0)
        stands_out = now < CALM
        if (calm == ~stands_out).all() or stands_out.sum() > len(calm) // 2:
            break
        calm = ~stands_out
    some = np.isfinite(p).all(axis=0)
    best = np.where(some, np.nan_to_num(p, nan=2.0).argmin(axis=0), 0)
    at = np.arange(len(best))
    searches, expected = found.searches[best, at], found.expected[best, at]
    size = 1 / np.maximum(found.spread[best, at], 1e-9)
    share = size / (size + np.where(some, expected, 1.0))
    usual_low, usual_high = (nbinom.ppf(tail, size, share) for tail in ((1 - level) / 2, (1 + level) / 2))
    blank = np.where(some, 1.0, np.nan)
    return {
        "weeks": np.asarray(RUNS)[best] * blank, "searches": searches, "expected": expected * blank,
        "excess": (searches - expected) * blank, "low": (searches - usual_high) * blank, "high": (searches - usual_low) * blank,
        "times": searches / np.where(some, expected, np.nan), "times_year_before": found.year_before[best, at] * blank, "p": now * blank,
    }, found  # fmt: skip


def _chance(found: Past, run: int) -> np.ndarray:
    """Chance of as many searches or more in a run of each region; NaN where nothing is expected."""
    expected, size = found.expected[run], 1 / np.maximum(found.spread[run], 1e-9)
    known = expected > 0
    share = size / (size + np.where(known, expected, 1.0))
    return np.where(known, nbinom.sf(found.searches[run] - 1, size, share), np.nan)


def _adjusted(p: np.ndarray, adjust: str) -> np.ndarray:
    """Over the regions that can be told."""
    known, made = np.isfinite(p), np.full(len(p), np.nan)
    if adjust == "holm":
        made[known] = [step.p for step in holm(p[known])]
        return made
    some = p[known]
    order = np.argsort(-some, kind="stable")
    stepped = np.minimum.accumulate(some[order] * len(some) / np.arange(len(some), 0, -1))
    made[np.flatnonzero(known)[order]] = np.minimum(stepped, 1.0)
    return made


def _untold(wide: pd.DataFrame, regions: pd.Index, reason: Said) -> pd.DataFrame:
    table = pd.DataFrame(np.nan, index=pd.Index(regions, name="region"), columns=_columns(), dtype=float)
    table["searches"] = wide[regions].iloc[-1]
    return table.assign(spike=pd.array([pd.NA] * len(table), dtype="boolean"), reason=[reason] * len(table))
