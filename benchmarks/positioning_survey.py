"""Raking beside samplics and ipfn, and against R's published figures: digits, seconds, whether margins are met.

    python benchmarks/positioning_survey.py [--quick] [--limit 300]

1. apiclus1 (R survey 4.1-1: rake by school type and target met): weighted mean of api00, smallest and largest weight, seconds.
2. A panel of 2,400 with age, sex and region, and one of 100,000: seconds, largest distance from a margin.

The published mean stops at a change of 1 in 6,194, so digits after the fourth are those of the converged weights, on which the
tools have to agree. Exit code 1 when ours misses a published figure.
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

WORKER = Path(__file__).with_name("survey_tools.py")
RIVALS = {"samplics": ("samplics==0.6.1",), "ipfn": ("ipfn==1.4.4",)}
PUBLISHED = {"mean": 641.2303209, "low": 29.8707, "high": 67.1255}  # R: 641.2302469, 29.870, 67.126
DIGITS = {"mean": 1e-6, "low": 1e-4, "high": 1e-4}
SHARES = {
    "age_band": [0.1, 0.16, 0.25, 0.25, 0.24], "sex": [0.52, 0.48], "region": [0.2, 0.15, 0.3, 0.2, 0.15],
}  # fmt: skip


def school_tables(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sample (weight, y and dimensions) and margins (dimension, level, share) of apiclus1."""
    sample = pd.read_csv(folder / "brand" / "survey_apiclus1.csv")
    population = pd.read_csv(folder / "brand" / "survey_apipop.csv")
    names = {"stype": "stype", "sch.wide": "wide"}
    rows = [
        (new, level, share)
        for old, new in names.items()
        for level, share in population[old].value_counts(normalize=True).items()
    ]
    kept = sample.rename(columns={**names, "pw": "w", "api00": "y"})[["w", "y", *names.values()]]
    return kept, pd.DataFrame(rows, columns=["dimension", "level", "share"])


def panel_tables(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A panel that hears some groups too often, and the margins of its population."""
    rng = np.random.default_rng(n)
    frame = {"w": np.ones(n), "y": rng.random(n)}
    rows = []
    for name, shares in SHARES.items():
        tilted = np.array(shares) * rng.uniform(0.5, 2, len(shares))
        frame[name] = np.array([f"{name}{i}" for i in range(len(shares))])[
            rng.choice(len(shares), n, p=tilted / tilted.sum())
        ]
        rows += [(name, f"{name}{i}", share) for i, share in enumerate(shares)]
    return pd.DataFrame(frame), pd.DataFrame(rows, columns=["dimension", "level", "share"])


def beside(
    title: str, made: tuple[pd.DataFrame, pd.DataFrame], pythons: dict, options, losses: Losses
) -> dict:
    """One table; ours is returned."""
    print(f"\n{title}")
    print(f"{'tool':12}{'seconds':>10}{'mean':>16}{'lowest':>10}{'highest':>10}{'off a margin':>14}")
    mine: dict = {}
    for tool, python in pythons.items():
        with tempfile.TemporaryDirectory() as place:
            for name, table in zip(("sample", "margins"), made, strict=True):
                table.to_csv(Path(place) / f"{name}.csv", index=False)
            try:
                row = rivals.ask(python, WORKER, tool, place, limit=options.limit)
            except NotMeasuredError as reason:
                print(f"{tool:12}  not measured: {reason}")
                continue
        print(
            f"{tool:12}{row['seconds']:10.4f}{row['mean']:16.7f}{row['low']:10.4f}{row['high']:10.4f}{row['gap']:14.1e}",
            flush=True,
        )
        if not mine:
            mine = row
        else:
            losses.judge(f"{title}, seconds", tool, row["seconds"], mine["seconds"])
            losses.judge(f"{title}, off a margin", tool, max(row["gap"], 1e-9), max(mine["gap"], 1e-9))
    return mine


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--limit", type=float, default=300, help="seconds that one call of a rival may take")
    parser.add_argument("--quick", action="store_true", help="nothing installed")
    options, losses, missed = parser.parse_args(), Losses(), []
    pythons = rivals.tools(RIVALS, may=not options.quick)
    if folder := os.environ.get("CMO_TEST_DATA"):
        mine = beside("1. apiclus1, weights as totals", school_tables(Path(folder)), pythons, options, losses)
        missed = [name for name, value in PUBLISHED.items() if abs(mine[name] - value) > DIGITS[name]]
        print("published     " + ", ".join(f"{name} {value}" for name, value in PUBLISHED.items()))
    else:
        print("apiclus1: CMO_TEST_DATA is not set, so the published figures are left out")
    for n in (2_400, 100_000):
        beside(f"2. a panel of {n:,}", panel_tables(n), pythons, options, losses)
    print("\nWHERE A RIVAL IS BETTER:", "; ".join(losses) or "nowhere")
    if missed:
        sys.exit(f"published figures missed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
