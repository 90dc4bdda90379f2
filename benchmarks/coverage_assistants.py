"""Do nominal 90 % intervals of growing counts, and of what they take from searches, hold the truth? Worlds of three markets.

    python benchmarks/coverage_assistants.py [--redraws 200]

Counts of 69 weeks that grow by 4 % a week, with the noise of counts alone, with weeks that are odd (a spread of 10 %), and with a memory
of 0.4. Searches of three markets over 156 weeks, all moved alike by a walk nobody knows, each with a noise of 2 % and a memory of 0.3; arrivals
of a new kind from week 87 on, which weigh 8 % in one market and 12 % in two by the end and take 0, 0.35 or 0.7 searches each. Walks of each
market for itself are shown only: nothing can tell them from what is taken. Exit code 1 when an interval leaves .83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods.counts_growth import counts_growth
from helpers.methods.displaced import displaced

WEEKS, FIRST, RATE = 156, 87, 0.04
SIZE, OTHER, WEIGHT = (5500, 550, 360), (22000, 3000, 2000), (0.08, 0.12, 0.12)


def memory(rng: np.random.Generator, n: int, rho: float, spread: float) -> np.ndarray:
    """A series with the memory `rho` of a time for the next."""
    made, steps = np.zeros(n + 50), np.sqrt(1 - rho**2) * spread * rng.standard_normal(n + 50)
    for t in range(1, n + 50):
        made[t] = rho * made[t - 1] + steps[t]
    return made[50:]


def world(rng: np.random.Generator, taken: float, walk: float = 0.0) -> tuple[pd.DataFrame, ...]:
    """Searches of the brand, of its rivals, and arrivals of the new kind [week x market]."""
    common = np.cumsum(0.01 * rng.standard_normal(WEEKS))
    age = np.arange(WEEKS) - FIRST
    old, other, new = [], [], []
    for size, rest, weight in zip(SIZE, OTHER, WEIGHT, strict=True):
        mean = np.where(age >= 0, size * weight * (1 + RATE) ** (age - age.max()), 0.0)
        own = size * np.exp(common + memory(rng, WEEKS, 0.3, 0.02) + np.cumsum(walk * rng.standard_normal(WEEKS)))  # fmt: skip
        new.append(rng.poisson(mean))
        old.append(rng.poisson(np.maximum(own - taken * mean, 1)))
        other.append(rng.poisson(rest * np.exp(memory(rng, WEEKS, 0.3, 0.01))))
    return tuple(pd.DataFrame(np.array(one).T, columns=list("ABC")) for one in (old, other, new))


def main() -> None:
    """Run the study."""
    redraws, held = covering.redraws(__doc__), []
    rng = np.random.default_rng(9)
    for _ in range(redraws):
        found = {}
        for name, rho, spread in (("noise of counts", 0.0, 0.0), ("odd weeks", 0.0, 0.10), ("odd weeks that hang together", 0.4, 0.10)):  # fmt: skip
            mean = 35 * (1 + RATE) ** np.arange(69) * np.exp(memory(rng, 69, rho, spread))
            one = counts_growth(rng.poisson(mean)).a_time
            found[f"growth, {name}"] = bool(one.low <= RATE <= one.high)
        for taken in (0.0, 0.35, 0.7):
            one = displaced(*world(rng, taken)).each
            found[f"taken by each, {taken}"] = bool(one.low <= taken <= one.high)
        one = displaced(*world(rng, 0.7, 0.005)).each
        found["taken by each, markets walk, shown"] = bool(one.low <= 0.7 <= one.high)
        held.append(found)
    covering.finish(covering.judged("three markets", held, shown=(", shown",)))


if __name__ == "__main__":
    main()
