"""The total that open cases will bring within some days, simulated, and how such forecasts did in the past."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from helpers.methods.closing import ALL, Chances, chances, design, fit, groups, rebuilt, standing


def simulate(
    fitted: Chances, cases: pd.DataFrame, *, level: float = 0.90, draws: int = 4000, seed: int
) -> pd.DataFrame:
    """What the open cases will bring within the horizon, by kind and in all.

    Parameters
    ----------
    fitted : result of `fit`. cases : as `standing` gives them; their amounts are taken as known.
    level, draws, seed : of the interval; the same seed gives the same bounds.

    Returns
    -------
    One row per kind in order of its name, and one of all (`ALL`, ""): kind, n_open, amount_open, and for `wins` and `amount`
    the expected value with `_low` and `_high`. NaN where no chance can be told; zeros where nothing is open.

    Formula: coefficients from their normal approximation, then each case won or not by its chance; bounds are quantiles of the sums.
    """
    rng = np.random.default_rng(seed)
    cases = cases.sort_values("case", kind="stable", ignore_index=True)
    amount = cases["amount"].to_numpy(float)
    won = np.zeros((draws, len(cases)))
    for rows, model in groups(fitted, cases):
        root = _root(model.cov)
        beta = model.beta + rng.standard_normal((draws, len(model.beta))) @ root.T
        chance = expit(beta @ design(model, cases.iloc[rows]).T)
        won[:, rows] = rng.random(chance.shape) < chance
    expected = chances(fitted, cases)
    tails = [(1 - level) / 2, (1 + level) / 2]
    made = []
    for kind in (*sorted(cases["kind"].astype(str).unique()), ALL):
        own = (cases["kind"].astype(str) == kind).to_numpy() | (kind == ALL)
        row = {"kind": kind, "n_open": int(own.sum()), "amount_open": float(amount[own].sum())}
        for name, weight in (("wins", np.ones(own.sum())), ("amount", amount[own])):
            value, (low, high) = float(expected[own] @ weight), np.quantile(won[:, own] @ weight, tails)
            told = np.isfinite(value)
            row |= {
                name: value,
                f"{name}_low": low if told else np.nan,
                f"{name}_high": high if told else np.nan,
            }
        made.append(row)
    table = pd.DataFrame(made)
    for name in ("wins", "amount"):  # a mean may lie beyond the quantiles of a very skewed sum
        table[f"{name}_low"] = table[[f"{name}_low", name]].min(axis=1, skipna=False)
        table[f"{name}_high"] = table[[f"{name}_high", name]].max(axis=1, skipna=False)
    return table


def backtest(
    cases: pd.DataFrame, entries: pd.DataFrame, *, since: pd.Timestamp, until: pd.Timestamp, horizon: int,
    origins: int = 8, level: float = 0.90, draws: int = 2000, seed: int,
) -> pd.DataFrame:  # fmt: skip
    """Forecasts of past days, each from what was known on it, against what came.

    Returns
    -------
    One row per origin, a horizon apart and the last one a horizon before `until`, oldest first: origin, n_open, and for `wins` and
    `amount` the forecast with `_low`, `_high` and what came as `_actual`. An origin from which too little was known is left out.
    """
    span, rows = pd.Timedelta(days=horizon), []
    past = rebuilt(cases, entries, since=since, until=until, horizon=horizon)
    days = [pd.Timestamp(until) - back * span for back in range(origins, 0, -1)]
    stood = standing(cases, entries, *days)
    for origin in days:
        fitted = fit(past[past["on"] <= origin - span], horizon=horizon)  # their outcome was known by then
        there = stood[stood["on"] == origin].reset_index(drop=True)
        if not fitted.models or there.empty:
            continue
        row = (
            simulate(fitted, there, level=level, draws=draws, seed=seed)
            .iloc[-1]
            .drop(["kind", "amount_open"])
        )
        came = there[(there["closed"] <= origin + span) & there["won"].astype("boolean").fillna(False)]
        actual = {"wins_actual": float(len(came)), "amount_actual": float(came["amount"].sum())}
        rows.append({"origin": origin, **row, **actual})
    sides = [f"{name}{end}" for name in ("wins", "amount") for end in ("", "_low", "_high", "_actual")]
    return pd.DataFrame(rows, columns=["origin", "n_open", *sides])


def _root(cov: np.ndarray) -> np.ndarray:
    """A matrix whose square is the covariance, which may be singular."""
    values, vectors = np.linalg.eigh(cov)
    return vectors * np.sqrt(np.clip(values, 0, None))
