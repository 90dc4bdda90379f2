"""Do the intervals of reminders and newcomers hold what is true of the sample company? 20 worlds, each with its own truth.

    python benchmarks/coverage_worlds.py [--seeds 20] [--scale 0.5]

Each world is drawn with a seed of 1 to 20 and the pages' own functions are run on its tables. Exit code 1 when a figure is inside its
90 % interval in fewer than 14 of 20 worlds (70 %). The sample's truth of the reminders is what they are expected to bring.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date

import pandas as pd

from helpers import company, tables
from helpers.company import Scope
from helpers.methods.intervals import wilson
from helpers.periods import parse
from helpers.pillars.crm import basket_timing, basket_words, baskets, onboarding
from helpers.sample import chunk
from helpers.sample.parts import app, carts, experiments
from helpers.sample.setting import Setting
from helpers.sample.truth import add
from helpers.sample.world import World

NEEDED = 0.70
ASKED = date(2026, 7, 1), date(2026, 8, 31)


def world(seed: int, scale: float) -> tuple[dict[str, pd.DataFrame], dict[tuple[str, str], float]]:
    """Tables of a world, and its truth by name and segment."""
    made, totals, parts = World(Setting(seed, scale)), {}, {}
    for number in range(made.setting.n_chunks):
        drawn = chunk.draw(made, number)
        for part in (carts, app, experiments):
            totals = add(totals, part.count(drawn))
        parts.setdefault("orders", []).append(drawn.sales.assign(currency="EUR"))
        for name, frame in [*carts.people(drawn), *app.people(drawn)]:
            frame = frame.assign(currency="EUR") if "currency" in frame else frame
            parts.setdefault(name, []).append(frame)
    parts["experiments"] = [frame for _, frame in experiments.books(made, totals)]
    found = {name: tables.check(pd.concat(some, ignore_index=True), name) for name, some in parts.items()}
    known = [*carts.truth(made, totals), *app.truth(made, totals)]
    return found, {(one.name, one.segment): one.value for one in known}


def intervals(found: dict[str, pd.DataFrame], truth: dict) -> dict[str, tuple[float, float, float]]:
    """Low, high and truth of each figure."""
    here = Scope(company.read("sample"), parse("2026-09"), "ALL", "en")
    relation = {name: tables.connect().from_df(frame) for name, frame in found.items()}
    left = baskets.known(
        relation["carts"], relation["orders"], here, days=7, planned=0.2, cost=0.01, cost_sms=0.06
    )
    effect = baskets.effect(left, here.period).orders.absolute
    _, low, high, _ = basket_words.total(left, here)
    made = {
        "reminder_effect": (effect.low, effect.high, truth["reminder_effect", ""]),
        "reminder_orders": (low, high, truth["reminder_orders", ""]),
    }
    for better, worse, orders, _ in basket_timing.timing(left, here, delay_by_lot=True).pairs:
        first, second = sorted((better, worse))
        sign = 1 if better == first else -1
        bounds = sorted((sign * orders.absolute.low, sign * orders.absolute.high))
        planted = truth["reminder_effect", f"{first} h"] - truth["reminder_effect", f"{second} h"]
        made[f"{first} h less {second} h"] = (*bounds, planted)
    newcomers = onboarding.known(
        relation["product_events"], relation["experiments"], relation["campaign_recipients"], here,
        test=app.TEST_ID, longer="long", lacking="",
    )  # fmt: skip
    for day in onboarding.DAYS:
        k, n = onboarding.used_on(newcomers.use, day, *ASKED)
        made[f"retention_d{day}"] = (*wilson(k, n), truth[f"app_retention_d{day}", ""])
    tested = onboarding.tested(newcomers)
    for name, estimate in (("churn_cut", tested.cut), ("completion_gain", tested.completion)):
        made[name] = (estimate.low, estimate.high, truth[f"onboarding_{name}", ""])
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scale", type=float, default=0.5)
    options = parser.parse_args()
    inside: dict[str, list[bool]] = {}
    for seed in range(1, options.seeds + 1):
        said = []
        for name, (low, high, value) in intervals(*world(seed, options.scale)).items():
            inside.setdefault(name, []).append(low <= value <= high)
            said.append(
                f"{name} {value:.3g} in {low:.3g}..{high:.3g} {'ok' if low <= value <= high else '--'}"
            )
        print(f"{seed:>3}  " + "; ".join(said), flush=True)
    shares = {name: sum(held) / len(held) for name, held in inside.items()}
    print("\n".join(f"{name:22} {share:.0%} of {len(inside[name])}" for name, share in shares.items()))
    bad = [name for name, share in shares.items() if share < NEEDED]
    print("below 70 %:", ", ".join(bad) or "none")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
