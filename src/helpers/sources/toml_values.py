"""Values of TOML to the dataclasses of a map: an unknown or missing key and a value of the wrong type are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from typing import Any

from helpers.errors import DataError


def build(kind: type, given: Mapping[str, Any], at: str, /, **more: Any) -> Any:
    """Make a dataclass from values of TOML, or refuse an unknown key or a value of the wrong type."""
    allowed = {one.name: one for one in fields(kind) if one.name not in more}
    values = {}
    for key, value in given.items():
        if key not in allowed:
            raise DataError(f'{at}: "{key}" is not a key of a map.{near(key, allowed)}')
        wanted = str(allowed[key].type)
        if wanted.startswith("tuple"):
            value = [value] if isinstance(value, str) else value
            fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
            value, wanted = tuple(value) if fits else value, "a text or a list of texts"
        elif wanted.startswith("dict"):
            fits = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
            wanted = "a table of texts"
        else:
            fits = type(value).__name__ == wanted
        if not fits:
            raise DataError(f"{at}: {key} = {value!r} is not {_says(wanted)}.")
        values[key] = value
    for name, one in allowed.items():
        if name not in values and one.default is MISSING and one.default_factory is MISSING:
            raise DataError(f"{at}: {name} is missing. Add {name} = …")
    return kind(**values, **more)


def _says(wanted: str) -> str:
    return {"str": "a text", "bool": "true or false", "int": "a whole number"}.get(wanted, wanted)


def sub(given: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    """Return a table or a list of tables, empty where it is left out."""
    value = given.get(key, kind())
    if not isinstance(value, kind):
        raise DataError(f"{where}: {key} is not a {'table' if kind is dict else 'list of tables'} of TOML.")
    return value


def near(name: str, known: Any) -> str:
    """Say which known name was perhaps meant."""
    found = get_close_matches(str(name), list(known), n=2)
    return f" Did you mean {' or '.join(found)}?" if found else f" Known: {', '.join(sorted(known))}."
