"""A share through the waves of a tracker: a level that drifts, seen through answers whose doubt is known; n is never hidden."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtri

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.geo_ratio import quantile_of_mixture
from helpers.methods.intervals import Estimate, check_level

FEWEST = 4  # waves known: with fewer nothing tells the drift from the luck of the draw
STEP_GUESS = 0.015  # sd of a step of the level from wave to wave, on the scale of the arcsine: 1.5 points of a share of one half
STEP_SPREAD = 1.0  # sd of the log of it: a step between 0.4 and 2.7 times the guess is held likely
STEPS = STEP_GUESS * np.exp(np.linspace(-3, 3, 13))
NORMAL = 1e9  # degrees of freedom at which Student's t is the normal
NEEDED = ("wave", "value", "n", "n_effective")


class _Fit(NamedTuple):
    """For one size of step: its weight, the course with its covariance, how much of a wave is its own, the jumps and their variance."""

    weight: float
    course: np.ndarray
    covariance: np.ndarray
    own: np.ndarray
    jumps: np.ndarray
    jump_variance: np.ndarray


class Smoothed(NamedTuple):
    """The course of a share.

    table : one row a wave, in order: wave, value [as measured], n, n_effective, smoothed, low, high, worth [effective answers that
        would tell as much as the smoothed figure does], own [share of it that comes from the wave itself].
    step : mean sd of a step of the level between two waves, in points of the share at its mean. jumps : one Estimate a changed text, what
        it moved the share by, from the wave named to the one before. guards : what to know first.
    """

    table: pd.DataFrame
    step: float
    jumps: dict[object, Estimate]
    guards: tuple[Said, ...]
    fits: tuple[_Fit, ...]
    level: float


def smoothed(waves: pd.DataFrame, *, at=None, level: float = 0.90) -> Smoothed:
    """The share behind the waves, from a level that drifts and the known doubt of each wave.

    Parameters
    ----------
    waves : one row a wave of one brand and question, in order: wave, value [share 0-1], n, n_effective; wording where its text changed.
        A wave without a value is missing, and the course is drawn through it with the doubt that this leaves.
    at : when each wave was, in waves; None takes them as evenly apart.
    level : of the intervals, which hold wave by wave.

    Returns
    -------
    Smoothed. Below four known waves nothing is smoothed, and the guard says so. Where the text changes the course has a free jump: the
    waves before it say how the share drifts, not where it stands after.

    Raises
    ------
    DataError : a column is missing, a share is outside 0 to 1, a wave has a share of nobody, or times do not rise.

    Formula: y = asin sqrt((k + 3/8) / (n + 3/4)), k = p n, n = n_effective, with variance 1 / (4 n + 2); y = a + jumps + e, a random walk
        with an unknown step, both ends diffuse; the sd of the step is weighted over a grid, prior x likelihood, its log normal around
        0.015 with sd 1; share = sin² of the quantiles.
    Source: Durbin & Koopman (2012), Time Series Analysis by State Space Methods; Anscombe (1948), Biometrika 35; for polls Jackman
        (2005), Australian Journal of Political Science 40.
    """
    check_level(level)
    p, n, time = _checked(waves, at)
    known = np.isfinite(p)
    table = waves[["wave", "value", "n", "n_effective"]].reset_index(drop=True)
    if known.sum() < FEWEST:
        reason = said("{n} waves with a figure, and {need} are the least", n=int(known.sum()), need=FEWEST)
        blank = dict.fromkeys(("smoothed", "low", "high", "worth", "own"), np.nan)
        return Smoothed(table.assign(**blank), math.nan, {}, (said("cannot tell: {reason}", reason=reason),), (), level)  # fmt: skip
    y, noise = _even(p, n)
    jumps, names, guards = _jumps(waves, known)
    fits = tuple(_fits(y, noise, time, jumps))
    middle, low, high, spread = _read(fits, level)
    share = np.sin(middle) ** 2
    table = table.assign(
        smoothed=share, low=_share(low), high=_share(high), worth=1 / (4 * spread**2),
        own=np.where(known, sum(fit.weight * fit.own for fit in fits), 0.0),
    )  # fmt: skip
    scale = 2 * math.sqrt(float(np.mean(share)) * (1 - float(np.mean(share))))
    step = scale * sum(fit.weight * one for fit, one in zip(fits, STEPS, strict=True))
    moved = {name: _jump(fits, table, at, k, level) for k, (name, at) in enumerate(names)}
    return Smoothed(table, step, moved, guards, fits, level)


def smoothed_change(found: Smoothed, *, then: int, now: int) -> Estimate:
    """How far the smoothed share moved between two waves, counted by their rows from 0; its waves are not independent, and it knows.

    Returns
    -------
    Estimate [share]; NaN where nothing was smoothed. A changed text between the two is part of the change.

    Formula: mixture of normals of the difference on the arcsine scale, brought to the share by its slope between the two.
    """
    if not found.fits:
        return Estimate(math.nan, math.nan, math.nan, found.level, 0)
    course = sum(fit.weight * fit.course for fit in found.fits)
    gap = np.array([fit.course[now] - fit.course[then] for fit in found.fits])
    variance = [fit.covariance[now, now] + fit.covariance[then, then] - 2 * fit.covariance[now, then] for fit in found.fits]  # fmt: skip
    value = math.sin(course[now]) ** 2 - math.sin(course[then]) ** 2
    slope = math.sin(course[now] + course[then])  # sin²b - sin²a = sin(b + a) sin(b - a)
    weight, error = np.array([fit.weight for fit in found.fits]), np.sqrt(np.maximum(variance, 1e-18))
    low, high = (slope * math.sin(one) for one in _mixture(gap, error, weight, found.level))
    n = int(found.table["n"].iloc[[then, now]].fillna(0).sum())
    return Estimate(value, min(low, value), max(high, value), found.level, n)


def _even(p: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shares on the scale on which their noise depends on n alone, and its variance."""
    return np.arcsin(np.sqrt((p * n + 3 / 8) / (n + 3 / 4))), 1 / (4 * n + 2)


