"""What a budget changes against today's, draw by draw, and the mean of its worst draws."""

from __future__ import annotations

import numpy as np

from helpers.methods.response import Curves, response


def gain(curves: Curves, spend, *, margin: float = 1.0) -> np.ndarray:
    """Margin of the response less spend at a spend a week, against today's, a week [draw].

    Formula: margin x (response(spend) - response(today)) - (sum of spend - sum of today's).
    """
    more = response(curves, spend).sum(axis=1) - curves.effect.sum(axis=1)
    return margin * more - (float(np.sum(spend)) - float(curves.spend.sum()))


def tail_mean(values, risk: float = 0.0) -> float:
    """Mean of the worst 1 - risk of the values: all of them at 0, the worst tenth at .9 (expected shortfall)."""
    known = np.asarray(values, dtype=float)
    return float(tail_weights(known, risk) @ known)


def tail_weights(values: np.ndarray, risk: float) -> np.ndarray:
    """Weight of each draw in the mean of the worst 1 - risk; they add up to 1."""
    n = len(values)
    if risk == 0:
        return np.full(n, 1 / n)
    size = (1 - risk) * n
    rank = np.empty(n)
    rank[np.argsort(values, kind="stable")] = np.arange(n)
    return np.clip(size - rank, 0, 1) / size
