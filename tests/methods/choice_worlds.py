"""Choice studies of a known truth, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

LEVELS = {"brand": ("own", "large", "small"), "bottle": ("plastic", "glass")}
PRICES = (79, 99, 119, 139, 159)
TRUTH = {"brand: large": 0.5, "brand: small": -0.6, "bottle: glass": 0.7, "price": -0.02, "none": -2.2}


def study(seed, *, people=120, tasks=8, truth=None, spread=0.0, none=True, others=None) -> pd.DataFrame:
    """The long table: three offers a task and none; `spread` is the deviation of each person's taste for offers against none.

    `others` are worths of two people in five that differ from those of the rest.
    """
    rng, b = np.random.default_rng(seed), {**TRUTH, **(truth or {})}
    second = (
        np.repeat(rng.random(people) < 0.4, tasks * 3) if others else np.zeros(people * tasks * 3, dtype=bool)
    )
    b = {name: np.where(second, (others or {}).get(name, value), value) for name, value in b.items()}
    n = people * tasks * 3
    offers = pd.DataFrame({name: rng.choice(levels, n) for name, levels in LEVELS.items()})
    offers["price"] = rng.choice(PRICES, n)
    offers["respondent_id"] = np.repeat(np.arange(people), tasks * 3)
    offers["task"] = np.tile(np.repeat(np.arange(1, tasks + 1), 3), people)
    offers["alternative"] = np.tile([1, 2, 3], people * tasks)
    offers["utility"] = b["price"] * offers["price"]
    for name, levels in LEVELS.items():
        for level in levels[1:]:
            offers["utility"] += b[f"{name}: {level}"] * (offers[name] == level).to_numpy()
    offers["utility"] += np.repeat(rng.normal(0, spread, people), tasks * 3)
    if none:
        nothing = offers.drop_duplicates(["respondent_id", "task"])[["respondent_id", "task"]]
        offers = pd.concat([offers, nothing.assign(alternative=0, utility=b["none"][::3])], ignore_index=True)
    offers["utility"] += rng.gumbel(size=len(offers))
    best = offers.groupby(["respondent_id", "task"])["utility"].transform("max")
    offers["is_chosen"] = offers["utility"] == best
    return long(offers)


def long(offers: pd.DataFrame) -> pd.DataFrame:
    """One row an attribute of each offer; alternative 0 has the attribute none."""
    keys = ["respondent_id", "task", "alternative", "is_chosen"] + ["weight"] * ("weight" in offers)
    real, nothing = offers[offers["alternative"] != 0], offers[offers["alternative"] == 0]
    names = [name for name in real if name not in {*keys, "utility"}]
    made = real.melt(id_vars=keys, value_vars=names, var_name="attribute", value_name="level")
    made = pd.concat([made, nothing[keys].assign(attribute="none", level="none")], ignore_index=True)
    made["respondent_id"] = [f"r{one:04}" for one in made["respondent_id"]]
    return made.assign(study_id="cbc", level=made["level"].astype(str))


def pairs(rows) -> pd.DataFrame:
    """Tasks of two offers by hand: (person, chosen offer, other offer), each offer a dictionary of levels."""
    made = []
    for task, (person, chosen, other) in enumerate(rows, 1):
        for k, one in enumerate((chosen, other), 1):
            made.append({"respondent_id": person, "task": task, "alternative": k, "is_chosen": k == 1, **one})
    return long(pd.DataFrame(made))
