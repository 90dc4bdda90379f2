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
    sum, the decisions taken as independent; n_money counts them, n_left_out those in a currency without a rate.
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
    n_left_out: int


def of(scope: Scope) -> Record | None:
    """Return the record of a company up to the end of the period; None where it keeps no decisions, or none is due."""
    if "decisions" not in tables.available(scope.company):
        return None
    try:
        rows = tables.load("decisions", scope).df()
    except DataError:  # none was taken before the end of the period
        return None
    due = rows[pd.to_datetime(rows["due_on"]) <= pd.Timestamp(scope.period.end)]
    given = due.assign(currency=due["currency"].fillna(scope.company.currency))
    return summary(given, rate=rates_of(given, tables.rates(scope), scope.currency))


def rates_of(rows: pd.DataFrame, rates: pd.DataFrame, currency: str) -> pd.Series:
    """Return what one unit of each row's currency was in `currency` on the day of the decision; NaN where nobody says.

    Parameters
    ----------
    rows : currency, decided_on.
    rates : as `tables.rates`: from_currency, quoted_on, rate [to `currency`; it holds until the next one].
    """
    asked = pd.DataFrame(
        {"currency": rows["currency"].astype("str"), "day": pd.to_datetime(rows["decided_on"])}
    )
    quoted = pd.DataFrame(
        {
            "currency": rates["from_currency"].astype("str"),
            "day": pd.to_datetime(rates["quoted_on"]),
            "rate": rates["rate"].astype(float),
        }
    )
    asked = asked.assign(day=asked["day"].astype("datetime64[us]"), row=range(len(asked))).sort_values(
        "day", kind="stable"
    )
    quoted = quoted.assign(day=quoted["day"].astype("datetime64[us]")).sort_values("day", kind="stable")
    found = (
        pd.merge_asof(asked, quoted, on="day", by="currency")
        .sort_values("row", kind="stable")["rate"]
        .to_numpy()
    )
    return pd.Series(found, index=rows.index).mask(rows["currency"] == currency, 1.0)


def summary(due: pd.DataFrame, *, rate: pd.Series | None = None) -> Record | None:
    """Sum up decisions that are due.

    Parameters
    ----------
    due : rows of the table `decisions`: expected, expected_low, expected_high, observed, effect_unit.
    rate : of each row, what its money is multiplied with to be added up, as `rates_of`; 1 where it is not given. Rows
        without a rate are left out of the money and counted.

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
    stated = judged[is_money.loc[judged.index] & judged["expected"].notna()]
    known = pd.Series(1.0, index=due.index) if rate is None else rate
    money = stated.mul(known.loc[stated.index], axis=0).dropna(subset="expected")
    expected = float(money["expected"].sum())
    below = math.hypot(*(money["expected"] - money["expected_low"]))
    above = math.hypot(*(money["expected_high"] - money["expected"]))
    return Record(
        len(due), len(read), inside, len(judged), float(low), float(high), expected, expected - below,
        expected + above, float(money["observed"].sum()), len(money),
        len(stated) - len(money),
    )  # fmt: skip
