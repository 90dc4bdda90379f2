"""Second and third table of `crm.py`: forecasts of real customers, and intervals of their totals."""

from __future__ import annotations

import tempfile
import time

import numpy as np
from crm_bases import Base
from crm_envs import CLEARLY, HAS, OURS, Losses, NotMeasuredError, measure, save

from helpers.methods.lifetime import MODELS, expected_purchases, fit_model
from helpers.methods.lifetime_backtest import calibrated_interval, longest_backtest
from helpers.methods.lifetime_clock import MIN_WEEKS, fit_clock, length, on_clock
from helpers.methods.lifetime_competition import LEARNT, RATE, TENTH, compete
from helpers.methods.lifetime_forecast import forecast_total

COLUMNS = ["frequency", "recency", "age"]
LEVEL = 0.80
NUTS_SECONDS = 120


def scores(expected, future: np.ndarray) -> dict:
    """Errors of a forecast of each customer; a customer whom the tool gives no number counts as none expected."""
    expected = np.asarray(expected, dtype=float)
    lacking = int((~np.isfinite(expected)).sum())
    expected = np.where(np.isfinite(expected), expected, 0.0)
    off = expected - future
    first = np.argsort(-expected, kind="stable")[: int(np.ceil(TENTH * len(future)))]
    return {
        "error": expected.sum() / future.sum() - 1,
        "mae": np.abs(off).mean(),
        "rmse": np.sqrt((off**2).mean()),
        "top": future[first].sum() / future.sum(),
        "lacking": lacking,
    }


def own_forecasts(base: Base) -> dict:
    """Name to what makes our forecast of each customer, or the figures themselves for the learnt one."""
    summary, age = base.summary, base.summary["age"]

    def modelled(name, table=summary, horizon=base.horizon):
        return expected_purchases(fit_model(name, table), table, horizon)

    def on_the_clock():
        clock = fit_clock(base.known, until=base.cut)
        if clock is None:
            weeks = ((base.cut - base.days["day"].min()).days + 1) // 7
            raise NotMeasuredError(f"it needs {MIN_WEEKS} weeks of history, there are {weeks}")
        ahead = length(clock, base.cut, base.horizon)
        return modelled("BG/NBD", on_clock(summary, clock, until=base.cut), ahead)

    def learnt():
        until = base.cut + np.timedelta64(round(base.horizon * 7), "D")
        row = compete(base.days, horizon=base.horizon, origins=1, until=until, candidates=(LEARNT,))
        if row.empty:
            raise NotMeasuredError(
                f"there are no {base.horizon:g} weeks before the {base.horizon:g} it learns from"
            )
        found = row.iloc[0]
        return {"error": found["error"], "mae": found["mae"], "top": found["top_share"], "lacking": 0}

    plain = (summary["frequency"] / age.where(age > 0) * base.horizon).fillna(0)
    return {
        **{name: lambda name=name: modelled(name) for name in MODELS},
        "BG/NBD on a seasonal clock": on_the_clock,
        LEARNT: learnt,
        RATE: lambda: plain,
    }


def holdout(tools: list[str], at_hand: list[Base], options, losses: Losses) -> None:
    print("\n2. HOLDOUT, what each customer bought after the cut")
    head = f"{'base':17}{'model':34}{'tool':15}"
    print(head + f"{'error':>8}{'MAE':>8}{'RMSE':>8}{'top tenth':>11}")
    for base in at_hand:
        future, ours = base.future, {}
        print(
            f"{base.name}: {len(future):,} customers, {future.sum():,.0f} purchases in {base.horizon:g} weeks"
        )
        for name, make in own_forecasts(base).items():
            start = f"{'':17}{name:34}{OURS:15}"
            try:
                made = make()
            except NotMeasuredError as reason:
                print(f"{start}not run: {reason}")
                continue
            ours[name] = made if isinstance(made, dict) else scores(made, future)
            print(start + figures(ours[name]), flush=True)
        with tempfile.TemporaryDirectory() as folder:
            table = save(folder, base.summary[COLUMNS])
            for tool in tools:
                for model in HAS[tool]:
                    start = f"{'':17}{model:34}{tool:15}"
                    try:
                        row = measure(
                            tool, "holdout", table, limit=options.limit, model=model, horizon=base.horizon
                        )
                    except NotMeasuredError as reason:
                        print(f"{start}not measured: {reason}", flush=True)
                        continue
                    found = scores(row["expected"], future)
                    print(start + figures(found), flush=True)
                    judge_holdout(f"{base.name}, {model}", tool, found, ours[model], losses)


