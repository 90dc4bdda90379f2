"""What the page on what customers say is computed from: tables collected, answers on their scale, who was asked."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.company import Scope
from helpers.kpi import LEVEL
from helpers.methods import invitations, nps
from helpers.methods.intervals import Estimate
from helpers.periods import Period
from helpers.pillars.crm import voice_drivers, voice_verbatims
from helpers.rollups import voice as rolled

SCALE, EFFORT_SCALE = (0.0, 10.0), (1.0, 7.0)
WAIT_DAYS = 14  # in which nearly all answers to an invitation come


class Tables(NamedTuple):
    """Tables of the page as they are loaded; those that a company lacks are None."""

    surveys: object
    orders: object | None = None
    cases: object | None = None
    events: object | None = None
    consents: object | None = None
    lacking: str = ""  # why there are no support cases


class Asked(NamedTuple):
    """Invitations whose answers should be in, and answers to them; `fit` is the share of answers that the rule explains."""

    n: int
    answered: int
    fit: float = math.nan


class Known(NamedTuple):
    """What the page computes from."""

    answers: pd.DataFrame  # of all surveys; `scores` and `efforts` are those on their scale
    scores: pd.DataFrame
    efforts: pd.DataFrame
    effort_scale: tuple[float, float]
    comments: voice_verbatims.Read
    drivers: voice_drivers.Drivers | None
    asked: dict[str, Asked]
    cases: pd.DataFrame | None
    order_days: pd.DataFrame | None
    spend: pd.DataFrame | None
    lacking: str


def known(
    loaded: Tables, scope: Scope, *, n_asked: int, ask_after_days: int, ask_gap_days: int, driver_months: int
) -> Known:
    """Collect and compute what the page shows.

    Parameters
    ----------
    loaded : the tables.
    n_asked : invitations of the period by the survey tool's own count; 0 has them worked out from the rule.
    ask_after_days, ask_gap_days : the rule: days from an order to the question, least days between two of a customer.
    driver_months : months of answers in which drivers are looked for.
    """
    answers = rollups.collect(rolled.survey_answers(loaded.surveys), may_be_empty=True)
    since = voice_drivers.first_day(scope, driver_months)
    begin = min(since, kpi.history(scope)[0].start) - pd.Timedelta(days=voice_drivers.REACH_DAYS)
    cases = unfinished = order_days = None
    if loaded.cases is not None:
        cases = rollups.collect(rolled.case_list(loaded.cases, since=begin), may_be_empty=True)
    if loaded.events is not None:
        unfinished = rollups.collect(rolled.unfinished(loaded.events), may_be_empty=True)
    if loaded.orders is not None:
        order_days = rollups.collect(rollups.daily_sums(loaded.orders, day="ordered_on"), may_be_empty=True)
    on_scale = _scores(answers, scope)
    rows = voice_drivers.respondents(on_scale, cases, unfinished, since=since, until=scope.period.end)
    rule = {"after": ask_after_days, "gap": ask_gap_days}
    efforts, scale = _efforts(answers)
    return Known(
        answers, on_scale, efforts, scale, voice_verbatims.read(answers, scope), voice_drivers.fit(rows),
        _asked(loaded, on_scale, scope, n_asked=n_asked, **rule), cases, order_days, _spend(loaded, scope), loaded.lacking,
    )  # fmt: skip


def _spend(loaded: Tables, scope: Scope) -> pd.DataFrame | None:
    """Spend of twelve months of the customers touched in the period, by topic; None where orders are not known."""
    if loaded.orders is None or (loaded.cases is None and loaded.events is None):
        return None
    days = {"start": scope.period.start, "end": scope.period.end}
    touched = [] if loaded.cases is None else [rolled.touched_by_cases(loaded.cases, **days)]
    if loaded.events is not None:
        touched.append(rolled.touched_by_setup(loaded.events, topic=voice_drivers.SETUP, **days))
    year = {"since": voice_drivers.first_day(scope, 12), "end": scope.period.end}
    found = [
        rollups.collect(rolled.touched_spend(loaded.orders, one, **year), may_be_empty=True)
        for one in touched
    ]
    return pd.concat(found, ignore_index=True).drop_duplicates("topic")


def scored(answers: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows with a score of one type of survey; of several questions in it, the one that bears the type's own name."""
    rows = answers[(answers["survey_type"] == kind) & answers["score"].notna()]
    own = rows["question"].astype("str").str.strip().str.lower() == kind
    return rows[own] if own.any() else rows


