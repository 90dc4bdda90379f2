"""Key drivers: what share of an outcome's variance each of several correlated drivers explains, and how sure its rank is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import said

MOST = 12  # drivers: 4,096 models a redraw
ROWS_A_DRIVER = 10
SAME = 1e-8  # share of a driver's variance that the others leave unexplained
TANGLED = (
    0.9  # share of a driver's variance that the others explain, from which its own share is a matter of luck
)
BATCH = 100  # redraws at a time, which bounds the memory


@dataclass(frozen=True, eq=False)
class Drivers:
    """Shares of explained variance with the redraws that say how sure they are.

    table : one row a driver, largest share first: driver, share [of r2, 0-1], low, high, rank, stability [share of redraws in
        which it keeps this rank], slope [outcome a unit of the driver], mean [of the driver], effect [outcome, slope x mean:
        what the driver adds to the mean outcome], effect_low, effect_high.
    r2 : share of the outcome's variance that all drivers explain together, with r2_low and r2_high.
    n, n_missing : rows used, and rows left out because a value is missing.
    draws, effect_draws : shares and effects of each redraw [redraw, driver], in the order of the table.
    guards : what to tell a reader, in plain language; empty when nothing is wrong.

    Where the data cannot tell, the table is empty, r2 is NaN and the first guard starts with "cannot tell".
    """

    table: pd.DataFrame
    r2: float
    r2_low: float
    r2_high: float
    n: int
    n_missing: int
    draws: np.ndarray
    effect_draws: np.ndarray
    guards: tuple[str, ...]


COLUMNS = (
    "driver", "share", "low", "high", "rank", "stability", "slope", "mean", "effect", "effect_low", "effect_high",
)  # fmt: skip


def key_drivers(
    rows: pd.DataFrame,
    outcome: str,
    drivers: list[str],
    *,
    level: float = 0.90,
    draws: int = 500,
    seed: int,
    rows_a_driver: int = ROWS_A_DRIVER,
) -> Drivers:
    """Decompose R² of a linear regression into shares of its drivers, and redraw the rows to see how they move.

    Parameters
    ----------
    rows : one row per independent unit (a person); outcome and drivers are numbers, yes and no as 1 and 0.
    outcome, drivers : its columns; at most 12 drivers.
    level, draws, seed : of the intervals; the same seed gives the same bounds.
    rows_a_driver : with fewer complete rows a driver, nothing is told.

    Returns
    -------
    Drivers. A row with a missing value is left out and counted; a driver that does not vary, or that the ones before it
    explain wholly, is left out and named in the guards.

    Raises
    ------
    DataError : a column is missing or holds text, or there are more than 12 drivers.

    Formula: share_j = sum over subsets S without j of |S|! (k - |S| - 1)! / k! x (R²(S + j) - R²(S)), over R² of all.
    Source: Lindeman, Merenda & Gold (1980); Grömping (2006), Relative importance for linear regression in R: the package
        relaimpo, Journal of Statistical Software 17(1); the bootstrap of rows, Efron & Tibshirani (1993).
    """
    values = _numbers(rows, [outcome, *drivers])
    there = np.isfinite(values).all(axis=1)
    values, n_missing = values[there], int((~there).sum())
    guards: list[str] = []
    if n_missing:
        guards.append(said("{n} rows have a missing value and are left out", n=n_missing))
    kept = _kept(values, drivers, guards)
    n, need = len(values), max(rows_a_driver * max(len(kept), 1), 2)
    spread = float(values[:, 0].std()) if n else 0.0
    if not kept or n < need or not spread > 0:
        why = said("no driver varies")
        if kept:
            why = said("the outcome does not vary")
        if n < need:
            why = said("{n} complete rows, need n = {need}", n=n, need=need)
        empty, none = pd.DataFrame(columns=list(COLUMNS)), np.empty((0, 0))
        guards.insert(0, said("cannot tell: {reason}", reason=why))
        return Drivers(empty, math.nan, math.nan, math.nan, n, n_missing, none, none, tuple(guards))
    used = values[:, [0, *(1 + i for i in kept)]]
    names = [drivers[i] for i in kept]
    _tangled(used, names, guards)
    return _shares(used, names, level, draws, seed, n_missing, guards)


def _shares(used, names, level, draws, seed, n_missing, guards) -> Drivers:
    n, k = len(used), len(names)
    middle = used.mean(axis=0)  # close to the mean, so that squares lose no digits
    scale = used.std(axis=0)
    z = (used - middle) / scale
    covariance = _moments(z, np.ones((1, n)))[1]
    parts, slopes = _lmg(covariance), _slopes(covariance)
    r2 = float(parts.sum())
    rng, made = np.random.default_rng(seed), []
    for first in range(0, draws, BATCH):
        weights = rng.multinomial(n, np.full(n, 1 / n), min(BATCH, draws - first)).astype(float)
        means, covariances = _moments(z, weights)
        made.append((_lmg(covariances), _slopes(covariances), means))
    drawn, drawn_slopes, drawn_means = (np.concatenate(found) for found in zip(*made, strict=True))
    to_units = scale[0] / scale[1:]
    effect = slopes[0] * to_units * middle[1:]
    effects = drawn_slopes * to_units * (middle[1:] + drawn_means[:, 1:] * scale[1:])
    total = drawn.sum(axis=1, keepdims=True)
    shares = drawn / np.where(total > 0, total, 1.0)
    order = np.argsort(-parts[0], kind="stable")
    ranks = np.argsort(np.argsort(-shares[:, order], axis=1, kind="stable"), axis=1, kind="stable")
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(shares[:, order], tails, axis=0)
    share = parts[0][order] / r2 if r2 > 0 else np.zeros(k)
    effect_low, effect_high = np.quantile(effects[:, order], tails, axis=0)
    table = pd.DataFrame(
        {
            "driver": [names[i] for i in order],
            "share": share,
            "low": np.minimum(low, share),
            "high": np.maximum(high, share),
            "rank": np.arange(1, k + 1),
            "stability": (ranks == np.arange(k)).mean(axis=0),
            "slope": (slopes[0] * to_units)[order],
            "mean": middle[1:][order],
            "effect": effect[order],
            "effect_low": np.minimum(effect_low, effect[order]),
            "effect_high": np.maximum(effect_high, effect[order]),
        }
    )
    r2_low, r2_high = np.quantile(total, tails)
    bounds = (float(min(r2_low, r2)), float(max(r2_high, r2)))
    return Drivers(table, r2, *bounds, n, n_missing, shares[:, order], effects[:, order], tuple(guards))


def _moments(z: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted means [draw, column] and covariances [draw, column, column] of the columns of `z`."""
    total = weights.sum(axis=1)
    mean = weights @ z / total[:, None]
    pairs = [(i, j) for i in range(z.shape[1]) for j in range(i, z.shape[1])]
    products = weights @ np.column_stack([z[:, i] * z[:, j] for i, j in pairs]) / total[:, None]
    covariance = np.empty((len(weights), z.shape[1], z.shape[1]))
    for at, (i, j) in enumerate(pairs):
        covariance[:, i, j] = covariance[:, j, i] = products[:, at] - mean[:, i] * mean[:, j]
    return mean, covariance


