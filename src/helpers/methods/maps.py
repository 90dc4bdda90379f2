"""Correspondence analysis: which brands and which attributes go together in a table of counts, and how much of it a map shows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from helpers.errors import DataError

FEWEST = 3  # rows or columns: with two of either there is nothing but a line
TIE = 1e-9  # two coordinates nearer than this, relative to the largest, are the same size
DUST = 1e-12  # an axis of less inertia is rounding


class Map(NamedTuple):
    """Axes of a table of counts, largest first.

    inertia, share : of each axis [axis]; total : their sum, chi2 / n. chi2, df, p : of independence, as if each count were a person.
    rows : principal coordinates [row x axis]; columns : standard coordinates [column x axis]. masses : rows, columns [share].
    contributions, cos2 : of rows and of columns, what a point adds to an axis and what an axis shows of a point [point x axis].
    residuals : of each cell, in standard deviations if all were independent: what a row has more of than its size and the
    column's lets expect [row x column]. n : sum of counts.
    """

    inertia: np.ndarray
    share: np.ndarray
    total: float
    chi2: float
    df: int
    p: float
    rows: pd.DataFrame
    columns: pd.DataFrame
    row_masses: np.ndarray
    column_masses: np.ndarray
    row_contributions: pd.DataFrame
    column_contributions: pd.DataFrame
    row_cos2: pd.DataFrame
    column_cos2: pd.DataFrame
    residuals: pd.DataFrame
    n: float


def correspondence(counts: pd.DataFrame) -> Map:
    """Correspondence analysis of a table of counts: row-principal, distances between rows are those of their profiles.

    Parameters
    ----------
    counts : one row a brand, one column an attribute, 0 or more; weighted counts are allowed.

    Returns
    -------
    Map.

    Raises
    ------
    DataError : fewer than three rows or columns, a count is missing or negative, or a row or column has none.

    Formula: S = Dr^-1/2 (P - rc') Dc^-1/2 = U D V'; rows Dr^-1/2 U D, columns Dc^-1/2 V, inertia D². Of each axis the largest
        column coordinate is positive, the first of those equally large, so that redraws and machines agree.
    Source: Greenacre (2017), Correspondence Analysis in Practice, 3rd edition; digits of the R package ca 0.71.1.
    """
    table = checked(counts)
    p, r, c, s = standardised(table[None])
    u, d, v = (one[0] for one in axes(s))
    u, d, v = u[:, d**2 > DUST], d[d**2 > DUST], v[:, d**2 > DUST]
    p, r, c, s = p[0], r[0], c[0], s[0]
    n, total = float(table.sum()), float((s**2).sum())
    df = (len(r) - 1) * (len(c) - 1)
    names = list(range(1, len(d) + 1))
    rows, columns = u * d / np.sqrt(r)[:, None], v / np.sqrt(c)[:, None]
    spread = np.sqrt(np.outer(1 - r, 1 - c))

    def framed(values: np.ndarray, index) -> pd.DataFrame:
        return pd.DataFrame(values, index=index, columns=names)

    with np.errstate(invalid="ignore", divide="ignore"):
        row_cos2 = (u * d) ** 2 / (s**2).sum(axis=1, keepdims=True)
        column_cos2 = (v * d) ** 2 / (s**2).sum(axis=0)[:, None]
    return Map(
        d**2, d**2 / total if total > DUST else d**2, total, n * total, df, float(chdtrc(df, n * total)), framed(rows, counts.index),
        framed(columns, counts.columns), r, c, framed(u**2, counts.index), framed(v**2, counts.columns), framed(row_cos2, counts.index),
        framed(column_cos2, counts.columns), pd.DataFrame(np.sqrt(n) * s / spread, index=counts.index, columns=counts.columns), n,
    )  # fmt: skip


def supplementary_rows(found: Map, counts: pd.DataFrame) -> pd.DataFrame:
    """Principal coordinates of rows that shape no axis, such as an ideal brand or a past wave [row x axis].

    Formula: profile of the row x standard coordinates of the columns.
    """
    missing = [str(name) for name in found.columns.index if name not in counts]
    if missing:
        raise DataError(
            f"maps: the supplementary rows have no column {missing[0]}. Give the columns of the map."
        )
    profile = counts[list(found.columns.index)].astype(float)
    return (profile.div(profile.sum(axis=1), axis=0)) @ found.columns


def supplementary_columns(found: Map, counts: pd.DataFrame) -> pd.DataFrame:
    """Standard coordinates of columns that shape no axis, such as a share of buyers by brand [column x axis].

    Formula: profile of the column x principal coordinates of the rows / inertia of the axis.
    """
    missing = [str(name) for name in found.rows.index if name not in counts.index]
    if missing:
        raise DataError(
            f"maps: the supplementary columns have no row {missing[0]}. Give the rows of the map."
        )
    profile = counts.loc[list(found.rows.index)].astype(float)
    return (profile / profile.sum(axis=0)).T @ found.rows / found.inertia


def checked(counts: pd.DataFrame) -> np.ndarray:
    """Counts as an array, refused where no map can be made of them."""
    table = counts.to_numpy(dtype=float)
    if table.shape[0] < FEWEST or table.shape[1] < FEWEST:
        raise DataError(
            f"maps: {table.shape[0]} brands and {table.shape[1]} attributes; at least {FEWEST} of each are needed. Ask about more of them."
        )
    if not (np.isfinite(table).all() and (table >= 0).all()):
        raise DataError("maps: a count is missing or negative. Count the answers again.")
    for what, names, sums in (
        ("brand", counts.index, table.sum(axis=1)),
        ("attribute", counts.columns, table.sum(axis=0)),
    ):
        if (sums == 0).any():
            raise DataError(
                f"maps: the {what} {names[int((sums == 0).argmax())]} has no count at all. Leave it out of the map."
            )
    return table


def standardised(tables: np.ndarray) -> tuple[np.ndarray, ...]:
    """Shares, masses of rows and columns, and what departs from independence, of tables [draw x row x column]."""
    p = tables / tables.sum(axis=(1, 2), keepdims=True)
    r, c = p.sum(axis=2), p.sum(axis=1)
    expected = r[:, :, None] * c[:, None, :]
    with np.errstate(invalid="ignore", divide="ignore"):
        s = np.where(expected > 0, (p - expected) / np.sqrt(expected), 0.0)
    return p, r, c, s


def axes(s: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Left vectors, singular values and right vectors of tables [draw x row x column], each axis with its sign fixed."""
    u, d, vt = np.linalg.svd(s, full_matrices=False)
    v = np.swapaxes(vt, 1, 2)
    size = np.abs(v)
    first = np.argmax(size >= size.max(axis=1, keepdims=True) * (1 - TIE), axis=1)
    sign = np.sign(np.take_along_axis(v, first[:, None, :], axis=1))
    sign = np.where(sign == 0, 1.0, sign)
    return u * sign, d, v * sign
