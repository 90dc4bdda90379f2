"""First table of `crm.py`: seconds, memory and parameters of fits."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from crm_envs import HAS, OURS, Losses, NotMeasuredError, measure, save

from helpers.methods.lifetime import MODELS
from helpers.methods.lifetime_draw import draw_bgnbd

SIZES = [2_357, 23_570, 100_000, 1_000_000, 5_000_000]
TRUTH = (0.243, 4.414, 0.793, 2.426)
WEEKS = 39


def draw(n: int) -> pd.DataFrame:
    ages = np.random.default_rng(1).integers(27 * 7, 39 * 7, n) / 7
    return draw_bgnbd(*TRUTH, ages, seed=n, grid=1 / 7)[["frequency", "recency", "age"]]


def estimates(row: dict) -> str:
    se = row["se"] or [None] * len(row["params"])
    pairs = zip(row["params"].items(), se, strict=True)
    return "  ".join(f"{k} {p:.4f}" + ("" if s is None else f" ({s:.4f})") for (k, p), s in pairs)


def fits(tools: list[str], options, losses: Losses) -> None:
    print(f"\n1. FIT, truth r alpha a b = {TRUTH}; BG/NBD is the model that the customers are drawn from")
    head = f"{'model':11}{'customers':>10}  {'tool':15}{'wall s':>8}{'CPU s':>8}{'x ours':>8}"
    print(head + f"{'forecast s':>11}{'import s':>9}{'peak MB':>9}  estimate (standard error)")
    given_up = set()
    for n in [n for n in SIZES if n <= options.max]:
        with tempfile.TemporaryDirectory() as folder:
            table = save(folder, draw(n))
            for model in MODELS:
                ours = fit_row(OURS, table, n, model, 3600, None, options.repeat)
                able = [t for t in tools if model in HAS[t] and (t, model) not in given_up]
                for tool in able if n <= options.rival_max else []:
                    row = fit_row(tool, table, n, model, options.limit, ours, options.repeat)
                    if row is None:
                        given_up.add((tool, model))
                    else:
                        judge_fit(f"{model}, {n:,} customers", tool, row, ours, losses)
                if n == SIZES[0] and model == "BG/NBD" and "clvkit" in tools and not options.quick:
                    print_refits(table, ours, options.limit)
            print_total(table, n)


def fit_row(tool: str, table: Path, n: int, model: str, limit: float, ours: dict | None, repeat: int):
    """Measure and print one fit; None where it could not be measured, which the row says."""
    start = f"{model:11}{n:10,}  {tool:15}"
    try:
        row = measure(tool, "fit", table, limit=limit, model=model, repeat=repeat, horizon=WEEKS)
    except NotMeasuredError as reason:
        print(f"{start}  not measured: {reason}", flush=True)
        return None
    print(start + seconds(row, ours) + f"  {estimates(row)}", flush=True)
    return row


def judge_fit(what: str, tool: str, row: dict, ours: dict | None, losses: Losses) -> None:
    words = {"wall": "seconds", "forecast": "seconds of the forecast", "import": "seconds of the import"}
    for name, said in (words | {"rss": "peak MB"}).items():
        if ours and row[name] and ours[name]:
            losses.judge(f"{what}, {said}", tool, row[name], ours[name])


def seconds(row: dict, ours: dict | None) -> str:
    times = f"{row['forecast']:11.3f}{row['import']:9.1f}" if "import" in row else " " * 20
    peak = "" if row["rss"] is None else f"{row['rss']:.0f}"
    ratio = f"{row['wall'] / ours['wall']:.1f}" if ours else ""
    return f"{row['wall']:8.3f}{row['cpu']:8.3f}{ratio:>8}{times}{peak:>9}"


def print_refits(table: Path, ours: dict | None, limit: float) -> None:
    """Clvkit has its standard errors from 200 refits: the time of those, without the fit itself."""
    start = f"{'BG/NBD':11}{SIZES[0]:10,}  {'clvkit, errors':15}"
    try:
        row = measure("clvkit", "refits", table, limit=limit, model="BG/NBD", seed=0)
    except NotMeasuredError as reason:
        print(f"{start}  not measured: 200 refits {reason}", flush=True)
        return
    print(start + seconds(row, ours) + f"  {estimates(row)}", flush=True)


def print_total(table: Path, n: int) -> None:
    row = measure(OURS, "total", table, limit=3600, model="BG/NBD", horizon=WEEKS, seed=0)
    line = f"{row['value']:,.0f} [{row['low']:,.0f}, {row['high']:,.0f}] in {row['seconds']:.3f} s"
    print(f"{'BG/NBD':11}{n:10,}  {OURS:15}total of {WEEKS} weeks with its 90 % interval: {line}", flush=True)
