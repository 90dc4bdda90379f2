"""What the company weighs before it speaks of a topic, its audited indicators, and what people expect of it and believe.

Two surveys ask a panel, topic by topic, whether the brand should act and whether it does what it says; older people expect and believe a
little less, and the panel hears them too seldom. The shares of the population are known; all are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from helpers.sample.parts import positioning_people as people_of
from helpers.sample.truth import Estimand
from helpers.sample.world import World

# fmt: off
JUDGED_ON, JUDGE = "2026-06-22", "CSR committee"
# Topic: legitimacy and risk from 0 to 4, why; expected and believed [share of those between 35 and 49] in the first wave, change to the second.
TOPICS = {
    "climate": (3, 3, "Nos livraisons et nos machines émettent ; nous mesurons, mais pas encore tout.", 0.68, 0.42, 0.03, -0.04),
    "circularity": (4, 2, "Réparer, reprendre et remplir est notre métier.", 0.77, 0.58, 0.02, 0.03),
    "nature": (2, 3, "Nous touchons l’eau et les forêts par nos achats, peu par nos usines.", 0.55, 0.40, 0.0, -0.02),
    "health": (3, 4, "L’eau se boit : une parole fausse met en danger.", 0.72, 0.61, 0.01, 0.0),
    "diversity": (2, 2, "Comme tout employeur ; rien qui nous distingue.", 0.44, 0.46, 0.02, 0.02),
    "fair work": (3, 2, "L’atelier de Tarbes emploie des personnes éloignées de l’emploi.", 0.63, 0.49, 0.02, 0.01),
    "origin": (3, 3, "Assemblage en France, pièces d’ailleurs.", 0.66, 0.64, 0.0, -0.01),
    "mission": (2, 2, "Société à mission depuis 2024, peu connue.", 0.27, 0.33, 0.03, 0.04),
}
WAVES = {"csr-2025-Q3": "2025-09-08", "csr-2026-Q3": "2026-09-07"}
PANEL, PLACE = 800, "FR"
BY_AGE = (0.45, 0.25, 0.0, -0.20, -0.35)  # logit by age band, for both questions
# Indicator: scope, unit, code, method, audited, {end of the period: value}. Codes are those of the set of 2023.
YEARS = ("2023-12-31", "2024-12-31", "2025-12-31")
INDICATORS = (
    ("recycled plastic share", "machine", "share", "E5-4", "mass of recycled over mass of all plastic", True, (0.27, 0.31, 0.38)),
    ("recycled share of packaging", "packaging", "share", "E5-4", "mass of recycled fibre over mass of carton", True, (0.55, 0.62, 0.71)),
    ("delivery emissions per order", "delivery", "kgCO2e", "E1-6", "ISO 14083, three countries", True, (0.94, 0.90, 0.83)),
    ("footprint of a carafe", "carafe", "kgCO2e", "E1-6", "ISO 14067, cradle to gate", True, (None, None, 1.8)),
    ("scope 1 and 2 emissions", "company", "kgCO2e", "E1-6", "GHG Protocol, market-based", True, (188_000.0, 171_500.0, 164_200.0)),
    ("renewable electricity share", "shops", "share", "E1-5", "guarantees of origin over electricity bought", False, (0.71, 0.84, 0.92)),
    ("repaired share of machines sent in", "repair", "share", "E5-5", "machines given back repaired over machines received", True, (0.58, 0.64, 0.71)),
    ("hours of work in integration", "assembly", "hours", "S1-13", "hours paid", True, (12_600.0, 15_900.0, 18_420.0)),
    ("women among managers", "company", "share", "S1-9", "heads on the last day", True, (0.44, 0.47, 0.49)),
    ("share of staff with a disability", "company", "share", "S1-12", "yearly declaration", False, (0.048, 0.055, 0.060)),
    ("pay gap between women and men", "company", "share", "S1-16", "mean hourly pay", True, (0.071, 0.064, 0.058)),
    ("purchases from France", "purchasing", "share", "G1-6", "euro invoiced by suppliers in the country", False, (0.52, 0.55, 0.58)),
)
QUARTERS = ("2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30", "2026-09-30")
QUARTERLY = (
    ("training", "company", "hours", "S1-13", "hours attended", False, (280.0, 355.0, 302.0, 318.0, 290.0)),
    ("packaging an order", "delivery", "kg", "E5-5", "weighed sample of parcels", False, (0.42, 0.42, 0.32, 0.31, 0.31)),
    ("complaints about what we say", "company", "complaints", "S4-3", "customer care, topic label", False, (11.0, 9.0, 12.0, 15.0, 19.0)),
)
# fmt: on
COLUMNS = ("metric", "scope", "measure", "esrs_code", "method", "is_audited")


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Tables `csr_topics` and `csr_metrics`: the same in every world."""
    rows = [(topic, *known[:3]) for topic, known in TOPICS.items()]
    made = pd.DataFrame(rows, columns=["topic", "legitimacy", "risk", "reason"])
    yield "csr_topics", made.assign(judged_on=pd.Timestamp(JUDGED_ON), judged_by=JUDGE)
    yield "csr_metrics", metrics()


