"""How sure a perceptual map is: ellipses of its points, and which brands are really seen differently, by the people who answered."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtri

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import maps, maps_apart
from helpers.methods.intervals import check_level

FEW_PEOPLE = 100  # no map of fewer
FEW_KNOW = 30  # who know a brand, below which it has no place
BLOCK = 100  # redraws held in memory together


class Perceived(NamedTuple):
    """A map with its doubt.

    map : of brands that enough people know; None where it cannot be told. n, n_effective : people. p : chance of profiles that differ
    as much if all brands were seen alike. noise : inertia that chance makes. points : one row a point: kind "brand" or "attribute",
    name, n, x, y [principal for brands, standard for attributes], semi_major, semi_minor, angle [of the ellipse of a brand, degrees],
    cos2 [what the two axes show]. pairs : first, second, distance with low and high [of whole profiles, noise taken out], map_distance,
    p, p_all [over all pairs], apart. traits : brand, attribute, difference with low, high and low_all, high_all [points of a
    profile above that of all brands], clear. guards : what to know first.
    """

    map: maps.Map | None
    n: int
    n_effective: float
    p: float
    noise: float
    points: pd.DataFrame
    pairs: pd.DataFrame
    traits: pd.DataFrame
    guards: tuple[Said, ...]


def of_people(
    answers: np.ndarray,
    brands,
    attributes,
    *,
    knows=None,
    weights=None,
    level: float = 0.90,
    draws: int = 400,
    seed: int = 0,
) -> Perceived:
    """The map of what people say of brands, each person one unit of chance however much they say.

    Parameters
    ----------
    answers : 1 where a person says that an attribute fits a brand, else 0, also where they do not know it [person x brand x attribute].
    brands, attributes : names. knows : people by brand, True where they know it; none means that a yes to anything does.
    weights : of people; none means alike. level : of ellipses, intervals and of all pairs together.
    draws : times that people are drawn again for the ellipses. seed : the same seed gives the same result.

    Returns
    -------
    Perceived. Brands known by fewer than 30 people and attributes of none are left out and named. There is no map of fewer than
    100 people (effective), fewer than three brands or attributes, or of brands that chance alone could set apart as much.

    Raises
    ------
    DataError : an answer is not 0 or 1, or weights are missing, negative or not one a person.

    Formula: a quadratic form of a mean of people's influences, d' d with d ~ N(0, V): p by Satterthwaite's chi2, sum of V's
        eigenvalues / scale; pairs over all by Holm; ellipses from the covariance of redraws after a Procrustes rotation.
    Source: Rao & Scott (1981), JASA 76; Holm (1979); Gower & Dijksterhuis (2004), Procrustes Problems; Greenacre (2017), ch. 29.
    """
    check_level(level)
    a, w = _checked(answers, weights)
    known = a.any(axis=2) if knows is None else np.asarray(knows, bool)
    counted = [(str(name), int(k)) for name, k in zip(brands, known.sum(axis=0), strict=True)]
    worth = float(w.sum() ** 2 / (w**2).sum())
    return _made(a, w, np.ones(len(a)), counted, list(attributes), len(a), worth, level, draws, seed)


def of_table(counts: pd.DataFrame, *, level: float = 0.90, draws: int = 400, seed: int = 0) -> Perceived:
    """The map of a table of counts whose people are not known: each count is taken for a person of its own, which a guard says.

    Parameters, Returns, Raises
    ---------------------------
    As `of_people`; n is the sum of the counts.
    """
    check_level(level)
    table = counts.to_numpy(float)
    if not (np.isfinite(table).all() and (table >= 0).all()):
        raise DataError("maps: a count is missing or negative. Count the answers again.")
    cells = np.eye(table.size).reshape(-1, *table.shape)
    named = [(str(name), int(k)) for name, k in zip(counts.index, table.sum(axis=1), strict=True)]
    n = int(table.sum())
    made = _made(
        cells,
        np.ones(table.size),
        table.ravel(),
        named,
        list(counts.columns),
        n,
        float(n),
        level,
        draws,
        seed,
    )
    told = said(
        "each count is taken for a person of its own, as people are not known; true doubt is likely larger"
    )
    return made._replace(guards=(told, *made.guards))


def _made(a, w, times, counted, attributes, n, worth, level, draws, seed) -> Perceived:
    """Of units [unit x brand x attribute] with weights and how often each occurs."""
    sums = np.einsum("u,uij->ij", w * times, a)
    keep = np.array([k >= FEW_KNOW for _, k in counted]) & (sums.sum(axis=1) > 0)
    guards = [
        said("nobody knows {brand}, which has no place on the map", brand=name) if k == 0
        else said("{n} people know {brand}, and {need} are the least for a place on the map", n=k, brand=name, need=FEW_KNOW)
        for (name, k), on in zip(counted, keep, strict=True) if not on
    ]  # fmt: skip
    some = sums[keep].sum(axis=0) > 0
    guards += [
        said("nobody says {name} of any brand, which is left out", name=str(name))
        for name, on in zip(attributes, some, strict=True)
        if not on
    ]
    names, what = (
        [name for (name, _), on in zip(counted, keep, strict=True) if on],
        [str(name) for name, on in zip(attributes, some, strict=True) if on],
    )
    if worth < FEW_PEOPLE:
        reason = said("{n} people, and {need} are the least for a map", n=int(worth), need=FEW_PEOPLE)
    elif len(names) < maps.FEWEST or len(what) < maps.FEWEST:
        reason = said(
            "{brands} brands and {attributes} attributes, and three of each are the least",
            brands=len(names),
            attributes=len(what),
        )
    else:
        reason = None
    if reason is not None:
        return _nothing(n, worth, math.nan, math.nan, (*guards, said("cannot tell: {reason}", reason=reason)))
    a = a[:, keep][:, :, some]
    found = maps.correspondence(pd.DataFrame(sums[np.ix_(keep, some)], index=names, columns=what))
    pull = maps_apart.influence(a, w, times)
    flat = pull["table"].reshape(len(a), -1)
    p, noise = maps_apart.judged(found.total, flat, times)
    if not p < 1 - level:
        reason = said(
            "brands are seen alike: chance alone would set them apart as much in {n} of 100 such samples",
            n=round(100 * p),
        )
        return _nothing(n, worth, p, noise, (*guards, said("cannot tell: {reason}", reason=reason)))
    count = dict(counted)
    if len(found.inertia) < 2:
        reason = said("brands differ along one line only, which is no map")
        return _nothing(n, worth, p, noise, (*guards, said("cannot tell: {reason}", reason=reason)))
    points = _points(found, _ellipses(found, a, w, times, level, draws, seed), count)
    return Perceived(found, n, worth, p, noise, points, maps_apart.pairs(found, pull["profiles"], times, level), maps_apart.traits(found, pull["traits"], times, level), tuple(guards))  # fmt: skip


def _ellipses(found: maps.Map, a, w, times, level, draws, seed) -> np.ndarray:
    """Covariance of each brand's place over redraws turned to the first map [brand x 2 x 2]."""
    rng, n = np.random.default_rng(seed), round(times.sum())
    flat, shape = a.reshape(len(a), -1), a.shape[1:]
    fixed, places = np.vstack([found.rows.to_numpy()[:, :2], found.columns.to_numpy()[:, :2]]), []
    pull = np.concatenate([found.row_masses, found.column_masses])
    for at in range(0, draws, BLOCK):
        drawn = rng.multinomial(n, times / n, size=min(BLOCK, draws - at))
        tables = ((drawn * w) @ flat).reshape(-1, *shape)
        _, r, c, s = maps.standardised(tables)
        u, d, v = maps.axes(s)
        with np.errstate(invalid="ignore", divide="ignore"):
            rows = np.where(r[:, :, None] > 0, u[:, :, :2] * d[:, None, :2] / np.sqrt(r)[:, :, None], 0.0)
            columns = np.where(c[:, :, None] > 0, v[:, :, :2] / np.sqrt(c)[:, :, None], 0.0)
        both = np.concatenate([rows, columns], axis=1)
        left, _, right = np.linalg.svd(np.einsum("dpk,p,pl->dkl", both, pull, fixed))
        places.append(rows @ (left @ right))
    off = np.concatenate(places)
    off = off - off.mean(axis=0)
    return np.einsum("dik,dil->ikl", off, off) / (len(off) - 1) * chdtri(2, 1 - level)


