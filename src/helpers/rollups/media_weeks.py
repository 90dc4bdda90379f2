"""What a mix model reads: media cost by channel and sales by day, and both by whole weeks that begin on a Monday."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw
import pandas as pd

from helpers.errors import DataError
from helpers.rollups.daily import spend_by
from helpers.rollups.reading import SCALE, exact, having, money, paid, picked

UNMAPPED = ""  # name of the cost that fits no channel of the taxonomy
WEEK = 7


def channel_days(media: Any) -> Any:
    """What media cost by channel, by the days that the cost is for.

    Parameters
    ----------
    media : table `media_spend`, one row per day (or span of days), platform, campaign and more.

    Returns
    -------
    One row per (spent_on, ends_on [empty where the cost is of one day], channel ["" where it fits no channel]): spend [money],
    n_rows [count].

    Raises
    ------
    DataError : a column is missing.
    """
    days = spend_by(media, "spent_on", "ends_on", "channel", unnamed=UNMAPPED)
    return days.select("spent_on", "ends_on", "channel", money("spend"), "n_rows").to_native()


def sales_days(orders: Any, *, since: date | None = None) -> Any:
    """Paid sales of each day and market: one row per (ordered_on, market) with revenue [money, returns taken off] and n_orders.

    Parameters
    ----------
    since : first day that counts; None for all.

    Raises
    ------
    DataError : a column is missing.
    """
    having(orders, "orders", "market")
    bought = paid(orders, "market")
    if since is not None:
        bought = bought.filter(nw.col("ordered_on") >= nw.lit(since))
    sums = bought.group_by("ordered_on", "market").agg(revenue=nw.col("spend").sum(), n_orders=nw.len())
    return sums.select(
        "ordered_on", "market", (nw.col("revenue") / SCALE).alias("revenue"), "n_orders"
    ).to_native()


def test_markets(experiments: Any) -> Any:
    """Markets in which each test was run: one row per (experiment_id, market).

    Raises
    ------
    DataError : a column is missing.
    """
    return picked(experiments, "experiments", "experiment_id", "market").unique().to_native()


def platform_claims(claims: Any, media: Any) -> Any:
    """What platforms say that they sold, by channel and day.

    Parameters
    ----------
    claims : table `media_conversions`. media : table `media_spend`, which says the channel of a platform's campaign.

    Returns
    -------
    One row per (converted_on, channel): value [money], of purchases that the platform itself counted.

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("platform", "campaign_id", "channel")
    whose = picked(media, "media_spend", *names).filter(~nw.col("channel").is_null()).unique()
    needed = ("converted_on", "platform", "campaign_id", "counted_by", "conversion_value")
    rows = picked(claims, "media_conversions", *needed).filter(nw.col("counted_by") == "platform")
    joined = rows.join(whose, on=["platform", "campaign_id"]).with_columns(
        value=exact(nw.col("conversion_value").fill_null(0))
    )
    sums = joined.group_by("converted_on", "channel").agg(value=nw.col("value").sum())
    return sums.select("converted_on", "channel", money("value")).to_native()


def weekly_spend(days: pd.DataFrame, *, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Media cost of whole weeks, a column a channel; the cost of a span of days is shared out evenly over its days.

    Parameters
    ----------
    days : the rows of `channel_days`, collected.
    weeks : the Mondays wanted, in a row.

    Returns
    -------
    Index: the weeks. One column per channel, the names in order [money]; a week without a row of a channel holds 0.

    Raises
    ------
    DataError : a span ends before it begins.
    """
    if days.empty:
        return pd.DataFrame(index=weeks)
    rows = days.sort_values(["channel", "spent_on", "ends_on"]).reset_index(drop=True)
    first = pd.to_datetime(rows["spent_on"])
    last = pd.to_datetime(rows["ends_on"]).fillna(first)
    length = (last - first).dt.days + 1
    if (length < 1).any():
        at = int((length < 1).to_numpy().argmax())
        raise DataError(
            f"media_spend: a cost from {first[at].date()} ends on {last[at].date()}, before it begins. Correct the span."
        )
    at = rows.index.repeat(length)
    step = at.to_series().groupby(at).cumcount().to_numpy()
    day = first.loc[at].reset_index(drop=True) + pd.to_timedelta(step, unit="D")
    shared = pd.DataFrame(
        {
            "week": monday(day),
            "channel": rows["channel"].loc[at].to_numpy(),
            "spend": (rows["spend"] / length).loc[at].to_numpy(),
        }
    )
    made = shared.groupby(["week", "channel"])["spend"].sum().unstack("channel")
    return made.reindex(index=weeks).fillna(0.0).sort_index(axis="columns").rename_axis("week")


def weekly_sales(days: pd.DataFrame, *, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Sales of whole weeks: index the weeks, columns revenue [money] and n_orders; a week without a paid order is empty."""
    rows = days.sort_values(["ordered_on", "market"])
    week = monday(pd.to_datetime(rows["ordered_on"])).rename("week")
    made = rows.groupby(week)[["revenue", "n_orders"]].sum()
    return made.reindex(weeks).rename_axis("week")


def whole_weeks(first: date, last: date) -> pd.DatetimeIndex:
    """Mondays of the weeks that lie from one day to another with all their days."""
    begin = first + timedelta(days=-first.weekday() % WEEK)
    end = last - timedelta(days=WEEK - 1)
    return pd.date_range(begin, end, freq="7D", unit="us", name="week")


def monday(days: pd.Series) -> pd.Series:
    """The Monday of the week of each day."""
    return days - pd.to_timedelta(days.dt.day_of_week, unit="D")
