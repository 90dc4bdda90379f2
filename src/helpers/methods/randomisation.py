"""Was the lot of an experiment drawn as planned, and are its arms alike in what was known before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from helpers.errors import DataError

MISMATCH = 0.01  # a split this unlikely under the plan is taken for a fault of the test, no accident
LEAST_EXPECTED = 5  # units an arm under the plan, below which chi-square is no guide


class SampleRatio(NamedTuple):
    """How well the sizes of the arms fit the plan; `verdict` is "as planned", "mismatch" or "cannot tell"."""

    p: float
    statistic: float
    n: int
    expected: tuple[float, ...]
    verdict: str


def sample_ratio(
    counts: Sequence[int], planned: Sequence[float] | None = None, *, alpha: float = MISMATCH
) -> SampleRatio:
    """Test whether the arms have the sizes that the lot was to give them, before any result is read.

    Parameters
    ----------
    counts : units of each arm.
    planned : shares in the same order, in any scale; equal ones where it is left out.
    alpha : a p below it is a "mismatch".

    Returns
    -------
    SampleRatio: p and chi-square statistic, n = all units, expected units an arm. p is NaN and the verdict "cannot tell" where
    the plan expects fewer than 5 units in an arm.

    Raises
    ------
    DataError : a count is negative or no whole number. ValueError : fewer than two arms, a planned share that is not above 0.

    Formula: sum of (n_i - e_i)² / e_i over arms, chi-square with arms - 1 degrees of freedom.
    Source: Fabijan et al. (2019), Diagnosing sample ratio mismatch in online controlled experiments, KDD '19.
    """
    seen = np.asarray(counts, dtype=float)
    shares = np.ones(len(seen)) if planned is None else np.asarray(planned, dtype=float)
    if len(seen) < 2 or shares.shape != seen.shape or not (np.isfinite(shares) & (shares > 0)).all():
        raise ValueError(
            f"sample_ratio needs two arms or more and a share above 0 for each, not {counts} of {planned}"
        )
    good = np.isfinite(seen) & (seen >= 0) & (seen == np.round(seen))
    if not good.all():
        at = int(np.flatnonzero(~good)[0])
        raise DataError(f"sample_ratio: arm {at} has {seen[at]:g} units; count the units of each arm again.")
    expected = seen.sum() * shares / shares.sum()
    made = {"n": int(seen.sum()), "expected": tuple(expected.tolist())}
    if expected.min() < LEAST_EXPECTED:
        return SampleRatio(math.nan, math.nan, verdict="cannot tell", **made)
    statistic = float(((seen - expected) ** 2 / expected).sum())
    p = float(chdtrc(len(seen) - 1, statistic))
    return SampleRatio(p, statistic, verdict="mismatch" if p < alpha else "as planned", **made)


def balance(frame: pd.DataFrame, *, arm: str, columns: Sequence[str]) -> pd.DataFrame:
    """How unlike the arms were before the treatment, in standard deviations.

    Parameters
    ----------
    frame : one row a unit; `arm` is true for treated.
    columns : what was known before the treatment: numbers, or words, of which each level is compared. Missing values are a level
        of their own.

    Returns
    -------
    One row a column, and a row a level of words: column, level [empty for numbers], treated, control [means or shares],
    difference [standard deviations; 0 where nothing varies and infinite where only the arms differ], error [what a lot alone makes of it].

    Raises
    ------
    DataError : an arm is empty or a unit has none. ValueError : a column is absent.

    Formula: (m_t - m_c) / sqrt((s_t² + s_c²) / 2). Its error by lot alone is sqrt(1/n_t + 1/n_c).
    Source: Austin (2009), Statistics in Medicine 28, 3083-3107.
    """
    absent = [name for name in (arm, *columns) if name not in frame]
    if absent:
        raise ValueError(f"balance: no column {absent}; the table has {list(frame)[:20]}")
    if frame[arm].isna().any() or frame[arm].nunique() < 2:
        raise DataError(f"balance: {arm!r} must be true for some units, false for others and known for all.")
    treated = frame[arm].to_numpy(dtype=bool)
    rows = []
    for name in columns:
        values = frame[name]
        gone = values.isna().to_numpy()
        if pd.api.types.is_numeric_dtype(values):
            parts = [("", values.to_numpy(dtype=float, na_value=np.nan), ~gone)]
        else:
            words = values.astype("string")
            everybody = np.ones(len(frame), dtype=bool)
            levels = sorted(words.dropna().unique())
            parts = [
                (level, (words == level).fillna(False).to_numpy(dtype=float), everybody) for level in levels
            ]
        if gone.any():
            parts.append(("missing", gone.astype(float), np.ones(len(frame), dtype=bool)))
        for level, outcome, known in parts:
            rows.append((name, level, *_standardised(outcome[known & treated], outcome[known & ~treated])))
    return pd.DataFrame(rows, columns=["column", "level", "treated", "control", "difference", "error"])


def _standardised(treated: np.ndarray, control: np.ndarray) -> tuple[float, float, float, float]:
    """Both means, their difference in standard deviations and its error by lot."""
    if not len(treated) or not len(control):
        return math.nan, math.nan, math.nan, math.nan
    error = math.sqrt(1 / len(treated) + 1 / len(control))
    m_t, m_c = float(treated.mean()), float(control.mean())
    spread = math.sqrt((treated.var() + control.var()) / 2)
    if spread > 0:
        return m_t, m_c, (m_t - m_c) / spread, error
    return m_t, m_c, 0.0 if m_t == m_c else math.copysign(math.inf, m_t - m_c), error
