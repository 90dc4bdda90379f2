"""Do the intervals of the two CRM pages hold what is true of the sample company? 20 worlds, each with its own truth.

    python benchmarks/coverage_sample.py [--seeds 20] [--scale 1]

Each world is drawn with a seed of 1 to 20, the pages' own functions are run on its orders up to the last day, and each
figure's 90 % interval is compared with the truth: what customers bought after the books closed, and the share that was
expected to come back. Exit code 1 when a figure is inside in fewer than 14 of 20 worlds (70 %).
"""

from __future__ import annotations

import argparse
import sys

import pandas as pd

from helpers import company, rollups, tables
from helpers.company import Scope
from helpers.kpi import pick
from helpers.periods import parse
from helpers.pillars.crm import lifetime, lifetime_record, retention
from helpers.sample import chunk
from helpers.sample.parts import future
from helpers.sample.setting import Setting
from helpers.sample.truth import add
from helpers.sample.world import World

NEEDED = 0.70
FIGURES = {
    "monthly_retention": "monthly_retention", "return_rate": "return_rate", "repurchase_30d": "repurchase_30d",
    "expected_purchases_13w": "purchases_next_13w", "expected_revenue_13w": "revenue_next_13w", "clv_52w": "clv_52w",
}  # fmt: skip


def world(seed: int, scale: float) -> tuple[pd.DataFrame, dict[str, float]]:
    """Orders of a world in euro, and its truth."""
    made, totals, sales = World(Setting(seed, scale)), {}, []
    for number in range(made.setting.n_chunks):
        drawn = chunk.draw(made, number)
        totals = add(totals, future.count(drawn))
        sales.append(drawn.sales)
    orders = pd.concat(sales, ignore_index=True)
    euros = orders.assign(
        **{name: orders[name] * orders["euros"] for name in ("revenue_excl_vat", "returned_value")},
        currency="EUR",
    )
    truth = {one.name: one.value for one in future.truth(made, totals)}
    return tables.check(euros, "orders"), truth


def figures(orders: pd.DataFrame) -> list:
    """KPI rows of both pages for the last month."""
    shop = company.read("sample")
    here = Scope(shop, parse("2026-09"), "ALL", "en")
    relation = tables.connect().from_df(
        orders[
            ["customer_id", "ordered_on", "status", "revenue_excl_vat", "returned_value", "is_first_order"]
        ]
    )
    activity = rollups.collect(rollups.monthly_activity(relation))
    second = rollups.collect(rollups.second_purchases(relation, days=30, until=here.period.end))
    record = lifetime_record.record_of(rollups.collect(rollups.purchase_days(relation)), here.period.end)
    known = lifetime.fit(relation, here.period.end, choice=record.choice)
    return [
        *retention.kpis(activity, second, here),
        *lifetime.kpis(relation, known, record, here, discount_rate=future.DISCOUNT),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    inside: dict[str, list[bool]] = {name: [] for name in FIGURES}
    print(f"{'seed':>4} " + " ".join(f"{name:>32}" for name in FIGURES))
    for seed in range(1, options.seeds + 1):
        orders, truth = world(seed, options.scale)
        rows, said = figures(orders), []
        for name, known in FIGURES.items():
            row, value = pick(rows, name), truth[known]
            held = row.value is not None and row.low <= value <= row.high
            inside[name].append(held)
            said.append(
                f"{value:9.4g} in {row.low:7.4g}-{row.high:7.4g} {'ok' if held else '--'}"
                if row.value is not None
                else "cannot tell"
            )
        print(f"{seed:>4} " + " ".join(f"{text:>32}" for text in said), flush=True)
    shares = {name: sum(held) / len(held) for name, held in inside.items()}
    print("     " + " ".join(f"{share:>32.0%}" for share in shares.values()))
    bad = [name for name, share in shares.items() if share < NEEDED]
    print("below 70 %:", ", ".join(bad) or "none")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
