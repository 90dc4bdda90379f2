"""A budget whose changes are whole steps of money."""

from __future__ import annotations

import numpy as np

from helpers.methods.budget_limits import Limits
from helpers.methods.budget_search import Problem


def whole_steps(problem: Problem, shares: np.ndarray, step: float) -> np.ndarray:
    """The budget nearest to the best one whose changes against today are whole steps, improved by moving single steps.

    A total that is no whole number of steps from today's leaves a rest, which the unit with most room takes.
    """
    today, size = problem.curves.spend, problem.load.sum(axis=1)
    count = np.trunc((shares - 1) * size / step + np.sign(shares - 1) * 1e-9)
    rest, base = 0.0, np.ones(len(size))
    if problem.kept.total is not None:
        missing = problem.kept.total - float(today.sum())
        steps = int(np.trunc(missing / step + np.sign(missing) * 1e-9))
        rest = missing - steps * step
    if abs(rest) > 1e-9:
        room = (problem.high - shares if rest > 0 else shares - problem.low) * size
        base[int(np.argmax(room))] += rest / size[int(np.argmax(room))]

    def money(counts):
        return (base + counts * step / size) @ problem.load

    def score(counts):
        spend = money(counts)
        below = max(-problem.above_target(spend, problem.target), 0.0) if problem.target is not None else 0.0
        return problem.value(np.maximum(spend, 0.0)) - 1e3 * below - 1e6 * _outside(problem.kept, spend)

    units = np.eye(len(size))
    single = [sign * row for row in units for sign in (1.0, -1.0)]
    pairs = [a - b for a in units for b in units if a is not b and (a != b).any()]
    changes = single + pairs
    now = score(count)
    for _ in range(2000):
        tried = [score(count + one) for one in changes]
        at = int(np.argmax(tried))
        if tried[at] <= now + 1e-9 * max(1.0, abs(now)):
            break
        count, now = count + changes[at], tried[at]
    return np.clip(money(count), 0.0, None)


def _outside(kept: Limits, spend: np.ndarray) -> float:
    """Money by which a spend breaks the limits."""
    over = np.maximum(kept.low - spend, 0).sum() + np.maximum(spend - kept.high, 0).sum()
    over += sum(max(float(rule.weights @ spend) - rule.most, 0.0) for rule in kept.caps)
    if kept.total is not None:
        over += abs(float(spend.sum()) - kept.total)
    return float(over) if over > 1e-6 * max(float(kept.today.sum()), 1.0) else 0.0
