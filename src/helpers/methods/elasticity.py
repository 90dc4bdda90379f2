"""Own price elasticity of sales, from months in which the own price moved: what people did, not what they say."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.intervals import Estimate, check_level

COLUMNS = ("market", "month", "units", "price")
YEAR = 12
LEAST_MONTHS = 2 * YEAR  # each season is seen twice, so that it can be told from trend
LEAST_MOVE = (
    0.015  # standard deviation of the log price that nothing else explains; under it the price hardly varied
)
WIDEST = 2.0  # half-width of the interval from which an elasticity tells nothing
EDGE = 0.95  # of the memory of a month for the next


class Elasticity(NamedTuple):
    """Own and rivals' price elasticity of units.

    own : per cent of units for one per cent of the own price. rivals : for one per cent of theirs; NaN where none was given. error, df :
        of `own`. memory : of a month for the next. moved : standard deviation of the own log price beside season, trend and the rest.
    n_months, n_markets : what it was read from. reason : why there is none, empty where there is one. guards : what to know first.
    """

    own: Estimate
    rivals: Estimate
    error: float
    df: float
    memory: float
    moved: float
    n_months: int
    n_markets: int
    reason: Said | str
    guards: tuple[Said, ...]

    def draws(self, n: int, *, seed: int = 0) -> np.ndarray:
        """What the own elasticity may be, from the distribution behind its interval."""
        return self.own.value + self.error * np.random.default_rng(seed).standard_t(self.df, n)


NOT_BY_LOT = said(
    "prices were not drawn by lot: what moved the price and sales together is read as its effect where season, trend, rivals and launches do not explain it"
)


def own_price_elasticity(rows: pd.DataFrame, *, controls: tuple[str, ...] = (), level: float = 0.90) -> Elasticity:  # fmt: skip
    """Elasticity of units to the own price, beside season, trend and markets.

    Parameters
    ----------
    rows : one row a market and month, months of a market in a row: market, month [Period or date], units [above 0], price [above 0, of the
        own product], rival_price [above 0] where rivals were watched.
    controls : further columns that may have moved units, such as the time since a launch of the own house; each has one effect a market.

    Returns
    -------
    Elasticity. `reason` is set below 24 months, where the price hardly varied beside the rest, or where the interval is wider than 2 on
    either side.

    Raises
    ------
    DataError : a column is missing, a market has two rows a month or a gap, or a number is missing or not above 0.

    Formula: log units = market + trend of the market + season (month of the year) + e log price + r log rival_price + controls + u, u_t =
        rho u_(t-1) + v within a market; Prais-Winsten with one rho, corrected for the terms fitted; t with n - k degrees of freedom.
    Source: Prais & Winsten (1954), Cowles Commission 383; the form: Wittink et al. (1988), SCAN*PRO.
    """
    check_level(level)
    table, runs = _read(rows, controls)
    months = min(len(run) for run in runs)
    y, x, names = _design(table, controls)
    moved = _moved(x, names)
    nothing = Estimate(math.nan, math.nan, math.nan, level, len(y))
    known = {"moved": moved, "n_months": months, "n_markets": len(runs), "guards": (NOT_BY_LOT,)}
    refused = {
        "own": nothing,
        "rivals": nothing,
        "error": math.nan,
        "df": math.nan,
        "memory": math.nan,
        **known,
    }
    if months < LEAST_MONTHS or len(y) - len(names) < YEAR:
        return Elasticity(**refused, reason=said("months known {n}, needed {need}", n=months, need=max(LEAST_MONTHS, months + 1)))  # fmt: skip
    if moved < LEAST_MOVE:
        why = said("the price hardly varied beside season and trend ({moved}, needed {need}); vary it by a test", moved=f"{moved:.1%}", need=f"{LEAST_MOVE:.1%}")  # fmt: skip
        return Elasticity(**refused, reason=why)
    beta, errors, rho, df = _fit(y, x, runs)
    t = float(stdtrit(df, (1 + level) / 2))
    found = {name: Estimate(float(beta[k]), float(beta[k] - t * errors[k]), float(beta[k] + t * errors[k]), level, len(y))
             for k, name in enumerate(names) if name in ("price", "rival_price")}  # fmt: skip
    own = found["price"]
    told = {"error": float(errors[names.index("price")]), "df": df, "memory": rho, **known}
    if (own.high - own.low) / 2 > WIDEST:
        need = math.ceil(months * ((own.high - own.low) / 2 / WIDEST) ** 2)
        why = said("its interval runs from {low} to {high}; months needed about {need}, or a test", low=f"{own.low:.1f}", high=f"{own.high:.1f}", need=need)  # fmt: skip
        return Elasticity(own=nothing, rivals=nothing, reason=why, **told)
    return Elasticity(own=own, rivals=found.get("rival_price", nothing), reason="", **told)


def _read(rows: pd.DataFrame, controls: tuple[str, ...]) -> tuple[pd.DataFrame, list[np.ndarray]]:
    """Rows by market and month, and where each market's months stand."""
    for name in (*COLUMNS, *controls):
        if name not in rows:
            raise DataError(f"sales: the column {name} is missing. Give one row a market and month.")
    if rows.empty:
        raise DataError("sales: there is no month. Import market_sales and prices first.")
    table = rows.assign(month=pd.PeriodIndex(rows["month"], freq="M")).sort_values(["market", "month"], ignore_index=True)  # fmt: skip
    for name in ("units", "price", *(["rival_price"] if "rival_price" in table else [])):
        bad = ~(table[name].to_numpy(dtype=float) > 0)
        if bad.any():
            raise DataError(f"sales: {int(bad.sum())} of {len(table)} months have no {name} above 0. Fill them in, or leave the market out.")  # fmt: skip
    runs = [np.asarray(at) for at in table.groupby("market", sort=True).indices.values()]
    for run in runs:
        step = np.diff(pd.PeriodIndex(table["month"].iloc[run]).asi8)
        if (step != 1).any():
            market = table["market"].iloc[run[0]]
            raise DataError(
                f"sales: the months of {market} have a gap or come twice. Give each month one row."
            )
    return table, runs


