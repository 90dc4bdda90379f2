"""Shares of a brand tracker, wave by wave: weights as the agency gives them, the design effect of each figure, its interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said
from helpers.methods.intervals import check_level, wilson
from helpers.methods.survey_estimates import raked_share
from helpers.methods.wave_people import has_repeats, pull_of, row_of, unweighted, wave_of

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
    repeats = has_repeats(asked, cluster)
    rows, guards, kept = [], [], []
    for name, own in asked.groupby("wave", sort=True):
        wave, told = wave_of(name, own, cluster)
        guards += told
        inside = own[own["respondent_id"].isin(wave.people)]
        if of == "all":
            _one_text(inside, name)
        for key, group in inside.groupby(SERIES, sort=True):
            y = group.set_index("respondent_id")["score"].reindex(wave.people)
            y = y.fillna(0.0) if of == "all" else y
            found = raked_share(
                y, wave.raked, clusters=None if cluster is None else wave.clusters, level=level
            )
            rows.append({**dict(zip(SERIES, key, strict=True)), "wave": name, **row_of(found, y, wave)})
            kept += [pull_of(y, found, wave)] if repeats else []
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
    return Waves(table.sort_values([*SERIES, "wave"]).reset_index(drop=True), tuple(unweighted(without)), {})


def gathered(rows: list[dict], guards: list[Said], pulls: list[pd.Series]) -> Waves:
    """Waves in the order of their table, pulls (all or none) with it."""
    table = pd.DataFrame(rows, columns=[*SERIES, "wave", *FIGURES])
    order = table.sort_values([*SERIES, "wave"]).index if len(table) else table.index
    kept = {new: pulls[old] for new, old in enumerate(order)} if pulls else {}
    return Waves(table.loc[order].reset_index(drop=True), tuple(guards), kept)


def _one_text(own: pd.DataFrame, wave: object) -> None:
    texts = own.groupby("question")["wording"].nunique()
    if (texts > 1).any():
        raise DataError(
            f'waves: in {wave} the question {texts.idxmax()} has two texts, so "all" has no meaning for either. Use of="asked".'
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
