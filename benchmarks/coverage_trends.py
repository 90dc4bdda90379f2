"""Do nominal 90 % intervals of a yearly growth hold the truth, where months hang together? Series with season, trend and memory.

    python benchmarks/coverage_trends.py [--redraws 200]

Series of 36 and 60 months that grow by 6 % a year, with a season that is more than the two waves that are fitted, and a memory of one
month for the next of 0.3 and 0.6. No memory and one of 0.8 are shown only: there the interval is a little too wide, or too narrow.
Exit code 1 when an interval leaves .83-.96.
"""

from __future__ import annotations

import math

import covering
import numpy as np

from helpers.methods.trends import growth

RATE, NOISE, WARM_UP = 0.06, 0.03, 50


def series(n: int, memory: float, rng: np.random.Generator) -> np.ndarray:
    """One series of `n` months."""
    u, steps = np.zeros(n + WARM_UP), NOISE * rng.standard_normal(n + WARM_UP)
    for t in range(1, n + WARM_UP):
        u[t] = memory * u[t - 1] + steps[t]
    t = np.arange(n)
    waves = ((0.15, 1, 0.0), (0.10, 2, 1.0), (0.03, 3, 0.0))
    season = sum(size * np.sin(2 * np.pi * times * t / 12 + at) for size, times, at in waves)
    return np.exp(5 + math.log1p(RATE) * t / 12 + season + u[WARM_UP:])


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    for n in (36, 60):
        rng = np.random.default_rng(n)
        held = []
        for _ in range(redraws):
            found = {}
            for memory in (0.0, 0.3, 0.6, 0.8):
                made = growth(series(n, memory, rng)).a_year
                end = "" if 0 < memory < 0.8 else ", shown"
                found[f"growth, memory {memory}{end}"] = bool(made.low <= RATE <= made.high)
            held.append(found)
        bad += covering.judged(f"{n} months", held, shown=(", shown",))
    covering.finish(bad)


if __name__ == "__main__":
    main()
