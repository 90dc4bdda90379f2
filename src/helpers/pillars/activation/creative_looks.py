"""A test read every day: its statistic beside the boundary that daily looks need, and intervals that allow for them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.company import Scope
from helpers.i18n import text
from helpers.methods.experiment_shares import difference_of_shares
from helpers.methods.sequential import boundaries, false_alarms
from helpers.methods.sequential_stop import always_valid

MOST_LOOKS = 60  # a longer test is looked at each week
USUAL_DAYS = 28  # of a test that nobody planned
CARELESS = 1.96  # standard errors at which a reader stops who looks every day and has not planned to
SHOWN = 6.0  # standard errors beyond which a boundary is not drawn


class Looks(NamedTuple):
    """A test read at each look.

    table : one row a look: measured_on, statistic [standard errors], boundary [the same, that looks need], always [that any stop needs].
    sequential, always : relative effect with its bounds at the last look, (value, low, high).
    crossed_on : first day on which the boundary was passed; empty where it never was.
    naive_on : first day on which a reader who stops at 1.96 would have stopped.
    """

    table: pd.DataFrame
    sequential: tuple[float, float, float]
    always: tuple[float, float, float]
    crossed_on: pd.Timestamp | None
    naive_on: pd.Timestamp | None


def looked_at(days: pd.DataFrame, *, planned_days: int | None, is_over: bool, level: float) -> Looks:
    """Read a test at each of its days, or weeks where it has many.

    Parameters
    ----------
    days : one row a day: measured_on, treated_n, treated_wins, control_n, control_wins.
    planned_days : length of the plan; four weeks where there is none.
    is_over : false while it runs.
    """
    sums = days[["treated_n", "treated_wins", "control_n", "control_wins"]].cumsum()
    size = sums["treated_n"] * sums["control_n"] / (sums["treated_n"] + sums["control_n"])
    at = np.arange(len(days))
    if len(days) > MOST_LOOKS:
        at = np.unique(np.append(at[6::7], len(days) - 1))
    # The plan is a number of days: what they would have brought at the pace of the first day, or of all days so far.
    pace = float(size.iloc[-1]) / len(days)
    planned = pace * (planned_days or max(USUAL_DAYS, len(days)))
    ran_out = planned_days is not None and len(days) >= planned_days
    share = size.to_numpy()[at] / max(planned, float(size.iloc[-1]))
    limit = boundaries(share, level=level, is_over=is_over and ran_out)
    first = float(size.iloc[0]) * (planned_days or USUAL_DAYS)
    free = np.atleast_1d(always_valid(size.to_numpy()[at], planned=first, level=level))
    counts = sums.to_numpy()[at]
    statistic = np.array(
        [difference_of_shares((row[1], row[0]), (row[3], row[2]), level=level).statistic for row in counts]
    )
    table = pd.DataFrame(
        {
            "measured_on": days["measured_on"].to_numpy()[at],
            "statistic": statistic,
            "boundary": limit,
            "always": free,
        }
    )
    last = counts[-1]
    return Looks(
        table,
        _bounds(last, level, float(limit[-1])),
        _bounds(last, level, float(free[-1])),
        _first(table, table["statistic"].abs() >= table["boundary"]),
        _first(table, table["statistic"].abs() >= CARELESS),
    )


def _bounds(last: np.ndarray, level: float, critical: float) -> tuple[float, float, float]:
    """Relative effect whose bounds reach this many standard errors."""
    made = difference_of_shares((last[1], last[0]), (last[3], last[2]), level=level, critical=critical)
    return made.effect.relative.value, made.effect.relative.low, made.effect.relative.high


def _first(table: pd.DataFrame, passed: pd.Series) -> pd.Timestamp | None:
    return table.loc[passed, "measured_on"].iloc[0] if passed.any() else None


def chart(looks: Looks, scope: Scope) -> pd.DataFrame:
    """The looks as a chart needs them: day [number], series [in words], value [standard errors, of the side that the test ended on]."""
    lang, table = scope.language, looks.table
    side = -1.0 if table["statistic"].iloc[-1] < 0 else 1.0
    day = (table["measured_on"] - table["measured_on"].iloc[0]).dt.days + 1
    series = {
        text("the test", lang): side * table["statistic"],
        text("boundary for these looks", lang): table["boundary"].where(table["boundary"] <= SHOWN),
        text("careless reading", lang): pd.Series(CARELESS, index=table.index),
    }
    parts = [pd.DataFrame({"day": day, "series": name, "value": value}) for name, value in series.items()]
    return pd.concat(parts, ignore_index=True)


def price_of_peeking(looks: int) -> tuple[float, float]:
    """Chance that a test without effect is called at 1.96 when it is read once, and when it is read this often and stopped."""
    return false_alarms(1, critical=CARELESS), false_alarms(max(looks, 1), critical=CARELESS)


def no_chart() -> pd.DataFrame:
    """The table of `chart` where no test is counted by day."""
    return pd.DataFrame({"day": [], "series": [], "value": []}, dtype=float)
