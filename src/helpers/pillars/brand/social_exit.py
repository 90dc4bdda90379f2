"""The exit of a wave: whether what is said of the brand after it is no more negative than it was before."""

from __future__ import annotations

import math

import pandas as pd

from helpers.methods.mentions_severity import LEAST_READ
from helpers.methods.mentions_tone import Tone, tone_of
from helpers.pillars.brand.social_reading import Read

# days before a wave that are usual; last quiet days that are judged; days after it in which they lie
USUAL, JUDGED, FILE = 28, 28, 92
ALLOWED = 0.15  # the negative share is back where it is surely less than so much above the usual one


def tone_back(row: dict, rows: pd.DataFrame, known: Read, until: pd.Timestamp) -> bool | None:
    """Whether the negative share of the last quiet days is back to what it was before the wave.

    Parameters
    ----------
    row : a wave with brand, start, end. rows : mentions by day.

    Returns
    -------
    False where it is surely above; True where it is not, and surely less than 15 points above; None where neither can be told, since too
    few mentions are corrected or the interval is too wide.

    Formula: corrected negative share of the last 28 quiet days within 92 of the end, less that of the 28 days before the start; its bounds
        by MOVER. Both share one calibration, which makes the interval too wide rather than too narrow.
    """
    day, last = pd.Timedelta(days=1), min(until, row["end"] + pd.Timedelta(days=FILE))
    own = rows[rows["brand"] == row["brand"]]
    spans = ((row["start"] - USUAL * day, row["start"] - day), (max(row["end"] + day, last - (JUDGED - 1) * day), last))  # fmt: skip
    before, after = (tone_of(own[own["day"].between(*one)], known.readings) for one in spans)
    if not (_is_told(before) and _is_told(after)):
        return None
    usual, now = before.negative, after.negative
    gap = now.value - usual.value
    low = gap - math.hypot(now.value - now.low, usual.high - usual.value)
    high = gap + math.hypot(now.high - now.value, usual.value - usual.low)
    if low > 0:
        return False
    return True if high < ALLOWED else None


def _is_told(tone: Tone) -> bool:
    """Whether enough mentions are of a language that can be corrected."""
    return tone.n_corrected >= max(LEAST_READ, tone.n_read / 2)
