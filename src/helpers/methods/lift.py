"""Brand lift: answers of people who could see a campaign against answers of people who could not, over all questions looked at."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.errors import DataError
from helpers.i18n import Said, said
from helpers.methods.experiment_shares import Step, Tested, difference_of_shares, holm
from helpers.methods.intervals import Estimate

ALPHA = 0.05  # chance of at least one lift that is none, over all questions
FEW = 30  # effective answers of an arm, below which no share is told
COUNTS = ("yes_exposed", "n_exposed", "yes_control", "n_control")
WORTH = ("effective_exposed", "effective_control")
FIGURES = ("absolute", "relative", "headroom")


class Lifted(NamedTuple):
    """People whose answer a campaign has turned, and what each has cost; the cost is NaN with its reason where it cannot be told."""

    people: Estimate
    cost: Estimate
    reason: Said | None


def lifts(counts: pd.DataFrame, *, level: float = 0.90, alpha: float = ALPHA) -> pd.DataFrame:
    """Lift of each question with its intervals, and what is left of it once all questions looked at are counted.

    Parameters
    ----------
    counts : one row a question looked at, also those that are not shown: yes_exposed, n_exposed, yes_control, n_control [answers;
        fractions are allowed]; where answers have weights also effective_exposed, effective_control [answers without weights that tell
        as much]. Other columns and the index are kept.
    level : of the intervals low to high.
    alpha : chance of at least one lift or fall that is none, over all rows together.

    Returns
    -------
    One row a question: exposed, control [share], absolute [difference of shares], relative [of the control's share], headroom [of the
    share that the control leaves], each with _low and _high; low_all, high_all [absolute lift; they leave zero out exactly where p_all is
    below alpha]; statistic [standard errors], p [two-sided], p_all [Holm], certainty [1 - p: what vendors call so], verdict ("better",
    "worse", "no clear change", "cannot tell"), reason. Figures are NaN with a reason under 30 effective answers in an arm, and bounds
    where all answers are alike.

    Raises
    ------
    DataError : a column or a count is missing, a count is negative or above its answers, effective answers are not above 0.

    Formula: absolute = pE - pC, relative = absolute / pC, headroom = absolute / (1 - pC); score test with the pooled share; bounds are the
        lifts that the score test does not refuse, headroom's those of the ratio of people who do not say yes. All three leave zero out
        together.
    Source: Mee (1984), Koopman (1984), Biometrics 40; Holm (1979), Scandinavian Journal of Statistics 6; names of the three lifts as in
        the Google Ads API (absolute, relative and headroom brand lift).
    """
    arms = _arms(counts)
    told = [_tested(row, level) for row in arms]
    steps = holm([one.p for one, _ in told], level=1 - alpha)
    rows = [
        _row(arm, one, noes, step, alpha)
        for arm, (one, noes), step in zip(arms, told, steps, strict=True)
    ]  # fmt: skip
    made = pd.DataFrame(rows, index=counts.index, columns=_columns())
    kept = counts.drop(columns=[name for name in made if name in counts])
    return kept.join(made) if counts.index.is_unique else pd.concat([kept, made], axis=1)


def lifted_people(lift: Estimate, *, reached: float, cost: float = math.nan) -> Lifted:
    """People whose answer has turned, and the cost of each.

    Parameters
    ----------
    lift : absolute lift with its interval [difference of shares]; the one over all questions where several were looked at.
    reached : people whom the campaign has reached, each once: not impressions.
    cost : of the campaign [money]; NaN where it is not known.

    Returns
    -------
    Lifted: people [count], cost [money for each]. No cost is told where the interval of the lift holds zero or lies below it: the cost of
    nobody has no upper bound, and its middle would look like a price.

    Raises
    ------
    DataError : people reached or the cost are negative.

    Formula: people = lift x reached; cost / people at each bound.
    """
    if reached < 0 or cost < 0 or not math.isfinite(reached):
        raise DataError(
            f"lifted_people: {reached:g} people reached at a cost of {cost:g}; both must be known and 0 or more, so correct the campaign's totals."
        )
    people = Estimate(*(reached * one for one in lift[:3]), lift.level, lift.n)
    nothing = Estimate(math.nan, math.nan, math.nan, lift.level, lift.n)
    reason = None
    if not math.isfinite(lift.low):
        reason = said("the lift itself cannot be told")
    elif lift.high < 0:
        reason = said("fewer people say yes among those exposed")
    elif lift.low <= 0:
        reason = said("the interval of the lift holds zero, so the cost of one person has no upper bound")
    elif not reached:
        reason = said("nobody was reached")
    elif math.isnan(cost):
        reason = said("the cost of the campaign is not known")
    if reason is not None:
        return Lifted(people, nothing, reason)
    return Lifted(people, Estimate(*(cost / one for one in (people.value, people.high, people.low)), lift.level, lift.n), None)  # fmt: skip


def estimate_of(
    row: pd.Series, figure: str = "absolute", *, over_all: bool = False, level: float | None = None
) -> Estimate:
    """One figure of a row of `lifts`: "absolute", "relative" or "headroom"; `over_all` takes Holm's bounds, of the absolute lift only.

    `level` is the one the row was made with; None is that of `lifts` without choice: .90, or .95 over all questions.
    """
    if figure not in FIGURES or (over_all and figure != "absolute"):
        raise ValueError(
            f'figure "{figure}" is unknown or has no bounds over all questions. Use one of {", ".join(FIGURES)}; only absolute has them.'
        )
    names = ("low_all", "high_all") if over_all else (f"{figure}_low", f"{figure}_high")
    low, high = (float(row[name]) for name in names)
    usual = 1 - ALPHA if over_all else 0.90
    n = int(row["n_exposed"] + row["n_control"])
    return Estimate(float(row[figure]), low, high, usual if level is None else level, n)


class _Arms(NamedTuple):
    exposed: float
    control: float
    worth_exposed: float
    worth_control: float


def _arms(counts: pd.DataFrame) -> list[_Arms]:
    """Shares and effective answers of both arms of each question, checked."""
    missing = [name for name in COUNTS if name not in counts]
    if missing:
        raise DataError(f"lift: column {missing[0]} is missing. Give {', '.join(COUNTS)} for each question.")
    made = []
    for arm in ("exposed", "control"):
        yes, n = (counts[f"{name}_{arm}"].to_numpy(dtype=float, na_value=np.nan) for name in ("yes", "n"))
        _refuse(counts, ~((yes >= 0) & (yes <= n) & np.isfinite(n)), lambda at, y=yes, m=n, a=arm: f"{y[at]:g} yes of {m[at]:g} answers in the arm {a}; counts must be known and 0 <= yes <= answers, so correct the export")  # fmt: skip
        name = f"effective_{arm}"
        worth = counts[name].to_numpy(dtype=float, na_value=np.nan) if name in counts else n
        _refuse(counts, ~((worth > 0) & np.isfinite(worth)) & (n > 0), lambda at, w=worth, a=arm: f"{w[at]:g} effective answers in the arm {a}; leave the column out where answers have no weights")  # fmt: skip
        made += [np.divide(yes, n, out=np.full(len(n), np.nan), where=n > 0), np.where(n > 0, worth, 0.0)]
    share_e, worth_e, share_c, worth_c = made
    return [_Arms(*map(float, row)) for row in zip(share_e, share_c, worth_e, worth_c, strict=True)]


def _refuse(counts: pd.DataFrame, bad: np.ndarray, what) -> None:
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise DataError(f"lift: question {counts.index[at]} has {what(at)}.")


def _tested(arm: _Arms, level: float) -> tuple[Tested, Tested]:
    """The test of the yes and that of the no: the ratio of the latter is the headroom."""
    e, c = arm.worth_exposed, arm.worth_control
    if min(e, c) < FEW:
        nothing = difference_of_shares((0, 0), (0, 0), level=level)
        return nothing, nothing
    yes_e, yes_c = arm.exposed * e, arm.control * c
    yes = difference_of_shares((yes_e, e), (yes_c, c), level=level)
    return yes, difference_of_shares((max(e - yes_e, 0.0), e), (max(c - yes_c, 0.0), c), level=level)


def _row(arm: _Arms, yes: Tested, noes: Tested, step: Step, alpha: float) -> tuple:
    absolute, relative, left = yes.effect.absolute, yes.effect.relative, noes.effect.relative
    reason = _reason(arm, yes)
    low_all, high_all = (math.nan, math.nan)
    if not math.isnan(yes.p):
        e, c = arm.worth_exposed, arm.worth_control
        wide = difference_of_shares((arm.exposed * e, e), (arm.control * c, c), level=step.level).effect.absolute  # fmt: skip
        low_all, high_all = wide.low, wide.high
    clear = step.p < alpha
    verdict = ("better" if absolute.value > 0 else "worse") if clear else "no clear change"
    shares = (yes.effect.treated, yes.effect.control)
    return (
        *shares, *absolute[:3], *relative[:3], 0.0 - left.value, 0.0 - left.high, 0.0 - left.low, low_all, high_all,
        yes.statistic, yes.p, step.p, 1 - yes.p, "cannot tell" if math.isnan(yes.p) else verdict, reason,
    )  # fmt: skip


def _reason(arm: _Arms, yes: Tested) -> str:
    """Why nothing can be told; empty where something can."""
    if arm.worth_exposed < FEW:
        return said("effective answers of people exposed {n}, needed {need}", n=int(arm.worth_exposed), need=FEW)  # fmt: skip
    if arm.worth_control < FEW:
        return said("effective answers of the control {n}, needed {need}", n=int(arm.worth_control), need=FEW)  # fmt: skip
    return said("all answers are alike") if math.isnan(yes.p) else ""


def _columns() -> list[str]:
    figures = [f"{name}{end}" for name in FIGURES for end in ("", "_low", "_high")]
    return ["exposed", "control", *figures, "low_all", "high_all", "statistic", "p", "p_all", "certainty", "verdict", "reason"]  # fmt: skip
