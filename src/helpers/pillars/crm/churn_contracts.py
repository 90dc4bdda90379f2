"""Accounts under contract: how many are still there after a year and after two, and which leave sooner."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import capital, interval, number, text
from helpers.kpi import LEVEL
from helpers.methods.survival import kaplan_meier, survival_at
from helpers.methods.survival_cox import Cox, cox
from helpers.methods.survival_pull import proportional_hazards_test
from helpers.pillars.crm.churn_checks import p_value
from helpers.pillars.crm.contracts import TERM_MONTHS, terms
from helpers.rollups import deals

OTHER = ""  # segment of accounts that the list does not have, and of those too few to compare


class Contracts(NamedTuple):
    """Accounts by age of their contract.

    cases : one row an account: duration [months], event [1: left], doubled [log2 of the revenue it began with], segment.
    cox : what goes with leaving sooner; pull : test of its proportion.
    """

    cases: pd.DataFrame
    cox: Cox
    pull: pd.DataFrame


def follow(movements: object | None, accounts: object | None, scope: Scope) -> Contracts | None:
    """Follow each account from its first month to the one it left in, or to the period's; None without the table.

    Parameters
    ----------
    movements, accounts : tables `arr_movements` and `accounts`, or None. Segments are those of the list, so as of now.
    """
    if movements is None:
        return None
    moved = rollups.collect(deals.movements(movements), may_be_empty=True)
    known = terms(moved)
    until = known["ends_on"].fillna(pd.Timestamp(scope.period.start))
    began = (
        moved[moved["kind"] == "new"].sort_values("month", kind="stable").groupby("account")["delta"].first()
    )
    cases = pd.DataFrame({
        "duration": _month(until) - _month(known["starts_on"]), "event": known["ends_on"].notna().astype(int),
        "doubled": np.log2(began.reindex(known.index).astype(float).clip(lower=1.0)), "segment": OTHER,
    })  # fmt: skip
    if accounts is not None:
        listed = rollups.collect(deals.accounts(accounts), may_be_empty=True).set_index("account")["segment"]
        segment = listed.reindex(cases.index).fillna(OTHER)
        cases["segment"] = segment.where(segment.map(segment.value_counts()) >= COUNTS_ONLY, OTHER)
    fit = cox(cases.sort_index(kind="stable"), covariates=["doubled", "segment"], level=LEVEL)
    return Contracts(cases, fit, proportional_hazards_test(fit))


def finding(seen: Contracts | None, scope: Scope) -> str:
    """Say how many contracts last, and which accounts leave sooner; an empty text where the company has none."""
    lang = scope.language
    if seen is None:
        return ""
    n = number(len(seen.cases), "count", language=lang)
    if len(seen.cases) < COUNTS_ONLY:
        return text(
            "Accounts under contract: {n}; how many stay cannot be told, need n = {need}.", lang, n=n, need=COUNTS_ONLY
        )  # fmt: skip
    left = survival_at(kaplan_meier(seen.cases, level=LEVEL), [TERM_MONTHS, 2 * TERM_MONTHS])
    told = [_share(row, scope) for row in left.itertuples() if math.isfinite(row.survival)]
    head = text(
        "The curve is about those who order. **Accounts under contract** (n = {n}) leave at the end of a term.", lang, n=n
    )  # fmt: skip
    if len(told) == 2:
        head += " " + text(
            "{one} are still there after a year, {two} after two.", lang, one=told[0], two=told[1]
        )
    elif told:
        head += " " + text("{one} are still there after a year.", lang, one=told[0])
    return f"{head} {_sooner(seen, scope)}"


def _share(row, scope: Scope) -> str:
    written = {"unit": "share", "decimals": 1, "language": scope.language}
    value = f"**{number(row.survival, **written)}**"
    return value if math.isnan(row.low) else f"{value} ({interval(row.low, row.high, **written)})"


def _sooner(seen: Contracts, scope: Scope) -> str:
    """Say what goes with leaving sooner, how well it orders accounts, and whether it is so at every age."""
    lang, fit = scope.language, seen.cox
    if fit.n_events < COUNTS_ONLY or fit.table.empty:
        return text("Which of them leave sooner cannot be told: {n} have left, need n = {need}.", lang, n=fit.n_events, need=COUNTS_ONLY)  # fmt: skip
    facts = {
        "c": number(fit.concordance.value, "ratio", decimals=2, language=lang),
        "p": p_value(float(seen.pull["p"].iloc[-1]), lang),
    }
    sure = fit.table[(fit.table["low"] > 1) | (fit.table["high"] < 1)]
    if sure.empty:
        who = (
            text("Revenue at the start does not tell", lang)
            if len(fit.table) == 1
            else text("Neither revenue at the start nor the segment tells", lang)
        )
        return text("{who} which of them leave sooner (Cox, C-index {c}; the same at every age: p {p}).", lang, who=who, **facts)  # fmt: skip
    row = sure.loc[np.log(sure["hazard_ratio"]).abs().idxmax()]
    ratio = {"unit": "ratio", "decimals": 2, "language": lang}
    return text(
        "{what}: {ratio} times as likely to leave in a given month ({bounds}; Cox, C-index {c}; the same at every age: p {p}).", lang,
        what=capital(_named(row["covariate"], seen, lang)), ratio=number(row["hazard_ratio"], **ratio),
        bounds=interval(row["low"], row["high"], **ratio), **facts,
    )  # fmt: skip


def _named(covariate: str, seen: Contracts, language: str) -> str:
    """Name a covariate: the revenue, or a segment against the one that most accounts are of."""
    if covariate == "doubled":
        return text("twice the revenue at the start", language)
    of = seen.cox.cases.filter(like="segment: ").columns.str.removeprefix("segment: ")
    base = next(name for name in sorted(seen.cases["segment"].unique()) if name not in of)
    named = [one or text("other", language) for one in (covariate.removeprefix("segment: "), base)]
    return text("segment “{segment}” against “{base}”", language, segment=named[0], base=named[1])


def _month(day: pd.Series) -> pd.Series:
    """Number of a day's month, so that the difference of two is an age in months."""
    return day.dt.year * 12 + day.dt.month
