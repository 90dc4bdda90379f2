"""Do the intervals of the pipeline page hold what is true of the sample company? 20 worlds, each with its own truth.

    python benchmarks/coverage_pipeline.py [--seeds 20] [--scale 1]

Each world's business arm is drawn with a seed of 1 to 20, the page's own functions are run on its tables up to the last day, and each
figure's 90 % interval is compared with the truth: deals won after the books closed, the chance to win that was planted, the cycle of
deals that were still open, and what a fast answer does. Exit code 1 when a figure is inside in fewer than 14 of 20 worlds (70 %).
"""

from __future__ import annotations

import argparse
import sys

import pandas as pd

from helpers import company, tables
from helpers.company import Scope
from helpers.kpi import pick
from helpers.periods import parse
from helpers.pillars.crm import pipeline, pipeline_arr, pipeline_scores
from helpers.sample.parts import pipeline as part
from helpers.sample.setting import MARKETS, N_DATA, Setting
from helpers.sample.world import World

NEEDED = 0.70
MONEY = {"accounts": ["arr"], "opportunities": ["amount", "arr"], "arr_movements": ["arr_delta"]}


def collected(world: World, scope: Scope) -> pipeline.Known:
    """What the page collects, from the tables of a world in euro at the rate of its last day."""
    made = {}
    for name, frame in part.market(world):
        frame = tables.check(frame, name)
        if name in MONEY:
            rate = frame["market"].map(dict(zip(MARKETS, world.demand.euros[:, N_DATA - 1], strict=True)))
            frame = frame.assign(**{column: frame[column].astype(float) * rate for column in MONEY[name]})
        if name == "opportunities":  # of several lists a page sees the last
            frame = frame.sort_values("as_of", kind="stable").drop_duplicates("opportunity_id", keep="last")
        made[name] = tables.connect().from_df(frame)
    return pipeline.known(
        made["opportunities"], stages=made["opportunity_stages"], movements=made["arr_movements"],
        leads=made["leads"], accounts=made["accounts"], events=None, scope=scope, trial_event="", paid_event="",
    )  # fmt: skip


def inside(seed: int, scale: float) -> dict[str, bool]:
    """Whether each figure of one world holds its truth."""
    world = World(Setting(seed, scale))
    true = {(one.name, one.segment): one.value for one in part.truth(world, {})}
    scope = Scope(company.read("sample"), parse("2026-09"), "ALL", "en")
    found = collected(world, scope)
    made = pipeline.forecast(found, scope.period)
    rows = pipeline.kpis(found, scope, made=made, target_segment="key account")
    by_kind = made.by_kind.set_index("kind")
    held = {}
    for kind in ("new", "renewal", "expansion"):
        if kind not in by_kind.index:
            continue
        for name, column in (("wins_next_13w", "wins"), ("won_arr_next_13w", "amount")):
            row, value = by_kind.loc[kind], true[name, kind]
            held[f"{name} {kind}"] = row[f"{column}_low"] - 0.01 <= value <= row[f"{column}_high"] + 0.01
    growth = sum(true["won_arr_next_13w", kind] for kind in ("new", "expansion"))
    for figure, value in (
        ("expected_won_arr", growth), ("win_rate", true["win_rate_new_business", ""]),
        ("sales_cycle_days", true["sales_cycle_median_days", ""]),
        ("net_revenue_retention", true["net_revenue_retention_12m", ""]),
    ):  # fmt: skip
        row = pick(rows, figure)
        held[figure] = row.low <= value <= row.high
    held["arr, to the cent"] = abs(pick(rows, "arr").value - true["arr", ""]) < 0.01
    held["bridge closes"] = abs(pipeline_arr.bridge(found.moves, found.accounts, scope).gap) < 0.01
    plain, strata = pipeline_scores.fast_answers(found.leads, scope)
    for name, ratio in (("fast answer", plain), ("fast answer inside strata", strata)):
        held[name] = ratio.low <= true["qualification_factor_fast_answer", ""] <= ratio.high
    tried = pipeline.backtest(found, scope)
    held["past quarters (share)"] = (
        (tried["amount_low"] <= tried["amount_actual"]) & (tried["amount_actual"] <= tried["amount_high"])
    ).mean()
    held["_bias"] = tried["amount"].sum() / tried["amount_actual"].sum()
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    found = pd.DataFrame([inside(seed, options.scale) for seed in range(1, options.seeds + 1)]).astype(float)
    bias = found.pop("_bias")
    print(f"{options.seeds} worlds; inside, of 1.00")
    for name, share in found.mean().items():
        print(f"  {name:32} {share:.2f}  {'ok' if share >= NEEDED else 'TOO FEW'}")
    print(f"\nforecasts of past quarters over what came, median of worlds: {bias.median():.2f}")
    sys.exit(bool((found.mean() < NEEDED).any()))


if __name__ == "__main__":
    main()
