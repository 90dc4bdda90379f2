"""Do nominal 90 % intervals hold the truth in .83 to .96 of 1,000 redraws? The cut of early leavers, and what goes with it.

    python benchmarks/coverage_onboarding.py [--redraws 1000]

Every line draws a test by lot of two onboardings whose leavers and completion are known. The cut is a ratio of two shares, so three
intervals are set side by side: the score interval that the page shows (Koopman), Donner and Zou's from both Wilson intervals (MOVER)
and the logarithm's (Katz). Means of their widths stand beside their coverage; where no cut can be had (nobody left) a redraw counts as a
miss. Exit code 1 when a line of the page's own methods is outside. Redraws cost next to nothing here, so there are 1,000: of the 200
first ones, one of the fifteen lines of the page's own (day 30 of 1,100 newcomers, a plain Wilson interval) falls to .82 by chance.
"""

from __future__ import annotations

import argparse
import math
import sys

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.methods.intervals import difference_of_proportions, wilson
from helpers.methods.ratios import ratio_of_proportions

LOW, HIGH, LEVEL = 0.83, 0.96, 0.90
CUT = 0.18
COMPLETION = (0.68, 0.89)  # longer, shorter
D30 = 0.26
CASES = (
    ("1,100 newcomers, a quarter leaves", 1_100, 0.255),
    ("300 newcomers, a quarter leaves", 300, 0.255),
    ("120 newcomers, a quarter leaves", 120, 0.255),
    ("1,100 newcomers, 3 in a hundred leave", 1_100, 0.03),
    ("1,100 newcomers, nine in ten leave", 1_100, 0.9),
)
OWN = ("score", "completion", "day 30")


def mover(x_a, n_a, x_b, n_b):
    """Donner and Zou's bounds of a ratio of shares."""
    a, b = x_a / n_a, x_b / n_b
    (low_a, low_b), (high_a, high_b) = wilson([x_a, x_b], [n_a, n_b], level=LEVEL)

    def bound(end_a, end_b, sign):
        room = (a * b) ** 2 - end_a * end_b * (2 * a - end_a) * (2 * b - end_b)
        return (a * b + sign * math.sqrt(max(room, 0.0))) / (end_b * (2 * b - end_b))

    return bound(low_a, high_b, -1), bound(high_a, low_b, 1)


def katz(x_a, n_a, x_b, n_b):
    """Bounds of a ratio of shares from the error of its logarithm."""
    a, b = x_a / n_a, x_b / n_b
    if not x_a:
        return math.nan, math.nan
    half = float(ndtri((1 + LEVEL) / 2)) * math.sqrt((1 - a) / x_a + (1 - b) / x_b)
    return a / b * math.exp(-half), a / b * math.exp(half)


def redraw(seed, n, churn):
    """Low and high of each interval of one test, with the truth that it should hold."""
    rng = np.random.default_rng(seed)
    n_short = int(rng.binomial(n, 0.5))
    n_long = n - n_short
    left = int(rng.binomial(n_long, churn)), int(rng.binomial(n_short, churn * (1 - CUT)))
    done = int(rng.binomial(n_long, COMPLETION[0])), int(rng.binomial(n_short, COMPLETION[1]))
    counts = (left[1], n_short, left[0], n_long)
    score = ratio_of_proportions(*counts, level=LEVEL)
    gain = difference_of_proportions(done[1], n_short, done[0], n_long, level=LEVEL)
    day = wilson(int(rng.binomial(n, D30)), n, level=LEVEL)
    nothing = (math.nan, math.nan)
    return {
        "score": (1 - score.high, 1 - score.low, CUT),
        "MOVER": (*(1 - end for end in (mover(*counts) if left[0] else nothing)[::-1]), CUT),
        "logarithm": (*(1 - end for end in (katz(*counts) if left[0] else nothing)[::-1]), CUT),
        "completion": (gain.low, gain.high, COMPLETION[1] - COMPLETION[0]),
        "day 30": (*day, D30),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--redraws", type=int, default=1_000)
    count, bad = parser.parse_args().redraws, []
    print(f"nominal {LEVEL:.0%}, accepted {LOW} to {HIGH}")
    for title, n, churn in CASES:
        made = [redraw(seed, n, churn) for seed in range(count)]
        print(f"\n{title}, {count} redraws")
        for name in made[0]:
            rows = pd.DataFrame([one[name] for one in made], columns=["low", "high", "truth"]).astype(float)
            share = float(((rows["low"] <= rows["truth"]) & (rows["truth"] <= rows["high"])).mean())
            width = float((rows["high"] - rows["low"]).mean())
            good = LOW <= share <= HIGH
            said = "ok" if good else "OUTSIDE"
            print(
                f"  {name:12} {share:.3f}  width {width:6.3f}  {said if name in OWN else f'({said}, not used)'}",
                flush=True,
            )
            bad += [] if good or name not in OWN else [f"{title}: {name}"]
    print("\noutside:", "; ".join(bad) if bad else "none")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
