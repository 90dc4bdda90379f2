"""From page to page to the end, or a refusal: a result that is cut, doubled or endless is never given out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from helpers.errors import DataError
from helpers.sources.pulls.asking import NOTHING_SAVED
from helpers.sources.pulls.filling import Request
from helpers.sources.pulls.recipes import Recipe
from helpers.sources.pulls.refusing import at
from helpers.sources.pulls.tokens import without_parameters

Ask = Callable[[Request], Any]


class Page(NamedTuple):
    """A page as the system gave it, and how many rows it holds."""

    content: Any
    n_rows: int


def pages(recipe: Recipe, request: Request, ask: Ask, *, name: str = "") -> Iterator[Page]:
    """Give every page, beginning with the one that `request` asks for.

    Parameters
    ----------
    ask : gives the answer to a request. name : of the pull, in errors.

    Raises
    ------
    DataError : the result would be cut or holds a page twice, or an answer does not have the shape that the recipe says.
    """
    name = name or recipe.id
    asked: set[str] = set()
    seen: set[bytes] = set()
    n_rows, n_calls, following = 0, 0, request
    stated: int | None = None
    while following is not None:
        if n_calls == recipe.limits.most_pages:
            raise DataError(
                f"{name}: there is more after {n_calls:,} pages, so the result would be cut. Ask for fewer days at once, or "
                f"raise most_pages in the recipe. {NOTHING_SAVED}"
            )
        key = repr((following.address, following.body))
        if key in asked:
            raise DataError(
                f"{name}: {recipe.system} names a page that was had before as the next, without end. {NOTHING_SAVED}"
            )
        asked.add(key)
        answer, n_calls = ask(following), n_calls + 1
        got = _split(recipe, answer, name)
        n_new = sum(page.n_rows for page in got)
        if n_new:
            digest = hashlib.sha256(json.dumps(_rows(recipe, got), sort_keys=True).encode()).digest()
            if digest in seen:
                raise DataError(f"{name}: {recipe.system} gave the same page twice. {NOTHING_SAVED}")
            seen.add(digest)
        if recipe.paging.full_at and n_new >= recipe.paging.full_at:
            raise DataError(
                f"{name}: {recipe.system} gives {recipe.paging.full_at:,} rows at most and gave {n_new:,}, so the result "
                f"may be cut. Ask for fewer days at once. {NOTHING_SAVED}"
            )
        n_rows += n_new
        stated = _stated(recipe, answer, name)
        yield from got
        following = _next(recipe, following, answer, n_new, n_rows, stated, name=name)
    if stated is not None and n_rows != stated:
        raise DataError(
            f"{name}: {recipe.system} says that there are {stated:,} rows and gave {n_rows:,}: something changed meanwhile. "
            f"Try again. {NOTHING_SAVED}"
        )


def _rows(recipe: Recipe, got: list[Page]) -> list[Any]:
    return [row for page in got for row in at(page.content, recipe.items)]


def _split(recipe: Recipe, answer: Any, name: str) -> list[Page]:
    """The pages in an answer, each with rows where the recipe says that they are."""
    wrong = f"{name}: the answer of {recipe.system} does not have the shape that the recipe says"
    if recipe.batches and not isinstance(answer, list):
        raise DataError(f"{wrong}: it is no list. {NOTHING_SAVED}")
    made = []
    for content in answer if recipe.batches else [answer]:
        rows = at(content, recipe.items.removesuffix("[]"))
        fits = isinstance(content, dict | list) and all(isinstance(one, list) for one in rows)
        if not fits or not (rows or recipe.may_lack_items):
            raise DataError(f"{wrong}: there is no list {recipe.items}. {NOTHING_SAVED}")
        made.append(Page(content, sum(map(len, rows))))
    return made


def _stated(recipe: Recipe, answer: Any, name: str) -> int | None:
    """How many rows there are, as the system says; None where the recipe has no place for it."""
    if not recipe.paging.total:
        return None
    found = at(answer, recipe.paging.total)
    if not found and recipe.may_lack_items:
        return 0
    if not found or type(found[0]) is not int:
        raise DataError(
            f"{name}: the answer of {recipe.system} does not have the shape that the recipe says: there is no number at "
            f"{recipe.paging.total}. {NOTHING_SAVED}"
        )
    return found[0]


def _next(
    recipe: Recipe,
    request: Request,
    answer: Any,
    n_new: int,
    n_rows: int,
    stated: int | None,
    *,
    name: str,
) -> Request | None:
    """The request for the page after an answer; None at the end."""
    paging = recipe.paging
    if paging.kind == "offset":
        is_last = n_rows >= stated if stated is not None else n_new < paging.size
        if is_last or not n_new:
            return None
        return request.with_values({paging.parameter: n_rows}, paging.place)
    if paging.kind == "none":
        return None
    found = next((one for one in at(answer, paging.next) if one not in (None, "")), None)
    if found is None:
        return None
    if not isinstance(found, str | int) or isinstance(found, bool):
        raise DataError(f"{name}: what stands at {paging.next} leads to no next page. {NOTHING_SAVED}")
    if paging.kind == "cursor":
        return request.with_values({paging.parameter: str(found)}, paging.place)
    return replace(request, url=_same_host(str(found), request.base, recipe, name), query={}, raw_query="")


def _same_host(address: str, base: str, recipe: Recipe, name: str) -> str:
    """The address of the next page, which may only lie where the pull began; the token goes nowhere else."""
    if address.startswith("/") and not address.startswith("//"):
        address = base + address
    try:
        parts = urlsplit(address)
        is_same = "@" not in parts.netloc and _origin(address) == _origin(base)
    except ValueError:
        is_same = False
    if not is_same:
        raise DataError(
            f"{name}: {recipe.system} names a next page on another host; the token was not sent there. {NOTHING_SAVED}"
        )
    drop = (*recipe.paging.drop, *((recipe.auth.parameter,) if recipe.auth.parameter else ()))
    return without_parameters(address, drop)


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme)
