"""What is said of four brands each day, as a listening tool reads it, and a sample that people read again.

The tool misreads tone, and by how much depends on the language alone. Planted: one crisis of ours (a recall of bottles), one burst
of a competitor, one good burst of ours (a prize), and a topic that grows from next to nothing. The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.sample.parts.brand_levels import BRANDS, CRISIS
from helpers.sample.parts.words import LANGUAGES, TONES
from helpers.sample.setting import DAYS, MARKETS, N_DATA, dates, day_number, pick
from helpers.sample.truth import Estimand
from helpers.sample.world import World

TOLD, MODEL = BRANDS[:4], "tone model 2 (invented)"
NETWORKS, NETWORK_SHARE = ("instagram", "tiktok", "x", "forums"), (0.38, 0.24, 0.22, 0.16)
A_DAY = {
    "FR": (18.0, 24.0, 12.0, 8.0),
    "BE": (3.0, 4.5, 1.6, 1.2),
    "CH": (2.2, 3.0, 1.5, 0.8),
}  # mentions a brand
GROWTH, BUSY = 0.10, 9.0  # a year; a day's mean varies by 1 / BUSY, squared
WEEKDAY = (1.02, 1.0, 1.0, 1.02, 1.06, 0.98, 0.92)  # Monday first
SPOKEN = {"FR": (0.95, 0.05, 0.0, 0.0), "BE": (0.50, 0.06, 0.44, 0.0), "CH": (0.36, 0.10, 0.0, 0.54)}
TOPICS = (
    "taste",
    "plastic",
    "delivery",
    "price",
    "noise",
    "design",
    "bottle_recall",
    "prize",
    "filter taste",
)
ABOUT = (0.27, 0.17, 0.12, 0.20, 0.09, 0.15, 0.0, 0.0, 0.0)  # on a usual day
TONE = (
    (0.17, 0.53, 0.30),
    (0.20, 0.55, 0.25),
    (0.21, 0.54, 0.25),
    (0.16, 0.56, 0.28),
)  # true tone of each brand
WEAK, WEAK_SINCE, WEAK_FIRST, WEAK_GROWTH = (
    "filter taste",
    "2026-04-06",
    0.004,
    0.115,
)  # share of ours; growth a week
WEAK_TONE = (0.55, 0.40, 0.05)
REACH = (60.0, 1.2)  # median and log spread of those who could see a mention


class Burst(NamedTuple):
    """Mentions of one brand, topic and true tone that come on top: days, times the usual mentions of that tone."""

    brand: str
    topic: str
    tone: str
    first: str
    days: int
    times: float


BURSTS = {
    "crisis": Burst(BRANDS[0], "bottle_recall", "negative", CRISIS, 10, 12.0),
    "rival": Burst(BRANDS[1], "price", "negative", "2025-06-17", 4, 7.0),
    "prize": Burst(BRANDS[0], "prize", "positive", "2025-10-21", 3, 6.0),
}
# Sensitivity and specificity of the tool for negative, then for positive, by language.
READING = {"fr": (0.70, 0.95, 0.80, 0.90), "en": (0.80, 0.95, 0.85, 0.92), "nl": (0.50, 0.97, 0.80, 0.85), "de": (0.75, 0.84, 0.60, 0.93)}  # fmt: skip
LABELLED = 400  # texts a language that people read again
LABELS, ASKED, READ = (
    "mentions-2026-09",
    "tone",
    "tone_read",
)  # their survey; what people say, what the tool said


def confusion(language: str) -> np.ndarray:
    """Chance of each tone that the tool reads, by true tone [true, read], both in the order of TONES."""
    hit, clear, liked, sober = READING[language]
    made = np.array([[hit, 0.0, 1 - sober], [1 - clear, 0.0, 1 - sober], [1 - clear, 0.0, liked]])
    made[:, 1] = 1 - made.sum(axis=1)
    return made


def weak_share() -> np.ndarray:
    """Share of our mentions about the topic that grows, by day.

    Formula: WEAK_FIRST (1 + WEAK_GROWTH)^(weeks since WEAK_SINCE).
    """
    age = np.arange(N_DATA) - day_number(WEAK_SINCE)
    return np.where(age >= 0, WEAK_FIRST * (1 + WEAK_GROWTH) ** (np.maximum(age, 0) / 7), 0.0)


def usual(place: str, at: int) -> np.ndarray:
    """Expected mentions of a brand by day, topic and true tone [day, topic, tone], bursts left out."""
    course = np.array(WEEKDAY)[DAYS.day_of_week[:N_DATA]] * (1 + GROWTH) ** (np.arange(N_DATA) / 365.25)
    weak = weak_share() if at == 0 else np.zeros(N_DATA)
    made = np.einsum("d,p,t->dpt", course * (1 - weak), ABOUT, TONE[at])
    made[:, TOPICS.index(WEAK)] = np.outer(course * weak, WEAK_TONE)
    return A_DAY[place][at] * made


def expected(place: str, at: int) -> np.ndarray:
    """The same with the bursts."""
    made = usual(place, at)
    base = made.sum(axis=1)
    for burst in BURSTS.values():
        if TOLD[at] == burst.brand:
            first, tone = day_number(burst.first), TONES.index(burst.tone)
            made[first : first + burst.days, TOPICS.index(burst.topic), tone] += (burst.times - 1) * base[first : first + burst.days, tone]  # fmt: skip
    return made


def mentions(world: World) -> pd.DataFrame:
    """Table `social_mentions`: one row a cell that has any; the true tone is left out."""
    tongues = np.stack([confusion(name) for name in LANGUAGES])
    rows = []
    for place in MARKETS:
        for at, brand in enumerate(TOLD):
            rng = world.rng(f"brand mentions {place} {brand}")
            mood = rng.gamma(BUSY, 1 / BUSY, N_DATA)
            n = rng.poisson(expected(place, at) * mood[:, None, None])
            day, topic, tone = (np.repeat(axis, n[n > 0]) for axis in np.nonzero(n))
            language = pick(rng, np.broadcast_to(SPOKEN[place], (len(day), len(LANGUAGES))))
            network = pick(rng, np.broadcast_to(NETWORK_SHARE, (len(day), len(NETWORKS))))
            read = pick(rng, tongues[language, tone])
            reach = np.round(REACH[0] * np.exp(REACH[1] * rng.standard_normal(len(day)))).astype(int)
            one = pd.DataFrame({"day": day, "network": network, "topic": topic, "language": language, "read": read, "reach": reach})  # fmt: skip
            cells = one.groupby(["day", "network", "topic", "language", "read"], sort=True)["reach"]
            rows.append(cells.agg(["size", "sum"]).reset_index().assign(market=place, brand=brand))
    return _named(pd.concat(rows, ignore_index=True))


def labels(world: World) -> pd.DataFrame:
    """Rows of `surveys`: mentions drawn at random, half of them ours, as people read them (ASKED) and as the tool did (READ)."""
    rng, rows = world.rng("brand labels"), []
    for language in LANGUAGES:
        ours = rng.random(LABELLED) < 0.5
        tone = pick(rng, np.where(ours[:, None], TONE[0], TONE[1]))
        read = pick(rng, confusion(language)[tone])
        on = pd.Timestamp("2026-09-14") + pd.to_timedelta(rng.integers(0, 12, LABELLED), unit="D")
        base = pd.DataFrame({"respondent_id": [f"m{language}{k:04d}" for k in range(1, LABELLED + 1)], "answered_on": on.as_unit("us")})  # fmt: skip
        base = base.assign(
            brand=np.where(ours, *TOLD[:2]),
            language=language,
            market={"nl": "BE", "de": "CH"}.get(language, "FR"),
        )
        for question, codes in ((ASKED, tone), (READ, read)):
            rows.append(base.assign(question=question, choice=np.array(TONES)[codes]))
    return pd.concat(rows, ignore_index=True).assign(
        survey_id=LABELS, survey_type="other", sample_source="mentions drawn at random, read by people"
    )


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `social_mentions`, and rows of `surveys`."""
    yield "social_mentions", mentions(world)
    yield "surveys", labels(world)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """True net sentiment, how the tool reads, and what was planted when."""
    for at, brand in enumerate(TOLD):
        days = slice(N_DATA - 92, N_DATA)
        tone = sum(expected(place, at)[days].sum(axis=(0, 1)) for place in MARKETS)
        about = "Expected mentions of a good tone less those of a bad one, over all, by their true tone."
        yield Estimand(
            "net_sentiment",
            float((tone[2] - tone[0]) / tone.sum()),
            "share",
            about,
            "2026-07-01/2026-09-30",
            "ALL",
            brand,
        )
    for language, known in READING.items():
        for name, share in zip(("negative_sensitivity", "negative_specificity", "positive_sensitivity", "positive_specificity"), known, strict=True):  # fmt: skip
            about = "How the tool reads the tone: found among those that are so, cleared among those that are not."
            yield Estimand(f"tone_{name}", share, "share", about, segment=language)
    for name, burst in BURSTS.items():
        last = f"{dates(np.array([day_number(burst.first) + burst.days - 1]))[0]:%Y-%m-%d}"
        about = (
            f"How many times the usual {burst.tone} mentions came, by their true tone; topic {burst.topic}."
        )
        yield Estimand(
            f"mention_burst_{name}", burst.times, "ratio", about, f"{burst.first}/{last}", "ALL", burst.brand
        )
    about = "Share of our mentions about the topic that grows, by its expectation on the last day."
    yield Estimand(
        "weak_signal_share",
        float(weak_share()[-1]),
        "share",
        about,
        f"{DAYS[N_DATA - 1]:%Y-%m-%d}",
        "ALL",
        WEAK,
    )
    about = "Growth a week of the topic's share, from its first day on."
    yield Estimand(
        "weak_signal_growth",
        WEAK_GROWTH,
        "share",
        about,
        f"{WEAK_SINCE}/{DAYS[N_DATA - 1]:%Y-%m-%d}",
        "ALL",
        WEAK,
    )


def _named(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with the columns and words of the table."""
    return pd.DataFrame(
        {
            "mentioned_on": dates(cells["day"].to_numpy()),
            "market": cells["market"],
            "network": np.array(NETWORKS)[cells["network"]],
            "brand": cells["brand"],
            "topic": np.array(TOPICS)[cells["topic"]],
            "language": np.array(LANGUAGES)[cells["language"]],
            "sentiment": np.array(TONES)[cells["read"]],
            "mentions": cells["size"],
            "reach": cells["sum"],
            "sentiment_model": MODEL,
        }
    )
