"""Data that are late: a table without rows for longer than it has been for half a year."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from helpers import i18n
from helpers.daily.blockers import LATE, Blocker
from helpers.daily.days import Days, since

LOOK_BACK = 182  # days
LEAST_GAPS = 5
WEEKLY = 7.0
TOPICS = {
    "orders": "sales",
    "leads": "sales",
    "media_spend": "media",
    "media_conversions": "media",
    "site_daily": "tracking",
    "touchpoints": "tracking",
    "crm_campaigns": "crm",
    "crm_events": "crm",
}


def late(days: Days) -> list[Blocker]:
    """Return the tables that are late on the day; those that stopped on the same day are one blocker."""
    stopped: dict[pd.Timestamp, list[str]] = {}
    for name, seen in days.seen.items():
        if (last := last_day(seen)) is not None:
            stopped.setdefault(last, []).append(name)
    return [_blocker(last, names, days) for last, names in sorted(stopped.items())]


def last_day(seen: pd.Series) -> pd.Timestamp | None:
    """Return the last day with rows of a table that is late at the end of the series; None where it is not.

    Parameters
    ----------
    seen : whether a day has rows, by date, the day itself last.

    A table is late when it goes without rows for longer than ever in the 182 days before its last one. Only tables
    that come daily or weekly are judged: the median gap is at most seven days, and there are five gaps to learn from.
    """
    there = seen.index[seen.to_numpy(dtype=bool)]
    if not len(there) or there[-1] == seen.index[-1]:
        return None
    recent = there[there >= there[-1] - pd.Timedelta(days=LOOK_BACK)]
    gaps = np.diff(recent.to_numpy()) / np.timedelta64(1, "D")
    if len(gaps) < LEAST_GAPS or np.median(gaps) > WEEKLY:
        return None
    open_gap = (seen.index[-1] - there[-1]).days + 1  # at least: the next row comes tomorrow or later
    return there[-1] if open_gap > gaps.max() else None


def _blocker(last: pd.Timestamp, names: list[str], days: Days) -> Blocker:
    language = days.scope.language
    values = {"tables": ", ".join(sorted(names)), "last": i18n.day(since(last), language)}
    missing = (days.today - last).days
    return Blocker(
        kind="late",
        key="+".join(sorted(names)),
        since=since(last + timedelta(days=1)),
        severity=LATE,
        topic=TOPICS.get(names[0], "data") if len(names) == 1 else "data",
        what=i18n.text("Data are late: {tables}.", language, **values),
        detail=i18n.plural(
            "The last rows are of {last}; {n} day is missing, longer than ever in the half-year before.",
            "The last rows are of {last}; {n} days are missing, longer than ever in the half-year before.",
            missing,
            language,
            **values,
        ),
        todo=i18n.text(
            "Ask for the export and import it; until then the figures that rest on it are old.", language
        ),
    )
