"""Tables that you write yourself: raw/<table>.csv with the columns of docs/tables.md."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from helpers import tables
from helpers.errors import DataError


def read(
    raw: Path, *, currency: str, market: str, time_zone: str
) -> Iterator[tuple[str, pd.DataFrame, str, int]]:
    """Yield (table, frame, file, rows read) for each CSV in raw/, named after its table.

    Comma-separated, UTF-8, decimal point, days as 2026-09-30. A missing column `market` or `currency` is the
    company's market, where it has but one (else `market` is empty), and its currency. Columns outside the contract are dropped when the table is written.

    Raises
    ------
    DataError : no CSV file, a name that is no table, a file that is not such a CSV or does not say which market is which.
    """
    paths = sorted(raw.glob("*.csv"))
    if not paths:
        raise DataError(
            f"{raw.parent.name}/raw: no CSV file. Put orders.csv there; docs/tables.md lists its columns."
        )
    for path in paths:
        if path.stem not in tables.TABLES:
            raise DataError(
                f"{path.name}: {path.stem} is not a table. Name the file after one of docs/tables.md, such as orders.csv."
            )
        try:
            frame = pd.read_csv(
                path, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8-sig"
            )
        except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as fault:
            raise DataError(
                f"{path.name}: not a comma-separated file in UTF-8 ({str(fault).splitlines()[0]}). Save it as one."
            ) from fault
        if len(frame.columns) == 1 and ";" in frame.columns[0]:
            raise DataError(
                f"{path.name}: its columns are separated by semicolons. Save it with commas and decimal points."
            )
        table = tables.contract(path.stem)
        known = table.names
        if not market and "market" in known and "market" not in frame and table.column("market").required:
            raise DataError(
                f"{path.name}: there is no column market, and the company sells in several. Add it, with a country code a row."
            )
        given = {"currency": currency} | ({"market": market} if market else {})
        yield (
            path.stem,
            frame.assign(**{n: v for n, v in given.items() if n in known and n not in frame}),
            path.name,
            len(frame),
        )
