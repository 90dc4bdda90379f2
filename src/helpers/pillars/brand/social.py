"""Are we safe, and who speaks for us? Mentions and their waves, tone, posts and creators, weak signals, other voices, and what a crisis cost.

Mentions are read in `social_reading`, waves in `social_alarms`, posts and creators in `social_posts`, other voices in `social_voices`, the
time after a crisis in `social_after`; figures and checks stand in `social_figures`, words in `social_telling`, decisions in `social_decisions`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from helpers import kpi
from helpers.company import Scope
from helpers.methods.mentions_tone import Tone, tone_of
from helpers.pillars.brand import social_alarms as waves_of
from helpers.pillars.brand import social_posts as posts_of
from helpers.pillars.brand import social_voices as voices_of
from helpers.pillars.brand.social_after import After, after, revenue
from helpers.pillars.brand.social_reading import Read, frame, preference
from helpers.pillars.brand.social_survey import survey
from helpers.pillars.brand.social_voices import Voices

SMALL_TABLES = (
    "social_posts",
    "influencers",
    "earned_media",
    "reviews",
    "events",
    "ideas",
    "advocates",
    "calendar",
)


class Page(NamedTuple):
    """What the page shows.

    tones : tone of each brand in the month, ours first. history : tone of ours by month, the last 13. waves : of `social_alarms.alarms`;
    untold : why the last day cannot be told. weeks : of `social_alarms.watched`. posts, formats, creators : of `social_posts`. crisis :
    the gravest wave against us in twelve months, None without; after : what came of it.
    """

    read: Read
    tones: dict[str, Tone]
    history: dict[str, Tone]
    waves: pd.DataFrame
    untold: tuple[str, ...]
    weeks: pd.DataFrame
    posts: pd.DataFrame
    weights: dict[str, float]
    min_reach: float
    formats: pd.DataFrame
    creators: pd.DataFrame
    voices: Voices
    crisis: pd.Series | None
    after: After | None
    until: pd.Timestamp

    @property
    def tone(self) -> Tone:
        """Our own tone in the month."""
        return self.tones[self.read.own]


def page(
    known: Read, also: dict[str, Any], scope: Scope, *, own_brands: str, engagement: str, min_reach: float, max_suspicious: float,
    min_in_target: float, small: float,
) -> Page:  # fmt: skip
    """Put the page together.

    Parameters
    ----------
    known : of `social_reading.read`. also : the other tables by name (social_posts, influencers, earned_media, reviews, events, ideas,
        advocates, brand_tracker, surveys, orders, calendar), None or absent where the company has none. engagement : weights of reactions, of
        `social_posts.weights`. min_reach : people reached, below which a post is not compared. max_suspicious, min_in_target : shares that
        are signs of a bought audience. small : share of mentions below which a topic is small.
    """
    until, rows = pd.Timestamp(scope.period.end), {name: frame(also.get(name)) for name in SMALL_TABLES}
    weight, own = posts_of.weights(engagement), posts_of.recent(rows["social_posts"], until)
    month = (pd.Timestamp(scope.period.start), until)
    tones = {brand: tone_of(known.of(brand, *month), known.readings) for brand in (known.own, *known.rivals)}
    waves, untold = waves_of.alarms(known, until=until)
    crises = waves_of.crises(waves)
    gravest = crises.sort_values(["level", "excess"], kind="stable").iloc[-1] if len(crises) else None
    tracker, sales = preference(also.get("brand_tracker"), known.own), revenue(also.get("orders"))
    return Page(
        known, tones, monthly(known, scope), waves, untold, waves_of.watched(known, until=until), own, weight, min_reach,
        posts_of.formats(own, weight, min_reach=min_reach),
        posts_of.creators(rows["influencers"], until, max_suspicious=max_suspicious, min_in_target=min_in_target),
        voices_of.voices(known, crises, rows, scope.company.own_brands(own_brands), until=until, small=small), gravest,
        after(gravest, tracker, sales, rows["calendar"], survey(also.get("surveys"), scope, known.own, gravest["start"])) if gravest is not None else None, until,
    )  # fmt: skip


def monthly(known: Read, scope: Scope) -> dict[str, Tone]:
    """Our tone by period code, the last 13 periods that have mentions."""
    made = {}
    for one in kpi.history(scope):
        rows = known.of(known.own, pd.Timestamp(one.start), pd.Timestamp(one.end))
        if len(rows):
            made[one.code] = tone_of(rows, known.readings)
    return made
