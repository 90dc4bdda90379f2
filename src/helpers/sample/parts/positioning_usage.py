"""What people bought of each brand in twelve months: an NBD-Dirichlet market in two waves of a French panel.

One brand breaks the rule: most people never consider Fontelys and the others take it all the more often, so it is bought
more often than a brand of its size. Who bought what does not depend on age, sex or region, so weights move nothing but
the interval.
Source: Goodhardt, Ehrenberg & Chatfield (1984), The Dirichlet, JRSS A 147(5). The sizes are invented.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import betaln
from scipy.stats import nbinom

from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts.words import OWN_LINES, RIVALS
from helpers.sample.setting import binomial, pick
from helpers.sample.truth import Estimand
from helpers.sample.world import World

WAVES = {"usage-2025-09": "2025-09-08", "usage-2026-09": "2026-09-07"}
N, M, K, S = 2_000, 3.2, 0.9, 1.6  # people a wave; mean purchases, shape of the rates, diversity of choice
SHARES = {
    "usage-2025-09": (0.150, 0.045, 0.305, 0.190, 0.120, 0.080, 0.060, 0.050),
    "usage-2026-09": (0.136, 0.041, 0.030, 0.298, 0.185, 0.118, 0.082, 0.060, 0.050),
}  # of purchases: the own lines on sale, then the rivals
LOYAL, CONSIDER = "Fontelys", 0.18  # the brand that breaks the rule; who considers it
NEW = 0.40  # of the buyers of an own line: the first time in these twelve months
CAME_FROM = {
    "Ostrelle": 0.26, "Tavlune": 0.24, "Clairpont": 0.07, "Fontelys": 0.05, "Rivanel": 0.05, "Brumelle": 0.05, "none": 0.28,
}  # fmt: skip
LARGEST = 400  # purchases of the category at which sums stop


def brands(survey: str) -> tuple[str, ...]:
    """Brands and own lines on sale in a wave's twelve months."""
    return (*OWN_LINES[: len(SHARES[survey]) - len(RIVALS)], *RIVALS)


def groups(survey: str) -> np.ndarray:
    """Mean shares of purchases of those who consider LOYAL and of the others [group, brand]; their mean is SHARES."""
    shares, at = np.array(SHARES[survey]), brands(survey).index(LOYAL)
    made = []
    for own in (shares[at] / CONSIDER, 0.0):
        row = shares * (1 - own) / (1 - shares[at])
        row[at] = own
        made.append(row)
    return np.array(made)


def reach(share: float) -> tuple[float, float]:
    """Share of buyers of a brand, and purchases a buyer, that the NBD-Dirichlet expects of a share of purchases.

    Formula: P(x = 0) = sum over n of NBD(n) B(S share, S (1 - share) + n) / B(S share, S (1 - share)); w = M share / b.
    """
    n = np.arange(LARGEST)
    of_n = nbinom.pmf(n, K, K / (K + M))
    none = np.exp(betaln(S * share, S * (1 - share) + n) - betaln(S * share, S * (1 - share)))
    buyers = float(1 - of_n @ none - (1 - of_n.sum()))
    return buyers, M * share / buyers


def found(survey: str, brand: str) -> tuple[float, float]:
    """Share of buyers and purchases a buyer of a brand as they are planted, over both groups."""
    at = brands(survey).index(brand)
    weights = (CONSIDER, 1 - CONSIDER)
    buyers = sum(w * reach(row[at])[0] for w, row in zip(weights, groups(survey), strict=True) if row[at])
    return buyers, M * SHARES[survey][at] / buyers


