"""Options judged by several criteria: scores from 0 to 100, and how far doubt and weights move the ranking."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.intervals import check_level, equal_tailed

SLACK = 1e-9  # weights that add up to one within this do
MIDDLE, TOP = 50.0, 100.0


class Ranking(NamedTuple):
    """One row an option, best first: option, score, low, high, rank, rank_low, rank_high, first, top [chances]; and the draws.

    above : chance [option, option] that the first scores higher than the second, in the order of the table; draws : scores [draw, option]
    in that order.
    """

    table: pd.DataFrame
    above: np.ndarray
    draws: np.ndarray


class Flip(NamedTuple):
    """The weight of one criterion at which another option comes first, the other weights shrinking or growing alike."""

    criterion: str
    weight: float
    turned: float
    first: str


def checked_weights(weights: Sequence[float], names: Sequence[str]) -> np.ndarray:
    """Weights of criteria, refused unless they are shares that add up to 1.

    Raises
    ------
    DataError : a weight is negative or missing, or they add up to something else.
    """
    made = np.asarray(weights, dtype=float)
    if len(made) != len(names):
        raise ValueError(f"{len(made)} weights for {len(names)} criteria")
    if not (np.isfinite(made).all() and (made >= 0).all()):
        bad = next(n for n, one in zip(names, made, strict=True) if not one >= 0 or math.isinf(one))
        raise DataError(f"weights: that of {bad} is negative or missing. Give shares from 0 to 1.")
    total = float(made.sum())
    if abs(total - 1) > SLACK:
        raise DataError(
            f"weights: {', '.join(names)} add up to {total:.3g} and not to 1. Change one of them by {1 - total:+.3g}."
        )
    return made / total


def scaled(
    values, draws, *, seed: int, better: Sequence[str] | None = None, least: Sequence[float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Criteria brought to 0 for the worst option and 100 for the best, and draws of them on the same scale.

    Parameters
    ----------
    values : best guesses [option, criterion]; NaN where nothing is known.
    draws : what may be true [draw, option, criterion]; those of an unknown value are not read.
    better : "up" or "down" a criterion; none means that more is better everywhere.
    seed : of the draws of unknown values.
    least : the smallest range that may count from 0 to 100, a criterion; options that differ by less lie around 50, so that a
        difference nobody would act on does not decide. None means none.

    Returns
    -------
    scores [option, criterion] and their draws, which may leave 0 to 100. Where all options are alike they are 50. An unknown value is 50,
    and anything from 0 to 100 in the draws; a criterion that no option has tells none apart and is 50 there, too.

    Formula: 100 (value - worst) / (best - worst), worst and best among the best guesses, moved apart alike where they are nearer than `least`.
    """
    value, drawn = np.asarray(values, dtype=float), np.array(draws, dtype=float)
    if better is not None:
        sign = np.array([{"up": 1.0, "down": -1.0}[one] for one in better])
        value, drawn = value * sign, drawn * sign
    known = np.isfinite(value)
    worst = np.where(known, value, np.inf).min(axis=0)
    span = np.where(known, value, -np.inf).max(axis=0) - worst
    worst, span = np.where(known.any(axis=0), worst, 0.0), np.where(known.any(axis=0), span, 0.0)
    if least is not None:
        wide = np.maximum(span, np.asarray(least, dtype=float))
        worst, span = worst - (wide - span) / 2, wide
    flat = ~(span > 1e-12 * np.abs(worst))
    worst, span = np.where(flat, 0.0, worst), np.where(flat, 1.0, span)
    score = np.where(flat | ~known, MIDDLE, TOP * (value - worst) / span)
    made = np.where(flat, MIDDLE, TOP * (drawn - worst) / span)
    anything = np.random.default_rng(seed).uniform(0, TOP, made.shape)
    return score, np.where(known, made, np.where(known.any(axis=0), anything, MIDDLE))


