"""Do nominal 90 % intervals of the NPS hold the truth? Exact, by adding up every outcome; ratings over redraws.

    python benchmarks/coverage_nps.py [--redraws 2000]

The coverage of an NPS interval is no simulation: it is the sum of the chances of all outcomes whose interval holds the
truth. The textbook interval stands beside it, for it is what most tools print. Exit code 1 when the interval that is
shipped leaves .83-.96 where both kinds of answer are expected at least five times, or its mean over the grid is below .89.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

from helpers.methods import nps, nps_coverage

LOW, HIGH, LEVEL = 0.83, 0.96, 0.90
SIZES = (10, 20, 30, 50, 100, 200, 400)
SHARES = ((0.50, 0.20), (0.30, 0.30), (0.44, 0.29), (0.70, 0.05), (0.15, 0.60), (0.05, 0.05), (0.95, 0.01))
RATINGS = {
    "effort, middling": (0.03, 0.04, 0.06, 0.11, 0.22, 0.32, 0.22),
    "two camps": (0.30, 0.10, 0.05, 0.05, 0.05, 0.10, 0.35),
    "nearly all happy": (0.01, 0.0, 0.01, 0.01, 0.02, 0.15, 0.80),
    "all in the middle": (0.0, 0.0, 0.2, 0.6, 0.2, 0.0, 0.0),
}


def difference(redraws, n, seed=1):
    """Coverage of the change between two waves of n answers."""
    rng = np.random.default_rng(seed)
    held = 0
    for _ in range(redraws):
        waves = [rng.multinomial(n, (up, 1 - up - down, down)) for up, down in ((0.44, 0.29), (0.38, 0.33))]
        now, then = (nps.nps(nps.Answers(*map(float, wave), n, 0), level=LEVEL) for wave in waves)
        made = nps.nps_difference(now, then)
        held += made.low <= 10.0 <= made.high
    return held / redraws


def ratings(redraws, shares, n, seed=1):
    """Coverage of a mean on a scale of 1 to 7."""
    rng, points = np.random.default_rng(seed), np.arange(1, 8)
    truth, held = float(points @ np.array(shares)), 0
    for counts in rng.multinomial(n, shares, redraws):
        made = nps.mean_rating(np.repeat(points, counts), scale=(1, 7), level=LEVEL)
        held += made.low <= truth <= made.high
    return held / redraws


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--redraws", type=int, default=2000)
    redraws, bad, scores = parser.parse_args().redraws, [], []
    print(f"nominal {LEVEL:.0%}, exact; shares of promoters/detractors across\n")
    print(f"{'n':>4}  {'interval':9}" + "".join(f"{up:>6.2f}/{down:<4.2f}" for up, down in SHARES))
    for n in SIZES:
        found = nps_coverage.coverage([n], SHARES, level=LEVEL)
        for method in nps_coverage.BOUNDS:
            print(f"{n:>4}  {method:9}" + "".join(f"{value:>11.3f}" for value in found[method]), flush=True)
        scores += found["score"].tolist()
        for pair, value in zip(SHARES, found["score"], strict=True):
            if min(pair) * n >= 5 and not LOW <= value <= HIGH:
                bad.append(f"n = {n}, {pair}: {value:.3f}")
    print(f"\nscore interval, mean over the table: {np.mean(scores):.3f}, lowest {min(scores):.3f}")
    bad += [] if np.mean(scores) >= 0.89 else ["mean of the score interval"]
    print(f"\n{redraws} redraws")
    lines = {f"change of two waves, n = {n}": difference(redraws, n) for n in (30, 200)}
    lines |= {
        f"mean, {name}, n = {n}": ratings(redraws, shares, n)
        for name, shares in RATINGS.items()
        for n in (30, 200)
    }
    for name, share in lines.items():
        good = LOW <= share <= HIGH
        print(f"  {name:36} {share:.3f}  {'ok' if good else 'OUTSIDE'}", flush=True)
        bad += [] if good else [name]
    print("\noutside:", "; ".join(bad) if bad else "none")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
