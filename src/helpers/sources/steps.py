"""The small steps that an expression of a map can take over columns: sums and ratios, bands, numbers within a group, made-up ids."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import numpy as np
import pandas as pd


def combined(kind: str, given: list[pd.Series], by: float = 1.0) -> pd.Series:
    """Add, subtract, multiply or divide columns of numbers, or take the least of them; a division by 0 gives nothing."""
    first, *rest = given
    if kind == "times":
        for one in rest:
            first = first * one
        return first * by
    if kind == "divide":
        return first / (rest[0].where(rest[0] != 0) if rest else by)
    if kind == "minus":
        for one in rest:
            first = first - one.fillna(0)
        return first.round(6)  # amounts have four decimals; less is noise, and may fall below 0
    if kind == "least":
        return pd.concat(given, axis=1).min(axis=1)
    return pd.concat(given, axis=1).sum(axis=1, min_count=1)


def near(given: list[pd.Series]) -> pd.Series:
    """Return "true" where the first amount is one of the others to two cents, "false" where it is none, nothing where it is missing."""
    first, *rest = given
    if not rest:
        return pd.Series([None] * len(first), index=first.index, dtype="object")
    fits = pd.concat([(first - one).abs() < 0.025 for one in rest], axis=1).any(axis=1)
    return fits.map({True: "true", False: "false"}).astype("object").where(first.notna(), None)


def bands(values: pd.Series, edges: tuple[int, ...]) -> pd.Series:
    """Return numbers in bands: with the edges 10 and 50 these are "under 10", "10-49" and "50+"."""
    names = [f"under {edges[0]}", *(f"{a}-{b - 1}" for a, b in pairwise(edges)), f"{edges[-1]}+"]
    place = np.searchsorted(edges, values.fillna(0).to_numpy(), side="right")
    return pd.Series([names[one] for one in place], index=values.index).where(values.notna(), None)


def runs(key: pd.Series) -> pd.Series:
    """Number the runs of equal values that stand together; an empty cell is a run of its own."""
    return (key != key.shift()).cumsum()


def grouped(kind: str, values: pd.Series, key: pd.Series) -> pd.Series:
    """Return a number from 1 for each line of its run (`number`), or the sum of a column over the run (`total`)."""
    of = runs(key)
    if kind == "number":
        return of.groupby(of).cumcount() + 1
    return values.astype("float64").groupby(of).transform("sum", min_count=1)


def digest(parts: list[pd.Series]) -> pd.Series:
    """Return 16 characters for the texts of a row: the same for the same texts, and none of them can be read in it.

    A row without any text has none.
    """
    joined = ["\x1f".join(texts) for texts in zip(*parts, strict=True)]
    made = [hashlib.sha256(text.encode()).hexdigest()[:16] if text.strip("\x1f") else None for text in joined]
    return pd.Series(made, index=parts[0].index, dtype="object")
