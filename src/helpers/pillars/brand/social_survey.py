"""What the own survey of the brand says of a crisis: preference in its first wave after the start against the wave before."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import pandas as pd

from helpers.company import Scope
from helpers.kpi import LEVEL
from helpers.methods import wave_changes as changes
from helpers.methods import waves as waves_of
from helpers.methods.intervals import Estimate
from helpers.pillars.brand.tracker_answers import asked

KIND, QUESTION, MOST = "brand_tracker", "preference", 40
QUESTIONS = ("unaided_awareness", "aided_awareness", "consideration", QUESTION, "usage_12m", "recommend")
BACK = 0.01  # preference is back within so much of the wave before
NOTHING = Estimate(math.nan, math.nan, math.nan, LEVEL, 0)


class Survey(NamedTuple):
    """Preference in the own survey across the start of a crisis.

    change : first wave that ends after the start, less the wave before [share; n: answers of the smaller]; NaN where it cannot be told.
    base, wave : months of the two. back : month of the first later wave that is back within a point, "" where none is. is_asked : whether
    there is a survey with a wave on both sides.
    """

    change: Estimate
    base: str
    wave: str
    back: str
    is_asked: bool


NONE = Survey(NOTHING, "", "", "", False)


def survey(surveys: Any, scope: Scope, own: str, start: pd.Timestamp) -> Survey:
    """Read the own survey across the start of a crisis.

    Parameters
    ----------
    surveys : table `surveys`, or None. own : the house, as the survey writes it. start : first day of the wave of mentions.

    Returns
    -------
    Survey. No change is told over a changed text of the question, nor of too few answers, as on the page of the tracker.
    """
    if surveys is None:
        return NONE
    found = asked(surveys, scope, kind=KIND, most=MOST, questions=QUESTIONS)
    before, after = ([name for name, day in found.days.items() if (day < start) == early] for early in (True, False))  # fmt: skip
    if not before or not after:
        return NONE
    base, rows = max(before), found.rows
    made = waves_of.wave_shares(rows[rows["wave"] >= base], of="all", level=LEVEL)
    table = made.table[(made.table["brand"] == own) & (made.table["question"] == QUESTION)].set_index("wave")
    told = changes.wave_changes(made, lag=1, level=LEVEL)
    told = told[(told["brand"] == own) & (told["question"] == QUESTION) & (told["wave"] == min(after))]
    if base not in table.index or told.empty or told["change"].isna().iloc[0]:
        return Survey(NOTHING, base, min(after), "", base in table.index)
    one = told.iloc[0]
    later = table.loc[table.index > min(after), "value"]
    back = later[later >= float(table.loc[base, "value"]) - BACK]
    n = int(min(table.loc[[base, min(after)], "n"]))
    change = Estimate(float(one["change"]), float(one["low"]), float(one["high"]), LEVEL, n)
    return Survey(change, base, min(after), str(back.index[0]) if len(back) else "", True)
