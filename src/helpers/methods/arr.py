"""Yearly recurring revenue: the bridge from one day to another, and how much of it the accounts of then still bring."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.methods.intervals import Estimate
from helpers.methods.resampling import bootstrap

KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
GAINS = ("new", "reactivation", "expansion")
COLUMNS = ["month", "account", "kind", "delta"]
CENT = 0.01
FEW = 30  # accounts, for a ratio
PARTS = 10_000  # money has four decimals; whole numbers add up exactly, whatever the order of the rows


class Bridge(NamedTuple):
    """How the total moved.

    steps : one row a bar: name [start, one of KINDS, end], amount [money], is_total, n_accounts.
    gap : what an independent total of the last day says, less what the movements add up to; NaN where there is none.
    n_below_zero : accounts whose movements add up to less than nothing, which no contract can.
    """

    steps: pd.DataFrame
    gap: float
    n_below_zero: int


def bridge(
    movements: pd.DataFrame, *, start: pd.Timestamp, end: pd.Timestamp, closing: float = math.nan
) -> Bridge:
    """From the total before `start` to that of `end`, by what moved it.

    Parameters
    ----------
    movements : month [its first day], account, kind [one of KINDS], delta [money, losses below zero], all since the first contract.
    start, end : first and last day of the bridge.
    closing : the total of `end` from another table, if there is one.

    Raises
    ------
    DataError : a column is missing, a kind is unknown, or a change is no number.

    Formula: end = start + new + reactivation + expansion + contraction + churn, each the sum of its changes.
    """
    known = _checked(movements)
    begin, last = pd.Timestamp(start), pd.Timestamp(end)
    before = known[known["month"] < begin]
    inside = known[(known["month"] >= begin) & (known["month"] <= last)]
    rows = [("start", _total(before), True, _paying(before))]
    for kind in KINDS:
        own = inside[inside["kind"] == kind]
        rows.append((kind, _total(own), False, own["account"].nunique()))
    whole = known[known["month"] <= last]
    rows.append(("end", _total(whole), True, _paying(whole)))
    steps = pd.DataFrame(rows, columns=["name", "amount", "is_total", "n_accounts"])
    by_account = _by_account(known, last)
    return Bridge(steps, float(closing) - rows[-1][1], int((by_account <= -CENT).sum()))


def revenue(movements: pd.DataFrame, on: pd.Timestamp) -> float:
    """Yearly recurring revenue at the end of a day [money]."""
    known = _checked(movements)
    return _total(known[known["month"] <= pd.Timestamp(on)])


def paying(movements: pd.DataFrame, on: pd.Timestamp) -> int:
    """Accounts that had revenue at the end of a day."""
    known = _checked(movements)
    return _paying(known[known["month"] <= pd.Timestamp(on)])


def kept(movements: pd.DataFrame, *, then: pd.Timestamp, now: pd.Timestamp) -> pd.DataFrame:
    """The accounts that had revenue at the end of `then`: what they brought and what they bring.

    Returns
    -------
    One row per account, in order: account, then, now [money], kept [the smaller of the two: growth of one account does not
    make up for the loss of another].
    """
    known = _checked(movements)
    before, after = (_by_account(known, pd.Timestamp(day)) for day in (then, now))
    had = before[before >= CENT]
    table = pd.DataFrame({"then": had, "now": after.reindex(had.index).clip(lower=0)})
    table["kept"] = table[["then", "now"]].min(axis=1)
    return table.rename_axis("account").reset_index()


def net_retention(
    accounts: pd.DataFrame, *, level: float = 0.90, draws: int = 1000, seed: int
) -> tuple[Estimate, Estimate]:
    """Net and gross revenue retention of the accounts of `kept`, with what a few large ones leave open.

    Returns
    -------
    (net, gross): revenue now over revenue then, all included; and without any growth. The value is exact; bounds are BCa bootstrap
    intervals over accounts, for what accounts like these do. All NaN under 30 accounts.

    Formula: net = sum of now / sum of then; gross = sum of min(then, now) / sum of then.
    Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 14.
    """
    n = len(accounts)
    if n < FEW:
        nothing = Estimate(math.nan, math.nan, math.nan, level, n)
        return nothing, nothing
    ordered = accounts.sort_values("account", kind="stable")
    net, gross = (
        bootstrap(ordered, (top, "then"), level=level, draws=draws, seed=seed) for top in ("now", "kept")
    )
    return _holding(net), _holding(gross)


def _holding(made: Estimate) -> Estimate:
    """The estimate with bounds that hold its value, which those of a skewed redraw may miss by a hair."""
    if not math.isfinite(made.low):  # nothing varied: the redraws give no spread to speak of
        return made
    return made._replace(low=min(made.low, made.value), high=max(made.high, made.value))


def _total(rows: pd.DataFrame) -> float:
    return int(rows["parts"].sum()) / PARTS


def _by_account(known: pd.DataFrame, on: pd.Timestamp) -> pd.Series:
    """Revenue of each account at the end of a day [money], by account."""
    return known[known["month"] <= on].groupby("account")["parts"].sum() / PARTS


def _paying(rows: pd.DataFrame) -> int:
    return int((rows.groupby("account")["parts"].sum() >= CENT * PARTS).sum())


def _checked(movements: pd.DataFrame) -> pd.DataFrame:
    for name in COLUMNS:
        if name not in movements:
            raise DataError(f"arr: the column {name} is missing. It needs {', '.join(COLUMNS)}.")
    known = movements[COLUMNS]
    strange = ~known["kind"].isin(KINDS)
    if strange.any():
        raise DataError(
            f"arr: a change is of the kind {known.loc[strange, 'kind'].iloc[0]!r}. Use one of {', '.join(KINDS)}."
        )
    delta = pd.to_numeric(known["delta"], errors="coerce").to_numpy(float, na_value=np.nan)
    wrong = ~(np.abs(delta) < 1e14)  # above that four decimals are no longer exact
    if wrong.any():
        at = int(wrong.argmax())
        raise DataError(
            f"arr: the change in row {at + 1} is {known['delta'].iloc[at]}, which is no amount. Correct it."
        )
    return known.assign(parts=np.round(delta * PARTS).astype("int64"))
