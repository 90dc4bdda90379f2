"""A chance for each case, from what is known of it: two learners compete out of fold, and the better one is calibrated.

`scoring_measures` says how good chances are, `scoring_groups` whether they treat groups alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from threadpoolctl import threadpool_limits

from helpers.errors import DataError
from helpers.i18n import said
from helpers.methods.scoring_groups import group_gaps
from helpers.methods.scoring_learners import LEARNERS, checked, n_parameters, plain
from helpers.methods.scoring_measures import (
    CERTAIN,
    auc,
    brier,
    brier_skill,
    calibration_line,
    calibration_table,
    lift_table,
)

__all__ = [
    "Classifier", "auc", "brier", "brier_skill", "calibrated_classifier", "calibration_line", "calibration_table",
    "group_gaps", "lift_table", "predicted",
]  # fmt: skip

FOLDS = 5
EVENTS_A_PARAMETER = 10  # Peduzzi et al. (1996), Journal of Clinical Epidemiology 49
FEWEST_EVENTS = 30
MOST_ROWS = 200_000  # more teach the learners nothing that would change a decision


@dataclass(frozen=True, eq=False)
class Classifier:
    """Learners that competed, and the one that won.

    table : one row each of "logistic", "boosting" and "base rate": learner, brier, skill, skill_low, skill_high [against the
        base rate], auc, auc_low, auc_high, intercept, slope [of calibration], lift [of the top tenth], is_chosen. All out of fold.
    probability : chance of each case that none of its own outcome went into, on the index of `features`.
    base_rate, n, n_events, n_parameters, n_needed : of the training data; the parameters are those of the encoded features.
    guards : what to tell a reader, in plain language; empty when nothing is wrong.

    Where there are too few events the table is empty, every chance is NaN and the first guard starts with "cannot tell".
    """

    table: pd.DataFrame
    probability: pd.Series
    base_rate: float
    n: int
    n_events: int
    n_parameters: int
    n_needed: int
    guards: tuple[str, ...]
    learner: Pipeline | None = None
    line: tuple[float, float] = (0.0, 1.0)

    @property
    def chosen(self) -> str:
        """Name of the learner that won; empty where nothing can be told."""
        return str(self.table.loc[self.table["is_chosen"], "learner"].iloc[0]) if len(self.table) else ""


COLUMNS = (
    "learner", "brier", "skill", "skill_low", "skill_high", "auc", "auc_low", "auc_high", "intercept", "slope", "lift",
    "is_chosen",
)  # fmt: skip


def calibrated_classifier(features: pd.DataFrame, target: pd.Series, *, seed: int) -> Classifier:
    """Chance of an event from features: logistic regression and gradient boosting compete on the out-of-fold Brier score.

    Parameters
    ----------
    features : one row a case, with a unique index; numbers, bools and text, which may have gaps. Columns that are the same for
        everyone are left out.
    target : what came, 0 or 1 (or bool), on the same index.
    seed : of the folds and of the learners; the same seed gives the same chances, in whatever order the rows stand.

    Returns
    -------
    Classifier. Each fold is scored by a learner that has not seen it, and corrected by a line on the logit scale that has not
    seen it either; the learner that is used on new cases (`predicted`) has seen all of them.

    Raises
    ------
    DataError : the two have different cases, a case stands twice, a number is infinite, or a target is neither 0 nor 1.

    Formula: P = expit(a + b logit(score)), with a and b from the out-of-fold scores.
    Source: Platt (1999) for the line; Niculescu-Mizil & Caruana (2005), ICML, for why boosting needs it.
    """
    x, y = checked(features, target)
    n, n_events = len(y), int(y.sum())
    if n > MOST_ROWS:
        kept = np.sort(np.random.default_rng(seed).choice(n, MOST_ROWS, replace=False), kind="stable")
        x, y = x.iloc[kept], y[kept]
    parameters = n_parameters(x)
    rare = min(n_events, n - n_events)
    need = max(FEWEST_EVENTS, EVENTS_A_PARAMETER * parameters)
    known = {
        "n": n, "n_events": n_events, "n_parameters": parameters, "base_rate": n_events / n if n else math.nan,
        "n_needed": math.ceil(need * n / rare) if rare else 0,
    }  # fmt: skip
    nothing = pd.Series(np.nan, features.index, dtype=float)
    if rare < need or not parameters:
        guard = _too_few(rare, need, parameters)
        return Classifier(pd.DataFrame(columns=list(COLUMNS)), nothing, guards=(guard,), **known)
    folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=seed).split(x, y))
    with threadpool_limits(1):
        scores = {name: _out_of_fold(make, x, y, folds, seed) for name, make in LEARNERS.items()}
        chances = {name: _corrected(score, y, folds) for name, score in scores.items()}
        chances["base rate"] = _base_rates(y, folds)
        winner = min(LEARNERS, key=lambda name: brier(y, chances[name]))
        learner = LEARNERS[winner](x, seed).fit(x, y)
    table = pd.DataFrame([_row(name, y, p, name == winner) for name, p in chances.items()])[list(COLUMNS)]
    guards = []
    if not table.loc[table["is_chosen"], "skill_low"].iloc[0] > 0:
        guards.append(
            said("the features tell too little: no learner surely beats giving everyone the base rate")
        )
    if n > MOST_ROWS:
        guards.append(said("learnt from {n} cases drawn by lot of {all}", n=MOST_ROWS, all=n))
    probability = nothing.copy()
    probability.loc[x.index] = chances[winner]
    return Classifier(
        table, probability, guards=tuple(guards), learner=learner, line=_line(scores[winner], y), **known
    )


def predicted(fit: Classifier, features: pd.DataFrame) -> pd.Series:
    """Chance of each new case, 0 to 1, on the index of `features`; NaN where the fit cannot tell.

    Raises
    ------
    DataError : a column that the learner was taught with is missing.
    """
    if fit.learner is None or features.empty:
        return pd.Series(np.nan, features.index, dtype=float)
    lacking = [name for name in fit.learner.feature_names_in_ if name not in features]
    if lacking:
        raise DataError(f"scoring: the column {lacking[0]} is missing. The learner was taught with it.")
    with threadpool_limits(1):
        score = fit.learner.predict_proba(plain(features))[:, 1]
    return pd.Series(_apply(score, fit.line), features.index)


def _out_of_fold(make, x, y, folds, seed) -> np.ndarray:
    """Score of each case by a learner that has not seen it."""
    score = np.empty(len(y))
    for seen, left in folds:
        score[left] = make(x, seed).fit(x.iloc[seen], y[seen]).predict_proba(x.iloc[left])[:, 1]
    return score


def _corrected(score, y, folds) -> np.ndarray:
    """Chance of each case: its score, moved by a line from the scores of the other folds."""
    p = np.empty(len(y))
    for seen, left in folds:
        p[left] = _apply(score[left], _line(score[seen], y[seen]))
    return p


def _base_rates(y, folds) -> np.ndarray:
    p = np.empty(len(y))
    for seen, left in folds:
        p[left] = y[seen].mean()
    return p


def _line(score: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Intercept and slope on the logit scale; a slope that would turn the ranking around becomes 0, the base rate."""
    odds = logit(np.clip(score, CERTAIN, 1 - CERTAIN))
    if np.ptp(odds) > 0:
        fit = LogisticRegression(C=1e6, max_iter=2000).fit(odds[:, None], y)
        if fit.coef_[0, 0] > 0:
            return float(fit.intercept_[0]), float(fit.coef_[0, 0])
    return float(logit(np.clip(y.mean(), CERTAIN, 1 - CERTAIN))), 0.0


