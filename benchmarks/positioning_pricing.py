"""Price points and the NBD-Dirichlet against the digits of R's packages, and the seconds they take.

    python benchmarks/positioning_pricing.py [--quick]

1. The weighted-data vignette of pricesensitivitymeter (250 answers, 22 out of order): four price points without and with weights, the
   prices of most buyers and most revenue, seconds of 300 redraws; the reference took 2.7 s for as many.
2. Answers of 2,000 people: seconds of points, buyers and a ladder, with their intervals.
3. The toothpaste market of NBDdirichlet 1.4: parameters and seconds.

No package on PyPI gives price points with intervals, and none fits the NBD-Dirichlet, so R's published output is the only rival; it gives no
interval. Published data are read from the folder in CMO_TEST_DATA. Exit code 1 when a published digit is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.methods import dirichlet, pricing

REFERENCE_SECONDS = 2.7  # 300 redraws
NAMES = {"tch": "too_cheap", "ch": "cheap", "ex": "expensive", "tex": "too_expensive", "pi_ch": "intent_cheap", "pi_ex": "intent_expensive"}  # fmt: skip
PLAIN = {"pmc": 11.65, "pme": 14.86, "idp": 12.943333, "opp": 13.62}
# The weighted optimal price rests on two sums of weights that are equal but for rounding: either of two neighbouring prices.
WEIGHTED = {"pmc": 11.90388, "pme": 15.617654, "idp": 13.688765, "opp": 13.63}
TOLERANCE = {"opp": 0.0101}
SHARES, BOUGHT = [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02], [0.2, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02]  # fmt: skip
TOOTHPASTE = {"mean": (1.456, 1e-6), "k": (0.7788, 5e-5), "s": (1.29528, 5e-5)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="smaller sizes")
    quick = parser.parse_args().quick
    bad = [*vignette(), *toothpaste()]
    many(500 if quick else 2_000)
    if bad:
        sys.exit(f"outside: {', '.join(bad)}")


def vignette() -> list[str]:
    """Names of the digits that are missed."""
    folder = os.environ.get("CMO_TEST_DATA")
    if not folder:
        print("(vignette: set CMO_TEST_DATA to the folder of published data)")
        return []
    frame = pd.read_csv(Path(folder) / "brand" / "psm_vignette1976.csv")
    weight = frame["gender_pop"] / frame["gender"].map(frame["gender"].value_counts())
    frame = frame.rename(columns=NAMES)
    bad = []
    print(f"{'':26}{'published':>12}{'ours':>14}{'difference':>13}{'interval':>20}")
    for title, weights, published in (("plain", None, PLAIN), ("weighted", weight, WEIGHTED)):
        given = pricing.answers(frame, weights=weights)
        made = pricing.van_westendorp(given, ties="above", crossing="line")
        for name, known in published.items():
            value, low, high = made.at(name)
            bad += _line(
                f"{title} {name}",
                known,
                value,
                TOLERANCE.get(name, 5e-7) if weights is not None else 5e-7,
                (low, high),
            )
    bad += _line("out of order", 22, given.n_out, 0)
    reach = pricing.newton_miller_smith(pricing.answers(frame))
    bad += _line("price of most buyers", 13.05, reach.best_reach.value, 1e-9, reach.best_reach[1:3])
    bad += _line("price of most revenue", 13.11, reach.best_revenue.value, 1e-9, reach.best_revenue[1:3])
    given, started = pricing.answers(frame), time.perf_counter()
    pricing.van_westendorp(given, interval="bootstrap", redraws=300)
    print(f"300 redraws: {time.perf_counter() - started:.3f} s; reference {REFERENCE_SECONDS} s")
    return bad


def toothpaste() -> list[str]:
    """Names of the digits that are missed."""
    started = time.perf_counter()
    market = dirichlet.fit(0.56, 2.6, SHARES, BOUGHT)
    taken = time.perf_counter() - started
    bad = []
    for name, (known, tolerance) in TOOTHPASTE.items():
        bad += _line(f"toothpaste {name}", known, float(getattr(market, name)), tolerance)
    print(f"NBD-Dirichlet: {taken:.4f} s")
    return bad


def many(n: int) -> None:
    """Seconds of a large sample."""
    rng = np.random.default_rng(1)
    top = np.exp(rng.normal(4.7, 0.2, n))
    frame = pd.DataFrame({name: np.round(top * part, 1) for name, part in zip(pricing.FOUR, (0.6, 0.8, 1.15, 1.5), strict=True)})  # fmt: skip
    frame["intent_cheap"], frame["intent_expensive"] = rng.integers(1, 6, n), rng.integers(1, 6, n)
    ladder = pd.DataFrame({price: (top >= price).astype(float) for price in (79, 99, 119, 139, 159)})
    given = pricing.answers(frame)
    for name, run in {
        "price points": lambda: pricing.van_westendorp(given),
        "buyers and revenue": lambda: pricing.newton_miller_smith(given),
        "ladder": lambda: pricing.gabor_granger(ladder),
    }.items():
        started = time.perf_counter()
        run()
        print(f"{n:,} people, {name}: {time.perf_counter() - started:.2f} s")


def _line(name: str, known: float, ours: float, tolerance: float, bounds: tuple = ()) -> list[str]:
    interval = f"{bounds[0]:.2f} to {bounds[1]:.2f}" if bounds else ""
    missed = abs(ours - known) > tolerance
    print(f"{name:26}{known:12.6f}{ours:14.6f}{ours - known:13.1e}{interval:>20}{'  MISSED' if missed else ''}")  # fmt: skip
    return [name] if missed else []


if __name__ == "__main__":
    main()
