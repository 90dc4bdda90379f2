"""What is said of the brand and of its rivals in one month: the template that is filled from Sprinklr."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.sample.exports.forms import Columns, lines, table
from helpers.sample.exports.tidy import UNTIL, Export, Truth, read

SINCE = pd.Timestamp("2026-09-01")
NAMES = {"instagram": "Instagram", "tiktok": "TikTok", "x": "X", "forums": "Forums"}

TEMPLATE: Columns = {
    "Date": lambda m: f"{m.mentioned_on:%Y-%m-%d}",
    "Country": lambda m: m.market,
    "Network": lambda m: NAMES[m.network],
    "Brand": lambda m: m.brand,
    "Topic": lambda m: m.topic,
    "Language": lambda m: m.language,
    "Sentiment": lambda m: m.sentiment.capitalize(),
    "Mentions": lambda m: m.mentions,
    "Reach": lambda m: m.reach,
    "Sentiment model": lambda m: m.sentiment_model,
}


def _mentions(folder: Path) -> pd.DataFrame:
    """Mentions of the month by day, market, network, brand, topic, language and tone."""
    return read(folder, "social_mentions", "mentioned_on", since=SINCE, until=UNTIL)


def _truth(folder: Path) -> Truth:
    return {"social_mentions": _mentions(folder)}


EXPORTS = {
    "sprinklr/mentions.csv": Export(lambda folder: table(lines(_mentions(folder), TEMPLATE)), "utf-8", _truth)
}
