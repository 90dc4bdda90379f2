"""Tables that a company keeps itself: a file with the columns of docs/tables.md is read by a map made from the contract."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from helpers import tables
from helpers.sources.expressions import Expression
from helpers.sources.mapping import Field, Map, Output
from helpers.tables import Column

SYSTEM = "own"
PEOPLE = {  # columns that say who somebody is, and whose ids they are
    "customer_id": "customer",
    "referred_by": "customer",
    "respondent_id": "respondent",
    "visitor_id": "visitor",
}
FILLED = ("market", "currency")  # the company's own where the file has none
TYPES = {"category": "text", "timestamp": "datetime"}


@cache
def of_table(name: str) -> Map:
    """Return the map that reads a file with a table's own columns.

    What the contract requires is left to the contract to ask for, in its own words. Ids that say who somebody is become
    pseudonyms, as in every other file.
    """
    contract = tables.contract(name)
    columns = {column.name: _field(column) for column in contract.columns}
    made = {column.name: _expression(column) for column in contract.columns}
    return Map(
        id=name,
        name=f"table {name}",
        system=SYSTEM,
        source="docs/tables.md",
        columns=columns,
        tables=(Output(name, made),),
        verified=True,
        vat="excl",
        key_column="",
    )


@cache
def own_tables() -> dict[str, Map]:
    """Return a map for every table, by the table's name, for files that are recognised by their columns."""
    found = {}
    for name, contract in tables.TABLES.items():
        one = of_table(name)
        needed = {c.name for c in contract.columns if c.required and c.name not in FILLED} | {
            *contract.key[:1]
        }
        columns = {
            key: replace(value, required=True) if key in needed else value
            for key, value in one.columns.items()
        }
        found[name] = replace(one, columns=columns)
    return found


def _field(column: Column) -> Field:
    kind = TYPES.get(column.type, column.type)
    if column.name in PEOPLE:
        kind = "person"
    elif column.is_money:
        kind = "money"
    elif kind == "text" and column.name.endswith("_id"):
        kind = "id"
    return Field(column.name, kind, names=(column.name,), space=PEOPLE.get(column.name, ""))


def _expression(column: Column) -> Expression:
    return Expression("person" if column.name in PEOPLE else "first", (column.name,))
