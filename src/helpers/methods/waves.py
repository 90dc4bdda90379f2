"""Shares of a brand tracker, wave by wave: weights as the agency gives them, the design effect of each figure, its interval."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import check_level, wilson
from helpers.methods.survey import Raked
from helpers.methods.survey_estimates import Weighted, raked_share

BASES = ("asked", "all")
SERIES = ["brand", "question", "wording"]
NEEDED = ["wave", "respondent_id", "question", "brand", "score", "weight"]
FIGURES = ["value", "low", "high", "error", "n", "deff", "deff_weights", "n_effective", "is_weighted"]
TOTALS = ["wave", "brand", "question", "value", "n"]


class Waves(NamedTuple):
    """Figures by brand, question, wording and wave, and what to know of them first.

    table : one row a (brand, question, wording, wave), in that order: value, low, high [share 0-1, or points of a scale], error, n
        [people asked], deff [of the figure], deff_weights [Kish], n_effective, is_weighted.
    pulls : what each person (or cluster) adds to a figure, by row of the table; empty where nobody answers in two waves.
    """

    table: pd.DataFrame
    guards: tuple[Said, ...]
    pulls: dict[int, pd.Series]


class Wave(NamedTuple):
    """The people of one wave: their ids, their clusters (themselves where there are none), their weights and whether these are real."""

    name: object
    people: pd.Index
    clusters: pd.Series
    raked: Raked
    is_weighted: bool


def wave_shares(
    answers: pd.DataFrame, *, of: str = "asked", cluster: str | None = None, level: float = 0.90
) -> Waves:
    """Weighted share of yes by brand, question, wording and wave.

    Parameters
    ----------
    answers : one row a (wave, respondent_id, question, brand): score 1 or 0, weight of the person in that wave; wording where texts differ.
    of : "asked" takes those who were asked; "all" everybody of the wave, so that whoever was not asked (not aware) is a no.
    cluster : column of what belongs together inside a wave, such as a household; None takes people as independent.
    level : confidence level.

    Returns
    -------
    Waves. A wave without any weight counts everybody alike, is marked and said; whoever lacks a weight in a weighted wave is left out.

    Raises
    ------
    DataError : a column is missing, an answer comes twice or is neither 0 nor 1, a weight is negative or differs within a person.
    ValueError : `of` is unknown.

    Formula: share = sum w y / sum w; deff = se² / (p (1 - p) / n), se linearised; n_effective = n / max(deff, 1).
    Source: Kish (1965), Survey Sampling, ch. 8; Korn & Graubard (1998), Survey Methodology 24, for the bounds.
    """
    check_level(level)
    if of not in BASES:
        raise ValueError(f"of must be one of {', '.join(BASES)}, not {of!r}")
    asked = _checked(answers, cluster)
    rows, guards, kept = [], [], []
    for name, own in asked.groupby("wave", sort=True):
        wave, told = wave_of(name, own, cluster)
        guards += told
        inside = own[own["respondent_id"].isin(wave.people)]
        for key, group in inside.groupby(SERIES, sort=True):
            y = group.set_index("respondent_id")["score"].reindex(wave.people)
            if of == "all":
                _one_text(inside, name, key[1])
                y = y.fillna(0.0)
            found = raked_share(
                y, wave.raked, clusters=None if cluster is None else wave.clusters, level=level
            )
            rows.append({**dict(zip(SERIES, key, strict=True)), "wave": name, **row_of(found, y, wave)})
            kept.append(pull_of(y, found, wave))
    return gathered(rows, guards, kept)


def wave_totals(tracker: pd.DataFrame, *, level: float = 0.90) -> Waves:
    """Waves out of the totals of an agency, which gives no people.

    Parameters
    ----------
    tracker : one row a (wave, brand, question): value [share 0-1], n [people asked]; n_effective and wording where known.
    level : confidence level.

    Returns
    -------
    Waves. Where n_effective is missing, n stands for it, is_weighted is False, and that is said: the interval is then too narrow.

    Raises
    ------
    DataError : a column is missing, a row comes twice, or a share is outside 0 to 1.

    Formula: Wilson at n_effective.
    """
    check_level(level)
    missing = [name for name in TOTALS if name not in tracker]
    if missing:
        raise DataError(f"waves: the totals have no column {missing[0]}. Map it, or name it so.")
    made = tracker.assign(wording=_wording(tracker)).reset_index(drop=True)
    _once(made, [*SERIES, "wave"])
    p, n = made["value"].to_numpy(float), made["n"].to_numpy(float)
    bad = ~((p >= 0) & (p <= 1) & (n >= 0))
    if bad.any():
        raise DataError(
            f"waves: row {int(bad.argmax()) + 1} has a share of {p[bad.argmax()]:g} of {n[bad.argmax()]:g} people. Give shares from 0 to 1."
        )
    known = pd.to_numeric(made.get("n_effective", pd.Series(np.nan, index=made.index)), errors="coerce")
    size = known.fillna(made["n"]).to_numpy(float)
    low, high = wilson(p * size, size, level=level)
    with np.errstate(invalid="ignore", divide="ignore"):
        deff = np.where(size > 0, n / size, np.nan)
        error = np.sqrt(p * (1 - p) / size)
    table = made[[*SERIES, "wave", "value"]].assign(
        low=low, high=high, error=np.where(error > 0, error, np.nan), n=made["n"].astype(int),
        deff=deff, deff_weights=deff, n_effective=size, is_weighted=known.notna().to_numpy(),
    )  # fmt: skip
    without = sorted(made.loc[known.isna(), "wave"].unique())
    return Waves(table.sort_values([*SERIES, "wave"]).reset_index(drop=True), tuple(_unweighted(without)), {})


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
        weight, guards = pd.Series(1.0, index=first.index), _unweighted([name])
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


def gathered(rows: list[dict], guards: list[Said], pulls: list[pd.Series]) -> Waves:
    """Waves in the order of their table; pulls are kept where somebody answers in two waves."""
    table = pd.DataFrame(rows, columns=[*SERIES, "wave", *FIGURES])
    order = table.sort_values([*SERIES, "wave"]).index if len(table) else table.index
    members: dict = {}
    for row, pull in zip(rows, pulls, strict=True):
        members.setdefault(row["wave"], set()).update(pull.index)
    repeats = sum(map(len, members.values())) > len(set().union(*members.values()))
    kept = {new: pulls[old] for new, old in enumerate(order)} if repeats else {}
    return Waves(table.loc[order].reset_index(drop=True), tuple(guards), kept)


def _unweighted(waves: list) -> list[Said]:
    return [
        said("wave {wave} comes without weights or effective answers: everybody counts alike, and its interval is too narrow", wave=str(wave))
        for wave in waves
    ]  # fmt: skip


def _one_text(own: pd.DataFrame, wave: object, question: str) -> None:
    if own.loc[own["question"] == question, "wording"].nunique() > 1:
        raise DataError(
            f'waves: in {wave} the question {question} has two texts, so "all" has no meaning for either. Use of="asked".'
        )


def _checked(answers: pd.DataFrame, cluster: str | None) -> pd.DataFrame:
    missing = [name for name in [*NEEDED, *([cluster] if cluster else [])] if name not in answers]
    if missing:
        raise DataError(f"waves: the answers have no column {missing[0]}. Map it, or name it so.")
    made = answers.assign(wording=_wording(answers), weight=pd.to_numeric(answers["weight"]))
    made = made[made["score"].notna()]
    _once(made, ["wave", "respondent_id", "question", "brand"])
    odd = ~made["score"].isin([0, 1])
    if odd.any():
        raise DataError(
            f"waves: {int(odd.sum())} of {len(made)} answers are neither 0 nor 1 (first: {float(made.loc[odd, 'score'].iloc[0]):g}). Give yes as 1 and no as 0."
        )
    return made.assign(score=made["score"].astype(float))


def _once(made: pd.DataFrame, key: list[str]) -> None:
    twice = int(made.duplicated(key).sum())
    if twice:
        raise DataError(
            f"waves: {twice} rows repeat {', '.join(key)}. Keep one answer of each person to each question."
        )


def _wording(frame: pd.DataFrame) -> pd.Series:
    """The version of each question's text, empty where none is given."""
    if "wording" not in frame:
        return pd.Series("", index=frame.index)
    return frame["wording"].astype("string").fillna("").astype(object)
