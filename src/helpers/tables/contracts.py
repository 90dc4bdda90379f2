"""The contracts of the tidy tables, read from `helpers/tables.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from helpers.errors import UsageError

CONTRACTS = Path(__file__).resolve().parents[1] / "tables.toml"
TYPES = ("text", "int", "decimal", "bool", "date", "timestamp", "category")


@dataclass(frozen=True)
class Column:
    """One column: its name, type, unit, limits and meaning.

    `public`: an error may quote the value. `person`: an id or something about a person; previews hide it.
    `not_above`: another column of the row that the value may not exceed. `future`: a day after today is not a fault. `pattern`: a regular expression that the whole text fits, which
    `form` says in words. `remedy`: what to do about empty cells, where the usual advice is not enough. `is_a`: the column of
    another table whose ids it holds, where it goes by another name.
    """

    name: str
    type: str
    meaning: str
    unit: str = ""
    required: bool = False
    min: float | None = None
    max: float | None = None
    not_above: str = ""
    allowed: tuple[str, ...] = ()
    public: bool = False
    person: bool = False
    future: bool = False
    pattern: str = ""
    form: str = ""
    remedy: str = ""
    is_a: str = field(
        default="", repr=False
    )  # says nothing of what a cell may hold: no part of a file's mark

    @property
    def is_money(self) -> bool:
        """Whether the column is an amount in the row's currency."""
        return self.unit == "money"


@dataclass(frozen=True)
class Table:
    """One table: what it is, what a row is, its key and its columns.

    `date` is the column that a page is cut at. A table without one may be dated by another (`dated_by`, joined on
    that table's key). `snapshot` is the column of the day a list was taken: a page sees each key's last list.
    `every_period`: a period without rows means that an export is missing. `measure`: the column whose sum stands for the
    table, where it is not its first required number. `is_stock`: its amounts stand until they change, so a page values them
    all at the last rate of its period, and a period without rows is one in which nothing changed. `any_market`: it may
    hold countries in which the company does not sell.
    """

    name: str
    meaning: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    date: str | None = None
    dated_by: str | None = None
    snapshot: str | None = None
    every_period: bool = False
    measure: str = field(default="", repr=False)  # decides nothing about a file, so it is no part of its mark
    is_stock: bool = field(default=False, repr=False)  # nor does what the amounts are worth on a page
    any_market: bool = field(default=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def day(self) -> str | None:
        """The column of a row's day: `date`, or that of the table that dates the rows, where they carry it too."""
        day = self.date or (contract(self.dated_by).date if self.dated_by else None)
        return day if day in self.names else None

    @property
    def spans(self) -> bool:
        """Whether a row may cover several days, from `date` to `ends_on`, beside rows of a single day."""
        return self.every_period and "ends_on" in self.names and self.date not in (None, "ends_on")

    def column(self, name: str) -> Column:
        """Return the column of this name.

        Raises
        ------
        UsageError : the table has no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise UsageError(f'{self.name}: "{name}" is not a column of this table.{_near(name, self.names)}')


@cache
def all_tables() -> dict[str, Table]:
    """Return every contract by the name of its table."""
    text = tomllib.loads(CONTRACTS.read_text(encoding="utf-8"))
    shared = text.pop("shared")
    return {name: _table(name, entry, shared) for name, entry in text.items()}


def contract(name: str) -> Table:
    """Return the contract of a table.

    Raises
    ------
    UsageError : there is no such table; the message names the nearest.
    """
    known = all_tables()
    if name not in known:
        raise UsageError(
            f'"{name}" is not a table of the workbook.{_near(name, known)} docs/tables.md lists all.'
        )
    return known[name]


def _table(name: str, entry: dict, shared: dict) -> Table:
    columns = []
    for given in entry.pop("columns"):
        values = dict(given)
        if "use" in values:
            used = values.pop("use")
            values = {"name": used, **shared[used], **values}
        values["allowed"] = tuple(values.get("allowed", ()))
        columns.append(Column(**values))
    key = tuple(entry.pop("key"))
    return Table(name=name, key=key, columns=tuple(columns), **entry)


def _near(name: str, known: object) -> str:
    near = get_close_matches(str(name), list(known), n=3)
    return f" Did you mean {' or '.join(near)}?" if near else ""
