"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? Price points, demand of a ladder, and the price elasticity of sales.

    python benchmarks/coverage_pricing.py [--redraws 200]

The truth of price points and demand is what 400,000 people of the same world say; that of the elasticity is planted. The curves of the
optimal price cross where one person in a hundred stands, so its interval rests on few people: it may be too wide, not too narrow. Exit
code 1 when a line is outside.
"""

from __future__ import annotations

import math

import covering
import numpy as np
import pandas as pd

from helpers.methods import pricing
from helpers.methods.elasticity import own_price_elasticity

FOUR = ("too_cheap", "cheap", "expensive", "too_expensive")
SHIFTS, LADDER, INTENT = np.array([-0.58, -0.26, 0.14, 0.45]), (79.0, 99.0, 119.0, 139.0, 159.0), 0.7
SURVEYS = (("100 people", 100, False), ("400 people", 400, False), ("400 people with weights", 400, True))
SALES = (
    ("36 months in 3 markets, no memory", 36, 3, 0.0),
    ("36 months in 3 markets, memory 0.5", 36, 3, 0.5),
    ("60 months in one market, memory 0.5", 60, 1, 0.5),
    ("30 months in one market, memory 0.3", 30, 1, 0.3),
)
ELASTICITY = -1.8


def people(seed, n, weighted=False):
    """Four prices, two intents, the ladder, and weights that put a group asked too often right."""
    rng = np.random.default_rng(seed)
    young = rng.random(n) < (0.6 if weighted else 0.3)
    reference = np.log(119) - 0.15 * young + 0.2 * rng.standard_normal(n)
    prices = np.sort(np.exp(reference[:, None] + SHIFTS + 0.05 * rng.standard_normal((n, 4))), axis=1)
    top, wants = reference + 0.1 * rng.standard_normal(n), rng.random(n) < INTENT
    frame = pd.DataFrame(prices, columns=FOUR)
    frame["intent_cheap"] = rng.integers(2, 6, n)
    frame["intent_expensive"] = np.maximum(frame["intent_cheap"] - rng.integers(0, 3, n), 1)
    buys = pd.DataFrame({price: (wants & (top >= math.log(price))).astype(float) for price in LADDER})
    return frame, buys, np.where(young, 0.3 / 0.6, 0.7 / 0.4) if weighted else np.ones(n)


def truth():
    frame, buys, _ = people(999_983, 400_000)
    grid = np.linspace(30, 300, 27_001)
    below = {name: np.searchsorted(np.sort(frame[name]), grid) / len(frame) for name in FOUR}
    pairs = {"pmc": ("cheap", "too_cheap"), "pme": ("too_expensive", "expensive"), "idp": ("expensive", "cheap"), "opp": ("too_expensive", "too_cheap")}  # fmt: skip
    made = {name: grid[np.argmax(below[one] + below[other] >= 1)] for name, (one, other) in pairs.items()}
    return made | {f"demand at {price:g}": buys[price].mean() for price in LADDER}


def told(seed, known, n, weighted):
    frame, buys, weights = people(seed, n, weighted)
    points = pricing.van_westendorp(pricing.answers(frame, weights=weights), seed=seed).table
    inside = {row.point: row.low <= known[row.point] <= row.high for row in points.itertuples()}
    steps = pricing.gabor_granger(buys, weights=weights, seed=seed).table
    return inside | {
        f"demand at {row.price:g}": row.demand_low <= known[f"demand at {row.price:g}"] <= row.demand_high
        for row in steps.itertuples()
    }


def sales(seed, n, markets, memory):
    """Months of markets: list prices that stand for a while, promotions, season, trend, errors that remember."""
    rng, rows = np.random.default_rng(seed), []
    for k in range(markets):
        stands = np.repeat(0.05 * rng.standard_normal(n), 3)[:n]
        price = stands - 0.12 * (rng.random(n) < 0.2) * rng.random(n)
        rival, u = 0.03 * rng.standard_normal(n), np.empty(n)
        last = 0.04 * rng.standard_normal() / math.sqrt(1 - memory**2)
        for t in range(n):
            u[t] = last = memory * last + 0.04 * rng.standard_normal()
        t = np.arange(n)
        log = 6 - k + 0.004 * t + 0.2 * np.sin(2 * np.pi * t / 12) + ELASTICITY * price + 0.4 * rival + u
        rows.append(pd.DataFrame({"market": f"M{k}", "month": pd.period_range("2022-01", periods=n, freq="M"),
                                  "units": np.exp(log), "price": np.exp(price), "rival_price": np.exp(rival)}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def main():
    count, bad = covering.redraws(__doc__), []
    known = truth()
    for title, n, weighted in SURVEYS:
        rows = [told(seed, known, n, weighted) for seed in range(count)]
        bad += covering.judged(
            title, rows, shown=("opp",), why="few people stand behind it; judged by .83 alone"
        )
        bad += [f"{title}: opp"] if np.mean([row["opp"] for row in rows]) < covering.LOW else []
    for title, *size in SALES:
        rows = []
        for seed in range(count):
            made = own_price_elasticity(sales(seed, *size))
            rows.append({} if made.reason else {"own elasticity": made.own.low <= ELASTICITY <= made.own.high, "rivals' elasticity": made.rivals.low <= 0.4 <= made.rivals.high})  # fmt: skip
        bad += covering.judged(title, rows)
    covering.finish(bad)


if __name__ == "__main__":
    main()