def _share(scale: np.ndarray) -> np.ndarray:
    return np.sin(np.clip(scale, 0, np.pi / 2)) ** 2


def _fits(y, noise, time, jumps) -> list[_Fit]:
    """The course for each size of step: the level is a random walk, so its precision is known, and so is that of what was seen."""
    steps = np.diff(np.eye(len(y)), axis=0)
    walk = steps.T @ (steps / np.diff(time)[:, None])
    known = np.isfinite(y)
    seen = np.where(known, 1 / np.where(known, noise, 1.0), 0.0)
    inside, k = np.eye(len(y)), jumps.shape[1]
    design = np.hstack([inside, jumps])
    right = design.T @ (seen * np.where(known, y, 0.0))
    # A jump is free, up to a prior so wide (one in the scale of the arcsine) that it says nothing.
    rest = np.zeros((len(y) + k,) * 2)
    rest[len(y) :, len(y) :] = np.eye(k) * 1e-2
    base = design.T @ (seen[:, None] * design) + rest
    made, logs = [], []
    for one in STEPS:
        precision = base.copy()
        precision[: len(y), : len(y)] += walk / one**2
        covariance = np.linalg.inv(precision)
        state = covariance @ right
        course = design @ state
        fitted = float(right @ state)
        logs.append(-0.5 * np.linalg.slogdet(precision)[1] - (len(y) - 1) * math.log(one) + fitted / 2)
        spread = design @ covariance @ design.T
        made.append((course, spread, np.diag(spread) * seen, state[len(y) :], np.diag(covariance)[len(y) :]))
    prior = -0.5 * (np.log(STEPS / STEP_GUESS) / STEP_SPREAD) ** 2
    weight = np.exp(np.array(logs) + prior - np.max(np.array(logs) + prior))
    weight /= weight.sum()
    return [_Fit(float(w), *parts) for w, parts in zip(weight, made, strict=True)]


def _read(fits, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean, bounds and sd of each wave over the sizes of step."""
    weight = np.array([fit.weight for fit in fits])
    course = np.array([fit.course for fit in fits]).T
    variance = np.array([np.diag(fit.covariance) for fit in fits]).T
    middle = course @ weight
    spread = np.sqrt((variance + (course - middle[:, None]) ** 2) @ weight)
    low, high = _mixture(course, np.sqrt(variance), weight, level)
    return middle, np.minimum(low, middle), np.maximum(high, middle), spread


def _mixture(value, error, weight, level: float):
    tails = (1 - level) / 2, (1 + level) / 2
    return tuple(quantile_of_mixture(tail, value, error, weight, NORMAL) for tail in tails)


def _jump(fits, table: pd.DataFrame, at: int, k: int, level: float) -> Estimate:
    """What a changed text moved the share by, between the last wave before it and the first after."""
    weight = np.array([fit.weight for fit in fits])
    value = float(weight @ [fit.jumps[k] for fit in fits])
    spread = math.sqrt(float(weight @ [fit.jump_variance[k] + (fit.jumps[k] - value) ** 2 for fit in fits]))
    slope = 2 * math.sqrt(table["smoothed"].iloc[at] * (1 - table["smoothed"].iloc[at]))
    half = float(ndtri((1 + level) / 2)) * spread
    n = int(table["n"].iloc[[at - 1, at]].fillna(0).sum())
    return Estimate(slope * value, slope * (value - half), slope * (value + half), level, n)


def _jumps(waves: pd.DataFrame, known: np.ndarray) -> tuple[np.ndarray, list, tuple[Said, ...]]:
    """A column a changed text, 1 from its wave on; the names and rows of those waves; what to say."""
    if "wording" not in waves:
        return np.empty((len(waves), 0)), [], ()
    texts = waves["wording"].astype("string").where(known).ffill().bfill().fillna("").to_numpy()
    rows = [at for at in range(1, len(texts)) if texts[at] != texts[at - 1]]
    columns = [(np.arange(len(texts)) >= at) * 1.0 for at in rows]
    names = [(waves["wave"].iloc[at], at) for at in rows]
    guards = [
        said("the text changed with wave {wave}: the course jumps there, and waves before it say nothing of the level after", wave=str(name))
        for name, _ in names
    ]  # fmt: skip
    return np.column_stack(columns) if columns else np.empty((len(waves), 0)), names, tuple(guards)


def _checked(waves: pd.DataFrame, at) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    for name in NEEDED:
        if name not in waves:
            raise DataError(f"smoothing: the waves have no column {name}. Give wave, value, n and n_effective.")  # fmt: skip
    if waves["wave"].duplicated().any():
        raise DataError(f"smoothing: wave {waves['wave'][waves['wave'].duplicated()].iloc[0]} comes twice. Give one brand, one question and one text a wave.")  # fmt: skip
    p, n = waves["value"].to_numpy(float), waves["n_effective"].to_numpy(float)
    off = (p < 0) | (p > 1) | (np.isfinite(p) & ~(n > 0))
    if off.any():
        row = int(off.argmax())
        raise DataError(f"smoothing: wave {waves['wave'].iloc[row]} has a share of {p[row]:g} of {n[row]:g} effective answers. Give shares from 0 to 1 and who answered.")  # fmt: skip
    time = np.arange(len(p), dtype=float) if at is None else np.asarray(at, dtype=float)
    if len(time) != len(p) or not (np.diff(time) > 0).all():
        raise DataError("smoothing: times do not rise from wave to wave. Give each wave once, in order.")
    return p, n, time
