"""How brands are seen: ten attributes of seven brands in one wave of a French panel, on a map of two dimensions.

Everybody is asked whether they know a brand, and who does whether each attribute fits it. Two pairs of brands are seen exactly
alike but for how much is said of them, so a map may not tell them apart. The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts.words import OWN_LINES, RIVALS
from helpers.sample.truth import Estimand
from helpers.sample.world import World

SURVEY, START, N = "image-2026-09", "2026-09-07", 1_200
BRANDS = (OWN_LINES[0], *RIVALS)
# fmt: off
ATTRIBUTES = ("modern", "trusted", "good_taste", "ecological", "cheap", "premium", "practical", "family", "innovative", "local")
KNOWN = (0.55, 0.84, 0.62, 0.50, 0.38, 0.30, 0.24)  # share of the population, people of 35 to 49 away from the capital
KNOWN_AGE, KNOWN_CAPITAL = (0.35, 0.25, 0.0, -0.2, -0.4), 0.35  # log odds of knowing us; nothing moves the others
SAID = (0.34, 0.40, 0.33, 0.30, 0.27, 0.28, 0.24)  # how much is said of each brand: it moves no profile
BASE = (1.00, 1.10, 1.05, 0.80, 0.75, 0.70, 1.10, 0.90, 0.75, 0.60)  # how readily each attribute is said
# Places on the map: brands, then attributes. Tavlune and Brumelle, Clairpont and Rivanel are seen alike.
PLACES = ((0.75, 0.45), (-0.55, 0.10), (0.05, -0.60), (-0.35, 0.65), (0.45, -0.25), (-0.35, 0.65), (0.05, -0.60))
POINTS = ((0.30, 0.45), (-0.20, -0.15), (0.05, -0.10), (0.80, -0.20), (-0.85, 0.15), (0.55, 0.30), (-0.45, 0.10),
          (-0.15, -0.60), (0.25, 0.70), (0.35, -0.55))
# fmt: on
YES_SAYING = (0.7, 1.3)  # half of the people say less, half more, of everything


def fits() -> np.ndarray:
    """Chance that somebody who knows a brand says that an attribute fits it [brand, attribute].

    Formula: SAID(i) BASE(j) exp(PLACES(i) . POINTS(j)); the profile of a row does not depend on SAID.
    Source: the row-column association model, Goodman (1985), Annals of Statistics 13(1).
    """
    return np.outer(SAID, BASE) * np.exp(np.array(PLACES) @ np.array(POINTS).T)


def knows(some: pd.DataFrame) -> np.ndarray:
    """Chance to know each brand [row, brand]; `some` has age and region as codes."""
    odds = np.log(np.array(KNOWN) / (1 - np.array(KNOWN))) + np.zeros((len(some), 1))
    odds[:, 0] += np.array(KNOWN_AGE)[some["age"]] + KNOWN_CAPITAL * (some["region"] == 4)
    return 1 / (1 + np.exp(-odds))


def known() -> np.ndarray:
    """Share of the French population that knows each brand."""
    cells = people_of.cells("FR")
    return cells["share"].to_numpy() @ knows(cells)


def coordinates() -> np.ndarray:
    """Principal coordinates of the brands on the population's map [brand, dimension].

    Formula: correspondence analysis of the expected counts known(i) fits(i, j): S = Dr^-1/2 (P - r c') Dc^-1/2 = U D V',
        coordinates Dr^-1/2 U D.
    Source: Greenacre, Correspondence Analysis in Practice, 2017.
    """
    counts = known()[:, None] * fits()
    p = counts / counts.sum()
    r, c = p.sum(axis=1), p.sum(axis=0)
    left, size, _ = np.linalg.svd((p - np.outer(r, c)) / np.sqrt(np.outer(r, c)), full_matrices=False)
    return (left * size) / np.sqrt(r)[:, None]


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys`: `knows` for every brand, and each attribute for every brand that the respondent knows."""
    rng = world.rng("positioning image")
    who = people_of.panel(rng, N, "FR")
    base = people_of.wave(rng, who, SURVEY, "brand_image", START)
    aware = rng.random((N, len(BRANDS))) < knows(who)
    more = np.array(YES_SAYING)[rng.integers(0, 2, N)]
    said = rng.random((N, len(BRANDS), len(ATTRIBUTES))) < fits() * more[:, None, None]
    rows = []
    for at, brand in enumerate(BRANDS):
        shared = {"brand": brand, "scale_min": 0.0, "scale_max": 1.0}
        rows.append(
            people_of.answers(base, np.arange(N), question="knows", score=aware[:, at] * 1.0, **shared)
        )
        there = np.flatnonzero(aware[:, at])
        rows += [
            people_of.answers(base, there, question=f"attr_{name}", score=said[there, at, j] * 1.0, **shared)
            for j, name in enumerate(ATTRIBUTES)
        ]
    yield "surveys", pd.concat(rows, ignore_index=True)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Who knows each brand, what fits it, and how far brands are from each other."""
    period = "2026-09"
    for brand, share in zip(BRANDS, known(), strict=True):
        about = "People from 18 on in France who know the brand."
        yield Estimand("brand_known", float(share), "share", about, period, "FR", brand)
    for brand, row in zip(BRANDS, fits(), strict=True):
        for name, share in zip(ATTRIBUTES, row, strict=True):
            about = "People who know the brand and say that the attribute fits it."
            yield Estimand(
                "brand_attribute", float(share), "share", about, period, "FR", f"{brand}: attr_{name}"
            )
    flat = coordinates()[:, :2]
    for i, j in combinations(range(len(BRANDS)), 2):
        pair, distance = f"{BRANDS[i]} | {BRANDS[j]}", float(np.hypot(*(flat[i] - flat[j])))
        alike = PLACES[i] == PLACES[j]
        about = "Distance of two brands on the map of the population: first two principal coordinates."
        yield Estimand("brand_distance", 0.0 if alike else distance, "distance", about, period, "FR", pair)
        about = "1 where two brands are seen differently, 0 where their profiles are the same."
        yield Estimand("brands_apart", 0.0 if alike else 1.0, "yes or no", about, period, "FR", pair)
