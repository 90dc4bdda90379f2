"""What exports are made from: rows of the tidy tables, and small frames drawn for tables that the sample lacks."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from helpers import tables
from helpers.sample.setting import TIME_ZONE

SINCE, UNTIL = pd.Timestamp("2025-09-01"), pd.Timestamp("2026-09-30")  # thirteen months
RECENT = pd.Timestamp("2026-08-01")  # since when files about single people are exported
BRAND, RIVALS = "Maison Brévane", ("Ostrelle", "Tavlune", "Clairpont")  # all invented
COUNTRIES = {"FR": "France", "BE": "Belgium", "CH": "Switzerland"}
Truth = dict[str, pd.DataFrame]


class Export(NamedTuple):
    """One export file.

    make : folder of a world -> content, text or bytes.
    encoding : of a text; empty for bytes.
    truth : folder of a world -> tidy rows that a right reader gets from the file, by table.
    settings : what a company says of the file because the file does not: [[exports]] of company.toml.
    """

    make: Callable[[Path], str | bytes]
    encoding: str = "utf-8"
    truth: Callable[[Path], Truth] = lambda folder: {}
    settings: Mapping[str, str] = MappingProxyType({})


def read(
    folder: Path,
    table: str,
    day: str = "",
    *,
    since: pd.Timestamp = SINCE,
    until: pd.Timestamp = UNTIL,
    **equal: str | tuple[str, ...],
) -> pd.DataFrame:
    """Rows of a tidy table whose `day` lies in a span and whose other columns have the values given, by day.

    A world that has no such rows gives none.
    """
    known = tables.contract(table)
    path = folder / "tidy" / table
    if not path.is_dir():
        return pd.DataFrame({name: pd.Series(dtype="object") for name in known.names})
    chosen = [(name, "in", [value] if isinstance(value, str) else list(value)) for name, value in equal.items()]  # fmt: skip
    if day:
        chosen += [(day, ">=", since.date()), (day, "<=", until.date())]
    frame = tables.as_pandas(pq.read_table(path, filters=chosen or None))
    money = [one.name for one in known.columns if one.is_money]
    frame = frame.astype(dict.fromkeys(money, float)).round(
        dict.fromkeys(money, 4)
    )  # as exact as they are kept
    return frame.sort_values([*([day] if day else []), *known.key], ignore_index=True, kind="stable")


def visited(folder: Path, market: str, **span: pd.Timestamp) -> pd.DataFrame:
    """Rows of `site_daily` of a market as analytics tell them; what the server's log tells stands beside them in the table."""
    found = read(folder, "site_daily", "visited_on", market=market, **span)
    return found[found["tool"].isna()].reset_index(drop=True)


def rng(name: str) -> np.random.Generator:
    """Random numbers of one drawn frame, the same in every world."""
    return np.random.default_rng(zlib.crc32(name.encode()))


def local(times: pd.Series) -> pd.Series:
    """Times in UTC, without zone, as clocks of the company show them."""
    return pd.to_datetime(times).dt.tz_localize("UTC").dt.tz_convert(TIME_ZONE).dt.tz_localize(None)


def in_utc(times: pd.Series) -> pd.Series:
    """Times of the company's clocks in UTC, without zone."""
    return pd.to_datetime(times).dt.tz_localize(TIME_ZONE).dt.tz_convert("UTC").dt.tz_localize(None)


def email(person: str) -> str:
    """A made-up address of a customer or lead; example.org belongs to nobody."""
    return f"{person}@example.org"
