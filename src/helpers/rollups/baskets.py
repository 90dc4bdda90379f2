"""Baskets: how many are left, and what the customers of those left behind order afterwards."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, day_number, exact, money, month_number, picked


def basket_months(carts: Any) -> Any:
    """Baskets filled and baskets left, by customer and month.

    Parameters
    ----------
    carts : table `carts`, one row per basket.

    Returns
    -------
    One row per (customer_id [empty for guests], month [of created_on, months since year 0], is_abandoned): n_baskets, value
    [money].

    Raises
    ------
    DataError : a column is missing.
    """
    frame = picked(carts, "carts", "customer_id", "created_on", "is_abandoned", "cart_value")
    frame = frame.select(
        "customer_id",
        month_number(nw.col("created_on")).alias("month"),
        "is_abandoned",
        exact(nw.col("cart_value")).alias("value"),
    )
    summed = frame.group_by("customer_id", "month", "is_abandoned").agg(
        n_baskets=nw.len(), value=nw.col("value").sum()
    )
    return summed.with_columns(money("value")).to_native()


def left_baskets(carts: Any, orders: Any, *, days: int) -> Any:
    """Baskets left by known customers who could be reminded, with what each ordered within some days.

    An order counts for a basket when it was placed after the basket was begun and by the end of the day `days` later,
    whether or not a reminder was sent and when: both arms are measured from the same moment. On the basket's own day the
    times decide; where one is not known, that day's orders do not count. An order may follow several baskets.

    Parameters
    ----------
    carts : table `carts`, one row per basket.
    orders : table `orders`, one row per order.
    days : whole days after the day of the basket.

    Returns
    -------
    One row per basket that was reminded or held out by lot: customer_id, created_on, cart_id, created_at, reminded_at,
    reminder_channel, is_held_out, cart_value [money], is_credited [the tool claims an order for it], n_orders [orders placed,
    cancelled ones too], revenue [money, paid orders without VAT less returns].

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("cart_id", "created_at", "reminded_at", "reminder_channel", "is_held_out", "cart_value")
    left = picked(
        carts, "carts", "customer_id", "created_on", "is_abandoned", "recovered_order_id", *names
    ).filter(nw.col("is_abandoned"), ~nw.col("is_held_out").is_null(), ~nw.col("customer_id").is_null())
    left = left.select(
        "customer_id",
        "created_on",
        *names,
        begun=day_number("created_on"),
        is_credited=~nw.col("recovered_order_id").is_null(),
    )
    bought = picked(
        orders, "orders", "customer_id", "ordered_on", "ordered_at", "status", "revenue_excl_vat", "returned_value"
    ).select(
        "customer_id",
        "ordered_at",
        placed=day_number("ordered_on"),
        kept=nw.when(nw.col("status") == "paid")
        .then(exact(nw.col("revenue_excl_vat") - nw.col("returned_value").fill_null(0)))
        .otherwise(0),
    )  # fmt: skip
    joined = left.select("customer_id", "cart_id", "created_at", "begun").join(bought, on="customer_id")
    later = nw.col("placed") - nw.col("begun")
    after = (later > 0) | ((later == 0) & (nw.col("ordered_at") > nw.col("created_at")))
    found = joined.filter((later >= 0) & (later <= days) & after)
    sums = found.group_by("cart_id").agg(n_orders=nw.len(), kept=nw.col("kept").sum())
    return (
        left.join(sums, on="cart_id", how="left")
        .select(
            "customer_id",
            "created_on",
            *names,
            "is_credited",
            nw.col("n_orders").fill_null(0),
            revenue=nw.col("kept").fill_null(0) / SCALE,
        )
        .to_native()
    )
