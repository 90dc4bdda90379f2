"""What the ledger proves: control totals, imports that were replaced, rows that were left out, files that came twice."""

from __future__ import annotations

import pandas as pd

CENT = 0.01  # the most that a control total may differ
ROUNDING = 1e-9
ABOUT = ["import_id", "system", "export", "account_id", "table", "starts_on", "ends_on"]


def controls(imports: pd.DataFrame) -> pd.DataFrame:
    """Return the totals that the files themselves state against the sum of the rows kept, the largest difference first.

    Returns
    -------
    One row per current import and table that states a total: measure, currency, stated, found, difference [found less
    stated], share [of stated; empty where it is 0], agrees [to a cent].
    """
    rows = imports[
        imports["is_current"] & imports["control_stated"].notna() & imports["control_found"].notna()
    ]
    stated, found = rows["control_stated"], rows["control_found"]
    difference = found - stated
    made = rows[[*ABOUT, "measure", "currency"]].assign(
        stated=stated,
        found=found,
        difference=difference,
        share=(difference / stated).where(stated != 0),
        agrees=difference.abs() <= CENT + ROUNDING,
    )
    return made.sort_values("difference", key=lambda values: -values.abs(), kind="stable", ignore_index=True)


def replaced(imports: pd.DataFrame) -> pd.DataFrame:
    """Return the imports of which a later one has taken the place of rows, with both totals.

    Returns
    -------
    One row per import, table and later import: measure, currency, old and new [total of the rows kept], new_starts_on,
    new_ends_on, same_days [whether both cover the same days], difference [new less old, only over the same days], share [of
    old], is_current [whether rows of the old one are left].
    """
    old = imports[imports["superseded_by"].notna()]
    pairs = old.assign(later=old["superseded_by"].str.split(r"[\s,;]+", regex=True)).explode("later")
    later = imports[["import_id", "table", "control_found", "starts_on", "ends_on"]].rename(
        columns={
            "import_id": "later",
            "control_found": "new",
            "starts_on": "new_starts_on",
            "ends_on": "new_ends_on",
        }
    )
    made = pairs.merge(later, on=["later", "table"], how="left").rename(columns={"control_found": "old"})
    made["same_days"] = (made["starts_on"] == made["new_starts_on"]) & (
        made["ends_on"] == made["new_ends_on"]
    )
    made["difference"] = (made["new"] - made["old"]).where(made["same_days"])
    made["share"] = (made["difference"] / made["old"]).where(made["old"] != 0)
    columns = [
        *ABOUT,
        "later",
        "measure",
        "currency",
        "old",
        "new",
        "new_starts_on",
        "new_ends_on",
        "same_days",
    ]
    return made[[*columns, "difference", "share", "is_current"]].reset_index(drop=True)


def rows_lost(imports: pd.DataFrame) -> pd.DataFrame:
    """Return the current imports of which not every row became a row of the table, the most left out first.

    Returns
    -------
    rows_in, rows_kept, rows_left_out, rows_merged [rows added up into others, or meant for another table: what is neither
    kept nor left out], notes.
    """
    rows = imports[imports["is_current"]]
    rest = (rows["rows_in"] - rows["rows_kept"] - rows["rows_left_out"]).clip(lower=0)
    made = rows[[*ABOUT, "rows_in", "rows_kept", "rows_left_out", "notes"]].assign(rows_merged=rest)
    lost = made[(made["rows_left_out"] > 0) | (made["rows_merged"] > 0) | made["notes"].notna()]
    return lost.sort_values("rows_left_out", ascending=False, kind="stable", ignore_index=True)


def came_twice(imports: pd.DataFrame) -> pd.DataFrame:
    """Return the files whose very bytes came in under several names and are all current: sha256, export, n_files."""
    rows = imports[imports["is_current"] & imports["sha256"].notna()]
    made = rows.groupby(["sha256", "export"], as_index=False).agg(n_files=("file", "nunique"))
    return made[made["n_files"] > 1].reset_index(drop=True)
