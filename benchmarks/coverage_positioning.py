"""Do the intervals of the positioning pages hold what is true of the sample company? 20 worlds, each with its own truth.

    python benchmarks/coverage_positioning.py [--seeds 20] [--scale 0.1]

Each world is made with a seed of 1 to 20 and the pages' own functions read its tables. Exit code 1 when a figure is inside its 90 %
interval in fewer than 14 of 20 worlds (70 %). Answers of people outside the company do not shrink with the scale.
"""

from __future__ import annotations

import sys

from whole_worlds import options, world

from helpers import tables
from helpers.company import Scope
from helpers.periods import parse
from helpers.pillars.positioning import (
    position,
    position_figures,
    price_choices,
    price_sales,
    segments,
    segments_names,
    segments_people,
)

NEEDED = 0.70
OWN = "Maison Brévane, Maison Brévane Mini, Maison Brévane Nomade"
HOUSE, KINDS = "Maison Brévane", {"design": "taste", "bubbles": "taste", "health": "health", "sugar": "health", "plastic": "planet", "planet": "planet", "speed": "convenience", "price": "convenience"}  # fmt: skip
OFFERS = (
    "Maison Brévane = 139, glass, 5 years, quiet; Ostrelle = 119, recycled, 5 years, usual; Tavlune = 99, plastic, 2 years, usual; "
    "Clairpont = 79, plastic, 2 years, usual"
)
SHOWN = (
    "dirichlet_s",
)  # one planted brand breaks the law, so this parameter of all brands together is not that of the others
Found = dict[str, tuple[float, float, float]]  # low, high and truth of each figure


def of_segments(here: Scope, truth: dict) -> Found:
    """Sizes, spend and wish of each class; nothing where the planted four were not found."""
    people = segments_people.people(*(tables.load(name, here) for name in ("surveys", "population_margins", "orders")), here)  # fmt: skip
    page, made = segments.page(people, rate=0.5), {}
    names = [segments_names.name(page, k, "en").lower() for k in range(page.k)]
    kinds = [next((kind for word, kind in KINDS.items() if word in name), "") for name in names]
    if page.reason or sorted(kinds) != sorted(set(KINDS.values())):
        return {}
    for k, kind in enumerate(kinds):
        for figure, key in (
            ("size", ("need_class_size", "2026-09", "ALL", kind)), ("size_own", ("need_class_size_customers", "2026-09", "ALL", kind)),
            ("open", ("need_class_try_own", "", "ALL", kind)), ("spend", ("need_class_spend", "", "ALL", kind)),
        ):  # fmt: skip
            one = page.one(figure, k)
            made[f"{figure}, {kind}"] = (one.low, one.high, truth[key])
    return made


def of_position(here: Scope, truth: dict) -> Found:
    """Parameters of buying, sources of new customers, what launches took of the house."""
    sales, surveys, margins, prices = (tables.load(name, here) for name in ("market_sales", "surveys", "population_margins", "prices"))  # fmt: skip
    page = position_figures.page(position.known(sales, surveys, margins, here, own_brands=OWN), prices)
    planted = {(name, segment): value for (name, period, market, segment), value in truth.items() if market in ("FR", "ALL") and "2025-09" not in period}  # fmt: skip
    line = page.buying.line
    made = {}
    for name, one in (("dirichlet_m", line.mean), ("dirichlet_k", line.k), ("dirichlet_s", line.s)):
        made[name] = (one.low, one.high, next(v for (n, _), v in planted.items() if n == name))
    for name, row in page.buying.sources.iterrows():
        made[f"source, {name}"] = (row["low"], row["high"], planted["conquest_source", name])
    for draw in page.draws:
        taken = planted["launch_taken_share", f"{draw.launch.line} from {HOUSE}"]
        # The page holds what earlier launches sell: what this one took of them, they would else have taken of the house in their part.
        taken += sum(
            value * planted["launch_taken_share", f"{name.split(' from ')[1]} from {HOUSE}"]
            for (kind, name), value in planted.items()
            if kind == "launch_taken_share" and name.startswith(f"{draw.launch.line} from ") and not name.endswith(f" from {HOUSE}")
        )  # fmt: skip
        share = float(draw.taken.table.loc[HOUSE, "before"])
        known = taken + planted["launch_source", f"{draw.launch.line} from nobody"] * share
        made[f"taken by {draw.launch.line}"] = (draw.from_house.low, draw.from_house.high, known)
    return made


def of_price(here: Scope, truth: dict) -> Found:
    """Worths in money, shares of the scenario, the own elasticity."""
    chosen = price_choices.of_table(tables.load("choices", here), here, scenario=OFFERS, vat_rate=0.2)
    planted = {(name, segment): value for (name, _, market, segment), value in truth.items() if market in ("FR", "ALL")}  # fmt: skip
    made = {f"worth of {row.level}": (row.low, row.high, planted["willingness_to_pay", row.level]) for row in chosen.willing.itertuples()}  # fmt: skip
    made |= {f"share of {row.offer}": (row.low, row.high, planted["scenario_share", row.offer]) for row in chosen.shares.itertuples()}  # fmt: skip
    own = tuple(name.strip() for name in OWN.split(","))
    did = price_sales.of_tables(tables.load("market_sales", here), tables.load("prices", here), here, own=own, product="machine")  # fmt: skip
    one = did.found.own
    return made | {"own elasticity": (one.low, one.high, planted["price_elasticity", HOUSE])}


def main() -> None:
    """Print the share of worlds in which each figure holds its truth."""
    asked = options(__doc__, seeds=20, scale=0.1)
    held: dict[str, list[bool]] = {}
    for seed in range(1, asked.seeds + 1):
        with world(seed, asked.scale, key=("name", "period", "market", "segment")) as (own, truth):
            month, quarter = (Scope(own, parse(code), "ALL", "en") for code in ("2026-09", "2026-Q3"))
            found = of_segments(month, truth)
            print(f"world {seed}{'' if found else ': the four planted classes were not found'}", flush=True)
            found |= of_position(quarter, truth) | of_price(month, truth)
        for name, (low, high, known) in found.items():
            held.setdefault(name, []).append(low <= known <= high)
    bad = []
    for name, inside in held.items():
        if name in SHOWN:
            print(f"  {name:34} {sum(inside) / len(inside):5.2f} of {len(inside)}  shown")
            continue
        share = sum(inside) / asked.seeds if name.startswith(("size", "open", "spend")) else sum(inside) / len(inside)  # fmt: skip
        bad += [name] if share < NEEDED else []
        print(f"  {name:34} {share:5.2f} of {len(inside)}  {'ok' if share >= NEEDED else 'OUTSIDE'}")
    print(f"\noutside: {', '.join(bad) or 'none'}")
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
