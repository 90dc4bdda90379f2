"""Scores every slot of series of mentions with one detector, in the Python that has it. Started by `brand_alarms.py`.

    python benchmarks/alarm_tools.py TOOL FOLDER ANSWER.json OPTIONS

FOLDER holds one CSV a brand (timestamp, value). Higher is stranger. Nothing of the project is imported unless the tool is the project.
gaussian, esd and entropy are ours after NAB's windowedGaussian, Twitter's seasonal ESD and NAB's relativeEntropy.
"""

from __future__ import annotations

import csv
import json
import math
import sys
import time
from pathlib import Path

import numpy as np

DAY, START = 288, 750
DELTAS = (
    0.2,
    0.05,
    0.01,
    1e-3,
    1e-4,
    1e-6,
    1e-8,
    1e-12,
    1e-18,
    1e-27,
)  # of the chi-square test of relative entropy
CHI2_4 = (
    5.989,
    9.488,
    13.277,
    18.467,
    23.513,
    33.377,
    43.113,
    62.208,
    90.655,
    132.9,
)  # its quantiles with 4 degrees of freedom


def with_helpers(y):
    """Ours: the rate at which such a burst comes, turned round."""
    import pandas as pd

    from helpers.methods.mentions import watch_mentions

    rate = watch_mentions(pd.Series(y, index=pd.date_range("2015-02-26", periods=len(y), freq="5min")))[
        "rate"
    ]
    return -rate.fillna(1e6).to_numpy()


def with_gaussian(y, window=6_400, step=100):
    """Distance from the mean of a sliding window in its standard deviations, on either side."""
    score = np.zeros(len(y))
    for start in range(1, len(y)):
        last = start if start <= window else window + (start - window) // step * step
        if start <= window or (start - window) % step == 0:
            known = y[max(0, last - window) : last]
            mean, sd = known.mean(), max(known.std(), 1e-6)
        score[start] = abs(y[start] - mean) / sd
    return score


def with_esd(y, days=7):
    """Seven days less their mean day and their median, in their MADs: the last slot's, each hour anew."""
    score = np.zeros(len(y))
    for start in range(2 * DAY, len(y), 12):
        window = y[max(0, start + 12 - days * DAY) : start + 12]
        clock = np.arange(start + 12 - len(window), start + 12)[: len(window)] % DAY
        sums, n = np.bincount(clock, window, DAY), np.bincount(clock, minlength=DAY)
        left = window - (sums / np.maximum(n, 1))[clock]
        left -= np.median(left)
        here = left[-12:][: len(y) - start]
        score[start : start + len(here)] = np.abs(here) / max(1.4826 * np.median(np.abs(left)), 1e-6)
    return score


def with_entropy(y, bins=5, window=52, seen_often=1):
    """In how many of the tests, from mild to strict, the last 52 slots are like none seen before."""
    low, high = y.min(), y.max()
    binned = np.minimum(((y - low) / (high - low) * bins).astype(int), bins - 1)
    score = np.zeros(len(y))
    for limit in CHI2_4:
        shapes, often = [], []
        for end in range(window, len(y) + 1):
            now = np.bincount(binned[end - window : end], minlength=bins) / window
            gaps = [_entropy(now, one) for one in shapes]
            best = int(np.argmin(gaps)) if gaps else -1
            if best >= 0 and 2 * window * gaps[best] <= limit:
                often[best] += 1
                score[end - 1] += often[best] <= seen_often
            else:
                score[end - 1] += bool(shapes)
                shapes.append(now)
                often.append(1)
    return score


def _entropy(now, then):
    return sum(
        p * math.log(p / max(q, 1e-4)) for p, q in zip(now.tolist(), then.tolist(), strict=True) if p > 0
    )


def with_libspot(y):
    """SPOT of its authors on the counts: minus the logarithm of the chance of as high a count."""
    from libspot import Spot

    spot = Spot(q=1e-4)
    spot.fit(y[:START])
    score = np.zeros(len(y))
    for at in range(START, len(y)):
        chance = spot.probability(float(y[at])) if y[at] > spot.excess_threshold else 1.0
        score[at] = 0.0 if math.isnan(chance) else -math.log(max(chance, 1e-300))
        spot.step(float(y[at]))
    return score


def with_rrcf(y, trees=10, size=128, span=12):
    """Robust random cut forest of ten trees on the last twelve slots."""
    import rrcf

    np.random.seed(0)  # noqa: NPY002 - the package draws from numpy's own generator
    forest, score = [rrcf.RCTree() for _ in range(trees)], np.zeros(len(y))
    for at in range(span, len(y)):
        point = y[at - span + 1 : at + 1]
        for tree in forest:
            if len(tree.leaves) >= size:
                tree.forget_point(at - size)
            tree.insert_point(point, index=at)
            score[at] += tree.codisp(at) / trees
    return score


TOOLS = {
    "helpers": with_helpers, "gaussian": with_gaussian, "esd": with_esd, "entropy": with_entropy, "libspot": with_libspot, "rrcf": with_rrcf,
}  # fmt: skip


def main() -> None:
    tool, folder, answer, _ = sys.argv[1:]
    told: dict = {"seconds": 0.0, "scores": {}}
    for path in sorted(Path(folder).glob("*.csv")):
        with path.open(encoding="utf-8") as file:
            y = np.array([float(row["value"]) for row in csv.DictReader(file)])
        if not told["scores"]:
            TOOLS[tool](y[: 5 * DAY])  # the first call pays for imports
        start = time.perf_counter()
        score = TOOLS[tool](y)
        told["seconds"] += time.perf_counter() - start
        told["scores"][path.stem] = np.round(score, 6).tolist()
    Path(answer).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
