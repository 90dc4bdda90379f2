"""Do two sets of classes agree, and how few questions tell a person's class?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import linear_sum_assignment

from helpers.errors import DataError
from helpers.methods import latent_em as em
from helpers.methods.intervals import Estimate, wilson
from helpers.methods.latent import Classes

FOLDS = 5
FEWEST_ITEMS, MOST_ITEMS = 3, 5
WORTH = 0.02  # fall of the error that one more question has to bring


class Agreement(NamedTuple):
    """Share of people who stay in the class that matches theirs, and for each class of the first set the match in the second (-1: none)."""

    stays: Estimate
    match: np.ndarray


def agreement(first: np.ndarray, second: np.ndarray, *, level: float = 0.90) -> Agreement:
    """Agreement of two sets of classes of the same people, under the matching of classes that agrees best.

    Parameters
    ----------
    first, second : memberships [person, class] of the same people; numbers of classes may differ. A person counts where likeliest.

    Raises
    ------
    DataError : not the same number of people, or nobody.

    Formula: largest sum of matched cells of the cross-table / people; Wilson interval.
    Source: Kuhn (1955), Naval Research Logistics Quarterly 2, for the matching.
    """
    if len(first) != len(second) or not len(first):
        raise DataError(f"agreement: {len(first)} and {len(second)} people. Compare the same people, one or more.")  # fmt: skip
    a, b = first.argmax(axis=1), second.argmax(axis=1)
    crossed = np.zeros((first.shape[1], second.shape[1]))
    np.add.at(crossed, (a, b), 1)
    rows, columns = linear_sum_assignment(-crossed)
    kept = float(crossed[rows, columns].sum())
    low, high = wilson(kept, len(a), level=level)
    match = np.full(first.shape[1], -1)
    match[rows] = columns
    return Agreement(Estimate(kept / len(a), low, high, level, len(a)), match)


class Typing(NamedTuple):
    """A short questionnaire: its items in the order in which they help, its error on people who did not choose it, and that of always
    naming the largest class; errors : by number of items, from one on."""

    items: tuple[str, ...]
    error: Estimate
    naive: Estimate
    errors: tuple[float, ...]


def typing_tool(classes: Classes, *, most: int = MOST_ITEMS, folds: int = FOLDS, seed: int = 0, level: float = 0.90) -> Typing:  # fmt: skip
    """The few items that tell the class that all items tell.

    Parameters
    ----------
    classes : as `latent.fit` made them. most : items at most; at least 3, then as long as one more lowers the error by 2 points.

    Returns
    -------
    Typing. Error: share of people whom the short questionnaire places elsewhere than the whole one, each judged by classes and items that
    were found without them.

    Raises
    ------
    ValueError : fewer than two classes, or `most` below 3.
    """
    if len(classes.sizes) < 2 or most < FEWEST_ITEMS:
        raise ValueError(f"typing_tool: needs two classes and {FEWEST_ITEMS} items or more")
    most = min(most, len(classes.items))
    data, rng = classes.data, np.random.default_rng(seed)
    fold = rng.permutation(classes.n) % folds
    wrong, naive = np.zeros(most), 0.0
    for at in range(folds):
        weight = np.bincount(data.pattern[fold != at], minlength=data.hot.shape[1]).astype(float)
        test = np.bincount(data.pattern[fold == at], minlength=data.hot.shape[1]).astype(float)
        found = em.climb(classes.found, data, weight=weight[None], settled=1e-4)
        full = em.joint(found.chances, found.sizes, data.hot)[0][0].argmax(axis=0)
        order = _greedy(found, classes, full, weight, most)
        wrong += [test @ (_placed(found, classes, order[: k + 1]) != full) for k in range(most)]
        naive += test @ (full != found.sizes[0].argmax())
    full = em.joint(classes.found.chances, classes.found.sizes, data.hot)[0][0].argmax(axis=0)
    order = _greedy(classes.found, classes, full, data.weight, most)
    k = _enough(wrong / classes.n)
    made = [_estimate(one, classes.n, level) for one in (wrong[k - 1], naive)]
    return Typing(tuple(classes.items[i] for i in order[:k]), made[0], made[1], tuple((wrong / classes.n).tolist()))  # fmt: skip


def _enough(errors: np.ndarray) -> int:
    """Number of items after which one more does not pay."""
    k = min(FEWEST_ITEMS, len(errors))
    while k < len(errors) and errors[k - 1] - errors[k] >= WORTH:
        k += 1
    return k


def _estimate(wrong: float, n: int, level: float) -> Estimate:
    low, high = wilson(wrong, n, level=level)
    return Estimate(wrong / n, low, high, level, n)


def _greedy(found: em.Found, classes: Classes, full: np.ndarray, weight: np.ndarray, most: int) -> list[int]:
    """Items, each the one that lowers the error most beside those before it."""
    order: list[int] = []
    while len(order) < most:
        left = [i for i in range(len(classes.items)) if i not in order]
        lost = [weight @ (_placed(found, classes, [*order, i]) != full) for i in left]
        order.append(left[int(np.argmin(lost))])
    return order


def _placed(found: em.Found, classes: Classes, items: Sequence[int]) -> np.ndarray:
    """Class of each pattern when only some items are asked."""
    used = np.isin(classes.data.item, items)
    logs = np.log(found.chances[0][:, used]) @ classes.data.hot[used] + np.log(np.maximum(found.sizes[0], em.FLOOR))[:, None]  # fmt: skip
    return logs.argmax(axis=0)
