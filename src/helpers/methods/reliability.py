"""A scale of several questions, such as trust: whether they measure one thing, how surely, and its mean by wave."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import fdtri

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level, equal_tailed
from helpers.methods.one_factor import one_factor
from helpers.methods.survey_estimates import raked_mean
from helpers.methods.wave_people import has_repeats, pull_of, row_of, wave_of
from helpers.methods.waves import Waves, gathered

FEW_PEOPLE = 30  # complete answers
GOOD = 0.7  # alpha or omega below which a scale is told with care
WEAK = 0.3  # correlation of an item with the rest below which it hardly belongs
ALONE = 0.99  # loading at which a factor is one item
SAMPLED = 0.6  # KMO below which items share too little for one factor
DRAWS = 400


class Reliability(NamedTuple):
    """How well items hang together.

    alpha, omega : Estimates; n counts people who answered all. kmo : how far correlations are shared rather than of pairs, 0 to 1.
    items : one row an item: mean, sd, item_rest [correlation with the sum of the others], alpha_without, loading
        [correlation with the common factor], kmo.
    guards : what to know first.
    """

    alpha: Estimate
    omega: Estimate
    kmo: float
    items: pd.DataFrame
    guards: tuple[Said, ...]


def reliability(
    answers: pd.DataFrame, *, weights=None, level: float = 0.90, draws: int = DRAWS, seed: int = 0
) -> Reliability:
    """Alpha, omega, KMO and what each item adds, from those who answered all items.

    Parameters
    ----------
    answers : one row a person, one column an item; higher has to mean more of the same in each.
    weights : one a person, 0 or more; none means all are alike. level : of the intervals.
    draws : times that people are drawn again, for the interval of omega. seed : the same seed gives the same result.

    Returns
    -------
    Reliability. With fewer than 30 complete answers or an item that never varies nothing is told and the guard says why. With two items
    there is no factor, so omega is NaN.

    Raises
    ------
    DataError : fewer than two items, an answer or a weight is infinite, or a weight is negative.

    Formula: alpha = k/(k-1) (1 - sum var_i / var of the sum), bounds 1 - (1 - alpha) F, F of n* - 1 and (n* - 1)(k - 1) degrees of freedom,
        n* the effective answers; omega = (sum l)² / ((sum l)² + sum u), l and u of one factor by maximum likelihood in units of the
        answers, percentiles of draws; KMO = sum r² / (sum r² + sum partial r²).
    Source: Cronbach (1951), Psychometrika 16; Feldt (1965), Psychometrika 30; McDonald (1999), Test Theory; Kaiser (1970), Psychometrika 35.
    """
    check_level(level)
    x, w, names, guards = _checked(answers, weights)
    n = len(x)
    nothing = Estimate(math.nan, math.nan, math.nan, level, n)
    blank = pd.DataFrame(np.nan, index=names, columns=["mean", "sd", "item_rest", "alpha_without", "loading", "kmo"])  # fmt: skip
    if n < FEW_PEOPLE or (np.ptp(x, axis=0) == 0).any():
        reason = (
            said("{n} people answered all items, and {need} are the least", n=n, need=FEW_PEOPLE) if n < FEW_PEOPLE
            else said("an item has the same answer from everybody")
        )  # fmt: skip
        return Reliability(nothing, nothing, math.nan, blank, (*guards, said("cannot tell: {reason}", reason=reason)))  # fmt: skip
    cov = covariance(x, w)
    size = float(w.sum() ** 2 / (w**2).sum())
    value = cronbach(cov)
    alpha = Estimate(value, *feldt(value, size, len(names), level=level), level, n)
    kmo, own = sampling_adequacy(cov)
    omega, loadings = nothing, np.full(len(names), np.nan)
    if len(names) > 2:
        loadings = one_factor(cov[None])[0][0]
        omega = _omega_estimate(cov, x, w, n, level, draws, seed)
    sd = np.sqrt(np.diag(cov))
    items = pd.DataFrame(
        {"mean": w @ x / w.sum(), "sd": sd, "item_rest": _item_rest(cov), "alpha_without": _without_each(cov), "loading": loadings / sd, "kmo": own},
        index=names,
    )  # fmt: skip
    return Reliability(alpha, omega, kmo, items, (*guards, *_warned(alpha, kmo, items)))


def cronbach(cov: np.ndarray) -> float:
    """Alpha of a covariance matrix of items."""
    k, total = len(cov), float(cov.sum())
    return k / (k - 1) * (1 - float(np.trace(cov)) / total) if total > 0 else math.nan


def feldt(alpha: float, n: float, k: int, *, level: float = 0.90) -> tuple[float, float]:
    """Bounds of an alpha of k items from n people.

    Formula: 1 - (1 - alpha) F, F of n - 1 and (n - 1)(k - 1) degrees of freedom. Source: Feldt (1965), Psychometrika 30.
    """
    df = n - 1, (n - 1) * (k - 1)
    low, high = (1 - (1 - alpha) * float(fdtri(*df, tail)) for tail in ((1 + level) / 2, (1 - level) / 2))
    return low, high


def sampling_adequacy(cov: np.ndarray) -> tuple[float, np.ndarray]:
    """KMO of a covariance or correlation matrix: in all, and of each item; NaN where it has no inverse."""
    sd = np.sqrt(np.diag(cov))
    r, k = cov / np.outer(sd, sd), len(cov)
    if np.linalg.matrix_rank(r) < k:
        return math.nan, np.full(k, np.nan)
    inverse = np.linalg.inv(r)
    scale = np.sqrt(np.diag(inverse))
    off = ~np.eye(k, dtype=bool)
    r2, partial2 = np.where(off, r, 0) ** 2, np.where(off, inverse / np.outer(scale, scale), 0) ** 2
    return float(r2.sum() / (r2.sum() + partial2.sum())), r2.sum(axis=0) / (r2 + partial2).sum(axis=0)


def covariance(x: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Weighted covariance of columns, unbiased where weights are alike."""
    rest, share = x - w @ x / w.sum(), w / w.sum()
    return (rest * share[:, None]).T @ rest / (1 - float(share @ share))


