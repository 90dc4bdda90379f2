"""Which brands are really seen differently, and for what: each person's pull on profiles, and bounds over all that is looked at."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import chdtrc, ndtri

from helpers.methods import maps


def influence(a, w, times) -> dict[str, np.ndarray]:
    """What each unit moves: the standardised table, the profiles over the root of the mean profile, their points above it.

    Parameters
    ----------
    a : answers [unit x brand x attribute]. w : weights of units. times : how often each unit occurs.

    Formula: derivatives of S, of the profiles p_ij / r_i over root c_j, and of p_ij / r_i - c_j by the share of a unit.
    """
    mass = w * times
    total = np.einsum("u,uij->", mass, a)
    p = np.einsum("u,uij->ij", mass, a) / total
    r, c = p.sum(axis=1), p.sum(axis=0)
    own = w[:, None, None] * (a - a.sum(axis=(1, 2), keepdims=True) * p) / total
    dr, dc = own.sum(axis=2), own.sum(axis=1)
    root = np.sqrt(np.outer(r, c))
    s = (p - np.outer(r, c)) / root
    table = (own - dr[:, :, None] * c - r[:, None] * dc[:, None, :]) / root - s / 2 * (
        (dr / r)[:, :, None] + (dc / c)[:, None, :]
    )
    profile = p / r[:, None]
    moved = (own - profile * dr[:, :, None]) / r[:, None]
    return {"table": table, "profiles": moved / np.sqrt(c), "traits": moved - dc[:, None, :]}


def covariance(pull: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Covariance of a sum of units' pulls."""
    n = times.sum()
    mean = times @ pull / n
    off = pull - mean
    return (off * times[:, None]).T @ off * (n / (n - 1))


def judged(size: float, pull: np.ndarray, times: np.ndarray) -> tuple[float, float]:
    """Chance of a quadratic form at least this large where its mean is 0, and its mean then."""
    v = covariance(pull, times)
    first, second = float(np.trace(v)), float((v**2).sum())
    return _chance(size, first, second), first


def _chance(size: float, first: float, second: float) -> float:
    """Satterthwaite's: the sum of V's eigenvalues and that of their squares make a scaled chi2; without doubt all that is not 0 is sure."""
    if not second > 0:
        return float(size <= maps.DUST)
    return float(chdtrc(first**2 / second, size * first / second))


def pairs(found: maps.Map, pull: np.ndarray, times: np.ndarray, level: float) -> pd.DataFrame:
    """Each pair of brands: how far apart their whole profiles are, and whether chance alone could have done it.

    Formula: d = chi-square distance of profiles; without noise sqrt(d² - tr V), bounds all t with
        (d² - tr V - t²)² <= z² (4 t² v + 2 tr V²), v = d'Vd / d²; p by Satterthwaite's chi2, over all pairs by Holm. Source: Rao & Scott (1981), JASA 76; Holm (1979), Scandinavian J. Stat. 6.
    """
    z, names = float(ndtri((1 + level) / 2)), list(found.rows.index)
    # The whole profile: all axes, so that what the map leaves out still sets brands apart.
    place, rows = found.rows.to_numpy(), []
    for i, j in combinations(range(len(names)), 2):
        v = covariance(pull[:, i] - pull[:, j], times)
        off = (place[i] - place[j]) @ (found.columns.to_numpy() * np.sqrt(found.column_masses)[:, None]).T
        size, noise, squares = float(off @ off), float(np.trace(v)), float((v**2).sum())
        along = z**2 * 2 * float(off @ v @ off) / size if size else 0.0
        middle, root = size - noise + along, (size - noise) ** 2 - 2 * z**2 * squares
        half = math.sqrt(max(middle**2 - root, 0.0))
        low, high = (math.sqrt(max(middle + side * half, 0.0)) for side in (-1, 1))
        rows.append((names[i], names[j], math.sqrt(max(size - noise, 0.0)), low, high, float(np.hypot(*(place[i] - place[j])[:2])), _chance(size, noise, squares)))  # fmt: skip
    made = pd.DataFrame(rows, columns=["first", "second", "distance", "low", "high", "map_distance", "p"])
    made["p_all"] = holm(made["p"].to_numpy())
    return made.assign(apart=made["p_all"] < 1 - level)


def traits(found: maps.Map, pull: np.ndarray, times: np.ndarray, level: float) -> pd.DataFrame:
    """What is said more of each brand than of all: a brand's profile less the mean one, so that size counts for nothing."""
    brands, attributes = list(found.rows.index), list(found.columns.index)
    mean = times.sum()
    off = pull - np.tensordot(times, pull, axes=(0, 0)) / mean
    error = np.sqrt(np.tensordot(times, off**2, axes=(0, 0)) * mean / (mean - 1))
    value = found.column_masses * (found.rows.to_numpy() @ found.columns.to_numpy().T)
    one, all_ = float(ndtri((1 + level) / 2)), float(ndtri(1 - (1 - level) / 2 / value.size))
    made = pd.DataFrame({
        "brand": np.repeat(brands, len(attributes)), "attribute": attributes * len(brands), "difference": value.ravel(),
        "low": (value - one * error).ravel(), "high": (value + one * error).ravel(),
        "low_all": (value - all_ * error).ravel(), "high_all": (value + all_ * error).ravel(),
    })  # fmt: skip
    return made.assign(clear=(made["low_all"] > 0) | (made["high_all"] < 0))


def holm(p: np.ndarray) -> np.ndarray:
    """Chances adjusted for all that are looked at, by Holm's steps."""
    order = np.argsort(p, kind="stable")
    stepped = np.minimum(np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p)))), 1.0)
    made = np.empty(len(p))
    made[order] = stepped
    return made
