"""How near to published digits, and how fast, is the conditional logit; and what becomes of a published mixed logit at more draws?

    CMO_TEST_DATA=... python benchmarks/positioning_choice.py [--quick]

The data are Heating and Electricity of the R package mlogit (GPL), in the folder of published data sets, and are not part of the project.
Beside ours stand statsmodels' ConditionalLogit (with its default optimiser, and with attributes divided by 100) and xlogit, in an
environment of its own under build/bench. Digits are those on which the worst coefficient agrees with the printed ones, or with ours where none are printed. Every figure in
which a rival is better is listed. Exit code 1 when ours misses a printed digit.
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
from rivals import NotMeasuredError

WORKER = Path(__file__).with_name("choice_tools.py")
REQUIREMENTS = ("xlogit==0.2.7", "numpy>=2", "pandas>=3")
SYSTEMS = ("gc", "gr", "ec", "er", "hp")
ATTRIBUTES = ("pf", "cl", "loc", "wk", "tod", "seas")
# Printed in the vignettes of mlogit 2.0-0: value and the last digit that is printed.
HEATING = {"ic": -0.0062319, "oc": -0.0045801}
CONSTANTS = {"ic": -0.0015332, "oc": -0.0069964, "gr": 0.3082633}
PRINTED_TO = 1e-7  # mlogit stops at a tolerance of its own: gr is 0.30826325
MIXED = (-0.97339, -0.20556, 2.07572, 1.47565, -9.05254, -9.10376, 0.21994, 0.37830, 1.48297, 1.00006, 2.28948, 1.18087)  # fmt: skip


def heating(folder: Path, *, constants: bool) -> dict:
    wide = pd.read_csv(folder / "mlogit_Heating.csv")
    parts = [
        pd.DataFrame({"task": wide["idcase"], "alt": at, "ic": wide[f"ic.{s}"], "oc": wide[f"oc.{s}"], "y": wide["depvar"] == s})
        for at, s in enumerate(SYSTEMS)
    ]  # fmt: skip
    rows = pd.concat(parts).sort_values(["task", "alt"], ignore_index=True)
    names = ["ic", "oc"]
    if constants:
        for at, s in enumerate(SYSTEMS[:-1]):
            rows[s], names = (rows["alt"] == at).astype(float), [*names, s]
    return arrays(rows.assign(person=rows["task"]), names)


def electricity(folder: Path) -> dict:
    wide = pd.read_csv(folder / "mlogit_Electricity.csv")
    parts = [
        wide[[f"{name}{j}" for name in ATTRIBUTES]].set_axis(list(ATTRIBUTES), axis=1).assign(
            task=wide.index, alt=j, person=wide["id"], y=wide["choice"] == j
        ) for j in range(1, 5)
    ]  # fmt: skip
    return arrays(pd.concat(parts).sort_values(["task", "alt"], ignore_index=True), list(ATTRIBUTES))


def arrays(rows: pd.DataFrame, names: list[str]) -> dict:
    made = {key: rows[key].to_numpy(dtype=int) for key in ("task", "alt", "person", "y")}
    return {**made, "x": rows[names].to_numpy(dtype=float), "names": np.array(names)}


def digits(found: dict, printed: dict) -> float:
    """Digits on which the worst of the printed figures agrees."""
    worst = max(abs(found.get(name, np.nan) - value) / abs(value) for name, value in printed.items())
    return float("nan") if np.isnan(worst) else -np.log10(max(worst, 1e-16))


def asked(tool: str, rows: dict, *, may: bool, limit: float = 900, **options) -> dict:
    if tool == "xlogit":
        rivals.install("xlogit", *REQUIREMENTS, may=may)
    python = rivals.python_in("xlogit") if tool == "xlogit" else sys.executable
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npz"
        np.savez(path, **rows)
        return rivals.ask(python, WORKER, tool, "fit", str(path), limit=limit, **options)


def plain(folder: Path, *, may: bool, losses: rivals.Losses) -> list[str]:
    """The conditional logit: a line a tool and data set; what ours misses of the printed digits."""
    sets = {
        "Heating, two costs": (heating(folder, constants=False), HEATING),
        "Heating with constants": (heating(folder, constants=True), CONSTANTS),
        "Electricity": (electricity(folder), {}),
    }
    tools = {
        "ours": ("ours", {"repeats": 5}),
        "statsmodels": ("statsmodels", {}),
        "statsmodels, x / 100": ("statsmodels", {"scale": 100.0}),
        "xlogit": ("xlogit", {"repeats": 3}),
    }
    missed = []
    print(f"{'data':24} {'tool':22} {'digits':>7} {'log-likelihood':>16} {'seconds':>9} {'MB':>6}")
    for title, (rows, printed) in sets.items():
        mine = None
        for name, (tool, options) in tools.items():
            try:
                made = asked(tool, rows, may=may, **options)
            except NotMeasuredError as why:
                print(f"{title:24} {name:22} not measured: {why}")
                continue
            found = dict(zip(map(str, rows["names"]), made["coefficients"], strict=True))
            mine = mine or found
            near = digits(found, printed or mine)
            odd = "" if made["good"] else "  says that it has not converged"
            shown = "-" if mine is found and not printed else f"{min(max(near, 0.0), 9.9):.1f}"
            print(f"{title:24} {name:22} {shown:>7} {made['loglik']:16.4f} {made['seconds']:9.4f} {made['mb']:6.0f}{odd}")  # fmt: skip
            if name == "ours":
                own = made
                if any(abs(found[k] - v) > PRINTED_TO for k, v in printed.items()):
                    missed.append(title)
            else:
                losses.judge(f"{title}, seconds", name, made["seconds"], own["seconds"])
                losses.judge(f"{title}, MB with its imports", name, made["mb"], own["mb"])
                losses.judge(f"{title}, distance to the maximum", name, -made["loglik"], -own["loglik"] + 1e-6)  # fmt: skip
    return missed


def mixed(folder: Path, *, may: bool, quick: bool) -> None:
    """The published mixed logit at its 100 draws and at more: how far the estimates move, in standard errors."""
    rows, before = electricity(folder), None
    print("\nElectricity, mixed logit of xlogit (published: 100 Halton draws)")
    print(f"{'draws':>6} {'log-likelihood':>15} {'worst gap to print':>19} {'moved since, s.e.':>18} {'seconds':>8}  loc (2.07572)")  # fmt: skip
    for draws in (100, 200) if quick else (100, 200, 400, 800):
        try:
            made = asked("xlogit", rows, may=may, limit=1800, draws=draws, errors=True)
        except NotMeasuredError as why:
            print(f"{draws:6} not measured: {why}")
            continue
        values = np.abs(made["coefficients"])
        gap = np.abs(values - np.abs(MIXED)).max()
        moved = "-" if before is None else f"{(np.abs(values - before) / np.array(made['errors'])).max():.2f}"
        print(f"{draws:6} {made['loglik']:15.3f} {gap:19.5f} {moved:>18} {made['seconds']:8.1f}  {values[2]:.5f}", flush=True)  # fmt: skip
        before = values


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument(
        "--quick", action="store_true", help="fewer draws; nothing is installed that is not there"
    )
    quick = parser.parse_args().quick
    folder = Path(os.environ.get("CMO_TEST_DATA", "")) / "brand"
    if not (folder / "mlogit_Heating.csv").is_file():
        print("not measured: CMO_TEST_DATA names no folder with brand/mlogit_Heating.csv.")
        return
    losses = rivals.Losses()
    missed = plain(folder, may=not quick, losses=losses)
    mixed(folder, may=not quick, quick=quick)
    print("\nbetter than ours:", "; ".join(losses) if losses else "nothing")
    print("printed digits missed by ours:", "; ".join(missed) if missed else "none")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
