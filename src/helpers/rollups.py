"""Row-level orders to small analysis tables: the only code that may meet a billion rows.

Each rollup takes the table `orders` as a DuckDB relation or a Spark DataFrame and returns the same kind, lazily; the
code is written once, in Narwhals. `collect` brings the result to pandas, sorted by its key.

What counts, everywhere: an order with status `paid`. Cancelled and refunded orders count as nothing. A partial
return (`returned_value`) lowers the spend of its order and leaves the purchase itself. Orders of one customer on
one local day are one purchase.
"""

from __future__ import annotations

from datetime import date
from itertools import takewhile
from typing import Any

import narwhals as nw
import pandas as pd

from helpers import i18n
from helpers.errors import DataError, NothingToReportError
from helpers.tables import as_pandas

SCALE = 10_000  # money has four decimals; whole numbers add up exactly, whatever the order of the rows
WEEK = 7.0
MONTH_DAYS = (487, 16)  # a month of age is 487/16 = 30.4375 days: whole numbers, so that all engines agree
KEYS = ("customer_id", "ordered_on", "cohort", "age", "month", "first_on", "spent_on", "ends_on", "day")


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
    return _days(_paid(orders)).with_columns(_money("spend")).drop("n_orders").to_native()


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
    days = _days(_paid(orders).filter(nw.col("ordered_on") <= nw.lit(until)))
    # The smallest (day, spend) of a customer is that of the first day: half the work of a window, and Spark has it.
    customers = days.group_by("customer_id").agg(
        n_days=nw.len(),
        last_on=nw.col("ordered_on").max(),
        spend=nw.col("spend").sum(),
        first=nw.struct(nw.col("ordered_on"), nw.col("spend")).min(),
    )
    customers = customers.with_columns(
        frequency=nw.col("n_days") - 1,
        first_on=nw.col("first").struct.field("ordered_on"),
        repeat_spend=nw.col("spend") - nw.col("first").struct.field("spend"),
    )
    repeats = nw.when(nw.col("frequency") > 0).then(nw.col("frequency"))
    return customers.select(
        "customer_id",
        "frequency",
        ((_day_number("last_on") - _day_number("first_on")) / WEEK).alias("recency"),
        ((until.toordinal() - _day_number("first_on")) / WEEK).alias("age"),
        "first_on",
        "last_on",
        "n_days",
        _money("spend"),
        (nw.col("repeat_spend") / repeats / SCALE).alias("mean_repeat_spend"),
    ).to_native()


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
    months = _seen_from_the_start(orders).group_by("customer_id", "month").agg(nw.len().alias("n"))
    first = months.group_by("customer_id").agg(cohort=nw.col("month").min())
    counts = months.join(first, on="customer_id").group_by("cohort", "month").agg(n_active=nw.len())
    sizes = counts.filter(nw.col("cohort") == nw.col("month")).select("cohort", n_customers="n_active")
    grid = sizes.join(counts.select("month").unique(), how="cross").filter(
        nw.col("month") >= nw.col("cohort")
    )
    return (
        grid.join(counts, on=["cohort", "month"], how="left")
        .select(
            _first_day("cohort"),
            (nw.col("month") - nw.col("cohort")).alias("age"),
            nw.col("n_active").fill_null(0),
            "n_customers",
        )
        .to_native()
    )


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
        _paid(orders)
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
        _first_day("month"),
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
        _days(_paid(orders), "month")
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
    previous, earlier = _of_month("n_active", 1), _of_month("n_active", 2)
    # Divided last: sums of whole numbers are exact, so the same data give the same digits whatever the order.
    months = months.with_columns(
        _money("revenue_excl_vat"),
        _money("returned_spend"),
        (nw.col("returned_spend_squared") / SCALE**2).alias("returned_spend_squared"),
        n_kept=nw.col("n_kept").fill_null(0),
        n_returned=nw.col("n_returned").fill_null(0),
        n_previous=previous,
        n_lapsed=earlier - _of_month("n_kept", 1),
    )
    return months.with_columns(_first_day("month")).to_native()


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
    bought = _days(_seen_from_the_start(orders).filter(nw.col("ordered_on") <= nw.lit(until)))
    first = bought.group_by("customer_id").agg(first_on=nw.col("ordered_on").min())
    since = bought.join(first, on="customer_id").with_columns(
        gap=_day_number("ordered_on") - _day_number("first_on"),
        left=until.toordinal() - _day_number("first_on"),
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
    bought = _days(_seen_from_the_start(orders).filter(nw.col("ordered_on") <= nw.lit(until)))
    first = bought.group_by("customer_id").agg(first_on=nw.col("ordered_on").min())
    lots = first.group_by("first_on").agg(n_customers=nw.len())
    days, parts = MONTH_DAYS
    gap = _day_number("ordered_on") - _day_number("first_on")
    spent = (
        bought.join(first, on="customer_id")
        .with_columns(age=(gap * parts + days - 1) // days)
        .group_by("first_on", "age")
        .agg(revenue=nw.col("spend").sum())
    )
    over = _day_number("first_on") + nw.col("age") * days // parts <= until.toordinal()
    return (
        spent.filter(over & (nw.col("age") <= months))
        .join(lots, on="first_on")
        .select("first_on", "age", "n_customers", _money("revenue"))
        .to_native()
    )


def media_days(media: Any) -> Any:
    """What all media cost, by the days that the cost is for.

    Parameters
    ----------
    media : table `media_spend`, one row per day (or span of days), platform, campaign and more.

    Returns
    -------
    One row per (spent_on, ends_on [empty where the cost is of one day]): spend [money].

    Raises
    ------
    DataError : a column is missing.
    """
    frame = nw.from_native(media).lazy()
    for name in ("spent_on", "ends_on", "spend"):
        if name not in frame.collect_schema().names():
            raise DataError(
                f"media_spend: the column {name} is missing. Read the table with tables.optional."
            )
    whole = frame.select("spent_on", "ends_on", _whole(nw.col("spend")).alias("spend"))
    days = whole.group_by("spent_on", "ends_on").agg(spend=nw.col("spend").sum())
    return days.select("spent_on", "ends_on", _money("spend")).to_native()


def visits(site: Any) -> Any:
    """Visits of single days, each once: of the ways in which a day's visits stand in the table, one.

    Parameters
    ----------
    site : table `site_daily`, where the same visits may stand broken down by channel, by device and by page, by day beside
        by month, and counted by several tools. An empty channel, device or page means all of them.

    Returns
    -------
    Rows of `site` that add up to the visits of their day and market: those of one day with `sessions`; of several tools that
    counted a site, the one that knows most days, and the next where it lacks the day; of these the row for the whole where there is one, else those without a page before those with one, those with a channel before those with a device
    alone, and of a channel the row for all devices where there is one.

    Raises
    ------
    DataError : a column is missing.
    """
    frame = nw.from_native(site).lazy()
    names = frame.collect_schema().names()
    for name in ("visited_on", "ends_on", "market", "tool", "site", "channel", "device", "page", "sessions"):
        if name not in names:
            raise DataError(f"rollups: the column {name} is missing. Read the table with tables.load.")
    last = nw.col("ends_on")
    frame = frame.filter(last.is_null() | (last <= nw.col("visited_on")), ~nw.col("sessions").is_null())
    parts = ("channel", "device", "page")
    frame = frame.with_columns(
        **{f"_{name}": nw.col(name).fill_null("") for name in (*parts, "tool", "site")}
    )
    frame = frame.with_columns(
        **{f"_has_{name}": (nw.col(f"_{name}") != "").cast(nw.Int32) for name in parts}
    )
    frame = frame.with_columns(_is_whole=1 - nw.max_horizontal(*(f"_has_{name}" for name in parts)))
    of_tool = ("market", "_site", "_tool")
    known = frame.group_by(*of_tool).agg(_n_days=nw.col("visited_on").n_unique())
    frame = frame.join(known, on=list(of_tool), how="inner")
    day = ("visited_on", "market", "_site")
    for flag, wanted, of in (
        ("_n_days", nw.max, day),
        ("_tool", nw.min, day),
        ("_is_whole", nw.max, day),
        ("_has_page", nw.min, day),
        ("_has_channel", nw.max, (*day, "_page")),
        ("_has_device", nw.min, (*day, "_page", "_channel")),
    ):
        frame = frame.with_columns(_best=wanted(flag).over(*of)).filter(nw.col(flag) == nw.col("_best"))
    return frame.select(*names).to_native()


def daily_sums(rows: Any, *, day: str, by: tuple[str, ...] = (), values: tuple[str, ...] = ()) -> Any:
    """Rows of a table counted and added up by day.

    Parameters
    ----------
    rows : any table that has a day.
    day : its column of days.
    by : columns that stay apart beside the day; an empty text in one is a group of its own.
    values : columns to add up; what is empty counts as nothing.

    Returns
    -------
    One row per (day, *by) that has rows: n_rows, and the total of each of `values`, as a decimal number. Days
    without rows are absent.

    Raises
    ------
    DataError : a column is missing.
    """
    frame = nw.from_native(rows).lazy()
    there = frame.collect_schema().names()
    for name in (day, *by, *values):
        if name not in there:
            raise DataError(f"rollups: the column {name} is missing. Read the table with tables.load.")
    totals = {name: nw.col(name).cast(nw.Float64).sum() for name in values}
    return frame.group_by(nw.col(day).alias("day"), *by).agg(n_rows=nw.len(), **totals).to_native()


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


def _paid(orders: Any) -> nw.LazyFrame:
    """Paid orders: customer_id, ordered_on, month [months since year 0], spend and returned [ten-thousandths]."""
    frame = nw.from_native(orders).lazy()
    names = ("customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value")
    missing = [name for name in names if name not in frame.collect_schema().names()]
    if missing:
        raise DataError(f"orders: the column {missing[0]} is missing. Read the table with tables.load.")
    day, returned = nw.col("ordered_on"), nw.col("returned_value").fill_null(0)
    return frame.filter(nw.col("status") == "paid").select(
        "customer_id",
        "ordered_on",
        (day.dt.year().cast(nw.Int64) * 12 + day.dt.month().cast(nw.Int64) - 1).alias("month"),
        _whole(nw.col("revenue_excl_vat") - returned).alias("spend"),
        _whole(returned).alias("returned"),
    )


def _seen_from_the_start(orders: Any) -> nw.LazyFrame:
    """Paid orders of customers whose first order is in the data; where orders do not say, everyone's is taken to be."""
    paid, frame = _paid(orders), nw.from_native(orders).lazy()
    if "is_first_order" not in frame.collect_schema().names():
        return paid
    first = nw.col("is_first_order").cast(nw.Int64).max()
    old = (
        frame.group_by("customer_id").agg(is_seen=first).filter(nw.col("is_seen") == 0).select("customer_id")
    )
    return paid.join(old, on="customer_id", how="anti")


def _days(paid: nw.LazyFrame, *more: str) -> nw.LazyFrame:
    """Merge the orders of a customer's day: spend [ten-thousandths], n_orders."""
    return paid.group_by("customer_id", "ordered_on", *more).agg(
        spend=nw.col("spend").sum(), n_orders=nw.len()
    )


def _whole(money: nw.Expr) -> nw.Expr:
    return (money.cast(nw.Float64) * SCALE).round(0)


def _money(name: str) -> nw.Expr:
    return (nw.col(name) / SCALE).alias(name)


def _day_number(name: str) -> nw.Expr:
    """Number of a day as `date.toordinal` counts it; engines disagree on what a difference of two days is."""
    day = nw.col(name)
    years = day.dt.year().cast(nw.Int64) - 1
    return years * 365 + years // 4 - years // 100 + years // 400 + day.dt.ordinal_day().cast(nw.Int64)


def _first_day(name: str) -> nw.Expr:
    """First day of a month that is counted in months since year 0."""
    year, month = nw.col(name) // 12, nw.col(name) % 12 + 1
    padded = nw.concat_str(
        year.cast(nw.String), month.cast(nw.String).str.zfill(2), nw.lit("01"), separator="-"
    )
    return padded.str.to_date(format="%Y-%m-%d").alias(name)


def _of_month(name: str, back: int) -> nw.Expr:
    """Value of a monthly column `back` months before; 0 where that month is absent."""
    found = nw.lit(0)
    for rows in range(back, 0, -1):
        apart = nw.col("month") - nw.col("month").shift(rows).over(order_by="month")
        found = nw.when(apart == back).then(nw.col(name).shift(rows).over(order_by="month")).otherwise(found)
    return found
