"""Do unrelated series stay inside the band at all lags at once, and does the interval of a lead hold the true one?

    python benchmarks/coverage_share_of_search.py [--redraws 200]

A brand's strength with a memory of 0.5, 0.9 and 0.98 a week, or 0.6 and 0.9 a month; searches show it, and orders show it later, each with
noise and the same season. Three years of weeks (lead of 8) and of months (lead of 2). "no link" is the share of pairs that have nothing
to do with each other in which no lead is told: nominal 90 %. "lead" is judged by its least only, since a whole number of steps lies inside
too often where it is seen well. How often a link is found, and found within one step, is shown. Exit code 1 when a figure is outside.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods.lead import Lead, lead

WORLDS = (  # steps, a year, true lead, memory, noise of searches, noise of orders [in spreads of the strength]
    (156, 52, 8, 0.5, 0.3, 1.0),
    (156, 52, 8, 0.9, 0.3, 1.0),
    (156, 52, 8, 0.98, 0.3, 0.5),
    (36, 12, 2, 0.6, 0.3, 0.5),
    (36, 12, 2, 0.9, 0.3, 0.5),
)
DRAWS = 200


def strength(n: int, memory: float, rng: np.random.Generator) -> np.ndarray:
    """A brand's strength with spread 1."""
    found, steps = np.zeros(n + 100), rng.standard_normal(n + 100) * np.sqrt(1 - memory**2)
    for t in range(1, n + 100):
        found[t] = memory * found[t - 1] + steps[t]
    return found[100:]


def seen(values: np.ndarray, noise: float, a_year: int, rng: np.random.Generator) -> pd.Series:
    """What is counted of it: noise and a season on top, one figure a step."""
    n = len(values)
    season = np.sin(2 * np.pi * np.arange(n) / a_year)
    days = pd.date_range("2023-10-02", periods=n, freq="7D" if a_year == 52 else "MS")
    return pd.Series(values + noise * rng.standard_normal(n) + season, days)


def pair(world: tuple, *, related: bool, rng: np.random.Generator) -> Lead:
    """One pair of series, and what is told of it."""
    n, a_year, ahead, memory, noise_x, noise_y = world
    brand = strength(n + ahead, memory, rng)
    other = brand if related else strength(n + ahead, memory, rng)
    x, y = seen(brand[ahead:], noise_x, a_year, rng), seen(other[:n], noise_y, a_year, rng)
    return lead(x, y, a_year=a_year, draws=DRAWS, seed=int(rng.integers(1 << 30)))


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    for number, world in enumerate(WORLDS):
        rng, held = np.random.default_rng(number), []
        for _ in range(redraws):
            none, link = (pair(world, related=related, rng=rng) for related in (False, True))
            ahead, told = world[2], link.verdict != "no clear link"
            row = {"no link": none.verdict == "no clear link", "link found, shown": told}
            row["told to lead, shown"] = link.verdict == "leads"
            row["lead inside, shown"] = np.nan
            row["lead within one step, shown"] = np.nan
            if told:
                row["lead inside, shown"] = link.lag.low <= ahead <= link.lag.high
                row["lead within one step, shown"] = abs(link.lag.value - ahead) <= 1
            held.append(row)
        title = f"{world[0]} steps of {world[1]} a year, memory {world[3]}"
        bad += covering.judged(title, held, shown=(", shown",))
        least = float(pd.DataFrame(held)["lead inside, shown"].astype(float).mean())
        bad += [f"{title}: lead inside"] if least < covering.LOW else []
    covering.finish(bad)


if __name__ == "__main__":
    main()
