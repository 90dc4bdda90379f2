"""Which brands stand above or below what their size lets expect: the expected line with its doubt, by drawing people again."""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods import dirichlet
from helpers.methods.intervals import Estimate, check_level, equal_tailed

FEW_BUYERS = 30  # a brand with fewer has no verdict
FEWEST_BUYERS = 10  # a brand with fewer has no line, for redraws may hold none of them
FEW_PEOPLE = 100
MATTERS = 0.05  # of the expected frequency: a smaller excess is none that anybody would act on
NONE = 0.2  # a brand is as expected where all of its interval lies inside this on either side
BLOCK = 100  # redraws held in memory together


class Line(NamedTuple):
    """Brands beside the expected line.

    market : fitted to all people; None where it cannot be told. mean, k, s : with intervals. table : one row a brand, in the order of the
    columns: n [buyers], share, penetration, frequency, requirements, sole; expected_penetration, expected_frequency, expected_low,
    expected_high, expected_requirements, expected_sole from the other brands; excess with low, high of one brand, low_all, high_all of
    all brands together; verdict "above", "below", "as expected", "cannot tell". duplication, expected_duplication [brand x brand].
    guards : what to know first.
    """

    market: dirichlet.Market | None
    mean: Estimate
    k: Estimate
    s: Estimate
    table: pd.DataFrame
    duplication: pd.DataFrame
    expected_duplication: pd.DataFrame
    guards: tuple[Said, ...]


def line(
    purchases: pd.DataFrame, *, weights=None, level: float = 0.90, draws: int = 400, seed: int = 0
) -> Line:
    """Brands beside the line of the NBD-Dirichlet, each held against what the other brands say of a brand of its share.

    Parameters
    ----------
    purchases : one row a person, buyers or not, one column a brand: purchases in the period. weights : of people; none means alike.
    level : of the intervals. draws : times that people are drawn again. seed : the same seed gives the same result.

    Returns
    -------
    Line. A brand with fewer than 10 buyers counts in the category and has no row, one with fewer than 30 no verdict. With fewer than 100
    people, or where no market can be fitted, nothing is told and the guard says why.

    Raises
    ------
    DataError : a number of purchases or a weight is missing or negative.

    Formula: excess_j = frequency_j / expected frequency_j - 1, S from the other brands' penetrations without
        outliers and without the brand farthest off where that is clear for itself; percentiles of draws, those
        of all brands from the largest distance of the log of a draw in its sd.
    Source: Goodhardt, Ehrenberg & Chatfield (1984), JRSS A 147; Efron & Tibshirani (1993), ch. 13.
    """
    check_level(level)
    x, w = dirichlet.checked(purchases, weights)
    names, n = list(purchases.columns), len(x)
    buyers = ((x > 0) & (w[:, None] > 0)).sum(axis=0)
    at = np.flatnonzero(buyers >= FEWEST_BUYERS)
    guards = [
        said("nobody bought {brand}, which is left out", brand=str(name)) if not k
        else said("{n} people bought {brand}, which counts in the category and has no line", n=int(k), brand=str(name))
        for name, k in zip(names, buyers, strict=True) if k < FEWEST_BUYERS
    ]  # fmt: skip
    seen, both = (
        dirichlet.observed(purchases, weights).iloc[at],
        dirichlet.observed_duplication(purchases, weights).iloc[at, at],
    )
    reason = said("{n} people, and {need} are the least", n=n, need=FEW_PEOPLE) if n < FEW_PEOPLE else None
    if reason is None:
        try:
            market, _ = _fitted(x, w[None, :], at)
        except DataError as refused:
            reason = said(
                "the purchases fit no such market: {why}", why=str(refused).removeprefix("dirichlet: ")
            )
    if reason is not None:
        return _nothing(seen, n, level, (*guards, said("cannot tell: {reason}", reason=reason)))
    found = _only(market)
    again = _redrawn(x, w, at, found.kept, draws, seed)
    if again is None:
        reason = said("too few buyers to draw people again")
        return _nothing(seen, n, level, (*guards, said("cannot tell: {reason}", reason=reason)))
    drawn, own = again
    made = _table(seen, found, drawn, own, level)
    few = [str(name) for name, buyers in made["n"].items() if buyers < FEW_BUYERS]
    guards += [
        said("{brand} has fewer than {need} buyers and no verdict", brand=name, need=FEW_BUYERS)
        for name in few
    ]
    bounds = [Estimate(float(getattr(found, name)), *map(float, equal_tailed(getattr(drawn, name), level=level)), level, n) for name in ("mean", "k", "s")]  # fmt: skip
    hoped = pd.DataFrame(dirichlet.duplication(found), index=seen.index, columns=seen.index)
    return Line(found, *bounds, made, both, hoped, tuple(guards))


def _only(stacked: dirichlet.Market) -> dirichlet.Market:
    """The only market of a stack of one."""
    return dirichlet.Market(*(one[0] for one in stacked))


