"""How long do customers stay silent? Curve, mean weeks and what brings them back sooner, from one day a year ago."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import day, interval, mark, number, text
from helpers.kpi import LEVEL
from helpers.methods.survival import kaplan_meier, log_rank, restricted_mean, survival_at
from helpers.methods.survival_cox import Cox, cox
from helpers.methods.survival_pull import proportional_hazards_test
from helpers.pillars.crm.churn import HORIZON_DAYS, YEAR_DAYS, Known, active
from helpers.pillars.crm.churn_checks import p_value

WEEKS = HORIZON_DAYS // 7
GROUPS = {
    "once": mark("1 purchase"),
    "few": mark("2 or 3 purchases"),
    "often": mark("4 or more purchases"),
}
COVARIATES = {
    "four_weeks": mark("four more weeks of silence"),
    "doubled": mark("twice as many purchases"),
    "dearer": mark("twice the basket"),
}


class Silence(NamedTuple):
    """Active customers of one day and how long each took to come back.

    cases : one row a customer: duration [whole weeks, counted up], event [1: came back], group [a key of GROUPS], covariates.
    at, weeks : the day, and for how many weeks they are followed; cox : what brings them back; pull : test of its proportion.
    value, spent : what they were expected to bring in 52 weeks, and what they brought in the weeks followed.
    """

    cases: pd.DataFrame
    at: date
    weeks: int
    cox: Cox
    pull: pd.DataFrame
    value: float
    spent: float


def follow(orders: object, found: Known) -> Silence:
    """Follow the customers who were active a year before the end of the period, or as long before as the data allow."""
    oldest = found.end if found.first is None else found.first + timedelta(days=HORIZON_DAYS)
    at = max(found.end - timedelta(days=YEAR_DAYS), min(oldest, found.end - timedelta(days=HORIZON_DAYS)))
    weeks = (found.end - at).days // 7
    people = active(orders, at, found.end, found.window).reset_index(drop=True)
    came = people["next_in"].notna()
    duration = np.ceil(people["next_in"].astype(float).fillna(weeks * 7.0) / 7).clip(upper=weeks)
    cases = pd.DataFrame({"duration": duration, "event": came.astype(int), "group": group(people["n_days"])})
    cases = cases.assign(
        four_weeks=people["silence"] / 4, doubled=np.log2(people["n_days"]), dearer=np.log2(people["basket"].clip(lower=1.0))
    )  # fmt: skip
    fit = cox(cases, covariates=list(COVARIATES), level=LEVEL)
    told = people["value"].sum(min_count=1)
    return Silence(
        cases, at, weeks, fit, proportional_hazards_test(fit), float(told), float(people["next_spend"].sum())
    )


def group(n_days: pd.Series) -> pd.Series:
    """Key of GROUPS by number of purchases so far."""
    return pd.Series(
        np.select([n_days <= 1, n_days <= 3], ["once", "few"], "often"), index=n_days.index, dtype=object
    )


def curves(seen: Silence, scope: Scope) -> pd.DataFrame:
    """Share of each group that has not bought again: group [named], time [weeks], survival, low, high."""
    sizes = seen.cases["group"].value_counts()
    kept = seen.cases[seen.cases["group"].map(sizes).ge(COUNTS_ONLY)]
    table = kaplan_meier(kept, by="group", level=LEVEL)
    order = [key for key in GROUPS if key in set(table["group"])]
    table = pd.concat([table[table["group"] == key] for key in order], ignore_index=True) if order else table
    names = {key: text(GROUPS[key], scope.language) for key in GROUPS}
    return table.assign(
        group=table["group"].map(names),
        low=table["low"].fillna(table["survival"]),
        high=table["high"].fillna(table["survival"]),
    )


def come_back(seen: Silence) -> float:
    """Share of customers silent for 13 weeks who bought again within 52; NaN where they were not followed for so long."""
    left = survival_at(kaplan_meier(seen.cases), [WEEKS, 52])["survival"].to_numpy()
    return float(1 - left[1] / left[0]) if seen.weeks >= 52 and left[0] > 0 else math.nan


def steady(seen: Silence) -> float:
    """Return p of the test that no pull moves with time; NaN where there is no fit."""
    return float(seen.pull["p"].iloc[-1]) if len(seen.pull) else math.nan


def ratios(seen: Silence, scope: Scope) -> pd.DataFrame:
    """By how much each feature changes the chance of coming back in a week: feature, hazard_ratio, low, high."""
    table = seen.cox.table if seen.cox.n_events >= COUNTS_ONLY else seen.cox.table.head(0)
    return table.assign(feature=[text(COVARIATES[name], scope.language) for name in table["covariate"]])


def curve_finding(seen: Silence, scope: Scope) -> str:
    """Say in words how many are silent after 13 weeks and how many after a year."""
    lang = scope.language
    if len(seen.cases) < COUNTS_ONLY:
        return text("How long customers stay silent: cannot tell yet", lang)
    left = survival_at(kaplan_meier(seen.cases), [WEEKS, seen.weeks])["survival"]
    first, last = (number(share, "share", language=lang) for share in left)
    return text(
        "{first} were silent for 13 weeks, {last} for {weeks} weeks",
        lang,
        first=first,
        last=last,
        weeks=seen.weeks,
    )


def curve_subtitle(seen: Silence, scope: Scope) -> str:
    """Say under the curves what is drawn."""
    lang = scope.language
    return text(
        "share of the customers active on {at} who have not bought again, by weeks since, {level} interval; n = {n}", lang,
        at=day(seen.at, lang), level=number(LEVEL, "share", language=lang), n=number(len(seen.cases), "count", language=lang),
    )  # fmt: skip


def ratio_finding(seen: Silence, scope: Scope) -> str:
    """Say in words what brings customers back sooner, and how well it orders them."""
    lang = scope.language
    if ratios(seen, scope).empty:
        return text("What brings customers back sooner: cannot tell yet", lang)
    told = seen.cox.table[(seen.cox.table["low"] > 1) | (seen.cox.table["high"] < 1)]
    if told.empty:
        return text("What brings customers back sooner: nothing that is told from chance", lang)
    row = told.loc[np.log(told["hazard_ratio"]).abs().idxmax()]
    said = text("{feature}: {ratio} times as likely to come back in a given week", lang,
                feature=text(COVARIATES[row["covariate"]], lang), ratio=number(row["hazard_ratio"], "ratio", decimals=2, language=lang))  # fmt: skip
    return said[0].upper() + said[1:]


def ratio_subtitle(seen: Silence, scope: Scope) -> str:
    """Say under the ratios what is drawn."""
    lang = scope.language
    return text(
        "ratio of the chance of coming back in a week, {level} interval, 1 = no difference; n = {n}, C-index {c}", lang,
        level=number(LEVEL, "share", language=lang), n=number(seen.cox.n, "count", language=lang),
        c=number(seen.cox.concordance.value, "ratio", decimals=2, language=lang),
    )  # fmt: skip


def mean_weeks(seen: Silence, scope: Scope) -> str:
    """Say how many weeks customers were silent in the mean, by group, and whether the groups differ."""
    lang, said = scope.language, []
    for key, name in GROUPS.items():
        mean = restricted_mean(seen.cases[seen.cases["group"] == key], tau=seen.weeks, level=LEVEL)
        if mean.n >= COUNTS_ONLY and math.isfinite(mean.low):
            said.append(text(
                "{name}: **{mean} weeks** ({bounds}, n = {n})", lang, name=text(name, lang),
                mean=number(mean.value, "ratio", decimals=1, language=lang), n=number(mean.n, "count", language=lang),
                bounds=interval(mean.low, mean.high, "ratio", decimals=1, language=lang),
            ))  # fmt: skip
    if not said:
        return text("The mean weeks of silence cannot be told yet.", lang)
    p = log_rank(seen.cases, by="group").p
    head = text(
        "Mean weeks without a purchase in the {weeks} weeks followed; log-rank test that the groups are alike: p {p}.",
        lang, weeks=seen.weeks, p=p_value(p, lang),
    )  # fmt: skip
    return "\n".join([head, "", *(f"- {one}" for one in said)])
