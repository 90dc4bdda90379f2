"""The catalogues of translations: what is said in English, where, and what a language still lacks.

A catalogue is src/helpers/locale/<language>/LC_MESSAGES/<part>.po; a part is a pillar, "quality" for the page on a company's
data, or "package" for what all share.
`cmo translations` brings the files up to date: new messages come in empty, messages that nobody says any more go.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from helpers import i18n
from helpers.docs import all_kpis
from helpers.rules import book
from helpers.start import profiles, settings, templates
from helpers.tables import TABLES

PACKAGE = Path(__file__).resolve().parent
SHARED = "package"
QUALITY = ("quality/", "report/quality/", "report/template/site/quality")
ONE, TWO, TERM = ("text", "mark", "said"), ("plural", "mark_plural"), ("term", "mark_term")
TEMPLATE = re.compile(r"""\bt\((?P<quote>["'])(?P<message>.+?)(?P=quote)[,)]""")
WIDTH = 110
# File of rules, list in it, what of each entry a reader sees.
RULES = (
    ("claims", "rules", ("cure", "source")),
    ("purpose", "topics", ("needs", "source")),
    ("claims", "sanctions", ("text",)),
    ("esrs", "sets", ("source", "text")),
    ("esrs", "reach", ("source", "text")),
    ("defaults", "rules", ("text", "source")),
)
# The same messages give the same file: no date of today in its head.
HEAD = {
    "project": "CMO workbook",
    "version": "1",
    "header_comment": "# Edit the translations; `cmo translations` keeps the messages in step with the code and the notebooks.",
    "copyright_holder": "CMO workbook",
    "msgid_bugs_address": "",
    "last_translator": "CMO workbook",
    "language_team": "CMO workbook",
    "creation_date": datetime(2026, 1, 1, tzinfo=UTC),
    "revision_date": datetime(2026, 1, 1, tzinfo=UTC),
}


class Message(NamedTuple):
    """One message: its English text (or singular and plural), its context and where it is said."""

    id: str | tuple[str, str]
    context: str | None
    where: str


def messages(root: Path) -> dict[str, list[Message]]:
    """Return the messages of each part, each once, in the order of their files.

    Parameters
    ----------
    root : the project's folder. A message of several parts, or of several pillars, belongs to "package".
    """
    parts: dict[tuple, dict[str, Message]] = {}
    said = [
        *_code(),
        *_templates(),
        *_figures(),
        *_tables(),
        *_rules(),
        *_start(),
        *_notebooks(root / "notebooks"),
    ]
    for part, message in said:
        parts.setdefault((message.id, message.context), {}).setdefault(part, message)
    found: dict[str, list[Message]] = {}
    for said_in in parts.values():
        part = next(iter(said_in)) if len(said_in) == 1 else SHARED
        found.setdefault(part, []).append(next(iter(said_in.values())))
    return {part: sorted(rows, key=lambda row: row.where) for part, rows in sorted(found.items())}


def update(language: str, root: Path) -> dict[str, int]:
    """Bring a language's files up to date; return how many messages of each part have no translation."""
    folder = i18n.LOCALE / language / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    known = _translated(language)
    wanted, lacking = messages(root), {}
    for path in folder.glob("*.po"):
        if path.stem not in wanted:
            path.unlink()
    for part, rows in wanted.items():
        catalogue = Catalog(locale=language, fuzzy=False, **HEAD)
        for row in rows:
            string = known.get((row.id, row.context)) or ""
            catalogue.add(row.id, string, context=row.context, locations=[(row.where, 0)])
        lacking[part] = sum(not _full(message.string) for message in catalogue if message.id)
        with (folder / f"{part}.po").open("wb") as file:
            write_po(file, catalogue, width=WIDTH, no_location=False, omit_header=False, include_lineno=False)
    return lacking


def missing(language: str, root: Path) -> list[Message]:
    """Return the messages that have no translation in a language."""
    known = _translated(language)
    return [
        row for rows in messages(root).values() for row in rows if not _full(known.get((row.id, row.context)))
    ]


def unused(language: str, root: Path) -> list[str]:
    """Return the translated messages that nobody says any more."""
    said = {(row.id, row.context) for rows in messages(root).values() for row in rows}
    return [str(key[0]) for key in _translated(language) if key not in said]


def _translated(language: str) -> dict[tuple, str | tuple[str, ...]]:
    found = {}
    for path in sorted((i18n.LOCALE / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
        found |= {(message.id, message.context): message.string for message in catalogue if message.id}
    return found


def _full(string: str | tuple[str, ...] | None) -> bool:
    return bool(string) and (isinstance(string, str) or all(string))


def _code() -> Iterator[tuple[str, Message]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        where = path.relative_to(PACKAGE).as_posix()
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        calls = [node for node in tree if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            yield from ((_part(where), Message(*found, where)) for found in _said_by(call))


def _part(where: str) -> str:
    """The part that a file of the package belongs to."""
    if where.startswith("pillars/") and where.count("/") > 1:
        return where.split("/")[1]
    return "quality" if where.startswith(QUALITY) else SHARED


def _said_by(call: ast.Call) -> Iterator[tuple[str | tuple[str, str], str | None]]:
    """Messages of one call with their contexts; a choice between two literals gives both."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", None)
    if name in ONE and call.args:
        yield from ((message, None) for message in _literals(call.args[0]))
    elif name in TWO and len(call.args) > 1:
        pair = zip(_literals(call.args[0]), _literals(call.args[1]), strict=False)
        yield from ((both, None) for both in pair)
    elif name in TERM and len(call.args) > 1:
        yield from (
            (message, context) for context in _literals(call.args[0]) for message in _literals(call.args[1])
        )


def _literals(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _literals(node.body) + _literals(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def _templates() -> Iterator[tuple[str, Message]]:
    for path in sorted((PACKAGE / "report" / "template").rglob("*.j2")):
        where = path.relative_to(PACKAGE).as_posix()
        for found in TEMPLATE.finditer(path.read_text(encoding="utf-8")):
            yield _part(where), Message(found["message"], None, where)


def _figures() -> Iterator[tuple[str, Message]]:
    for definition in all_kpis().values():
        for words in (definition.label, definition.definition, definition.formula):
            yield definition.pillar, Message(words, None, f"pillars/{definition.pillar}")


def _tables() -> Iterator[tuple[str, Message]]:
    for table in TABLES.values():
        for words in (table.meaning.rstrip("."), table.grain.rstrip(".").lower()):
            yield "tables", Message(words, None, "tables.toml")


def _rules() -> Iterator[tuple[str, Message]]:
    """What a page on responsibility says out of the dated rules: cures, needs and sources."""
    for name, listed, keys in RULES:
        for row in book(name)[listed]:
            yield from (
                ("csr", Message(row[key], None, f"rules/{name}.toml")) for key in keys if row.get(key)
            )


def _start() -> Iterator[tuple[str, Message]]:
    """What a new company's folder says: its settings, its first exports, the columns that people fill in."""
    for where, texts in (
        ("start/company.toml", settings.messages()),
        ("start/profiles.toml", profiles.messages()),
        ("tables.toml, columns", templates.messages()),
    ):
        yield from (("start", Message(text, None, where)) for text in texts)


def _notebooks(folder: Path) -> Iterator[tuple[str, Message]]:
    for path in sorted([*folder.glob("*/*.ipynb"), *folder.glob("_*.ipynb")]):
        if ".ipynb_checkpoints" in path.parts:
            continue
        where = path.relative_to(folder.parent).as_posix()
        part = path.parent.name if path.parent != folder else SHARED
        for cell in nbformat.read(path, as_version=4).cells:
            for block in i18n.blocks(cell.source) if cell.cell_type == "markdown" else ():
                yield part, Message(block, None, where)
