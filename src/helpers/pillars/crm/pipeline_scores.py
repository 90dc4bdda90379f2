"""Is the lead score right, and what goes with a fast answer? Both judged by the leads that sales called qualified."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import interval, mark, number, text
from helpers.kpi import LEVEL
from helpers.methods import scoring
from helpers.methods.intervals import Estimate
from helpers.methods.ratios import ratio_of_proportions, stratified_ratio
from helpers.methods.scoring_measures import calibration_table
from helpers.pillars.crm.pipeline_leads import FAST_HOURS, answered_within

RIPE_DAYS = 60  # after which a lead is qualified or will hardly be
BANDS = 5


def ripe(leads: pd.DataFrame | None, scope: Scope, *, days: int = RIPE_DAYS) -> pd.DataFrame:
    """Leads old enough to know what became of them, with is_qualified, is_answered and is_fast; empty without the table."""
    if leads is None:
        marks = {"is_qualified": bool, "is_answered": bool, "is_fast": bool}
        names = (*marks, "score", "channel", "lead", "account", "case")
        return pd.DataFrame(columns=list(names)).astype(marks)
    old = leads[leads["created_on"] <= pd.Timestamp(scope.period.end) - pd.Timedelta(days=days)]
    return old.assign(
        is_qualified=old["qualified_on"].notna(), is_answered=old["answered_at"].notna(),
        is_fast=answered_within(old, FAST_HOURS),
    ).sort_values("lead", kind="stable", ignore_index=True)  # fmt: skip


def fast_answers(leads: pd.DataFrame | None, scope: Scope) -> tuple[Estimate, Estimate]:
    """How many times likelier a lead that was answered within four hours is to be qualified than one answered later.

    Returns
    -------
    (plain, inside strata of channel and third of the score): equal where sales did not pick whom to answer first by these two.
    """
    old = ripe(leads, scope)
    old = old[old["is_answered"]].assign(_third=lambda table: _bands(table["score"], 3))
    fast, late = old[old["is_fast"]], old[~old["is_fast"]]
    k, n = ((int(part["is_qualified"].sum()), len(part)) for part in (fast, late))
    plain = ratio_of_proportions(k[0], k[1], n[0], n[1], level=LEVEL)
    if not len(old):
        return plain, plain
    by = old.assign(
        a=old["is_qualified"] & old["is_fast"], m=old["is_fast"], b=old["is_qualified"] & ~old["is_fast"], n=~old["is_fast"],
        channel=old["channel"].fillna(""),
    )  # fmt: skip
    counts = by.groupby(["channel", "_third"])[["a", "m", "b", "n"]].sum().set_axis(
        ["successes_a", "n_a", "successes_b", "n_b"], axis=1
    )  # fmt: skip
    return plain, stratified_ratio(counts, level=LEVEL)


def _bands(score: pd.Series, groups: int) -> np.ndarray:
    """Group of each score by rank, 0 the lowest; equal scores stay together, missing ones are a group of their own."""
    rank = score.rank(method="average", pct=True).to_numpy(float)
    return np.where(np.isfinite(rank), np.ceil(rank * groups) - 1, -1)


def fast_finding(leads: pd.DataFrame | None, scope: Scope) -> str:
    """Say what a fast answer goes with, and why that alone is no proof."""
    lang = scope.language
    plain, inside = fast_answers(leads, scope)
    if math.isnan(plain.value):
        return text(
            "Cannot tell what a fast answer goes with: need n = {need} leads of each kind.",
            lang,
            need=COUNTS_ONLY,
        )
    facts = {
        "hours": FAST_HOURS, "ratio": number(plain.value, "ratio", decimals=2, language=lang),
        "level": number(LEVEL, "share", language=lang),
        "bounds": interval(plain.low, plain.high, "ratio", decimals=2, language=lang),
        "n": number(plain.n, "count", language=lang),
        "inside": number(inside.value, "ratio", decimals=2, language=lang),
    }  # fmt: skip
    return text(
        "Leads answered within {hours} hours are qualified **{ratio}** times as often as those answered later ({level} interval {bounds}, "
        "n = {n}); among leads of the same channel and third of the score it is {inside}. That they are alike in what the CRM records does not "
        "prove that speed does it: sales may answer first whom they like best for reasons that no table holds.", lang, **facts,
    )  # fmt: skip


SERIES = {"score": mark("the CRM's score"), "model": mark("calibrated")}


def scores(leads: pd.DataFrame | None, accounts: pd.DataFrame | None, scope: Scope):
    """What the CRM's score and a calibrated one promise, against what came.

    Returns
    -------
    (table, classifier): table has one row per series and band: series, n, n_events, predicted, observed, low, high [share 0-1]. The score is
    read as a percentage, as its users do. Empty, and None, where fewer than 30 leads with a score are old enough.
    """
    old = ripe(leads, scope)
    old = old[old["score"].notna()] if len(old) else old
    names = ["series", "n", "n_events", "predicted", "observed", "low", "high"]
    if len(old) < COUNTS_ONLY or old["is_qualified"].nunique() < 2:
        return pd.DataFrame(columns=names), None
    lang, came = scope.language, old["is_qualified"].astype(int)
    top = 100.0 if old["score"].max() > 1 else 1.0
    parts = [
        calibration_table(came, (old["score"] / top).clip(0, 1), groups=BANDS).assign(
            series=text(SERIES["score"], lang)
        )
    ]
    features = old.set_index("lead")[["score", "channel"]]
    if accounts is not None:
        latest = accounts.sort_values("as_of", kind="stable").drop_duplicates("account", keep="last")
        features["size"] = old["account"].map(latest.set_index("account")["size"]).to_numpy()
    fitted = scoring.calibrated_classifier(features, came.set_axis(features.index), seed=1)
    if len(fitted.table):
        chance = fitted.probability.to_numpy(float)
        made = calibration_table(came, chance, groups=BANDS)
        parts.append(made.assign(series=text(SERIES["model"], lang)))
    return pd.concat(parts, ignore_index=True)[names], fitted


def score_finding(table: pd.DataFrame, scope: Scope) -> str:
    """Say in words how far the CRM's best band is from what its score reads like."""
    lang = scope.language
    own = table[table["series"] == text(SERIES["score"], lang)]
    if own.empty:
        return text("Whether the lead score is right: cannot tell", lang)
    best = own.iloc[-1]
    return text(
        "A lead score of {score} reads like {read}; {came} of such leads are qualified", lang,
        score=number(100 * best["predicted"], "count", language=lang),
        read=number(best["predicted"], "share", language=lang), came=number(best["observed"], "share", language=lang),
    )  # fmt: skip


def score_subtitle(table: pd.DataFrame, scope: Scope) -> str:
    """Say under the calibration what is drawn."""
    lang = scope.language
    n = int(table.loc[table["series"] == text(SERIES["score"], lang), "n"].sum())
    return text(
        "share of leads qualified (upright) by what was promised (across), {level} interval; leads at least {days} days old, n = {n}", lang,
        level=number(LEVEL, "share", language=lang), days=RIPE_DAYS, n=number(n, "count", language=lang),
    )  # fmt: skip
