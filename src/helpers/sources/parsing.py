"""TOML to maps, held strictly: a wrong map is refused with its file, the key and what is allowed, so that writing one needs no code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from helpers import tables
from helpers.errors import DataError, UsageError
from helpers.sources.expressions import GROUPED, Expression, parse
from helpers.sources.map_checks import ORDERS, check
from helpers.sources.mapping import PERSONAL, Field, Map, Note, Output
from helpers.sources.toml_values import build, near, sub

OWN = Path(__file__).parent / "maps"
TYPES = (
    "text", "id", "int", "decimal", "money", "percent", "share", "date", "datetime", "month", "period", "bool", "list",
    "email", "person", "verbatim",
)  # fmt: skip
BY_WORDS = ("where", "unless")


def read(path: Path) -> Map:
    """Read a map.

    Raises
    ------
    DataError : not TOML, an unknown key, a column or table that does not exist, an expression that cannot be.
    """
    try:
        return of_text(path.read_text(encoding="utf-8"), path.stem, f"maps/{path.name}")
    except UnicodeDecodeError as fault:
        raise DataError(f"maps/{path.name}: not UTF-8 ({fault.reason}). Save it as UTF-8.") from fault


def of_text(text: str, name: str, where: str) -> Map:
    """Make a map from the text of its TOML; `where` names it in an error."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise DataError(f"{where}: not valid TOML ({fault}). Mend the line that is named.") from fault
    return of_values(given, name, where)


def of_values(given: Mapping[str, Any], name: str, where: str) -> Map:
    """Make a map from its values as TOML gives them."""
    columns = {
        key: _field(key, value, f"{where}, [columns.{key}]")
        for key, value in sub(given, "columns", dict, where).items()
    }
    melted = [f"{key}_key" for key, one in columns.items() if one.melts]
    known = {**columns, **{key: Field(key, "text") for key in melted}}
    derived = _derived(sub(given, "derived", dict, where), known, where)
    outputs = tuple(
        _output(one, known, f"{where}, [[tables]] {number}")
        for number, one in enumerate(sub(given, "tables", list, where), start=1)
    )
    if not outputs and not given.get("refuse"):
        raise DataError(f"{where}: it feeds no table. Add [[tables]] with table = … and [tables.columns].")
    notes = tuple(
        _note(one, known, f"{where}, [[notes]] {number}")
        for number, one in enumerate(sub(given, "notes", list, where), start=1)
    )
    rest = {
        key: value for key, value in given.items() if key not in ("columns", "tables", "derived", "notes")
    }
    if isinstance(rest.get("help"), str):  # a text over several lines of TOML is one paragraph
        rest["help"] = " ".join(rest["help"].split())
    made = build(Map, rest, where, id=name, columns=columns, tables=outputs, derived=derived, notes=notes)
    check(made, where)
    return made


@cache
def own_maps() -> dict[str, Map]:
    """Return the project's own maps by their id."""
    return {path.stem: read(path) for path in sorted(OWN.glob("*.toml"))}


def all_maps(folder: Path | None = None) -> dict[str, Map]:
    """Return every map by its id: the project's, and those in a company's folder maps/, which win over ours of the same id."""
    mine = sorted((folder / "maps").glob("*.toml")) if folder else []
    return own_maps() | {path.stem: read(path) for path in mine}


def find(name: str, maps: Mapping[str, Map]) -> Map:
    """Return the map of this id.

    Raises
    ------
    UsageError : there is none; the message names the nearest.
    """
    if name not in maps:
        raise UsageError(f'map: "{name}" does not exist.{near(name, maps)} `cmo maps` lists all.')
    return maps[name]