def metrics() -> pd.DataFrame:
    """Table `csr_metrics`: yearly indicators, most of them audited, and quarterly ones that nobody audits."""
    rows = [
        (day, *known, value)
        for days, indicators in ((YEARS, INDICATORS), (QUARTERS, QUARTERLY))
        for *known, values in indicators
        for day, value in zip(days, values, strict=True)
        if value is not None
    ]
    made = pd.DataFrame(rows, columns=["period_end", *COLUMNS, "value"])
    made["period_end"] = pd.to_datetime(made["period_end"]).astype("datetime64[us]")
    return made.sort_values(["period_end", "metric"], ignore_index=True).assign(market=PLACE)


def books(world: World, totals: dict[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys`: what a panel expects and believes, two waves."""
    for survey in WAVES:
        yield "surveys", answered(world, survey)


def answered(world: World, survey: str) -> pd.DataFrame:
    """Answers of one wave: two questions a topic, yes or no."""
    rng = world.rng(f"csr {survey}")
    who = people_of.panel(rng, PANEL, PLACE)
    base = people_of.wave(rng, who, survey, "csr", WAVES[survey]).assign(wording="v1")
    age, every = np.array(BY_AGE)[who["age"]], np.arange(PANEL)
    rows = []
    for topic in TOPICS:
        for question, share in zip(("expect", "believe"), _middle(survey, topic), strict=True):
            said = np.where(rng.random(PANEL) < expit(logit(share) + age), "yes", "no")
            rows.append(people_of.answers(base, every, question=f"{question} {topic}", choice=said))
    return pd.concat(rows, ignore_index=True)


def truth(world: World, totals: dict[str, Any]) -> Iterator[Estimand]:
    """What the population expects and believes, by topic and wave."""
    known = people_of.cells(PLACE)
    age, weight = np.array(BY_AGE)[known["age"]], known["share"].to_numpy()
    about = {
        "csr_expected": "People from 18 on who say that the brand should act on the topic.",
        "csr_believed": "People from 18 on who believe that the brand does what it says on the topic.",
    }
    for survey in WAVES:
        for topic in TOPICS:
            for name, share in zip(about, _middle(survey, topic), strict=True):
                value = float(weight @ expit(logit(share) + age))
                yield Estimand(name, value, "share", about[name], survey[-7:], PLACE, topic)


def _middle(survey: str, topic: str) -> tuple[float, float]:
    """Shares of those between 35 and 49 who expect and who believe."""
    expected, believed, more, firmer = TOPICS[topic][3:]
    later = list(WAVES).index(survey)
    return expected + later * more, believed + later * firmer
