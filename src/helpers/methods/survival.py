"""How long until it happens, when for some it has not happened yet: curves, their mean up to a day, and whether two differ.

`survival_cox` says what moves the curve, `survival_order` whether a score puts cases in the right order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from helpers.errors import DataError
from helpers.methods.intervals import Estimate

CURVE = ["time", "survival", "low", "high", "n_at_risk", "n_events"]


class LogRank(NamedTuple):
    """Test that all groups have one curve; statistic and p are NaN where the data cannot tell."""

    statistic: float
    df: int
    p: float


def kaplan_meier(
    durations: pd.DataFrame,
    *,
    duration: str = "duration",
    event: str = "event",
    by: str | None = None,
    level: float = 0.90,
) -> pd.DataFrame:
    """Share of cases to which it has not happened yet, by age.

    Parameters
    ----------
    durations : one row a case: `duration` [any unit, 0 or more], `event` [0 or 1: 0 where it had not happened when last seen] and,
        where it is given, `by` [group].
    level : confidence level, 0 to 1.

    Returns
    -------
    One row per (group, time): `by` where it is given, time [0, each time of an event, the last time seen], survival [share 0-1 that
    lasts longer than `time`], low, high, n_at_risk [cases still there just before], n_events. At time 0 survival is 1 unless
    something happened at once. Bounds are NaN where nobody is left, and where nothing has happened yet.

    Raises
    ------
    DataError : a column is missing, a duration is negative or missing, an event is neither 0 nor 1.

    Formula: S(t) = product over event times u <= t of (1 - d_u / n_u); bounds on the log(-log) scale from Greenwood's variance.
    Source: Kaplan & Meier (1958), JASA 53; Kalbfleisch & Prentice (2002), ch. 1; computed by statsmodels.
    """
    time, came = observed(durations, duration, event)
    if by is None:
        return _curve(time, came, level)
    groups = _groups(durations, by)
    curves = [
        _curve(time[groups == g], came[groups == g], level).assign(**{by: g}) for g in np.unique(groups)
    ]
    made = pd.concat(curves, ignore_index=True) if curves else _curve(time, came, level).assign(**{by: ""})
    return made[[by, *CURVE]]


def _curve(time: np.ndarray, came: np.ndarray, level: float) -> pd.DataFrame:
    n = len(time)
    if not n:
        return pd.DataFrame({name: pd.Series(dtype=float) for name in CURVE})
    if not came.any():
        ends = [0.0] if time.max() == 0 else [0.0, time.max()]
        at_risk = [n, *([int((time == time.max()).sum())] * (len(ends) - 1))]
        told = {
            "time": ends,
            "survival": 1.0,
            "low": math.nan,
            "high": math.nan,
            "n_at_risk": at_risk,
            "n_events": 0,
        }
        return pd.DataFrame(told)[CURVE]
    fit = SurvfuncRight(time, came)
    survival, error = fit.surv_prob, fit.surv_prob_se
    with np.errstate(divide="ignore", invalid="ignore"):
        half = ndtri((1 + level) / 2) * error / (survival * np.abs(np.log(survival)))
        low, high = (np.exp(np.log(survival) * np.exp(sign * half)) for sign in (1, -1))
    unknown = ~((survival > 0) & (survival < 1))
    low, high = (np.where(unknown, np.nan, bound) for bound in (low, high))
    table = pd.DataFrame(
        {"time": fit.surv_times.astype(float), "survival": survival, "low": low, "high": high,
         "n_at_risk": fit.n_risk.astype(int), "n_events": fit.n_events.astype(int)}
    )  # fmt: skip
    parts = [table]
    if table["time"].iloc[0] > 0:  # without this row a look-up before the first event would find the last one
        parts.insert(0, pd.DataFrame([[0.0, 1.0, 1.0, 1.0, n, 0]], columns=CURVE))
    if time.max() > table["time"].iloc[-1]:
        last = [time.max(), *table.iloc[-1][["survival", "low", "high"]], int((time == time.max()).sum()), 0]
        parts.append(pd.DataFrame([last], columns=CURVE))
    return pd.concat(parts, ignore_index=True).astype({"n_at_risk": int, "n_events": int})


def survival_at(curve: pd.DataFrame, times: Sequence[float]) -> pd.DataFrame:
    """Look a curve up: one row a time: time, survival, low, high; NaN after the last time that anyone was seen.

    Parameters
    ----------
    curve : result of `kaplan_meier` of one group.
    times : 0 or more.
    """
    times = np.asarray(times, dtype=float)
    if len(times) and not times.min() >= 0:
        raise ValueError("times must be 0 or more")
    if curve.empty:
        return pd.DataFrame({"time": times, "survival": np.nan, "low": np.nan, "high": np.nan})
    known = curve["time"].to_numpy(dtype=float)
    found = curve[["survival", "low", "high"]].iloc[np.searchsorted(known, times, side="right") - 1]
    found = found.reset_index(drop=True).where(pd.Series(times <= known[-1]))
    return pd.concat([pd.Series(times, name="time"), found], axis=1)


def median_time(curve: pd.DataFrame) -> float:
    """First time at which at most half are left; NaN where more than half still are at the end."""
    below = curve.loc[curve["survival"] <= 0.5 + 1e-12, "time"]
    return float(below.iloc[0]) if len(below) else math.nan


def at_risk_table(
    durations: pd.DataFrame, times: Sequence[float], *, duration: str = "duration", event: str = "event",
    by: str | None = None,
) -> pd.DataFrame:  # fmt: skip
    """How many cases a curve rests on: one row a group, one column a time, counts of cases seen for that long."""
    time, _ = observed(durations, duration, event)
    groups = _groups(durations, by) if by else np.full(len(time), "all", dtype=object)
    rows = {g: [int((time[groups == g] >= at).sum()) for at in times] for g in np.unique(groups)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(times)).rename_axis(by or "group")


def restricted_mean(
    durations: pd.DataFrame, *, tau: float, duration: str = "duration", event: str = "event", level: float = 0.90
) -> Estimate:  # fmt: skip
    """Mean time until it happens, of the first `tau` of time: what the curve holds under it up to there.

    Returns
    -------
    Estimate [in the unit of durations, at most tau], n. NaN where nobody was seen for so long and some were still there: the curve
    does not reach it. Bounds are NaN where nothing happened before `tau`.

    Formula: integral of S from 0 to tau; variance = sum over event times of (integral from u to tau)^2 d / (n (n - d)).
    Source: Royston & Parmar (2013), BMC Medical Research Methodology 13; Klein & Moeschberger (2003), ch. 4.
    """
    if not (math.isfinite(tau) and tau > 0):
        raise ValueError(f"tau must be a time above 0, not {tau!r}")
    time, came = observed(durations, duration, event)
    nothing = Estimate(math.nan, math.nan, math.nan, level, len(time))
    if not len(time):
        return nothing
    curve = _curve(time, came, level)
    if time.max() < tau and curve["survival"].iloc[-1] > 0:
        return nothing
    inside = curve[curve["time"] < tau]
    edges = np.append(inside["time"].to_numpy(), tau)
    steps = inside["survival"].to_numpy() * np.diff(edges)
    if edges[0] > 0:
        raise ValueError("a curve begins at 0")
    left = np.cumsum(steps[::-1])[::-1]  # area from each time to tau
    d, n = inside["n_events"].to_numpy(dtype=float), inside["n_at_risk"].to_numpy(dtype=float)
    counted = (d > 0) & (n > d)
    value = float(left[0])
    if not (d > 0).any():
        return Estimate(value, math.nan, math.nan, level, len(time))
    variance = float(np.sum(left[counted] ** 2 * d[counted] / (n[counted] * (n[counted] - d[counted]))))
    half = float(ndtri((1 + level) / 2)) * math.sqrt(variance)
    return Estimate(value, max(value - half, 0.0), min(value + half, tau), level, len(time))


def log_rank(
    durations: pd.DataFrame, *, by: str, duration: str = "duration", event: str = "event"
) -> LogRank:
    """Do the groups have one curve? NaN with fewer than two groups, or where nothing happened.

    Source: Peto & Peto (1972), JRSS A 135; computed by statsmodels.
    """
    time, came = observed(durations, duration, event)
    groups = _groups(durations, by)
    names, codes = np.unique(groups, return_inverse=True)
    if len(names) < 2 or not came.any() or len(time) < 3:
        return LogRank(math.nan, max(len(names) - 1, 0), math.nan)
    try:
        statistic, p = survdiff(time, came, codes)
    except np.linalg.LinAlgError:  # a group that nobody of another ever stood beside
        return LogRank(math.nan, len(names) - 1, math.nan)
    return LogRank(float(statistic), len(names) - 1, float(p))


def observed(durations: pd.DataFrame, duration: str, event: str) -> tuple[np.ndarray, np.ndarray]:
    """Return durations and events as arrays; refuses what is neither."""
    for name in (duration, event):
        if name not in durations:
            raise DataError(f"survival: the column {name} is missing. The table has {list(durations)[:20]}.")
    time, came = (durations[name].to_numpy(dtype=float, na_value=np.nan) for name in (duration, event))
    if (wrong := ~(np.isfinite(time) & (time >= 0))).any():
        at = int(wrong.argmax())
        raise DataError(
            f"survival: the duration {time[at]:g} in row {at + 1} is not 0 or more. Leave out cases whose start is not known."
        )
    if (wrong := ~np.isin(came, (0.0, 1.0))).any():
        at = int(wrong.argmax())
        raise DataError(
            f"survival: the event {came[at]:g} in row {at + 1} is neither 0 nor 1. Give 0 to cases that go on."
        )
    return time, came


def _groups(durations: pd.DataFrame, by: str) -> np.ndarray:
    if by not in durations:
        raise DataError(f"survival: the column {by} is missing. The table has {list(durations)[:20]}.")
    if durations[by].isna().any():
        raise DataError(
            f"survival: {int(durations[by].isna().sum())} rows have no {by}. Name their group or leave them out."
        )
    return durations[by].astype(str).to_numpy(dtype=object).astype(str)