def scale_waves(
    answers: pd.DataFrame, items: Sequence[str], *, name: str = "scale", cluster: str | None = None, level: float = 0.90
) -> Waves:  # fmt: skip
    """Mean of a scale by brand and wave, in points of its items; `wave_changes` then judges what moved.

    Parameters
    ----------
    answers : one row a (wave, respondent_id, brand): a column an item, weight; wording where texts differ.
    items : columns of the items. name : of the scale, which stands as its question.
    cluster, level : as in `wave_shares`.

    Returns
    -------
    Waves, in points of the items. A person counts who answered more than half of the items, with the mean of these.

    Raises
    ------
    DataError : a column is missing, a person comes twice in a wave for a brand, or a weight is bad.

    Formula: weighted mean of people's means, se linearised (`raked_mean`).
    """
    missing = [one for one in ["wave", "respondent_id", "brand", "weight", *items, *([cluster] if cluster else [])] if one not in answers]  # fmt: skip
    if missing:
        raise DataError(f"scale: the answers have no column {missing[0]}. Map it, or name it so.")
    if answers.duplicated(["wave", "respondent_id", "brand"]).any():
        raise DataError("scale: somebody comes twice in a wave for one brand. Give one row a person, wave and brand.")  # fmt: skip
    texts = answers["wording"].astype("string").fillna("").astype(object) if "wording" in answers else ""
    made = answers.assign(_mean=_own_mean(answers[list(items)]), wording=texts)
    made = made[made["_mean"].notna()]
    repeats = has_repeats(made, cluster)
    rows, guards, kept = [], [], []
    for label, own in made.groupby("wave", sort=True):
        wave, told = wave_of(label, own, cluster)
        guards += told
        for (brand, wording), group in own.groupby(["brand", "wording"], sort=True):
            y = group.set_index("respondent_id")["_mean"].reindex(wave.people)
            found = raked_mean(y, wave.raked, clusters=None if cluster is None else wave.clusters, level=level)  # fmt: skip
            rows.append({"brand": brand, "question": name, "wording": wording, "wave": label, **row_of(found, y, wave)})  # fmt: skip
            kept += [pull_of(y, found, wave)] if repeats else []
    return gathered(rows, guards, kept)


