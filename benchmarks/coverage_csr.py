"""Do the pages on responsibility find what is planted in the sample company? 10 worlds, each with its own truth.

    python benchmarks/coverage_csr.py [--seeds 10] [--scale 0.3]

Each world is made with a seed of 1 to 10 and the pages' own functions read its tables. Choice: rates, rates at a fixed mix, rates by number of
criteria and the number from which more put people off, the default that a lot decided and its contribution, repurchase after each service,
returns of used goods, displaced purchases.
Exit code 1 where what is to be found is found in fewer than 9 of 10 worlds, or a figure is inside its 90 % interval in fewer than 7 of 10.
How often a service without effect is said to have one is counted and shown, and so is how often the naive figures hold the truth.
"""

from __future__ import annotations

from whole_worlds import judge

from helpers import tables
from helpers.company import Scope
from helpers.methods.intervals import Estimate
from helpers.pillars.csr import choice

FOUND, HELD = 0.9, 0.7
TESTS = "grouped delivery = default_grouped_delivery"
Told = dict[str, bool]
Rung = dict[str, int]


def holds(found: Estimate, true: float) -> bool:
    """Whether an interval holds the truth."""
    return bool(found.low <= true <= found.high)


def of_choice(here: Scope, truth: dict) -> tuple[Told, Told, Rung]:
    """The page on responsible choice."""
    names = {
        "offers": "responsible_offers", "services": "services", "orders": "orders", "customers": "customers", "returns": "returns", "surveys": "surveys",
        "experiments": "experiments", "factors": "co2_factors",
    }  # fmt: skip
    loaded = choice.Tables(**{name: tables.optional(table, here) for name, table in names.items()})
    page = choice.page(loaded, here, tests=TESTS)
    offered, (lot,), rung = page.offered, page.offered.lots, {}
    test = ("FR", "default_grouped_delivery")
    found = {
        "a fall beyond three criteria": offered.dose.knot == 3,
        "the default": lot.found.by_week.difference.low > 0,
    }
    rate = offered.whole[here.period.code]
    held = {
        "rate": bool(rate["low"] <= truth["choice_rate", "2026-Q3", "ALL", ""] <= rate["high"]),
        "effect of the default": holds(lot.found.by_week.difference, truth["default_effect", "2026-04-06/2026-06-28", *test]),
        "contribution under the default": holds(lot.money.absolute, truth["default_contribution", "2026-04-06/2026-06-28", *test]),
    }  # fmt: skip
    for quarter in ("2025-Q3", "2026-Q3"):
        fixed = offered.standard[quarter].rate
        held[f"rate at a fixed mix, {quarter}"] = holds(
            fixed, truth["choice_rate_standardised", quarter, "ALL", ""]
        )
    for row in offered.by_number.itertuples():
        true = truth["choice_rate_by_criteria", "2025-10-01/2026-09-30", "ALL", str(row.n_criteria)]
        held[f"rate with {row.n_criteria} criteria"] = bool(row.low <= true <= row.high)
    rung["naive defaults that hold the truth"] = int(
        holds(lot.found.naive, truth["default_effect", "2026-04-06/2026-06-28", *test])
    )
    for one in page.services:
        true = truth["service_repurchase_effect", "2025-01-01/2026-04-03", "ALL", one.name]
        if one.again.reason is None:
            held[f"repurchase after {one.name}"] = holds(one.again.difference, true)
            rung["effects that are none"] = rung.get("effects that are none", 0) + int(
                true == 0 and not holds(one.again.difference, 0.0)
            )
            rung["naive repurchase within two points"] = rung.get(
                "naive repurchase within two points", 0
            ) + int(abs(one.again.naive - true) < 0.02)
    for back in page.taken.returns:
        true = truth["service_return_effect", "", "ALL", back.service]
        held[f"returns of {back.service}"] = holds(back.gap.difference, true)
    for asked in page.displaced.asked:
        held["displaced purchases"] = holds(
            asked.displaced, truth["displaced_share", "", "ALL", f"{asked.service}: new one"]
        )
    return found, held, rung


PARTS = {"2026-Q3": (of_choice,)}

if __name__ == "__main__":
    judge(__doc__, PARTS, key=("name", "period", "market", "segment"), scale=0.3, found=FOUND, held=HELD)
