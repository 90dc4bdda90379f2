"""Van Westendorp's price points: where the curves of the four answers cross, with what chance leaves open."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import betainc

from helpers.i18n import Said
from helpers.methods.intervals import check_level, equal_tailed
from helpers.methods.pricing_answers import Answers

POINTS = ("pmc", "pme", "idp", "opp")
TIES = ("half", "above")
CROSSINGS = ("middle", "line", "step")
INTERVALS = ("sign", "bootstrap")
REDRAWS = 300
SAME = 1e-9  # two shares nearer than this are equal


class Points(NamedTuple):
    """Price points and the curves behind them.

    table : one row a point: point ("pmc" lower end of acceptable prices, "pme" upper end, "idp" indifference, "opp" optimal), value, low,
        high [money], n, reason; NaN with the reason where nothing may be told. curves : price, and the share of people to whom it is
        too_cheap, cheap, expensive, too_expensive. redraws [draw, point]. guards : what to know first.
    """

    table: pd.DataFrame
    curves: pd.DataFrame
    redraws: np.ndarray
    guards: tuple[Said, ...]

    def at(self, point: str) -> tuple[float, float, float]:
        """Value, low and high of a point."""
        row = self.table.set_index("point").loc[point]
        return float(row["value"]), float(row["low"]), float(row["high"])


def van_westendorp(
    given: Answers, *, ties: str = "half", crossing: str = "middle", interval: str = "sign", level: float = 0.90, redraws: int = REDRAWS,
    seed: int = 0,
) -> Points:  # fmt: skip
    """Price points of answers in order, with intervals over people.

    Parameters
    ----------
    ties : what an answer says of its own price. "half" counts it half on either side, so that prices rounded to whole money move no
        point; "above" counts it from the next price on, as published programs do.
    crossing : "line" joins the shares at the prices that were named and takes the first place where the lines meet; "step" takes the
        first price that was named at which the rising share is no smaller. Published programs have used either. "middle" is "line", and
        the middle where the two lie on each other for a stretch, as those of the optimal price do when nobody minds it.
    interval : "sign" takes every price at which the people on either side may be equally many; "bootstrap" draws as many people again, with
        their weights. The second is too narrow where few people stand behind a crossing: of the optimal price of 100 people it held
        the truth in 59 of 100 studies in place of 90; the first is then wider than it need be.
    level, redraws, seed : of the intervals, and of the redraws.

    Raises
    ------
    ValueError : `ties`, `crossing` or `interval` is none of the allowed ones.

    Formula: pmc = not cheap x too cheap, pme = too expensive x not expensive, idp = expensive x cheap, opp = too expensive x too cheap,
        a x b the first price at which a is no smaller than b. Nobody is in a and b at once, so at a price people in a against people in
        b are a sign test, which is inverted; weights count by their effective number.
    Source: Van Westendorp (1976), ESOMAR Congress; Conover (1999), Practical Nonparametric Statistics, ch. 3, on the sign test.
    """
    for name, one, allowed in (("ties", ties, TIES), ("crossing", crossing, CROSSINGS), ("interval", interval, INTERVALS)):  # fmt: skip
        if one not in allowed:
            raise ValueError(f'{name} "{one}" is unknown. Use {", ".join(allowed)}.')
    check_level(level)
    if given.reason:
        rows = [(name, math.nan, math.nan, math.nan, given.n, given.reason) for name in POINTS]
        nothing = pd.DataFrame(columns=["price", "too_cheap", "cheap", "expensive", "too_expensive"])
        return Points(_table(rows), nothing, np.full((0, 4), math.nan), given.guards)
    grid = np.unique(given.prices)
    weights = redrawn(given.weights, redraws, seed)
    curves = np.stack(
        [sums_below(one, weights, grid, at=0.5 if ties == "half" else 1.0) for one in given.prices.T]
    )  # question, draw, price
    made = _points(curves, grid, crossing)
    low, high = equal_tailed(made[1:], level=level, axis=0) if interval == "bootstrap" else _signed(given, grid, level)  # fmt: skip
    rows = [
        (name, made[0, k], min(low[k], made[0, k]), max(high[k], made[0, k]), given.n, "")
        for k, name in enumerate(POINTS)
    ]
    first = curves[:, 0]
    named = {"price": grid, "too_cheap": 1 - first[0], "cheap": 1 - first[1], "expensive": first[2], "too_expensive": first[3]}  # fmt: skip
    return Points(_table(rows), pd.DataFrame(named), made[1:], given.guards)


def redrawn(weights: np.ndarray, redraws: int, seed: int) -> np.ndarray:
    """Weights of people [draw, person], each row 1 together: first those given, then those of redraws of as many people."""
    n = len(weights)
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=redraws)
    made = np.vstack([weights, times * weights])
    return made / made.sum(axis=1, keepdims=True)


def sums_below(prices: np.ndarray, weights: np.ndarray, grid: np.ndarray, *, at: float) -> np.ndarray:
    """Weights [draw, person] of those whose answer lies below each price of the grid, and the part `at` of those who named it."""
    order = np.argsort(prices, kind="stable")
    ends = np.cumsum(np.hstack([np.zeros((len(weights), 1)), weights[:, order]]), axis=1)
    below, with_it = (ends[:, np.searchsorted(prices[order], grid, side)] for side in ("left", "right"))
    return below + at * (with_it - below)


def _points(below: np.ndarray, grid: np.ndarray, how: str) -> np.ndarray:
    """Price points [draw, point] of shares below [question, draw, price]."""
    too_cheap, cheap, expensive, too_expensive = below
    gaps = (
        cheap + too_cheap - 1,  # not cheap - too cheap
        too_expensive + expensive - 1,
        expensive + cheap - 1,
        too_expensive + too_cheap - 1,
    )
    return np.column_stack([_first(one, grid, how) for one in gaps])


def _signed(given: Answers, grid: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest price of each point at which a sign test keeps the two sides equal; between two prices named nothing changes."""
    tried = np.sort(np.r_[grid, (grid[1:] + grid[:-1]) / 2])
    too_cheap, cheap, expensive, too_expensive = given.prices.T
    w, square = given.weights[None], given.weights[None] ** 2
    low, high = [], []
    for first, last in ((too_cheap, cheap), (expensive, too_expensive), (cheap, expensive), (too_cheap, too_expensive)):  # fmt: skip
        # people who named the price count half on their side
        more, fewer = sums_below(last, w, tried, at=0.5)[0], w.sum() - sums_below(first, w, tried, at=0.5)[0]
        spread = (
            sums_below(last, square, tried, at=0.25)[0]
            + square.sum()
            - sums_below(first, square, tried, at=0.75)[0]
        )
        m = np.divide((more + fewer) ** 2, spread, out=np.zeros(len(tried)), where=spread > SAME)
        k = m * np.divide(more, more + fewer, out=np.full(len(tried), 0.5), where=more + fewer > SAME)
        fewer = np.minimum(k, m - k)  # people on the smaller side, of m
        kept = np.flatnonzero(betainc(np.maximum(m - fewer, 1e-9), fewer + 1, 0.5) >= (1 - level) / 2)
        start, end = (kept[0], kept[-1]) if len(kept) else (0, len(tried) - 1)
        low.append(tried[start - start % 2])  # odd places lie between two prices that were named
        high.append(tried[end + end % 2])
    return np.array(low), np.array(high)


def _first(gap: np.ndarray, grid: np.ndarray, how: str) -> np.ndarray:
    """First price in each row at which the gap is no longer negative; on the line between two prices where asked."""
    gap = np.where(np.abs(gap) < SAME, 0.0, gap)
    at = np.argmax(gap >= 0, axis=1)
    rows = np.arange(len(gap))
    if how == "step":
        return grid[at]
    before = np.maximum(at - 1, 0)
    rise = gap[rows, at] - gap[rows, before]
    part = np.divide(-gap[rows, before], rise, out=np.ones(len(gap)), where=rise > 0)
    met = grid[before] + part * (grid[at] - grid[before])
    if how == "line":
        return met
    last = np.where(gap == 0, np.arange(len(grid)), -1).max(axis=1)
    return np.where(last > at, (met + grid[last]) / 2, met)


def _table(rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["point", "value", "low", "high", "n", "reason"])
