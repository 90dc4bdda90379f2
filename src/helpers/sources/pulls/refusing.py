"""What a refusal of a system means: a sentence for a person, and whether another try may help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

from helpers.sources.pulls.recipes import Recipe

CODE = re.compile(r"[A-Za-z0-9_. -]{1,60}")


class Refused(NamedTuple):
    """Why a call brought nothing, whether it may be tried again, and after how many seconds the system asks to."""

    why: str
    again: bool = False
    after_s: float | None = None


def at(value: Any, path: str) -> list[Any]:
    """Return all that stands at a path of a value of JSON.

    `a.b` goes into objects, `a[]` over a list, `*` into every key; what is not there is left out. A number in a path is no
    position but a key.
    """
    found = [value]
    for step in path.split(".") if path else []:
        name, over = step.removesuffix("[]"), step.endswith("[]")
        if name == "*":
            found = [one for each in found if isinstance(each, dict) for one in each.values()]
        elif name:
            found = [each[name] for each in found if isinstance(each, dict) and name in each]
        if over:
            found = [one for each in found if isinstance(each, list) for one in each]
    return found


def codes_of(recipe: Recipe, answer: Any) -> list[str]:
    """Return the error codes in an answer, those that are short words or numbers; texts may hold names of people."""
    return list(dict.fromkeys(_codes(recipe, answer)))


def _codes(recipe: Recipe, answer: Any) -> Iterator[str]:
    for path in recipe.codes:
        for one in at(answer, path):
            if isinstance(one, str | int) and not isinstance(one, bool) and CODE.fullmatch(str(one)):
                yield str(one)


def refused(recipe: Recipe, status: int, answer: Any, *, is_json: bool, after: str | None) -> Refused:
    """Say what an answer that is no page means.

    Parameters
    ----------
    status : of HTTP. answer : its JSON without the token, where `is_json`. after : its header Retry-After.
    """
    codes = codes_of(recipe, answer) if is_json else []
    said = f"{recipe.system} answered {status}" + (f" ({', '.join(codes[:3])})" if codes else "")
    for known in recipe.refusals:
        if (
            (not known.status or known.status == status)
            and (not known.code or known.code in codes)
            and (not known.bare or not is_json)
        ):
            again = known.retry or status in recipe.limits.retry
            return Refused(
                f"{said}: {known.says.replace('{token}', recipe.auth.env)}", again, seconds_of(after)
            )
    return Refused(f"{said}: {_in_general(recipe, status)}", status in recipe.limits.retry, seconds_of(after))


def _in_general(recipe: Recipe, status: int) -> str:
    if status == 401:
        return (
            f"it does not accept the token in {recipe.auth.env}: it has expired, was withdrawn or belongs to "
            f"another account. {recipe.auth.where}"
        )
    if status == 403:
        return f"the token in {recipe.auth.env} may not read this. {recipe.approval}"
    if status in (404, 410, 426):
        return (
            "there is nothing at this address: look at the settings of the pull, or its version of the interface has been "
            "retired and the recipe needs the next one."
        )
    if status == 200:
        return "it broke off with an error in place of rows. Try again."
    if status == 429:
        return "too many calls. Try again later, and with fewer pulls at once."
    if status >= 500:
        return "its server failed. Try again later."
    return "it does not understand what was asked. Look at the settings of the pull and at its recipe."


def seconds_of(after: str | None) -> float | None:
    """Return how long a header Retry-After asks to wait [s]; None where there is none that can be read."""
    text = (after or "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
