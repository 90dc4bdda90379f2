"""What people would pay for the newest line: four prices, intent, and a ladder of five prices, in one wave of a panel.

Each respondent has a reference price, lower for the young; the four answers lie around it. Some answers are out of order. The
ladder asks five prices; three in ten want none, and each answer is slipped now and then. The sizes are invented.
Source: the questions, van Westendorp (1976), ESOMAR Congress; the ladder, Gabor & Granger (1966), Economica 33(129).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import norm

from helpers.sample.parts import positioning_people as people_of
from helpers.sample.parts.voice import ordered
from helpers.sample.parts.words import OWN_LINES
from helpers.sample.truth import Estimand
from helpers.sample.world import World

SURVEY, START, BRAND = "price-2026-09", "2026-09-07", OWN_LINES[2]
PANEL = {"FR": 400, "BE": 120, "CH": 80}
LEVEL = {"FR": 119.0, "BE": 119.0, "CH": 131.0}  # median reference price, in the currency of the market
BETWEEN, BY_AGE = 0.20, (-0.14, -0.07, 0.0, 0.04, 0.06)  # log spread between people; log shift by age
QUESTIONS = {"too_cheap": -0.58, "cheap": -0.26, "expensive": 0.14, "too_expensive": 0.45}  # log distance
WITHIN, OUT_OF_ORDER = 0.05, 0.08  # log spread of an answer; share of people who mix two answers up
INTENT = (
    0.06,
    0.14,
    0.28,
    0.30,
    0.22,
)  # 1 to 5 at the cheap price; at the expensive one lower by INTENT_FALL
INTENT_FALL, INTENT_SPREAD = -1.3, 0.8
LADDER = (79, 99, 119, 139, 159)
INTERESTED, TOP, TOP_SPREAD, SLIP = 0.70, 0.02, 0.10, 0.03  # highest price paid, log distance and spread


def four(rng: np.random.Generator, reference: np.ndarray) -> np.ndarray:
    """Answers to the four price questions [respondent, question], in whole money and in order but for OUT_OF_ORDER."""
    n = len(reference)
    made = reference[:, None] + np.array(list(QUESTIONS.values())) + WITHIN * rng.standard_normal((n, 4))
    prices = np.sort(np.round(np.exp(made)), axis=1)
    prices += np.cumsum(np.diff(prices, axis=1, prepend=prices[:, :1] - 1) == 0, axis=1)  # no two alike
    who, at = np.flatnonzero(rng.random(n) < OUT_OF_ORDER), rng.integers(0, 3, n)
    left, right = prices[who, at[who]].copy(), prices[who, at[who] + 1].copy()
    prices[who, at[who]], prices[who, at[who] + 1] = right, left
    return prices


def below(question: str, price: float, place: str) -> float:
    """Share of a market's population whose answer to a price question is below a price."""
    shares = people_of.POPULATION[place]["age_band"]
    spread = np.hypot(BETWEEN, WITHIN)
    middle = np.log(LEVEL[place]) + QUESTIONS[question] + np.array(BY_AGE)
    return float(np.dot(shares, norm.cdf((np.log(price) - middle) / spread)))


def point(rising: str, falling: str, place: str) -> float:
    """Price at which as many people answer `rising` below it as `falling` above it."""
    return float(
        brentq(lambda price: below(rising, price, place) + below(falling, price, place) - 1, 20, 400)
    )


def demand(price: float, place: str) -> float:
    """Share of a market's population that would truly buy at a price."""
    shares = people_of.POPULATION[place]["age_band"]
    middle = np.log(LEVEL[place]) + TOP + np.array(BY_AGE)
    spread = np.hypot(BETWEEN, TOP_SPREAD)
    return float(INTERESTED * np.dot(shares, norm.sf((np.log(price) - middle) / spread)))


def books(world: World, totals: dict) -> Iterator[tuple[str, pd.DataFrame]]:
    """Rows of `surveys`: four prices, two intents and five steps of the ladder a respondent."""
    rng = world.rng("positioning price")
    who = people_of.panels(rng, PANEL)
    n, every = len(who), np.arange(len(who))
    base = people_of.wave(rng, who, SURVEY, "price", START).assign(brand=BRAND)
    reference = np.log(who["market"].map(LEVEL)) + np.array(BY_AGE)[who["age"]]
    reference = reference.to_numpy() + BETWEEN * rng.standard_normal(n)
    prices = four(rng, reference)
    rows = [
        people_of.answers(base, every, question=name, score=prices[:, at])
        for at, name in enumerate(QUESTIONS)
    ]
    keen = INTENT_SPREAD * rng.standard_normal(n)
    for name, shift in (("intent_cheap", 0.0), ("intent_expensive", INTENT_FALL)):
        chance = np.cumsum(ordered(INTENT, keen + shift), axis=1)[:, :-1]
        score = 1.0 + (rng.random(n)[:, None] >= chance).sum(axis=1)
        rows.append(people_of.answers(base, every, question=name, score=score, scale_min=1.0, scale_max=5.0))
    top = reference + TOP + TOP_SPREAD * rng.standard_normal(n)
    wants = rng.random(n) < INTERESTED
    slips = rng.random((n, len(LADDER))) < SLIP
    for at, price in enumerate(LADDER):
        buys = (wants & (top >= np.log(price))) != slips[:, at]
        rows.append(people_of.answers(base, every, question=f"would_buy_{price}", score=buys * 1.0, scale_min=0.0, scale_max=1.0))  # fmt: skip
    yield "surveys", pd.concat(rows, ignore_index=True)


def truth(world: World, totals: dict) -> Iterator[Estimand]:
    """Where the curves of the population cross, and who buys at each price of the ladder."""
    period = "2026-09"
    crossings = (
        ("price_point_pmc", "cheap", "too_cheap", "not cheap and too cheap: the lower end of acceptable prices"),
        ("price_point_pme", "too_expensive", "expensive", "too expensive and not expensive: the upper end of acceptable prices"),
        ("price_point_idp", "expensive", "cheap", "expensive and cheap: the indifference price"),
        ("price_point_opp", "too_expensive", "too_cheap", "too expensive and too cheap: the optimal price"),
    )  # fmt: skip
    for place in PANEL:
        for name, rising, falling, what in crossings:
            about = f"Price at which the curves cross: {what}, in the population from 18 on, before answers are rounded."
            yield Estimand(name, point(rising, falling, place), "money", about, period, place)
        for price in LADDER:
            share, segment = demand(price, place), str(price)
            about = "People from 18 on who would truly buy at the price."
            yield Estimand("ladder_demand", share, "share", about, period, place, segment)
            about = "People from 18 on expected to answer that they would buy at the price, slips included."
            yield Estimand(
                "ladder_answered", share + SLIP * (1 - 2 * share), "share", about, period, place, segment
            )
    about = "People who mix up two neighbouring ones of the four prices."
    yield Estimand("price_out_of_order", OUT_OF_ORDER, "share", about, period)
