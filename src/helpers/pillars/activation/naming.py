"""How a channel is written where a reader sees it, alike on every page."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.i18n import listed, text

TOGETHER = " + "  # between the channels of a group of which only the sum is known


def shown(channel: str, language: str) -> str:
    """The name of a channel, or of a group "a + b", as the company writes it; and what is said where it has none."""
    return TOGETHER.join(one or text("without a channel", language) for one in channel.split(TOGETHER))


def listed_channels(names: Sequence[str], language: str) -> str:
    """Channels within a sentence: "tv, social and display", and for one group alone "tv and video together"."""
    if len(names) == 1 and TOGETHER in names[0]:
        parts = [shown(one, language) for one in names[0].split(TOGETHER)]
        return text("{channels} together", language, channels=listed(parts, language))
    return listed([shown(one, language) for one in names], language)


def count(names: Sequence[str]) -> int:
    """How many channels these are, each of a group counted, for a sentence that knows one and many."""
    return sum(len(one.split(TOGETHER)) for one in names)
