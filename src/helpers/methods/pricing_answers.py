"""Answers to the four price questions, checked: what is missing, what is out of order, what may be read at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said

FOUR = ("too_cheap", "cheap", "expensive", "too_expensive")
INTENTS = ("intent_cheap", "intent_expensive")
FEWEST = 100  # answers in order; under it no price point is told
MOST_OUT_OF_ORDER = 0.30  # share of answers above which the question was not understood


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers in order, and how many there were beside them.

    prices : person x (too cheap, cheap, expensive, too expensive), rising. intents : person x (at the cheap, at the expensive price), 1 to
        5, NaN where unknown. weights : of each person, mean 1.
    n_asked : people with any of the four prices; n_missing : without one of them; n_out : whose prices do not rise; both are left out.
    reason : why nothing may be told of prices, empty where it may. guards : what to know first.
    """

    prices: np.ndarray
    intents: np.ndarray
    weights: np.ndarray
    n_asked: int
    n_missing: int
    n_out: int
    reason: Said | str
    guards: tuple[Said, ...]

    @property
    def n(self) -> int:
        """People whose answers are read."""
        return len(self.prices)

    @property
    def share_out(self) -> float:
        """Share of complete answers that are out of order."""
        return self.n_out / max(self.n + self.n_out, 1)


def answers(frame: pd.DataFrame, *, weights=None) -> Answers:
    """Keep the people whose four prices rise, and count the others.

    Parameters
    ----------
    frame : one row a person: too_cheap, cheap, expensive, too_expensive [money]; intent_cheap, intent_expensive [1 to 5, 5 = certainly
        buys] where they were asked.
    weights : of each person; none takes all alike.

    Returns
    -------
    Answers. `reason` is set where more than 30 % are out of order or fewer than 100 are left.

    Raises
    ------
    DataError : a question is missing, a price or an intent is out of its range, or weights are missing, negative or all 0.

    Formula: in order means too cheap < cheap < expensive < too expensive.
    Source: Van Westendorp (1976), ESOMAR Congress.
    """
    if lost := [name for name in FOUR if name not in frame]:
        raise DataError(f"surveys: the price question {lost[0]} is missing. Ask all four prices, or map their columns.")  # fmt: skip
    prices = frame[list(FOUR)].to_numpy(dtype=float, na_value=np.nan)
    if (prices <= 0).any():
        raise DataError(f"surveys: {int((prices <= 0).sum())} price answers are 0 or less. Leave them out, or mend the map.")  # fmt: skip
    weight = checked_weights(weights, len(frame))
    asked, whole = np.isfinite(prices).any(axis=1), np.isfinite(prices).all(axis=1)
    rising = whole & (np.diff(prices, axis=1) > 0).all(axis=1)
    kept = rising & (weight > 0)
    own = weight[kept] / weight[kept].mean() if kept.any() else weight[kept]
    n_out = int((whole & ~rising).sum())
    made = Answers(prices[kept], _intents(frame)[kept], own, int(asked.sum()), int((asked & ~whole).sum()), n_out, "", ())  # fmt: skip
    return Answers(**{**made.__dict__, "reason": _reason(made), "guards": _guards(made)})


def checked_weights(weights, n: int) -> np.ndarray:
    """Weights of `n` people, mean 1; DataError where one is missing or negative, or all are 0."""
    made = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    if len(made) != n:
        raise DataError(f"weights: {len(made)} weights for {n} people. Give one a person.")
    bad = int((~np.isfinite(made) | (made < 0)).sum())
    if bad or (n and made.sum() <= 0):
        raise DataError(
            f"weights: {bad} of {n} are missing or negative. Mend them, or leave them out." if bad
            else "weights: all are 0. Mend them, or leave them out."
        )  # fmt: skip
    return made / made.mean() if n else made


def _intents(frame: pd.DataFrame) -> np.ndarray:
    known = [name in frame for name in INTENTS]
    if not all(known):
        return np.full((len(frame), 2), np.nan)
    made = frame[list(INTENTS)].to_numpy(dtype=float, na_value=np.nan)
    there = np.isfinite(made)
    if not np.isin(made[there], (1, 2, 3, 4, 5)).all():
        raise DataError("surveys: an intent to buy is not one of 1 to 5. Bring the answers to that scale, 5 for certainly.")  # fmt: skip
    return made


def _reason(made: Answers) -> Said | str:
    if made.share_out > MOST_OUT_OF_ORDER:
        return said(
            "{n} of {all} people named prices out of order, more than {most}: the questions were not understood; ask again",
            n=made.n_out, all=made.n + made.n_out, most=f"{MOST_OUT_OF_ORDER:.0%}",
        )  # fmt: skip
    if made.n < FEWEST:
        return said("only {n} people named four prices in order, need n = {need}", n=made.n, need=FEWEST)
    return ""


def _guards(made: Answers) -> tuple[Said, ...]:
    found = []
    if made.n_out:
        found.append(said("{n} of {all} people named prices out of order and are left out", n=made.n_out, all=made.n + made.n_out))  # fmt: skip
    if made.n_missing:
        found.append(said("{n} people did not name all four prices and are left out", n=made.n_missing))
    return tuple(found)
