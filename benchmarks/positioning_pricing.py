"""Price points beside the published figures of R's pricesensitivitymeter: digits and seconds.

    python benchmarks/positioning_pricing.py [--quick]

1. Price points of 250 answers, plain and weighted; the prices of most buyers and most revenue of Newton, Miller and Smith: largest
   difference from the published figure, in units of its last digit.
2. Parameters of the NBD-Dirichlet of the toothpaste market, as R's NBDdirichlet 1.4 prints them.
3. Seconds of the points, of 300 redraws, of a ladder with 1,000 redraws, and of an elasticity of 108 months. --quick runs each once.

The weighted optimal price was published as 13.63 and is 13.62 here: two sums of weights that are equal but for rounding fall on
either side of a tie. R gives no interval, and no package on PyPI gives price points with intervals or fits the NBD-Dirichlet, so
R's printed figures are the only rival. Exit code 1 when another figure misses its digits or 300 redraws take a second or more.
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
from helpers.methods.elasticity import own_price_elasticity

NAMES = {"tch": "too_cheap", "ch": "cheap", "ex": "expensive", "tex": "too_expensive", "pi_ch": "intent_cheap", "pi_ex": "intent_expensive"}  # fmt: skip
PUBLISHED = {
    "PMC": (11.65, 2), "PME": (14.86, 2), "IDP": (12.943333, 6), "OPP": (13.62, 2), "weighted PMC": (11.90388, 5),
    "weighted PME": (15.617654, 6), "weighted IDP": (13.688765, 6), "weighted OPP": (13.63, 2), "most buyers": (13.05, 2), "most revenue": (13.11, 2),
}  # fmt: skip
TIED = "weighted OPP"
SHARES, BOUGHT = [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02], [0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02]  # fmt: skip
# R stops at 50 purchases, so that its last digits of S are not those of the formula.
TOOTHPASTE = {"mean": (1.456, 1e-6), "k": (0.7788, 5e-5), "s": (1.29528, 5e-5)}
REFERENCE = {"price points": 0.015, "price points, 300 redraws": 2.7}  # seconds, measured with plain code


def found(frame: pd.DataFrame) -> dict[str, float]:
    weight = frame["gender_pop"] / frame["gender"].map(frame["gender"].value_counts())
    made = {}
    for prefix, weights in (("", None), ("weighted ", weight)):
        points = pricing.van_westendorp(pricing.answers(frame, weights=weights), ties="above", crossing="line").table  # fmt: skip
        made |= {f"{prefix}{row.point.upper()}": row.value for row in points.itertuples()}
    reach = pricing.newton_miller_smith(pricing.answers(frame))
    return made | {"most buyers": reach.best_reach.value, "most revenue": reach.best_revenue.value}


def months(seed: int = 1) -> pd.DataFrame:
    rng, rows = np.random.default_rng(seed), []
    for market in ("FR", "BE", "CH"):
        price = 0.05 * rng.standard_normal(36)
        units = np.exp(6 - 1.8 * price + 0.04 * rng.standard_normal(36))
        rows.append(pd.DataFrame({"market": market, "month": pd.period_range("2023-10", periods=36, freq="M"), "units": units, "price": np.exp(price)}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def seconds(work, times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return min(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="time each once")
    times = 1 if parser.parse_args().quick else 5
    folder = os.environ.get("CMO_TEST_DATA")
    if not folder:
        sys.exit("CMO_TEST_DATA is not set: the published answers are not on this machine")
    frame = pd.read_csv(Path(folder) / "brand" / "psm_vignette1976.csv").rename(columns=NAMES)
    bad, made = [], found(frame)
    print(f"{'figure':28}{'published':>12}{'here':>14}  verdict")
    for name, (value, digits) in PUBLISHED.items():
        good = abs(made[name] - value) <= 0.5001 * 10**-digits
        verdict = "same digits" if good else "a tie, see above" if name == TIED else "MISSED"
        bad += [name] if verdict == "MISSED" else []
        print(f"{name:28}{value:12.6f}{made[name]:14.6f}  {verdict}")
    market = dirichlet.fit(0.56, 2.6, SHARES, BOUGHT)
    for name, (value, tolerance) in TOOTHPASTE.items():
        here = float(getattr(market, name))
        good = abs(here - value) <= tolerance
        bad += [] if good else [f"toothpaste {name}"]
        print(f"{f'toothpaste {name}':28}{value:12.6f}{here:14.6f}  {'same digits' if good else 'MISSED'}")
    given = pricing.answers(frame)
    ladder = pd.DataFrame({price: (np.random.default_rng(1).normal(110, 25, 600) >= price) * 1.0 for price in (79, 99, 119, 139, 159)})  # fmt: skip
    table = months()
    work = {
        "price points": lambda: pricing.van_westendorp(pricing.answers(frame), redraws=1),
        "price points, 300 redraws": lambda: pricing.van_westendorp(given, interval="bootstrap", redraws=300),
        "buyers over price, 300 redraws": lambda: pricing.newton_miller_smith(given, redraws=300),
        "ladder of 600, 1,000 redraws": lambda: pricing.gabor_granger(ladder, redraws=1000),
        "elasticity of 108 months": lambda: own_price_elasticity(table),
    }
    print(f"\n{'work':34}{'seconds':>10}{'plain code':>12}")
    for name, one in work.items():
        took = seconds(one, times)
        print(f"{name:34}{took:10.4f}{REFERENCE.get(name, float('nan')):12.3f}")
        bad += [name] if name == "price points, 300 redraws" and took >= 1 else []
    sys.exit(f"missed: {', '.join(bad)}" if bad else 0)


if __name__ == "__main__":
    main()
