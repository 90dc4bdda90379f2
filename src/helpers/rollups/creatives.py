"""Tests by lot by arm and day, and what creatives were delivered."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.daily import spend_by
from helpers.rollups.media_channels import told_together
from helpers.rollups.reading import SCALE, exact, first_day, money, month_number, picked, words

PLAN = ("hypothesis", "metric", "registered_on", "starts_on", "ends_on")
SUMS = ("conversions", "value", "value_squares")
VIDEO = (
    "video_views", "video_25", "video_50", "video_75", "video_completions", "watch_seconds",
)  # fmt: skip


def arm_days(experiments: Any, *, kinds: tuple[str, ...] = ("ab",)) -> Any:
    """What each arm of each test had on each day, all places together, and what was planned.

    Parameters
    ----------
    experiments : table `experiments`.
    kinds : kinds of test that count.

    Returns
    -------
    One row per (experiment_id, arm, measured_on): units, conversions, value, value_squares [0 where none]; n_conversions, n_value,
    n_squares, n_rows [rows that said so, and all]; hypothesis, metric, registered_on, starts_on, ends_on [the first of the rows],
    market [the first], n_markets.

    Raises
    ------
    DataError : a column is missing.
    """
    keys = ("experiment_id", "arm", "measured_on")
    maybe = (*PLAN, *SUMS)
    rows = picked(experiments, "experiments", "kind", "market", *keys, "units", maybe=maybe, read="optional")
    rows = rows.filter(nw.col("kind").cast(nw.String).is_in(kinds))
    number = {name: nw.col(name).cast(nw.Float64) for name in ("units", *SUMS)}
    made = rows.group_by(*keys).agg(
        units=number["units"].sum(),
        conversions=exact(nw.col("conversions")).sum(),
        value=exact(nw.col("value")).sum(),
        value_squares=exact(nw.col("value_squares")).sum(),
        n_conversions=number["conversions"].count(),
        n_value=number["value"].count(),
        n_squares=number["value_squares"].count(),
        n_rows=nw.len(),
        market=nw.col("market").cast(nw.String).min(),
        n_markets=nw.col("market").cast(nw.String).n_unique(),
        **{name: nw.col(name).min() for name in PLAN},
    )
    shown = [(nw.col(name).fill_null(0) / SCALE).alias(name) for name in SUMS]
    return made.with_columns(*shown).to_native()


def creative_months(media: Any, *, since: date) -> Any:
    """What was delivered by month, campaign and meaning of a view; definitions of different platforms stay apart.

    Parameters
    ----------
    media : table `media_spend`.
    since : first day that counts.

    Returns
    -------
    One row per (month, platform, channel, campaign, video_view_definition): spend [money]; and of each rate its two counts, both from
    rows that have both: shown, clicked [impressions, clicks to the site, else all]; film, completed [impressions, plays to the end];
    screened, watched [impressions, seconds]; quarter, half, three_quarters, whole [plays that reached it, of rows that tell the first
    and the last]; film_views, views [impressions, views as the platform defines them].

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("channel", "campaign", "video_view_definition", "impressions", "clicks", "link_clicks", *VIDEO)
    frame = picked(
        media, "media_spend", "spent_on", "platform", "spend", maybe=names, read="optional"
    ).filter(nw.col("spent_on") >= nw.lit(since))
    count = {name: nw.col(name).cast(nw.Float64) for name in ("impressions", "clicks", "link_clicks", *VIDEO)}
    clicks, shown = nw.coalesce(count["link_clicks"], count["clicks"]), count["impressions"]
    made = told_together(
        {
            ("shown", "clicked"): (shown, clicks),
            ("film", "completed"): (shown, count["video_completions"]),
            ("screened", "watched"): (shown, count["watch_seconds"]),
            ("film_views", "views"): (shown, count["video_views"]),
            ("quarter", "whole"): (count["video_25"], count["video_completions"]),
        }
    )
    made |= {"half": count["video_50"].fill_null(0.0), "three_quarters": count["video_75"].fill_null(0.0)}
    keys = ("platform", "channel", "campaign", "video_view_definition")
    rows = frame.select(
        month_number(nw.col("spent_on")).alias("month"), *(words(name) for name in keys),
        exact(nw.col("spend")).alias("spend"), **made,
    )  # fmt: skip
    sums = rows.group_by("month", *keys).agg(nw.col("spend", *made).sum())
    return sums.select(first_day("month"), *keys, money("spend"), *made).to_native()


def channel_days(media: Any) -> Any:
    """Spend of each day and channel: one row per (spent_on, channel [empty where no rule names one]): spend [money].

    Raises
    ------
    DataError : a column is missing.
    """
    sums = spend_by(media, "spent_on", "channel", read="optional")
    return sums.select("spent_on", "channel", money("spend")).to_native()
