"""The `parameters` cell of a notebook: read it, and check what is given for it before any kernel starts.

A line of that cell is `name: type = literal  # help`. Types: str, int, float, bool, list, and `X | None`.
papermill only warns of an unknown name and never looks at a type; here both are refused.
"""

from __future__ import annotations

import ast
import difflib
import json
import math
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from helpers.errors import DataError, UsageError

TAGS = frozenset(
    [
        *("parameters", "answer", "leadership", "method", "teaching"),
        *("solution", "hide-input", "nbval-check-output", "nbval-skip"),
    ]
)
TYPES = {"str": str, "int": int, "float": float, "bool": bool, "list": list}
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
NOTHING = {"", "none", "null"}


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str
    optional: bool
    default: Any
    help: str = ""

    @property
    def shown(self) -> str:
        """The type as its author wrote it."""
        return f"{self.type} | None" if self.optional else self.type


def read(nb: NotebookNode, *, notebook: str = "notebook") -> dict[str, Parameter]:
    """Parameters that a notebook declares, by name, in order.

    Raises
    ------
    DataError : there is not exactly one parameters cell, or a line in it is not `name: type = literal`.
    """
    cells = [cell for cell in nb.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise DataError(f'{notebook}: {len(cells)} cells are tagged "parameters"; tag exactly one.')
    source = cells[0].source
    try:
        statements = ast.parse(source).body
    except SyntaxError as error:
        raise DataError(
            f"{notebook}: line {error.lineno} of the parameters cell is not Python; correct it."
        ) from None
    lines = source.splitlines()
    found = [_read_line(statement, lines, notebook) for statement in statements]
    return {parameter.name: parameter for parameter in found}


def check_notebook(nb: NotebookNode, *, notebook: str = "notebook") -> dict[str, Parameter]:
    """Refuse a notebook that could not run as meant; return its parameters.

    Raises
    ------
    DataError : no kernelspec, an unknown tag, or a parameters cell that `read` refuses.
    """
    if not nb.metadata.get("kernelspec", {}).get("name"):
        raise DataError(
            f"{notebook}: the notebook names no kernel (metadata.kernelspec is missing); "
            "open it in JupyterLab, choose the Python 3 kernel and save."
        )
    for cell in nb.cells:
        for tag in cell.metadata.get("tags", []):
            if tag not in TAGS:
                near = _near(tag, TAGS) or f"the tags are {', '.join(sorted(TAGS))}"
                raise DataError(f'{notebook}: "{tag}" is not a known cell tag; {near}.')
    return read(nb, notebook=notebook)


def check(
    declared: dict[str, Parameter], given: dict[str, Any], *, notebook: str = "notebook"
) -> dict[str, Any]:
    """Given values as plain Python values of the declared types.

    Parameters
    ----------
    declared : what `read` returned.
    given : name to value; a text is converted ("7" for an int), a numpy scalar becomes a plain number.

    Raises
    ------
    UsageError : an unknown name (with the allowed ones) or a value of the wrong type.
    """
    for name in given:
        if name not in declared:
            raise UsageError(unknown(name, declared, where=notebook))
    return {name: convert(declared[name], value, notebook=notebook) for name, value in given.items()}


def unknown(name: str, allowed: Any, *, where: str) -> str:
    """Sentence that refuses a parameter name and lists the allowed ones."""
    near = _near(name, allowed)
    hint = f"{near} " if near else ""
    return f'{where}: there is no parameter "{name}"; {hint}allowed: {", ".join(allowed)}.'


def convert(parameter: Parameter, value: Any, *, notebook: str = "notebook") -> Any:
    """One value as a plain Python value of the parameter's type, or a UsageError that quotes it."""
    plain = _plain(value)
    if plain is None or (isinstance(plain, str) and parameter.optional and plain.strip().lower() in NOTHING):
        if parameter.optional:
            return None
        raise _wrong(parameter, value, notebook)
    try:
        return _CONVERT[parameter.type](plain)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise _wrong(parameter, value, notebook) from None


def _read_line(statement: ast.stmt, lines: list[str], notebook: str) -> Parameter:
    where = f"{notebook}: line {statement.lineno} of the parameters cell"
    if not (
        isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value
    ):
        raise DataError(f"{where} is not of the form `name: type = literal  # help`; write it so.")
    base, optional = _annotation(statement.annotation)
    if base not in TYPES:
        raise DataError(
            f"{where} has the type `{ast.unparse(statement.annotation)}`; "
            f"use one of {', '.join(TYPES)}, or such a type with `| None`."
        )
    try:
        default = ast.literal_eval(statement.value)
    except ValueError:
        raise DataError(
            f"{where} computes its value; write a literal, because a given value would not be computed again."
        ) from None
    tail = lines[statement.end_lineno - 1].encode()[statement.end_col_offset :].decode()
    parameter = Parameter(statement.target.id, base, optional, default, tail.strip().lstrip("#").strip())
    try:
        fits = (default is None and optional) or convert(parameter, default) == default
    except UsageError:
        fits = False
    if not fits:
        raise DataError(
            f"{where} gives {default!r} for a parameter of type {parameter.shown}; correct one of them."
        )
    return parameter


def _annotation(node: ast.expr) -> tuple[str, bool]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [ast.unparse(node.left), ast.unparse(node.right)]
        if "None" in sides:
            sides.remove("None")
            return sides[0].split("[")[0], True
    return ast.unparse(node).split("[")[0], False


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        value = value.tolist()
    if isinstance(value, tuple | set | frozenset):
        value = list(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    raise TypeError


def _whole(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not math.isfinite(float(value)):
        raise TypeError
    return float(value)


def _truth(value: Any) -> bool:
    return value if isinstance(value, bool) else WORDS[_text(value).strip().lower()]


def _list(value: Any) -> list:
    if isinstance(value, str):
        value = (
            json.loads(value)
            if value.strip().startswith("[")
            else [item.strip() for item in value.split(",")]
        )
    if not isinstance(value, list):
        raise TypeError
    return value


_CONVERT = {"str": _text, "int": _whole, "float": _number, "bool": _truth, "list": _list}


def _wrong(parameter: Parameter, value: Any, notebook: str) -> UsageError:
    return UsageError(
        f'{notebook}: parameter "{parameter.name}" is {parameter.shown}, and {value!r} is not; '
        f"give a value such as {parameter.default!r}."
    )


def _near(name: str, allowed: Any) -> str:
    close = difflib.get_close_matches(name, list(allowed), n=1)
    return f'did you mean "{close[0]}"?' if close else ""
