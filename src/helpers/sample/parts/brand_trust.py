"""Trust in three brands: five statements in four waves of a French panel, one factor behind them.

The crisis takes some of ours and gives it back as it does with preference. The sizes are invented.
Source of the form: the graded one-factor model, Samejima (1969), Psychometrika Monograph 17.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers.sample.parts import brand_levels as levels_of
from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts.brand_tracker import design_weights
from helpers.sample.setting import N_DATA, day_number
from helpers.sample.truth import Estimand
from helpers.sample.world import World

WAVES = {
    "trust-2025-Q4": "2025-12-08", "trust-2026-Q1": "2026-03-16", "trust-2026-Q2": "2026-06-08", "trust-2026-Q3": "2026-09-07",
}  # fmt: skip
N, BRANDS = 600, levels_of.BRANDS[:3]
ITEMS = ("trust_keeps_promises", "trust_honest", "trust_quality", "trust_cares", "trust_recommend_advice")
LOADINGS = (0.80, 0.82, 0.74, 0.70, 0.78)
CUTS = (-1.6, -0.8, 0.1, 1.0)  # of what lies behind an answer from 1 to 5
TRUST = (0.30, 0.0, -0.15)  # mean of the factor, whose standard deviation is 1
SHAKEN = 0.30  # of our mean, on the day of the crisis


def factor(days: np.ndarray) -> np.ndarray:
    """Mean of the factor [day, brand]."""
    made = np.tile(np.array(TRUST), (len(days), 1))
    made[:, 0] -= SHAKEN * levels_of.lost()[days] / levels_of.CRISIS_LOST
    return made


def moments(mean: float) -> tuple[np.ndarray, np.ndarray]:
    """Expected answers [item] and their covariances [item, item] when the factor has this mean.

    Formula: an answer is 1 + the number of CUTS below L f + sqrt(1 - L^2) e; integrals over f by Gauss-Hermite.
    """
    at, weight = np.polynomial.hermite_e.hermegauss(61)
    weight = weight / weight.sum()
    load = np.array(LOADINGS)[:, None, None]
    above = ndtr(
        (load * (mean + at)[None, :, None] - np.array(CUTS)) / np.sqrt(1 - load**2)
    )  # [item, node, cut]
    expected = 1 + above.sum(axis=2)
    squares = 1 + (above * (2 * np.arange(1, 5) + 1)).sum(axis=2)
    first = expected @ weight
    both = (expected * weight) @ expected.T - np.outer(first, first)
    both[np.diag_indices(len(ITEMS))] = squares @ weight - first**2
    return first, both


def alpha(mean: float) -> float:
    """Cronbach's alpha of the five answers: 5 / 4 (1 - trace / sum of the covariances)."""
    both = moments(mean)[1]
    n = len(both)
    return float(n / (n - 1) * (1 - np.trace(both) / both.sum()))


def answered(world: World, wave: str) -> pd.DataFrame:
    """Rows of `surveys` of one wave: five answers of everybody who knows the brand."""
    rng = world.rng(f"brand {wave}")
    who = people_of.panel(rng, N, "FR")
    base = people_of.wave(rng, who, wave, "trust", WAVES[wave]).assign(weight=design_weights(rng, who))
    base["respondent_id"] = "c" + base["respondent_id"].str[1:]  # confidence: a t is a person of the tracker
    day = (base["answered_on"] - pd.Timestamp(WAVES[wave])).dt.days.to_numpy() + day_number(WAVES[wave])
    points = levels_of.strength(world)
    aware = rng.random((N, len(levels_of.BRANDS))) < levels_of.knows(
        who, "FR", points[day] - points[N_DATA - 1]
    )
    trust, rows = factor(day) + rng.standard_normal((N, len(BRANDS))), []
    for at, brand in enumerate(BRANDS):
        there = np.flatnonzero(aware[:, at])
        for item, load in zip(ITEMS, LOADINGS, strict=True):
            behind = load * trust[there, at] + np.sqrt(1 - load**2) * rng.standard_normal(len(there))
            score = 1.0 + (behind[:, None] > np.array(CUTS)).sum(axis=1)
            shared = {"question": item, "brand": brand, "scale_min": 1.0, "scale_max": 5.0}
            rows.append(people_of.answers(base, there, score=score, **shared))
    return pd.concat(rows, ignore_index=True)


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys`."""
    yield "surveys", pd.concat([answered(world, wave) for wave in WAVES], ignore_index=True)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Mean trust of each brand and wave, reliability and loadings."""
    for wave, start in WAVES.items():
        means = factor(np.array([day_number(start) + people_of.FIELD_DAYS // 2]))[0]
        for brand, mean in zip(BRANDS, means, strict=True):
            about = "Mean of the five answers from 1 to 5 of people who know the brand, in the middle of the fieldwork."
            yield Estimand("trust", float(moments(mean)[0].mean()), "score", about, wave[-7:], "FR", brand)
    for brand, mean in zip(BRANDS, TRUST, strict=True):
        about = "Cronbach's alpha of the five answers, away from the crisis."
        yield Estimand("trust_alpha", alpha(mean), "reliability", about, market="FR", segment=brand)
    for item, load in zip(ITEMS, LOADINGS, strict=True):
        about = "Correlation of what lies behind the answer with the one factor."
        yield Estimand("trust_loading", load, "correlation", about, market="FR", segment=item)
