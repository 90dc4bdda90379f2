"""Do nominal 90 % intervals of small regions hold the truth? A biased sample of a country of thirteen regions, put on its census.

    python benchmarks/coverage_poststratify.py [--redraws 200]

Thirteen regions, five ages, two sexes and three levels of schooling; each redraw has effects of its own, and a sample of 1,000 or 400 in
which the old and the schooled are too many. Share of regions inside, the smallest region, the country, and an age within a region; beside
it the raw share of a region with its Wilson interval, shown only. Where regions do not differ at all their intervals are shown only: they
are too wide, for nobody knows that there is no difference; the country is judged. Exit code 1 when an interval leaves .83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.methods.poststratify import poststratified

LEVELS = {"region": 13, "age": 5, "sex": 2, "school": 3}


def census(rng: np.random.Generator) -> pd.DataFrame:
    """Cells of a country: regions between 0.5 and 18 % of it."""
    cells = pd.MultiIndex.from_product([range(k) for k in LEVELS.values()], names=list(LEVELS)).to_frame(index=False)  # fmt: skip
    region = np.exp(np.linspace(-1.7, 1.7, 13))
    people = region[cells["region"]] * np.array([0.10, 0.16, 0.25, 0.25, 0.24])[cells["age"]]
    return cells.assign(people=1e6 * people * np.array([0.3, 0.45, 0.25])[cells["school"]] * np.exp(0.1 * rng.normal(size=len(cells))))  # fmt: skip


def redraw(cells: pd.DataFrame, n: int, spread: float, rng: np.random.Generator) -> dict[str, float]:
    """One world, one sample."""
    size = {"region": spread, "age": 0.4, "sex": 0.15, "school": 0.3}
    odds = -0.6 + sum(sd * rng.standard_normal(LEVELS[name])[cells[name]] for name, sd in size.items())
    chance = expit(odds + 0.15 * rng.standard_normal((13, 5))[cells["region"], cells["age"]])
    pull = cells["people"] * np.exp(0.35 * cells["age"] + 0.4 * cells["school"])
    at = rng.choice(len(cells), n, p=(pull / pull.sum()).to_numpy())
    answers = cells.iloc[at].drop(columns="people").assign(yes=(rng.random(n) < chance[at]) * 1.0)
    groups = ["region", "age", "sex", "school", "region:age"]
    options = {"groups": groups, "draws": 400, "seed": int(rng.integers(1 << 31))}
    found = poststratified(answers, cells, by="region", **options)
    held = inside(found.areas, true(cells, chance, ["region"]))
    raw = inside(found.areas, true(cells, chance, ["region"]), "raw_low", "raw_high")
    country = float((cells["people"] * chance).sum() / cells["people"].sum())
    made = {
        "regions": float(held.mean()),
        "smallest region": bool(held[0]),
        "regions, raw": float(raw.mean()),
    }
    if not spread:
        made = {f"{name} (alike)": one for name, one in made.items()}
    elif n == 1000:
        ages = poststratified(answers, cells, by=["region", "age"], **options).areas
        made["ages within regions"] = float(inside(ages, true(cells, chance, ["region", "age"])).mean())
    return {**made, "country": bool(found.total.low <= country <= found.total.high)}


def true(cells: pd.DataFrame, chance: np.ndarray, by: list[str]) -> np.ndarray:
    """True shares of areas."""
    keys = [cells[name] for name in by]
    return ((cells["people"] * chance).groupby(keys).sum() / cells["people"].groupby(keys).sum()).to_numpy()


def inside(areas: pd.DataFrame, truth: np.ndarray, low: str = "low", high: str = "high") -> np.ndarray:
    """Which areas hold their truth."""
    return ((areas[low] <= truth) & (truth <= areas[high])).to_numpy()


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    rng = np.random.default_rng(13)
    cells = census(rng)
    for n, spread in ((1000, 0.35), (400, 0.35), (1000, 0.0)):
        held = [redraw(cells, n, spread, rng) for _ in range(redraws)]
        bad += covering.judged(f"{n} answers, regions differ by {spread:g} on the logit", held, shown=("raw", "(alike)"), why="shown")  # fmt: skip
    covering.finish(bad)


if __name__ == "__main__":
    main()
