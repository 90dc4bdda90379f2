"""A blocker: what keeps the squad from working or makes its figures wrong, whose it is, and which is the worst."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from helpers import i18n
from helpers.company import Company

LATE, WRONG = 2, 1  # without its data nothing below can be judged
ROLES = {
    "data": i18n.mark("head of data"),
    "media": i18n.mark("head of media"),
    "tracking": i18n.mark("head of web analytics"),
    "sales": i18n.mark("head of sales"),
    "crm": i18n.mark("head of CRM"),
    "community": i18n.mark("community manager"),
    "brand": i18n.mark("head of brand"),
    "communication": i18n.mark("head of communication"),
    "cmo": i18n.mark("CMO"),
    "chief executive": i18n.mark("chief executive"),
}


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """One blocker, in the reader's words.

    `kind` and `key` say which it is, `side` which way (-1 below, 1 above, 0 neither); `money` is what is at stake on
    the day, in the currency of the scope, where it can be told.
    """

    kind: str
    key: str
    side: int = 0
    since: date
    severity: int = WRONG
    money: float | None = None
    topic: str
    what: str
    detail: str
    todo: str

    @property
    def identity(self) -> str:
        """Text that is the same for as long as this is the same blocker."""
        return f"{self.kind}:{self.key}:{self.side}:{self.since.isoformat()}"


def worst_first(found: list[Blocker]) -> list[Blocker]:
    """Return the blockers by severity, then by the money at stake, then by name."""
    return sorted(found, key=lambda one: (-one.severity, -(one.money or 0.0), one.kind, one.key))


def owner(topic: str, company: Company, *, language: str) -> str:
    """Return the role that owns a topic: of company.toml's [owners], else the usual one."""
    return company.owners.get(topic) or i18n.text(ROLES[topic], language)


def as_row(one: Blocker, company: Company, *, language: str) -> dict[str, Any]:
    """Return a blocker as plain values, for whoever posts or keeps it."""
    return {
        "id": one.identity,
        "what": one.what,
        "detail": one.detail,
        "todo": one.todo,
        "since": one.since.isoformat(),
        "owner": owner(one.topic, company, language=language),
    }
