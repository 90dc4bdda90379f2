"""Which campaign moved the brand? Every brand lift study of twelve months, own answers and platforms' totals, judged alike.

Each question is judged over all questions whose study ended in the same quarter. A quarter is what a committee reads in one sitting, so
that is where a lift by chance would be picked out; and a verdict that was given does not change when a later quarter brings more.
Studies are read in `lift_studies`, money in `lift_money`, the next study in `lift_next`; words stand in `lift_telling`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

import pandas as pd

from helpers.company import Scope
from helpers.errors import DataError, NothingToReportError
from helpers.i18n import Said, mark
from helpers.kpi import LEVEL
from helpers.methods import lift
from helpers.methods.experiment_shares import holm
from helpers.periods import Period, containing
from helpers.pillars.brand.lift_studies import Read

ALPHA = 0.10  # chance of any move by chance among the questions of a quarter; half of it is that of a lift
PROVED, NOTICED, FALL, SMALL, OPEN, SILENT = "proved", "noticed", "fall", "small", "open", "cannot tell"
RECALL = re.compile(
    r"\brecall\b", re.IGNORECASE
)  # a question about the advertisement, which says nothing of the brand
BOUNDS = [f"{name}_{end}" for name in lift.FIGURES for end in ("low", "high")]
EMPTY = mark("experiments, surveys: no brand lift study ended in the twelve months up to the period. Import one, or choose a later period.")  # fmt: skip


class Study(NamedTuple):
    """One study of one campaign.

    is_own : answers of an own survey; else totals of a platform. quarter : in which its last day lies. found : one row a question:
    question, counts, the lifts with bounds over all questions of the quarter, p, p_all, reason, `standing`, is_recall.
    """

    name: str
    market: str
    is_own: bool
    starts_on: date | None
    ends_on: date
    quarter: Period
    found: pd.DataFrame

    def of(self, standing: str) -> pd.DataFrame:
        """Questions that stand so: those about the brand before those about the advertisement, then the largest move first."""
        own = self.found[self.found["standing"] == standing]
        order = (
            own.assign(size=-own["absolute"].abs()).sort_values(["is_recall", "size"], kind="stable").index
        )
        return own.loc[order]

    @property
    def standing(self) -> str:
        """The best that can be said of the campaign; "noticed" where people remember it and nothing shows that the brand gained."""
        proved = self.of(PROVED)
        if len(proved):
            return NOTICED if proved["is_recall"].all() else PROVED
        there = set(self.found["standing"])
        return next((one for one in (FALL, OPEN, SMALL) if one in there), SILENT)


class Page(NamedTuple):
    """What the page shows: studies, the last first, and what is to be known of how they were read."""

    studies: list[Study]
    worth_seeing: float
    balance: pd.DataFrame
    guards: tuple[tuple[str, Said], ...]
    sources: Said | None
    running: tuple[str, ...]
    repeated: tuple[str, ...]
    loose: tuple[tuple[str, str], ...]

    def of(self, standing: str) -> list[Study]:
        """Studies that stand so, the last first."""
        return [one for one in self.studies if one.standing == standing]

    @property
    def quarters(self) -> list[Period]:
        """Quarters with a study, the last first."""
        return list({one.quarter.code: one.quarter for one in self.studies}.values())

    def looked_at(self, quarter: Period) -> int:
        """Questions that were looked at in a quarter."""
        return sum(len(one.found) for one in self.studies if one.quarter == quarter)

    @property
    def n_questions(self) -> int:
        """Questions that were looked at in all quarters."""
        return sum(len(one.found) for one in self.studies)


def page(read: Read, scope: Scope, *, worth_seeing: float = 0.02) -> Page:
    """Judge all studies of twelve months.

    Parameters
    ----------
    read : as `lift_studies.read` returns it. worth_seeing : smallest lift that anyone would act on [difference of shares].

    Raises
    ------
    NothingToReportError : no study ended in the twelve months. DataError : worth_seeing is not between 0 and 1.
    """
    if not 0 < worth_seeing < 1:
        raise DataError(f"worth_seeing is {worth_seeing:g}. Give the smallest lift worth acting on as a share between 0 and 1, such as 0.02 for 2 points.")  # fmt: skip
    if read.counts.empty:
        raise NothingToReportError(EMPTY)
    start = scope.company.fiscal_year_start
    quarters = {name: containing(one.ends_on, "quarter", fiscal_year_start=start) for name, one in read.about.items()}  # fmt: skip
    of_quarter = read.counts["study"].map(lambda name: quarters[name].code)
    made = pd.concat([judged(own, worth_seeing=worth_seeing) for _, own in read.counts.groupby(of_quarter, sort=False)])  # fmt: skip
    studies = [
        Study(name, one.market, one.is_own, one.starts_on, one.ends_on, quarters[name], made[made["study"] == name].reset_index(drop=True))
        for name, one in read.about.items()
    ]  # fmt: skip
    studies.sort(key=lambda one: (-one.ends_on.toordinal(), not one.is_own, one.name))
    return Page(studies, worth_seeing, read.balance, read.guards, read.sources, read.running, read.repeated, read.loose)  # fmt: skip


def judged(counts: pd.DataFrame, *, worth_seeing: float) -> pd.DataFrame:
    """Lifts of questions that are read together, every bound at the level of its step, and how each stands.

    Parameters
    ----------
    counts : one row a question, as `methods.lift.lifts` takes it, with `question`.

    Returns
    -------
    The rows of `lifts` at 90 %, whose bounds of all three lifts are those of Holm's steps, with `standing`: "proved" [the interval lies
    above zero], "fall" [below], "small" [a lift of `worth_seeing` is ruled out], "open", "cannot tell"; and is_recall.
    """
    found = lift.lifts(counts, level=LEVEL, alpha=ALPHA)
    steps = holm(found["p"], level=LEVEL)
    wide = [lift.lifts(counts.iloc[[at]], level=step.level, alpha=ALPHA)[BOUNDS] for at, step in enumerate(steps)]  # fmt: skip
    found[BOUNDS] = pd.concat(wide)
    standing = [_standing(low, high, worth_seeing) for low, high in zip(found["absolute_low"], found["absolute_high"], strict=True)]  # fmt: skip
    is_recall = [bool(RECALL.search(str(name).replace("_", " "))) for name in found["question"]]
    return found.assign(standing=standing, is_recall=is_recall)


def _standing(low: float, high: float, worth_seeing: float) -> str:
    if low != low or high != high:
        return SILENT
    if low > 0:
        return PROVED
    if high < 0:
        return FALL
    return SMALL if high < worth_seeing else OPEN
