"""Placebos: the same analysis where nothing was done, in other regions and at earlier times, and what it finds there."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.methods import geo_ratio

FEWEST = 20  # placebos from which their scatter is read
COLUMNS = ("value", "low", "high", "z", "is_outside")


def in_space(
    control: pd.DataFrame, during, *, n_treated: int, n_all: int, n_placebos: int = 100, at=None, period: int = 0,
    level: float = 0.90, seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """The analysis of untreated regions as if some of them, drawn by lot, had been treated.

    Parameters
    ----------
    control : sales [time x region] of untreated regions.
    during, at, period, level : as in `geo_ratio.log_ratio`.
    n_treated, n_all : regions treated and regions in all of the true test; as large a share is drawn, at least one, at most half.
    n_placebos, seed : lots, and what they are drawn from.

    Returns
    -------
    One row a lot that could be read: value, low, high [log of the lift, of which there is none], z [value over its standard error],
    is_outside [its interval leaves out zero]. Empty with fewer than four regions.

    Source: Abadie, Diamond & Hainmueller (2010), JASA 105, section 3.4.
    """
    sales, running = control.to_numpy(dtype=float), np.asarray(during, dtype=bool)
    n = sales.shape[1]
    if n < 4:
        return pd.DataFrame(columns=list(COLUMNS), dtype=float)
    size = min(max(1, round(n * n_treated / n_all)), n // 2)
    rng, made = np.random.default_rng(seed), []
    for _ in range(n_placebos):
        drawn = np.zeros(n, dtype=bool)
        drawn[rng.permutation(n)[:size]] = True
        made.append(_one(sales[:, drawn], sales[:, ~drawn], running, at, period, level))
    return _table(made)


def in_time(
    treated: pd.DataFrame, control: pd.DataFrame, n_before: int, n_during: int, *, at=None, period: int = 0, level: float = 0.90,
) -> pd.DataFrame:  # fmt: skip
    """The analysis of the times before the test as if it had begun earlier, at every start that leaves room.

    Parameters
    ----------
    treated, control : sales [time x region].
    n_before, n_during : times before the test and in it; a placebo lasts as long, or half of what is before it if that is less.
    at, period, level : as in `geo_ratio.log_ratio`.

    Returns
    -------
    As `in_space`, with `start` [position of the first time]. Neighbouring starts share times.
    """
    length = min(n_during, n_before // 3)
    made, starts = [], []
    at = np.arange(len(treated)) if at is None else np.asarray(at)
    first = max(2 * geo_ratio.FEWEST, n_before // 3)
    for start in range(first, n_before - length + 1, max(1, length // 8)):
        rows = slice(0, start + length)
        running = np.arange(start + length) >= start
        found = _one(
            treated.to_numpy(dtype=float)[rows],
            control.to_numpy(dtype=float)[rows],
            running,
            at[rows],
            period,
            level,
        )
        made.append(found)
        starts.append(start)
    table = _table(made)
    return table.assign(start=[start for start, one in zip(starts, made, strict=True) if one])


def spread(placebos: pd.DataFrame) -> float:
    """How much more the placebos scatter than their intervals say, 1 or more; 1 where there are too few to tell.

    Formula: root of the mean of z squared, z as of a normal, not below 1: an interval is widened by it and never narrowed.
    """
    if len(placebos) < FEWEST:
        return 1.0
    return max(1.0, math.sqrt(float((placebos["z"] ** 2).mean())))


def _one(treated, control, running, at, period, level):
    steady = geo_ratio.steady_control(control, ~running)
    if not np.isfinite(steady).all():
        return None
    found = geo_ratio.log_ratio(treated.sum(axis=1), steady, running, at=at, period=period, level=level)
    if math.isnan(found.lift.value):
        return None
    value, low, high, se = geo_ratio.logs(found)
    return value, low, high, value / se, float(low > 0 or high < 0)


def _table(made: list) -> pd.DataFrame:
    return pd.DataFrame([one for one in made if one], columns=list(COLUMNS), dtype=float)
