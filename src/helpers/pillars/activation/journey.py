"""Steps of a visit: how many take each, how sure that is, and what moved it since a year before."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import mark, number, text
from helpers.kpi import LEVEL, KpiRow
from helpers.methods import funnels
from helpers.methods.intervals import Estimate
from helpers.periods import Period
from helpers.pillars.activation.definitions import KPIS
from helpers.rollups import daily, steps

NAMES = {
    "sessions": mark("visits"),
    "product_views": mark("product seen"),
    "add_to_carts": mark("put in the basket"),
    "checkouts": mark("began to pay"),
    "purchases": mark("ordered"),
}
RATES = {  # figure: the step above the line and the one below it
    "conversion_rate": ("purchases", "sessions"),
    "visit_to_basket": ("add_to_carts", "sessions"),
    "basket_to_checkout": ("checkouts", "add_to_carts"),
    "checkout_to_order": ("purchases", "checkouts"),
}


class Visits(NamedTuple):
    """Visits by day and channel with the steps that the table holds.

    days : day, channel, one column a step; None without visits. steps : columns of it, in order of the journey. left_out : share of visits
    whose rows lack a step that others have. media : day, campaign, watch_seconds, clicks, impressions; None without media. lacking : why there
    are no visits.
    """

    days: pd.DataFrame | None
    steps: tuple[str, ...]
    left_out: float
    media: pd.DataFrame | None
    lacking: str


class Told(NamedTuple):
    """A ratio of a period, or the reason why it cannot be told."""

    estimate: Estimate
    reason: str


def known(site: Any, media: Any, *, lacking: str = "") -> Visits:
    """Read what the page needs of the optional tables `site_daily` and `media_spend`, None where the company has none."""
    watched = None
    if media is not None:
        values = ("watch_seconds", "clicks", "impressions")
        made = daily.daily_sums(media, day="spent_on", by=("campaign",), values=values)
        watched = rollups.collect(made, may_be_empty=True).fillna(
            dict.fromkeys(values, 0.0) | {"campaign": ""}
        )
        watched = watched.sort_values(["day", "campaign"], kind="stable", ignore_index=True)
    if site is None:
        return Visits(None, (), 0.0, watched, lacking)
    rows = rollups.collect(steps.step_days(site), may_be_empty=True)
    there = tuple(
        name
        for at, name in enumerate(steps.VISIT_STEPS)
        if len(rows) and (rows["known"].str[at] == "1").any()
    )
    if "sessions" not in there or len(there) == 1:
        return Visits(None, there, 0.0, watched, lacking)
    mask = "".join("1" if name in there else "0" for name in steps.VISIT_STEPS)
    whole = rows[rows["known"] == mask]
    left_out = 1 - float(whole["sessions"].sum()) / max(float(rows["sessions"].sum()), 1.0)
    names = [*there, *steps.SIGNALS]
    days = whole.groupby(["day", "channel"], as_index=False, sort=True)[names].sum()
    return Visits(days, there, left_out, watched, lacking)


def within(days: pd.DataFrame, period: Period, day: str = "day") -> pd.DataFrame:
    """Rows of the days of a period."""
    return days[days[day].between(pd.Timestamp(period.start), pd.Timestamp(period.end))]


def rate(found: Visits, top: str, bottom: str, period: Period, scope: Scope) -> Told:
    """Share of one step that reaches a later one in a period, or why it cannot be told."""
    lang = scope.language
    nothing = Estimate(np.nan, np.nan, np.nan, LEVEL, 0)
    if found.days is None or not {top, bottom} <= set(found.steps):
        return Told(nothing, found.lacking or text("The export of visits does not count this step.", lang))
    totals = within(found.days, period).groupby("day", sort=True)[[top, bottom]].sum()
    sums = totals.sum()
    n = int(sums[bottom])
    if sums[top] > sums[bottom]:
        reason = text(
            "More of them {top} ({n_top}) than {bottom} ({n_bottom}): the tool counts the two in different ways.", lang,
            top=text(NAMES[top], lang), bottom=text(NAMES[bottom], lang), n_top=number(sums[top], "count", language=lang),
            n_bottom=number(n, "count", language=lang),
        )  # fmt: skip
        return Told(nothing._replace(n=n), reason)
    if n < COUNTS_ONLY:
        said = text("{n} at the step before; a percentage needs n = {need}.", lang, n=n, need=COUNTS_ONLY)
        return Told(nothing._replace(n=n), said)
    made = funnels.ratio_over_days(totals[top], totals[bottom], level=LEVEL)
    if np.isnan(made.low):
        said = text(
            "{n} days with visits; an interval needs {need}.", lang, n=len(totals), need=funnels.FEWEST_DAYS
        )
        return Told(nothing._replace(n=n), said)
    return Told(made, "")


def kpis(found: Visits, scope: Scope) -> list[KpiRow]:
    """Rows of the steps of a visit, each with its history, and of the seconds watched per visit."""
    rows = []
    shown = _shown(found, scope)
    for name, (top, bottom) in RATES.items():
        made = [_row(name, rate(found, top, bottom, period, scope), period, scope) for period in shown]
        rows.append(kpi.compared(KPIS[name], made, scope))
    made = [_row("viewing_time_per_visit", viewing(found, period, scope), period, scope) for period in shown]
    return [*rows, kpi.compared(KPIS["viewing_time_per_visit"], made, scope)]


def viewing(found: Visits, period: Period, scope: Scope) -> Told:
    """Seconds of video watched on the platforms per visit, or why it cannot be told."""
    nothing = Estimate(np.nan, np.nan, np.nan, LEVEL, 0)
    if found.days is None:
        return Told(nothing, found.lacking)
    if found.media is None or not found.media["watch_seconds"].sum() > 0:
        return Told(nothing, text("No platform says how long its videos were watched.", scope.language))
    days = within(found.days, period).groupby("day", sort=True)["sessions"].sum()
    seconds = (
        within(found.media, period).groupby("day")["watch_seconds"].sum().reindex(days.index, fill_value=0.0)
    )
    made = funnels.ratio_over_days(seconds, days, kind="amount", level=LEVEL)
    if np.isnan(made.low) or made.n < COUNTS_ONLY:
        said = text(
            "Too few days with visits or with video; an interval needs {need}.",
            scope.language,
            need=funnels.FEWEST_DAYS,
        )
        return Told(nothing._replace(n=made.n), said)
    return Told(made, "")


def funnel(found: Visits, scope: Scope) -> pd.DataFrame:
    """Each step of the month's visits: how many reach it, and the share of the step before.

    Returns
    -------
    One row a step after the visit: step [in words], rate, low, high [share of the step before; NaN where it cannot be told], left [visits
    that went no further than the step before], n [at the step before], before, after [names of the columns]. Empty without visits.
    """
    rows = []
    for before, after in zip(found.steps[:-1], found.steps[1:], strict=True):
        told = rate(found, after, before, scope.period, scope).estimate
        sums = (
            within(found.days, scope.period)[[before, after]].sum()
            if found.days is not None
            else pd.Series({before: 0, after: 0})
        )
        name = text(
            "{before} → {after}",
            scope.language,
            before=text(NAMES[before], scope.language),
            after=text(NAMES[after], scope.language),
        )
        rows.append(
            (
                name,
                told.value,
                told.low,
                told.high,
                max(sums[before] - sums[after], 0),
                int(sums[before]),
                before,
                after,
            )
        )
    return pd.DataFrame(rows, columns=["step", "rate", "low", "high", "left", "n", "before", "after"])


def moved(found: Visits, scope: Scope) -> funnels.Shift | None:
    """What moved the conversion since the same month a year before: the mix of channels, or the rate within them; None without it."""
    if found.days is None or "purchases" not in found.steps:
        return None
    frames = [
        within(found.days, period).rename(
            columns={"channel": "group", "purchases": "top", "sessions": "bottom"}
        )
        for period in (scope.period.year_before(), scope.period)
    ]
    if any(
        frame["bottom"].sum() < COUNTS_ONLY or frame["day"].nunique() < funnels.FEWEST_DAYS
        for frame in frames
    ):
        return None
    return funnels.shift(*frames, level=LEVEL)


def _shown(found: Visits, scope: Scope) -> list[Period]:
    """The month and those of the twelve before it that have visits, oldest first."""
    if found.days is None or found.days.empty:
        return [scope.period]
    first = found.days["day"].min()
    return [p for p in kpi.history(scope) if pd.Timestamp(p.start) >= first or p.code == scope.period.code]


def _row(name: str, told: Told, period: Period, scope: Scope) -> KpiRow:
    made = told.estimate
    if told.reason:
        return kpi.row(KPIS[name], scope, None, n=made.n, period=period, reason=told.reason)
    return kpi.row(KPIS[name], scope, made.value, low=made.low, high=made.high, n=made.n, period=period)