def _points(found: maps.Map, spread: np.ndarray, count: dict[str, int]) -> pd.DataFrame:
    size, turn = np.linalg.eigh(spread)
    brands = pd.DataFrame({
        "kind": "brand", "name": found.rows.index, "n": [count[name] for name in found.rows.index],
        "x": found.rows[1].to_numpy(), "y": found.rows[2].to_numpy(), "semi_major": np.sqrt(size[:, 1]), "semi_minor": np.sqrt(np.maximum(size[:, 0], 0)),
        "angle": np.degrees(np.arctan2(turn[:, 1, 1], turn[:, 0, 1])), "cos2": found.row_cos2[[1, 2]].sum(axis=1).to_numpy(),
    })  # fmt: skip
    attributes = pd.DataFrame({
        "kind": "attribute", "name": found.columns.index, "x": found.columns[1].to_numpy(), "y": found.columns[2].to_numpy(),
        "cos2": found.column_cos2[[1, 2]].sum(axis=1).to_numpy(),
    })  # fmt: skip
    return pd.concat([brands, attributes], ignore_index=True)


def _nothing(n, worth, p, noise, guards) -> Perceived:
    points = pd.DataFrame(
        columns=["kind", "name", "n", "x", "y", "semi_major", "semi_minor", "angle", "cos2"]
    )
    pairs = pd.DataFrame(
        columns=["first", "second", "distance", "low", "high", "map_distance", "p", "p_all", "apart"]
    )
    traits = pd.DataFrame(
        columns=["brand", "attribute", "difference", "low", "high", "low_all", "high_all", "clear"]
    )
    return Perceived(None, n, worth, p, noise, points, pairs, traits, tuple(guards))


def _checked(answers, weights) -> tuple[np.ndarray, np.ndarray]:
    a = np.asarray(answers, float)
    if not np.isin(a, (0.0, 1.0)).all():
        raise DataError(
            "maps: an answer is neither 0 nor 1. Write 0 where somebody does not say that an attribute fits."
        )
    w = np.ones(len(a)) if weights is None else np.asarray(weights, float)
    if len(w) != len(a) or not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise DataError(
            f"maps: {len(w)} weights for {len(a)} people, or one is missing or negative. Weight the survey again."
        )
    return a, w