def ranked(options: Sequence[str], scores, draws, weights, *, top: int = 3, level: float = 0.90) -> Ranking:
    """Options in the order of their weighted scores, with what doubt leaves of that order.

    Parameters
    ----------
    options : names.
    scores : [option, criterion]; draws : [draw, option, criterion], as `scaled` makes them.
    weights : one a criterion, or one set a draw [draw, criterion]; those of `scores` are then their mean.
    top : how many places count as being among the first.

    Returns
    -------
    Ranking. Ties in a draw share a place equally. Score bounds hold the score; ranks are bounds of the place, 1 the best.

    Formula: score = sum over criteria of weight x score of the criterion, in each draw; chances are shares of draws.
    """
    check_level(level)
    w = np.asarray(weights, dtype=float)
    value = np.asarray(scores, dtype=float) @ (w if w.ndim == 1 else w.mean(axis=0))
    drawn = np.einsum("dok,k->do" if w.ndim == 1 else "dok,dk->do", np.asarray(draws, dtype=float), w)
    order = np.argsort(-value, kind="stable")
    value, drawn, names = value[order], drawn[:, order], [options[at] for at in order]
    more = drawn[:, :, None] > drawn[:, None, :]
    same = drawn[:, :, None] == drawn[:, None, :]
    above = (more + 0.5 * same).mean(axis=0)
    np.fill_diagonal(above, np.nan)
    ahead, equal = (
        more.sum(axis=1),
        same.sum(axis=2),
    )  # options that score higher; those alike, itself among them
    low, high = equal_tailed(drawn, level=level, axis=0)
    place_low, place_high = equal_tailed(1 + ahead + (equal - 1) / 2, level=level, axis=0)
    table = pd.DataFrame(
        {
            "option": names, "score": value, "low": np.minimum(low, value), "high": np.maximum(high, value),
            "rank": np.arange(1, len(names) + 1), "rank_low": np.floor(place_low).astype(int), "rank_high": np.ceil(place_high).astype(int),
            "first": np.clip((1 - ahead) / equal, 0, 1).mean(axis=0), "top": np.clip((top - ahead) / equal, 0, 1).mean(axis=0),
        }
    )  # fmt: skip
    return Ranking(table, above, drawn)


def sure_pairs(found: Ranking, *, level: float = 0.90) -> pd.DataFrame:
    """Pairs of options whose order is surer than `level`, either way: better, worse, chance; all pairs are n (n - 1) / 2."""
    names, rows = found.table["option"].tolist(), []
    for i, first in enumerate(names):
        for j, second in enumerate(names[i + 1 :], start=i + 1):
            chance = float(found.above[i, j])
            if max(chance, 1 - chance) >= level:
                pair = (first, second) if chance >= level else (second, first)
                rows.append((*pair, max(chance, 1 - chance)))
    return pd.DataFrame(rows, columns=["better", "worse", "chance"])


def weight_draws(weights, n: int, *, seed: int, strength: float | None) -> np.ndarray:
    """Sets of weights [draw, criterion]: near the chosen ones, or any at all.

    Parameters
    ----------
    strength : of the Dirichlet around the chosen weights; 20 gives a weight of 0.25 a standard deviation of 0.09. None: every set of
        weights is as likely as any other. A weight of 0 stays 0 near the chosen ones.

    Formula: Dirichlet(strength x weights), or Dirichlet(1, ..., 1).
    """
    w, rng = np.asarray(weights, dtype=float), np.random.default_rng(seed)
    if strength is None:
        return rng.dirichlet(np.ones(len(w)), n)
    if not strength > 0:
        raise ValueError(f"strength must be above 0, not {strength!r}")
    made = np.zeros((n, len(w)))
    made[:, w > 0] = rng.dirichlet(strength * w[w > 0], n) if (w > 0).any() else 0.0
    return made


def flips(options: Sequence[str], scores, weights, names: Sequence[str]) -> list[Flip]:
    """The nearest weight of each criterion, below and above today's, at which another option comes first, the smallest change first.

    Formula: with the criterion at v the score is v x + (1 - v) r, r the mean of the other criteria at their weights' proportions; two
        such lines cross at v = (r_2 - r_1) / (x_1 - x_2 - r_1 + r_2).
    """
    x, w = np.asarray(scores, dtype=float), np.asarray(weights, dtype=float)
    total = x @ w
    lead = int(np.argmax(total))
    made = []
    for k, name in enumerate(names):
        others = np.delete(w, k)
        share = others / others.sum() if others.sum() > 0 else np.full(len(others), 1 / max(len(others), 1))
        rest = np.delete(x, k, axis=1) @ share
        slope = (x[lead, k] - rest[lead]) - (x[:, k] - rest)
        with np.errstate(divide="ignore", invalid="ignore"):
            turned = np.where(np.abs(slope) > 1e-12, (rest - rest[lead]) / slope, np.nan)
        for side in (turned < w[k], turned > w[k]):
            near = np.where(side & (turned >= 0) & (turned <= 1), np.abs(turned - w[k]), np.inf)
            near[lead] = np.inf
            at = int(np.argmin(near))
            if np.isfinite(near[at]):
                made.append(Flip(name, float(w[k]), float(turned[at]), options[at]))
    return sorted(made, key=lambda one: abs(one.turned - one.weight))
