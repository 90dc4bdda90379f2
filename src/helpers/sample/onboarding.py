"""Onboarding in the app: steps, the three that hurt, and the quarter in which leaving them out was tested by lot.

Since the app came, new customers who take it go through seven steps. Who gives up leaves the brand sooner: the hazard of
leaving is multiplied. Three steps ask for things that serve nobody but the company. In the second quarter of 2025 every
second newcomer did not see them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from helpers.sample.setting import day_number

STEPS = ("sign_up", "pair_device", "phone_check", "contacts_import", "long_quiz", "set_goal", "first_glass")
GIVE_UP = (0.0, 0.04, 0.09, 0.07, 0.10, 0.03, 0.05)  # chance to stop before completing the step
HURT = ("phone_check", "contacts_import", "long_quiz")
APP_SINCE = day_number("2024-10-01")
TEST = (day_number("2025-04-01"), day_number("2025-06-30"))
ROLLED_OUT = day_number("2025-09-01")
APP_SHARE = 0.55
CUT, CUT_DAYS = 0.18, 90  # leaving out the three steps lowers churn within 90 days by 18 %


def completion(flow: str) -> float:
    """Share of newcomers who complete a flow, "long" or "short"."""
    return float(
        np.prod([1 - p for step, p in zip(STEPS, GIVE_UP, strict=True) if flow == "long" or step not in HURT])
    )


def gone(
    hazard_means: np.ndarray, weights: np.ndarray, shape: float, factor: float, days: float = CUT_DAYS
) -> float:
    """Share who have left after some days, of a mixture of gamma hazards.

    Formula: sum of w (1 - (1 + factor x mean x weeks / shape)^(-shape)).
    """
    return float(weights @ (1 - (1 + factor * hazard_means * days / 7 / shape) ** -shape))


def hazard_factor(hazard_means: np.ndarray, weights: np.ndarray, shape: float) -> float:
    """By how much giving up multiplies the hazard, so that the short flow cuts churn by exactly `CUT`.

    Formula: root of c_short F(1) + (1 - c_short) F(m) = (1 - CUT) (c_long F(1) + (1 - c_long) F(m)).
    """
    done = {flow: completion(flow) for flow in ("short", "long")}
    stay = gone(hazard_means, weights, shape, 1.0)

    def excess(factor: float) -> float:
        left = gone(hazard_means, weights, shape, factor)
        churn = {flow: share * stay + (1 - share) * left for flow, share in done.items()}
        return churn["short"] - (1 - CUT) * churn["long"]

    return float(brentq(excess, 1.0, 50.0))


def assign(people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Who takes the app, which flow they see and where they stop.

    Returns
    -------
    On the index of `people`: has_app [bool], flow ["long", "short", ""], stops_at [step not completed, len(STEPS) when
    all are], is_done [bool].
    """
    n, start = len(people), people["start"].to_numpy()
    has_app = (start >= APP_SINCE) & (rng.random(n) < APP_SHARE)
    by_lot = rng.random(n) < 0.5
    tested = (start >= TEST[0]) & (start <= TEST[1])
    short = np.where(tested, by_lot, start >= ROLLED_OUT)
    stops = rng.random((n, len(STEPS))) < np.array(GIVE_UP)
    stops[:, [STEPS.index(step) for step in HURT]] &= ~short[:, None]
    stops_at = np.where(stops.any(axis=1), stops.argmax(axis=1), len(STEPS))
    flow = np.where(has_app, np.where(short, "short", "long"), "")
    made = {"has_app": has_app, "flow": flow, "stops_at": stops_at, "is_done": stops_at == len(STEPS)}
    return pd.DataFrame(made, index=people.index)
