"""What each kind of creative was delivered: seen to the end, watched, kept and clicked, never added up over what platforms call a view."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.pillars.activation.creative import names
from helpers.rollups import creatives

YEAR = 12
HISTORY = 25  # months that thirteen windows of twelve need
COUNTS = (
    "spend", "shown", "clicked", "film", "completed", "screened", "watched", "quarter", "half", "three_quarters", "whole", "film_views",
    "views",
)  # fmt: skip
MEASURES = ("creative_vtr", "creative_viewing_time", "video_retention", "creative_ctr")
OVER = {
    "creative_vtr": ("completed", "film"), "creative_viewing_time": ("watched", "screened"), "video_retention": ("whole", "quarter"),
    "creative_ctr": ("clicked", "shown"),
}  # fmt: skip


def delivered(media: object | None, bets: dict[str, str], scope: Scope) -> pd.DataFrame:
    """Months of each creative on each platform.

    Parameters
    ----------
    media : table `media_spend`, None where the company has none.
    bets : name of a creative -> words of which one stands in the names of its campaigns, parted by commas.

    Returns
    -------
    One row per (month, creative, platform, definition): sums of COUNTS. Campaigns that no bet names are left out.
    """
    keys = ["month", "creative", "platform", "definition"]
    if media is None:
        return pd.DataFrame(columns=[*keys, *COUNTS])
    since = scope.period.before(HISTORY - 1).start
    rows = rollups.collect(creatives.creative_months(media, since=since), may_be_empty=True)
    known = [bet_of(str(name), bets) for name in rows["campaign"]]
    known = [text(name, scope.language) if name else "" for name in known]
    rows = rows.assign(creative=known, definition=rows["video_view_definition"])
    rows = rows[rows["creative"] != ""]
    return rows.groupby(keys, as_index=False, sort=True)[list(COUNTS)].sum()


def bet_of(name: str, bets: dict[str, str]) -> str:
    """The creative whose word stands in a name; empty where none does."""
    plain = name.lower().replace("_", "-")
    for bet, words in bets.items():
        if any(word.replace("_", "-") in plain for word in names(words)):
            return bet
    return ""


def window(rows: pd.DataFrame, until: date, *, months: int = YEAR) -> pd.DataFrame:
    """Sums of the months up to a day: one row per (creative, platform, definition), with the rates of MEASURES; NaN where nothing is known."""
    end = pd.Timestamp(until)
    since = (end + pd.Timedelta(days=1) - pd.DateOffset(months=months)).normalize()
    inside = rows[(rows["month"] >= since) & (rows["month"] <= end)]
    sums = inside.groupby(["creative", "platform", "definition"], as_index=False, sort=True)[
        list(COUNTS)
    ].sum()
    for name, (top, bottom) in OVER.items():
        below = sums[bottom].astype(float)
        sums[name] = np.where(below > 0, sums[top].astype(float) / below.where(below > 0, np.nan), np.nan)
    sums["view_rate"] = sums["views"] / sums["film_views"].where(sums["film_views"] > 0)
    return sums


def label(row, scope: Scope) -> str:
    """Name a creative on its platform with what the platform calls a view."""
    if not row.definition:
        return text("{creative}, {platform}", scope.language, creative=row.creative, platform=row.platform)
    return text(
        "{creative}, {platform} (view: {definition})", scope.language, creative=row.creative, platform=row.platform, definition=row.definition
    )  # fmt: skip


def shown(sums: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """The rates as a table for readers: one row a creative and platform, the most money first."""
    lang = scope.language
    ordered = sums.sort_values(
        ["spend", "creative", "platform"], ascending=[False, True, True], kind="stable"
    )
    made = {
        text("VTR", lang): ("creative_vtr", "share", 1),
        text("views", lang): ("view_rate", "share", 1),
        text("seconds", lang): ("creative_viewing_time", "ratio", 1),
        text("retention", lang): ("video_retention", "share", 1),
        text("CTR", lang): ("creative_ctr", "share", 2),
    }
    table = {
        head: [number(value, unit, decimals=digits, language=lang) for value in ordered[name]]
        for head, (name, unit, digits) in made.items()
    }
    return pd.DataFrame(table, index=[label(row, scope) for row in ordered.itertuples()])


def kept(sums: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """How many of the plays that reached a quarter went on, by creative and platform: reached [share of the video], share, series."""
    rows = []
    for row in sums.sort_values("spend", ascending=False, kind="stable").itertuples():
        if not row.quarter > 0:
            continue
        for reached, count in zip(
            (0.25, 0.5, 0.75, 1.0), (row.quarter, row.half, row.three_quarters, row.whole), strict=True
        ):
            rows.append((reached, count / row.quarter, label(row, scope)))
    return pd.DataFrame(rows, columns=["reached", "share", "series"])
