"""Tests by region and interrupted series beside what others have printed of theirs.

    CMO_TEST_DATA=… python benchmarks/activation_geo.py [--reps 1000]

Prints: GeoLift's walkthrough, digit by digit; how often tests of nothing are significant at 5 %, by method; the worlds of the Recast
study beside its row of GeoLift; CausalImpact's sets beside R; the go-dark test and Proposition 99. The worlds are drawn as the study
describes its panels (`generate_panels.R` of getrecast/geolift-simulation-study, through the port in mlsynth's GEOX); the draws are
NumPy's, so single panels differ. Lengths of intervals are not compared. The process is multiplicative with one trend for all regions,
which suits a log ratio.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.methods import geo_panel
from helpers.methods.geo_permutation import inverted, shift_p
from helpers.methods.geo_placebo import in_space, spread
from helpers.methods.geo_ratio import log_ratio, steady_control
from helpers.methods.geo_synthetic import residuals, synthetic
from helpers.methods.series import interrupted

# The study's printed row of GeoLift (augmented synthetic control, blocks): bias in points without an effect, false positives,
# power and coverage at a lift of 7.5 %.
GEOLIFT = {
    "A1": (0.22, 0.046, 0.087, 0.922),
    "A2": (3.22, 0.042, 0.090, 0.936),
    "A3": (1.03, 0.049, 0.107, 0.925),
    "A4": (-0.39, 0.033, 0.043, 0.951),
}
WEEKDAYS = np.array([-1.0, -0.5, 0.0, 0.2, 0.8, 1.0, 0.5])  # Monday to Sunday
LIFT = 0.075


def recast(world: str, lift: float, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Treated series, untreated series [time x region], treated without the effect, days before.

    A1: 21 regions, 90 days before, 15 in the test. A2: the treated one is five times as large. A3: 9 controls. A4: 30 days before.
    """
    n_control = 9 if world == "A3" else 20
    total, before = (45, 30) if world == "A4" else (105, 90)
    rng = np.random.default_rng(seed)
    size = np.sort(rng.lognormal(np.log(4000) - 0.6**2 / 2, 0.6, n_control + 1))
    treated = int(np.argmin(np.abs(size - np.median(size))))
    noise = rng.normal(size=(n_control + 1, total))
    for t in range(1, total):
        noise[:, t] += 0.3 * noise[:, t - 1]
    scale = np.sqrt(size / size.mean())
    if world == "A2":
        size = np.where(np.arange(n_control + 1) == treated, 5 * size, size)
    day = np.arange(1, total + 1)
    common = (1 + 0.001 * day) * (1 + 0.1 * WEEKDAYS[(day - 1) % 7])
    sales = (size[:, None] * common * np.exp(0.2 * scale[:, None] * noise)).T
    without = sales[:, treated]
    return without * np.where(day > before, 1 + lift, 1.0), np.delete(sales, treated, axis=1), without, before


def print_recast(reps: int) -> list[str]:
    print(
        f"\nRecast's worlds, {reps} panels with and {reps} without an effect; 95 % intervals; printed GeoLift in brackets"
    )
    print(
        "world   bias, points      false positives    power at 7.5 %       coverage       times the power   ms a fit"
    )
    bad = []
    for world, (bias, wrong, power, cover) in GEOLIFT.items():
        seen, began = {0.0: [], LIFT: []}, time.perf_counter()
        for seed in range(reps):
            for lift in seen:
                treated, control, without, before = recast(world, lift, seed)
                during = np.arange(len(treated)) >= before
                found = log_ratio(treated, steady_control(control, ~during), during, level=0.95)
                true = float((treated - without)[during].sum())
                seen[lift].append(
                    (found.lift.value, found.p <= 0.05, found.effect.low <= true <= found.effect.high)
                )
        spent = (time.perf_counter() - began) / reps / 2 * 1000
        null, some = (np.array(seen[lift], dtype=float).mean(axis=0) for lift in seen)
        times = some[1] / power
        good = null[1] <= 0.07 and some[2] >= 0.93 and times >= 1.5
        bad += [] if good else [f"Recast {world}"]
        print(f"{world}     {100 * null[0]:5.2f} ({bias:5.2f})     {null[1]:.3f} ({wrong:.3f})      {some[1]:.3f} ({power:.3f})      "
              f"{some[2]:.3f} ({cover:.3f})   {times:.2f}              {spent:.1f}")  # fmt: skip
    return bad


def print_walkthrough(folder: Path) -> list[str]:
    panel = pd.read_csv(folder / "geolift/GeoLift_Test.csv").pivot(
        index="date", columns="location", values="Y"
    )
    pair, during = ["chicago", "portland"], np.arange(len(panel)) >= 90
    treated, donors = panel[pair], panel.drop(columns=pair)
    began = time.perf_counter()
    found = synthetic(treated, donors, during)
    spent = time.perf_counter() - began
    left = residuals(treated, donors, 0 * during)
    shifted = inverted(
        lambda e: residuals(treated, donors, e * during), during, found.att, step=20.0, level=0.90
    )
    print(f"\nGeoLift's walkthrough (printed: 155.556, 5.4 %, 4,667, 909.489, 0.1636), {spent * 1000:.0f} ms")
    print(
        f"  att {found.att:.3f}  lift {found.lift:.1%}  incremental {found.incremental:,.0f}  L2 {found.l2:.3f}  scaled {found.scaled_l2:.4f}"
    )
    print(
        "  weights "
        + ", ".join(
            f"{n} {w:.4f}"
            for n, w in found.weights.sort_values(ascending=False, kind="stable").items()
            if w > 5e-5
        )
    )
    print(
        f"  p, days drawn singly {_single(left, during, 2000):.3f}; blocks, size {shift_p(left, during, signed=False):.3f}; blocks, sum {shift_p(left, during):.3f}"
    )
    print(
        f"  90 % interval of the last test turned round: {shifted.effect.low:.0f} to {shifted.effect.high:.0f}, p {shifted.p:.3f}"
    )
    return [] if round(found.att, 3) == 155.556 and round(found.l2, 3) == 909.489 else ["walkthrough"]


