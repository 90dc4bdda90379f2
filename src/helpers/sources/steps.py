"""The small steps that an expression of a map can take over columns: sums and ratios, bands, numbers within a group, made-up ids."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers import rules
from helpers.errors import DataError
from helpers.sources.expressions import Expression
from helpers.tables import Column


def made_of(expression: Expression, given: list[pd.Series], some: pd.DataFrame) -> pd.Series:
    """Return numbers, times or texts of several columns in one; `given` are those of `some` that there are."""
    match expression.kind:
        case "join":
            texts = [one.astype("object").map(lambda v: "" if pd.isna(v) else str(v)) for one in given]
            joined = [expression.between.join(filter(None, parts)) for parts in zip(*texts, strict=True)]
            found = pd.Series(joined, index=some.index)
            return found.where(found != "", None)
        case "hours":
            return (some[expression.columns[1]] - some[expression.columns[0]]).dt.total_seconds() / 3600
        case "band":
            return bands(given[0].astype("float64"), expression.edges)
        case "near":
            return near([one.astype("float64") for one in given])
    found = combined(expression.kind, [one.astype("float64") for one in given], expression.by)
    if expression.over:
        whole = some.get(expression.over, pd.Series(np.nan, index=some.index)).astype("float64")
        found = found / whole.where(whole != 0)
    return found


def combined(kind: str, given: list[pd.Series], by: float = 1.0) -> pd.Series:
    """Add, subtract, multiply or divide columns of numbers, or take the least of them; a division by 0 gives nothing."""
    first, *rest = given
    if kind == "times":
        for one in rest:
            first = first * one
        return first * by
    if kind == "divide":
        return first / (rest[0].where(rest[0] != 0) if rest else by)
    if kind == "minus":
        for one in rest:
            first = first - one.fillna(0)
        return first.round(6)  # amounts have four decimals; less is noise, and may fall below 0
    if kind == "least":
        return pd.concat(given, axis=1).min(axis=1)
    return pd.concat(given, axis=1).sum(axis=1, min_count=1)


def near(given: list[pd.Series]) -> pd.Series:
    """Return "true" where the first amount is one of the others to two cents, "false" where it is none, nothing where it is missing."""
    first, *rest = given
    if not rest:
        return pd.Series([None] * len(first), index=first.index, dtype="object")
    fits = pd.concat([(first - one).abs() < 0.025 for one in rest], axis=1).any(axis=1)
    return fits.map({True: "true", False: "false"}).astype("object").where(first.notna(), None)


def bands(values: pd.Series, edges: tuple[int, ...]) -> pd.Series:
    """Return numbers in bands: with the edges 10 and 50 these are "under 10", "10-49" and "50+"."""
    names = [f"under {edges[0]}", *(f"{a}-{b - 1}" for a, b in pairwise(edges)), f"{edges[-1]}+"]
    place = np.searchsorted(edges, values.fillna(0).to_numpy(), side="right")
    return pd.Series([names[one] for one in place], index=values.index).where(values.notna(), None)


def runs(key: pd.Series) -> pd.Series:
    """Number the runs of equal values that stand together; an empty cell is a run of its own."""
    return (key != key.shift()).cumsum()


def grouped(kind: str, values: pd.Series, key: pd.Series) -> pd.Series:
    """Return a number from 1 for each line of its run (`number`), or the sum of a column over the run (`total`)."""
    of = runs(key)
    if kind == "number":
        return of.groupby(of).cumcount() + 1
    return values.astype("float64").groupby(of).transform("sum", min_count=1)


def digest(parts: list[pd.Series]) -> pd.Series:
    """Return 16 characters for the texts of a row: the same for the same texts, and none of them can be read in it.

    A row without any text has none.
    """
    joined = ["\x1f".join(texts) for texts in zip(*parts, strict=True)]
    made = [hashlib.sha256(text.encode()).hexdigest()[:16] if text.strip("\x1f") else None for text in joined]
    return pd.Series(made, index=parts[0].index, dtype="object")


def without_vat(values: pd.Series, market: pd.Series, day: pd.Series) -> pd.Series:
    """Return amounts without the VAT of their market on their day."""
    rates = pd.Series(np.nan, index=values.index)
    for code in market.unique():
        here = market == code
        rates[here] = rules.vat_rates(code, pd.DatetimeIndex(day[here]))
    return (values / (1 + rates)).round(4)


def as_wanted(values: pd.Series, target: Column, zone: str) -> pd.Series:
    """Return a time as the target wants it, in UTC without zone or as the day in `zone`, and a number as text; a step keeps it as it is."""
    if not target.type:
        return values
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        if target.type == "date":
            return values.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
        return values.dt.tz_localize(None)
    if target.type in ("text", "category") and pd.api.types.is_float_dtype(values.dtype):
        whole = values.dropna().mod(1).eq(0).all()
        return values.map(lambda v: None if pd.isna(v) else str(int(v)) if whole else repr(v)).astype(
            "object"
        )
    return values


def days_after(first: object, after: pd.Series, last: object, lines: np.ndarray, shown: str) -> pd.Series:
    """Return the days that are so many days after the first.

    Raises
    ------
    DataError : one is past the last day of the file, `lines` and `shown` say where.
    """
    days = pd.Timestamp(first) + pd.to_timedelta(after, unit="D")  # type: ignore[arg-type]
    beyond = (days > pd.Timestamp(last)).to_numpy(dtype=bool) if last else np.zeros(len(days), dtype=bool)
    if beyond.any():
        place = int(beyond.argmax())
        raise DataError(
            f"{shown}, line {lines[place]:,}: day {after.iloc[place]:g} after {first} is past {last}, where the file says it ends. Export it again."
        )
    return days.astype("datetime64[us]")
