"""Pages of the documentation that are made from the code's own data."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from helpers import pillars, tables
from helpers.errors import DataError
from helpers.kpi import Kpi
from helpers.tables import Column, Table

DOCS = Path(__file__).resolve().parents[2] / "docs"
TABLES_PAGE = DOCS / "tables.md"
KPIS_PAGE = DOCS / "kpis.md"

INTRODUCTION = """# Tables

Every figure of the workbook comes from the tables below. A company brings those it has; a page whose tables are
missing says which export would open it. `cmo ingest` checks each table against this page and says what is wrong.

- A **day** is a local day, written 2026-09-30. A **time** is in UTC.
- **Money** is in the currency of its row and says whether tax is in it. A share is between 0 and 1.
- An **id** of a person is a pseudonym. No table has a place for a name, an address, a telephone number or an e-mail.
- **Needed** columns must be filled in every row; the others may be left out.

<!-- Made from src/helpers/tables.toml by helpers.docs.docs_tables(). Edit that file, not this one. -->
"""


KPIS_INTRODUCTION = """# Figures

Every figure that a report shows, with its definition. *Counted* figures are what the books say and have no interval; *estimated* ones are
shares or means of a sample of what could have happened; *modelled* ones come from a model, which its page checks against the past.
Intervals are 90 %. A change is called better or worse when its interval leaves zero out and it is at least *worth acting on*; under 100
observations no trend is judged, under 30 no percentage is shown.

<!-- Made from KPIS of each pillar by helpers.docs. Edit src/helpers/pillars/<pillar>/definitions/<page>.py, not this page. -->
"""


def write(*, check: bool = False) -> list[str]:
    """Write the generated pages, or with `check` only compare; return one line a page that changed.

    Raises
    ------
    DataError : with `check`, a page on disk differs from what the code says.
    """
    pages = {TABLES_PAGE: docs_tables(), KPIS_PAGE: docs_kpis()}
    old = [
        path for path, text in pages.items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if check and old:
        raise DataError(f"docs/{old[0].name} is not what the code says. Run `cmo docs` and commit the page.")
    for path in old:
        path.write_text(pages[path], encoding="utf-8")
    return [f"docs/{path.name} written" for path in old]


def all_kpis() -> dict[str, Kpi]:
    """Return every figure of every pillar by its id."""
    modules = [import_module(f"helpers.pillars.{found.name}") for found in iter_modules(pillars.__path__)]
    return {name: definition for module in modules for name, definition in module.KPIS.items()}


def docs_kpis() -> str:
    """Return the page docs/kpis.md: every figure with its definition, formula and the change worth acting on."""
    found = all_kpis().values()
    parts = [KPIS_INTRODUCTION]
    for pillar in dict.fromkeys(definition.pillar for definition in found):
        head = (
            "| figure | id | unit | better | kind | definition | formula | worth acting on | version |\n"
            + "|---" * 9
            + "|"
        )
        lines = [_kpi_line(definition) for definition in found if definition.pillar == pillar]
        parts.append("\n".join([f"## {pillar}", "", head, *lines, ""]))
    return "\n".join(parts)


def _kpi_line(d: Kpi) -> str:
    unit = "" if d.relative else {"share": " points", "currency": ""}.get(d.unit, f" {d.unit}")
    least = (
        f"{d.materiality:.0%} of what it was"
        if d.relative
        else f"{d.materiality * (100 if d.unit == 'share' else 1):g}{unit}"
    )
    cells = [d.label, f"`{d.id}`", d.unit, d.better, d.kind, d.definition, d.formula, least, d.version]
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def docs_tables() -> str:
    """Return the page docs/tables.md: every table with its meaning, grain, key and columns, as Markdown."""
    known = tables.TABLES
    contents = "\n".join(f"- [{name}](#{name}): {table.meaning}" for name, table in known.items())
    return "\n".join([INTRODUCTION, contents, "", *(_section(table) for table in known.values())])


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
    if table.any_market:
        facts.append("It may hold countries in which the company does not sell.")
    if table.is_stock:
        facts.append("Amounts in another currency are worth the last rate of the page's period.")
    if table.every_period and table.is_stock:
        facts.append("In a period without rows nothing changed.")
    elif table.every_period:
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
