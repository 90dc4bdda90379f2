"""The people of one wave of a tracker: their weights as given, what one of their figures is worth, what each of them adds to it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.survey import Raked
from helpers.methods.survey_estimates import Weighted


class Wave(NamedTuple):
    """The people of one wave: their ids, their clusters (themselves where there are none), their weights and whether these are real."""

    name: object
    people: pd.Index
    clusters: pd.Series
    raked: Raked
    is_weighted: bool


def wave_of(name: object, own: pd.DataFrame, cluster: str | None) -> tuple[Wave, list[Said]]:
    """The people of one wave with their weights, and what to say of them."""
    first = own.drop_duplicates("respondent_id").set_index("respondent_id")
    weight = pd.to_numeric(first["weight"]).astype(float)
    known = own.groupby("respondent_id")["weight"]
    if (known.max() - known.min() > 1e-9 * known.max()).any() or (weight < 0).any():
        raise DataError(
            f"waves: in {name} a weight is negative, or a person has more than one. Give each person one weight a wave."
        )
    is_weighted, guards = bool(weight.notna().any()), []
    if not is_weighted:
        weight, guards = pd.Series(1.0, index=first.index), unweighted([name])
    elif gone := int((~(weight > 0)).sum()):
        guards = [said("{n} of {all} people of wave {wave} have no weight and are left out", n=gone, all=len(weight), wave=str(name))]  # fmt: skip
    weight = weight[weight > 0]
    clusters = pd.Series(weight.index, index=weight.index) if cluster is None else first.loc[weight.index, cluster]  # fmt: skip
    return Wave(name, weight.index, clusters, as_given(weight.to_numpy()), is_weighted), guards


def as_given(weights: np.ndarray) -> Raked:
    """Weights that come with the answers, without the margins behind them: nothing is taken out of the doubt."""
    w = weights / weights.mean()
    deff = float(len(w) * np.sum(w**2) / np.sum(w) ** 2)
    return Raked(w, deff, len(w) / deff, (), pd.DataFrame(), np.empty((len(w), 0)))


def row_of(found: Weighted, y: pd.Series, wave: Wave) -> dict:
    """The figures of one row: those of a share or a mean, with its design effect."""
    there, w = y.notna().to_numpy(), wave.raked.weights
    n, value = found.estimate.n, found.estimate.value
    spread = float(w[there] @ (y.to_numpy(float)[there] - value) ** 2 / w[there].sum()) if n else math.nan
    deff = found.error**2 * n / spread if spread > 0 and found.error > 0 else n / found.n_effective
    return {
        "value": value, "low": found.estimate.low, "high": found.estimate.high, "error": found.error, "n": n, "deff": deff,
        "deff_weights": n / found.n_effective, "n_effective": n / max(deff, 1.0), "is_weighted": wave.is_weighted,
    }  # fmt: skip


def pull_of(y: pd.Series, found: Weighted, wave: Wave) -> pd.Series:
    """What each cluster of a wave adds to a figure; these add up to 0."""
    w = np.where(y.notna(), wave.raked.weights, 0.0)
    pull = w * (y.fillna(0.0).to_numpy(float) - found.estimate.value) / w.sum()
    return pd.Series(pull, index=wave.clusters.to_numpy()).groupby(level=0).sum()


def has_repeats(answers: pd.DataFrame, cluster: str | None) -> bool:
    """Whether somebody (or some cluster) answers in more than one wave."""
    pairs = answers[["wave", cluster or "respondent_id"]].drop_duplicates()
    return bool(pairs.iloc[:, 1].duplicated().any())


def unweighted(waves: list) -> list[Said]:
    """What to say of waves without weights."""
    return [
        said("wave {wave} comes without weights or effective answers: everybody counts alike, and its interval is too narrow", wave=str(wave))
        for wave in waves
    ]  # fmt: skip
