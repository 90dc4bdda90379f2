"""Do nominal 90 % intervals hold the truth in .83 to .96 of 200 redraws? Cost of winning a customer and its payback.

    python benchmarks/coverage_payback.py [--redraws 200]

Every line draws a shop whose revenue curve and whose rate of new customers are known. Exit code 1 when a line is
outside. With 200 redraws a true 90 % interval is inside .83-.96 in more than 99 % of runs.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date, timedelta

import numpy as np
import pandas as pd

from helpers.methods import payback

LOW, HIGH, LEVEL = 0.83, 0.96, 0.90
START, DAYS = date(2024, 1, 1), 1095
END = START + timedelta(days=DAYS - 1)
FIRST, BASKET, RATE, LEAVING = 80.0, 60.0, 0.3 / 30.4375, 0.05 / 30.4375  # money; money; a day; a day
SPEND_PER_CUSTOMER, MARGIN = 70.0, 0.5


def revenue_by_age(months=payback.MONTHS):
    """What a customer is expected to have brought at each age: first basket, then purchases until they leave."""
    days = np.arange(months + 1) * 487 // 16
    return FIRST + BASKET * RATE * -np.expm1(-LEAVING * days) / LEAVING


def shop(seed, per_day):
    """Rollup `newcomer_revenue` of a shop that wins `per_day` customers a day, who differ in rate and in basket."""
    rng = np.random.default_rng(seed)
    won = np.repeat(np.arange(DAYS), rng.poisson(per_day, DAYS))
    n = len(won)
    level = rng.gamma(4.0, 1 / 4.0, n)
    stay = np.minimum(rng.exponential(1 / LEAVING, n), DAYS - 1 - won)
    count = rng.poisson(rng.gamma(0.8, RATE / 0.8, n) * stay)
    who = np.repeat(np.arange(n), count)
    gap = np.ceil(rng.random(len(who)) * stay[who]).astype(int)
    money = np.concatenate([FIRST * level, BASKET * level[who]]) * rng.gamma(3.0, 1 / 3.0, n + len(who))
    first = np.concatenate([won, won[who]])
    age = np.concatenate([np.zeros(n, int), -(-gap * 16 // 487)])
    table = pd.DataFrame({"day": first, "age": age, "revenue": money})
    table = table.groupby(["day", "age"], as_index=False)["revenue"].sum()
    over = table["day"] + table["age"] * 487 // 16 <= DAYS - 1
    table = table[over & (table["age"] <= payback.MONTHS)].reset_index(drop=True)
    lots = pd.Series(won).value_counts()
    first_on = pd.Timestamp(START) + pd.to_timedelta(table["day"], unit="D")
    return table.assign(first_on=first_on, n_customers=table["day"].map(lots))


def inside(seed, per_day=3.0):
    """Whether each interval of one redraw holds its truth."""
    newcomers, truth = shop(seed, per_day), revenue_by_age()
    curve = payback.revenue_curve(newcomers, until=END, seed=seed)
    n = payback.customers_won(newcomers, END - timedelta(days=364), END)
    spend = SPEND_PER_CUSTOMER * per_day * 365
    table = payback.table(curve, n, spend, periods=12, seed=seed)
    made = payback.scenario({"spend": spend / 12, "margin": MARGIN, "extra": "average"}, **table)
    months = payback.months_to_reach(MARGIN * truth[None, :], np.array([SPEND_PER_CUSTOMER]))[0]
    _, low, high = made["figures"]["months"]
    _, cheap, dear = made["figures"]["cac"]
    band = made["curve"]
    found = {"payback": low <= months <= high, "cost of winning one": cheap <= SPEND_PER_CUSTOMER <= dear}
    return found | {
        f"margin at {age} months": band["low"][age] <= MARGIN * truth[age] <= band["high"][age]
        for age in (0, 6, 24)
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--redraws", type=int, default=200)
    count, bad = parser.parse_args().redraws, []
    print(f"nominal {LEVEL:.0%}, accepted {LOW} to {HIGH}")
    for title, per_day in (("3 new customers a day", 3.0), ("1 every two days", 0.5)):
        found = pd.DataFrame([inside(seed, per_day) for seed in range(count)]).astype(float).mean()
        print(f"\n{title}, {count} redraws")
        for name, share in found.items():
            good = LOW <= share <= HIGH
            print(f"  {name:28} {share:.3f}  {'ok' if good else 'OUTSIDE'}", flush=True)
            bad += [] if good else [f"{title}: {name}"]
    print("\noutside:", "; ".join(bad) if bad else "none")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
