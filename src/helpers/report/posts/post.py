"""The way out: one post to Slack or Teams, with retries that end, and errors that hold no secret."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError

from slack_sdk import WebClient, WebhookClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler, ServerErrorRetryHandler

from helpers.errors import UsageError
from helpers.report.posts import cards

TIMEOUT_S = 10
TRIES = 2  # again after the first, for each kind of refusal
MOST_WAIT_S = 30
QUIET = logging.getLogger(__name__)
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False
QUIET.setLevel(logging.CRITICAL)
HINTS = {
    "invalid_auth": "the token in SLACK_BOT_TOKEN is not valid",
    "not_authed": "SLACK_BOT_TOKEN is empty",
    "account_inactive": "the token in SLACK_BOT_TOKEN was revoked",
    "token_revoked": "the token in SLACK_BOT_TOKEN was revoked",
    "missing_scope": "the app lacks a scope; it needs chat:write and files:write",
    "channel_not_found": "there is no such channel, or the app is not in it",
    "not_in_channel": "the app is not in the channel; invite it",
    "is_archived": "the channel is archived",
}


class PostError(Exception):
    """A post that did not arrive; its text is one sentence without a secret."""


class Waits(RateLimitErrorRetryHandler):
    """Wait as long as a 429 asks for, but not longer than `MOST_WAIT_S`."""

    def _can_retry(self, *, state: Any, request: Any, response: Any = None, error: Any = None) -> bool:
        if response is None or response.status_code != 429:
            return False
        asked = next((one for key, one in response.headers.items() if key.lower() == "retry-after"), ["1"])
        return asked[0].isdigit() and int(asked[0]) <= MOST_WAIT_S


class Faults(ServerErrorRetryHandler):
    """Try again after any 5xx."""

    def _can_retry(self, *, state: Any, request: Any, response: Any = None, error: Any = None) -> bool:
        return response is not None and 500 <= response.status_code < 600


@dataclass(frozen=True)
class Target:
    """Where to post: `name` is told to people, `key` tells targets apart; neither holds a secret."""

    name: str
    key: str
    send: Callable[[cards.Post], str | None]
    upload: Callable[[Path, str, str], None] | None = None


def targets(channel: str | None = None) -> list[Target]:
    """Return where the environment says to post.

    SLACK_BOT_TOKEN with a channel (given, or CMO_SLACK_CHANNEL), else SLACK_WEBHOOK_URL; and CMO_TEAMS_WEBHOOK_URL.

    Raises
    ------
    UsageError : nowhere, or a token without a channel.
    """
    found = []
    channel = channel or _setting("CMO_SLACK_CHANNEL")
    if token := _setting("SLACK_BOT_TOKEN"):
        if not channel:
            raise UsageError("SLACK_BOT_TOKEN needs a channel: give --channel or set CMO_SLACK_CHANNEL.")
        found.append(_bot(token, channel))
    elif address := _setting("SLACK_WEBHOOK_URL"):
        found.append(_webhook("Slack", address, cards.slack))
    if address := _setting("CMO_TEAMS_WEBHOOK_URL"):
        found.append(_webhook("Teams", address, cards.teams))
    if not found:
        raise UsageError(
            "there is nowhere to post: set SLACK_BOT_TOKEN and CMO_SLACK_CHANNEL, SLACK_WEBHOOK_URL or "
            "CMO_TEAMS_WEBHOOK_URL (docs/scheduling.md)."
        )
    return found


def _setting(name: str) -> str:
    return os.environ.get(name, "").strip()


def _bot(token: str, channel: str) -> Target:
    client = WebClient(
        token=token,
        base_url=_setting("CMO_SLACK_BASE_URL") or WebClient.BASE_URL,
        timeout=TIMEOUT_S,
        logger=QUIET,
        retry_handlers=_handlers(),
    )

    def send(post: cards.Post) -> str | None:
        with _told("Slack"):
            return client.chat_postMessage(
                channel=channel, **cards.slack(post), unfurl_links=False, unfurl_media=False
            ).get("channel")

    def upload(path: Path, title: str, where: str) -> None:
        with _told("Slack"):
            client.files_upload_v2(
                channel=where, file=str(path), filename=path.name, title=cards.escape(title)
            )

    return Target(f"Slack {channel}", f"slack:{channel}", send, upload)


def _webhook(name: str, address: str, shape: Callable[[cards.Post], dict[str, Any]]) -> Target:
    client = WebhookClient(address, timeout=TIMEOUT_S, logger=QUIET, retry_handlers=_handlers())

    def send(post: cards.Post) -> None:
        with _told(name):
            answer = client.send_dict(shape(post))
        if not 200 <= answer.status_code < 300:
            raise PostError(_refused(name, answer.status_code))

    return Target(
        f"{name} webhook", f"{name.lower()}:{hashlib.sha256(address.encode()).hexdigest()[:12]}", send
    )


def _handlers() -> list[Any]:
    return [Waits(max_retry_count=TRIES), Faults(max_retry_count=TRIES)]


class _told:  # noqa: N801  reads as a word where it is used
    """Turn whatever goes wrong into one sentence; addresses and tokens stay out of it."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, _: Any) -> None:
        if error is None or isinstance(error, PostError) or not isinstance(error, Exception):
            return
        raise PostError(_sentence(self.name, error)) from None


def _sentence(name: str, error: Exception) -> str:
    if isinstance(error, SlackApiError):
        status = getattr(error.response, "status_code", 200)
        if status != 200:
            return _refused(name, status)
        code = str(error.response.get("error") or "unknown") if hasattr(error.response, "get") else "unknown"
        said = f"{name} refused ({code})"
        return f"{said}: {HINTS[code]}." if code in HINTS else f"{said}."
    if isinstance(error, HTTPError):
        return _refused(name, error.code)
    late = isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError)
    if late:
        return f"{name} did not answer within {TIMEOUT_S:g} s."
    if isinstance(error, URLError | OSError):
        return f"{name} cannot be reached; look at the network, the proxy and the address."
    if isinstance(error, SlackClientError | ValueError):
        return f"{name}: the address or the answer is not what it should be ({type(error).__name__})."
    return f"{name}: a fault of the program ({type(error).__name__})."


def _refused(name: str, status: int) -> str:
    why = {
        404: "the webhook does not exist any more; make a new one",
        403: "the webhook is forbidden; make a new one",
        429: "too many posts, and it asked to wait longer than a run may",
    }.get(
        status,
        "its server failed; try again later" if status >= 500 else "look at the address and the channel",
    )
    return f"{name} refused (HTTP {status}): {why}."
