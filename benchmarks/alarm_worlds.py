"""Mention alarms on worlds with a known truth, at the rate asked for and beside other detectors. Used by `brand_alarms.py`."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import mention_worlds
import numpy as np
import pandas as pd
import rivals
from rivals import Losses, NotMeasuredError

from helpers.methods.alarms import weekday_alarms
from helpers.methods.mentions import watch_mentions

WORKER = Path(__file__).with_name("alarm_tools.py")
DAY = mention_worlds.DAY
PRICE = 3.0  # false alarms in 30 days at which detectors are compared
BEFORE, BEFORE_DAILY = 3, 60  # days that are not counted


def at_rates(redraws: int) -> None:
    """Found and false at the rates asked for."""
    print(
        f"\n3. {redraws} worlds with events and {redraws} without: events found, false episodes in 30 days (without events)"
    )
    with_events, without = ([mention_worlds.fine(s, events=e) for s in range(redraws)] for e in (3, 0))
    for step in ("1h", "5min"):
        day = pd.Timedelta(days=1) // pd.Timedelta(step)
        spans = [[(a * day // DAY, b * day // DAY) for a, b in w.events] for w in with_events]
        for rate in (0.5, 1.0, 3.0):
            rings, clean = (
                [_rings(w.counts.resample(step).sum(), rate) for w in some] for some in (with_events, without)
            )
            print(f"  {step:5} allowed {rate:4g}: {_said(*_counted(rings, spans, clean, day, BEFORE))}")
    _daily(redraws)


def _daily(redraws: int) -> None:
    with_events, without = ([mention_worlds.daily(s, events=e) for s in range(redraws)] for e in (3, 0))
    spans = [w.events for w in with_events]
    for rate in (0.25, 0.5, 1.0):
        rings, clean = ([_rings(w.counts, rate) for w in some] for some in (with_events, without))
        print(f"  days  allowed {rate:4g}: {_said(*_counted(rings, spans, clean, 1, BEFORE_DAILY))}")
    for level in (0.998, 0.983):
        rings, clean = (
            [weekday_alarms(w.counts, level=level)["alarm"].eq(1).to_numpy() for w in some]
            for some in (with_events, without)
        )
        told = _said(*_counted(rings, spans, clean, 1, BEFORE_DAILY))
        print(f"  days  weekday_alarms {level}: {told} (its level says {15 * (1 - level):.2f})")


def at_one_price(pythons: dict[str, str], redraws: int, limit: float, losses: Losses) -> None:
    """Events found by each tool at the threshold that rings three times in 30 days without events."""
    made = {f"{kind}{s:03}": mention_worlds.fine(s, events=e) for kind, e in (("e", 3), ("n", 0)) for s in range(redraws)}  # fmt: skip
    print(
        f"\n4. events found at {PRICE:g} false episodes in 30 days without events, thresholds chosen afterwards"
    )
    ours = 0.0
    for tool, python in pythons.items():
        with tempfile.TemporaryDirectory() as place:
            for name, world in made.items():
                world.counts.rename("value").to_csv(Path(place) / f"{name}.csv", index_label="timestamp")
            try:
                told = rivals.ask(python, WORKER, tool, place, limit=limit)
            except NotMeasuredError as reason:
                print(f"  {tool:10} not measured: {reason}")
                continue
        found, of, false = _dearest({name: np.array(one) for name, one in told["scores"].items()}, made)
        print(f"  {tool:10} {_said(found, of, false)}", flush=True)
        if tool == "helpers":
            ours = found / of
        else:
            losses.judge("events missed on worlds", tool, 1 - found / of, 1 - ours)


def _dearest(scores: dict[str, np.ndarray], made: dict[str, mention_worlds.World]) -> tuple[int, int, float]:
    """What the lowest threshold finds that stays within the price."""
    names = sorted(scores)
    events, clean = ([one for one in names if one.startswith(kind)] for kind in "en")
    together = np.concatenate([scores[one] for one in clean])
    best = (0, 1, 0.0)
    for threshold in np.unique(np.quantile(together, 1 - np.geomspace(1e-5, 0.02, 60))):
        told = _counted(
            [scores[one] > threshold for one in events], [made[one].events for one in events],
            [scores[one] > threshold for one in clean], DAY, BEFORE,
        )  # fmt: skip
        if told[2] <= PRICE and told[0] >= best[0]:
            best = told
    return best


def _rings(counts: pd.Series, rate: float) -> np.ndarray:
    return watch_mentions(counts, allowed=rate)["alarm"].fillna(False).to_numpy(dtype=bool)


def _counted(rings, spans, clean, day: int, first_days: int) -> tuple[int, int, float]:
    """Events found, events, and false episodes in 30 days of the worlds without events."""
    found = sum(bool(r[a : b + 1].any()) for r, some in zip(rings, spans, strict=True) for a, b in some)
    at = [np.flatnonzero(one[first_days * day :]) for one in clean]
    false = sum(int(len(one) > 0) + int((np.diff(one) > day).sum()) for one in at)
    days = sum(len(one) / day - first_days for one in clean)
    return found, sum(map(len, spans)), 30 * false / days


def _said(found: int, of: int, false: float) -> str:
    return f"found {found} of {of} ({found / of:.2f}), false {false:.2f}"


def seconds() -> float:
    """Ten brands of 15,900 slots."""
    ten = [mention_worlds.fine(seed, days=56).counts.iloc[:15_900] for seed in range(10)]
    start = time.perf_counter()
    for one in ten:
        watch_mentions(one)
    return time.perf_counter() - start
