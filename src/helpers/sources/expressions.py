"""What a tidy column is made of: a column of the file, a constant, or one small step over columns of the file.

A map writes an expression as a text (a column) or as a table with one of the keys of `KINDS`; nothing else is possible, so a
map cannot run code.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

from helpers.errors import DataError
from helpers.sources.words import fold

KINDS = (
    "value", "first", "join", "add", "minus", "times", "divide", "of", "excl_vat", "person", "setting",
    "least", "near", "digest", "hours", "band", "number", "total", "days_after_start",
)  # fmt: skip
MORE = {
    "first": ("else",),
    "join": ("with",),
    "of": ("words", "otherwise", "keep", "find"),
    "value": ("when", "else"),
    "band": ("edges",),
    "setting": ("else",),
    "times": ("over",),
}
GROUPED = (
    "number",
    "total",
)  # over lines that stand together, such as those of an order; under [derived] only
SETTINGS = ("currency", "market", "account_id", "as_of", "starts_on", "ends_on", "file_stem")


@dataclass(frozen=True)
class Expression:
    """One expression: its kind, the columns it reads, and what else it needs."""

    kind: str
    columns: tuple[str, ...] = ()
    value: Any = None
    by: float = 1.0
    between: str = " "
    words: dict[str, str] = field(default_factory=dict, hash=False)
    otherwise: str | None = None
    keeps: bool = False
    find: str = ""
    edges: tuple[int, ...] = ()
    fallback: Expression | None = None
    over: str = ""

    @property
    def reads(self) -> tuple[str, ...]:
        """All columns of the file that it may read."""
        more = self.fallback.reads if self.fallback else ()
        return (*self.columns, *([self.over] if self.over else []), *more)

    def lacks(self, columns: Container[str]) -> bool:
        """Whether a file with these columns has too few of those that it is made of."""
        there = [name in columns for name in self.columns]
        if self.kind in ("times", "divide", "hours"):
            return not all(there)
        if self.kind in ("minus", "near"):
            return not there[0]
        return not any(there)


def parse(given: Any, where: str) -> Expression:
    """Read an expression as TOML gives it.

    Raises
    ------
    DataError : it is none; `where` says which column of which table of which map.
    """
    if isinstance(given, str):
        return Expression("first", (given,))
    if not isinstance(given, Mapping):
        raise DataError(f"{where}: {given!r} is no expression. Write a column in quotes, or {{ value = … }}.")
    kinds = [key for key in given if key in KINDS]
    if len(kinds) != 1:
        raise DataError(
            f"{where}: an expression has exactly one of {', '.join(KINDS)}; here: {', '.join(given) or 'none'}."
        )
    kind = kinds[0]
    for key in given:
        if key != kind and key not in MORE.get(kind, ()):
            raise DataError(f'{where}: "{key}" does not go with {kind}.')
    return _made(kind, given, where)


def _made(kind: str, given: Mapping[str, Any], where: str) -> Expression:
    value = given[kind]
    if kind == "value":
        if not isinstance(value, str | int | float | bool):
            raise DataError(f"{where}: value = {value!r} is neither text, number nor true or false.")
        only = given.get("when", "")  # the column that must be filled
        if not isinstance(only, str):
            raise DataError(f"{where}: when names one column, as a text.")
        return Expression(kind, (only,) if only else (), value=value, fallback=_fallback(given, where))
    if kind == "setting":
        if value not in SETTINGS:
            raise DataError(f'{where}: setting = "{value}" is unknown. Use one of {", ".join(SETTINGS)}.')
        return Expression(kind, value=value, fallback=_fallback(given, where))
    if kind in ("of", "excl_vat", "band", "days_after_start", *GROUPED):
        if not isinstance(value, str):
            raise DataError(f"{where}: {kind} names one column, as a text.")
        if kind == "of":
            return _recode(value, given, where)
        return Expression(kind, (value,), edges=_edges(given, where) if kind == "band" else ())
    named = [value] if isinstance(value, str) else value
    by = 1.0
    if (
        kind in ("times", "divide")
        and isinstance(named, list)
        and len(named) == 2
        and isinstance(named[1], int | float)
    ):
        named, by = named[:1], float(named[1])
        if kind == "divide" and by == 0:
            raise DataError(f"{where}: division by 0.")
    if not isinstance(named, list) or not named or not all(isinstance(one, str) for one in named):
        raise DataError(f"{where}: {kind} names columns, as a list of texts.")
    if kind == "near" and len(named) < 2:
        raise DataError(f"{where}: near names an amount, then those that it may be.")
    if kind == "hours" and len(named) != 2:
        raise DataError(f"{where}: hours names two columns, the earlier moment first.")
    over = given.get("over", "")
    if not isinstance(over, str):
        raise DataError(f"{where}: over names one column, as a text.")
    between, fallback = str(given.get("with", " ")), _fallback(given, where)
    return Expression(kind, tuple(named), by=by, between=between, fallback=fallback, over=over)


def _fallback(given: Mapping[str, Any], where: str) -> Expression | None:
    """What stands where an expression gives nothing."""
    if "else" not in given:
        return None
    last = given["else"] if isinstance(given["else"], Mapping) else {"value": given["else"]}
    made = parse(last, f"{where}, else")
    if made.kind not in ("value", "setting", "join", "first"):
        raise DataError(
            f"{where}: else is a text, a number, {{ setting = … }}, {{ first = … }} or {{ join = … }}."
        )
    return made


def _edges(given: Mapping[str, Any], where: str) -> tuple[int, ...]:
    edges = given.get("edges", [])
    whole = isinstance(edges, list) and all(type(one) is int for one in edges)
    if not whole or len(edges) < 2 or sorted(set(edges)) != edges:
        raise DataError(f"{where}: band needs edges that rise, such as edges = [1, 10, 50, 250].")
    return tuple(edges)


def _recode(column: str, given: Mapping[str, Any], where: str) -> Expression:
    words, find = given.get("words", {}), given.get("find", "")
    if bool(words) == bool(find):
        raise DataError(f"{where}: of goes with words = {{ … }} or with find = '…'.")
    if not isinstance(find, str):
        raise DataError(f"{where}: find is no text. Write a regular expression between single quotes.")
    if find:
        try:
            groups = re.compile(find).groups
        except re.error as fault:
            raise DataError(f"{where}: find is no regular expression ({fault}). Mend it.") from fault
        if groups != 1:
            raise DataError(f"{where}: find needs exactly one group in brackets; it has {groups}.")
    if not isinstance(words, Mapping):
        raise DataError(f'{where}: words is a table, such as words = {{ "Closed Won" = "true" }}.')
    otherwise = given.get("otherwise")
    return Expression(
        "of",
        (column,),
        words={fold(str(key)): str(one) for key, one in words.items()},
        otherwise=None if otherwise is None else str(otherwise),
        keeps=bool(given.get("keep", False)),
        find=find,
    )
