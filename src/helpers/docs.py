"""Pages of the documentation that are made from the code's own data."""

from __future__ import annotations

from pathlib import Path

from helpers import tables
from helpers.errors import DataError
from helpers.tables import Column, Table

TABLES_PAGE = Path(__file__).resolve().parents[2] / "docs" / "tables.md"

INTRODUCTION = """# Tables

Every figure of the workbook comes from the tables below. A company brings those it has; a page whose tables are
missing says which export would open it. `cmo ingest` checks each table against this page and says what is wrong.

- A **day** is a local day, written 2026-09-30. A **time** is in UTC.
- **Money** is in the currency of its row and says whether tax is in it. A share is between 0 and 1.
- An **id** of a person is a pseudonym. No table has a place for a name, an address, a telephone number or an e-mail.
- **Needed** columns must be filled in every row; the others may be left out.

<!-- Made from src/helpers/tables.toml by helpers.docs.docs_tables(). Edit that file, not this one. -->
"""


def docs_tables() -> str:
    """Return the page docs/tables.md: every table with its meaning, grain, key and columns, as Markdown."""
    known = tables.TABLES
    contents = "\n".join(f"- [{name}](#{name}): {table.meaning}" for name, table in known.items())
    return "\n".join([INTRODUCTION, contents, "", *(_section(table) for table in known.values())])


def write(*, check: bool = False) -> None:
    """Write the generated pages again, or with `check` only see whether they are up to date.

    Raises
    ------
    DataError : with `check`, when a page differs from what the code says.
    """
    for path, text in {TABLES_PAGE: docs_tables()}.items():
        if not check:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            raise DataError(f"docs/{path.name} differs from the code it is made from. Run `cmo docs`.")


def _section(table: Table) -> str:
    facts = [f"{table.grain} Key: {', '.join(f'`{name}`' for name in table.key)}."]
    if table.date:
        facts.append(f"A page sees the rows up to the end of its period by `{table.date}`.")
    if table.dated_by:
        facts.append(
            f"A page sees the rows whose `{tables.contract(table.dated_by).key[0]}` it sees in `{table.dated_by}`."
        )
    if table.snapshot:
        facts.append(
            f"When several lists are kept, a page sees the last one up to its end by `{table.snapshot}`."
        )
    if table.every_period:
        facts.append("A period without rows means that an export is missing.")
    head = "| column | type | unit | needed | meaning |\n|---|---|---|---|---|"
    lines = "\n".join(_line(column) for column in table.columns)
    return f"## {table.name}\n\n{table.meaning} {' '.join(facts)}\n\n{head}\n{lines}\n"


def _line(column: Column) -> str:
    kind = {
        "text": "text",
        "int": "whole number",
        "bool": "true or false",
        "category": "one of",
        "date": "day",
    }
    type_ = {**kind, "timestamp": "time", "decimal": "number"}[column.type]
    if column.allowed:
        type_ += " " + ", ".join(column.allowed)
    limits = [f"at least {column.min:g}"] if column.min is not None else []
    limits += [f"at most {column.max:g}"] if column.max is not None else []
    unit = ", ".join([column.unit, *limits] if column.unit else limits)
    return f"| `{column.name}` | {type_} | {unit} | {'yes' if column.required else ''} | {column.meaning} |"
