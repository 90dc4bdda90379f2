"""Saying and doing: what is announced against what is measured, what people believe against what is proved, and when to speak."""

from __future__ import annotations

import math
from typing import NamedTuple

import pandas as pd

from helpers.errors import DataError
from helpers.methods.intervals import Estimate, wilson
from helpers.methods.number_check import AGREES, CONTRADICTS

FEW = 30  # effective answers under which no share is told
BEYOND, UNTOLD, NO_GAP, SILENT = (
    "believed beyond proof",
    "proved and not believed",
    "no clear gap",
    "cannot tell",
)
SPEAK, PROOF_FIRST, PREPARE, STAY_SILENT = (
    "speak",
    "speak with proof first",
    "prepare the proof",
    "stay silent",
)
BY_THIRD, BY_OWN, UNPROVED = "third party", "own evidence", "none"


class Bars(NamedTuple):
    """Where the rule of speaking draws its lines: own_from [legitimacy 0-4], grave_from [risk 0-4], half [share of people who expect]."""

    own_from: int = 2
    grave_from: int = 3
    half: float = 0.5


USUAL = Bars()


class Speech(NamedTuple):
    """What to do about a topic, and which of its four sides decided: "legitimacy", "proof", "contradicted", "expectation", "risk"
    or "all"."""

    verdict: str
    because: str


def announced(checked: pd.DataFrame, *, by: str = "metric") -> pd.DataFrame:
    """What is announced against what is measured, indicator by indicator, or by another column such as topic.

    Parameters
    ----------
    checked : as `number_check.check_numbers` returns it, with the column `by`.

    Returns
    -------
    One row a value of `by`: n [numbers], n_judged [of these, agree or contradicted], n_agree; said, measured, measure of the number that
    is furthest off among those judged, over [said / measured - 1; above 0 says more than is done]. Missing where none is judged.
    """
    rows = []
    for name, own in checked.groupby(by, sort=True):
        judged = own[own["status"].isin((AGREES, *CONTRADICTS))]
        off = (judged["gap"] / judged["measured"].abs()).where(judged["measured"] != 0)
        said, measured, measure, over = math.nan, math.nan, None, math.nan
        if off.notna().any():
            at = off.abs().idxmax()
            measured, measure, over = judged.at[at, "measured"], judged.at[at, "measure"], float(off[at])
            said = measured + judged.at[at, "gap"]
        rows.append((name, len(own), len(judged), int((judged["status"] == AGREES).sum()), said, measured, measure, over))  # fmt: skip
    return pd.DataFrame(rows, columns=[by, "n", "n_judged", "n_agree", "said", "measured", "measure", "over"])


def belief_gap(believed: Estimate, proved: float) -> tuple[Estimate, str]:
    """Share of people who believe that it is done, less the share of what is said that is proved.

    Parameters
    ----------
    believed : share with its interval; n of people. proved : share, counted in full, so it adds no doubt.

    Returns
    -------
    (gap [difference of shares, -1 to 1], reading): "believed beyond proof" where the interval lies above zero, "proved and not believed"
    below, "no clear gap" where it holds zero, "cannot tell" under 30 answers or without a share.
    """
    if believed.n < FEW or not all(map(math.isfinite, (*believed[:3], proved))):
        return Estimate(math.nan, math.nan, math.nan, believed.level, believed.n), SILENT
    gap = Estimate(*(one - proved for one in believed[:3]), believed.level, believed.n)
    return gap, BEYOND if gap.low > 0 else UNTOLD if gap.high < 0 else NO_GAP


def answered_yes(yes: float, n: int, *, n_effective: float | None = None, level: float = 0.90) -> Estimate:
    """Share of yes with its Wilson interval at the effective number of answers; NaN under 30 of them."""
    worth = float(n) if n_effective is None else float(n_effective)
    if worth < FEW:
        return Estimate(math.nan, math.nan, math.nan, level, n)
    share = yes / n
    low, high = wilson(share * worth, worth, level=level)
    return Estimate(share, low, high, level, n)


def speech(legitimacy: int, risk: int, proof: str, expected: Estimate, *, is_contradicted: bool = False, bars: Bars = USUAL) -> Speech:  # fmt: skip
    """Whether to speak of a topic: legitimacy x proof x expectation x risk.

    Parameters
    ----------
    legitimacy : 0 [foreign to the trade] to 4 [the trade itself]. risk : 0 to 4, what a wrong word costs.
    proof : what stands behind most of what is said: "third party", "own evidence" or "none".
    expected : share of people who want the company to act on it, NaN where it cannot be told.
    is_contradicted : figures contradict something that is said, or law forbids its words.

    Returns
    -------
    Speech. The first line that holds decides:
    1. legitimacy below `own_from`: stay silent, whatever the proof.
    2. the whole interval of the expectation lies below `half`: stay silent, nobody waits for it.
    3. no proof, or something contradicted: prepare the proof; until then nothing is said.
    4. own evidence alone, or risk from `grave_from` on, or an expectation that is not surely above `half`: speak with proof first.
    5. else: speak.

    Raises
    ------
    DataError : legitimacy or risk is outside 0 to 4. ValueError : an unknown proof.
    """
    for name, value in (("legitimacy", legitimacy), ("risk", risk)):
        if not 0 <= value <= 4:
            raise DataError(f"topics: {name} is {value}; judge it from 0 to 4.")
    if proof not in (BY_THIRD, BY_OWN, UNPROVED):
        raise ValueError(f'proof "{proof}" is unknown. Use {BY_THIRD}, {BY_OWN} or {UNPROVED}.')
    if legitimacy < bars.own_from:
        return Speech(STAY_SILENT, "legitimacy")
    if expected.high < bars.half:
        return Speech(STAY_SILENT, "expectation")
    if proof == UNPROVED:
        return Speech(PREPARE, "proof")
    if is_contradicted:
        return Speech(PREPARE, "contradicted")
    if proof == BY_OWN:
        return Speech(PROOF_FIRST, "proof")
    if risk >= bars.grave_from:
        return Speech(PROOF_FIRST, "risk")
    return Speech(SPEAK, "all") if expected.low >= bars.half else Speech(PROOF_FIRST, "expectation")
