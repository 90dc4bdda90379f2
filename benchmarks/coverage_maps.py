"""Do ellipses, distances and verdicts of a perceptual map hold what they promise in 200 redraws?

    python benchmarks/coverage_maps.py [--redraws 200]

People who say more or less of everything describe brands whose true profiles are known; two pairs of brands are seen alike. Held are
the ellipses (the true place, turned to the drawn map), the distances of whole profiles, the points above the mean profile, and the share
of samples without a single false verdict over all pairs, over all points, and over maps of brands that are all seen alike. Exit code 1 when
a line is outside.
"""

from __future__ import annotations

from itertools import combinations

import covering
import numpy as np
import pandas as pd

from helpers.methods import maps, maps_doubt

KNOWN = np.array((0.55, 0.84, 0.62, 0.50, 0.38, 0.30))
SAID = np.array((0.34, 0.40, 0.33, 0.30, 0.27, 0.28))
BASE = np.array((1.00, 1.10, 0.80, 0.75, 0.70, 0.90, 0.75, 0.60))
PLACES = np.array(((0.75, 0.45), (-0.55, 0.10), (0.05, -0.60), (-0.35, 0.65), (0.05, -0.60), (-0.35, 0.65)))
POINTS = np.array(((0.30, 0.45), (-0.20, -0.15), (0.80, -0.20), (-0.85, 0.15), (0.55, 0.30), (-0.15, -0.60), (0.25, 0.70), (0.35, -0.55)))  # fmt: skip
YES = np.array((0.7, 1.3))
BRANDS, ATTRIBUTES = list("ABCDEF"), [f"a{at}" for at in range(len(BASE))]


def chances(places):
    """Chance that somebody who knows a brand says that an attribute fits it."""
    return np.outer(SAID, BASE) * np.exp(places @ POINTS.T)


def people(seed, n, places):
    """Answers and what is known, of people who know more brands if they know one."""
    rng = np.random.default_rng(seed)
    keen = rng.normal(0, 0.5, (n, 1))
    knows = rng.random((n, len(KNOWN))) < 1 / (1 + np.exp(-(np.log(KNOWN / (1 - KNOWN)) + keen)))
    more = YES[rng.integers(0, 2, n)][:, None, None]
    return (rng.random((n, *chances(places).shape)) < more * chances(places)) & knows[:, :, None], knows


def population(places):
    """The map of all people, as a map of a very large table."""
    return maps.correspondence(
        pd.DataFrame(KNOWN[:, None] * chances(places), index=BRANDS, columns=ATTRIBUTES)
    )


def turned(truth, found):
    """Places of the truth turned to a drawn map, brands and attributes weighted by their mass."""
    fixed = np.vstack([found.rows[[1, 2]], found.columns[[1, 2]]])
    mine = np.vstack([truth.rows[[1, 2]], truth.columns[[1, 2]]])
    mass = np.concatenate([found.row_masses, found.column_masses])
    left, _, right = np.linalg.svd((mine * mass[:, None]).T @ fixed)
    return truth.rows[[1, 2]].to_numpy() @ (left @ right)


def of_map(seed, n, truth):
    """Whether each figure of one sample holds its truth."""
    answers, knows = people(seed, n, PLACES)
    found = maps_doubt.of_people(answers, BRANDS, ATTRIBUTES, knows=knows, draws=200, seed=seed)
    if found.map is None:
        return {}
    made = {}
    places = turned(truth, found.map)
    for row, place in zip(found.points[found.points["kind"] == "brand"].itertuples(), places, strict=True):
        turn = np.radians(row.angle)
        off = place - (row.x, row.y)
        along, across = off @ (np.cos(turn), np.sin(turn)), off @ (-np.sin(turn), np.cos(turn))
        made[f"ellipse {row.name}"] = (along / row.semi_major) ** 2 + (across / row.semi_minor) ** 2 <= 1
    wrong = False
    for row, (i, j) in zip(found.pairs.itertuples(), combinations(range(len(BRANDS)), 2), strict=True):
        true = float(np.sqrt(((truth.rows.to_numpy()[i] - truth.rows.to_numpy()[j]) ** 2).sum()))
        alike = bool((PLACES[i] == PLACES[j]).all())
        wrong |= alike and row.apart
        if not alike:
            made[f"distance {row.first}{row.second}"] = row.low <= true <= row.high
    made["no pair alike is set apart"] = not wrong
    true = (truth.column_masses * (truth.rows.to_numpy() @ truth.columns.to_numpy().T)).ravel()
    inside = (found.traits["low"] <= true) & (true <= found.traits["high"])
    made["first attribute of the first brand"] = bool(inside.iloc[0])
    made["last attribute of the last brand"] = bool(inside.iloc[-1])
    made["points of all brands together"] = bool(
        ((found.traits["low_all"] <= true) & (true <= found.traits["high_all"])).all()
    )
    return made


def of_nothing(seed, n):
    """Whether a map of brands that are all seen alike is refused."""
    answers, knows = people(seed, n, PLACES * 0)
    return {
        f"brands seen alike have no map, n = {n}": maps_doubt.of_people(
            answers, BRANDS, ATTRIBUTES, knows=knows, draws=20
        ).map
        is None
    }


def main():
    count, bad = covering.redraws(__doc__), []
    truth = population(PLACES)
    for n in (300, 1200):
        bad += covering.judged(
            f"{n} people", [of_map(seed, n, truth) for seed in range(count)])  # fmt: skip
        bad += covering.judged("all alike", [of_nothing(seed, n) for seed in range(count)])
    covering.finish(bad)


if __name__ == "__main__":
    main()
