"""Which markets, and which segments in them? Six criteria a market and a segment, what may be true of each, and the rankings.

Sales are read in `targets_sales`, the survey in `targets_people`, money in `targets_money`; figures and checks stand in
`targets_figures`, words in `targets_telling`, decisions in `targets_decisions`.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from helpers.errors import DataError, NothingToReportError
from helpers.i18n import mark
from helpers.kpi import LEVEL
from helpers.methods import ranking
from helpers.methods.ranking import Flip, Ranking
from helpers.pillars.positioning import targets_sales as sales
from helpers.pillars.positioning.targets_people import Panel
from helpers.pillars.positioning.targets_sales import Market

CRITERIA = ("size", "growth", "share", "margin", "reach", "fit")
LEAST = (
    0.0,
    0.05,
    0.05,
    0.10,
    0.10,
    0.50,
)  # range that counts from 0 to 100 at least: money, points, points, points, points, times
DRAWS, SEED = 1000, 8
STRENGTH = 20.0  # of weights near the chosen ones: one of 0.25 has a standard deviation of 0.09
LEAST_FIT = 1e-3  # of which a logarithm is taken
FREEDOM = 1  # markets with a survey less this are the degrees of freedom of what another market may be
EMPTY = mark("market_sales: no market has twelve months of sales up to the period. Import the panel's months, or choose a later period.")  # fmt: skip


class Answers(NamedTuple):
    """What people say by market, measured where there is a survey and foretold elsewhere: values [market, figure], draws [draw, market, figure].

    Figures: share of spend by segment, share that would try by segment, share that would try, their share of spend, share of people by
    segment. fit, fit_draws : how much more often a segment is found among customers than outside [segment].
    """

    values: np.ndarray
    draws: np.ndarray
    fit: np.ndarray
    fit_draws: np.ndarray


class Page(NamedTuple):
    """What the page shows.

    markets : those that are ranked; left : those that cannot be. values, low, high [market, criterion]. doubt, near, free, both :
    rankings over what the figures leave open, over weights near the chosen ones, over any weights, and over the first two together. cells :
    segments in markets, None without a survey; cell_values [cell, criterion] in the order of `cell_names`.
    """

    markets: list[Market]
    left: list[Market]
    panel: Panel
    answers: Answers
    sales_draws: np.ndarray
    weights: np.ndarray
    values: np.ndarray
    low: np.ndarray
    high: np.ndarray
    scores: np.ndarray
    score_draws: np.ndarray
    doubt: Ranking
    near: Ranking
    free: Ranking
    both: Ranking
    flips: list[Flip]
    cells: Ranking | None
    cell_names: list[tuple[str, str]]
    cell_values: np.ndarray
    top: int
    min_chance: float
    wait_below: float

    @property
    def names(self) -> list[str]:
        """Markets in the order of the criteria."""
        return [one.market for one in self.markets]


def page(
    found: list[Market], panel: Panel, weights: dict[str, float], *, top: int, min_chance: float, wait_below: float = 0.25
) -> Page:  # fmt: skip
    """Judge markets, and segments in them.

    Parameters
    ----------
    found, panel : as `targets_sales.markets` and `targets_people.panel` make them.
    weights : by criterion, 1 together. top : places that count as first ones. min_chance, wait_below : chances of being
        among them from which a market is gone for, and below which it waits.

    Raises
    ------
    DataError : weights do not add up to 1. NothingToReportError : no market has twelve months of sales.
    """
    if sorted(weights) != sorted(CRITERIA):
        raise ValueError(f"weights: give one for each of {', '.join(CRITERIA)}")
    w = ranking.checked_weights([weights[name] for name in CRITERIA], CRITERIA)
    if not 0 < wait_below < min_chance < 1:
        raise DataError(
            f"wait_below is {wait_below:g} and min_chance {min_chance:g}. Give two chances between 0 and 1, the smaller first."
        )
    ranked = [one for one in found if not one.reason]
    if not ranked:
        raise NothingToReportError(EMPTY)
    rng = np.random.default_rng(SEED)
    from_sales = sales.drawn(ranked, DRAWS, rng)
    told = answers(panel, [one.market for one in ranked], rng)
    values, draws = _market_criteria(ranked, panel, told, from_sales)
    low, high = (np.where(np.isfinite(values), one, np.nan) for one in np.quantile(draws, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0))  # fmt: skip
    scores, score_draws = ranking.scaled(values, draws, seed=SEED, least=LEAST)
    names = [one.market for one in ranked]
    same = np.repeat(scores[None], DRAWS, axis=0)
    near = ranking.weight_draws(w, DRAWS, seed=SEED + 1, strength=STRENGTH)
    free = ranking.weight_draws(w, DRAWS, seed=SEED + 2, strength=None)
    how = {"top": top, "level": LEVEL}
    cells, cell_names, cell_values = _cells(ranked, panel, told, from_sales, w, how)
    return Page(
        ranked, [one for one in found if one.reason], panel, told, from_sales, w, values, low, high, scores, score_draws,
        ranking.ranked(names, scores, score_draws, w, **how), ranking.ranked(names, scores, same, near, **how),
        ranking.ranked(names, scores, same, free, **how), ranking.ranked(names, scores, score_draws, near, **how),
        ranking.flips(names, scores, w, CRITERIA), cells, cell_names, cell_values, top, min_chance, wait_below,
    )  # fmt: skip


def answers(panel: Panel, names: list[str], rng: np.random.Generator) -> Answers:
    """What people say in each market; where there is no survey, what the surveyed markets and the spread between them foretell.

    Formula: draws are normal around the estimate with the covariance of the redraws of people, of all markets and the logarithm of fit
        together. A market without survey is the mean of the k surveyed ones + s sqrt(1 + 1/k) t(k - 1), s the spread between them;
        unknown below two surveyed markets.
    """
    n = len(panel.segments)
    size, k = 3 * n + 2, len(panel.markets)
    values, draws = np.full((len(names), size), np.nan), np.full((DRAWS, len(names), size), np.nan)
    runs = np.hstack([one.runs for one in panel.markets.values()] + [np.log(np.maximum(panel.fit, LEAST_FIT))])  # fmt: skip
    drawn = _drawn(runs, rng)
    seen = {market: drawn[:, at * size : (at + 1) * size].clip(0, 1) for at, market in enumerate(panel.markets)}  # fmt: skip
    points = np.array([one.runs[0] for one in panel.markets.values()]).reshape(-1, size)
    for at, market in enumerate(names):
        if market in seen:
            values[at], draws[:, at] = panel.markets[market].runs[0], seen[market]
        elif k > FREEDOM:
            spread = points.std(axis=0, ddof=1) * math.sqrt(1 + 1 / k)
            middle = np.mean([seen[one] for one in panel.markets], axis=0)
            values[at] = points.mean(axis=0)
            draws[:, at] = np.clip(middle + spread * rng.standard_t(k - FREEDOM, (DRAWS, size)), 0, 1)
            for part in (slice(0, n), slice(size - n, size)):  # shares of spend and of people are 1 together
                draws[:, at, part] /= np.maximum(draws[:, at, part].sum(axis=1, keepdims=True), 1e-9)
    return Answers(values, draws, panel.fit[0], np.exp(drawn[:, k * size :]))


def _drawn(runs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Normal draws [draw, figure] around the estimate, the first run, with the covariance of the others; NaN where it is unknown."""
    made = np.repeat(runs[:1], DRAWS, axis=0)
    known = np.isfinite(runs).all(axis=0)
    if len(runs) < 3 or not known.any():
        return made
    size, axes = np.linalg.eigh(np.atleast_2d(np.cov(runs[1:, known].T)))
    made[:, known] += rng.standard_normal((DRAWS, len(size))) @ (axes * np.sqrt(np.maximum(size, 0))).T
    return made


