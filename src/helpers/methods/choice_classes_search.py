"""The likelihood of a latent-class logit with its slope, the search from many starts, and errors by person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from helpers.methods.choice_coding import Coded

APART = 0.8  # deviation of a start's tastes from those of everybody, in units of a column's spread
STEP = 1e-5  # of a scaled parameter, for the curvature
ENDLESS = 25.0  # of a scaled coefficient


@dataclass(frozen=True, eq=False)
class Problem:
    """Rows less the chosen row of their task, scaled; starts of tasks; person of each task, weight of each person, and the scale.

    expand : matrix from parameters to scaled worths [class by class], then log-odds; a column that does not vary has one parameter.
    """

    ahead: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray
    person: np.ndarray
    weight: np.ndarray
    scale: np.ndarray
    classes: int
    expand: np.ndarray

    @property
    def columns(self) -> int:
        """Number of columns of the design."""
        return len(self.scale)

    def parts(self, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Worths [class, column] in units of the data, and sizes."""
        return self._scaled(found) / self.scale, np.exp(self._log_sizes(found))

    def members(self, found: np.ndarray) -> tuple[float, np.ndarray]:
        """Log-likelihood, and the chance of each person to be of each class."""
        _, own = self._chances(self._scaled(found))
        joint = own + self._log_sizes(found)
        total = logsumexp(joint, axis=1)
        return float(self.weight @ total), np.exp(joint - total[:, None])

    def loss(self, found: np.ndarray) -> tuple[float, np.ndarray]:
        """Negative log-likelihood and its slope."""
        p, own = self._chances(self._scaled(found))
        logs = self._log_sizes(found)
        joint = own + logs
        total = logsumexp(joint, axis=1)
        share = np.exp(joint - total[:, None]) * self.weight[:, None]
        slope = self.ahead.T @ (p * np.repeat(share[self.person], self.sizes, axis=0))  # [column, class]
        odds = share.sum(axis=0) - self.weight.sum() * np.exp(logs)
        return -float(self.weight @ total), np.r_[slope.T.ravel(), -odds[1:]] @ self.expand

    def scores(self, found: np.ndarray) -> np.ndarray:
        """Slope of the log-likelihood of each person [person, parameter]."""
        p, _ = self._chances(self._scaled(found))
        _, share = self.members(found)
        sizes, made = self.parts(found)[1], []
        for kind in range(self.classes):
            of_task = np.add.reduceat(self.ahead * p[:, [kind]], self.starts, axis=0)
            summed = np.zeros((len(self.weight), self.columns))
            np.add.at(summed, self.person, of_task)
            made.append(-summed * share[:, [kind]])
        return np.hstack([*made, (share - sizes)[:, 1:]]) * self.weight[:, None] @ self.expand

    def _log_sizes(self, found: np.ndarray) -> np.ndarray:
        odds = np.r_[0.0, (self.expand @ found)[self.classes * self.columns :]]
        return odds - logsumexp(odds)

    def _scaled(self, found: np.ndarray) -> np.ndarray:
        whole = self.expand @ found
        return whole[: self.classes * self.columns].reshape(self.classes, self.columns)

    def _chances(self, worths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Chance of each row [row, class], and log chance of all that each person chose [person, class]."""
        u = self.ahead @ worths.T
        top = np.maximum.reduceat(u, self.starts, axis=0)
        e = np.exp(u - np.repeat(top, self.sizes, axis=0))
        total = np.add.reduceat(e, self.starts, axis=0)
        chosen = -(np.log(total) + top)
        own = np.column_stack([np.bincount(self.person, weights=one, minlength=len(self.weight)) for one in chosen.T])  # fmt: skip
        return e / np.repeat(total, self.sizes, axis=0), own


def problem_of(data: Coded, classes: int, varying: list[int]) -> Problem:
    """The tasks as differences from what was chosen; the columns at `varying` have a worth in each class."""
    x = data.design.to_numpy()
    starts = np.flatnonzero(np.r_[True, data.task[1:] != data.task[:-1]])
    sizes = np.diff(np.r_[starts, len(x)])
    ahead = x - np.repeat(x[data.chosen], sizes, axis=0)
    scale = np.sqrt((ahead**2).mean(axis=0))
    weight = np.zeros(data.n_people)
    weight[data.person] = data.weight
    return Problem(
        ahead / scale,
        starts,
        sizes,
        data.person[starts],
        weight,
        scale,
        classes,
        _expand(len(scale), classes, varying),
    )


def _expand(columns: int, classes: int, varying: list[int]) -> np.ndarray:
    fixed = [k for k in range(columns) if k not in varying]
    size = len(fixed) + classes * len(varying)
    made = np.zeros((classes * columns + classes - 1, size + classes - 1))
    for kind in range(classes):
        for at, k in enumerate(fixed):
            made[kind * columns + k, at] = 1.0
        for at, k in enumerate(varying):
            made[kind * columns + k, len(fixed) + kind * len(varying) + at] = 1.0
    made[classes * columns :, size:] = np.eye(classes - 1)
    return made


def best_of(
    problem: Problem, everybody: np.ndarray, *, starts: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The best maximum, and the negative log-likelihood that each start has reached."""
    rng, made = np.random.default_rng(seed), []
    for _ in range(starts):
        noise = rng.normal(0, APART, (problem.classes, problem.columns))
        whole = np.r_[(everybody * problem.scale + noise).ravel(), np.zeros(problem.classes - 1)]
        first = whole @ problem.expand / problem.expand.sum(axis=0)
        made.append(minimize(problem.loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 400, "ftol": 1e-10, "maxcor": 20}))  # fmt: skip
    values = np.array([one.fun for one in made])
    best = minimize(
        problem.loss, made[int(values.argmin())].x, jac=True, method="BFGS", options={"gtol": 1e-6}
    )
    return best.x, np.r_[
        values[: values.argmin()], min(best.fun, values.min()), values[values.argmin() + 1 :]
    ]


def errors_of(problem: Problem, found: np.ndarray) -> tuple[np.ndarray, bool]:
    """Covariance of worths in units of the data and of the log-odds, clustered by person; and whether there is a proper maximum."""
    size = len(found)
    curve = np.empty((size, size))
    for k in range(size):
        up, down = found.copy(), found.copy()
        up[k], down[k] = up[k] + STEP, down[k] - STEP
        curve[k] = (problem.loss(up)[1] - problem.loss(down)[1]) / (2 * STEP)
    curve = (curve + curve.T) / 2
    scores, n = problem.scores(found), len(problem.weight)
    values, vectors = np.linalg.eigh(curve)
    sound = bool(values[0] > 1e-3) and bool(np.abs(problem.parts(found)[0] * problem.scale).max() < ENDLESS)
    bread = (vectors / np.maximum(values, 1e-3)) @ vectors.T
    unit = np.r_[np.tile(problem.scale, problem.classes), np.ones(problem.classes - 1)]
    turn = problem.expand / unit[:, None]
    return turn @ (n / (n - 1) * bread @ (scores.T @ scores) @ bread) @ turn.T, sound
