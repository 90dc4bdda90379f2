"""One call after the other: with a pause between, limits to size and time, and tries that end."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from helpers.errors import DataError
from helpers.sources.pulls.filling import Request, is_loopback
from helpers.sources.pulls.recipes import Recipe
from helpers.sources.pulls.refusing import Refused, refused
from helpers.sources.pulls.tokens import Token

CONNECT_S = 15
BLOCK = 1 << 16
MEGABYTE = 1 << 20
REDIRECTS = range(300, 400)
BROKEN = (
    requests.exceptions.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)
NOTHING_SAVED = "Nothing was saved."


class Caller:
    """Asks one system on behalf of one pull.

    Parameters
    ----------
    recipe, token : whom to ask, and as whom. name : of the pull, in errors.
    sleep, clock : of the module time; tests pass their own. say : told when a wait is long.
    """

    def __init__(
        self,
        recipe: Recipe,
        token: Token,
        *,
        name: str = "",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Open a session; nothing is asked yet."""
        self.recipe, self.token, self.name = recipe, token, name or recipe.id
        self.sleep, self.clock, self.say = sleep, clock, say
        self.session = _Session()
        self.session.headers.update({"User-Agent": "cmo-workbook", "Accept": "application/json"})
        self._last: float | None = None

    def ask(self, request: Request) -> Any:
        """Return the answer to a request: its JSON with the token taken out.

        Raises
        ------
        DataError : the system refuses, cannot be reached, or answers with something else; after as many tries as allowed.
        """
        limits = self.recipe.limits
        for tried in range(1, limits.most_tries + 1):
            self._pause()
            outcome = self._once(request)
            if not isinstance(outcome, Refused):
                return outcome[0]
            if not outcome.again:
                raise DataError(f"{self.name}: {outcome.why} {NOTHING_SAVED}")
            wait = outcome.after_s
            if wait is None:
                wait = min(limits.first_wait_s * 2.0 ** (tried - 1), limits.longest_wait_s)
            if wait > limits.longest_wait_s:
                raise DataError(
                    f"{self.name}: {outcome.why} It asks to wait {wait:,.0f} s, longer than a pull waits "
                    f"({limits.longest_wait_s:,.0f} s); try again after that. {NOTHING_SAVED}"
                )
            if tried < limits.most_tries:
                if wait >= 10:
                    self.say(f"{self.name}: waiting {wait:,.0f} s, as {self.recipe.system} is busy")
                self.sleep(wait)
        raise DataError(f"{self.name}: {outcome.why} It was asked {tried} times. {NOTHING_SAVED}")

    def _pause(self) -> None:
        """Keep the calls as far apart as the recipe says."""
        now = self.clock()
        if self._last is not None and (early := self._last + self.recipe.limits.seconds_between - now) > 0:
            self.sleep(early)
        self._last = self.clock()

    def _once(self, request: Request) -> tuple[Any] | Refused:
        # errors of requests hold the address, which may hold the token: none may become the cause of ours
        system = self.recipe.system
        host = urlsplit(request.url).hostname or ""
        self.session.trust_env = not is_loopback(host)  # no proxy on the way to this machine
        try:
            with (
                _silent(),
                self.session.request(
                    request.method,
                    request.address,
                    headers=request.headers,
                    json=request.body or None,
                    auth=self.token,
                    allow_redirects=False,
                    stream=True,
                    timeout=(CONNECT_S, self.recipe.limits.timeout_s),
                ) as answer,
            ):
                if answer.status_code in REDIRECTS:
                    return self._sent_on(request, answer)
                return self._read(answer)
        except requests.exceptions.SSLError:
            return Refused(f"the certificate of {host} is not trusted. Look at the address and at the proxy.")
        except requests.exceptions.Timeout:
            return Refused(f"{system} did not answer within {self.recipe.limits.timeout_s:g} s.", again=True)
        except BROKEN:
            return Refused(
                f"{system} cannot be reached, or broke off in the middle of its answer. Look at the network, the "
                "proxy and the address.",
                again=True,
            )
        except requests.exceptions.RequestException as fault:
            return Refused(f"the call to {system} could not be made ({type(fault).__name__}).")

    def _sent_on(self, request: Request, answer: requests.Response) -> Refused:
        """A redirect is never followed: the token is meant for one host only."""
        target = urlsplit(urljoin(request.url, answer.headers.get("Location", ""))).hostname or ""
        target = target if not self.token.is_in(target) else ""
        return Refused(
            f"{self.recipe.system} sends the call on to another address ({target or 'unnamed'}); the token was not "
            "sent there. Look at the settings of the pull and at --base-url."
        )

    def _read(self, answer: requests.Response) -> tuple[Any] | Refused:
        """The JSON of an answer, or why there is none."""
        limits, system = self.recipe.limits, self.recipe.system
        most, held, began = limits.largest_answer_mb * MEGABYTE, bytearray(), self.clock()
        for block in answer.iter_content(BLOCK):
            held += block
            if len(held) > most:
                return Refused(
                    f"an answer of {system} is larger than {limits.largest_answer_mb} MB. Ask for fewer days at once."
                )
            if self.clock() - began > limits.timeout_s:
                return Refused(
                    f"{system} did not end its answer within {limits.timeout_s:g} s. Ask for fewer days at once."
                )
        try:
            found = self.token.taken_out(json.loads(bytes(held), parse_constant=_no_json))
            is_json = True
        except (ValueError, RecursionError):
            found, is_json = None, False
        status = answer.status_code
        if status != 200:
            after = answer.headers.get("Retry-After")
            return refused(self.recipe, status, found, is_json=is_json, after=after)
        if not is_json:
            return Refused(
                f"the answer of {system} is no JSON. A login page or a proxy may stand in between; look at the address."
            )
        if _is_fault(found):
            return refused(self.recipe, status, found, is_json=True, after=None)
        return (found,)


class _Session(requests.Session):
    """A session that does not even look where a redirect leads, as the plain one reads its whole body for that."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return None: no redirect is followed."""


def _is_fault(answer: Any) -> bool:
    """Whether an answer with status 200 holds an error all the same, as a stream that breaks down in the middle does."""
    parts = answer if isinstance(answer, list) else [answer]
    return any(isinstance(one, dict) and bool(one.get("error") or one.get("errors")) for one in parts)


def _no_json(name: str) -> None:
    raise ValueError(name)


@contextmanager
def _silent() -> Iterator[None]:
    """Keep the log of the library below from writing addresses, whatever the level of the program's log."""
    log = logging.getLogger("urllib3.connectionpool")
    was, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = was
