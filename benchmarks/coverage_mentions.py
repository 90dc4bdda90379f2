"""Is a month as quiet as mention alarms say, and does the interval of an episode's excess hold what bursts brought?

    python benchmarks/coverage_mentions.py [--redraws 200]

Worlds of mention_worlds.py: negative-binomial counts with day, week, drift and memory, and chatter that bursts with a heavy tail.
1. Quiet months: at the rate of 0.105 false alarms in 30 days nine months of ten should ring none. No event is planted.
2. The rate of 1, and of 3 by 5 minutes and by hours: printed, and outside where more than 1.3 times as many ring.
3. The excess of an episode that holds a planted event: its interval of 90 % beside the mentions that bursts brought between
   its start and end.
Exit code 1 when an interval leaves .83-.96, or a rate is passed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import covering
import mention_worlds
import numpy as np
import pandas as pd

from helpers.methods.mentions import watch_mentions
from helpers.methods.mentions_episodes import episodes

QUIET = -math.log(covering.LEVEL)  # alarms in 30 days of which nine months of ten have none
TOO_MANY = 1.3


class Grid(NamedTuple):
    """Slots a day; days of a world for the quiet months, and for an event; the day on which it begins; slack for its start in days."""

    day: int
    days: int
    event_days: int
    begins: float
    slack: float
    rates: tuple[float, ...]


GRIDS = {
    "5 minutes": Grid(288, 45, 40, 20.3, 0.25, (1.0, 3.0)),
    "hours": Grid(24, 45, 40, 20.3, 0.25, (1.0, 3.0)),
    "days": Grid(1, 150, 260, 200, 2, (1.0,)),
}


def world(grid: str, seed: int, **words) -> mention_worlds.World:
    """A world on the grid."""
    made = (mention_worlds.daily if grid == "days" else mention_worlds.fine)(seed, **words)
    if grid != "hours":
        return made
    hourly = made.counts.resample("1h").sum()
    events = [tuple(one * 24 // mention_worlds.DAY for one in pair) for pair in made.events]
    return mention_worlds.World(hourly, made.bursts.reshape(-1, 12).sum(axis=1), events)


def alarms(rate: np.ndarray, allowed: float, day: int) -> int:
    """Alarms at a rate, those less than a day apart counted once."""
    at = np.flatnonzero(rate < allowed)
    return int(len(at) > 0) + int((np.diff(at) > day).sum())


def quiet(redraws: int, name: str, bad: list[str]) -> list[str]:
    """Months without an event: share without an alarm, and alarms at higher rates."""
    grid = GRIDS[name]
    held, counted = [], dict.fromkeys(grid.rates, 0)
    for seed in range(redraws):
        counts = world(name, 50_000 + seed, days=grid.days, events=0).counts
        last = watch_mentions(counts, allowed=QUIET).iloc[-30 * grid.day :]
        held.append({f"no alarm in 30 days at {QUIET:.3f}": not last["alarm"].any()})
        for allowed in counted:
            counted[allowed] += alarms(last["rate"].to_numpy(), allowed, grid.day)
    bad = bad + covering.judged(f"{name}: quiet months", held)
    for allowed, n in counted.items():
        verdict = "ok" if n / redraws <= TOO_MANY * allowed else "OUTSIDE"
        print(f"  {f'false alarms in 30 days at {allowed:g}':44} {n / redraws:.2f}   {verdict}")
        bad += [] if verdict == "ok" else [f"{name}: {allowed:g} in 30 days"]
    return bad


def excess(redraws: int, name: str) -> list[dict]:
    """Whether the interval of the excess holds what bursts brought."""
    grid, held, widths = GRIDS[name], [], []
    for seed in range(redraws):
        made = world(
            name, 70_000 + seed, days=grid.event_days, events=1,
            at=int(grid.begins * (1 if name == "days" else mention_worlds.DAY)),
        )  # fmt: skip
        found = episodes(watch_mentions(made.counts))
        begins = made.counts.index[made.events[0][0]]
        latest = begins + pd.Timedelta(days=1) * grid.slack
        hit = found[(found["start"] <= latest) & (found["end"] >= begins)]
        if hit.empty:
            held.append({})
            continue
        one = hit.iloc[-1]
        inside = (made.counts.index >= one["start"]) & (made.counts.index <= one["end"])
        truth = float(made.bursts[inside].sum())
        widths.append((one["high"] - one["low"]) / truth)
        held.append({"excess": bool(one["low"] <= truth <= one["high"])})
    print(f"\n{name}: median width of the interval {np.median(widths):.2f} of the truth")
    return held


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    for name in GRIDS:
        bad = quiet(redraws, name, bad)
        bad += covering.judged(f"{name}: episodes with a planted event", excess(redraws, name))
    covering.finish(bad)


if __name__ == "__main__":
    main()
