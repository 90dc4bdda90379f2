"""Ids that stand in one row belong to one person: rows for the table of identities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.sources.evaluating import Evaluator

IDENTITIES = "identities"


def beside(typed: pd.DataFrame, evaluator: Evaluator) -> list[tuple[str, pd.DataFrame, np.ndarray]]:
    """Return (table, rows, lines) with a row for each id that stands beside the one that a table carries.

    An identity has no line of its own: its line is 0.
    """
    outputs = evaluator.map.tables
    people = [one for output in outputs for one in output.columns.values() if one.kind == "person"]
    found = []
    for columns in dict.fromkeys(one.columns for one in people):
        there = [name for name in columns if name in typed]
        if len(there) < 2:
            continue
        ids = pd.DataFrame({name: evaluator.hashed(name, typed[name]) for name in there})
        customer = ids[there[0]]
        for name in there[1:]:
            customer = customer.where(customer.notna(), ids[name])
        for name in there:
            rows = pd.DataFrame(
                {
                    "customer_id": customer,
                    "system": evaluator.space_of(name),
                    "system_id": ids[name],
                    "matched_by": "same row",
                }
            )
            rows = rows[rows["system_id"].notna()].drop_duplicates()
            if len(rows):
                found.append((IDENTITIES, rows.reset_index(drop=True), np.zeros(len(rows), dtype=int)))
    return found
