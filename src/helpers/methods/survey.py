"""Answers of a sample brought to the known shares of its population: raking, its price in answers, the dated margins."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import survey_raking as raking

MET = 1e-6  # a share further from its margin than this was not met
STALE_DAYS = 3 * 365  # margins older than this are said to be old
BY_CHANCE = ("random", "probability")  # words of a source that say that people were drawn with known chances

Margins = Mapping[str, Mapping[str, float]]


class Raked(NamedTuple):
    """Weights of people, mean 1, in the order of the frame.

    deff : n (sum w²) / (sum w)²; n_effective : answers without weights that tell as much. guards : what to know first. balance :
    dimension, level, n [people], before, after, target [share of people with a known level]. constraints : one column a level that
    the weights meet, weighted sum 0; what raking has taken out of the variance is read from it.
    """

    weights: np.ndarray
    deff: float
    n_effective: float
    guards: tuple[Said, ...]
    balance: pd.DataFrame
    constraints: np.ndarray


class Official(NamedTuple):
    """Margins of a market: shares by dimension and level, the oldest day they stand for, who published them, all said in one line."""

    shares: dict[str, dict[str, float]]
    as_of: date
    source: str
    told: Said
    guards: tuple[Said, ...]


def rake(
    frame: pd.DataFrame, *, margins: Margins, weight: str | None = None, cap: float | None = None
) -> Raked:
    """Weights that bring a sample to known shares of each dimension, as near to the first weights as can be.

    Parameters
    ----------
    frame : one row a person, one column a dimension.
    margins : known share of each level, by dimension; those of a dimension add up to 1.
    weight : column of first weights (design weights), above 0; none means all are alike.
    cap : largest weight, in mean weights, such as 5; above 1. The margins are then met as far as it allows.

    Returns
    -------
    Raked. Somebody without a level counts for no margin of that dimension and is weighted by the others.

    Raises
    ------
    DataError : a column is missing, shares do not add up to 1, a level has nobody or is unknown to the margins, a first weight
        is not above 0, or no weights meet all margins. ValueError : the cap is not above 1, or there are no margins.

    Formula: w <- w T_v sum(w) / sum(w of level v), margin by margin, until max |w / w_before - 1| < 1e-10; then mean 1.
    Source: Deming & Stephan (1940), Annals of Mathematical Statistics 11; Kish (1965), Survey Sampling, for deff.
    """
    if cap is not None and not cap > 1:
        raise ValueError(f"cap must be above 1 (5 is five mean weights), not {cap!r}")
    if not margins:
        raise ValueError("rake: there are no margins; give the known shares of at least one dimension")
    if frame.empty:
        raise DataError("rake: nobody has answered. Load a survey with answers before weighting it.")
    shares = {name: raking.shares_of(name, levels) for name, levels in margins.items()}
    codes = np.column_stack([raking.codes_of(frame, name, levels) for name, levels in shares.items()])
    first = raking.first_weights(frame, weight)
    kinds, kind = np.unique(np.column_stack([codes, first]), axis=0, return_inverse=True)
    kind = kind.ravel()
    members = np.bincount(kind).astype(float)
    found = raking.rounds(kinds[:, :-1].astype(int), kinds[:, -1], members, list(shares.values()), cap)
    balance = raking.balance(codes, first, found[kind], shares)
    gap = float((balance["after"] - balance["target"]).abs().max())
    if cap is None and gap > MET:
        at = balance.loc[(balance["after"] - balance["target"]).abs().idxmax()]
        raise DataError(
            said(
                "rake: no weights meet all margins; {dimension} {level} stays at {after} of {target}. Merge levels that hardly anybody has, or leave out a dimension.",
                dimension=at["dimension"], level=at["level"], after=f"{at['after']:.4f}", target=f"{at['target']:.4f}",
            )
        )  # fmt: skip
    weights = found[kind]
    deff = float(len(weights) * np.sum(weights**2) / np.sum(weights) ** 2)
    guards = (*_missing(codes, list(shares)), *_held(weights, cap, gap))
    return Raked(weights, deff, len(weights) / deff, guards, balance, raking.constraints(codes, shares))


def margins_of(
    population_margins: pd.DataFrame, *, market: str, as_of: date | str, dimensions: Iterable[str] = ()
) -> Official:
    """The latest official shares of a market that are not later than a day, dimension by dimension.

    Parameters
    ----------
    population_margins : the table of that name: market, as_of, dimension, level, share, source.
    dimensions : the ones wanted; empty takes all.

    Raises
    ------
    DataError : nothing is known of the market, or of a dimension, up to that day.
    """
    day = pd.Timestamp(as_of)
    known = population_margins[population_margins["market"] == market]
    known = known.assign(as_of=pd.to_datetime(known["as_of"]))
    known = known[known["as_of"] <= day]
    wanted = list(dimensions) or sorted(known["dimension"].unique())
    missing = [name for name in wanted if name not in set(known["dimension"])]
    if missing or not wanted:
        facts = {"market": market, "day": day.date(), "dimensions": ", ".join(missing)}
        raise DataError(
            said("population_margins: no shares of {market} by {dimensions} up to {day}. Add the official shares with their day and source.", **facts)
            if missing
            else said("population_margins: no shares of {market} up to {day}. Add the official shares with their day and source.", **facts)
        )  # fmt: skip
    known = known[known["dimension"].isin(wanted)]
    latest = known[known["as_of"] == known.groupby("dimension")["as_of"].transform("max")]
    shares = {
        name: dict(zip(own["level"].astype(str), own["share"].astype(float), strict=True))
        for name, own in latest.groupby("dimension", sort=True)
    }
    oldest, source = latest["as_of"].min().date(), ", ".join(sorted(latest["source"].astype(str).unique()))
    told = said("margins of {market} by {source}, as of {day}", market=market, source=source, day=oldest)
    old = said("the margins of {market} stand for {day} and are more than three years old", market=market, day=oldest)  # fmt: skip
    stale = (day.date() - oldest).days > STALE_DAYS
    return Official(shares, oldest, source, told, (old,) if stale else ())


def rake_market(
    frame: pd.DataFrame,
    population_margins: pd.DataFrame,
    *,
    market: str,
    as_of: date | str,
    cap: float | None = None,
) -> tuple[Raked, Official] | None:
    """Weights of the people of one market by what of its official margins they were asked, and these; None where nothing was asked.

    Parameters, Raises
    ------------------
    As `rake` and `margins_of`; a dimension that nobody answered is left out, so `Raked.balance` names those that were used.
    """
    official = margins_of(population_margins, market=market, as_of=as_of)
    used = {
        name: levels
        for name, levels in official.shares.items()
        if name in frame and frame[name].notna().any()
    }
    return (rake(frame, margins=used, cap=cap), official) if used else None


def indicative(sample_source: pd.Series) -> Said | None:
    """The guard of a sample that was not drawn with known chances: what weights can mend is only what the margins show.

    `sample_source` : one text a person; "random" or "probability" in it says that chances are known, a quota or nothing that they are not.
    """
    text = sample_source.astype("string").fillna("").str.lower()
    without = int((~text.str.contains("|".join(BY_CHANCE), regex=True)).sum())
    if not without:
        return None
    return said(
        "indicative: {n} of {all} people were not drawn with known chances, so intervals hold only if quotas and weights make up for it",
        n=without, all=len(text),
    )  # fmt: skip


def _missing(codes: np.ndarray, names: list[str]) -> list[Said]:
    return [
        said("{n} of {all} people have no {dimension} and are weighted by what else is known of them", n=int(gone), all=len(codes), dimension=name)
        for name, gone in zip(names, (codes < 0).sum(axis=0), strict=True)
        if gone
    ]  # fmt: skip


def _held(weights: np.ndarray, cap: float | None, gap: float) -> list[Said]:
    n = 0 if cap is None else int((weights >= cap * (1 - 1e-9)).sum())
    if not n:
        return []
    facts = {"n": n, "all": len(weights), "cap": f"{cap:g}"}
    if gap <= MET:
        return [
            said(
                "{n} of {all} people are held at {cap} mean weights, and the margins are met all the same",
                **facts,
            )
        ]
    return [
        said("{n} of {all} people are held at {cap} mean weights; a margin is missed by up to {points} percentage points", **facts, points=math.ceil(100 * gap - 1e-6))
    ]  # fmt: skip
