"""What a budget gives up against the one that a reader of the truth would choose, draw by draw."""

from __future__ import annotations

import numpy as np

from helpers.methods.budget_draws import gain
from helpers.methods.budget_limits import Limits
from helpers.methods.response import STRAIGHT, Curves

STEPS = 80  # halvings of the common marginal return


def best_by_draw(curves: Curves, kept: Limits, *, margin: float = 1.0) -> np.ndarray:
    """The best spend a week if a draw were the truth, [draw, channel], within the limits of single channels and the total.

    Caps of several channels together are left aside, so it is a ceiling where there are any. A channel that loses sales in a draw
    keeps its least; where the total leaves no other place for money, such channels are filled in the order of what filling one
    costs per unit of money.

    Formula: all channels between their limits have one marginal return; effect x tanh gives the spend of a marginal return in
        closed form, and the return that makes the total is found by halving. With a free total it is 1 unit of margin per unit of
        money.
    """
    low, high = kept.low, kept.high
    if kept.total is None:
        return _at(curves, np.ones(len(curves.effect)), low, high, margin)
    slopes = margin * np.maximum(_slope_at_zero(curves), 0.0)
    bottom, top = np.zeros(len(slopes)), slopes.max(axis=1) + 1.0
    for _ in range(STEPS):
        middle = (bottom + top) / 2
        over = _at(curves, middle, low, high, margin).sum(axis=1) > kept.total
        bottom, top = np.where(over, middle, bottom), np.where(over, top, middle)
    more, less = (_at(curves, at, low, high, margin) for at in (bottom, top))
    gap = more.sum(axis=1) - less.sum(axis=1)
    part = np.divide(kept.total - less.sum(axis=1), gap, out=np.zeros_like(gap), where=gap > 0)
    # between two nearly straight channels the return hardly moves while money does: the rest is shared in proportion
    spend = less + np.clip(part, 0, 1)[:, None] * (more - less)
    return _filled(curves, spend, kept, margin)


def regret(curves: Curves, kept: Limits, spend, *, margin: float = 1.0) -> np.ndarray:
    """What a spend a week gives up against the best one of each draw, 0 or more [draw]."""
    there = best_by_draw(curves, kept, margin=margin)
    half = np.maximum(curves.bend, STRAIGHT) / 2
    response = (curves.effect * np.tanh(half * there / curves.spend) / np.tanh(half)).sum(axis=1)
    best = margin * (response - curves.effect.sum(axis=1)) - (there.sum(axis=1) - curves.spend.sum())
    return np.maximum(best - gain(curves, spend, margin=margin), 0.0)


def _slope_at_zero(curves: Curves) -> np.ndarray:
    half = np.maximum(curves.bend, STRAIGHT) / 2
    return curves.effect / curves.spend * half / np.tanh(half)


def _at(curves: Curves, level: np.ndarray, low: np.ndarray, high: np.ndarray, margin: float) -> np.ndarray:
    """Spend at which the margin of one more unit of money is `level` [draw], inside low and high."""
    half = np.maximum(curves.bend, STRAIGHT) / 2
    steep = margin * _slope_at_zero(curves)
    ratio = np.maximum(steep, 0.0) / np.maximum(level, 1e-300)[:, None]
    share = np.arccosh(np.sqrt(np.maximum(ratio, 1.0))) / half
    return np.clip(np.where(steep > 0, share * curves.spend, 0.0), low, high)


def _filled(curves: Curves, spend: np.ndarray, kept: Limits, margin: float) -> np.ndarray:
    """The spend with the rest of the total in the channels where it costs least."""
    missing = kept.total - spend.sum(axis=1)
    rows = np.flatnonzero(missing > 1e-9 * max(kept.total, 1.0))
    if not len(rows):
        return spend
    half = np.maximum(curves.bend[rows], STRAIGHT) / 2
    at = [np.tanh(half * money / curves.spend) / np.tanh(half) for money in (spend[rows], kept.high[None, :])]
    room = kept.high - spend[rows]
    each = np.divide(
        curves.effect[rows] * (at[1] - at[0]), room, out=np.full_like(room, -np.inf), where=room > 0
    )
    made = spend.copy()
    for row, order in zip(rows, np.argsort(-each, axis=1, kind="stable"), strict=True):
        for channel in order:
            more = min(kept.high[channel] - made[row, channel], kept.total - made[row].sum())
            made[row, channel] += max(more, 0.0)
    return made
