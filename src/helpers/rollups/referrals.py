"""New customers whom a customer recommended, and the others."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, day_number, money, paid, picked


def newcomers_by_referral(orders: Any, customers: Any, *, since: date, until: date, days: int = 365) -> Any:
    """What customers brought in their first days, those whom a customer recommended apart.

    Parameters
    ----------
    orders : table `orders`. customers : table `customers`, with first_order_on.
    since, until : days of first orders that count; all `days` after them must be in the data.
    days : days from the first order, that day included.

    Returns
    -------
    One row per is_referred: n [customers], spend, spend_squared [money, sum over customers of what each spent and of its square].

    Raises
    ------
    DataError : a column is missing.
    """
    known = picked(customers, "customers", "customer_id", "first_order_on", maybe=("referred_by",))
    first = nw.col("first_order_on")
    known = known.filter(first >= nw.lit(since), first <= nw.lit(until)).select(
        "customer_id",
        day_number("first_order_on").alias("first"),
        (~nw.col("referred_by").is_null()).cast(nw.Int64).alias("is_referred"),
    )
    bought = paid(orders).with_columns(day=day_number("ordered_on"))
    gap = nw.col("day") - nw.col("first")
    spent = (
        known.join(bought, on="customer_id")
        .filter(gap >= 0, gap < days)
        .group_by("customer_id")
        .agg(spend=nw.col("spend").sum())
    )
    people = known.join(spent, on="customer_id", how="left").with_columns(spend=nw.col("spend").fill_null(0))
    squares = (nw.col("spend") * nw.col("spend")).sum()
    sums = people.group_by("is_referred").agg(n=nw.len(), spend=nw.col("spend").sum(), spend_squared=squares)
    return sums.select(
        "is_referred", "n", money("spend"), (nw.col("spend_squared") / SCALE**2).alias("spend_squared")
    ).to_native()


def referrals(customers: Any) -> Any:
    """New customers by day of first order: first_on, n_customers, n_referred [whom a customer recommended]."""
    known = picked(customers, "customers", "customer_id", "first_order_on", maybe=("referred_by",))
    referred = (~nw.col("referred_by").is_null()).cast(nw.Int64)
    known = known.filter(~nw.col("first_order_on").is_null())
    lots = known.group_by(nw.col("first_order_on").alias("first_on"))
    return lots.agg(n_customers=nw.len(), n_referred=referred.sum().cast(nw.Int64)).to_native()
