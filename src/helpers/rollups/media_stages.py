"""Media cost by month, channel and stage of the funnel: what is spent on building, and what on harvesting."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from helpers.rollups.reading import exact, first_day, money, picked


def stage_months(media: Any) -> Any:
    """What media cost by month, channel and stage of the funnel.

    Parameters
    ----------
    media : table `media_spend`. The cost of several days counts in the month of the first.

    Returns
    -------
    One row per (month [its first day], channel, funnel_stage; both "" where the company's taxonomy names none): spend [money], n_rows.

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("channel", "funnel_stage")
    rows = picked(media, "media_spend", "spent_on", "spend", maybe=names)
    day = nw.col("spent_on")
    known = rows.select(
        (day.dt.year().cast(nw.Int64) * 12 + day.dt.month().cast(nw.Int64) - 1).alias("month"),
        *(nw.col(name).cast(nw.String).fill_null("").alias(name) for name in names),
        exact(nw.col("spend")).alias("spend"),
    )
    sums = known.group_by("month", *names).agg(nw.col("spend").sum(), n_rows=nw.len())
    return sums.select(first_day("month"), *names, money("spend"), "n_rows").to_native()
