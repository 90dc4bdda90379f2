"""How often the model-risk panel of a mix model raises an alarm: in sound worlds it should be rare, in broken ones often.

Worlds are drawn here, not taken from a file: two or four channels, geometric carry-over, logistic saturation, exogenous spend with
flights and season; then one thing is broken. A hidden demand moves the first channel's spend and sales in the same week, with a memory of
0, .5 or .8 from week to week.

    python benchmarks/coverage_mix_risk.py [--redraws 60]
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from covering import finish, redraws

from helpers.methods import mix, mix_risk
from helpers.methods import mix_shapes as shapes
from helpers.methods.mix_risk_refits import shuffled

WORLDS = (
    "sound, 2 channels",
    "sound, 4 channels",
    "hidden, memory 0",
    "hidden, memory .5",
    "hidden, memory .8",
    "twins",
    "break",
)
N = 156
MOST_ALARMS = 0.15  # of sound worlds, over all checks together


def world(name: str, seed: int) -> mix.Data:
    """One drawn world, ready for the model."""
    rng = np.random.default_rng([WORLDS.index(name), seed])
    channels = 4 if "4" in name else 2
    t = np.arange(N)
    carried, bent = rng.uniform(0.1, 0.6, channels), rng.uniform(1.0, 3.5, channels)
    spend = np.column_stack([_spend(rng, t, flights=i % 2 == 1) for i in range(channels)])
    if name == "twins":
        spend[:, 1] = 1.3 * spend[:, 0] * np.exp(0.05 * rng.standard_normal(N))
    demand = np.zeros(N)
    if name.startswith("hidden"):
        memory = float(name.split()[-1])
        shock = rng.standard_normal(N)
        demand[0] = shock[0]
        for week in range(1, N):
            demand[week] = memory * demand[week - 1] + np.sqrt(1 - memory**2) * shock[week]
        spend[:, 0] = np.maximum(spend[:, 0] + 0.25 * demand, 0.0)
    lagged = shapes.lagged(spend / mix.busy(spend), 8)
    pressure = np.column_stack([lagged[i] @ shapes.weights(carried[i], 8) for i in range(channels)])
    column = shapes.saturation("logistic", pressure, bent)
    effects = rng.uniform(0.06, 0.16, channels)
    sales = 1 + 0.08 * np.linspace(-1, 1, N) + 0.1 * np.sin(2 * np.pi * t / 52.18 + rng.uniform(0, 6))
    sales = sales + (column / column.mean(axis=0)) @ effects + 0.05 * rng.standard_normal(N) + 0.05 * demand
    if name == "break":
        sales = sales - 0.15 * (t > 90)
    frame = pd.DataFrame(spend, columns=[f"x{i}" for i in range(channels)])
    frame = frame.assign(week=pd.date_range("2023-01-02", periods=N, freq="7D"), sales=1000 * sales)
    return mix.prepare(frame, outcome="sales", channels=list(frame.columns[:channels]))


def _spend(rng: np.random.Generator, t: np.ndarray, *, flights: bool) -> np.ndarray:
    """A spend of its own: always on with a season, or in flights of two to six weeks."""
    if not flights:
        wave = 0.15 * np.sin(2 * np.pi * t / 52.18 + rng.uniform(0, 6))
        return np.maximum(0.6 + wave + 0.25 * rng.standard_normal(N), 0.02)
    on = np.zeros(N)
    week = int(rng.integers(0, 8))
    while week < N:
        length = int(rng.integers(2, 7))
        on[week : week + length] = rng.uniform(0.5, 1.5)
        week += length + int(rng.integers(3, 10))
    return shuffled(on, rng) + 0.02


def main() -> None:
    """Print the share of worlds with each verdict, and with each check failed."""
    count, bad = redraws(__doc__, usual=60), []
    names = (
        "planted",
        "shuffled",
        "same_week",
        "next_week",
        "break",
        "years",
        "twins",
        "split",
        "told",
        "omitted",
        "learnt",
    )
    print(f"{'world':20s} " + " ".join(f"{one:>12s}" for one in (*mix_risk.VERDICTS, *names)))
    for name in WORLDS:
        verdicts, failed = [], []
        for seed in range(count):
            fit = mix.approximate(world(name, seed))
            rows = {row.name: row for row in mix_risk.panel(fit)}
            verdicts.append(mix_risk.verdict(list(rows.values())))
            failed.append([rows[one].passed is False for one in names])
        shares = dict(
            zip(
                mix_risk.VERDICTS,
                (np.mean([one == kind for one in verdicts]) for kind in mix_risk.VERDICTS),
                strict=True,
            )
        )
        print(
            f"{name:20s} "
            + " ".join(f"{share:12.2f}" for share in (*shares.values(), *np.mean(failed, axis=0))),
            flush=True,
        )
        bad += [] if _expected(name, shares) else [name]
    finish(bad)


def _expected(name: str, shares: dict[str, float]) -> bool:
    """Whether the panel is as quiet or as loud as it has to be; a demand without memory is shown and not judged."""
    if name.startswith("sound"):
        return shares["fail"] <= MOST_ALARMS
    if name.startswith("hidden"):
        return name != "hidden, memory .8" or shares["fail"] >= 0.5
    return shares["fail"] + shares["refuse split"] >= 0.9 and shares["pass"] == 0


if __name__ == "__main__":
    main()
