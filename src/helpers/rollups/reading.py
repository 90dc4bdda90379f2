"""What every rollup reads orders with, and how a rollup comes to pandas."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import narwhals as nw
import pandas as pd

from helpers import i18n
from helpers.errors import DataError, NothingToReportError
from helpers.tables import as_pandas

SCALE = 10_000  # money has four decimals; whole numbers add up exactly, whatever the order of the rows
KEYS = ("customer_id", "ordered_on", "cohort", "age", "month", "first_on", "spent_on", "ends_on", "day")


def collect(native: Any, *, may_be_empty: bool = False) -> pd.DataFrame:
    """Bring a rollup to pandas, through Arrow.

    Parameters
    ----------
    native : a DuckDB relation or a Spark DataFrame.

    Returns
    -------
    A frame sorted by its leading key columns, so that equal data give an equal frame: days as `datetime64[us]`,
    money as `float64`, text as `str`; whole numbers with gaps as `Int64`.

    Raises
    ------
    NothingToReportError : there are no rows, unless they `may_be_empty`.
    """
    lazy = nw.from_native(native).lazy()
    keys = list(takewhile(lambda name: name in KEYS, lazy.collect_schema().names()))
    lazy = lazy.sort(keys) if keys else lazy
    frame = as_pandas(lazy.collect("pyarrow").to_native())
    if frame.empty and not may_be_empty:
        said = i18n.mark(
            "orders: no paid order is left to count. Look at their status, or choose a later period or another market."
        )
        raise NothingToReportError(said)
    return frame


def only(rows: Any, *names: str) -> Any:
    """Some columns of a table as they are; for small tables that are read row by row.

    Raises
    ------
    DataError : a column is missing.
    """
    return picked(rows, "rollups", *names).to_native()


def having(native: Any, table: str, *names: str, read: str = "load") -> nw.LazyFrame:
    """A table, lazily, if it has these columns; the refusal names it and the function of `tables` that reads it.

    Raises
    ------
    DataError : a column is missing.
    """
    frame = nw.from_native(native).lazy()
    there = frame.collect_schema().names()
    for name in names:
        if name not in there:
            raise DataError(f"{table}: the column {name} is missing. Read the table with tables.{read}.")
    return frame


def picked(
    native: Any, table: str, *needed: str, maybe: tuple[str, ...] = (), read: str = "load"
) -> nw.LazyFrame:
    """Some columns of a table, as `having`; those of `maybe` that it lacks are empty there."""
    frame = having(native, table, *needed, read=read)
    there = frame.collect_schema().names()
    more = [nw.col(name) if name in there else nw.lit(None).alias(name) for name in maybe]
    return frame.select(*needed, *more)


def paid(orders: Any, *more: str) -> nw.LazyFrame:
    """Paid orders: customer_id, ordered_on, month [months since year 0], spend and returned [ten-thousandths], `more` as it is."""
    names = ("customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", *more)
    frame = having(orders, "orders", *names)
    day, returned = nw.col("ordered_on"), nw.col("returned_value").fill_null(0)
    return frame.filter(nw.col("status") == "paid").select(
        "customer_id",
        "ordered_on",
        month_number(day).alias("month"),
        exact(nw.col("revenue_excl_vat") - returned).alias("spend"),
        exact(returned).alias("returned"),
        *more,
    )


def seen_from_the_start(orders: Any) -> nw.LazyFrame:
    """Paid orders of customers whose first order is in the data; where orders do not say, everyone's is taken to be."""
    bought, frame = paid(orders), nw.from_native(orders).lazy()
    if "is_first_order" not in frame.collect_schema().names():
        return bought
    first = nw.col("is_first_order").cast(nw.Int64).max()
    old = (
        frame.group_by("customer_id").agg(is_seen=first).filter(nw.col("is_seen") == 0).select("customer_id")
    )
    return bought.join(old, on="customer_id", how="anti")


def merged_days(paid: nw.LazyFrame, *more: str) -> nw.LazyFrame:
    """Merge the orders of a customer's day: spend [ten-thousandths], n_orders."""
    return paid.group_by("customer_id", "ordered_on", *more).agg(
        spend=nw.col("spend").sum(), n_orders=nw.len()
    )


def exact(amount: nw.Expr) -> nw.Expr:
    """Money in whole ten-thousandths."""
    return (amount.cast(nw.Float64) * SCALE).round(0)


def money(name: str) -> nw.Expr:
    """A column of whole ten-thousandths as money."""
    return (nw.col(name) / SCALE).alias(name)


def month_number(day: nw.Expr) -> nw.Expr:
    """Months since year 0 of a day."""
    return day.dt.year().cast(nw.Int64) * 12 + day.dt.month().cast(nw.Int64) - 1


def words(name: str) -> nw.Expr:
    """A column of text in which what is empty is a group of its own, named ""."""
    return nw.col(name).cast(nw.String).fill_null("").alias(name)


def day_number(name: str) -> nw.Expr:
    """Number of a day as `date.toordinal` counts it; engines disagree on what a difference of two days is."""
    day = nw.col(name)
    years = day.dt.year().cast(nw.Int64) - 1
    return years * 365 + years // 4 - years // 100 + years // 400 + day.dt.ordinal_day().cast(nw.Int64)


def first_day(name: str) -> nw.Expr:
    """First day of a month that is counted in months since year 0."""
    year, month = nw.col(name) // 12, nw.col(name) % 12 + 1
    padded = nw.concat_str(
        year.cast(nw.String), month.cast(nw.String).str.zfill(2), nw.lit("01"), separator="-"
    )
    return padded.str.to_date(format="%Y-%m-%d").alias(name)


def of_month(name: str, back: int) -> nw.Expr:
    """Value of a monthly column `back` months before; 0 where that month is absent."""
    found = nw.lit(0)
    for rows in range(back, 0, -1):
        apart = nw.col("month") - nw.col("month").shift(rows).over(order_by="month")
        found = nw.when(apart == back).then(nw.col(name).shift(rows).over(order_by="month")).otherwise(found)
    return found
