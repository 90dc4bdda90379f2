"""Does the chance of silence treat groups alike, and what do leavers say? Gaps, reasons, and where they went."""

from __future__ import annotations

import math
from datetime import timedelta

import narwhals as nw
import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY, NO_TREND, Check, check
from helpers.company import Scope
from helpers.i18n import interval, mark, number, text
from helpers.kpi import LEVEL
from helpers.methods.intervals import wilson
from helpers.methods.scoring import group_gaps
from helpers.pillars.crm.churn import Known
from helpers.rollups.standing import choices

GROUPS = {"age_band": mark("age"), "sex": mark("sex"), "market": mark("market")}
MATERIAL = 5  # points: a group whose chances are further off than this is treated otherwise
ASKED_DAYS = 728
QUESTIONS = ("reason_for_leaving", "left_for")


def gaps(found: Known, customers: object | None, scope: Scope) -> pd.DataFrame:
    """How far the chances given 13 weeks ago are off for each allowed group, on weeks that the learner had not seen.

    Parameters
    ----------
    customers : table `customers`, or None: then only the market is known. Age and sex are read here and are no features.

    Returns
    -------
    As `group_gaps`, with `by` [a key of GROUPS] and group [named]. Groups of one kind alone, and those hidden, are left out.
    """
    people = found.tested[["market", "silent", "chance"]].rename(
        columns={"silent": "target", "chance": "probability"}
    )
    if customers is not None:
        wanted = [
            name
            for name in ("age_band", "sex")
            if name in nw.from_native(customers).lazy().collect_schema().names()
        ]
        traits = nw.from_native(customers).lazy().select("customer_id", *wanted).to_native()
        known = (
            rollups.collect(traits, may_be_empty=True).drop_duplicates("customer_id").set_index("customer_id")
        )
        people = people.join(known)
    people = people.dropna(subset=["probability"])
    made = []
    for by, name in GROUPS.items():
        if by in people and people[by].nunique() > 1:
            table = group_gaps(people, by=by, level=LEVEL).dropna(subset=["n"])
            label = text(name, scope.language)
            made.append(table.assign(by=by, group=[f"{label} {one}" for one in table["group"]]))
    empty = group_gaps(people.head(0), by="market").assign(by="")
    return pd.concat(made, ignore_index=True) if made else empty


def in_points(table: pd.DataFrame) -> pd.DataFrame:
    """The gaps, which are differences of shares, in points."""
    names = ["calibration_gap", "calibration_gap_low", "calibration_gap_high"]
    return table.assign(**{name: 100 * table[name] for name in names})


def gap_check(table: pd.DataFrame, scope: Scope) -> Check:
    """Review where the chances of a group are off by more than five points more than others', and surely off."""
    lang = scope.language
    points = {"unit": "points", "decimals": 1, "language": lang}
    table = in_points(table)
    if table.empty:
        said = text("No groups of customers are known, so nothing can be said of gaps between them.", lang)
        return check("groups", True, said, remedy="-")
    sure = (table["calibration_gap_low"] > 0) | (table["calibration_gap_high"] < 0)
    worst = table.loc[
        table["calibration_gap"].abs().where(sure & table["calibration_gap"].notna(), -1).idxmax()
    ]
    passed = not (sure & (table["calibration_gap"].abs() > MATERIAL)).any()
    widest = table.loc[table["calibration_gap"].abs().idxmax()] if passed else worst
    said = text(
        "Chances against what came, group against all others: the widest gap is {gap} ({bounds}), {group}, n = {n}.", lang,
        gap=number(widest["calibration_gap"], **points), bounds=interval(widest["calibration_gap_low"], widest["calibration_gap_high"], **points),
        group=widest["group"], n=number(widest["n"], "count", language=lang),
    )  # fmt: skip
    remedy = text(
        "Do not use the ranking for this group before its chances are corrected: it would be written to too often or too rarely.",
        lang,
    )
    return check("groups", passed, said, remedy=remedy)


def gap_finding(table: pd.DataFrame, scope: Scope) -> str:
    """Say in words whether the chances are off for a group."""
    lang = scope.language
    if table.empty:
        return text("Whether groups are treated alike: cannot tell yet", lang)
    table = in_points(table)
    off = table[
        (table["calibration_gap"].abs() > MATERIAL)
        & ((table["calibration_gap_low"] > 0) | (table["calibration_gap_high"] < 0))
    ]
    limit = number(MATERIAL, "points", language=lang)
    if off.empty:
        return text("No group's chances are surely more than {limit} off", lang, limit=limit)
    return text("{group}: chances are more than {limit} off", lang, group=off["group"].iloc[0], limit=limit)


