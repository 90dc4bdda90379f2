"""What a study could see, what the next one needs, and how often a campaign without effect would look like one with it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import ndtri

from helpers.kpi import LEVEL
from helpers.methods.lift_bars import Bar, false_lift_rate, plan, survival
from helpers.pillars.brand.lift import SILENT, Page, Study

POWER = 0.80  # chance that the next study sees the lift worth seeing
NEAR = 1e-4  # of the ends of what a lift can be


class Next(NamedTuple):
    """One study, judged by its hardest question: the one whose share of yes is nearest to a half.

    question, baseline : that one. answers : of the smaller arm. sees : smallest lift that it finds with a chance of 80 %; NaN where no lift
    could be. needs_one, needs_all : answers an arm for the lift worth seeing, with one question named beforehand and with as many as now.
    """

    study: str
    question: str
    baseline: float
    n_questions: int
    answers: int
    sees: float
    needs_one: float
    needs_all: float


class Reported(NamedTuple):
    """How one study fares at a vendor's bar: questions reported as lifts there, those left once all are counted, and the chance that a
    campaign without effect shows at least one lift at that bar, counting both sides of a difference or one."""

    study: str
    n_questions: int
    passed: int
    left: int
    empty_low: float
    empty_high: float


def next_study(study: Study, *, worth_seeing: float) -> Next | None:
    """What the study could see and the next one needs; None where nothing of it can be told."""
    told = study.found[study.found["standing"] != SILENT]
    if told.empty:
        return None
    row = told.loc[(told["control"] - 0.5).abs().idxmin()]
    n = len(study.found)
    worth = [row[f"effective_{arm}"] if "effective_exposed" in told else row[f"n_{arm}"] for arm in ("exposed", "control")]  # fmt: skip
    effect = float(np.clip((row["n_exposed"] + row["n_control"]) / sum(worth), 1.0, None))
    mean = 2 / (1 / worth[0] + 1 / worth[1])
    baseline = float(row["control"])
    needs = plan(baseline, [worth_seeing], level=LEVEL, power=POWER, questions=n, design_effect=effect).iloc[0] if 0 < baseline < 1 else {}  # fmt: skip
    return Next(
        study.name, row["question"], baseline, n, int(min(row["n_exposed"], row["n_control"])), smallest_seen(baseline, mean, questions=n),
        needs.get("one_question", math.nan), needs.get("all_questions", math.nan),
    )  # fmt: skip


def smallest_seen(baseline: float, answers: float, *, questions: int = 1) -> float:
    """Smallest rise that so many answers in each arm see with a chance of 80 %; NaN where not even the largest one.

    Formula: the rise at which `lift_bars.required_answers`, before rounding, needs just these answers.
    """
    reach = float(ndtri(1 - (1 - LEVEL) / (2 * questions)) + ndtri(POWER))

    def missing(rise: float) -> float:
        mean = baseline + rise / 2
        return reach**2 * 2 * mean * (1 - mean) / rise**2 - answers

    most = 1 - baseline - NEAR
    if not 0 < baseline < 1 or most <= NEAR or missing(most) > 0 or missing(NEAR) < 0:
        return math.nan
    return float(brentq(missing, NEAR, most))


def bars(certainty: float) -> tuple[Bar, Bar]:
    """The bar of a vendor, counting both sides and one."""
    if not 0 < certainty < 1:
        raise ValueError(
            f"vendor_bar must lie between 0 and 1, not {certainty!r}; 0.70 is a certainty of 70 %."
        )
    return Bar("both", certainty, 2), Bar("one", certainty, 1)


def passes(made: Page, *, certainty: float) -> pd.Series:
    """Whether a vendor's bar calls each question a lift, by study and question; a two-sided p, the more careful reading."""
    found = pd.concat([one.found.assign(study=one.name) for one in made.studies], ignore_index=True)
    passed = survival(found, bars=bars(certainty)[:1])["both"]
    return pd.Series(passed.to_numpy(), index=pd.MultiIndex.from_frame(found[["study", "question"]]))


def reported(made: Page, *, certainty: float) -> list[Reported]:
    """How each study fares at a vendor's bar, the last first."""
    passed, (both, one_side) = passes(made, certainty=certainty), bars(certainty)
    rows = []
    for one in made.studies:
        n = len(one.found)
        rows.append(Reported(one.name, n, int(passed[one.name].sum()), int((one.found["standing"] == "proved").sum()),
                             false_lift_rate(n, both), false_lift_rate(n, one_side)))  # fmt: skip
    return rows


def required(made: Page) -> tuple[int, int] | None:
    """Answers an arm that the next study needs for the lift worth seeing: with one question named beforehand, and with as many as now.

    The largest of what the studies of the last quarter need; None where none of them can be told.
    """
    last = [one for one in made.studies if one.quarter == made.quarters[0]]
    known = [next_study(one, worth_seeing=made.worth_seeing) for one in last]
    known = [one for one in known if one is not None and not math.isnan(one.needs_one) and not math.isnan(one.needs_all)]  # fmt: skip
    return (int(max(one.needs_one for one in known)), int(max(one.needs_all for one in known))) if known else None  # fmt: skip
