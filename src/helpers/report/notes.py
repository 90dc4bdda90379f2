"""The words that a person puts above the figures: notes/<period>.<language>.md, which a run reads and never writes.

What is said of all markets need not be true of one: a report of one market shows notes/<period>.<market>.<language>.md.

The file starts with lines `status: draft` or `status: approved by <who> on <date>`, and `distribution: <for whom>`; after an
empty line comes the text in Markdown. Without these lines it is a draft for internal use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from helpers import i18n
from helpers.report import wording

HEAD = re.compile(r"(?P<key>[a-z]+)\s*:\s*(?P<value>.*?)\s*$", re.IGNORECASE)
APPROVED = re.compile(r"approved by (?P<who>.+?) on (?P<day>\d{4}-\d{2}-\d{2})$", re.IGNORECASE)
KEYS = ("status", "distribution")


@dataclass(frozen=True)
class Notes:
    """A note as the page shows it: its text as Markdown, who signed it, for whom it is; or what is wrong with the file."""

    text: str = ""
    language: str = ""
    signed: str = ""
    approved: bool = False
    distribution: str = ""
    problem: str = ""


def read(folder: Path, period: str, language: str, *, market: str = "ALL") -> Notes | None:
    """Return the note of a period in a language; else in one nearest to it: the same without its region or of another
    region, then any. None where there is none.

    A head line that cannot be understood, or an approval on a day to come, is the note's `problem`: the page says it in the note's place.
    """
    stem = period if market == "ALL" else f"{period}.{market}"
    found = [one for one in folder.glob(f"{stem}.*.md") if one.name.count(".") == stem.count(".") + 2]
    path = min(found, key=lambda one: _distance(_language(one), language), default=None)
    if path is None:
        return None
    try:
        return _parsed(path.read_text(encoding="utf-8-sig"), path, language)
    except UnicodeDecodeError:
        return Notes(
            problem=i18n.text("The note {file} is not UTF-8; save it as UTF-8.", language, file=path.name)
        )


def _language(path: Path) -> str:
    return path.name.removesuffix(".md").rsplit(".", 1)[-1]


def _distance(found: str, language: str) -> tuple[bool, bool, bool, str]:
    """How far the language of a note is from that of its reader; the smallest is the nearest."""
    base = i18n.base(language)
    return found != language, found != base, i18n.base(found) != base, found


def _parsed(text: str, path: Path, language: str) -> Notes:
    head, body = _split(text.replace("\r\n", "\n"))
    for key in head:
        if key not in KEYS:
            said = i18n.text(
                'The note {file} has a line "{key}:" that is not known; use status or distribution.',
                language, file=path.name, key=key,
            )  # fmt: skip
            return Notes(problem=said)
        if not head[key]:
            said = i18n.text(
                'The note {file} has nothing after "{key}:"; say it, or take the line out.',
                language, file=path.name, key=key,
            )  # fmt: skip
            return Notes(problem=said)
    signed = _signature(head.get("status", "draft"), language)
    if signed is None:
        said = i18n.text(
            'The note {file} says status: {status}; write "draft" or "approved by <who> on <YYYY-MM-DD>".',
            language, file=path.name, status=head["status"],
        )  # fmt: skip
        return Notes(problem=said)
    return Notes(
        text=body.strip(),
        language=_language(path),
        signed=signed,
        approved=head.get("status", "draft").lower() != "draft",
        distribution=head.get("distribution", i18n.text("Internal", language)),
    )


def _split(text: str) -> tuple[dict[str, str], str]:
    """Return the head lines by their name in lower case, and the rest; a text that starts otherwise has no head."""
    lines, head = text.split("\n"), {}
    for at, line in enumerate(lines):
        found = HEAD.match(line)
        if not line.strip() and head:
            return head, "\n".join(lines[at:])
        if not found or (not head and found["key"].lower() not in KEYS):
            return (head, "\n".join(lines[at:])) if head else ({}, text)
        head[found["key"].lower()] = found["value"]
    return head, ""


def _signature(status: str, language: str) -> str | None:
    """Return the status as the page says it; None where it is neither form."""
    if status.lower() == "draft":
        return i18n.text("Draft, not approved", language)
    found = APPROVED.match(status)
    try:
        day = date.fromisoformat(found["day"]).isoformat() if found else None
    except ValueError:
        return None
    if day is None or day > date.today().isoformat():  # nobody has approved anything tomorrow
        return None
    return i18n.text(
        "Approved by {who} on {day}", language, who=found["who"], day=wording.day(day, language=language)
    )
