"""The onboarding: where newcomers stop, and what a test by lot says of the steps that it left out."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers import rollups
from helpers.checks import COUNTS_ONLY
from helpers.company import Scope
from helpers.i18n import text
from helpers.kpi import LEVEL
from helpers.methods.experiments import Arm, difference_of_means
from helpers.methods.intervals import Estimate, difference_of_proportions, wilson
from helpers.methods.randomisation import SampleRatio, sample_ratio
from helpers.rollups import steps

RECENT_MONTHS = 3


class Setup(NamedTuple):
    """What is known of the onboarding.

    losses : step [in words], lost, low, high [share of those at the step before], n [at the step before], is_removed; empty without events.
    ratio : sizes of the two arms of the test. completion : share who end it, margin : margin a newcomer of the days after, both of the
    arm with fewer steps less the other; None where there is no test. is_sound : the lot split as planned.
    """

    losses: pd.DataFrame
    ratio: SampleRatio | None
    completion: Estimate | None
    margin: Estimate | None

    @property
    def is_sound(self) -> bool:
        """Whether there is a test and its lot holds."""
        return self.ratio is not None and self.ratio.verdict == "as planned"


def known(
    events: Any, members: Any, orders: Any, scope: Scope, *, test: str, longer: str, days: int
) -> Setup:
    """Read the onboarding and its test.

    Parameters
    ----------
    events, members : tables `product_events` and `campaign_recipients`, None where the company has none.
    orders : table `orders`.
    test, longer : id of the test and its arm with all steps; the test has one other. Empty for none.
    days : days after the first step in which spend counts.
    """
    empty = pd.DataFrame(columns=["step", "lost", "low", "high", "n", "is_removed"])
    if events is None:
        return Setup(empty, None, None, None)
    made = rollups.steps_completed(events, members if test else None, campaign=test)
    counts = rollups.collect(made, may_be_empty=True)
    arms = sorted(set(counts["variant"]) - {""})
    others = [one for one in arms if one != longer]
    if longer not in arms or len(others) != 1:
        first = pd.Timestamp(scope.period.before(RECENT_MONTHS - 1).start)
        return Setup(_losses(_reached(counts[counts["first_on"] >= first]), None, scope), None, None, None)
    long, short = (_reached(counts[counts["variant"] == one]) for one in (longer, others[0]))
    losses = _losses(long, set(short.index), scope)
    last = long.index[-1]
    ratio = sample_ratio([int(long.max()), int(short.max())])
    done = [(int(one.get(last, 0)), int(one.max())) for one in (short, long)]
    completion = None
    if min(n for _, n in done) >= COUNTS_ONLY:
        completion = difference_of_proportions(*done[0], *done[1], level=LEVEL)
    spend = rollups.collect(
        steps.spend_by_arm(events, members, orders, test=test, days=days, until=scope.period.end),
        may_be_empty=True,
    ).set_index("variant")
    return Setup(losses, ratio, completion, _margin(spend, others[0], longer, scope))


def _margin(spend: pd.DataFrame, short: str, longer: str, scope: Scope) -> Estimate | None:
    """Margin a newcomer of the arm with fewer steps less that of the other; None under 30 newcomers in either."""
    if not {short, longer} <= set(spend.index) or spend["n_customers"].min() < COUNTS_ONLY:
        return None
    rate = scope.company.contribution_margin_rate
    rate = 1.0 if rate is None else rate
    arms = [
        Arm(int(row["n_customers"]), rate * float(row["spend"]), rate**2 * float(row["spend_squared"]))
        for row in (spend.loc[short], spend.loc[longer])
    ]
    return difference_of_means(*arms, level=LEVEL).absolute


def _reached(counts: pd.DataFrame) -> pd.Series:
    """Newcomers at each step, most first; a step that fewer reach comes later."""
    totals = counts.groupby("step")["n_customers"].sum().sort_index()
    return totals.sort_values(ascending=False, kind="stable")


def _losses(reached: pd.Series, kept: set | None, scope: Scope) -> pd.DataFrame:
    rows = []
    for step, before, after in zip(reached.index[1:], reached.iloc[:-1], reached.iloc[1:], strict=True):
        few = before < COUNTS_ONLY
        told = (np.nan,) * 3 if few else (1 - after / before, *wilson(before - after, before, level=LEVEL))
        removed = kept is not None and step not in kept
        shown = step.replace("_", " ")
        shown = text("{step} (left out since)", scope.language, step=shown) if removed else shown
        rows.append((shown, *told, int(before), removed))
    return pd.DataFrame(rows, columns=["step", "lost", "low", "high", "n", "is_removed"])