def print_nothing(folder: Path) -> list[str]:
    panel = pd.read_csv(folder / "geolift/GeoLift_PreTest.csv").pivot(
        index="date", columns="location", values="Y"
    )
    print("\nTests of nothing on GeoLift_PreTest, 150 random pairs of cities, share significant at 5 %")
    bad = []
    for title, fixed in (("last 15 of 90 days", True), ("15 days that end on a day from 60 to 90", False)):
        rng, rows = np.random.default_rng(1), []
        for _ in range(150):
            pair = rng.choice(panel.columns, 2, replace=False)
            end = 90 if fixed else int(rng.integers(60, 91))
            seen, during = panel.iloc[:end], np.arange(end) >= end - 15
            treated, donors = seen[pair], seen.drop(columns=pair)
            left, steady = residuals(treated, donors, 0 * during), steady_control(donors.to_numpy(), ~during)
            wider = spread(in_space(donors, during, n_treated=2, n_all=40, n_placebos=60, period=7))
            ratio = {"period": 7, "level": 0.95}
            rows.append((
                _single(left, during, 400) <= 0.05, shift_p(left, during, signed=False) <= 0.05, shift_p(left, during) <= 0.05,
                log_ratio(treated.sum(axis=1), steady, during, **ratio).p <= 0.05,
                log_ratio(treated.sum(axis=1), steady, during, spread=wider, **ratio).p <= 0.05,
            ))  # fmt: skip
        share = np.mean(rows, axis=0)
        print(f"  {title}: days singly {share[0]:.3f}, blocks by size {share[1]:.3f}, blocks by sum {share[2]:.3f}, ratio {share[3]:.3f}, "
              f"ratio widened by placebos {share[4]:.3f}")  # fmt: skip
        bad += [] if fixed or 0.02 <= share[2] <= 0.09 else ["tests of nothing"]
    return bad


def print_series(folder: Path) -> list[str]:
    print("\nCausalImpact's sets, mean effect a time, 95 % interval; R in brackets")
    sets = (
        ("arma", "y", 70, "0.89, 0.27 to 1.5"),
        ("google", "y", 61, "27, 18 to 36"),
        ("comparison", "CHANGED", 90, "-657, -2076 to 832"),
    )
    for name, column, before, printed in sets:
        table = pd.read_csv(folder / f"causalimpact/{name}_data.csv")
        others = table.drop(columns=[column, *(c for c in table if c.lower() == "date")])
        began = time.perf_counter()
        one = interrupted(table[column], before, others, level=0.95)
        print(
            f"  {name:11} {one.mean.value:.3g}, {one.mean.low:.3g} to {one.mean.high:.3g}, p {one.p:.3f} ({printed}); {time.perf_counter() - began:.2f} s"
        )
    return []


def print_known(folder: Path) -> list[str]:
    rows = pd.read_csv(folder / "mlsynth/apple_godark_dmas.csv")
    panel, dark = (
        rows.pivot(index="week", columns="dma", values="sales"),
        rows.loc[rows["went_dark"], "dma"].unique(),
    )
    treated, donors, during = panel[dark], panel.drop(columns=dark), panel.index >= 40
    truth = rows.loc[rows["tau_true"] != 0, "tau_true"].mean()
    cells = len(dark) * int(during.sum())
    ratio = log_ratio(
        treated.sum(axis=1), steady_control(donors.to_numpy(), ~during), during, level=0.95
    ).effect
    pair = geo_panel.differences(treated, donors, during, level=0.95).effect
    print(f"\nGo-dark test, truth {truth:.3f}: ratio {ratio.value / cells:.2f} ({ratio.low / cells:.2f} to {ratio.high / cells:.2f}), "
          f"differences {pair.value:.2f} ({pair.low:.2f} to {pair.high:.2f})")  # fmt: skip
    smoke = pd.read_csv(folder / "causalpy/california_prop99.csv").set_index("Year")
    one, rest, after = smoke[["California"]], smoke.drop(columns="California"), smoke.index >= 1989
    found = synthetic(one, rest, after, intercept=False)
    print(f"Proposition 99: synthetic control on outcomes alone {found.att:.4f} (R augsynth -19.5136), differences "
          f"{geo_panel.differences(one, rest, after).effect.value:.4f} (-27.3491)")  # fmt: skip
    return [] if ratio.low <= truth * cells <= ratio.high else ["go-dark"]


def _single(left: np.ndarray, during: np.ndarray, draws: int) -> float:
    """p from days drawn singly, the default of GeoLift."""
    rng, seen = np.random.default_rng(0), np.abs(left[during]).sum()
    return float(np.mean([np.abs(rng.permutation(left)[during]).sum() >= seen - 1e-9 for _ in range(draws)]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--reps", type=int, default=1000)
    options, bad = parser.parse_args(), []
    if data := os.environ.get("CMO_TEST_DATA"):
        folder = Path(data) / "activation"
        for part in (print_walkthrough, print_nothing, print_series, print_known):
            bad += part(folder)
    else:
        print("CMO_TEST_DATA is not set: only the drawn worlds are run.")
    bad += print_recast(options.reps)
    print("\nmissed:", "; ".join(bad) or "none")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
