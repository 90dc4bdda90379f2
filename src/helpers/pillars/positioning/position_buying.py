"""How many buy and how often: own lines by wave, the line of double jeopardy, first buyers and launches, of weighted people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, periods
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import KpiRow
from helpers.methods import buying, conquest, dirichlet_line, launches, survey_estimates
from helpers.methods.dirichlet_line import Line
from helpers.methods.intervals import Estimate
from helpers.methods.launches import Record
from helpers.pillars.positioning.definitions import KPIS
from helpers.pillars.positioning.position import NONE, Known, Launch, Wave

A_MONTH = 365.25 / 12
WINDOW = 12.5  # months that a question on twelve months reaches back, with the days of fieldwork
SEED = 20260902


class Tried(NamedTuple):
    """A launch as people of one wave tried it: at its age then, and at the age of the youngest launch."""

    launch: Launch
    wave: Wave
    own_age: Record
    same_age: Record


class Buying(NamedTuple):
    """What people bought.

    line : brands beside the expected line, of the last wave; None without one. split : what moved own purchases since the wave before.
    gap, largest : share of the gap to the largest rival that is in how many buy. sources : whom first buyers left. won : share of them that
    used a rival. tried : launches, oldest first.
    """

    line: Line | None
    split: buying.Split | None
    gap: Estimate | None
    largest: str
    sources: pd.DataFrame
    won: Estimate | None
    tried: tuple[Tried, ...]


def of_people(found: Known) -> Buying:
    """All that waves on purchases tell."""
    if not found.usage:
        return Buying(None, None, None, "", pd.DataFrame(), None, ())
    last, before = found.usage[-1], found.usage[-2] if len(found.usage) > 1 else None
    weights = last.raked.weights
    line = dirichlet_line.line(last.purchases, weights=weights, seed=SEED)
    split = None
    if before is not None:
        split = buying.split(
            own_purchases(found, before), own_purchases(found, last), weights_before=before.raked.weights, weights_after=weights, seed=SEED
        )  # fmt: skip
    rivals = line.table[~line.table.index.isin(found.own) & (line.table.index != "other")]
    largest = str(rivals["share"].idxmax()) if len(rivals) else ""
    gap = None
    if largest and found.house in last.purchases:
        gap = buying.gap(last.purchases[found.house], last.purchases[largest], weights=weights, seed=SEED)
    return Buying(line, split, gap, largest, *_conquest(found, last, before), _tried(found))


def own_purchases(found: Known, wave: Wave) -> np.ndarray:
    """Purchases of all own lines, one figure a person."""
    return wave.purchases[[name for name in found.own if name in wave.purchases]].sum(axis=1).to_numpy()


def _conquest(found: Known, last: Wave, before: Wave | None) -> tuple[pd.DataFrame, Estimate | None]:
    """Whom first buyers left, held against the buyers that each rival had in the wave before; and the share won from rivals."""
    there = last.previous.notna()
    if not there.any():
        return pd.DataFrame(), None
    weights = pd.Series(last.raked.weights, index=last.people.index)[there]
    drawn = weights.groupby(last.previous[there].astype(str)).sum()
    scale = float(weights.sum() / (weights**2).sum())
    sizes = before or last
    bought = (
        sizes.purchases.drop(columns=[name for name in (*found.own, "other") if name in sizes.purchases]) > 0
    )
    fair = bought.mul(sizes.raked.weights, axis=0).sum()
    table = conquest.sources(
        drawn * scale, fair, n_effective=float(drawn.sum() * scale), fair_n=float(bought.to_numpy().sum())
    )
    table["n"] = last.previous[there].astype(str).value_counts().reindex(table.index)
    from_rival = last.previous.map(
        lambda name: np.nan if pd.isna(name) else float(name != NONE and name not in found.own)
    ).astype(float)
    return table, survey_estimates.raked_share(from_rival.to_numpy(), last.raked).estimate


def _tried(found: Known) -> tuple[Tried, ...]:
    """Each launch in the first wave whose twelve months hold all its life, at its own age and at that of the youngest."""
    seen = []
    for launch in found.launches:
        ages = [
            ((wave.day - launch.first).days / A_MONTH, wave)
            for wave in found.usage
            if launch.line in wave.purchases
        ]
        fit = [(age, wave) for age, wave in ages if 0 < age <= WINDOW]
        if fit:
            seen.append((launch, *max(fit, key=lambda one: one[0])))
    youngest = min((age for _, age, _ in seen), default=0.0)
    made = []
    for launch, age, wave in seen:
        bought, weights = wave.purchases[launch.line].to_numpy(), wave.raked.weights
        records = [
            launches.record(bought, age=age, at=at, weights=weights, seed=SEED) for at in (age, youngest)
        ]
        made.append(Tried(launch, wave, *records))
    return tuple(made)


def rows(found: Known, made: Buying, scope: Scope) -> list[KpiRow]:
    """Rows of the figures that people's answers give, with the waves before as history where they are of one period a wave."""
    lang = scope.language
    nobody = text("No wave of a survey on purchases is there.", lang)
    out = [*_waves(found, scope, nobody), _excess(found, made, scope, nobody)]
    if made.won is None or made.won.n < COUNTS_ONLY:
        n = 0 if made.won is None else made.won.n
        why = text(
            "{n} first buyers say what they used before; need n = {need}.", lang, n=n, need=COUNTS_ONLY
        )
        out.append(kpi.row(KPIS["conquest_share"], scope, None, n=n, reason=why))
    else:
        out.append(_told("conquest_share", made.won, scope))
    return out


