"""The rounds of raking: what the margins ask, who stands where, weights that meet them, what is left of a cap."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import said

TOLERANCE = 1e-10  # largest relative change of a weight in the last round
ROUNDS = 20_000
SLACK = 1e-6  # shares that add up to one within this, as printed shares do, are brought to one


def shares_of(name: str, levels: Mapping[str, float]) -> dict[str, float]:
    """Shares of a dimension, checked, exactly 1 together."""
    values = np.array(list(levels.values()), dtype=float)
    total = float(values.sum())
    if not ((values >= 0).all() and np.isfinite(values).all()):
        raise DataError(f"margins: a share of {name} is negative or missing. Give shares from 0 to 1.")
    if abs(total - 1) > SLACK:
        raise DataError(
            said(
                "margins: the shares of {dimension} add up to {total} and not to 1. Add the missing level or mend the shares.",
                dimension=name,
                total=f"{total:.4f}",
            )
        )
    return {str(level): float(share) / total for level, share in levels.items()}


def codes_of(frame: pd.DataFrame, name: str, levels: Mapping[str, float]) -> np.ndarray:
    """Number of each person's level, by name of the level in the margins; -1 where it is not known."""
    if name not in frame:
        raise DataError(
            f"rake: the survey has no column {name}, which the margins know. Map it, or leave the dimension out."
        )
    own = frame[name].astype("string")
    unknown = int((own.notna() & ~own.isin(list(levels))).sum())
    if unknown:  # what people answered is not quoted
        raise DataError(
            said("rake: {n} people have a level of {dimension} that the margins do not know; they know {levels}. Rename it or merge it.",
                 n=unknown, dimension=name, levels=", ".join(levels))
        )  # fmt: skip
    code = pd.Categorical(own, categories=list(levels)).codes.astype(int)
    counts = np.bincount(code[code >= 0], minlength=len(levels))
    empty = [level for at, (level, share) in enumerate(levels.items()) if share > 0 and not counts[at]]
    if empty:
        raise DataError(
            said(
                "rake: nobody has the level {level} of {dimension}, {percent}% of the population. Merge it with a neighbour in the survey and in the margins.",
                level=empty[0],
                dimension=name,
                percent=round(100 * levels[empty[0]]),
            )
        )
    return code


def first_weights(frame: pd.DataFrame, weight: str | None) -> np.ndarray:
    """First weights, mean 1."""
    if weight is None:
        return np.ones(len(frame))
    if weight not in frame:
        raise DataError(f"rake: the survey has no column {weight} of first weights. Name the right column.")
    first = pd.to_numeric(frame[weight]).to_numpy(float)
    bad = int((~(first > 0) | ~np.isfinite(first)).sum())
    if bad:
        raise DataError(
            f"rake: {bad} of {len(first)} first weights are missing or not above 0. Mend them or leave those people out."
        )
    return first / first.mean()


def rounds(codes, first, members, targets, cap) -> np.ndarray:
    """Weights, mean 1, of kinds of people alike in levels and first weight."""
    w, n = first * (members.sum() / (members @ first)), members.sum()
    known = [codes[:, at] >= 0 for at in range(codes.shape[1])]
    for _ in range(ROUNDS):
        before = w
        for at, levels in enumerate(targets):
            there, of = known[at], codes[known[at], at]
            mass = np.bincount(of, (w * members)[there], len(levels))
            aim = np.fromiter(levels.values(), float) * mass.sum()
            w = w.copy()
            w[there] *= np.divide(aim, mass, out=np.zeros_like(mass), where=mass > 0)[of]
        w = w * (n / (members @ w))
        w = w if cap is None else _capped(w, members, cap)
        if np.max(np.abs(w - before) / np.where(before > 0, before, 1.0)) < TOLERANCE:
            break
    return w


def _capped(w: np.ndarray, members: np.ndarray, cap: float) -> np.ndarray:
    """Weights of mean 1, none above the cap: what is cut off goes to the others in proportion."""
    held = np.zeros(len(w), dtype=bool)
    while (over := (w > cap) & ~held).any():
        held |= over
        w = np.where(held, cap, w)
        free = members[~held] @ w[~held]
        w = np.where(held, cap, w * ((members.sum() - cap * members[held].sum()) / free))
    return w


def balance(codes: np.ndarray, first: np.ndarray, weights: np.ndarray, shares: Mapping) -> pd.DataFrame:
    """Share of each level among people with a known one, before and after, beside its margin."""
    rows = []
    for at, (name, levels) in enumerate(shares.items()):
        there = codes[:, at] >= 0
        of = codes[there, at]
        count = np.bincount(of, minlength=len(levels))
        before, after = (np.bincount(of, w[there], len(levels)) / w[there].sum() for w in (first, weights))
        rows += [
            {"dimension": name, "level": level, "n": int(count[k]), "before": before[k], "after": after[k], "target": share}
            for k, (level, share) in enumerate(levels.items())
        ]  # fmt: skip
    return pd.DataFrame(rows)


def constraints(codes: np.ndarray, shares: Mapping) -> np.ndarray:
    """What raked weights bring to 0: 1 less the margin in a level, less the margin outside, 0 where no level is known."""
    columns = []
    for at, levels in enumerate(shares.values()):
        there = codes[:, at] >= 0
        columns += [there * ((codes[:, at] == k) - share) for k, share in enumerate(levels.values())]
    return np.column_stack(columns)
