"""Typed rows that are refused: a credit that nobody expects, and several days in one row or one day for all rows."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.sources.grids import Located
from helpers.sources.mapping import Map
from helpers.sources.settings import Settings


def refuse_credits(found: Located, typed: pd.DataFrame, lines: np.ndarray, settings: Settings) -> None:
    """Refuse spend below nothing, unless credits are expected."""
    if settings.allow_credits or not any(one.table == "media_spend" for one in found.map.tables):
        return
    for one in found.map.columns.values():
        if one.type != "money" or not one.adds or one.name not in typed:
            continue
        below = (typed[one.name] < 0).to_numpy(dtype=bool)
        if below.any():
            at = int(below.argmax())
            head = found.heads[found.where[one.name]] if one.name in found.where else one.name
            raise DataError(
                f"{found.rows.place}, {found.rows.unit} {lines[at]:,}: {typed[one.name].iloc[at]:g} in '{head}' is below 0. "
                "If it is a credit of the platform, set allow_credits = true for this file under [[exports]] in company.toml."
            )


def refuse_several_days(found: Located, typed: pd.DataFrame, lines: np.ndarray) -> None:
    """Refuse a row over several days where a table wants one a row: what was spent on which of them nobody can say."""
    first, last, *own = found.map.one_day or ("", "")
    if first not in typed or last not in typed or any(name in typed for name in own):
        return
    wrong = (typed[first] != typed[last]) & typed[first].notna() & typed[last].notna()
    if wrong.any():
        at = int(wrong.to_numpy(dtype=bool).argmax())
        raise DataError(
            f"{found.rows.place}, {found.rows.unit} {lines[at]:,}: the row covers {typed[first].iloc[at]:%Y-%m-%d} to {typed[last].iloc[at]:%Y-%m-%d}, and a daily table takes one day a row. Break the report down by day and export it again: docs/exporting.md."
        )


def is_all_on(day: date, chosen: Map, typed: pd.DataFrame) -> bool:
    """Whether all rows bear one day, in the first column of days that every file must have."""
    name = next((one.name for one in chosen.required if one.type == "date"), "")
    return name in typed and bool((typed[name] == pd.Timestamp(day)).all())
