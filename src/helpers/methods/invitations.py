"""Who a rule asked: invitations so many days after a purchase, at most once in so many days."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import DataError


def asked(days: pd.DataFrame, *, gap: int) -> pd.DataFrame:
    """Invitations that a rule sends: a customer's first possible day, then the next one at least `gap` days later.

    Parameters
    ----------
    days : customer_id, day [number], one row a day on which a customer may be asked, in any order.
    gap : least days between two invitations of a customer, at least 1.

    Returns
    -------
    The rows of `days` on which an invitation goes out, by customer and day.

    Raises
    ------
    ValueError : the gap is below one day.
    DataError : a customer or a day is missing.
    """
    if gap < 1:
        raise ValueError(f"gap must be at least one day, not {gap!r}")
    if days[["customer_id", "day"]].isna().to_numpy().any():
        raise DataError("invitations: a row has no customer or no day. Leave such rows out.")
    rows = (
        days[["customer_id", "day"]].drop_duplicates().sort_values(["customer_id", "day"], ignore_index=True)
    )
    if rows.empty:
        return rows
    who, day = rows["customer_id"].factorize()[0], rows["day"].to_numpy(dtype=np.int64)
    day = day - day.min()
    span = int(day.max()) + gap + 1  # parts customers in one sorted key
    key = who * span + day
    at = np.searchsorted(key, np.arange(who[-1] + 1) * span)
    sent = [at]
    while len(at):  # a round an invitation: each customer's next possible day
        after = np.searchsorted(key, key[at] + gap)
        there = after < len(key)
        at = after[there][who[after[there]] == who[at[there]]]
        sent.append(at)
    return rows.iloc[np.sort(np.concatenate(sent))].reset_index(drop=True)


def answered(invitations: pd.DataFrame, answers: pd.DataFrame, *, within: int) -> np.ndarray:
    """Whether each invitation has an answer of its customer on its day or at most `within` days later.

    Parameters
    ----------
    invitations, answers : customer_id, day [number]; answers without a customer answer nothing.
    """
    known = answers.dropna(subset=["customer_id"])[["customer_id", "day"]]
    both = invitations.reset_index(names="at").merge(known, on="customer_id", suffixes=("", "_answered"))
    late = both["day_answered"] - both["day"]
    found = np.zeros(len(invitations), dtype=bool)
    found[both.loc[late.between(0, within), "at"].to_numpy()] = True
    return found
