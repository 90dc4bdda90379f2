"""Latent classes beside stepmix and against poLCA's published optimum: digits, seconds, starts that reach it.

    python benchmarks/positioning_latent.py [--quick] [--limit 300]

1. gss82 (poLCA's manual, three classes): log-likelihood, sizes, starts that reach the best, seconds of 20 starts.
2. Four classes of ten items, 2,400 and 20,000 people: the same, without a published figure. --quick takes the first alone.

Every tool runs the same number of starts in a process of its own. Exit code 1 when ours misses a published figure, or a rival
finds a better optimum.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import rivals
from rivals import Losses, NotMeasuredError

WORKER = Path(__file__).with_name("latent_tools.py")
RIVALS = {"stepmix": ("stepmix==3.0.0",)}
PUBLISHED, SIZES = -2754.545, (0.621, 0.207, 0.172)
STARTS = 20


def made_up(n: int) -> pd.DataFrame:
    """Answers of four classes of people to ten items of three answers."""
    rng = np.random.default_rng(n)
    kind = rng.choice(4, n, p=[0.35, 0.3, 0.2, 0.15])
    p = np.array([[(0.08, 0.32, 0.6) if item % 4 == k else (0.58, 0.33, 0.09) for item in range(10)] for k in range(4)])  # fmt: skip
    u = rng.random((n, 10, 1))
    return pd.DataFrame((u > p[kind].cumsum(axis=2)[:, :, :-1]).sum(axis=2)).add_prefix("item")


def beside(
    title: str, frame: pd.DataFrame, classes: int, pythons: dict, options, losses: Losses, worse: list[str]
) -> dict:
    """One table; ours is returned."""
    print(f"\n{title}, {STARTS} starts")
    print(f"{'tool':12}{'seconds':>10}{'log-likelihood':>18}{'reached':>10}  sizes")
    mine: dict = {}
    for tool, python in pythons.items():
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "answers.csv"
            frame.to_csv(path, index=False)
            try:
                row = rivals.ask(python, WORKER, tool, str(path), limit=options.limit, classes=classes, starts=STARTS, times=1 if len(frame) > 5000 else 3)  # fmt: skip
            except NotMeasuredError as reason:
                print(f"{tool:12}  not measured: {reason}")
                continue
        sizes = ", ".join(f"{one:.4f}" for one in row["sizes"])
        reached = "-" if row["reached"] is None else str(row["reached"])
        print(
            f"{tool:12}{row['seconds']:10.3f}{row['loglik']:18.4f}{reached:>10}  {sizes}",
            flush=True,
        )
        if not mine:
            mine = row
        else:
            losses.judge(f"{title}, seconds", tool, row["seconds"], mine["seconds"])
            worse += [title] if row["loglik"] > mine["loglik"] + 0.01 else []
    return mine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--limit", type=float, default=300, help="seconds that one call of a rival may take")
    parser.add_argument("--quick", action="store_true", help="the small set, nothing installed")
    options, losses, missed, worse = parser.parse_args(), Losses(), [], []
    pythons = rivals.tools(RIVALS, may=not options.quick)
    if folder := os.environ.get("CMO_TEST_DATA"):
        frame = pd.read_csv(Path(folder) / "brand" / "polca_gss82.csv")
        mine = beside("1. gss82, three classes", frame, 3, pythons, options, losses, worse)
        print(f"{'published':22}{PUBLISHED:18.3f}{'258/500':>10}  {', '.join(map(str, SIZES))}")
        missed += ["log-likelihood"] if abs(mine["loglik"] - PUBLISHED) > 5.1e-4 else []
        missed += ["sizes"] if np.abs(np.subtract(mine["sizes"], SIZES)).max() > 5.1e-4 else []
    else:
        print("gss82: CMO_TEST_DATA is not set, so the published figures are left out")
    for n in (2_400,) if options.quick else (2_400, 20_000):
        beside(f"2. four classes, {n:,} people", made_up(n), 4, pythons, options, losses, worse)
    print("\nWHERE A RIVAL IS BETTER:", "; ".join(losses) or "nowhere")
    if missed or worse:
        sys.exit(f"published figures missed: {', '.join(missed) or 'none'}; better optimum elsewhere: {', '.join(worse) or 'none'}")  # fmt: skip


if __name__ == "__main__":
    main()