def _design(table: pd.DataFrame, controls: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Log units, and what may explain them; columns that others explain wholly are left out."""
    at = pd.PeriodIndex(table["month"])
    t = (at.asi8 - at.asi8.mean()) / YEAR
    columns = {"price": np.log(table["price"].to_numpy(dtype=float))}
    if "rival_price" in table:
        columns["rival_price"] = np.log(table["rival_price"].to_numpy(dtype=float))
    for market in sorted(table["market"].unique()):
        own = (table["market"] == market).to_numpy(dtype=float)
        columns |= {f"level {market}": own, f"trend {market}": own * t}
        columns |= {f"{name} {market}": own * table[name].to_numpy(dtype=float) for name in controls}
    columns |= {f"month {k}": (at.month == k).astype(float) for k in range(2, YEAR + 1)}
    names, kept = [], []
    for name in [*[one for one in columns if one not in ("price", "rival_price")], "rival_price", "price"]:
        if name not in columns:
            continue
        one = columns[name] / (np.abs(columns[name]).max() or 1.0)
        base = np.column_stack(kept) if kept else np.zeros((len(one), 1))
        rest = one - base @ np.linalg.lstsq(base, one, rcond=None)[0]
        if name == "price" or np.linalg.norm(rest) > 1e-8 * max(np.linalg.norm(one), 1e-12):
            names.append(name)
            kept.append(columns[name])
    return np.log(table["units"].to_numpy(dtype=float)), np.column_stack(kept), names


def _moved(x: np.ndarray, names: list[str]) -> float:
    """Standard deviation of the log price beside everything else."""
    at = names.index("price")
    others = np.delete(x, at, axis=1)
    rest = x[:, at] - others @ np.linalg.lstsq(others, x[:, at], rcond=None)[0]
    return float(np.sqrt(np.mean(rest**2)))


def _fit(y: np.ndarray, x: np.ndarray, runs: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Coefficients, their errors, the memory and the degrees of freedom; memory and coefficients are found in turn."""
    rho, (n, k) = 0.0, x.shape
    for _ in range(30):
        ys, xs = (_filtered(one, runs, rho) for one in (y, x))
        beta = np.linalg.lstsq(xs, ys, rcond=None)[0]
        rest = y - x @ beta
        now = sum(float(rest[run[1:]] @ rest[run[:-1]]) for run in runs)
        power = sum(float(rest[run[:-1]] @ rest[run[:-1]]) for run in runs)
        raw = now / power if power > 0 else 0.0
        # residuals of k fitted terms look less alike than the errors behind them
        new = float(
            np.clip(raw + (k / len(runs) / 2 + (1 + k / len(runs) / 2) * raw) * len(runs) / n, 0.0, EDGE)
        )
        if abs(new - rho) < 1e-8:
            break
        rho = new
    left = ys - xs @ beta
    spread = float(left @ left) / (n - k)
    return beta, np.sqrt(spread * np.diag(np.linalg.pinv(xs.T @ xs))), rho, float(n - k)


def _filtered(one: np.ndarray, runs: list[np.ndarray], rho: float) -> np.ndarray:
    """Each month less what the one before foretells, market by market; the first one scaled to the same spread."""
    made = np.empty_like(one)
    for run in runs:
        made[run[0]] = math.sqrt(1 - rho**2) * one[run[0]]
        made[run[1:]] = one[run[1:]] - rho * one[run[:-1]]
    return made
