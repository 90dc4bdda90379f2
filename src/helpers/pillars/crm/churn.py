"""Who is about to leave? What is known of active customers, their chance of silence, and the figures of the page."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import kpi, rollups
from helpers.checks import COUNTS_ONLY, Decision
from helpers.company import Scope
from helpers.i18n import capital, day, interval, number, text, translate
from helpers.kpi import LEVEL, KpiRow
from helpers.methods.intervals import Estimate
from helpers.methods.lifetime import expected_purchases, fit_bgnbd, probability_alive
from helpers.methods.lifetime_spend import expected_spend, fit_gamma_gamma
from helpers.methods.scoring import (
    Classifier,
    brier_skill,
    calibrated_classifier,
    predicted,
)
from helpers.pillars.crm.definitions import KPIS
from helpers.pillars.crm.retention import share_row
from helpers.rollups.standing import gap_counts, silence_counts, standing

HORIZON_DAYS, YEAR_DAYS = 91, 364
YEAR_WEEKS = 52
IN_TIME = 0.90  # of the gaps between two purchases: after this many, silence means something
FEATURES = ("silence", "age", "n_days", "n_recent", "gap", "overdue", "basket", "alive", "expected")


class Known(NamedTuple):
    """Active customers at three days, 13 weeks apart, and what the learner made of them.

    learnt, tested, now : one row an active customer, index customer_id: the features, value [expected revenue of 52 weeks],
        next_in, next_spend, silent [0 or 1: no purchase in the 13 weeks after the day], chance [of it; not in `learnt`].
    fit : the learner, taught on `learnt`; window : days; end : last day of the period; first : first purchase in the data.
    """

    learnt: pd.DataFrame
    tested: pd.DataFrame
    now: pd.DataFrame
    fit: Classifier
    window: int
    end: date
    first: date | None


def rhythm(orders: object, end: date) -> int:
    """Days within which nine in ten of the gaps between purchases end, of those that ended in the last 52 weeks, in whole weeks.

    Customers who have not come back are in no gap, so it says how long those take who do; 0 where no gap is known.
    """
    since = end - timedelta(days=YEAR_DAYS - 1)
    gaps = rollups.collect(gap_counts(orders, since=since, until=end), may_be_empty=True)
    gaps = gaps.sort_values("gap", kind="stable")
    if gaps["n"].sum() < COUNTS_ONLY:
        return 0
    share = gaps["n"].cumsum() / gaps["n"].sum()
    return 7 * math.ceil(float(gaps["gap"][share >= IN_TIME].iloc[0]) / 7)


def known(orders: object, end: date, *, window_days: int = 0, seed: int = 1) -> Known:
    """Teach the learner on what was known 26 weeks ago, test it on what was known 13 weeks ago, and use it on today's customers.

    Parameters
    ----------
    orders : table `orders` up to `end`.
    window_days : days since the last purchase within which a customer is active; 0 takes the customers' own rhythm.
    seed : of the learner.

    Raises
    ------
    ValueError : a negative window.
    """
    if window_days < 0:
        raise ValueError(f"window_days must be 0 or more, not {window_days!r}")
    window = window_days or rhythm(orders, end) or HORIZON_DAYS
    days = [end - timedelta(days=HORIZON_DAYS * back) for back in (2, 1, 0)]
    learnt, tested, now = (
        active(orders, at, min(at + timedelta(days=HORIZON_DAYS), end), window) for at in days
    )
    everyone = pd.concat([table["first_on"] for table in (learnt, tested, now)])
    first = everyone.min().date() if len(everyone) else None
    taught = learnt if first and (days[0] - first).days >= window else learnt.head(0)
    fit = calibrated_classifier(taught[list(FEATURES)], taught["silent"], seed=seed)
    tested, now = (table.assign(chance=predicted(fit, table)) for table in (tested, now))
    return Known(
        learnt, tested, now.drop(columns=["silent", "next_in", "next_spend"]), fit, window, end, first
    )


def active(orders: object, at: date, until: date, window: int) -> pd.DataFrame:
    """Customers who had bought in the `window` days up to `at`, with what was known of them then, and what came until `until`."""
    people = rollups.collect(standing(orders, at=at, until=until), may_be_empty=True)
    people = people.sort_values("customer_id", kind="stable", ignore_index=True)
    purchases, spend = (fit(people) if len(people) > 1 else None for fit in (fit_bgnbd, fit_gamma_gamma))
    told = purchases is not None
    people["alive"] = probability_alive(purchases, people) if told else np.nan
    people["expected"] = expected_purchases(purchases, people, HORIZON_DAYS / 7) if told else np.nan
    year = expected_purchases(purchases, people, YEAR_WEEKS) if told else np.nan
    people["value"] = year * expected_spend(spend, people) if told else np.nan
    people["gap"] = (people["recency"] / people["frequency"]).where(people["frequency"] > 0)
    people["overdue"] = (people["silence"] / people["gap"]).where(people["gap"] > 0)
    people["basket"] = people["spend"] / people["n_days"]
    people["silent"] = people["next_in"].isna().astype(int)
    return people[people["silence"] * 7 <= window].set_index("customer_id")


def refusal(found: Known, language: str) -> str:
    """Say why no chance can be given and what it would take; an empty text where it can."""
    if found.fit.learner is not None:
        return ""
    weeks = math.ceil((found.window + 2 * HORIZON_DAYS) / 7)
    if is_short(found):
        return text(
            "No chance of silence can be given before {weeks} weeks of data: a window of {window} days, 13 weeks to learn from and 13 to test on.",
            language, weeks=weeks, window=number(found.window, "count", language=language),
        )  # fmt: skip
    return text(
        "No chance of silence can be given. {reason}.",
        language,
        reason=capital(translate(found.fit.guards[0], language)),
    )


def is_short(found: Known) -> bool:
    """Whether the data hold no window, 13 weeks to learn from and 13 to test on."""
    return found.first is None or (found.end - found.first).days < found.window + 2 * HORIZON_DAYS


def blunt(found: Known, language: str) -> str:
    """Say that the chances, where there are any, did no better on unseen weeks than the rate of all; else an empty text."""
    if refusal(found, language) or skill(found).low > 0:
        return ""
    return text(
        "On unseen weeks the chances were no better than the rate of all: a ranking by them would be noise.",
        language,
    )


def kpis(orders: object, found: Known, scope: Scope, *, value: Estimate) -> list[KpiRow]:
    """KPI rows of the month; the rate with up to 13 months of history, the two of the learner for this month alone.

    Two months of a learner would share ten of their thirteen weeks and double the time of the page.

    Parameters
    ----------
    value : value at risk, from `churn_ranking.at_risk`.
    """
    earliest = None if found.first is None else found.first + timedelta(days=found.window + HORIZON_DAYS)
    periods = [p for p in kpi.history(scope) if earliest and p.end >= earliest] or [scope.period]
    counts = silence_counts(orders, ends=[p.end for p in periods], window=found.window, days=HORIZON_DAYS)
    rates = [
        share_row("churn_rate_13w", scope, row.n_silent, row.n_active, period)
        for row, period in zip(counts.itertuples(), periods, strict=True)
    ]
    return [
        kpi.compared(KPIS["churn_rate_13w"], rates, scope),
        _told("at_risk_value", value, found, scope),
        _told("churn_brier_skill", skill(found), found, scope),
    ]


def _told(name: str, figure: Estimate, found: Known, scope: Scope) -> KpiRow:
    """One row of an estimate; without one it says why."""
    if math.isfinite(figure.low) and figure.n >= COUNTS_ONLY:
        return kpi.row(KPIS[name], scope, figure.value, low=figure.low, high=figure.high, n=figure.n)
    why = (
        refusal(found, scope.language)
        or blunt(found, scope.language)
        or text("It cannot be checked before {weeks} weeks of data.", scope.language, weeks=YEAR_WEEKS + 13)
    )
    return kpi.row(KPIS[name], scope, None, n=figure.n, reason=why)


def skill(found: Known) -> Estimate:
    """Brier skill of the chances given 13 weeks ago, against the rate that was known then."""
    if found.fit.learner is None or found.tested.empty:
        return Estimate(math.nan, math.nan, math.nan, LEVEL, len(found.tested))
    return brier_skill(found.tested["silent"], found.tested["chance"], base=found.fit.base_rate, level=LEVEL)


def describe(found: Known, scope: Scope) -> str:
    """Say in words whom the page counts, and in which weeks."""
    lang = scope.language
    start = found.end - timedelta(days=HORIZON_DAYS)
    return text(
        "**Active** on a day is who bought in the {window} days before it. The rate counts those active on {start} who bought nothing up to "
        "{end}; the ranking is about the {n} customers active on {end}, and the 13 weeks after it.", lang,
        window=number(found.window, "count", language=lang), start=day(start, lang), end=day(found.end, lang),
        n=number(len(found.now), "count", language=lang),
    )  # fmt: skip


def answer(rows: list[KpiRow], decision: Decision, found: Known, scope: Scope) -> str:
    """Answer the page's question: how many fell silent, and what to do about the next ones."""
    lang, rate = scope.language, kpi.pick(rows, "churn_rate_13w")
    if rate.value is None:
        return rate.sentence
    start = found.end - timedelta(days=HORIZON_DAYS)
    facts = {
        "value": number(rate.value, rate.unit, decimals=rate.decimals, language=lang), "start": day(start, lang), "end": day(found.end, lang),
        "interval": kpi.interval(rate, language=lang), "n": number(rate.n, "count", language=lang), "verb": decision.verb, "amount": decision.amount,
    }  # fmt: skip
    if decision.effect is None:
        return text(
            "{value} of the customers active on {start} bought nothing in the 13 weeks to {end} ({interval}, n = {n}). {verb}: whom to try to keep "
            "cannot be told yet.", lang, **facts,
        )  # fmt: skip
    money = {"unit": "currency", "currency": decision.currency, "language": lang}
    facts |= {
        "effect": number(decision.effect, **money), "bounds": interval(decision.low, decision.high, **money),
        "level": number(LEVEL, "share", language=lang),
    }  # fmt: skip
    if decision.effect < 0:  # what is given up
        facts |= {
            "effect": number(-decision.effect, **money),
            "bounds": interval(-decision.high, -decision.low, **money),
        }
        return text(
            "{value} of the customers active on {start} bought nothing in the 13 weeks to {end} ({interval}, n = {n}). {verb} ({amount}): it would "
            "bring {effect} after its cost, and anything within {bounds} is possible ({level} interval).", lang, **facts,
        )  # fmt: skip
    return text(
        "{value} of the customers active on {start} bought nothing in the 13 weeks to {end} ({interval}, n = {n}). {verb} ({amount}): an expected "
        "effect of {effect} ({level} interval {bounds}).", lang, **facts,
    )  # fmt: skip
