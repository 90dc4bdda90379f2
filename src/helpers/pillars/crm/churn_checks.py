"""What could make the page on leaving wrong, and how the learners did."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.checks import Check, check, sample_check
from helpers.company import Scope
from helpers.i18n import number, text
from helpers.kpi import LEVEL
from helpers.methods.scoring import auc, calibration_line, calibration_table
from helpers.pillars.crm.churn import Known, refusal, skill

STEEP, LEVELLED = (0.8, 1.25), 0.2  # slope and intercept of calibration that a decision still bears
FEW_BACK = 0.25  # of the silent: where more come back within the year, silence is not leaving


def contest(found: Known, language: str) -> pd.DataFrame:
    """The learners side by side, out of fold, and the winner once more on the weeks that nobody had seen.

    Returns
    -------
    One row a learner: its name, Brier score, skill, AUC, slope of calibration, lift of the first tenth; blank where there is none.
    """
    names = {
        "logistic": text("logistic regression", language), "boosting": text("boosted trees", language),
        "base rate": text("the rate of all", language),
    }  # fmt: skip
    table = found.fit.table[["learner", "brier", "skill", "auc", "slope", "lift", "is_chosen"]]
    table = table.assign(learner=table["learner"].map(names))
    if found.fit.learner is None:
        return table
    y, p = found.tested["silent"], found.tested["chance"]
    slope = calibration_line(y, p)["value"].iloc[1]
    unseen = [
        text("{learner}, on unseen weeks", language, learner=names[found.fit.chosen]),
        float(np.mean((p - y) ** 2)),
    ]
    unseen += [skill(found).value, auc(y, p).value, slope, math.nan, True]
    return pd.concat([table, pd.DataFrame([unseen], columns=table.columns)], ignore_index=True)


def calibration(found: Known, scope: Scope) -> pd.DataFrame:
    """What was predicted beside what came, by tenth of the chance given 13 weeks ago: predicted, observed, low, high, n, series."""
    if found.fit.learner is None:
        return pd.DataFrame(columns=["predicted", "observed", "low", "high", "n", "series"])
    table = calibration_table(found.tested["silent"], found.tested["chance"], level=LEVEL)
    return table.assign(series=text("what came", scope.language))


def calibration_finding(found: Known, scope: Scope) -> str:
    """Say in words how well the chances agreed with what came."""
    lang, table = scope.language, calibration(found, scope)
    if table.empty:
        return text("Whether the chances agree with what came: cannot tell yet", lang)
    inside = int(table["predicted"].between(table["low"], table["high"]).sum())
    return text(
        "In {k} of {n} groups what came holds the chance that was given", lang, k=inside, n=len(table)
    )


def calibration_subtitle(found: Known, scope: Scope) -> str:
    """Say under the chart what is drawn."""
    lang = scope.language
    return text(
        "share silent for 13 weeks by the chance given before them, {level} interval; dashed: both agree; n = {n}", lang,
        level=number(LEVEL, "share", language=lang), n=number(len(found.tested), "count", language=lang),
    )  # fmt: skip


def p_value(p: float, language: str) -> str:
    """Write a p: in full, or as below a thousandth."""
    if p < 0.001:
        return text("below {limit}", language, limit=number(0.001, "ratio", decimals=3, language=language))
    return number(p, "ratio", decimals=3, language=language)


def _skill_said(value: float, language: str) -> str:
    """Say how much closer than the rate of all the chances came, or how much further off they were."""
    if not math.isfinite(value):
        return text("Whether the chances are worth more than the rate of all is not known.", language)
    size = number(abs(value), "share", decimals=1, language=language)
    if value < 0:
        return text(
            "On weeks that it had not seen, the chances were {skill} further from what came than the rate of all.",
            language,
            skill=size,
        )
    return text(
        "On weeks that it had not seen, the chances were {skill} closer to what came than the rate of all.",
        language,
        skill=size,
    )


def checks(found: Known, scope: Scope, *, steady: float, come_back: float) -> list[Check]:
    """What could make the page wrong.

    Parameters
    ----------
    steady : p of the test that the pulls of the Cox model do not move with time; come_back : share of customers silent for 13
        weeks who bought again within the year; both NaN where they cannot be told.
    """
    lang = scope.language
    better = skill(found)
    line = (
        pd.DataFrame()
        if refusal(found, lang)
        else calibration_line(found.tested["silent"], found.tested["chance"], level=LEVEL)
    )
    level, slope = line["value"].tolist() if len(line) else (math.nan, math.nan)
    right = STEEP[0] <= slope <= STEEP[1] and abs(level) <= LEVELLED
    share = {"unit": "share", "language": lang}
    return [
        sample_check("sample", len(found.now), text("active customers at the end of the month", lang), language=lang),
        check("learnt", not refusal(found, lang),
              text("No learner could be taught.", lang) if refusal(found, lang)
              else text("The learner saw {n} customers, {events} of them silent.", lang, n=number(found.fit.n, "count", language=lang),
                        events=number(found.fit.n_events, "count", language=lang)),
              remedy=refusal(found, lang) or text("Import more history.", lang)),
        check("skill", better.low > 0, _skill_said(better.value, lang),
              remedy=text("Use the rate of all; a ranking by these chances would be noise.", lang)),
        check("calibration", right,
              text("Chances against what came on unseen weeks: slope {slope} (1 is right), intercept {level} (0 is right).", lang,
                   slope=number(slope, "ratio", decimals=2, language=lang), level=number(level, "ratio", decimals=2, language=lang))
              if math.isfinite(level) else text("Whether the chances agree with what came is not known.", lang),
              remedy=text("Read the ranking and not the level of the chances: the last 13 weeks were unlike the 13 before.", lang)
              if math.isfinite(level) else text("Wait until there are chances to compare.", lang)),
        check("silence_is_not_leaving", come_back <= FEW_BACK,
              text("{share} of the customers silent for 13 weeks bought again within the year.", lang, share=number(come_back, **share))
              if math.isfinite(come_back) else text("How many silent customers come back within a year is not known yet.", lang),
              remedy=text("Read the rate as silence; only those who stay away for longer have left.", lang)),
        check("proportional_hazards", steady >= 1 - LEVEL,
              text("The pull of what is known fades or grows with the weeks (p {p}).", lang, p=p_value(steady, lang))
              if steady < 1 - LEVEL else text("The pull of what is known is the same in all weeks, as far as can be seen.", lang)
              if math.isfinite(steady) else text("Whether the pull of what is known is the same in all weeks cannot be told.", lang),
              remedy=text("Read a ratio as a mean over the weeks: it is larger at first and smaller later, or the other way round.", lang)),
    ]  # fmt: skip
