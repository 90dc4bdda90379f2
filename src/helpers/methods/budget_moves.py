"""Moves of money from one channel to another, and what a smaller budget costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.methods.budget import best
from helpers.methods.budget_draws import gain
from helpers.methods.budget_limits import Limits, keeps
from helpers.methods.intervals import equal_tailed
from helpers.methods.response import Curves, response

SIZES = 20  # sizes of a move that are tried
COLUMNS = ("source", "target", "amount", "value", "low", "high", "chance", "lost")


def summary(draws: np.ndarray, *, level: float = 0.90) -> dict[str, float]:
    """What draws of a gain say: value [mean], low, high, chance [share above 0], lost [mean of what the draws below 0 lose, over all]."""
    low, high = equal_tailed(draws, level=level)
    return {
        "value": float(draws.mean()), "low": float(low), "high": float(high), "chance": float((draws > 0).mean()),
        "lost": float(np.maximum(-draws, 0).mean()),
    }  # fmt: skip


def moves(
    curves: Curves, kept: Limits, *, margin: float = 1.0, step: float = 0.0, units: Sequence[Sequence[str]] | None = None,
    outside: bool = False, level: float = 0.90,
) -> pd.DataFrame:  # fmt: skip
    """Every move of money between two units within the limits, at its best size.

    Parameters
    ----------
    units : groups of channels that move together, each by the same share; those that are not named stand still. None: each channel.
    step : money a week in which a move is counted; 0 tries twenty sizes up to the largest.
    outside : also money taken out and kept, and money added; their source or target is empty.

    Returns
    -------
    One row a move with at least one size that the limits allow: source, target [names, joined by " + "], amount [money a week], value,
    low, high [margin after spend a week against today's], chance [share of draws in which it gains], lost [mean loss over all draws];
    the highest value first.

    Formula: the size with the highest mean gain, among those tried.
    """
    groups = [tuple(one) for one in (units if units is not None else [(name,) for name in curves.channels])]
    places = [*groups, ()] if outside else groups
    ways = [(source, target) for source in places for target in places if source != target]
    found = [_move(curves, kept, source, target, margin, step, level) for source, target in ways]
    table = pd.DataFrame([one for one in found if one is not None], columns=list(COLUMNS))
    return table.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def moved(curves: Curves, source: Sequence[str], target: Sequence[str], amount: float) -> np.ndarray:
    """Spend a week after a move of money, each channel of a side by the same share of its spend."""
    spend = curves.spend.astype(float).copy()
    for names, sign in ((source, -1.0), (target, 1.0)):
        at = [curves.channels.index(name) for name in names]
        if at:
            spend[at] += sign * amount * curves.spend[at] / curves.spend[at].sum()
    return spend


def ladder(
    curves: Curves, *, cuts: Sequence[float] = (0.1, 0.2, 0.3), margin: float = 1.0, told: Sequence[str] | None = None,
    level: float = 0.90,
) -> pd.DataFrame:  # fmt: skip
    """What a smaller budget costs: each channel cut alike, and the best cut among the channels that can be told.

    Parameters
    ----------
    cuts : shares of the whole budget.
    told : channels whose cut is chosen; the others are cut alike. None: all.

    Returns
    -------
    One row per (cut, kind "alike" or "best"): saved [money a week], revenue, revenue_low, revenue_high [outcome a week, below 0 what is
    lost], value, low, high, chance, lost [margin after spend a week against today's, as `summary`].
    """
    names = set(curves.channels if told is None else told)
    free = np.array([name in names for name in curves.channels])
    made = []
    for cut in cuts:
        alike = (1 - cut) * curves.spend
        plans = {"alike": alike}
        if free.sum() > 1:
            least, most = np.where(free, 0.0, alike), np.where(free, curves.spend, alike)
            kept = Limits(
                curves.channels, curves.spend, least, most, (), float(alike.sum()), (("", ""),) * len(free)
            )
            plans["best"] = best(curves, kept, margin=margin).spend
        for kind, spend in plans.items():
            lost = response(curves, spend).sum(axis=1) - curves.effect.sum(axis=1)
            low, high = equal_tailed(lost, level=level)
            row = {
                "cut": cut,
                "kind": kind,
                "saved": float(curves.spend.sum() - spend.sum()),
                "revenue": float(lost.mean()),
            }
            row |= {"revenue_low": float(low), "revenue_high": float(high)}
            made.append(row | summary(gain(curves, spend, margin=margin), level=level))  # fmt: skip
    return pd.DataFrame(made)


def _move(curves, kept, source, target, margin, step, level) -> tuple | None:
    sizes = _sizes(curves, kept, source, target, step)
    found = None
    for amount in sizes:
        spend = moved(curves, source, target, amount)
        if not keeps(kept._replace(total=None) if not (source and target) else kept, spend):
            continue
        made = gain(curves, spend, margin=margin)
        if found is None or made.mean() > found[1].mean():
            found = amount, made
    if found is None:
        return None
    told = summary(found[1], level=level)
    return (" + ".join(source), " + ".join(target), float(found[0]), *(told[name] for name in COLUMNS[3:]))


def _sizes(curves, kept, source, target, step) -> np.ndarray:
    """Sizes of a move, the largest being what the limits of its channels leave."""
    room = np.inf
    for names, sign in ((source, -1.0), (target, 1.0)):
        at = [curves.channels.index(name) for name in names]
        if at:
            share = curves.spend[at] / curves.spend[at].sum()
            left = (curves.spend - kept.low if sign < 0 else kept.high - curves.spend)[at]
            room = min(room, float((np.maximum(left, 0) / share).min()))
    if not room > 1e-9 * float(curves.spend.sum()):
        return np.empty(0)
    if step > 0:
        most = int(room / step + 1e-9)
        return step * np.unique(np.linspace(1, most, min(most, SIZES)).round()) if most else np.empty(0)
    return room * np.arange(1, SIZES + 1) / SIZES
