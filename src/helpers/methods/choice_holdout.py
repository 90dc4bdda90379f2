"""How often a choice model names the choice of people that it has not seen."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from helpers.methods.choice_coding import Coded
from helpers.methods.choice_fit import fit
from helpers.methods.clusters import clustered_share
from helpers.methods.intervals import Estimate


class Hits(NamedTuple):
    """Tasks of people left out whose choice the model names: share with interval, beside `chance` and always naming one place.

    commonest : share of tasks in which the alternative that is chosen most often (by its place, none among them) is chosen.
    """

    share: Estimate
    chance: float
    commonest: float
    n_tasks: int


def hit_rate(data: Coded, *, folds: int = 5, level: float = 0.90, seed: int = 0) -> Hits:
    """Share of choices that a model fitted to other people names.

    Parameters
    ----------
    folds : groups of people; each is predicted by a model of the others. seed : of the grouping.

    Returns
    -------
    Hits. Alternatives of one utility share the hit. The interval is clustered by person.

    Raises
    ------
    ValueError : fewer than two folds, or fewer people than folds.
    """
    if not 2 <= folds <= data.n_people:
        raise ValueError(f"folds must be between 2 and the number of people ({data.n_people}), not {folds!r}")
    group = np.random.default_rng(seed).permutation(data.n_people) % folds
    x, hit = data.design.to_numpy(), np.zeros(int(data.task.max()) + 1)
    for one in range(folds):
        made = fit(data.people(group != one))
        rows = group[data.person] == one
        utility = np.where(rows, x @ np.nan_to_num(made.coefficients), -np.inf)
        best = np.full(len(hit), -np.inf)
        np.maximum.at(best, data.task, utility)
        top = rows & (utility >= best[data.task] - 1e-9)
        ties = np.bincount(data.task, weights=top, minlength=len(hit))
        hit += np.bincount(data.task[top & data.chosen], minlength=len(hit)) / np.maximum(ties, 1)
    sizes = np.bincount(data.task)
    place = np.arange(len(x)) - np.r_[0, np.cumsum(sizes)[:-1]][data.task]
    usual = np.bincount(place[data.chosen]).max() / len(hit)
    person = data.person[data.chosen]
    whole = np.round(hit).astype(int)
    interval = clustered_share(whole, person, level=level)
    value = float(hit.mean())
    shift = value - interval.value
    share = Estimate(value, interval.low + shift, interval.high + shift, level, len(hit))
    return Hits(share, float((1 / sizes).mean()), float(usual), len(hit))
