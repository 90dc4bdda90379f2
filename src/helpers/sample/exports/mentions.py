"""What is said of the brand and of its rivals, drawn: the template that is filled from Sprinklr."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sample.exports.forms import Columns, lines, table
from helpers.sample.exports.tidy import BRAND, RIVALS, UNTIL, Export, Truth, rng

NETWORKS, TONES = ("Instagram", "TikTok", "Forums"), ("positive", "neutral", "negative")
N_DAYS = 61

TEMPLATE: Columns = {
    "Date": lambda m: f"{m.mentioned_on:%Y-%m-%d}",
    "Network": lambda m: m.network,
    "Brand": lambda m: m.brand,
    "Topic": lambda m: m.topic,
    "Sentiment": lambda m: m.sentiment.capitalize(),
    "Mentions": lambda m: m.mentions,
    "Reach": lambda m: m.reach,
}


def _mentions() -> pd.DataFrame:
    """Mentions of the last two months by day, network, brand and tone; days without any are left out."""
    days = pd.date_range(UNTIL - pd.Timedelta(N_DAYS - 1, unit="D"), UNTIL, unit="us")
    names = ["mentioned_on", "network", "brand", "sentiment"]
    cells = pd.MultiIndex.from_product([days, NETWORKS, (BRAND, *RIVALS), TONES], names=names)
    made, draws = cells.to_frame(index=False), rng("mentions")
    size = made["brand"].map({BRAND: 2.0, "Ostrelle": 3.0, "Tavlune": 1.2, "Clairpont": 0.7}).to_numpy()
    tone = made["sentiment"].map({"positive": 0.3, "neutral": 0.55, "negative": 0.15}).to_numpy()
    made = made.assign(topic="taste", market="FR", mentions=draws.poisson(size * tone))
    made["topic"] = draws.choice(np.array(["taste", "price", "delivery"]), len(made))
    made["reach"] = made["mentions"] * draws.integers(50, 4000, len(made))
    return made[made["mentions"].gt(0)].reset_index(drop=True)


def _truth(folder: Path) -> Truth:
    return {"social_mentions": _mentions()}


EXPORTS = {
    "sprinklr/mentions.csv": Export(
        lambda folder: table(lines(_mentions(), TEMPLATE)), "utf-8", _truth, {"market": "FR"}
    )
}
