"""A recipe: how one pull asks one system for its rows, page by page. A TOML file, held strictly.

docs/pulling.md explains every key. A company may keep recipes of its own in pulls/ beside company.toml; one that begins with
`extends = "…"` takes over all that it does not say itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.errors import DataError, UsageError
from helpers.sources.pulls.checking import NAME, build, check, table, texts
from helpers.sources.toml_values import near

OWN = Path(__file__).parent
NOT_INHERITED = ("extends", "name", "source", "verified", "version")


@dataclass(frozen=True)
class Auth:
    """Where the token comes from and how it is sent: `style` bearer, basic (with any `user`) or query (`parameter`)."""

    env: str
    where: str
    style: str = "bearer"
    parameter: str = ""
    user: str = "cmo"


@dataclass(frozen=True)
class Setting:
    """A value that company.toml gives, or that has a default; `pattern` is what all of it must look like."""

    help: str
    pattern: str
    default: str | None = None


@dataclass(frozen=True)
class Paging:
    """How the next page is asked for.

    `kind`: next_url (the answer holds its address), cursor (a text to send back), offset (rows to skip), none.
    `next`: path of the address or cursor. `parameter`, `size_parameter`, `size`, `place` (query or body): what is sent.
    `total`: path of the number of rows that there are. `drop`: parameters to take off the next address.
    `full_at`: an answer with so many rows may be cut.
    """

    kind: str
    next: str = ""
    parameter: str = ""
    size_parameter: str = ""
    size: int = 0
    place: str = "query"
    total: str = ""
    drop: tuple[str, ...] = ()
    full_at: int = 0


@dataclass(frozen=True)
class Limits:
    """What a pull may take: pages, tries a page, seconds, megabytes an answer; statuses that are worth another try.

    `first_wait_s`: before the second try where the system names no time; it doubles with each.
    """

    most_pages: int = 1000
    most_tries: int = 5
    seconds_between: float = 0.2
    first_wait_s: float = 2
    longest_wait_s: float = 300
    timeout_s: float = 120
    largest_answer_mb: int = 64
    retry: tuple[int, ...] = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Refusal:
    """A refusal of the system that we know: what it looks like, what to tell, whether another try helps.

    `bare`: an answer that is no JSON.
    """

    says: str
    status: int = 0
    code: str = ""
    bare: bool = False
    retry: bool = False


@dataclass(frozen=True)
class Recipe:
    """One pull of one system. `batches`: the answer is a list of pages. `codes`: paths of the system's own error codes."""

    id: str
    name: str
    system: str
    source: str
    approval: str
    base: str
    path: str
    items: str
    auth: Auth
    paging: Paging
    limits: Limits
    settings: dict[str, Setting] = field(hash=False)
    headers: dict[str, str] = field(hash=False)
    query: dict[str, str] = field(hash=False)
    body: dict[str, Any] = field(hash=False)
    refusals: tuple[Refusal, ...] = ()
    raw_query: str = ""
    codes: tuple[str, ...] = ()
    method: str = "GET"
    period: str = "days"
    version: int = 1
    verified: bool = False
    batches: bool = False
    may_lack_items: bool = False
    when_empty: str = ""
    help: str = ""


def all_recipes(folder: Path | None = None) -> dict[str, Recipe]:
    """Return every recipe by its id: the project's, and those in a company's folder pulls/, which win over ours.

    Raises
    ------
    DataError : a recipe is wrong; the message names its file and key.
    """
    paths = [*sorted(OWN.glob("*.toml")), *(sorted((folder / "pulls").glob("*.toml")) if folder else ())]
    given = {path.stem: (_toml(path), f"pulls/{path.name}") for path in paths}
    return {name: of_values(name, _whole(name, given), where) for name, (_, where) in given.items()}


def named(recipes: Mapping[str, Recipe], pulls: Mapping[str, Mapping[str, str]]) -> dict[str, Recipe]:
    """Return the recipe of each name of a pull: its own id, and each table [pulls.<name>] that says `recipe = "…"`.

    Raises
    ------
    UsageError : a table names a recipe that does not exist.
    """
    return {**recipes, **{name: find(one.get("recipe", name), recipes) for name, one in pulls.items()}}


def find(name: str, recipes: Mapping[str, Recipe]) -> Recipe:
    """Return the recipe of this id.

    Raises
    ------
    UsageError : there is none; the message names the nearest.
    """
    if name not in recipes:
        raise UsageError(f'pull: "{name}" does not exist.{near(name, recipes)} `cmo pull --list` lists all.')
    return recipes[name]


def of_values(name: str, given: Mapping[str, Any], where: str) -> Recipe:
    """Make a recipe from its values as TOML gives them; `where` names it in an error."""
    if not NAME.fullmatch(name):
        raise DataError(f"{where}: the name of the file is no name of a pull. Use a to z, 0 to 9 and _.")
    made = {
        "auth": build(Auth, table(given, "auth", where), f"{where}, [auth]"),
        "paging": build(Paging, table(given, "paging", where), f"{where}, [paging]"),
        "limits": build(Limits, table(given, "limits", where), f"{where}, [limits]"),
        "settings": {
            key: build(Setting, table(given["settings"], key, where), f"{where}, [settings.{key}]")
            for key in table(given, "settings", where)
        },
        "headers": texts(given, "headers", where),
        "query": texts(given, "query", where),
        "body": table(given, "body", where),
        "refusals": tuple(
            build(Refusal, one, f"{where}, [[refusals]] {number}")
            for number, one in enumerate(given.get("refusals", []), start=1)
        ),
    }
    rest = {key: value for key, value in given.items() if key not in made}
    recipe = build(Recipe, rest, where, id=name, **made)
    check(recipe, where)
    return recipe


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise DataError(
            f"pulls/{path.name}: not valid TOML ({fault}). Mend the line that is named."
        ) from fault


def _whole(
    name: str, given: Mapping[str, tuple[dict[str, Any], str]], *, below: tuple[str, ...] = ()
) -> dict:
    """The values of a recipe with those that it extends: tables are joined, all else is replaced."""
    mine, where = given[name]
    if "extends" not in mine:
        return mine
    other = mine["extends"]
    if other not in given or other == name or other in below:
        raise DataError(f'{where}: extends = "{other}" is no other recipe.{near(other, given)}')
    base = {
        key: value
        for key, value in _whole(other, given, below=(*below, name)).items()
        if key not in NOT_INHERITED
    }
    joined = dict(base)
    for key, value in mine.items():
        both_tables = isinstance(value, dict) and isinstance(base.get(key), dict)
        joined[key] = base[key] | value if both_tables else value
    joined.pop("extends")
    return joined
