"""Who was addressed by a campaign, and what customers did before it and after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, day_number, exact, paid, picked

WHO = ("customer_id", "campaign_id", "name", "starts_on", "is_held_out", "market")


def addressed(
    recipients: Any, campaigns: Any, orders: Any, *, until: date, days: int = 28, channel: str | None = None
) -> Any:
    """One row an addressed customer of each campaign that left some alone: what they had done before, and what they did after.

    Parameters
    ----------
    recipients : table `campaign_recipients`.
    campaigns : table `campaigns`.
    orders : table `orders`, one row per order.
    until : last day that counts; a campaign whose `days` are not over then is left out, and so is one from before the first order.
    days : days from the first day of the campaign in which it is to work, that day included.
    channel : only campaigns of this one.

    Returns
    -------
    One row per (customer_id, campaign_id): name, starts_on, is_held_out, market, n_orders [placed in these days, cancelled ones
    included], spend [money, of the paid ones, returns taken off], n_before [paid orders before], days_since [days from the last of
    them; empty without one], tenure [days from the first], spend_before [money an order], discounted [share of them with a
    discount; empty where orders do not say]. Nothing is known before the data.

    Raises
    ------
    DataError : a column is missing.
    """
    people = picked(recipients, "campaign_recipients", "campaign_id", "customer_id", "is_held_out", "market")
    runs = picked(campaigns, "campaigns", "campaign_id", "name", "starts_on", maybe=("channel",))
    if channel is not None:
        runs = runs.filter(nw.col("channel") == channel)
    begin = picked(orders, "orders", "ordered_on").select(begin=nw.col("ordered_on").min())
    is_over = nw.col("starts_on") <= nw.lit(until - timedelta(days=days - 1))
    runs = runs.join(begin, how="cross").filter(is_over, nw.col("starts_on") > nw.col("begin"))
    people = people.filter(~nw.col("is_held_out").is_null()).join(runs, on="campaign_id")
    held = nw.col("is_held_out").cast(nw.Int64)
    arms = {"fewest": held.min().over("campaign_id"), "most": held.max().over("campaign_id")}
    people = people.with_columns(**arms).filter(nw.col("fewest") < nw.col("most"))
    before = nw.when(nw.col("n_before") > 0).then(nw.col("n_before"))
    return (
        _around(people.select(*WHO), orders, days)
        .with_columns(n_orders=nw.col("n_orders").fill_null(0), n_before=nw.col("n_before").fill_null(0))
        .select(
            *WHO, "n_orders", (nw.col("spend").fill_null(0) / SCALE).alias("spend"),
            "n_before", "days_since", "tenure",
            (nw.col("before") / before / SCALE).alias("spend_before"),
            (nw.col("n_discounted") / before).alias("discounted"),
        )
        .to_native()
    )  # fmt: skip


def _around(people: nw.LazyFrame, orders: Any, days: int) -> nw.LazyFrame:
    """Each row of `people` with sums over its orders: in the days of the campaign, and before them."""
    names = ("customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value")
    frame = picked(orders, "orders", *names, maybe=("discount",))
    bought = frame.select(
        "customer_id",
        day_number("ordered_on").alias("day"),
        (nw.col("status") == "paid").cast(nw.Int64).alias("is_paid"),
        exact(nw.col("revenue_excl_vat") - nw.col("returned_value").fill_null(0)).alias("money"),
        (nw.col("discount").cast(nw.Float64) > 0).cast(nw.Int64).alias("is_discounted"),
    )
    joined = people.join(bought, on="customer_id", how="left")
    joined = joined.with_columns(gap=nw.col("day") - day_number("starts_on"))
    inside = ((nw.col("gap") >= 0) & (nw.col("gap") < days)).cast(nw.Int64)
    earlier = (nw.col("gap") < 0).cast(nw.Int64) * nw.col("is_paid")
    ago = nw.when(earlier == 1).then(-nw.col("gap"))
    return joined.group_by(*WHO).agg(
        n_orders=inside.sum().cast(nw.Int64),
        spend=(inside * nw.col("is_paid") * nw.col("money")).sum(),
        n_before=earlier.sum(),
        before=(earlier * nw.col("money")).sum(),
        n_discounted=(earlier * nw.col("is_discounted")).sum(),
        days_since=ago.min(),
        tenure=ago.max(),
    )


def customers_between(orders: Any, *, since: date, until: date) -> Any:
    """Customers with a paid order from one day to another: one row per customer_id.

    Raises
    ------
    DataError : a column is missing.
    """
    days = (nw.col("ordered_on") >= nw.lit(since)) & (nw.col("ordered_on") <= nw.lit(until))
    return paid(orders).filter(days).select("customer_id").unique().to_native()


def history_of_each(orders: Any, *, until: date) -> Any:
    """What `addressed` says of customers before a campaign, for every customer and a campaign on the day after `until`.

    Returns
    -------
    One row per customer_id with a paid order up to then: market [of the last order], n_before, days_since, tenure, spend_before,
    discounted.

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "market")
    frame = picked(orders, "orders", *names, maybe=("discount",))
    ago = until.toordinal() + 1 - day_number("ordered_on")
    bought = frame.filter(nw.col("status") == "paid", nw.col("ordered_on") <= nw.lit(until)).select(
        "customer_id",
        ago.alias("ago"),
        nw.struct(ago.alias("ago"), nw.col("market")).alias("place"),
        exact(nw.col("revenue_excl_vat") - nw.col("returned_value").fill_null(0)).alias("money"),
        (nw.col("discount").cast(nw.Float64) > 0).cast(nw.Int64).alias("is_discounted"),
    )
    made = bought.group_by("customer_id").agg(
        place=nw.col("place").min(), n_before=nw.len(), days_since=nw.col("ago").min(), tenure=nw.col("ago").max(),
        before=nw.col("money").sum(), n_discounted=nw.col("is_discounted").sum(),
    )  # fmt: skip
    return made.select(
        "customer_id", nw.col("place").struct.field("market").alias("market"), "n_before", "days_since", "tenure",
        (nw.col("before") / nw.col("n_before") / SCALE).alias("spend_before"),
        (nw.col("n_discounted") / nw.col("n_before")).alias("discounted"),
    ).to_native()  # fmt: skip
