"""Does a frame keep to its table's contract? The first fault found is said in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import get_close_matches
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.tables.contracts import Column, Table, contract

EARLIEST, LATEST = date(1970, 1, 1), date(2100, 12, 31)
LARGEST_MONEY = 1e14  # amounts are stored with four decimals in 18 digits
PANDAS = {
    "text": "str",
    "category": "str",
    "int": "Int64",
    "decimal": "float64",
    "bool": "boolean",
    "date": "datetime64[us]",
    "timestamp": "datetime64[us]",
}
BOOLS = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}


def check(
    frame: pd.DataFrame, table: str, *, lines: Sequence[int] | None = None, file: str = ""
) -> pd.DataFrame:
    """Return the frame as its contract wants it, or refuse it.

    Parameters
    ----------
    frame : rows of any index; columns outside the contract are dropped, optional ones may be absent.
    table : name of a table.
    lines, file : where each row stands, so that a fault names the line of the file in place of the row of the frame.

    Returns
    -------
    A new frame with exactly the contract's columns in order: text and categories `str`, whole numbers `Int64`,
    decimals `float64`, `boolean`, dates and timestamps `datetime64[us]` (a timestamp in UTC without zone).
    Cells of blanks count as empty.

    Raises
    ------
    DataError : the first fault: no rows, a missing column, an empty required cell, a wrong type, an impossible
        date, a value below the minimum or outside the list, an amount without currency, a repeated key.
    UsageError : there is no such table.
    """
    known, place = contract(table), _Place(lines, file)
    _check_columns(frame, known)
    made = {}
    for column in known.columns:
        if column.name in frame.columns:
            made[column.name] = _checked(frame[column.name].reset_index(drop=True), column, known, place)
        else:
            made[column.name] = pd.Series(index=range(len(frame)), dtype=PANDAS[column.type])
    tidy = pd.DataFrame(made)
    _check_rows(tidy, known, place)
    return tidy


class _Place(NamedTuple):
    """Where rows stand: the lines of a file, or only their place in the frame."""

    lines: Sequence[int] | None = None
    file: str = ""

    def of(self, row: int) -> str:
        """Name one row."""
        if self.lines is not None and self.lines[row] > 0:
            return f"line {self.lines[row]:,} of {self.file}"
        return f"row {row + 1:,}" + (f" of {self.file}" if self.file else "")


class _Cells(NamedTuple):
    """A column as given, with what is needed to speak of one of its cells."""

    raw: pd.Series
    column: Column
    table: Table
    place: _Place = _Place()

    def refuse(self, bad: pd.Series | np.ndarray, says: str, remedy: str) -> None:
        """Raise for the first bad row, if there is one; `says` begins with its verb in the plural."""
        bad = np.asarray(bad, dtype=bool)
        if not bad.any():
            return
        first = int(bad.argmax())
        quoted = self.column.public and not self.column.person and not _empty(self.raw)[first]
        value = f', "{_shown(self.raw.iloc[first])}"' if quoted else ""
        raise DataError(
            _sentence(
                self.table.name, int(bad.sum()), len(bad), says, f"{self.place.of(first)}{value}", remedy
            )
        )


def _sentence(table: str, n: int, total: int, says: str, first: str, remedy: str) -> str:
    verb, rest = says.split(" ", 1)
    verb = {"have": "has", "hold": "holds", "repeat": "repeats"}[verb] if n == 1 else verb
    return f"{table}: {n:,} of {total:,} rows {verb} {rest} (first: {first}). {remedy}"


def _shown(value: object) -> str:
    if pd.isna(value):
        return "empty"
    text = f"{value:%Y-%m-%d}" if isinstance(value, (date, datetime)) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _check_columns(frame: pd.DataFrame, known: Table) -> None:
    if len(frame) == 0:
        raise DataError(
            f"{known.name}: the table is empty. Check that the export holds rows for the chosen dates."
        )
    present = [str(name) for name in frame.columns]
    for name in known.names:
        if present.count(name) > 1:
            raise DataError(f"{known.name}: the column {name} is there twice. Keep one of them.")
    for column in known.columns:
        if column.required and column.name not in present:
            near = get_close_matches(
                column.name, [n for n in present if n not in known.names], n=1, cutoff=0.5
            )
            hint = f" The column {near[0]} may hold it." if near else ""
            raise DataError(
                f"{known.name}: the column {column.name} is missing. {column.meaning}{hint} Map or add the column."
            )


def _checked(raw: pd.Series, column: Column, known: Table, place: _Place) -> pd.Series:
    """Return one column in its type, or refuse it."""
    cells, name = _Cells(raw, column, known, place), column.name
    if column.required:
        cells.refuse(
            _empty(raw),
            f"have no {name}",
            column.remedy or "Fill the cells, map the column or leave the rows out.",
        )
    values = _READERS[column.type](cells).astype(PANDAS[column.type])
    there = values.notna()
    if column.allowed:
        listed = ", ".join(column.allowed)
        cells.refuse(
            there & ~values.isin(column.allowed), f"have an unknown value in {name}", f"Use one of {listed}."
        )
    if column.pattern:
        strange = there & ~values.str.fullmatch(column.pattern, na=False)
        cells.refuse(strange, f"have a value of another form in {name}", f"Give {column.form}.")
    if column.min is not None:
        cells.refuse(
            (values < column.min).fillna(False),
            f"have a value below {column.min:g} in {name}",
            _limit_remedy(column),
        )
    if column.max is not None:
        cells.refuse(
            (values > column.max).fillna(False),
            f"have a value above {column.max:g} in {name}",
            _limit_remedy(column),
        )
    if column.is_money:
        cells.refuse(
            values.abs() >= LARGEST_MONEY,
            f"have an impossible amount in {name}",
            "Check the unit of the export.",
        )
    if column.type in ("date", "timestamp"):
        _check_days(values, cells)
    return values


def _limit_remedy(column: Column) -> str:
    if column.is_money and column.min == 0:
        return "Give refunds as a status or in returned_value, credits of a platform in finance_actuals."
    return (
        f"Check the unit of the export: {column.name} is in {column.unit}."
        if column.unit
        else "Check the export."
    )


def _check_days(values: pd.Series, cells: _Cells) -> None:
    name = cells.column.name
    cells.refuse(
        values < pd.Timestamp(EARLIEST),
        f"have a day before {EARLIEST.year} in {name}",
        "Check the date format.",
    )
    # Tomorrow is allowed: the local day may be ahead of this machine's.
    last = LATEST if cells.column.future else datetime.now(UTC).date() + timedelta(days=1)
    after = values >= pd.Timestamp(last) + pd.Timedelta(days=1)
    cells.refuse(after, f"have a day in the future in {name}", "Check whether day and month are swapped.")


def _check_rows(tidy: pd.DataFrame, known: Table, place: _Place) -> None:
    if "currency" in known.names:
        for column in known.columns:
            if column.is_money:
                cells = _Cells(tidy[column.name], column, known, place)
                bare = tidy[column.name].notna() & tidy["currency"].isna()
                cells.refuse(
                    bare, f"have {column.name} but no currency", "Give the currency of every amount."
                )
    for column in known.columns:
        if column.not_above:
            above = tidy[column.name].fillna(0) > tidy[column.not_above] + 0.005
            says = f"have {column.name} above {column.not_above}"
            remedy = "A return cannot be worth more than its order; check which column holds what, and the tax in it."
            _Cells(tidy[column.name], column, known, place).refuse(above, says, remedy)
    twice = tidy.duplicated(list(known.key)).to_numpy()
    if twice.any():
        first = int(twice.argmax())
        quoted = all(known.column(name).public for name in known.key)
        what = ", ".join(_shown(tidy[name].iloc[first]) for name in known.key)
        where = place.of(first) + (f', "{what}"' if quoted else "")
        says = f"repeat the {' + '.join(known.key)} of an earlier row"
        remedy = f"{known.grain} Leave out the copies, or an import that overlaps another."
        raise DataError(_sentence(known.name, int(twice.sum()), len(tidy), says, where, remedy))


def _empty(raw: pd.Series) -> np.ndarray:
    """Cells that are missing or hold only blanks."""
    missing = raw.isna().to_numpy(dtype=bool)
    if pd.api.types.is_string_dtype(raw.dtype) or raw.dtype == object:
        return missing | (raw.astype("str").str.strip() == "").to_numpy(dtype=bool)
    return missing


def _text(cells: _Cells) -> pd.Series:
    raw = cells.raw
    if pd.api.types.is_float_dtype(raw.dtype):
        remedy = "Read the column as text: long numbers lose digits and codes their leading zeros."
        cells.refuse(raw.notna(), f"hold {cells.column.name} as a decimal number", remedy)
    if pd.api.types.is_datetime64_any_dtype(raw.dtype):
        cells.refuse(raw.notna(), f"hold {cells.column.name} as a date", "Read the column as text.")
    text = raw if raw.dtype == "str" else raw.astype("object").where(raw.notna(), None).astype("str")
    text = text.str.strip()
    return text.mask(text == "")


def _number(cells: _Cells) -> pd.Series:
    raw, name = cells.raw, cells.column.name
    remedy = "Write numbers with a decimal point and without spaces, or map the column."
    if pd.api.types.is_bool_dtype(raw.dtype) or pd.api.types.is_datetime64_any_dtype(raw.dtype):
        cells.refuse(raw.notna(), f"have something other than a number in {name}", remedy)
    if pd.api.types.is_numeric_dtype(raw.dtype):
        values = raw.astype("Float64") if cells.column.type == "decimal" else raw
        values = values.astype("float64") if cells.column.type == "decimal" else values
    else:
        values = pd.to_numeric(raw.astype("object").where(~_empty(raw), None), errors="coerce").astype(
            "float64"
        )
    as_float = pd.to_numeric(values, errors="coerce").astype("float64")
    wrong = (as_float.isna().to_numpy() & ~_empty(raw)) | np.isinf(as_float.to_numpy())
    cells.refuse(wrong, f"have something other than a number in {name}", remedy)
    if cells.column.type == "int":
        cells.refuse((as_float % 1 > 0), f"have a fraction in {name}", f"{name} counts whole things.")
    return values


def _bool(cells: _Cells) -> pd.Series:
    raw = cells.raw
    if pd.api.types.is_bool_dtype(raw.dtype):
        return raw
    words = raw.astype("object").where(~_empty(raw), None).astype("str").str.strip().str.lower()
    values = words.map(BOOLS)
    remedy = "Use true or false."
    cells.refuse(
        values.isna() & words.notna(),
        f"have something other than true or false in {cells.column.name}",
        remedy,
    )
    return values.astype("boolean")


def _date(cells: _Cells) -> pd.Series:
    raw, name = cells.raw, cells.column.name
    if isinstance(raw.dtype, pd.DatetimeTZDtype):
        cells.refuse(raw.notna(), f"hold {name} with a time zone", "Give the local day without a time.")
    return _moments(cells, utc=False, remedy="Write days as 2026-09-30.").dt.normalize()


def _timestamp(cells: _Cells) -> pd.Series:
    values = _moments(cells, utc=True, remedy="Write times as 2026-09-30T17:05:00Z, in UTC.")
    return values.dt.tz_convert("UTC").dt.tz_localize(None) if values.dt.tz is not None else values


def _moments(cells: _Cells, *, utc: bool, remedy: str) -> pd.Series:
    """Read days (`utc` false: ISO days only) or times; refuse what is neither."""
    raw, says = cells.raw, f"have no readable date in {cells.column.name}"
    if pd.api.types.is_datetime64_any_dtype(raw.dtype):
        return (
            raw.astype("datetime64[us, UTC]")
            if utc and raw.dt.tz is not None
            else raw.astype("datetime64[us]")
        )
    if pd.api.types.is_numeric_dtype(raw.dtype):
        cells.refuse(raw.notna(), says, remedy)
    given = raw.astype("object").where(~_empty(raw), None)
    words = given.map(lambda value: value.isoformat() if isinstance(value, date) else value)
    if not utc:  # a date object or a midnight is a day; a text must be written as one
        words = words.map(
            lambda value: value[:10] if isinstance(value, str) and value[10:] == "T00:00:00" else value
        )
    values = pd.to_datetime(words, format="ISO8601" if utc else "%Y-%m-%d", errors="coerce", utc=utc)
    cells.refuse(values.isna() & words.notna(), says, remedy)
    return values.astype("datetime64[us, UTC]" if utc else "datetime64[us]")


_READERS = {
    "text": _text,
    "category": _text,
    "int": _number,
    "decimal": _number,
    "bool": _bool,
    "date": _date,
    "timestamp": _timestamp,
}
