"""Is a month as quiet as mention alarms say, and does the interval of an episode's excess hold what bursts brought?

    python benchmarks/coverage_mentions.py [--redraws 200]

Worlds of mention_worlds.py: negative-binomial counts with day, week, drift and memory, and chatter that bursts with a heavy tail.
1. Quiet months: at the rate of 0.105 false alarms in 30 days nine months of ten should ring none. No event is planted.
2. The rate of 1, and of 3 on the 5-minute grid: printed, and outside where more than 1.3 times as many ring.
3. The excess of an episode that holds a planted event: its interval of 90 % beside the mentions that bursts brought between
   its start and end.
Exit code 1 when an interval leaves .83-.96, or a rate is passed.
"""

from __future__ import annotations

import math

import covering
import mention_worlds
import numpy as np
import pandas as pd

from helpers.methods.mentions import watch_mentions
from helpers.methods.mentions_episodes import episodes

QUIET = -math.log(covering.LEVEL)  # alarms in 30 days of which nine months of ten have none
TOO_MANY = 1.3


def alarms(rate: np.ndarray, allowed: float, day: int) -> int:
    """Alarms at a rate, those less than a day apart counted once."""
    at = np.flatnonzero(rate < allowed)
    return int(len(at) > 0) + int((np.diff(at) > day).sum())


def quiet(redraws: int, grid: str, bad: list[str]) -> list[str]:
    """Months without an event: share without an alarm, and alarms at higher rates."""
    day, days, make = (
        (mention_worlds.DAY, 45, mention_worlds.fine)
        if grid == "5 minutes"
        else (1, 150, mention_worlds.daily)
    )
    held, counted = [], {1.0: 0, 3.0: 0} if day > 1 else {1.0: 0}
    for seed in range(redraws):
        watched = watch_mentions(make(50_000 + seed, days=days, events=0).counts, allowed=QUIET)
        last = watched["rate"].to_numpy()[-30 * day :]
        held.append({f"no alarm in 30 days at {QUIET:.3f}": not watched["alarm"].iloc[-30 * day :].any()})
        for allowed in counted:
            counted[allowed] += alarms(last, allowed, day)
    bad = bad + covering.judged(f"{grid}: quiet months", held)
    for allowed, n in counted.items():
        good = n / redraws <= TOO_MANY * allowed
        print(
            f"  {f'false alarms in 30 days at {allowed:g}':44} {n / redraws:.2f}   {'ok' if good else 'OUTSIDE'}"
        )
        bad += [] if good else [f"{grid}: {allowed:g} a month"]
    return bad


def excess(redraws: int, grid: str) -> list[dict]:
    """Whether the interval of the excess holds what was planted."""
    day, days, make = (
        (mention_worlds.DAY, 40, mention_worlds.fine)
        if grid == "5 minutes"
        else (1, 260, mention_worlds.daily)
    )
    held, widths = [], []
    for seed in range(redraws):
        world = make(70_000 + seed, days=days, events=1, at=int((20.3 if day > 1 else 200) * day))
        found = episodes(watch_mentions(world.counts))
        start = world.counts.index[world.events[0][0]]
        hit = found[
            (found["start"] <= start + pd.Timedelta(days=1) * (0.25 if day > 1 else 2))
            & (found["end"] >= start)
        ]
        if hit.empty:
            held.append({})
            continue
        one = hit.iloc[-1]
        inside = (world.counts.index >= one["start"]) & (world.counts.index <= one["end"])
        truth = float(world.bursts[inside].sum())
        widths.append((one["high"] - one["low"]) / truth)
        held.append({"excess": bool(one["low"] <= truth <= one["high"])})
    print(f"\n{grid}: median width of the interval {np.median(widths):.2f} of the truth")
    return held


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    for grid in ("5 minutes", "days"):
        bad = quiet(redraws, grid, bad)
        bad += covering.judged(f"{grid}: episodes with a planted event", excess(redraws, grid))
    covering.finish(bad)


if __name__ == "__main__":
    main()
