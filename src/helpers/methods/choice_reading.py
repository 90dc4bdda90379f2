"""The long table `choices`, checked and brought to one row an alternative."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError

COLUMNS = ("study_id", "respondent_id", "task", "alternative", "attribute", "level", "is_chosen")
KEYS = ["study_id", "respondent_id", "task", "alternative"]


class Offers(NamedTuple):
    """Alternatives by person, task and number: levels [row, attribute], empty for none; person and task as codes from 0."""

    levels: pd.DataFrame
    person: np.ndarray
    task: np.ndarray
    is_none: np.ndarray
    chosen: np.ndarray
    weight: np.ndarray


def offers_of(rows: pd.DataFrame) -> Offers:
    """Read the long table; every fault of it is one sentence.

    Raises
    ------
    DataError : as `choice_coding.coded` says.
    """
    for name in COLUMNS:
        if name not in rows:
            raise DataError(
                f"choices: the column {name} is missing. Give one row a respondent, task, alternative and attribute."
            )
    if rows.empty:
        raise DataError("choices: nobody has answered. Load a study with answers first.")
    holes = [name for name in COLUMNS if rows[name].isna().any()]
    if holes:
        raise DataError(
            f"choices: {int(rows[holes[0]].isna().sum())} of {len(rows)} rows have no {holes[0]}. Leave out their tasks, or mend the map."
        )
    parts = {name: pd.factorize(rows[name], sort=True)[0] for name in KEYS[:2]}
    parts |= {name: rows[name].to_numpy() for name in KEYS[2:]}
    table = pd.DataFrame(parts)
    key, first = _alternatives(table)
    attribute, names = pd.factorize(rows["attribute"].astype(str), sort=True)
    heads = table.iloc[first].reset_index(drop=True)
    is_none = (heads["alternative"] == 0).to_numpy()
    levels = _wide(key, attribute, names, rows["level"].astype(str).to_numpy(), is_none)
    chosen = _chosen(key, rows["is_chosen"].to_numpy(dtype=bool), len(heads))
    person = heads.groupby(KEYS[:2], sort=True).ngroup().to_numpy()
    task = heads.groupby(KEYS[:3], sort=True).ngroup().to_numpy()
    _one_choice(task, chosen, heads)
    weight = np.ones(len(heads))
    if "weight" in rows and rows["weight"].notna().any():
        weight = _weights(person[key], rows["weight"].to_numpy(dtype=float, na_value=np.nan))[person]
    return Offers(levels, person, task, is_none, chosen, weight)


def _alternatives(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Code of each row's alternative, in the order of person, task and number; and a row of each."""
    key = table.groupby(KEYS, sort=True).ngroup().to_numpy()
    return key, np.unique(key, return_index=True)[1]


def _wide(key, attribute, names, level, is_none) -> pd.DataFrame:
    real = ~is_none[key]
    places = np.unique(attribute[real])  # the attribute of "none" stands for no offer
    if not len(places):
        raise DataError("choices: there is no offer beside none. Load the offers of the tasks as well.")
    wide = np.full((len(is_none), len(names)), None, dtype=object)
    wide[key[real], attribute[real]] = level[real]
    times = np.bincount(key[real] * len(names) + attribute[real], minlength=wide.size).reshape(wide.shape)
    if (times > 1).any():
        at = int(np.argwhere(times > 1)[0, 1])
        raise DataError(
            f"choices: {int((times > 1).sum())} offers have several levels of {names[at]}. Keep one row an offer and attribute."
        )
    lacking = (times == 0)[~is_none][:, places]
    if lacking.any():
        at = int(places[np.argwhere(lacking)[0, 1]])
        raise DataError(
            f"choices: {int(lacking.any(axis=1).sum())} of {len(lacking)} offers have no {names[at]}. Give each offer a level of every attribute."
        )
    return pd.DataFrame(wide[:, places], columns=[str(names[at]) for at in places])


def _chosen(key: np.ndarray, chosen: np.ndarray, n: int) -> np.ndarray:
    yes, all_ = np.bincount(key, weights=chosen, minlength=n), np.bincount(key, minlength=n)
    if ((yes > 0) & (yes < all_)).any():
        raise DataError(
            f"choices: {int(((yes > 0) & (yes < all_)).sum())} alternatives are chosen on some of their rows only. "
            "Say is_chosen alike on all rows of an alternative."
        )
    return yes > 0


def _one_choice(task: np.ndarray, chosen: np.ndarray, heads: pd.DataFrame) -> None:
    times = np.bincount(task, weights=chosen)
    for bad, what in ((times == 0, "no choice"), (times > 1, "several choices")):
        if bad.any():
            number = heads["task"].to_numpy()[np.flatnonzero(task == np.flatnonzero(bad)[0])[0]]
            raise DataError(
                f"choices: {int(bad.sum())} of {len(times)} tasks have {what} (first: task {number}). Leave them out, "
                "or add alternative 0 for none."
            )


def _weights(person: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weight of each person, mean 1."""
    if not np.isfinite(weight).all() or (weight < 0).any():
        bad = int((~np.isfinite(weight) | (weight < 0)).sum())
        raise DataError(
            f"choices: {bad} rows have a weight that is missing, negative or without end. Mend the weights, or leave them out."
        )
    by = pd.Series(weight).groupby(person)
    if ((by.max() - by.min()) > 1e-9 * by.max()).any():
        raise DataError("choices: the weight of a respondent differs between rows. Give each one weight.")
    known = by.first().to_numpy()
    if known.sum() <= 0:
        raise DataError("choices: all weights are 0. Mend the weights, or leave them out.")
    return known / known.mean()
