"""Pace of a budget: what is spent, what was to be spent by now, and what the present pace leads to."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import pandas as pd

from helpers.errors import DataError

RECENT = 14  # days that tell the present pace


class Pace(NamedTuple):
    """Where a budget stands on a day.

    spent, budget : money to the day, and of the whole plan.
    planned : money that an even spread over its days would have taken by the day.
    a_day : money a day over the last days.
    days_left : days to the last one.
    end : money spent by then at this pace.
    left : days until the budget is gone at this pace, below 0 when it is; infinite where nothing is spent.
    """

    spent: float
    budget: float
    planned: float
    a_day: float
    days_left: int
    end: float
    left: float


def pace(
    spent: pd.Series, budget: float, *, starts_on: date, ends_on: date, day: date, recent: int = RECENT
) -> Pace:
    """Where a budget stands at the end of a day.

    Parameters
    ----------
    spent : money by day; days without spend may be absent, and later days than `day` count for nothing.
    budget : money of the whole plan, above 0.
    starts_on, ends_on : first and last planned day.
    day : the day.
    recent : days that tell the present pace.

    Returns
    -------
    Pace.

    Raises
    ------
    DataError : the budget is not above zero, or the plan ends before it starts.

    Formula: planned = budget x days begun / days of the plan; end = spent + pace x days left; left = (budget - spent) / pace.
    """
    first, last, now = (pd.Timestamp(one) for one in (starts_on, ends_on, day))
    if not budget > 0 or not last >= first:
        raise DataError(
            f"pacing: a budget of {budget:g} from {first:%Y-%m-%d} to {last:%Y-%m-%d} is no plan; correct the amount or the days."
        )
    known = spent[spent.index <= now]
    total = float(known.sum())
    a_day = float(known[known.index > now - pd.Timedelta(days=recent)].sum()) / recent
    begun = min(max((now - first).days + 1, 0), (last - first).days + 1)
    days_left = max((last - now).days, 0)
    return Pace(
        total, float(budget), budget * begun / ((last - first).days + 1), a_day, days_left,
        total + a_day * days_left, (budget - total) / a_day if a_day else float("inf"),
    )  # fmt: skip
