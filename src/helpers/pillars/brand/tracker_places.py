"""Where: regions of the tracker by a model that leans on what is alike (MRP), beside the raw answers; other markets by an agency's totals."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers import rollups
from helpers.company import Scope
from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.kpi import LEVEL, Z
from helpers.methods import poststratify, smoothing, survey
from helpers.methods.experiment_shares import holm
from helpers.methods.intervals import Estimate
from helpers.pillars.brand.tracker_answers import Asked, people
from helpers.pillars.brand.tracker_moves import QUARTER, spaced, year_before

AREA, GROUPS = "region", ("region", "age_band", "sex")
SEED = 9
LEAST_EFFECTIVE = 50  # below which a raw share of a region is not shown
MARGINS = ("market", "as_of", "dimension", "level", "share", "source")
NO_REGIONS = said("the answers do not say the region")


class Regions(NamedTuple):
    """Regions of the last wave.

    question : that was asked. dimensions : of the model. table : region, people, n, raw, raw_low, raw_high, value, low, high, and least and most, between which all regions
    lie together. total : of all, by the model. guards :
    what to know first, beyond that the census is known by its margins alone. reason : why there is nothing.
    """

    question: str
    dimensions: tuple[str, ...]
    table: pd.DataFrame
    total: Estimate
    guards: tuple[Said, ...]
    reason: Said | str


class Agency(NamedTuple):
    """What an agency's totals say of the own brand.

    table : one row a market: market, wave, n [people of the last month], value [of the last month], low, high, smoothed, smoothed_low,
    smoothed_high, change [of the smoothed share over a year], change_low, change_high. agree : one row a question that both asked, over all
    quarters of both: question, quarters, change [ours less theirs], low, high, p, p_all, told, apart [waves in which they differ].
    """

    table: pd.DataFrame
    agree: pd.DataFrame


def regions(asked: Asked, margins: object | None, scope: Scope, *, own: str, question: str) -> Regions:
    """Share of yes in each region.

    Parameters
    ----------
    asked : the tracker. margins : table `population_margins`, None where there is none. question : that regions are told by.
    """
    unknown = Estimate(math.nan, math.nan, math.nan, LEVEL, 0)
    nothing = Regions(question, (), pd.DataFrame(), unknown, (), NO_REGIONS)
    there = people(asked.last, brand=own, question=question)
    used = [name for name in GROUPS if there[name].notna().any()]
    if AREA not in used:
        return nothing
    if margins is None:
        return nothing._replace(reason=said("no official shares of the population"))
    known = rollups.collect(rollups.only(margins, *MARGINS), may_be_empty=True)
    try:
        official = survey.margins_of(known, market=asked.market, as_of=scope.period.end)
        groups = [name for name in used if name in official.shares]
        cells, _ = poststratify.cells_of({name: official.shares[name] for name in groups})
        found = poststratify.poststratified(there, cells, by=AREA, groups=groups, level=LEVEL, seed=SEED)
        together = 1 - (1 - LEVEL) / len(found.areas)  # all regions are looked at together
        wide = poststratify.poststratified(there, cells, by=AREA, groups=groups, level=together, seed=SEED)
    except (DataError, ValueError) as why:
        return nothing._replace(reason=why.args[0])
    refusal = next((one.values["reason"] for one in found.guards if one.startswith("cannot tell: ")), "")
    few = found.areas["n"] < LEAST_EFFECTIVE
    table = found.areas.assign(**{name: found.areas[name].mask(few) for name in ("raw", "raw_low", "raw_high")})  # fmt: skip
    table = table.assign(least=wide.areas["low"], most=wide.areas["high"])
    if refusal:
        return nothing._replace(table=table, reason=refusal, guards=(*official.guards, *found.guards))
    return Regions(question, tuple(groups), table, found.total, (*official.guards, *found.guards), "")


def apart(made: Regions) -> tuple[list[str], list[str]]:
    """Regions that stand apart from the whole, all being looked at together: those above it, those below."""
    if made.reason:
        return [], []
    table = made.table
    return (
        table.loc[table["least"] > made.total.value, AREA].tolist(),
        table.loc[table["most"] < made.total.value, AREA].tolist(),
    )


def agency(totals: pd.DataFrame, shares: pd.DataFrame, *, market: str, own: str, first: str, changed: set[str], within: float) -> Agency:  # fmt: skip
    """The own brand in each market of an agency's totals, and whether they agree with the own answers.

    Parameters
    ----------
    totals : as `tracker_answers.totals`. shares : figures of all waves, as `wave_shares` gives them; empty where there are no answers.
    first : the figure that the page is for. changed : questions whose text changed, which an agency's do not. within : a gap that does
    not matter, as a share.
    """
    own_rows = totals[totals["brand"] == own].copy()
    own_rows["n_effective"] = own_rows["n_effective"].fillna(own_rows["n"])
    rows = []
    for name, rest in own_rows[own_rows["question"] == first].groupby("market", sort=True):
        rest = rest.sort_values("wave", kind="stable").reset_index(drop=True)
        found = smoothing.smoothed(rest, at=spaced(rest["wave"].tolist()), level=LEVEL)
        last, at = found.table.iloc[-1], len(found.table) - 1
        year = year_before(rest["wave"].tolist())
        moved = Estimate(math.nan, math.nan, math.nan, LEVEL, 0)
        if year:
            moved = smoothing.smoothed_change(found, then=rest["wave"].tolist().index(year), now=at)
        rows.append((name, last["wave"], int(last["n"]), last["value"], last["smoothed"], last["low"], last["high"], moved.value, moved.low, moved.high))  # fmt: skip
    names = ["market", "wave", "n", "value", "smoothed", "smoothed_low", "smoothed_high", "change", "change_low", "change_high"]  # fmt: skip
    return Agency(pd.DataFrame(rows, columns=names), _agree(own_rows[own_rows["market"] == market], shares[~shares["question"].isin(changed)], own, within))  # fmt: skip


def _agree(theirs: pd.DataFrame, shares: pd.DataFrame, own: str, within: float) -> pd.DataFrame:
    """Own share less the agency's, over all quarters that both asked.

    Formula: d = mean of p_own - p_agency over the quarters, se² = sum of (se_own² + p q / n) / quarters², as if nobody answered twice; p by
    Holm over the questions. "differs" where p is below 1 - level, "agrees" where the interval lies within ± `within`, else "not told
    apart"; apart: waves whose gap stands out among all gaps (Holm).
    """
    gaps = _gaps(theirs, shares[shares["brand"] == own])
    rows = []
    for question, found in gaps.groupby("question", sort=True):
        change, error = float(found["gap"].mean()), float(math.sqrt((found["error"] ** 2).sum()) / len(found))
        apart = tuple(found.loc[found["p_all"] < 1 - LEVEL, "wave"])
        rows.append((question, len(found), change, change - Z * error, change + Z * error, 2 * float(ndtr(-abs(change) / error)), apart))  # fmt: skip
    made = pd.DataFrame(rows, columns=["question", "quarters", "change", "low", "high", "p", "apart"])
    made["p_all"] = [step.p for step in holm(made["p"].tolist(), level=LEVEL)] if len(made) else math.nan
    near = (made["low"] >= -within) & (made["high"] <= within)
    made["told"] = np.select([made["p_all"] < 1 - LEVEL, near], ["differs", "agrees"], "not told apart")
    return made


def _gaps(theirs: pd.DataFrame, ours: pd.DataFrame) -> pd.DataFrame:
    """Own share less the agency's by question and wave: each month of the agency goes to the next own wave within three months."""
    month = {name: pd.Period(name[:7], "M").ordinal for name in {*ours["wave"], *theirs["wave"]}}
    held = sorted({month[name] for name in ours["wave"]})
    goes = theirs["wave"].map(lambda name: next((at for at in held if 0 <= at - month[name] < QUARTER), None))
    rows = []
    for one in ours.itertuples():
        near = theirs[(theirs["question"] == one.question) & (goes == month[one.wave])]
        n = float(near["n_effective"].sum())
        if not n > 0 or not one.error > 0:
            continue
        p = float((near["value"] * near["n_effective"]).sum() / n)
        error = math.sqrt(one.error**2 + p * (1 - p) / n)
        rows.append((one.question, one.wave, one.value - p, error, 2 * float(ndtr(-abs(one.value - p) / error))))  # fmt: skip
    made = pd.DataFrame(rows, columns=["question", "wave", "gap", "error", "p"])
    made["p_all"] = [step.p for step in holm(made["p"].tolist(), level=LEVEL)] if len(made) else math.nan
    return made
