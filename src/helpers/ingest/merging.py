"""Rows of one file that share a key: the first, the latest or their sum; and days that a tool leaves out."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import tables
from helpers.errors import DataError
from helpers.sources.shaping import VERSION
from helpers.tables import Table


def first_of_each(frame: pd.DataFrame, lines: np.ndarray, table: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Keep the first row of each key, of versions the latest one; with the earliest day that a row of its list knows."""
    if VERSION in frame:
        order = frame[VERSION].reset_index(drop=True).sort_values(ascending=False, kind="stable").index
        frame, lines = frame.iloc[order].reset_index(drop=True), lines[order]
    frame = with_first_day(frame, tables.contract(table))
    again = frame.duplicated([name for name in tables.contract(table).key if name in frame]).to_numpy()
    return frame[~again].reset_index(drop=True), lines[~again]


def refuse_mixed(frame: pd.DataFrame, table: str, shown: str) -> None:
    """Refuse rows of one key in two currencies: their amounts do not add up."""
    key = [name for name in tables.contract(table).key if name in frame]
    if "currency" not in frame or frame["currency"].nunique() < 2:
        return
    kinds = frame.groupby(key, sort=False, dropna=False)["currency"].transform("nunique")
    if (kinds > 1).any():
        found = ", ".join(sorted(frame.loc[kinds > 1, "currency"].dropna().unique())[:3])
        raise DataError(
            f"{shown}: rows of {table} for the same {' + '.join(key)} are in several currencies ({found}), which do not add up. Export one account at a time, or with the numbers of account and campaign."
        )


def with_first_day(frame: pd.DataFrame, contract: Table) -> pd.DataFrame:
    """Give the rows of a list that share a key the earliest of their days: a customer is known since the first of the orders."""
    if not contract.snapshot or contract.date not in frame:
        return frame
    key = [frame[name] for name in contract.key if name in frame]
    days = pd.to_datetime(frame[contract.date]).groupby(key, dropna=False).transform("min")
    return frame.assign(**{contract.date: days})


def added_up(frame: pd.DataFrame, lines: np.ndarray, table: str) -> tuple[pd.DataFrame, np.ndarray]:
    """Add rows of the same key up: their measures are summed, of the rest the first is kept."""
    contract = tables.contract(table)
    key = [name for name in contract.key if name in frame]
    if not frame.duplicated(key).any():
        return frame, lines
    sums = [
        c.name
        for c in contract.columns
        if c.type in ("int", "decimal") and c.unit != "share" and c.name in frame and c.name not in key
    ]
    groups = frame.groupby(key, sort=False, dropna=False)
    made = groups[[name for name in frame if name not in key and name not in sums]].first()
    made[sums] = (
        frame.assign(**{name: frame[name].astype("float64") for name in sums})
        .groupby(key, sort=False, dropna=False)[sums]
        .sum(min_count=1)
    )
    first = pd.Series(lines).groupby(groups.ngroup().to_numpy()).first().to_numpy()
    return made.reset_index()[list(frame.columns)], first


def filled(frame: pd.DataFrame, lines: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Add a row of nothing for each day that a campaign has none between its first and its last.

    LinkedIn leaves out days on which nothing happened; without them a gap cannot be told from a day that was not exported.
    """
    of = [
        name
        for name in ("platform", "account_id", "campaign_id", "campaign", "market", "currency")
        if name in frame
    ]
    made = []
    for _, rows in frame.groupby(of, dropna=False, sort=False):
        days = pd.date_range(rows["spent_on"].min(), rows["spent_on"].max(), unit="us").difference(
            rows["spent_on"]
        )
        zero = dict.fromkeys(("spend", "impressions", "clicks"), 0.0)
        made.append(
            pd.DataFrame({"spent_on": days}).assign(
                **rows.iloc[0][of].to_dict(), **{n: v for n, v in zero.items() if n in frame}
            )
        )
    more = pd.concat([one for one in made if len(one)] or [frame.head(0)], ignore_index=True)
    return pd.concat([frame, more], ignore_index=True), np.concatenate(
        [lines, np.zeros(len(more), dtype=int)]
    )
