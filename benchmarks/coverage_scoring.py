"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? AUC, Brier skill, calibration and gaps of groups.

    python benchmarks/coverage_scoring.py [--redraws 200]

Chances are drawn from a beta distribution and are moved on the logit scale by a known line; what came is drawn from the true
ones. Exit code 1 when a line is outside. With 200 redraws a true 90 % interval is inside .83-.96 in more than 99 % of runs.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from covering import LEVEL, finish, judged, redraws
from scipy.special import expit, logit

from helpers.methods.scoring import auc, brier_skill, calibration_line, calibration_table, group_gaps

SHAPE = (2.0, 5.0)
MANY = 2_000_000


def world(seed, n, line):
    """True chances, what came and the chances that were given, which a line moves back onto the true ones."""
    rng = np.random.default_rng(seed)
    true = rng.beta(*SHAPE, n)
    given = expit((logit(true) - line[0]) / line[1])
    return true, (rng.random(n) < true).astype(float), given, rng.integers(0, 2, n)


def truths(line):
    """AUC and Brier skill of an endless number of cases."""
    _, y, given, _ = world(1, MANY, line)
    return {"AUC": auc(y, given).value, "Brier skill": brier_skill(y, given).value, "slope": line[1]}


def inside(seed, n, line, truth):
    """Whether each interval of one redraw holds its truth."""
    true, y, given, group = world(seed, n, line)
    found = {"AUC": auc(y, given, level=LEVEL), "Brier skill": brier_skill(y, given, level=LEVEL)}
    made = {name: one.low <= truth[name] <= one.high for name, one in found.items()}
    slope = calibration_line(y, given, level=LEVEL).set_index("figure").loc["slope"]
    made["calibration slope"] = slope["low"] <= truth["slope"] <= slope["high"]
    table = calibration_table(y, given, level=LEVEL)
    best = np.sort(true, kind="stable")[
        -int(table["n"].iloc[-1]) :
    ].mean()  # the last tenth is the same cases
    made["calibration of the last tenth"] = table["low"].iloc[-1] <= best <= table["high"].iloc[-1]
    frame = pd.DataFrame({"group": group, "target": y, "probability": given})
    gap = group_gaps(frame, by="group", level=1 - 2 * (1 - LEVEL)).iloc[0]  # two groups share the level
    made["rate gap of two groups"] = gap["rate_gap_low"] <= 0 <= gap["rate_gap_high"]
    made["calibration gap of two groups"] = gap["calibration_gap_low"] <= 0 <= gap["calibration_gap_high"]
    return made


def main():
    count, bad = redraws(__doc__), []
    for title, n, line in (
        ("2,000 cases, right chances", 2000, (0.0, 1.0)),
        ("300 cases, chances too bold", 300, (-0.3, 0.7)),
    ):
        truth = truths(line)
        bad += judged(title, [inside(seed, n, line, truth) for seed in range(count)])
    finish(bad)


if __name__ == "__main__":
    main()
