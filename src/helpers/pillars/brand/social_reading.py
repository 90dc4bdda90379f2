"""What the page on social media and reputation reads: mentions by day, labels, and the other tables as small frames."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups, tables
from helpers.company import Scope, names_in
from helpers.errors import DataError
from helpers.methods import mentions_tone
from helpers.methods.mentions_tone import Reading

BY = ("brand", "topic", "language", "sentiment")


class Read(NamedTuple):
    """Mentions of the brands compared, by day: day, brand, topic, language, sentiment, mentions, reach [NaN where not known].

    own : the house. rivals : the others, most mentioned first. readings : how the tool reads each language. left : brands that are not
    compared because their name is a common word. until : last day with mentions.
    """

    rows: pd.DataFrame
    own: str
    rivals: tuple[str, ...]
    readings: dict[str, Reading]
    left: tuple[str, ...]
    until: pd.Timestamp

    def of(self, brand: str, first: Any = None, last: Any = None) -> pd.DataFrame:
        """Mentions of a brand, from a day to a day."""
        rows = self.rows[self.rows["brand"] == brand]
        return rows[rows["day"].between(first, last)] if first is not None else rows


def read(mentions: Any, surveys: Any, scope: Scope, *, own_brands: str, common_words: str = "") -> Read:
    """Mentions and labels.

    Parameters
    ----------
    mentions : table `social_mentions`. surveys : table `surveys` with labelled mentions, or None.
    own_brands : own brands, the house first; their mentions are read together. common_words : brands whose name is a common word and that
        are not compared.

    Raises
    ------
    DataError : none of the own brands has a mention, or a count is below zero.
    """
    own, left = scope.company.own_brands(own_brands), names_in(common_words)
    bad = rollups.collect(rollups.daily_sums(mentions.filter("mentions < 0"), day="mentioned_on", values=("mentions",)), may_be_empty=True)  # fmt: skip
    if len(bad):
        raise DataError(f"social_mentions: {bad['mentions'].iloc[0]:g} mentions on {bad['day'].iloc[0]:%Y-%m-%d} is below zero. A count cannot be; export it again.")  # fmt: skip
    parts = [_sums(mentions.filter("reach IS NOT NULL")), _sums(mentions.filter("reach IS NULL")).assign(reach=np.nan)]  # fmt: skip
    rows = pd.concat([one for one in parts if len(one)], ignore_index=True)
    known = set(rows["brand"])
    if not known & set(own):
        raise DataError(f"social_mentions: no mention of {', '.join(own)}; it knows {', '.join(sorted(known))}. Write own_brands as the table does.")  # fmt: skip
    rows["brand"] = rows["brand"].replace(dict.fromkeys(own, own[0]))
    rows = rows[~rows["brand"].isin(set(left) - {own[0]})]
    size = rows.groupby("brand")["mentions"].sum().sort_values(ascending=False, kind="stable")
    rivals = tuple(str(name) for name in size.index if name != own[0])
    return Read(
        rows.reset_index(drop=True), own[0], rivals, labels(surveys), left, pd.Timestamp(rows["day"].max())
    )


def _sums(rows: Any) -> pd.DataFrame:
    made = rollups.collect(rollups.daily_sums(rows, day="mentioned_on", by=BY, values=("mentions", "reach")), may_be_empty=True)  # fmt: skip
    made = made.assign(topic=made["topic"].fillna(""), language=made["language"].fillna(""))
    return made.assign(sentiment=made["sentiment"].fillna("unknown"))


def labels(surveys: Any) -> dict[str, Reading]:
    """How the tool reads each language, of the answers "tone" and "tone_read" of the table `surveys`; empty without it."""
    if surveys is None:
        return {}
    asked = f"question IN ('{mentions_tone.ASKED}', '{mentions_tone.READ}') AND language IS NOT NULL"
    return mentions_tone.readings(frame(surveys.filter(asked)))


def frame(rows: Any) -> pd.DataFrame:
    """A small table as a frame; an empty one where the company has none."""
    return pd.DataFrame() if rows is None else tables.as_pandas(rows.to_arrow_table())


def preference(tracker: Any, own: str) -> pd.DataFrame:
    """Rows of `brand_tracker` on preference for the house, of the whole sample."""
    if tracker is None:
        return pd.DataFrame()
    rows = frame(tracker.filter("metric = 'preference' AND (segment IS NULL OR segment = '')"))
    return rows[rows["brand"] == own]
