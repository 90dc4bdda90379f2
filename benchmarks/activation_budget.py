"""The budget optimiser beside PyMC-Marketing's: seconds, and what each finds.

    python benchmarks/activation_budget.py [--quick] [--limit 600]

1. Ours over 400 draws: two, four and eight channels, without and with a risk setting, against the best of each draw in closed form
   and, for two channels, a grid of 2,001 points.
2. PyMC-Marketing 1.3 on two channels and eight weeks: it optimises inside the model it has fitted, so its seconds are those of
   `optimize_budget` alone, after a fit of 2 x 500 draws that is not counted. Both tools then split the same total.
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

from helpers.methods import budget, budget_regret
from helpers.methods.budget_limits import limits
from helpers.methods.response import Curves

PYMC, REQUIREMENTS, PYTHON = "pymc-marketing-mix", ("pymc-marketing==1.3.0", "nutpie"), "python3.12"
WORKER = Path(__file__).with_name("budget_tools.py")
PRINTED = 27.0  # seconds that were measured before on two cores, nearly all of it compilation
WEEKS, SEED = 150, 3


def drawn(channels: int, draws: int = 400, seed: int = 0) -> Curves:
    """Channels that differ in return, bend and doubt."""
    rng = np.random.default_rng([seed, channels])
    spend = rng.uniform(500, 3000, channels)
    effect = spend * rng.uniform(1, 3, channels) * (1 + 0.3 * rng.standard_normal((draws, channels)))
    return Curves(
        tuple(f"c{i}" for i in range(channels)), spend, effect, rng.uniform(0.5, 4, (draws, channels))
    )


def ours() -> None:
    """First table."""
    print("\n1. OURS, 400 draws, total as today, a channel by at most half")
    print(f"{'channels':>8}{'risk':>6}{'seconds':>9}{'gain':>9}{'grid':>9}{'known truth':>13}")
    budget.best(drawn(2, draws=20), limits(drawn(2, draws=20)))  # imports and first calls are not timed
    for channels in (2, 4, 8):
        known = drawn(channels)
        kept = limits(known, total=float(known.spend.sum()), max_change=0.5)
        perfect = budget_regret.regret(known, kept, known.spend, margin=0.5).mean()
        for risk in (0.0, 0.8):
            start = time.perf_counter()
            plan = budget.best(known, kept, margin=0.5, risk=risk)
            seconds = time.perf_counter() - start
            grid = "" if channels > 2 else f"{on_grid(known, kept, risk):.1f}"
            print(
                f"{channels:8}{risk:6.1f}{seconds:9.3f}{plan.value:9.1f}{grid:>9}{perfect:13.1f}", flush=True
            )


def on_grid(known: Curves, kept, risk: float) -> float:
    """The best value of two channels over 2,001 points."""
    points = np.linspace(kept.low[0], kept.high[0], 2001)
    inside = [p for p in points if kept.low[1] <= kept.total - p <= kept.high[1]]
    return max(budget.tail_mean(budget.gain(known, [p, kept.total - p], margin=0.5), risk) for p in inside)


def weeks() -> pd.DataFrame:
    """A weekly table of two channels with saturating answers, for both tools."""
    rng = np.random.default_rng(SEED)
    spend = rng.gamma(4.0, [500.0, 300.0], (WEEKS, 2))
    y = 20_000 + 6_000 * np.tanh(spend[:, 0] / 2500) + 4_000 * np.tanh(spend[:, 1] / 900)
    y += 400 * rng.standard_normal(WEEKS)
    day = pd.date_range("2023-01-02", periods=WEEKS, freq="7D")
    return pd.DataFrame({"date": day, "y": y, "x1": spend[:, 0], "x2": spend[:, 1]})


def beside(options: argparse.Namespace, losses: Losses) -> None:
    """Second table."""
    print("\n2. BESIDE, two channels, eight weeks, total as in the last year")
    print(f"{'tool':16}{'optimise s':>11}{'share of x1':>13}{'steps':>7}")
    tools = [("helpers", sys.executable)]
    try:
        print("pymc-marketing: " + rivals.install(PYMC, *REQUIREMENTS, may=not options.quick, python=PYTHON))
        tools.append(("pymc-marketing", rivals.python_in(PYMC)))
    except NotMeasuredError as reason:
        print(f"pymc-marketing: skipped, {reason} (measured before: {PRINTED:.0f} s)")
    mine = None
    for tool, python in tools:
        with tempfile.TemporaryDirectory() as place:
            source = Path(place) / "table.csv"
            weeks().to_csv(source, index=False)
            try:
                row = rivals.ask(python, WORKER, tool, str(source), limit=options.limit)
            except NotMeasuredError as reason:
                print(f"{tool:16}  not measured: {reason}")
                continue
        print(f"{tool:16}{row['seconds']:11.3f}{row['share']:13.1%}{row['steps']:>7}", flush=True)
        if mine is None:
            mine = row
        else:
            losses.judge("seconds of one optimisation", tool, row["seconds"], mine["seconds"])


def tables(options: argparse.Namespace, losses: Losses) -> None:
    """Print both tables."""
    ours()
    beside(options, losses)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--limit", type=float, default=600, help="seconds that one call of a rival may take")
    parser.add_argument("--quick", action="store_true", help="nothing installed")
    losses = Losses()
    tables(parser.parse_args(), losses)
    print("\nWHERE A RIVAL IS BETTER:", "; ".join(losses) or "nowhere")


if __name__ == "__main__":
    main()
