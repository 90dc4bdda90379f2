"""Does a chance treat groups alike? Gaps of score, of calibration and of rate between groups of people."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.methods.intervals import difference_of_proportions
from helpers.methods.scoring_measures import pairs

SMALLEST = 10  # people; a group under it could be recognised
GAPS = ("score_gap", "rate_gap", "calibration_gap")
UNKNOWN = "unknown"


def group_gaps(
    table: pd.DataFrame,
    *,
    by: str,
    target: str = "target",
    probability: str = "probability",
    level: float = 0.90,
    least: int = SMALLEST,
) -> pd.DataFrame:
    """How far each group's chances and outcomes lie from those of everyone else.

    Parameters
    ----------
    table : one row a case: the column `by` (a group; empty is a group of its own, "unknown"), `target` [0 or 1] and
        `probability` [0-1].
    level : confidence level of all bounds of one kind of gap together: a table of many groups finds something by chance, so each
        bound is widened by the number of groups shown.
    least : a group of fewer cases is hidden, and with it the next smallest where it could be had by subtraction.

    Returns
    -------
    One row a group, in order of its name: group, n, predicted [mean chance], observed [share 0-1], then for each of score_gap,
    rate_gap and calibration_gap the value, `_low` and `_high` [-1 to 1]. Score and rate are the group less all others; the
    calibration gap is observed less predicted in the group, less the same of all others: above 0 the chances are too low for
    the group. Figures of a hidden group are NaN and its n is missing; of a lone group the gaps are NaN.

    Raises
    ------
    DataError : a column is missing, or as `brier`.

    Formula: Newcombe's interval for the rates; Welch's normal interval for the two means.
    Source: Obermeyer et al. (2019), Science 366, for the calibration gap as the figure to watch.
    """
    for name in (by, target, probability):
        if name not in table:
            raise DataError(f"group_gaps: the column {name} is missing. The table has {list(table)[:20]}.")
    y, p = pairs(table[target], table[probability])
    names = table[by].astype(object).where(table[by].notna(), UNKNOWN).astype(str).to_numpy(dtype=object)
    groups, sizes = np.unique(names.astype(str), return_counts=True)
    out = _hidden(sizes, least)
    shown = int((~out).sum())
    level = 1 - (1 - level) / max(shown, 1)
    rows = [
        _row(group, names == group, y, p, level) if not gone else {"group": group, "n": math.nan}
        for group, gone in zip(groups, out, strict=True)
    ]
    bounds = [f"{gap}{end}" for gap in GAPS for end in ("", "_low", "_high")]
    made = pd.DataFrame(rows, columns=["group", "n", "predicted", "observed", *bounds])
    return made.astype({"n": "Int64"} | dict.fromkeys(made.columns[2:], float))


def _row(group: str, inside: np.ndarray, y: np.ndarray, p: np.ndarray, level: float) -> dict:
    row = {
        "group": group,
        "n": int(inside.sum()),
        "predicted": p[inside].mean(),
        "observed": y[inside].mean(),
    }
    rate = difference_of_proportions(
        y[inside].sum(), inside.sum(), y[~inside].sum(), (~inside).sum(), level=level
    )
    found = {
        "score_gap": _means(p[inside], p[~inside], level),
        "rate_gap": (rate.value, rate.low, rate.high),
        "calibration_gap": _means((y - p)[inside], (y - p)[~inside], level),
    }
    for gap, (value, low, high) in found.items():
        row |= {gap: value, f"{gap}_low": low, f"{gap}_high": high}
    return row


def _means(a: np.ndarray, b: np.ndarray, level: float) -> tuple[float, float, float]:
    """Mean of a less mean of b with its bounds; NaN where one is empty."""
    if not len(a) or not len(b):
        return (math.nan,) * 3
    value = float(a.mean() - b.mean())
    if min(len(a), len(b)) < 2:
        return value, math.nan, math.nan
    half = float(ndtri((1 + level) / 2)) * math.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    return value, value - half, value + half


def _hidden(sizes: np.ndarray, least: int) -> np.ndarray:
    """Groups that are too small, and the next smallest ones until what is hidden cannot be had by subtraction."""
    gone = sizes < least
    for at in np.argsort(sizes, kind="stable"):
        if not gone.any() or (gone.sum() >= 2 and sizes[gone].sum() >= least):
            break
        gone[at] = True
    return gone
