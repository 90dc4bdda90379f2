"""Tests by region: what each finished one says of its channel, read from the regions that were left alone."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import guard_refusal
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import LEVEL
from helpers.methods import geo_placebo, geo_ratio
from helpers.methods.geo_ratio import RatioEffect
from helpers.rollups import places

WEEK = 7
PLACEBOS = 60
COLUMNS = (
    "test", "channel", "starts_on", "ends_on", "effect", "low", "high", "spend_change", "roas", "roas_low", "roas_high",
    "treated_share", "spans_zero",
)  # fmt: skip


class GeoTest(NamedTuple):
    """One finished test by region, of one treated arm against its controls.

    id, arm, channel : its code, the treated arm, the channel it names (empty: none, or not one alone).
    starts_on, ends_on, registered_on : planned days; registered_on is empty where nobody wrote it down.
    treated, control : sales [day x place], up to the last day of the test; the days are its index.
    step : days in a time of the analysis, 1, or 7 where a day sold nothing.
    found : what the log-ratio says; NaN with a reason where nothing can be told.
    spend_change : money spent in the treated places beside what the others' spend lets expect; NaN where costs are not known.
    spans_zero : the treated places, or the controls, had no spend at all while it ran.
    treated_share : of sales before the test. placebos : what the same analysis finds among the untreated places alone; where it
        scatters more than it should, `found` is widened by it.
    reason : why it cannot be read, in words; empty where it can.
    """

    id: str
    arm: str
    channel: str
    starts_on: date
    ends_on: date
    registered_on: date | None
    hypothesis: str
    treated: pd.DataFrame
    control: pd.DataFrame
    step: int
    found: RatioEffect
    spend_change: float
    spans_zero: bool
    treated_share: float
    placebos: pd.DataFrame
    reason: str

    @property
    def name(self) -> str:
        """Code of the test, with the arm where it has several."""
        return self.id if not self.arm else f"{self.id}: {self.arm}"

    @property
    def roas(self) -> tuple[float, float, float]:
        """Effect over change of spend, with its bounds; NaN where spend did not change."""
        if not abs(self.spend_change) > 0:
            return math.nan, math.nan, math.nan
        effect = self.found.effect
        value, one, other = (figure / self.spend_change for figure in (effect.value, effect.low, effect.high))
        return value, min(one, other), max(one, other)


def channel_of(experiment_id: str, channels: list[str]) -> str:
    """The one channel whose name stands in a test's code; empty where none does, or several.

    Words are split at "_" and "-"; a channel of several words must stand there whole, and counts before one that is a part of it.
    """
    words = _words(experiment_id)
    there = {name: _words(name) for name in channels if _stands_in(_words(name), words)}
    longest = [
        name for name, own in there.items() if not any(own != other and _stands_in(own, other) for other in there.values())
    ]  # fmt: skip
    return longest[0] if len(longest) == 1 else ""


def channels_of(media: object | None) -> list[str]:
    """Names of the company's channels, in order; none where it has no media spend."""
    if media is None:
        return []
    return sorted(rollups.collect(places.channel_names(media), may_be_empty=True)["channel"])


def tests(experiments: object | None, media: object | None, scope: Scope) -> list[GeoTest]:
    """Finished tests by region, in order of their end.

    Parameters
    ----------
    experiments, media : tables `experiments` and `media_spend` of the page, None where the company has none.
    """
    if experiments is None:
        return []
    rows = rollups.collect(places.place_days(experiments), may_be_empty=True)
    plans = rollups.collect(places.planned_arms(experiments), may_be_empty=True)
    plans, channels, made = plans[plans["kind"] == "geo"], channels_of(media), []
    for code, plan in plans.groupby("experiment_id", sort=True):
        own = rows[rows["experiment_id"] == code]
        start, end = _span(plan, own)
        if start is None or end is None or end > scope.period.end:
            continue
        control = control_arm(own)
        arms = [arm for arm in sorted(own["arm"].unique()) if arm != control]
        for arm in arms:
            name = arm if len(arms) > 1 else ""
            pair = own[own["arm"].isin([arm, control])].assign(is_treated=lambda r, a=arm: r["arm"] == a)
            said = {"id": str(code), "arm": name, "channel": channel_of(str(code), channels)}
            made.append(
                _read(pair, plan, start, end, has_control=control is not None, said=said, scope=scope)
            )
    return sorted(made, key=lambda test: (test.ends_on, test.name))


