"""The mix model beside PyMC-Marketing: seconds, memory, error, coverage; and what a test makes of worlds that break a model.

    python benchmarks/activation_mix.py [--quick] [--limit 600]

1. Fits. Published example and the small business of the recovery study, season of two pairs for both tools. Seconds are the fit
   without imports; "import s" is what stands before and after it. PyMC-Marketing 1.3 needs Python 3.12 on the PATH.
2. Tests. Twelve simulated worlds that each break one assumption: error of the contributions as the model says them, and after a test
   of each channel with a standard error of 10 or 20 %, redrawn 40 times: with the model taken at its word (tau 0), with the test
   alone (tau inf), and with a discrepancy of half the size (tau .5). Coverage is that of the worst channel.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import rivals
from rivals import Losses, NotMeasuredError

from helpers.methods import mix
from helpers.methods import mix_reading as reading

WORKER = Path(__file__).with_name("mix_tools.py")
PYMC, REQUIREMENTS, PYTHON = "pymc-marketing-mix", ("pymc-marketing==1.3.0", "nutpie"), "python3.12"
REDRAWS = 40
TAUS = {"tau 0": 1e-9, "tau inf": math.inf, "tau .5": 0.5}


def published() -> Path | None:
    """Folder of the published data, None where it is not at hand."""
    folder = Path(os.environ.get("CMO_TEST_DATA", "")) / "activation"
    return folder if folder.is_dir() and os.environ.get("CMO_TEST_DATA") else None


def cases(folder: Path) -> dict[str, tuple[pd.DataFrame, list[str], list[str], np.ndarray]]:
    """Name -> table (date, y, channels, controls), channels, controls, true contributions."""
    example = pd.read_csv(folder / "pymc-marketing/mmm_example.csv").rename(columns={"date_week": "date"})
    small = pd.read_csv(folder / "mmm-param-recovery/small_business.csv")
    brought = pd.read_csv(folder / "mmm-param-recovery/small_business_transformed_spend.csv").filter(
        like="contribution_"
    )
    channels = [name for name in small if name.startswith("x")]
    return {
        "mmm_example": (
            example[["date", "y", "x1", "x2", "event_1", "event_2"]], ["x1", "x2"], ["event_1", "event_2"],
            np.array([274_848.30, 65_905.98]),
        ),
        "small_business": (
            small[["date", "y", *channels, "c1", "c2"]], channels, ["c1", "c2"], brought.sum().to_numpy(),
        ),
    }  # fmt: skip


def fits(folder: Path, options: argparse.Namespace, losses: Losses) -> None:
    """First table."""
    print("\n1. FIT, one run each")
    print(
        f"{'data':15}{'tool':16}{'fit s':>7}{'import s':>9}{'peak MB':>9}{'R-hat':>7}{'ESS':>7}{'error':>7}  by channel (interval holds the truth)"
    )
    tools = ["helpers"]
    try:
        print("pymc-marketing: " + rivals.install(PYMC, *REQUIREMENTS, may=not options.quick, python=PYTHON))
        tools.append("pymc-marketing")
    except NotMeasuredError as reason:
        print(f"pymc-marketing: skipped, {reason}")
    for name, (table, channels, controls, truth) in cases(folder).items():
        ours = None
        for tool in tools:
            python = sys.executable if tool == "helpers" else rivals.python_in(PYMC)
            with tempfile.TemporaryDirectory() as place:
                source = Path(place) / "table.csv"
                table.to_csv(source, index=False)
                try:
                    row = rivals.ask(
                        python,
                        WORKER,
                        tool,
                        str(source),
                        limit=options.limit,
                        channels=channels,
                        controls=controls,
                        seed=0,
                    )
                except NotMeasuredError as reason:
                    print(f"{name:15}{tool:16}  not measured: {reason}")
                    continue
            row["error"] = float(np.abs(np.array(row["mean"]) / truth - 1).mean())
            held = [
                low <= true <= high for low, true, high in zip(row["low"], truth, row["high"], strict=True)
            ]
            by = " ".join(
                f"{m / t - 1:+.1%} ({'yes' if h else 'NO'})"
                for m, t, h in zip(row["mean"], truth, held, strict=True)
            )
            print(
                f"{name:15}{tool:16}{row['seconds']:7.1f}{row['wall'] - row['seconds']:9.1f}{row['rss'] or 0:9.0f}{row['rhat']:7.3f}"
                f"{row['ess']:7.0f}{row['error']:7.1%}  {by}", flush=True,
            )  # fmt: skip
            if tool == "helpers":
                ours = row
            elif ours:
                for key, said in (
                    ("seconds", "seconds"),
                    ("rss", "peak MB"),
                    ("error", "mean absolute error"),
                ):
                    losses.judge(f"{name}, {said}", tool, row[key], ours[key])


def pulled(folder: Path, *, redraws: int = REDRAWS) -> pd.DataFrame:
    """Error and worst coverage of each world, as the model says it and after tests of each channel."""
    rows = []
    for world in json.loads((folder / "mmm-framework/truth.json").read_text()):
        source = folder / f"mmm-framework/{world['scenario']}.csv"
        if not source.is_file():
            continue
        table = pd.read_csv(source)
        channels = [f"spend_{name}" for name in world["true_contribution"]]
        truth = np.array(list(world["true_contribution"].values()))
        controls = [name for name in table if name.startswith("ctrl_")]
        data = mix.prepare(table, outcome="Sales", channels=channels, controls=controls, day="date")
        fit = mix.approximate(data)
        total = reading.contributions(fit, until=len(table) - 1)
        row = {"world": world["scenario"], "model": np.abs(total.mean(axis=0) / truth - 1).mean()}
        for error in (0.1, 0.2):
            for name, tau in TAUS.items():
                found = [one(fit, truth, error, tau, seed) for seed in range(redraws)]
                row[f"{error:.0%} {name} error"] = np.mean([miss for miss, _ in found])
                row[f"{error:.0%} {name} cover"] = np.mean([held for _, held in found], axis=0).min()
        rows.append(row)
    return pd.DataFrame(rows)


def one(fit: mix.Fit, truth: np.ndarray, error: float, tau: float, seed: int) -> tuple[float, np.ndarray]:
    """Error of the contributions and whether their intervals hold the truth, after one draw of a test of each channel."""
    rng, days = np.random.default_rng([seed, round(100 * error)]), fit.data.days
    tests = []
    for channel, true in zip(fit.data.channels, truth, strict=True):
        seen = true + abs(true) * error * rng.standard_normal()
        tests.append(
            reading.Trial(channel, days[0], days[-1], 0.0, -seen, error * abs(true), 1.0, in_data=False)
        )
    after, _ = reading.anchored(fit, tests, tau=tau, seed=seed)
    total = reading.contributions(after, until=len(days) - 1)
    low, high = np.quantile(total, [0.05, 0.95], axis=0)
    return float(np.abs(total.mean(axis=0) / truth - 1).mean()), (low <= truth) & (truth <= high)


def tables(options: argparse.Namespace, losses: Losses) -> None:
    """Print both tables, or why not."""
    folder = published()
    if folder is None:
        print("mix model: not run, set CMO_TEST_DATA to the folder of the published data.")
        return
    fits(folder, options, losses)
    print(
        f"\n2. TESTS THAT PULL A MODEL, {REDRAWS} redraws; error is the mean absolute error, cover that of the worst channel"
    )
    shown = pulled(folder, redraws=8 if options.quick else REDRAWS)
    print(shown.to_string(index=False, float_format=lambda v: f"{v:.2f}"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--limit", type=float, default=600, help="seconds that one call of a rival may take")
    parser.add_argument("--quick", action="store_true", help="nothing installed, few redraws")
    losses = Losses()
    tables(parser.parse_args(), losses)
    print("\nWHERE A RIVAL IS BETTER:", "; ".join(losses) or "nowhere")


if __name__ == "__main__":
    main()
