"""A map for an export that nobody has mapped: its heads, the types that their cells look like, and what is left to say."""

from __future__ import annotations

import re
from pathlib import Path

from helpers.errors import DataError
from helpers.sources import dates, opening
from helpers.sources import rows as plain
from helpers.sources.batches import Row, Rows
from helpers.sources.words import TOTAL, fold

LOOKED_AT = 200
TOTALS = re.compile(TOTAL)
HINTS = (("e-mail|email|courriel", "email"), (r"\bid\b|identifiant|number|numero", "id"))
MONEY = re.compile(
    r"amount|montant|cost|cout|spend|spent|price|prix|revenue|revenu|ca\b|value|valeur|budget|fee",
    re.IGNORECASE,
)


def draft(path: Path) -> tuple[str, str]:
    """Return a name and the TOML of a map for a file, to be completed by hand.

    Raises
    ------
    DataError : the file cannot be read, or no line of it looks like heads.
    """
    with opening.opened(path) as files:
        best = max(
            (
                _heads(rows)
                for file in files
                if file.kind in ("text", "workbook")
                for rows in plain.sources(file)
            ),
            key=lambda one: one[0],
            default=None,
        )
    if best is None or best[0] < 2:
        raise DataError(
            f"{path.name}: no line looks like the heads of a table. A map reads tables; see docs/maps.md for other layouts."
        )
    _, line, heads, below = best
    name = re.sub(r"[^a-z0-9]+", "_", fold(path.stem)).strip("_") or "export"
    return name, _toml(name, line, heads, below)


def _heads(rows: Rows) -> tuple[int, int, list[str], list[Row]]:
    """The line that looks most like heads: many different texts, no numbers, with rows of the same length below."""
    begin = plain.start(rows, LOOKED_AT)
    best: tuple[int, int, list[str], list[Row]] = (0, 0, [], [])
    for at, (line, cells) in enumerate(begin):
        words = [
            cell.strip() for cell in cells if cell.strip() and not re.fullmatch(r"[\d.,%\s-]+", cell.strip())
        ]
        below = [
            row
            for row in begin[at + 1 :]
            if len(row[1]) == len(cells) and not TOTALS.fullmatch(fold(row[1][0]))
        ]
        score = len(set(words)) if len(words) >= 0.8 * len(cells) and below else 0
        if score > best[0]:
            best = (score, line, [cell.strip() for cell in cells], below)
    return best


def _toml(name: str, line: int, heads: list[str], below: list[Row]) -> str:
    fields, seen = [], set()
    for place, head in enumerate(heads):
        if not head:
            continue
        key = re.sub(r"[^a-z0-9]+", "_", fold(head)).strip("_") or f"column_{place + 1}"
        while key in seen:
            key += "_2"
        seen.add(key)
        kind = _kind(head, [row[1][place] for row in below if row[1][place].strip()])
        is_first_date = kind in ("date", "datetime") and not any("required" in one for one in fields)
        required = "\nrequired = true" if is_first_date else ""
        more = (
            '\nspace = "TODO: whose ids these are, such as the name of the tool"' if kind == "person" else ""
        )
        fields.append(f'[columns.{key}]\nnames = ["{_escaped(head)}"]\ntype = "{kind}"{required}{more}\n')
    return (
        f"# A map for an export whose heads stand in line {line}. Complete what says TODO; docs/maps.md explains every key.\n"
        "# Then try it with `cmo check FILE`. Columns that nobody needs can be deleted; required = true marks those that prove the export.\n"
        f'name = "TODO: what this export is called"\nsystem = "{name.split("_")[0]}"\nverified = false\nsource = "heads of a file of our own"\n'
        'vat = "unknown"  # incl, excl or unknown: what its amounts are\n\n'
        + "\n".join(fields)
        + '\n[[tables]]\ntable = "TODO: one of docs/tables.md"\n[tables.columns]\n# tidy column = "column above"\n'
        + '# spent_on = "day"\n# platform = { value = "name of the platform" }\n'
    )


def _kind(head: str, cells: list[str]) -> str:
    plain_head = fold(head)
    for pattern, kind in HINTS:
        if re.search(pattern, plain_head):
            return kind
    if cells and all(dates.moment(cell, "dmy") or dates.moment(cell, "mdy") for cell in cells[:50]):
        return "datetime" if any(":" in cell for cell in cells[:50]) else "date"
    if cells and all(re.fullmatch(r"[\s\u202f\u00a0\d.,'€$£%()+-]+", cell) for cell in cells[:50]):
        if any("%" in cell for cell in cells):
            return "percent"
        if MONEY.search(plain_head) or any(sign in cell for cell in cells for sign in "€$£"):
            return "money"
        return "int" if all(re.fullmatch(r"\d+", cell.strip()) for cell in cells) else "decimal"
    return "text"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
