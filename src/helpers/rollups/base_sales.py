"""Orders to what base demand is read from: repeat orders by month of first purchase, and what a month sold at which price."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, exact, first_day, having, paid, seen_from_the_start


def cohort_orders(orders: Any) -> Any:
    """Orders by month of first purchase and month, of customers whose first purchase is in the data.

    Parameters
    ----------
    orders : table `orders`, one row per order.

    Returns
    -------
    One row per (cohort [first day of the month of first purchase], month [its first day]) with an order: n_orders [paid], n_customers
    [different customers]. In the month of the cohort itself n_customers is its size.

    Raises
    ------
    DataError : a column is missing.
    """
    bought = seen_from_the_start(orders).with_columns(cohort=nw.col("month").min().over("customer_id"))
    each = bought.group_by("cohort", "month", "customer_id").agg(n_orders=nw.len())
    sums = each.group_by("cohort", "month").agg(
        n_orders=nw.col("n_orders").sum().cast(nw.Int64), n_customers=nw.len()
    )
    return sums.select(first_day("cohort"), first_day("month"), "n_orders", "n_customers").to_native()


def sold_months(orders: Any) -> Any:
    """What each month sold, and at which price a unit before reductions.

    Parameters
    ----------
    orders : table `orders`. Without `discount` or `n_items` there is no price: both of its columns are 0.

    Returns
    -------
    One row per month [its first day]: n_orders [paid], revenue_excl_vat [money, returns taken off], list_value [money before
    reductions and returns, of orders whose units are known], n_items [units of them].

    Raises
    ------
    DataError : a column is missing.
    """
    there = having(orders, "orders").collect_schema().names()
    if {"discount", "n_items"} <= set(there):
        known = paid(orders, "discount", "n_items")
        counts = nw.col("n_items").fill_null(0) > 0
        listed = nw.col("spend") + nw.col("returned") + exact(nw.col("discount").fill_null(0))
    else:
        known = paid(orders).with_columns(n_items=nw.lit(0))
        counts, listed = nw.col("n_items") > 0, nw.col("spend")
    rows = known.select(
        "month",
        "spend",
        listed=nw.when(counts).then(listed).otherwise(nw.lit(0.0)),
        items=nw.when(counts).then(nw.col("n_items")).otherwise(nw.lit(0)).cast(nw.Int64),
    )
    months = rows.group_by("month").agg(
        n_orders=nw.len(),
        revenue_excl_vat=nw.col("spend").sum() / SCALE,
        list_value=nw.col("listed").sum() / SCALE,
        n_items=nw.col("items").sum().cast(nw.Int64),
    )
    return months.select(first_day("month"), "n_orders", "revenue_excl_vat", "list_value", "n_items").to_native()  # fmt: skip
