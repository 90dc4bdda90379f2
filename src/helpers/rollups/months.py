"""Orders to months: sales, and who was active, stayed and came back."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, first_day, merged_days, money, of_month, paid


def monthly_sales(orders: Any) -> Any:
    """Sales of each month.

    Parameters
    ----------
    orders : table `orders`, one row per order.

    Returns
    -------
    One row per month [its first day]: n_orders [paid orders], n_customers [different customers], revenue_excl_vat
    [money, returns taken off], returned_value [money, what was taken off]. Months without an order are absent.

    Raises
    ------
    DataError : a column is missing.
    """
    months = (
        paid(orders)
        .group_by("customer_id", "month")
        .agg(n_orders=nw.len(), spend=nw.col("spend").sum(), returned=nw.col("returned").sum())
        .group_by("month")
        .agg(
            n_orders=nw.col("n_orders").sum(),
            n_customers=nw.len(),
            revenue_excl_vat=nw.col("spend").sum() / SCALE,
            returned_value=nw.col("returned").sum() / SCALE,
        )
    )
    return months.select(
        first_day("month"),
        nw.col("n_orders").cast(nw.Int64),
        "n_customers",
        "revenue_excl_vat",
        "returned_value",
    ).to_native()


def monthly_activity(orders: Any) -> Any:
    """Who was active in each month, who stayed from the month before, and who came back after missing one.

    Parameters
    ----------
    orders : table `orders`, one row per order.

    Returns
    -------
    One row per month [its first day] with a purchase: n_active [customers], n_days [purchase days], n_orders,
    revenue_excl_vat [money, returns taken off], n_previous [customers active in the month before], n_kept [of them,
    active now], n_lapsed [customers active two months before and not in the month before], n_returned [of them,
    active now], returned_spend, returned_spend_squared [sum of the spend of those who returned, and of its square].

    Raises
    ------
    DataError : a column is missing.
    """
    customers = (
        merged_days(paid(orders), "month")
        .group_by("customer_id", "month")
        .agg(n_days=nw.len(), n_orders=nw.col("n_orders").sum(), spend=nw.col("spend").sum())
    )
    before = nw.col("month").shift(1).over("customer_id", order_by="month")
    customers = customers.with_columns(gap=nw.col("month") - before)
    returned = nw.when(nw.col("gap") == 2).then(nw.col("spend")).otherwise(nw.lit(0.0))
    months = customers.group_by("month").agg(
        n_active=nw.len(),
        n_days=nw.col("n_days").sum().cast(nw.Int64),
        n_orders=nw.col("n_orders").sum().cast(nw.Int64),
        revenue_excl_vat=nw.col("spend").sum(),
        n_kept=(nw.col("gap") == 1).cast(nw.Int64).sum().cast(nw.Int64),
        n_returned=(nw.col("gap") == 2).cast(nw.Int64).sum().cast(nw.Int64),
        returned_spend=returned.sum(),
        returned_spend_squared=(returned * returned).sum(),
    )
    previous, earlier = of_month("n_active", 1), of_month("n_active", 2)
    # Divided last: sums of whole numbers are exact, so the same data give the same digits whatever the order.
    months = months.with_columns(
        money("revenue_excl_vat"),
        money("returned_spend"),
        (nw.col("returned_spend_squared") / SCALE**2).alias("returned_spend_squared"),
        n_kept=nw.col("n_kept").fill_null(0),
        n_returned=nw.col("n_returned").fill_null(0),
        n_previous=previous,
        n_lapsed=earlier - of_month("n_kept", 1),
    )
    return months.with_columns(first_day("month")).to_native()
