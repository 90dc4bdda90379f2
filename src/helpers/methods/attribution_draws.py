"""All rules on one set of paths, each with its interval, by drawing journeys again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.attribution import SPLITTING, Paths, weights
from helpers.methods.attribution_exposure import exposure, refusal, sets_of
from helpers.methods.attribution_markov import counts_of, markov
from helpers.methods.intervals import Estimate, check_level, equal_tailed, poisson

RULES = (
    "last_touch",
    "last_non_direct",
    "first_touch",
    "position",
    "time_decay",
    "markov",
    "shapley",
    "exposure",
)
SHARING = tuple(rule for rule in RULES if rule != "exposure")  # rules that give away every order, once
AT_ONCE = 20  # draws in memory together


@dataclass(frozen=True, eq=False)
class Attributed:
    """Orders by rule and channel.

    value : by rule, orders of each channel [channel].
    draws : by rule, the same in each redraw of the journeys [draw, channel].
    n, n_orders : journeys and orders.
    guards : what to tell a reader, in plain language; a rule that cannot be computed is absent and has its reason here.
    """

    channels: tuple[str, ...]
    value: dict[str, np.ndarray]
    draws: dict[str, np.ndarray]
    n: int
    n_orders: int
    guards: tuple[str, ...]


def attribute(
    paths: Paths, *, rules: Sequence[str] = RULES, direct: Sequence[str] = (), draws: int = 200, seed: int = 1
) -> Attributed:
    """Orders by rule and channel with redraws.

    Parameters
    ----------
    paths : from `attribution.encode`.
    rules : some of RULES; "time_decay" is left out where the paths have no ages, "exposure" where they cannot tell.
    direct : channels that "last_non_direct" passes over.
    draws, seed : redraws of the journeys; the same seed gives the same figures, whatever the order of the rows.

    Raises
    ------
    ValueError : an unknown rule.
    DataError : there is no path.

    Formula: Poisson bootstrap; in each draw the journeys of a path that end in an order, and those that do not, are Poisson with
        the numbers seen as their means. Every rule is a function of these numbers alone.
    Source: Hanley & MacGibbon (2006), Computer Methods and Programs in Biomedicine 83; Chamandy et al. (2012), Estimating
        uncertainty for massive data streams, Google.
    """
    unknown = [rule for rule in rules if rule not in RULES]
    if unknown:
        raise ValueError(f'rule "{unknown[0]}" is unknown. Use some of {", ".join(RULES)}.')
    if not len(paths.n):
        raise DataError("attribution: there is no path. Look for the contacts, or choose a longer window.")
    functions, guards = _functions(paths, rules, direct)
    seen = paths.n[:, None], paths.converted[:, None]
    value = {rule: function(*seen)[0] for rule, function in functions.items()}
    rng, made = np.random.default_rng(seed), {rule: [] for rule in functions}
    for first in range(0, draws, AT_ONCE):
        counts = _redrawn(paths, rng, min(AT_ONCE, draws - first))
        for rule, function in functions.items():
            made[rule].append(function(*counts))
    redrawn = {
        rule: np.concatenate(some) if some else np.empty((0, len(paths.channels)))
        for rule, some in made.items()
    }
    return Attributed(paths.channels, value, redrawn, int(paths.n.sum()), int(paths.converted.sum()), guards)


def table(found: Attributed, *, level: float = 0.90) -> pd.DataFrame:
    """One row a rule and channel: channel, rule, orders, low, high, n_orders.

    Bounds are quantiles of the draws; a channel that a sharing rule gives no order has the upper bound of a count of 0. They are
    NaN without draws or without an order.
    """
    check_level(level)
    parts = []
    for rule, value in found.value.items():
        low, high = bounds(found.draws[rule], value, level=level)
        none = (value == 0) & (high == 0) & (rule in SHARING)
        high = np.where(none, poisson(0, level=level)[1], high)
        parts.append(
            pd.DataFrame({"channel": found.channels, "rule": rule, "orders": value, "low": low, "high": high})
        )
    columns = ["channel", "rule", "orders", "low", "high"]
    made = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return made.assign(n_orders=found.n_orders)


def bounds(draws: np.ndarray, value: np.ndarray, *, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles of the draws that are known, moved to the value where they miss it."""
    known = draws[np.isfinite(draws).all(axis=1)] if draws.size else draws
    if not len(known) or len(known) < 0.95 * len(draws) or not np.isfinite(value).all():
        empty = np.full(len(value), np.nan)
        return empty, empty
    low, high = equal_tailed(known, level=level, axis=0)
    return np.minimum(low, value), np.maximum(high, value)


def disagreement(found: Attributed, *, level: float = 0.90) -> tuple[Estimate, str, str]:
    """Share of the orders that change channel between the two rules that differ most, of those that give away every order.

    Returns
    -------
    The Estimate [share 0-1], and the two rules; NaN and empty names where there are fewer than two rules or no order.

    Formula: half of the sum over channels of |orders by one rule - orders by the other| / orders.
    """
    check_level(level)
    rules = [rule for rule in found.value if rule in SHARING and np.isfinite(found.value[rule]).all()]
    pairs = [(a, b) for at, a in enumerate(rules) for b in rules[at + 1 :]]
    if not pairs or not found.n_orders:
        return Estimate(np.nan, np.nan, np.nan, level, found.n_orders), "", ""
    apart = {pair: _apart(*(found.value[rule][None, :] for rule in pair))[0] for pair in pairs}
    a, b = max(pairs, key=lambda pair: apart[pair])
    drawn = _apart(found.draws[a], found.draws[b])[:, None]
    low, high = bounds(drawn, np.array([apart[a, b]]), level=level)
    return Estimate(float(apart[a, b]), float(low[0]), float(high[0]), level, found.n_orders), a, b


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    total = one.sum(axis=1)
    return np.abs(one - other).sum(axis=1) / 2 / np.where(total > 0, total, np.nan)


def _functions(
    paths: Paths, rules: Sequence[str], direct: Sequence[str]
) -> tuple[dict[str, Callable], tuple[str, ...]]:
    """By rule, the function of journeys and orders by path and draw that gives orders by draw and channel."""
    made, guards = {}, []
    for rule in rules:
        if rule in SPLITTING:
            if rule == "time_decay" and paths.aged is None:
                continue
            share = weights(paths, rule, direct=direct).T.tocsr()
            made[rule] = lambda n, converted, share=share: (share @ converted).T
        elif rule == "markov":
            counts = counts_of(paths)
            made[rule] = lambda n, converted, counts=counts: markov(counts, n, converted)
        else:
            sets = sets_of(paths)
            if guard := refusal(sets):
                guards.append(guard)
                continue
            made[rule] = lambda n, converted, sets=sets: exposure(sets, n, converted)
    return made, tuple(guards)


def _redrawn(paths: Paths, rng: np.random.Generator, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Journeys and orders by path and draw."""
    made = []
    for expected in (paths.converted, paths.n - paths.converted):
        at = np.flatnonzero(expected)
        drawn = np.zeros((len(expected), draws))
        drawn[at] = rng.poisson(expected[at, None], (len(at), draws))
        made.append(drawn)
    return made[0] + made[1], made[0]