def bought(rng: np.random.Generator, survey: str) -> np.ndarray:
    """Purchases [respondent, brand].

    Formula: n ~ Poisson(gamma(K, M / K)); shares ~ Dirichlet(S x mean shares of the group); purchases ~ multinomial, drawn
        one brand after the other.
    """
    n = rng.poisson(rng.gamma(K, M / K, N))
    group = (rng.random(N) >= CONSIDER).astype(int)
    drawn = rng.gamma(np.maximum(S * groups(survey)[group], 1e-12))
    left, made = n.copy(), []
    for at in range(drawn.shape[1] - 1):
        rest = drawn[:, at:].sum(axis=1)
        chance = np.divide(drawn[:, at], rest, out=np.zeros(N), where=rest > 0)
        made.append(binomial(rng, left, np.clip(chance, 0.0, 1.0)))
        left = left - made[-1]
    return np.column_stack([*made, left])


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys`: purchases of every brand on sale, and where the new buyers of an own line came from."""
    for survey, start in WAVES.items():
        rng, named = world.rng(f"positioning usage {survey}"), brands(survey)
        base = people_of.wave(rng, people_of.panel(rng, N, "FR"), survey, "usage", start)
        counts = bought(rng, survey)
        rows = [
            people_of.answers(
                base, np.arange(N), question="purchases_12m", brand=brand, score=counts[:, at] * 1.0
            )
            for at, brand in enumerate(named)
        ]
        own = counts[:, : len(named) - len(RIVALS)].sum(axis=1) > 0
        new = np.flatnonzero(own & (rng.random(N) < NEW))
        if survey == list(WAVES)[-1]:
            source = pick(rng, np.broadcast_to(list(CAME_FROM.values()), (len(new), len(CAME_FROM))))
            before = np.array(list(CAME_FROM))[source]
            rows.append(
                people_of.answers(base, new, question="previous_brand", brand=OWN_LINES[0], choice=before)
            )
        yield "surveys", pd.concat(rows, ignore_index=True)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """The market as it is planted, each brand beside what its size lets expect, and where new buyers came from."""
    for name, value, unit, about in (
        ("dirichlet_m", M, "purchases", "Mean purchases of the category in twelve months, a person from 18 on in France."),
        ("dirichlet_k", K, "shape", "Shape of the gamma law of the rates of purchase of the category."),
        ("dirichlet_s", S, "shape", "Sum of the parameters of the Dirichlet law of the brands' shares."),
        ("category_buyers", 1 - (1 + M / K) ** -K, "share", "People from 18 on in France who bought in the category in twelve months."),
    ):  # fmt: skip
        yield Estimand(name, value, unit, about, market="FR")
    for survey in WAVES:
        for brand, share in zip(brands(survey), SHARES[survey], strict=True):
            buyers, times = found(survey, brand)
            wanted, usual = reach(share)
            lists = (
                ("brand_purchase_share", share, "share", "Share of the purchases of twelve months."),
                ("brand_buyers", buyers, "share", "People from 18 on in France who bought the brand in twelve months."),
                ("brand_frequency", times, "purchases", "Purchases of the brand in twelve months, a buyer."),
                ("brand_buyers_expected", wanted, "share", "Buyers that the NBD-Dirichlet expects of the brand's share of purchases."),
                ("brand_frequency_expected", usual, "purchases", "Purchases a buyer that the NBD-Dirichlet expects of the brand's share of purchases."),
            )  # fmt: skip
            for name, value, unit, about in lists:
                yield Estimand(name, value, unit, about, survey[-7:], "FR", brand)
    excess = np.divide(*(one(list(WAVES)[-1]) for one in (_times, _usual)))
    about = "Purchases a buyer over those expected of a brand of its share, less 1."
    yield Estimand("double_jeopardy_excess", excess - 1, "share", about, "2026-09", "FR", LOYAL)
    for name, share in CAME_FROM.items():
        about = (
            "First-time buyers of an own line in the last twelve months, by the brand that they used before."
        )
        yield Estimand("conquest_source", share, "share", about, "2026-09", "FR", name)


def _times(survey: str) -> float:
    return found(survey, LOYAL)[1]


def _usual(survey: str) -> float:
    return reach(SHARES[survey][brands(survey).index(LOYAL)])[1]
