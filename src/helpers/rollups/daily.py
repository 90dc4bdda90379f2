"""Media, visits and any other rows to days."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.reading import exact, having, money, picked


def media_days(media: Any) -> Any:
    """What all media cost, by the days that the cost is for.

    Parameters
    ----------
    media : table `media_spend`, one row per day (or span of days), platform, campaign and more.

    Returns
    -------
    One row per (spent_on, ends_on [empty where the cost is of one day]): spend [money].

    Raises
    ------
    DataError : a column is missing.
    """
    having(media, "media_spend", "ends_on", read="optional")
    days = spend_by(media, "spent_on", "ends_on", read="optional")
    return days.select("spent_on", "ends_on", money("spend")).to_native()


def spend_by(
    media: Any,
    *keys: str,
    since: date | None = None,
    until: date | None = None,
    unnamed: str | None = None,
    read: str = "load",
) -> nw.LazyFrame:
    """Media cost by some columns of its table, exact whatever the order of the rows.

    Parameters
    ----------
    media : table `media_spend`; it may lack `ends_on` and `channel`, which are empty then.
    keys : columns that stay apart.
    since, until : first and last day that count, by `spent_on`; None for all.
    unnamed : name of the channel of a cost that has none; None leaves it empty.
    read : function of `tables` that the refusal names.

    Returns
    -------
    One row per keys: spend [ten-thousandths], n_rows.

    Raises
    ------
    DataError : a column is missing.
    """
    lacking = tuple(name for name in ("ends_on", "channel") if name in keys)
    needed = {"spent_on", "spend", *keys} - set(lacking)
    rows = picked(media, "media_spend", *sorted(needed), maybe=lacking, read=read)
    if since is not None:
        rows = rows.filter(nw.col("spent_on") >= nw.lit(since))
    if until is not None:
        rows = rows.filter(nw.col("spent_on") <= nw.lit(until))
    if "channel" in keys:
        channel = nw.col("channel").cast(nw.String)
        rows = rows.with_columns(channel=channel if unnamed is None else channel.fill_null(unnamed))
    rows = rows.select(*keys, exact(nw.col("spend")).alias("spend"))
    return rows.group_by(*keys).agg(spend=nw.col("spend").sum(), n_rows=nw.len())


def visits(site: Any) -> Any:
    """Visits of single days, each once: of the ways in which a day's visits stand in the table, one.

    Parameters
    ----------
    site : table `site_daily`, where the same visits may stand broken down by channel, by device and by page, by day beside
        by month, and counted by several tools. An empty channel, device or page means all of them.

    Returns
    -------
    Rows of `site` that add up to the visits of their day and market: those of one day with `sessions`; of several tools that
    counted a site, the one that knows most days, and the next where it lacks the day; of these the row for the whole where there is one, else those without a page before those with one, those with a channel before those with a device
    alone, and of a channel the row for all devices where there is one.

    Raises
    ------
    DataError : a column is missing.
    """
    needed = ("visited_on", "ends_on", "market", "tool", "site", "channel", "device", "page", "sessions")
    frame = having(site, "rollups", *needed)
    names = frame.collect_schema().names()
    last = nw.col("ends_on")
    frame = frame.filter(last.is_null() | (last <= nw.col("visited_on")), ~nw.col("sessions").is_null())
    parts = ("channel", "device", "page")
    frame = frame.with_columns(
        **{f"_{name}": nw.col(name).fill_null("") for name in (*parts, "tool", "site")}
    )
    frame = frame.with_columns(
        **{f"_has_{name}": (nw.col(f"_{name}") != "").cast(nw.Int32) for name in parts}
    )
    frame = frame.with_columns(_is_whole=1 - nw.max_horizontal(*(f"_has_{name}" for name in parts)))
    of_tool = ("market", "_site", "_tool")
    known = frame.group_by(*of_tool).agg(_n_days=nw.col("visited_on").n_unique())
    frame = frame.join(known, on=list(of_tool), how="inner")
    day = ("visited_on", "market", "_site")
    for flag, wanted, of in (
        ("_n_days", nw.max, day),
        ("_tool", nw.min, day),
        ("_is_whole", nw.max, day),
        ("_has_page", nw.min, day),
        ("_has_channel", nw.max, (*day, "_page")),
        ("_has_device", nw.min, (*day, "_page", "_channel")),
    ):
        frame = frame.with_columns(_best=wanted(flag).over(*of)).filter(nw.col(flag) == nw.col("_best"))
    return frame.select(*names).to_native()


def daily_sums(rows: Any, *, day: str, by: tuple[str, ...] = (), values: tuple[str, ...] = ()) -> Any:
    """Rows of a table counted and added up by day.

    Parameters
    ----------
    rows : any table that has a day.
    day : its column of days.
    by : columns that stay apart beside the day; an empty text in one is a group of its own.
    values : columns to add up; what is empty counts as nothing.

    Returns
    -------
    One row per (day, *by) that has rows: n_rows, and the total of each of `values`, as a decimal number. Days
    without rows are absent.

    Raises
    ------
    DataError : a column is missing.
    """
    frame = having(rows, "rollups", day, *by, *values)
    totals = {name: nw.col(name).cast(nw.Float64).sum() for name in values}
    return frame.group_by(nw.col(day).alias("day"), *by).agg(n_rows=nw.len(), **totals).to_native()
