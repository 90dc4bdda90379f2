"""Orders of used goods and repairs: how many there were, and how often orders came back, beside new goods of the same value."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import narwhals as nw

from helpers.rollups.reading import SCALE, having, month_number, paid, picked

WIDTH, BANDS = 40, 6  # money a band of an order's value, and bands; the last is open


def order_kinds(orders: Any, services: Any, returns: Any, *, since: date, until: date, days: int) -> Any:
    """Paid orders by what was bought in them, month and value, and those of which something came back.

    Parameters
    ----------
    orders, services, returns : the tables; an order is of the service whose row names it, by name the last where there are several.
    since, until : first and last day of orders. days : in which a return counts; orders too young for that have n_ripe 0.

    Returns
    -------
    One row per (month [months since year 0], market, service ["" for new goods alone], band [of the value before returns]): n_orders, n_ripe [orders whose
    `days` are over at `until`], n_returned [of these, something came back within `days`].

    Raises
    ------
    DataError : a column is missing.
    """
    bought = paid(orders, "order_id", "market").filter(
        (nw.col("ordered_on") >= nw.lit(since)) & (nw.col("ordered_on") <= nw.lit(until))
    )
    named = having(services, "services", "order_id", "service").filter(~nw.col("order_id").is_null())
    kinds = named.group_by("order_id").agg(service=nw.col("service").max())
    back = (
        having(returns, "returns", "order_id", "returned_on")
        .group_by("order_id")
        .agg(returned_on=nw.col("returned_on").min())
    )
    value = (nw.col("spend") + nw.col("returned")) / SCALE
    rows = bought.join(kinds, on="order_id", how="left").join(back, on="order_id", how="left").with_columns(
        is_ripe=(nw.col("ordered_on") <= nw.lit(until - timedelta(days))).cast(nw.Int64),
        is_back=(nw.col("returned_on") <= nw.col("ordered_on") + timedelta(days)).cast(nw.Int64).fill_null(0),
        band=nw.min_horizontal((value / WIDTH).floor().cast(nw.Int64), nw.lit(BANDS - 1)),
        service=nw.col("service").cast(nw.String).fill_null(""),
    )  # fmt: skip
    return (
        rows.group_by("month", "market", "service", "band")
        .agg(
            n_orders=nw.len(),
            n_ripe=nw.col("is_ripe").sum(),
            n_returned=(nw.col("is_ripe") * nw.col("is_back")).sum(),
        )
        .to_native()
    )


def taken_months(services: Any) -> Any:
    """Customers who took each service, by month: month [months since year 0], service, customer_id, n_rows.

    Raises
    ------
    DataError : a column is missing.
    """
    rows = having(services, "services", "customer_id", "service", "started_on")
    return (
        rows.with_columns(month=month_number(nw.col("started_on")))
        .group_by("month", "service", "customer_id")
        .agg(n_rows=nw.len())
        .to_native()
    )


def instead_answers(surveys: Any, *, kind: str, question: str, since: date, until: date) -> Any:
    """Answers in words to one question of a survey, between two days: service [segment of the table; empty where it is not said], choice, weight.

    Raises
    ------
    DataError : a column is missing.
    """
    names = ("survey_type", "question", "answered_on", "choice")
    rows = picked(surveys, "surveys", *names, maybe=("segment", "weight"))
    kept = rows.filter(
        (nw.col("survey_type") == kind) & (nw.col("question") == question) & ~nw.col("choice").is_null(),
        (nw.col("answered_on") >= nw.lit(since)) & (nw.col("answered_on") <= nw.lit(until)),
    )
    return kept.select(
        nw.col("segment").cast(nw.String).alias("service"), "choice", nw.col("weight").cast(nw.Float64)
    ).to_native()
