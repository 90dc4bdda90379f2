"""What of the cases that are open today will be won within some days: chances learnt from how earlier ones went on.

The open cases of many past days are rebuilt as they stood then, and what became of each within the horizon is known by now. A
logistic model of those gives a chance by stage, time in it and amount; a case is then won or not by that chance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.errors import DataError
from helpers.i18n import said

FEW = 30  # cases that were open on a past day and whose outcome is known
STEP = 28  # days between the past days that are rebuilt
SPREAD_STAGE, SPREAD_SLOPE = 1.5, 1.0  # of the priors, in log-odds
ALL = ""  # the model of all kinds together
CASES = ["case", "kind", "amount", "created", "closed", "won"]
ENTRIES = ["case", "stage", "entered", "left"]


@dataclass(frozen=True, eq=False)
class Model:
    """Log-odds of being won within the horizon, of one kind of case.

    stages : the stages that the past knows, in the order of the coefficients after the first.
    centre, scale : of ln(1 + days in the stage) and ln(1 + amount), before they are multiplied.
    beta, cov : coefficients [all, stages, days, amount] and their covariance, whose rows of one case count together.
    n, n_won : different cases that were rebuilt, and those that were won within the horizon of one of their days.
    """

    stages: tuple[str, ...]
    centre: np.ndarray
    scale: np.ndarray
    beta: np.ndarray
    cov: np.ndarray
    n: int
    n_won: int


@dataclass(frozen=True, eq=False)
class Chances:
    """Models by kind; the one of all kinds (`ALL`) serves those with too few cases. Empty where none can be told; the guard then says why."""

    models: dict[str, Model]
    horizon: int
    n: int
    guards: tuple[str, ...]


def standing(cases: pd.DataFrame, entries: pd.DataFrame, *on: pd.Timestamp) -> pd.DataFrame:
    """The cases that were open on each of some days, as they stood then.

    Parameters
    ----------
    cases : case, kind, amount [money], created, closed [days; empty while open], won [true, false; empty while open].
    entries : case, stage, entered, left [days; left is empty while it lasts].
    on : the days, each its end.

    Returns
    -------
    One row per day and case that was created by then, not closed by then, and had entered a stage: the columns of `cases`, stage, days
    [in the stage so far], on [the day].

    Raises
    ------
    DataError : a column is missing.
    """
    return _on(_paths(cases, entries), pd.DatetimeIndex(on))


def rebuilt(
    cases: pd.DataFrame, entries: pd.DataFrame, *, since: pd.Timestamp, until: pd.Timestamp, horizon: int
) -> pd.DataFrame:
    """The open cases of past days, every four weeks, with what became of each within the horizon.

    Parameters
    ----------
    since, until : first day from which closed cases are in the data, and the last day of the data.
    horizon : days.

    Returns
    -------
    As `standing`, with is_won [won within `horizon` days after `on`]. No row where the data are shorter.
    """
    span = pd.Timedelta(days=horizon)
    days = pd.date_range(end=pd.Timestamp(until) - span, start=since, freq="D")[::-STEP]
    past = _on(_paths(cases, entries), days)
    won = past["won"].astype("boolean").fillna(False).astype(bool)
    return past.assign(is_won=won & (past["closed"] <= past["on"] + span))


def fit(past: pd.DataFrame, *, horizon: int) -> Chances:
    """Learn the chances from what `rebuilt` gives.

    Formula: logit P(won within h) = a + b_stage + c ln(1 + days in stage) + d ln(1 + amount), by kind; b ~ N(0, 1.5), and c and d
        ~ N(0, 1) of a standardised variable, a is free. Covariance H^-1 (B + P) H^-1: B from the sums of scores of each case,
        P the precision of the priors, H the curvature with both.
    Source: landmarking as in van Houwelingen & Putter (2012), Dynamic prediction in clinical survival analysis; priors that
        keep a thin cell in place as in Gelman et al. (2008), Annals of Applied Statistics 2; cases that count several times as in
        Liang & Zeger (1986), Biometrika 73.
    """
    n = int(past["case"].nunique())
    won = int(past.loc[past["is_won"], "case"].nunique())
    if n < FEW or not won > 0 or bool(past["is_won"].all()):
        why = (
            said("only {n} past cases can be followed over {days} days and {need} are needed", n=n, days=horizon, need=FEW)
            if n < FEW
            else said("of {n} past cases {won} were won: no chance can be learnt from that", n=n, won=won)
        )  # fmt: skip
        return Chances({}, horizon, n, (why,))
    models = {ALL: _model(past)}
    for kind, own in past.groupby("kind", sort=True):
        if own["case"].nunique() >= FEW and own["is_won"].nunique() == 2:
            models[str(kind)] = _model(own)
    return Chances(models, horizon, n, ())


def chances(fitted: Chances, cases: pd.DataFrame) -> np.ndarray:
    """Chance [0-1] of each case to be won within the horizon; NaN where none can be told."""
    value = np.full(len(cases), np.nan)
    for rows, model in groups(fitted, cases):
        value[rows] = expit(design(model, cases.iloc[rows]) @ model.beta)
    return value


def _paths(cases: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """The cases with each of their stays: stage, entered, next [day on which the next stage was entered]."""
    for frame, names, what in ((cases, CASES, "cases"), (entries, ENTRIES, "entries")):
        lacking = [name for name in names if name not in frame]
        if lacking:
            raise DataError(
                f"closing: the column {lacking[0]} is missing in {what}. It needs {', '.join(names)}."
            )
    stays = entries[ENTRIES].sort_values(["case", "entered", "left"], na_position="last")
    stays["next"] = stays.groupby("case", sort=False)["entered"].shift(-1)
    return cases[CASES].merge(stays.drop(columns="left"), on="case")


def _on(paths: pd.DataFrame, days: pd.DatetimeIndex) -> pd.DataFrame:
    """The cases that were open on each of some days, each in the stage of that day."""
    begun = np.maximum(_number(paths["created"]), _number(paths["entered"]))
    ended = np.minimum(_number(paths["closed"]), _number(paths["next"]))
    at = [np.flatnonzero((begun <= day) & (ended > day)) for day in _number(pd.Series(days))]
    there = paths.iloc[np.concatenate(at) if at else []]
    on = pd.Series(
        np.repeat(days.to_numpy(), [len(rows) for rows in at]), index=there.index, dtype=days.dtype
    )
    passed = (on - there["entered"]).dt.days.astype("int64")
    return there.drop(columns=["entered", "next"]).assign(days=passed, on=on).reset_index(drop=True)


def _number(days: pd.Series) -> np.ndarray:
    """Days as whole numbers; one that is missing never comes."""
    found = days.to_numpy("datetime64[D]")
    return np.where(np.isnat(found), np.iinfo("int64").max, found.astype("int64"))


def _model(past: pd.DataFrame) -> Model:
    """Penalised maximum likelihood by Newton's method, and its covariance."""
    past = past.sort_values(["case", "on"], kind="stable")
    numbers = _numbers(past)
    scale = numbers.std(axis=0)
    stages = tuple(sorted(past["stage"].unique()))
    blank = Model(
        stages, numbers.mean(axis=0), np.where(scale > 0, scale, 1.0), np.zeros(0), np.zeros(0), 0, 0
    )
    x, y = design(blank, past), past["is_won"].to_numpy(float)
    spreads = [*[SPREAD_STAGE] * (len(stages) if len(stages) > 1 else 0), *[SPREAD_SLOPE] * 2]
    prior = np.diag([0.0, *(1 / spread**2 for spread in spreads)])
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(y.mean() / (1 - y.mean()))
    for _ in range(50):
        chance = expit(x @ beta)
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + prior
        step = np.linalg.solve(curve, x.T @ (y - chance) - prior @ beta)
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    chance = expit(x @ beta)
    curve = (x * (chance * (1 - chance))[:, None]).T @ x + prior
    first = np.flatnonzero(past["case"].ne(past["case"].shift()).to_numpy())
    scores = np.add.reduceat(x * (y - chance)[:, None], first, axis=0)
    n = len(scores)
    inverse = np.linalg.inv(curve)
    cov = inverse @ (scores.T @ scores * n / max(n - 1, 1) + prior) @ inverse
    n_won = int(past.loc[past["is_won"], "case"].nunique())
    return Model(stages, blank.centre, blank.scale, beta, (cov + cov.T) / 2, n, n_won)


def _numbers(cases: pd.DataFrame) -> np.ndarray:
    numbers = np.stack([cases[name].to_numpy(float) for name in ("days", "amount")]).T
    return np.log1p(numbers.clip(min=0))


def design(model: Model, cases: pd.DataFrame) -> np.ndarray:
    """Columns of the model; a stage that the past does not know stands at the mean of all."""
    numbers = (_numbers(cases) - model.centre) / model.scale
    known = model.stages if len(model.stages) > 1 else ()
    marks = (cases["stage"].to_numpy()[:, None] == np.array(known, dtype=object)).astype(float)
    return np.hstack([np.ones((len(cases), 1)), marks.reshape(len(cases), len(known)), numbers])


def groups(fitted: Chances, cases: pd.DataFrame):
    """Places of the cases of each model, with the model."""
    kinds = cases["kind"].astype(str).to_numpy()
    named = np.where(np.isin(kinds, list(fitted.models)), kinds, ALL)
    for kind in sorted(set(named)):
        if kind in fitted.models:
            yield np.flatnonzero(named == kind), fitted.models[kind]
