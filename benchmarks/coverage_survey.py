"""Do nominal 90 % intervals of raked answers hold the truth of the population? A quota panel drawn with unequal chances.

    python benchmarks/coverage_survey.py [--redraws 200]

A population of 200,000 in which answers go with age, sex and region. A panel takes some groups three times as often as others;
within them everybody is alike, so raking can mend it. Shares, a rare share, means, a group's share, answers by household
(clusters) and a wave with levels missing. The share without weights stands beside, shown only. Exit code 1 when an interval
leaves .83-.96.
"""

from __future__ import annotations

import covering
import numpy as np
import pandas as pd

from helpers.methods.survey import rake
from helpers.methods.survey_estimates import raked_mean, raked_share

SIZE = 200_000
AGES, REGIONS = ("18-24", "25-34", "35-49", "50-64", "65+"), ("north", "east", "south", "west", "capital")


def population(rng: np.random.Generator) -> pd.DataFrame:
    """People with answers that go with who they are; two in a household answer alike in part."""
    age, sex = rng.choice(5, SIZE, p=[0.1, 0.16, 0.25, 0.25, 0.24]), rng.integers(0, 2, SIZE)
    region = rng.choice(5, SIZE, p=[0.2, 0.15, 0.3, 0.2, 0.15])
    home = np.repeat(rng.normal(0, 0.8, SIZE // 2), 2)
    odds = -0.6 + 0.5 * (age - 2) - 0.4 * sex + 0.3 * (region == 4)
    chance = 1 / (1 + np.exp(-odds))
    return pd.DataFrame(
        {
            "age_band": np.array(AGES)[age],
            "sex": np.array(["F", "M"])[sex],
            "region": np.array(REGIONS)[region],
            "household": np.arange(SIZE) // 2,
            "yes": (rng.random(SIZE) < chance) * 1.0,
            "rare": (rng.random(SIZE) < 0.02 + 0.02 * (age == 0)) * 1.0,
            "spend": np.exp(4 + 0.15 * age + 0.8 * rng.normal(size=SIZE)),
            "shared": (rng.random(SIZE) < 1 / (1 + np.exp(-odds - 2 * home))) * 1.0,
            "pull": np.exp(0.35 * (2 - age) + 0.4 * sex + 0.5 * (region == 4)),
        }
    )


def panel(people: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """People of the panel: chances three times as high in some groups as in others."""
    keys = np.log(rng.random(len(people))) / people["pull"].to_numpy()
    return people.iloc[np.argpartition(-keys, n)[:n]]


def homes(people: pd.DataFrame, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Households of the panel with both their people."""
    return people[people["household"].isin(rng.choice(SIZE // 2, n // 2, replace=False))]


def inside(found, truth: float) -> bool:
    """Whether the interval holds the truth."""
    return bool(found.estimate.low <= truth <= found.estimate.high)


def redraw(people, margins, n, rng) -> dict[str, bool]:
    """One wave of `n` people."""
    drawn = panel(people, n, rng)
    made = rake(drawn, margins=margins)
    capital = drawn["region"] == "capital"
    gone = drawn.assign(region=drawn["region"].where(rng.random(n) > 0.1))
    both = homes(people, n, rng)
    plain = rake(drawn.assign(all="x"), margins={"all": {"x": 1.0}})
    truth = people[["yes", "rare", "spend", "shared"]].mean()
    in_capital = float(people.loc[people["region"] == "capital", "yes"].mean())
    clustered = raked_share(both["shared"], rake(both, margins=margins), clusters=both["household"])
    return {
        "share": inside(raked_share(drawn["yes"], made), truth["yes"]),
        "rare share": inside(raked_share(drawn["rare"], made), truth["rare"]),
        "mean spend": inside(raked_mean(drawn["spend"], made), truth["spend"]),
        "share in the capital": inside(raked_share(drawn["yes"].where(capital), made), in_capital),
        "share, a tenth without region": inside(raked_share(drawn["yes"], rake(gone, margins=margins)), truth["yes"]),
        "share, households": inside(clustered, truth["shared"]),
        "share, no weights": inside(raked_share(drawn["yes"], plain), truth["yes"]),
    }  # fmt: skip


def main() -> None:
    """Run the study."""
    redraws, bad = covering.redraws(__doc__), []
    rng = np.random.default_rng(8)
    people = population(rng)
    margins = {
        name: people[name].value_counts(normalize=True).to_dict() for name in ("age_band", "sex", "region")
    }
    for n in (300, 1200):
        held = [redraw(people, margins, n, rng) for _ in range(redraws)]
        bad += covering.judged(
            f"{n} people", held, shown=("no weights",), why="shown: unequal chances, not mended"
        )
    covering.finish(bad)


if __name__ == "__main__":
    main()
