"""Do the brand pages find what is planted in the sample company? 10 worlds, each with its own truth.

    python benchmarks/coverage_brand.py [--seeds 10] [--scale 0.1]

Each world is made with a seed of 1 to 10 and the pages' own functions read its tables: the crisis, the local spike, the lifts, what a
point of brand does to sales, net sentiment, the weak signal, the growth of assistants. Exit code 1 where one of the first four is found
in fewer than 9 of 10 worlds, or another figure is inside its 90 % interval in fewer than 7 of 10. False alarms are counted and shown.
"""

from __future__ import annotations

import math

from whole_worlds import judge

from helpers import tables
from helpers.company import Scope
from helpers.pillars.brand import (
    demand,
    demand_series,
    lift,
    lift_studies,
    social,
    social_alarms,
    social_reading,
    voice_assistants,
    voice_regions,
    voice_tables,
)

FOUND, HELD = 0.9, 0.7
CHOICES = {"metric": "consideration", "other_growth": 0.02, "min_chance": 0.8, "step": 0.05}
SOCIAL = {
    "own_brands": "", "engagement": "saves 1, shares 1, comments 0.8, clicks 0.5, likes 0.05", "min_reach": 500, "max_suspicious": 0.25,
    "min_in_target": 0.25, "small": 0.02,
}  # fmt: skip
ALSO = ("surveys", "social_posts", "influencers", "earned_media", "reviews", "events", "ideas", "advocates", "brand_tracker", "orders", "calendar")  # fmt: skip
Told = dict[str, bool]
Rung = dict[str, int]


def of_social(here: Scope, truth: dict) -> tuple[Told, Told, Rung]:
    """The crisis among the waves of a year, and net sentiment of the house."""
    also = {name: tables.optional(name, here) for name in ALSO}
    known = social_reading.read(tables.load("social_mentions", here), also["surveys"], here, own_brands="")
    page = social.page(known, also, here, **SOCIAL)
    crises = social_alarms.crises(page.waves)
    ours = crises["topic"] == "bottle_recall"
    tone, signal = page.tones[here.company.own_brands()[0]].net, page.voices.signals
    grown = set(signal.index[signal["verdict"] == "grows from small"])
    held = {"net sentiment": bool(tone.low <= truth["net_sentiment", "ALL", here.company.own_brands()[0]] <= tone.high), "weak signal found": "filter taste" in grown}  # fmt: skip
    return {"crisis": bool(ours.any())}, held, {"crises that were none": int((~ours).sum()), "topics that were none": len(grown - {"filter taste"})}  # fmt: skip


def of_voice(here: Scope, truth: dict) -> tuple[Told, Told, Rung]:
    """The local spike among all regions, and the growth of what assistants send."""
    known = voice_tables.known(
        tables.load("competitor_spend", here), tables.load("market_sales", here), tables.load("search_interest", here), here, own_brands="",
        common_words="Clairpont", site=tables.optional("site_daily", here), assistants=("server_log", "assistant"),
    )  # fmt: skip
    planted = {segment for name, market, segment in truth if name == "search_spike"}
    rung = {one.region for one in voice_regions.regions(known).spikes}
    growth = voice_assistants.assistants(known).growth.a_time
    held = growth.low <= truth["assistant_growth", "ALL", ""] <= growth.high
    return {"local spike": bool(rung & planted)}, {"growth of assistants": held}, {"regions that were none": len(rung - planted)}  # fmt: skip


def of_lift(here: Scope, truth: dict) -> tuple[Told, Told, Rung]:
    """The questions that the own studies truly moved, over all questions of a quarter together."""
    own = here.company.own_brands()
    page = lift.page(
        lift_studies.read(tables.load("surveys", here), None, here, own=own), here, worth_seeing=0.02
    )
    moved = {segment: value for (name, _, segment), value in truth.items() if name == "brand_lift"}
    told, false, held, n = [], 0, 0, 0
    for study in page.studies:
        for row in study.found.itertuples():
            true = moved.get(f"{study.name}: {row.question}", 0.0)
            told += [row.standing == "proved"] if true else []
            false += int(row.standing in ("proved", "fall") and not true)
            held, n = held + (row.absolute_low <= true <= row.absolute_high), n + 1
    return {"three planted lifts in four": sum(told) >= 3}, {"11 lifts in 12 inside": held >= n - 1}, {"lifts that were none": false}  # fmt: skip


def of_demand(here: Scope, truth: dict) -> tuple[Told, Told, Rung]:
    """What a point of consideration does to sales; found where the planted effect lies inside, and how often it is shown."""
    given = [tables.load(name, here) for name in ("orders", "brand_tracker", "media_spend")]
    found = demand_series.months(
        *given, tables.optional("promotions", here), here, own_brands="", builders="reach"
    )
    made = demand.page(found, **{**CHOICES, "margin_rate": here.margin_rate})
    # A point of strength is 0.58 points of consideration in France, and less abroad where fewer know us.
    scale = 100 * truth["brand_measured", "FR", "consideration"] * (400 + 0.75 * 150 + 0.68 * 120) / 670
    effect = math.expm1(truth["brand_effect", "ALL", "repeat"] / scale)
    main = made.ways.set_index("kind").loc["main"]
    return {"brand to sales inside": bool(main["low"] <= effect <= main["high"])}, {}, {"worlds where it is shown above zero": int(main["low"] > 0)}  # fmt: skip


PARTS = {"2026-09": (of_social, of_voice), "2026-Q3": (of_lift, of_demand)}

if __name__ == "__main__":
    judge(__doc__, PARTS, key=("name", "market", "segment"), scale=0.1, found=FOUND, held=HELD)
