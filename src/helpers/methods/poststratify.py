"""Small regions of a survey: a share for each kind of person that leans on what is alike, added up as the population is made (MRP)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level, equal_tailed, wilson
from helpers.methods.poststratify_fit import Design, Posterior, fit, thetas
from helpers.methods.survey import Margins
from helpers.methods.survey_raking import shares_of

FEWEST = 100  # answers
FEWEST_OF_A_KIND = 10  # yes, and no
BATCH = 100  # draws held in memory together


class Poststratified(NamedTuple):
    """Shares of areas and of all, by the model, beside the raw answers.

    areas : one row an area: the columns asked by, people [share of the population], n [answers], raw, raw_low, raw_high [without the model],
        value, low, high. total : of the whole population. raw : of all answers as they came.
    spreads : one row a group of the model: group, levels, sd [on the logit]. guards : what to know first.
    """

    areas: pd.DataFrame
    total: Estimate
    raw: Estimate
    spreads: pd.DataFrame
    guards: tuple[Said, ...]


def poststratified(
    answers: pd.DataFrame,
    cells: pd.DataFrame,
    *,
    by: str | Sequence[str],
    groups: Sequence[str],
    fixed: Sequence[str] = (),
    yes: str = "yes",
    size: str = "people",
    level: float = 0.90,
    draws: int = 1000,
    seed: int = 0,
) -> Poststratified:
    """Share of yes in each area and in all, from a multilevel logistic regression put on the census.

    Parameters
    ----------
    answers : one row a person: `yes` 1 or 0, and the columns that say the cell. Weights are not used: the census does their work.
    cells : the census, one row a kind of person: its columns, and how many there are; those that the model does not name are added up.
        Numbers of an area (a past share) stand here too.
    by : column or columns of the cells to tell shares by.
    groups : columns whose levels vary around the rest, "age:sex" for two together. Levels are drawn towards each other as far as they are alike.
    fixed : columns of numbers with a slope. yes, size : names of those columns.
    level : of the intervals. draws : from the posterior. seed : the same seed gives the same result.

    Returns
    -------
    Poststratified. With fewer than 100 answers, or 10 of either kind, nothing is told and the guard says why. An area without answers
    has a share by the model alone, which is said.

    Raises
    ------
    DataError : a column is missing, an answer is neither 0 nor 1, answers do not say their cell, or they have a cell that the census lacks.

    Formula: logit P(yes) = b0 + x b + sum over groups of u_g, u_g ~ N(0, s_g²), s_g by its own posterior (Laplace), prior s exp(-s²/2);
        area = sum people x P / sum people, over draws of b, u and s.
    Source: Gelman & Little (1997), Survey Methodology 23; Park, Gelman & Bafumi (2004), Political Analysis 12; Chung et al. (2013),
        Psychometrika 78, for a prior that keeps a spread off 0.
    """
    check_level(level)
    names = [by] if isinstance(by, str) else list(by)
    census, asked, guards = _checked(answers, cells, names, groups, fixed, yes, size)
    raw = _raw(asked, level)
    areas = _raw_areas(census, names, size, level)
    reason = _too_few(asked)
    if reason is not None:
        nothing = Estimate(math.nan, math.nan, math.nan, level, len(asked))
        blank = areas.assign(value=np.nan, low=np.nan, high=np.nan)
        return Poststratified(blank, nothing, raw, pd.DataFrame(columns=["group", "levels", "sd"]), (*guards, said("cannot tell: {reason}", reason=reason)))  # fmt: skip
    design = _design(census, groups, fixed)
    found = fit(design, census["_n"].to_numpy(float), census["_yes"].to_numpy(float))
    code = census.groupby(names, sort=True).ngroup().to_numpy()
    drawn = _areas_drawn(design, found, code, census[size].to_numpy(float), draws, seed)
    mass = areas["people"].to_numpy()
    low, high = equal_tailed(drawn, level=level, axis=0)
    areas = areas.assign(value=drawn.mean(axis=0), low=low, high=high)
    whole = drawn @ mass
    total = Estimate(float(whole.mean()), *map(float, equal_tailed(whole, level=level)), level, len(asked))
    empty = int((areas["n"] == 0).sum())
    if empty:
        guards.append(said("areas without answers: {n} of {all}; their share is what the model says of such people", n=empty, all=len(areas)))  # fmt: skip
    spreads = pd.DataFrame({"group": list(groups), "levels": design.sizes, "sd": found.spreads})
    return Poststratified(areas, total, raw, spreads, tuple(guards))


def cells_of(margins: Margins) -> tuple[pd.DataFrame, Said]:
    """A census out of margins alone, as if dimensions had nothing to do with each other; the guard says so.

    Parameters
    ----------
    margins : known share of each level, by dimension, such as `margins_of` gives.

    Returns
    -------
    One row a combination of levels: a column a dimension, people [share of the population].

    Formula: product of the shares of its levels, the joint that says least beyond them.
    """
    shares = {name: shares_of(name, levels) for name, levels in margins.items()}
    made = pd.MultiIndex.from_product([list(levels) for levels in shares.values()], names=list(shares)).to_frame(index=False)  # fmt: skip
    people = np.prod([made[name].map(levels).to_numpy(float) for name, levels in shares.items()], axis=0)
    told = said("the census is known by {dimensions} one by one only: that people combine them by chance is an assumption", dimensions=", ".join(shares))  # fmt: skip
    return made.assign(people=people), told


def _areas_drawn(design: Design, found: Posterior, code, people, draws: int, seed: int) -> np.ndarray:
    """Share of each area in each draw [draw x area]."""
    order = np.argsort(code, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(code[order]) > 0])
    mass, made = people[order][:, None], []
    total = np.add.reduceat(mass, starts, axis=0)
    ordered = Design(design.fixed[order], [one[order] for one in design.codes], design.sizes)
    drawn = thetas(found, draws, np.random.default_rng(seed))
    for first in range(0, draws, BATCH):
        chance = expit(ordered.predicted(drawn[first : first + BATCH].T))
        chance *= mass
        made.append((np.add.reduceat(chance, starts, axis=0) / total).T)
    return np.concatenate(made)


def _design(census: pd.DataFrame, groups: Sequence[str], fixed: Sequence[str]) -> Design:
    x = census[list(fixed)].to_numpy(float)
    spread = x.std(axis=0)
    x = (x - x.mean(axis=0)) / np.where(spread > 0, 2 * spread, 1.0)
    codes, sizes = [], []
    for name in groups:
        code = census.groupby(name.split(":"), sort=True).ngroup().to_numpy()
        codes.append(code)
        sizes.append(int(code.max()) + 1)
    return Design(np.column_stack([np.ones(len(census)), x]), codes, sizes)


def _raw(asked: pd.Series, level: float) -> Estimate:
    n = len(asked)
    low, high = wilson(float(asked.sum()), n, level=level)
    return Estimate(float(asked.mean()) if n else math.nan, float(low), float(high), level, n)


def _raw_areas(census: pd.DataFrame, names: list[str], size: str, level: float) -> pd.DataFrame:
    made = census.groupby(names, sort=True)[[size, "_n", "_yes"]].sum().reset_index()
    n = made["_n"].to_numpy(float)
    low, high = wilson(made["_yes"].to_numpy(float), n, level=level)
    share = np.divide(made["_yes"], n, out=np.full(len(n), np.nan), where=n > 0)
    figures = {"people": made[size] / made[size].sum(), "n": made["_n"].astype(int), "raw": share, "raw_low": low, "raw_high": high}  # fmt: skip
    return made[names].assign(**figures)


def _too_few(asked: pd.Series) -> Said | None:
    n, kind = len(asked), int(min(asked.sum(), len(asked) - asked.sum()))
    if n < FEWEST:
        return said("{n} answers that say their cell, and {need} are the least", n=n, need=FEWEST)
    if kind < FEWEST_OF_A_KIND:
        return said("{n} answers of the rarer kind, and {need} are the least", n=kind, need=FEWEST_OF_A_KIND)
    return None


def _checked(answers, cells, names, groups, fixed, yes: str, size: str):
    """The census with its answers (_n, _yes) cell by cell, the answers that count, and what to say."""
    used = dict.fromkeys([*names, *(part for one in groups for part in one.split(":")), *fixed])
    for name in [*used, size]:
        if name not in cells:
            raise DataError(f"poststratify: the census has no column {name}. Add it, or leave it out.")
    keys = [name for name in used if name in answers]
    if yes not in answers or not keys or not groups:
        raise DataError(
            f"poststratify: the answers need a column {yes} and at least one column of the census, and the model at least one group."
        )
    people = cells[size].to_numpy(float)
    if not ((people >= 0) & np.isfinite(people)).all() or not people.sum() > 0 or cells[list(used)].isna().any().any():  # fmt: skip
        raise DataError("poststratify: a cell of the census has no level, or its people are missing or negative. Mend it.")  # fmt: skip
    cells = cells.groupby(list(used), sort=True)[size].sum().reset_index()
    if cells.duplicated(keys).any():
        raise DataError(f"poststratify: several cells of the census share {', '.join(keys)}, so answers do not say their cell. Ask for the missing column, or leave it out of the model.")  # fmt: skip
    there = answers[[yes, *keys]].dropna()
    if not there[yes].isin([0, 1]).all():
        raise DataError(f"poststratify: an answer in {yes} is neither 0 nor 1. Give yes as 1 and no as 0.")
    place = pd.Series(np.arange(len(cells)), index=pd.MultiIndex.from_frame(cells[keys]))
    at = place.reindex(pd.MultiIndex.from_frame(there[keys])).to_numpy(float)
    unknown = int(np.isnan(at).sum())
    if unknown:
        raise DataError(f"poststratify: {unknown} of {len(there)} answers are of a kind that the census does not have. Rename levels as the census does.")  # fmt: skip
    at, asked = at.astype(int), there[yes].astype(float)
    census = cells.assign(_n=np.bincount(at, minlength=len(cells)), _yes=np.bincount(at, asked, len(cells)))
    gone = len(answers) - len(there)
    guards = [said("{n} of {all} answers lack a level of the census and are left out", n=gone, all=len(answers))] if gone else []  # fmt: skip
    return census, asked, guards