def _own_mean(answers: pd.DataFrame) -> pd.Series:
    return answers.mean(axis=1).where(answers.notna().mean(axis=1) > 0.5)


def _omega_estimate(cov, x, w, n: int, level: float, draws: int, seed: int) -> Estimate:
    rng = np.random.default_rng(seed)
    times = rng.multinomial(n, np.full(n, 1 / n), size=draws)
    again = np.stack([covariance(x, w * one) for one in times])
    spread = np.diagonal(again, axis1=1, axis2=2).min(axis=1) > 0
    value, drawn = float(_omega(cov[None])[0]), _omega(again[spread])
    low, high = map(float, equal_tailed(drawn[np.isfinite(drawn)], level=level))
    return Estimate(value, min(low, value), max(high, value), level, n)


def _omega(covs: np.ndarray) -> np.ndarray:
    loadings, unique = one_factor(covs)
    common = loadings.sum(axis=-1) ** 2
    return common / (common + unique.sum(axis=-1))


def _item_rest(cov: np.ndarray) -> np.ndarray:
    own, whole = np.diag(cov), cov.sum(axis=1)
    rest = np.maximum(cov.sum() - 2 * whole + own, 1e-300)
    return (whole - own) / np.sqrt(own * rest)


def _without_each(cov: np.ndarray) -> np.ndarray:
    if len(cov) < 3:
        return np.full(len(cov), np.nan)
    left = [np.delete(np.delete(cov, at, axis=0), at, axis=1) for at in range(len(cov))]
    return np.array([cronbach(one) for one in left])


def _warned(alpha: Estimate, kmo: float, items: pd.DataFrame) -> list[Said]:
    made = []
    for name, r in items["item_rest"].items():
        if r < 0:
            made.append(said("{item} goes against the others: it looks as if its scale were the other way round", item=str(name)))  # fmt: skip
        elif r < WEAK:
            made.append(said("{item} hardly goes with the others (correlation with the rest {r})", item=str(name), r=f"{r:.2f}"))  # fmt: skip
        if abs(items.loc[name, "loading"]) > ALONE:
            made.append(said("{item} alone makes up the common factor, so omega is not to be trusted", item=str(name)))  # fmt: skip
    if alpha.low < GOOD:
        made.append(said("alpha may be below {least}: read a change of the scale with care", least=f"{GOOD:g}"))  # fmt: skip
    if kmo < SAMPLED:
        made.append(said("KMO is {kmo}: the items share too little for one scale", kmo=f"{kmo:.2f}"))
    return made


def _checked(answers: pd.DataFrame, weights):
    if answers.shape[1] < 2:
        raise DataError("reliability: a scale needs two items or more. Give one column an item.")
    x = answers.to_numpy(dtype=float)
    w = np.ones(len(x)) if weights is None else np.asarray(weights, dtype=float)
    if len(w) != len(x):
        raise ValueError(f"weights: {len(w)} for {len(x)} people")
    if np.isinf(x).any() or np.isinf(w).any() or (w < 0).any():
        raise DataError("reliability: an answer or a weight is without end, or a weight is negative. Mend it.")  # fmt: skip
    there = np.isfinite(x).all(axis=1) & (w > 0)
    gone = int(len(x) - there.sum())
    guards = [said("{n} of {all} people did not answer all items, or have no weight, and are left out", n=gone, all=len(x))] if gone else []  # fmt: skip
    return x[there], w[there], list(answers.columns), guards
