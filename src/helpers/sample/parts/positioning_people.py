"""Who answers a panel's surveys, and the official margins that say whom the panel hears too often.

The panel over-represents the young, women and the capital. Within a market the three dimensions are independent, in the
population and in the panel, so raking to the margins of `population_margins` brings the population back. The sizes are
invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from helpers.sample.setting import pick
from helpers.sample.world import World

AGES, SEXES = ("18-24", "25-34", "35-49", "50-64", "65+"), ("F", "M")
REGIONS = ("north", "east", "south", "west", "capital")
DIMENSIONS = {"age_band": AGES, "sex": SEXES, "region": REGIONS}
# fmt: off
POPULATION = {
    "FR": {"age_band": (0.105, 0.150, 0.245, 0.250, 0.250), "sex": (0.520, 0.480), "region": (0.18, 0.17, 0.27, 0.20, 0.18)},
    "BE": {"age_band": (0.105, 0.160, 0.250, 0.250, 0.235), "sex": (0.510, 0.490), "region": (0.36, 0.18, 0.20, 0.15, 0.11)},
    "CH": {"age_band": (0.095, 0.165, 0.265, 0.260, 0.215), "sex": (0.505, 0.495), "region": (0.34, 0.16, 0.12, 0.26, 0.12)},
}
# fmt: on
OVER = {
    "age_band": (1.70, 1.35, 1.00, 0.80, 0.60),
    "sex": (1.25, 0.75),
    "region": (1.0, 1.0, 1.0, 1.0, 1.7),
}  # how much more often the panel hears a group than its share, before all is brought to 1
AS_OF, OFFICE, SOURCE = "2026-01-01", "statistics office (invented)", "panel, quotas"
FIELD_DAYS = 14  # of a wave


def market(world: World) -> Iterator[tuple[str, pd.DataFrame]]:
    """Table `population_margins`: the same in every world."""
    rows = [
        (place, dimension, level, share)
        for place, margins in POPULATION.items()
        for dimension, shares in margins.items()
        for level, share in zip(DIMENSIONS[dimension], shares, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["market", "dimension", "level", "share"])
    yield "population_margins", frame.assign(as_of=pd.Timestamp(AS_OF), source=OFFICE)


def cells(place: str) -> pd.DataFrame:
    """Population of a market by age, sex and region [codes], with the share of each cell."""
    margins = POPULATION[place]
    codes = list(product(*(range(len(DIMENSIONS[name])) for name in margins)))
    frame = pd.DataFrame(codes, columns=["age", "sex", "region"])
    shares = [np.array(margins[name])[frame.iloc[:, at]] for at, name in enumerate(margins)]
    return frame.assign(share=np.prod(shares, axis=0))


def panel(rng: np.random.Generator, n: int, place: str) -> pd.DataFrame:
    """Panel members of a market as the panel reaches them: market, age, sex, region [codes]."""
    drawn = {}
    for name, shares in POPULATION[place].items():
        reached = np.array(shares) * OVER[name]
        drawn[name] = pick(rng, np.broadcast_to(reached, (n, len(reached))))
    return pd.DataFrame(drawn).rename(columns={"age_band": "age"}).assign(market=place)


def panels(rng: np.random.Generator, sizes: dict[str, int]) -> pd.DataFrame:
    """Panel members of several markets, one below the other."""
    return pd.concat([panel(rng, n, place) for place, n in sizes.items()], ignore_index=True)


def wave(rng: np.random.Generator, people: pd.DataFrame, survey: str, kind: str, start: str) -> pd.DataFrame:
    """What stands in every row of a respondent: survey, id, day, market and group; `people` is as `panel`.

    A respondent's id begins with the first letter of the survey and its wave, so that surveys never mix.
    """
    n = len(people)
    day = pd.Timestamp(start) + pd.to_timedelta(rng.integers(0, FIELD_DAYS, n), unit="D")
    first = survey[0] + survey[-5:-3] + survey[-2:]
    groups = {
        name: np.array(levels)[people[code]]
        for (name, levels), code in zip(DIMENSIONS.items(), ("age", "sex", "region"), strict=True)
    }
    return pd.DataFrame(
        {
            "survey_id": survey,
            "survey_type": kind,
            "respondent_id": [f"{first}{number:05d}" for number in range(1, n + 1)],
            "customer_id": people["customer_id"].to_numpy() if "customer_id" in people else None,
            "answered_on": day.as_unit("us"),
            "market": people["market"].to_numpy(),
            **groups,
            "sample_source": "customers" if "customer_id" in people else SOURCE,
        }
    )


def answers(respondents: pd.DataFrame, asked: np.ndarray, **columns: object) -> pd.DataFrame:
    """One row for each of the named respondents [row], with the columns of an answer."""
    return respondents.iloc[asked].reset_index(drop=True).assign(**columns)
