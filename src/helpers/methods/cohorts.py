"""Retention of customers by month of first purchase, without counting months that have not happened yet."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, wilson

COLUMNS = ["cohort", "age", "n_active", "n_customers"]


def retention_cohorts(
    counts: pd.DataFrame, *, until, level: float = 0.90, min_customers: int = 30
) -> pd.DataFrame:
    """Share of each cohort that is active at each age, for the months that are over by `until`.

    Parameters
    ----------
    counts : one row per (cohort, age) with somebody active: cohort [first day of a month], age [months],
        n_active [customers active in that calendar month], n_customers [size of the cohort].
        A missing (cohort, age) means that nobody was active. Ages start at the smallest one in the table.
    until : last day the data cover, that day included.
    level : confidence level of the bounds.
    min_customers : a cohort below it shows its counts and no percentage.

    Returns
    -------
    One row per (cohort, age) fully observed: n_customers, n_active [counts], retention, low, high
    [share 0-1, Wilson]. Months not over by `until` are absent, not zero; an observed nobody is 0.

    Raises
    ------
    DataError : a column is missing or empty, a value is impossible, a (cohort, age) appears twice, a cohort
        has two sizes.

    Formula: customers active in month cohort + age / customers of the cohort.
    Source: Fader & Hardie (2007), How to project customer retention; Wilson (1927).
    """
    return _with_shares(_grid(_checked(counts), pd.Timestamp(until)), level, min_customers)


def quarterly_cohorts(
    retention: pd.DataFrame, *, level: float = 0.90, min_customers: int = 30
) -> pd.DataFrame:
    """Cohorts of a quarter from those of its months, for data too long to read month by month.

    Parameters
    ----------
    retention : result of `retention_cohorts`.
    level, min_customers : as there.

    Returns
    -------
    As `retention_cohorts`, `cohort` being the first day of the quarter. An age that not all of the quarter's months
    have reached is absent: the months that have would stand for those that have not.

    Formula: sum of active / sum of customers over the months of the quarter; never a mean of shares.
    """
    quarter = retention["cohort"].dt.to_period("Q")
    n_months = retention.groupby(quarter)["cohort"].nunique()
    pooled = (
        retention.groupby([quarter, "age"])
        .agg(n_customers=("n_customers", "sum"), n_active=("n_active", "sum"), months=("n_active", "size"))
        .reset_index()
    )
    kept = pooled[pooled["months"] == pooled["cohort"].map(n_months)].drop(columns="months")
    kept = kept.assign(cohort=kept["cohort"].dt.to_timestamp().astype(retention["cohort"].dtype))
    return _with_shares(kept.reset_index(drop=True), level, min_customers)


def cohort_triangle(retention: pd.DataFrame, *, value: str = "retention") -> pd.DataFrame:
    """Cohorts down, ages across; NaN where the month is not over or the cohort too small.

    Parameters
    ----------
    retention : result of `retention_cohorts`.
    value : column to show: retention, low, high, n_active or n_customers.

    Returns
    -------
    Frame indexed by cohort (ascending), one column per age (ascending, none skipped).

    Raises
    ------
    ValueError : `value` is not one of the columns.
    """
    shown = [c for c in retention.columns if c not in ("cohort", "age")]
    if value not in shown:
        raise ValueError(f"value must be one of {shown}, not {value!r}")
    wide = retention.pivot(index="cohort", columns="age", values=value)
    return wide.sort_index().sort_index(axis=1)


def retention_at(
    counts: pd.DataFrame, age: int, *, until, level: float = 0.90, min_customers: int = 30
) -> Estimate:
    """Retention at one age over all cohorts old enough to have been fully seen at that age.

    Parameters
    ----------
    counts, until, level : as `retention_cohorts`.
    age : months since the first purchase.
    min_customers : below this many customers in all, value and bounds are NaN.

    Returns
    -------
    Estimate: value, low, high [share 0-1], n [customers]. Cohorts below `min_customers` count in the total.
    The interval takes customers as independent and answers for these cohorts; if cohorts differ much, a
    future cohort can fall outside it.

    Raises
    ------
    DataError : as `retention_cohorts`.

    Formula: sum of active / sum of customers over the cohorts; never a mean of shares.
    """
    table = _grid(_checked(counts), pd.Timestamp(until))
    seen = table[table["age"] == age]
    n, active = int(seen["n_customers"].sum()), int(seen["n_active"].sum())
    if n < max(1, min_customers):
        return Estimate(math.nan, math.nan, math.nan, level, n)
    low, high = wilson(active, n, level=level)
    return Estimate(active / n, low, high, level, n)


def missing_months(days: pd.Series) -> list[str]:
    """Months between the first and the last of these days that hold none of them, such as "2026-06", in order."""
    seen = pd.to_datetime(days).dt.to_period("M")
    return sorted(set(pd.period_range(seen.min(), seen.max(), freq="M").astype(str)) - set(seen.astype(str)))


def _with_shares(table: pd.DataFrame, level: float, min_customers: int) -> pd.DataFrame:
    """Counts with retention and its Wilson bounds; NaN where a cohort is below `min_customers`."""
    low, high = wilson(table["n_active"], table["n_customers"], level=level)
    enough = table["n_customers"].ge(min_customers) & table["n_customers"].gt(0)
    share = table["n_active"] / table["n_customers"]
    return table.assign(
        retention=share.where(enough), low=np.where(enough, low, np.nan), high=np.where(enough, high, np.nan)
    )


def _checked(counts: pd.DataFrame) -> pd.DataFrame:
    missing = [c for c in COLUMNS if c not in counts.columns]
    if missing:
        raise DataError(f"cohort counts: column {missing[0]!r} is missing; the table needs {COLUMNS}.")
    if counts.empty:
        raise DataError("cohort counts: the table is empty; load a period with at least one first purchase.")
    table = counts[COLUMNS].reset_index(drop=True)
    if not pd.api.types.is_datetime64_any_dtype(table["cohort"]):
        raise DataError(
            f"cohort counts: column 'cohort' is {table['cohort'].dtype}, not dates; "
            "give the first day of the month of first purchase as a datetime."
        )
    for column in ("age", "n_active", "n_customers"):
        number = pd.to_numeric(table[column], errors="coerce").astype(float)
        _refuse(table, column, ~(number.ge(0) & number.mod(1).eq(0)), "a whole number of 0 or more")
    _refuse(table, "cohort", ~table["cohort"].dt.day.eq(1), "the first day of a month")
    _refuse(table, "n_active", table["n_active"] > table["n_customers"], "at most n_customers")
    twice = table.duplicated(["cohort", "age"])
    _refuse(table, "age", twice, "there once per cohort, so add the rows up first")
    sizes = table.groupby("cohort")["n_customers"].transform("first")
    _refuse(table, "n_customers", table["n_customers"] != sizes, "the same in all rows of a cohort")
    return table.astype({"age": int, "n_active": int, "n_customers": int})


def _refuse(table: pd.DataFrame, column: str, bad: pd.Series, rule: str) -> None:
    if bad.any():
        row = int(bad.to_numpy().argmax())
        raise DataError(
            f"cohort counts: {column!r} is {table[column].iloc[row]} in row {row} "
            f"(cohort {table['cohort'].iloc[row]:%Y-%m}); it must be {rule}."
        )


def _grid(table: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """One row per (cohort, age) whose month ends on or before `until`; nobody active is 0."""
    first_age = table["age"].min()
    cohorts = table.groupby("cohort", as_index=False)["n_customers"].first()
    # Months are whole when the next day belongs to a later month: 30 April counts, 29 April does not.
    day_after = until.normalize() + pd.Timedelta(days=1)
    month = cohorts["cohort"].dt.year * 12 + cohorts["cohort"].dt.month
    ages = (day_after.year * 12 + day_after.month - month - first_age).clip(lower=0)
    grid = cohorts.loc[cohorts.index.repeat(ages)].reset_index(drop=True)
    grid["age"] = grid.groupby("cohort").cumcount() + first_age
    filled = grid.merge(table[["cohort", "age", "n_active"]], on=["cohort", "age"], how="left")
    filled["n_active"] = filled["n_active"].fillna(0).astype(int)
    return filled[["cohort", "age", "n_customers", "n_active"]]
