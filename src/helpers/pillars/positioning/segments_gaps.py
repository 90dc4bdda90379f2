"""Where a segment is found more often, and what moved since the wave before: differences with p allowed for all that were looked at."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy.special import ndtr

from helpers.checks import COUNTS_ONLY
from helpers.kpi import LEVEL
from helpers.methods import latent_redraws
from helpers.methods.experiment_shares import holm
from helpers.pillars.positioning.segments import Page
from helpers.pillars.positioning.segments_people import DIMENSIONS, NONE

COLUMNS = ("dimension", "level", "segment", "n", "share", "rest", "value", "low", "high", "p", "other")
MORE, LESS, SAME = "more", "less", "same"


def groups(made: Page) -> pd.DataFrame:
    """Share of each segment in each group of people outside, beside that among all others outside.

    Returns
    -------
    One row a group and segment: dimension, level, segment, n, share, rest, value (the difference) with low and high, p adjusted for
    all rows. Groups below 30 people are left out, and of a dimension with two levels the second one, which says the same: it stands
    in `other`, empty elsewhere.

    Formula: difference of corrected shares over redraws of people; p = 2 Phi(-|value| / sd), after Holm.
    """
    frame, rows = made.people.frame, []
    for dimension in () if made.reason else DIMENSIONS:
        known = frame[dimension].notna().to_numpy() & made.people.outside
        levels = sorted(frame.loc[known, dimension].astype(str).unique())
        for level in levels[:1] if len(levels) == 2 else levels:
            here = known & (frame[dimension].astype(str) == level).to_numpy()
            rest = known & ~here
            if min(here.sum(), rest.sum()) >= COUNTS_ONLY:
                other = levels[1] if len(levels) == 2 else ""
                rows += _compared(made, here, rest, dimension, level, other)
    return _adjusted(rows)


def moved(made: Page) -> pd.DataFrame:
    """Size of each segment outside in the last wave, beside the wave before; columns as `groups` has them, empty with one wave."""
    waves, frame = made.people.waves, made.people.frame
    if len(waves) < 2:
        return _adjusted([])
    now, before = ((frame["wave"] == wave).to_numpy() & made.people.outside for wave in (waves[-1], waves[-2]))  # fmt: skip
    return _adjusted(_compared(made, now, before, "wave", waves[-1]) if min(now.sum(), before.sum()) >= COUNTS_ONLY else [])  # fmt: skip


def brands(made: Page, segment: int) -> pd.DataFrame:
    """Brands that people of a segment outside use most, the one furthest above all others outside first: brand, share, rest, value, low, high, p."""
    frame, out = made.people.frame, made.people.outside
    main = frame["main"]
    known = out & main.notna().to_numpy() & (main != NONE).to_numpy()
    if known.sum() < COUNTS_ONLY:
        return _adjusted([]).drop(columns=["dimension", "segment"])
    w, rows = frame["weight"].to_numpy(float), []
    for brand, n in main[known].value_counts().items():
        if n < COUNTS_ONLY:
            continue
        uses = np.where(known, (main == brand).to_numpy(float), np.nan)
        own = latent_redraws.means(made.found, uses, weight=w)[:, segment]
        everybody = made.found.counts * np.where(known, w, 0.0)
        rest = everybody @ np.nan_to_num(uses) / everybody.sum(axis=1)
        rows.append(_row("brand", str(brand), segment, int(n), own, rest))
    return _adjusted(rows).sort_values("value", ascending=False, kind="stable").reset_index(drop=True)


def verdict(row: pd.Series | dict) -> str:
    """More, less, or no clear difference at the level of the page."""
    if not row["p"] < 1 - LEVEL:
        return SAME
    return MORE if row["value"] > 0 else LESS


def _compared(
    made: Page, here: np.ndarray, rest: np.ndarray, dimension: str, level: str, other: str = ""
) -> list[tuple]:
    w, one = made.people.frame["weight"].to_numpy(float), np.ones(len(here))
    first, second = (latent_redraws.parts(made.found, one, weight=w, where=at) for at in (here, rest))
    return [
        _row(dimension, level, k, int(here.sum()), first[:, k], second[:, k], other) for k in range(made.k)
    ]


def _row(
    dimension: str, level: str, segment: int, n: int, first: np.ndarray, second: np.ndarray, other: str = ""
) -> tuple:
    one = latent_redraws.estimate(first - second, n, level=LEVEL)
    error = float(np.std((first - second)[1:], ddof=1))
    p = 2 * float(ndtr(-abs(one.value) / error)) if error > 0 else math.nan
    inside = (float(np.clip(x[0], 0, 1)) for x in (first, second))
    return (dimension, level, segment, n, *inside, one.value, one.low, one.high, p, other)


def _adjusted(rows: list[tuple]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=list(COLUMNS))
    made["p"] = [step.p for step in holm(made["p"].tolist(), level=LEVEL)] if rows else made["p"]
    return made
