"""How many contracts ended at each renewal, and how many went on: what the models of `renewals` are fitted to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.errors import DataError

COLUMNS = ["age", "n_lost", "n_still"]


def count_renewals(contracts: pd.DataFrame, *, until: pd.Timestamp, months: int = 12) -> pd.DataFrame:
    """Contracts to the counts that the models are fitted to.

    Parameters
    ----------
    contracts : one row a contract: starts_on, ends_on [day; empty while it lasts]. Those that start after `until` are left out.
    until : last day that counts; a contract that ends after it still lasts.
    months : length of a term; a contract may be ended at each multiple of it, and an end in between belongs to the nearest one.

    Returns
    -------
    One row an age [renewals]: age, n_lost [ended at that one], n_still [there after it, the next one not due at `until`], n_due
    [contracts that came to it], in order. Contracts whose first renewal is not due yet are in no row.

    Raises
    ------
    DataError : a contract has no start or ends before it starts.
    """
    known = contracts[pd.to_datetime(contracts["starts_on"]) <= until]
    starts, ends = (pd.to_datetime(known[name]) for name in ("starts_on", "ends_on"))
    if contracts["starts_on"].isna().any() or (ends < starts).any():
        raise DataError("contracts: one has no start, or ends before it starts. Repair the row.")
    has_left = (ends <= until).to_numpy()
    began, ended = (day.to_numpy().astype("datetime64[M]").astype(np.int64) for day in (starts, ends))
    now = 12 * (until.year - 1970) + until.month - 1
    due = (now - began - (until.day < starts.dt.day.to_numpy())) // months
    lost = np.maximum(np.round((ended - began)[has_left] / months), 1).astype(np.int64)
    still = due[~has_left & (due >= 1)]
    last = max([*lost, *still], default=0)
    n_lost, n_still = (np.bincount(ages, minlength=last + 1)[1:] for ages in (lost, still))
    n_due = (n_lost + n_still)[::-1].cumsum()[::-1]
    return pd.DataFrame({"age": np.arange(1, last + 1), "n_lost": n_lost, "n_still": n_still, "n_due": n_due})


def checked(renewals: pd.DataFrame) -> pd.DataFrame:
    """Counts in order of age; refuses a missing column, an age that stands twice and what is no whole number."""
    for name in COLUMNS:
        if name not in renewals:
            raise DataError(f"renewals: the column {name} is missing. It needs {', '.join(COLUMNS)}.")
    counts = renewals[COLUMNS].reset_index(drop=True)
    for name in COLUMNS:
        values = pd.to_numeric(counts[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        least = 1 if name == "age" else 0
        wrong = ~(np.isfinite(values) & (values >= least) & (values == np.floor(values)))
        if wrong.any():
            at = int(wrong.argmax())
            raise DataError(
                f"renewals: {counts[name].iloc[at]} for {name} in row {at + 1} is no whole number of {least} or more. Count again."
            )
        counts[name] = values
    if counts["age"].duplicated().any():
        age = counts.loc[counts["age"].duplicated(), "age"].iloc[0]
        raise DataError(f"renewals: the age {age:g} stands twice. Add its cohorts up.")
    return counts.sort_values("age", ignore_index=True, kind="stable")
