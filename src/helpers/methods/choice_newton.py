"""The conditional logit by exact Newton steps, on columns brought to one scale; what has no finite answer is found first."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog

from helpers.errors import DataError

STEPS = 60
DONE = 1e-13  # of the Newton decrement, against the log-likelihood
FLAT = 1e-6  # curvature left, against that at the start, from which a coefficient may have no end
SAME = 1e-9  # share of a column's spread that the others leave unexplained
JOINED = 1e-5  # coefficient from which a column takes part in explaining another


class Found(NamedTuple):
    """Coefficients [column], NaN where there is none; bread: inverse information of the columns `kept`; scores [task, kept]."""

    coefficients: np.ndarray
    bread: np.ndarray
    scores: np.ndarray
    kept: np.ndarray
    loglik: float
    loglik_null: float
    endless: np.ndarray
    tangled: np.ndarray


def maximum(x: np.ndarray, chosen: np.ndarray, task: np.ndarray, weight: np.ndarray) -> Found:
    """Maximum of the weighted log-likelihood; rows lie task by task.

    Returns
    -------
    Found; `endless` are columns whose coefficient runs away (separation), `tangled` those that never vary within a task or whose
    effect cannot be parted from that of others. They have no coefficient; the others are what they are in the limit.
    """
    null = -float(np.sum(weight[chosen] * np.log(np.bincount(task))))
    rows, tangled = np.ones(len(x), dtype=bool), None
    while True:
        kept, lost, centred, scale = _kept(x[rows], task[rows])
        tangled = lost if tangled is None else tangled
        part = centred, chosen[rows], task[rows], weight[rows]
        found = _climb(*part, patient=False)
        gone = None if found is not None else _runaway(*part[:3])
        if gone is None:
            found = found if found is not None else _climb(*part, patient=True)
            break
        rows[np.flatnonzero(rows)[gone]] = False
    beta, information, scores, loglik = found
    made = np.full(x.shape[1], np.nan)
    made[kept] = beta / scale
    made[lost] = np.nan
    all_scores = np.zeros((int(task.max()) + 1, len(beta)))
    all_scores[np.unique(task[rows])] = scores * scale
    bread = np.linalg.inv(information) / np.outer(scale, scale)
    return Found(made, bread, all_scores, np.flatnonzero(kept), loglik, null, lost & ~tangled, tangled)


def _starts(task: np.ndarray) -> np.ndarray:
    return np.flatnonzero(np.r_[True, task[1:] != task[:-1]])


def _kept(x: np.ndarray, task: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Columns that stay in, columns that cannot be told, those that stay less their mean in each task over their spread, the spread.

    Of columns that go together all but one stay in, so that the rest is fitted; none of them can be told.
    """
    starts = _starts(task)
    sizes = np.diff(np.r_[starts, len(x)])
    centred = x - np.repeat(np.add.reduceat(x, starts, axis=0) / sizes[:, None], sizes, axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    kept = spread > SAME * np.abs(x).max(axis=0, initial=0.0)
    lost, z = ~kept, centred / np.where(kept, spread, 1.0)
    gram = z.T @ z / len(x)
    for at in np.flatnonzero(kept):
        before = np.flatnonzero(kept[:at])
        solved = np.linalg.solve(gram[np.ix_(before, before)], gram[before, at])
        if gram[at, at] - gram[before, at] @ solved <= SAME:
            kept[at], lost[at] = False, True
            lost[before[np.abs(solved) > JOINED]] = True
    return kept, lost, z[:, kept], spread[kept]


def _climb(x, chosen, task, weight, *, patient: bool):
    """Newton from 0, halving a step that loses; None where the likelihood grows flat, unless patient."""
    starts = _starts(task)
    sizes = np.diff(np.r_[starts, len(x)])
    wide, of_task = np.repeat(np.arange(len(starts)), sizes), weight[starts]
    beta, at_start = np.zeros(x.shape[1]), None
    now = _value(x, chosen, starts, sizes, of_task, beta)
    for _ in range(STEPS):
        p = now[1]
        mean = np.add.reduceat(x * p[:, None], starts, axis=0)
        scores = (x[chosen] - mean) * of_task[:, None]
        information = (x * (p * of_task[wide])[:, None]).T @ x - (mean * of_task[:, None]).T @ mean
        gradient = scores.sum(axis=0)
        if at_start is None:
            at_start = _root(information)
        flat = np.linalg.eigvalsh(at_start @ information @ at_start.T)[0] if len(beta) else 1.0
        if not patient and flat < FLAT:
            return None
        step = np.linalg.solve(information, gradient)
        if gradient @ step <= DONE * max(1.0, abs(now[0])):
            return beta + step, information, scores, now[0]
        size = 1.0
        while (tried := _value(x, chosen, starts, sizes, of_task, beta + size * step))[0] < now[0]:
            size /= 2
            if size < 1e-8:
                return beta, information, scores, now[0]
        beta, now = beta + size * step, tried
    if not patient:
        return None
    raise DataError(
        "choices: the model finds no maximum. Leave out an attribute whose levels hardly ever differ within a task."
    )


def _value(x, chosen, starts, sizes, of_task, beta) -> tuple[float, np.ndarray]:
    """Log-likelihood, and the chance of each row."""
    u = x @ beta
    u -= np.repeat(np.maximum.reduceat(u, starts), sizes)
    e = np.exp(u)
    total = np.add.reduceat(e, starts)
    return float(np.sum(of_task * (u[chosen] - np.log(total)))), e / np.repeat(total, sizes)


def _root(information: np.ndarray) -> np.ndarray:
    """A matrix that turns the information at the start into the identity."""
    if not len(information):
        return information
    values, vectors = np.linalg.eigh(information)
    return (vectors / np.sqrt(np.maximum(values, 1e-300))).T


def _runaway(x: np.ndarray, chosen: np.ndarray, task: np.ndarray) -> np.ndarray | None:
    """Rows that a direction in which the likelihood never falls leaves without a chance; None where there is no such direction.

    Source: Albert & Anderson (1984), Biometrika 71; the linear programme of Konis (2007).
    """
    ahead = np.repeat(x[chosen], np.diff(np.r_[_starts(task), len(x)]), axis=0) - x
    others = ahead[~chosen]
    made = linprog(-others.sum(axis=0), A_ub=-others, b_ub=np.zeros(len(others)), bounds=(-1, 1), method="highs")  # fmt: skip
    if not made.success:
        return None
    gains = ahead @ made.x
    lost = ~chosen & (gains > 1e-7)
    return lost if lost.any() else None
