"""Correspondence analysis beside prince, and against published figures: digits and seconds; what doubt costs.

    python benchmarks/positioning_maps.py [--quick] [--limit 300]

1. smoke (Greenacre; R ca 0.71.1) and housetasks (FactoMineR): inertias, seconds.
2. A table of 2,000 brands by 60 attributes: seconds, largest difference of inertias.
3. What no rival has: 400 redraws of 1,200 people for ellipses and all pairs of 12 brands, and the line of the NBD-Dirichlet of
   2,000 people with 400 redraws: seconds.

The published table of toothpaste (R NBDdirichlet 1.4) is checked, too. Exit code 1 when ours misses a published figure or takes more
than the seconds that R took.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import rivals
from rivals import Losses, NotMeasuredError

from helpers.methods import dirichlet, dirichlet_line, maps_doubt

WORKER = Path(__file__).with_name("maps_tools.py")
RIVALS = {"prince": ("prince==0.23.0",)}
SMOKE = [[4, 2, 3, 2], [4, 3, 7, 4], [25, 10, 12, 4], [18, 24, 33, 13], [10, 6, 7, 2]]
TASKS = [
    [156, 14, 2, 4], [124, 20, 5, 4], [77, 11, 7, 13], [82, 36, 15, 7], [53, 11, 1, 57], [32, 24, 4, 53], [33, 23, 9, 55], [12, 46, 23, 15],
    [10, 51, 75, 3], [13, 13, 21, 66], [8, 1, 53, 77], [0, 3, 160, 2], [0, 1, 6, 153],
]  # fmt: skip
PUBLISHED = {
    "smoke": {"total": 0.08519, "third singular value": 0.02033652084},
    "housetasks": {"first": 0.542889, "second": 0.445003, "third": 0.127048, "chi2": 1944.4562},
}
MOST_SECONDS = {"smoke": 0.03, "housetasks": 0.03}  # of the reference
TOOTHPASTE = (
    0.56,
    2.6,
    [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02],
    [0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02],
)
# M, K and S as R prints them, S after sums that stop at 50 purchases; the rest has more digits than R prints.
R_PRINTS = {
    "M": 1.456,
    "K": 0.7788,
    "S": 1.29528,
    "penetration": 0.19994,
    "frequency": 1.8205,
    "category": 3.1614,
    "duplication": 0.2375,
}


def tables(*, quick: bool) -> dict[str, pd.DataFrame]:
    """Published tables and a large one."""
    rng = np.random.default_rng(1)
    rows = 200 if quick else 2000
    large = rng.poisson(np.exp(rng.normal(2, 0.5, (rows, 2)) @ rng.normal(0, 0.5, (2, 60)) + 2.0)) + 1
    return {
        "smoke": pd.DataFrame(SMOKE),
        "housetasks": pd.DataFrame(TASKS),
        f"large, {rows} x 60": pd.DataFrame(large),
    }


def missed(mine: dict) -> list[str]:
    """Published figures that ours does not have, with what it has."""
    smoke, tasks = mine["smoke"], mine["housetasks"]
    found = {
        "smoke": {"total": smoke["total"], "third singular value": smoke["inertia"][2] ** 0.5},
        "housetasks": {**dict(zip(("first", "second", "third"), tasks["inertia"], strict=True)), "chi2": tasks["total"] * sum(map(sum, TASKS))},
    }  # fmt: skip
    bad = []
    for table, figures in PUBLISHED.items():
        for name, value in figures.items():
            digits = len(str(value).partition(".")[2])
            good = round(found[table][name], digits) == value
            print(
                f"  {table + ', ' + name:36}{value:>16}{found[table][name]:>20.{digits + 2}f}  {'same' if good else 'MISSED'}"
            )
            bad += [] if good else [f"{table}: {name}"]
    return bad


def toothpaste() -> list[str]:
    """The published market, and figures that ours does not have."""
    started = time.perf_counter()
    market = dirichlet.fit(*TOOTHPASTE)
    hoped = dirichlet.expected(market)
    spent = time.perf_counter() - started
    found = {
        "M": market.mean, "K": market.k, "S": market.s, "penetration": hoped["penetration"][0], "frequency": hoped["frequency"][0],
        "category": hoped["category_rate"][0], "duplication": dirichlet.duplication(market)[1, 0],
    }  # fmt: skip
    bad = [name for name, value in R_PRINTS.items() if abs(float(found[name]) - value) > 6e-5]
    for name, value in R_PRINTS.items():
        print(
            f"  {'toothpaste, ' + name:36}{value:>16}{float(found[name]):>20.6f}  {'MISSED' if name in bad else 'same'}"
        )
    print(f"  toothpaste: {spent:.4f} s")
    return bad


def doubt(*, quick: bool) -> None:
    """Seconds of what no rival has."""
    rng, draws = np.random.default_rng(2), 100 if quick else 400
    chance = 0.3 * np.exp(rng.normal(0, 0.5, (12, 2)) @ rng.normal(0, 0.5, (2, 15)))
    answers = rng.random((1200, 12, 15)) < np.clip(chance, 0, 1)
    names = [f"b{at}" for at in range(12)], [f"a{at}" for at in range(15)]
    started = time.perf_counter()
    maps_doubt.of_people(answers, *names, draws=draws)
    print(
        f"\n3. map of 12 brands x 15 attributes, 1,200 people, {draws} redraws, 66 pairs: {time.perf_counter() - started:.2f} s"
    )
    shares = np.array([0.3, 0.2, 0.15, 0.12, 0.1, 0.08, 0.05])
    drawn = rng.gamma(1.5 * shares, size=(2000, 7))
    bought = rng.multinomial(rng.poisson(rng.gamma(0.9, 3.3, 2000)), drawn / drawn.sum(axis=1, keepdims=True))
    started = time.perf_counter()
    dirichlet_line.line(pd.DataFrame(bought, columns=list("abcdefg")), draws=draws)
    print(
        f"   NBD-Dirichlet of 7 brands, 2,000 people, {draws} redraws: {time.perf_counter() - started:.2f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--limit", type=float, default=300, help="seconds that one call of a rival may take")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing installed")
    options, losses, found = parser.parse_args(), Losses(), {}
    given = tables(quick=options.quick)
    pythons = rivals.tools(RIVALS, may=not options.quick)
    with tempfile.TemporaryDirectory() as place:
        for name, table in given.items():
            table.to_csv(Path(place) / f"{name}.csv")
        for tool, python in pythons.items():
            try:
                found[tool] = rivals.ask(python, WORKER, tool, place, limit=options.limit)
            except NotMeasuredError as reason:
                print(f"{tool}: not measured, {reason}")
    mine = found["helpers"]
    print(f"\n1. and 2.{'':20}{'tool':12}{'seconds':>10}{'largest difference of inertias':>34}")
    for name in given:
        for tool, made in found.items():
            ours = mine[name]["inertia"]
            gap = max(abs(a - b) for a, b in zip(ours, made[name]["inertia"][: len(ours)], strict=True))
            print(f"  {name:27}{tool:12}{made[name]['seconds']:10.4f}{gap:34.1e}")
            if tool != "helpers":
                losses.judge(f"{name}, seconds", tool, made[name]["seconds"], mine[name]["seconds"])
    print(f"\n  {'published':36}{'theirs':>16}{'ours':>20}")
    bad = missed(mine) + toothpaste()
    bad += [
        f"{name} takes longer than {most} s"
        for name, most in MOST_SECONDS.items()
        if mine[name]["seconds"] > most
    ]
    doubt(quick=options.quick)
    print("\nWHERE A RIVAL IS BETTER:", "; ".join(losses) or "nowhere")
    if bad:
        sys.exit(f"missed: {', '.join(bad)}")


if __name__ == "__main__":
    main()
