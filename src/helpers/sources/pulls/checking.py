"""Making the parts of a recipe from the values of its TOML, with a sentence for what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any
from urllib.parse import urlsplit

from helpers.errors import DataError
from helpers.sources.toml_values import near

NAME = re.compile(r"[a-z][a-z0-9_]*")
PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")  # so that the braces of JSON in a query stay as they are
DAYS = ("since", "until")
PARTS_OF_DAYS = tuple(f"{one}_{part}" for one in DAYS for part in ("year", "month", "day"))
ALL_DAYS = {*DAYS, *PARTS_OF_DAYS, "day_before", "day_after"}
PERIODS = ("days", "as_of", "all")  # from day to day; the list as it stands, dated; everything, in one file
NEEDED = {
    "next_url": ("next",),
    "cursor": ("next", "parameter"),
    "offset": ("parameter", "size_parameter", "size"),
    "none": (),
}


def table(given: Mapping[str, Any], key: str, where: str) -> dict[str, Any]:
    """Return a table of TOML, empty where it is left out."""
    value = given.get(key, {})
    if not isinstance(value, dict):
        raise DataError(f"{where}: {key} is no table of TOML. Write it as [{key}].")
    return value


def texts(given: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
    """Return a table of texts."""
    found = table(given, key, where)
    for name, value in found.items():
        if not isinstance(value, str):
            raise DataError(f"{where}, [{key}]: {name} = {value!r} is not a text. Put it in quotes.")
    return found


def build(kind: type, given: Mapping[str, Any], where: str, /, **more: Any) -> Any:
    """Make a dataclass from values of TOML, or refuse an unknown key, a value of the wrong type, a missing key."""
    if not isinstance(given, Mapping):
        raise DataError(f"{where}: not a table of TOML.")
    allowed = {one.name: one for one in fields(kind) if one.name not in more}
    values = {}
    for key, value in given.items():
        if key not in allowed:
            raise DataError(
                f'{where}: "{key}" is not a key of a recipe.{near(key, [one.name for one in fields(kind)])}'
            )
        values[key] = _fitting(value, str(allowed[key].type), f"{where}: {key} = {value!r}")
    for name, one in allowed.items():
        if name not in values and one.default is MISSING:
            raise DataError(f"{where}: {name} is missing. Add {name} = …")
    return kind(**values, **more)


KINDS = {
    "str": ("a text", lambda value: isinstance(value, str)),
    "str | None": ("a text", lambda value: isinstance(value, str)),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "int": ("a whole number", lambda value: type(value) is int and value >= 0),
    "float": ("a number", lambda value: type(value) in (int, float) and value >= 0),
    "tuple[str, ...]": (
        "a list of texts",
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
    ),
    "tuple[int, ...]": (
        "a list of whole numbers",
        lambda value: isinstance(value, list) and all(type(one) is int for one in value),
    ),
}


def _fitting(value: Any, wanted: str, said: str) -> Any:
    words, fits = KINDS[wanted]
    if not fits(value):
        raise DataError(f"{said} is not {words}.")
    return tuple(value) if isinstance(value, list) else value


def check(recipe: Any, where: str) -> None:
    """Refuse what fits the types and cannot work."""
    for key, value, allowed in (
        ("method", recipe.method, ("GET", "POST")),
        ("period", recipe.period, PERIODS),
        ("style", recipe.auth.style, ("bearer", "basic", "query")),
        ("kind", recipe.paging.kind, ("next_url", "cursor", "offset", "none")),
        ("place", recipe.paging.place, ("query", "body")),
    ):
        if value not in allowed:
            raise DataError(f'{where}: {key} = "{value}" is unknown. Use one of {", ".join(allowed)}.')
    if not NAME.fullmatch(recipe.system):
        raise DataError(f'{where}: system = "{recipe.system}" is no name of a folder. Use a to z, 0 to 9, _.')
    if not recipe.path.startswith("/"):
        raise DataError(f'{where}: path = "{recipe.path}" does not begin with /.')
    if urlsplit(recipe.base).scheme not in ("https", "http"):
        raise DataError(f'{where}: base = "{recipe.base}" is no web address. Use https://….')
    if recipe.method == "GET" and (recipe.body or recipe.paging.place == "body"):
        raise DataError(f"{where}: a GET has no body. Use the query, or POST.")
    paging = recipe.paging
    for key in NEEDED[paging.kind]:
        if not getattr(paging, key):
            raise DataError(f"{where}, [paging]: {key} is missing for the kind {paging.kind}. Add {key} = …")
    if recipe.auth.style == "query" and not recipe.auth.parameter:
        raise DataError(f"{where}, [auth]: parameter is missing for the style query. Add parameter = …")
    for name, one in recipe.settings.items():
        try:
            re.compile(one.pattern)
        except re.error as fault:
            raise DataError(
                f"{where}, [settings.{name}]: pattern is no regular expression ({fault})."
            ) from fault
    if min(recipe.limits.most_pages, recipe.limits.most_tries, recipe.limits.largest_answer_mb) < 1:
        raise DataError(f"{where}, [limits]: most_pages, most_tries and largest_answer_mb are at least 1.")
    _check_placeholders(recipe, where)


def _check_placeholders(recipe: Any, where: str) -> None:
    parts = (recipe.base, recipe.path, recipe.raw_query, repr((recipe.headers, recipe.query, recipe.body)))
    used = {name for part in parts for name in PLACEHOLDER.findall(part)}
    if unknown := sorted(used - ALL_DAYS - recipe.settings.keys()):
        known = sorted(ALL_DAYS | recipe.settings.keys())
        raise DataError(f"{where}: {{{unknown[0]}}} is no setting and no day.{near(unknown[0], known)}")
    if idle := sorted(recipe.settings.keys() - used):
        raise DataError(f"{where}: [settings.{idle[0]}] is used nowhere. Use {{{idle[0]}}}, or take it out.")
    if bool(used & ALL_DAYS) != (recipe.period == "days"):
        raise DataError(
            f'{where}: {{since}} and {{until}} belong to period = "days" and to no other. Mend one of the two.'
        )
