"""Are worlds without a local spike left in peace as often as said, is a planted one found, and does the interval hold what it added?

    python benchmarks/coverage_local_spikes.py [--redraws 200]

Weekly searches of 96 regions over two years, 6,000 a week in all, with a season and a trend everywhere. Noise of a region beyond that of a
count: 14 % a week without and with a memory of 0.6, unlike from region to region, and a week in which all rise by 80 %. Spikes of 2.6 times
last for the last four weeks in a region of middle size. "no false spike" at an alpha of 10 % is judged as nominal 90 %, in worlds without a
spike; what the spike added is judged where it is found. Exit code 1 when a figure is outside, or a spike is found in fewer than 9 of 10 worlds.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods.local_spikes import local_spikes

WEEKS, REGIONS, TOTAL, NOISE, TIMES, LAST = 104, 96, 6000, 0.02, 2.6, 4
PLACE = 40  # of the region with a spike, by size
ALPHA = 0.10
WORLDS = {
    "plain": {},
    "memory 0.6": {"memory": 0.6},
    "regions unlike": {"unlike": 0.8},
    "a week in which all rise": {"jump": 1.8},
}


def world(
    rng: np.random.Generator, *, memory: float = 0.0, unlike: float = 0.0, jump: float = 1.0, spike: bool
) -> tuple[pd.DataFrame, np.ndarray]:
    """Searches, and what the spike added each week."""
    t, size = np.arange(WEEKS), 1 / (np.arange(REGIONS) + 8)
    everywhere = TOTAL * np.exp(
        0.15 * np.sin(2 * np.pi * t / 52) + 0.05 * rng.standard_normal(WEEKS) + 0.002 * t
    )
    everywhere[-2] *= jump
    spread = np.sqrt(np.log1p(NOISE * np.exp(unlike * rng.standard_normal(REGIONS) - unlike**2 / 2)))
    shocks, noise = rng.standard_normal((WEEKS, REGIONS)), np.zeros((WEEKS, REGIONS))
    noise[0] = shocks[0]
    for week in range(1, WEEKS):
        noise[week] = memory * noise[week - 1] + np.sqrt(1 - memory**2) * shocks[week]
    mean = everywhere[:, None] * size / size.sum() * np.exp(spread * noise - spread**2 / 2)
    counts, added = rng.poisson(mean), np.zeros(WEEKS)
    if spike:
        added[-LAST:] = rng.poisson(mean[-LAST:, PLACE] * (TIMES - 1))
        counts[:, PLACE] = counts[:, PLACE] + added.astype(int)
    days = pd.date_range("2024-10-07", periods=WEEKS, freq="7D", name="starts_on")
    wide = pd.DataFrame(counts, index=days, columns=[f"{i:02d}" for i in range(REGIONS)])
    return wide.rename_axis(columns="region").stack().rename("searches").reset_index(), added


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    for number, (name, how) in enumerate(WORLDS.items()):
        rng, held = np.random.default_rng(number), []
        for _ in range(redraws):
            calm = local_spikes(world(rng, spike=False, **how)[0], alpha=ALPHA).table
            searches, added = world(rng, spike=True, **how)
            found = local_spikes(searches, alpha=ALPHA).table
            row = found.loc[f"{PLACE:02d}"]
            held.append({"no false spike": not calm["spike"].any(), "spike found, shown": bool(row["spike"])})
            held[-1]["no false spike beside it, shown"] = not found["spike"].drop(row.name).any()
            if row["spike"]:
                truth = added[-int(row["weeks"]) :].sum()
                held[-1]["searches added"] = bool(row["low"] <= truth <= row["high"])
        bad += covering.judged(name, held, shown=(", shown",))
        seen = float(np.mean([row["spike found, shown"] for row in held]))
        bad += [f"{name}: spike found"] if seen < 0.9 else []
    covering.finish(bad)


if __name__ == "__main__":
    main()
