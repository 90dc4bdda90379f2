"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? Orders by channel and rule.

    python benchmarks/coverage_attribution.py [--redraws 200]

Journeys come from a known process: how many there are is drawn, their paths follow a list of 400 with known chances, and every path
has a known chance of an order. What a rule would say of endless such journeys is its truth: the intervals hold what chance does to the
rule, and not whether the rule is right (see activation_paths.py for that). Exit code 1 when a line is outside.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from covering import LEVEL, finish, judged, redraws

from helpers.methods.attribution import Paths, encode
from helpers.methods.attribution_draws import attribute, bounds, disagreement

CHANNELS = np.array(["brand", "direct", "display", "mail", "social"])
OFTEN = [0.25, 0.3, 0.2, 0.1, 0.15]
N_PATHS, SHOWN = 400, ("brand", "display", "social")


def process() -> tuple[list[str], np.ndarray, np.ndarray]:
    """Paths, the share of journeys that take each, and its chance of an order."""
    rng = np.random.default_rng(11)
    made = {" > ".join(rng.choice(CHANNELS, 1 + rng.poisson(1.5), p=OFTEN)) for _ in range(20 * N_PATHS)}
    paths = sorted(made, key=lambda path: (path.count(">"), path))[:N_PATHS]
    share = rng.gamma(0.5, 1.0, N_PATHS) / np.array([1 + path.count(">") for path in paths])
    chance = (
        0.05 + 0.05 * np.array(["brand" in p for p in paths]) + 0.05 * np.array(["mail" in p for p in paths])
    )
    return paths, share / share.sum(), chance * rng.uniform(0.5, 1.5, N_PATHS)


def truth_of(
    paths: list[str], share: np.ndarray, chance: np.ndarray, n: int
) -> tuple[dict, float, tuple[str, ...]]:
    """What each rule says of the expected journeys; in a million times as many, so that whole numbers hold them."""
    many = 1e7
    journeys = np.round(share * many)
    rows = pd.DataFrame({"path": paths, "n": journeys, "n_converted": np.round(journeys * chance)})
    found = attribute(encode(rows.assign(decay=aged(rows))), direct=["direct"], draws=0)
    scale = n / journeys.sum()
    return (
        {rule: value * scale for rule, value in found.value.items()},
        disagreement(found)[0].value,
        found.channels,
    )


def aged(rows: pd.DataFrame) -> list[np.ndarray]:
    """Shares by age of contacts a half-life apart."""
    made = []
    for path, orders in zip(rows["path"], rows["n_converted"], strict=True):
        weight = 2.0 ** -np.arange(path.count(">"), -1, -1)
        made.append(orders * weight / weight.sum())
    return made


def inside(seed: int, n: int, known: tuple, truth: tuple) -> dict[str, bool]:
    """Whether each interval of one redraw holds its truth."""
    paths, share, chance = known
    rng = np.random.default_rng([seed, 5])  # a stream of its own: the redraws must not repeat it
    journeys = rng.poisson(n * share)
    rows = pd.DataFrame({"path": paths, "n": journeys, "n_converted": rng.binomial(journeys, chance)})
    rows = rows[rows["n"] > 0].reset_index(drop=True)
    encoded: Paths = encode(rows.assign(decay=aged(rows)))
    found = attribute(encoded, direct=["direct"], draws=200, seed=1)
    values, _, channels = truth
    made = {}
    for rule, value in found.value.items():
        low, high = bounds(found.draws[rule], value, level=LEVEL)
        for channel in SHOWN:
            at, of = found.channels.index(channel), channels.index(channel)
            made[f"{rule}, {channel}"] = bool(low[at] <= values[rule][of] <= high[at])
    return made


def main() -> None:
    count, bad, known = redraws(__doc__), [], process()
    for n in (20_000, 2_000):
        truth = truth_of(*known, n)
        found = [inside(seed, n, known, truth) for seed in range(count)]
        bad += judged(f"{n:,} journeys, {n * known[1] @ known[2]:.0f} orders", found)
    finish(bad)


if __name__ == "__main__":
    main()
