"""What is posted, as Slack blocks and as a card for Teams; text of the company is escaped, so it pings nobody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

MOST_BLOCKS, MOST_HEAD, MOST_TEXT = 45, 140, 2900  # Slack refuses 50, 150 and 3000
CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class Post:
    """A title, one line of context, the answer, and sections of a heading with lines; all plain text.

    A line is a pair: what stands out, and what follows it. `link` is (its words, its address).
    """

    title: str
    context: str
    lead: str
    sections: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    link: tuple[str, str] | None = None

    @property
    def content(self) -> list[Any]:
        """All that a reader is told; where it lies is left out."""
        return [self.title, self.context, self.lead, self.sections]


def slack(post: Post) -> dict[str, Any]:
    """Return `text` (for notifications) and `blocks` of a Slack message."""
    head = {"type": "plain_text", "text": _cut(post.title, MOST_HEAD, escape), "emoji": False}
    blocks: list[dict[str, Any]] = [{"type": "header", "text": head}]
    if post.context:
        blocks.append({"type": "context", "elements": [_mrkdwn(_cut(post.context, MOST_TEXT, escape))]})
    if post.lead:
        blocks.append({"type": "section", "text": _mrkdwn(_cut(post.lead, MOST_TEXT, escape))})
    for heading, lines in post.sections:
        said = [f"*{escape(heading)}*"] if heading else []
        said += [_line(one) for one in lines]
        blocks += [{"type": "section", "text": _mrkdwn(part)} for part in _parts(said)]
    blocks = blocks[:MOST_BLOCKS]
    if post.link:
        words, address = post.link
        blocks.append({"type": "section", "text": _mrkdwn(f"<{_address(address)}|{escape(words)}>")})
    return {"text": _cut(_joined(post.title, post.lead), MOST_TEXT, escape), "blocks": blocks}


def teams(post: Post) -> dict[str, Any]:
    """Return the message with an Adaptive Card that a Teams workflow ("when a webhook request is received") posts."""
    body: list[dict[str, Any]] = [_block(post.title, size="Large", weight="Bolder")]
    body += [_block(post.context, isSubtle=True, spacing="None")] if post.context else []
    body += [_block(post.lead)] if post.lead else []
    for heading, lines in post.sections:
        body += [_block(heading, weight="Bolder", spacing="Medium")] if heading else []
        for strong, rest in lines:
            body += [_block(" – ".join(part for part in (strong, rest) if part), spacing="Small")]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": body,
    }
    if post.link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": post.link[0], "url": post.link[1]}]
    return {
        "type": "message",
        "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}],
    }


def escape(text: str) -> str:
    """Return a text in which Slack finds no mention, link or command."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _line(line: tuple[str, str]) -> str:
    strong, rest = (escape(part) for part in line)
    return f"• *{strong}*  {rest}".rstrip() if rest else f"• {strong}"


def _parts(lines: list[str]) -> list[str]:
    """Lines put together as far as one block holds them; a longer line is cut between its words."""
    parts = [""]
    for line in (_short(line, MOST_TEXT) for line in lines):
        if parts[-1] and len(parts[-1]) + len(line) + 1 > MOST_TEXT:
            parts.append("")
        parts[-1] = f"{parts[-1]}\n{line}" if parts[-1] else line
    return parts


def _cut(text: str, most: int, change: Any) -> str:
    return _short(change(text), most)


def _short(text: str, most: int) -> str:
    """Text of at most so many characters, cut with an ellipsis and never inside an escaped sign."""
    if len(text) <= most:
        return text
    return re.sub(r"&[a-z]{0,3}$", "", text[: most - 1]) + "…"


def _address(text: str) -> str:
    """Address that cannot end its own link."""
    return escape(text).replace("|", "%7C")


def _joined(title: str, lead: str) -> str:
    """Title and lead as one line; a title that ends a sentence needs no full stop."""
    return f"{title} {lead}" if title[-1:] in "?!." else f"{title}. {lead}"


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _block(text: str, **style: Any) -> dict[str, Any]:
    """Text of a card; brackets are escaped, so that no text of the company becomes a link."""
    plain = re.sub(r"([\\\[\]])", r"\\\1", _short(text, MOST_TEXT))
    return {"type": "TextBlock", "text": plain, "wrap": True, **style}
