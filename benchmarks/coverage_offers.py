"""Do nominal 90 % intervals on offers and choices hold the truth: a rate, a rate of a fixed mix, mix and rate, a fall with criteria, a default?

    python benchmarks/coverage_offers.py [--redraws 200]

1. A rate of 40, 400 and 4,000 offers at 6 %.
2. Twelve strata, rates from 2 to 45 %, mix moving between two periods: the standardised rate at 60 and at 600 offers a stratum, and the
   change of the rate split into mix and rate, orders falling into strata by chance.
3. Zero to five criteria, flat (or rising by 4 points) up to three, then 3 (5) points less with each: the slope beyond the knot where a fall
   is told, and how often one is told where there is none (at most 10 % and two simulation errors) and where there is.
4. A default drawn by lot in 13 weeks, 6 points, over rates that differ by week: whole and within weeks.

Exit code 1 when an interval leaves .83-.96, or the false falls their bound.
"""

from __future__ import annotations

import math

import covering
import numpy as np
import pandas as pd

from helpers.methods.offers import by_criteria, choice_rates, default_effect, mixes
from helpers.methods.stratified import mix_and_rate, standardised_rate

RATES = np.linspace(0.02, 0.45, 12)
THEN = np.linspace(1.5, 0.5, 12) / 12
NOW = np.linspace(0.5, 1.5, 12) / 12


def holds(found, true: float) -> bool:
    """Whether the interval holds the truth."""
    return bool(found.low <= true <= found.high)


def cells(rng, n: int, mix: np.ndarray, rates: np.ndarray) -> pd.DataFrame:
    """Offers that fall into strata by chance."""
    counts = rng.multinomial(n, mix)
    return pd.DataFrame({
        "market": "FR", "choice": [f"c{i:02}" for i in range(len(mix))], "category": "all", "n_offered": counts,
        "n_chosen": rng.binomial(counts, rates),
    })  # fmt: skip


def criteria(rng, fall: float, n: int = 900, rise: float = 0.0) -> pd.DataFrame:
    """Offers with zero to five criteria in four strata."""
    rows = [
        (
            "FR",
            f"c{c}",
            "all",
            k,
            n,
            rng.binomial(n, 0.12 + 0.04 * c - rise * max(0, 3 - k) - fall * max(0, k - 3)),
        )
        for c in range(4)
        for k in range(6)
    ]
    return pd.DataFrame(rows, columns=["market", "choice", "category", "n_criteria", "n_offered", "n_chosen"])


def drawn(rng, effect: float = 0.06, n: int = 150) -> pd.DataFrame:
    """Thirteen weeks of a lot, week by week."""
    rows = []
    for week in range(13):
        base, size = 0.18 + 0.05 * math.sin(week), rng.binomial(2 * n, 0.5)
        day = pd.Timestamp("2026-04-06") + pd.Timedelta(weeks=week)
        for preset, units, share in (("responsible", size, base + effect), ("usual", 2 * n - size, base)):
            rows.append((day, "FR", "grouped", "all", preset, True, units, rng.binomial(units, share)))
    columns = ["offered_on", "market", "choice", "category", "preset", "is_drawn", "n_offered", "n_chosen"]
    return pd.DataFrame(rows, columns=columns)


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    rng = np.random.default_rng(1)
    held = []
    for _ in range(redraws):
        one = {}
        for n in (40, 400, 4000):
            row = choice_rates(
                pd.DataFrame({"n_offered": [n], "n_chosen": [rng.binomial(n, 0.06)]}), by=[]
            ).iloc[0]
            one[f"rate of {n} offers"] = bool(row["low"] <= 0.06 <= row["high"])
        held.append(one)
    bad += covering.judged("a rate", held)
    held, moved = [], np.linspace(0.04, -0.01, 12)
    true = {
        "total": float(NOW @ (RATES + moved) - THEN @ RATES),
        "mix": float((NOW - THEN) @ (RATES + moved / 2)),
        "rate": float((NOW + THEN) @ moved / 2),
    }
    for _ in range(redraws):
        one = {}
        for size in (60, 600):
            frame = cells(rng, 12 * size, NOW, RATES)
            found = standardised_rate(
                pd.DataFrame({"yes": frame["n_chosen"], "n": frame["n_offered"], "weight": THEN})
            )
            one[f"standardised, {size} a stratum"] = holds(found.rate, float(THEN @ RATES))
            both = mixes(cells(rng, 12 * size, THEN, RATES), cells(rng, 12 * size, NOW, RATES + moved))
            made = mix_and_rate(both)
            one |= {f"{name}, {size} a stratum": holds(getattr(made, name), true[name]) for name in true}
        held.append(one)
    bad += covering.judged("a fixed mix, and mix and rate", held)
    held, told, knots = [], 0, []
    for _ in range(redraws):
        found = by_criteria(criteria(rng, 0.03))
        told += not math.isnan(found.knot)
        knots.append(found.knot)
        held.append(
            {"slope beyond the knot": holds(found.slope, -0.03)} if not math.isnan(found.knot) else {}
        )
    bad += covering.judged("criteria, where a fall is told", held)
    print(f"  a fall is told in {told / redraws:.2f}; knots {pd.Series(knots).value_counts().to_dict()}")
    held = []
    for _ in range(redraws):
        found = by_criteria(criteria(rng, 0.05, n=3000, rise=0.013))
        held.append({"slope after a rise": holds(found.slope, -0.05)})
    bad += covering.judged("criteria that rise first", held)
    false = sum(not math.isnan(by_criteria(criteria(rng, 0.0)).knot) for _ in range(5 * redraws)) / (
        5 * redraws
    )
    most = 0.10 + 2 * math.sqrt(0.1 * 0.9 / (5 * redraws))
    print(f"  no fall: told in {false:.3f}, at most {most:.3f}")
    held = []
    for _ in range(redraws):
        found = default_effect(drawn(rng))
        held.append(
            {
                "default, whole": holds(found.whole, 0.06),
                "default, within weeks": holds(found.by_week.difference, 0.06),
            }
        )
    bad += covering.judged("a default by lot", held)
    covering.finish([*bad, *(["false falls"] if false > most else [])])


if __name__ == "__main__":
    main()
