"""Fetching one pull: all its pages into one JSON file among the raw exports, or nothing.

The file holds what the system gave, page by page, and what it was asked for; never the token. It then goes through the maps
like any export.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from helpers.errors import DataError, LockedError, UsageError
from helpers.sources.pulls.asking import NOTHING_SAVED, Caller
from helpers.sources.pulls.checking import NAME
from helpers.sources.pulls.filling import first_request, settings_of
from helpers.sources.pulls.paging import Page, pages
from helpers.sources.pulls.recipes import Recipe
from helpers.sources.pulls.tokens import token_of

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Pulled(NamedTuple):
    """A pull that was saved: the file, how much it holds, and whether it took the place of an earlier one."""

    path: Path
    n_pages: int
    n_rows: int
    replaced: bool


def fetch(
    recipe: Recipe,
    raw: Path,
    *,
    settings: Mapping[str, str],
    label: str,
    since: date | None = None,
    until: date | None = None,
    name: str = "",
    base_url: str = "",
    now: datetime | None = None,
    environment: Mapping[str, str] = os.environ,
    sleep: Callable[[float], None] = time.sleep,
    say: Callable[[str], None] = lambda _: None,
) -> Pulled:
    """Ask for all pages of a pull and save them as raw/<system>/<name>_<label>.json.

    Parameters
    ----------
    raw : folder of the exports of a company. settings : what company.toml says under [pulls.<name>].
    label : of the period, in the file's name. since, until : first and last day, both inside, where the recipe takes days.
    name : of the pull, where one recipe serves several accounts; left out, the recipe's.
    base_url : in place of the recipe's address. now : when it is said to be pulled; left out, the clock.
    environment : holds the token. say : told of long waits.

    Returns
    -------
    The file is one JSON object: pull, name, system, recipe_version, pulled_at [UTC], since, until, settings, pages.

    Raises
    ------
    UsageError : no token, a setting that is missing or wrong, an address that is not https.
    DataError : the system refuses, cannot be reached or would give a cut result; a file of before stays as it is.
    LockedError : the same pull is under way.
    """
    name = name or recipe.id
    if not NAME.fullmatch(name) or not LABEL.fullmatch(label):
        raise UsageError(f'pull: "{name}" with "{label}" gives no name of a file. Use a to z, 0 to 9 and _.')
    if recipe.period == "days" and (since is None or until is None or until < since):
        raise UsageError(f"{name}: it needs a first and a last day, in this order.")
    values = settings_of(recipe, settings, name=name)
    request = first_request(recipe, values, since=since, until=until, base_url=base_url)
    token = token_of(recipe, environment)
    if token.is_in(repr((values, request))):
        raise UsageError(
            f"{name}: the token stands in a setting or an address too. Keep it in {recipe.auth.env} alone."
        )
    about = {
        "pull": recipe.id,
        "name": name,
        "system": recipe.system,
        "recipe_version": recipe.version,
        "pulled_at": (now or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="seconds"),
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "settings": values,
    }
    caller = Caller(recipe, token, name=name, sleep=sleep, say=say)
    found = pages(recipe, request, caller.ask, name=name)
    path = raw / recipe.system / f"{name}_{label}.json"
    try:
        raw.mkdir(parents=True, exist_ok=True)
        # one pull of a system at a time: two would call it twice as often as the recipe allows
        with FileLock(raw.parent / f".pull-{recipe.system}.lock", timeout=0):
            first = list(islice(found, 1))  # before a folder is made
            path.parent.mkdir(exist_ok=True)
            return _saved(path, about, chain(first, found))
    except Timeout:
        problem = LockedError(
            f"{name}: another pull from {recipe.system} is under way. Wait for it, then try again."
        )
    except OSError as fault:
        problem = DataError(
            f"{name}: {path.name} cannot be written ({os.strerror(fault.errno or 5)}). {NOTHING_SAVED}"
        )
    raise problem


def _saved(path: Path, about: Mapping[str, object], found: Iterator[Page]) -> Pulled:
    """Write pages as they come to a draft beside the file, and put it in place when all are there."""
    draft = path.with_name(f".{path.name}.part")
    n_pages = n_rows = 0
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps(about, indent=1)[:-2] + ',\n "pages": [')
            for page in found:
                file.write((",\n" if n_pages else "\n") + json.dumps(page.content))
                n_pages, n_rows = n_pages + 1, n_rows + page.n_rows
            file.write("\n]}\n")
        replaced = path.exists()
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Pulled(path, n_pages, n_rows, replaced)
