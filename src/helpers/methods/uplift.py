"""Whom does a treatment move: how well a score ranks the effect, and the effect of each tenth of the ranking."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.experiments import arm_of, difference_of_means
from helpers.methods.intervals import Estimate, difference_of_proportions, equal_tailed

SAME = 1e-9  # scores closer than this share of their spread differ by rounding alone
AT_ONCE = 200_000  # rows x redraws held together: more no longer fit where a processor is fast


def ranks(score) -> np.ndarray:
    """Place of each score from the highest, 0 first; equal ones, and those that only rounding tells apart, share a place.

    Raises
    ------
    DataError : a score is missing or infinite.
    """
    known = np.asarray(score, dtype=float)
    bad = int((~np.isfinite(known)).sum())
    if bad:
        raise DataError(f"ranks: {bad} of {len(known)} scores are no number; score every unit.")
    if not len(known):
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(-known, kind="stable")
    tolerance = SAME * (known[order[0]] - known[order[-1]])
    # A step counts where it is more than rounding; places are counted along the sorted scores.
    steps = np.concatenate([[0], (-np.diff(known[order]) > tolerance).cumsum()])
    place = np.empty(len(known), dtype=np.int64)
    place[order] = steps
    return place


def fraction_from_top(score) -> np.ndarray:
    """Share of units that stand above each one, ties at the middle of theirs: 0 to 1, the highest score near 0."""
    place = ranks(score)
    sizes = np.bincount(place) if len(place) else np.zeros(0)
    return ((np.cumsum(sizes) - sizes / 2) / max(len(place), 1))[place]


def qini(outcome, score, treated) -> float:
    """Qini coefficient of a ranking: how much of the gain that knowing every answer would bring it brings.

    Parameters
    ----------
    outcome : 0 or 1 of each unit.
    score : expected effect; units are treated from the highest down, ties together.
    treated : whether the lot gave each unit the treatment.

    Returns
    -------
    Coefficient: 0 for a ranking as good as chance, 1 for the perfect one, below 0 for a wrong one. With a handful of units chance
    can pass 1. NaN where nobody answered or the perfect ranking gains nothing.

    Raises
    ------
    DataError : an outcome is not 0 or 1, an arm is empty, a score is missing.

    Formula: (A - B) / (P - B); A is the area by trapezoids under q(k) = y_t(k) - y_c(k) n_t(k) / n_c(k) over the k first units, B
        under the straight line to the same end, P under q of the ranking treated with answer, without answer, control with
        answer. It is `qini_auc_score` of scikit-uplift with negative effects.
    Source: Radcliffe (2007), Using control groups to target on predicted lift; normalised as scikit-uplift does.
    """
    cells, _ = _cells(outcome, score, treated)
    return float(_coefficients(cells[:, None])[0])


def qini_interval(outcome, score, treated, *, level: float = 0.90, draws: int = 200, seed: int) -> Estimate:
    """Qini coefficient with the interval of redrawn units, the score taken as given.

    Parameters
    ----------
    outcome, score, treated : as `qini`; scores made out of fold.
    level, draws, seed : percentiles of that many redraws; the same seed gives the same bounds.

    Returns
    -------
    Estimate: value, low, high, n = units. Bounds are NaN where more than 1 % of the redraws give no number. What refitting the
    score would add is not in them.

    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13.
    """
    cells, cell_of = _cells(outcome, score, treated)
    n, shape = len(cell_of), cells.shape
    value = float(_coefficients(cells[:, None])[0])
    rng = np.random.default_rng(seed)
    made = []
    for first in range(0, draws, max(1, AT_ONCE // n)):
        some = range(first, min(draws, first + max(1, AT_ONCE // n)))
        drawn = np.empty((shape[0], len(some), shape[1]))
        for at in range(len(some)):
            # unit positions, then the cell each stands in: one bincount a redraw
            counts = np.bincount(cell_of[rng.integers(0, n, n)], minlength=cells.size)
            drawn[:, at] = counts.reshape(shape)
        made.append(_coefficients(drawn))
    sample = np.concatenate(made)
    sample = sample[np.isfinite(sample)]
    if not math.isfinite(value) or len(sample) < 0.99 * draws:
        return Estimate(value, math.nan, math.nan, level, n)
    low, high = equal_tailed(sample, level=level)
    return Estimate(value, float(low), float(high), level, n)


def _cells(outcome, score, treated) -> tuple[np.ndarray, np.ndarray]:
    """Units in each (kind, place): kinds treated, treated with answer, control, control with answer; and each unit's cell.

    A unit stands in one cell: without answer in kind 0 or 2, with one in kind 1 or 3.
    """
    y, is_treated = np.asarray(outcome, dtype=float), np.asarray(treated, dtype=bool)
    if not np.isin(y, (0.0, 1.0)).all():
        raise DataError("qini: an outcome is not 0 or 1; give whether each unit answered, not how much.")
    place = ranks(score)
    if not len(y) == len(place) == len(is_treated):
        raise ValueError(
            f"qini needs one outcome, score and arm a unit, not {len(y)}, {len(place)} and {len(is_treated)}"
        )
    if is_treated.all() or not is_treated.any():
        raise DataError(
            f"qini: {int(is_treated.sum())} of {len(y)} units were treated; an effect needs both arms."
        )
    n_places = int(place.max()) + 1
    cell_of = (2 * ~is_treated + y.astype(np.int64)) * n_places + place
    counts = np.bincount(cell_of, minlength=4 * n_places).reshape(4, n_places)
    return counts.astype(float), cell_of


def _coefficients(cells: np.ndarray) -> np.ndarray:
    """Qini of each redraw; `cells` is [kind, redraw, place]."""
    silent_t, spoke_t, silent_c, spoke_c = cells
    n_t, n_c = (silent_t + spoke_t).cumsum(axis=1), (silent_c + spoke_c).cumsum(axis=1)
    y_t, y_c = spoke_t.cumsum(axis=1), spoke_c.cumsum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        curve = y_t - np.where(n_c > 0, y_c * n_t / n_c, 0.0)
        width = silent_t + spoke_t + silent_c + spoke_c
        before = np.concatenate([np.zeros((len(curve), 1)), curve[:, :-1]], axis=1)
        area = (width * (curve + before)).sum(axis=1) / 2
        n, end = (n_t + n_c)[:, -1], curve[:, -1]
        yes_t, yes_c = y_t[:, -1], y_c[:, -1]
        perfect = yes_t**2 / 2 + (n - yes_t - yes_c) * yes_t + yes_c * (yes_t + end) / 2
        chance = n * end / 2
        both = (n_t[:, -1] > 0) & (n_c[:, -1] > 0) & (perfect - chance > 0)
        return np.where(both, (area - chance) / (perfect - chance), np.nan)


def effects_by_group(
    frame: pd.DataFrame,
    *,
    group: str,
    treated: str,
    outcome: str,
    level: float = 0.90,
    among: int = 1,
) -> pd.DataFrame:
    """Effect of the treatment in each group of units.

    Parameters
    ----------
    frame : one row a unit; `treated` true or false, `outcome` a number.
    group : column that was known before the treatment.
    level : of all intervals at once.
    among : how many intervals are read together, so that the worst of many groups is not taken for a finding (Bonferroni).

    Returns
    -------
    One row a group in its order: the group, n, n_treated, treated, control [means], value, low, high [difference]. Newcombe's
    interval for an outcome of 0 and 1, Welch's otherwise; NaN where an arm is too small to tell.

    Raises
    ------
    DataError : an outcome is missing.
    """
    names = sorted(frame[group].dropna().unique())
    one = 1 - (1 - level) / among
    is_binary = bool(frame[outcome].isin([0, 1]).all())
    rows = []
    for name in names:
        some = frame[frame[group] == name]
        mailed = some[treated].to_numpy(dtype=bool)
        arms = arm_of(some.loc[mailed, outcome]), arm_of(some.loc[~mailed, outcome])
        effect = difference_of_means(*arms, level=one)
        bounds = effect.absolute
        if is_binary:
            bounds = difference_of_proportions(arms[0].total, arms[0].n, arms[1].total, arms[1].n, level=one)
        rows.append(
            (
                name,
                len(some),
                arms[0].n,
                effect.treated,
                effect.control,
                effect.absolute.value,
                bounds.low,
                bounds.high,
            )
        )
    return pd.DataFrame(rows, columns=[group, "n", "n_treated", "treated", "control", "value", "low", "high"])


def uplift_by_tenth(outcome, score, treated, *, level: float = 0.90, groups: int = 10) -> pd.DataFrame:
    """Effect in each tenth of the ranking, the highest scores first; tied units stay in one tenth.

    Returns
    -------
    One row a tenth that holds somebody: tenth [1 is the top], score [mean], n, n_treated, treated, control, value, low, high,
    as `effects_by_group`.

    Raises
    ------
    DataError : a score or an outcome is missing.
    """
    tenth = np.minimum((fraction_from_top(score) * groups).astype(int), groups - 1) + 1
    frame = pd.DataFrame({"tenth": tenth, "is_treated": treated, "outcome": outcome, "score": score})
    table = effects_by_group(frame, group="tenth", treated="is_treated", outcome="outcome", level=level)
    table.insert(1, "score", frame.groupby("tenth")["score"].mean().to_numpy())
    return table
