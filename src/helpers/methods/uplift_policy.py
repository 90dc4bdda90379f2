"""Treat all, the top of a ranking, or nobody: what each brings after its cost, told from a randomised experiment."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.methods.experiments import arm_of, difference_of_means
from helpers.methods.intervals import Estimate
from helpers.methods.uplift import fraction_from_top

SHARES = tuple(k / 10 for k in range(11))
POWER = 0.80
LEAST = 100  # units in a top, below which the best cut-off is the luckiest
VERDICTS = ("all", "top", "none", "cannot tell")


class Policy(NamedTuple):
    """What to do with the next campaign of the kind that was tested.

    verdict : "all", "top", "none" or "cannot tell".
    share : share of units that the ranking would treat, as chosen on the other folds.
    table : one row a policy (none, top, all): policy, share, value, low, high [money a unit of all units, cost taken off].
    gain : what the top brings more than all, a unit.
    needed : units that would tell the better policy from nobody; None where that is told, or no size would.
    acts : whether the top holds each unit.
    """

    verdict: str
    share: float
    table: pd.DataFrame
    gain: Estimate
    needed: int | None
    acts: np.ndarray


def best_share(
    value, score, fold, treated, *, cost: float, level: float = 0.90, shares: tuple[float, ...] = SHARES
) -> Policy:
    """Decide between treating all units, the top of a ranking, or nobody.

    Parameters
    ----------
    value : what each unit brought, in money before the cost of the treatment.
    score, fold : expected effect of each unit and the fold it was left out of; see `two_models`.
    treated : whether the lot gave each unit the treatment, with one chance for all.
    cost : money that treating one unit takes.
    level, shares : of the intervals; the cut-offs to choose from, of which those that hold fewer than 100 units are left out.

    Returns
    -------
    Policy. The cut-off of a fold is the best one on the other folds, so the value of the top is that of units which chose
    neither model nor cut-off. "top" when it is above nobody and above all, both with their whole interval; "all" when it is above
    nobody; "none" when all is below; else "cannot tell".

    Raises
    ------
    DataError : a value is missing, an arm is empty in a fold. ValueError : cost below 0.

    Formula: V(a) = P(a = 1) (mean of treated - mean of control, where a = 1, - cost): inverse probability weighting with weights
        scaled to one in each arm; its variance is Welch's times P² and (mean effect - cost)² P (1 - P) / n.
    Source: Athey & Wager (2021), Policy learning with observational data, Econometrica 89(1); Hájek (1971).
    """
    y, t, k = np.asarray(value, dtype=float), np.asarray(treated, dtype=bool), np.asarray(fold)
    if cost < 0 or not math.isfinite(cost):
        raise ValueError(f"cost must be money of at least 0, not {cost!r}")
    names = np.unique(k)
    for name in names:
        if not (t[k == name].any() and (~t[k == name]).any()):
            raise DataError(f"best_share: fold {name} has units of one arm only; use fewer folds.")
    place = np.empty(len(y))
    for name in names:
        place[k == name] = fraction_from_top(np.asarray(score)[k == name])
    acts, chosen = np.zeros(len(y), dtype=bool), []
    shares = tuple(share for share in shares if share == 0 or share * len(y) >= LEAST)
    for name in names:
        rest = k != name
        found = [_value(y[rest], t[rest], place[rest] <= share, cost, level).value for share in shares]
        chosen.append(shares[int(np.argmax(found))])
        acts[k == name] = place[k == name] <= chosen[-1]
    if acts.sum() < LEAST:  # folds that chose somebody are too few to be a policy
        acts[:] = False
    everyone = np.ones(len(y), dtype=bool)
    top, whole = (_value(y, t, a, cost, level) for a in (acts, everyone))
    rest = _value(y, t, ~acts, cost, level)
    gain = Estimate(-rest.value, -rest.high, -rest.low, level, len(y))
    share = float(acts.mean())
    table = pd.DataFrame(
        [("none", 0.0, 0.0, 0.0, 0.0), ("top", share, *top[:3]), ("all", 1.0, *whole[:3])],
        columns=["policy", "share", "value", "low", "high"],
    )
    verdict = _verdict(top, whole, gain)
    needed = _needed(max(top, whole, key=lambda one: one.value), level) if verdict == "cannot tell" else None
    return Policy(verdict, share, table, gain, needed, acts)


def policy_curve(
    value, score, treated, *, cost: float, level: float = 0.90, shares: tuple[float, ...] = SHARES
) -> pd.DataFrame:
    """What treating each share of the ranking brings: one row a share: share, value, low, high [money a unit, cost taken off].

    The bounds are of each point alone; the best point of the curve promises too much, which `best_share` does not.
    """
    y, t, place = np.asarray(value, dtype=float), np.asarray(treated, dtype=bool), fraction_from_top(score)
    rows = [(share, *_value(y, t, place <= share, cost, level)[:3]) for share in shares]
    return pd.DataFrame(rows, columns=["share", "value", "low", "high"])


def _value(y: np.ndarray, t: np.ndarray, acts: np.ndarray, cost: float, level: float) -> Estimate:
    """Value a unit of acting on some; nothing, for certain, where one acts on nobody."""
    n, share = len(y), float(acts.mean())
    if share == 0:
        return Estimate(0.0, 0.0, 0.0, level, n)
    effect = difference_of_means(arm_of(y[acts & t]), arm_of(y[acts & ~t]), level=level).absolute
    net = effect.value - cost
    if math.isnan(net):
        return Estimate(math.nan, math.nan, math.nan, level, n)
    drawn = ndtri((1 + level) / 2) * net * math.sqrt(share * (1 - share) / n)
    half = math.hypot(share * (effect.high - effect.value), drawn)
    return Estimate(share * net, share * net - half, share * net + half, level, n)


def _verdict(top: Estimate, whole: Estimate, gain: Estimate) -> str:
    if top.low > 0 and gain.low > 0:
        return "top"
    if whole.low > 0:
        return "all"
    return "none" if whole.high < 0 else "cannot tell"


def _needed(best: Estimate, level: float) -> int | None:
    """Units at which the value, if it is as estimated, is told from 0 in four of five experiments."""
    if not best.value > 0 or math.isnan(best.low):
        return None
    z = ndtri((1 + level) / 2)
    error = (best.high - best.low) / 2 / z
    return math.ceil(best.n * ((z + ndtri(POWER)) * error / best.value) ** 2)
