"""Do nominal 90 % intervals hold a planted truth in .83 to .96 of 200 redraws? Corrected shares and driver shares.

    python benchmarks/coverage_voice.py [--redraws 200]

A machine flags texts with a known sensitivity and specificity; the share that it flags, uncorrected, stands beside the
corrected one. Scores are drawn from a linear model whose shares of explained variance are known.
Exit code 1 when an interval that is shipped is outside. With 200 redraws a true 90 % interval is inside .83-.96 in more
than 99 % of runs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from covering import LEVEL, finish, judged, redraws

from helpers.methods.drivers import key_drivers
from helpers.methods.intervals import wilson
from helpers.methods.labelled import Labels, corrected_share

SHARES = (  # share of positives, sensitivity, specificity, texts read, texts labelled
    (0.32, 0.72, 0.86, 3000, 200),
    (0.32, 0.72, 0.86, 300, 200),
    (0.10, 0.80, 0.90, 1000, 300),
    (0.60, 0.65, 0.75, 500, 150),
    (0.30, 0.98, 0.99, 1000, 200),
)
EFFECTS = np.array([-0.9, -0.5, -0.3])  # of three drivers of spread 1 on an outcome with noise of spread 2
OVERLAP = np.array([[1.0, 0.4, 0.1], [0.4, 1.0, 0.2], [0.1, 0.2, 1.0]])


def share_inside(seed, share, sensitivity, specificity, n, n_labelled):
    """Whether the corrected interval, and that of the plain count, hold the share of positives."""
    rng = np.random.default_rng(seed)
    flagged = rng.binomial(n, share * sensitivity + (1 - share) * (1 - specificity))
    positives = rng.binomial(n_labelled, share)
    negatives = n_labelled - positives
    known = Labels(
        rng.binomial(positives, sensitivity), positives, rng.binomial(negatives, specificity), negatives
    )
    made = corrected_share(int(flagged), n, known, level=LEVEL)
    low, high = wilson(flagged, n, level=LEVEL)
    return {"corrected": made.low <= share <= made.high, "plain": low <= share <= high}


def planted_shares():
    """Shares of the explained variance that the model has, by averaging over all orders of entry."""
    from itertools import permutations

    along = OVERLAP @ EFFECTS
    parts = np.zeros(3)
    orders = list(permutations(range(3)))
    for order in orders:
        before = 0.0
        for size in range(1, 4):
            at = list(order[:size])
            explained = along[at] @ np.linalg.solve(OVERLAP[np.ix_(at, at)], along[at])
            parts[order[size - 1]] += (explained - before) / len(orders)
            before = explained
    return parts / parts.sum()


def drivers_inside(seed, n):
    """Whether the interval of each driver's share holds what was planted."""
    rng = np.random.default_rng(seed)
    x = rng.multivariate_normal(np.zeros(3), OVERLAP, n)
    rows = pd.DataFrame(x, columns=["a", "b", "c"]).assign(y=x @ EFFECTS + 2 * rng.standard_normal(n))
    table = key_drivers(rows, "y", ["a", "b", "c"], draws=200, seed=seed, level=LEVEL).table.set_index(
        "driver"
    )
    truth = dict(zip("abc", planted_shares(), strict=True))
    return {name: table["low"][name] <= truth[name] <= table["high"][name] for name in truth}


def main():
    count, bad = redraws(__doc__), []
    for setting in SHARES:
        share, se, sp, n, n_labelled = setting
        name = f"share of positives {share:.2f}, Se {se:.2f}, Sp {sp:.2f}, n {n}, {n_labelled} labelled"
        found = [share_inside(seed, *setting) for seed in range(count)]
        bad += judged(name, found, shown=("plain",), why="for comparison")
    for n in (200, 1000):
        found = [drivers_inside(seed, n) for seed in range(count)]
        bad += judged(f"shares of explained variance, n {n}", found)
    finish(bad)


if __name__ == "__main__":
    main()
