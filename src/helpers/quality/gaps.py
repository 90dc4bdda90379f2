"""Days without rows inside the span of a source, judged by the rhythm in which its rows come."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.quality.spans import SCOPE

RHYTHMS = {"day": "D", "week": "W-SUN", "month": "M"}
WEEK = 7
QUIET = 1 / 7  # share of empty days from which a source is one that rests, such as on Sundays
CHANCE = 0.05  # stretches of this length that chance would give: from here on they are usual
FOUND = [*SCOPE, "rhythm", "starts_on", "ends_on", "n_days", "is_covered", "is_usual"]
TEXT = dict.fromkeys([*SCOPE, "rhythm"], "str")
DAYS = dict.fromkeys(["starts_on", "ends_on"], "datetime64[us]")


def rhythm(days: pd.Series) -> str:
    """Return "day", "week" or "month": how often rows come, by the lower median of the steps between days that have any.

    Parameters
    ----------
    days : days with rows, in any order. Fewer than two tell nothing and count as daily.
    """
    there = np.unique(days.to_numpy())
    if len(there) < 2:
        return "day"
    step = np.quantile(np.diff(there) / np.timedelta64(1, "D"), 0.5, method="lower")
    return "day" if step <= 1 else "week" if step <= WEEK else "month"


def gaps(days: pd.DataFrame, imports: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches without rows between the first and the last day of each source.

    Parameters
    ----------
    days : every day that has rows, as `spans.days`.
    imports : rows of the ledger; the days that its current imports cover widen the span of their source.

    Returns
    -------
    One row a stretch: table, system, account_id, rhythm, starts_on, ends_on, n_days, is_covered [whether the files cover these
    days; empty where no import is noted], is_usual, by source and day. A source of a weekly or monthly rhythm lacks whole
    weeks or months.

    A stretch is usual, and no fault of an export, where the source rests anyway: with a share q >= 1/7 of the other days
    empty, n days and a stretch of k of them, chance gives about n x q^k such stretches; usual is from 0.05 on.
    """
    current = imports[imports["is_current"] & imports["starts_on"].notna() & imports["ends_on"].notna()]
    systems = days.groupby("table")["system"].agg(set).to_dict()
    rows = []
    for scope, there in days.groupby(SCOPE):
        rows += _of_scope(scope, there, _noted(current, scope, systems[scope[0]]))
    made = pd.DataFrame(rows, columns=FOUND).astype({**TEXT, **DAYS})
    return made.astype({"n_days": "int64", "is_covered": "boolean", "is_usual": "bool"})


def strips(days: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the stretches with rows of each source, which is what lies between its gaps.

    Returns
    -------
    One row a stretch: table, system, account_id, starts_on, ends_on.
    """
    day, rows = pd.Timedelta(days=1), []
    holes = {scope: gaps.iloc[at] for scope, at in gaps.groupby(SCOPE).indices.items()}
    for scope, there in days.groupby(SCOPE):
        own = holes.get(scope, gaps.iloc[:0])
        starts = [there["day"].min(), *(own["ends_on"] + day)]
        ends = [*(own["starts_on"] - day), there["day"].max()]
        rows += [(*scope, start, end) for start, end in zip(starts, ends, strict=True) if start <= end]
    made = pd.DataFrame(rows, columns=[*SCOPE, *DAYS])
    return made.astype({**dict.fromkeys(SCOPE, "str"), **DAYS})


def _noted(current: pd.DataFrame, scope: tuple, systems: set[str]) -> pd.DataFrame:
    """The imports that brought the rows of a scope: of its table, and of its system and account where the table tells them."""
    table, system, account = scope
    own = current[current["table"] == table]
    if own.empty:
        return own
    if system:
        named = own[own["system"] == system]
        own = named if len(named) else own[~own["system"].isin(systems)]
    of_account = own[own["account_id"] == account]
    return of_account if account and len(of_account) else own


def _of_scope(scope: tuple, there: pd.DataFrame, noted: pd.DataFrame) -> Iterator[tuple]:
    found = rhythm(there["day"])
    code = RHYTHMS[found]
    ends = pd.concat([there["day"], noted["starts_on"], noted["ends_on"]])
    whole = pd.period_range(ends.min().to_period(code), ends.max().to_period(code), freq=code)
    lacking = whole[~whole.isin(there["day"].dt.to_period(code))]
    if not len(lacking):
        return
    covered = [_covered(period, noted) for period in lacking]
    start = 0
    for at in range(1, len(lacking) + 1):
        more = at < len(lacking) and lacking[at].ordinal == lacking[at - 1].ordinal + 1
        if more and covered[at] is covered[start]:
            continue
        first, last = lacking[start].start_time, lacking[at - 1].end_time.normalize()
        usual = _is_usual(at - start, len(lacking), len(whole))
        yield (*scope, found, first, last, (last - first).days + 1, covered[start], usual)
        start = at


def _covered(period: pd.Period, noted: pd.DataFrame) -> bool | None:
    """Whether one of the imports covers a whole period; None where none is noted."""
    if noted.empty:
        return None
    first, last = period.start_time, period.end_time.normalize()
    return bool(((noted["starts_on"] <= first) & (noted["ends_on"] >= last)).any())


def _is_usual(k: int, n_empty: int, n: int) -> bool:
    """Whether a stretch of k empty days is no news in a source with `n_empty` empty days of n."""
    share = (n_empty - k) / (n - k)
    return share >= QUIET and n * share**k >= CHANCE
