"""The daily message on disk: said when it holds news, and kept so that the next one knows what has been said."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from helpers.report import lock
from helpers.report.files import read_json, write_atomically, write_json


class Message(Protocol):
    """What is needed of a message; helpers.daily makes it."""

    day: date
    title: str
    text: str
    blockers: tuple[dict[str, Any], ...]
    ids: tuple[str, ...]
    more: str
    rate: str


@dataclass(frozen=True)
class Last:
    """The last message of a company, market and language: reports/<company>/daily/<market>.<language>.json."""

    reports: Path
    company: str
    market: str
    language: str

    @property
    def folder(self) -> Path:
        """Where the messages of the company lie."""
        return self.reports / self.company / "daily"

    @property
    def path(self) -> Path:
        """File that says what was said last."""
        return self.folder / f"{self.market}.{self.language}.json"

    @property
    def failed(self) -> Path:
        """File that says why it could not be posted; not there where it could."""
        return self.folder / f"notify-failed.{self.market}.{self.language}.txt"

    def read(self) -> dict[str, Any]:
        """Return what was said last; empty where nothing was."""
        found = read_json(self.path)
        return found if isinstance(found, dict) else {}

    def held(self) -> AbstractContextManager[None]:
        """Lock it while a message is made."""
        return lock.hold(
            self.reports, (self.company, "daily", self.market, self.language), run_id="daily message"
        )

    def rate_is_due(self, day: date) -> bool:
        """Whether no message of the day's month has said how often it rings."""
        return str(self.read().get("rate_month") or "") < f"{day:%Y-%m}"

    def tell(self, message: Message, *, say: Callable[[str], None], always: bool = False) -> bool:
        """Say the message when it holds news, and keep it; return whether it was said.

        News are other blockers than those of the last message (their figures alone are none), the first blockers of
        all, or the rate that is due once a month. A message of a day before the last one is said and not kept.
        """
        before = self.read()
        is_older = message.day.isoformat() < str(before.get("day") or "")
        is_same = list(message.ids) == list(before.get("ids") or [])
        if is_same and not (message.rate or always or is_older):
            if before:
                write_json(self.path, {**before, "checked": message.day.isoformat()})
            return False
        say(message.text.rstrip("\n"))
        if is_older:
            return False
        day = message.day.isoformat()
        write_atomically(self.folder / f"{day}.{self.market}.{self.language}.txt", message.text)
        kept = {name: getattr(message, name) for name in ("title", "blockers", "ids", "more", "rate")}
        about = {"company": self.company, "market": self.market, "language": self.language}
        month = f"{day[:7]}" if message.rate else before.get("rate_month")
        write_json(self.path, {**about, "day": day, "checked": day, "rate_month": month, **kept})
        return True
