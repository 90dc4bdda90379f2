"""BG/BB: who buys at fixed occasions, such as a yearly fair or a monthly appeal, and will at the next ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaln, digamma

from helpers.errors import DataError
from helpers.methods.lifetime_guards import too_few, usual
from helpers.methods.lifetime_likelihood import Fitted, estimated, nothing_found

NAMES = ("alpha", "beta", "gamma", "delta")
COLUMNS = ["frequency", "recency", "occasions"]


@dataclass(frozen=True, eq=False)
class BgBb(Fitted):
    """A fitted BG/BB model; what stands beside the parameters is explained in `Fitted`.

    alpha, beta : the chance to buy at an occasion varies over customers as Beta(alpha, beta).
    gamma, delta : the chance to leave before an occasion varies as Beta(gamma, delta).
    """

    names = NAMES

    alpha: float
    beta: float
    gamma: float
    delta: float


def fit_bgbb(occasions: pd.DataFrame) -> BgBb:
    """Maximum-likelihood BG/BB with standard errors.

    Parameters
    ----------
    occasions : one row a customer: frequency [occasions bought at after the first purchase], recency [number of the last
        of them, 0 without one], occasions [that were there since the first purchase].

    Returns
    -------
    BgBb. Fewer than four customers who bought again (as many as parameters) give a fit without numbers.

    Raises
    ------
    DataError : a column is missing, a value is no whole number, or frequency > recency > occasions.

    Formula: L = B(alpha+x,beta+n-x)/B(alpha,beta) B(gamma,delta+n)/B(gamma,delta) + sum_i=0^n-tx-1
        B(alpha+x,beta+tx-x+i)/B(alpha,beta) B(gamma+1,delta+tx+i)/B(gamma,delta).
    Source: Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, Marketing Science 29(6).
    """
    x, last, n_occasions, count, _ = _compressed(occasions)
    n, n_repeat = len(occasions), int(count[x > 0].sum())
    counted = {"n": n, "n_repeat": n_repeat}
    if n_repeat < 4:
        return BgBb(*(np.nan,) * 4, **nothing_found(4), **counted, guards=(too_few(n_repeat, n),))
    choices = [[True] * 4, [True, True, False, False]]
    found = estimated(_objective(x, last, n_occasions, count), np.zeros(4), n=n, choices=choices)
    at = [name for name, stop in zip(NAMES, found.stuck, strict=True) if stop]
    guards = usual(found.converged, n_repeat, [], at, is_flat=not np.isfinite(found.se).all())
    return BgBb(*found.params.tolist(), **found.told(), **counted, guards=guards)


def expected_at_occasions(fit: BgBb, occasions: pd.DataFrame, n_next: int) -> pd.Series:
    """Purchases to expect from each customer at the next `n_next` occasions, on the index of the table.

    Formula: sum_j=1^n_next B(alpha+x+1,beta+n-x)/B(alpha,beta) B(gamma,delta+n+j)/B(gamma,delta) / L.
    Source: as `fit_bgbb`, equation 13 before its sum is closed.
    """
    x, last, n, _, row = _compressed(occasions)
    params = fit.params
    if not np.isfinite(params).all():
        return pd.Series(np.nan, index=occasions.index, name="expected_purchases")
    alpha, beta, gamma, delta = params
    log_l = _log_sums(*_terms(params, x, last, n)[:3])
    bought = betaln(alpha + x + 1, beta + n - x) - betaln(alpha, beta) - betaln(gamma, delta) - log_l
    ahead = np.arange(1, n_next + 1)
    values = np.exp(bought[:, None] + betaln(gamma, delta + n[:, None] + ahead)).sum(axis=1)
    return pd.Series(values[row], index=occasions.index, name="expected_purchases")


def _terms(params, x, last, n):
    """Log of each term of the likelihood, how many a customer has, and the arguments of its beta functions."""
    alpha, beta, gamma, delta = params
    size = (n - last + 1).astype(int)  # there at the end, or left before one of the occasions missed
    start = np.cumsum(size) - size
    step = np.arange(size.sum()) - np.repeat(start, size)
    of = np.repeat(np.arange(len(x)), size)
    left = step > 0
    until = np.where(left, last[of] + step - 1, n[of])  # occasions lived through
    ln = betaln(alpha + x[of], beta + until - x[of]) - betaln(alpha, beta)
    ln += betaln(gamma + left, delta + until) - betaln(gamma, delta)
    return ln, start, of, left, until


def _log_sums(ln, start, of):
    """Log of the sum of each customer's terms."""
    top = np.maximum.reduceat(ln, start)
    return top + np.log(np.add.reduceat(np.exp(ln - top[of]), start))


def _objective(x, last, n, count) -> Callable:
    weight = count / count.sum()

    def objective(logs):
        params = np.exp(logs)
        alpha, beta, gamma, delta = params
        ln, start, of, left, until = _terms(params, x, last, n)
        log_l = _log_sums(ln, start, of)
        w = weight[of] * np.exp(ln - log_l[of])
        buys, skips = x[of], until - x[of]
        both, lives = digamma(alpha + beta + until), digamma(gamma + delta + until + left)
        d_alpha = w @ (digamma(alpha + buys) - both) - digamma(alpha) + digamma(alpha + beta)
        d_beta = w @ (digamma(beta + skips) - both) - digamma(beta) + digamma(alpha + beta)
        d_gamma = w @ (digamma(gamma + left) - lives) - digamma(gamma) + digamma(gamma + delta)
        d_delta = w @ (digamma(delta + until) - lives) - digamma(delta) + digamma(gamma + delta)
        return -float(weight @ log_l), -np.array([d_alpha, d_beta, d_gamma, d_delta]) * params

    return objective


def _compressed(occasions: pd.DataFrame) -> tuple[np.ndarray, ...]:
    """Unique (frequency, recency, occasions) as floats, how many customers share each, and the way back to the rows."""
    for name in COLUMNS:
        if name not in occasions:
            raise DataError(f"occasions: the column {name} is missing. It needs {', '.join(COLUMNS)}.")
    if occasions.empty:
        raise DataError("occasions: the table is empty; give one row a customer.")
    values = {
        name: pd.to_numeric(occasions[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        for name in COLUMNS
    }
    for name in COLUMNS:
        wrong = ~(np.isfinite(values[name]) & (values[name] >= 0) & (values[name] == np.floor(values[name])))
        _refuse(occasions, name, wrong, "is no whole number of 0 or more; count again")
    x, last, n = (values[name] for name in COLUMNS)
    _refuse(
        occasions, "recency", last > n, "lies after the last occasion; count both from the first purchase"
    )
    _refuse(
        occasions,
        "frequency",
        (x > last) | ((x == 0) & (last > 0)),
        "does not fit the recency; count occasions, not purchases",
    )
    table = pd.DataFrame({"x": x, "last": last, "n": n})
    grouped = table.groupby(["x", "last", "n"], sort=True)
    row = grouped.ngroup().to_numpy()
    unique = grouped.size().reset_index(name="count").to_numpy(dtype=float)
    return *unique.T, row


def _refuse(occasions: pd.DataFrame, column: str, bad: np.ndarray, why: str) -> None:
    if bad.any():
        at = int(bad.argmax())
        raise DataError(
            f"occasions: {column} {occasions[column].iloc[at]} in row {occasions.index[at]} {why} "
            f"({int(bad.sum())} such rows)."
        )