def _apply(score: np.ndarray, line: tuple[float, float]) -> np.ndarray:
    return expit(line[0] + line[1] * logit(np.clip(score, CERTAIN, 1 - CERTAIN)))


def _row(name: str, y: np.ndarray, p: np.ndarray, is_chosen: bool) -> dict:
    skill, ranked = brier_skill(y, p), auc(y, p)
    line = calibration_line(y, p)["value"].tolist() if name in LEARNERS else [math.nan] * 2
    lift = lift_table(y, p)["lift"].iloc[0] if name in LEARNERS else 1.0
    made = {"learner": name, "brier": brier(y, p), "lift": float(lift), "is_chosen": is_chosen}
    made |= {"skill": skill.value, "skill_low": skill.low, "skill_high": skill.high}
    made |= {"intercept": line[0], "slope": line[1]}
    if name not in LEARNERS:
        return made | {"auc": 0.5, "auc_low": math.nan, "auc_high": math.nan}
    return made | {"auc": ranked.value, "auc_low": ranked.low, "auc_high": ranked.high}


def _too_few(rare: int, need: int, parameters: int):
    if not parameters:
        return said("cannot tell: no feature differs between cases")
    return said(
        "cannot tell: {rare} cases of the rarer outcome are too few for {parameters} parameters; it needs n = {need} of them",
        rare=rare, parameters=parameters, need=need,
    )  # fmt: skip
