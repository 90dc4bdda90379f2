"""Share of search: how often a brand is searched for among brands, with names that are common words marked and counted both ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said

MOVED = 0.02  # difference of the share with and without marked names that is said


class ShareOfSearch(NamedTuple):
    """Shares by time, and what to know first.

    table : one row a (starts_on, brand): searches, total [of all brands], share, total_clear, share_clear [without the brands whose name is
    a common word; empty for these]. guards : sentences.
    """

    table: pd.DataFrame
    guards: tuple[Said, ...]


def share_of_search(searches: pd.DataFrame, *, common_words: Sequence[str] = ()) -> ShareOfSearch:
    """Share of each brand in the searches for all brands, at each time.

    Parameters
    ----------
    searches : one row a (starts_on, brand): searches, counts or an index on one scale for all brands; weeks or months. Several rows of a
        brand at a time (markets, sources) are added up: give one source.
    common_words : brands whose name people also search for when they mean something else.

    Returns
    -------
    ShareOfSearch, sorted by time and brand. Shares are counted, so they have no interval; they are NaN where nobody searched for anything.
    A brand without a row at a time is not known then, and no share is told at that time.

    Raises
    ------
    DataError : a column is missing, a count is negative or missing. ValueError : a common word is no brand of the table.

    Formula: searches of the brand / searches of all brands; the clear share leaves the marked brands out of both.
    Source: Binet (2020), Share of search, IPA EffWorks.
    """
    table = _table(searches)
    unknown = [name for name in common_words if name not in table]
    if unknown:
        raise ValueError(
            f"share_of_search: {unknown[0]} is no brand of the table. Use one of {', '.join(table)}."
        )
    clear = [name for name in table if name not in set(common_words)]
    totals = table.sum(axis=1, skipna=False), table[clear].sum(axis=1, skipna=False)
    shares = (table.div(total.where(total > 0), axis=0) for total in totals)
    parts = {
        "searches": table,
        "total": table.apply(lambda _: totals[0]),
        "share": next(shares),
        "total_clear": table[clear].apply(lambda _: totals[1]).reindex(columns=table.columns),
        "share_clear": next(shares)[clear].reindex(columns=table.columns),
    }
    made = pd.concat({name: part.stack(future_stack=True) for name, part in parts.items()}, axis=1)
    return ShareOfSearch(made.reset_index(), _guards(made, table, common_words))


def over(found: ShareOfSearch, *, times: int) -> pd.DataFrame:
    """Shares of the last times together, total over total, beside as many times before them.

    Parameters
    ----------
    found : as `share_of_search` returns it.
    times : how many, such as 13 weeks.

    Returns
    -------
    One row a brand: share, share_clear, before, before_clear [the times before; NaN where there are not as many], n [searches].
    """
    if times < 1:
        raise ValueError(f"over needs a time or more, not {times}")
    days = np.sort(found.table["starts_on"].unique())
    made = {}
    for end, name in ((len(days), ""), (len(days) - times, "before")):
        some = found.table[found.table["starts_on"].isin(days[max(end - times, 0) : max(end, 0)])]
        sums = some.groupby("brand")[["searches", "total", "total_clear"]].sum(min_count=max(times, 1))
        made[name or "share"] = sums["searches"] / sums["total"].where(sums["total"] > 0)
        made[f"{name or 'share'}_clear"] = sums["searches"] / sums["total_clear"].where(sums["total_clear"] > 0)  # fmt: skip
        if not name:
            made["n"] = sums["searches"]
    table = pd.DataFrame(made, index=pd.Index(sorted(found.table["brand"].unique()), name="brand"))
    return table[["share", "share_clear", "before", "before_clear", "n"]]


def series_of(found: ShareOfSearch, brand: str, *, clear: bool = False) -> pd.Series:
    """Share of one brand by time, as `lead.lead` reads it; `clear` leaves common words out."""
    names = sorted(found.table["brand"].unique())
    if brand not in names:
        raise ValueError(f"series_of: {brand} is no brand of the table. Use one of {', '.join(names)}.")
    own = found.table[found.table["brand"] == brand].set_index("starts_on")
    return own["share_clear" if clear else "share"].rename(brand)


def _table(searches: pd.DataFrame) -> pd.DataFrame:
    """Searches [time x brand], checked."""
    needed = ("starts_on", "brand", "searches")
    missing = [name for name in needed if name not in searches]
    if missing:
        raise DataError(f"share_of_search: column {missing[0]} is missing. Give {', '.join(needed)}.")
    counts = searches["searches"].astype(float)
    bad = ~(counts >= 0) | np.isinf(counts)
    if bad.any():
        row = searches[bad.to_numpy()].iloc[0]
        raise DataError(
            f"share_of_search: {row['brand']} has {float(row['searches']):g} searches at {pd.Timestamp(row['starts_on']):%Y-%m-%d}. Counts are 0 or more: load that time again."
        )
    days = pd.to_datetime(searches["starts_on"])
    return counts.groupby([days, searches["brand"].astype(str)]).sum().unstack("brand").sort_index()


def _guards(made: pd.DataFrame, table: pd.DataFrame, common_words: Sequence[str]) -> tuple[Said, ...]:
    told = []
    gaps = table.isna().any(axis=1)
    if gaps.any():
        told.append(said("times that lack a brand and have no share: {n}", n=int(gaps.sum())))
    for name in common_words:
        part = float(table[name].sum() / table.to_numpy().sum()) if table.to_numpy().sum() else 0.0
        if part > MOVED:
            told.append(said(
                "{brand} is also a common word and takes {share} of 100 searches over all times, so shares are given with and without it",
                brand=name, share=round(100 * part),
            ))  # fmt: skip
    if len(table) == 1:
        told.append(said("cannot tell: {reason}", reason=said("one time only, so no change can be told")))
    return tuple(told)
