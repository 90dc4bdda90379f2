"""One action a person, or none: the best that is allowed, as far as the money goes."""

from __future__ import annotations

import numpy as np


def best_actions(value, *, cost, budget: float = np.inf) -> np.ndarray:
    """Choose one action a person so that the expected value is highest within a budget.

    Parameters
    ----------
    value : expected money of each action for each person, [person, action], its cost taken off; NaN where it is not allowed.
    cost : money that each action takes, 0 or more.
    budget : money for all of them together.

    Returns
    -------
    Position of each person's action, -1 for none. Nobody gets an action that is expected to lose money.

    Raises
    ------
    ValueError : shapes that do not fit, a cost or a budget below 0.

    Formula: each person's best action, people in the order of value per cost, until the next one does not fit; ties in the order
        given. This is the best choice where all actions cost the same; where they do not, it loses at most what the first
        person who did not fit would have brought, as long as the dearer action of a person is also the better one.
    Source: Dantzig (1957), Discrete-variable extremum problems, Operations Research 5(2).
    """
    money, price = np.asarray(value, dtype=float), np.asarray(cost, dtype=float)
    if money.ndim != 2 or price.shape != money.shape[1:]:
        raise ValueError(
            f"value must be [person, action] with one cost an action, not {money.shape}, {price.shape}"
        )
    if not (np.isfinite(price).all() and (price >= 0).all()) or not budget >= 0:
        raise ValueError(f"costs and budget must be 0 or more, not {price.tolist()} and {budget!r}")
    n, actions = money.shape
    if not n or not actions:
        return np.full(n, -1)
    known = np.where(np.isnan(money), -np.inf, money)
    best = known.argmax(axis=1)
    gain = known[np.arange(n), best]
    spent = price[best]
    rate = np.divide(gain, spent, out=np.full(n, np.inf), where=spent > 0)
    order = np.argsort(-rate, kind="stable")
    order = order[gain[order] > 0]
    fits = np.cumsum(spent[order]) <= budget * (1 + 1e-12)
    chosen = np.full(n, -1)
    chosen[order[fits]] = best[order[fits]]
    return chosen
