"""Is the pull of a feature the same at every age? Residuals of a Cox model against time."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.stats import chi2, rankdata

from helpers.methods.survival import kaplan_meier, survival_at
from helpers.methods.survival_cox import Cox

TRANSFORMS = ("km", "rank", "identity", "log")


def proportional_hazards_test(fit: Cox, *, transform: str = "km") -> pd.DataFrame:
    """Is the pull of each covariate the same at every age?

    Parameters
    ----------
    transform : of time: "km" [1 - survival], "rank", "identity" or "log".

    Returns
    -------
    One row a covariate and a last one, "all": covariate, correlation [of its scaled residuals with time], statistic, df, p. A small p
    says that the ratio moves with age; the figure of the table is then a mean over the ages seen. Empty where there is no fit.

    Formula: scaled Schoenfeld residuals r* = d V s against g(t): (sum (g - mean g) r*)^2 / (d V_jj sum (g - mean g)^2).
    Source: Grambsch & Therneau (1994), Biometrika 81.
    """
    if transform not in TRANSFORMS:
        raise ValueError(f"transform must be one of {', '.join(TRANSFORMS)}, not {transform!r}")
    columns = ["covariate", "correlation", "statistic", "df", "p"]
    if fit.cov is None:
        return pd.DataFrame(columns=columns)
    time, s = schoenfeld_residuals(fit)
    g = _transformed(time, fit.cases, transform)
    g = g - g.mean()
    d, spread = len(time), float(g @ g)
    cov = fit.cov
    if not spread > 0:
        rows = [(name, math.nan, math.nan, 1, math.nan) for name in fit.table["covariate"]]
        return pd.DataFrame([*rows, ("all", math.nan, math.nan, len(rows), math.nan)], columns=columns)
    scaled = d * s @ cov
    pull = g @ scaled
    statistic = pull**2 / (d * np.diag(cov) * spread)
    centred = scaled - scaled.mean(axis=0)
    correlation = (g @ centred) / np.sqrt(spread * (centred**2).sum(axis=0))
    rows = list(
        zip(
            fit.table["covariate"],
            correlation,
            statistic,
            [1] * len(statistic),
            chi2.sf(statistic, 1),
            strict=True,
        )
    )
    at = g @ s
    together = float(at @ cov @ at * d / spread)
    rows.append(("all", math.nan, together, len(at), float(chi2.sf(together, len(at)))))
    return pd.DataFrame(rows, columns=columns)


def schoenfeld_residuals(fit: Cox) -> tuple[np.ndarray, np.ndarray]:
    """Return the time and the residuals [one a covariate] of each event, by stratum and time.

    Formula: covariates of the case less their mean over all who were still there, each weighted by exp(b x); of events at one
    time the mean of Efron's, whatever the fit used.
    Source: Schoenfeld (1982), Biometrika 69.
    """
    names = list(fit.table["covariate"])
    b = fit.table["coefficient"].to_numpy()
    times, rows = [], []
    for _, part in fit.cases.groupby("stratum", sort=True):
        part = part.sort_values("duration", kind="stable")
        x, came, time = part[names].to_numpy(), part["event"].to_numpy() == 1, part["duration"].to_numpy()
        score = x @ b
        weight = np.exp(score - score.max())
        all_0, all_1 = (np.cumsum(one[::-1], axis=0)[::-1] for one in (weight, weight[:, None] * x))
        for at in np.unique(time[came]):
            first = np.searchsorted(time, at)
            own = np.flatnonzero(came & (time == at))
            ahead = np.arange(len(own)) / len(own)
            own_0, own_1 = weight[own].sum(), (weight[own, None] * x[own]).sum(axis=0)
            means = (all_1[first] - ahead[:, None] * own_1) / (all_0[first] - ahead * own_0)[:, None]
            rows.append(x[own] - means.mean(axis=0))
            times.append(time[own])
    return np.concatenate(times), np.concatenate(rows)


def _transformed(time: np.ndarray, cases: pd.DataFrame, transform: str) -> np.ndarray:
    if transform == "identity":
        return time.astype(float)
    if transform == "rank":
        return rankdata(time)
    if transform == "log":
        return np.log(np.maximum(time, 1e-12))
    curve = kaplan_meier(cases)
    before = np.nextafter(time, -np.inf).clip(min=0)
    return 1 - survival_at(curve, before)["survival"].to_numpy()
