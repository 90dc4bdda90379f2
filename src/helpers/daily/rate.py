"""How often the message rings: its own detectors, replayed over the last twelve months."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from helpers import i18n
from helpers.daily.days import YEAR
from helpers.daily.usual import runs
from helpers.methods.alarms import LEVEL
from helpers.methods.intervals import wilson

MONTHS = 12
INTERVAL = 0.90


@dataclass(frozen=True)
class Rate:
    """What the replay found.

    days [that could be told], rang [of them, days on which something new rang], alarms [runs of alarms], kept [of
    `judged` runs, those still there the day after], chance [days that would ring if nothing ever happened, by design].
    """

    days: int
    rang: int
    alarms: int
    judged: int
    kept: int
    chance: float


def replay(usual: dict[str, pd.Series], silent: dict[str, pd.Series], *, level: float = LEVEL) -> Rate:
    """Count how often the detectors would have rung in the last 365 days.

    Parameters
    ----------
    usual : -1, 0, 1 or missing by day for each series held against its usual band.
    silent : 1 or 0 by day for each series that may fall silent; by chance that is next to never.

    Formula: chance = sum over days of 1 - level^m, m the series that can be told on that day: the share of days on
    which at least one of m independent bands is left when nothing changes. It is an upper bound: small sums and planned
        days ring less often than their band is left, and a new alarm is counted once, however long it lasts.
    """
    both = [*usual.values(), *silent.values()]
    if not both:
        return Rate(0, 0, 0, 0, 0, 0.0)
    index = both[0].index[-YEAR:]
    told = pd.DataFrame({name: one.notna() for name, one in usual.items()}, index=both[0].index).loc[index]
    fresh, kept, judged = pd.Series(False, index=index), 0, 0
    alarms = 0
    for one in both:
        start = runs(one)
        new = (start == pd.Series(one.index, index=one.index)).loc[index]
        fresh |= new
        alarms += int(new.sum())
        after = one.shift(-1).loc[index][new].dropna()
        judged += len(after)
        kept += int((after == one.loc[index][new].loc[after.index]).sum())
    chance = float((1 - level ** told.sum(axis=1)).sum())
    return Rate(int(told.any(axis=1).sum()), int(fresh.sum()), alarms, judged, kept, chance)


def said(rate: Rate, *, language: str) -> str:
    """Return the rate in words: how often, how often by chance, and how much of it was still there the day after."""
    if not rate.days:
        return i18n.text(
            "How often this message rings: cannot tell, no series is long enough to replay.", language
        )
    low, high = wilson(rate.rang, rate.days, level=INTERVAL)
    month = YEAR / MONTHS
    parts = [
        i18n.plural(
            "How often this message rings: over the {days} days before, something new rang on {n} day, {rate} a month "
            "({level} interval {interval}).",
            "How often this message rings: over the {days} days before, something new rang on {n} days, {rate} a month "
            "({level} interval {interval}).",
            rate.rang,
            language,
            level=i18n.number(INTERVAL, "share", language=language),
            days=i18n.number(rate.days, "count", language=language),
            rate=i18n.number(rate.rang / rate.days * month, "ratio", language=language, decimals=1),
            interval=i18n.interval(low * month, high * month, "ratio", language=language, decimals=1),
        ),
        i18n.text(
            "If nothing had ever happened, at most about {chance} of these days would have rung by chance, by design. Which of "
            "those that rang were false is not known: at most all of them.",
            language,
            chance=i18n.number(rate.chance, "ratio", language=language, decimals=1),
        ),
    ]
    if rate.judged:
        low, high = wilson(rate.kept, rate.judged, level=INTERVAL)
        parts.append(
            i18n.text(
                "Of {alarms} alarms, {share} ({interval}) were still there the day after; by chance it would be next "
                "to none.",
                language,
                alarms=i18n.number(rate.judged, "count", language=language),
                share=i18n.number(rate.kept / rate.judged, "share", language=language),
                interval=i18n.interval(low, high, "share", language=language),
            )
        )
    parts.append(
        i18n.text("Late files and budgets are not in this count: they cannot be replayed.", language)
    )
    return " ".join(parts)
