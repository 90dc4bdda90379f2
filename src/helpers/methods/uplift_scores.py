"""Scores that rank units by the effect a treatment is expected to have on them, each made by models that did not see the unit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.errors import DataError
from helpers.i18n import mark, said

RIDGE = 1.0  # pulls coefficients of standardised features towards 0, as scikit-learn's C = 1
FEWEST = 30  # units of a word below which it joins the others
STEPS, NEAR = 50, 1e-9
TOO_FEW = mark("{n} units of one group answered; a score from {folds} folds needs at least as many as folds.")
TOO_MANY = mark(
    "{n} units of one group did not answer; a score from {folds} folds needs at least as many as folds."
)


def design(features: pd.DataFrame) -> np.ndarray:
    """Features as numbers, one column a feature or a word of one, each with mean 0 and standard deviation 1.

    A missing number is the median, with a column that says so; words of fewer than 30 units count as one word. A column that
    does not vary is left out.
    """
    columns: list[np.ndarray] = []
    for name in features:
        values = features[name]
        if pd.api.types.is_numeric_dtype(values):
            numbers = values.to_numpy(dtype=float, na_value=np.nan)
            gone = ~np.isfinite(numbers)
            middle = np.median(numbers[~gone]) if (~gone).any() else 0.0
            columns += [np.where(gone, middle, numbers), gone.astype(float)]
            continue
        words = values.astype("string").fillna("")
        sizes = words.value_counts()
        rare = words.isin(sizes.index[sizes < FEWEST])
        columns += [(words == word).to_numpy(dtype=float) for word in sorted(sizes.index[sizes >= FEWEST])]
        columns.append(rare.to_numpy(dtype=float))
    table = np.column_stack(columns) if columns else np.zeros((len(features), 0))
    spread = table.std(axis=0) if len(table) else np.zeros(table.shape[1])
    keep = spread > 0
    return (table[:, keep] - table[:, keep].mean(axis=0)) / spread[keep]


def two_models(
    features: pd.DataFrame, treated, outcome, *, folds: int = 5, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Expected effect on each unit: chance to answer if treated less chance if not, from two logistic models.

    Parameters
    ----------
    features : one row a unit, known before the treatment; numbers or words.
    treated, outcome : arm and answer (0 or 1) of each unit.
    folds, seed : a unit's score comes from models fitted without its fold. Folds are drawn inside arm and answer.

    Returns
    -------
    (score, fold) of each unit: score [difference of chances, -1 to 1].

    Raises
    ------
    DataError : an outcome is not 0 or 1, or fewer than `folds` units of an arm answered, or did not.

    Formula: expit(x b_t) - expit(x b_c), b by maximum likelihood with a ridge of 1 on standardised features.
    Source: the T-learner of Künzel et al. (2019), PNAS 116(10).
    """

    def fit(x: np.ndarray, t: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        mailed, left = logistic(x[t], y[t]), logistic(x[~t], y[~t])
        return lambda new: _chance(new, mailed) - _chance(new, left)

    return _out_of_fold(fit, features, treated, outcome, folds, seed)


def response_model(
    features: pd.DataFrame, treated, outcome, *, folds: int = 5, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Chance to answer if treated, which ranks by who answers and not by whom the treatment moves; as `two_models`."""

    def fit(x: np.ndarray, t: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        mailed = logistic(x[t], y[t])
        return lambda new: _chance(new, mailed)

    return _out_of_fold(fit, features, treated, outcome, folds, seed)


def class_transformation(
    features: pd.DataFrame, treated, outcome, *, folds: int = 5, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Expected effect from one model of "answered if treated, silent if not"; as `two_models`.

    Formula: 2 P(Z = 1 | x) - 1, Z = y t + (1 - y)(1 - t), each unit weighing the inverse of its arm's share.
    Source: Jaśkowski & Jaroszewicz (2012), Uplift modeling for clinical trial data.
    """

    def fit(x: np.ndarray, t: np.ndarray, y: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        weight = np.where(t, 0.5 / t.mean(), 0.5 / (1 - t.mean()))
        model = logistic(x, (y == t).astype(float), weight=weight)
        return lambda new: 2 * _chance(new, model) - 1

    return _out_of_fold(fit, features, treated, outcome, folds, seed)


def score_others(
    features: pd.DataFrame, treated, outcome, others: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Expected effect, by two models of all units of an experiment, on these units and on others like them.

    Parameters
    ----------
    features, treated, outcome : of the experiment, as `two_models`.
    others : units outside it, the same columns.

    Returns
    -------
    (score of the experiment's units, score of the others), on one scale; the first are not out of fold and only tell where in the
    ranking an other unit stands.
    """
    t, y = np.asarray(treated, dtype=bool), np.asarray(outcome, dtype=float)
    x = design(pd.concat([features, others[list(features)]], ignore_index=True))
    n = len(features)
    mailed, left = logistic(x[:n][t], y[t]), logistic(x[:n][~t], y[~t])
    score = _chance(x, mailed) - _chance(x, left)
    return score[:n], score[n:]


def logistic(x: np.ndarray, y: np.ndarray, *, weight: np.ndarray | None = None) -> np.ndarray:
    """Coefficients of a ridge logistic regression, the intercept first and without ridge.

    Formula: Newton steps, halved while they do not lower the penalised deviance, to a gradient of 1e-9 a unit.
    """
    weight = np.ones(len(y)) if weight is None else weight
    table = np.column_stack([np.ones(len(y)), x])
    ridge = np.r_[0.0, np.full(x.shape[1], RIDGE)]

    def loss(b: np.ndarray) -> float:
        z = table @ b
        return float(weight @ (np.logaddexp(0, z) - y * z) + ridge @ b**2 / 2)

    b = np.zeros(table.shape[1])
    now = loss(b)
    for _ in range(STEPS):
        chance = expit(table @ b)
        slope = table.T @ (weight * (chance - y)) + ridge * b
        if np.abs(slope).max() < NEAR * len(y):
            break
        bend = (table * (weight * chance * (1 - chance))[:, None]).T @ table + np.diag(ridge)
        step = np.linalg.lstsq(bend, slope, rcond=None)[0]
        size = 1.0
        while (then := loss(b - size * step)) > now and size > NEAR:
            size /= 2
        b, now = b - size * step, min(then, now)
        if size <= NEAR:
            break
    return b


def _chance(x: np.ndarray, b: np.ndarray) -> np.ndarray:
    return expit(b[0] + x @ b[1:])


def _out_of_fold(fit, features, treated, outcome, folds: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores of models fitted without the unit's fold, and the folds."""
    t, y = np.asarray(treated, dtype=bool), np.asarray(outcome, dtype=float)
    if not len(features) == len(t) == len(y):
        raise ValueError(
            f"one arm and outcome a unit: {len(features)} rows, {len(t)} arms, {len(y)} outcomes"
        )
    if not np.isin(y, (0.0, 1.0)).all():
        raise DataError("uplift: an outcome is not 0 or 1; give whether each unit answered, not how much.")
    fold = np.empty(len(y), dtype=np.int64)
    rng = np.random.default_rng(seed)
    for arm in (True, False):
        for answer, wanted in ((1.0, TOO_FEW), (0.0, TOO_MANY)):
            some = np.flatnonzero((t == arm) & (y == answer))
            if len(some) < folds:
                raise DataError(said(wanted, n=len(some), folds=folds))
            fold[rng.permutation(some)] = np.arange(len(some)) % folds
    x, score = design(features), np.empty(len(y))
    for k in range(folds):
        out = fold == k
        score[out] = fit(x[~out], t[~out], y[~out])(x[out])
    return score, fold