def _market_criteria(
    ranked: list[Market], panel: Panel, told: Answers, from_sales: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Criteria of whole markets: values [market, criterion] and draws."""
    n = len(panel.segments)
    values = np.column_stack([_from_sales(ranked), told.values[:, 2 * n], told.values[:, -n:] @ told.fit])
    draws = np.empty((DRAWS, len(ranked), len(CRITERIA)))
    draws[:, :, 0] = values[:, 0]
    draws[:, :, 1:4] = from_sales
    draws[:, :, 4] = told.draws[:, :, 2 * n]
    draws[:, :, 5] = np.einsum("dms,ds->dm", told.draws[:, :, -n:], told.fit_draws)
    return values, draws


def _from_sales(ranked: list[Market]) -> np.ndarray:
    return np.array(
        [[one.value, one.growth.a_year.value, one.share.value, one.margin.value] for one in ranked]
    )


def _cells(
    ranked: list[Market], panel: Panel, told: Answers, from_sales: np.ndarray, weights: np.ndarray, how: dict
) -> tuple[Ranking | None, list[tuple[str, str]], np.ndarray]:
    """Segments in markets: size is the market's by the segment's share of spend, reach the segment's own, fit that of all markets."""
    n = len(panel.segments)
    if not panel.markets or n < 2:
        return None, [], np.empty((0, len(CRITERIA)))
    base = _from_sales(ranked)
    rows, draws, names = [], [], []
    for at, one in enumerate(ranked):
        for s, segment in enumerate(panel.segments):
            names.append((one.market, segment))
            rows.append(
                [base[at, 0] * told.values[at, s], *base[at, 1:], told.values[at, n + s], told.fit[s]]
            )
            size, reach = base[at, 0] * told.draws[:, at, s], told.draws[:, at, n + s]
            draws.append(np.column_stack([size, from_sales[:, at], reach, told.fit_draws[:, s]]))
    values = np.array(rows)
    scores, drawn = ranking.scaled(values, np.stack(draws, axis=1), seed=SEED, least=LEAST)
    shown = [f"{market} · {segment}" for market, segment in names]
    return ranking.ranked(shown, scores, drawn, weights, **how), names, values