def _waves(found: Known, scope: Scope, nobody: str) -> list[KpiRow]:
    out = []
    for name in ("brand_penetration", "brand_frequency"):
        past = []
        for wave in found.usage:
            at = periods.containing(
                wave.day.date(), scope.period.grain, fiscal_year_start=scope.period.fiscal_year_start
            )
            bought = own_purchases(found, wave)
            one = survey_estimates.raked_share(bought > 0, wave.raked) if name == "brand_penetration" else survey_estimates.raked_mean(np.where(bought > 0, bought, np.nan), wave.raked)  # fmt: skip
            past.append((at, one.estimate))
        if not past:
            out.append(kpi.row(KPIS[name], scope, None, n=0, reason=nobody))
            continue
        # The last wave stands for the period of the page, and is said to be of its own day where that is earlier.
        last = past[-1]
        late = (
            text("Of the wave of {day}.", scope.language, day=last[0].label(scope.language))
            if last[0] != scope.period
            else ""
        )
        earlier = [
            _told(name, made, scope, period=at)
            for at, made in past[:-1]
            if made.n >= COUNTS_ONLY and at != last[0]
        ]
        out.append(kpi.compared(KPIS[name], [*earlier, _told(name, last[1], scope, reason=late)], scope))
    return out


def _told(name: str, made: Estimate, scope: Scope, *, reason: str = "", period=None) -> KpiRow:
    if made.n < COUNTS_ONLY or not made.low <= made.value <= made.high:
        few = text("{n} people; need n = {need}.", scope.language, n=made.n, need=COUNTS_ONLY)
        return kpi.row(KPIS[name], scope, None, n=made.n, reason=few, period=period)
    return kpi.row(
        KPIS[name], scope, made.value, low=made.low, high=made.high, n=made.n, reason=reason, period=period
    )


def _excess(found: Known, made: Buying, scope: Scope, nobody: str) -> KpiRow:
    definition = KPIS["excess_loyalty"]
    if made.line is None or found.house not in made.line.table.index:
        return kpi.row(definition, scope, None, n=0, reason=nobody)
    one = made.line.table.loc[found.house]
    if not np.isfinite(one["low_all"]) or one["n"] < COUNTS_ONLY:
        why = text(
            "{n} people bought {brand}; need n = {need}, and a market of at least three brands.",
            scope.language,
            n=int(one["n"]),
            brand=found.house,
            need=COUNTS_ONLY,
        )
        return kpi.row(definition, scope, None, n=int(one["n"]), reason=why)
    return kpi.row(
        definition, scope, one["excess"], low=one["low_all"], high=one["high_all"], n=int(one["n"])
    )
