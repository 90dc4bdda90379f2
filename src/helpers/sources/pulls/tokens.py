"""The token of a pull: read from the environment, put into a request at the last moment, and kept out of everything else."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlencode, urlsplit, urlunsplit

import requests
from requests.auth import AuthBase

from helpers.errors import UsageError
from helpers.sources.pulls.recipes import Auth, Recipe

SHORTEST = 8  # characters; shorter ones would also be found where they are no token
PRINTABLE = re.compile(r"[\x21-\x7e]+")
REMOVED = "[token]"


@dataclass(frozen=True)
class Token(AuthBase):
    """A token that signs requests and is never shown."""

    auth: Auth
    value: str = field(repr=False)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request that is about to leave."""
        if self.auth.style == "query":
            request.url = with_parameter(request.url or "", self.auth.parameter, self.value)
        else:
            request.headers["Authorization"] = self.header
        return request

    @property
    def header(self) -> str:
        """The value of the header Authorization."""
        if self.auth.style == "basic":
            return "Basic " + base64.b64encode(f"{self.auth.user}:{self.value}".encode()).decode()
        return f"Bearer {self.value}"

    @property
    def _forms(self) -> tuple[str, ...]:
        """How the token may stand in an answer, longest first."""
        quoted = quote(self.value, safe="")
        forms = {self.value, quoted, quoted.lower(), quote_plus(self.value), self.header.split(" ")[1]}
        lowered = re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)
        return tuple(sorted(forms | {lowered}, key=len, reverse=True))

    def is_in(self, text: str) -> bool:
        """Whether a text holds the token."""
        return any(form in text for form in self._forms)

    def taken_out(self, value: Any) -> Any:
        """The same value of JSON with the token taken out of all of its texts."""
        if isinstance(value, str):
            for form in self._forms:
                value = value.replace(form, REMOVED)
            return value
        if isinstance(value, dict):
            return {self.taken_out(key): self.taken_out(one) for key, one in value.items()}
        return [self.taken_out(one) for one in value] if isinstance(value, list) else value


def token_of(recipe: Recipe, environment: Mapping[str, str] = os.environ) -> Token:
    """Return the token of a recipe.

    Raises
    ------
    UsageError : the environment has none, or something that can be none; its value is not shown.
    """
    name = recipe.auth.env
    value = environment.get(name, "").strip()
    if not value:
        raise UsageError(f"{recipe.id}: the environment has no {name}. {recipe.auth.where}")
    if len(value) < SHORTEST or not PRINTABLE.fullmatch(value):
        raise UsageError(
            f"{recipe.id}: what stands in {name} is no token: it is very short, or holds a space or another "
            "character that no token has. Copy it again."
        )
    return Token(recipe.auth, value)


def with_parameter(address: str, name: str, value: str) -> str:
    """The same address with one parameter set."""
    parts = urlsplit(without_parameters(address, (name,)))
    asked = "&".join(part for part in (parts.query, urlencode({name: value}, quote_via=quote)) if part)
    return urlunsplit(parts._replace(query=asked))


def without_parameters(address: str, names: tuple[str, ...]) -> str:
    """The same address without some parameters; the others stay as they are written."""
    parts = urlsplit(address)
    kept = [
        pair
        for pair in parts.query.split("&")
        if pair and parse_qsl(pair, keep_blank_values=True)[0][0] not in names
    ]
    return urlunsplit(parts._replace(query="&".join(kept)))
