"""How long rows are kept: the months of each table, and which of its rows are older."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from helpers import rules
from helpers.company import Company
from helpers.errors import DataError
from helpers.privacy.ties import PERSON, sole_key
from helpers.tables import Table, contract
from helpers.tables.contracts import all_tables

OWN_DAY, LAST_CONTACT = "own day", "last contact"
BLOCK = 1_000_000


@dataclass(frozen=True)
class Keeping:
    """How long one table is kept: months, counted from the row's "own day" or the person's "last contact"."""

    table: str
    months: int
    counted_from: str = OWN_DAY

    def since(self, last_day: date) -> pd.Timestamp:
        """Return the first day that is still kept, given the last day of the data."""
        return pd.Timestamp(last_day) - pd.DateOffset(months=self.months)


def months(company: Company) -> dict[str, Keeping]:
    """Return how long the company keeps each table: rules/retention.toml, and over it `[retention_months]`.

    Raises
    ------
    DataError : `[retention_months]` names a table that does not exist, or whose rows have no day to count from.
    """
    made = {
        one.table: Keeping(one.table, one.months, one.counted_from)
        for one in rules.retention_rules().values()
    }
    where = f"{company.name}/company.toml: retention_months has"
    for table, n in company.retention_months.items():
        if table not in all_tables():
            near = get_close_matches(table, all_tables(), n=1)
            hint = f"Did you mean {near[0]}?" if near else "docs/tables.md lists them."
            raise DataError(f'{where} "{table}", which is no table. {hint}')
        if table not in made and not (_day_columns(contract(table)) or contract(table).dated_by):
            raise DataError(f"{where} {table}, whose rows have no day to count from. Take the line out.")
        made[table] = replace(made.get(table, Keeping(table, n)), months=n)
    return made


def kept(
    frame: pd.DataFrame,
    table: str,
    company: Company,
    last_day: date,
    *,
    last_contact: pd.Series | None = None,
    parent: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the rows of a frame that may still be kept; all of them where the table has no limit.

    Parameters
    ----------
    frame : rows of a table, of any index.
    last_day : last day of the company's data, not today's: a company that stops importing loses nothing by that.
    last_contact : day by customer_id, as `last_contacts`; needed for tables counted from it (customers, identities, leads).
    parent : rows of the table that dates this one (orders for order_lines), where the company gives the table a limit.

    Rows without any day are kept: nothing says that they are old. What hangs on a row that goes is not taken out here.

    Raises
    ------
    ValueError : `last_contact` or `parent` is needed and not given.
    DataError : `[retention_months]` is wrong.
    """
    keeping = months(company).get(table)
    if keeping is None or frame.empty:
        return frame
    return frame[~is_old(frame, keeping, last_day, last_contact=last_contact, parent=parent)]


def is_old(
    frame: pd.DataFrame,
    keeping: Keeping,
    last_day: date,
    *,
    last_contact: pd.Series | None = None,
    parent: pd.DataFrame | None = None,
) -> np.ndarray:
    """Say of each row whether it is older than the table is kept, as `kept`."""
    days = _own_days(frame, contract(keeping.table), parent)
    if keeping.counted_from == LAST_CONTACT:
        if last_contact is None:
            raise ValueError(f"{keeping.table} is counted from the last contact: give last_contact.")
        if PERSON in frame:
            contact = pd.to_datetime(frame[PERSON].map(last_contact)).astype("datetime64[us]")
            days = days.where(days > contact, contact).fillna(days)  # the later one, or the one there is
    return (days < keeping.since(last_day)).to_numpy(dtype=bool)


def last_contacts(company: Company, aliases: pd.Series | None = None) -> pd.Series:
    """Return the last day on which each person was in contact with the company: an order, a click, a case.

    Parameters
    ----------
    company : its tidy tables are read in blocks, those that it has.
    aliases : by id, the customer_id it stands for; people are then found under their other ids too.

    Returns
    -------
    Day [datetime64] by customer_id. An open is no contact, nor is a message that was sent; rules/retention.toml lists what is.
    """
    found = [pd.Series(dtype="datetime64[us]", index=pd.Index([], dtype="str"))]
    for table, only in rules.contacts().items():
        day = contract(table).date
        for path in sorted((company.tidy / table).glob("*.parquet")):
            with pq.ParquetFile(path) as file:
                wanted = [PERSON, day, *only]
                if not set(wanted) <= set(file.schema_arrow.names):
                    continue  # a file made by hand may lack an optional column, and then says nothing of anybody
                blocks = file.iter_batches(batch_size=BLOCK, columns=wanted)
                found += [_last_days(pa.Table.from_batches([block]), day, only) for block in blocks]
    last = pd.concat(found).groupby(level=0).max()
    if aliases is None:
        return last
    others = aliases[aliases.isin(last.index) & ~aliases.index.isin(last.index)]
    return pd.concat([last, others.map(last)])


def columns(keeping: Keeping) -> tuple[str, ...]:
    """Return the columns that `is_old` reads of a table."""
    known = contract(keeping.table)
    parent = sole_key(contract(known.dated_by)) if known.dated_by else ""
    named = (*_day_columns(known), parent, PERSON if keeping.counted_from == LAST_CONTACT else "")
    return tuple(name for name in named if name in known.names)


def _last_days(rows: pa.Table, day: str, only: dict[str, Iterable[str]]) -> pd.Series:
    for name, values in only.items():
        rows = rows.filter(pc.is_in(rows[name].cast(pa.string()), value_set=pa.array(list(values))))
    frame = rows.select([PERSON, day]).to_pandas(date_as_object=False).dropna()
    days = pd.to_datetime(frame[day]).astype("datetime64[us]")
    return days.groupby(frame[PERSON].astype("str").str.strip()).max()


def _day_columns(known: Table) -> list[str]:
    """Columns that date a row by themselves: its own day, and that of the table that dates it where a row repeats it."""
    dated = contract(known.dated_by).date if known.dated_by else None
    return [name for name in (known.date, dated) if name in known.names]


def _own_days(frame: pd.DataFrame, known: Table, parent: pd.DataFrame | None) -> pd.Series:
    """Day of each row: its own, or else that of the row that it belongs to; empty where there is none."""
    days = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    for name in _day_columns(known):
        if name in frame:
            days = days.fillna(pd.to_datetime(frame[name]).astype("datetime64[us]"))
    if known.dated_by and days.isna().any():
        if parent is None:
            raise ValueError(f"{known.name} is dated by {known.dated_by}: give parent.")
        dated = contract(known.dated_by)
        key = sole_key(dated)
        of = pd.to_datetime(parent.drop_duplicates(key).set_index(key)[dated.date]).astype("datetime64[us]")
        days = days.fillna(frame[key].map(of))
    return days
