"""Speed, memory and accuracy of the BG/NBD fit, each size in its own process, rivals beside.

    python benchmarks/lifetime.py [--max 5000000] [--repeat 3] [--rival-max 100000]

Customers are drawn with the published CDNOW parameters, ages of 27 to 39 weeks, dates in whole days. Wall and
CPU are of the fit alone (median, standard errors included); RSS is the peak of the process, imports and the
table included.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import time

SIZES = [2_357, 23_570, 100_000, 1_000_000, 5_000_000]
TRUTH = (0.243, 4.414, 0.793, 2.426)


def customers(n):
    import numpy as np

    from helpers.methods.lifetime_draw import draw_bgnbd

    ages = np.random.default_rng(1).integers(27 * 7, 39 * 7, n) / 7
    return draw_bgnbd(*TRUTH, ages, seed=n, grid=1 / 7)[["frequency", "recency", "age"]]


def fit_helpers(table):
    from helpers.methods.lifetime_betageo import fit_bgnbd

    fit = fit_bgnbd(table)
    return fit.params.tolist(), list(fit.se)


def fit_lifetimes(table):
    from lifetimes import BetaGeoFitter

    fit = BetaGeoFitter().fit(table["frequency"], table["recency"], table["age"])
    return [float(fit.params_[name]) for name in ("r", "alpha", "a", "b")], None


def fit_clvkit(table):
    import pandas as pd
    from clvkit.clv import BGNBD
    from clvkit.customer_base import CustomerBase

    base = CustomerBase(
        table.rename(columns={"age": "T"}),
        time_unit="W",
        observation_period_end=pd.Timestamp("1997-09-30"),
        has_monetary=False,
        on_negative="raise",
    )
    return [float(v) for v in BGNBD().fit(base).params_[["r", "alpha", "a", "b"]]], None


FITS = {"helpers": fit_helpers, "lifetimes": fit_lifetimes, "clvkit": fit_clvkit}


def one(tool, n, repeat):
    from helpers.methods.lifetime_summary import compress

    table = customers(n)
    walls, cpus = [], []
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        params, se = FITS[tool](table)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result = {"wall": sorted(walls)[repeat // 2], "cpu": sorted(cpus)[repeat // 2], "rss": peak}
    return result | {"params": params, "se": se, "triples": len(compress(table).x)}


def forecast(n):
    from helpers.methods.lifetime import expected_purchases
    from helpers.methods.lifetime_betageo import fit_bgnbd
    from helpers.methods.lifetime_forecast import forecast_total

    table = customers(n)
    fit = fit_bgnbd(table)
    times = {}
    for name, call in {
        "expected_purchases": lambda: expected_purchases(fit, table, 39),
        "forecast_total": lambda: forecast_total(fit, table, 39, seed=0),
    }.items():
        start = time.perf_counter()
        call()
        times[name] = time.perf_counter() - start
    return times | {"rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def in_own_process(*arguments):
    run = subprocess.run([sys.executable, __file__, *map(str, arguments)], capture_output=True, text=True)
    if run.returncode:
        return None, (run.stderr.strip().splitlines() or [f"exit code {run.returncode}"])[-1][:80]
    return json.loads(run.stdout.splitlines()[-1]), None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--max", type=int, default=SIZES[-1], help="largest number of customers")
    parser.add_argument("--rival-max", type=int, default=100_000, help="largest number for the rivals")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--forecast", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one[0], int(options.one[1]), options.repeat)))
        return
    if options.forecast:
        print(json.dumps(forecast(options.forecast)))
        return
    print(f"truth: r alpha a b = {TRUTH}")
    print("tool       customers    triples  wall s   CPU s  RSS MB  estimate (standard error)")
    for tool in FITS:
        if importlib.util.find_spec(tool) is None:
            print(f"{tool:9}  not installed")
            continue
        for n in SIZES:
            if n > (options.max if tool == "helpers" else min(options.max, options.rival_max)):
                break
            row, error = in_own_process("--one", tool, n, "--repeat", options.repeat)
            if error:
                print(f"{tool:9} {n:10,}  failed: {error}")
                continue
            se = row["se"] or [None] * 4
            pairs = zip(row["params"], se, strict=True)
            text = "  ".join(f"{p:.4f}" + (f" ({s:.4f})" if s is not None else "") for p, s in pairs)
            numbers = f"{row['wall']:7.3f} {row['cpu']:7.3f} {row['rss']:7.0f}"
            print(f"{tool:9} {n:10,} {row['triples']:10,} {numbers}  {text}", flush=True)
    print("\nforecast    customers  expected_purchases s  forecast_total s (400 draws)  RSS MB")
    for n in SIZES:
        if n <= min(options.max, 1_000_000):
            row, error = in_own_process("--forecast", n)
            if error:
                print(f"         {n:12,}  failed: {error}")
                continue
            times = f"{row['expected_purchases']:20.3f} {row['forecast_total']:29.3f}"
            print(f"         {n:12,}  {times} {row['rss']:7.0f}", flush=True)


if __name__ == "__main__":
    main()
