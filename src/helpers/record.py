"""Our record: what past decisions were expected to bring, and what they brought."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers import tables
from helpers.company import Scope
from helpers.errors import DataError
from helpers.kpi import LEVEL
from helpers.methods.intervals import wilson


class Record(NamedTuple):
    """How past decisions turned out.

    n_due : decisions whose day of reading has come; n_read : of them, those with a result.
    n_inside, n_judged : results inside the stated interval, of those that stated one; low, high : 90 % Wilson interval of
    that share [0-1], NaN without any.
    expected, obtained : money, summed over decisions that have both; expected_low, expected_high : 90 % interval of the
    sum, the decisions taken as independent; n_money counts them.
    """

    n_due: int
    n_read: int
    n_inside: int
    n_judged: int
    low: float
    high: float
    expected: float
    expected_low: float
    expected_high: float
    obtained: float
    n_money: int


def of(scope: Scope) -> Record | None:
    """Return the record of a company up to the end of the period; None where it keeps no decisions, or none is due."""
    if "decisions" not in tables.available(scope.company):
        return None
    try:
        rows = tables.load("decisions", scope).df()
    except DataError:  # none was taken before the end of the period
        return None
    return summary(rows[pd.to_datetime(rows["due_on"]) <= pd.Timestamp(scope.period.end)])


def summary(due: pd.DataFrame) -> Record | None:
    """Sum up decisions that are due.

    Parameters
    ----------
    due : rows of the table `decisions`: expected, expected_low, expected_high, observed, effect_unit.

    Formula: inside = results with expected_low <= observed <= expected_high, over the results that state both bounds.
        The interval of the summed money adds the squared distances of the bounds (independent effects).
    """
    if due.empty:
        return None
    numbers = due[["expected", "expected_low", "expected_high", "observed"]].astype(float)
    read = numbers[numbers["observed"].notna()]
    judged = read.dropna(subset=["expected_low", "expected_high"])
    inside = int(judged["observed"].between(judged["expected_low"], judged["expected_high"]).sum())
    low, high = wilson(inside, len(judged), level=LEVEL) if len(judged) else (math.nan, math.nan)
    is_money = due["effect_unit"].fillna("money") == "money"
    money = judged[is_money.loc[judged.index] & judged["expected"].notna()]
    expected = float(money["expected"].sum())
    below = math.hypot(*(money["expected"] - money["expected_low"]))
    above = math.hypot(*(money["expected_high"] - money["expected"]))
    return Record(
        len(due), len(read), inside, len(judged), float(low), float(high), expected, expected - below,
        expected + above, float(money["observed"].sum()), len(money),
    )  # fmt: skip
