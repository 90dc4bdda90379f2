"""Waves of mentions: when one began and ended, what it is about, how grave it is, and what the playbook asks for."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.methods.mentions import watch_mentions
from helpers.methods.mentions_episodes import mention_alarms
from helpers.methods.mentions_severity import LEAST_READ, severity, with_tone
from helpers.methods.mentions_tone import tone_of
from helpers.methods.mentions_topics import with_topic
from helpers.pillars.brand import social_exit as exit_of
from helpers.pillars.brand.social_reading import Read
from helpers.rules import crisis

YEAR = pd.Timedelta(days=365)
HISTORY = pd.Timedelta(days=365 + 182)  # the first half-year tells what is usual
SHOWN_WEEKS = 52


def alarms(known: Read, *, until: pd.Timestamp) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Waves of the twelve months to `until`, the newest first, and why the last day of the own brand cannot be told.

    Returns
    -------
    One row a wave: the columns of `mention_alarms`, `with_tone` [corrected where labels allow], `with_topic` and `severity`; is_own, level
    [0-4, raised for a grave topic; missing where it cannot be told], is_grave, days,
    tone_back [of `social_exit.tone_back`; missing where it cannot be told, or runs].
    """
    rows = known.rows[known.rows["day"].between(until - HISTORY, until)]
    found = mention_alarms(whole(rows, until), absent="zero", at="day")
    made = found.episodes[found.episodes["end"] > until - YEAR]
    made = with_topic(with_tone(made, rows, at="day"), rows, at="day")
    made = severity(corrected(made, rows, known), thresholds=crisis.thresholds())
    made = made.assign(
        is_own=made["brand"] == known.own, is_grave=[crisis.is_grave(topic) for topic in made["topic"]],
        days=(made["end"] - made["start"]).dt.days + 1,
    )  # fmt: skip
    level = [crisis.told_level(row["severity"], row["severity_high"], row["topic"]) for row in made.to_dict("records")]  # fmt: skip
    back = [
        exit_of.tone_back(row, rows, known, until) if row["is_own"] and not row["running"] else None
        for row in made.to_dict("records")
    ]
    made = made.assign(tone_back=pd.array(back, dtype="boolean"))
    why = tuple(found.untold.loc[found.untold["brand"] == known.own, "reason"])
    return made.assign(level=pd.array(level, dtype="Int64")).sort_values("start", ascending=False, ignore_index=True, kind="stable"), why  # fmt: skip


def whole(rows: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Rows with each day to `until` on which no brand has a mention as not known: then nobody listened."""
    if rows.empty:
        return rows
    silent = pd.date_range(rows["day"].min(), until).difference(pd.DatetimeIndex(rows["day"].unique()))
    brands = rows["brand"].unique()
    gaps = pd.DataFrame({"day": np.repeat(silent, len(brands)), "brand": np.tile(brands, len(silent))})
    return pd.concat([rows, gaps], ignore_index=True) if len(gaps) else rows


def corrected(made: pd.DataFrame, rows: pd.DataFrame, known: Read) -> pd.DataFrame:
    """The negative share of each wave, corrected for misread tones where at least 30 mentions can be; else as the tool reads it."""
    found = []
    for one in made.to_dict("records"):
        here = rows[(rows["brand"] == one["brand"]) & rows["day"].between(one["start"], one["end"])]
        tone = tone_of(here, known.readings)
        told = tone.n_corrected >= max(LEAST_READ, tone.n_read / 2)
        negative = tone.negative
        as_read = tuple(one[name] for name in ("negative_share", "negative_low", "negative_high"))
        found.append((*(negative[:3] if told else as_read), told))
    names = ["negative_share", "negative_low", "negative_high", "is_corrected"]
    table = pd.DataFrame(found, columns=names, index=made.index)
    return made.assign(**{name: table[name].astype(bool if name == "is_corrected" else float) for name in names})  # fmt: skip


def watched(known: Read, *, until: pd.Timestamp) -> pd.DataFrame:
    """Mentions of the own brand by week, 52 at most: week [its first day], seen; whole weeks on which alarms can be told."""
    rows = whole(known.rows[known.rows["day"].between(until - HISTORY, until)], until)
    own = rows[rows["brand"] == known.own]
    if own.empty:
        return pd.DataFrame(columns=["week", "seen"])
    index = pd.date_range(rows["day"].min(), until)
    daily = own.groupby("day")["mentions"].sum(min_count=1).reindex(index)
    made = watch_mentions(daily.where(index.isin(own["day"]), 0.0))
    back = (until - index).days.to_numpy() // 7
    weeks = made.assign(back=back).groupby("back").agg(seen=("value", "sum"), n=("high", "count"))
    weeks = weeks[weeks["n"] == 7].head(SHOWN_WEEKS).sort_index(ascending=False)
    first = [until - pd.Timedelta(days=7 * int(one) + 6) for one in weeks.index]
    return weeks.reset_index(drop=True).assign(week=first)


def crises(made: pd.DataFrame) -> pd.DataFrame:
    """Waves against the own brand that the playbook counts: level 1 or more."""
    return made[made["is_own"] & (made["level"] >= 1).fillna(False)]


def untold(made: pd.DataFrame) -> pd.DataFrame:
    """Waves of the own brand whose level cannot be told, since reach or tone is missing."""
    return made[made["is_own"] & made["level"].isna()]


def running_untold(made: pd.DataFrame) -> pd.DataFrame:
    """Those that are not over."""
    found = untold(made)
    return found[found["running"]]


def running(made: pd.DataFrame) -> pd.DataFrame:
    """Those that are not over."""
    found = crises(made)
    return found[found["running"]]


def quiet_days(row: pd.Series, until: pd.Timestamp) -> int:
    """Days since the last one above the band."""
    return int((until - row["end"]).days)


def is_over(row: pd.Series, until: pd.Timestamp) -> bool:
    """Whether so many days are quiet as the playbook asks for at the level, and the tone is back to usual."""
    return is_quiet(row, until) and pd.notna(row["tone_back"]) and bool(row["tone_back"])


def is_quiet(row: pd.Series, until: pd.Timestamp) -> bool:
    """Whether so many days are quiet as the playbook asks for at the level."""
    return quiet_days(row, until) >= crisis.crisis_levels()[int(row["level"])].quiet_days


def is_worse(row: pd.Series, until: pd.Timestamp) -> bool:
    """Whether what is said of the brand after a wave is surely more negative than before it, for as long as that is judged."""
    return (
        quiet_days(row, until) <= exit_of.FILE and pd.notna(row["tone_back"]) and not bool(row["tone_back"])
    )


def still_open(made: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Waves against the own brand that run no more, but not for as long as their exit asks, or whose tone is surely not back."""
    found = crises(made)
    return found[
        [
            not row["running"] and (not is_quiet(row, until) or is_worse(row, until))
            for _, row in found.iterrows()
        ]
    ]


def weeks_out(row: pd.Series) -> float:
    """Weeks from the first to the last day above the band."""
    return math.ceil(row["days"] / 7 * 10) / 10
