"""Media cost by month, channel and stage of the funnel: what is spent on building, and what on harvesting."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from helpers.rollups.reading import exact, first_day, money, month_number, picked, words


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
    known = rows.select(
        month_number(nw.col("spent_on")).alias("month"),
        *(words(name) for name in names),
        exact(nw.col("spend")).alias("spend"),
    )
    sums = known.group_by("month", *names).agg(nw.col("spend").sum(), n_rows=nw.len())
    return sums.select(first_day("month"), *names, money("spend"), "n_rows").to_native()
