"""The table that lifetime models read, one row a customer: checked, counted and cut at a date."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import DataError

MAX_FREQUENCY = 1_000_000_000  # beyond it a "count" is a money column by mistake


@dataclass(frozen=True, eq=False)
class Triples:
    """Unique (frequency, recency, age) and how many customers share each; `row` leads back to the table."""

    x: np.ndarray
    t_x: np.ndarray
    age: np.ndarray
    count: np.ndarray
    row: np.ndarray


def check_summary(summary: pd.DataFrame) -> None:
    """Refuse a summary table that a lifetime model would misread.

    Parameters
    ----------
    summary : one row a customer: frequency [repeat purchases, days with several orders counted once], recency
        [time from first to last purchase], age [time from first purchase to the end of the data], the two in
        the same unit of time.

    Raises
    ------
    DataError : one sentence with the column, the row and the value.
    """
    for column in ("frequency", "recency", "age"):
        if column not in summary.columns:
            raise DataError(
                f"customer summary: column {column!r} is missing; it needs frequency, recency and age."
            )
    if summary.empty:
        raise DataError("customer summary: the table is empty; load orders with at least one customer.")
    for column in ("frequency", "recency", "age"):
        if summary[column].dtype.kind not in "iuf":
            raise DataError(
                f"customer summary: column {column!r} is {summary[column].dtype}, not a plain number; "
                "measure times as a number of weeks and counts as integers."
            )
        values = summary[column].to_numpy()
        _refuse(summary, column, ~np.isfinite(values), "is not a number; drop or repair the row")
        _refuse(summary, column, values < 0, "is negative; check the dates of the first purchase")
    x, t_x, age = (summary[column].to_numpy() for column in ("frequency", "recency", "age"))
    _refuse(summary, "frequency", (x % 1 != 0) | (x > MAX_FREQUENCY), "is not a count of purchases")
    _refuse(summary, "recency", t_x > age, "exceeds age; measure both from the first purchase in one unit")
    _refuse(summary, "recency", (x == 0) & (t_x > 0), "belongs to a one-time customer; set it to 0")
    _refuse(
        summary,
        "recency",
        (x > 0) & (t_x == 0),
        "of a repeat customer; merge same-day purchases first",
    )


def purchase_days(purchases: pd.DataFrame) -> pd.DataFrame:
    """Purchases merged by customer and day, sorted.

    Parameters
    ----------
    purchases : one row per order: customer_id, day [date or whole number of a day], spend [optional, money].

    Returns
    -------
    One row per (customer_id, day), ascending; spend summed when given; dates lose their time of day.

    Raises
    ------
    DataError : a column is missing, the table is empty, a customer, day or spend is missing.
    """
    columns = ["customer_id", "day"] + (["spend"] if "spend" in purchases.columns else [])
    for column in columns:
        if column not in purchases.columns:
            raise DataError(f"purchases: column {column!r} is missing; the table needs customer_id and day.")
        gaps = purchases[column].isna().to_numpy()
        if gaps.any():
            raise DataError(
                f"purchases: {column!r} is empty in row {purchases.index[gaps.argmax()]} "
                f"({gaps.sum()} such rows); drop guest orders or repair the row."
            )
    if purchases.empty:
        raise DataError("purchases: the table is empty; load orders of at least one customer.")
    table = purchases[columns]
    if pd.api.types.is_datetime64_any_dtype(table["day"]):
        table = table.assign(day=table["day"].dt.normalize())
    elif not pd.api.types.is_integer_dtype(table["day"]):
        raise DataError(
            f"purchases: column 'day' is {table['day'].dtype}; give dates or whole numbers of days."
        )
    grouped = table.groupby(["customer_id", "day"], as_index=False, sort=True)
    return grouped["spend"].sum() if "spend" in columns else grouped.first()


def one_day(days: pd.DataFrame):
    """A day in the type of the column `day`: a length of time where it holds dates, 1 where it holds numbers."""
    return pd.Timedelta(days=1) if pd.api.types.is_datetime64_any_dtype(days["day"]) else 1


def with_codes(days: pd.DataFrame) -> pd.DataFrame:
    """The days with whole numbers for the customers' ids, in the order of the ids: several times faster to group."""
    return days.assign(customer_id=pd.factorize(days["customer_id"], sort=True)[0])


def customer_summary(days: pd.DataFrame, *, until, unit_days: float = 7) -> pd.DataFrame:
    """What is known of each customer at the end of a day.

    Parameters
    ----------
    days : result of `purchase_days`.
    until : last day that counts (a date, or a number when `day` is one); later rows change nothing.
    unit_days : length of the unit of time; 7 gives weeks.

    Returns
    -------
    One row a customer with a first purchase by `until`: customer_id, frequency [repeat purchase days],
    recency, age [units], first_on, last_on [days], and with spend mean_repeat_spend [money per repeat purchase; NaN without one].

    Formula: first purchase excluded from frequency and spend.
    Source: Fader, Hardie & Lee (2005), Marketing Science 24(2).
    """
    seen = days[days["day"] <= until]
    by_customer = seen.groupby("customer_id", sort=True)
    table = by_customer["day"].agg(["min", "max", "size"]).reset_index()
    result = pd.DataFrame(
        {
            "customer_id": table["customer_id"],
            "frequency": table["size"] - 1,
            "recency": (table["max"] - table["min"]) / one_day(days) / unit_days,
            "age": (until - table["min"]) / one_day(days) / unit_days,
            "first_on": table["min"],
            "last_on": table["max"],
        }
    )
    if "spend" in days.columns:
        repeat = by_customer["spend"].sum().to_numpy() - by_customer["spend"].first().to_numpy()
        result["mean_repeat_spend"] = repeat / result["frequency"].where(result["frequency"] > 0)
    return result


def compress(summary: pd.DataFrame) -> Triples:
    """Unique triples of a checked summary: a million customers share a third as many.

    Hashing integer codes is some ten times faster than `np.unique(axis=0)`.
    """
    (i, x), (j, t_x), (k, age) = (
        pd.factorize(summary[column].to_numpy()) for column in ("frequency", "recency", "age")
    )
    # Two steps keep every key below n², so no table overflows the 64-bit key.
    pair, pairs = pd.factorize(i.astype(np.int64) * len(t_x) + j)
    row, keys = pd.factorize(pair.astype(np.int64) * len(age) + k)
    pair_of, k_of = keys // len(age), keys % len(age)
    i_of, j_of = pairs[pair_of] // len(t_x), pairs[pair_of] % len(t_x)
    return Triples(
        x[i_of].astype(float),
        t_x[j_of].astype(float),
        age[k_of].astype(float),
        np.bincount(row).astype(float),
        row,
    )


def _refuse(summary: pd.DataFrame, column: str, bad: np.ndarray, why: str) -> None:
    if bad.any():
        at = int(bad.argmax())
        raise DataError(
            f"customer summary: {column} {summary[column].iloc[at]} in row {summary.index[at]} {why} "
            f"({int(bad.sum())} such rows)."
        )
