"""A channel exported from Slack: messages that begin with a marker such as #decision, and nothing of any other message.

A file of a day holds messages; a ZIP holds one such file a day in a folder a channel, and users.json beside them. A marked message
may go on with lines such as "due: 2026-10-31"; the map says which of them there are. Names, handles and ids of people are
taken out here, where the list of users is at hand; what else may name somebody is up to the type `verbatim` of the map.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from helpers.errors import DataError
from helpers.sources.batches import RecordRows, Rows
from helpers.sources.layouts import json as records
from helpers.sources.opening import File
from helpers.sources.words import fold

if TYPE_CHECKING:
    from helpers.sources.mapping import Map

GONE = "[…]"  # as `verbatim` writes it
DAY = re.compile(r"\d{4}-\d{2}-\d{2}\.json")
MARKER = re.compile(r"[\s*_]*#(?P<word>[^\W\d_][\w-]*)[\s*_:]*")
LINE = re.compile(r"[\s*_•>-]*(?P<key>[^\W\d_][^:\n]{0,30}?)[\s*_]*:[\s*_]*(?P<rest>.*)")
PARTS = (  # what Slack writes between angle brackets
    (re.compile(r"<@[^>]*>|<!subteam[^>]*>|<mailto:[^>]*>|<tel:[^>]*>"), GONE),
    (re.compile(r"<![^>]*>"), ""),  # calls to all of a channel
    (re.compile(r"<#[A-Z0-9]+\|([^>]*)>"), r"#\1"),
    (re.compile(r"<#[A-Z0-9]+>"), ""),
    (re.compile(r"<[^|>]*\|([^>]*)>"), r"\1"),
    (re.compile(r"<([^>]*)>"), r"\1"),
)
SHORTEST = 3  # letters of a name; a shorter one is part of too many words
HEADS = ("id", "at", "marker", "text")  # what every message has, besides the lines that the map names


def rows(files: Sequence[File], chosen: Map) -> list[Rows]:
    """Give the marked messages of all days in these files as one table; none where no file is a day of a channel."""
    days = [file for file in files if file.kind == "json" and DAY.fullmatch(PurePosixPath(file.shown).name)]
    found = [(file, content) for file in days if _are_messages(content := records.loaded(file))]
    if not found:
        return []
    names, public = _people(files), _channels(files)
    heads = [*HEADS, *(one.names[0] for one in chosen.columns.values() if one.names[0] not in HEADS)]
    keys = {fold(name): one.names[0] for one in chosen.columns.values() for name in one.names}
    wanted = {fold(word) for one in chosen.tables for word in one.where.get("marker", ())}
    made = []
    for file, messages in found:
        channel = PurePosixPath(file.shown).parent.name or "channel"
        if public is not None and channel not in public:  # what people write to each other
            continue
        made += [
            [message.get(head, "") for head in heads]
            for message in _marked(messages, channel, names, keys, wanted, file)
        ]
    shown = found[0][0].shown if len(found) == 1 else os.path.commonpath([file.shown for file, _ in found])
    return [RecordRows(replace(found[0][0], shown=shown), [heads, *made], unit="message")]


def _are_messages(content: Any) -> bool:
    return isinstance(content, list) and all(isinstance(one, dict) and "ts" in one for one in content)


def _people(files: Sequence[File]) -> re.Pattern[str] | None:
    """Return a pattern of the names in the list of users, whole and in part, exactly as written there: many are words too."""
    found: set[str] = set()
    for user in _list(files, "users.json"):
        profile = user.get("profile") or {}
        for key in ("real_name", "display_name", "first_name", "last_name"):
            for name in (user.get(key), profile.get(key)):
                if isinstance(name, str):
                    found |= {one for one in (name.strip(), *name.split()) if one[:1].isupper()}
        for handle in (user.get("name"), profile.get("display_name")):
            if isinstance(handle, str) and re.search(r"[._\d]", handle):  # one that is no word
                found.add(handle)
    known = sorted((name for name in found if len(name) >= SHORTEST), key=len, reverse=True)
    return re.compile(rf"@?(?<!\w)(?:{'|'.join(map(re.escape, known))})(?!\w)") if known else None


def _channels(files: Sequence[File]) -> set[str] | None:
    """Return the names of the public channels; None where the export has no list of them."""
    return {str(one.get("name")) for one in _list(files, "channels.json")} or None


def _list(files: Sequence[File], name: str) -> list[dict[str, Any]]:
    made = []
    for file in files:
        if file.kind == "json" and PurePosixPath(file.shown).name == name:
            content = records.loaded(file)
            made += [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []
    return made


def _marked(
    messages: Sequence[dict[str, Any]],
    channel: str,
    names: re.Pattern[str] | None,
    keys: dict[str, str],
    wanted: set[str],
    file: File,
) -> Iterator[dict[str, str]]:
    """Give the messages that begin with a marker of the map: their number, time, marker, text and lines."""
    for message in messages:
        text = str(message.get("text") or "")
        for pattern, instead in PARTS:
            text = pattern.sub(instead, text)
        text = html.unescape(text)
        found = MARKER.match(text)
        if not found or fold(found["word"]) not in wanted:
            continue
        rest = text[found.end() :]
        parts = _parted(names.sub(GONE, rest) if names else rest, keys)
        yield {
            **parts,
            "id": f"{channel}-{message['ts']}",
            "at": _time(message["ts"], file),
            "marker": found["word"],
        }


def _parted(text: str, keys: dict[str, str]) -> dict[str, str]:
    """Part a message into what stands first and the lines that the map names; other lines belong to the one before."""
    made, at = {"text": ""}, "text"
    for line in text.splitlines():
        found = LINE.match(line)
        if found and (head := keys.get(fold(found["key"]))) and head not in HEADS:
            at, line = head, found["rest"]
        made[at] = f"{made.get(at, '')} {line.strip()}".strip()
    return made


def _time(ts: Any, file: File) -> str:
    try:
        return datetime.fromtimestamp(float(ts), UTC).strftime("%Y-%m-%d %H:%M:%S")
    except (TypeError, ValueError, OverflowError, OSError) as fault:
        raise DataError(
            f"{file.shown}: a message without a time. Export the channel again from Slack."
        ) from fault