def _fitted(x, weights, at, kept=None) -> tuple[dirichlet.Market, np.ndarray]:
    """Markets of people weighted in several ways [draw x person], and the share of people who bought each brand."""
    total, mass, brands = x.sum(axis=1), weights.sum(axis=1), x[:, at]
    buyers, amount = weights @ (total > 0), weights @ total
    own = (weights @ (brands > 0)) / mass[:, None]
    shares = (weights @ brands) / amount[:, None]
    return dirichlet.fit(buyers / mass, amount / buyers, shares, own, kept=kept), own


def _redrawn(x, w, at, kept, draws: int, seed: int) -> tuple[dirichlet.Market, np.ndarray] | None:
    """Markets of people drawn again; draws that fit no market are left out, and with more than 5 % of them nothing is told."""
    rng, n = np.random.default_rng(seed), len(x)
    found = []
    for done in range(0, draws, BLOCK):
        some = rng.multinomial(n, np.full(n, 1 / n), size=min(BLOCK, draws - done)) * w
        try:
            found.append(_fitted(x, some, at, kept))
        except DataError:
            for row in some:
                with contextlib.suppress(DataError):
                    found.append(_fitted(x, row[None, :], at, kept))
    if sum(len(own) for _, own in found) < 0.95 * draws:
        return None
    markets = dirichlet.Market(
        *(np.concatenate(parts) for parts in zip(*(one for one, _ in found), strict=True))
    )
    return markets, np.concatenate([own for _, own in found])


def _table(seen: pd.DataFrame, market, drawn, own, level: float) -> pd.DataFrame:
    made = seen.copy()
    z, judged = float(ndtri((1 + level) / 2)), made["n"].to_numpy() >= FEW_BUYERS
    hoped, redrawn, value, logs = _excess(made, market, drawn, own)
    # A brand that stands off pulls the line of all others towards it: the one farthest off, if any is, shapes no line.
    off = np.abs(np.log1p(value)) / logs.std(axis=0, ddof=1)
    if off.max() > z and market.kept.sum() > dirichlet.MIN_BRANDS:
        rest = market.kept & (np.arange(len(off)) != int(off.argmax()))
        market, drawn = (
            market._replace(kept=rest),
            drawn._replace(kept=np.broadcast_to(rest, drawn.kept.shape)),
        )
        hoped, redrawn, value, logs = _excess(made, market, drawn, own)
    for name in ("penetration", "frequency", "requirements", "sole"):
        made[f"expected_{name}"] = hoped[name]
    made["expected_low"], made["expected_high"] = equal_tailed(redrawn["frequency"], level=level, axis=0)
    low, high = equal_tailed(np.expm1(logs), level=level, axis=0)
    made["excess"], made["low"], made["high"] = value, np.minimum(low, value), np.maximum(high, value)
    made["low_all"], made["high_all"] = _of_all(value, logs, judged, level)
    none_matters = (made["low_all"] > -NONE) & (made["high_all"] < NONE)
    above, below = (made["low_all"] > 0) & (value > MATTERS), (made["high_all"] < 0) & (value < -MATTERS)
    names = ["cannot tell", "above", "below", "as expected"]
    made["verdict"] = np.select([~judged, above, below, none_matters], names, "cannot tell")
    return made


def _excess(made: pd.DataFrame, market, drawn, own):
    """Expected figures, those of redraws, the excess of each brand and its log in redraws.

    The share cancels: frequency over expected frequency is expected penetration over penetration.
    """
    hoped = dirichlet.expected(market, s=dirichlet.without_each(market))
    redrawn = dirichlet.expected(drawn, s=dirichlet.without_each(drawn))
    value = hoped["penetration"] / made["penetration"].to_numpy() - 1
    return hoped, redrawn, value, np.log(redrawn["penetration"] / own)


def _of_all(value, logs, judged, level: float):
    """Bounds that hold for all judged brands together."""
    if not judged.any():
        return np.nan, np.nan
    spread = logs.std(axis=0, ddof=1)
    farthest = np.max(np.abs(logs - logs.mean(axis=0))[:, judged] / spread[judged], axis=1)
    reach = max(float(np.quantile(farthest, level)), float(ndtri((1 + level) / 2)))
    return tuple(np.expm1(np.log1p(value) + side * reach * spread) for side in (-1, 1))


def _nothing(seen: pd.DataFrame, n: int, level: float, guards) -> Line:
    none = Estimate(float("nan"), float("nan"), float("nan"), level, n)
    made = seen.assign(
        **dict.fromkeys(("expected_penetration", "expected_frequency", "expected_requirements", "expected_sole", "expected_low", "expected_high"), np.nan),
        excess=np.nan, low=np.nan, high=np.nan, low_all=np.nan, high_all=np.nan, verdict="cannot tell",
    )  # fmt: skip
    empty = pd.DataFrame(index=seen.index, columns=seen.index, dtype=float)
    return Line(None, none, none, none, made, empty, empty, guards)