def by_channel(experiments: object | None, media: object | None, scope: Scope) -> pd.DataFrame:
    """What each finished test by region that names a channel says of it: the frame that other pages read.

    Returns
    -------
    One row a test: test, channel, starts_on, ends_on, effect, low, high [money changed in the treated places while it ran],
    spend_change [money, below 0 when dark], roas, roas_low, roas_high [effect over change of spend], treated_share [of sales
    before], spans_zero. A test that cannot be read has no row.
    """
    return named(tests(experiments, media, scope))


def named(found: list[GeoTest]) -> pd.DataFrame:
    """The frame of `by_channel` from tests that were read before."""
    return table([test for test in found if test.channel and not test.reason])


def table(found: list[GeoTest]) -> pd.DataFrame:
    """The columns of `by_channel` of some tests, those that cannot be read with empty figures."""
    made = [
        (
            test.name, test.channel, test.starts_on, test.ends_on, test.found.effect.value, test.found.effect.low,
            test.found.effect.high, test.spend_change, *test.roas, test.treated_share, test.spans_zero,
        )
        for test in found
    ]  # fmt: skip
    return pd.DataFrame(made, columns=list(COLUMNS))


def control_arm(rows: pd.DataFrame) -> str | None:
    """The arm that was left alone: the one called control, else the only one that was never exposed; None where none is."""
    named = [
        arm for arm in rows["arm"].unique() if str(arm).strip().lower() in ("control", "held out", "holdout")
    ]
    if len(named) == 1:
        return named[0]
    most = rows.groupby("arm")["exposed"].max()
    idle = most[most == 0]
    return str(idle.index[0]) if len(idle) == 1 and len(most) > 1 else None


def times(test: GeoTest, step: int | None = None) -> pd.DataFrame:
    """Totals by time of the analysis, from `step` days: at [number of the time, 0 where the test starts], treated, control [the
    steady series of the untreated, in money of the treated before], during. A day without any row is a gap.
    """
    step = step or test.step
    control, treated = in_steps(test.control, test, step), in_steps(test.treated, test, step).sum(axis=1)
    before = control.index.to_numpy() < 0
    steady = geo_ratio.steady_control(control.to_numpy(), before)
    scale = float(treated[before].mean()) if before.any() else math.nan
    return pd.DataFrame(
        {"at": control.index, "treated": treated.to_numpy(), "control": steady * scale, "during": ~before}
    )


def _read(rows, plan, start, end, *, has_control, said, scope) -> GeoTest:
    rows = rows[rows["measured_on"] <= pd.Timestamp(end)]
    treated, control = (_wide(rows[rows["is_treated"] == side]) for side in (True, False))
    days = treated.index.intersection(control.index) if has_control else treated.index
    treated, control = treated.loc[days], control.reindex(days)
    written = plan["registered_on"].min()
    change, spans = _spend(rows, start, days)
    early = days < pd.Timestamp(start)
    share = treated[early].to_numpy().sum(), control[early].to_numpy().sum()
    test = GeoTest(
        **said, starts_on=start, ends_on=end, registered_on=None if pd.isna(written) else written.date(),
        hypothesis=str(plan["hypothesis"].dropna().min() if plan["hypothesis"].notna().any() else ""),
        treated=treated, control=control, step=1, found=geo_ratio.log_ratio([], [], []), placebos=geo_placebo.read([], np.empty(0)), spend_change=change, spans_zero=spans,
        treated_share=share[0] / sum(share) if sum(share) > 0 else math.nan, reason="",
    )  # fmt: skip
    reason = _refusal(test, rows, has_control, scope)
    return test._replace(reason=reason) if reason else estimated(test, scope)


