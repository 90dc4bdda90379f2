"""Brand lift: two surveys of our own among people who were shown a campaign or kept from it, and three studies of platforms.

Who is kept from a campaign is drawn by lot. Each own study asks six questions and truly moves two. Of the platforms' studies one moves
two answers, one moves nothing, and one is small and withholds the answers to a question that too few people answered.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts.words import OWN_LINES
from helpers.sample.setting import binomial
from helpers.sample.truth import Estimand
from helpers.sample.world import World

QUESTIONS = ("ad_recall", "awareness", "association", "consideration", "favorability", "purchase_intent")
BASE = (0.24, 0.55, 0.36, 0.31, 0.42, 0.18)  # who says yes without the campaign


class Survey(NamedTuple):
    """One own study: first day of fieldwork, people of each arm, true lift of each question."""

    start: str
    n: int
    lift: dict[str, float]


class Study(NamedTuple):
    """One study of a platform: its tool, its questions and their true lift, answers a question and arm, questions withheld."""

    tool: str
    lift: dict[str, float]
    n: tuple[int, int]
    withheld: tuple[str, ...] = ()


SURVEYS = {
    "lift-tv-2026-05": Survey("2026-05-25", 900, {"ad_recall": 0.13, "awareness": 0.10}),
    "lift-video-2026-08": Survey("2026-08-17", 700, {"ad_recall": 0.15, "consideration": 0.11}),
}
FIRST, LAST = "2026-05-04", "2026-05-31"  # of the platforms' studies
STUDIES = {
    "Film mai 2026": Study("google_ads", {"Ad recall": 0.065, "Awareness": 0.055, "Consideration": 0.0}, (1_900, 2_500)),
    "Marque mai 2026": Study("google_ads", {"Ad recall": 0.05, "Awareness": 0.0, "Consideration": 0.0}, (320, 420), ("Consideration",)),
    "Réseaux mai 2026": Study("meta", {"Standard ad recall": 0.0, "Favorability": 0.0, "Action intent": 0.0}, (1_800, 2_600)),
}  # fmt: skip
STUDY_BASE = {"Ad recall": 0.28, "Awareness": 0.38, "Consideration": 0.24, "Standard ad recall": 0.31, "Favorability": 0.35, "Action intent": 0.16}  # fmt: skip
FEW = 38  # answers a withheld question has at most


def answered(world: World, name: str) -> pd.DataFrame:
    """Rows of `surveys` of one own study: all answer all questions, half of them could see the campaign."""
    rng, known = world.rng(f"brand {name}"), SURVEYS[name]
    base = people_of.wave(rng, people_of.panel(rng, 2 * known.n, "FR"), name, "lift", known.start)
    exposed = rng.permutation(np.arange(2 * known.n) < known.n)
    base["respondent_id"] = "l" + name[5] + base["respondent_id"].str[1:]
    base, rows = base.assign(is_exposed=exposed), []
    for question, share in zip(QUESTIONS, BASE, strict=True):
        yes = rng.random(len(base)) < share + known.lift.get(question, 0.0) * exposed
        shared = {"question": question, "brand": OWN_LINES[0], "scale_min": 0.0, "scale_max": 1.0}
        rows.append(people_of.answers(base, np.arange(len(base)), score=yes * 1.0, **shared))
    return pd.concat(rows, ignore_index=True)


def studies(world: World) -> pd.DataFrame:
    """Rows of `experiments` as the maps of the two platforms read them: two arms a question; no successes where they are withheld."""
    rows = []
    for name, known in STUDIES.items():
        rng = world.rng(f"brand study {name}")
        for metric, lift in known.lift.items():
            is_held = metric in known.withheld
            n = rng.integers(FEW // 2, FEW, 2) if is_held else rng.integers(*known.n, 2)
            yes = binomial(rng, n, STUDY_BASE[metric] + np.array([lift, 0.0]))
            for arm, units, some in zip(("exposed", "control"), n, yes, strict=True):
                rows.append((f"{name} / {metric}", arm, metric, units if arm == "exposed" else 0, units, None if is_held else float(some)))  # fmt: skip
    names = ["experiment_id", "arm", "metric", "exposed", "units", "conversions"]
    days = {
        "starts_on": pd.Timestamp(FIRST),
        "ends_on": pd.Timestamp(LAST),
        "measured_on": pd.Timestamp(LAST),
    }
    return pd.DataFrame(rows, columns=names).assign(market="FR", kind="holdout", **days)


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys` and of `experiments`."""
    yield "surveys", pd.concat([answered(world, name) for name in SURVEYS], ignore_index=True)
    yield "experiments", studies(world)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """True lift of each question of each study, none included."""
    for name, known in SURVEYS.items():
        for question in QUESTIONS:
            about = "Who says yes among people who could see the campaign, less those kept from it."
            lift = known.lift.get(question, 0.0)
            yield Estimand("brand_lift", lift, "share", about, name[-7:], "FR", f"{name}: {question}")
    for name, study in STUDIES.items():
        for metric, lift in study.lift.items():
            about = f"The same in a study of {study.tool}."
            yield Estimand("brand_lift", lift, "share", about, LAST[:7], "FR", f"{name} / {metric}")
