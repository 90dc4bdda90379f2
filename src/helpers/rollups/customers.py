"""Orders to what is known of customers: their purchases, cohorts, second purchases and revenue by age."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw

from helpers.rollups.reading import (
    SCALE,
    day_number,
    first_day,
    merged_days,
    money,
    paid,
    seen_from_the_start,
)

WEEK = 7.0
MONTH_DAYS = (487, 16)  # a month of age is 487/16 = 30.4375 days: whole numbers, so that all engines agree


def purchase_days(orders: Any) -> Any:
    """Purchases of each customer, those of one day merged.

    Parameters
    ----------
    orders : table `orders`, one row per order.

    Returns
    -------
    One row per (customer_id, ordered_on): spend [money, revenue_excl_vat less returned_value]. The spend of a day
    whose goods all came back is 0, and the day stays.

    Raises
    ------
    DataError : a column is missing.
    """
    return merged_days(paid(orders)).with_columns(money("spend")).drop("n_orders").to_native()


def customer_summary(orders: Any, *, until: date) -> Any:
    """One row a customer: how often, how long, how recently and how much.

    Parameters
    ----------
    orders : table `orders`, one row per order.
    until : last day that counts; later orders are left out, and `age` runs to it.

    Returns
    -------
    customer_id, frequency [purchase days after the first], recency [weeks from first to last purchase], age [weeks
    from first purchase to `until`], first_on, last_on, n_days [purchase days], spend [money, total],
    mean_repeat_spend [money a purchase day, the first left out; empty when frequency is 0].

    Raises
    ------
    DataError : a column is missing.

    Source: the customer-by-sufficient-statistic summary of Fader & Hardie (2005).
    """
    days = merged_days(paid(orders).filter(nw.col("ordered_on") <= nw.lit(until)))
    # The smallest (day, spend) of a customer is that of the first day: half the work of a window, and Spark has it.
    customers = days.group_by("customer_id").agg(
        n_days=nw.len(),
        last_on=nw.col("ordered_on").max(),
        spend=nw.col("spend").sum(),
        first=nw.struct(nw.col("ordered_on"), nw.col("spend")).min(),
    )
    return summarised(customers, until).to_native()


def summarised(customers: nw.LazyFrame, until: date, *more: str) -> nw.LazyFrame:
    """Columns of `customer_summary` from n_days, last_on, spend and first [(day, spend) of the first day] of each customer."""
    customers = customers.with_columns(
        frequency=nw.col("n_days") - 1,
        first_on=nw.col("first").struct.field("ordered_on"),
        repeat_spend=nw.col("spend") - nw.col("first").struct.field("spend"),
    )
    repeats = nw.when(nw.col("frequency") > 0).then(nw.col("frequency"))
    return customers.select(
        "customer_id",
        "frequency",
        ((day_number("last_on") - day_number("first_on")) / WEEK).alias("recency"),
        ((until.toordinal() - day_number("first_on")) / WEEK).alias("age"),
        "first_on",
        "last_on",
        "n_days",
        money("spend"),
        (nw.col("repeat_spend") / repeats / SCALE).alias("mean_repeat_spend"),
        *more,
    )


def cohort_counts(orders: Any) -> Any:
    """How many customers of each first month buy again in each later month.

    Parameters
    ----------
    orders : table `orders`, one row per order.

    Returns
    -------
    One row per (cohort [first day of the month of first purchase], age [months since]): n_active [customers],
    n_customers [customers of the cohort]. An age at which nobody of the cohort bought is 0 when anybody else bought
    in that month, and absent otherwise; ages after the last month of the data are absent. Customers whose first order
    the shop knows to lie before the data (`is_first_order`) are in no cohort.

    Raises
    ------
    DataError : a column is missing.
    """
    bought, month = seen_from_the_start(orders), nw.col("month")
    first = bought.group_by("customer_id").agg(cohort=month.min())
    sizes = first.group_by("cohort").agg(n_customers=nw.len())
    months = bought.select("customer_id", "month").unique()
    months = months.with_columns(cohort=month.min().over("customer_id"))
    counts = months.group_by("cohort", "month").agg(n_active=nw.len())
    grid = sizes.join(bought.select("month").unique(), how="cross").filter(month >= nw.col("cohort"))
    return (
        grid.join(counts, on=["cohort", "month"], how="left")
        .select(
            first_day("cohort"),
            (nw.col("month") - nw.col("cohort")).alias("age"),
            nw.col("n_active").fill_null(0),
            "n_customers",
        )
        .to_native()
    )


def second_purchases(orders: Any, *, days: int = 30, until: date) -> Any:
    """How many customers buy a second time within some days of the first purchase.

    Parameters
    ----------
    orders : table `orders`, one row per order.
    days : from the first purchase day to the second.
    until : last day that counts; later orders are left out.

    Returns
    -------
    One row per first_on [day of first purchase]: n_customers, n_again [of them, bought again on a later day at most
    `days` after]. Customers whose `days` are not over at `until`, or whose first order lies before the data, are left out.

    Raises
    ------
    DataError : a column is missing.
    """
    bought = merged_days(seen_from_the_start(orders).filter(nw.col("ordered_on") <= nw.lit(until)))
    since = bought.with_columns(first_on=nw.col("ordered_on").min().over("customer_id")).with_columns(
        gap=day_number("ordered_on") - day_number("first_on"),
        left=until.toordinal() - day_number("first_on"),
    )
    again = ((nw.col("gap") > 0) & (nw.col("gap") <= days)).cast(nw.Int64)
    customers = (
        since.filter(nw.col("left") >= days).group_by("customer_id", "first_on").agg(again=again.max())
    )
    counted = customers.group_by("first_on").agg(
        n_customers=nw.len(), n_again=nw.col("again").sum().cast(nw.Int64)
    )
    return counted.to_native()


def newcomer_revenue(orders: Any, *, until: date, months: int = 24) -> Any:
    """Revenue of new customers by day of first purchase and month of age.

    Parameters
    ----------
    orders : table `orders`, one row per order.
    until : last day that counts; later orders are left out.
    months : highest age wanted.

    Returns
    -------
    One row per (first_on [day of first purchase], age): n_customers [won on that day], revenue [money, returns taken
    off, of all of them]. Age 0 is the day of first purchase itself, age k the days up to k months of 30.4375 days after
    it and not counted before. An age that is not over at `until` is absent, and so is one at which nobody bought; age 0
    is always there. Customers whose first order the shop knows to lie before the data (`is_first_order`) are left out.

    Raises
    ------
    DataError : a column is missing.
    """
    bought = merged_days(seen_from_the_start(orders).filter(nw.col("ordered_on") <= nw.lit(until)))
    first = bought.group_by("customer_id").agg(first_on=nw.col("ordered_on").min())
    lots = first.group_by("first_on").agg(n_customers=nw.len())
    days, parts = MONTH_DAYS
    gap = day_number("ordered_on") - day_number("first_on")
    spent = (
        bought.join(first, on="customer_id")
        .with_columns(age=(gap * parts + days - 1) // days)
        .group_by("first_on", "age")
        .agg(revenue=nw.col("spend").sum())
    )
    over = day_number("first_on") + nw.col("age") * days // parts <= until.toordinal()
    return (
        spent.filter(over & (nw.col("age") <= months))
        .join(lots, on="first_on")
        .select("first_on", "age", "n_customers", money("revenue"))
        .to_native()
    )
