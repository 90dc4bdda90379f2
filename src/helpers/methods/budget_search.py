"""The search for the best budget: shares of today's spend by unit, with analytic gradients, from several starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from helpers.errors import DataError
from helpers.i18n import said
from helpers.methods.budget_draws import gain, tail_mean, tail_weights
from helpers.methods.budget_limits import Limits, keeps
from helpers.methods.response import Curves, marginal, response

STARTS = 4  # points from which the search begins; means of draws that fall and rise need not be concave
FINE, ROUGH = (
    1e-10,
    1e-7,
)  # of the gain over the budget; a mean of worst draws has kinks, at which a finer search only wanders


class Problem(NamedTuple):
    """The problem over shares of today's spend by unit: money = shares @ load."""

    curves: Curves
    kept: Limits
    margin: float
    risk: float
    target: float | None
    load: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def money(self, shares: np.ndarray) -> np.ndarray:
        """Spend a week of each channel."""
        # exact at the limits, which a product can miss by rounding
        return np.clip(shares @ self.load, self.kept.low, self.kept.high)

    def value(self, spend: np.ndarray) -> float:
        """What is maximised: the mean gain of the worst 1 - risk of the draws."""
        return tail_mean(gain(self.curves, spend, margin=self.margin), self.risk)

    def slope(self, spend: np.ndarray) -> np.ndarray:
        """Its gradient by share of each unit."""
        made = gain(self.curves, spend, margin=self.margin)
        each = self.margin * marginal(self.curves, spend) - 1
        return self.load @ (tail_weights(made, self.risk) @ each)

    def above_target(self, spend: np.ndarray, target: float) -> float:
        """Mean outcome above what the spend has to bring at this return."""
        return float(response(self.curves, spend).sum(axis=1).mean() - target * spend.sum())

    def target_slope(self, spend: np.ndarray, target: float) -> np.ndarray:
        """Its gradient by share of each unit."""
        return self.load @ (marginal(self.curves, spend).mean(axis=0) - target)


def problem_of(
    curves: Curves, kept: Limits, margin: float, risk: float, target: float | None, units: Sequence[Sequence[str]] | None
) -> Problem:  # fmt: skip
    """The problem of these curves and limits; channels of a unit move by the same share, those of none stand alone.

    Raises
    ------
    ValueError : a unit names an unknown channel, or one of another unit.
    """
    names, groups = curves.channels, [tuple(one) for one in units or ()]
    inside = [name for one in groups for name in one]
    if lost := [name for name in inside if name not in names or inside.count(name) > 1]:
        raise ValueError(f'budget: a unit names "{lost[0]}"; use each of {", ".join(names)} at most once.')
    groups += [(name,) for name in names if name not in inside]
    load = np.zeros((len(groups), len(names)))
    for at, one in enumerate(groups):
        for name in one:
            load[at, names.index(name)] = curves.spend[names.index(name)]
    share_low, share_high = kept.low / curves.spend, kept.high / curves.spend
    low = np.array([share_low[row > 0].max() for row in load])
    high = np.array([share_high[row > 0].min() for row in load])
    high = np.maximum(low, high)  # a unit whose channels leave no common room keeps its least
    return Problem(curves, kept, margin, risk, target, load, low, high)


def search(problem: Problem, rng: np.random.Generator, objective=None) -> np.ndarray:
    """The best shares that were found from several starts; today's where nothing better keeps to the limits."""
    scale = max(float(problem.curves.spend.sum()), FINE)
    value, slope = objective or (problem.value, problem.slope)
    options = {"method": "SLSQP", "bounds": list(zip(problem.low, problem.high, strict=True)),
               "constraints": _constraints(problem, scale, with_target=objective is None),
               "options": {"ftol": ROUGH if problem.risk else FINE, "maxiter": 60 if problem.risk else 200}}  # fmt: skip
    top, best_value = None, -np.inf
    for start in _starts(problem, rng):
        made = minimize(
            lambda x: -value(problem.money(x)) / scale, start, jac=lambda x: -slope(problem.money(x)) / scale, **options
        )  # fmt: skip
        for shares in (start, np.clip(made.x, problem.low, problem.high)):
            spend = problem.money(shares)
            reached = value(spend)
            if reached > best_value and _is_fine(problem, spend, with_target=objective is None):
                top, best_value = shares, reached
    if top is None:
        raise DataError(said("No budget was found within the limits. Loosen one of them."))
    return top


def _constraints(problem: Problem, scale: float, *, with_target: bool) -> list[dict]:
    kept, load = problem.kept, problem.load
    made = [
        {"type": "ineq", "fun": lambda x, r=rule: (r.most - float(r.weights @ (x @ load))) / scale,
         "jac": lambda x, r=rule: -(load @ r.weights) / scale}
        for rule in kept.caps
    ]  # fmt: skip
    if kept.total is not None:
        made.append({"type": "eq", "fun": lambda x: (float((x @ load).sum()) - kept.total) / scale,
                     "jac": lambda x: load.sum(axis=1) / scale})  # fmt: skip
    if with_target and problem.target is not None:
        made.append({"type": "ineq", "fun": lambda x: problem.above_target(problem.money(x), problem.target) / scale,
                     "jac": lambda x: problem.target_slope(problem.money(x), problem.target) / scale})  # fmt: skip
    return made


def _starts(problem: Problem, rng: np.random.Generator) -> list[np.ndarray]:
    """Today, in the middle, and drawn ones; those of a fixed total are pulled towards it."""
    low, high = problem.low, problem.high
    points = [np.clip(np.ones_like(low), low, high), (low + high) / 2]
    points += [low + rng.random(len(low)) * (high - low) for _ in range(STARTS - len(points))]
    total = problem.kept.total
    if total is None:
        return points
    made = []
    for point in points:
        have, ends = float((point @ problem.load).sum()), (low, high)
        end = ends[0] if have > total else ends[1]
        reach = float((end @ problem.load).sum())
        part = 0.0 if reach == have else np.clip((total - have) / (reach - have), 0, 1)
        made.append(point + part * (end - point))
    return made


def _is_fine(problem: Problem, spend: np.ndarray, *, with_target: bool = True) -> bool:
    if not keeps(problem.kept, spend):
        return False
    slack = 1e-6 * max(float(problem.curves.spend.sum()), 1.0)
    return not with_target or problem.target is None or problem.above_target(spend, problem.target) >= -slack
