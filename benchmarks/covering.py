"""What the coverage studies have in common: how many redraws, a line a figure with its verdict, the exit code."""

from __future__ import annotations

import argparse
import sys

import pandas as pd

LOW, HIGH, LEVEL = 0.83, 0.96, 0.90


def redraws(doc: str, usual: int = 200) -> int:
    """Number of redraws asked for on the command line; prints what is accepted."""
    parser = argparse.ArgumentParser(description=doc.split("\n", maxsplit=1)[0])
    parser.add_argument("--redraws", type=int, default=usual)
    count = parser.parse_args().redraws
    print(f"nominal {LEVEL:.0%}, accepted {LOW} to {HIGH}")
    return count


def judged(title: str, inside: list[dict], *, shown: tuple[str, ...] = (), why: str = "shown") -> list[str]:
    """Print the share of redraws in which each interval held the truth, and return the names of those outside.

    `inside` has one dictionary a redraw, figure to True or False, empty where a redraw told nothing. A figure whose name
    ends with one of `shown` is printed without a verdict, with `why`.
    """
    table = pd.DataFrame(inside).astype(float)
    print(f"\n{title}, {len(table)} redraws")
    bad = []
    for name, share in table.mean().items():
        told = int(table[name].count())
        of = f" of {told}" if told < len(table) else ""
        unjudged = bool(shown) and str(name).endswith(shown)
        good = unjudged or LOW <= share <= HIGH
        print(f"  {name:44} {share:.3f}{of}  {why if unjudged else 'ok' if good else 'OUTSIDE'}", flush=True)
        bad += [] if good else [f"{title}: {name}"]
    return bad


def finish(bad: list[str]) -> None:
    """Say what was outside and end: exit code 1 where anything was."""
    print("\noutside:", "; ".join(bad) if bad else "none")
    sys.exit(bool(bad))
