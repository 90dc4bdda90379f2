"""What a lift is worth at the bar it was reported at: would it survive, how often nothing looks like a lift, how large the next study must be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from helpers.methods.intervals import check_level, wilson
from helpers.methods.lift import ALPHA

STUDIES = 20_000  # simulated


class Bar(NamedTuple):
    """A rule that calls a difference a lift: certainty [1 - p] that it needs, and whether p counts both sides; "holm" holds all questions."""

    name: str
    certainty: float
    sides: int
    holm: bool = False


# Google Ads shows a lift from a certainty of 70 %; 90 % is what most vendors call significant. Which sides a vendor counts is seldom said.
BARS = (
    Bar("certainty_70_two_sided", 0.70, 2),
    Bar("certainty_70_one_sided", 0.70, 1),
    Bar("certainty_90_two_sided", 0.90, 2),
    Bar("certainty_90_one_sided", 0.90, 1),
    Bar("holm_5", 1 - ALPHA, 2, holm=True),
)


def survival(found: pd.DataFrame, *, bars: Sequence[Bar] = BARS) -> pd.DataFrame:
    """Which lifts clear each bar, and which are left once all questions looked at are counted.

    Parameters
    ----------
    found : as `lift.lifts` returns it.
    bars : the rules.

    Returns
    -------
    One row a question, one column a bar: True where it calls the question a lift [exposed above control]; False where it does not or
    where nothing can be told.
    """
    up, p = found["statistic"] > 0, found["p"]
    made = {
        bar.name: up & ((found["p_all"] if bar.holm else p * bar.sides / 2) < 1 - bar.certainty)
        for bar in bars
    }
    return pd.DataFrame(made, index=found.index)


def false_lift_rate(questions: int, bar: Bar) -> float:
    """Chance that a campaign without any effect shows at least one lift, where answers to different questions are independent.

    Formula: 1 - (1 - a)^questions, a the chance of one: 1 - certainty for a one-sided p, half of it for a two-sided one; for Holm the
        two-sided chance of the first step, half of (1 - certainty) / questions.
    """
    if questions < 1:
        raise ValueError(f"false_lift_rate needs a question or more, not {questions}")
    alone = (1 - bar.certainty) / (2 * questions if bar.holm else bar.sides)
    return 1 - (1 - alone) ** questions


def false_lifts(
    shares: Sequence[float], n_exposed: float, n_control: float, *, bars: Sequence[Bar] = BARS, together: float = 0.0,
    studies: int = STUDIES, level: float = 0.90, seed: int,
) -> pd.DataFrame:  # fmt: skip
    """How many studies of campaigns without any effect show at least one lift at each bar, by simulation.

    Parameters
    ----------
    shares : share of yes of each question, strictly between 0 and 1, the same in both arms.
    n_exposed, n_control : answers of each arm to a question.
    bars : the rules.
    together : correlation of the results of two questions, 0 where each is asked of other people [0 to 1]; above 0 the statistics are
        drawn instead of the answers.
    studies, seed : how many studies, and the same ones again.
    level : of the intervals.

    Returns
    -------
    One row a bar: certainty, sides, lift [share of studies with at least one lift], low, high [Wilson], any [share with at least one
    lift or fall], n [studies].

    Formula: score statistic of each question; see `lift.lifts`. Holm finds something where the smallest p is below alpha / questions.
    """
    p0 = np.asarray(shares, dtype=float)
    if (
        not len(p0)
        or not ((p0 > 0) & (p0 < 1)).all()
        or not 0 <= together < 1
        or min(n_exposed, n_control) < 1
    ):
        raise ValueError(
            f"false_lifts needs shares in (0, 1), answers in both arms and together in [0, 1), not {list(shares)}, {n_exposed}, {n_control}, {together}"
        )
    check_level(level)
    rng, size = np.random.default_rng(seed), (studies, len(p0))
    if together:
        common = math.sqrt(together) * rng.standard_normal((studies, 1))
        z = common + math.sqrt(1 - together) * rng.standard_normal(size)
    else:
        z = _statistics(rng, p0, round(n_exposed), round(n_control), size)
    tail = ndtr(-np.abs(z))  # one-sided p of the side seen
    rows = []
    for bar in bars:
        clears = tail * (2 * len(p0) if bar.holm else bar.sides) < 1 - bar.certainty
        lift, any_ = int((clears & (z > 0)).any(axis=1).sum()), float(clears.any(axis=1).mean())
        low, high = wilson(lift, studies, level=level)
        rows.append((bar.certainty, bar.sides, lift / studies, low, high, any_, studies))
    columns = ["certainty", "sides", "lift", "low", "high", "any", "n"]
    return pd.DataFrame(rows, index=pd.Index([bar.name for bar in bars], name="bar"), columns=columns)


def required_answers(baseline: float, rise: float, *, level: float = 0.90, power: float = 0.80, questions: int = 1) -> int:  # fmt: skip
    """Answers that each arm of the next study needs to see a lift.

    Parameters
    ----------
    baseline : share of yes without the campaign, strictly between 0 and 1.
    rise : smallest absolute lift worth seeing [difference of shares], not 0.
    level : confidence level of the comparison, two-sided.
    power : chance to see it.
    questions : questions looked at; 1 - level is shared out over them.

    Returns
    -------
    Answers without weights, rounded up; with weights times the design effect.

    Formula: (z_level + z_power)² 2 p q / rise², p the mean of both shares. It is never below that of Fleiss in
        `sample_size.required_n_per_group`, and one to two answers above it at usual lifts.
    """
    check_level(level)
    other = baseline + rise
    if not (0 < baseline < 1 and 0 < other < 1 and 0 < power < 1) or rise == 0 or questions < 1:
        raise ValueError(
            f"required_answers needs two different shares and a power in (0, 1) and a question, not {baseline}, {other}, {power}, {questions}"
        )
    mean = (baseline + other) / 2
    reach = float(ndtri(1 - (1 - level) / (2 * questions)) + ndtri(power))
    return math.ceil(reach**2 * 2 * mean * (1 - mean) / rise**2 - 1e-9)


def plan(
    baseline: float, rises: Iterable[float] = (0.01, 0.02, 0.03, 0.05), *, level: float = 0.90, power: float = 0.80, questions: int = 1,
    design_effect: float = 1.0,
) -> pd.DataFrame:  # fmt: skip
    """Answers an arm for each lift worth seeing: for one question decided beforehand, and with all questions looked at.

    Parameters
    ----------
    baseline, level, power, questions : as in `required_answers`.
    rises : lifts [difference of shares]; those beyond the share that is left are not told.
    design_effect : answers with weights for each answer without, at least 1.

    Returns
    -------
    One row a rise: one_question, all_questions [answers an arm].
    """
    if not design_effect >= 1:
        raise ValueError(f"design_effect must be at least 1, not {design_effect!r}")

    def needed(rise: float, looked_at: int) -> float:
        if not 0 < baseline + rise < 1:
            return math.nan
        return math.ceil(design_effect * required_answers(baseline, rise, level=level, power=power, questions=looked_at))  # fmt: skip

    rows = [(needed(rise, 1), needed(rise, questions)) for rise in rises]
    return pd.DataFrame(rows, index=pd.Index(list(rises), name="rise"), columns=["one_question", "all_questions"])  # fmt: skip


def _statistics(rng: np.random.Generator, p0: np.ndarray, n_exposed: int, n_control: int, size) -> np.ndarray:
    """Score statistics of studies without any effect; 0 where all answers are alike."""
    yes_e, yes_c = rng.binomial(n_exposed, p0, size), rng.binomial(n_control, p0, size)
    pooled = (yes_e + yes_c) / (n_exposed + n_control)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n_exposed + 1 / n_control))
    gap = yes_e / n_exposed - yes_c / n_control
    return np.divide(gap, error, out=np.zeros(size), where=error > 0)
