"""Customers who took a service, and others on a day of theirs: what was known before the day, and what came after it."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, day_number, having, merged_days, paid, picked

# Not the segment: lists hold today's, which is made of purchases after the day, and whoever makes people alike in it takes the effect away.
TRAITS = ("age_band", "acquisition_channel", "density_class")
YEAR = 365


def first_taken(services: Any, *, since: date, until: date) -> Any:
    """The first day on which each customer took each service, where it lies between two days.

    Parameters
    ----------
    services : table `services`.
    since, until : first and last day that count; who took the service earlier already is left out.

    Returns
    -------
    One row per (customer_id, service): day [number of the day, as `date.toordinal`].

    Raises
    ------
    DataError : a column is missing.
    """
    rows = having(services, "services", "customer_id", "service", "started_on").filter(
        nw.col("started_on") <= nw.lit(until)
    )
    first = rows.group_by("customer_id", "service").agg(started_on=nw.col("started_on").min())
    kept = first.filter(nw.col("started_on") >= nw.lit(since))
    return kept.select("customer_id", "service", day_number("started_on").alias("day")).to_native()


def taken(services: Any, *, until: date) -> Any:
    """When each customer first took each service, and in how many rows: customer_id, service, day, n_rows; up to a day.

    Raises
    ------
    DataError : a column is missing.
    """
    rows = having(services, "services", "customer_id", "service", "started_on").filter(
        nw.col("started_on") <= nw.lit(until)
    )
    counted = rows.group_by("customer_id", "service").agg(
        started_on=nw.col("started_on").min(), n_rows=nw.len()
    )
    return counted.select(
        "customer_id", "service", day_number("started_on").alias("day"), "n_rows"
    ).to_native()


def others_days(orders: Any, *, since: date, until: date, one_in: int = 3) -> Any:
    """Days of each customer to compare from, between two days: one purchase day in `one_in`, and one day of any kind.

    Parameters
    ----------
    orders : table `orders`.
    since, until : first and last day.
    one_in : of how many purchase days one is kept, 1 keeps all.

    Returns
    -------
    One row a day, several a customer: customer_id, service [""], day. Which days these are comes from the number of the day and of the
    first purchase alone: the same data give the same days, and nothing that comes later decides, for a choice among all purchases of a
    customer would leave out those who come back.

    Raises
    ------
    DataError : a column is missing.
    """
    first, last = since.toordinal(), until.toordinal()
    days = merged_days(paid(orders)).select("customer_id", day=day_number("ordered_on"))
    days = days.with_columns(start=nw.col("day").min().over("customer_id"))
    # Remainders of large multiples scramble neighbouring days.
    lot = (nw.col("day") * 7919 + nw.col("start") * 104_729) % 1009 % one_in
    bought = days.filter((nw.col("day") >= first) & (nw.col("day") <= last) & (lot == 0))
    known = days.group_by("customer_id").agg(start=nw.col("start").min())
    any_day = known.with_columns(day=first + (nw.col("start") * 7919) % (last - first + 1))
    both = [
        rows.select("customer_id", "day")
        for rows in (bought, any_day.filter(nw.col("day") > nw.col("start")))
    ]
    made = nw.concat(both).unique().with_columns(service=nw.lit(""))
    return made.select("customer_id", "service", "day").to_native()


def before_and_after(places: Any, orders: Any, customers: Any, *, days: int, until: date) -> Any:
    """What was known of customers before a day, and what they bought after it.

    Parameters
    ----------
    places : one row per (customer_id, service, day), as `first_taken` or `others_days` returns it.
    orders : table `orders`. customers : table `customers`.
    days : length of what is looked at after the day, and of the placebo before it.
    until : last day of the data that counts.

    Returns
    -------
    The rows of `places` with: is_order_day [1 where the customer bought on the day], n_before and spend_before [purchase days and money of the 365
    days before it], silence [days since the last purchase before it; empty without one], tenure [days since the first order as the shop
    knows it], again [1 where bought within `days` after it], kept [money of these days, returns taken off], left [days from the day to
    `until`], and the same as known `days` earlier: early_n, early_spend, early_silence, and early_again [1 where bought in
    the `days` before the day]; market, age_band, acquisition_channel, density_class of the customer.

    Raises
    ------
    DataError : a column is missing.
    """
    bought = merged_days(paid(orders).filter(nw.col("ordered_on") <= nw.lit(until)))
    past = bought.select("customer_id", "spend", at=day_number("ordered_on"))
    rows = nw.from_native(places).lazy().join(past, on="customer_id", how="left")
    gap, spend = nw.col("at") - nw.col("day"), nw.col("spend")

    def within(first: int, last: int) -> nw.Expr:
        return ((gap >= first) & (gap <= last)).cast(nw.Int64).fill_null(0)

    year, early, after, just = (
        within(-YEAR, -1),
        within(-YEAR - days, -days - 1),
        within(1, days),
        within(-days, -1),
    )
    sums = rows.group_by("customer_id", "service", "day").agg(
        is_order_day=within(0, 0).max(), n_before=year.sum(), spend_before=(year * spend.fill_null(0)).sum() / SCALE,
        last_at=nw.when(gap < 0).then(nw.col("at")).max(), first_at=nw.col("at").min(), again=after.max(),
        kept=(after * spend.fill_null(0)).sum() / SCALE, early_n=early.sum(), early_spend=(early * spend.fill_null(0)).sum() / SCALE,
        early_last=nw.when(gap < -days).then(nw.col("at")).max(), early_again=just.max(),
    )  # fmt: skip
    people = picked(customers, "customers", "customer_id", "market", maybe=("first_order_on", *TRAITS))
    people = people.with_columns(nw.col("first_order_on").cast(nw.Date))
    people = people.with_columns(known_since=day_number("first_order_on"))
    joined = sums.join(people.drop("first_order_on"), on="customer_id", how="inner")
    first = nw.min_horizontal(nw.col("known_since"), nw.col("first_at"))
    return joined.select(
        "customer_id", "service", "day", "market", *TRAITS, "is_order_day", "n_before", "spend_before",
        (nw.col("day") - nw.col("last_at")).alias("silence"), (nw.col("day") - first).alias("tenure"), "again", "kept",
        (until.toordinal() - nw.col("day")).alias("left"), "early_n", "early_spend",
        (nw.col("day") - days - nw.col("early_last")).alias("early_silence"), "early_again",
    ).to_native()  # fmt: skip
