"""Putting settings and days into a recipe: what is asked first, as one request."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from helpers.errors import UsageError
from helpers.sources.pulls.checking import PLACEHOLDER
from helpers.sources.pulls.recipes import Recipe
from helpers.sources.toml_values import near

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
PLAIN = re.compile(r"[\x20-\x7e]*")


@dataclass(frozen=True)
class Request:
    """One call without its token.

    `base`: the address that the pull began with; no later call may leave it. `query` holds pairs that are still to be encoded,
    `raw_query` text that goes as it is.
    """

    method: str
    base: str
    url: str
    query: dict[str, str] = field(default_factory=dict, hash=False)
    raw_query: str = ""
    headers: dict[str, str] = field(default_factory=dict, hash=False)
    body: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def address(self) -> str:
        """The whole address."""
        parts = [urlencode(self.query, quote_via=quote), self.raw_query]
        asked = "&".join(part for part in parts if part)
        return f"{self.url}?{asked}" if asked else self.url

    def with_values(self, values: Mapping[str, str | int], place: str) -> Request:
        """The same request with more values in its query or body."""
        if place == "body":
            return replace(self, body={**self.body, **values})
        return replace(self, query={**self.query, **{key: str(one) for key, one in values.items()}})


def settings_of(recipe: Recipe, given: Mapping[str, str], *, name: str = "") -> dict[str, str]:
    """Return the settings of a pull: given ones and defaults.

    Raises
    ------
    UsageError : one is unknown, missing, or does not look like what is asked for.
    """
    at = f"company.toml, [pulls.{name or recipe.id}]"
    for key in given:
        if key not in recipe.settings:
            raise UsageError(f'{at}: "{key}" is not a setting of {recipe.id}.{near(key, recipe.settings)}')
    values = {}
    for key, one in recipe.settings.items():
        value = given.get(key, one.default)
        if value is None:
            raise UsageError(f'{at}: {key} is missing. Add {key} = "…", {one.help}.')
        if key in given and not re.fullmatch(one.pattern, value):
            raise UsageError(
                f"{at}: {key} does not look right. Write {one.help}."
            )  # not quoted: it may be a token
        values[key] = value
    return values


def first_request(
    recipe: Recipe, settings: Mapping[str, str], *, since: date | None, until: date | None, base_url: str = ""
) -> Request:
    """Return the first request of a pull.

    Parameters
    ----------
    settings : as `settings_of`. since, until : first and last day, both inside; None where the recipe takes no days.
    base_url : in place of the recipe's own address.

    Raises
    ------
    UsageError : the address is none, or is not https.
    """
    values = {**settings, **_days(since, until)}
    # a setting that is left empty takes its header or its part of the query with it
    headers = {
        key: _fill(text, values) for key, text in recipe.headers.items() if not _is_idle(text, settings)
    }
    query = {key: _fill(text, values) for key, text in recipe.query.items() if not _is_idle(text, settings)}
    escaped = {key: quote(value, safe="") for key, value in values.items()}
    base = checked_base(base_url.strip() if base_url else _fill(recipe.base, values))
    made = Request(
        recipe.method,
        base,
        base + _fill(recipe.path, escaped),
        query,
        _fill(recipe.raw_query, escaped),
        headers,
        _filled(recipe.body, values),
    )
    paging = recipe.paging
    if paging.size_parameter:
        made = made.with_values({paging.size_parameter: paging.size}, paging.place)
    return made.with_values({paging.parameter: 0}, paging.place) if paging.kind == "offset" else made


def checked_base(address: str) -> str:
    """Return the address that a pull begins with, without a slash at its end.

    Raises
    ------
    UsageError : it is no address, holds a password, or would send the token unencrypted over a network.
    """
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not (HOST.fullmatch(host) or is_loopback(host)):
        raise UsageError("the address of a pull is no web address. Write it as https://host.")
    if "@" in parts.netloc or parts.query or parts.fragment or not PLAIN.fullmatch(parts.path):
        raise UsageError(
            f"the address of a pull ({host}) is more than a host and a path. Take user, query and # off it."
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(
            f"the address of a pull ({host}) is not https: the token could be read on its way. Use https://."
        )
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _days(since: date | None, until: date | None) -> dict[str, str]:
    if since is None or until is None:
        return {}
    values = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "day_before": (since - timedelta(days=1)).isoformat(),
        "day_after": (until + timedelta(days=1)).isoformat(),
    }
    for name, day in (("since", since), ("until", until)):
        values |= {
            f"{name}_year": str(day.year),
            f"{name}_month": str(day.month),
            f"{name}_day": str(day.day),
        }
    return values


def _is_idle(text: str, settings: Mapping[str, str]) -> bool:
    return any(settings.get(name) == "" for name in PLACEHOLDER.findall(text))


def _fill(text: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], text)


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    """The same value with placeholders filled in all of its texts."""
    if isinstance(value, str):
        return _fill(value, values)
    if isinstance(value, dict):
        return {key: _filled(one, values) for key, one in value.items()}
    return [_filled(one, values) for one in value] if isinstance(value, list) else value
