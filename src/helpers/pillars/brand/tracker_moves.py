"""What moved: each own figure against the wave before and a year before, judged among all that were looked at; what the next wave needs."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd
from scipy.special import ndtri

from helpers.kpi import LEVEL, Z
from helpers.methods import wave_changes as changes
from helpers.methods.experiment_shares import holm
from helpers.methods.sample_size import required_n_per_group
from helpers.methods.waves import Waves

MATTERS = changes.MATTERS
POWER = 0.80
ALONE = "alone"  # verdict: would be told alone, and is not among so many
REAL = ("higher", "lower")
QUARTER, MONTHS_A_YEAR, SLACK = 3, 12, 1  # months; how far the wave of a year before may stand from it


class Need(NamedTuple):
    """People that tell a change of a figure.

    share, deff, n_effective : of the last wave. each : people in each of two waves; next : in the next wave alone, against the last one as
    it is; infinite where no number will do. seen : smallest change that two waves like the last one show with a chance of 80 %.
    """

    share: float
    deff: float
    n_effective: float
    each: float
    next: float
    seen: float


def year_before(waves: list[str]) -> str:
    """The wave a year before the last one; empty where none stands within a month of it."""
    if not waves:
        return ""
    month = {name: pd.Period(name[:7], "M").ordinal for name in waves}
    wanted = month[waves[-1]] - MONTHS_A_YEAR
    best = min(waves, key=lambda name: (abs(month[name] - wanted), name))
    return best if abs(month[best] - wanted) <= SLACK and best != waves[-1] else ""


def unlike(table: pd.DataFrame, row: pd.Series, base: str) -> str:
    """Why a figure of the last wave cannot be put beside that of `base`: "text", "weights", "unasked", or empty where it can."""
    then = table[(table["brand"] == row["brand"]) & (table["question"] == row["question"]) & (table["wave"] == base)]  # fmt: skip
    if then.empty:
        return "unasked"
    same = then[then["wording"] == row["wording"]]
    if same.empty:
        return "text"
    return "" if bool(same["is_weighted"].iloc[0]) == bool(row["is_weighted"]) else "weights"


def spaced(waves: list[str]) -> list[float] | None:
    """When each wave was, in quarters from the first; None where a month has two."""
    months = [pd.Period(name[:7], "M").ordinal for name in waves]
    return [(one - months[0]) / QUARTER for one in months] if len(set(months)) == len(months) else None


def of_brands(waves: Waves, brands: list[str]) -> Waves:
    """The waves of some brands alone."""
    kept = waves.table.index[waves.table["brand"].isin(brands)]
    pulls = {new: waves.pulls[old] for new, old in enumerate(kept)} if waves.pulls else {}
    return Waves(waves.table.loc[kept].reset_index(drop=True), waves.guards, pulls)


def moved(waves: Waves, brands: list[str], *, first: str = "") -> pd.DataFrame:
    """Figures of some brands in the last wave against the wave before and the one a year before.

    Parameters
    ----------
    waves : of the tracker. brands : looked at together. first : the figure that the page is for, judged apart from the others.

    Returns
    -------
    As `wave_changes` gives them, with `against` ("previous", "year") and `told`: its verdict, or "alone" where the change leaves 0 out
    alone and does not among all that are looked at (Holm over both comparisons; the first figure apart).
    """
    own = of_brands(waves, brands)
    order = sorted(waves.table["wave"].unique())
    lags = {"previous": 1}
    if year := year_before(order):
        lags["year"] = len(order) - 1 - order.index(year)
    parts = []
    for name, lag in lags.items():
        found = changes.wave_changes(own, lag=lag, materiality=MATTERS, level=LEVEL)
        parts.append(found[found["wave"] == order[-1]].assign(against=name))
    made = pd.concat(parts, ignore_index=True)
    return together(made, apart=made["question"] == first)


def stood_out(waves: Waves, own: str) -> pd.DataFrame:
    """Changes of the own figures from wave to wave, over all waves, that stand out among all of them."""
    found = changes.wave_changes(of_brands(waves, [own]), materiality=MATTERS, level=LEVEL)
    made = together(found)
    return made[made["told"].isin(REAL)].sort_values(["wave", "p"], kind="stable", ignore_index=True)


def together(found: pd.DataFrame, *, apart: pd.Series | None = None) -> pd.DataFrame:
    """Judge changes among all that are looked at: p_all by Holm, told."""
    family = pd.Series(False, index=found.index) if apart is None else apart
    made = found.assign(p_all=math.nan, told=found["verdict"])
    for _, own in made[made["p"].notna()].groupby(family):
        made.loc[own.index, "p_all"] = [step.p for step in holm(own["p"].tolist(), level=LEVEL)]
    lost = made["verdict"].isin(REAL) & ~(made["p_all"] < 1 - LEVEL)
    made.loc[lost, "told"] = ALONE
    return made


def need(row: pd.Series, points: float) -> Need:
    """People needed to tell a change of so many points of a figure from none.

    Formula: two waves: n = (z + z_power)² (p q + p' q') / d² x deff; the next one alone: 1 / n = d² / ((z + z_power)² p q) - 1 / n_effective.
    """
    p, deff, n = float(row["value"]), float(row["deff"]), float(row["n_effective"])
    reach = Z + float(ndtri(POWER))
    if not 0 < p < 1 or not n > 0:
        return Need(p, deff, n, math.nan, math.nan, math.nan)
    other = p + points if p + points < 1 else p - points
    each = math.ceil(required_n_per_group(p, other, level=LEVEL, power=POWER) * deff)
    left = points**2 / (reach**2 * p * (1 - p)) - 1 / n
    alone = math.ceil(deff / left) if left > 0 else math.inf
    return Need(p, deff, n, each, alone, reach * math.sqrt(2 * p * (1 - p) / n))