def _lmg(covariance: np.ndarray) -> np.ndarray:
    """Share of the outcome's variance of each driver [draw, driver]; the outcome is the first row of each matrix."""
    k = covariance.shape[1] - 1
    found = {(): np.zeros(len(covariance))}
    for size in range(1, k + 1):
        for subset in combinations(range(k), size):
            found[subset] = _r2(covariance, subset)
    parts = np.zeros((len(covariance), k))
    for subset, explained in found.items():
        for j in set(range(k)) - set(subset):
            weight = 1 / (k * math.comb(k - 1, len(subset)))  # |S|! (k - |S| - 1)! / k!
            parts[:, j] += weight * (found[tuple(sorted((*subset, j)))] - explained)
    return parts


def _r2(covariance: np.ndarray, subset: tuple[int, ...]) -> np.ndarray:
    """R² of the drivers of a subset in each draw."""
    at = [1 + i for i in subset]
    with_outcome = covariance[:, at, 0]
    solved = _solved(covariance[:, at][:, :, at], with_outcome)
    variance = covariance[:, 0, 0]
    return np.einsum("di,di->d", solved, with_outcome) / np.where(variance > 0, variance, 1.0)


def _slopes(covariance: np.ndarray) -> np.ndarray:
    return _solved(covariance[:, 1:, 1:], covariance[:, 1:, 0])


def _solved(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve each draw; a driver that does not vary in a draw gets nothing, in place of a division by zero."""
    tiny = SAME * np.eye(matrix.shape[1])  # of a variance near 1: moves a share by less than its eighth digit
    return np.linalg.solve(matrix + tiny * 1e-2, right[..., None])[..., 0]


def _numbers(rows: pd.DataFrame, names: list[str]) -> np.ndarray:
    if not 2 <= len(names) <= MOST + 1:
        raise DataError(
            f"drivers: {len(names) - 1} drivers are given. Choose 1 to {MOST}; join those that say the same."
        )
    for name in names:
        if name not in rows:
            raise DataError(
                f"drivers: the column {name} is missing. Give the outcome and the drivers as columns."
            )
        if not pd.api.types.is_numeric_dtype(rows[name]) and not pd.api.types.is_bool_dtype(rows[name]):
            raise DataError(
                f"drivers: the column {name} holds no numbers. Make a column of 1 and 0 for each answer."
            )
    values = np.column_stack([rows[name].to_numpy(dtype=float, na_value=np.nan) for name in names])
    return np.where(np.abs(values) < 1e100, values, np.nan)  # a square of more has no end


def _kept(values: np.ndarray, drivers: list[str], guards: list[str]) -> list[int]:
    """Places of drivers that vary and that the ones before them do not explain wholly."""
    kept: list[int] = []
    if not len(values):
        return list(range(len(drivers)))
    for i, name in enumerate(drivers):
        x = values[:, 1 + i] - values[:, 1 + i].mean()
        size = float(np.abs(values[:, 1 + i]).max())
        if not np.sqrt(x @ x / len(x)) > 1e-12 * size:
            guards.append(said("{driver} does not vary and is left out", driver=name))
        elif _unexplained(x, values[:, [1 + j for j in kept]]) < SAME:
            guards.append(said("{driver} says the same as those before it and is left out", driver=name))
        else:
            kept.append(i)
    return kept


def _unexplained(x: np.ndarray, others: np.ndarray) -> float:
    """Share of a driver's variance that other drivers leave."""
    if not others.shape[1]:
        return 1.0
    others = (others - others.mean(axis=0)) / others.std(axis=0)
    rest = x - others @ np.linalg.lstsq(others, x, rcond=None)[0]
    return float(rest @ rest / (x @ x))


def _tangled(used: np.ndarray, names: list[str], guards: list[str]) -> None:
    z = used[:, 1:] - used[:, 1:].mean(axis=0)
    for i, name in enumerate(names):
        if 1 - _unexplained(z[:, i], np.delete(used[:, 1:], i, axis=1)) > TANGLED:
            guards.append(
                said("{driver} is nearly told by the others: read their shares together", driver=name)
            )