def estimated(test: GeoTest, scope: Scope) -> GeoTest:
    """The test with its effect, by days where each day sold something, else by weeks; widened where placebos say so."""
    for step in (1, WEEK):
        panel = times(test, step)
        if (panel[["treated", "control"]] > 0).all(axis=None):
            break
    during, timed = (
        panel["during"].to_numpy(),
        {"at": panel["at"].to_numpy(), "period": cycle(panel, step), "level": LEVEL},
    )
    placebos = geo_placebo.in_space(
        in_steps(test.control, test, step), during, n_treated=test.treated.shape[1],
        n_all=test.treated.shape[1] + test.control.shape[1], n_placebos=PLACEBOS, **timed,
    )  # fmt: skip
    found = geo_ratio.log_ratio(
        panel["treated"], panel["control"].fillna(0), during, spread=geo_placebo.spread(placebos), **timed
    )
    reason = guard_refusal(found.guards, scope.language)
    return test._replace(step=step, found=found, placebos=placebos, reason=reason)


def cycle(panel: pd.DataFrame, step: int) -> int:
    """Days of the week count where four weeks of days were kept before the test."""
    return WEEK if step == 1 and (panel["at"] < 0).sum() >= 4 * WEEK else 0


def in_steps(sales: pd.DataFrame, test: GeoTest, step: int) -> pd.DataFrame:
    """Sales [time x place] by times of the analysis, 0 the one in which the test starts."""
    days = (sales.index - pd.Timestamp(test.starts_on)).days.to_numpy()
    return sales.groupby(days // step).sum()


def _refusal(test: GeoTest, rows: pd.DataFrame, has_control: bool, scope: Scope) -> str:
    lang = scope.language
    if not has_control:
        return text("No arm was left alone, so there is nothing to compare with.", lang)
    if not (rows["n_valued"] > 0).any():
        return text("Its rows hold no money (column value).", lang)
    if not (test.treated.index < pd.Timestamp(test.starts_on)).any():
        return text("No day before its start was kept, so nobody knows how the regions compared.", lang)
    last = test.treated.index.max()
    if last < pd.Timestamp(test.ends_on) - pd.Timedelta(days=1):
        return text("Its rows end before the test did.", lang)
    if not np.isfinite(rows["value"]).all():
        return text("A figure of its sales is missing or infinite.", lang)
    return ""


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Sales [day x place]; a place that reports nothing on a day on which others do sold nothing."""
    named = rows.assign(where=rows["market"].astype(str) + " " + rows["place"].astype(str))
    return named.pivot_table(index="measured_on", columns="where", values="value", aggfunc="sum", fill_value=0.0).sort_index()  # fmt: skip


def _spend(rows: pd.DataFrame, start: date, days: pd.Index) -> tuple[float, bool]:
    """Change of spend in the treated places, and whether one side had none: spend of the controls, times the ratio before."""
    if not (rows["n_costed"] > 0).any():
        return math.nan, False
    rows = rows[rows["measured_on"].isin(days)]
    is_early = rows["measured_on"] < pd.Timestamp(start)
    spent = {key: float(part["cost"].sum()) for key, part in rows.groupby([is_early, rows["is_treated"]])}
    sold = {key: float(part["value"].sum()) for key, part in rows[is_early].groupby("is_treated")}
    treated, control = spent.get((False, True), 0.0), spent.get((False, False), 0.0)
    before = spent.get((True, True), 0.0), spent.get((True, False), 0.0)
    # A channel that is new has no ratio before: then the regions' sales say how large they are.
    top, bottom = before if min(before) > 0 else (sold.get(True, 0.0), sold.get(False, 0.0))
    expected = control * top / bottom if bottom > 0 else 0.0
    return treated - expected, treated == 0 or control == 0


def _span(plan: pd.DataFrame, rows: pd.DataFrame) -> tuple[date | None, date | None]:
    """First and last day: as planned, else the days on which a place was exposed."""
    ran = rows.loc[rows["exposed"] > 0, "measured_on"]
    start, end = plan["starts_on"].min(), plan["ends_on"].max()
    start = ran.min() if pd.isna(start) else start
    end = ran.max() if pd.isna(end) else end
    return (None if pd.isna(start) else start.date()), (None if pd.isna(end) else end.date())


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[_\-\s]+", name.lower()) if word]


def _stands_in(part: list[str], whole: list[str]) -> bool:
    return bool(part) and any(whole[i : i + len(part)] == part for i in range(len(whole) - len(part) + 1))