def figures(row: dict) -> str:
    rmse = f"{row['rmse']:8.4f}" if "rmse" in row else f"{'-':>8}"
    more = f"   {row['lacking']} customers without a number" if row["lacking"] else ""
    return f"{row['error']:+8.1%}{row['mae']:8.4f}{rmse}{row['top']:11.1%}{more}"


def judge_holdout(what: str, tool: str, theirs: dict, ours: dict, losses: Losses) -> None:
    for name, words, shown in (
        ("error", "error of the total", "{:.1%}"),
        ("mae", "MAE", "{:.4f}"),
        ("rmse", "RMSE", "{:.4f}"),
    ):
        losses.judge(f"{what}, {words}", tool, abs(theirs[name]), abs(ours[name]), shown=shown)
    if theirs["top"] > ours["top"] * (1 + CLEARLY):
        losses.append(f"{what}, top tenth: {tool} {theirs['top']:.1%}, ours {ours['top']:.1%}")


def intervals(tools: list[str], at_hand: list[Base], options) -> None:
    print(f"\n3. INTERVALS, does the {LEVEL * 100:.0f} % interval of the total hold what came?")
    print(f"{'base':17}{'model':12}{'interval':38}{'forecast':>9}{'low':>9}{'high':>9}{'came':>8}  held")
    held = {}

    def show(base, model, name, row, note=""):
        came = base.future.sum()
        inside = bool(row["low"] <= came <= row["high"])
        held.setdefault(name, []).append(inside)
        numbers = f"{row['value']:9,.0f}{row['low']:9,.0f}{row['high']:9,.0f}{came:8,.0f}"
        verdict = "yes" if inside else "NO"
        print(f"{base.name:17}{model:12}{name:38}{numbers}  {verdict:4}{note}".rstrip(), flush=True)

    for base in at_hand:
        for model in MODELS:
            start = time.perf_counter()
            summary = base.summary
            plain = forecast_total(fit_model(model, summary), summary, base.horizon, level=LEVEL, seed=0)
            show(base, model, "ours, the model's own", plain.loc[0])
            backtest = longest_backtest(
                base.known, horizon=base.horizon, until=base.cut, draws=0, model=model
            )
            row = calibrated_interval(plain, backtest).loc[0]
            note = f"{row['interval']} by {row['n_origins']} cuts, {time.perf_counter() - start:.1f} s"
            show(base, model, "ours, calibrated by a backtest", row, note)
        if base.name == "CDNOW sample" and "pymc-marketing" in tools:
            name = "pymc-marketing, posterior of the mean"
            try:
                if options.quick:
                    raise NotMeasuredError("--quick leaves it out")
                row = posterior(base)
                show(base, "BG/NBD", name, row, f"NUTS, {row['seconds']:.0f} s")
            except NotMeasuredError as reason:
                print(f"{base.name:17}{'BG/NBD':12}{name:38}not run: {reason}", flush=True)
    for name, hits in held.items():
        print(f"held, {name}: {sum(hits)} of {len(hits)}")


def posterior(base: Base) -> dict:
    with tempfile.TemporaryDirectory() as folder:
        table = save(folder, base.summary[COLUMNS])
        asked = {"model": "BG/NBD", "horizon": base.horizon, "level": LEVEL, "seed": 0}
        return measure("pymc-marketing", "nuts", table, limit=NUTS_SECONDS, **asked)