def _scores(answers: pd.DataFrame, scope: Scope) -> pd.DataFrame:
    """Answers to the score on its scale of 0 to 10, up to the period's end."""
    here = scored(answers, "nps")
    ends = here["answered_on"] <= pd.Timestamp(scope.period.end)
    return here[ends & ~is_off(here)].reset_index(drop=True)


def is_off(rows: pd.DataFrame) -> pd.Series:
    """Whether an answer is on another scale than 0 to 10."""
    off = ~rows["score"].between(*SCALE)
    for name, end in zip(("scale_min", "scale_max"), SCALE, strict=True):
        if name in rows:
            off |= rows[name].notna() & (rows[name].astype(float) != end)
    return off


def _asked(
    loaded: Tables, answers: pd.DataFrame, scope: Scope, *, n_asked: int, after: int, gap: int
) -> dict[str, Asked]:
    """Invitations of the period and of the one before, by period code; of the period only, where the tool's count is given."""
    if n_asked:
        return {scope.period.code: Asked(n_asked, min(len(within(answers, scope.period)), n_asked))}
    if loaded.orders is None or "customer_id" not in answers or answers["customer_id"].isna().all():
        return {}
    day = answers["answered_on"].map(pd.Timestamp.toordinal).astype(int)
    replies = answers.assign(day=day)[["customer_id", "day"]]
    found = {}
    for period in (scope.period.before(), scope.period):
        start, end = period.start.toordinal(), period.end.toordinal()
        open_days = rolled.askable_days(
            loaded.orders, loaded.consents, start=period.start, end=period.end, after=after, gap=gap
        )
        sent = invitations.asked(rollups.collect(open_days, may_be_empty=True), gap=gap)
        now = replies[replies["day"].between(start, end)]
        sent = sent[sent["day"] >= start - WAIT_DAYS].reset_index(drop=True)
        hit = invitations.answered(sent, now, within=WAIT_DAYS)
        over = sent["day"].between(start, end - WAIT_DAYS).to_numpy()
        found[period.code] = Asked(
            int(over.sum()), int((hit & over).sum()), float(hit.sum() / max(len(now), 1))
        )
    return found


def within(rows: pd.DataFrame, period: Period, day: str = "answered_on") -> pd.DataFrame:
    """Rows of a period."""
    return rows[(rows[day] >= pd.Timestamp(period.start)) & (rows[day] <= pd.Timestamp(period.end))]


def weights(rows: pd.DataFrame) -> np.ndarray | None:
    """Weights of the answers; none where the survey has none, one where a single answer lacks its own."""
    if "weight" not in rows or rows["weight"].isna().all():
        return None
    return rows["weight"].fillna(1.0).to_numpy(dtype=float)


def _efforts(answers: pd.DataFrame) -> tuple[pd.DataFrame, tuple[float, float]]:
    """Answers on the ease of getting help and their scale, the one that most of them have; those on others are left out."""
    rows = scored(answers, "ces")
    scale = EFFORT_SCALE
    if {"scale_min", "scale_max"} <= set(rows.columns):
        ends = rows[["scale_min", "scale_max"]].astype(float)
        if ends.notna().all(axis=1).any():
            scale = tuple(float(end) for end in ends.value_counts(sort=True).index[0])
        rows = rows[
            (ends["scale_min"].fillna(scale[0]) == scale[0])
            & (ends["scale_max"].fillna(scale[1]) == scale[1])
        ]
    return rows[rows["score"].between(*scale)], scale


def score(found: Known, period: Period) -> tuple[nps.Answers, Estimate]:
    """Answers to the score in a period, and the score with its interval."""
    rows = within(found.scores, period)
    counted = nps.answers(rows["score"].to_numpy(), weights(rows))
    return counted, nps.nps(counted, level=LEVEL)


def effort(found: Known, period: Period) -> Estimate:
    """Mean ease of getting help in a period with its interval."""
    rows = within(found.efforts, period)
    return nps.mean_rating(rows["score"].to_numpy(), weights(rows), scale=found.effort_scale, level=LEVEL)
