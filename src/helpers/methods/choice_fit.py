"""The conditional logit of choice tasks: coefficients with errors that know who answered several tasks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.choice_coding import Coded
from helpers.methods.choice_newton import Found, maximum

FEWEST = 30  # people; under it nothing but counts is told


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted conditional logit.

    names, coefficients : column and its coefficient [utility a unit]; NaN where it cannot be told.
    covariance : clustered by person, the one to use; covariance_iid : as if each task were another person. NaN where a coefficient is.
    loglik, loglik_null : at the maximum and with all alternatives alike.
    n_choices, n_people : tasks and people. guards : what to know first; "cannot tell: …" of a coefficient that has none.
    """

    names: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    covariance_iid: np.ndarray
    loglik: float
    loglik_null: float
    n_choices: int
    n_people: int
    guards: tuple[Said, ...]

    @property
    def errors(self) -> np.ndarray:
        """Standard errors, clustered by person."""
        return np.sqrt(np.diag(self.covariance))

    def at(self, name: str) -> float:
        """Coefficient of a column; NaN where it cannot be told or is not there."""
        return float(self.coefficients[self.names.index(name)]) if name in self.names else float("nan")


def fit(data: Coded | pd.DataFrame, *, chosen=None, task=None, person=None, weight=None) -> Fit:
    """Fit a conditional logit by maximum likelihood.

    Parameters
    ----------
    data : `Coded`; or a frame row x column, with the arrays below beside it.
    chosen : true or 1 for the chosen row of each task. task : any code of the choice situation. person : whoever answers it; none
        takes each task for another person. weight : of the row's person.

    Returns
    -------
    Fit. A column that never varies within a task, that the ones before it explain wholly, or that separates (nobody, or everybody,
    chose it) has no coefficient and is named in the guards; the others are what they are in the limit.

    Raises
    ------
    DataError : a number is missing, a task has no choice or several, or a weight is negative, differs within a task, or all are 0.

    Formula: P(i) = exp(x_i b) / sum over the task of exp(x_j b); Newton with H = X'PX - sum x̄x̄'; clustered covariance
        H⁻¹ [G / (G - 1) sum over people of s s'] H⁻¹, s the sum of the person's scores.
    Source: McFadden (1974), in Frontiers in Econometrics; Liang & Zeger (1986), Biometrika 73.
    """
    guards: tuple[Said, ...] = ()
    if isinstance(data, Coded):
        chosen, task, person, weight = data.chosen, data.task, data.person, data.weight
        guards, data = data.guards, data.design
    x, chosen, task, person, weight = arrays(data, chosen, task, person, weight)
    found = maximum(x, chosen, task, weight)
    names = tuple(str(name) for name in data.columns)
    of_task = person[chosen]  # rows lie task by task
    n_people = int(person.max()) + 1
    summed = np.zeros((n_people, len(found.kept)))
    np.add.at(summed, of_task, found.scores)
    factor = n_people / (n_people - 1) if n_people > 1 else np.nan
    clustered = factor * found.bread @ (summed.T @ summed) @ found.bread
    return Fit(
        names, found.coefficients, _spread(clustered, found), _spread(found.bread, found),
        found.loglik, found.loglik_null, len(found.scores), n_people, (*guards, *_faults(names, found)),
    )  # fmt: skip


def arrays(frame, chosen, task, person, weight):
    """Return x, chosen, task, person and weight, sorted by task, with codes from 0; DataError as `fit`."""
    if chosen is None or task is None:
        raise ValueError("fit: give chosen and task beside a frame, or the result of `coded`")
    x = frame.to_numpy(dtype=float)
    if not len(x):
        raise DataError("choices: there is no task. Load a study with answers first.")
    if not np.isfinite(x).all():
        at = int(np.argwhere(~np.isfinite(x))[0, 1])
        raise DataError(f"choices: the column {frame.columns[at]} has values that are missing or without end. Fill them, or leave out their tasks.")  # fmt: skip
    task = pd.factorize(np.asarray(task), sort=True)[0]
    person = task if person is None else pd.factorize(np.asarray(person), sort=True)[0]
    weight = np.ones(len(x)) if weight is None else np.asarray(weight, dtype=float)
    order = np.argsort(task, kind="stable")
    chosen = np.asarray(chosen).astype(bool)[order]
    x, task, person, weight = x[order], task[order], person[order], weight[order]
    times = np.bincount(task, weights=chosen)
    if (times != 1).any():
        raise DataError(
            f"choices: {int((times != 1).sum())} of {len(times)} tasks have no choice or several. Leave them out, or add none."
        )
    alike = np.bincount(task, weights=weight) / np.bincount(task)
    if not np.isfinite(weight).all() or (weight < 0).any() or weight.sum() <= 0 or not np.allclose(alike[task], weight):  # fmt: skip
        raise DataError("choices: weights are missing, negative, all 0, or differ within a task. Mend the weights, or leave them out.")  # fmt: skip
    return x, chosen, task, person, weight


def _spread(matrix: np.ndarray, found: Found) -> np.ndarray:
    """A matrix of the columns that stayed in, with NaN in the rows and columns of what cannot be told."""
    size = len(found.coefficients)
    made = np.full((size, size), np.nan)
    made[np.ix_(found.kept, found.kept)] = matrix
    there = np.isfinite(found.coefficients)
    return np.where(there[:, None] & there, made, np.nan)


def _faults(names: tuple[str, ...], found: Found) -> list[Said]:
    made = []
    if found.endless.any():
        reason = said(
            "nobody or everybody chose by {columns} where it differed, so its worth has no finite value",
            columns=in_words(names, found.endless),
        )
        made.append(said("cannot tell: {reason}", reason=reason))
    if found.tangled.any():
        reason = said(
            "{columns}: the worth cannot be told apart; it never differs within a task, or only together with others",
            columns=in_words(names, found.tangled),
        )
        made.append(said("cannot tell: {reason}", reason=reason))
    return made


def in_words(names: tuple[str, ...], which: np.ndarray) -> str:
    """Columns as a reader sees them: attribute and level."""
    return ", ".join(name.replace(": ", " ") for name, there in zip(names, which, strict=True) if there)