def gap_subtitle(table: pd.DataFrame, scope: Scope) -> str:
    """Say under the gaps what is drawn."""
    lang = scope.language
    n = number(table.groupby("by")["n"].sum().max() if len(table) else 0, "count", language=lang)
    return text(
        "silent less expected to be, group less all others, points; intervals hold together at {level}; n = {n}", lang,
        level=number(LEVEL, "share", language=lang), n=n,
    )  # fmt: skip


def reasons(surveys: object | None, scope: Scope) -> pd.DataFrame:
    """What leavers say, of the answers of the last two years.

    Returns
    -------
    One row per (question, choice), the most frequent first: question, choice, n, share [of its answers], low, high [Wilson], total. A
    question with fewer than 30 answers has no share; a choice of fewer than ten people is left out with the next smallest one.
    """
    columns = ["question", "choice", "n", "share", "low", "high", "total"]
    if surveys is None:
        return pd.DataFrame(columns=columns)
    since = scope.period.end - timedelta(days=ASKED_DAYS)
    table = rollups.collect(choices(surveys, questions=QUESTIONS, since=since), may_be_empty=True)
    made = []
    for _, part in table.groupby("question", sort=True):
        part = part.sort_values(["n", "choice"], ignore_index=True)
        total, small = int(part["n"].sum()), int((part["n"] < 10).sum())
        while small and small < len(part) and (small < 2 or part["n"].iloc[:small].sum() < 10):
            small += 1
        part = part.iloc[small:][::-1]
        enough = total >= COUNTS_ONLY
        low, high = wilson(part["n"], total, level=LEVEL)
        share = part["n"] / total if enough else np.nan
        made.append(
            part.assign(
                share=share, low=low if enough else np.nan, high=high if enough else np.nan, total=total
            )
        )
    return pd.concat(made, ignore_index=True)[columns] if made else pd.DataFrame(columns=columns)


def reason_check(table: pd.DataFrame, scope: Scope, *, lacking: str = "") -> Check:
    """Review where few leavers were asked, or none; `lacking` says that there are no surveys, and which export brings them."""
    if lacking:
        return check(
            "reasons", False, text("No survey asks those who leave why.", scope.language), remedy=lacking
        )
    n = int(table["total"].max()) if len(table) else 0
    return check(
        "reasons", n >= NO_TREND,
        text("{n} leavers answered in the last two years; those who answer need not be like those who do not.", scope.language,
             n=number(n, "count", language=scope.language)),
        remedy=text("Ask whoever has gone quiet why: cannot tell reasons below n = {need}.", scope.language, need=NO_TREND),
    )  # fmt: skip


def asked(table: pd.DataFrame, question: str, scope: Scope) -> pd.DataFrame:
    """Rows of one question for a chart."""
    return table[table["question"] == question].reset_index(drop=True)


def reason_finding(table: pd.DataFrame, question: str, scope: Scope) -> str:
    """Say in words what is named most often, and whether it is surely ahead of the next."""
    lang, rows = scope.language, asked(table, question, scope)
    if rows.empty or math.isnan(rows["share"].iloc[0]):
        return (
            text("Why customers leave: cannot tell yet", lang)
            if question == QUESTIONS[0]
            else text("To whom customers leave: cannot tell yet", lang)
        )
    facts = {"choice": rows["choice"].iloc[0], "share": number(rows["share"].iloc[0], "share", language=lang)}
    if question == QUESTIONS[1]:
        return text("{share} say they left for: {choice}", lang, **facts)
    return text("{share} say they left for this reason: {choice}", lang, **facts)


def reason_subtitle(table: pd.DataFrame, question: str, scope: Scope) -> str:
    """Say under the answers what is drawn."""
    lang, rows = scope.language, asked(table, question, scope)
    n = number(int(rows["total"].iloc[0]) if len(rows) else 0, "count", language=lang)
    return text("share of the leavers who answered in the last two years, {level} interval; n = {n}", lang,
                level=number(LEVEL, "share", language=lang), n=n)  # fmt: skip
