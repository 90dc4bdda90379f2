"""The register of tests: what was expected, whether that was written down before, what came, what it could have seen."""

from __future__ import annotations

import math
from datetime import date
from typing import NamedTuple

import pandas as pd

from helpers import rollups
from helpers.company import Scope
from helpers.i18n import day, interval, number, text
from helpers.kpi import LEVEL, Z
from helpers.pillars.activation.incrementality import GeoTest, control_arm
from helpers.rollups import places

POWER_Z = (
    0.8416  # a test sees a change in eight of ten cases when it lies so many standard errors beyond its bound
)


class Entry(NamedTuple):
    """One test of the register; figures are NaN where it cannot be read."""

    test: str
    kind: str
    hypothesis: str
    starts_on: date | None
    ends_on: date | None
    is_early: bool | None
    value: float
    low: float
    high: float
    sees: float
    per: str


def register(experiments: object | None, found: list[GeoTest], scope: Scope) -> list[Entry]:
    """Tests by region and holdouts of money that have ended, the last first; a study that asks people is none of them.

    Parameters
    ----------
    experiments : table `experiments`, None where the company has none. found : tests by region, as the page reads them.
    """
    if experiments is None:
        return []
    plans = rollups.collect(places.planned_arms(experiments), may_be_empty=True)
    made = [_of_region(test) for test in found]
    for code, arms in plans[plans["kind"] == "holdout"].groupby("experiment_id", sort=True):
        end = arms["ends_on"].max() if arms["ends_on"].notna().any() else arms["last_on"].max()
        if end.date() <= scope.period.end and arms[["value", "value_squares"]].to_numpy().any():
            made.append(_of_holdout(str(code), arms, end.date()))
    return sorted(made, key=lambda entry: (entry.ends_on, entry.test), reverse=True)


def table(made: list[Entry], scope: Scope) -> pd.DataFrame:
    """The register in words, one row a test."""
    lang = scope.language
    rows = {entry.test: _said(entry, scope) for entry in made}
    return pd.DataFrame(rows).T.rename_axis(columns=text("test", lang)) if rows else pd.DataFrame()


def _said(entry: Entry, scope: Scope) -> dict[str, str]:
    lang = scope.language
    money = {
        "unit": "currency",
        "currency": scope.currency,
        "decimals": 0 if entry.per == "test" else 2,
        "language": lang,
    }
    early = {True: text("yes", lang), False: text("no", lang), None: text("not known", lang)}
    result = text("cannot be read", lang)
    if not math.isnan(entry.low):
        result = number(entry.value, **money)
        if entry.per == "person":
            result = text("{value} a person", lang, value=result)
        result += f" ({interval(entry.low, entry.high, **money)})"
    told = text("cannot be read", lang)
    if not math.isnan(entry.low):
        told = text("cannot tell apart from nothing", lang)
        if entry.low > 0:
            told = text("revenue rose", lang)
        elif entry.high < 0:
            told = text("revenue fell", lang)
    return {
        text("expected", lang): entry.hypothesis or "–",
        text("ended", lang): day(entry.ends_on, lang, style="medium") if entry.ends_on else "–",
        text("written down before", lang): early[entry.is_early],
        text("result, {level} interval", lang, level=number(LEVEL, "share", language=lang)): result,
        text("could see from", lang): number(entry.sees, **money),
        text("verdict", lang): told,
    }


def _of_region(test: GeoTest) -> Entry:
    effect = test.found.effect
    sees = (effect.high - effect.low) / 2 / Z * (Z + POWER_Z)
    early = None if test.registered_on is None else test.registered_on < test.starts_on
    return Entry(
        test.name, "geo", test.hypothesis, test.starts_on, test.ends_on, early, *effect[:3], sees, "test"
    )


def _of_holdout(code: str, arms: pd.DataFrame, end: date) -> Entry:
    """Mean money of a person addressed less that of those left alone, with the normal interval of two means."""
    control = control_arm(arms.assign(exposed=1.0))
    alone, sent = arms[arms["arm"] == control], arms[arms["arm"] != control]
    start, written = arms["starts_on"].min(), arms["registered_on"].min()
    early = None if pd.isna(written) or pd.isna(start) else bool(written < start)
    value = low = high = sees = math.nan
    hypothesis = str(arms["hypothesis"].dropna().min()) if arms["hypothesis"].notna().any() else ""
    if len(alone) == 1 and len(sent) and min(alone["units"].sum(), sent["units"].sum()) > 1:
        (first, error), (second, other) = _mean(sent), _mean(alone)
        value, se = first - second, math.sqrt(error + other)
        if se > 0:
            low, high, sees = value - Z * se, value + Z * se, (Z + POWER_Z) * se
    return Entry(code, "holdout", hypothesis, None if pd.isna(start) else start.date(), end, early, value, low, high, sees, "person")  # fmt: skip


def _mean(arm: pd.DataFrame) -> tuple[float, float]:
    """Mean and squared standard error of the money of a person, from the sums that the table keeps."""
    n, total, squares = (float(arm[name].sum()) for name in ("units", "value", "value_squares"))
    mean = total / n
    return mean, max(squares / n - mean**2, 0.0) / (n - 1)
