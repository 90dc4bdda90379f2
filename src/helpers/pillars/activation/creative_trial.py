"""One variant of a test against its control: what was planned, what was counted, and what may be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from helpers.methods.experiment_shares import Step, Tested
from helpers.methods.novelty import Trend
from helpers.methods.randomisation import SampleRatio
from helpers.pillars.activation.creative_looks import Looks

USABLE = ("as planned", "no plan", "stopped at the boundary")
FAULTS = ("mismatch", "stopped early", "no control", "not counted once")  # for which no result may be used


@dataclass(frozen=True, eq=False)
class Test:
    """One variant against the control of its test.

    id, variant, control, metric, hypothesis, market : as the register has them; `variants` how many were tried at once.
    days : one row a day on which both arms were counted: measured_on, treated_n, treated_wins, control_n, control_wins.
    planned : first and last planned day, empty where nobody wrote them down; first_on, last_on : counted days.
    registered_on : day on which the plan was written down.
    state : one of USABLE, "running", or one of FAULTS; `few` : too few units or successes to read.
    ratio : sizes of all arms against the plan; tested, step : the result and what other variants make of it.
    looks : the same, read every day; trend : whether the effect wears off. Both None where there is one total.
    is_money, is_worse_up : the metric is a sum of money; a rise of it is bad.
    is_guessed : which arm is the control was guessed.
    """

    id: str
    variant: str
    control: str
    metric: str
    hypothesis: str
    market: str
    variants: int
    days: pd.DataFrame
    planned: tuple[date | None, date | None]
    first_on: date
    last_on: date
    registered_on: date | None
    state: str
    few: bool
    ratio: SampleRatio | None
    tested: Tested
    step: Step
    looks: Looks | None
    trend: Trend | None
    is_money: bool
    is_worse_up: bool
    is_guessed: bool

    @property
    def name(self) -> str:
        """Code of the test, with the variant where it has several."""
        return self.id if self.variants == 1 else f"{self.id}: {self.variant}"

    @property
    def n(self) -> int:
        """Units in the two arms."""
        return self.tested.effect.absolute.n

    @property
    def n_days(self) -> int:
        """Days on which it ran."""
        return (self.last_on - self.first_on).days + 1

    @property
    def n_planned(self) -> int | None:
        """Days for which it was planned."""
        first, last = self.planned
        return None if first is None or last is None else (last - first).days + 1

    @property
    def is_usable(self) -> bool:
        """Whether the result may be used: a lot as planned, a run as planned or beyond the boundary, enough of everything."""
        return self.state in USABLE and not self.few

    @property
    def verdict(self) -> str:
        """One of "won", "lost", "cannot tell", or "unusable" or "running".

        A test without a plan is read with the interval that holds whenever somebody stops.
        """
        if self.state == "running":
            return "running"
        if not self.is_usable:
            return "unusable" if not self.few or self.state in FAULTS else "cannot tell"
        _, low, high = self.effect
        if not (low > 0 or high < 0):
            return "cannot tell"
        return "won" if (low > 0) != self.is_worse_up else "lost"

    @property
    def effect(self) -> tuple[float, float, float]:
        """Relative effect with the bounds that count: those for a test read once, or those that allow for the way in which it ended."""
        if self.state == "no plan" and self.looks is not None:
            return self.looks.always
        if self.state == "stopped at the boundary" and self.looks is not None:
            return self.looks.sequential
        return tuple(self.tested.effect.relative[:3])
