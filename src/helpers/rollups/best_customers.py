"""Who spends most, and where: customers with what they spent of late and the store they know best."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, paid, picked


def recent_spend(orders: Any, *, since: date, until: date) -> Any:
    """What each customer spent between two days.

    Parameters
    ----------
    orders : table `orders`. since, until : first and last day.

    Returns
    -------
    One row per (customer_id, market): spend [money, returns off].

    Raises
    ------
    DataError : a column is missing.
    """
    day = nw.col("ordered_on")
    bought = paid(orders, "market").filter(day >= nw.lit(since), day <= nw.lit(until))
    sums = bought.group_by("customer_id", "market").agg(spend=nw.col("spend").sum())
    return sums.with_columns(spend=nw.col("spend") / SCALE).to_native()


def store_orders(orders: Any, *, since: date, until: date) -> Any:
    """How often each customer bought in each store between two days; empty where orders name no store.

    Returns
    -------
    One row per (customer_id, store_id): n [paid orders].

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("customer_id", "ordered_on", "status")
    rows, day = picked(orders, "orders", *names, maybe=("store_id",)), nw.col("ordered_on")
    kept = rows.filter(nw.col("status") == "paid", ~nw.col("store_id").is_null())
    kept = kept.filter(day >= nw.lit(since), day <= nw.lit(until))
    return kept.group_by("customer_id", "store_id").agg(n=nw.len()).to_native()


def segments(customers: Any) -> Any:
    """The company's own segment of each customer, and whether it is a professional one.

    Returns
    -------
    One row per customer_id: segment, is_b2b.

    Raises
    ------
    DataError : a column is missing.
    """
    frame = picked(customers, "customers", "customer_id", maybe=("segment", "is_b2b", "is_erased"))
    gone = nw.col("is_erased").cast(nw.Boolean).fill_null(False)
    return frame.filter(~gone).select("customer_id", "segment", "is_b2b").to_native()


def paid_days(orders: Any) -> Any:
    """Paid orders of each day and market.

    Returns
    -------
    One row per (ordered_on, market): n.

    Raises
    ------
    DataError : a column is missing.
    """
    rows = picked(orders, "orders", "ordered_on", "market", "status").filter(nw.col("status") == "paid")
    return rows.group_by("ordered_on", "market").agg(n=nw.len()).to_native()
