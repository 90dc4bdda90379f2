"""Tests with a control, as their rows say: what each region sold and cost by day, and what was planned of each arm."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.daily import spend_by
from helpers.rollups.reading import SCALE, exact, money, paid, picked, words

MAYBE = ("place", "value", "conversions", "cost", "exposed")
PLAN = ("hypothesis", "metric", "registered_on", "starts_on", "ends_on")


def place_days(experiments: Any) -> Any:
    """What each place of each test by region sold on each day.

    Parameters
    ----------
    experiments : table `experiments`; rows of other kinds than geo are left out.

    Returns
    -------
    One row per (experiment_id, arm, market, place, measured_on): value, cost [money], n_orders, exposed [0 or more]; `n_valued` and
    `n_costed` [rows that said so], so that nothing is not taken for zero. A place without a name is empty text.

    Raises
    ------
    DataError : a column is missing.
    """
    keys = ("experiment_id", "arm", "market", "measured_on")
    rows = picked(experiments, "experiments", "kind", *keys, maybe=MAYBE, read="optional")
    rows = rows.filter(nw.col("kind") == "geo").with_columns(words("place"))
    made = rows.group_by("experiment_id", "arm", "market", "place", "measured_on").agg(
        value=exact(nw.col("value")).sum(),
        cost=exact(nw.col("cost")).sum(),
        n_orders=nw.col("conversions").cast(nw.Float64).sum(),
        exposed=nw.col("exposed").cast(nw.Float64).sum(),
        n_valued=nw.col("value").cast(nw.Float64).count(),
        n_costed=nw.col("cost").cast(nw.Float64).count(),
    )
    return made.with_columns(
        value=nw.col("value") / SCALE, cost=nw.col("cost") / SCALE,
        n_orders=nw.col("n_orders").fill_null(0.0), exposed=nw.col("exposed").fill_null(0.0),
    ).to_native()  # fmt: skip


def planned_arms(experiments: Any) -> Any:
    """What was planned of each arm of each test, and what was counted of it.

    Parameters
    ----------
    experiments : table `experiments`, one row per test, arm, day and place.

    Returns
    -------
    One row per (experiment_id, kind, arm): hypothesis, metric, registered_on, starts_on, ends_on [the first of each], first_on,
    last_on [days counted], n_places, units, conversions, value [money], value_squares, n_rows.

    Raises
    ------
    DataError : a column is missing.
    """
    keys = ("experiment_id", "kind", "arm")
    maybe = (*PLAN, "place", "conversions", "value", "value_squares")
    rows = picked(experiments, "experiments", *keys, "measured_on", "units", maybe=maybe, read="optional")
    made = rows.group_by(*keys).agg(
        *(nw.col(name).min() for name in PLAN),
        first_on=nw.col("measured_on").min(),
        last_on=nw.col("measured_on").max(),
        n_places=nw.col("place").cast(nw.String).n_unique(),
        units=nw.col("units").cast(nw.Float64).sum(),
        conversions=nw.col("conversions").cast(nw.Float64).sum(),
        value=exact(nw.col("value")).sum(),
        value_squares=nw.col("value_squares").cast(nw.Float64).sum(),
        n_rows=nw.len(),
    )
    return made.with_columns(value=nw.col("value") / SCALE).to_native()


def channel_names(media: Any) -> Any:
    """The channels that media were spent on, one row each: channel.

    Raises
    ------
    DataError : a column is missing.
    """
    rows = picked(media, "media_spend", "spend", maybe=("channel",), read="optional")
    named = rows.select(channel=nw.col("channel").cast(nw.String))
    return named.filter(~nw.col("channel").is_null()).unique().to_native()


def spend_of_channels(media: Any, *, since: date, until: date) -> Any:
    """What was spent on each channel from one day to another.

    Returns
    -------
    One row per (channel [empty text for none], market): spend [money].

    Raises
    ------
    DataError : a column is missing.
    """
    sums = spend_by(media, "channel", "market", since=since, until=until, unnamed="", read="optional")
    return sums.select("channel", "market", money("spend")).to_native()


def region_days(orders: Any, stores: Any, *, since: date, until: date) -> Any:
    """What the stores of each region sold by day: paid orders with a store whose region is known.

    Parameters
    ----------
    orders, stores : tables of the page.

    Returns
    -------
    One row per (market, place [region], measured_on): value [money, returns taken off]. A day without orders has no row.

    Raises
    ------
    DataError : a column is missing.
    """
    homes = picked(stores, "stores", "store_id", maybe=("region",), read="optional")
    homes = homes.select("store_id", place=nw.col("region").cast(nw.String)).filter(
        ~nw.col("place").is_null()
    )
    homes = homes.group_by("store_id").agg(place=nw.col("place").min())
    frame = picked(orders, "orders", "customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "market", maybe=("store_id",))  # fmt: skip
    days = (nw.col("ordered_on") >= nw.lit(since)) & (nw.col("ordered_on") <= nw.lit(until))
    bought = paid(frame.filter(days).to_native(), "market", "store_id")
    bought = bought.with_columns(store_id=nw.col("store_id").cast(nw.String)).join(homes, on="store_id")
    made = bought.group_by("market", "place", "ordered_on").agg(value=nw.col("spend").sum())
    return made.select(
        "market", "place", measured_on=nw.col("ordered_on"), value=nw.col("value") / SCALE
    ).to_native()
