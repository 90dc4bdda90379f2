"""Cox: by how much does a feature speed up what happens? `survival_pull` tests whether its pull is the same at every age."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri
from scipy.stats import chi2
from statsmodels.duration.hazard_regression import PHReg

from helpers.errors import DataError
from helpers.i18n import said
from helpers.methods.survival import observed
from helpers.methods.survival_order import Concordance, concordance

MOST_ROWS = 200_000  # more take minutes and move no figure that is shown
FEWEST_EVENTS = 10  # a covariate
ENDLESS = 10.0  # a log hazard ratio per standard deviation that no data tell apart from one without an end
COLUMNS = ["covariate", "coefficient", "se", "hazard_ratio", "low", "high", "p"]


@dataclass(frozen=True, eq=False)
class Cox:
    """A fitted proportional-hazards model.

    table : one row a covariate: covariate, coefficient [log hazard ratio], se, hazard_ratio, low, high, p.
    log_likelihood, null : partial log-likelihood with and without covariates.
    lr, df, p : likelihood-ratio test of all covariates together.
    concordance : of the linear score, inside strata.
    n, n_events : cases and events that were used.
    guards : what to tell a reader, in plain language; empty when nothing is wrong.
    cov : covariance of the coefficients; cases : duration, event, stratum and covariates that were used, for tests of the fit.

    Where nothing can be told the figures are NaN and the first guard starts with "cannot tell".
    """

    table: pd.DataFrame
    log_likelihood: float
    null: float
    lr: float
    df: int
    p: float
    concordance: Concordance
    n: int
    n_events: int
    guards: tuple[str, ...]
    cov: np.ndarray | None = None
    cases: pd.DataFrame | None = None


def cox(
    frame: pd.DataFrame, *, duration: str = "duration", event: str = "event", covariates: list[str] | None = None,
    strata: list[str] | None = None, ties: str = "efron", level: float = 0.90, seed: int = 0,
) -> Cox:  # fmt: skip
    """Hazard ratios with intervals.

    Parameters
    ----------
    frame : one row a case: `duration`, `event` as `kaplan_meier` (in days or weeks: it takes long where hardly two are alike), and the covariates: numbers, bools, or text, which is taken apart
        into "name: word" against its most frequent word.
    covariates : their columns; left out, all that are neither duration, event nor strata.
    strata : columns whose every combination has a baseline of its own.
    ties : "efron" or "breslow".
    seed : of the lot that draws the rows where there are more than `MOST_ROWS`.

    Returns
    -------
    Cox. A covariate without whom or only with whom it happened has no finite ratio: it is left out, and a guard says so.

    Raises
    ------
    DataError : a column is missing, or as `kaplan_meier`.

    Formula: h(t | x) = h0(t) exp(b x), by partial likelihood.
    Source: Cox (1972), JRSS B 34; Efron (1977), JASA 72; computed by statsmodels.
    """
    if ties not in ("efron", "breslow"):
        raise ValueError(f"ties must be 'efron' or 'breslow', not {ties!r}")
    strata = list(strata or [])
    names = [c for c in frame if c not in {duration, event, *strata}] if covariates is None else covariates
    for name in (*names, *strata):
        if name not in frame:
            raise DataError(f"cox: the column {name} is missing. The table has {list(frame)[:20]}.")
    guards: list[str] = []
    known = frame[[duration, event, *names, *strata]].dropna()
    if len(known) < len(frame):
        guards.append(said("{n} cases lack a value and were left out", n=len(frame) - len(known)))
    if len(known) > MOST_ROWS:
        kept = np.sort(
            np.random.default_rng(seed).choice(len(known), MOST_ROWS, replace=False), kind="stable"
        )
        guards.append(said("fitted on {n} cases drawn by lot of {all}", n=MOST_ROWS, all=len(known)))
        known = known.iloc[kept]
    time, came = observed(known, duration, event)
    group = known.groupby(strata, sort=True).ngroup().to_numpy() if strata else None
    x = _numbers(known[names])
    x, left_out = _finite(x, came)
    guards += [
        said("{covariate} parts those to whom it happened from all others: its ratio has no end", covariate=c)
        for c in left_out
    ]
    if not came.any() or len(known) < 2 or x.empty or not len(x.columns):
        why = (
            said("nothing happened to any of {n} cases", n=len(known))
            if not came.any()
            else said("no covariate differs between cases")
        )
        return _nothing(len(known), int(came.sum()), said("cannot tell: {reason}", reason=why), guards)
    if came.sum() < FEWEST_EVENTS * len(x.columns):
        guards.append(
            said(
                "only {n} events for {k} covariates: read the intervals, not the ratios",
                n=int(came.sum()),
                k=len(x.columns),
            )
        )
    return _fitted(x, time, came, group, ties, level, guards)


def _fitted(x, time, came, group, ties, level, guards) -> Cox:
    centre, scale = x.mean().to_numpy(), x.std(ddof=0).to_numpy()
    model = PHReg(time, (x.to_numpy() - centre) / scale, came, strata=group, ties=ties)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            fit = model.fit()
            cov, b = np.asarray(fit.cov_params()), np.asarray(fit.params)
        except np.linalg.LinAlgError:
            cov = b = None
    if cov is None or not np.isfinite(cov).all() or not np.isfinite(b).all():
        why = said("covariates repeat each other, or part the cases without an error")
        return _nothing(len(time), int(came.sum()), said("cannot tell: {reason}", reason=why), guards)
    if heard or (np.abs(b) > ENDLESS).any():
        guards = [*guards, said("the fit did not converge: do not publish its numbers")]
    value, se = b / scale, np.sqrt(np.diag(cov)) / scale
    z = float(ndtri((1 + level) / 2))
    table = pd.DataFrame(
        {"covariate": list(x.columns), "coefficient": value, "se": se, "hazard_ratio": _exp(value)}
    )
    table = table.assign(low=_exp(value - z * se), high=_exp(value + z * se), p=chi2.sf((value / se) ** 2, 1))
    null, full = float(model.loglike(np.zeros(len(b)))), float(fit.llf)
    lr, df = 2 * (full - null), len(b)
    order = concordance(time, came, x.to_numpy() @ value, strata=group)
    used = pd.DataFrame({"duration": time, "event": came, "stratum": 0 if group is None else group})
    cases = pd.concat([used, x.reset_index(drop=True)], axis=1)
    return Cox(
        table[COLUMNS], full, null, lr, df, float(chi2.sf(lr, df)), order, len(time), int(came.sum()), tuple(guards),
        cov / np.outer(scale, scale), cases,
    )  # fmt: skip


def _exp(value: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.exp(value)


def _nothing(n: int, n_events: int, guard: str, others: list[str]) -> Cox:
    empty = pd.DataFrame(
        {name: pd.Series(dtype=object if name == "covariate" else float) for name in COLUMNS}
    )
    none = Concordance(math.nan, 0, 0, 0)
    return Cox(empty, math.nan, math.nan, math.nan, 0, math.nan, none, n, n_events, (guard, *others))


def _numbers(x: pd.DataFrame) -> pd.DataFrame:
    """Covariates as numbers; text against its most frequent word, ties by name."""
    made: dict[str, Any] = {}
    for name in x:
        if pd.api.types.is_numeric_dtype(x[name]) or pd.api.types.is_bool_dtype(x[name]):
            made[name] = x[name].to_numpy(dtype=float)
            continue
        words = x[name].astype(str)
        counts = words.value_counts().sort_index(kind="stable").sort_values(ascending=False, kind="stable")
        for word in sorted(counts.index[1:]):
            made[f"{name}: {word}"] = (words == word).to_numpy(dtype=float)
    return pd.DataFrame(made, index=x.index)


def _finite(x: pd.DataFrame, came: np.ndarray) -> tuple[pd.DataFrame, list[str]]:
    """Covariates that differ and whose ratio has an end, and the names of those of two values that have none."""
    x = x[[name for name in x if x[name].nunique() > 1]]
    endless = []
    for name in x:
        values = x[name].to_numpy()
        if len(np.unique(values)) == 2:
            is_high = values == values.max()
            if came.any() and (not came[is_high].any() or not came[~is_high].any()):
                endless.append(name)
    return x.drop(columns=endless), endless
