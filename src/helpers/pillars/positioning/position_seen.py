"""How brands are seen: the map, from which brands ours is really apart, and what is said of it more than of the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.methods import maps_doubt
from helpers.methods.maps_doubt import Perceived
from helpers.pillars.positioning.position import Known
from helpers.pillars.positioning.words import trait

SEED = 20260902
MOST, NAMED = 5, 3  # traits that a page lists, and that its answer and its decision name


def perceived(found: Known) -> Perceived | None:
    """The map of the last wave on how brands are seen; None without one."""
    wave = found.image
    if wave is None:
        return None
    return maps_doubt.of_people(
        wave.seen, wave.brands, wave.attributes, knows=wave.knows, weights=wave.raked.weights, seed=SEED
    )


def points(made: Perceived | None, language: str) -> pd.DataFrame:
    """Points as the chart takes them: attributes in words, in the length of what they add to the axes (a contribution biplot)."""
    if made is None or made.map is None:
        return pd.DataFrame(columns=["kind", "name", "x", "y", "semi_major", "semi_minor", "angle"])
    table = made.points.copy()
    size = np.where(
        table["kind"] == "brand",
        1.0,
        np.sqrt(
            table["name"]
            .map(dict(zip(made.map.columns.index, made.map.column_masses, strict=True)))
            .fillna(1.0)
        ),
    )
    names = [trait(name, language) if kind == "attribute" else name for kind, name in zip(table["kind"], table["name"], strict=True)]  # fmt: skip
    return table.assign(x=table["x"] * size, y=table["y"] * size, name=names)


def rivals(made: Perceived | None, house: str) -> pd.DataFrame:
    """Each rival beside the house, nearest first: rival, distance, low, high, p_all, apart."""
    if made is None or made.map is None:
        return pd.DataFrame(columns=["rival", "distance", "low", "high", "p_all", "apart"])
    table = made.pairs[(made.pairs["first"] == house) | (made.pairs["second"] == house)]
    named = table["first"].where(table["first"] != house, table["second"])
    return table.assign(rival=named).sort_values("distance", kind="stable")[
        ["rival", "distance", "low", "high", "p_all", "apart"]
    ]


def alike(made: Perceived | None) -> pd.DataFrame:
    """Pairs of brands that cannot be told apart."""
    return made.pairs.iloc[:0] if made is None or made.map is None else made.pairs[~made.pairs["apart"]]


def stands_for(made: Perceived | None, brand: str) -> list[str]:
    """The attributes that are said of a brand most clearly more than its size lets expect, three at most."""
    table = traits(made, brand)
    return list(table.loc[table["difference"] > 0, "attribute"])[:NAMED]


def traits(made: Perceived | None, brand: str) -> pd.DataFrame:
    """What is said of a brand clearly more, then clearly less, than its size and the attribute's commonness let expect."""
    if made is None or made.map is None:
        return pd.DataFrame(columns=["attribute", "difference", "low_all", "high_all"])
    table = made.traits[(made.traits["brand"] == brand) & made.traits["clear"]]
    order = table["difference"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order, ["attribute", "difference", "low_all", "high_all"]].head(MOST)
