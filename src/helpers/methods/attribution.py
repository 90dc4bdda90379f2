"""Paths of contacts, and the rules that split each order among the contacts before it: last, first, position, time decay, Shapley."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from helpers.errors import DataError

SPLITTING = ("last_touch", "last_non_direct", "first_touch", "position", "time_decay", "shapley")
ENDS = 0.4  # what the first and the last contact get each by position; the others share what is left


@dataclass(frozen=True, eq=False)
class Paths:
    """Different paths in the order of their text, each once.

    channels : names, in the order of the alphabet.
    steps : channel of each contact, path after path; `starts` [paths + 1] says where each path begins.
    n, converted : journeys that took each path, and those of them that an order ended.
    aged : share of an order that each contact in `steps` gets by its age, the mean over the path's orders; None where ages are
        not known.
    """

    channels: tuple[str, ...]
    steps: np.ndarray
    starts: np.ndarray
    n: np.ndarray
    converted: np.ndarray
    aged: np.ndarray | None

    @property
    def lengths(self) -> np.ndarray:
        """Contacts of each path."""
        return np.diff(self.starts)

    @property
    def owner(self) -> np.ndarray:
        """Path of each contact."""
        return np.repeat(np.arange(len(self.n)), self.lengths)


def encode(paths: pd.DataFrame) -> Paths:
    """Paths as arrays; rows of the same path add up.

    Parameters
    ----------
    paths : one row a path: path [channels in order, joined by ">"], n [journeys], n_converted [of them, with an order at the end];
        `decay` where ages are known: a list with what each contact gets by its age, added up over the orders of the row.

    Raises
    ------
    DataError : a column is missing, a path is empty or names an empty channel, or a count is no whole number in its range.
    """
    _check_counts(paths)
    table = paths.assign(path=_clean(paths["path"]))
    summed = table.groupby("path", as_index=False, sort=True)[["n", "n_converted"]].sum()
    text = summed["path"].tolist()
    lengths = np.array([path.count(">") + 1 for path in text], dtype=np.int64)
    codes, found = pd.factorize(np.array(">".join(text).split(">") if text else [], dtype=object), sort=True)
    starts = np.r_[0, np.cumsum(lengths)]
    made = Paths(
        tuple(str(name) for name in found), codes.astype(np.int64), starts,
        summed["n"].to_numpy(dtype=float), summed["n_converted"].to_numpy(dtype=float), None,
    )  # fmt: skip
    if "decay" not in table or not len(summed):
        return made
    aged = _mean_ages(table, summed, made)
    return Paths(made.channels, made.steps, made.starts, made.n, made.converted, aged)


def weights(paths: Paths, rule: str, *, direct: Sequence[str] = ()) -> sparse.csr_matrix:
    """What one order at the end of each path gives each channel, [path, channel]; rows add up to 1.

    Parameters
    ----------
    rule : "last_touch"; "last_non_direct", the last contact that is none of `direct`, the last one where all are; "first_touch";
        "position", 40 % to the first and to the last contact and 20 % shared by those between, half each where there are two;
        "time_decay", by age as the paths hold it; "shapley", equal parts to the different channels of the path.
    direct : channels that say how somebody came back and not what brought them.

    Raises
    ------
    ValueError : an unknown rule, or "time_decay" of paths without ages.

    Formula: shapley_c = sum over paths with c of orders / number of different channels, the Shapley value of the game in which a
        set of channels is worth the orders whose paths use no other; sets that no path uses count nothing, so it is exact for any
        number of channels.
    Source: Zhao, Mahboobi & Bagheri (2018), Shapley value methods for attribution modeling in online advertising, arXiv 1804.05327.
    """
    lengths, owner = paths.lengths, paths.owner
    if rule == "shapley":
        there = _matrix(paths, np.ones(len(paths.steps)))
        there.data[:] = 1.0
        return sparse.diags(1 / np.maximum(np.asarray(there.sum(axis=1)).ravel(), 1)) @ there
    at = np.arange(len(paths.steps)) - paths.starts[:-1][owner]  # 0 for the first contact of a path
    is_last = at == lengths[owner] - 1
    if rule == "last_touch":
        share = is_last
    elif rule == "first_touch":
        share = at == 0
    elif rule == "last_non_direct":
        share = _last_of(
            paths, ~np.isin(paths.steps, [paths.channels.index(c) for c in direct if c in paths.channels])
        )
    elif rule == "position":
        size = lengths[owner]
        middle = (1 - 2 * ENDS) / np.maximum(size - 2, 1)
        share = np.where((at == 0) | is_last, ENDS, middle)
        share = np.where(size <= 2, 1 / size, share)
    elif rule == "time_decay":
        if paths.aged is None:
            raise ValueError("time_decay needs the age of each contact; the paths do not have it")
        share = paths.aged
    else:
        raise ValueError(f'rule "{rule}" is unknown. Use one of {", ".join(SPLITTING)}.')
    return _matrix(paths, np.asarray(share, dtype=float))


def _matrix(paths: Paths, share: np.ndarray) -> sparse.csr_matrix:
    """Shares of contacts added up by path and channel."""
    shape = (len(paths.n), len(paths.channels))
    made = sparse.csr_matrix((share, (paths.owner, paths.steps)), shape=shape)
    made.sum_duplicates()
    return made


def _last_of(paths: Paths, is_wanted: np.ndarray) -> np.ndarray:
    """True for the last wanted contact of each path; for its last contact where none is wanted."""
    place = np.where(is_wanted, np.arange(len(paths.steps)), -1)
    chosen = np.maximum.reduceat(place, paths.starts[:-1]) if len(paths.n) else np.zeros(0, dtype=int)
    chosen = np.where(chosen < 0, paths.starts[1:] - 1, chosen)
    made = np.zeros(len(paths.steps), dtype=bool)
    made[chosen] = True
    return made


def _clean(path: pd.Series) -> list[str]:
    """Paths without blanks around the marks; regular ones, of which there may be a million, are not looked at one by one."""
    text = ["" if one is None or one is pd.NA or one != one else str(one).replace(" > ", ">") for one in path]
    whole = "\n".join(text)
    if re.search(r"\s>|>[^\S\n]|^[^\S\n]|[^\S\n]$", whole, flags=re.MULTILINE):
        text = [re.sub(r"\s*>\s*", ">", one).strip() for one in text]
    for at, one in enumerate(text):
        if not one or one[0] == ">" or one[-1] == ">" or ">>" in one:
            raise DataError(
                f"attribution: the path in row {at + 1} is empty or has a contact without channel. Name the channel or leave it out."
            )
    return text


def _mean_ages(table: pd.DataFrame, summed: pd.DataFrame, made: Paths) -> np.ndarray:
    """What each contact gets on average over its path's orders; equal parts where the path has no order."""
    of = summed.set_index("path").index.get_indexer(table["path"])
    total = np.zeros(len(made.steps))
    for at, one in zip(of, table["decay"], strict=True):
        start, end = made.starts[at], made.starts[at + 1]
        if len(one) != end - start:
            raise DataError(
                f"attribution: a path of {end - start} contacts has {len(one)} shares by age. Give one share a contact."
            )
        total[start:end] += one
    sums = np.add.reduceat(total, made.starts[:-1])[made.owner]
    return np.where(sums > 0, total / np.where(sums > 0, sums, 1), 1 / made.lengths[made.owner])


def _check_counts(paths: pd.DataFrame) -> None:
    for name in ("path", "n", "n_converted"):
        if name not in paths:
            raise DataError(f"attribution: the column {name} is missing. Give path, n and n_converted.")
    n, converted = (paths[name].to_numpy(dtype=float, na_value=np.nan) for name in ("n", "n_converted"))
    bad = ~(
        (n >= converted)
        & (converted >= 0)
        & (n == np.floor(n))
        & (converted == np.floor(converted))
        & np.isfinite(n)
    )
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise DataError(
            f"attribution: row {at + 1} has {n[at]:g} journeys and {converted[at]:g} orders; both are whole numbers, and there are "
            "at most as many orders as journeys. Count the journeys again."
        )
