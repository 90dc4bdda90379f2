"""The best budget over the draws of a model: what each channel gets so that the expected margin after spend is highest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from helpers.errors import DataError
from helpers.i18n import said
from helpers.methods.budget_draws import gain, tail_mean
from helpers.methods.budget_limits import Limits
from helpers.methods.budget_search import Problem, problem_of, search
from helpers.methods.budget_steps import whole_steps
from helpers.methods.response import Curves, response

__all__ = ["Plan", "best", "gain", "tail_mean"]


class Plan(NamedTuple):
    """A budget beside today's.

    spend : money a week [channel]. gain : margin after spend against today's, a week [draw].
    value : what was maximised, the mean gain of the worst draws as the risk setting says.
    """

    spend: np.ndarray
    gain: np.ndarray
    value: float


def best(
    curves: Curves, kept: Limits, *, margin: float = 1.0, risk: float = 0.0, target: float | None = None,
    units: Sequence[Sequence[str]] | None = None, step: float = 0.0, seed: int = 0,
) -> Plan:  # fmt: skip
    """The budget whose expected gain over today's is highest, or whose gain in the worst draws is.

    Parameters
    ----------
    kept : limits, as `budget_limits.limits` makes them.
    margin : contribution margin of a unit of the outcome, 0 to 1 for revenue; money of an order for orders.
    risk : 0 maximises the mean of all draws, .9 that of the worst tenth; below 1. A gain is counted against today's budget, which has
        none in any draw, so the more cautious the setting the nearer to today it stays.
    target : least mean outcome for a unit of spend over all channels: a target ROAS, or 1 over a target CPA where curves are of orders.
    units : groups of channels that move together, each by the same share; channels not named stand alone.
    step : money a week in which changes are counted; 0 leaves them exact. The total is kept to the last unit.
    seed : of the starting points.

    Raises
    ------
    DataError : the target cannot be reached within the limits. ValueError : risk or step outside their range, an unknown channel.

    Formula: SLSQP with analytic gradients from several starts; the gradient of the mean of the worst draws is the mean of their
        gradients.
    Source: Rockafellar & Uryasev (2000), Optimization of conditional value-at-risk, J. of Risk 2; Kraft (1988), DFVLR-FB 88-28.
    """
    if not 0 <= risk < 1 or not step >= 0:
        raise ValueError(
            f"budget: risk is {risk!r} and step {step!r}; risk from 0 to below 1, step 0 or more."
        )
    problem = problem_of(curves, kept, margin, risk, target, units)
    if target is not None:
        _check_target(problem)
    found = search(problem, np.random.default_rng(seed))
    spend = whole_steps(problem, found, step) if step > 0 else problem.money(found)
    made = gain(curves, spend, margin=margin)
    return Plan(spend, made, tail_mean(made, risk))


def _check_target(problem: Problem) -> None:
    """Refuse a target above the best return within the limits, found by maximising response - return x spend (Dinkelbach, 1967)."""
    reached, rng = 0.0, np.random.default_rng(0)
    for _ in range(8):
        goal = (lambda spend, t=reached: problem.above_target(spend, t),
                lambda spend, t=reached: problem.target_slope(spend, t))  # fmt: skip
        spend = problem.money(search(problem, rng, goal))
        now = (
            float(response(problem.curves, spend).sum(axis=1).mean() / spend.sum())
            if spend.sum() > 0
            else 0.0
        )
        if now >= problem.target or now <= reached * (1 + 1e-9):
            reached = max(now, reached)
            break
        reached = now
    if reached < problem.target * (1 - 1e-9):
        raise DataError(
            said(
                "No budget within the limits reaches a return of {target}; the best is {reached}. Lower the target or loosen a limit.",
                target=f"{problem.target:.2f}", reached=f"{reached:.2f}",
            )
        )  # fmt: skip