def _field(key: str, value: Any, where: str) -> Field:
    if not isinstance(value, dict):
        raise DataError(f"{where}: not a table of TOML. Write it as [columns.{key}] with names and type.")
    made = build(Field, value, where, name=key)
    if made.type not in TYPES:
        raise DataError(f'{where}: type "{made.type}" is unknown. Use one of {", ".join(TYPES)}.')
    if made.within and not (made.is_number and len(made.within) == 2 and all(map(_is_number, made.within))):
        raise DataError(
            f'{where}: within is for a number and names the least and the most, such as ["0", "10"].'
        )
    if made.date_order and made.date_order not in ORDERS:
        raise DataError(
            f'{where}: date_order "{made.date_order}" is unknown. Use one of {", ".join(ORDERS)}.'
        )
    if not (made.names or made.like):
        raise DataError(f'{where}: no head is named. Add names = ["the head in the file"].')
    if made.type == "person" and not made.space:
        raise DataError(
            f'{where}: whose ids they are is not said. Add space = "…", such as the name of the tool.'
        )
    try:
        re.compile(made.like)
    except re.error as fault:
        raise DataError(f"{where}: like is no regular expression ({fault}). Mend it.") from fault
    return made


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _derived(given: Mapping[str, Any], known: dict[str, Field], where: str) -> dict[str, Expression]:
    """Read the named steps; each is known to those after it."""
    made = {}
    for name, value in given.items():
        at = f"{where}, [derived] {name}"
        if name in known:
            raise DataError(f"{at}: there is a column of that name. Call the step otherwise.")
        made[name] = parse(value, at)
        _check_used(made[name], known, at)
        known[name] = Field(name, "text")
    return made


def _check_used(expression: Expression, known: Mapping[str, Field], at: str) -> None:
    """Refuse a column that does not exist, and a person in a column that holds no ids of people."""
    for used in expression.reads:
        if used not in known:
            raise DataError(f"{at}: there is no [columns.{used}] in this map.{near(used, known)}")
        if expression.kind == "person" and known[used].type not in PERSONAL:
            raise DataError(f'{at}: {used} is no column of type "email" or "person".')


def _output(value: Any, known: Mapping[str, Field], where: str) -> Output:
    if not isinstance(value, dict) or not isinstance(value.get("table"), str):
        raise DataError(f'{where}: no table is named. Add table = "…", one of docs/tables.md.')
    try:
        contract = tables.contract(value["table"])
    except UsageError as fault:
        raise DataError(f"{where}: {fault}") from fault
    made = {}
    for name, given in sub(value, "columns", dict, where).items():
        at = f"{where}, {name}"
        if name not in contract.names:
            raise DataError(f"{at}: {contract.name} has no such column.{near(name, contract.names)}")
        made[name] = parse(given, at)
        if made[name].kind in GROUPED:
            raise DataError(
                f"{at}: {made[name].kind} counts over all lines of a group. Put it under [derived] and name it here."
            )
        _check_used(made[name], known, at)
    if not made:
        raise DataError(f"{where}: {contract.name} gets no column. Add [tables.columns].")
    rest = {key: one for key, one in value.items() if key not in ("table", "columns", *BY_WORDS)}
    built = build(Output, rest, where, table=contract.name, columns=made, **_words(value, where))
    return _checked_rows(built, known, where)


def _note(value: Any, known: Mapping[str, Field], where: str) -> Note:
    if not isinstance(value, dict):
        raise DataError(f"{where}: not a table of TOML. Write [[notes]] with says and when, where or unless.")
    rest = {key: one for key, one in value.items() if key not in BY_WORDS}
    return _checked_rows(build(Note, rest, where, **_words(value, where)), known, where)


def _words(value: Mapping[str, Any], where: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """The words that rows need in a column, and those that they may not have: one or several."""
    return {
        named: {
            key: (tuple(map(str, one)) if isinstance(one, list) else (str(one),))
            for key, one in sub(value, named, dict, where).items()
        }
        for named in BY_WORDS
    }


def _checked_rows(made: Any, known: Mapping[str, Field], where: str) -> Any:
    """Refuse a choice of rows by a column that does not exist."""
    more = filter(None, (getattr(made, name, "") for name in ("worth", "latest")))
    for used in (*made.when, *made.where, *made.unless, *more):
        if used not in known:
            raise DataError(f"{where}: there is no [columns.{used}] in this map.{near(used, known)}")
    return made
